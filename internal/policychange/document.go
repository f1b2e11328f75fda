package policychange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/team-idc/team/internal/policy"
)

// File is a file of documents in the YAML form in which people write policies.
type File struct {
	Name string // for messages
	Text string
}

// Document is one policy, or the settings, as somebody wrote it: with names or ids. Documents of one file are divided
// by lines of three dashes. What a document leaves out has its default: approval is required, one must agree; settings
// that are left out stay as they are.
type Document struct {
	File string
	Line int // where it begins
	// column where it begins
	column int
	Kind   policy.Kind
	ID     string // "": found by its name
	// body is a policy.Eligibility or policy.Approver with names in place of ids; nil for settings.
	body     any
	settings []func(*policy.Settings)
	// places says where the fields are, by their path as in policy.Problem.
	places map[string]position
}

// position in a file, counted from 1.
type position struct{ line, column int }

func positionOf(n *yaml.Node) position { return position{n.Line, n.Column} }

// Mistake is one thing wrong in a document.
type Mistake struct {
	File  string
	Line  int // 0: the whole file
	Field string
	Text  string
}

func (m Mistake) String() string {
	where := m.File
	if m.Line > 0 {
		where += ":" + strconv.Itoa(m.Line)
	}
	if m.Field != "" {
		return where + ": " + m.Field + ": " + m.Text
	}
	return where + ": " + m.Text
}

// DocumentErrors is the error of documents that cannot be used, with everything that is wrong in them.
type DocumentErrors []Mistake

func (m DocumentErrors) Error() string {
	lines := make([]string, len(m))
	for i, mistake := range m {
		lines[i] = mistake.String()
	}
	return strings.Join(lines, "\n")
}

// MaxFileSize is the largest file of documents, in bytes.
const MaxFileSize = 4 << 20

// Parse reads files of documents. It is strict: keys that are unknown or come twice, and values of the wrong form, are
// DocumentErrors with their line.
func Parse(files []File) ([]Document, error) {
	var documents []Document
	var mistakes DocumentErrors
	for _, file := range files {
		found, wrong := parseFile(file)
		documents = append(documents, found...)
		mistakes = append(mistakes, wrong...)
	}
	if len(mistakes) > 0 {
		return nil, mistakes
	}
	return documents, nil
}

func parseFile(file File) (documents []Document, mistakes DocumentErrors) {
	if len(file.Text) > MaxFileSize {
		return nil, DocumentErrors{{File: file.Name, Text: fmt.Sprintf("it has %d bytes; at most %d are read", len(file.Text), MaxFileSize)}}
	}
	decoder := yaml.NewDecoder(bytes.NewReader([]byte(file.Text)))
	for {
		var node yaml.Node
		err := decoder.Decode(&node)
		if errors.Is(err, io.EOF) {
			return documents, mistakes
		}
		if err != nil {
			return nil, append(mistakes, Mistake{File: file.Name, Text: strings.TrimPrefix(err.Error(), "yaml: ")})
		}
		if len(node.Content) == 0 || node.Content[0].Tag == "!!null" {
			continue // nothing but comments
		}
		r := reader{file: file.Name, document: Document{
			File: file.Name, Line: node.Content[0].Line, column: node.Content[0].Column, places: map[string]position{},
		}}
		r.read(node.Content[0])
		documents, mistakes = append(documents, r.document), append(mistakes, r.mistakes...)
	}
}

// reader reads one document node by node, so that every mistake knows its line.
type reader struct {
	file     string
	document Document
	mistakes DocumentErrors
}

func (r *reader) wrongf(n *yaml.Node, field, format string, args ...any) {
	r.mistakes = append(r.mistakes, Mistake{File: r.file, Line: n.Line, Field: field, Text: fmt.Sprintf(format, args...)})
}

// entry reads the value of a key; field is its path.
type entry func(field string, n *yaml.Node)

func (r *reader) read(n *yaml.Node) {
	kind := ""
	if n.Kind == yaml.MappingNode {
		for i := 0; i < len(n.Content); i += 2 {
			if n.Content[i].Value == "kind" {
				kind = n.Content[i+1].Value
			}
		}
	}
	r.document.Kind = policy.Kind(kind)
	switch r.document.Kind {
	case policy.KindEligibility:
		r.document.body = r.eligibility(n)
	case policy.KindApprover:
		r.document.body = r.approver(n)
	case policy.KindSettings:
		r.document.ID = policy.SettingsID
		r.mapping("", n, r.settings())
	default:
		r.wrongf(n, "kind", "say which kind of policy this is: eligibility, approver or settings")
	}
}

