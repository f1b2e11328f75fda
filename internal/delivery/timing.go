package delivery

import (
	"math"
	"time"

	"github.com/team-idc/team/internal/access"
)

// Timing of delivery.
type Timing struct {
	CallTimeout time.Duration // one call to AWS; defaults to 2.5 s
	// Lease of a step, as long as others wait when its replica is lost: it is half a second longer than the call it
	// covers, to record what was learned. Access that ends meanwhile lasts that much longer, so that it is short.
	Lease     time.Duration
	PollFirst time.Duration // first look at an operation; defaults to 500 ms, then slower up to PollMost
	PollMost  time.Duration // defaults to 5 s
	// PollPressed is how often operations are looked at, by one list of them all, while so many are in flight that others
	// wait for their slots. Defaults to 250 ms.
	PollPressed time.Duration
	BackoffMost time.Duration // between tries that fail; defaults to 60 s
	Sweep       time.Duration // how often what TEAM owns is read again; defaults to 15 min
	// Settle is how long a Create whose answer was lost may still reach AWS: longer than CallTimeout, after which
	// the client has hung up. Defaults to 10 s.
	Settle time.Duration
	// AbsentTwice is the time between two reads that must both show absence before an active assignment counts as
	// removed outside, since a read may lag behind. Defaults to 10 s.
	AbsentTwice time.Duration
	// Stale is how long a read may go on showing a removed assignment before Delete is sent again. Defaults to 60 s.
	Stale time.Duration
	// Hanging is how long AWS may work on a removal before somebody is told; it takes seconds. Defaults to 10 min.
	Hanging time.Duration
	// Unusable is how often removal is tried again where AWS can never do it, as the user is gone. Defaults to 24 h.
	// Where the account is gone, which can come back, it is tried every Sweep.
	Unusable time.Duration
}

func (t Timing) withDefaults() Timing {
	set := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	set(&t.CallTimeout, 2500*time.Millisecond)
	set(&t.Lease, t.CallTimeout+500*time.Millisecond)
	set(&t.PollFirst, 500*time.Millisecond)
	set(&t.PollMost, 5*time.Second)
	set(&t.PollPressed, 250*time.Millisecond)
	set(&t.BackoffMost, time.Minute)
	set(&t.Sweep, 15*time.Minute)
	set(&t.Settle, 10*time.Second)
	set(&t.AbsentTwice, 10*time.Second)
	set(&t.Stale, time.Minute)
	set(&t.Hanging, 10*time.Minute)
	set(&t.Unusable, 24*time.Hour)
	return t
}

// backoff after so many tries without progress: doubling from first to most, plus up to a quarter of jitter.
func backoff(tries int, first, most time.Duration, jitter float64) time.Duration {
	d := time.Duration(float64(first) * math.Pow(2, float64(min(max(tries, 0), 20))))
	if d > most || d <= 0 {
		d = most
	}
	return d + time.Duration(float64(d)/4*jitter)
}

// reschedule sets when to look again, for phases in which nothing is being tried: at the next start or end, or to
// see that what TEAM owns is still there.
func (w *work) reschedule() {
	a := &w.a
	a.NeedsSlot = a.Phase == Claimed && !a.InDoubt || a.Phase == Removing
	switch {
	case a.Phase == Removing || a.Phase == Deleting || a.Phase == Clearing, a.Phase == Creating && !wanted(w.es, w.now):
		a.Urgency = EndsAccess
	default:
		a.Urgency = GivesAccess
	}
	if a.Phase != Idle && a.Phase != Held {
		return
	}
	if a.Phase == Idle && !anyIn(w.es, access.Scheduled) {
		a.Problem, a.Tries = "", 0 // what kept somebody from starting concerns nobody any more
	}
	a.DueAt = time.Time{}
	at := func(t time.Time, u Urgency) {
		if a.DueAt.IsZero() || t.Before(a.DueAt) || (t.Equal(a.DueAt) && u < a.Urgency) {
			a.DueAt, a.Urgency = t, u
		}
	}
	if a.Phase == Held {
		// Looks that fail are spaced; ends are not.
		at(laterOf(a.SeenAt.Add(w.timing.Sweep), a.retryAt(w.now)), LooksAfter)
		if !a.AbsentAt.IsZero() {
			at(laterOf(a.AbsentAt.Add(w.timing.AbsentTwice), a.retryAt(w.now)), LooksAfter)
		}
	}
	for _, e := range w.es {
		switch e.State {
		case access.Scheduled:
			if w.now.Before(e.StartAt) {
				at(e.StartAt, GivesAccess)
			} else {
				at(laterOf(w.now, w.a.retryAt(w.now)), GivesAccess)
			}
		case access.Activating:
			at(laterOf(w.now, w.a.retryAt(w.now)), GivesAccess)
		case access.Active:
			at(e.EndsAt, EndsAccess)
		default:
		}
	}
}

// retryAt spaces tries that make no progress.
func (a Assignment) retryAt(now time.Time) time.Time {
	if a.Tries == 0 {
		return now
	}
	return now.Add(backoff(a.Tries-1, time.Second, time.Minute, 0))
}

func laterOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
