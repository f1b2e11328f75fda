package identity

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/awsfault"
	"github.com/team-idc/team/internal/directory"
)

// Standing is what somebody is at this moment.
type Standing struct {
	User                   directory.User
	Administrator, Auditor bool
	// Confirmed says that AWS said so, no longer ago than allowed. Otherwise the user is enabled as far as the directory
	// knows, and has no role: unknown is no (P9).
	Confirmed bool
}

// Bounds of Standings.
const (
	StandingMaxAge  = time.Minute     // how old what AWS said may be
	standingWait    = 3 * time.Second // longest wait for AWS
	standingPause   = 5 * time.Second // after a failure AWS is left alone so long for one user
	standingEntries = 10_000          // users that are remembered
)

// Standings say what people are: enabled or not, and in which role groups, as AWS said no more than a minute ago. One
// person's calls share one reading, so that 500 people who work all the time cost about 8 calls a second of each of the two
// operations, of the 20 that AWS allows.
type Standings struct {
	Live      directory.Live
	Directory access.Directory
	Policies  access.Policies
	Now       func() time.Time
	// MaxAge defaults to StandingMaxAge.
	MaxAge time.Duration
	// Log hears why AWS did not say. Optional.
	Log *slog.Logger

	mu    sync.Mutex
	known map[string]*presence // by user id
}

// presence is what is known of one user.
type presence struct {
	last *reading // the last that succeeded
	// failedAt and err are the last failure, until something succeeds.
	failedAt time.Time
	err      error
	// running is closed when the reading that is under way is over; nil: none is. asks are the groups it asks for.
	running chan struct{}
	asks    []string
}

// reading is what AWS said of one user.
type reading struct {
	user   directory.User
	gone   bool
	member map[string]bool
	at     time.Time // when it was asked
}

func (r *reading) good(now time.Time, maxAge time.Duration, groups []string) bool {
	if r == nil || now.Sub(r.at) >= maxAge || now.Before(r.at) {
		return false
	}
	if r.gone || r.user.Status != directory.UserEnabled {
		return true // memberships do not matter
	}
	return !slices.ContainsFunc(groups, func(g string) bool { _, asked := r.member[g]; return !asked })
}

type atOnceKey struct{}

// AtOnce has what is asked within ctx read from AWS now, rather than remembered: for what gives somebody more than they
// have, where a minute is too long.
func AtOnce(ctx context.Context) context.Context { return context.WithValue(ctx, atOnceKey{}, true) }

