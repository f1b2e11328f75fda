package policy_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

func TestAffectsTellsWhoGainsAndLoses(t *testing.T) {
	before := newWorld()
	after := newWorld(func(w *world) {
		w.set.Eligibility[0].Targets.ExcludeAccounts = []string{logArchive}
		w.set.Eligibility[0].MaxDuration = 6 * time.Hour
		w.set.Eligibility[0].Version = 2
		w.set.Approver[0].Stages = stages(stage(1, leads, security))
		w.set.Approver[0].Version = 2
	})
	dir := directory.NewSnapshot(before.content)
	p1 := func(version int64) []policy.Ref {
		return []policy.Ref{{Kind: policy.KindEligibility, ID: "p1", Name: "Everywhere", Version: version}}
	}
	impact := func(id string) policy.Impact {
		return policy.Impact{
			UserID: id,
			Gains: []policy.Rectangle{{
				Accounts: []string{payProd, prodCore, devA}, PermissionSets: []string{admin}, MaxDuration: 6 * time.Hour,
				ApprovalRequired: true, Policies: p1(2),
			}},
			Loses: []policy.Rectangle{{
				Accounts: []string{logArchive}, PermissionSets: []string{admin}, MaxDuration: 4 * time.Hour,
				ApprovalRequired: true, Policies: p1(1),
			}},
		}
	}
	want := policy.Effect{
		Requests: []policy.Impact{impact(ann), impact(cy)},
		Decisions: []policy.DecisionImpact{
			{UserID: dee, Policy: policy.Ref{Kind: policy.KindApprover, ID: "a1", Name: "Leads", Version: 2}, Gains: true},
		},
	}
	if diff := cmp.Diff(want, policy.Affects(before.set, after.set, dir)); diff != "" {
		t.Error(diff)
	}
	back := policy.Affects(after.set, before.set, dir)
	if len(back.Requests) != 2 || len(back.Decisions) != 1 || back.Decisions[0].Gains {
		t.Errorf("the way back: %+v", back)
	}
	if none := policy.Affects(before.set, before.set, dir); !cmp.Equal(none, policy.Effect{}) {
		t.Errorf("no change: %+v", none)
	}
}

func TestAffectsSaysHowManyItLeftOut(t *testing.T) {
	w := newWorld(func(w *world) {
		for i := range policy.AffectsLimit + 10 {
			id := fmt.Sprintf("u-many-%03d", i)
			w.content.Users = append(w.content.Users, directory.User{ID: id, UserName: id, Status: directory.UserEnabled})
			w.content.Groups[0].Members = append(w.content.Groups[0].Members, id)
		}
	})
	before := w.set
	before.Eligibility = nil
	// ann and cy are in the group too.
	got := policy.Affects(before, w.set, directory.NewSnapshot(w.content))
	if len(got.Requests) != policy.AffectsLimit || got.Unexamined != 12 {
		t.Errorf("%d people, %d not looked at", len(got.Requests), got.Unexamined)
	}
}

// What Affects tells is what Evaluate says before and after, and a change that widens nothing gives nobody anything.
func TestPropertyAffectsAgreesWithEvaluate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := drawUniverse(t)
		dir := u.snapshot()
		before := u.set(t)
		after := u.edit(t, before)
		effect := policy.Affects(before, after, dir)
		if len(policy.Widens(before, after)) == 0 {
			if i := slices.IndexFunc(effect.Requests, func(i policy.Impact) bool { return len(i.Gains) > 0 }); i >= 0 {
				t.Fatalf("nothing widens, but %+v", effect.Requests[i])
			}
		}
		was, is := policy.Compile(before, dir), policy.Compile(after, dir)
		for _, id := range u.users {
			i := slices.IndexFunc(effect.Requests, func(i policy.Impact) bool { return i.UserID == id })
			var impact policy.Impact
			if i >= 0 {
				impact = effect.Requests[i]
			}
			for _, account := range u.accounts {
				for _, set := range u.sets {
					q := policy.Question{Requester: policy.Person{UserID: id, Groups: dir.GroupsOf(id)}, AccountID: account, PermissionSetARN: set, At: noon}
					a, b := was.Evaluate(q), is.Evaluate(q)
					gains := b.Allowed && (!a.Allowed || b.MaxDuration > a.MaxDuration || a.ApprovalRequired && !b.ApprovalRequired)
					loses := a.Allowed && (!b.Allowed || b.MaxDuration < a.MaxDuration || !a.ApprovalRequired && b.ApprovalRequired)
					if gains != holds(impact.Gains, account, set) || loses != holds(impact.Loses, account, set) {
						t.Fatalf("%s, %s in %s: gains %v, loses %v, but %+v", id, set, account, gains, loses, impact)
					}
				}
			}
		}
	})
}

func holds(rectangles []policy.Rectangle, account, set string) bool {
	return slices.ContainsFunc(rectangles, func(r policy.Rectangle) bool {
		return slices.Contains(r.Accounts, account) && slices.Contains(r.PermissionSets, set)
	})
}
