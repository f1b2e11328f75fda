package api_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// comparison collects what in a new document breaks clients of an old one.
type comparison struct {
	before, now *document
	broken      []string
	// seen are pairs of types that were compared, or are being compared.
	seen map[string]bool
}

// breaks lists what clients written for one document would miss, or be refused for, with another.
func breaks(before, now *document) []string {
	c := comparison{before: before, now: now, seen: map[string]bool{}}
	for _, path := range slices.Sorted(maps.Keys(before.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(before.Paths[path])) {
			c.operation(strings.ToUpper(method)+" "+path, before.Paths[path][method], now.Paths[path][method])
		}
	}
	return c.broken
}

func (c *comparison) foundf(format string, args ...any) {
	c.broken = append(c.broken, fmt.Sprintf(format, args...))
}

func (c *comparison) operation(name string, before, now *operation) {
	if now == nil {
		c.foundf("%s is gone", name)
		return
	}
	if before.OperationID != now.OperationID {
		c.foundf("%s is called %s and was called %s", name, now.OperationID, before.OperationID)
	}
	c.parameters(name, before.Parameters, now.Parameters)
	switch {
	case now.RequestBody == nil:
		if before.RequestBody != nil {
			c.foundf("%s takes no body any more", name)
		}
	case before.RequestBody == nil:
		if now.RequestBody.Required {
			c.foundf("%s needs a body", name)
		}
	default:
		if now.RequestBody.Required && !before.RequestBody.Required {
			c.foundf("%s needs its body", name)
		}
		c.given(name+" body", before.RequestBody.Content["application/json"].Schema, now.RequestBody.Content["application/json"].Schema)
	}
	for status, r := range before.Responses {
		if strings.HasPrefix(status, "2") {
			c.response(name+" "+status, r, now.Responses[status])
		}
	}
}

func (c *comparison) parameters(name string, before, now []parameter) {
	find := func(all []parameter, p parameter) (parameter, bool) {
		i := slices.IndexFunc(all, func(o parameter) bool { return o.Name == p.Name && o.In == p.In })
		if i < 0 {
			return parameter{}, false
		}
		return all[i], true
	}
	for _, p := range before {
		same, ok := find(now, p)
		if !ok {
			c.foundf("%s takes no %s %s any more", name, p.In, p.Name)
			continue
		}
		c.given(name+" "+p.In+"."+p.Name, p.Schema, same.Schema)
	}
	for _, p := range now {
		same, ok := find(before, p)
		if p.Required && (!ok || !same.Required) {
			c.foundf("%s needs the %s %s", name, p.In, p.Name)
		}
	}
}

func (c *comparison) response(name string, before, now response) {
	for kind, m := range before.Content {
		other, ok := now.Content[kind]
		if !ok {
			c.foundf("%s answers no %s any more", name, kind)
			continue
		}
		c.answered(name, m.Schema, other.Schema)
	}
	for header := range before.Headers {
		if _, ok := now.Headers[header]; !ok {
			c.foundf("%s answers no header %s any more", name, header)
		}
	}
}

// resolved follows a reference.
func resolved(d *document, s *schema) *schema {
	for s != nil && s.Ref != "" {
		s = d.Components.Schemas[s.Ref[strings.LastIndex(s.Ref, "/")+1:]]
	}
	return s
}

// pair resolves both, and says whether there is something new to compare.
func (c *comparison) pair(way, name string, before, now *schema) (b, n *schema, more bool) {
	if before != nil && now != nil && before.Ref != "" && now.Ref != "" {
		key := way + before.Ref + now.Ref
		if c.seen[key] {
			return nil, nil, false
		}
		c.seen[key] = true
	}
	b, n = resolved(c.before, before), resolved(c.now, now)
	if b == nil {
		return nil, nil, false
	}
	if n == nil {
		c.foundf("%s is not described any more", name)
		return nil, nil, false
	}
	if !reflect.DeepEqual(b.Type, n.Type) || b.Format != n.Format {
		c.foundf("%s is %v %s and was %v %s", name, n.Type, n.Format, b.Type, b.Format)
		return nil, nil, false
	}
	return b, n, true
}

// answered compares what clients read: what they rely on must still be there.
func (c *comparison) answered(name string, before, now *schema) {
	b, n, more := c.pair("answered", name, before, now)
	if !more {
		return
	}
	for _, member := range slices.Sorted(maps.Keys(b.Properties)) {
		p, ok := n.Properties[member]
		if !ok {
			c.foundf("%s.%s is gone", name, member)
			continue
		}
		if slices.Contains(b.Required, member) && !slices.Contains(n.Required, member) {
			c.foundf("%s.%s need not be there any more", name, member)
		}
		c.answered(name+"."+member, b.Properties[member], p)
	}
	if b.Items != nil {
		c.answered(name+"[]", b.Items, n.Items)
	}
}

