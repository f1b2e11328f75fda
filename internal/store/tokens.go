package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/identity"
)

type tokenRow struct {
	bun.BaseModel `bun:"table:tokens"`

	Hash       string `bun:",pk"`
	UserID     string
	HolderID   string
	Scopes     string
	Label      string
	IssuedBy   string
	IssuedAt   int64
	ExpiresAt  int64
	RevokedAt  int64
	LastUsedAt int64
	KeylessID  string
}

// fromToken gives the row of a new token. user_id is for replicas of the version before, which know no scopes: they are
// to find somebody only behind a token that may be used for everything.
func fromToken(t identity.Token) tokenRow {
	row := tokenRow{
		Hash: t.Hash, HolderID: t.UserID + t.MachineID, Scopes: list(t.Scopes), Label: t.Label, IssuedBy: t.IssuedBy,
		IssuedAt: micros(t.IssuedAt), ExpiresAt: micros(t.ExpiresAt), KeylessID: t.KeylessID,
	}
	if len(access.MissingScopes(access.AllScopes(), t.Scopes)) == 0 {
		row.UserID = t.UserID
	}
	return row
}

func (r tokenRow) token() (identity.Token, error) {
	t := identity.Token{
		Hash: r.Hash, Label: r.Label, IssuedBy: r.IssuedBy, IssuedAt: instant(r.IssuedAt), ExpiresAt: instant(r.ExpiresAt),
		RevokedAt: instant(r.RevokedAt), LastUsedAt: instant(r.LastUsedAt), KeylessID: r.KeylessID,
	}
	// A replica of the version before writes neither holder nor scopes.
	if holder := cmp.Or(r.HolderID, r.UserID); strings.HasPrefix(holder, identity.MachinePrefix+"_") {
		t.MachineID = holder
	} else {
		t.UserID = holder
	}
	if r.Scopes == "" {
		t.Scopes = access.AllScopes()
	} else {
		var err error
		if t.Scopes, err = unlist[access.Scope](r.Scopes); err != nil {
			return t, err
		}
	}
	if t.MachineID == "" {
		// One of before may say more; what it can be used for is what is shown.
		t.Scopes = access.CommonScopes(t.Scopes, access.PersonalScopes())
	}
	return t, nil
}

func tokensOf(rows []tokenRow) ([]identity.Token, error) {
	out := make([]identity.Token, 0, len(rows))
	for _, r := range rows {
		t, err := r.token()
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// Identity is the storage of tokens and machine clients.
func (s *Store) Identity() identity.Store { return identityStore{s} }

type identityStore struct{ s *Store }

func (i identityStore) Update(ctx context.Context, f func(context.Context, identity.Tx) error) error {
	return i.s.update(ctx, func(ctx context.Context, t *tx) error { return f(ctx, identityTx{t}) })
}

// Token by hash.
func (i identityStore) Token(ctx context.Context, hash string) (identity.Token, bool, error) {
	var row tokenRow
	if found, err := one(ctx, i.s.ro.NewSelect().Model(&row).Where("hash = ?", hash), "token"); !found {
		return identity.Token{}, false, err
	}
	t, err := row.token()
	return t, err == nil, err
}

// Tokens lists tokens, the newest first.
func (i identityStore) Tokens(ctx context.Context, f identity.TokenFilter) (tokens []identity.Token, err error) {
	err = i.s.view(ctx, func(ctx context.Context, t *tx) error {
		tokens, err = t.tokens(ctx, f)
		return err
	})
	return tokens, err
}

func (t *tx) tokens(ctx context.Context, f identity.TokenFilter) ([]identity.Token, error) {
	var rows []tokenRow
	q := t.NewSelect().Model(&rows).Order("issued_at DESC", "hash DESC")
	if f.Holders != nil {
		q = q.Where("(holder_id IN (?) OR (holder_id = '' AND user_id IN (?)))", bun.List(f.Holders), bun.List(f.Holders))
	}
	if !f.Working.IsZero() {
		q = q.Where("revoked_at = 0 AND expires_at > ?", micros(f.Working))
	}
	if f.After != "" {
		q = q.Where("(issued_at, hash) < (SELECT issued_at, hash FROM tokens WHERE hash = ?)", f.After)
	}
	if f.Limit > 0 {
		q = q.Limit(int64(f.Limit))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	return tokensOf(rows)
}

// UsedTokens notes last uses. Nothing is decided by them, so that nobody is woken.
func (i identityStore) UsedTokens(ctx context.Context, used map[string]time.Time) error {
	return i.s.update(ctx, func(ctx context.Context, t *tx) error {
		for _, hash := range slices.Sorted(maps.Keys(used)) {
			at := micros(used[hash])
			if _, err := t.NewRaw("UPDATE tokens SET last_used_at = ? WHERE hash = ? AND last_used_at < ?", at, hash, at).Exec(ctx); err != nil {
				return fmt.Errorf("write last use of token: %w", err)
			}
		}
		return nil
	})
}

// identityTx gives a transaction the names that identity knows.
type identityTx struct{ *tx }

func (t identityTx) WorkingTokens(ctx context.Context, holder string, now time.Time) ([]identity.Token, error) {
	return t.tokens(ctx, identity.TokenFilter{Holders: []string{holder}, Working: now})
}

func (t identityTx) AddToken(ctx context.Context, token identity.Token, e audit.Event) error {
	t.wrote = true
	row := fromToken(token)
	if _, err := t.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("write token: %w", err)
	}
	return t.appendEvents(ctx, []audit.Event{e})
}

func (t identityTx) Picked(ctx context.Context, p identity.Pick) ([]identity.Token, error) {
	var rows []tokenRow
	q := t.NewSelect().Model(&rows).Where("revoked_at = 0").Order("issued_at", "hash")
	switch {
	case p.HashPrefix != "":
		q = q.Where("hash >= ? AND hash < ?", p.HashPrefix, p.HashPrefix+"g") // after f, the last digit
	case p.Holder != "":
		q = q.Where("(holder_id = ? OR (holder_id = '' AND user_id = ?))", p.Holder, p.Holder)
	case p.KeylessID != "":
		q = q.Where("keyless_id = ?", p.KeylessID)
	case !p.All:
		return nil, nil
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	return tokensOf(rows)
}

func (t identityTx) RevokeToken(ctx context.Context, token identity.Token, at time.Time, e audit.Event) error {
	t.wrote = true
	err := once(t.NewRaw("UPDATE tokens SET revoked_at = ? WHERE hash = ? AND revoked_at = 0", micros(at), token.Hash).Exec(ctx))
	if err != nil {
		return fmt.Errorf("revoke token: %w", err)
	}
	return t.appendEvents(ctx, []audit.Event{e})
}
