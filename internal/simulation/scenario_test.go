package simulation

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/delivery"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// scenario is a quiet world with one replica, in which a test says what happens.
type scenario struct {
	*World
	*replica
	watch *watch
}

func play(t *testing.T, f func(s *scenario)) {
	t.Helper()
	playWith(t, simaws.Switches{}, f)
}

func playWith(t *testing.T, switches simaws.Switches, f func(s *scenario)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, options{seed: 42, replicas: 1, switches: switches})
		defer w.close()
		w.gate.open = true
		s := &scenario{World: w, replica: w.replicas[0], watch: newWatch(w)}
		f(s)
		if broken := s.watch.check(t.Context()); len(broken) > 0 {
			t.Errorf("promises broken: %v", broken)
		}
	})
}

type want struct{ account, set string }

func (s *scenario) draft(length time.Duration, targets ...want) access.Draft {
	d := access.Draft{Duration: length, Justification: "repair the shop"}
	for _, w := range targets {
		d.Targets = append(d.Targets, access.DraftTarget{AccountID: s.account[w.account], PermissionSetARN: s.set[w.set]})
	}
	return d
}

// ask files a request that must be accepted.
func (s *scenario) ask(who string, length time.Duration, targets ...want) access.Case {
	s.t.Helper()
	c, err := s.service.Create(s.t.Context(), s.person(who), s.draft(length, targets...))
	s.must(err)
	return c
}

func (s *scenario) vote(who string, c access.Case, yes bool) error {
	_, err := s.service.Decide(s.t.Context(), s.person(who), c.Request.ID, access.Ballot{Approve: yes, Comment: "as agreed"})
	return err
}

func (s *scenario) approve(who string, c access.Case) {
	s.t.Helper()
	s.must(s.vote(who, c, true))
}

// pass lets virtual time go by, doing everything that falls due meanwhile.
func (s *scenario) pass(d time.Duration) {
	s.t.Helper()
	end := time.Now().Add(d)
	for {
		next := end
		for _, step := range []func(context.Context) (bool, time.Time, error){s.delivery.Step, s.service.ExpireStep} {
			for {
				did, at, err := step(s.t.Context())
				s.must(err)
				if !did {
					if !at.IsZero() && at.Before(next) {
						next = at
					}
					break
				}
			}
		}
		if broken := s.watch.check(s.t.Context()); len(broken) > 0 {
			s.t.Fatalf("promises broken: %v", broken)
		}
		if !next.Before(end) {
			time.Sleep(time.Until(end))
			return
		}
		time.Sleep(max(time.Until(next), time.Millisecond))
	}
}

// of reads the latest elevation of a case's target.
func (s *scenario) of(c access.Case, target int) access.Elevation {
	s.t.Helper()
	now, err := s.service.Read(s.t.Context(), access.Actor{UserID: "auditor", Auditor: true}, c.Request.ID)
	s.must(err)
	e, ok := now.ElevationOf(now.Targets[target].ID)
	if !ok {
		s.t.Fatalf("target %d of %s has no elevation", target, c.Request.ID)
	}
	return *e
}

func (s *scenario) expect(c access.Case, target int, state access.State, reason access.Reason) access.Elevation {
	s.t.Helper()
	e := s.of(c, target)
	if e.State != state || e.Reason != reason {
		s.t.Fatalf("elevation is %s (%s: %s), want %s (%s)", e.State, e.Reason, e.Detail, state, reason)
	}
	return e
}

func (s *scenario) can(who, account, set string) bool {
	return s.aws.CouldAssume(s.userID[who], s.account[account], s.set[set], time.Now())
}

func (s *scenario) expectAccess(want bool, who, account, set string) {
	s.t.Helper()
	if got := s.can(who, account, set); got != want {
		s.t.Fatalf("%s can use %s in %s: %t, want %t", who, set, account, got, want)
	}
}

func (s *scenario) expectCode(err error, code access.Code) {
	s.t.Helper()
	if access.CodeOf(err) != code {
		s.t.Fatalf("got %v, want the code %q", err, code)
	}
}

// open says whether an alarm of this kind is open.
func (s *scenario) open(k alarm.Kind) bool {
	return len(s.ids("SELECT id FROM alarms WHERE closed_at = 0 AND kind = '"+string(k)+"'")) > 0
}

func (s *scenario) phase(e access.Elevation) delivery.Phase {
	ids := s.ids("SELECT phase FROM assignments WHERE id = '" + e.AssignmentID + "'")
	if len(ids) == 0 {
		return delivery.Idle
	}
	return delivery.Phase(ids[0])
}

func (s *scenario) fault(f simaws.Fault) {
	s.t.Helper()
	_, err := s.aws.AddFault(f)
	s.must(err)
}
