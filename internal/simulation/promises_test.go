package simulation

import (
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/delivery"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// TestOneLife is the thin line: ask, decide, grant, end, with the sandbox's record as the judge.
func TestOneLife(t *testing.T) {
	play(t, func(s *scenario) {
		c := s.ask("rita", 30*time.Minute, want{"prod", "Admin"})
		s.pass(time.Minute)
		s.expect(c, 0, access.Waiting, "")
		s.expectAccess(false, "rita", "prod", "Admin")
		s.approve("anna", c)
		s.pass(time.Minute)
		e := s.expect(c, 0, access.Active, "")
		s.expectAccess(true, "rita", "prod", "Admin")
		s.pass(time.Until(e.EndsAt) - time.Second)
		s.expectAccess(true, "rita", "prod", "Admin")
		s.pass(2 * time.Minute)
		s.expect(c, 0, access.Ended, access.ReasonElapsed)
		s.expectAccess(false, "rita", "prod", "Admin")
		for _, i := range s.aws.IntervalsOf(s.userID["rita"], s.account["prod"], s.set["Admin"]) {
			if i.From.After(e.ActivatedAt) || i.To.Before(e.EndsAt) || i.To.After(e.EndsAt.Add(time.Minute)) {
				t.Errorf("access from %s to %s; the elevation was active from %s to %s", i.From, i.To, e.ActivatedAt, e.EndsAt)
			}
		}
	})
}

func TestP1WhatNoLongerHoldsLapses(t *testing.T) {
	start := 20 * time.Minute // later than a recorded membership counts
	for name, change := range map[string]func(s *scenario){
		"eligibility taken away": func(s *scenario) {
			s.putPolicy("eligibility", "elg-prod", 2, s.eligibility("prod", time.Hour, true), "", false, true)
		},
		"requester left the group": func(s *scenario) {
			s.truth.setMember("requesters", "rita", false)
			s.must(s.aws.SetMember("requesters", "rita", false))
		},
		"requester disabled": func(s *scenario) {
			s.truth.setStatus("rita", directory.UserDisabled)
			s.must(s.aws.SetUserStatus("rita", "DISABLED"))
		},
		"requester deleted": func(s *scenario) {
			s.truth.setStatus("rita", "")
			s.must(s.aws.DeleteUser("rita"))
		},
		"account suspended": func(s *scenario) {
			s.truth.setState("prod", "SUSPENDED")
			s.must(s.aws.SetAccountState("prod", "SUSPENDED"))
			s.refreshDirectory()
		},
		"approver is none any more": func(s *scenario) {
			s.truth.setMember("prod-approvers", "anna", false)
			s.must(s.aws.SetMember("prod-approvers", "anna", false))
		},
		"approver disabled": func(s *scenario) {
			s.truth.setStatus("anna", directory.UserDisabled)
			s.must(s.aws.SetUserStatus("anna", "DISABLED"))
			s.refreshDirectory()
		},
		"two approvals needed now": func(s *scenario) {
			s.putPolicy("approver", "apr-prod", 2, s.approvers("prod", 2), "", false, false)
		},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, func(s *scenario) {
				d := s.World.draftAt(s, start)
				c, err := s.service.Create(s.t.Context(), s.person("rita"), d)
				s.must(err)
				s.approve("anna", c)
				s.pass(start - time.Minute)
				s.expect(c, 0, access.Scheduled, "")
				change(s)
				s.pass(time.Hour)
				e := s.expect(c, 0, access.Ended, access.ReasonLapsed)
				if e.Detail == "" {
					t.Error("nothing says why it lapsed")
				}
				if got := s.aws.IntervalsOf(s.userID["rita"], s.account["prod"], s.set["Admin"]); len(got) != 0 {
					t.Errorf("there was access: %+v", got)
				}
			})
		})
	}
}

