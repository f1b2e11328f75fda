package delivery

import (
	"errors"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/awsfault"
)

// TestEveryAnswerInEveryPhase: what AWS answers when the call succeeds, and where that leaves assignment and elevation.
func TestEveryAnswerInEveryPhase(t *testing.T) {
	op := func(s OperationStatus, why string) result {
		return result{operation: Operation{RequestID: "op", Status: s, FailureReason: why}}
	}
	sec := time.Second
	for name, c := range map[string]struct {
		situation

		edit  func(*Assignment)
		r     result
		after time.Duration // since the phase began
		want  string
		due   time.Duration // after that; -1: at the end of the elevation or the next sweep
	}{
		"create accepted":            {situation{Claimed, Create, true}, nil, op(StatusInProgress, ""), sec, "creating, activating", timing.PollFirst},
		"create done at once":        {situation{Claimed, Create, true}, nil, op(StatusSucceeded, ""), sec, "verifying, activating", 0},
		"create without a status":    {situation{Claimed, Create, true}, nil, op(StatusUnstated, ""), sec, "verifying, activating", 0},
		"create failed at once":      {situation{Claimed, Create, true}, nil, op(StatusFailed, "no such role"), sec, "verifying, activating", 0},
		"creation goes on":           {situation{Creating, Poll, false}, nil, op(StatusInProgress, ""), sec, "creating, activating", timing.PollFirst},
		"creation done":              {situation{Creating, Poll, false}, nil, op(StatusSucceeded, ""), sec, "verifying, activating", 0},
		"creation failed, passing":   {situation{Creating, Poll, false}, nil, op(StatusFailed, "Rate exceeded"), sec, "claimed, activating", sec},
		"creation failed for good":   {situation{Creating, Poll, false}, nil, op(StatusFailed, "policy too large"), sec, "verifying, activating", 0},
		"failed and not there":       {situation{Verifying, Read, false}, func(a *Assignment) { a.Failure = "AWS could not" }, result{}, sec, "clearing, ending failed; alarm activation-failed", 0},
		"failed but there":           {situation{Verifying, Read, false}, func(a *Assignment) { a.Failure = "AWS could not" }, result{present: true}, sec, "held, active", -1},
		"done and there":             {situation{Verifying, Read, false}, nil, result{present: true}, sec, "held, active", -1},
		"done and not there yet":     {situation{Verifying, Read, false}, nil, result{}, sec, "verifying, activating", timing.PollFirst},
		"lost and there":             {situation{Claimed, Read, true}, nil, result{present: true}, sec, "held, active; alarm ownership-assumed", -1},
		"lost and not there":         {situation{Claimed, Read, true}, nil, result{}, sec, "claimed in doubt, activating", timing.Settle - sec},
		"lost, found in progress":    {situation{Claimed, Resolve, true}, nil, result{found: true, operation: Operation{RequestID: "op", Status: StatusInProgress}}, sec, "creating, activating", timing.PollFirst},
		"lost, found done":           {situation{Claimed, Resolve, true}, nil, result{found: true, operation: Operation{Status: StatusSucceeded}}, sec, "verifying, activating", 0},
		"lost, not in progress":      {situation{Claimed, Resolve, true}, nil, result{}, sec, "claimed, activating", timing.Settle},
		"nothing to look through":    {situation{Claimed, Resolve, true}, nil, result{fault: fault(awsfault.NotOffered)}, sec, "claimed in doubt, activating", 5*time.Minute - sec},
		"nothing, and long ago":      {situation{Claimed, Resolve, true}, nil, result{fault: fault(awsfault.NotOffered)}, 5 * time.Minute, "claimed, activating", timing.Settle},
		"held and there":             {situation{Held, Read, false}, nil, result{present: true}, sec, "held, active", -1},
		"held and absent once":       {situation{Held, Read, false}, nil, result{}, sec, "held, active", timing.AbsentTwice},
		"held and absent twice":      {situation{Held, Read, false}, func(a *Assignment) { a.AbsentAt = noon }, result{}, timing.AbsentTwice, "idle, ended removed outside; alarm removed-outside", -2},
		"held, absent, there again":  {situation{Held, Read, false}, func(a *Assignment) { a.AbsentAt = noon }, result{present: true}, timing.AbsentTwice, "held, active", -1},
		"delete accepted":            {situation{Removing, Delete, false}, nil, op(StatusInProgress, ""), sec, "deleting, ending revoked", timing.PollFirst},
		"delete done at once":        {situation{Removing, Delete, false}, nil, op(StatusSucceeded, ""), sec, "clearing, ending revoked", 0},
		"delete without a status":    {situation{Removing, Delete, false}, nil, op(StatusUnstated, ""), sec, "clearing, ending revoked", 0},
		"delete failed at once":      {situation{Removing, Delete, false}, nil, op(StatusFailed, "no"), sec, "clearing, ending revoked; alarm removal-failing", 0},
		"deletion goes on":           {situation{Deleting, Poll, false}, nil, op(StatusInProgress, ""), sec, "deleting, ending revoked", timing.PollFirst},
		"deletion done":              {situation{Deleting, Poll, false}, nil, op(StatusSucceeded, ""), sec, "clearing, ending revoked", 0},
		"deletion failed":            {situation{Deleting, Poll, false}, nil, op(StatusFailed, "Rate exceeded"), sec, "clearing, ending revoked; alarm removal-failing", 0},
		"gone":                       {situation{Clearing, Read, false}, nil, result{}, timing.Settle, "idle, ended revoked", -2},
		"gone, reads may lag":        {situation{Clearing, Read, false}, nil, result{}, sec, "clearing, ending revoked", timing.Settle - sec},
		"gone, a create in doubt":    {situation{Clearing, Read, true}, nil, result{}, timing.Settle, "clearing in doubt, ending revoked", 0},
		"still there, read too soon": {situation{Clearing, Read, false}, nil, result{present: true}, sec, "clearing, ending revoked", timing.PollFirst},
		"still there after failing":  {situation{Clearing, Read, false}, func(a *Assignment) { a.Problem = "AWS: no" }, result{present: true}, sec, "removing, ending revoked", sec},
		"still there for too long":   {situation{Clearing, Read, false}, nil, result{present: true}, timing.Stale, "removing, ending revoked; alarm removal-failing", sec},
		"there by a create in doubt": {situation{Clearing, Read, true}, nil, result{present: true}, sec, "removing, ending revoked", sec},
	} {
		t.Run(name, func(t *testing.T) {
			a := assignment(c.phase)
			a.InDoubt, a.SeenAt = c.doubt, noon
			if c.edit != nil {
				c.edit(&a)
			}
			now := noon.Add(c.after)
			w := settled(t, a, []access.Elevation{elevation("e", open(c.phase))}, Plan{Do: c.do}, c.r, now)
			wantOutcome(t, w, c.want)
			want := now.Add(c.due)
			switch c.due {
			case -1:
				want = earlier(w.es[0].EndsAt, now.Add(timing.Sweep))
			case -2:
				want = time.Time{}
			}
			if !w.a.DueAt.Equal(want) {
				t.Errorf("due %v, want %v", w.a.DueAt, want)
			}
		})
	}
}

