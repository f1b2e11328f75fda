package policy

import (
	"fmt"

	"github.com/team-idc/team/internal/directory"
)

// Named is a kind of thing that policies name by its id; the text is what people call it.
type Named string

// The kinds of things a policy names.
const (
	NamedUser          Named = "user"
	NamedGroup         Named = "group"
	NamedAccount       Named = "account"
	NamedOU            Named = "organizational unit"
	NamedPermissionSet Named = "permission set"
	NamedMachine       Named = "machine client"
)

// Mention is an id in a policy, and where.
type Mention struct {
	Kind  Named
	ID    string
	Field string // as in JSON, with indexes: targets.ous[1]
	// Owner: it is only said whom to ask about the policy.
	Owner bool
}

// Known says whether the directory knows what is mentioned. It knows no machine clients.
func (m Mention) Known(dir *directory.Snapshot) (known bool) {
	switch m.Kind {
	case NamedUser:
		_, known = dir.User(m.ID)
	case NamedGroup:
		_, known = dir.Group(m.ID)
	case NamedAccount:
		_, known = dir.Account(m.ID)
	case NamedOU:
		_, known = dir.OU(m.ID)
	case NamedPermissionSet:
		_, known = dir.PermissionSet(m.ID)
	case NamedMachine:
	}
	return known
}

// Mentions are all ids in a policy or the settings, in the order of their fields. Nil for anything else.
func Mentions(body any) []Mention {
	var c mentions
	switch b := body.(type) {
	case Eligibility:
		c.owners(b.Owners)
		c.principals("principals", b.Principals)
		c.targets(b.Targets)
		c.add("permissionSets", NamedPermissionSet, b.PermissionSets...)
		c.add("machines", NamedMachine, b.Machines...)
	case Approver:
		c.owners(b.Owners)
		c.targets(b.Targets)
		c.add("permissionSets", NamedPermissionSet, b.PermissionSets...)
		c.add("requesterGroups", NamedGroup, b.RequesterGroups...)
		for i, stage := range b.Stages {
			c.principals(fmt.Sprintf("stages[%d].approvers", i), stage.Approvers)
		}
	case Settings:
		c.add("protectedAccounts", NamedAccount, b.ProtectedAccounts...)
		c.one("administratorGroup", NamedGroup, b.AdministratorGroup)
		c.one("auditorGroup", NamedGroup, b.AuditorGroup)
	}
	return c
}

type mentions []Mention

func (c *mentions) one(field string, kind Named, id string) {
	if id != "" {
		*c = append(*c, Mention{Kind: kind, ID: id, Field: field})
	}
}

func (c *mentions) add(field string, kind Named, ids ...string) {
	for i, id := range ids {
		*c = append(*c, Mention{Kind: kind, ID: id, Field: fmt.Sprintf("%s[%d]", field, i)})
	}
}

func (c *mentions) principals(field string, p Principals) {
	c.add(field+".users", NamedUser, p.Users...)
	c.add(field+".groups", NamedGroup, p.Groups...)
}

func (c *mentions) owners(p Principals) {
	c.principals("owners", p)
	for i := range *c {
		(*c)[i].Owner = true
	}
}

func (c *mentions) targets(t Targets) {
	c.add("targets.accounts", NamedAccount, t.Accounts...)
	for i, ou := range t.OUs {
		c.one(fmt.Sprintf("targets.ous[%d]", i), NamedOU, ou.ID)
	}
	c.add("targets.excludeAccounts", NamedAccount, t.ExcludeAccounts...)
	c.add("targets.excludeOUs", NamedOU, t.ExcludeOUs...)
}
