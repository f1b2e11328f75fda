package delivery

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/awsfault"
)

// aws is one assignment as AWS has it: there or not, with at most one operation at work.
type aws struct {
	there   bool
	working OperationStatus // of the operation, "" when there is none
	kind    Phase           // Creating or Deleting
	until   time.Time       // when the operation is done
	fails   string          // AWS's words with which the operation will fail, "" when it will succeed
	lag     time.Duration   // how long reads may show what was before
	changed time.Time
}

// call does what a plan says. A fault may come before the work was done, or after it where that cannot be known.
func (x *aws) call(now time.Time, p Plan, f *awsfault.Error, done bool, latency time.Duration, why string) result {
	x.advance(now) // AWS works on, whatever is asked
	if f != nil && (!f.MayHaveHappened() || !done) {
		return result{fault: f}
	}
	r := result{fault: f}
	switch p.Do {
	case Create, Delete:
		if x.working == StatusInProgress {
			return result{fault: fault(awsfault.Conflict)}
		}
		x.kind, x.until, x.working, x.fails = Creating, now.Add(latency), StatusInProgress, why
		if p.Do == Delete {
			if x.kind = Deleting; !x.there {
				x.working = ""
				return result{fault: fault(awsfault.NotFound)}
			}
		}
		x.advance(now)
		r.operation = x.operation()
	case Poll:
		if x.working == "" {
			return result{fault: fault(awsfault.NotFound)}
		}
		r.operation = x.operation()
	case Read:
		if r.present = x.there; now.Before(x.changed.Add(x.lag)) {
			r.present = !x.there
		}
	case Resolve:
		if r.found = x.working == StatusInProgress && x.kind == Creating; r.found {
			r.operation = Operation{RequestID: "op", Status: StatusInProgress}
		}
	case Activate:
		r.start.err = fault(awsfault.Unreachable) // nothing new starts here
	default:
	}
	return r
}

func (x *aws) operation() Operation {
	o := Operation{RequestID: "op", Status: x.working}
	if o.Status == StatusFailed {
		o.FailureReason = x.fails
	}
	return o
}

// advance lets time pass for the operation.
func (x *aws) advance(now time.Time) {
	if x.working != StatusInProgress || now.Before(x.until) {
		return
	}
	if x.fails != "" {
		x.working = StatusFailed
		return
	}
	x.working, x.changed = StatusSucceeded, x.until
	x.there = x.kind == Creating
}

// replica runs steps on the rows as claim and record do, without a database.
type replica struct {
	a   Assignment
	es  []access.Elevation
	now time.Time
	aws aws
}

// step does one due step. It returns what it planned.
func (r *replica) step(t *rapid.T, f *awsfault.Error, done bool, latency time.Duration, why string) Do {
	r.now = laterOf(r.now, r.a.DueAt)
	w := newWork(r.a, r.es, r.now, timing)
	must(t, w.advance())
	p := planFor(w.a, w.es, r.now, timing, false)
	if p.Do == Rest {
		w.reschedule()
		if w.a.Phase == Claimed {
			w.a.DueAt = r.now.Add(time.Second)
		}
	} else {
		if p.Do == Create {
			w.a.CreateSentAt, w.a.InDoubt = r.now, true
		}
		answer := r.aws.call(r.now, p, f, done, latency, why)
		w.a.DueAt = r.now
		must(t, w.settle(p, answer, 0.5))
		must(t, w.advance())
		w.reschedule()
	}
	checkWork(t, w)
	r.a = w.a
	for _, e := range w.es {
		if e.State == access.Ended && e.HeldBy == "" && w.a.Phase != Idle && e.ActivatedAt != (time.Time{}) && e.Reason != access.ReasonUnusable {
			t.Fatalf("%s is ended while the assignment is %s", e.ID, w.a.Phase)
		}
	}
	r.es = slices.DeleteFunc(w.es, func(e access.Elevation) bool { return e.State == access.Ended })
	return p.Do
}

// someFailure of an operation: one that passes, one for good, or none.
func someFailure(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "Rate exceeded", "The role has too many policies"}).Draw(t, "failure")
}

// someLatency of an operation: seconds as a rule, minutes at worst.
func someLatency(t *rapid.T) time.Duration {
	return time.Duration(rapid.IntRange(0, 200).Draw(t, "latency")) * time.Second
}

// consistentWith draws what AWS may have while TEAM is in a phase.
func consistentWith(t *rapid.T, a Assignment) aws {
	x := aws{there: rapid.Bool().Draw(t, "there"), lag: time.Duration(rapid.IntRange(0, 9).Draw(t, "lag")) * time.Second, fails: someFailure(t)}
	until := noon.Add(someLatency(t))
	switch {
	case a.Phase == Idle || (a.Phase == Claimed && a.CreateSentAt.IsZero()):
		x.there = false
	case a.Phase == Creating || (a.Phase == Claimed && a.InDoubt && rapid.Bool().Draw(t, "reached")):
		x.there, x.kind, x.working, x.until = false, Creating, StatusInProgress, until
	case a.Phase == Deleting:
		x.there, x.kind, x.working, x.until = true, Deleting, StatusInProgress, until
	default:
	}
	return x
}

// TestP2RemovalIsNeverGivenUp: from any state of the rows and of AWS, after any sequence of faults, failed operations and reads that lag, everything that
// TEAM made is gone once AWS answers again: the assignment is idle, every elevation has ended, nothing is left.
func TestP2RemovalIsNeverGivenUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anyAssignment(t)
		r := &replica{a: a, es: anyElevations(t, a.Phase), now: noon, aws: consistentWith(t, a)}
		for range rapid.IntRange(0, 40).Draw(t, "steps with faults") {
			var f *awsfault.Error
			if rapid.Bool().Draw(t, "fails") {
				f = fault(rapid.SampledFrom(everyFault).Draw(t, "fault"))
			}
			if do := r.step(t, f, rapid.Bool().Draw(t, "done"), someLatency(t), someFailure(t)); do == Create && f == nil && !r.wanted() {
				t.Fatal("created for nobody")
			}
			if r.a.DueAt.IsZero() {
				break
			}
		}
		for step := 0; !r.a.DueAt.IsZero(); step++ {
			if step == 3000 {
				t.Fatalf("not over after 3,000 good steps: %+v with %+v, AWS %+v", r.a, r.es, r.aws)
			}
			r.step(t, nil, true, time.Second, "")
		}
		if r.a.Phase != Idle || len(r.es) > 0 || r.aws.there {
			t.Fatalf("left over: %s with %+v, AWS %+v", r.a.Phase, r.es, r.aws)
		}
	})
}

// wanted says whether somebody wants the assignment, or did when the step began.
func (r *replica) wanted() bool {
	return wanted(r.es, r.now) || anyIn(r.es, access.Ending)
}
