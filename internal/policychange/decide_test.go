package policychange_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
)

func TestProposalsAreOvertaken(t *testing.T) {
	r := seeded(t)
	first := r.mustPropose(amy, eligibility(longer)).Proposal
	second := r.mustPropose(abe, eligibility(func(p *policy.Eligibility) { p.ApprovalRequired = false })).Proposal
	other := r.mustPropose(abe, approver(func(p *policy.Approver) { p.Stages[0].Approvers.Users = []string{ann} })).Proposal
	after := r.logEnd()
	r.mustAgree(ada, first.ID)
	if got := r.events(after); !slices.Equal(got, []string{"policy.applied", "policy.overtaken"}) {
		t.Errorf("events %v", got)
	}
	_, err := r.changes.Agree(r.ctx, person(amy), second.ID)
	if e := refused(t, err, access.CodeConflict); !strings.Contains(e.Message, "overtaken") {
		t.Error(e)
	}
	waiting, err := r.changes.Proposals(r.ctx, person(bob), policychange.ProposalFilter{State: policychange.Proposed, Limit: 50})
	if err != nil || len(waiting) != 1 || waiting[0].ID != other.ID {
		t.Errorf("waiting %+v, %v", waiting, err)
	}
	all, err := r.changes.Proposals(r.ctx, person(bob), policychange.ProposalFilter{Limit: 50})
	if err != nil || len(all) != 3 {
		t.Errorf("all %+v, %v", all, err)
	}
}

// A proposal is judged by the policies at the moment of agreement; whoever agrees must have seen what it widens then.
func TestProposalThatWidensMoreMustBeReadAgain(t *testing.T) {
	r := seeded(t)
	create := func(name string, required int) policychange.Version {
		p := seed().Approver[0]
		p.Name, p.Stages = name, []policy.Stage{{Approvers: policy.Principals{Groups: []string{leads, admins}}, Required: required}}
		out := r.mustPropose(amy, policychange.Draft{Kind: policy.KindApprover, Body: p})
		return *r.mustAgree(abe, out.Proposal.ID).Applied
	}
	strict := create("Strict", 2)
	p := r.mustPropose(amy, policychange.Draft{Kind: policy.KindApprover, ID: strict.ID, BaseVersion: 1, Delete: true}).Proposal
	create("Loose", 1)
	after := r.logEnd()
	_, err := r.changes.Agree(r.ctx, person(abe), p.ID)
	refused(t, err, access.CodeStale)
	if got := r.events(after); !slices.Equal(got, []string{"policy.reconsidered"}) {
		t.Errorf("events %v", got)
	}
	now, err := r.changes.Proposal(r.ctx, person(abe), p.ID)
	if err != nil || now.State != policychange.Proposed || len(now.Reasons) != len(p.Reasons)+1 || !slices.Equal(now.Difference, []string{"deleted"}) {
		t.Errorf("%+v, %v", now, err)
	}
	if out := r.mustAgree(abe, p.ID); out.Applied == nil || !out.Applied.Deleted {
		t.Errorf("outcome %+v", out)
	}
	// A widening deletion stays as a tombstone while author and agreer cool.
	if i := slices.IndexFunc(r.inForce().Approver, func(p policy.Approver) bool { return p.ID == strict.ID }); i < 0 || !r.inForce().Approver[i].Deleted {
		t.Error("no tombstone")
	}
	r.now = r.now.Add(24 * time.Hour)
	if slices.ContainsFunc(r.inForce().Approver, func(p policy.Approver) bool { return p.ID == strict.ID }) {
		t.Error("the tombstone stayed")
	}
}

func TestRefuseAndWithdraw(t *testing.T) {
	r := seeded(t)
	p := r.mustPropose(amy, eligibility(longer)).Proposal
	after := r.logEnd()
	_, err := r.changes.Withdraw(r.ctx, person(abe), p.ID)
	refused(t, err, access.CodeForbidden)
	_, err = r.changes.Refuse(r.ctx, person(amy), p.ID, "no")
	refused(t, err, access.CodeForbidden)
	_, err = r.changes.Refuse(r.ctx, person(abe), p.ID, "bad \x00")
	refused(t, err, access.CodeInvalid)
	got, err := r.changes.Refuse(r.ctx, person(abe), p.ID, "too long")
	if err != nil || got.State != policychange.Refused || got.DecidedBy != abe {
		t.Fatalf("%+v, %v", got, err)
	}
	_, err = r.changes.Withdraw(r.ctx, person(amy), p.ID)
	refused(t, err, access.CodeConflict)
	q := r.mustPropose(amy, eligibility(longer)).Proposal
	r.live.err = errors.New("no route") // withdrawing asks AWS nothing
	if got, err := r.changes.Withdraw(r.ctx, person(amy), q.ID); err != nil || got.State != policychange.Withdrawn {
		t.Fatalf("%+v, %v", got, err)
	}
	if got := r.events(after); !slices.Equal(got, []string{"policy.refused", "policy.proposed", "policy.withdrawn"}) {
		t.Errorf("events %v", got)
	}
	_, err = r.changes.Withdraw(r.ctx, person(amy), "prp_x")
	refused(t, err, access.CodeNotFound)
}

func TestWideningWaitsWhileHeld(t *testing.T) {
	r := seeded(t)
	p := r.mustPropose(amy, eligibility(longer)).Proposal
	r.held = "recovery mode"
	_, err := r.changes.Agree(r.ctx, person(abe), p.ID)
	refused(t, err, access.CodeHeld)
	if out := r.mustPropose(amy, eligibility(shorter)); out.Applied == nil {
		t.Errorf("narrowing is held too: %+v", out)
	}
}

// Two administrators answer for a change that widens: whoever lost the role since they proposed it counts no more.
func TestProposalOfSomebodyNoLongerAdministrator(t *testing.T) {
	for name, lose := range map[string]func(*rig){
		"left the group": func(r *rig) { r.live.left = []string{amy} },
		"disabled":       func(r *rig) { r.live.disabled = []string{amy} },
	} {
		t.Run(name, func(t *testing.T) {
			r := seeded(t)
			p := r.mustPropose(amy, eligibility(func(p *policy.Eligibility) { p.MaxDuration = 8 * time.Hour })).Proposal
			lose(r)
			_, err := r.changes.Agree(r.ctx, person(abe), p.ID)
			refused(t, err, access.CodeConflict)
			if got := r.inForce().Eligibility[0].MaxDuration; got != 4*time.Hour {
				t.Errorf("in force: %s", got)
			}
			if _, err := r.changes.Refuse(r.ctx, person(abe), p.ID, "no longer theirs to propose"); err != nil {
				t.Errorf("refuse: %v", err)
			}
			r.live.left, r.live.disabled = nil, nil
			p = r.mustPropose(amy, eligibility(func(p *policy.Eligibility) { p.MaxDuration = 8 * time.Hour })).Proposal
			r.mustAgree(abe, p.ID)
		})
	}
}
