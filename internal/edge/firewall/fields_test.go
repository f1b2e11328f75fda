package firewall_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/edge/firewall"
)

// inspected are the texts of the API that are no free text, by name: ids, ARNs, names from a list. Whoever adds a text
// to the API decides whether people may write in it what they like (fields.go) or it is one of these.
var inspected = map[string]string{
	"accountId": "twelve digits", "*.accountId": "twelve digits", "accounts.*": "twelve digits", "excludeAccounts.*": "twelve digits", "protectedAccounts.*": "twelve digits",
	"permissionSetArn": "an ARN", "*.permissionSetArn": "an ARN", "permissionSets.*": "ARNs", "permissionSet": "an ARN",
	"userId": "a user's id", "ownerId": "a user's id", "users.*": "users' ids", "user": "a user's id", "author": "a user's id", "decider": "a user's id",
	"member":   "a user's id",
	"groups.*": "groups' ids", "requesterGroups.*": "groups' ids", "group": "a group's id", "settings.administratorGroup": "a group's id", "settings.auditorGroup": "a group's id",
	"id": "ids", "policyId": "a policy's id", "principal": "an id", "machine": "a machine's id", "machines.*": "machines' ids", "policy": "a policy's id",
	"excludeOUs.*": "units' ids", "ous.*.id": "units' ids", "ou": "a unit's id", "parent": "a unit's id",
	"scopes.*": "words of a list", "kind": "words of a list", "code": "a word of a list",
	"name":   "of a machine: letters, digits, dots, dashes and underscores",
	"issuer": "an issuer's name", "trustedIssuers.*.issuer": "an address", "trustedIssuers.*.jwksUrl": "an address that is asked",
	"targets.*": "targets' ids", "cursor": "made by TEAM", "If-Match": "a version",
}

type schema struct {
	Ref                  string            `json:"$ref"`
	Type                 any               `json:"type"`
	Properties           map[string]schema `json:"properties"`
	Items                *schema           `json:"items"`
	AdditionalProperties any               `json:"additionalProperties"`
	Enum                 []any             `json:"enum"`
	Pattern              string            `json:"pattern"`
	Format               string            `json:"format"`
}

type operation struct {
	Parameters []struct {
		Name   string `json:"name"`
		In     string `json:"in"`
		Schema schema `json:"schema"`
	} `json:"parameters"`
	RequestBody *struct {
		Content map[string]struct {
			Schema schema `json:"schema"`
		} `json:"content"`
	} `json:"requestBody"`
}

type description struct {
	Paths      map[string]map[string]operation `json:"paths"`
	Components struct {
		Schemas map[string]schema `json:"schemas"`
	} `json:"components"`
}

func (d description) resolved(s schema) schema {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		return d.Components.Schemas[name]
	}
	return s
}

func (s schema) is(kind string) bool {
	switch t := s.Type.(type) {
	case string:
		return t == kind
	case []any:
		return slices.Contains(t, any(kind))
	}
	return false
}

// texts calls f with the path of every text in s that may be anything.
func (d description) texts(s schema, path string, f func(string)) {
	s = d.resolved(s)
	join := func(step string) string { return strings.TrimPrefix(path+"."+step, ".") }
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		d.texts(s.Properties[name], join(name), f)
	}
	if s.Items != nil {
		d.texts(*s.Items, join("*"), f)
	}
	if _, open := s.AdditionalProperties.(map[string]any); open {
		f(join("*"))
	}
	if s.Type == nil && len(s.Properties) == 0 { // any JSON
		f(path)
		f(join("**"))
	}
	if s.is("string") && s.Pattern == "" && len(s.Enum) == 0 && s.Format == "" {
		f(path)
	}
}

// Every text that the API takes is decided on: free, or inspected as what it is.
func TestEveryTextOfTheAPIIsDecidedOn(t *testing.T) {
	text, err := api.OpenAPI("test")
	if err != nil {
		t.Fatal(err)
	}
	var d description
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	free, used, kinds := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, f := range firewall.Fields() {
		for kind, names := range map[string][]string{"query": f.Query, "body": f.Members, "form": f.Form} {
			for _, name := range names {
				free[f.Operation+" "+kind+" "+name] = true
			}
		}
	}
	decide := func(operation, kind, path string) {
		key := operation + " " + kind + " " + path
		if free[key] {
			used[key] = true
			return
		}
		// The last steps of the path, if they are more than one, say what it is: policy.owners.users.* is users.*.
		for rest, ok := path, true; ok; _, rest, ok = strings.Cut(rest, ".") {
			if inspected[rest] != "" && (rest == path || strings.Contains(rest, ".")) {
				kinds[rest] = true
				return
			}
		}
		t.Errorf("%s: the text %s (%s) is undecided: may people write in it what they like? Then it belongs into fields.go, else into this test's list", operation, path, kind)
	}
	operations := 0
	for path, methods := range d.Paths {
		for method, op := range methods {
			name := strings.ToUpper(method) + " " + path
			operations++
			for _, p := range op.Parameters {
				if p.In == "path" || p.Name == "Idempotency-Key" {
					continue // inspected as what it is; made up by a program
				}
				s := p.Schema
				if s.Items != nil {
					s = *s.Items
				}
				d.texts(s, p.Name, func(path string) { decide(name, p.In, path) })
			}
			if op.RequestBody != nil {
				for _, c := range op.RequestBody.Content {
					d.texts(c.Schema, "", func(path string) { decide(name, "body", path) })
				}
			}
		}
	}
	if operations < 50 {
		t.Fatalf("only %d operations", operations)
	}
	for key := range free {
		_, below, _ := strings.Cut(key, " body ")
		outer, _, nested := strings.Cut(below, ".")
		inside := nested && used[strings.TrimSuffix(key, below)+outer+".*"] // of a member that the API says nothing more of
		if strings.Contains(key, " /api/v1/") && !used[key] && !inside {
			t.Errorf("fields.go has %s, which the API does not take", key)
		}
	}
	for kind := range inspected {
		if !kinds[kind] {
			t.Errorf("%s is on this test's list and nowhere in the API", kind)
		}
	}
}