// draftAt is rita's request for prod, to start later.
func (w *World) draftAt(s *scenario, in time.Duration) access.Draft {
	d := s.draft(30*time.Minute, want{"prod", "Admin"})
	d.StartAt = time.Now().Add(in)
	return d
}

func TestP1DurationIsCutToThePresentMaximum(t *testing.T) {
	play(t, func(s *scenario) {
		d := s.draftAt(s, 10*time.Minute)
		d.Duration = 3 * time.Hour
		c, err := s.service.Create(s.t.Context(), s.person("rita"), d)
		s.must(err)
		s.approve("anna", c)
		s.putPolicy("eligibility", "elg-prod", 2, s.eligibility("prod", time.Hour, true), "", false, false)
		s.pass(15 * time.Minute)
		e := s.expect(c, 0, access.Active, "")
		if got := e.EndsAt.Sub(e.ActivatedAt); got != time.Hour {
			t.Errorf("active for %s, want 1h", got)
		}
	})
}

func TestP1NothingStartsHoursLate(t *testing.T) {
	play(t, func(s *scenario) {
		c := s.ask("rita", 30*time.Minute, want{"prod", "Admin"})
		s.approve("anna", c)
		time.Sleep(3 * time.Hour) // TEAM is down
		s.refreshDirectory()
		s.pass(time.Minute)
		s.expect(c, 0, access.Ended, access.ReasonFailed)
		if calls := s.aws.CallsOf("sso:CreateAccountAssignment"); len(calls) != 0 {
			t.Errorf("Create was sent %d times", len(calls))
		}
	})
}

func TestP2RemovalIsRetriedForEverAndAlarmed(t *testing.T) {
	play(t, func(s *scenario) {
		c := s.ask("rita", 10*time.Minute, want{"prod", "Admin"})
		s.approve("anna", c)
		s.pass(time.Minute)
		s.expect(c, 0, access.Active, "")
		s.fault(simaws.Fault{Action: "sso:DeleteAccountAssignment", Code: "AccessDeniedException"})
		s.pass(24 * time.Hour)
		s.expect(c, 0, access.Ending, access.ReasonElapsed)
		if !s.open(alarm.RemovalFailing) {
			t.Error("no alarm says that the removal fails")
		}
		s.aws.ClearFaults("")
		s.pass(5 * time.Minute)
		s.expect(c, 0, access.Ended, access.ReasonElapsed)
		s.expectAccess(false, "rita", "prod", "Admin")
		if s.open(alarm.RemovalFailing) {
			t.Error("the alarm is still open")
		}
	})
}

// The sample leaves access behind when anything fails after the creation.
func TestP2NoAccessIsOrphaned(t *testing.T) {
	play(t, func(s *scenario) {
		s.fault(simaws.Fault{Action: "sso:CreateAccountAssignment", Lost: true, AfterWork: true, Count: 1})
		c := s.ask("rita", 10*time.Minute, want{"prod", "Admin"})
		s.approve("anna", c)
		s.pass(2 * time.Second) // sent, done, and nobody heard
		_, err := s.service.Revoke(s.t.Context(), s.person("ada"), s.of(c, 0).ID, true, "changed our mind")
		s.must(err)
		s.pass(10 * time.Minute)
		s.expect(c, 0, access.Ended, access.ReasonRevoked)
		s.expectAccess(false, "rita", "prod", "Admin")
		if n := len(s.aws.Presences()); n == 0 {
			t.Fatal("the creation was not done; this shows nothing")
		}
	})
}

