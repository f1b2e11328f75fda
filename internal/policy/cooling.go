package policy

import (
	"slices"
	"time"
)

// view is a set of policies to judge by: the one in force, or the one in which somebody's cooling changes are undone
// (P11). It is written as the difference to the index, because such changes are few.
type view struct {
	settings    *settings
	rulesOut    []int // numbers of the policies that another version stands in for
	rulesIn     []*rule
	decidersOut []int
	decidersIn  []*decider
	// until is when the last of the undone changes stops cooling; zero for the set in force.
	until time.Time
}

// views are the sets by which a question of these users is judged: always the one in force, and while a change that
// one of them made or agreed to is cooling, also the one without it. The stricter answer counts.
func (e *Engine) views(at time.Time, users ...string) []*view {
	views := []*view{e.inForce}
	persons := e.coolingPersons(at, users...)
	if len(persons) > 0 {
		views = append(views, e.without(persons, at))
	}
	return views
}

// coolingPersons are the persons of these users that have a cooling change at that moment.
func (e *Engine) coolingPersons(at time.Time, users ...string) []string {
	if len(e.coolUntil) == 0 {
		return nil
	}
	var persons []string
	for _, user := range users {
		person := e.dir.PersonOf(user)
		if until, ok := e.coolUntil[person]; ok && until.After(at) && !slices.Contains(persons, person) {
			persons = append(persons, person)
		}
	}
	return persons
}

// anybodyCools says whether somebody has a cooling change at that moment.
func (e *Engine) anybodyCools(at time.Time) bool {
	for _, until := range e.coolUntil {
		if until.After(at) {
			return true
		}
	}
	return false
}

// without is the view in which the cooling changes of these persons are undone.
func (e *Engine) without(persons []string, at time.Time) *view {
	v := &view{settings: e.settings.versions[0]}
	if depth := e.undone(v, e.settings.revisions, persons, at); depth > 0 {
		v.settings = e.initialSettings()
		if depth < len(e.settings.versions) {
			v.settings = e.settings.versions[depth]
		}
	}
	for _, c := range e.rules.chains {
		if depth := e.undone(v, c.revisions, persons, at); depth > 0 {
			v.rulesOut = append(v.rulesOut, c.number)
			if r := c.version(depth); r != nil {
				v.rulesIn = append(v.rulesIn, r)
			}
		}
	}
	for _, c := range e.deciders.chains {
		if depth := e.undone(v, c.revisions, persons, at); depth > 0 {
			v.decidersOut = append(v.decidersOut, c.number)
			if d := c.version(depth); d != nil {
				v.decidersIn = append(v.decidersIn, d)
			}
		}
	}
	return v
}

// undone says which version stands in for a policy's head, 0 for the head itself: the one before the oldest change of
// these persons that is cooling, because what others changed after it builds on it.
func (e *Engine) undone(v *view, revisions []Revision, persons []string, at time.Time) (depth int) {
	for i, revision := range revisions {
		for _, c := range revision.Cooling {
			if c.Until.After(at) && slices.Contains(persons, e.dir.PersonOf(c.UserID)) {
				depth = i + 1
				if c.Until.After(v.until) {
					v.until = c.Until
				}
			}
		}
	}
	return depth
}

// version at a depth; nil where the policy did not exist.
func (c chain[V]) version(depth int) *V {
	if depth >= len(c.versions) {
		return nil
	}
	return c.versions[depth]
}

// initialSettings stand for the version before the first that was stored: the defaults, with what is protected now.
func (e *Engine) initialSettings() *settings {
	defaults := DefaultSettings()
	return &settings{
		Settings:  &defaults,
		protected: e.settings.versions[0].protected,
		ticket:    patternCache{}.compile(defaults.TicketPattern),
	}
}
