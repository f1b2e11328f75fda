package policychange_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
)

func shorter(p *policy.Eligibility) { p.MaxDuration = 2 * time.Hour }
func longer(p *policy.Eligibility)  { p.MaxDuration = 8 * time.Hour }

func TestNarrowingAppliesAtOnce(t *testing.T) {
	r := seeded(t)
	after, generation := r.logEnd(), r.inForce().Generation
	out := r.mustPropose(amy, eligibility(shorter))
	if out.Applied == nil || out.Applied.Version != 2 || out.Applied.Widening || out.Proposal != nil || len(out.Widening) > 0 {
		t.Fatalf("outcome %+v", out)
	}
	if want := []string{"maxDuration: 4h → 2h"}; !slices.Equal(out.Difference, want) {
		t.Errorf("difference %q", out.Difference)
	}
	set := r.inForce()
	if set.Eligibility[0].MaxDuration != 2*time.Hour || set.Eligibility[0].Version != 2 || set.Generation != generation+1 || len(set.Eligibility[0].Cooling) > 0 {
		t.Errorf("in force %+v, generation %d", set.Eligibility[0], set.Generation)
	}
	if got := r.events(after); !slices.Equal(got, []string{"policy.applied"}) {
		t.Errorf("events %v", got)
	}
}

func TestWideningWaitsForASecondAdministrator(t *testing.T) {
	r := seeded(t)
	after := r.logEnd()
	out := r.mustPropose(amy, eligibility(longer))
	if out.Applied != nil || out.Proposal == nil || len(out.Widening) != 1 {
		t.Fatalf("outcome %+v", out)
	}
	if r.inForce().Eligibility[0].MaxDuration != 4*time.Hour {
		t.Fatal("it is in force already")
	}
	_, err := r.changes.Agree(r.ctx, person(amy), out.Proposal.ID)
	refused(t, err, access.CodeForbidden)
	_, err = r.changes.Agree(r.ctx, person(amy2), out.Proposal.ID)
	refused(t, err, access.CodeForbidden) // the same person
	_, err = r.changes.Agree(r.ctx, person(bob), out.Proposal.ID)
	refused(t, err, access.CodeForbidden)

	agreed := r.mustAgree(abe, out.Proposal.ID)
	if v := agreed.Applied; v == nil || v.AuthorID != amy || v.AgreedBy != abe || !v.Widening || !v.CoolingUntil().Equal(noon.Add(24*time.Hour)) {
		t.Fatalf("applied %+v", agreed.Applied)
	}
	p := r.inForce().Eligibility[0]
	if p.MaxDuration != 8*time.Hour || len(p.Cooling) != 2 || p.Previous == nil || p.Previous.MaxDuration != 4*time.Hour {
		t.Errorf("in force %+v", p)
	}
	if got := r.events(after); !slices.Equal(got, []string{"policy.proposed", "policy.applied"}) {
		t.Errorf("events %v", got)
	}
	_, err = r.changes.Agree(r.ctx, person(ada), out.Proposal.ID)
	refused(t, err, access.CodeConflict)
}

func TestOneAdministratorAloneNeedsNoSecond(t *testing.T) {
	for _, tc := range []struct {
		name    string
		edit    func(*rig)
		applied bool
	}{
		{"alone", func(*rig) {}, true},
		{"two users of one person are one", func(r *rig) { r.members(admins, amy, amy2) }, true},
		{"another is disabled", func(r *rig) {
			r.members(admins, amy, abe)
			r.content.Users[4].Status = "DISABLED"
		}, true},
		{"another was enabled a moment ago", func(r *rig) {
			r.members(admins, amy, abe)
			r.content.Users[4].Status = "DISABLED"
			r.live.added = []string{noone}
		}, false},
		{"another was added a moment ago", func(r *rig) { r.live.added = []string{bob} }, false},
		{"another was created and added a moment ago", func(r *rig) { r.live.added = []string{noone} }, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := seeded(t)
			r.members(admins, amy)
			tc.edit(r)
			out := r.mustPropose(amy, eligibility(longer))
			if (out.Applied != nil) != tc.applied {
				t.Fatalf("outcome %+v", out)
			}
			if tc.applied && (out.Applied.AgreedBy != "" || len(r.inForce().Eligibility[0].Cooling) != 1) {
				t.Errorf("applied %+v", out.Applied)
			}
		})
	}
}

