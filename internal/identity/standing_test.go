package identity_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/identity"
)

// What AWS said of somebody counts for a minute, and no longer.
func TestRolesAreAMinuteOldAtMost(t *testing.T) {
	r := newRig(t)
	secret, _ := r.signIn("ada")
	r.calls = 0
	for range 100 {
		if !r.somebody(secret).Administrator {
			t.Fatal("not an administrator")
		}
	}
	if r.calls != 2 {
		t.Errorf("AWS was called %d times for a hundred calls", r.calls)
	}
	r.admins = nil
	r.now = r.now.Add(identity.StandingMaxAge - time.Microsecond)
	if !r.somebody(secret).Administrator {
		t.Error("asked before the minute was over")
	}
	at := identity.AtOnce(t.Context())
	if who, _, err := r.signIns.Authenticate(at, secret); err != nil || who.Administrator {
		t.Errorf("at once they are %+v, %v", who, err)
	}
	r.admins = []string{"u-ada"}
	r.now = r.now.Add(identity.StandingMaxAge)
	if who := r.somebody(secret); !who.Administrator || who.Unconfirmed {
		t.Errorf("back in the group they are %+v", who)
	}
	r.admins = nil
	r.now = r.now.Add(identity.StandingMaxAge)
	if r.somebody(secret).Administrator {
		t.Error("an administrator a minute after leaving the group")
	}
}

// Unknown is no (P9): while AWS does not answer a caller has no role, and is somebody if the directory knows them.
func TestP9WithoutAWSNobodyHasARole(t *testing.T) {
	r := newRig(t)
	secret, _ := r.signIn("ada")
	if r.somebody(secret).Unconfirmed {
		t.Error("not confirmed")
	}
	r.unread = errors.New("throttled")
	r.now = r.now.Add(identity.StandingMaxAge)
	who := r.somebody(secret)
	if !who.Unconfirmed || who.Administrator || who.Auditor || who.UserID != "u-ada" || who.Name != "ada" {
		t.Errorf("they are %+v", who)
	}
	calls := r.calls
	r.now = r.now.Add(4 * time.Second)
	r.somebody(secret)
	if r.calls != calls {
		t.Error("AWS, which is overloaded, is asked at each call")
	}
	r.disabled = "u-ada"
	r.nobody(secret, "the directory says that they are disabled")
	r.disabled, r.unread = "", nil
	r.now = r.now.Add(10 * time.Second)
	if who := r.somebody(secret); who.Unconfirmed || !who.Administrator {
		t.Errorf("when AWS answers again they are %+v", who)
	}
	// What was read lately goes on to count while AWS does not answer.
	r.unread = errors.New("throttled")
	r.now = r.now.Add(30 * time.Second)
	if who := r.somebody(secret); who.Unconfirmed || !who.Administrator {
		t.Errorf("half a minute later they are %+v", who)
	}
}

// slow is an AWS that takes a second to answer.
type slow struct {
	*rig

	mu   sync.Mutex
	took int
}

func (s *slow) User(ctx context.Context, id string) (directory.User, error) {
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return directory.User{}, ctx.Err()
	}
	s.mu.Lock()
	s.took++
	s.mu.Unlock()
	return s.rig.User(ctx, id)
}

// Many calls of one person at once are one question, and who gives up takes the answer from nobody.
func TestCallsOfOnePersonAskOnce(t *testing.T) {
	r := newRig(t)
	synctest.Test(t, func(t *testing.T) {
		aws := &slow{rig: r}
		people := &identity.Standings{Live: aws, Directory: r, Policies: r, Now: time.Now}
		first, giveUp := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := people.Of(first, "u-ada"); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		giveUp()
		for range 50 {
			all.Go(func() {
				if s, err := people.Of(t.Context(), "u-ada"); err != nil || !s.Administrator {
					t.Errorf("they are %+v, %v", s, err)
				}
			})
		}
		all.Wait()
		if aws.took != 1 {
			t.Errorf("AWS was asked %d times", aws.took)
		}
		// At once means now: what others wait for began too early.
		for range 2 {
			all.Go(func() {
				if _, err := people.Of(identity.AtOnce(t.Context()), "u-ada"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if aws.took != 3 {
			t.Errorf("AWS was asked %d times", aws.took)
		}
	})
}

// An AWS that never answers keeps nobody for long: ending access goes on (P7).
func TestP7AnAWSThatHangsKeepsNobody(t *testing.T) {
	r := newRig(t)
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		people := &identity.Standings{Live: hanging{r}, Directory: r, Policies: r, Now: time.Now}
		s, err := people.Of(t.Context(), "u-ada")
		if err != nil || s.Confirmed || s.User.ID != "u-ada" {
			t.Errorf("they are %+v, %v", s, err)
		}
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

type hanging struct{ *rig }

func (hanging) User(ctx context.Context, _ string) (directory.User, error) {
	<-ctx.Done()
	return directory.User{}, ctx.Err()
}

func TestWhoIsNotRememberedIsStillRead(t *testing.T) {
	r := newRig(t)
	people := r.signIns.Standings
	for i := range 10_500 {
		if _, err := people.Of(t.Context(), "u-unknown-"+time.Duration(i).String()); !errors.Is(err, identity.ErrNobody) {
			t.Fatal(err)
		}
	}
	if s, err := people.Of(t.Context(), "u-ada"); err != nil || !s.Administrator || !s.Confirmed {
		t.Errorf("they are %+v, %v", s, err)
	}
}

// AWS that was asked too often is asked again a moment later, and not for long.
func TestAThrottledReadingIsRepeated(t *testing.T) {
	r := newRig(t)
	secret, _ := r.signIn("ada")
	r.now = r.now.Add(identity.StandingMaxAge)
	r.throttle = 2
	if who := r.somebody(secret); who.Unconfirmed || !who.Administrator {
		t.Errorf("they are %+v", who)
	}
	r.now = r.now.Add(identity.StandingMaxAge)
	r.throttle = 100
	if who := r.somebody(secret); !who.Unconfirmed || who.Administrator {
		t.Errorf("they are %+v", who)
	}
}
