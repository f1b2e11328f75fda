package aws

import (
	"fmt"
	"slices"
	"strings"
)

// The changes below come from outside the program under test: an administrator in AWS's console,
// another tool, an identity provider. They take effect at once and are recorded as "out of band".
// Users, groups, accounts and permission sets are named by id (ARN) or by name.

func outOfBand(reason string) Origin { return Origin{Kind: "out of band", Reason: reason} }

// change runs f with the organization settled and held.
func (a *AWS) change(f func() error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.settle(a.now())
	return f()
}

// PutAssignment creates an assignment at once.
func (a *AWS) PutAssignment(given Assignment) error {
	return a.change(func() error {
		t, err := a.resolve(given)
		if err != nil {
			return fmt.Errorf("put assignment: %w", err)
		}
		if a.state.assignments[t].now() == nil {
			now := a.now()
			a.state.provision(now, place{t.AccountID, t.PermissionSetARN})
			a.state.setAssignment(now, t, &standing{now, outOfBand("")})
			a.refreshTriple(now, t, outOfBand(""))
		}
		return nil
	})
}

// DeleteAssignment removes an assignment at once. It is an error when there is none.
func (a *AWS) DeleteAssignment(given Assignment) error {
	return a.change(func() error {
		t, err := a.resolve(given)
		if err != nil {
			return fmt.Errorf("delete assignment: %w", err)
		}
		if a.state.assignments[t].now() == nil {
			return fmt.Errorf("delete assignment: there is none of %s %s in %s", t.PrincipalType, t.PrincipalID, t.AccountID)
		}
		a.removeAssignment(a.now(), t, outOfBand(""))
		return nil
	})
}

// DeleteUser removes a user and the memberships; assignments stay behind, as in AWS.
func (a *AWS) DeleteUser(user string) error {
	return a.change(func() error {
		id, err := a.findUser(user)
		if err != nil {
			return fmt.Errorf("delete user: %w", err)
		}
		now := a.now()
		a.state.users[id].set(now, nil)
		for _, group := range sortedKeys(a.state.memberships[id]) {
			if a.state.memberships[id][group].now() != nil {
				a.state.setMembership(now, group, id, false)
			}
		}
		a.refreshUser(now, id, outOfBand("user deleted"))
		return nil
	})
}

// SetUserStatus enables or disables a user: ENABLED or DISABLED.
func (a *AWS) SetUserStatus(user, status string) error {
	return a.change(func() error {
		id, err := a.findUser(user)
		if err != nil {
			return fmt.Errorf("set user status: %w", err)
		}
		if status != "ENABLED" && status != "DISABLED" {
			return fmt.Errorf("set user status: %q is neither ENABLED nor DISABLED", status)
		}
		u := *a.state.users[id].now()
		u.Status = status
		a.state.users[id].set(a.now(), &u)
		a.refreshUser(a.now(), id, outOfBand("user "+strings.ToLower(status)))
		return nil
	})
}

// SetMember adds a user to a group or takes it out.
func (a *AWS) SetMember(group, user string, member bool) error {
	return a.change(func() error {
		groupID, err := a.findGroup(group)
		if err != nil {
			return fmt.Errorf("set member: %w", err)
		}
		userID, err := a.findUser(user)
		if err != nil {
			return fmt.Errorf("set member: %w", err)
		}
		if is := a.state.members[groupID][userID].now() != nil; is == member {
			return nil
		}
		a.state.setMembership(a.now(), groupID, userID, member)
		reason := "membership added"
		if !member {
			reason = "membership removed"
		}
		for _, t := range triples(a.state.byPrincipal[groupID]) {
			a.refreshTriple(a.now(), t, outOfBand(reason))
		}
		return nil
	})
}