func TestSettingsCanAlwaysDemandASecondAdministrator(t *testing.T) {
	r := seeded(t)
	r.members(admins, amy)
	out := r.mustPropose(amy, settings(func(s *policy.Settings) { s.SecondAdministrator = policy.SecondAlways }))
	if out.Applied == nil {
		t.Fatalf("outcome %+v", out)
	}
	if out := r.mustPropose(amy, eligibility(longer)); out.Proposal == nil {
		t.Errorf("outcome %+v", out)
	}
}

func TestMachinesOnlyPropose(t *testing.T) {
	r := seeded(t)
	machine := access.Actor{Kind: audit.Machine, MachineID: "mch_1", OwnerID: amy, Proposer: true}
	out, err := r.changes.Propose(r.ctx, machine, eligibility(shorter))
	if err != nil || out.Proposal == nil || !out.Proposal.ByMachine || out.Proposal.AuthorID != amy {
		t.Fatalf("%+v, %v", out, err)
	}
	_, err = r.changes.Agree(r.ctx, machine, out.Proposal.ID)
	refused(t, err, access.CodeForbidden)
	_, err = r.changes.Agree(r.ctx, person(amy), out.Proposal.ID) // who owns it
	refused(t, err, access.CodeForbidden)
	if v := r.mustAgree(abe, out.Proposal.ID).Applied; v.Widening {
		t.Errorf("applied %+v", v)
	}
	machine.Proposer = false
	_, err = r.changes.Propose(r.ctx, machine, eligibility(longer))
	refused(t, err, access.CodeForbidden)
	machine.Proposer, machine.OwnerID = true, bob
	_, err = r.changes.Propose(r.ctx, machine, eligibility(longer))
	refused(t, err, access.CodeForbidden)
}

// The role is read from AWS at that moment; what cannot be read is no (P9).
func TestOnlyAdministratorsOfThisMoment(t *testing.T) {
	for _, tc := range []struct {
		name string
		by   string
		edit func(*rig)
		want access.Code
	}{
		{"not an administrator", bob, func(*rig) {}, access.CodeForbidden},
		{"unknown", noone, func(*rig) {}, access.CodeForbidden},
		{"nobody", "", func(*rig) {}, access.CodeForbidden},
		{"left the group a moment ago", amy, func(r *rig) { r.live.left = []string{amy} }, access.CodeForbidden},
		{"disabled a moment ago", amy, func(r *rig) { r.live.disabled = []string{amy} }, access.CodeForbidden},
		{"AWS does not answer", amy, func(r *rig) { r.live.err = errors.New("no route") }, access.CodeUnavailable},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := seeded(t)
			tc.edit(r)
			after := r.logEnd()
			for _, d := range []policychange.Draft{eligibility(shorter), eligibility(longer)} {
				_, err := r.propose(tc.by, d)
				refused(t, err, tc.want)
			}
			if len(r.events(after)) > 0 || r.inForce().Eligibility[0].Version != 1 {
				t.Error("something was stored")
			}
		})
	}
}

// Who stops being an administrator between the reading and the writing changes nothing.
func TestPoliciesMoveWhileAWSIsAsked(t *testing.T) {
	r := seeded(t)
	p := r.mustPropose(ada, settings(func(s *policy.Settings) { s.AdministratorGroup = leads })).Proposal
	r.live.meanwhile = func() { r.mustAgree(abe, p.ID) }
	_, err := r.propose(amy, eligibility(shorter))
	refused(t, err, access.CodeForbidden)
	if r.inForce().Eligibility[0].Version != 1 {
		t.Error("it was applied")
	}
}

