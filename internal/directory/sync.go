package directory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/team-idc/team/internal/awsfault"
)

// SyncConfig of a Sync. Source, Store, Limiter, Owner, Now and Jitter are required.
type SyncConfig struct {
	Source  Source
	Store   SyncStore
	Limiter Limiter
	// Owner names this replica in leases.
	Owner string
	Now   func() time.Time
	// Jitter returns a random duration below max.
	Jitter func(limit time.Duration) time.Duration
	// Period is the time from the end of one pass to the beginning of the next; 15 minutes where zero.
	Period time.Duration
	// Share of AWS's rates (above 0, at most 1) that the sync takes of the identity store and of Organizations; half
	// where zero. The rest is left to live reads and to the customer's other tools.
	Share float64
}

const (
	defaultPeriod = 15 * time.Minute
	defaultShare  = 0.5
	// passLease: an attempt takes at most 3 s. It only saves work; the pass's version keeps it correct.
	passLease = 4 * time.Second

	firstRetry  = time.Second
	lastRetry   = time.Minute
	refusedWait = time.Minute // after a failure that somebody has to do something about
)

// Sync reads the organization into the store, one call a step.
type Sync struct {
	cfg SyncConfig
	// confirmed: this process has seen that its credentials lead to the instance whose directory is stored. Until
	// then nothing else is read, so that two organizations never mix.
	confirmed bool
}

// NewSync makes a Sync.
func NewSync(cfg SyncConfig) *Sync {
	if cfg.Period == 0 {
		cfg.Period = defaultPeriod
	}
	if cfg.Share == 0 {
		cfg.Share = defaultShare
	}
	return &Sync{cfg: cfg}
}

// Step does the next due piece of the sync: one call to AWS and one transaction (two where the part has to be leased
// first). It reports whether it did something, in which case there may be more at once, and else when to come back.
// Failures of AWS are recorded in the pass and are no error of the step.
func (s *Sync) Step(ctx context.Context) (did bool, next time.Time, err error) {
	now := s.cfg.Now().UTC()
	passes, err := s.cfg.Store.Passes(ctx)
	if err != nil {
		return false, now.Add(firstRetry), fmt.Errorf("read sync state: %w", err)
	}
	next = now.Add(s.cfg.Period)
	for _, p := range s.candidates(passes, now) {
		at := s.readyAt(p, now)
		if !at.After(now) && usesLimiter(p) {
			ok, retry, err := s.cfg.Limiter.Take(ctx, now, 1)
			if err != nil {
				return false, now.Add(firstRetry), fmt.Errorf("take a call for the sync: %w", err)
			}
			if !ok {
				at = retry
			}
		}
		if at.After(now) {
			next = earliest(next, at)
			continue
		}
		if err := s.advance(ctx, p, now); err != nil {
			return true, now.Add(firstRetry), err
		}
		return true, now, nil
	}
	return false, next, nil
}

// candidates are the parts that may be read, the longest due first.
func (s *Sync) candidates(passes []Pass, now time.Time) []Pass {
	byPart := map[Part]Pass{}
	for _, p := range passes {
		byPart[p.Part] = p
	}
	if !s.confirmed {
		p := byPart[PartInstance]
		if p.Failures == 0 {
			p.Due = now
		}
		return []Pass{p}
	}
	var c []Pass
	for _, part := range Parts() {
		p, ok := byPart[part]
		if !ok {
			continue
		}
		if before, needed := part.needs(); needed && byPart[before].Finished.IsZero() {
			continue
		}
		c = append(c, p)
	}
	slices.SortStableFunc(c, func(a, b Pass) int { return cmp.Compare(a.Due.UnixMicro(), b.Due.UnixMicro()) })
	return c
}

func (s *Sync) readyAt(p Pass, _ time.Time) time.Time {
	if p.LeasedBy != s.cfg.Owner && p.LeasedUntil.After(p.Due) {
		return p.LeasedUntil
	}
	return p.Due
}

// usesLimiter: permission sets are read from IAM Identity Center's own API. The instance's one call every 15 minutes
// is left out, so that a crowded pipe never hides that the instance cannot be read.
func usesLimiter(p Pass) bool { return p.Part == PartPermissionSets }

