package directory

import (
	"slices"
	"sync"
	"time"
)

// Content is everything a Snapshot is built from.
type Content struct {
	Instance       Instance
	Accounts       []Account
	OUs            []OU
	Users          []User
	Groups         []Group
	PermissionSets []PermissionSet
	// Revision grows with every change of the stored directory.
	Revision int64
}

// Snapshot is an immutable, indexed view of the directory. It is safe for concurrent use.
type Snapshot struct {
	content  Content
	accounts map[string]*Account
	ous      map[string]*OU
	users    map[string]*User
	byName   map[string]*User
	groups   map[string]*Group
	sets     map[string]*PermissionSet
	groupsOf map[string][]string
	index    func() searchIndex // made at the first search
}

// NewSnapshot indexes c. The caller must not change c afterwards.
func NewSnapshot(c Content) *Snapshot {
	s := &Snapshot{
		content:  c,
		accounts: make(map[string]*Account, len(c.Accounts)),
		ous:      make(map[string]*OU, len(c.OUs)),
		users:    make(map[string]*User, len(c.Users)),
		byName:   make(map[string]*User, len(c.Users)),
		groups:   make(map[string]*Group, len(c.Groups)),
		sets:     make(map[string]*PermissionSet, len(c.PermissionSets)),
		groupsOf: map[string][]string{},
	}
	for i := range c.Accounts {
		s.accounts[c.Accounts[i].ID] = &c.Accounts[i]
	}
	for i := range c.OUs {
		s.ous[c.OUs[i].ID] = &c.OUs[i]
	}
	for i := range c.Users {
		s.users[c.Users[i].ID] = &c.Users[i]
		s.byName[c.Users[i].UserName] = &c.Users[i]
	}
	for i := range c.PermissionSets {
		s.sets[c.PermissionSets[i].ARN] = &c.PermissionSets[i]
	}
	for i := range c.Groups {
		g := &c.Groups[i]
		s.groups[g.ID] = g
		for _, u := range g.Members {
			s.groupsOf[u] = append(s.groupsOf[u], g.ID)
		}
	}
	for u := range s.groupsOf {
		slices.Sort(s.groupsOf[u])
	}
	s.index = sync.OnceValue(func() searchIndex { return buildIndex(s) })
	return s
}

// Revision of the stored directory this snapshot was built from.
func (s *Snapshot) Revision() int64 { return s.content.Revision }

// Instance of IAM Identity Center.
func (s *Snapshot) Instance() Instance { return s.content.Instance }

// Account by id.
func (s *Snapshot) Account(id string) (Account, bool) { return deref(s.accounts[id]) }

// OU by id.
func (s *Snapshot) OU(id string) (OU, bool) { return deref(s.ous[id]) }

// User by id.
func (s *Snapshot) User(id string) (User, bool) { return deref(s.users[id]) }

// UserByName finds a user by exact user name.
func (s *Snapshot) UserByName(name string) (User, bool) { return deref(s.byName[name]) }

// Group by id.
func (s *Snapshot) Group(id string) (Group, bool) { return deref(s.groups[id]) }

// PermissionSet by ARN.
func (s *Snapshot) PermissionSet(arn string) (PermissionSet, bool) { return deref(s.sets[arn]) }

// Accounts, all of them, by id. The slice must not be changed.
func (s *Snapshot) Accounts() []Account { return s.content.Accounts }

// OUs, all of them. The slice must not be changed.
func (s *Snapshot) OUs() []OU { return s.content.OUs }

// Users, all of them. The slice must not be changed.
func (s *Snapshot) Users() []User { return s.content.Users }

// Groups, all of them. The slice must not be changed.
func (s *Snapshot) Groups() []Group { return s.content.Groups }

// PermissionSets, all of them. The slice must not be changed.
func (s *Snapshot) PermissionSets() []PermissionSet { return s.content.PermissionSets }

// GroupsOf returns the ids of the groups the user was in when memberships were last read, sorted.
func (s *Snapshot) GroupsOf(userID string) []string { return s.groupsOf[userID] }

// PersonOf names the person behind a user: the configured person attribute where there is one, else the user
// within its identity store. Unknown users are themselves.
func (s *Snapshot) PersonOf(userID string) string {
	if u, ok := s.users[userID]; ok && u.PersonKey != "" {
		return "person:" + u.PersonKey
	}
	return s.content.Instance.IdentityStoreID + "/" + userID
}

// SamePerson compares people as P5 demands.
func (s *Snapshot) SamePerson(a, b string) bool { return s.PersonOf(a) == s.PersonOf(b) }

// UnitPath is the ids from the root down to an organizational unit, as far up as they are known; nil for a unit that is
// not. AWS allows five levels below the root; the bound keeps a snapshot that was read while units moved from leading
// in circles.
func (s *Snapshot) UnitPath(id string) []string {
	var path []string
	for range 16 {
		ou, ok := s.ous[id]
		if !ok {
			break
		}
		path = append(path, id)
		id = ou.ParentID
	}
	slices.Reverse(path)
	return path
}

// OUNames turns an OU path of ids into names, ids standing in for unknown units.
func (s *Snapshot) OUNames(path []string) []string {
	names := make([]string, len(path))
	for i, id := range path {
		names[i] = id
		if ou, ok := s.ous[id]; ok && ou.Name != "" {
			names[i] = ou.Name
		}
	}
	return names
}

// MembersReadAt says when the members of a group were last read; zero: never.
func (s *Snapshot) MembersReadAt(groupID string) time.Time {
	if g, ok := s.groups[groupID]; ok {
		return g.MembersRead
	}
	return time.Time{}
}

func deref[T any](p *T) (T, bool) {
	if p == nil {
		var zero T
		return zero, false
	}
	return *p, true
}
