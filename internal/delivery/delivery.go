package delivery

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/awsfault"
	"github.com/team-idc/team/internal/directory"
)

// Checks gathers what an elevation's start rests on.
type Checks interface {
	ActivationFacts(ctx context.Context, c access.Case) (access.Facts, error)
}

// Config of a Delivery. All but Log, Timing, Rate and Slots are required.
type Config struct {
	Store     Store
	AWS       AWS
	Live      directory.Live
	Directory access.Directory
	Checks    Checks
	Now       func() time.Time
	// Jitter returns a number in [0, 1) that spreads retries.
	Jitter func() float64
	// Held says why grants wait, "" when they do not. Removals never wait.
	Held   func() string
	Log    *slog.Logger
	Timing Timing
	Rate   Rate // of IAM Identity Center calls; defaults to DefaultRate
	Slots  int  // operations in flight at a time; defaults to DefaultSlots
}

// Delivery reconciles assignments. Step may be called on any number of replicas.
type Delivery struct{ Config }

// New returns a Delivery.
func New(c Config) *Delivery {
	c.Timing = c.Timing.withDefaults()
	if c.Rate == (Rate{}) {
		c.Rate = DefaultRate
	}
	if c.Slots == 0 {
		c.Slots = DefaultSlots
	}
	if c.Held == nil {
		c.Held = func() string { return "" }
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Delivery{c}
}

// claim is what a step may do, committed before it does it.
type claim struct {
	a        Assignment // as saved, at its new version
	es       []access.Elevation
	plan     Plan
	inFlight int
}

// Step does one due piece of work: it claims the most urgent assignment, does one thing with AWS, and records what
// it learned. It returns when the next one is due.
func (d *Delivery) Step(ctx context.Context) (did bool, next time.Time, err error) {
	if isDue, next, err := d.look(ctx); err != nil || !isDue {
		return false, next, err
	}
	// The time for the call runs from before the claim: a replica that was paused in between does not send (section 4).
	started := d.Now()
	call, cancel := context.WithTimeout(ctx, d.Timing.CallTimeout)
	defer cancel()
	c, did, next, err := d.claim(ctx)
	if err != nil || c == nil {
		return did, next, err
	}
	if !d.Now().Before(started.Add(d.Timing.CallTimeout)) {
		return true, d.Now(), nil
	}
	r := d.perform(call, *c)
	if err := d.record(ctx, *c, r); err != nil && !errors.Is(err, error(access.ErrStale)) {
		return true, next, err
	}
	return true, d.Now(), nil
}

// look reads whether anything is due, and when something will be. It takes no lock, so that replicas with nothing to
// do keep nobody from writing; what it finds is found again by the claim, or somebody else was faster.
func (d *Delivery) look(ctx context.Context) (isDue bool, next time.Time, err error) {
	err = d.Store.View(ctx, func(ctx context.Context, tx Tx) error {
		now := d.Now()
		flying, err := tx.InFlight(ctx, now)
		if err != nil {
			return err
		}
		_, isDue, next, err = tx.DueAssignment(ctx, now, d.room(flying))
		return err
	})
	return isDue, next, err
}

// claim moves on what the rows decide and takes the next step's tokens and lease. A nil claim with did true means
// that bookkeeping was all there was to do.
func (d *Delivery) claim(ctx context.Context) (c *claim, did bool, next time.Time, err error) {
	err = d.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		c, did, next = nil, false, time.Time{}
		now := d.Now()
		flying, err := tx.InFlight(ctx, now)
		if err != nil {
			return err
		}
		room := d.room(flying)
		a, found, later, err := tx.DueAssignment(ctx, now, room)
		if err != nil || !found {
			next = later
			return err
		}
		es, err := tx.ElevationsOn(ctx, a.ID)
		if err != nil {
			return err
		}
		w := newWork(a, es, now, d.Timing)
		if err := w.advance(); err != nil {
			return err
		}
		plan := planFor(w.a, w.es, w.now, d.Timing, d.Held() != "")
		if !room.allows(plan) {
			plan = Plan{Do: Rest}
		}
		annotate(ctx, w, plan)
		if plan.Do == Rest {
			did, next = true, now
			return d.saveRest(ctx, tx, w)
		}
		ok, at, err := takeTokens(ctx, tx, plan.calls(), 0, now, d.Rate)
		if err != nil {
			return err
		}
		if !ok {
			next = at
			return nil
		}
		if plan.Do == Create {
			w.a.CreateSentAt, w.a.InDoubt = w.now, true
		}
		w.a.LeasedUntil = now.Add(d.Timing.Lease)
		if err := save(ctx, tx, w); err != nil {
			return err
		}
		w.a.Version++
		c, did = &claim{a: w.a, es: w.es, plan: plan, inFlight: flying}, true
		return nil
	})
	if err != nil {
		return nil, false, time.Time{}, err
	}
	return c, did, next, nil
}

