package delivery

import (
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
)

func (w *work) raised(k alarm.Kind) bool {
	for _, s := range w.alarms {
		if s.Kind == k && !s.Close {
			return true
		}
	}
	return false
}

func TestP2ADeletionThatHangsIsAlarmed(t *testing.T) {
	working := result{operation: Operation{RequestID: "op", Status: StatusInProgress}}
	for since, want := range map[time.Duration]bool{time.Minute: false, 10 * time.Minute: true} {
		w := settled(t, Assignment{ID: "a", Phase: Deleting, RequestID: "op", Since: noon.Add(-since)}, nil, Plan{Do: Poll}, working, noon)
		if got := w.raised(alarm.RemovalFailing); got != want {
			t.Errorf("after %s: alarmed %t, want %t", since, got, want)
		}
		if w.a.Phase != Deleting || w.a.DueAt.IsZero() {
			t.Errorf("phase %s, due %s", w.a.Phase, w.a.DueAt)
		}
	}
}

func TestP2WhatAWSCallsRemovedAndStillShowsIsAlarmed(t *testing.T) {
	for since, want := range map[time.Duration]bool{time.Second: false, time.Minute: true} {
		w := settled(t, Assignment{ID: "a", Phase: Clearing, Since: noon.Add(-since)}, nil, Plan{Do: Read}, result{present: true}, noon)
		if got := w.raised(alarm.RemovalFailing); got != want {
			t.Errorf("after %s: alarmed %t, want %t", since, got, want)
		}
	}
}

// A revoked elevation whose creation AWS is still working on ends access: its polls do not wait behind grants.
func TestAnEndingCreationIsAsUrgentAsARemoval(t *testing.T) {
	working := result{operation: Operation{RequestID: "op", Status: StatusInProgress}}
	for state, want := range map[access.State]Urgency{access.Activating: GivesAccess, access.Ending: EndsAccess} {
		es := []access.Elevation{{ID: "e", State: state, Deadline: noon.Add(time.Hour)}}
		if w := settled(t, Assignment{ID: "a", Phase: Creating, RequestID: "op"}, es, Plan{Do: Poll}, working, noon); w.a.Urgency != want {
			t.Errorf("%s: urgency %d, want %d", state, w.a.Urgency, want)
		}
	}
}

// A second elevation that is to start while the assignment has vanished does not ask AWS without a pause.
func TestAStartOnAVanishedAssignmentPauses(t *testing.T) {
	es := []access.Elevation{{ID: "e", State: access.Scheduled, StartAt: noon, Deadline: noon.Add(time.Hour)}}
	plan := planFor(Assignment{ID: "a", Phase: Held, SeenAt: noon}, es, noon, Timing{}.withDefaults(), false)
	if plan.Do != Activate {
		t.Fatalf("the plan is to %s", plan.Do)
	}
	w := newWork(Assignment{ID: "a", Phase: Held, SeenAt: noon}, es, noon, Timing{}.withDefaults())
	w.a.Tries++ // what settleActivate notes before it leaves the absence to the sweep
	if err := w.readHeld(result{}); err != nil {
		t.Fatal(err)
	}
	w.reschedule()
	if !w.a.DueAt.After(noon) {
		t.Errorf("due again at %s", w.a.DueAt)
	}
}

// Tokens flow although the replica that took the last ones had a clock an hour ahead.
func TestThePipeFlowsAfterAClockThatWasAhead(t *testing.T) {
	empty := Pipe{At: noon.Add(time.Hour)}
	_, ok, at := empty.take(1, noon, DefaultRate)
	if ok || at.After(noon.Add(time.Second)) {
		t.Errorf("taken %t, next at %s", ok, at)
	}
	rewound := empty.filled(noon, DefaultRate)
	if _, ok, _ := rewound.take(1, noon.Add(time.Second), DefaultRate); !ok {
		t.Error("nothing flows")
	}
}

func TestTheLastSlotsAreForRemovals(t *testing.T) {
	d := New(Config{})
	for flying, want := range map[int][2]bool{0: {true, true}, 8: {true, true}, 9: {false, true}, 11: {false, true}, 12: {false, false}} {
		room := d.room(flying)
		if got := [2]bool{room.allows(Plan{Do: Create}), room.allows(Plan{Do: Delete})}; got != want || !room.allows(Plan{Do: Read}) {
			t.Errorf("with %d in flight: create, delete %v, want %v", flying, got, want)
		}
	}
}