// given compares what clients send: what was accepted must still be.
func (c *comparison) given(name string, before, now *schema) {
	b, n, more := c.pair("given", name, before, now)
	if !more {
		return
	}
	for _, member := range slices.Sorted(maps.Keys(b.Properties)) {
		p, ok := n.Properties[member]
		if !ok {
			c.foundf("%s.%s is not taken any more", name, member)
			continue
		}
		c.given(name+"."+member, b.Properties[member], p)
	}
	for _, member := range n.Required {
		if !slices.Contains(b.Required, member) {
			c.foundf("%s.%s is needed", name, member)
		}
	}
	for _, word := range b.Enum {
		if len(n.Enum) > 0 && !slices.Contains(n.Enum, word) {
			c.foundf("%s may not be %v any more", name, word)
		}
	}
	if len(b.Enum) == 0 && len(n.Enum) > 0 {
		c.foundf("%s may be certain words only", name)
	}
	if n.Pattern != "" && n.Pattern != b.Pattern {
		c.foundf("%s must match another pattern", name)
	}
	if !reflect.DeepEqual(b.Default, n.Default) {
		c.foundf("%s left out means %v and meant %v", name, n.Default, b.Default)
	}
	narrower(c, name+" at least", n.Minimum, b.Minimum)
	narrower(c, name+" at most", b.Maximum, n.Maximum)
	narrower(c, name+" length at least", n.MinLength, b.MinLength)
	narrower(c, name+" length at most", b.MaxLength, n.MaxLength)
	narrower(c, name+" items at least", n.MinItems, b.MinItems)
	narrower(c, name+" items at most", b.MaxItems, n.MaxItems)
	if b.Items != nil {
		c.given(name+"[]", b.Items, n.Items)
	}
}

// narrower finds bounds that moved inwards: for lower bounds the new one comes first, for upper bounds the old one. A
// bound that is not there is the widest.
func narrower[N int | float64](c *comparison, name string, greater, less *N) {
	upper := strings.HasSuffix(name, "at most")
	now, before := greater, less
	if upper {
		now, before = less, greater
	}
	if now != nil && (before == nil || *greater > *less) {
		c.foundf("%s: %v is narrower than before", name, *now)
	}
}

// The comparison finds every kind of change that breaks a client, and none that does not.
func TestTheComparisonFindsWhatBreaks(t *testing.T) {
	const file = "/api/v1/requests"
	for name, tc := range map[string]struct {
		change func(d *document)
		want   string // "": nothing breaks
	}{
		"nothing":                 {func(*document) {}, ""},
		"operation gone":          {func(d *document) { delete(d.Paths[file], "post") }, "POST /api/v1/requests is gone"},
		"path gone":               {func(d *document) { delete(d.Paths, "/api/v1/me") }, "GET /api/v1/me is gone"},
		"operation renamed":       {func(d *document) { d.Paths[file]["post"].OperationID = "ask" }, "is called ask"},
		"operation added":         {func(d *document) { d.Paths["/api/v1/new"] = d.Paths[file] }, ""},
		"parameter gone":          {func(d *document) { d.Paths[file]["get"].Parameters = d.Paths[file]["get"].Parameters[1:] }, "any more"},
		"parameter needed":        {func(d *document) { d.Paths[file]["get"].Parameters[0].Required = true }, "needs the query"},
		"word refused":            {func(d *document) { p := d.Paths[file]["get"].Parameters[0].Schema; p.Enum = p.Enum[1:] }, "may not be"},
		"word added":              {func(d *document) { p := d.Paths[file]["get"].Parameters[0].Schema; p.Enum = append(p.Enum, "new") }, ""},
		"default changed":         {func(d *document) { d.Paths[file]["get"].Parameters[0].Schema.Default = "all" }, "left out means all"},
		"member of a body needed": {func(d *document) { s := d.Components.Schemas["NewRequest"]; s.Required = append(s.Required, "ticket") }, "body.ticket is needed"},
		"member of a body gone":   {func(d *document) { delete(d.Components.Schemas["NewRequest"].Properties, "ticket") }, "body.ticket is not taken"},
		"member of a body added": {func(d *document) {
			s := d.Components.Schemas["NewRequest"]
			s.Properties["new"] = &schema{Type: "string"}
		}, ""},
		"text shorter": {func(d *document) { n := 5; d.Components.Schemas["NewRequest"].Properties["ticket"].MaxLength = &n }, "ticket length at most: 5"},
		"number larger": {func(d *document) {
			n := 60.0
			d.Components.Schemas["NewRequest"].Properties["durationSeconds"].Minimum = &n
		}, "at least: 60"},
		"member of an answer gone": {func(d *document) { delete(d.Components.Schemas["Request"].Properties, "kind") }, ".kind is gone"},
		"member of an answer optional": {func(d *document) {
			s := d.Components.Schemas["Target"]
			s.Required = slices.DeleteFunc(s.Required, func(m string) bool { return m == "decision" })
		}, ".decision need not be there"},
		"member of another type":  {func(d *document) { d.Components.Schemas["Vote"].Properties["stage"].Type = "string" }, "is string"},
		"member of an answer new": {func(d *document) { d.Components.Schemas["Request"].Properties["new"] = &schema{Type: "string"} }, ""},
		"answer gone":             {func(d *document) { delete(d.Paths[file]["post"].Responses, "200") }, "200 answers no"},
		"header gone": {func(d *document) {
			d.Paths[file]["post"].Responses["200"].Headers["Idempotency-Replayed"] = parameter{}
			delete(d.Paths[file]["post"].Responses["200"].Headers, "Idempotency-Replayed")
		}, "no header Idempotency-Replayed"},
	} {
		t.Run(name, func(t *testing.T) {
			before, _ := present(t)
			now, _ := present(t)
			tc.change(now)
			got := breaks(before, now)
			if tc.want == "" && len(got) > 0 || tc.want != "" && !slices.ContainsFunc(got, func(b string) bool { return strings.Contains(b, tc.want) }) {
				t.Errorf("found %v, want %q", got, tc.want)
			}
		})
	}
}
