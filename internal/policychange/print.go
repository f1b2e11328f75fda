package policychange

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/policy"
)

// Print writes versions of policies in the form that Parse reads: with names where a name says which thing is meant,
// otherwise with ids. What Parse would fill in anyway is left out, except of the settings.
func Print(versions []Version, dir Things) (string, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	w := writer{names: indexNames(dir), dir: dir}
	for i := range versions {
		if versions[i].Deleted {
			continue
		}
		if err := encoder.Encode(w.document(&versions[i])); err != nil {
			return "", fmt.Errorf("print %s: %w", label(&versions[i]), err)
		}
	}
	if err := encoder.Close(); err != nil {
		return "", fmt.Errorf("print policies: %w", err)
	}
	return out.String(), nil
}

type writer struct {
	names nameIndex
	dir   Things
}

// block is a mapping with its keys in the order they were added.
type block struct{ yaml.Node }

func newBlock() *block { return &block{yaml.Node{Kind: yaml.MappingNode}} }

// add leaves out what is empty.
func (b *block) add(key string, value *yaml.Node) {
	if value != nil && (value.Kind == yaml.ScalarNode || len(value.Content) > 0) {
		b.Content = append(b.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, value)
	}
}

// text is quoted where it would be read as something else, so that an account id stays twelve digits in every reader.
func text(value string) *yaml.Node {
	if value == "" {
		return nil
	}
	var n yaml.Node
	n.SetString(value)
	return &n
}

func emptyText(value string) *yaml.Node {
	if value == "" {
		return &yaml.Node{Kind: yaml.ScalarNode, Value: "", Tag: "!!str", Style: yaml.DoubleQuotedStyle}
	}
	return text(value)
}

func plain(value string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: value} }

func onlyTrue(value bool) *yaml.Node {
	if !value {
		return nil
	}
	return plain("true")
}

func (w writer) document(v *Version) *yaml.Node {
	b := newBlock()
	b.add("kind", plain(string(v.Kind)))
	switch p := v.Body.(type) {
	case policy.Eligibility:
		b.add("id", text(v.ID))
		b.add("name", text(p.Name))
		b.add("owners", w.principals(p.Owners))
		b.add("principals", w.principals(p.Principals))
		b.add("targets", w.targets(p.Targets))
		b.add("permissionSets", w.list(policy.NamedPermissionSet, p.PermissionSets))
		b.add("maxDuration", plain(spellDuration(p.MaxDuration)))
		b.add("approvalRequired", plain(strconv.FormatBool(p.ApprovalRequired)))
		b.add("ticketPattern", text(p.TicketPattern))
		b.add("emergency", onlyTrue(p.Emergency))
		b.add("machines", w.list(policy.NamedMachine, p.Machines))
	case policy.Approver:
		b.add("id", text(v.ID))
		b.add("name", text(p.Name))
		b.add("owners", w.principals(p.Owners))
		b.add("targets", w.targets(p.Targets))
		b.add("permissionSets", w.list(policy.NamedPermissionSet, p.PermissionSets))
		b.add("requesterGroups", w.list(policy.NamedGroup, p.RequesterGroups))
		stages := &yaml.Node{Kind: yaml.SequenceNode}
		for _, stage := range p.Stages {
			s := newBlock()
			s.add("approvers", w.principals(stage.Approvers))
			s.add("required", plain(strconv.Itoa(stage.Required)))
			stages.Content = append(stages.Content, &s.Node)
		}
		b.add("stages", stages)
		b.add("stopInheritance", onlyTrue(p.StopInheritance))
		if !p.StepUp.None() {
			b.add("stepUp", w.demand(p.StepUp))
		}
	case policy.Settings:
		w.settings(b, p)
	}
	return &b.Node
}

