package aws

// Describe is the organization as it is in truth now, in the form of an organization file:
// everything that was not named has its identifiers, and names of what is gone are left out.
func (a *AWS) Describe() Organization {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.settle(a.now())
	return a.describe()
}

func (a *AWS) describe() Organization {
	s := a.state
	o := Organization{
		ID: s.orgID, Partition: s.partition, Region: s.region, ManagementAccount: s.manager,
		DelegatedAdministrator: s.delegated, Instance: s.instance,
	}
	for _, path := range sortedKeys(s.unitByPath) {
		if path != "" {
			o.OrganizationalUnits = append(o.OrganizationalUnits, s.units[s.unitByPath[path]].OrganizationalUnit)
		}
	}
	o.Accounts = present(s.accountIDs, s.accounts)
	o.PermissionSets = present(s.setARNs, s.sets)
	o.Users = present(s.userIDs, s.users)
	for _, g := range present(s.groupIDs, s.groups) {
		for _, user := range sortedKeys(s.members[g.ID]) {
			if s.members[g.ID][user].now() != nil {
				g.Members = append(g.Members, s.users[user].now().UserName)
			}
		}
		o.Groups = append(o.Groups, g)
	}
	for _, t := range sortedTriples(s.assignments) {
		if s.assignments[t].now() == nil || !s.principalExists(t) {
			continue
		}
		given := Assignment{Account: t.AccountID, PermissionSet: s.sets[t.PermissionSetARN].now().Name}
		if t.PrincipalType == "GROUP" {
			given.Group = s.groups[t.PrincipalID].now().DisplayName
		} else {
			given.User = s.users[t.PrincipalID].now().UserName
		}
		o.Assignments = append(o.Assignments, given)
	}
	return o
}

func present[T any](ids []string, things map[string]*history[T]) []T {
	var out []T
	for _, id := range ids {
		if v := things[id].now(); v != nil {
			out = append(out, *v)
		}
	}
	return out
}
