package policychange

import (
	"cmp"
	"context"
	"slices"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/policy"
)

// Seed is what an empty database begins with.
type Seed struct {
	Settings    policy.Settings
	Eligibility []policy.Eligibility // an ID of "" is filled in
	Approver    []policy.Approver
}

// BootstrapAuthor stands as author of what an empty database began with.
const BootstrapAuthor = "bootstrap"

// Bootstrap stores the seed as version 1 of everything, if no policy and no settings were ever stored, and says whether
// it did. Nobody cools by it. It never overwrites anything. What the seed names need not be known to the directory,
// which may not have been read yet.
func (s *Service) Bootstrap(ctx context.Context, seed Seed) (did bool, err error) {
	drafts := []Draft{{Kind: policy.KindSettings, ID: policy.SettingsID, Body: seed.Settings}}
	for _, p := range seed.Eligibility {
		drafts = append(drafts, Draft{Kind: policy.KindEligibility, ID: p.ID, Body: p})
	}
	for _, p := range seed.Approver {
		drafts = append(drafts, Draft{Kind: policy.KindApprover, ID: p.ID, Body: p})
	}
	f := facts{by: access.System(BootstrapAuthor), now: s.Now().UTC()}
	var first []Version
	for _, d := range drafts {
		d.ID = cmp.Or(d.ID, newID(d.Kind, s.IDs))
		body, name, err := wellFormed(d)
		if err != nil {
			return false, err
		}
		v := Version{Kind: d.Kind, ID: d.ID, Version: 1, Name: name, Body: body, AuthorID: BootstrapAuthor, EffectiveAt: f.now}
		if slices.ContainsFunc(first, func(w Version) bool { return w.Kind == v.Kind && (w.Name == v.Name || w.ID == v.ID) }) {
			return false, invalid("name", "there are two policies of kind %s with the name %q or the id %s", v.Kind, v.Name, v.ID)
		}
		first = append(first, v)
	}
	err = repeat(func() error {
		return s.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
			did = false
			heads, err := tx.PolicyHeads(ctx)
			if err != nil || len(heads) > 0 {
				return err
			}
			set, err := tx.PoliciesInForce(ctx, f.now)
			if err != nil {
				return err
			}
			change := Change{Versions: first, Generation: set.Generation}
			for _, v := range first {
				change.Events = append(change.Events, appliedEvent(v, judged{}, f))
			}
			did = true
			return tx.ApplyPolicies(ctx, change)
		})
	})
	return did && err == nil, err
}
