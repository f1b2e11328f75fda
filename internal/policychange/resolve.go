package policychange

import (
	"fmt"
	"slices"
	"strings"

	"github.com/team-idc/team/internal/policy"
)

// Resolve turns the names in documents into the ids of the directory and checks the result. Settings are laid over
// base: those in force, or policy.DefaultSettings for a new database. Names that are unknown, or that several things
// have, are DocumentErrors with their line, as is everything that policy.Validate finds.
func Resolve(documents []Document, base policy.Settings, dir Things) ([]Draft, error) {
	return resolve(documents, base, dir, false)
}

// resolve with lenience lets ids stand that the directory does not know, if they have the form of ids.
func resolve(documents []Document, base policy.Settings, dir Things, lenient bool) ([]Draft, error) {
	names := indexNames(dir)
	var drafts []Draft
	var mistakes DocumentErrors
	for i := range documents {
		r := resolver{document: &documents[i], names: names, dir: dir, lenient: lenient, unknown: map[string]Mistake{}}
		drafts = append(drafts, r.resolve(base))
		mistakes = append(mistakes, r.mistakes...)
	}
	mistakes = append(mistakes, doubles(documents)...)
	if len(mistakes) > 0 {
		return nil, mistakes
	}
	return drafts, nil
}

// doubles are documents that speak of the same policy.
func doubles(documents []Document) (mistakes DocumentErrors) {
	first := map[string]*Document{}
	for i := range documents {
		d := &documents[i]
		keys := []string{string(d.Kind) + "/name/" + d.name()}
		if d.ID != "" {
			keys = append(keys, string(d.Kind)+"/id/"+d.ID)
		}
		for _, key := range keys {
			if other, taken := first[key]; taken {
				mistakes = append(mistakes, Mistake{File: d.File, Line: d.Line, Text: fmt.Sprintf("%s:%d is the same policy", other.File, other.Line)})
				break
			}
			first[key] = d
		}
	}
	return mistakes
}

func (d *Document) name() string {
	switch b := d.body.(type) {
	case policy.Eligibility:
		return strings.TrimSpace(b.Name)
	case policy.Approver:
		return strings.TrimSpace(b.Name)
	}
	return ""
}

// nameIndex finds the ids of what has a name.
type nameIndex map[policy.Named]map[string][]string // kind → name → ids

func indexNames(dir Things) nameIndex {
	x := nameIndex{
		policy.NamedUser: {}, policy.NamedGroup: {}, policy.NamedAccount: {}, policy.NamedOU: {}, policy.NamedPermissionSet: {},
		policy.NamedMachine: {},
	}
	add := func(kind policy.Named, name, id string) {
		if name != "" {
			x[kind][name] = append(x[kind][name], id)
		}
	}
	for _, u := range dir.Users() {
		add(policy.NamedUser, u.UserName, u.ID)
	}
	for _, g := range dir.Groups() {
		add(policy.NamedGroup, g.DisplayName, g.ID)
	}
	for _, a := range dir.Accounts() {
		add(policy.NamedAccount, a.Name, a.ID)
	}
	for _, ou := range dir.OUs() {
		add(policy.NamedOU, unitPath(ou.ID, dir.Snapshot), ou.ID)
	}
	for _, p := range dir.PermissionSets() {
		add(policy.NamedPermissionSet, p.Name, p.ARN)
	}
	for _, m := range dir.Machines {
		add(policy.NamedMachine, m.Name, m.ID)
	}
	return x
}

type resolver struct {
	document *Document
	names    nameIndex
	dir      Things
	mistakes DocumentErrors
	// lenient: what the directory does not know is a mistake only if it has not even the form of an id. unknown are the
	// mistakes to be, by field.
	lenient bool
	unknown map[string]Mistake
}

func (r *resolver) resolve(base policy.Settings) Draft {
	d := Draft{Kind: r.document.Kind, ID: r.document.ID}
	switch p := r.document.body.(type) {
	case policy.Eligibility:
		p.ID = d.ID
		p.Owners = r.principals("owners", p.Owners)
		p.Principals = r.principals("principals", p.Principals)
		p.Targets = r.targets("targets", p.Targets)
		p.PermissionSets = r.ids("permissionSets", policy.NamedPermissionSet, p.PermissionSets)
		p.Machines = r.ids("machines", policy.NamedMachine, p.Machines)
		r.problems(p.Validate())
		d.Body = p
	case policy.Approver:
		p.ID = d.ID
		p.Owners = r.principals("owners", p.Owners)
		p.Targets = r.targets("targets", p.Targets)
		p.PermissionSets = r.ids("permissionSets", policy.NamedPermissionSet, p.PermissionSets)
		p.RequesterGroups = r.ids("requesterGroups", policy.NamedGroup, p.RequesterGroups)
		p.Stages = slices.Clone(p.Stages)
		for i := range p.Stages {
			p.Stages[i].Approvers = r.principals(fmt.Sprintf("stages[%d].approvers", i), p.Stages[i].Approvers)
		}
		r.problems(p.Validate())
		d.Body = p
	default:
		d.Body = r.settings(base)
	}
	return d
}

