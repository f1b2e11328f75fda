package delivery

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/awsfault"
)

var (
	noon   = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	timing = Timing{}.withDefaults()
)

// everyFault is one failed call of each kind there is.
var everyFault = []awsfault.Kind{
	awsfault.Throttled, awsfault.Conflict, awsfault.NotFound, awsfault.Denied, awsfault.Invalid, awsfault.NotOffered, awsfault.QuotaExceeded,
	awsfault.Unavailable, awsfault.Unreachable, awsfault.Unknown, awsfault.KMS, awsfault.NetworkRule, awsfault.SkewedClock, awsfault.Credentials,
}

func fault(k awsfault.Kind) *awsfault.Error {
	return &awsfault.Error{Kind: k, Operation: "sso-admin:Call", Message: "no"}
}

// assignment in a phase since noon, as the steps before left it.
func assignment(p Phase) Assignment {
	a := Assignment{ID: "asg", Triple: Triple{UserID: "u", AccountID: "1", PermissionSetARN: "p"}, Phase: p, Since: noon, DueAt: noon, Version: 1}
	if p != Idle {
		a.CreateSentAt = noon
	}
	if p == Creating || p == Deleting {
		a.RequestID = "op"
	}
	return a
}

// elevation in a state, for an hour from noon, with half an hour to start.
func elevation(id string, s access.State) access.Elevation {
	e := access.Elevation{
		ID: id, TargetID: "t" + id, RequestID: "r", AssignmentID: "asg", UserID: "u", AccountID: "1", PermissionSetARN: "p", State: s,
		StartAt: noon, Duration: time.Hour, Deadline: noon.Add(30 * time.Minute), Attempt: 1, Version: 1,
	}
	switch s {
	case access.Active:
		e.ActivatedAt, e.EndsAt = noon, noon.Add(time.Hour)
	case access.Ending:
		e.Reason = access.ReasonRevoked
	default:
	}
	return e
}

// open is a state in which an elevation of an assignment in a phase may be.
func open(p Phase) access.State {
	switch p {
	case Idle:
		return access.Scheduled
	case Claimed, Creating, Verifying:
		return access.Activating
	case Held:
		return access.Active
	default:
		return access.Ending
	}
}

// outcome is what a step leaves, in one line.
func (w *work) outcome() string {
	s := string(w.a.Phase)
	if w.a.InDoubt {
		s += " in doubt"
	}
	for _, e := range w.es {
		s += ", " + string(e.State)
		if e.Reason != "" {
			s += " " + string(e.Reason)
		}
	}
	for _, a := range w.alarms {
		if a.Close {
			continue
		}
		s += "; alarm " + string(a.Kind)
	}
	return s
}

// settled runs what record does after a call, at now.
func settled(t *testing.T, a Assignment, es []access.Elevation, p Plan, r result, now time.Time) *work {
	t.Helper()
	w := newWork(a, es, now, timing)
	w.a.LeasedUntil, w.a.DueAt = time.Time{}, now
	must(t, w.settle(p, r, 0))
	must(t, w.advance())
	w.reschedule()
	checkWork(t, w)
	return w
}

