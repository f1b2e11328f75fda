package delivery

import (
	"context"
	"slices"
	"time"

	"github.com/team-idc/team/internal/awsfault"
)

// manyInFlight is from how many operations on one list of those in progress is cheaper than asking for each.
const manyInFlight = 2

// poll asks what became of an operation. While several are in flight, one list of those in progress serves them all,
// and only what left it is looked at by itself: the calls are few (20 a second for everything), the operations take
// seconds.
func (d *Delivery) poll(ctx context.Context, c claim) (r result, err error) {
	one, all := d.AWS.DeletionStatus, d.AWS.DeletionsInProgress
	if c.a.Phase == Creating {
		one, all = d.AWS.CreationStatus, d.AWS.CreationsInProgress
	}
	if c.inFlight >= manyInFlight {
		list, err := all(ctx)
		r.calls = list.Calls
		switch f := faultOf(err); {
		case f != nil && f.Kind != awsfault.NotOffered:
			return r, err
		case f == nil && slices.Contains(list.RequestIDs, c.a.RequestID):
			r.running, r.operation = list.RequestIDs, Operation{RequestID: c.a.RequestID, Status: StatusInProgress}
			return r, nil
		case f == nil:
			r.running = list.RequestIDs
		}
	}
	r.calls++
	r.operation, err = one(ctx, c.a.RequestID)
	return r, err
}

// spareOthers puts off the polls of operations that a list just showed in progress.
func (d *Delivery) spareOthers(ctx context.Context, tx Tx, mine Assignment, r result, now time.Time) error {
	if len(r.running) == 0 {
		return nil
	}
	others, err := tx.OthersInFlight(ctx, mine.Phase)
	if err != nil {
		return err
	}
	for _, o := range others {
		if o.ID == mine.ID || o.LeasedUntil.After(now) || !slices.Contains(r.running, o.RequestID) {
			continue
		}
		next := now.Add(backoff(o.Tries, d.Timing.PollFirst, d.Timing.PollMost, 0))
		if !o.DueAt.Before(next) {
			continue
		}
		o.DueAt = next
		o.Tries++
		if err := tx.SaveAssignment(ctx, o); err != nil {
			return err
		}
	}
	return nil
}
