package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
)

type policyRow struct {
	bun.BaseModel `bun:"table:policies"`

	Kind    string `bun:",pk"`
	ID      string `bun:",pk"`
	Version int64
}

type proposalRow struct {
	bun.BaseModel `bun:"table:policy_proposals"`

	ID          string `bun:",pk"`
	Kind        string
	PolicyID    string
	BaseVersion int64
	Name        string
	Body        string
	Deleted     bool
	Reasons     string
	AuthorID    string
	ByMachine   bool
	CreatedAt   int64
	State       string
	DecidedBy   string
	DecidedAt   int64
	Version     int64
}

// PolicyChanges is the storage of how policies change.
func (s *Store) PolicyChanges() policychange.Store { return policyStore{s} }

type policyStore struct{ s *Store }

func (p policyStore) Update(ctx context.Context, f func(context.Context, policychange.Tx) error) error {
	return p.s.update(ctx, func(ctx context.Context, t *tx) error { return f(ctx, t) })
}

func (p policyStore) View(ctx context.Context, f func(context.Context, policychange.Tx) error) error {
	return p.s.view(ctx, func(ctx context.Context, t *tx) error { return f(ctx, t) })
}

func fromVersion(v policychange.Version) (policyVersionRow, error) {
	body, err := policychange.EncodeBody(v.Body)
	return policyVersionRow{
		Kind: string(v.Kind), ID: v.ID, Version: v.Version, Name: v.Name, Body: body, Deleted: v.Deleted, Widening: v.Widening,
		AuthorID: v.AuthorID, AgreedBy: v.AgreedBy, EffectiveAt: micros(v.EffectiveAt),
	}, err
}

func (r policyVersionRow) version() (policychange.Version, error) {
	body, err := policychange.DecodeBody(policy.Kind(r.Kind), r.Body)
	if err != nil {
		return policychange.Version{}, fmt.Errorf("read version %d of policy %s: %w", r.Version, r.ID, err)
	}
	return policychange.Version{
		Kind: policy.Kind(r.Kind), ID: r.ID, Version: r.Version, Name: r.Name, Body: body, Deleted: r.Deleted, Widening: r.Widening,
		AuthorID: r.AuthorID, AgreedBy: r.AgreedBy, EffectiveAt: instant(r.EffectiveAt),
	}, nil
}

func fromProposal(p policychange.Proposal) (proposalRow, error) {
	body, err := policychange.EncodeBody(p.Body)
	return proposalRow{
		ID: p.ID, Kind: string(p.Kind), PolicyID: p.PolicyID, BaseVersion: p.BaseVersion, Name: p.Name, Body: body, Deleted: p.Deleted,
		Reasons: list(p.Reasons), AuthorID: p.AuthorID, ByMachine: p.ByMachine, CreatedAt: micros(p.CreatedAt), State: string(p.State),
		DecidedBy: p.DecidedBy, DecidedAt: micros(p.DecidedAt), Version: p.Version,
	}, err
}

func (r proposalRow) proposal() (policychange.Proposal, error) {
	body, err := policychange.DecodeBody(policy.Kind(r.Kind), r.Body)
	if err != nil {
		return policychange.Proposal{}, fmt.Errorf("read proposal %s: %w", r.ID, err)
	}
	reasons, err := unlist[policy.Reason](r.Reasons)
	return policychange.Proposal{
		ID: r.ID, Kind: policy.Kind(r.Kind), PolicyID: r.PolicyID, BaseVersion: r.BaseVersion, Name: r.Name, Body: body, Deleted: r.Deleted,
		Reasons: reasons, AuthorID: r.AuthorID, ByMachine: r.ByMachine, CreatedAt: instant(r.CreatedAt), State: policychange.State(r.State),
		DecidedBy: r.DecidedBy, DecidedAt: instant(r.DecidedAt), Version: r.Version,
	}, err
}

// ApplyPolicies writes a change of policies whole: new versions, what is in force, proposals and events.
func (t *tx) ApplyPolicies(ctx context.Context, c policychange.Change) error {
	if len(c.Events) == 0 {
		return errSilent
	}
	t.wrote = true
	next := c.Generation
	if len(c.Versions) > 0 {
		next++
	}
	// Also a proposal alone meets this row: it was judged by the policies of that generation.
	err := once(t.NewRaw("UPDATE policy_generation SET generation = ? WHERE id = 1 AND generation = ?", next, c.Generation).Exec(ctx))
	if err != nil {
		return fmt.Errorf("raise policy generation: %w", err)
	}
	for _, v := range c.Versions {
		if err := t.putInForce(ctx, v); err != nil {
			return fmt.Errorf("write version %d of policy %s: %w", v.Version, v.ID, err)
		}
	}
	for _, p := range c.Proposals {
		row, err := fromProposal(p)
		if err != nil {
			return err
		}
		if err := t.put(ctx, &row, row.ID, &row.Version); err != nil {
			return fmt.Errorf("write proposal %s: %w", p.ID, err)
		}
	}
	return t.appendEvents(ctx, c.Events)
}

