package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/policy"
)

type policyVersionRow struct {
	bun.BaseModel `bun:"table:policy_versions"`

	Kind        string `bun:",pk"`
	ID          string `bun:",pk"`
	Version     int64  `bun:",pk"`
	Name        string
	Body        string
	Deleted     bool
	Widening    bool
	AuthorID    string
	AgreedBy    string
	EffectiveAt int64
}

// Policies gives the policies in force. It is what access.Policies asks for.
type Policies struct{ s *Store }

// Policies of this store.
func (s *Store) Policies() Policies { return Policies{s} }

// InForce reads every policy in force at now, with the versions before while somebody is cooling (P11).
func (p Policies) InForce(ctx context.Context, now time.Time) (set policy.Set, err error) {
	err = p.s.view(ctx, func(ctx context.Context, t *tx) error {
		set, err = t.policiesInForce(ctx, now)
		return err
	})
	return set, err
}

func (t *tx) policiesInForce(ctx context.Context, now time.Time) (policy.Set, error) {
	generation, err := t.PolicyGeneration(ctx)
	if err != nil {
		return policy.Set{}, err
	}
	set := policy.Set{Settings: policy.DefaultSettings(), Generation: generation}
	var heads []policyVersionRow
	err = t.NewSelect().Model(&heads).
		Join("JOIN policies AS p ON p.kind = policy_version_row.kind AND p.id = policy_version_row.id AND p.version = policy_version_row.version").
		OrderExpr("policy_version_row.kind, policy_version_row.id").Scan(ctx)
	if err != nil {
		return set, fmt.Errorf("read policies: %w", err)
	}
	for _, head := range heads {
		chain, err := t.chain(ctx, head, now)
		if err != nil {
			return set, err
		}
		if err := add(&set, chain); err != nil {
			return set, err
		}
	}
	return set, nil
}

// chain is a version and those before it, as long as somebody may still be cooling by the later one.
func (t *tx) chain(ctx context.Context, head policyVersionRow, now time.Time) ([]policyVersionRow, error) {
	chain := []policyVersionRow{head}
	for last := head; cools(last, now) && last.Version > 1; {
		var before policyVersionRow
		err := t.NewSelect().Model(&before).Where("kind = ? AND id = ? AND version = ?", last.Kind, last.ID, last.Version-1).Scan(ctx)
		if err != nil {
			return nil, fmt.Errorf("read version %d of policy %s: %w", last.Version-1, last.ID, err)
		}
		chain = append(chain, before)
		last = before
	}
	return chain, nil
}

func cools(r policyVersionRow, now time.Time) bool {
	return r.Widening && instant(r.EffectiveAt).Add(policy.CoolingPeriod).After(now)
}

func (r policyVersionRow) revision() policy.Revision {
	v := policy.Revision{Version: r.Version, Deleted: r.Deleted}
	if r.Widening {
		until := instant(r.EffectiveAt).Add(policy.CoolingPeriod)
		for _, who := range []string{r.AuthorID, r.AgreedBy} {
			if who != "" {
				v.Cooling = append(v.Cooling, policy.Cooling{UserID: who, Until: until})
			}
		}
	}
	return v
}

// add puts a policy into the set. A deleted one is left out, unless somebody is cooling by the deletion.
func add(set *policy.Set, chain []policyVersionRow) error {
	if chain[0].Deleted && len(chain) == 1 {
		return nil
	}
	switch policy.Kind(chain[0].Kind) {
	case policy.KindEligibility:
		p, err := linked(chain, func(r policyVersionRow, p *policy.Eligibility, before *policy.Eligibility) {
			p.ID, p.Name, p.Revision, p.Previous = r.ID, r.Name, r.revision(), before
		})
		if err != nil {
			return err
		}
		set.Eligibility = append(set.Eligibility, *p)
	case policy.KindApprover:
		p, err := linked(chain, func(r policyVersionRow, p *policy.Approver, before *policy.Approver) {
			p.ID, p.Name, p.Revision, p.Previous = r.ID, r.Name, r.revision(), before
		})
		if err != nil {
			return err
		}
		set.Approver = append(set.Approver, *p)
	case policy.KindSettings:
		p, err := linked(chain, func(r policyVersionRow, p *policy.Settings, before *policy.Settings) {
			p.Revision, p.Previous = r.revision(), before
		})
		if err != nil {
			return err
		}
		set.Settings = *p
	default:
		return fmt.Errorf("policy %s is of the unknown kind %q", chain[0].ID, chain[0].Kind)
	}
	return nil
}

// linked decodes a chain, newest first, each version pointing to the one before.
func linked[P any](chain []policyVersionRow, finish func(policyVersionRow, *P, *P)) (*P, error) {
	var before *P
	for i := len(chain) - 1; i >= 0; i-- {
		p := new(P)
		if err := json.Unmarshal([]byte(chain[i].Body), p); err != nil {
			return nil, fmt.Errorf("read version %d of policy %s: %w", chain[i].Version, chain[i].ID, err)
		}
		finish(chain[i], p, before)
		before = p
	}
	return before, nil
}