// checkWork is what holds after every step: what TEAM owns is due, what ends access goes first, every move has its
// event, and nothing is scheduled for the past.
func checkWork(t failer, w *work) {
	t.Helper()
	a := w.a
	if a.Phase != Idle && a.DueAt.IsZero() {
		t.Fatalf("%s is owned and never due", a.Phase)
	}
	if ends := a.Phase == Removing || a.Phase == Deleting || a.Phase == Clearing; ends && a.Urgency != EndsAccess {
		t.Fatalf("%s has urgency %d, want it before everything else", a.Phase, a.Urgency)
	}
	if starts := a.Phase == Removing || a.Phase == Claimed && !a.InDoubt; starts != a.NeedsSlot {
		t.Fatalf("%s, in doubt %v: needs a slot %v", a.Phase, a.InDoubt, a.NeedsSlot)
	}
	for _, e := range w.es {
		if e.State == access.Active && (a.DueAt.IsZero() || (a.Phase == Held && a.DueAt.After(e.EndsAt))) {
			t.Fatalf("active until %v, but looked at %v", e.EndsAt, a.DueAt)
		}
		if e.State == access.Ending && a.Phase == Idle {
			t.Fatal("ending while there is nothing to remove")
		}
	}
	events := 0
	for _, e := range w.events {
		if e.Subject.Elevation != "" {
			events++
		}
	}
	if events != len(w.moves) {
		t.Fatalf("%d moves of elevations with %d events", len(w.moves), events)
	}
	starting := slices.ContainsFunc(w.es, func(e access.Elevation) bool { return e.State == access.Scheduled })
	if w.a.Phase == Idle && !starting && (w.a.Problem != "" || w.a.Tries > 0) {
		t.Fatalf("idle, nobody starts, and still: %q, %d tries", w.a.Problem, w.a.Tries)
	}
	if w.a.Phase == Idle && (w.a.InDoubt || w.a.Failure != "" || !w.a.CreateSentAt.IsZero()) {
		t.Fatalf("idle remembers %+v", w.a)
	}
}