func (t *tx) putInForce(ctx context.Context, v policychange.Version) error {
	row, err := fromVersion(v)
	if err != nil {
		return err
	}
	if _, err := t.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("add version: %w", err)
	}
	head := policyRow{Kind: row.Kind, ID: row.ID, Version: row.Version}
	if row.Version == 1 {
		if _, err := t.NewInsert().Model(&head).Exec(ctx); err != nil {
			return fmt.Errorf("put in force: %w", err)
		}
		return nil
	}
	return once(t.NewUpdate().Model(&head).WherePK().Where("version = ?", row.Version-1).Exec(ctx))
}

// heads are the newest versions, deleted ones included.
func (t *tx) heads(ctx context.Context) ([]policyVersionRow, error) {
	var heads []policyVersionRow
	err := t.NewSelect().Model(&heads).
		Join("JOIN policies AS p ON p.kind = policy_version_row.kind AND p.id = policy_version_row.id AND p.version = policy_version_row.version").
		OrderExpr("policy_version_row.kind, policy_version_row.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read policies: %w", err)
	}
	return heads, nil
}

// PolicyHeads are the newest versions of all policies and the settings.
func (t *tx) PolicyHeads(ctx context.Context) ([]policychange.Version, error) {
	rows, err := t.heads(ctx)
	if err != nil {
		return nil, err
	}
	return versions(rows)
}

// PolicyHead is the newest version of a policy.
func (t *tx) PolicyHead(ctx context.Context, kind policy.Kind, id string) (policychange.Version, bool, error) {
	var row policyVersionRow
	err := t.NewSelect().Model(&row).Where("kind = ? AND id = ?", string(kind), id).
		Where("version = (SELECT version FROM policies WHERE kind = ? AND id = ?)", string(kind), id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return policychange.Version{}, false, nil
	}
	if err != nil {
		return policychange.Version{}, false, fmt.Errorf("read policy %s: %w", id, err)
	}
	v, err := row.version()
	return v, err == nil, err
}

// PolicyVersions of a policy, newest first.
func (t *tx) PolicyVersions(ctx context.Context, kind policy.Kind, id string) ([]policychange.Version, error) {
	var rows []policyVersionRow
	if err := t.NewSelect().Model(&rows).Where("kind = ? AND id = ?", string(kind), id).Order("version DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read versions of policy %s: %w", id, err)
	}
	return versions(rows)
}

func versions(rows []policyVersionRow) ([]policychange.Version, error) {
	out := make([]policychange.Version, 0, len(rows))
	for _, r := range rows {
		v, err := r.version()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// Proposal by id.
func (t *tx) Proposal(ctx context.Context, id string) (policychange.Proposal, bool, error) {
	found, err := t.proposals(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("id = ?", id) })
	if err != nil || len(found) == 0 {
		return policychange.Proposal{}, false, err
	}
	return found[0], true, nil
}

// Proposals that a filter picks.
func (t *tx) Proposals(ctx context.Context, f policychange.ProposalFilter) ([]policychange.Proposal, error) {
	return t.proposals(ctx, func(q *bun.SelectQuery) *bun.SelectQuery {
		for _, w := range []struct{ column, value string }{
			{"state", string(f.State)}, {"kind", string(f.Kind)}, {"policy_id", f.PolicyID}, {"author_id", f.AuthorID},
		} {
			if w.value != "" {
				q = q.Where("? = ?", bun.Ident(w.column), w.value)
			}
		}
		return paged(spanned(q, "created_at", f.From, f.To), f.OldestFirst, f.After).Limit(int64(f.Limit))
	})
}

// ProposalsOn are those that wait on one policy.
func (t *tx) ProposalsOn(ctx context.Context, kind policy.Kind, id string) ([]policychange.Proposal, error) {
	return t.proposals(ctx, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("state = 'proposed' AND kind = ? AND policy_id = ?", string(kind), id).Order("id DESC")
	})
}

func (t *tx) proposals(ctx context.Context, pick func(*bun.SelectQuery) *bun.SelectQuery) ([]policychange.Proposal, error) {
	var rows []proposalRow
	if err := pick(t.NewSelect().Model(&rows)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read proposals: %w", err)
	}
	out := make([]policychange.Proposal, 0, len(rows))
	for _, r := range rows {
		p, err := r.proposal()
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}
