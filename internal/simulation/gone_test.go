package simulation

import (
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/delivery"
	"github.com/team-idc/team/internal/directory"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

func TestP7WhatAWSRemovedItselfEnds(t *testing.T) {
	for name, gone := range map[string]func(s *scenario) error{
		"permission set deleted":                func(s *scenario) error { return s.aws.DeletePermissionSet("Admin") },
		"account removed from the organization": func(s *scenario) error { return s.aws.RemoveAccount("prod") },
		"user deleted with the assignment": func(s *scenario) error {
			if err := s.aws.DeleteAssignment(simaws.Assignment{User: "rita", Account: "prod", PermissionSet: "Admin"}); err != nil {
				return err
			}
			s.truth.setStatus("rita", "")
			return s.aws.DeleteUser("rita")
		},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, func(s *scenario) {
				c := s.ask("rita", 10*time.Minute, want{"prod", "Admin"})
				s.approve("anna", c)
				s.pass(time.Minute)
				s.expect(c, 0, access.Active, "")
				s.pass(9 * time.Minute)
				s.must(gone(s))
				s.forget(name)
				s.pass(time.Hour)
				e := s.of(c, 0)
				if e.State != access.Ended {
					t.Errorf("the elevation is %s (%s)", e.State, e.Reason)
				}
				s.pass(49 * time.Hour)
				if p := s.phase(e); p != delivery.Idle && name != "account removed from the organization" {
					t.Errorf("two days later TEAM still has the assignment as %s", p)
				}
			})
		})
	}
}

// forget takes out of the directory what a pass of the sync would no longer find.
func (s *scenario) forget(what string) {
	s.refreshDirectory()
	old := s.snapshot
	c := directory.Content{Instance: old.Instance(), OUs: old.OUs(), Users: old.Users(), Groups: old.Groups(), Revision: old.Revision() + 1}
	s.revision++
	for _, a := range old.Accounts() {
		if what != "account removed from the organization" || a.Name != "prod" {
			c.Accounts = append(c.Accounts, a)
		}
	}
	for _, p := range old.PermissionSets() {
		if what != "permission set deleted" || p.Name != "Admin" {
			c.PermissionSets = append(c.PermissionSets, p)
		}
	}
	s.snapshot = directory.NewSnapshot(c)
}

// An account can be reinstated: what could not be removed while it was suspended must not stay until the next day.
func TestP2AReinstatedAccountDoesNotGiveBackWhatEnded(t *testing.T) {
	play(t, func(s *scenario) {
		c := s.ask("rita", 10*time.Minute, want{"prod", "Admin"})
		s.approve("anna", c)
		s.pass(time.Minute)
		s.expect(c, 0, access.Active, "")
		s.truth.setState("prod", "SUSPENDED")
		s.must(s.aws.SetAccountState("prod", "SUSPENDED"))
		s.refreshDirectory()
		s.pass(time.Hour)
		s.expect(c, 0, access.Ended, access.ReasonUnusable)
		s.truth.setState("prod", "ACTIVE")
		s.must(s.aws.SetAccountState("prod", "ACTIVE"))
		s.refreshDirectory()
		s.pass(20 * time.Minute)
		s.expectAccess(false, "rita", "prod", "Admin")
	})
}
