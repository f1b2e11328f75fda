package aws

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Policy is an IAM identity-based policy document.
type Policy struct {
	Version    string
	ID         string `json:"Id"`
	Statements []Statement
}

// Statement is one statement of a policy.
type Statement struct {
	Sid         string
	Effect      string
	Action      []string
	NotAction   []string
	Resource    []string
	NotResource []string
	// Condition holds operator → key → values.
	Condition map[string]map[string][]string
}

type decision int

const (
	implicitDeny decision = iota
	allowed
	explicitDeny
)

// oneOrMany reads IAM's elements that may be a text or a list of texts.
type oneOrMany []string

func (o *oneOrMany) UnmarshalJSON(raw []byte) error {
	var one any
	if err := json.Unmarshal(raw, &one); err != nil {
		return fmt.Errorf("read element: %w", err)
	}
	switch v := one.(type) {
	case string:
		*o = oneOrMany{v}
	case bool:
		*o = oneOrMany{fmt.Sprint(v)}
	case []any:
		list := make(oneOrMany, 0, len(v))
		for _, item := range v {
			switch item := item.(type) {
			case string, bool:
				list = append(list, fmt.Sprint(item))
			default:
				return fmt.Errorf("element %v is neither a text nor a boolean", item)
			}
		}
		*o = list
	default:
		return fmt.Errorf("element %s is neither a text nor a list of texts", raw)
	}
	return nil
}

// ParsePolicy reads an IAM policy document and refuses what IAM refuses: an unknown element, an
// effect that is neither Allow nor Deny, a statement without action or resource.
func ParsePolicy(document []byte) (Policy, error) {
	type statement struct {
		Sid         string
		Effect      string
		Action      oneOrMany
		NotAction   oneOrMany
		Resource    oneOrMany
		NotResource oneOrMany
		Condition   map[string]map[string]oneOrMany
	}
	var read struct {
		Version   string
		ID        string `json:"Id"`
		Statement json.RawMessage
	}
	if err := decodeStrictly(document, &read); err != nil {
		return Policy{}, fmt.Errorf("parse policy: %w", err)
	}
	if read.Version != "" && read.Version != "2012-10-17" && read.Version != "2008-10-17" {
		return Policy{}, fmt.Errorf("parse policy: version %q is unknown", read.Version)
	}
	var statements []statement
	if raw := bytes.TrimSpace(read.Statement); len(raw) > 0 && raw[0] == '{' {
		statements = make([]statement, 1)
		if err := decodeStrictly(raw, &statements[0]); err != nil {
			return Policy{}, fmt.Errorf("parse policy: %w", err)
		}
	} else if err := decodeStrictly(read.Statement, &statements); err != nil {
		return Policy{}, fmt.Errorf("parse policy: %w", err)
	}
	p := Policy{Version: read.Version, ID: read.ID}
	for i, s := range statements {
		switch {
		case s.Effect != "Allow" && s.Effect != "Deny":
			return Policy{}, fmt.Errorf("parse policy: statement %d has the effect %q", i+1, s.Effect)
		case (len(s.Action) == 0) == (len(s.NotAction) == 0):
			return Policy{}, fmt.Errorf("parse policy: statement %d needs one of Action and NotAction", i+1)
		case (len(s.Resource) == 0) == (len(s.NotResource) == 0):
			return Policy{}, fmt.Errorf("parse policy: statement %d needs one of Resource and NotResource", i+1)
		}
		out := Statement{
			Sid: s.Sid, Effect: s.Effect, Action: s.Action, NotAction: s.NotAction,
			Resource: s.Resource, NotResource: s.NotResource, Condition: map[string]map[string][]string{},
		}
		for operator, keys := range s.Condition {
			out.Condition[operator] = map[string][]string{}
			for key, values := range keys {
				out.Condition[operator][key] = values
			}
		}
		p.Statements = append(p.Statements, out)
	}
	return p, nil
}