// room that the operations in flight leave: a quarter of the slots is for removals alone.
func (d *Delivery) room(flying int) Room {
	switch {
	case flying >= d.Slots:
		return NoRoom
	case flying >= d.Slots-d.Slots/4:
		return RoomToRemove
	default:
		return RoomForAll
	}
}

func (r Room) allows(p Plan) bool {
	switch p.Do {
	case Create:
		return r == RoomForAll
	case Delete:
		return r >= RoomToRemove
	default:
		return true
	}
}

// saveRest stores an assignment with which nothing is done now.
func (d *Delivery) saveRest(ctx context.Context, tx Tx, w *work) error {
	w.a.LeasedUntil = time.Time{}
	w.reschedule()
	if w.a.Phase == Claimed || (d.Held() != "" && w.a.DueAt.Equal(w.now)) {
		// Grants are held back: look again soon, as the deadline may pass meanwhile.
		w.a.DueAt = w.now.Add(time.Second)
	}
	return save(ctx, tx, w)
}

func save(ctx context.Context, tx Tx, w *work) error {
	if err := tx.SaveAssignment(ctx, w.a); err != nil {
		return err
	}
	if change := w.change(); len(change.Events)+len(change.Alarms) > 0 {
		return tx.Apply(ctx, change)
	}
	return nil
}

// perform makes the calls of a plan. It changes nothing of ours.
func (d *Delivery) perform(ctx context.Context, c claim) result {
	w := newWork(c.a, c.es, d.Now(), d.Timing)
	var r result
	var err error
	switch c.plan.Do {
	case Activate:
		return d.gather(ctx, w, c.plan)
	case Create:
		r.operation, err = d.AWS.CreateAssignment(ctx, c.a.Triple)
	case Delete:
		r.operation, err = d.AWS.DeleteAssignment(ctx, c.a.Triple)
	case Poll:
		r, err = d.poll(ctx, c)
	case Read:
		var h Holders
		h, err = d.AWS.Holders(ctx, c.a.AccountID, c.a.PermissionSetARN)
		r.present, r.calls = slices.Contains(h.Users, c.a.UserID), h.Calls
	case Resolve:
		r, err = d.resolve(ctx, c.a)
	default:
		return r
	}
	r.fault = faultOf(err)
	if d.doubtRemovable(c, r) {
		d.proveGone(ctx, c, &r)
	}
	return r
}

// resolve looks for our Create among the operations in progress.
func (d *Delivery) resolve(ctx context.Context, a Assignment) (result, error) {
	list, err := d.AWS.CreationsInProgress(ctx)
	r := result{calls: list.Calls}
	if err != nil {
		return r, err
	}
	for _, id := range list.RequestIDs {
		o, err := d.AWS.CreationStatus(ctx, id)
		r.calls++
		if err != nil {
			return r, err
		}
		if o.Triple == a.Triple {
			r.operation, r.found = o, true
			return r, nil
		}
	}
	return r, nil
}

// doubtRemovable says whether a removal makes so little progress that the user or account may be gone.
func (d *Delivery) doubtRemovable(c claim, r result) bool {
	switch c.plan.Do {
	case Delete:
		return r.fault != nil && (r.fault.Kind == awsfault.NotFound || !r.fault.Retryable())
	case Read:
		stuck := c.a.Problem != "" || c.a.Tries > 0
		return c.a.Phase == Clearing && stuck && (r.present || (r.fault != nil && !r.fault.Retryable()))
	default:
		return false
	}
}

func faultOf(err error) *awsfault.Error {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*awsfault.Error](err); ok {
		return f
	}
	return &awsfault.Error{Kind: awsfault.Unknown, Message: err.Error(), Cause: err}
}