// advance leases the part unless this replica holds it already, reads, and writes what it read.
func (s *Sync) advance(ctx context.Context, p Pass, now time.Time) error {
	if p.LeasedBy != s.cfg.Owner || !p.LeasedUntil.After(now) {
		p.LeasedBy, p.LeasedUntil = s.cfg.Owner, now.Add(passLease)
		held, err := s.cfg.Store.SavePass(ctx, p, Write{})
		if err != nil {
			return fmt.Errorf("lease the sync of %s: %w", p.Part, err)
		}
		if !held {
			return nil
		}
		p.Version++
	}
	if !p.Running {
		p.begin(now)
	}
	read := p // a failed read changes nothing but the failure's own fields
	o, err := s.read(ctx, &read)
	now = s.cfg.Now().UTC()
	if err != nil {
		f, ours := failureOf(err)
		if !ours {
			return fmt.Errorf("sync %s: %w", p.Part, err)
		}
		s.fail(&p, f, now)
		o.write = Write{}
	} else {
		p = read
		s.succeed(&p, o, now)
	}
	if _, err := s.cfg.Store.SavePass(ctx, p, o.write); err != nil {
		return fmt.Errorf("write the sync of %s: %w", p.Part, err)
	}
	return nil
}

func (p *Pass) begin(now time.Time) {
	p.Running, p.Started, p.Cursor, p.Seen, p.Notes = true, now, Cursor{}, 0, nil
	p.Generation++
}

// outcome of one successful read.
type outcome struct {
	write    Write
	seen     int           // entries it brought
	finished bool          // the part was read to its end
	restart  bool          // the part changed while it was read, and is read anew
	spacing  time.Duration // until the next call of the same API
}

func (s *Sync) succeed(p *Pass, o outcome, now time.Time) {
	p.Seen += o.seen
	p.Failures, p.Fault, p.FaultAt = 0, "", time.Time{}
	if !o.finished {
		p.Running = !o.restart
		p.Due = now.Add(o.spacing)
		p.LeasedUntil = now.Add(passLease)
		return
	}
	p.Running, p.Finished, p.Cursor, p.Entries = false, now, Cursor{}, p.Seen
	p.Due = now.Add(s.cfg.Period)
	p.LeasedBy, p.LeasedUntil = "", time.Time{}
}

// fail keeps the cursor, so that the pass goes on where it was; nothing that is stored is touched.
func (s *Sync) fail(p *Pass, f failure, now time.Time) {
	switch {
	case f.anew:
		p.Running = false
	case f.invalid && p.Cursor.Token != "":
		p.forgetToken()
	}
	p.Failures++
	p.Fault, p.FaultAt = f.sentence, now
	wait := refusedWait
	if f.retryable {
		wait = min(lastRetry, firstRetry<<min(p.Failures-1, 10))
	}
	p.Due = now.Add(max(wait, f.retryAfter) + s.cfg.Jitter(wait/2+1))
	p.LeasedBy, p.LeasedUntil = "", time.Time{}
}

// forgetToken: AWS's page tokens expire. The one entry that is being read is read again from its first page; a list
// is read again as a new generation, and the one given up removes nothing.
func (p *Pass) forgetToken() {
	if !p.Cursor.Open {
		p.Running = false
		return
	}
	p.Cursor.Token, p.Cursor.Aspect = "", ""
	p.Cursor.Tags, p.Cursor.Set = nil, nil
}

// failure is what a pass remembers of an error.
type failure struct {
	sentence           string
	retryable, invalid bool
	anew               bool // what was read so far is of no use
	retryAfter         time.Duration
}

// refusal is a finding that stops a part although AWS answered.
type refusal struct{ sentence string }

func (r *refusal) Error() string { return r.sentence }

// failureOf tells failures of AWS, and refusals of our own, from those of the store, which end the step.
func failureOf(err error) (failure, bool) {
	if r, ok := errors.AsType[*refusal](err); ok {
		return failure{sentence: r.sentence, anew: true}, true
	}
	if f, ok := awsfault.Of(err); ok {
		return failure{
			sentence: f.Sentence(), retryable: f.Retryable(), retryAfter: f.RetryAfter,
			invalid: f.Kind == awsfault.Invalid,
		}, true
	}
	return failure{}, false
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
