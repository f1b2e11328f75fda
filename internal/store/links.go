package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/identity"
)

type linkRow struct {
	bun.BaseModel `bun:"table:identities"`

	ID         string `bun:",pk"`
	Provider   string
	Subject    string
	UserID     string
	UserName   string
	Email      string
	ExternalID string
	State      string
	Why        string
	CreatedAt  int64
	DecidedBy  string
	DecidedAt  int64
	Version    int64
}

func fromLink(l identity.Link) linkRow {
	return linkRow{
		ID: l.ID, Provider: l.Provider, Subject: l.Subject, UserID: l.UserID, UserName: l.UserName, Email: l.Email, ExternalID: l.ExternalID,
		State: string(l.State), Why: l.Why, CreatedAt: micros(l.CreatedAt), DecidedBy: l.DecidedBy,
		DecidedAt: micros(l.DecidedAt), Version: l.Version,
	}
}

func (r linkRow) link() identity.Link {
	return identity.Link{
		ID: r.ID, Provider: r.Provider, Subject: r.Subject, UserID: r.UserID, UserName: r.UserName, Email: r.Email, ExternalID: r.ExternalID,
		State: identity.LinkState(r.State), Why: r.Why, CreatedAt: instant(r.CreatedAt), DecidedBy: r.DecidedBy,
		DecidedAt: instant(r.DecidedAt), Version: r.Version,
	}
}

func linkWhere(ctx context.Context, db bun.IDB, where string, values ...any) (identity.Link, bool, error) {
	var row linkRow
	if found, err := one(ctx, db.NewSelect().Model(&row).Where(where, values...), "identity"); !found {
		return identity.Link{}, false, err
	}
	return row.link(), true, nil
}

const linkOfSubject = "provider = ? AND subject = ? AND state = 'linked'"

// LinkOf a provider's subject: the one in force.
func (i identityStore) LinkOf(ctx context.Context, provider, subject string) (identity.Link, bool, error) {
	return linkWhere(ctx, i.s.ro, linkOfSubject, provider, subject)
}

// Links lists links, the newest first.
func (i identityStore) Links(ctx context.Context, f identity.LinkFilter) (all []identity.Link, err error) {
	err = i.s.view(ctx, func(ctx context.Context, t *tx) error {
		var rows []linkRow
		q := t.NewSelect().Model(&rows).Order("created_at DESC", "id DESC")
		if f.State != "" {
			q = q.Where("state = ?", string(f.State))
		}
		if f.UserID != "" {
			q = q.Where("user_id = ?", f.UserID)
		}
		if f.After != "" {
			q = q.Where("(created_at, id) < (SELECT created_at, id FROM identities WHERE id = ?)", f.After)
		}
		if f.Limit > 0 {
			q = q.Limit(int64(f.Limit))
		}
		if err := q.Scan(ctx); err != nil {
			return fmt.Errorf("read identities: %w", err)
		}
		all = make([]identity.Link, 0, len(rows))
		for _, r := range rows {
			all = append(all, r.link())
		}
		return nil
	})
	return all, err
}

func (t identityTx) Link(ctx context.Context, id string) (identity.Link, bool, error) {
	return linkWhere(ctx, t.tx, "id = ?", id)
}

func (t identityTx) LinkOf(ctx context.Context, provider, subject string) (identity.Link, bool, error) {
	return linkWhere(ctx, t.tx, linkOfSubject, provider, subject)
}

func (t identityTx) LinkTo(ctx context.Context, provider, userID string) (identity.Link, bool, error) {
	return linkWhere(ctx, t.tx, "provider = ? AND user_id = ? AND state = 'linked'", provider, userID)
}

func (t identityTx) OpenLink(ctx context.Context, provider, subject, userID string) (identity.Link, bool, error) {
	return linkWhere(ctx, t.tx, "provider = ? AND subject = ? AND user_id = ? AND state IN ('waiting', 'refused')", provider, subject, userID)
}

func (t identityTx) PutLink(ctx context.Context, l identity.Link, c access.Change) error {
	row := fromLink(l)
	if err := t.put(ctx, &row, row.ID, &row.Version); err != nil {
		return fmt.Errorf("write identity %s: %w", l.ID, err)
	}
	return t.Apply(ctx, c)
}
