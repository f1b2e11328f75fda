package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/identity"
)

type tokenRow struct {
	bun.BaseModel `bun:"table:tokens"`

	Hash      string `bun:",pk"`
	UserID    string
	Label     string
	IssuedAt  int64
	ExpiresAt int64
	RevokedAt int64
}

func (r tokenRow) token() identity.Token {
	return identity.Token{
		Hash: r.Hash, UserID: r.UserID, Label: r.Label, IssuedAt: instant(r.IssuedAt), ExpiresAt: instant(r.ExpiresAt), RevokedAt: instant(r.RevokedAt),
	}
}

// AddToken keeps a token that was issued.
func (s *Store) AddToken(ctx context.Context, t identity.Token, e audit.Event) error {
	row := tokenRow{Hash: t.Hash, UserID: t.UserID, Label: t.Label, IssuedAt: micros(t.IssuedAt), ExpiresAt: micros(t.ExpiresAt)}
	return s.update(ctx, func(ctx context.Context, tx *tx) error {
		tx.wrote = true
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return fmt.Errorf("write token: %w", err)
		}
		return tx.appendEvents(ctx, []audit.Event{e})
	})
}

// Token by hash.
func (s *Store) Token(ctx context.Context, hash string) (identity.Token, bool, error) {
	var row tokenRow
	err := s.ro.NewSelect().Model(&row).Where("hash = ?", hash).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return identity.Token{}, false, nil
	}
	if err != nil {
		return identity.Token{}, false, fmt.Errorf("read token: %w", err)
	}
	return row.token(), true, nil
}

// Tokens that still work, of a user or of everybody.
func (s *Store) Tokens(ctx context.Context, userID string, now time.Time) ([]identity.Token, error) {
	var rows []tokenRow
	q := s.ro.NewSelect().Model(&rows).Where("revoked_at = 0 AND expires_at > ?", micros(now)).Order("issued_at DESC", "hash")
	if userID != "" {
		q = q.Where("user_id = ?", userID)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	return tokensOf(rows), nil
}

// RevokeTokens revokes what p names.
func (s *Store) RevokeTokens(
	ctx context.Context, p identity.Pick, at time.Time, record func(identity.Token) audit.Event,
) (revoked []identity.Token, err error) {
	err = s.update(ctx, func(ctx context.Context, tx *tx) error {
		rows, err := tx.revokeTokens(ctx, p, at)
		if err != nil || len(rows) == 0 {
			return err
		}
		revoked = tokensOf(rows)
		events := make([]audit.Event, 0, len(revoked))
		for _, t := range revoked {
			events = append(events, record(t))
		}
		return tx.appendEvents(ctx, events)
	})
	return revoked, err
}

// revokeTokens revokes what p names and is not revoked yet. A pick that names nothing picks nothing.
func (t *tx) revokeTokens(ctx context.Context, p identity.Pick, at time.Time) ([]tokenRow, error) {
	var rows []tokenRow
	q := t.NewSelect().Model(&rows).Where("revoked_at = 0").Order("issued_at", "hash")
	switch {
	case p.HashPrefix != "":
		q = q.Where("substr(hash, 1, ?) = ?", len(p.HashPrefix), p.HashPrefix)
	case p.UserID != "":
		q = q.Where("user_id = ?", p.UserID)
	case !p.All:
		return nil, nil
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	for i := range rows {
		rows[i].RevokedAt = micros(at)
		if err := once(t.NewUpdate().Model(&rows[i]).Column("revoked_at").Where("hash = ?", rows[i].Hash).Exec(ctx)); err != nil {
			return nil, fmt.Errorf("revoke token: %w", err)
		}
		t.wrote = true
	}
	return rows, nil
}

func tokensOf(rows []tokenRow) []identity.Token {
	out := make([]identity.Token, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.token())
	}
	return out
}
