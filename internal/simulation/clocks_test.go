package simulation

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/team-idc/team/internal/access"
)

// A machine can be paused with a request in its network card. By the time AWS gets it others have settled it.
func TestP2ACreateThatArrivesMinutesLateLeavesNothingBehind(t *testing.T) {
	play(t, func(s *scenario) {
		s.wire = func(r *http.Request) {
			if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "CreateAccountAssignment") {
				time.Sleep(3 * time.Minute)
			}
		}
		paused := s.newReplica(0, 43)
		c := s.ask("rita", 10*time.Minute, want{"prod", "Admin"})
		s.approve("anna", c)
		stopped := make(chan error, 1)
		go func() {
			for {
				if did, _, err := paused.delivery.Step(s.t.Context()); err != nil || !did {
					stopped <- err
					return
				}
			}
		}()
		synctest.Wait()
		_, err := s.service.Revoke(s.t.Context(), s.person("ada"), s.expect(c, 0, access.Activating, "").ID, false, "no")
		s.must(err)
		s.pass(2 * time.Minute)
		s.expect(c, 0, access.Ended, access.ReasonRevoked)
		time.Sleep(2 * time.Minute)
		s.must(<-stopped)
		if len(s.aws.CallsOf("sso:CreateAccountAssignment")) != 1 {
			t.Fatal("Create did not arrive; this shows nothing")
		}
		s.watch.calls = len(s.aws.Calls()) // when AWS gets it is nobody's choice; that it is found is
		s.pass(5 * time.Minute)
		s.expectAccess(false, "rita", "prod", "Admin")
	})
}

// A replica whose clock was an hour ahead took the last tokens and a lease, and died.
func TestP2AClockThatWasAheadHoldsUpNoRemoval(t *testing.T) {
	play(t, func(s *scenario) {
		c := s.ask("rita", 10*time.Minute, want{"prod", "Admin"})
		s.approve("anna", c)
		s.pass(time.Minute)
		s.expect(c, 0, access.Active, "")
		ahead := time.Now().Add(2 * time.Hour).UnixMicro()
		_, err := s.raw.ExecContext(s.t.Context(), "UPDATE aws_pipe SET tokens = 0, at = ?", ahead)
		s.must(err)
		_, err = s.raw.ExecContext(s.t.Context(), "UPDATE assignments SET leased_until = ?", ahead)
		s.must(err)
		s.pass(12 * time.Minute)
		s.expect(c, 0, access.Ended, access.ReasonElapsed)
		s.expectAccess(false, "rita", "prod", "Admin")
	})
}
