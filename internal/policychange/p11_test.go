package policychange_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
)

func (r *rig) request(by string) (access.Case, error) {
	r.t.Helper()
	return r.access.Create(r.ctx, person(by), access.Draft{
		Targets:  []access.DraftTarget{{AccountID: devA, PermissionSetARN: adminRole}},
		Duration: time.Hour, Justification: "to repair it", Ticket: "T-1",
	})
}

func (r *rig) mustRequest(by string) access.Case {
	r.t.Helper()
	c, err := r.request(by)
	if err != nil {
		r.t.Fatalf("request: %v", err)
	}
	return c
}

func (r *rig) approve(by, request string) (access.Case, error) {
	return r.access.Decide(r.ctx, person(by), request, access.Ballot{Approve: true, Comment: "fine"})
}

// Promise P11: who adds themself to an approver policy cannot decide with it for 24 hours, nor can who agreed to it.
func TestP11AdministratorCannotUseOwnChange(t *testing.T) {
	r := seeded(t)
	out := r.mustPropose(amy, approver(func(p *policy.Approver) { p.Stages[0].Approvers.Users = []string{amy, abe, ada} }))
	c := r.mustRequest(ann)
	_, err := r.approve(amy, c.Request.ID)
	refused(t, err, access.CodeForbidden) // not in force yet
	r.mustAgree(abe, out.Proposal.ID)

	r.now = r.now.Add(time.Minute)
	for _, own := range []string{amy, abe} {
		_, err = r.approve(own, c.Request.ID)
		if e := refused(t, err, access.CodeForbidden); !strings.Contains(e.Message, "only by a change that you made or agreed to") {
			t.Errorf("%s: %s", own, e.Message)
		}
	}
	// Others gain by it at once.
	if got, err := r.approve(ada, c.Request.ID); err != nil || got.Targets[0].Decision != access.Approved {
		t.Fatalf("%+v, %v", got.Targets, err)
	}

	r.now = noon.Add(24*time.Hour - time.Microsecond)
	c = r.mustRequest(ann)
	_, err = r.approve(amy, c.Request.ID)
	refused(t, err, access.CodeForbidden)
	r.now = noon.Add(24 * time.Hour)
	if got, err := r.approve(amy, c.Request.ID); err != nil || got.Targets[0].Decision != access.Approved {
		t.Fatalf("%+v, %v", got.Targets, err)
	}
}

// Promise P11: a later change that gives nothing does not let anybody off, whoever makes it.
func TestP11ASecondChangeDoesNotEndCooling(t *testing.T) {
	for _, by := range []string{amy, ada} {
		r := seeded(t)
		add := approver(func(p *policy.Approver) { p.Stages[0].Approvers.Users = []string{amy} })
		r.mustAgree(abe, r.mustPropose(amy, add).Proposal.ID)
		rename := approver(func(p *policy.Approver) {
			p.Name, p.Stages[0].Approvers.Users = "Leads and Amy", []string{amy}
		})
		rename.BaseVersion = 2
		if out := r.mustPropose(by, rename); out.Applied == nil || out.Applied.Widening {
			t.Fatalf("outcome %+v", out)
		}
		_, err := r.approve(amy, r.mustRequest(ann).Request.ID)
		refused(t, err, access.CodeForbidden)
	}
}

// Promise P11: who widens eligibility for themself can neither ask by it nor be passed by it for 24 hours.
func TestP11AdministratorCannotAskByOwnChange(t *testing.T) {
	r := seeded(t)
	out := r.mustPropose(amy, eligibility(func(p *policy.Eligibility) { p.Principals.Users = []string{amy, ada} }))
	r.mustAgree(abe, out.Proposal.ID)
	_, err := r.request(amy)
	refused(t, err, access.CodeNotAllowed)
	r.mustRequest(ada)
	r.now = r.now.Add(24 * time.Hour)
	r.mustRequest(amy)
}

