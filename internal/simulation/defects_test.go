package simulation

import (
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/policy"
)

// The executed defects of the sample, each as it would show here. Those of policy evaluation alone (durations leaking
// between policies, approval bypassed by any policy) are with internal/policy; the poisoned cache with
// internal/directory.

func TestSampleStuckApproval(t *testing.T) {
	play(t, func(s *scenario) {
		c := s.ask("rita", 10*time.Minute, want{"prod", "Admin"})
		set := policy.DefaultSettings()
		set.ApprovalRequired, set.TicketRequired, set.AdministratorGroup = false, false, s.groupID["admins"]
		s.putPolicy("settings", "settings", 2, set, "", false, false)
		// Approval is not needed any more; who decides still can, and the request does not stay approved without access.
		s.expectCode(s.vote("selma", c, true), access.CodeForbidden)
		s.approve("anna", c)
		s.pass(time.Minute)
		s.expect(c, 0, access.Active, "")
	})
}

func TestSampleAccountsUnderTheRoot(t *testing.T) {
	play(t, func(s *scenario) {
		c := s.ask("rita", 10*time.Minute, want{"rooted", "ReadOnly"})
		s.pass(time.Minute)
		s.expect(c, 0, access.Active, "")
	})
}

func TestSampleRacesOfApproveExpireCancel(t *testing.T) {
	admin := func(s *scenario, c access.Case) error {
		_, err := s.service.Cancel(s.t.Context(), s.person("rita"), c.Request.ID)
		return err
	}
	for name, race := range map[string]struct {
		first, second func(s *scenario, c access.Case) error
		ends          access.Reason
	}{
		"cancelled, then approved": {admin, func(s *scenario, c access.Case) error { return s.vote("anna", c, true) }, access.ReasonCancelled},
		"expired, then approved": {
			func(s *scenario, _ access.Case) error { s.pass(4 * time.Hour); s.refreshDirectory(); return nil },
			func(s *scenario, c access.Case) error { return s.vote("anna", c, true) }, access.ReasonExpired,
		},
		"rejected, then approved": {
			func(s *scenario, c access.Case) error { return s.vote("anton", c, false) },
			func(s *scenario, c access.Case) error { return s.vote("anna", c, true) }, access.ReasonRejected,
		},
		"rejected, then cancelled": {func(s *scenario, c access.Case) error { return s.vote("anton", c, false) }, admin, access.ReasonRejected},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, func(s *scenario) {
				c := s.ask("rita", 10*time.Minute, want{"prod", "Admin"})
				s.must(race.first(s, c))
				s.expectCode(race.second(s, c), access.CodeConflict)
				s.pass(time.Hour)
				s.expect(c, 0, access.Ended, race.ends)
				s.expectAccess(false, "rita", "prod", "Admin")
			})
		})
	}
	t.Run("late for the expiry by a moment", func(t *testing.T) {
		play(t, func(s *scenario) {
			c := s.ask("rita", 10*time.Minute, want{"prod", "Admin"})
			time.Sleep(3*time.Hour + time.Second) // expired, and the step that says so has not run yet
			s.refreshDirectory()
			s.expectCode(s.vote("anna", c, true), access.CodeConflict)
		})
	})
}

func TestTwoTargetsFareSeparately(t *testing.T) {
	play(t, func(s *scenario) {
		c := s.ask("rita", 10*time.Minute, want{"prod", "Admin"}, want{"dev", "Admin"})
		s.approve("selma", c) // decides on dev only
		s.pass(time.Minute)
		s.expect(c, 0, access.Waiting, "")
		s.expect(c, 1, access.Active, "")
		s.expectAccess(false, "rita", "prod", "Admin")
		s.must(s.vote("anton", c, false))
		s.pass(time.Minute)
		s.expect(c, 0, access.Ended, access.ReasonRejected)
		s.expect(c, 1, access.Active, "")
	})
}

func TestExtensionIsJudgedAsOneSpan(t *testing.T) {
	play(t, func(s *scenario) {
		c := s.ask("rita", 50*time.Minute, want{"dev", "ReadOnly"}) // at most an hour, no approval
		s.pass(time.Minute)
		e := s.expect(c, 0, access.Active, "")
		x := access.Extension{ElevationID: e.ID, Duration: 20 * time.Minute, Justification: "not done"}
		_, err := s.service.Extend(s.t.Context(), s.person("rita"), x)
		s.expectCode(err, access.CodeNotAllowed)
		x.Duration = 10 * time.Minute
		_, err = s.service.Extend(s.t.Context(), s.person("rita"), x)
		s.must(err)
		if got := s.of(c, 0); !got.EndsAt.Equal(e.EndsAt.Add(10 * time.Minute)) {
			t.Errorf("ends at %s, want ten minutes after %s", got.EndsAt, e.EndsAt)
		}
		s.pass(55 * time.Minute)
		s.expectAccess(true, "rita", "dev", "ReadOnly")
		s.pass(10 * time.Minute)
		s.expect(c, 0, access.Ended, access.ReasonElapsed)
		s.expectAccess(false, "rita", "dev", "ReadOnly")
	})
}

func TestExtensionWaitsForItsApproval(t *testing.T) {
	play(t, func(s *scenario) {
		c := s.ask("rita", 30*time.Minute, want{"prod", "Admin"})
		s.approve("anna", c)
		s.pass(time.Minute)
		e := s.expect(c, 0, access.Active, "")
		ext, err := s.service.Extend(s.t.Context(), s.person("rita"), access.Extension{ElevationID: e.ID, Duration: time.Hour, Justification: "not done"})
		s.must(err)
		if got := s.of(c, 0); !got.EndsAt.Equal(e.EndsAt) {
			t.Error("a pending extension moved the end")
		}
		s.expectCode(s.vote("rita", ext, true), access.CodeForbidden)
		s.approve("anton", ext)
		if got := s.of(c, 0); !got.EndsAt.Equal(e.EndsAt.Add(time.Hour)) {
			t.Errorf("ends at %s, want an hour after %s", got.EndsAt, e.EndsAt)
		}
		// Asked again, and the elevation ends first: the question is settled with it.
		ext, err = s.service.Extend(s.t.Context(), s.person("rita"), access.Extension{ElevationID: e.ID, Duration: time.Hour, Justification: "not done"})
		s.must(err)
		_, err = s.service.Release(s.t.Context(), s.person("rita"), e.ID)
		s.must(err)
		s.expectCode(s.vote("anton", ext, true), access.CodeConflict)
		s.pass(time.Minute)
		s.expect(c, 0, access.Ended, access.ReasonReleased)
	})
}
