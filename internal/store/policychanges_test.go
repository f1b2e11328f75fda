package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
	"github.com/team-idc/team/internal/store"
)

var midday = time.Date(2026, 11, 25, 12, 0, 0, 123456000, time.UTC)

type policyRig struct {
	t *testing.T
	*store.Store
}

func newPolicyRig(t *testing.T, d database) policyRig {
	t.Helper()
	return policyRig{t, d.open(t).Store}
}

func (r policyRig) apply(c policychange.Change) error {
	return r.PolicyChanges().Update(r.t.Context(), func(ctx context.Context, tx policychange.Tx) error {
		if c.Generation == 0 {
			set, err := tx.PoliciesInForce(ctx, midday)
			if err != nil {
				return err
			}
			c.Generation = set.Generation
		}
		if c.Events == nil {
			c.Events = []audit.Event{{Kind: "policy.applied", At: midday, Actor: audit.Actor{Kind: audit.System, ID: "test"}}}
		}
		return tx.ApplyPolicies(ctx, c)
	})
}

func (r policyRig) put(versions ...policychange.Version) {
	r.t.Helper()
	for _, v := range versions {
		if err := r.apply(policychange.Change{Versions: []policychange.Version{v}}); err != nil {
			r.t.Fatalf("apply version %d: %v", v.Version, err)
		}
	}
}

func (r policyRig) inForce(at time.Time) policy.Set {
	r.t.Helper()
	set, err := r.Policies().InForce(r.t.Context(), at)
	if err != nil {
		r.t.Fatal(err)
	}
	return set
}

func version(number int64, age time.Duration, edit func(*policychange.Version)) policychange.Version {
	v := policychange.Version{
		Kind: policy.KindEligibility, ID: "elg_1", Version: number, Name: "One", AuthorID: "amy", EffectiveAt: midday.Add(-age),
		Body: policy.Eligibility{MaxDuration: time.Duration(number) * time.Hour},
	}
	if edit != nil {
		edit(&v)
	}
	return v
}

func widening(v *policychange.Version) { v.Widening, v.AgreedBy = true, "abe" }
func deleted(v *policychange.Version)  { v.Deleted = true }

func TestPoliciesInForceBeginWithDefaults(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database) {
		set := newPolicyRig(t, d).inForce(midday)
		want := policy.DefaultSettings()
		if set.Settings.Version != 0 || set.Settings.MaxDuration != want.MaxDuration || set.Generation != 1 || len(set.Eligibility) > 0 {
			t.Errorf("%+v", set)
		}
	})
}

