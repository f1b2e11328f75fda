package delivery

import (
	"context"
	"errors"
	"slices"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/awsfault"
)

// activation is what was gathered before an elevation may start.
type activation struct {
	facts access.Facts
	err   error // a read that was needed failed: the start waits (P9)
}

// gather reads, live, what the decision to start rests on, and who holds the permission set in the account.
func (d *Delivery) gather(ctx context.Context, w *work, p Plan) result {
	var c access.Case
	err := d.Store.View(ctx, func(ctx context.Context, tx Tx) (err error) {
		c, err = tx.CaseOfElevation(ctx, p.Elevation)
		return err
	})
	var r result
	if err == nil {
		r.start.facts, err = d.Checks.ActivationFacts(ctx, c)
	}
	if err != nil {
		r.start.err = err
		return r
	}
	holders, err := d.AWS.Holders(ctx, w.a.AccountID, w.a.PermissionSetARN)
	r.calls = holders.Calls
	if err != nil {
		r.start.err = err
		return r
	}
	r.present = slices.Contains(holders.Users, w.a.UserID)
	for _, g := range holders.Groups {
		if slices.Contains(r.start.facts.Requester.Groups, g) {
			r.group = g
			break
		}
	}
	return r
}

// settleActivate decides about the start with the case as it is now. What no longer holds lapses; what the user
// already has is left alone; otherwise the intent is committed, and only then may Create be sent.
func (w *work) settleActivate(p Plan, r result) error {
	e := w.elevation(p.Elevation)
	if e != nil && e.State == access.Activating {
		return w.settleRecheck(e, r)
	}
	if e == nil || e.State != access.Scheduled || w.now.Before(e.StartAt) || !w.now.Before(e.Deadline) {
		return nil
	}
	if err := r.start.err; err != nil {
		w.a.Problem = sentenceOf(err)
		w.a.Tries++
		return nil
	}
	w.a.SeenAt, w.a.Problem, w.a.Tries = w.now, "", 0
	facts, _ := r.start.facts.At(w.now)
	duration, refs, lapsed := access.Recheck(w.cases[p.Elevation], *e, facts)
	if lapsed != "" {
		return w.end(e, access.ReasonLapsed, lapsed)
	}
	switch w.a.Phase {
	case Idle:
		if held := r.alreadyHeld(); held != "" {
			return w.end(e, access.ReasonAlreadyHeld, held)
		}
		w.enter(Claimed, map[string]any{"readAbsentAt": w.now, "elevation": e.ID})
		w.a.DueAt = w.now
	case Held:
		if !r.present {
			// The sweep decides about the absence first.
			w.a.Tries++
			return w.readHeld(r)
		}
	default:
		return nil
	}
	if err := e.Move(access.Activating); err != nil {
		return err
	}
	e.Duration = duration
	w.moved(e, map[string]any{"seconds": int64(duration.Seconds()), "policies": refs})
	return nil
}

// settleRecheck judges a start again whose Create has not been taken for a while: the way to AWS was full, or AWS
// refused for now. The intent stands, so nothing is written where all still holds.
func (w *work) settleRecheck(e *access.Elevation, r result) error {
	if w.a.Phase != Claimed || w.a.InDoubt || !w.now.Before(e.Deadline) {
		return nil
	}
	if err := r.start.err; err != nil {
		w.a.Problem = sentenceOf(err)
		w.a.Tries++
		w.a.DueAt = w.a.retryAt(w.now)
		return nil
	}
	w.a.SeenAt = w.now
	facts, _ := r.start.facts.At(w.now)
	duration, refs, lapsed := access.Recheck(w.cases[e.ID], *e, facts)
	switch held := r.alreadyHeld(); {
	case lapsed != "":
		return w.end(e, access.ReasonLapsed, lapsed)
	case r.present && !w.a.CreateSentAt.IsZero():
		return w.present(true) // one that was sent before may have been taken
	case held != "":
		return w.end(e, access.ReasonAlreadyHeld, held)
	}
	// It keeps its place: behind others that wait for AWS it would be too old again when its turn comes.
	w.a.DueAt = w.wasDue
	if duration != e.Duration {
		e.Duration = duration
		w.saved(e, "elevation.shortened", map[string]any{"seconds": int64(duration.Seconds()), "policies": refs})
	}
	return nil
}

// alreadyHeld says how the user has the permission set without TEAM, "" if they have not.
func (r result) alreadyHeld() string {
	switch {
	case r.present:
		return "the user already has this permission set in this account; TEAM leaves it alone"
	case r.group != "":
		name := r.group
		if g, ok := r.start.facts.Dir.Group(r.group); ok {
			name = g.DisplayName
		}
		return "the user already has this permission set in this account through the group " + name
	}
	return ""
}

func (w *work) elevation(id string) *access.Elevation {
	for i := range w.es {
		if w.es[i].ID == id {
			return &w.es[i]
		}
	}
	return nil
}

func sentenceOf(err error) string {
	if f, ok := errors.AsType[*awsfault.Error](err); ok {
		return f.Sentence()
	}
	if e, ok := errors.AsType[*access.Error](err); ok {
		return e.Message
	}
	return "the rows could not be read"
}