// failer is a test, or one try of a property.
type failer interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func must(t failer, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantOutcome(t *testing.T, w *work, want string) {
	t.Helper()
	if got := w.outcome(); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// situation is a phase with the one thing a step does in it.
type situation struct {
	phase Phase
	do    Do
	doubt bool
}

func (s situation) String() string {
	if s.doubt {
		return fmt.Sprintf("%s in doubt, %s", s.phase, s.do)
	}
	return fmt.Sprintf("%s, %s", s.phase, s.do)
}

// TestEveryFaultInEveryPhase: what each kind of failed call does in each phase. Only what AWS refuses for good ends an
// activation, nothing ends a removal, and what may have happened is in doubt.
func TestEveryFaultInEveryPhase(t *testing.T) {
	refused := []awsfault.Kind{
		awsfault.NotFound, awsfault.Denied, awsfault.Invalid, awsfault.NotOffered, awsfault.QuotaExceeded, awsfault.KMS, awsfault.NetworkRule,
		awsfault.SkewedClock, awsfault.Credentials,
	}
	// What an operator can mend within the activation deadline does not end an activation.
	forGood := refused[:5]
	lost := []awsfault.Kind{awsfault.Unavailable, awsfault.Unknown}
	for _, s := range []struct {
		situation

		otherwise string
		special   map[string][]awsfault.Kind
	}{
		{situation{Claimed, Create, true}, "claimed, activating", map[string][]awsfault.Kind{
			"claimed in doubt, activating": lost, "idle, ended failed; alarm activation-failed": forGood,
		}},
		{situation{Claimed, Read, true}, "claimed in doubt, activating", nil},
		{situation{Claimed, Resolve, true}, "claimed in doubt, activating", nil},
		{situation{Creating, Poll, false}, "creating, activating", map[string][]awsfault.Kind{"claimed in doubt, activating": refused}},
		{situation{Verifying, Read, false}, "verifying, activating", nil},
		{situation{Held, Read, false}, "held, active", nil},
		{situation{Removing, Delete, false}, "removing, ending revoked", map[string][]awsfault.Kind{
			"clearing, ending revoked":                        {awsfault.NotFound},
			"removing, ending revoked; alarm removal-failing": refused[1:],
		}},
		{situation{Deleting, Poll, false}, "deleting, ending revoked", map[string][]awsfault.Kind{
			"clearing, ending revoked":                        {awsfault.NotFound},
			"clearing, ending revoked; alarm removal-failing": refused[1:],
		}},
		{situation{Clearing, Read, false}, "clearing, ending revoked", map[string][]awsfault.Kind{"clearing, ending revoked; alarm removal-failing": refused}},
		{situation{Clearing, Resolve, true}, "clearing in doubt, ending revoked", nil},
	} {
		for _, k := range everyFault {
			t.Run(fmt.Sprintf("%s, %s", s.situation, k), func(t *testing.T) {
				want := s.otherwise
				for outcome, kinds := range s.special {
					if slices.Contains(kinds, k) {
						want = outcome
					}
				}
				a := assignment(s.phase)
				a.InDoubt = s.doubt
				now := noon.Add(time.Second)
				w := settled(t, a, []access.Elevation{elevation("e", open(s.phase))}, Plan{Do: s.do}, result{fault: fault(k)}, now)
				wantOutcome(t, w, want)
				if w.a.Phase == s.phase && s.phase != Held && !w.a.DueAt.After(now) {
					t.Errorf("tried again at once: %v", w.a.DueAt)
				}
				if w.a.Phase == s.phase && w.a.Problem != fault(k).Sentence() {
					t.Errorf("problem %q, want the sentence of the fault", w.a.Problem)
				}
			})
		}
	}
}

// TestP2RemovalIsRetriedForEverAndAlarmed: also faults that pass by themselves are alarmed when they go on.
func TestP2RemovalIsRetriedForEverAndAlarmed(t *testing.T) {
	a, es, now := assignment(Removing), []access.Elevation{elevation("e", access.Ending)}, noon
	alarmed := 0
	for try := range 200 {
		w := settled(t, a, es, Plan{Do: Delete}, result{fault: fault(awsfault.Throttled)}, now)
		if w.a.Phase != Removing || w.es[0].State != access.Ending {
			t.Fatalf("given up at try %d: %s", try, w.outcome())
		}
		if wait := w.a.DueAt.Sub(now); wait < time.Second || wait > timing.BackoffMost*5/4 {
			t.Fatalf("try %d waits %v", try, wait)
		}
		if slices.ContainsFunc(w.alarms, func(s alarm.Signal) bool { return s.Kind == alarm.RemovalFailing && !s.Close }) {
			alarmed++
		}
		a, es, now = w.a, w.es, w.a.DueAt
	}
	if alarmed != 196 {
		t.Errorf("%d alarms in 200 tries, want one at each from the fifth on", alarmed)
	}
}

// TestAWSsWishToWaitIsKept: Retry-After beyond our own patience counts.
func TestAWSsWishToWaitIsKept(t *testing.T) {
	f := fault(awsfault.Throttled)
	f.RetryAfter = 5 * time.Minute
	w := settled(t, assignment(Removing), []access.Elevation{elevation("e", access.Ending)}, Plan{Do: Delete}, result{fault: f}, noon)
	if want := noon.Add(5 * time.Minute); !w.a.DueAt.Equal(want) {
		t.Errorf("due %v, want %v", w.a.DueAt, want)
	}
	f.RetryAfter = 24 * time.Hour // whoever says so, access must end
	w = settled(t, assignment(Removing), []access.Elevation{elevation("e", access.Ending)}, Plan{Do: Delete}, result{fault: f}, noon)
	if latest := noon.Add(timing.Sweep); w.a.DueAt.After(latest) {
		t.Errorf("due %v, want %v at the latest", w.a.DueAt, latest)
	}
}

// TestP7ProofThatTheUserIsGone ends the elevations as unusable, keeps the finding, and tries again the next day.
func TestP7ProofThatTheUserIsGone(t *testing.T) {
	for _, s := range []situation{{Removing, Delete, false}, {Clearing, Read, false}} {
		for name, r := range map[string]result{
			"AWS knows neither": {fault: fault(awsfault.NotFound), gone: gone{why: "the user u no longer exists"}},
			"AWS refuses":       {fault: fault(awsfault.Invalid), gone: gone{why: "the account 1 is CLOSED"}},
		} {
			w := settled(t, assignment(s.phase), []access.Elevation{elevation("e", access.Ending)}, Plan{Do: s.do}, r, noon)
			t.Log(s, name)
			if s.do == Delete && r.fault.Kind == awsfault.NotFound {
				wantOutcome(t, w, "clearing, ending revoked") // what is missing, a read tells
				continue
			}
			wantOutcome(t, w, "removing, ended unusable; alarm unusable")
			if w.es[0].Detail != r.gone.why || !w.a.DueAt.Equal(noon.Add(24*time.Hour)) {
				t.Errorf("detail %q, due %v", w.es[0].Detail, w.a.DueAt)
			}
		}
	}
}
