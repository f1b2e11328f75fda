package delivery

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/team-idc/team/internal/access"
)

func TestPlanOfEveryPhase(t *testing.T) {
	seen := func(after time.Duration) func(*Assignment) {
		return func(a *Assignment) { a.SeenAt = noon.Add(after) }
	}
	doubt := func(seen time.Duration) func(*Assignment) {
		return func(a *Assignment) { a.InDoubt, a.SeenAt = true, noon.Add(seen) }
	}
	later := elevation("later", access.Scheduled)
	later.StartAt, later.Deadline = noon.Add(time.Hour), noon.Add(2*time.Hour)
	started := []access.Elevation{elevation("e", access.Scheduled)}
	for name, c := range map[string]struct {
		phase      Phase
		edit       func(*Assignment)
		es         []access.Elevation
		want, held Do // held: while grants are held back
	}{
		"idle with nothing":                        {Idle, nil, nil, Rest, Rest},
		"idle with somebody waiting":               {Idle, nil, []access.Elevation{elevation("e", access.Waiting)}, Rest, Rest},
		"idle before the start":                    {Idle, nil, []access.Elevation{later}, Rest, Rest},
		"idle at the start":                        {Idle, nil, started, Activate, Rest},
		"claimed":                                  {Claimed, seen(0), []access.Elevation{elevation("e", access.Activating)}, Create, Rest},
		"claimed, read long ago":                   {Claimed, seen(-access.FactsMaxAge), []access.Elevation{elevation("e", access.Activating)}, Activate, Rest},
		"claimed in doubt":                         {Claimed, doubt(0), []access.Elevation{elevation("e", access.Activating)}, Read, Read},
		"claimed in doubt, absent at a read":       {Claimed, doubt(time.Second), []access.Elevation{elevation("e", access.Activating)}, Resolve, Resolve},
		"creating":                                 {Creating, nil, nil, Poll, Poll},
		"verifying":                                {Verifying, nil, nil, Read, Read},
		"held, seen now":                           {Held, seen(0), []access.Elevation{elevation("e", access.Active)}, Rest, Rest},
		"held, seen long ago":                      {Held, seen(-timing.Sweep), []access.Elevation{elevation("e", access.Active)}, Read, Read},
		"held, absent once":                        {Held, func(a *Assignment) { a.SeenAt, a.AbsentAt = noon, noon }, []access.Elevation{elevation("e", access.Active)}, Read, Read},
		"held, another starts":                     {Held, seen(0), append([]access.Elevation{elevation("a", access.Active)}, started...), Activate, Rest},
		"held, another to be confirmed":            {Held, seen(0), []access.Elevation{elevation("e", access.Activating)}, Read, Read},
		"removing":                                 {Removing, nil, nil, Delete, Delete},
		"removing while another starts":            {Removing, nil, started, Delete, Delete},
		"deleting":                                 {Deleting, nil, nil, Poll, Poll},
		"clearing":                                 {Clearing, nil, nil, Read, Read},
		"clearing in doubt":                        {Clearing, doubt(timing.Settle - 1), nil, Read, Read},
		"clearing in doubt, absent after settling": {Clearing, doubt(timing.Settle), nil, Resolve, Resolve},
	} {
		t.Run(name, func(t *testing.T) {
			a := assignment(c.phase)
			if c.edit != nil {
				c.edit(&a)
			}
			if got := planFor(a, c.es, noon, timing, false).Do; got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if got := planFor(a, c.es, noon, timing, true).Do; got != c.held {
				t.Errorf("held back: %s, want %s", got, c.held)
			}
		})
	}
}

func TestTheEarliestStartGoesFirst(t *testing.T) {
	a, b := elevation("a", access.Scheduled), elevation("b", access.Scheduled)
	b.StartAt = noon.Add(-time.Minute)
	late := elevation("late", access.Scheduled)
	late.StartAt, late.Deadline = noon.Add(-time.Hour), noon
	if p := planFor(assignment(Idle), []access.Elevation{a, late, b}, noon, timing, false); p.Elevation != "b" {
		t.Errorf("starts %q", p.Elevation)
	}
}

