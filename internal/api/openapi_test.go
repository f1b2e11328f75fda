package api_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/team-idc/team/internal/api"
)

// document is an OpenAPI document as far as the tests read it. Members that it does not name are compared nowhere.
type document struct {
	Paths      map[string]map[string]*operation `json:"paths"`
	Components struct {
		Schemas map[string]*schema `json:"schemas"`
	} `json:"components"`
}

type operation struct {
	OperationID string      `json:"operationId"`
	Summary     string      `json:"summary"`
	Description string      `json:"description"`
	Tags        []string    `json:"tags"`
	Parameters  []parameter `json:"parameters"`
	RequestBody *struct {
		Required bool             `json:"required"`
		Content  map[string]media `json:"content"`
	} `json:"requestBody"`
	Responses map[string]response `json:"responses"`
	Problems  []string            `json:"x-problem-codes"`
}

type parameter struct {
	Name        string  `json:"name"`
	In          string  `json:"in"`
	Description string  `json:"description"`
	Required    bool    `json:"required"`
	Schema      *schema `json:"schema"`
}

type response struct {
	Description string               `json:"description"`
	Headers     map[string]parameter `json:"headers"`
	Content     map[string]media     `json:"content"`
}

type media struct {
	Schema *schema `json:"schema"`
}

type schema struct {
	Ref         string             `json:"$ref"`
	Type        any                `json:"type"` // a word, or several
	Format      string             `json:"format"`
	Description string             `json:"description"`
	Properties  map[string]*schema `json:"properties"`
	Required    []string           `json:"required"`
	Items       *schema            `json:"items"`
	Enum        []any              `json:"enum"`
	Pattern     string             `json:"pattern"`
	Default     any                `json:"default"`
	Minimum     *float64           `json:"minimum"`
	Maximum     *float64           `json:"maximum"`
	MinLength   *int               `json:"minLength"`
	MaxLength   *int               `json:"maxLength"`
	MinItems    *int               `json:"minItems"`
	MaxItems    *int               `json:"maxItems"`
	Additional  any                `json:"additionalProperties"`
}

func parsed(t *testing.T, text []byte) *document {
	t.Helper()
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	return &d
}

func present(t *testing.T) (*document, []byte) {
	t.Helper()
	text, err := api.OpenAPI("v1")
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, text), text
}

func TestEveryOperationIsDescribed(t *testing.T) {
	d, _ := present(t)
	for path, operations := range d.Paths {
		for method, o := range operations {
			if o.Summary == "" || len(o.Tags) != 1 {
				t.Errorf("%s %s has the summary %q and the tags %v", method, path, o.Summary, o.Tags)
			}
			for _, p := range o.Parameters {
				// These mean the same everywhere; the reference begins with them.
				known := []string{"limit", "cursor", "account"}
				if p.Description == "" && len(p.Schema.Enum) == 0 && !slices.Contains(known, p.Name) {
					t.Errorf("%s %s does not say what %s is", method, path, p.Name)
				}
			}
			for _, code := range o.Problems {
				if !slices.Contains(api.ProblemCodes(), code) {
					t.Errorf("%s %s may answer %s, which is not in the table", method, path, code)
				}
			}
		}
	}
}
