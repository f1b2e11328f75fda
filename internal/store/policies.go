package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
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

// InForce gives every policy in force at now, with the versions before while somebody is cooling (P11). The caller must
// not change what it points to. While nothing changes only the generation is read.
func (p Policies) InForce(ctx context.Context, now time.Time) (set policy.Set, err error) {
	err = p.s.view(ctx, func(ctx context.Context, t *tx) error {
		generation, err := t.PolicyGeneration(ctx)
		if err != nil {
			return err
		}
		var known bool
		if set, known = p.s.inForce.get(generation, now); known {
			return nil
		}
		if set, err = t.PoliciesInForce(ctx, now); err != nil {
			return err
		}
		ends, err := t.coolingEnds(ctx, now)
		p.s.inForce.put(set, now, ends)
		return err
	})
	return set, err
}

// policyCache keeps the policies last read: reading thousands of them for every question costs more than the answer.
type policyCache struct {
	mu  sync.Mutex
	set policy.Set
	// from and until are between when the set is the same: nobody stops cooling.
	from, until time.Time
}

func (c *policyCache) get(generation int64, now time.Time) (policy.Set, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.set, c.set.Generation == generation && !now.Before(c.from) && (c.until.IsZero() || now.Before(c.until))
}

func (c *policyCache) put(set policy.Set, from, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set, c.from, c.until = set, from, until
}

// PoliciesInForce reads every policy in force at now, with the versions before while somebody is cooling (P11).
func (t *tx) PoliciesInForce(ctx context.Context, now time.Time) (policy.Set, error) {
	generation, err := t.PolicyGeneration(ctx)
	if err != nil {
		return policy.Set{}, err
	}
	set := policy.Set{Settings: policy.DefaultSettings(), Generation: generation}
	heads, err := t.heads(ctx)
	if err != nil {
		return set, err
	}
	cooling, err := t.oldestCooling(ctx, now)
	if err != nil {
		return set, err
	}
	for _, head := range heads {
		chain := []policyVersionRow{head}
		if oldest, ok := cooling[policyKey{head.Kind, head.ID}]; ok {
			if chain, err = t.chain(ctx, head, oldest); err != nil {
				return set, err
			}
		}
		if err := add(&set, chain); err != nil {
			return set, err
		}
	}
	return set, nil
}

type policyKey struct{ kind, id string }

// oldestCooling gives, for each policy on which somebody is cooling, the oldest version they cool by. It need not be
// the newest: a change that only narrows, or somebody else's, does not let anybody off (P11).
func (t *tx) oldestCooling(ctx context.Context, now time.Time) (map[policyKey]int64, error) {
	var rows []policyVersionRow
	err := t.NewSelect().Model(&rows).Column("kind", "id", "version").
		Where("widening AND effective_at > ?", micros(now.Add(-policy.CoolingPeriod))).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read cooling policies: %w", err)
	}
	oldest := make(map[policyKey]int64, len(rows))
	for _, r := range rows {
		key := policyKey{r.Kind, r.ID}
		if v, known := oldest[key]; !known || r.Version < v {
			oldest[key] = r.Version
		}
	}
	return oldest, nil
}

// coolingEnds is when the first of those who are cooling stops, zero if nobody is.
func (t *tx) coolingEnds(ctx context.Context, now time.Time) (time.Time, error) {
	var first int64
	err := t.NewRaw("SELECT coalesce(min(effective_at), 0) FROM policy_versions WHERE widening AND effective_at > ?",
		micros(now.Add(-policy.CoolingPeriod))).Scan(ctx, &first)
	if err != nil {
		return time.Time{}, fmt.Errorf("read cooling policies: %w", err)
	}
	if first == 0 {
		return time.Time{}, nil
	}
	return instant(first).Add(policy.CoolingPeriod), nil
}

// chain is the newest version and those before it, down to the one that was in force before the oldest that cools.
func (t *tx) chain(ctx context.Context, head policyVersionRow, oldest int64) ([]policyVersionRow, error) {
	var chain []policyVersionRow
	err := t.NewSelect().Model(&chain).Where("kind = ? AND id = ?", head.Kind, head.ID).
		Where("version BETWEEN ? AND ?", oldest-1, head.Version).Order("version DESC").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read versions of policy %s: %w", head.ID, err)
	}
	return chain, nil
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
	for _, version := range slices.Backward(chain) {
		p := new(P)
		if err := json.Unmarshal([]byte(version.Body), p); err != nil {
			return nil, fmt.Errorf("read version %d of policy %s: %w", version.Version, version.ID, err)
		}
		finish(version, p, before)
		before = p
	}
	return before, nil
}