func (r *reader) eligibility(n *yaml.Node) policy.Eligibility {
	p := policy.Eligibility{ApprovalRequired: true}
	r.mapping("", n, map[string]entry{
		"kind":             func(string, *yaml.Node) {},
		"id":               r.text(&r.document.ID),
		"name":             r.text(&p.Name),
		"owners":           r.principals(&p.Owners),
		"principals":       r.principals(&p.Principals),
		"targets":          r.targets(&p.Targets),
		"permissionSets":   r.list(&p.PermissionSets),
		"maxDuration":      r.duration(&p.MaxDuration),
		"approvalRequired": r.boolean(&p.ApprovalRequired),
		"ticketPattern":    r.text(&p.TicketPattern),
		"emergency":        r.boolean(&p.Emergency),
		"machines":         r.list(&p.Machines),
	})
	return p
}

func (r *reader) approver(n *yaml.Node) policy.Approver {
	var p policy.Approver
	r.mapping("", n, map[string]entry{
		"kind":            func(string, *yaml.Node) {},
		"id":              r.text(&r.document.ID),
		"name":            r.text(&p.Name),
		"owners":          r.principals(&p.Owners),
		"targets":         r.targets(&p.Targets),
		"permissionSets":  r.list(&p.PermissionSets),
		"requesterGroups": r.list(&p.RequesterGroups),
		"stages":          r.stages(&p.Stages),
		"stopInheritance": r.boolean(&p.StopInheritance),
		"stepUp":          r.demand(&p.StepUp),
	})
	return p
}

func (r *reader) settings() map[string]entry {
	return map[string]entry{
		"kind":                func(string, *yaml.Node) {},
		"approvalRequired":    setting(r, r.boolean, func(s *policy.Settings) *bool { return &s.ApprovalRequired }),
		"commentRequired":     setting(r, r.boolean, func(s *policy.Settings) *bool { return &s.CommentRequired }),
		"ticketRequired":      setting(r, r.boolean, func(s *policy.Settings) *bool { return &s.TicketRequired }),
		"ticketPattern":       setting(r, r.text, func(s *policy.Settings) *string { return &s.TicketPattern }),
		"maxDuration":         setting(r, r.duration, func(s *policy.Settings) *time.Duration { return &s.MaxDuration }),
		"minDuration":         setting(r, r.duration, func(s *policy.Settings) *time.Duration { return &s.MinDuration }),
		"pendingExpiry":       setting(r, r.duration, func(s *policy.Settings) *time.Duration { return &s.PendingExpiry }),
		"startHorizon":        setting(r, r.duration, func(s *policy.Settings) *time.Duration { return &s.StartHorizon }),
		"activationDeadline":  setting(r, r.duration, func(s *policy.Settings) *time.Duration { return &s.ActivationDeadline }),
		"maxExtensions":       setting(r, r.number, func(s *policy.Settings) *int { return &s.MaxExtensions }),
		"maxTargets":          setting(r, r.number, func(s *policy.Settings) *int { return &s.MaxTargets }),
		"protectedAccounts":   setting(r, r.list, func(s *policy.Settings) *[]string { return &s.ProtectedAccounts }),
		"administratorGroup":  setting(r, r.text, func(s *policy.Settings) *string { return &s.AdministratorGroup }),
		"auditorGroup":        setting(r, r.text, func(s *policy.Settings) *string { return &s.AuditorGroup }),
		"secondAdministrator": setting(r, r.text, func(s *policy.Settings) *string { return (*string)(&s.SecondAdministrator) }),
		"stepUp":              r.stepUp,
		"trustedIssuers":      setting(r, r.issuers, func(s *policy.Settings) *[]policy.TrustedIssuer { return &s.TrustedIssuers }),
	}
}

func (r *reader) issuers(to *[]policy.TrustedIssuer) entry {
	return func(field string, n *yaml.Node) {
		r.sequence(field, n, func(field string, n *yaml.Node) {
			var t policy.TrustedIssuer
			r.mapping(field, n, map[string]entry{
				"name": r.text(&t.Name), "issuer": r.text(&t.URL), "audience": r.text(&t.Audience), "jwksUrl": r.text(&t.KeysURL),
			})
			*to = append(*to, t)
		})
	}
}

// setting reads one of the settings, to be laid over those in force.
func setting[T any](r *reader, read func(*T) entry, place func(*policy.Settings) *T) entry {
	return func(field string, n *yaml.Node) {
		var value T
		read(&value)(field, n)
		r.document.settings = append(r.document.settings, func(s *policy.Settings) { *place(s) = value })
	}
}

func (r *reader) mapping(path string, n *yaml.Node, entries map[string]entry) {
	if n.Kind != yaml.MappingNode {
		r.wrongf(n, path, "it must have keys: %s", known(entries))
		return
	}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		field := join(path, key.Value)
		read, ok := entries[key.Value]
		switch {
		case !ok:
			r.wrongf(key, path, "the key %q is unknown; possible are %s", key.Value, known(entries))
		case seen[key.Value]:
			r.wrongf(key, path, "the key %q comes twice", key.Value)
		case value.Kind == yaml.AliasNode:
			r.wrongf(value, field, "write the value itself: aliases are not read")
		default:
			r.document.places[field] = positionOf(value)
			read(field, value)
		}
		seen[key.Value] = true
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func known(entries map[string]entry) string {
	keys := make([]string, 0, len(entries))
	for key := range entries {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return strings.Join(keys, ", ")
}

func (r *reader) scalar(field string, n *yaml.Node) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.wrongf(n, field, "it must be one value")
		return "", false
	}
	return n.Value, true
}