func (r *resolver) settings(s policy.Settings) policy.Settings {
	s.Revision, s.Previous = policy.Revision{}, nil
	for _, set := range r.document.settings {
		set(&s)
	}
	if r.wrote("protectedAccounts") {
		s.ProtectedAccounts = r.ids("protectedAccounts", policy.NamedAccount, s.ProtectedAccounts)
	}
	if r.wrote("administratorGroup") {
		s.AdministratorGroup = r.id("administratorGroup", policy.NamedGroup, s.AdministratorGroup)
	}
	if r.wrote("auditorGroup") && s.AuditorGroup != "" {
		s.AuditorGroup = r.id("auditorGroup", policy.NamedGroup, s.AuditorGroup)
	}
	r.problems(s.Validate())
	return s
}

func (r *resolver) wrote(field string) bool {
	_, ok := r.document.places[field]
	return ok
}

// problems become mistakes, unless the same place is wrong already.
func (r *resolver) problems(found []policy.Problem) {
	for _, p := range found {
		if m, ok := r.unknown[p.Field]; ok && p.Code == policy.ProblemBadID {
			r.mistakes = append(r.mistakes, m)
			continue
		}
		if !slices.ContainsFunc(r.mistakes, func(m Mistake) bool { return m.Field == p.Field }) {
			r.wrongf(p.Field, "%s", p.Text)
		}
	}
}

func (r *resolver) wrongf(field, format string, args ...any) {
	r.mistakes = append(r.mistakes, r.mistakef(field, format, args...))
}

func (r *resolver) mistakef(field, format string, args ...any) Mistake {
	return Mistake{File: r.document.File, Line: r.document.lineOf(field), Field: field, Text: fmt.Sprintf(format, args...)}
}

// lineOf a field, or of what it is in.
func (d *Document) lineOf(field string) int { return d.positionOf(field).line }

// positionOf a field, or of what it is in.
func (d *Document) positionOf(field string) position {
	for field != "" {
		if at, ok := d.places[field]; ok {
			return at
		}
		field = field[:max(0, strings.LastIndexAny(field, ".["))]
	}
	return position{d.Line, d.column}
}

func (r *resolver) principals(field string, p policy.Principals) policy.Principals {
	return policy.Principals{
		Users:  r.ids(field+".users", policy.NamedUser, p.Users),
		Groups: r.ids(field+".groups", policy.NamedGroup, p.Groups),
	}
}

func (r *resolver) targets(field string, t policy.Targets) policy.Targets {
	t.Accounts = r.ids(field+".accounts", policy.NamedAccount, t.Accounts)
	t.OUs = slices.Clone(t.OUs)
	for i := range t.OUs {
		t.OUs[i].ID = r.id(fmt.Sprintf("%s.ous[%d]", field, i), policy.NamedOU, t.OUs[i].ID)
	}
	t.ExcludeAccounts = r.ids(field+".excludeAccounts", policy.NamedAccount, t.ExcludeAccounts)
	t.ExcludeOUs = r.ids(field+".excludeOUs", policy.NamedOU, t.ExcludeOUs)
	return t
}

func (r *resolver) ids(field string, kind policy.Named, names []string) []string {
	var ids []string
	for i, name := range names {
		ids = append(ids, r.id(fmt.Sprintf("%s[%d]", field, i), kind, name))
	}
	return ids
}

// id of a thing by its id or name. An id comes first: a name that looks like another thing's id names nothing else.
func (r *resolver) id(field string, kind policy.Named, name string) string {
	if r.dir.know(policy.Mention{Kind: kind, ID: name}) {
		return name
	}
	key := name
	if kind == policy.NamedOU {
		key = spelledPath(name)
	}
	switch ids := r.names[kind][key]; len(ids) {
	case 0:
		m := r.mistakef(field, "there is no %s %q in the directory", kind, name)
		if kind == policy.NamedMachine {
			m = r.mistakef(field, "there is no machine client %q; see team machine list", name)
		}
		if r.lenient {
			r.unknown[field] = m
		} else {
			r.mistakes = append(r.mistakes, m)
		}
	case 1:
		return ids[0]
	default:
		ids = slices.Sorted(slices.Values(ids))
		r.wrongf(field, "there are %d of the kind %s named %q; write the id: %s", len(ids), kind, name, strings.Join(ids, ", "))
	}
	return name
}

// spelledPath takes the spaces from around the slashes: TEAM's sentences have them.
func spelledPath(path string) string {
	parts := strings.Split(path, "/")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return strings.Join(parts, "/")
}
