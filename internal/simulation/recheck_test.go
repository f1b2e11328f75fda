package simulation

import (
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/directory"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// Between the checks and Create lie minutes where AWS is busy or refuses: what no longer holds by then lapses.
func TestP1NothingIsCreatedOnChecksMadeLongBefore(t *testing.T) {
	for name, change := range map[string]func(s *scenario){
		"requester disabled": func(s *scenario) {
			s.truth.setStatus("rita", directory.UserDisabled)
			s.must(s.aws.SetUserStatus("rita", "DISABLED"))
		},
		"eligibility taken away": func(s *scenario) {
			s.putPolicy("eligibility", "elg-prod", 2, s.eligibility("prod", time.Hour, true), "", false, true)
		},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, func(s *scenario) {
				s.fault(simaws.Fault{Action: "sso:CreateAccountAssignment", Code: "ThrottlingException"})
				c := s.ask("rita", 30*time.Minute, want{"prod", "Admin"})
				s.approve("anna", c)
				s.pass(5 * time.Minute)
				s.expect(c, 0, access.Activating, "")
				change(s)
				s.aws.ClearFaults("")
				s.pass(5 * time.Minute)
				s.expect(c, 0, access.Ended, access.ReasonLapsed)
				if got := s.aws.IntervalsOf(s.userID["rita"], s.account["prod"], s.set["Admin"]); len(got) != 0 {
					t.Errorf("there was access: %+v", got)
				}
			})
		})
	}
}

// What another tool gave while TEAM's Create was refused again and again was not made by TEAM.
func TestP3WhatAppearsWhileNothingWasAcceptedIsLeftAlone(t *testing.T) {
	play(t, func(s *scenario) {
		s.fault(simaws.Fault{Action: "sso:CreateAccountAssignment", Code: "ThrottlingException"})
		c := s.ask("rita", 10*time.Minute, want{"prod", "Admin"})
		s.approve("anna", c)
		s.pass(5 * time.Minute)
		s.expect(c, 0, access.Activating, "")
		s.must(s.aws.PutAssignment(simaws.Assignment{User: "rita", Account: "prod", PermissionSet: "Admin"}))
		s.aws.ClearFaults("")
		s.pass(time.Hour)
		s.expect(c, 0, access.Ended, access.ReasonAlreadyHeld)
		s.expectAccess(true, "rita", "prod", "Admin")
	})
}