// Promise P11: the versions from the one in force down to the one before the oldest that cools.
func TestP11VersionsBeforeWhileCooling(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database) {
		const day = 24 * time.Hour
		for _, tc := range []struct {
			name     string
			versions []policychange.Version
			want     []int64 // versions of the chain, newest first
			cooling  []int   // how many people cool, by version
		}{
			{"nobody cools", []policychange.Version{version(1, day, nil), version(2, 0, nil)}, []int64{2}, []int{0}},
			{"a change cools", []policychange.Version{version(1, 3*day, nil), version(2, 0, widening)}, []int64{2, 1}, []int{2, 0}},
			{"a new policy has no version before", []policychange.Version{version(1, 0, widening)}, []int64{1}, []int{2}},
			{"to the microsecond", []policychange.Version{version(1, 3*day, nil), version(2, day-time.Microsecond, widening)}, []int64{2, 1}, []int{2, 0}},
			{"cooled down", []policychange.Version{version(1, 3*day, nil), version(2, day, widening)}, []int64{2}, []int{2}},
			{
				"two changes cool",
				[]policychange.Version{version(1, 3*day, nil), version(2, 2*time.Hour, widening), version(3, time.Hour, widening)},
				[]int64{3, 2, 1},
				[]int{2, 2, 0},
			},
			{
				"a narrowing change after it does not end it",
				[]policychange.Version{version(1, 3*day, nil), version(2, 2*time.Hour, widening), version(3, time.Hour, nil), version(4, 0, nil)},
				[]int64{4, 3, 2, 1},
				[]int{0, 0, 2, 0},
			},
			{
				"nor does its deletion",
				[]policychange.Version{version(1, 3*day, nil), version(2, 2*time.Hour, widening), version(3, time.Hour, deleted)},
				[]int64{3, 2, 1},
				[]int{0, 2, 0},
			},
			{
				"a widening deletion leaves a tombstone",
				[]policychange.Version{version(1, 3*day, nil), version(2, 0, func(v *policychange.Version) { widening(v); deleted(v) })},
				[]int64{2, 1},
				[]int{2, 0},
			},
			{"a deletion leaves none", []policychange.Version{version(1, 3*day, nil), version(2, 0, deleted)}, nil, nil},
			{
				"a tombstone does not stay",
				[]policychange.Version{version(1, 3*day, nil), version(2, day, func(v *policychange.Version) { widening(v); deleted(v) })},
				nil, nil,
			},
			{
				"brought back",
				[]policychange.Version{version(1, 3*day, nil), version(2, 2*day, deleted), version(3, 0, widening)},
				[]int64{3, 2},
				[]int{2, 0},
			},
		} {
			t.Run(tc.name, func(t *testing.T) {
				r := newPolicyRig(t, d)
				r.put(tc.versions...)
				// A policy beside it is not touched by any of this.
				r.put(version(1, 0, func(v *policychange.Version) { v.Kind, v.Name, v.Body = policy.KindApprover, "Two", policy.Approver{} }))
				set := r.inForce(midday)
				if set.Generation != int64(len(tc.versions))+2 || len(set.Approver) != 1 || set.Approver[0].Previous != nil {
					t.Errorf("set %+v", set)
				}
				if tc.want == nil {
					if len(set.Eligibility) > 0 {
						t.Errorf("eligibility %+v", set.Eligibility)
					}
					return
				}
				if len(set.Eligibility) != 1 {
					t.Fatalf("eligibility %+v", set.Eligibility)
				}
				i := 0
				for p := &set.Eligibility[0]; p != nil; p, i = p.Previous, i+1 {
					if i == len(tc.want) || p.Version != tc.want[i] || len(p.Cooling) != tc.cooling[i] || p.ID != "elg_1" || p.Name != "One" {
						t.Fatalf("version %d of the chain: %+v; want versions %v", i, p, tc.want)
					}
					stored := tc.versions[p.Version-1]
					if p.MaxDuration != time.Duration(p.Version)*time.Hour || p.Deleted != stored.Deleted {
						t.Errorf("version %+v", p)
					}
					for _, c := range p.Cooling {
						if !c.Until.Equal(stored.EffectiveAt.Add(policy.CoolingPeriod)) {
							t.Errorf("cooling %+v", c)
						}
					}
				}
				if i != len(tc.want) {
					t.Errorf("%d versions; want %v", i, tc.want)
				}
			})
		}
	})
}

func TestSettingsKeepTheVersionBeforeWhileCooling(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database) {
		r := newPolicyRig(t, d)
		settings := func(number int64, group string, widening bool) policychange.Version {
			s := policy.DefaultSettings()
			s.AdministratorGroup = group
			return policychange.Version{
				Kind: policy.KindSettings, ID: policy.SettingsID, Version: number, Name: "Settings", Body: s, Widening: widening,
				AuthorID: "amy", EffectiveAt: midday,
			}
		}
		r.put(settings(1, "old", false), settings(2, "new", true))
		set := r.inForce(midday)
		if set.Settings.AdministratorGroup != "new" || set.Settings.Previous == nil || set.Settings.Previous.AdministratorGroup != "old" ||
			set.Settings.Previous.Previous != nil || len(set.Settings.Cooling) != 1 {
			t.Errorf("%+v", set.Settings)
		}
		if later := r.inForce(midday.Add(24 * time.Hour)); later.Settings.Previous != nil {
			t.Errorf("%+v", later.Settings)
		}
		if again := r.inForce(midday.Add(-time.Minute)); len(again.Settings.Cooling) != 1 || again.Settings.Previous == nil {
			t.Errorf("a moment before: %+v", again.Settings)
		}
	})
}