// TestP4ActiveIsSaidOnlyAfterARead: the time starts then, and ends at a fixed instant.
func TestP4ActiveIsSaidOnlyAfterARead(t *testing.T) {
	now := noon.Add(29 * time.Minute)
	w := settled(t, assignment(Verifying), []access.Elevation{elevation("e", access.Activating)}, Plan{Do: Read}, result{present: true}, now)
	if e := w.es[0]; !e.ActivatedAt.Equal(now) || !e.EndsAt.Equal(now.Add(time.Hour)) {
		t.Errorf("from %v to %v", e.ActivatedAt, e.EndsAt)
	}
}

// TestP1WhatIsConfirmedTooLateDoesNotBecomeActive: it is removed again.
func TestP1WhatIsConfirmedTooLateDoesNotBecomeActive(t *testing.T) {
	now := noon.Add(30 * time.Minute)
	w := settled(t, assignment(Verifying), []access.Elevation{elevation("e", access.Activating)}, Plan{Do: Read}, result{present: true}, now)
	wantOutcome(t, w, "removing, ending failed; alarm activation-failed")
}

// TestTimeAndRowsAlone: what moves without AWS.
func TestTimeAndRowsAlone(t *testing.T) {
	revoked := func(id string) access.Elevation { return elevation(id, access.Ending) }
	for name, c := range map[string]struct {
		phase Phase
		edit  func(*Assignment)
		es    []access.Elevation
		after time.Duration
		want  string
	}{
		"active until its end":              {Held, nil, []access.Elevation{elevation("e", access.Active)}, time.Hour - 1, "held, active"},
		"at its end":                        {Held, nil, []access.Elevation{elevation("e", access.Active)}, time.Hour, "removing, ending elapsed"},
		"activating until its deadline":     {Creating, nil, []access.Elevation{elevation("e", access.Activating)}, 30*time.Minute - 1, "creating, activating"},
		"at its deadline, creating":         {Creating, nil, []access.Elevation{elevation("e", access.Activating)}, 30 * time.Minute, "creating, ending failed; alarm activation-failed"},
		"at its deadline, verifying":        {Verifying, nil, []access.Elevation{elevation("e", access.Activating)}, 30 * time.Minute, "removing, ending failed; alarm activation-failed"},
		"at its deadline, create sent":      {Claimed, nil, []access.Elevation{elevation("e", access.Activating)}, 30 * time.Minute, "clearing, ending failed; alarm activation-failed"},
		"at its deadline, nothing sent":     {Claimed, func(a *Assignment) { a.CreateSentAt = time.Time{} }, []access.Elevation{elevation("e", access.Activating)}, 30 * time.Minute, "idle, ended failed; alarm activation-failed"},
		"scheduled that could not start":    {Idle, nil, []access.Elevation{elevation("e", access.Scheduled)}, 30 * time.Minute, "idle, ended failed; alarm activation-failed"},
		"waiting stays":                     {Idle, nil, []access.Elevation{elevation("e", access.Waiting)}, 30 * time.Minute, "idle, waiting"},
		"revoked while held":                {Held, nil, []access.Elevation{revoked("e")}, 0, "removing, ending revoked"},
		"revoked while creating":            {Creating, nil, []access.Elevation{revoked("e")}, 0, "creating, ending revoked"},
		"revoked before create was sent":    {Claimed, func(a *Assignment) { a.CreateSentAt = time.Time{} }, []access.Elevation{revoked("e")}, 0, "idle, ended revoked"},
		"P3: another keeps the assignment":  {Held, nil, []access.Elevation{revoked("e"), elevation("f", access.Active)}, 0, "held, ended revoked, active"},
		"P3: one about to begin keeps it":   {Held, nil, []access.Elevation{revoked("e"), elevation("f", access.Activating)}, 0, "held, ended revoked, activating"},
		"a scheduled one does not keep it":  {Held, nil, []access.Elevation{revoked("e"), elevation("f", access.Scheduled)}, 0, "removing, ending revoked, scheduled"},
		"both end at once":                  {Held, nil, []access.Elevation{elevation("e", access.Active), elevation("f", access.Active)}, time.Hour, "removing, ending elapsed, ending elapsed"},
		"ending while the other is removed": {Deleting, nil, []access.Elevation{revoked("e"), revoked("f")}, 0, "deleting, ending revoked, ending revoked"},
	} {
		t.Run(name, func(t *testing.T) {
			a := assignment(c.phase)
			if c.edit != nil {
				c.edit(&a)
			}
			w := newWork(a, c.es, noon.Add(c.after), timing)
			must(t, w.advance())
			w.reschedule()
			checkWork(t, w)
			wantOutcome(t, w, c.want)
			for _, e := range w.es {
				if e.State == access.Ended && w.a.Phase == Held && e.HeldBy != "f" {
					t.Errorf("held by %q, want f", e.HeldBy)
				}
			}
		})
	}
}

