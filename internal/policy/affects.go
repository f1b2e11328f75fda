package policy

import (
	"cmp"
	"reflect"
	"slices"
	"time"

	"github.com/team-idc/team/internal/directory"
)

// AffectsLimit is for how many people Affects works out what changes for them.
const AffectsLimit = 200

// Effect is what a change of policies does to people, once nobody's changes are cooling any more.
type Effect struct {
	// Requests tells for whom what may be asked for changes, sorted by user id.
	Requests []Impact `json:"requests,omitempty"`
	// Unexamined is how many more people the change might affect who were not looked at (AffectsLimit).
	Unexamined int `json:"unexamined,omitempty"`
	// Decisions tells whose say changes, sorted by user id, then policy.
	Decisions []DecisionImpact `json:"decisions,omitempty"`
}

// Impact is what somebody may ask for after a change and could not before, and the other way round. A target whose
// terms change is in Gains if it becomes longer or loses approval, in Loses if it becomes shorter or needs approval:
// in both if one is so and the other not.
type Impact struct {
	UserID string      `json:"userId"`
	Gains  []Rectangle `json:"gains,omitempty"` // on the terms after
	Loses  []Rectangle `json:"loses,omitempty"` // on the terms before
}

// DecisionImpact says that somebody is named as an approver by a policy who was not, or no longer is.
type DecisionImpact struct {
	UserID string `json:"userId"`
	Policy Ref    `json:"policy"`
	Gains  bool   `json:"gains"` // false: loses
}

// Affects works out who gains and who loses by a change, as the directory is now. It looks at up to AffectsLimit
// people, in the order of their user ids, and says how many it left out.
func Affects(before, after Set, dir *directory.Snapshot) Effect {
	before, after = Settled(before), Settled(after)
	was, is := Compile(before, dir), Compile(after, dir)
	var effect Effect
	affected := is.mayBeAffected(before, after)
	if len(affected) > AffectsLimit {
		effect.Unexamined = len(affected) - AffectsLimit
		affected = affected[:AffectsLimit]
	}
	for _, id := range affected {
		who := Person{UserID: id, Groups: dir.GroupsOf(id)}
		impact := compareRequestable(id, was.Requestable(who, time.Time{}), is.Requestable(who, time.Time{}))
		if len(impact.Gains)+len(impact.Loses) > 0 {
			effect.Requests = append(effect.Requests, impact)
		}
	}
	effect.Decisions = is.decisionImpacts(before, after)
	return effect
}

// Settled is the set without anything cooling and without what is deleted: how it will be once nobody is cooling any
// more.
func Settled(set Set) Set {
	set.Settings.Revision.Cooling, set.Settings.Previous = nil, nil
	set.Eligibility = slices.DeleteFunc(slices.Clone(set.Eligibility), func(p Eligibility) bool { return p.Deleted })
	for i := range set.Eligibility {
		set.Eligibility[i].Cooling, set.Eligibility[i].Previous = nil, nil
	}
	set.Approver = slices.DeleteFunc(slices.Clone(set.Approver), func(p Approver) bool { return p.Deleted })
	for i := range set.Approver {
		set.Approver[i].Cooling, set.Approver[i].Previous = nil, nil
	}
	return set
}

// mayBeAffected are the enabled users for whom what may be asked for could change: those whom a changed eligibility
// policy names, or all whom any names where settings or approver policies change. Sorted.
func (e *Engine) mayBeAffected(before, after Set) []string {
	everybody := !sameSettings(before.Settings, after.Settings)
	pair(pointers(before.Approver), pointers(after.Approver), approverID, func(was, is *Approver) {
		everybody = everybody || !sameApprover(was, is)
	})
	var named []int32
	add := func(p *Eligibility) {
		if p != nil {
			named = append(named, e.enabledUsers(p.Principals)...)
		}
	}
	pair(pointers(before.Eligibility), pointers(after.Eligibility), eligibilityID, func(was, is *Eligibility) {
		if everybody || !sameEligibility(was, is) {
			add(was)
			add(is)
		}
	})
	return e.userIDs(named)
}

func (e *Engine) userIDs(numbers []int32) []string {
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	ids := make([]string, len(numbers))
	for i, n := range numbers {
		ids[i] = e.people.ids[n]
	}
	return ids
}

// enabledUsers are the numbers of the enabled users that principals name, by any group.
func (e *Engine) enabledUsers(p Principals) []int32 {
	found := e.usersOf(Principals{Users: p.Users})
	for _, id := range p.Groups {
		if group, ok := e.dir.Group(id); ok {
			found = append(found, e.people.enabledMembers(group)...)
		}
	}
	return found
}

func (e *Engine) decisionImpacts(before, after Set) []DecisionImpact {
	var impacts []DecisionImpact
	pair(pointers(before.Approver), pointers(after.Approver), approverID, func(was, is *Approver) {
		var old, now []string
		if was != nil {
			old = e.userIDs(e.enabledUsers(was.approvers()))
		}
		if is != nil {
			now = e.userIDs(e.enabledUsers(is.approvers()))
		}
		for _, id := range now {
			if _, had := slices.BinarySearch(old, id); !had {
				impacts = append(impacts, DecisionImpact{UserID: id, Policy: is.Ref(), Gains: true})
			}
		}
		for _, id := range old {
			if _, has := slices.BinarySearch(now, id); !has {
				impacts = append(impacts, DecisionImpact{UserID: id, Policy: was.Ref()})
			}
		}
	})
	slices.SortStableFunc(impacts, func(a, b DecisionImpact) int {
		return cmp.Or(cmp.Compare(a.UserID, b.UserID), compareRefs(a.Policy, b.Policy))
	})
	return impacts
}

func pointers[P any](policies []P) []*P {
	return live(policies, func(*P) bool { return false })
}

func sameEligibility(a, b *Eligibility) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, y := *a, *b
	x.Revision, y.Revision = Revision{}, Revision{}
	return reflect.DeepEqual(x, y)
}

func sameApprover(a, b *Approver) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, y := *a, *b
	x.Revision, y.Revision = Revision{}, Revision{}
	return reflect.DeepEqual(x, y)
}

func sameSettings(a, b Settings) bool {
	a.Revision, b.Revision = Revision{}, Revision{}
	return reflect.DeepEqual(a, b)
}