// anyAssignment and anyElevations are every state the rows can hold.
func anyAssignment(t *rapid.T) Assignment {
	a := assignment(rapid.SampledFrom([]Phase{Idle, Claimed, Creating, Verifying, Held, Removing, Deleting, Clearing}).Draw(t, "phase"))
	if a.Phase == Idle {
		return a
	}
	around := func(name string) time.Time {
		return noon.Add(time.Duration(rapid.IntRange(-120, 60).Draw(t, name)) * time.Second)
	}
	a.SeenAt, a.CreateSentAt, a.Since = around("seen"), around("sent"), around("since")
	a.Tries = rapid.IntRange(0, 40).Draw(t, "tries")
	if rapid.Bool().Draw(t, "problem") {
		a.Problem = "AWS: no"
	}
	switch a.Phase {
	case Claimed:
		if a.InDoubt = rapid.Bool().Draw(t, "doubt"); !a.InDoubt && rapid.Bool().Draw(t, "unsent") {
			a.CreateSentAt = time.Time{}
		}
	case Clearing:
		a.InDoubt = rapid.Bool().Draw(t, "doubt")
	case Held:
		if rapid.Bool().Draw(t, "absent") {
			a.AbsentAt = around("absentAt")
		}
	case Verifying:
		if rapid.Bool().Draw(t, "failure") {
			a.Failure = "AWS could not make the assignment"
		}
	default:
	}
	return a
}

func anyElevations(t *rapid.T, p Phase) []access.Elevation {
	states := []access.State{access.Waiting, access.Scheduled, access.Activating, access.Active, access.Ending}
	switch p {
	case Idle:
		states = states[:2] // nothing else is possible without an assignment
	case Claimed, Creating, Verifying:
		states = slices.DeleteFunc(states, func(s access.State) bool { return s == access.Active }) // a read has not shown it
	case Held:
	default: // it is removed only when nobody wants it
		states = []access.State{access.Scheduled, access.Ending}
	}
	var es []access.Elevation
	for i, s := range rapid.SliceOfN(rapid.SampledFrom(states), 0, 4).Draw(t, "states") {
		e := elevation(string(rune('a'+i)), s)
		if s == access.Waiting {
			continue // decided elsewhere: delivery leaves it alone
		}
		shift := time.Duration(rapid.IntRange(-90, 90).Draw(t, "shift")) * time.Minute
		e.StartAt, e.Deadline = e.StartAt.Add(shift), e.Deadline.Add(shift)
		if s == access.Active {
			e.ActivatedAt, e.EndsAt = e.ActivatedAt.Add(shift), e.EndsAt.Add(shift)
		}
		es = append(es, e)
	}
	return es
}

// TestP1CreateIsPlannedOnlyForWhoWantsItNow: in no state of the rows is Create planned without an elevation that is
// activating and in time, in any phase but Claimed, in doubt about an earlier one, on old checks, or while grants are held back.
func TestP1CreateIsPlannedOnlyForWhoWantsItNow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anyAssignment(t)
		w := newWork(a, anyElevations(t, a.Phase), noon, timing)
		must(t, w.advance())
		held := rapid.Bool().Draw(t, "held")
		p := planFor(w.a, w.es, noon, timing, held)
		if p.Do == Create {
			wants := slices.ContainsFunc(w.es, func(e access.Elevation) bool {
				return e.State == access.Activating && noon.Before(e.Deadline)
			})
			if w.a.Phase != Claimed || w.a.InDoubt || held || !wants {
				t.Fatalf("Create in %s, in doubt %v, held back %v, for %+v", w.a.Phase, w.a.InDoubt, held, w.es)
			}
			if noon.Sub(w.a.SeenAt) >= access.FactsMaxAge {
				t.Fatalf("Create on what was read %s ago", noon.Sub(w.a.SeenAt))
			}
		}
		if p.Do == Activate && (held || w.a.Owned() && w.a.Phase != Held && (w.a.Phase != Claimed || w.a.InDoubt)) {
			t.Fatalf("Activate in %s, in doubt %v, held back %v", w.a.Phase, w.a.InDoubt, held)
		}
		w.reschedule()
		checkWork(t, w)
	})
}
