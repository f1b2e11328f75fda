package aws

import "strings"

// InstanceARN is the ARN of the IAM Identity Center instance.
func (a *AWS) InstanceARN() string { return a.state.instanceARN() }

// IdentityStoreID is the id of the identity store.
func (a *AWS) IdentityStoreID() string { return a.state.instance.IdentityStoreID }

// ManagementAccount is the id of the management account.
func (a *AWS) ManagementAccount() string { return a.state.manager }

// DelegatedAdministrator is the id of IAM Identity Center's delegated administrator.
func (a *AWS) DelegatedAdministrator() string { return a.state.delegated }

// UserID finds a user by user name, gone ones too; it is empty where there was none.
func (a *AWS) UserID(userName string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return findByName(a.state.userIDs, a.state.users, func(u *User) bool { return strings.EqualFold(u.UserName, userName) })
}

// GroupID finds a group by display name, gone ones too; it is empty where there was none.
func (a *AWS) GroupID(displayName string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return findByName(a.state.groupIDs, a.state.groups, func(g *Group) bool { return strings.EqualFold(g.DisplayName, displayName) })
}

// AccountID finds an account by name; it is empty where there is none.
func (a *AWS) AccountID(name string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return findByName(a.state.accountIDs, a.state.accounts, func(account *Account) bool { return account.Name == name })
}

// PermissionSetARN finds a permission set by name, gone ones too; it is empty where there was none.
func (a *AWS) PermissionSetARN(name string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return findByName(a.state.setARNs, a.state.sets, func(p *PermissionSet) bool { return p.Name == name })
}

// Users are those that exist now, as the identity store knows them.
func (a *AWS) Users() []User {
	a.mu.Lock()
	defer a.mu.Unlock()
	return present(a.state.userIDs, a.state.users)
}

// GroupsOf are the ids of the groups that a user is in now, in their order.
func (a *AWS) GroupsOf(userID string) []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var in []string
	for _, id := range sortedKeys(a.state.memberships[userID]) {
		if a.state.memberships[userID][id].now() != nil && a.state.groups[id].now() != nil {
			in = append(in, id)
		}
	}
	return in
}

// RoleName is the name of the permission set's IAM role in an account; it is empty where nothing
// is provisioned.
func (a *AWS) RoleName(accountID, permissionSetARN string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.settle(a.now())
	if r := a.state.roles[place{accountID, permissionSetARN}].now(); r != nil {
		return r.name
	}
	return ""
}

// findByName prefers what is there to what is gone.
func findByName[T any](ids []string, things map[string]*history[T], named func(*T) bool) string {
	gone := ""
	for _, id := range ids {
		if now := things[id].now(); now != nil {
			if named(now) {
				return id
			}
			continue
		}
		for _, m := range things[id].moments {
			if m.value != nil && named(m.value) {
				gone = id
			}
		}
	}
	return gone
}
