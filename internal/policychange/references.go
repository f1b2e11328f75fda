package policychange

import (
	"fmt"

	"github.com/team-idc/team/internal/policy"
)

// reference is an id that a policy names, and where.
type reference struct{ field, kind, id string }

// The kinds of things a policy names.
const (
	ofUser          = "user"
	ofGroup         = "group"
	ofAccount       = "account"
	ofOU            = "organizational unit"
	ofPermissionSet = "permission set"
	ofMachine       = "machine client"
)

// checkReferences refuses a policy that names what the directory does not know. What the version before named already
// may stay: somebody who left must not keep an administrator from narrowing the policy.
func checkReferences(next Version, head *Version, dir Things) error {
	had := map[reference]bool{}
	if head != nil && !head.Deleted {
		for _, r := range references(head.Body) {
			had[reference{kind: r.kind, id: r.id}] = true
		}
	}
	for _, r := range references(next.Body) {
		if !had[reference{kind: r.kind, id: r.id}] && !exists(r, dir) {
			if r.kind == ofMachine {
				return invalid(r.field, "there is no machine client %s; see team machine list", r.id)
			}
			return invalid(r.field, "there is no %s %s in the directory", r.kind, r.id)
		}
	}
	return nil
}

func exists(r reference, dir Things) (ok bool) {
	switch r.kind {
	case ofUser:
		_, ok = dir.User(r.id)
	case ofGroup:
		_, ok = dir.Group(r.id)
	case ofAccount:
		_, ok = dir.Account(r.id)
	case ofOU:
		_, ok = dir.OU(r.id)
	case ofPermissionSet:
		_, ok = dir.PermissionSet(r.id)
	case ofMachine:
		_, ok = dir.Machine(r.id)
	}
	return ok
}

// references of a policy, in the order of its fields.
func references(body any) []reference {
	var found []reference
	add := func(field, kind string, ids ...string) {
		for i, id := range ids {
			found = append(found, reference{fmt.Sprintf("%s[%d]", field, i), kind, id})
		}
	}
	principals := func(field string, p policy.Principals) {
		add(field+".users", ofUser, p.Users...)
		add(field+".groups", ofGroup, p.Groups...)
	}
	targets := func(field string, t policy.Targets) {
		add(field+".accounts", ofAccount, t.Accounts...)
		for i, ou := range t.OUs {
			found = append(found, reference{fmt.Sprintf("%s.ous[%d]", field, i), ofOU, ou.ID})
		}
		add(field+".excludeAccounts", ofAccount, t.ExcludeAccounts...)
		add(field+".excludeOUs", ofOU, t.ExcludeOUs...)
	}
	switch b := body.(type) {
	case policy.Eligibility:
		principals("owners", b.Owners)
		principals("principals", b.Principals)
		targets("targets", b.Targets)
		add("permissionSets", ofPermissionSet, b.PermissionSets...)
		add("machines", ofMachine, b.Machines...)
	case policy.Approver:
		principals("owners", b.Owners)
		targets("targets", b.Targets)
		add("permissionSets", ofPermissionSet, b.PermissionSets...)
		add("requesterGroups", ofGroup, b.RequesterGroups...)
		for i, stage := range b.Stages {
			principals(fmt.Sprintf("stages[%d].approvers", i), stage.Approvers)
		}
	case policy.Settings:
		add("protectedAccounts", ofAccount, b.ProtectedAccounts...)
		if b.AdministratorGroup != "" {
			found = append(found, reference{"administratorGroup", ofGroup, b.AdministratorGroup})
		}
		if b.AuditorGroup != "" {
			found = append(found, reference{"auditorGroup", ofGroup, b.AuditorGroup})
		}
	}
	return found
}
