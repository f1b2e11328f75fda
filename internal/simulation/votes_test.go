package simulation

import (
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// The directory may not have heard yet that an approver was disabled, and a policy may name them by their user instead
// of by a group: what AWS says at the activation counts.
func TestP1AnApproverNamedByUserAndDisabledSinceDoesNotCount(t *testing.T) {
	play(t, func(s *scenario) {
		a := s.approvers("prod", 1)
		a.Stages[0].Approvers = policy.Principals{Users: []string{s.userID["anna"], s.userID["anton"]}}
		s.putPolicy("approver", "apr-prod", 2, a, "", false, false)
		c, err := s.service.Create(s.t.Context(), s.person("rita"), s.draftAt(s, 20*time.Minute))
		s.must(err)
		s.approve("anna", c)
		s.pass(10 * time.Minute)
		s.truth.setStatus("anna", directory.UserDisabled)
		s.must(s.aws.SetUserStatus("anna", "DISABLED"))
		s.pass(time.Hour)
		s.expect(c, 0, access.Ended, access.ReasonLapsed)
	})
}

// The same where a second approval is to complete the first.
func TestP5TheVoteOfWhoWasDisabledSinceDoesNotHelpTheNext(t *testing.T) {
	play(t, func(s *scenario) {
		a := s.approvers("prod", 2)
		a.Stages[0].Approvers = policy.Principals{Users: []string{s.userID["anna"], s.userID["anton"], s.userID["selma"]}}
		s.putPolicy("approver", "apr-prod", 2, a, "", false, false)
		c := s.ask("rita", 10*time.Minute, want{"prod", "Admin"})
		s.approve("anna", c)
		s.pass(6 * time.Minute)
		s.truth.setStatus("anna", directory.UserDisabled)
		s.must(s.aws.SetUserStatus("anna", "DISABLED"))
		s.approve("anton", c)
		s.pass(time.Minute)
		s.expect(c, 0, access.Waiting, "")
		s.approve("selma", c)
		s.pass(time.Minute)
		s.expect(c, 0, access.Active, "")
	})
}