// Promise P6: a change of policies is whole or not at all.
func TestP6PolicyChangesAreWhole(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database) {
		event := []audit.Event{{Kind: "policy.applied", At: midday, Actor: audit.Actor{Kind: audit.System, ID: "test"}}}
		proposal := policychange.Proposal{ID: "prp_1", Kind: policy.KindEligibility, PolicyID: "elg_1", Body: policy.Eligibility{}, State: policychange.Proposed, AuthorID: "amy"}
		agreedByAuthor := proposal
		agreedByAuthor.State, agreedByAuthor.DecidedBy = policychange.Agreed, "amy"
		for _, tc := range []struct {
			name   string
			change policychange.Change
			stale  bool
		}{
			{"without an event", policychange.Change{Versions: []policychange.Version{version(2, 0, nil)}, Events: []audit.Event{}}, false},
			{"judged by older policies", policychange.Change{Versions: []policychange.Version{version(2, 0, nil)}, Generation: 1, Events: event}, true},
			{"a version twice", policychange.Change{Versions: []policychange.Version{version(1, 0, nil)}, Events: event}, false},
			{"a version left out", policychange.Change{Versions: []policychange.Version{version(3, 0, nil)}, Events: event}, true},
			{"a proposal that moved on", policychange.Change{Versions: []policychange.Version{version(2, 0, nil)}, Proposals: []policychange.Proposal{func() policychange.Proposal { p := proposal; p.Version = 4; return p }()}, Events: event}, true},
			{"agreed to by its author", policychange.Change{Versions: []policychange.Version{version(2, 0, nil)}, Proposals: []policychange.Proposal{agreedByAuthor}, Events: event}, false},
		} {
			t.Run(tc.name, func(t *testing.T) {
				r := newPolicyRig(t, d)
				r.put(version(1, 0, nil))
				before, err := r.Head(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if err := r.apply(tc.change); err == nil || errors.Is(err, error(access.ErrStale)) != tc.stale {
					t.Errorf("error %v", err)
				}
				after, err := r.Head(t.Context())
				if err != nil || after != before {
					t.Errorf("log %+v, %v; want %+v", after, err, before)
				}
				if set := r.inForce(midday); set.Generation != 2 || set.Eligibility[0].Version != 1 {
					t.Errorf("in force %+v", set)
				}
			})
		}
	})
}

func TestProposalsAreKept(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database) {
		r := newPolicyRig(t, d)
		p := policychange.Proposal{
			ID: "prp_1", Kind: policy.KindApprover, PolicyID: "apr_1", BaseVersion: 3, Name: "Two", Body: policy.Approver{ID: "apr_1", Name: "Two"},
			Deleted: true, Reasons: []policy.Reason{{Code: "c", Text: "because"}}, AuthorID: "amy", ByMachine: true, CreatedAt: midday, State: policychange.Proposed,
		}
		if err := r.apply(policychange.Change{Proposals: []policychange.Proposal{p}}); err != nil {
			t.Fatal(err)
		}
		if g := r.inForce(midday).Generation; g != 1 {
			t.Errorf("a proposal raised the generation to %d", g)
		}
		err := r.PolicyChanges().View(t.Context(), func(ctx context.Context, tx policychange.Tx) error {
			got, found, err := tx.Proposal(ctx, "prp_1")
			if err != nil || !found || got.Version != 1 || got.Name != "Two" || !got.Deleted || !got.ByMachine || !got.CreatedAt.Equal(midday) ||
				got.Body.(policy.Approver).ID != "apr_1" || len(got.Reasons) != 1 || got.Reasons[0].Text != "because" || got.BaseVersion != 3 {
				t.Errorf("%+v, %v", got, err)
			}
			for waiting, want := range map[bool]int{true: 1, false: 1} {
				if list, err := tx.Proposals(ctx, policychange.ProposalFilter{State: map[bool]policychange.State{true: policychange.Proposed}[waiting], Limit: 10}); err != nil || len(list) != want {
					t.Errorf("%v, %v", list, err)
				}
			}
			if on, err := tx.ProposalsOn(ctx, policy.KindEligibility, "apr_1"); err != nil || len(on) > 0 {
				t.Errorf("%v, %v", on, err)
			}
			_, found, err = tx.Proposal(ctx, "prp_x")
			if found {
				t.Error("found what is not there")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