// Promise P11: what was approved before a change of one's own is judged without it when access is to start.
func TestP11AdministratorCannotActivateByOwnChange(t *testing.T) {
	r := seeded(t)
	r.members(devs, ann, amy)
	c := r.mustRequest(amy)
	if _, err := r.approve(bob, c.Request.ID); err != nil {
		t.Fatal(err)
	}
	// The policy that let amy ask goes, and amy brings it back: approved once is not enough.
	r.mustPropose(abe, policychange.Draft{Kind: policy.KindEligibility, ID: "elg_dev", BaseVersion: 1, Delete: true})
	back := eligibility(func(*policy.Eligibility) {})
	back.BaseVersion = 2
	r.mustAgree(abe, r.mustPropose(amy, back).Proposal.ID)

	recheck := func() string {
		c, err := r.access.Read(r.ctx, person(amy), c.Request.ID)
		if err != nil {
			t.Fatal(err)
		}
		f, err := r.access.ActivationFacts(r.ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		_, _, lapsed := access.Recheck(c, c.Elevations[0], f)
		return lapsed
	}
	if recheck() == "" {
		t.Error("it would start by a change of amy's own")
	}
	r.now = r.now.Add(24 * time.Hour)
	if why := recheck(); why != "" {
		t.Error(why)
	}
}

// Promise P11: nobody becomes an administrator by their own change of the role groups, nor stays one by it.
func TestP11AdministratorCannotChooseAdministrators(t *testing.T) {
	r := seeded(t)
	p := r.mustPropose(amy, settings(func(s *policy.Settings) { s.AdministratorGroup = others })).Proposal
	if p == nil {
		t.Fatal("role groups change without a second administrator")
	}
	r.mustAgree(abe, p.ID)
	_, err := r.propose(abe, eligibility(shorter))
	refused(t, err, access.CodeForbidden) // in the old group, not in the new one
	r.members(admins, abe, ada)
	_, err = r.propose(amy, eligibility(shorter))
	refused(t, err, access.CodeForbidden) // in the new group, no longer in the old one
	if out := r.mustPropose(ada, eligibility(shorter)); out.Applied == nil {
		t.Errorf("outcome %+v", out)
	}
	r.now = r.now.Add(24 * time.Hour)
	draft := eligibility(func(p *policy.Eligibility) { p.MaxDuration = time.Hour })
	draft.BaseVersion = 2
	if out := r.mustPropose(amy, draft); out.Applied == nil {
		t.Errorf("outcome %+v", out)
	}
}

// Promise P11: what widens waits, whatever widens.
func TestP11WhatWidens(t *testing.T) {
	for _, tc := range []struct {
		name  string
		draft policychange.Draft
		want  bool
	}{
		{"protected account removed", settings(func(s *policy.Settings) { s.ProtectedAccounts = nil }), true},
		{"protected account added", settings(func(s *policy.Settings) { s.ProtectedAccounts = append(s.ProtectedAccounts, devA) }), false},
		{"auditors", settings(func(s *policy.Settings) { s.AuditorGroup = devs }), true},
		{"approval switched off", settings(func(s *policy.Settings) { s.ApprovalRequired = false }), true},
		{"emergency", eligibility(func(p *policy.Eligibility) { p.Emergency = true }), true},
		{"another unit", eligibility(func(p *policy.Eligibility) { p.Targets.OUs = append(p.Targets.OUs, policy.OUTarget{ID: prod}) }), true},
		{"an exclusion", eligibility(func(p *policy.Eligibility) { p.Targets.ExcludeAccounts = []string{devA} }), false},
		{"inheritance stopped", approver(func(p *policy.Approver) { p.StopInheritance = true }), false},
		{"more approvals", approver(func(p *policy.Approver) { p.Stages[0].Required = 2 }), false},
		{"new policy", policychange.Draft{Kind: policy.KindEligibility, Body: func() policy.Eligibility {
			p := seed().Eligibility[0]
			p.Name = "Second"
			return p
		}()}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := seeded(t)
			out := r.mustPropose(amy, tc.draft)
			if (out.Proposal != nil) != tc.want || (len(out.Widening) > 0) != tc.want {
				t.Errorf("outcome %+v", out)
			}
			if len(out.Difference) == 0 || slices.Contains(out.Difference, "") {
				t.Errorf("difference %q", out.Difference)
			}
		})
	}
}
