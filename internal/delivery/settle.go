package delivery

import (
	"fmt"
	"strings"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/awsfault"
)

// result is what a step learned from AWS.
type result struct {
	fault     *awsfault.Error // the call failed; nothing else is set, except gone
	operation Operation       // Create, Delete, Poll; of Resolve, the operation found
	found     bool            // Resolve: one of the operations in progress is ours
	present   bool            // Read, Activate: the user has the assignment directly
	group     string          // Activate: a group gives it to the user
	gone      gone            // proof that the user or account is gone, where it was looked for
	start     activation      // Activate
	calls     int             // calls it took
	running   []string        // Poll: the operations that are in progress, where they were listed
	listedAt  time.Time       // Poll: before they were listed; zero where they were not
	pressed   bool            // Poll: so many operations are in flight that others wait
}

// settle applies what was learned to the rows as they are now. It is pure.
func (w *work) settle(p Plan, r result, jitter float64) error {
	if r.fault != nil {
		w.a.Problem = r.fault.Sentence()
	}
	switch p.Do {
	case Activate:
		return w.settleActivate(p, r)
	case Create:
		return w.settleCreate(p, r, jitter)
	case Delete:
		return w.settleDelete(r, jitter)
	case Poll:
		return w.settlePoll(r, jitter)
	case Read:
		return w.settleRead(r, jitter)
	case Resolve:
		return w.settleResolve(r, jitter)
	default:
		return nil
	}
}

// retry looks again after a while that grows with every try.
func (w *work) retry(first time.Duration, jitter float64, r result) {
	d := backoff(w.a.Tries, first, w.timing.BackoffMost, jitter)
	if r.fault != nil && r.fault.RetryAfter > d {
		d = min(r.fault.RetryAfter, w.timing.Sweep) // whatever is between TEAM and AWS cannot put an end off for long
	}
	w.a.Tries++
	w.a.DueAt = w.now.Add(d)
}

func (w *work) settleCreate(p Plan, r result, jitter float64) error {
	if r.fault == nil {
		w.a.InDoubt = false
		return w.accepted(r.operation, Creating)
	}
	switch {
	case r.fault.Kind == awsfault.Conflict || !r.fault.MayHaveHappened() && r.fault.Retryable():
		// Not taken: what appears meanwhile is not ours by this one (P3).
		w.a.InDoubt, w.a.CreateSentAt = false, p.SentBefore
		w.retry(time.Second, jitter, r)
	case r.fault.MayHaveHappened():
		w.retry(time.Second, jitter, r)
	case mendable(r.fault.Kind):
		w.a.InDoubt, w.a.CreateSentAt = false, p.SentBefore
		w.retry(time.Second, jitter, r)
	default:
		w.a.InDoubt, w.a.CreateSentAt = false, p.SentBefore
		return w.refused(r.fault.Sentence())
	}
	return nil
}

// mendable says whether a refusal is about TEAM's own deployment (its key, network, clock or credentials) and not about
// the assignment: an operator can mend that before the activation deadline.
func mendable(k awsfault.Kind) bool {
	return k == awsfault.KMS || k == awsfault.NetworkRule || k == awsfault.SkewedClock || k == awsfault.Credentials
}

// accepted follows an operation that AWS took on.
func (w *work) accepted(o Operation, working Phase) error {
	w.a.Problem = ""
	done := Verifying
	if working == Deleting {
		done = Clearing
	}
	switch o.Status {
	case StatusInProgress:
		w.enter(working, map[string]any{"awsRequest": o.RequestID})
		w.a.RequestID = o.RequestID
		w.a.DueAt = w.now.Add(w.timing.PollFirst)
	case StatusSucceeded, StatusUnstated:
		w.enter(done, map[string]any{"awsRequest": o.RequestID})
		w.a.DueAt = w.now
	case StatusFailed:
		return w.operationFailed(o, working)
	default:
		return fmt.Errorf("operation %s has the unknown status %q", o.RequestID, o.Status)
	}
	return nil
}

