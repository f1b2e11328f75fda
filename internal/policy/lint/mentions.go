package lint

import (
	"fmt"
	"strings"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// kind of thing that a policy names.
type kind struct {
	name string
	part directory.Part // by which it is known
	code string         // where it is not
}

var (
	ofUser          = kind{"user", directory.PartUsers, CodeUnknownUser}
	ofGroup         = kind{"group", directory.PartGroups, CodeUnknownGroup}
	ofAccount       = kind{"account", directory.PartAccounts, CodeUnknownAccount}
	ofOU            = kind{"organizational unit", directory.PartUnits, CodeUnknownOU}
	ofPermissionSet = kind{"permission set", directory.PartPermissionSets, CodeUnknownPermissionSet}
)

// mention of an id in a policy.
type mention struct {
	kind  kind
	id    string
	place Place
	// owner: it is only said whom to ask about the policy.
	owner bool
}

// mentions are all ids in the set of policies, in the order of policies and fields.
func (l *linter) mentions() []mention {
	var c mentioned
	for i := range l.set.Eligibility {
		p := &l.set.Eligibility[i]
		c.ref = p.Ref()
		c.principals("owners", p.Owners, true)
		c.principals("principals", p.Principals, false)
		c.targets(p.Targets)
		c.sets(p.PermissionSets)
	}
	for i := range l.set.Approver {
		p := &l.set.Approver[i]
		c.ref = p.Ref()
		c.principals("owners", p.Owners, true)
		c.targets(p.Targets)
		c.sets(p.PermissionSets)
		c.add("requesterGroups", ofGroup, false, p.RequesterGroups...)
		for j, stage := range p.Stages {
			c.principals(fmt.Sprintf("stages[%d].approvers", j), stage.Approvers, false)
		}
	}
	c.settings(&l.set.Settings)
	return c.all
}

type mentioned struct {
	ref policy.Ref
	all []mention
}

func (c *mentioned) add(field string, k kind, owner bool, ids ...string) {
	for i, id := range ids {
		c.all = append(c.all, mention{k, id, at(c.ref, fmt.Sprintf("%s[%d]", field, i)), owner})
	}
}

func (c *mentioned) principals(field string, p policy.Principals, owner bool) {
	c.add(field+".users", ofUser, owner, p.Users...)
	c.add(field+".groups", ofGroup, owner, p.Groups...)
}

func (c *mentioned) targets(t policy.Targets) {
	c.add("targets.accounts", ofAccount, false, t.Accounts...)
	for i, ou := range t.OUs {
		c.all = append(c.all, mention{ofOU, ou.ID, at(c.ref, fmt.Sprintf("targets.ous[%d]", i)), false})
	}
	c.add("targets.excludeAccounts", ofAccount, false, t.ExcludeAccounts...)
	c.add("targets.excludeOUs", ofOU, false, t.ExcludeOUs...)
}

func (c *mentioned) sets(arns []string) {
	c.add("permissionSets", ofPermissionSet, false, arns...)
}

func (c *mentioned) settings(s *policy.Settings) {
	c.ref = s.Ref()
	c.add("protectedAccounts", ofAccount, false, s.ProtectedAccounts...)
	for field, id := range [2]string{s.AdministratorGroup, s.AuditorGroup} {
		if id != "" {
			name := [2]string{"administratorGroup", "auditorGroup"}[field]
			c.all = append(c.all, mention{ofGroup, id, at(c.ref, name), false})
		}
	}
}

func (l *linter) exists(m mention) (known bool) {
	switch m.kind {
	case ofUser:
		_, known = l.dir.User(m.id)
	case ofGroup:
		_, known = l.dir.Group(m.id)
	case ofAccount:
		_, known = l.dir.Account(m.id)
	case ofOU:
		_, known = l.dir.OU(m.id)
	case ofPermissionSet:
		_, known = l.dir.PermissionSet(m.id)
	}
	return known
}

// unknown finds ids that lead nowhere, and people and accounts that cannot have or give anything.
func (l *linter) unknown() {
	for _, m := range l.mentions() {
		switch {
		case !l.exists(m):
			if l.knows(m.kind.part) {
				text := fmt.Sprintf("There is no %s %s (any more).", m.kind.name, m.id)
				l.add(m.kind.code, m.id, text, m.place)
			}
		case m.owner:
		case m.kind == ofUser:
			if user, _ := l.dir.User(m.id); user.Status != directory.UserEnabled {
				l.add(CodeDisabledUser, m.id, fmt.Sprintf("The user %s is not enabled in the identity store.", l.user(m.id)), m.place)
			}
		case m.kind == ofAccount && strings.HasPrefix(m.place.Field, "targets.accounts"):
			if account, _ := l.dir.Account(m.id); account.State != directory.AccountActive {
				text := fmt.Sprintf("%s is not active (AWS says %q).", l.account(m.id), account.State)
				l.add(CodeInactiveAccount, m.id, text, m.place)
			}
		}
	}
}
