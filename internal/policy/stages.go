package policy

import "slices"

// resolvedStage is a stage by all views together: an approver must be admitted by each.
type resolvedStage struct {
	required int
	allOf    []Principals
	policies []Ref
}

// joinStages joins the stages of several views to the stricter of them: the longer list, the larger numbers, and
// whoever decides must be admitted by every view that has the stage.
func joinStages(views [][]stageSpec) []resolvedStage {
	var stages []resolvedStage
	for _, specs := range views {
		for i, spec := range specs {
			if i == len(stages) {
				stages = append(stages, resolvedStage{})
			}
			s := &stages[i]
			s.required = max(s.required, spec.required)
			s.policies = joinRefs(s.policies, spec.policies)
			if !slices.ContainsFunc(s.allOf, spec.approvers.equal) {
				s.allOf = append(s.allOf, spec.approvers)
			}
		}
	}
	return stages
}

func (p Principals) equal(q Principals) bool {
	return slices.Equal(p.Users, q.Users) && slices.Equal(p.Groups, q.Groups)
}

func (s resolvedStage) admits(who Person) bool {
	for _, principals := range s.allOf {
		if !principals.includes(who) {
			return false
		}
	}
	return len(s.allOf) > 0
}

// candidates are the numbers of the enabled users, without the excluded persons, whom the snapshot admits; sorted.
func (e *Engine) candidates(s resolvedStage, excluded []int32) []int32 {
	var found []int32
	for i, principals := range s.allOf {
		named := e.usersOf(principals)
		if i == 0 {
			found = named
			continue
		}
		found = slices.DeleteFunc(found, func(n int32) bool {
			_, ok := slices.BinarySearch(named, n)
			return !ok
		})
	}
	return slices.DeleteFunc(found, func(n int32) bool { return slices.Contains(excluded, e.people.person[n]) })
}

// usersOf are the numbers of the enabled users that principals name, sorted.
func (e *Engine) usersOf(p Principals) []int32 {
	var found []int32
	for _, id := range p.Users {
		if n, ok := e.people.numberOf[id]; ok && e.people.enabled[n] {
			found = append(found, n)
		}
	}
	for _, group := range p.Groups {
		found = append(found, e.members[group]...)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// persons are the distinct persons of users, at most limit of them.
func (e *Engine) persons(users []int32, limit int) []int32 {
	found := make([]int32, 0, min(len(users), limit))
	for _, n := range users {
		if len(found) == limit {
			break
		}
		if person := e.people.person[n]; !slices.Contains(found, person) {
			found = append(found, person)
		}
	}
	return found
}

// shortage is what is missing to decide: stages with too few people, or, where each has enough, too few different
// people for all stages together.
type shortage struct {
	stages []stageShortage
	seats  int // approvals needed over all stages; 0 while some stage is short
	taken  int // how many of these different people could give
}

type stageShortage struct{ stage, able int }

func (s shortage) none() bool { return len(s.stages) == 0 && s.seats == s.taken }

func (e *Engine) shortage(stages []resolvedStage, able [][]int32) shortage {
	var short shortage
	total := 0
	for _, s := range stages {
		total += s.required
	}
	required, eligible := make([]int, len(stages)), make([][]int32, len(stages))
	for i, s := range stages {
		required[i], eligible[i] = s.required, e.persons(able[i], total)
		if len(eligible[i]) < s.required {
			short.stages = append(short.stages, stageShortage{stage: i, able: len(eligible[i])})
		}
	}
	if len(short.stages) > 0 {
		return short
	}
	short.seats, short.taken = total, seatsTaken(required, eligible)
	return short
}

// seatsTaken is how many of the approvals needed over all stages can come from different people: a person counts
// once over all stages (P5), so this is a matching of seats with people. eligible holds each stage's people; a stage
// with as many people as there are seats in all never falls short, so that longer lists may be cut there.
func seatsTaken(required []int, eligible [][]int32) int {
	type seat struct{ stage int }
	var seats []seat
	for stage, n := range required {
		for range n {
			seats = append(seats, seat{stage})
		}
	}
	taken := map[int32]int{} // person → seat
	var place func(s int, tried map[int32]bool) bool
	place = func(s int, tried map[int32]bool) bool {
		for _, person := range eligible[seats[s].stage] {
			if tried[person] {
				continue
			}
			tried[person] = true
			other, busy := taken[person]
			if !busy || place(other, tried) {
				taken[person] = s
				return true
			}
		}
		return false
	}
	filled := 0
	for s := range seats {
		if place(s, map[int32]bool{}) {
			filled++
		}
	}
	return filled
}

func joinRefs(a, b []Ref) []Ref {
	for _, ref := range b {
		if !slices.Contains(a, ref) {
			a = append(a, ref)
		}
	}
	return a
}