// operationFailed: AWS accepted the operation and then gave up on it.
func (w *work) operationFailed(o Operation, working Phase) error {
	w.a.Problem = "AWS: " + o.FailureReason
	if working == Deleting {
		tries := w.a.Tries
		w.enter(Clearing, map[string]any{"failed": o.FailureReason})
		w.a.Tries = tries + 1
		w.alarm(alarm.RemovalFailing, "The assignment "+w.a.describe()+" could not be removed: "+o.FailureReason+". TEAM keeps trying.")
		w.a.DueAt = w.now
		return nil
	}
	w.a.Failure = "AWS could not make the assignment: " + o.FailureReason
	w.enter(Verifying, map[string]any{"failed": o.FailureReason})
	w.a.DueAt = w.now
	return nil
}

// refused ends what was being activated: AWS will not do it. What was half-made is looked for and removed.
func (w *work) refused(why string) error {
	for i := range w.es {
		if e := &w.es[i]; e.State == access.Activating {
			if err := w.failed(e, strings.TrimSuffix(why, ".")); err != nil {
				return err
			}
		}
	}
	if w.a.CreateSentAt.IsZero() {
		// AWS has taken nothing, so nothing is ours: what somebody else makes there from now on is theirs (P3).
		w.enter(Idle, map[string]any{"failed": why})
		return nil
	}
	w.enter(Clearing, map[string]any{"failed": why})
	w.a.DueAt = w.now
	return nil
}

func (w *work) settlePoll(r result, jitter float64) error {
	working := w.a.Phase
	if working == Creating && r.fault == nil {
		w.a.CreateSentAt = w.now
	}
	switch {
	case r.fault != nil && r.fault.Retryable():
		w.retry(time.Second, jitter, r)
		w.alarmRemoval(working, r, "What became of the removal of "+w.a.describe()+" could not be asked: ")
	case r.fault != nil:
		// AWS has forgotten the operation, or does not say: only reading tells what became of it.
		w.alarmRemoval(working, r, "What became of the removal of "+w.a.describe()+" could not be asked, so TEAM reads: ")
		next := Clearing
		if working == Creating {
			next, w.a.InDoubt = Claimed, true
		}
		w.enter(next, map[string]any{"unanswered": w.a.RequestID})
		w.a.DueAt = w.now
	case !r.operation.Settled():
		w.a.DueAt = w.now.Add(backoff(w.a.Tries, w.timing.PollFirst, w.timing.PollMost, 0))
		if r.pressed {
			w.a.DueAt = w.now.Add(w.timing.PollPressed)
		}
		w.a.Tries++
		if working == Deleting && !w.now.Before(w.a.Since.Add(w.timing.Hanging)) {
			w.alarm(alarm.RemovalFailing, "AWS has been removing the assignment "+w.a.describe()+" since "+
				w.a.Since.Format(time.RFC3339)+" without an end. TEAM keeps asking; ask AWS about operation "+w.a.RequestID+".")
		}
	case r.operation.Status == StatusFailed && working == Creating && passing(r.operation.FailureReason):
		w.a.Problem = "AWS: " + r.operation.FailureReason
		tries := w.a.Tries
		w.enter(Claimed, map[string]any{"failed": r.operation.FailureReason})
		w.a.Tries = tries
		w.retry(time.Second, jitter, r)
	default:
		return w.accepted(r.operation, working)
	}
	return nil
}

// passing says whether a late failure is of the kind that goes away by itself.
func passing(reason string) bool {
	r := strings.ToLower(reason)
	for _, word := range []string{"conflict", "throttl", "rate exceeded", "internal", "try again"} {
		if strings.Contains(r, word) {
			return true
		}
	}
	return false
}

func (w *work) settleDelete(r result, jitter float64) error {
	switch {
	case r.fault == nil:
		return w.accepted(r.operation, Deleting)
	case r.fault.Kind == awsfault.NotFound:
		// What is missing, the assignment or its user, a read tells.
		w.enter(Clearing, map[string]any{"missing": true})
		w.a.DueAt = w.now
	default:
		return w.removalFailed(r, jitter)
	}
	return nil
}

