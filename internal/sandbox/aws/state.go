package aws

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"time"
)

// Triple names an assignment: a user or group, an account and a permission set.
type Triple struct {
	PrincipalID      string `json:"principal_id"`
	PrincipalType    string `json:"principal_type"` // USER or GROUP
	AccountID        string `json:"account_id"`
	PermissionSetARN string `json:"permission_set_arn"`
}

// state is the organization at every instant. Ids are keys; what is gone keeps its history.
type state struct {
	partition string
	region    string
	orgID     string
	rootID    string
	manager   string // account ids
	delegated string
	instance  Instance

	units       map[string]*unit    // by OU id
	unitByPath  map[string]string   // path → id; "" → root id
	unitsBelow  map[string][]string // parent id → OU ids
	accounts    map[string]*history[Account]
	accountIDs  []string
	sets        map[string]*history[PermissionSet] // by ARN
	setARNs     []string
	users       map[string]*history[User]
	userIDs     []string
	groups      map[string]*history[Group]
	groupIDs    []string
	members     map[string]map[string]*history[membership] // group → user
	memberships map[string]map[string]*history[membership] // user → group
	assignments map[Triple]*history[standing]
	byPrincipal map[string]map[Triple]bool
	byPlace     map[place]map[Triple]bool
	byAccount   map[string]map[string]bool // account → permission set ARNs ever provisioned
	roles       map[place]*history[role]
	rolesMade   map[place]int
	seed        uint64
}

type unit struct {
	OrganizationalUnit
	parentID string
}

// place is where a permission set becomes a role.
type place struct{ account, set string }

type membership struct{ id string }

// standing is an assignment that exists.
type standing struct {
	since  time.Time
	origin Origin
}

// role is the IAM role of a permission set in an account. AWS deletes it with the last assignment
// and creates another, with another suffix, for the next one.
type role struct {
	name string
	kept bool // provisioned without any assignment
}

func newState(o Organization, started time.Time, seed uint64) *state {
	s := &state{
		partition: o.Partition, region: o.Region, orgID: o.ID, rootID: "r-" + rootSuffix(o),
		manager: o.ManagementAccount, delegated: o.DelegatedAdministrator, instance: o.Instance,
		units: map[string]*unit{}, unitByPath: map[string]string{}, unitsBelow: map[string][]string{},
		accounts: map[string]*history[Account]{}, sets: map[string]*history[PermissionSet]{},
		users: map[string]*history[User]{}, groups: map[string]*history[Group]{},
		members: map[string]map[string]*history[membership]{}, memberships: map[string]map[string]*history[membership]{},
		assignments: map[Triple]*history[standing]{}, byPrincipal: map[string]map[Triple]bool{},
		byPlace: map[place]map[Triple]bool{}, byAccount: map[string]map[string]bool{},
		roles: map[place]*history[role]{}, rolesMade: map[place]int{}, seed: seed,
	}
	var beginning time.Time // the zero instant: seen however far reads lag
	s.unitByPath[""] = s.rootID
	for _, u := range o.OrganizationalUnits {
		s.addUnit(u)
	}
	for _, a := range o.Accounts {
		store(s.accounts, &s.accountIDs, a.ID, beginning, &a)
	}
	setARNs := map[string]string{}
	for _, p := range o.PermissionSets {
		setARNs[p.Name] = s.permissionSetARN(p.ID)
		store(s.sets, &s.setARNs, s.permissionSetARN(p.ID), beginning, &p)
	}
	userIDs, groupIDs := map[string]string{}, map[string]string{}
	for _, u := range o.Users {
		userIDs[u.UserName] = u.ID
		store(s.users, &s.userIDs, u.ID, beginning, &u)
	}
	for _, g := range o.Groups {
		groupIDs[g.DisplayName] = g.ID
		for _, m := range g.Members {
			s.setMembership(beginning, g.ID, userIDs[m], true)
		}
		g.Members = nil // memberships are the truth
		store(s.groups, &s.groupIDs, g.ID, beginning, &g)
	}
	for _, a := range o.Assignments {
		t := Triple{PrincipalID: userIDs[a.User], PrincipalType: "USER", AccountID: a.Account}
		if a.Group != "" {
			t.PrincipalID, t.PrincipalType = groupIDs[a.Group], "GROUP"
		}
		set := setARNs[a.PermissionSet]
		t.PermissionSetARN = set
		s.setAssignment(beginning, t, &standing{since: started, origin: Origin{Kind: "initial"}})
		s.provision(beginning, place{t.AccountID, set})
	}
	return s
}

