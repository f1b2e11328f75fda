package policy

import (
	"slices"

	"github.com/team-idc/team/internal/directory"
)

// people numbers the users of a snapshot in the order of their ids, so that lists of candidates stay small and
// sorted, and says which of them are one person (P5).
type people struct {
	ids      []string
	numberOf map[string]int32
	person   []int32 // user number → person number
	enabled  []bool
}

func numberPeople(dir *directory.Snapshot) people {
	users := dir.Users()
	p := people{
		ids:      make([]string, 0, len(users)),
		numberOf: make(map[string]int32, len(users)),
		person:   make([]int32, len(users)),
		enabled:  make([]bool, len(users)),
	}
	for i := range users {
		p.ids = append(p.ids, users[i].ID)
	}
	slices.Sort(p.ids)
	p.ids = slices.Compact(p.ids)
	persons := make(map[string]int32, len(users))
	for i, id := range p.ids {
		p.numberOf[id] = int32(i)
		key := dir.PersonOf(id)
		number, known := persons[key]
		if !known {
			number = int32(len(persons))
			persons[key] = number
		}
		p.person[i] = number
		user, _ := dir.User(id)
		p.enabled[i] = user.Status == directory.UserEnabled
	}
	return p
}

// enabledMembers are the numbers of a group's enabled users, sorted.
func (p people) enabledMembers(group directory.Group) []int32 {
	members := make([]int32, 0, len(group.Members))
	for _, id := range group.Members {
		if n, ok := p.numberOf[id]; ok && p.enabled[n] {
			members = append(members, n)
		}
	}
	slices.Sort(members)
	return slices.Compact(members)
}

// includes says whether who is named, directly or by one of the groups who was last read to be in.
func (p Principals) includes(who Person) bool {
	if slices.Contains(p.Users, who.UserID) {
		return true
	}
	for _, group := range who.Groups {
		if slices.Contains(p.Groups, group) {
			return true
		}
	}
	return false
}

// union is everybody of p and q, sorted.
func (p Principals) union(q Principals) Principals {
	return Principals{Users: sortedUnion(p.Users, q.Users), Groups: sortedUnion(p.Groups, q.Groups)}
}

func sortedUnion(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}
