package policy_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/team-idc/team/internal/policy"
)

func TestRequestableJoinsWhatIsAlike(t *testing.T) {
	w := newWorld(func(w *world) {
		w.set.Eligibility = append(w.set.Eligibility,
			eligibility("p2", "Read in Prod", func(p *policy.Eligibility) {
				p.Targets.OUs = []policy.OUTarget{{ID: prod}}
				p.PermissionSets = []string{readOnly, billing, admin}
				p.MaxDuration, p.ApprovalRequired = 8*time.Hour, false
			}),
			eligibility("p3", "Not ann's", func(p *policy.Eligibility) {
				p.Principals = policy.Principals{Users: []string{bob}}
				p.Targets.OUs = []policy.OUTarget{{ID: root}}
			}))
	})
	ref := func(id, name string) policy.Ref {
		return policy.Ref{Kind: policy.KindEligibility, ID: id, Name: name, Version: 1}
	}
	want := []policy.Rectangle{
		{
			Accounts: []string{payProd, prodCore}, PermissionSets: []string{admin}, MaxDuration: 8 * time.Hour,
			ApprovalRequired: true, Policies: []policy.Ref{ref("p1", "Everywhere"), ref("p2", "Read in Prod")},
		},
		{
			Accounts: []string{payProd, prodCore}, PermissionSets: []string{readOnly}, MaxDuration: 8 * time.Hour,
			Policies: []policy.Ref{ref("p2", "Read in Prod")},
		},
		{
			// Neither the management account, nor TEAM's own, nor the suspended one.
			Accounts: []string{devA, logArchive}, PermissionSets: []string{admin}, MaxDuration: 4 * time.Hour,
			ApprovalRequired: true, Policies: []policy.Ref{ref("p1", "Everywhere")},
		},
	}
	if diff := cmp.Diff(want, w.engine().Requestable(person(ann, devs), noon)); diff != "" {
		t.Error(diff)
	}
	if got := w.engine().Requestable(person(eve, devs), noon); got != nil {
		t.Errorf("a disabled user is offered %v", got)
	}
}

// Two accounts that the same policies reach on the same level differ in what a stopped inheritance takes away: it
// depends on how deep they lie.
func TestRequestableHeedsDepth(t *testing.T) {
	w := newWorld(func(w *world) {
		w.set.Eligibility[0].Targets = policy.Targets{Accounts: []string{devA, payProd}}
		w.set.Approver = []policy.Approver{
			approver("a1", "Stops", func(p *policy.Approver) {
				p.Targets = policy.Targets{OUs: []policy.OUTarget{{ID: prod}}, Tags: []policy.TagTarget{{Key: "env"}}}
				p.StopInheritance = true
				p.Stages = stages(stage(2, security))
			}),
			approver("a2", "Anywhere"),
		}
	})
	got := w.engine().Requestable(person(ann, devs), noon)
	if len(got) != 1 || !cmp.Equal(got[0].Accounts, []string{devA}) {
		t.Errorf("offered: %+v", got)
	}
}
