package delivery

import (
	"context"
	"slices"
	"time"

	"github.com/team-idc/team/internal/awsfault"
)

// manyInFlight is from how many operations on one list of those in progress is cheaper than asking for each.
const manyInFlight = 2

// leftTheList is what Tries says of an operation that a list of those in progress did not show any more: it is asked
// about by itself, and at once.
const leftTheList = -1

// poll asks what became of an operation. While several are in flight, one list of those in progress serves them all,
// and only what left it is looked at by itself: the calls are few (20 a second for everything), the operations take
// seconds.
func (d *Delivery) poll(ctx context.Context, c claim) (r result, err error) {
	one, all := d.AWS.DeletionStatus, d.AWS.DeletionsInProgress
	if c.a.Phase == Creating {
		one, all = d.AWS.CreationStatus, d.AWS.CreationsInProgress
	}
	r.pressed = d.room(c.inFlight) != RoomForAll
	if c.inFlight >= manyInFlight && !c.plan.Alone {
		asked := d.Now()
		list, err := all(ctx)
		r.calls = list.Calls
		switch f := faultOf(err); {
		case f != nil && f.Kind != awsfault.NotOffered:
			return r, err
		case f == nil:
			r.listedAt, r.running = asked, list.RequestIDs
		}
		if slices.Contains(r.running, c.a.RequestID) {
			r.operation = Operation{RequestID: c.a.RequestID, Status: StatusInProgress}
			return r, nil
		}
	}
	r.calls++
	r.operation, err = one(ctx, c.a.RequestID)
	return r, err
}

// tellOthers what a list just showed of their operations: those in progress need not ask for a while, those that left
// it ask at once, since the slot of what AWS has finished is free for the next only when that is known.
func (d *Delivery) tellOthers(ctx context.Context, tx Tx, mine Assignment, r result, now time.Time) error {
	if r.listedAt.IsZero() {
		return nil
	}
	others, err := tx.OthersInFlight(ctx, mine.Phase)
	if err != nil {
		return err
	}
	standby := false
	for _, o := range others {
		if o.ID == mine.ID || o.LeasedUntil.After(now) {
			continue
		}
		at, tries := o.DueAt, o.Tries
		switch running := slices.Contains(r.running, o.RequestID); {
		case !running && o.Since.Before(r.listedAt):
			at, tries = now, leftTheList
		case !running:
			continue
		case r.pressed && !standby:
			// One more goes on asking, in case the next to ask is the one that asked now and finishes.
			standby = true
			at = between(at, now.Add(d.Timing.PollPressed), now.Add(2*d.Timing.PollPressed))
		case r.pressed:
			at = between(at, now.Add(d.Timing.PollMost/2), now.Add(d.Timing.PollMost))
		default:
			if next := now.Add(backoff(o.Tries, d.Timing.PollFirst, d.Timing.PollMost, 0)); at.Before(next) {
				at, tries = next, o.Tries+1
			}
		}
		if at.Equal(o.DueAt) && tries == o.Tries {
			continue
		}
		o.DueAt, o.Tries = at, tries
		if err := tx.SaveAssignment(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

// between leaves t where it lies in a range, and gives the end of the range otherwise.
func between(t, from, to time.Time) time.Time {
	if t.Before(from) || t.After(to) {
		return to
	}
	return t
}
