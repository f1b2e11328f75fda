package policychange

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/policy"
)

// maxDifference bounds the lines of a difference that an event carries; the versions themselves are whole.
const maxDifference = 200

// Difference tells two versions of one policy apart, line by line, with names beside ids. A nil before is a policy
// that did not exist. Empty means that they say the same.
func Difference(before, after *Version, dir Things) []string {
	exists := before != nil && !before.Deleted
	switch {
	case after.Deleted && exists:
		return []string{"deleted"}
	case after.Deleted:
		return nil
	}
	was := map[string]field{}
	var order []string
	if exists {
		for _, f := range fieldsOf(before.Body, dir) {
			was[f.name] = f
			order = append(order, f.name)
		}
	}
	is := map[string]field{}
	for _, f := range fieldsOf(after.Body, dir) {
		is[f.name] = f
		if _, known := was[f.name]; !known {
			order = append(order, f.name)
		}
	}
	var lines []string
	for _, name := range order {
		lines = append(lines, compareField(name, was[name], is[name])...)
	}
	if len(lines) > maxDifference {
		lines = append(lines[:maxDifference:maxDifference], fmt.Sprintf("and %d lines more", len(lines)-maxDifference))
	}
	return lines
}

// field is one entry of a policy as people read it.
type field struct {
	name   string
	list   bool
	values []value
}

// value is compared by key and shown by label.
type value struct{ key, label string }

func compareField(name string, was, is field) []string {
	if !was.list && !is.list {
		switch before, after := was.single(), is.single(); {
		case before.key == after.key:
			return nil
		case before.label == "":
			return []string{name + ": " + after.label}
		case after.label == "":
			return []string{name + ": " + before.label + " → none"}
		default:
			return []string{name + ": " + before.label + " → " + after.label}
		}
	}
	var lines []string
	for _, v := range was.values {
		if !slices.ContainsFunc(is.values, func(w value) bool { return w.key == v.key }) {
			lines = append(lines, name+": - "+v.label)
		}
	}
	for _, v := range is.values {
		if !slices.ContainsFunc(was.values, func(w value) bool { return w.key == v.key }) {
			lines = append(lines, name+": + "+v.label)
		}
	}
	return lines
}

func (f field) single() value {
	if len(f.values) == 0 {
		return value{}
	}
	return f.values[0]
}

// fieldList collects the fields of a policy in the order in which documents have them.
type fieldList struct {
	dir    Things
	fields []field
}

func fieldsOf(body any, dir Things) []field {
	l := fieldList{dir: dir}
	switch b := body.(type) {
	case policy.Eligibility:
		l.text("name", b.Name)
		l.principals("owners", b.Owners)
		l.principals("principals", b.Principals)
		l.targets(b.Targets)
		l.ids("permissionSets", policy.NamedPermissionSet, b.PermissionSets)
		l.duration("maxDuration", b.MaxDuration)
		l.text("approvalRequired", strconv.FormatBool(b.ApprovalRequired))
		l.text("ticketPattern", b.TicketPattern)
		l.text("emergency", strconv.FormatBool(b.Emergency))
		l.ids("machines", policy.NamedMachine, b.Machines)
	case policy.Approver:
		l.text("name", b.Name)
		l.principals("owners", b.Owners)
		l.targets(b.Targets)
		l.ids("permissionSets", policy.NamedPermissionSet, b.PermissionSets)
		l.ids("requesterGroups", policy.NamedGroup, b.RequesterGroups)
		for i, stage := range b.Stages {
			l.principals(fmt.Sprintf("stage %d approvers", i+1), stage.Approvers)
			l.text(fmt.Sprintf("stage %d required", i+1), strconv.Itoa(stage.Required))
		}
		l.text("stopInheritance", strconv.FormatBool(b.StopInheritance))
		l.demand("stepUp", b.StepUp)
	case policy.Settings:
		l.settings(b)
	}
	return l.fields
}

