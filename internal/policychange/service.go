package policychange

import (
	"context"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// Live reads from AWS who is an administrator at this moment. Errors are *awsfault.Error.
type Live interface {
	directory.Live
	// Members gives one page of the user ids of a group's members.
	Members(ctx context.Context, groupID, token string) (directory.Page[string], error)
}

// Config of a Service. All but Held are required.
type Config struct {
	Store     Store
	Directory access.Directory
	Live      Live
	// Facts gives the policies in force, compiled; access.Service has them at hand.
	Facts func(context.Context) (access.Facts, error)
	Now   func() time.Time
	IDs   access.IDs
	// Held says why what widens access must wait, "" when it need not: recovery mode, a skewed clock.
	Held func() string
}

// Service holds the use cases: each gathers facts, then decides and applies in one transaction.
type Service struct{ Config }

// New returns a service.
func New(c Config) *Service {
	if c.Held == nil {
		c.Held = func() string { return "" }
	}
	return &Service{Config: c}
}

// facts are what the rules need to know beside the rows, gathered before the transaction.
type facts struct {
	by access.Actor
	// person is the user id that answers for the change: the caller, or who owns the machine that calls.
	person string
	dir    Things
	// second: a change that widens access needs a second administrator.
	second bool
	held   string
	now    time.Time
	// generation of the policies by which the caller is an administrator.
	generation int64
}

// gather reads who calls, live, and refuses whoever is no administrator at this moment.
func (s *Service) gather(ctx context.Context, by access.Actor) (facts, error) {
	f := facts{by: by, person: by.UserID, now: s.Now().UTC(), held: s.Held()}
	if f.machine() {
		f.person = by.OwnerID
	}
	var err error
	if f.dir, err = s.things(ctx); err != nil {
		return f, err
	}
	set, err := s.inForce(ctx, f.now)
	if err != nil {
		return f, unavailable("the policies", err)
	}
	f.generation = set.Generation
	if err := s.administrator(ctx, set, f); err != nil {
		return f, err
	}
	f.second, err = s.secondNeeded(ctx, set, f.dir.Snapshot)
	return f, err
}

func (s *Service) inForce(ctx context.Context, now time.Time) (set policy.Set, err error) {
	err = s.Store.View(ctx, func(ctx context.Context, tx Tx) error {
		set, err = tx.PoliciesInForce(ctx, now)
		return err
	})
	return set, err
}

// unmoved gives the policies in force, if they are still those by which the caller is an administrator.
func (f facts) unmoved(ctx context.Context, tx Tx) (policy.Set, error) {
	set, err := tx.PoliciesInForce(ctx, f.now)
	if err != nil {
		return set, err
	}
	if set.Generation != f.generation {
		return set, errMoved
	}
	return set, nil
}