func TestP3WhatTheUserAlreadyHasIsLeftAlone(t *testing.T) {
	for name, who := range map[string]struct{ user, account string }{
		"directly":        {"rita", "prod"},
		"through a group": {"ravi", "dev"},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, func(s *scenario) {
				c := s.ask(who.user, 10*time.Minute, want{who.account, "ReadOnly"})
				if who.account == "prod" {
					s.approve("anna", c)
				}
				s.pass(time.Hour)
				e := s.expect(c, 0, access.Ended, access.ReasonAlreadyHeld)
				if !e.ActivatedAt.IsZero() {
					t.Error("it was called active")
				}
				s.expectAccess(true, who.user, who.account, "ReadOnly")
				for _, call := range s.aws.Calls() {
					if call.Action == "sso:CreateAccountAssignment" || call.Action == "sso:DeleteAccountAssignment" {
						t.Errorf("TEAM called %s", call.Action)
					}
				}
			})
		})
	}
}

// The sample's first elevation to end takes the access of the second.
func TestP3OverlappingElevationsShareOneAssignment(t *testing.T) {
	play(t, func(s *scenario) {
		short, long := s.ask("rita", 10*time.Minute, want{"prod", "Admin"}), s.ask("rita", time.Hour, want{"prod", "Admin"})
		s.approve("anna", short)
		s.pass(2 * time.Minute)
		s.approve("anton", long)
		s.pass(2 * time.Minute)
		s.expect(short, 0, access.Active, "")
		second := s.expect(long, 0, access.Active, "")
		s.pass(10 * time.Minute)
		e := s.expect(short, 0, access.Ended, access.ReasonElapsed)
		if e.HeldBy != second.ID {
			t.Errorf("held by %q, want %q", e.HeldBy, second.ID)
		}
		s.expect(long, 0, access.Active, "")
		s.expectAccess(true, "rita", "prod", "Admin")
		s.pass(time.Hour)
		s.expect(long, 0, access.Ended, access.ReasonElapsed)
		s.expectAccess(false, "rita", "prod", "Admin")
		if n := len(s.aws.CallsOf("sso:CreateAccountAssignment")) + len(s.aws.CallsOf("sso:DeleteAccountAssignment")); n != 2 {
			t.Errorf("%d creations and deletions, want one of each", n)
		}
	})
}

func TestP3RemovedOutsideIsNotMadeAgain(t *testing.T) {
	play(t, func(s *scenario) {
		c := s.ask("rita", 3*time.Hour, want{"prod", "Admin"})
		s.approve("anna", c)
		s.pass(time.Minute)
		s.must(s.aws.DeleteAssignment(simaws.Assignment{User: "rita", Account: "prod", PermissionSet: "Admin"}))
		s.pass(time.Hour)
		s.expect(c, 0, access.Ended, access.ReasonRemovedOutside)
		if !s.open(alarm.RemovedOutside) {
			t.Error("nobody is told")
		}
		if n := len(s.aws.CallsOf("sso:CreateAccountAssignment")); n != 1 {
			t.Errorf("Create was sent %d times", n)
		}
	})
}

// The sample calls access granted when AWS has only accepted to try.
func TestP4AcceptedIsNotActive(t *testing.T) {
	play(t, func(s *scenario) {
		s.fault(simaws.Fault{Action: "sso:CreateAccountAssignment", LateFailure: "The role quota of the account is reached"})
		c := s.ask("rita", 10*time.Minute, want{"prod", "Admin"})
		s.approve("anna", c)
		s.pass(10 * time.Minute)
		e := s.expect(c, 0, access.Ended, access.ReasonFailed)
		if !e.ActivatedAt.IsZero() || e.Detail == "" {
			t.Errorf("activated at %s, detail %q", e.ActivatedAt, e.Detail)
		}
		s.aws.ClearFaults("")
		_, err := s.service.Retry(s.t.Context(), s.person("rita"), e.ID)
		s.must(err)
		s.pass(time.Minute)
		s.expect(c, 0, access.Active, "")
	})
}