// record applies what was learned, if nobody else has moved the assignment since the claim. What a read showed is
// forgotten when it comes late: by then it may not be so.
func (d *Delivery) record(ctx context.Context, c claim, r result) error {
	return d.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		now := d.Now()
		if reads := c.plan.Do == Read || c.plan.Do == Activate || c.plan.Do == Resolve; reads && now.After(c.a.LeasedUntil.Add(d.Timing.Lease)) {
			return nil
		}
		a, err := tx.Assignment(ctx, c.a.ID)
		if err != nil {
			return err
		}
		if a.Version != c.a.Version {
			return d.recordLate(ctx, tx, a, c.plan, r, now)
		}
		looked := a.Looks != c.a.Looks
		es, err := tx.ElevationsOn(ctx, a.ID)
		if err != nil {
			return err
		}
		w := newWork(a, es, now, d.Timing)
		if c.plan.Do == Activate {
			if ok, err := d.prepareActivation(ctx, tx, w, c.plan, r); err != nil || !ok {
				return err
			}
		}
		w.a.LeasedUntil, w.a.DueAt = time.Time{}, now
		if err := w.settle(c.plan, r, d.Jitter()); err != nil {
			return err
		}
		if err := w.advance(); err != nil {
			return err
		}
		w.reschedule()
		if looked {
			w.a.DueAt = earlier(w.a.DueAt, now)
			if w.a.DueAt.IsZero() {
				w.a.DueAt = now
			}
		}
		if err := d.tellOthers(ctx, tx, c.a, r, now); err != nil {
			return err
		}
		if err := d.chargePages(ctx, tx, r, c.plan, now); err != nil {
			return err
		}
		return save(ctx, tx, w)
	})
}

// recordLate: others have taken the assignment on since. They settled this step by reading, unless what it sent was
// held up on the way for so long, as when a whole machine is paused, that AWS got it after they had looked. Then what a
// Create made must be found and removed, though nothing else would ever look there again (P2).
func (d *Delivery) recordLate(ctx context.Context, tx Tx, a Assignment, p Plan, r result, now time.Time) error {
	if p.Do != Create || (r.fault != nil && !r.fault.MayHaveHappened()) {
		return access.ErrStale
	}
	es, err := tx.ElevationsOn(ctx, a.ID)
	if err != nil {
		return err
	}
	w := newWork(a, es, now, d.Timing)
	if a.Phase == Idle {
		w.enter(Clearing, map[string]any{"why": "a creation was answered after it had been settled"})
		w.a.DueAt = w.now
	}
	w.a.CreateSentAt = w.now
	w.a.InDoubt = w.a.Phase != Creating && w.a.Phase != Verifying && w.a.Phase != Held
	w.reschedule()
	return save(ctx, tx, w)
}

// prepareActivation loads the case that the start is judged by. It gives up, to begin again, when policies changed
// since the facts were gathered or grants are held back now.
func (d *Delivery) prepareActivation(ctx context.Context, tx Tx, w *work, p Plan, r result) (bool, error) {
	if r.start.err != nil {
		return true, nil //nolint:nilerr // the failed read is part of what is settled
	}
	generation, err := tx.PolicyGeneration(ctx)
	if err != nil {
		return false, err
	}
	if _, young := r.start.facts.At(w.now); !young || generation != r.start.facts.Generation || d.Held() != "" {
		w.a.LeasedUntil, w.a.DueAt = time.Time{}, w.now
		if d.Held() != "" {
			w.a.DueAt = w.now.Add(time.Second)
		}
		return false, tx.SaveAssignment(ctx, w.a)
	}
	c, err := tx.CaseOfElevation(ctx, p.Elevation)
	if err != nil {
		return false, err
	}
	w.cases = map[string]access.Case{p.Elevation: c}
	return true, nil
}

// chargePages pays for calls beyond the one that was taken with the claim.
func (d *Delivery) chargePages(ctx context.Context, tx Tx, r result, p Plan, now time.Time) error {
	extra := float64(r.calls) - p.calls()
	if extra <= 0 {
		return nil
	}
	pipe, err := tx.Pipe(ctx, PipeIdentityCenter)
	if err != nil {
		return err
	}
	return tx.SavePipe(ctx, PipeIdentityCenter, pipe.filled(now, d.Rate).owe(extra))
}