// TestP9AStartWhoseReadsFailWaits: the elevation stays scheduled, the cause is kept, the next try comes later.
func TestP9AStartWhoseReadsFailWaits(t *testing.T) {
	a, now := assignment(Idle), noon
	for try := range 8 {
		w := settled(t, a, []access.Elevation{elevation("e", access.Scheduled)}, Plan{Do: Activate, Elevation: "e"},
			result{start: activation{err: fault(awsfault.Unreachable)}}, now)
		wantOutcome(t, w, "idle, scheduled")
		if w.a.Problem == "" || !w.a.DueAt.After(now) || w.a.DueAt.Sub(now) > time.Minute {
			t.Errorf("try %d: problem %q, due in %v", try, w.a.Problem, w.a.DueAt.Sub(now))
		}
		a, now = w.a, w.a.DueAt
	}
	// Cancelled meanwhile: what went wrong concerns nobody any more.
	w := settled(t, a, nil, Plan{Do: Activate, Elevation: "e"}, result{start: activation{err: fault(awsfault.Unreachable)}}, now)
	wantOutcome(t, w, "idle")
	for err, want := range map[error]string{
		fault(awsfault.KMS): fault(awsfault.KMS).Sentence(),
		&access.Error{Code: access.CodeUnavailable, Message: "could not be read"}: "could not be read",
		errors.New("disk"): "the rows could not be read",
	} {
		if got := sentenceOf(err); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestP2AFailingStartDelaysNoEnd: while an elevation cannot start, another on the same assignment ends on time, and
// the assignment is not looked at without a pause.
func TestP2AFailingStartDelaysNoEnd(t *testing.T) {
	a := assignment(Held)
	a.SeenAt, a.Tries = noon.Add(-timing.Sweep), 10
	active := elevation("a", access.Active)
	active.ActivatedAt, active.EndsAt = noon.Add(-time.Hour), noon.Add(5*time.Second)
	es := []access.Elevation{active, elevation("b", access.Scheduled)}
	failing := result{start: activation{err: fault(awsfault.Unreachable)}}
	w := settled(t, a, es, Plan{Do: Activate, Elevation: "b"}, failing, noon)
	if !w.a.DueAt.Equal(active.EndsAt) || w.a.Urgency != EndsAccess {
		t.Errorf("due %v with urgency %d, want the end at %v", w.a.DueAt, w.a.Urgency, active.EndsAt)
	}
	es[0].EndsAt = noon.Add(time.Hour)
	w = settled(t, a, es, Plan{Do: Activate, Elevation: "b"}, failing, noon)
	if want := noon.Add(time.Minute); !w.a.DueAt.Equal(want) {
		t.Errorf("due %v, want %v", w.a.DueAt, want)
	}
}

// TestAnAbsenceBeforeConfirmationIsReadAgainAfterAPause, so that the reads do not take the pipe from others.
func TestAnAbsenceBeforeConfirmationIsReadAgainAfterAPause(t *testing.T) {
	a, es, now, reads := assignment(Held), []access.Elevation{elevation("e", access.Activating)}, noon, 0
	for ; a.Phase == Held; reads++ {
		w := settled(t, a, es, Plan{Do: Read}, result{}, now)
		if w.a.Phase == Held && w.a.DueAt.Before(now.Add(time.Second)) {
			t.Fatalf("read again after %v", w.a.DueAt.Sub(now))
		}
		a, es, now = w.a, w.es, w.a.DueAt
	}
	if a.Phase != Claimed || reads > 6 {
		t.Errorf("%s after %d reads", a.Phase, reads)
	}
}
