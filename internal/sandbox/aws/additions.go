package aws

import (
	"fmt"
	"slices"
)

// What is added is checked as an organization file is, together with all that is there already. Its
// id follows from its name the first time only: AWS never gives an id again, so that what is deleted
// and made anew under the same name is somebody else.

// AddUser adds a user and returns the id.
func (a *AWS) AddUser(u User) (string, error) {
	err := a.change(func() error {
		o := a.describe()
		if u.ID == "" && a.state.users[guidOf(digestBytes("user", u.UserName))] != nil {
			u.ID = a.newID()
		}
		o.Users = append(o.Users, u)
		o, err := o.completed()
		if err != nil {
			return fmt.Errorf("add user: %w", err)
		}
		u = o.Users[len(o.Users)-1]
		store(a.state.users, &a.state.userIDs, u.ID, a.now(), &u)
		a.refreshUser(a.now(), u.ID, outOfBand("user added"))
		return nil
	})
	return u.ID, err
}

// AddGroup adds a group with its members and returns the id.
func (a *AWS) AddGroup(g Group) (string, error) {
	err := a.change(func() error {
		o := a.describe()
		if g.ID == "" && a.state.groups[guidOf(digestBytes("group", g.DisplayName))] != nil {
			g.ID = a.newID()
		}
		o.Groups = append(o.Groups, g)
		o, err := o.completed()
		if err != nil {
			return fmt.Errorf("add group: %w", err)
		}
		g = o.Groups[len(o.Groups)-1]
		members := g.Members
		g.Members = nil
		now := a.now()
		store(a.state.groups, &a.state.groupIDs, g.ID, now, &g)
		for _, name := range members {
			user, err := a.findUser(name)
			if err != nil {
				return fmt.Errorf("add group: %w", err)
			}
			a.state.setMembership(now, g.ID, user, true)
		}
		for _, t := range triples(a.state.byPrincipal[g.ID]) {
			a.refreshTriple(now, t, outOfBand("group added"))
		}
		return nil
	})
	return g.ID, err
}

// AddAccount adds an account and returns the id.
func (a *AWS) AddAccount(account Account) (string, error) {
	err := a.change(func() error {
		o := a.describe()
		if account.ID == "" && a.state.accounts[digitsOf(digestBytes("account", account.Name), 12)] != nil {
			account.ID = digitsOf(digestBytes("account", a.newID()), 12)
		}
		o.Accounts = append(o.Accounts, account)
		o, err := o.completed()
		if err != nil {
			return fmt.Errorf("add account: %w", err)
		}
		account = o.Accounts[len(o.Accounts)-1]
		store(a.state.accounts, &a.state.accountIDs, account.ID, a.now(), &account)
		return nil
	})
	return account.ID, err
}

// AddUnit adds an organizational unit below one that exists and returns the id.
func (a *AWS) AddUnit(u OrganizationalUnit) (string, error) {
	err := a.change(func() error {
		o := a.describe()
		o.OrganizationalUnits = append(o.OrganizationalUnits, u)
		o, err := o.completed()
		if err != nil {
			return fmt.Errorf("add organizational unit: %w", err)
		}
		u = o.OrganizationalUnits[len(o.OrganizationalUnits)-1]
		a.state.addUnit(u)
		return nil
	})
	return u.ID, err
}

// DeleteUnit removes an organizational unit, named by its path. As in AWS it must be empty.
func (a *AWS) DeleteUnit(path string) error {
	return a.change(func() error {
		s := a.state
		id := s.unitByPath[path]
		if path == "" || id == "" {
			return fmt.Errorf("delete organizational unit: %q is unknown", path)
		}
		if len(s.unitsBelow[id]) > 0 {
			return fmt.Errorf("delete organizational unit: %q has units below it", path)
		}
		for _, account := range s.accountIDs {
			if v := s.accounts[account].now(); v != nil && v.OU == path {
				return fmt.Errorf("delete organizational unit: account %q is in %q", v.Name, path)
			}
		}
		parent := s.units[id].parentID
		s.unitsBelow[parent] = slices.DeleteFunc(s.unitsBelow[parent], func(below string) bool { return below == id })
		delete(s.units, id)
		delete(s.unitByPath, path)
		return nil
	})
}

// PutPermissionSet adds a permission set, or changes the one of the same name, and returns the ARN.
func (a *AWS) PutPermissionSet(p PermissionSet) (string, error) {
	var arn string
	err := a.change(func() error {
		o := a.describe()
		o.Assignments = nil // those of a permission set that is put anew are found again by name
		o.PermissionSets = slices.DeleteFunc(o.PermissionSets, func(old PermissionSet) bool {
			if old.Name == p.Name {
				setDefault(&p.ID, old.ID)
			}
			return old.Name == p.Name
		})
		if p.ID == "" && a.state.sets[a.state.permissionSetARN("ps-"+digest("permission set", p.Name, 16))] != nil {
			p.ID = "ps-" + digest("permission set", a.newID(), 16)
		}
		o.PermissionSets = append(o.PermissionSets, p)
		o, err := o.completed()
		if err != nil {
			return fmt.Errorf("put permission set: %w", err)
		}
		p = o.PermissionSets[len(o.PermissionSets)-1]
		arn = a.state.permissionSetARN(p.ID)
		store(a.state.sets, &a.state.setARNs, arn, a.now(), &p)
		return nil
	})
	return arn, err
}