func (s *state) addUnit(u OrganizationalUnit) {
	parent := s.unitByPath[parentPath(u.Path)]
	s.units[u.ID] = &unit{u, parent}
	s.unitByPath[u.Path] = u.ID
	i, _ := slices.BinarySearch(s.unitsBelow[parent], u.ID)
	s.unitsBelow[parent] = slices.Insert(s.unitsBelow[parent], i, u.ID)
}

// store adds a thing and keeps its ids sorted.
func store[T any](things map[string]*history[T], ids *[]string, id string, at time.Time, value *T) {
	h := things[id]
	if h == nil {
		h = &history[T]{}
		things[id] = h
		i, _ := slices.BinarySearch(*ids, id)
		*ids = slices.Insert(*ids, i, id)
	}
	h.set(at, value)
}

func (s *state) setMembership(at time.Time, groupID, userID string, member bool) {
	if s.members[groupID] == nil {
		s.members[groupID] = map[string]*history[membership]{}
	}
	if s.memberships[userID] == nil {
		s.memberships[userID] = map[string]*history[membership]{}
	}
	h := s.members[groupID][userID]
	if h == nil {
		h = &history[membership]{}
		s.members[groupID][userID] = h
		s.memberships[userID][groupID] = h
	}
	if member {
		h.set(at, &membership{guidOf(digestBytes("membership", groupID+userID))})
	} else {
		h.set(at, nil)
	}
}

func (s *state) setAssignment(at time.Time, t Triple, value *standing) {
	h := s.assignments[t]
	if h == nil {
		h = &history[standing]{}
		s.assignments[t] = h
		index(s.byPrincipal, t.PrincipalID, t)
		index(s.byPlace, place{t.AccountID, t.PermissionSetARN}, t)
	}
	h.set(at, value)
}

// provision makes sure that the permission set's role is in the account.
func (s *state) provision(at time.Time, p place) {
	h := s.roles[p]
	if h == nil {
		h = &history[role]{}
		s.roles[p] = h
		index(s.byAccount, p.account, p.set)
	}
	if h.now() == nil {
		// Derived rather than drawn: when an operation is settled must not change what is drawn later.
		s.rolesMade[p]++
		suffix := digest("role "+strconv.FormatUint(s.seed, 10), fmt.Sprint(p.account, p.set, s.rolesMade[p]), 16)
		h.set(at, &role{name: "AWSReservedSSO_" + s.sets[p.set].now().Name + "_" + suffix})
	}
}

// unprovision deletes the role when nothing is assigned any more.
func (s *state) unprovision(at time.Time, p place) {
	r := s.roles[p].now()
	if r == nil || r.kept {
		return
	}
	for t := range s.byPlace[p] {
		if s.assignments[t].now() != nil {
			return
		}
	}
	s.roles[p].set(at, nil)
}

// triples lists the assignments of an index in order.
func triples(set map[Triple]bool) []Triple {
	return slices.SortedFunc(maps.Keys(set), compareTriples)
}

func compareTriples(a, b Triple) int {
	for _, pair := range [][2]string{
		{a.AccountID, b.AccountID},
		{a.PermissionSetARN, b.PermissionSetARN},
		{a.PrincipalType, b.PrincipalType},
		{a.PrincipalID, b.PrincipalID},
	} {
		if pair[0] != pair[1] {
			if pair[0] < pair[1] {
				return -1
			}
			return 1
		}
	}
	return 0
}

func index[K, V comparable](m map[K]map[V]bool, key K, value V) {
	if m[key] == nil {
		m[key] = map[V]bool{}
	}
	m[key][value] = true
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
