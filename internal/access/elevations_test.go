package access_test

import (
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
)

var states = []access.State{access.Waiting, access.Scheduled, access.Activating, access.Active, access.Ending, access.Ended}

// inState is a case whose only elevation is in a state, with a decision and a reason that fit.
func (w *world) inState(s access.State, reason access.Reason, byMachine bool) access.Case {
	switch s {
	case access.Waiting:
		return w.newCase(access.Pending, byMachine)
	case access.Ending, access.Ended:
		return at(w.newCase(access.Approved, byMachine), s, reason)
	default:
		return at(w.newCase(access.Approved, byMachine), s, "")
	}
}

// TestEveryActorReleases: every state × every kind of actor.
func TestEveryActorReleases(t *testing.T) {
	notStarted := refusal{access.CodeConflict, "elevation elv has not started; cancel its request instead"}
	byState := map[access.State]refusal{
		access.Waiting: notStarted, access.Scheduled: notStarted, access.Activating: yes, access.Active: yes,
		access.Ending: {access.CodeConflict, "elevation elv is ending already"}, access.Ended: {access.CodeConflict, "elevation elv is ended already"},
	}
	for _, byMachine := range []bool{false, true} {
		for _, s := range states {
			for name, by := range actors {
				w := newWorld()
				want := noRelease
				if name == "requester" || (byMachine && answering[name]) {
					want = byState[s]
				}
				change, err := access.Release(w.inState(s, access.ReasonElapsed, byMachine), "elv", by, nil, noon.Add(time.Minute))
				if err != nil || want != yes {
					t.Logf("machine %v, %s, %s", byMachine, s, name)
				}
				wantError(t, err, want.code, want.words)
				if err == nil {
					wantEnding(t, change, access.ReasonReleased, by.Audit().ID)
				}
			}
		}
	}
	_, err := access.Release(newWorld().inState(access.Active, "", false), "elv9", actors["requester"], nil, noon)
	wantError(t, err, access.CodeNotFound, "elevation elv9")
}

func wantEnding(t *testing.T, c access.Change, reason access.Reason, by string) {
	t.Helper()
	e := c.Elevations[0]
	if e.State != access.Ending || e.Reason != reason || e.EndedBy != by {
		t.Errorf("the elevation is %+v", e)
	}
	if len(c.Looks) != 1 || !c.Looks[0].Removal || c.Looks[0].AssignmentID != e.AssignmentID {
		t.Errorf("nobody is asked to remove it: %+v", c.Looks)
	}
}

// TestRevokeInEveryState: one elevation, by itself and with another on the assignment.
func TestRevokeInEveryState(t *testing.T) {
	nothing := refusal{access.CodeConflict, "there is no access left to revoke"}
	byState := map[access.State]struct {
		want refusal
		to   access.State
	}{
		access.Waiting: {nothing, ""}, access.Scheduled: {yes, access.Ended}, access.Activating: {yes, access.Ending},
		access.Active: {yes, access.Ending}, access.Ending: {nothing, ""}, access.Ended: {nothing, ""},
	}
	for _, s := range states {
		w := newWorld()
		es := w.inState(s, access.ReasonElapsed, false).Elevations
		change, err := access.Revoke(es, "now", actors["approver"], nil, noon.Add(time.Minute))
		wantError(t, err, byState[s].want.code, byState[s].want.words)
		if err == nil {
			e := change.Elevations[0]
			if e.State != byState[s].to || e.Reason != access.ReasonRevoked || e.Detail != "revoked by bob: now" || !change.Looks[0].Removal {
				t.Errorf("%s: %+v", s, e)
			}
		}
		other := w.inState(access.Active, "", false).Elevations[0]
		other.ID, other.TargetID = "elv2", "tgt2"
		both, err := access.Revoke(append(es, other), "", actors["administrator"], nil, noon.Add(time.Minute))
		must(t, err)
		wantCount := 1
		if byState[s].want == yes {
			wantCount = 2
		}
		if len(both.Elevations) != wantCount {
			t.Errorf("%s with an active one beside: %d ended, want %d", s, len(both.Elevations), wantCount)
		}
	}
}

// TestEveryActorRetries: every state and reason × every kind of actor.
func TestEveryActorRetries(t *testing.T) {
	reasons := map[access.State][]access.Reason{
		access.Ending: {access.ReasonFailed, access.ReasonElapsed},
		access.Ended: {
			access.ReasonFailed, access.ReasonElapsed, access.ReasonReleased, access.ReasonRevoked, access.ReasonLapsed, access.ReasonAlreadyHeld,
			access.ReasonRemovedOutside, access.ReasonUnusable,
		},
	}
	for _, byMachine := range []bool{false, true} {
		for _, s := range states {
			for _, reason := range append([]access.Reason{}, orNone(reasons[s])...) {
				for name, by := range actors {
					w := newWorld()
					want := noRetry
					if name == "requester" || name == "administrator" || (byMachine && answering[name]) {
						want = refusal{access.CodeConflict, "elevation elv did not fail: it is " + string(s)}
						if s == access.Waiting {
							want = refusal{access.CodeConflict, "the target of elevation elv is not approved"}
						}
						if s == access.Ended && reason == access.ReasonFailed {
							want = yes
						}
					}
					f := w.facts(by.UserID)
					f.Now = noon.Add(time.Hour)
					e, change, err := access.Retry(w.inState(s, reason, byMachine), "elv", by, f, w.ids)
					if err != nil || want != yes {
						t.Logf("machine %v, %s, %s, %s", byMachine, s, reason, name)
					}
					wantError(t, err, want.code, want.words)
					if err == nil && (e.Attempt != 2 || e.State != access.Scheduled || !e.StartAt.Equal(f.Now) || !e.Deadline.Equal(f.Now.Add(30*time.Minute)) || len(change.Looks) != 1 || e.Version != 0) {
						t.Errorf("retried as %+v", e)
					}
				}
			}
		}
	}
}