// Of says what a user is. It fails with ErrNobody when they are not enabled or gone, by AWS or, where AWS cannot be asked,
// by the directory; and otherwise only when the directory cannot be read.
func (s *Standings) Of(ctx context.Context, userID string) (Standing, error) {
	dir, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return Standing{}, fmt.Errorf("authenticate: %w", err)
	}
	now := s.Now()
	var administrators, auditors []string
	set, unreadable := s.Policies.InForce(ctx, now)
	if unreadable == nil {
		administrators = access.AdministratorGroups(set, dir, userID, now)
		auditors = access.AuditorGroups(set, dir, userID, now)
	}
	r, err := s.read(ctx, userID, union(administrators, auditors))
	if err != nil {
		// AWS does not say: the directory does, as far as it goes.
		user, known := dir.User(userID)
		if !known || user.Status != directory.UserEnabled {
			return Standing{}, ErrNobody
		}
		return Standing{User: user}, nil
	}
	if r.gone || r.user.Status != directory.UserEnabled {
		return Standing{}, ErrNobody
	}
	in := func(groups []string) bool {
		return len(groups) > 0 && !slices.ContainsFunc(groups, func(g string) bool { return !r.member[g] })
	}
	return Standing{User: r.user, Administrator: in(administrators), Auditor: in(auditors), Confirmed: unreadable == nil}, nil
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// read gives what AWS said of a user and groups, or asks it. Calls that come meanwhile wait for the same answer.
func (s *Standings) read(ctx context.Context, userID string, groups []string) (*reading, error) {
	maxAge := s.MaxAge
	if maxAge <= 0 {
		maxAge = StandingMaxAge
	}
	atOnce, _ := ctx.Value(atOnceKey{}).(bool)
	for {
		s.mu.Lock()
		p := s.of(userID, s.Now())
		switch {
		case !atOnce && p.last.good(s.Now(), maxAge, groups):
			r := p.last
			s.mu.Unlock()
			return r, nil
		case p.running == nil && !atOnce && p.err != nil && s.Now().Sub(p.failedAt) < standingPause:
			err := p.err
			s.mu.Unlock()
			return nil, err
		case p.running == nil:
			p.running, p.asks = make(chan struct{}), groups
			s.mu.Unlock()
			return s.ask(ctx, p, userID, groups)
		}
		running, shared := p.running, !atOnce && !slices.ContainsFunc(groups, func(g string) bool { return !slices.Contains(p.asks, g) })
		s.mu.Unlock()
		select {
		case <-running:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		s.mu.Lock()
		err := p.err
		s.mu.Unlock()
		if shared && err != nil {
			return nil, err
		}
	}
}

// of gives what is known of a user, and makes room for it. The caller holds the lock.
func (s *Standings) of(userID string, now time.Time) *presence {
	if p, ok := s.known[userID]; ok {
		return p
	}
	if s.known == nil {
		s.known = map[string]*presence{}
	}
	if len(s.known) >= standingEntries {
		maps.DeleteFunc(s.known, func(_ string, p *presence) bool {
			return p.running == nil && (p.last == nil || now.Sub(p.last.at) >= StandingMaxAge)
		})
	}
	p := &presence{}
	if len(s.known) < standingEntries {
		s.known[userID] = p // otherwise it is read, and not remembered
	}
	return p
}

// ask AWS, and tell who waits. Whoever asked first may give up; the others still want the answer.
func (s *Standings) ask(ctx context.Context, p *presence, userID string, groups []string) (*reading, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), standingWait)
	defer cancel()
	r, err := s.askAWS(ctx, userID, groups)
	for _, pause := range throttlePauses {
		if !throttled(err) || !waited(ctx, pause) {
			break
		}
		r, err = s.askAWS(ctx, userID, groups)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	close(p.running)
	p.running = nil
	if err != nil {
		p.failedAt, p.err = s.Now(), fmt.Errorf("read what user %s is at this moment: %w", userID, err)
		if s.Log != nil {
			s.Log.WarnContext(ctx, "a caller has no role, and changes nothing, while AWS does not say what they are", slog.Any("error", p.err))
		}
		return nil, p.err
	}
	p.last, p.err = r, nil
	return r, nil
}

// throttlePauses are waited before AWS is asked again that was asked too often: its rate gives room again within a second,
// and whoever acts in that moment should not have to.
var throttlePauses = []time.Duration{150 * time.Millisecond, 400 * time.Millisecond}

func throttled(err error) bool {
	var fault *awsfault.Error
	return errors.As(err, &fault) && fault.Kind == awsfault.Throttled
}

func waited(ctx context.Context, pause time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(pause):
		return true
	}
}

// askAWS for a user and their groups, side by side.
func (s *Standings) askAWS(ctx context.Context, userID string, groups []string) (*reading, error) {
	r := &reading{at: s.Now()}
	var memberErr, userErr error
	var both sync.WaitGroup
	if len(groups) > 0 {
		both.Go(func() { r.member, memberErr = s.Live.IsMember(ctx, userID, groups) })
	}
	r.user, userErr = s.Live.User(ctx, userID)
	both.Wait()
	var fault *awsfault.Error
	if errors.As(userErr, &fault) && fault.Kind == awsfault.NotFound {
		r.gone, userErr, memberErr = true, nil, nil
	}
	return r, errors.Join(userErr, memberErr)
}