func (l *fieldList) settings(s policy.Settings) {
	l.text("approvalRequired", strconv.FormatBool(s.ApprovalRequired))
	l.text("commentRequired", strconv.FormatBool(s.CommentRequired))
	l.text("ticketRequired", strconv.FormatBool(s.TicketRequired))
	l.text("ticketPattern", s.TicketPattern)
	l.duration("maxDuration", s.MaxDuration)
	l.duration("minDuration", s.MinDuration)
	l.duration("pendingExpiry", s.PendingExpiry)
	l.duration("startHorizon", s.StartHorizon)
	l.duration("activationDeadline", s.ActivationDeadline)
	l.text("maxExtensions", strconv.Itoa(s.MaxExtensions))
	l.text("maxTargets", strconv.Itoa(s.MaxTargets))
	l.ids("protectedAccounts", policy.NamedAccount, s.ProtectedAccounts)
	l.id("administratorGroup", policy.NamedGroup, s.AdministratorGroup)
	l.id("auditorGroup", policy.NamedGroup, s.AuditorGroup)
	l.text("secondAdministrator", string(s.SecondAdministrator))
	for _, act := range policy.Acts() {
		l.demand("stepUp."+string(act), s.StepUp.Of(act))
	}
	trusted := field{name: "trustedIssuers", list: true}
	for _, t := range s.TrustedIssuers {
		trusted.values = append(trusted.values, value{t.String(), t.String()})
	}
	l.fields = append(l.fields, trusted)
}

func (l *fieldList) text(name, text string) {
	l.fields = append(l.fields, field{name: name, values: []value{{text, text}}})
}

func (l *fieldList) duration(name string, d time.Duration) {
	l.fields = append(l.fields, field{name: name, values: []value{{d.String(), access.Human(d)}}})
}

func (l *fieldList) id(name string, kind policy.Named, id string) {
	f := field{name: name}
	if id != "" {
		f.values = []value{{id, labelOf(kind, id, l.dir)}}
	}
	l.fields = append(l.fields, f)
}

func (l *fieldList) ids(name string, kind policy.Named, ids []string) {
	f := field{name: name, list: true}
	for _, id := range ids {
		f.values = append(f.values, value{id, labelOf(kind, id, l.dir)})
	}
	l.fields = append(l.fields, f)
}

func (l *fieldList) principals(name string, p policy.Principals) {
	l.ids(name+".users", policy.NamedUser, p.Users)
	l.ids(name+".groups", policy.NamedGroup, p.Groups)
}

func (l *fieldList) targets(t policy.Targets) {
	l.ids("targets.accounts", policy.NamedAccount, t.Accounts)
	ous := field{name: "targets.ous", list: true}
	for _, ou := range t.OUs {
		v := value{ou.ID, labelOf(policy.NamedOU, ou.ID, l.dir)}
		if ou.DirectOnly {
			v = value{v.key + " direct", v.label + ", accounts directly in it only"}
		}
		ous.values = append(ous.values, v)
	}
	tags := field{name: "targets.tags", list: true}
	for _, tag := range t.Tags {
		if len(tag.Values) == 0 {
			tags.values = append(tags.values, value{strconv.Quote(tag.Key), tag.Key + " with any value"})
		}
		for _, v := range tag.Values {
			tags.values = append(tags.values, value{strconv.Quote(tag.Key) + "=" + v, tag.Key + "=" + v})
		}
	}
	l.fields = append(l.fields, ous, tags)
	l.ids("targets.excludeAccounts", policy.NamedAccount, t.ExcludeAccounts)
	l.ids("targets.excludeOUs", policy.NamedOU, t.ExcludeOUs)
}

// labelOf names a thing and keeps its id beside the name, which need not be unique nor last.
func labelOf(kind policy.Named, id string, dir Things) string {
	name := nameOf(kind, id, dir)
	if name == "" {
		return id
	}
	return name + " (" + id + ")"
}

// nameOf a thing, "" if the directory does not know it.
func nameOf(kind policy.Named, id string, dir Things) string {
	switch kind {
	case policy.NamedUser:
		u, _ := dir.User(id)
		return u.UserName
	case policy.NamedGroup:
		g, _ := dir.Group(id)
		return g.DisplayName
	case policy.NamedAccount:
		a, _ := dir.Account(id)
		return a.Name
	case policy.NamedOU:
		return unitPath(id, dir.Snapshot)
	case policy.NamedPermissionSet:
		p, _ := dir.PermissionSet(id)
		return p.Name
	case policy.NamedMachine:
		m, _ := dir.Machine(id)
		return m.Name
	}
	return ""
}
