// Package risk says what makes a permission set dangerous, by a fixed list of rules over the IAM policies that are in
// it. It knows only what the directory knows: inline policies as they are, and of managed policies the names. It is no
// evaluation of IAM: conditions are mentioned, not evaluated, and service and resource control policies are not known.
package risk

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Document is an IAM policy.
type Document struct{ Statements []Statement }

// Statement of an IAM policy. Of Actions and NotActions one is nil, and so of Resources and NotResources.
type Statement struct {
	Sid                     string
	Deny                    bool
	Actions, NotActions     []string
	Resources, NotResources []string
	Conditional             bool
}

// words is a value that IAM allows to be one string or a list of them.
type words []string

// UnmarshalJSON reads either form.
func (w *words) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*w = words{one}
		return nil
	}
	list := []string{}
	if err := json.Unmarshal(text, &list); err != nil {
		return errors.New("it must be a string or a list of strings")
	}
	*w = list
	return nil
}

type rawStatement struct {
	Sid         string          `json:"Sid"`
	Effect      string          `json:"Effect"`
	Action      words           `json:"Action"`
	NotAction   words           `json:"NotAction"`
	Resource    words           `json:"Resource"`
	NotResource words           `json:"NotResource"`
	Condition   json.RawMessage `json:"Condition"`
}

// Parse reads an IAM policy, whose Statement may be one or a list. A
// statement needs an effect, actions and resources: what cannot be read is an error, never harmless.
func Parse(text string) (Document, error) {
	var outer struct {
		Statement json.RawMessage `json:"Statement"`
	}
	if err := json.Unmarshal([]byte(text), &outer); err != nil {
		return Document{}, fmt.Errorf("parse IAM policy: %w", err)
	}
	var raw []rawStatement
	if err := json.Unmarshal(outer.Statement, &raw); err != nil {
		var one rawStatement
		if json.Unmarshal(outer.Statement, &one) != nil {
			return Document{}, fmt.Errorf("parse statements of IAM policy: %w", err)
		}
		raw = []rawStatement{one}
	}
	var d Document
	for i, r := range raw {
		s, err := r.statement()
		if err != nil {
			return Document{}, fmt.Errorf("parse statement %d of IAM policy: %w", i+1, err)
		}
		d.Statements = append(d.Statements, s)
	}
	return d, nil
}

func (r rawStatement) statement() (Statement, error) {
	s := Statement{
		Sid: r.Sid, Deny: r.Effect == "Deny", Actions: r.Action, NotActions: r.NotAction, Resources: r.Resource, NotResources: r.NotResource,
		Conditional: len(r.Condition) > 0 && string(r.Condition) != "{}" && string(r.Condition) != "null",
	}
	switch {
	case r.Effect != "Allow" && r.Effect != "Deny":
		return s, fmt.Errorf("its effect is %q, neither Allow nor Deny", r.Effect)
	case (r.Action == nil) == (r.NotAction == nil):
		return s, errors.New("it needs either Action or NotAction")
	case (r.Resource == nil) == (r.NotResource == nil):
		return s, errors.New("it needs either Resource or NotResource")
	}
	return s, nil
}

// matchesAction says whether the statement is about an action, whose names know no case.
func (s *Statement) matchesAction(action string) bool {
	if s.NotActions != nil {
		return !anyMatches(lowered(s.NotActions), strings.ToLower(action))
	}
	return anyMatches(lowered(s.Actions), strings.ToLower(action))
}

func (s *Statement) matchesResource(arn string) bool {
	if s.NotResources != nil {
		return !anyMatches(s.NotResources, arn)
	}
	return anyMatches(s.Resources, arn)
}

func lowered(patterns []string) []string {
	low := make([]string, len(patterns))
	for i, p := range patterns {
		low[i] = strings.ToLower(p)
	}
	return low
}

func anyMatches(patterns []string, text string) bool {
	for _, p := range patterns {
		if wildcard(p, text) {
			return true
		}
	}
	return false
}

// wildcard matches IAM's patterns: * is any text, ? any one character. It is linear in pattern × text, however many
// stars there are.
func wildcard(pattern, text string) bool {
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