func decodeStrictly(document []byte, into any) error {
	if len(document) == 0 {
		return errors.New("document is empty")
	}
	dec := json.NewDecoder(bytes.NewReader(document))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("read JSON: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the document")
	}
	return nil
}

// decide evaluates the policy for one action on one resource; an explicit deny wins.
func (p Policy) decide(action, resource string, keys map[string]string) decision {
	out := implicitDeny
	for _, s := range p.Statements {
		if !s.covers(action, resource) {
			continue
		}
		switch {
		case s.Effect == "Deny" && s.holds(keys, true):
			return explicitDeny
		case s.Effect == "Allow" && s.holds(keys, false):
			out = allowed
		}
	}
	return out
}

func (s Statement) covers(action, resource string) bool {
	if len(s.Action) > 0 && !anyMatches(s.Action, action, true) || len(s.NotAction) > 0 && anyMatches(s.NotAction, action, true) {
		return false
	}
	return len(s.Resource) > 0 && anyMatches(s.Resource, resource, false) ||
		len(s.NotResource) > 0 && !anyMatches(s.NotResource, resource, false)
}

func anyMatches(patterns []string, text string, foldCase bool) bool {
	for _, p := range patterns {
		if foldCase {
			p, text = strings.ToLower(p), strings.ToLower(text)
		}
		if wildcardMatch(p, text) {
			return true
		}
	}
	return false
}

// holds says whether all conditions are met. What the sandbox does not understand never helps the
// caller: an unknown operator fails an Allow and fulfils a Deny.
func (s Statement) holds(keys map[string]string, deny bool) bool {
	for operator, conditions := range s.Condition {
		for key, values := range conditions {
			met, known := conditionMet(operator, key, values, keys)
			if !known {
				met = deny
			}
			if !met {
				return false
			}
		}
	}
	return true
}

func conditionMet(operator, key string, values []string, keys map[string]string) (met, known bool) {
	present, has := lookUpKey(keys, key)
	base, ifExists := strings.CutSuffix(operator, "IfExists")
	if base == "Null" {
		for _, v := range values {
			if strings.EqualFold(v, "true") == !has {
				return true, true
			}
		}
		return false, true
	}
	var equal func(pattern, text string) bool
	negated := false
	switch base {
	case "StringEquals":
		equal = func(p, t string) bool { return p == t }
	case "StringNotEquals":
		equal, negated = func(p, t string) bool { return p == t }, true
	case "StringEqualsIgnoreCase", "Bool":
		equal = strings.EqualFold
	case "StringLike", "ArnLike", "ArnEquals":
		equal = wildcardMatch
	case "StringNotLike", "ArnNotLike", "ArnNotEquals":
		equal, negated = wildcardMatch, true
	default:
		return false, false
	}
	if !has {
		// A key that is absent fulfils the negated operators and …IfExists.
		return ifExists || negated, true
	}
	for _, v := range values {
		if equal(v, present) {
			return !negated, true
		}
	}
	return negated, true
}

func lookUpKey(keys map[string]string, key string) (string, bool) {
	for k, v := range keys {
		if strings.EqualFold(k, key) {
			return v, true
		}
	}
	return "", false
}

// wildcardMatch matches IAM's patterns: * is any text, ? any one character.
func wildcardMatch(pattern, text string) bool {
	p, t := []rune(pattern), []rune(text)
	pi, ti, star, mark := 0, 0, -1, 0
	for ti < len(t) {
		switch {
		case pi < len(p) && p[pi] == '*':
			star, mark = pi, ti
			pi++
		case pi < len(p) && (p[pi] == '?' || p[pi] == t[ti]):
			pi++
			ti++
		case star >= 0:
			mark++
			pi, ti = star+1, mark
		default:
			return false
		}
	}
	for pi < len(p) && p[pi] == '*' {
		pi++
	}
	return pi == len(p)
}
