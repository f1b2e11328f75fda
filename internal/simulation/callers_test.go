package simulation

import (
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
)

// Machines and strangers are told so, whatever AWS says just then.
func TestP5MachinesNeverDecide(t *testing.T) {
	play(t, func(s *scenario) {
		c := s.ask("rita", 10*time.Minute, want{"prod", "Admin"})
		machine := access.Actor{Kind: "machine", MachineID: "mch_1", OwnerID: s.userID["anna"], Name: "pipeline"}
		_, err := s.service.Decide(s.t.Context(), machine, c.Request.ID, access.Ballot{Approve: true, Comment: "yes"})
		s.expectCode(err, access.CodeForbidden)
		s.approve("anna", c)
		s.pass(time.Minute)
		e := s.expect(c, 0, access.Active, "")
		calls := len(s.aws.Calls())
		_, err = s.service.Extend(s.t.Context(), machine, access.Extension{ElevationID: e.ID, Duration: time.Minute, Justification: "more"})
		s.expectCode(err, access.CodeForbidden)
		_, err = s.service.Release(s.t.Context(), machine, e.ID)
		s.expectCode(err, access.CodeForbidden)
		_, err = s.service.Revoke(s.t.Context(), machine, e.ID, false, "no")
		s.expectCode(err, access.CodeForbidden)
		auditor := access.Actor{Kind: "person", UserID: s.userID["samuel"], Name: "samuel", Auditor: true}
		_, err = s.service.Revoke(s.t.Context(), auditor, e.ID, false, "no")
		s.expectCode(err, access.CodeForbidden)
		if len(s.aws.Calls()) != calls {
			t.Error("AWS was asked about nobody")
		}
	})
}