func TestBadDrafts(t *testing.T) {
	id := func(d policychange.Draft, id string) policychange.Draft { d.ID = id; return d }
	for _, tc := range []struct {
		name  string
		draft policychange.Draft
		code  access.Code
		field string
		text  string
	}{
		{"no name", eligibility(func(p *policy.Eligibility) { p.Name = " " }), access.CodeInvalid, "name", "must have a name"},
		{"unknown user", eligibility(func(p *policy.Eligibility) { p.Principals.Users = []string{noone} }), access.CodeInvalid, "principals.users[0]", "no user " + noone},
		{"unknown group", eligibility(func(p *policy.Eligibility) { p.Owners.Groups = []string{noone} }), access.CodeInvalid, "owners.groups[0]", "no group"},
		{"unknown account", eligibility(func(p *policy.Eligibility) { p.Targets.Accounts = []string{devA, "123456789012"} }), access.CodeInvalid, "targets.accounts[1]", "no account 123456789012"},
		{"unknown unit", eligibility(func(p *policy.Eligibility) { p.Targets.ExcludeOUs = []string{"ou-root-99999999"} }), access.CodeInvalid, "targets.excludeOUs[0]", "no organizational unit"},
		{"unknown set", eligibility(func(p *policy.Eligibility) { p.PermissionSets = []string{strings.Replace(readOnly, "read", "none", 1)} }), access.CodeInvalid, "permissionSets[0]", "no permission set"},
		{"unknown approver", approver(func(p *policy.Approver) { p.Stages[0].Approvers.Users = []string{noone} }), access.CodeInvalid, "stages[0].approvers.users[0]", "no user"},
		{"unknown requesters", approver(func(p *policy.Approver) { p.RequesterGroups = []string{noone} }), access.CodeInvalid, "requesterGroups[0]", "no group"},
		{"unknown protected account", settings(func(s *policy.Settings) { s.ProtectedAccounts = []string{"123456789012"} }), access.CodeInvalid, "protectedAccounts[0]", "no account"},
		{"no administrators", settings(func(s *policy.Settings) { s.AdministratorGroup = "" }), access.CodeInvalid, "administratorGroup", "nobody could change"},
		{"name taken", policychange.Draft{Kind: policy.KindEligibility, Body: seed().Eligibility[0]}, access.CodeInvalid, "name", "another eligibility policy"},
		{"wrong kind", policychange.Draft{Kind: policy.KindApprover, ID: "apr_all", BaseVersion: 1, Body: seed().Eligibility[0]}, access.CodeInvalid, "kind", "does not fit"},
		{"unknown kind", policychange.Draft{Kind: "guardrail", Body: seed().Settings}, access.CodeInvalid, "kind", "no kind"},
		{"unknown policy", id(eligibility(shorter), "elg_x"), access.CodeNotFound, "", "no policy elg_x"},
		{"deleting nothing", policychange.Draft{Kind: policy.KindEligibility, ID: "elg_x", Delete: true}, access.CodeNotFound, "", "no policy"},
		{"deleting settings", policychange.Draft{Kind: policy.KindSettings, BaseVersion: 1, Delete: true}, access.CodeInvalid, "", "cannot be deleted"},
		{"other settings", id(settings(func(*policy.Settings) {}), "x"), access.CodeNotFound, "", "no settings"},
		{"stale", policychange.Draft{Kind: policy.KindEligibility, ID: "elg_dev", BaseVersion: 7, Body: seed().Eligibility[0]}, access.CodeStale, "", "is at version 1; this change was made from version 7"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := seeded(t)
			after := r.logEnd()
			_, err := r.propose(amy, tc.draft)
			e := refused(t, err, tc.code)
			if e.Field != tc.field || !strings.Contains(e.Message, tc.text) {
				t.Errorf("field %q, %q", e.Field, e.Message)
			}
			if len(r.events(after)) > 0 {
				t.Error("something was stored")
			}
		})
	}
}

// Somebody who left must not keep an administrator from narrowing a policy.
func TestWhatAPolicyNamedAlreadyMayBeGone(t *testing.T) {
	r := seeded(t)
	r.content.Groups = r.content.Groups[1:] // devs is gone
	if out := r.mustPropose(amy, eligibility(shorter)); out.Applied == nil {
		t.Errorf("outcome %+v", out)
	}
}

func TestNothingChangesNothing(t *testing.T) {
	r := seeded(t)
	after := r.logEnd()
	out := r.mustPropose(amy, eligibility(func(p *policy.Eligibility) { p.Owners.Users = []string{} }))
	if !out.Unchanged || out.Applied.Version != 1 || len(r.events(after)) > 0 {
		t.Errorf("outcome %+v", out)
	}
}

func TestDeleteAndBringBack(t *testing.T) {
	r := seeded(t)
	out := r.mustPropose(amy, policychange.Draft{Kind: policy.KindEligibility, ID: "elg_dev", BaseVersion: 1, Delete: true})
	if out.Applied == nil || !out.Applied.Deleted || len(r.inForce().Eligibility) != 0 {
		t.Fatalf("outcome %+v", out)
	}
	back := eligibility(func(*policy.Eligibility) {})
	back.BaseVersion = 2
	p := r.mustPropose(amy, back).Proposal
	if p == nil {
		t.Fatal("bringing a policy back widens")
	}
	r.mustAgree(abe, p.ID)
	if e := r.inForce().Eligibility; len(e) != 1 || e[0].Version != 3 || e[0].Previous == nil || !e[0].Previous.Deleted {
		t.Errorf("in force %+v", e)
	}
	versions, err := r.changes.Versions(r.ctx, person(bob), policy.KindEligibility, "elg_dev")
	if err != nil || len(versions) != 3 || versions[0].Version != 3 || !versions[1].Deleted {
		t.Errorf("versions %+v, %v", versions, err)
	}
}