// removalFailed tries again for ever, says so, and where the user or account is provably gone ends the elevations as
// unusable and goes on trying once a day (P7), or more often where the account can come back.
func (w *work) removalFailed(r result, jitter float64) error {
	if r.gone.proven() {
		for i := range w.es {
			e := &w.es[i]
			if e.State != access.Ending {
				continue
			}
			e.Reason, e.Detail = access.ReasonUnusable, r.gone.why
			if err := w.finish(e, ""); err != nil {
				return err
			}
		}
		again := w.timing.Unusable
		if r.gone.mayReturn {
			again = w.timing.Sweep
		}
		w.alarm(alarm.Unusable, "The assignment "+w.a.describe()+" cannot be removed: "+r.gone.why+
			". Nobody can use it. TEAM tries again every "+access.Human(again)+" until AWS shows it gone.")
		if w.a.Phase != Removing {
			w.enter(Removing, map[string]any{"why": r.gone.why})
		}
		w.a.Tries++
		w.a.DueAt = w.now.Add(again)
		return nil
	}
	w.retry(time.Second, jitter, r)
	w.alarmRemoval(Removing, r, "The assignment "+w.a.describe()+" could not be removed: ")
	return nil
}

// patience is how many tries that AWS may answer better the next time pass before a removal that makes no progress is
// an alarm.
const patience = 5

// alarmRemoval says that a removal makes no progress, unless trying again is likely to help or AWS only forgot.
func (w *work) alarmRemoval(working Phase, r result, what string) {
	if working == Creating || (r.fault != nil && r.fault.Kind == awsfault.NotFound && working == Deleting) {
		return
	}
	if r.fault == nil || !r.fault.Retryable() || w.a.Tries >= patience {
		w.alarm(alarm.RemovalFailing, what+w.a.Problem+" TEAM keeps trying.")
	}
}

func (a Assignment) describe() string {
	return fmt.Sprintf("of user %s, account %s, %s", a.UserID, a.AccountID, a.PermissionSetARN)
}

func (w *work) settleRead(r result, jitter float64) error {
	if r.fault != nil {
		if w.a.Phase == Clearing && r.gone.proven() {
			return w.removalFailed(r, jitter)
		}
		w.retry(time.Second, jitter, r)
		if w.a.Phase == Clearing {
			w.alarmRemoval(Clearing, r, "Whether the assignment "+w.a.describe()+" is gone could not be read: ")
		}
		return nil
	}
	w.a.SeenAt = w.now
	switch w.a.Phase {
	case Claimed:
		return w.readClaimed(r)
	case Verifying:
		if r.present {
			return w.present(false)
		}
		if w.a.Failure != "" {
			return w.refused(w.a.Failure)
		}
		w.retry(w.timing.PollFirst, jitter, r)
		w.a.DueAt = earlier(w.a.DueAt, w.now.Add(w.timing.PollMost))
		return nil
	case Held:
		return w.readHeld(r)
	case Clearing:
		return w.readClearing(r, jitter)
	default:
		return nil
	}
}

// readClaimed: a Create of unknown outcome. A presence under such an intent is ours (P2 before P3); an absence is
// followed by a look at the operations in progress.
func (w *work) readClaimed(r result) error {
	if r.present {
		return w.present(true)
	}
	w.a.DueAt = laterOf(w.now, w.a.CreateSentAt.Add(w.timing.Settle))
	return nil
}