// DeleteGroup removes a group; its assignments stay behind and give nobody access.
func (a *AWS) DeleteGroup(group string) error {
	return a.change(func() error {
		id, err := a.findGroup(group)
		if err != nil {
			return fmt.Errorf("delete group: %w", err)
		}
		a.state.groups[id].set(a.now(), nil)
		for _, t := range triples(a.state.byPrincipal[id]) {
			a.refreshTriple(a.now(), t, outOfBand("group deleted"))
		}
		return nil
	})
}

// MoveAccount puts an account below another OU, named by its path; the root's is empty.
func (a *AWS) MoveAccount(account, unitPath string) error {
	return a.change(func() error {
		id, err := a.findAccount(account)
		if err != nil {
			return fmt.Errorf("move account: %w", err)
		}
		if _, ok := a.state.unitByPath[unitPath]; !ok {
			return fmt.Errorf("move account: organizational unit %q is unknown", unitPath)
		}
		moved := *a.state.accounts[id].now()
		moved.OU = unitPath
		a.state.accounts[id].set(a.now(), &moved)
		return nil
	})
}

// SetAccountState suspends, closes or re-activates an account: ACTIVE, PENDING_ACTIVATION,
// SUSPENDED, PENDING_CLOSURE or CLOSED. Nobody can assume a role in one that is not ACTIVE.
func (a *AWS) SetAccountState(account, state string) error {
	return a.change(func() error {
		id, err := a.findAccount(account)
		if err != nil {
			return fmt.Errorf("set account state: %w", err)
		}
		if !slices.Contains([]string{"ACTIVE", "PENDING_ACTIVATION", "SUSPENDED", "PENDING_CLOSURE", "CLOSED"}, state) {
			return fmt.Errorf("set account state: %q is unknown", state)
		}
		changed := *a.state.accounts[id].now()
		changed.State = state
		a.state.accounts[id].set(a.now(), &changed)
		a.refreshAccount(id, outOfBand("account "+state))
		return nil
	})
}

// RemoveAccount takes an account out of the organization; its assignments go with it.
func (a *AWS) RemoveAccount(account string) error {
	return a.change(func() error {
		id, err := a.findAccount(account)
		if err != nil {
			return fmt.Errorf("remove account: %w", err)
		}
		if id == a.state.manager || id == a.state.delegated {
			return fmt.Errorf("remove account: %s is the management account or the delegated administrator", id)
		}
		now := a.now()
		a.state.accounts[id].set(now, nil)
		for _, set := range sortedKeys(a.state.byAccount[id]) {
			a.dropPlace(place{id, set}, outOfBand("account removed"))
		}
		return nil
	})
}

func (a *AWS) refreshAccount(id string, why Origin) {
	for _, set := range sortedKeys(a.state.byAccount[id]) {
		for _, t := range triples(a.state.byPlace[place{id, set}]) {
			a.refreshTriple(a.now(), t, why)
		}
	}
}

// dropPlace ends all assignments of a permission set in an account, and its role.
func (a *AWS) dropPlace(p place, why Origin) {
	now := a.now()
	for _, t := range triples(a.state.byPlace[p]) {
		if a.state.assignments[t].now() != nil {
			a.removeAssignment(now, t, why)
		}
	}
	if a.state.roles[p].now() != nil {
		a.state.roles[p].set(now, nil)
	}
}

// DeletePermissionSet removes a permission set with everything that is assigned through it.
func (a *AWS) DeletePermissionSet(set string) error {
	return a.change(func() error {
		arn, err := a.findSet(set)
		if err != nil {
			return fmt.Errorf("delete permission set: %w", err)
		}
		for _, account := range a.state.accountIDs {
			if p := (place{account, arn}); a.state.roles[p] != nil {
				a.dropPlace(p, outOfBand("permission set deleted"))
			}
		}
		a.state.sets[arn].set(a.now(), nil)
		return nil
	})
}