// text takes a value as it is written: an account id without quotes is no number, and keeps its leading zeros.
func (r *reader) text(to *string) entry {
	return func(field string, n *yaml.Node) {
		if value, ok := r.scalar(field, n); ok {
			*to = value
		}
	}
}

func (r *reader) boolean(to *bool) entry {
	return func(field string, n *yaml.Node) {
		value, ok := r.scalar(field, n)
		if ok && value != "true" && value != "false" {
			r.wrongf(n, field, "it must be true or false, not %q", value)
		}
		*to = value == "true"
	}
}

func (r *reader) number(to *int) entry {
	return func(field string, n *yaml.Node) {
		value, ok := r.scalar(field, n)
		if !ok {
			return
		}
		number, err := strconv.Atoi(value)
		if err != nil {
			r.wrongf(n, field, "it must be a whole number, not %q", value)
		}
		*to = number
	}
}

// duration is written as 90m, 4h, 1h30m, or in days: 90d.
func (r *reader) duration(to *time.Duration) entry {
	return func(field string, n *yaml.Node) {
		value, ok := r.scalar(field, n)
		if !ok {
			return
		}
		d, err := ParseDuration(value)
		if err != nil {
			r.wrongf(n, field, "it must be a duration such as 90m, 4h or 2d, not %q", value)
		}
		*to = d
	}
}

func (r *reader) list(to *[]string) entry {
	return func(field string, n *yaml.Node) {
		r.sequence(field, n, func(field string, n *yaml.Node) {
			if value, ok := r.scalar(field, n); ok {
				*to = append(*to, value)
			}
		})
	}
}

func (r *reader) sequence(field string, n *yaml.Node, each entry) {
	if n.Kind != yaml.SequenceNode {
		r.wrongf(n, field, "it must be a list")
		return
	}
	for i, item := range n.Content {
		at := fmt.Sprintf("%s[%d]", field, i)
		r.document.places[at] = positionOf(item)
		if item.Kind == yaml.AliasNode {
			r.wrongf(item, at, "write the value itself: aliases are not read")
			continue
		}
		each(at, item)
	}
}

func (r *reader) principals(to *policy.Principals) entry {
	return func(field string, n *yaml.Node) {
		r.mapping(field, n, map[string]entry{"users": r.list(&to.Users), "groups": r.list(&to.Groups)})
	}
}

func (r *reader) targets(to *policy.Targets) entry {
	return func(field string, n *yaml.Node) {
		r.mapping(field, n, map[string]entry{
			"accounts": r.list(&to.Accounts),
			"ous": func(field string, n *yaml.Node) {
				r.sequence(field, n, func(field string, n *yaml.Node) { to.OUs = append(to.OUs, r.unit(field, n)) })
			},
			"tags": func(field string, n *yaml.Node) {
				r.sequence(field, n, func(field string, n *yaml.Node) {
					var tag policy.TagTarget
					r.mapping(field, n, map[string]entry{"key": r.text(&tag.Key), "values": r.list(&tag.Values)})
					to.Tags = append(to.Tags, tag)
				})
			},
			"excludeAccounts": r.list(&to.ExcludeAccounts),
			"excludeOUs":      r.list(&to.ExcludeOUs),
		})
	}
}

// unit is a path or id, or one with directOnly.
func (r *reader) unit(field string, n *yaml.Node) policy.OUTarget {
	var ou policy.OUTarget
	if n.Kind == yaml.MappingNode {
		r.mapping(field, n, map[string]entry{"path": r.text(&ou.ID), "directOnly": r.boolean(&ou.DirectOnly)})
	} else {
		r.text(&ou.ID)(field, n)
	}
	return ou
}

func (r *reader) stages(to *[]policy.Stage) entry {
	return func(field string, n *yaml.Node) {
		r.sequence(field, n, func(field string, n *yaml.Node) {
			stage := policy.Stage{Required: 1}
			r.mapping(field, n, map[string]entry{"approvers": r.principals(&stage.Approvers), "required": r.number(&stage.Required)})
			*to = append(*to, stage)
		})
	}
}

// ParseDuration reads 90m, 4h, 1h30m, and days: 90d, 1d12h.
func ParseDuration(text string) (time.Duration, error) {
	days, rest := time.Duration(0), text
	if before, after, ok := strings.Cut(text, "d"); ok {
		n, err := strconv.ParseUint(before, 10, 16)
		if err != nil {
			return 0, fmt.Errorf("parse duration %q: %w", text, err)
		}
		if days, rest = time.Duration(n)*24*time.Hour, after; rest == "" {
			return days, nil
		}
	}
	d, err := time.ParseDuration(rest)
	if err != nil {
		return 0, fmt.Errorf("parse duration %q: %w", text, err)
	}
	return days + d, nil
}
