package access

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/team-idc/team/internal/awsfault"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// Directory gives the newest snapshot this replica has.
type Directory interface {
	Snapshot(ctx context.Context) (*directory.Snapshot, error)
}

// Policies gives the set of policies in force.
type Policies interface {
	InForce(ctx context.Context, now time.Time) (policy.Set, error)
}

// Config of a Service. Store, Directory, Live, Policies, Now and IDs are required.
type Config struct {
	Store     Store
	Directory Directory
	Live      directory.Live
	Policies  Policies
	Now       func() time.Time
	IDs       IDs
	// Held says why grants and decisions must wait, "" when they need not: recovery mode, a skewed clock.
	Held func() string
	// MembershipMaxAge is how old a membership read may be when somebody decides or access starts. Defaults to 5 minutes.
	MembershipMaxAge time.Duration
	// DirectoryMaxAge is how old what the directory says of an account or permission set may be then. Defaults to 2 hours.
	DirectoryMaxAge time.Duration
}

// Service holds the use cases: each gathers facts, then decides and applies in one transaction.
type Service struct {
	Config

	mu     sync.Mutex
	engine *policy.Engine
	key    engineKey
}

type engineKey struct{ generation, revision int64 }

// New returns a service.
func New(c Config) *Service {
	if c.MembershipMaxAge == 0 {
		c.MembershipMaxAge = 5 * time.Minute
	}
	if c.DirectoryMaxAge == 0 {
		c.DirectoryMaxAge = 2 * time.Hour
	}
	if c.Held == nil {
		c.Held = func() string { return "" }
	}
	return &Service{Config: c}
}

// Facts gathers policies in force and the newest snapshot, without asking AWS.
func (s *Service) Facts(ctx context.Context) (Facts, error) {
	now := s.Now()
	dir, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return Facts{}, unavailable("the directory", err)
	}
	set, err := s.Policies.InForce(ctx, now)
	if err != nil {
		return Facts{}, unavailable("the policies", err)
	}
	return Facts{Engine: s.compiled(set, dir), Dir: dir, Generation: set.Generation, ReadAt: now, Now: now}, nil
}

// compiled keeps the last engine: compiling thousands of policies costs more than answering from them.
func (s *Service) compiled(set policy.Set, dir *directory.Snapshot) *policy.Engine {
	key := engineKey{set.Generation, dir.Revision()}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.engine == nil || s.key != key {
		s.engine, s.key = policy.Compile(set, dir), key
	}
	return s.engine
}

// ofRequester adds the beneficiary as the snapshot knows them.
func (f Facts) ofRequester(userID string) Facts {
	f.Requester = policy.Person{UserID: userID, Groups: f.Dir.GroupsOf(userID)}
	f.RequesterUser, _ = f.Dir.User(userID)
	return f
}

// liveRequester reads the beneficiary's status and memberships from AWS. A user that is gone is a fact, not a failure.
func (s *Service) liveRequester(ctx context.Context, f Facts, userID string) (Facts, error) {
	p, u, err := s.livePerson(ctx, userID)
	if err != nil {
		return f, unavailable("the requester's status and memberships", err)
	}
	f.Requester, f.RequesterUser, f.RequesterLive = p, u, true
	return f, nil
}

func (s *Service) livePerson(ctx context.Context, userID string) (policy.Person, directory.User, error) {
	u, err := s.Live.User(ctx, userID)
	if err != nil {
		var fault *awsfault.Error
		if errors.As(err, &fault) && fault.Kind == awsfault.NotFound {
			return policy.Person{UserID: userID}, directory.User{ID: userID}, nil
		}
		return policy.Person{}, directory.User{}, err
	}
	if u.Status != directory.UserEnabled {
		return policy.Person{UserID: userID}, u, nil
	}
	groups, err := s.Live.GroupsOfUser(ctx, userID)
	if err != nil {
		return policy.Person{}, directory.User{}, err
	}
	return policy.Person{UserID: userID, Groups: groups}, u, nil
}

// voters reads the memberships of those who voted: as recorded with a young vote, else live. Someone disabled or gone
// has no groups and, being no enabled user, counts for nothing.
func (s *Service) voters(ctx context.Context, f Facts, votes []Vote) (Facts, error) {
	f.Voters = make(map[string]policy.Person, len(votes))
	for _, v := range votes {
		if v.Void {
			continue
		}
		if f.Now.Sub(v.At) <= s.MembershipMaxAge {
			f.Voters[v.VoterID] = policy.Person{UserID: v.VoterID, Groups: v.Groups}
			continue
		}
		p, u, err := s.livePerson(ctx, v.VoterID)
		if err != nil {
			return f, unavailable("the memberships of who approved", err)
		}
		if u.Status == directory.UserEnabled {
			f.Voters[v.VoterID] = p
		}
	}
	return f, nil
}

// fresh refuses to decide on what the directory has not confirmed for too long (P9).
func (s *Service) fresh(f Facts, targets []Target) error {
	for _, t := range targets {
		a, okA := f.Dir.Account(t.AccountID)
		p, okP := f.Dir.PermissionSet(t.PermissionSetARN)
		if (okA && f.Now.Sub(a.ReadAt) > s.DirectoryMaxAge) || (okP && f.Now.Sub(p.ReadAt) > s.DirectoryMaxAge) {
			return unavailable("the directory's entry for account "+t.AccountID+" (it was last read more than "+Human(s.DirectoryMaxAge)+" ago)", nil)
		}
	}
	return nil
}

// ActivationFacts gathers what Recheck needs for c, live.
func (s *Service) ActivationFacts(ctx context.Context, c Case) (Facts, error) {
	f, err := s.Facts(ctx)
	if err != nil {
		return f, err
	}
	if err := s.fresh(f, c.Targets); err != nil {
		return f, err
	}
	if f, err = s.liveRequester(ctx, f, c.Request.BeneficiaryID); err != nil {
		return f, err
	}
	return s.voters(ctx, f, c.Votes)
}

// current brings facts to the moment of the transaction. It refuses when they have become old, or policies changed
// since they were gathered.
func (s *Service) current(ctx context.Context, tx Tx, f Facts) (Facts, error) {
	g, err := tx.PolicyGeneration(ctx)
	if err != nil {
		return f, err
	}
	f, young := f.At(s.Now())
	if g != f.Generation || !young {
		return f, errFactsMoved
	}
	return f, s.heldBack()
}

// errFactsMoved makes a use case gather its facts again.
var errFactsMoved = &Error{Code: CodeStale, Message: "what this rests on changed at this very moment; try again"}

// repeat runs f again while facts move under it, a few times.
func repeat(f func() error) error {
	for try := 0; ; try++ {
		if err := f(); !errors.Is(err, error(errFactsMoved)) || try == 3 {
			return err
		}
	}
}

func (s *Service) heldBack() error {
	if why := s.Held(); why != "" {
		return &Error{Code: CodeHeld, Message: why}
	}
	return nil
}