// Provision puts a permission set's role into an account without any assignment, or takes that
// away. In the management account it makes the permission set unmanageable for the delegated
// administrator everywhere.
func (a *AWS) Provision(set, account string, provisioned bool) error {
	return a.change(func() error {
		arn, err := a.findSet(set)
		if err != nil {
			return fmt.Errorf("provision permission set: %w", err)
		}
		id, err := a.findAccount(account)
		if err != nil {
			return fmt.Errorf("provision permission set: %w", err)
		}
		p, now := place{id, arn}, a.now()
		if !provisioned {
			a.dropPlace(p, outOfBand("permission set unprovisioned"))
			return nil
		}
		a.state.provision(now, p)
		kept := *a.state.roles[p].now()
		kept.kept = true
		a.state.roles[p].set(now, &kept)
		return nil
	})
}

// SetSwitches changes how the organization answers from now on.
func (a *AWS) SetSwitches(f func(*Switches)) error {
	return a.change(func() error {
		changed := a.switches
		f(&changed)
		if err := changed.check(); err != nil {
			return fmt.Errorf("set switches: %w", err)
		}
		a.switches = changed
		return nil
	})
}

// Switches are the answers chosen now.
func (a *AWS) Switches() Switches {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.switches
}

// SetPolicies replaces the IAM policy documents of an access key.
func (a *AWS) SetPolicies(accessKeyID string, documents ...string) error {
	joined, err := joinPolicies(documents)
	if err != nil {
		return fmt.Errorf("set policies of %s: %w", accessKeyID, err)
	}
	return a.change(func() error {
		known := a.credentials[accessKeyID]
		if known == nil {
			return fmt.Errorf("set policies of %s: the access key is unknown", accessKeyID)
		}
		known.policy = joined
		return nil
	})
}

// Resolve finds the identifiers of an assignment given by names or ids.
func (a *AWS) Resolve(given Assignment) (Triple, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.resolve(given)
}

func (a *AWS) resolve(given Assignment) (Triple, error) {
	account, err := a.findAccount(given.Account)
	if err != nil {
		return Triple{}, err
	}
	set, err := a.findSet(given.PermissionSet)
	if err != nil {
		return Triple{}, err
	}
	t := Triple{PrincipalType: "USER", AccountID: account, PermissionSetARN: set}
	switch {
	case (given.User == "") == (given.Group == ""):
		return Triple{}, fmt.Errorf("an assignment names either a user or a group")
	case given.User != "":
		t.PrincipalID, err = a.findUser(given.User)
		if err != nil && a.state.users[given.User] != nil {
			t.PrincipalID, err = given.User, nil // the id of a user who is gone
		}
	default:
		t.PrincipalType = "GROUP"
		t.PrincipalID, err = a.findGroup(given.Group)
	}
	return t, err
}

func (a *AWS) findUser(idOrName string) (string, error) {
	return find("user", idOrName, a.state.userIDs, a.state.users, func(u *User) bool { return strings.EqualFold(u.UserName, idOrName) })
}

func (a *AWS) findGroup(idOrName string) (string, error) {
	return find("group", idOrName, a.state.groupIDs, a.state.groups, func(g *Group) bool { return strings.EqualFold(g.DisplayName, idOrName) })
}

func (a *AWS) findAccount(idOrName string) (string, error) {
	return find("account", idOrName, a.state.accountIDs, a.state.accounts, func(account *Account) bool { return account.Name == idOrName })
}

func (a *AWS) findSet(arnOrName string) (string, error) {
	return find("permission set", arnOrName, a.state.setARNs, a.state.sets, func(p *PermissionSet) bool { return p.Name == arnOrName })
}

func find[T any](what, idOrName string, ids []string, things map[string]*history[T], named func(*T) bool) (string, error) {
	if things[idOrName].now() != nil {
		return idOrName, nil
	}
	for _, id := range ids {
		if v := things[id].now(); v != nil && named(v) {
			return id, nil
		}
	}
	return "", fmt.Errorf("%s %q is unknown", what, idOrName)
}