func TestP5NobodyDecidesOnTheirOwnRequest(t *testing.T) {
	play(t, func(s *scenario) {
		c := s.ask("anton", 10*time.Minute, want{"prod", "Admin"}) // anton is an approver of prod too
		s.expectCode(s.vote("anton", c, true), access.CodeForbidden)
		s.expectCode(s.vote("anton", c, false), access.CodeForbidden)
		s.expectCode(s.vote("selma", c, true), access.CodeForbidden) // an approver of dev only
		// The sample turned a mistaken self-approval into an error of the request; here nothing has happened.
		s.approve("anna", c)
		s.pass(time.Minute)
		s.expect(c, 0, access.Active, "")
	})
}

func TestP5WhoIsNoApproverAnyMoreDoesNotDecide(t *testing.T) {
	play(t, func(s *scenario) {
		c := s.ask("rita", 10*time.Minute, want{"prod", "Admin"})
		s.truth.setMember("prod-approvers", "anna", false)
		s.must(s.aws.SetMember("prod-approvers", "anna", false)) // the directory has not heard of it
		s.expectCode(s.vote("anna", c, true), access.CodeForbidden)
		s.truth.setStatus("anton", directory.UserDisabled)
		s.must(s.aws.SetUserStatus("anton", "DISABLED"))
		s.expectCode(s.vote("anton", c, true), access.CodeForbidden)
	})
}

func TestP5ProtectedAccountNeedsTwoPeople(t *testing.T) {
	play(t, func(s *scenario) {
		c := s.ask("rita", 10*time.Minute, want{"identity", "Admin"})
		s.approve("anna", c)
		s.pass(time.Minute)
		s.expect(c, 0, access.Waiting, "")
		s.expectCode(s.vote("anna", c, true), access.CodeConflict)
		s.approve("anton", c)
		s.pass(time.Minute)
		s.expect(c, 0, access.Active, "")
	})
}

// The sample evaluates eligibility again when it revokes, and refuses.
func TestP7EndingDependsOnNothing(t *testing.T) {
	for name, change := range map[string]func(s *scenario){
		"eligibility deleted": func(s *scenario) {
			s.putPolicy("eligibility", "elg-prod", 2, s.eligibility("prod", time.Hour, true), "", false, true)
		},
		"longest duration lowered": func(s *scenario) {
			set := policy.DefaultSettings()
			set.MaxDuration, set.AdministratorGroup = time.Minute, s.groupID["admins"]
			s.putPolicy("settings", "settings", 2, set, "", false, false)
		},
		"identity store unreachable": func(s *scenario) { s.fault(simaws.Fault{Action: "identitystore:*", Lost: true}) },
		"user disabled": func(s *scenario) {
			s.truth.setStatus("rita", directory.UserDisabled)
			s.must(s.aws.SetUserStatus("rita", "DISABLED"))
		},
		"directory forgotten": func(s *scenario) { s.snapshot = directory.NewSnapshot(directory.Content{}) },
	} {
		t.Run(name, func(t *testing.T) {
			play(t, func(s *scenario) {
				c := s.ask("rita", time.Hour, want{"prod", "Admin"})
				s.approve("anna", c)
				s.pass(time.Minute)
				e := s.expect(c, 0, access.Active, "")
				change(s)
				_, err := s.service.Revoke(s.t.Context(), s.person("ada"), e.ID, false, "over")
				s.must(err)
				s.pass(time.Minute)
				s.expect(c, 0, access.Ended, access.ReasonRevoked)
				s.expectAccess(false, "rita", "prod", "Admin")
			})
		})
	}
}