// present: a read shows the assignment, and it is ours.
func (w *work) present(assumed bool) error {
	w.a.Problem, w.a.Failure, w.a.AbsentAt, w.a.InDoubt = "", "", time.Time{}, false
	if w.a.Phase != Held {
		w.enter(Held, map[string]any{"assumed": assumed})
	}
	w.a.Tries = 0
	if assumed {
		w.alarm(alarm.OwnershipAssumed, "TEAM asked AWS for the assignment "+w.a.describe()+
			" and got no answer; it is there now, so TEAM counts it as its own and will remove it.")
	}
	for i := range w.es {
		if e := &w.es[i]; e.State == access.Activating && w.now.Before(e.Deadline) {
			if err := w.confirm(e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *work) readHeld(r result) error {
	if r.present {
		return w.present(false)
	}
	if w.a.AbsentAt.IsZero() {
		w.a.AbsentAt = w.now
	}
	if w.now.Before(w.a.AbsentAt.Add(w.timing.AbsentTwice)) {
		w.a.Tries++ // spaces the reads that an activation in wait asks for
		return nil
	}
	w.alarm(alarm.RemovedOutside, "Somebody removed the assignment "+w.a.describe()+
		" outside TEAM while it was in use. The elevation has ended; it is not made again without a new decision.")
	for i := range w.es {
		if e := &w.es[i]; e.State == access.Active {
			if err := w.end(e, access.ReasonRemovedOutside, "the assignment was removed outside TEAM"); err != nil {
				return err
			}
		}
	}
	if activating(w.es) != nil {
		// Its decision stands and it has never had access: the intent goes on, Create is sent.
		w.a.CreateSentAt, w.a.AbsentAt = time.Time{}, time.Time{}
		w.enter(Claimed, map[string]any{"why": "removed outside before it could be confirmed", "readAbsentAt": w.now})
		w.a.DueAt = w.now
		return nil
	}
	w.enter(Idle, map[string]any{"why": "removed outside"})
	return nil
}

func (w *work) readClearing(r result, jitter float64) error {
	settled := w.a.CreateSentAt.Add(w.timing.Settle)
	switch {
	case r.present && r.gone.proven():
		return w.removalFailed(r, jitter)
	case r.present && (w.a.Problem != "" || w.a.InDoubt || !w.now.Before(w.a.Since.Add(w.timing.Stale))):
		if w.a.Problem == "" && !w.a.InDoubt {
			w.alarm(alarm.RemovalFailing, "AWS says that the assignment "+w.a.describe()+
				" is removed, and still shows it. TEAM removes it again; look for another tool that makes it anew.")
		}
		tries := w.a.Tries
		w.a.InDoubt = false
		w.enter(Removing, map[string]any{"why": "it is still there"})
		w.a.Tries = tries
		w.retry(time.Second, jitter, r)
	case r.present:
		w.retry(w.timing.PollFirst, jitter, r)
		w.a.DueAt = earlier(w.a.DueAt, w.now.Add(w.timing.PollMost))
	case w.now.Before(settled) && !w.a.CreateSentAt.IsZero():
		w.a.DueAt = settled
	case w.a.InDoubt:
		w.a.DueAt = w.now
	default:
		w.enter(Idle, nil)
	}
	return nil
}

// settleResolve: the operations in progress were looked through for a Create whose answer was lost.
func (w *work) settleResolve(r result, jitter float64) error {
	switch {
	case r.fault != nil && r.fault.Kind == awsfault.NotOffered:
		// Nothing to look through: wait until the operation must have ended, then let reads speak alone.
		if w.now.Before(w.a.CreateSentAt.Add(5 * time.Minute)) {
			w.a.DueAt = w.a.CreateSentAt.Add(5 * time.Minute)
			return nil
		}
		w.a.InDoubt = false
		w.a.DueAt = w.now.Add(w.timing.Settle)
	case r.fault != nil:
		w.retry(time.Second, jitter, r)
	case r.found:
		w.a.InDoubt = false
		return w.accepted(r.operation, Creating)
	default:
		// Not in progress any more, and the client hung up long ago: it ended before this, or AWS never took it. A read
		// tells, once reads show what was done until now.
		w.a.InDoubt, w.a.CreateSentAt = false, w.now
		w.a.DueAt = w.now.Add(w.timing.Settle)
	}
	return nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