func (w writer) settings(b *block, s policy.Settings) {
	b.add("approvalRequired", plain(strconv.FormatBool(s.ApprovalRequired)))
	b.add("commentRequired", plain(strconv.FormatBool(s.CommentRequired)))
	b.add("ticketRequired", plain(strconv.FormatBool(s.TicketRequired)))
	b.add("ticketPattern", emptyText(s.TicketPattern))
	b.add("maxDuration", plain(spellDuration(s.MaxDuration)))
	b.add("minDuration", plain(spellDuration(s.MinDuration)))
	b.add("pendingExpiry", plain(spellDuration(s.PendingExpiry)))
	b.add("startHorizon", plain(spellDuration(s.StartHorizon)))
	b.add("activationDeadline", plain(spellDuration(s.ActivationDeadline)))
	b.add("maxExtensions", plain(strconv.Itoa(s.MaxExtensions)))
	b.add("maxTargets", plain(strconv.Itoa(s.MaxTargets)))
	protected := w.list(policy.NamedAccount, s.ProtectedAccounts)
	if len(protected.Content) == 0 {
		// Left out it would mean what is in force, not none.
		protected.Style = yaml.FlowStyle
	}
	b.Content = append(b.Content, plain("protectedAccounts"), protected)
	if s.AdministratorGroup != "" {
		b.add("administratorGroup", text(w.name(policy.NamedGroup, s.AdministratorGroup)))
	}
	b.add("auditorGroup", emptyText(w.name(policy.NamedGroup, s.AuditorGroup)))
	b.add("secondAdministrator", text(string(s.SecondAdministrator)))
	b.add("stepUp", w.stepUp(s.StepUp))
	trusted := issuers(s.TrustedIssuers)
	if len(trusted.Content) == 0 {
		trusted.Style = yaml.FlowStyle // as of protected accounts
	}
	b.Content = append(b.Content, plain("trustedIssuers"), trusted)
}

func issuers(all []policy.TrustedIssuer) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, t := range all {
		b := newBlock()
		b.add("name", text(t.Name))
		b.add("issuer", text(t.URL))
		b.add("audience", text(t.Audience))
		b.add("jwksUrl", text(t.KeysURL))
		list.Content = append(list.Content, &b.Node)
	}
	return list
}

func (w writer) principals(p policy.Principals) *yaml.Node {
	b := newBlock()
	b.add("users", w.list(policy.NamedUser, p.Users))
	b.add("groups", w.list(policy.NamedGroup, p.Groups))
	return &b.Node
}

func (w writer) targets(t policy.Targets) *yaml.Node {
	b := newBlock()
	b.add("accounts", w.list(policy.NamedAccount, t.Accounts))
	ous := &yaml.Node{Kind: yaml.SequenceNode}
	for _, ou := range t.OUs {
		unit := text(w.name(policy.NamedOU, ou.ID))
		if ou.DirectOnly {
			o := newBlock()
			o.add("path", unit)
			o.add("directOnly", plain("true"))
			unit = &o.Node
		}
		ous.Content = append(ous.Content, unit)
	}
	b.add("ous", ous)
	tags := &yaml.Node{Kind: yaml.SequenceNode}
	for _, tag := range t.Tags {
		o := newBlock()
		o.add("key", text(tag.Key))
		values := &yaml.Node{Kind: yaml.SequenceNode}
		for _, value := range tag.Values {
			values.Content = append(values.Content, emptyText(value))
		}
		o.add("values", values)
		tags.Content = append(tags.Content, &o.Node)
	}
	b.add("tags", tags)
	b.add("excludeAccounts", w.list(policy.NamedAccount, t.ExcludeAccounts))
	b.add("excludeOUs", w.list(policy.NamedOU, t.ExcludeOUs))
	return &b.Node
}

func (w writer) list(kind policy.Named, ids []string) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, id := range ids {
		list.Content = append(list.Content, text(w.name(kind, id)))
	}
	return list
}

// name of a thing, or its id where the name would not lead back to it.
func (w writer) name(kind policy.Named, id string) string {
	name := nameOf(kind, id, w.dir)
	if kind == policy.NamedOU && spelledPath(name) != name {
		return id
	}
	if ids := w.names[kind][name]; len(ids) == 1 && ids[0] == id && !w.dir.know(policy.Mention{Kind: kind, ID: name}) {
		return name
	}
	return id
}

// spellDuration writes whole days as such.
func spellDuration(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= 2*day && d%day == 0 {
		return strconv.FormatInt(int64(d/day), 10) + "d"
	}
	return access.Human(d)
}