func TestP7UnusableIsProvenSaidAndRetried(t *testing.T) {
	playWith(t, simaws.Switches{DeleteForDeletedUser: "FAILED"}, func(s *scenario) {
		c := s.ask("rita", 10*time.Minute, want{"prod", "Admin"})
		s.approve("anna", c)
		s.pass(time.Minute)
		s.expect(c, 0, access.Active, "")
		s.truth.setStatus("rita", "")
		s.must(s.aws.DeleteUser("rita"))
		s.pass(time.Hour)
		e := s.expect(c, 0, access.Ended, access.ReasonUnusable)
		if !s.open(alarm.Unusable) || s.phase(e) == delivery.Idle {
			t.Errorf("alarm open: %t, phase %s", s.open(alarm.Unusable), s.phase(e))
		}
		before := len(s.aws.CallsOf("sso:DeleteAccountAssignment"))
		s.must(s.aws.SetSwitches(func(w *simaws.Switches) { w.DeleteForDeletedUser = "SUCCEEDED" }))
		s.pass(49 * time.Hour)
		if len(s.aws.CallsOf("sso:DeleteAccountAssignment")) == before {
			t.Error("it was not tried again")
		}
		if s.phase(e) != delivery.Idle || s.open(alarm.Unusable) {
			t.Errorf("phase %s, alarm open %t", s.phase(e), s.open(alarm.Unusable))
		}
	})
}

func TestP8ManagementAccountIsNeverGiven(t *testing.T) {
	play(t, func(s *scenario) {
		for _, w := range []want{{"management", "ReadOnly"}, {"prod", "Billing"}} {
			_, err := s.service.Create(s.t.Context(), s.person("rita"), s.draft(10*time.Minute, w))
			s.expectCode(err, access.CodeNotAllowed)
		}
		// A permission set that reaches the management account after the approval lapses.
		d := s.draftAt(s, 10*time.Minute)
		c, err := s.service.Create(s.t.Context(), s.person("rita"), d)
		s.must(err)
		s.approve("anna", c)
		content := *s.snapshot
		sets := append([]directory.PermissionSet(nil), content.PermissionSets()...)
		for i := range sets {
			sets[i].InManagementAccount = true
		}
		s.snapshot = directory.NewSnapshot(directory.Content{
			Instance: content.Instance(), Accounts: content.Accounts(), OUs: content.OUs(), Users: content.Users(), Groups: content.Groups(),
			PermissionSets: sets, Revision: content.Revision() + 1,
		})
		s.pass(15 * time.Minute)
		s.expect(c, 0, access.Ended, access.ReasonLapsed)
	})
}

func TestP9WhileReadsFailGrantsWaitAndRemovalsGoOn(t *testing.T) {
	play(t, func(s *scenario) {
		running := s.ask("rita", 10*time.Minute, want{"rooted", "ReadOnly"})
		s.pass(time.Minute)
		s.expect(running, 0, access.Active, "")
		s.fault(simaws.Fault{Action: "identitystore:*", Code: "ThrottlingException"})
		c := s.ask("rita", 10*time.Minute, want{"dev", "ReadOnly"})
		pending := s.ask("rita", 10*time.Minute, want{"prod", "Admin"})
		s.expectCode(s.vote("anna", pending, true), access.CodeUnavailable)
		s.pass(12 * time.Minute)
		s.expect(c, 0, access.Scheduled, "")
		s.expect(running, 0, access.Ended, access.ReasonElapsed)
		s.expectAccess(false, "rita", "rooted", "ReadOnly")
		s.aws.ClearFaults("")
		s.pass(2 * time.Minute)
		s.expect(c, 0, access.Active, "")
	})
}

func TestP11NobodyGainsByTheirOwnChange(t *testing.T) {
	play(t, func(s *scenario) {
		// Selma makes herself an approver of prod; for a day that does not count for her.
		a := s.approvers("prod", 1)
		a.Stages[0].Approvers.Users = []string{s.userID["selma"]}
		s.putPolicy("approver", "apr-prod", 2, a, "selma", true, false)
		c := s.ask("rita", 10*time.Minute, want{"prod", "Admin"})
		s.expectCode(s.vote("selma", c, true), access.CodeForbidden)
		s.pass(25 * time.Hour)
		s.refreshDirectory()
		c = s.ask("rita", 10*time.Minute, want{"prod", "Admin"})
		s.approve("selma", c)
		s.pass(time.Minute)
		s.expect(c, 0, access.Active, "")
	})
}