func orNone(rs []access.Reason) []access.Reason {
	if len(rs) == 0 {
		return []access.Reason{""}
	}
	return rs
}

func TestRetryInItsWindowOnTheLastAttempt(t *testing.T) {
	w := newWorld()
	c := w.inState(access.Ended, access.ReasonFailed, false)
	f := w.facts(ann)
	f.Now = noon.Add(access.RetryWindow)
	e, _, err := access.Retry(c, "elv", person(ann), f, w.ids)
	must(t, err)
	f.Now = f.Now.Add(time.Microsecond)
	_, _, err = access.Retry(c, "elv", person(ann), f, w.ids)
	wantError(t, err, access.CodeConflict, "the decision is too old to retry on (24h after the start); ask again")
	f.Now = noon
	c.Elevations = append(c.Elevations, e)
	_, _, err = access.Retry(c, "elv", person(ann), f, w.ids)
	wantError(t, err, access.CodeConflict, "elevation elv was retried already as "+e.ID)
	e.State, e.Reason = access.Ended, access.ReasonFailed
	c.Elevations[1] = e
	third, _, err := access.Retry(c, e.ID, person(ann), f, w.ids)
	must(t, err)
	if third.Attempt != 3 || third.ID == e.ID {
		t.Errorf("third attempt: %+v", third)
	}
	_, _, err = access.Retry(c, "elv9", person(ann), f, w.ids)
	wantError(t, err, access.CodeNotFound, "elevation elv9")
}

// TestStatusWords: the sample's single word, for every decision, state and reason.
func TestStatusWords(t *testing.T) {
	w := newWorld()
	later := noon.Add(time.Hour)
	for _, c := range []struct {
		want string
		c    access.Case
		now  time.Time
	}{
		{"pending", w.newCase(access.Pending, false), noon},
		{"rejected", w.newCase(access.Rejected, false), noon},
		{"cancelled", w.newCase(access.Cancelled, false), noon},
		{"expired", w.newCase(access.Expired, false), noon},
		{"scheduled", w.newCase(access.Approved, false), noon.Add(-time.Second)},
		{"approved", w.newCase(access.Approved, false), noon},
		{"approved", w.inState(access.Activating, "", false), noon},
		{"in progress", w.inState(access.Active, "", false), noon},
		{"in progress", w.inState(access.Ending, access.ReasonRevoked, false), later},
		{"ended", w.inState(access.Ended, access.ReasonElapsed, false), later},
		{"ended", w.inState(access.Ended, access.ReasonReleased, false), later},
		{"revoked", w.inState(access.Ended, access.ReasonRevoked, false), later},
		{"cancelled", w.inState(access.Ended, access.ReasonCancelled, false), later},
		{"error", w.inState(access.Ended, access.ReasonFailed, false), later},
		{"error", w.inState(access.Ended, access.ReasonLapsed, false), later},
		{"error", w.inState(access.Ended, access.ReasonAlreadyHeld, false), later},
		{"error", w.inState(access.Ended, access.ReasonRemovedOutside, false), later},
		{"error", w.inState(access.Ended, access.ReasonUnusable, false), later},
	} {
		if got := access.StatusOf(c.c, c.now); got != c.want {
			t.Errorf("%s, %s, %s: %q, want %q", c.c.Targets[0].Decision, c.c.Elevations[0].State, c.c.Elevations[0].Reason, got, c.want)
		}
	}
	// Of several targets, the one that still matters most speaks.
	rejected, active := w.newCase(access.Rejected, false), w.inState(access.Active, "", false)
	active.Targets[0].ID, active.Elevations[0].TargetID = "tgt2", "tgt2"
	rejected.Targets = append(rejected.Targets, active.Targets[0])
	rejected.Elevations = append(rejected.Elevations, active.Elevations[0])
	if got := access.StatusOf(rejected, noon); got != "in progress" {
		t.Errorf("one rejected, one active: %q", got)
	}
	// The last attempt speaks for its target.
	retried := w.inState(access.Ended, access.ReasonFailed, false)
	again := w.inState(access.Active, "", false).Elevations[0]
	again.ID, again.Attempt = "elv2", 2
	retried.Elevations = append(retried.Elevations, again)
	if got := access.StatusOf(retried, noon); got != "in progress" {
		t.Errorf("failed, then retried: %q", got)
	}
}
