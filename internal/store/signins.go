package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/identity"
)

type signInRow struct {
	bun.BaseModel `bun:"table:sign_ins"`

	ID          string `bun:",pk"`
	Hash        string
	SecretUntil int64
	UserID      string
	Kind        string
	Provider    string
	Subject     string
	ParentID    string
	Proofs      string
	StartedAt   int64
	LastSeenAt  int64
	ExpiresAt   int64
	IdleAfter   int64
	EndedAt     int64
	EndReason   string
	Address     string
	UserAgent   string
	Version     int64
}

func fromSignIn(in identity.SignIn) signInRow {
	return signInRow{
		ID: in.ID, Hash: in.Hash, SecretUntil: micros(in.SecretUntil), UserID: in.UserID, Kind: string(in.Kind), Provider: in.Provider,
		Subject: in.Subject, ParentID: in.ParentID, Proofs: list(in.Proofs), StartedAt: micros(in.StartedAt), LastSeenAt: micros(in.LastSeenAt),
		ExpiresAt: micros(in.ExpiresAt), IdleAfter: in.IdleAfter.Microseconds(), EndedAt: micros(in.EndedAt), EndReason: in.EndReason,
		Address: in.Address, UserAgent: in.UserAgent, Version: in.Version,
	}
}

func (r signInRow) signIn() (identity.SignIn, error) {
	proofs, err := unlist[access.Proof](r.Proofs)
	return identity.SignIn{
		ID: r.ID, Hash: r.Hash, SecretUntil: instant(r.SecretUntil), UserID: r.UserID, Kind: identity.Kind(r.Kind), Provider: r.Provider,
		Subject: r.Subject, ParentID: r.ParentID, Proofs: proofs, StartedAt: instant(r.StartedAt), LastSeenAt: instant(r.LastSeenAt),
		ExpiresAt: instant(r.ExpiresAt), IdleAfter: time.Duration(r.IdleAfter) * time.Microsecond, EndedAt: instant(r.EndedAt),
		EndReason: r.EndReason, Address: r.Address, UserAgent: r.UserAgent, Version: r.Version,
	}, err
}

func signInWhere(ctx context.Context, db bun.IDB, where, value string) (identity.SignIn, bool, error) {
	var row signInRow
	if found, err := one(ctx, db.NewSelect().Model(&row).Where(where, value), "sign-in"); !found {
		return identity.SignIn{}, false, err
	}
	in, err := row.signIn()
	return in, err == nil, err
}

// SignIn by id.
func (i identityStore) SignIn(ctx context.Context, id string) (identity.SignIn, bool, error) {
	return signInWhere(ctx, i.s.ro, "id = ?", id)
}

// SignInByHash of its secret.
func (i identityStore) SignInByHash(ctx context.Context, hash string) (identity.SignIn, bool, error) {
	return signInWhere(ctx, i.s.ro, "hash = ?", hash)
}

// SignIns lists sign-ins, the newest first.
func (i identityStore) SignIns(ctx context.Context, f identity.SignInFilter) (all []identity.SignIn, err error) {
	err = i.s.view(ctx, func(ctx context.Context, t *tx) error {
		var rows []signInRow
		q := t.NewSelect().Model(&rows).Order("started_at DESC", "id DESC")
		if f.UserID != "" {
			q = q.Where("user_id = ?", f.UserID)
		}
		if f.Kind != "" {
			q = q.Where("kind = ?", string(f.Kind))
		}
		if !f.Open.IsZero() {
			q = q.Where("ended_at = 0 AND expires_at > ?", micros(f.Open)).
				Where("(idle_after = 0 OR last_seen_at + idle_after > ?)", micros(f.Open))
		}
		if f.After != "" {
			q = q.Where("(started_at, id) < (SELECT started_at, id FROM sign_ins WHERE id = ?)", f.After)
		}
		if f.Limit > 0 {
			q = q.Limit(int64(f.Limit))
		}
		if err := q.Scan(ctx); err != nil {
			return fmt.Errorf("read sign-ins: %w", err)
		}
		all, err = signInsOf(rows)
		return err
	})
	return all, err
}

func signInsOf(rows []signInRow) ([]identity.SignIn, error) {
	all := make([]identity.SignIn, 0, len(rows))
	for _, r := range rows {
		in, err := r.signIn()
		if err != nil {
			return nil, err
		}
		all = append(all, in)
	}
	return all, nil
}

// SeenSignIns notes last uses. Nobody waits for that.
func (i identityStore) SeenSignIns(ctx context.Context, seen map[string]time.Time) error {
	return i.s.update(ctx, func(ctx context.Context, t *tx) error {
		for _, id := range slices.Sorted(maps.Keys(seen)) {
			at := micros(seen[id])
			if _, err := t.NewRaw("UPDATE sign_ins SET last_seen_at = ? WHERE id = ? AND last_seen_at < ?", at, id, at).Exec(ctx); err != nil {
				return fmt.Errorf("write last use of sign-in: %w", err)
			}
		}
		return nil
	})
}

func (t identityTx) SignIn(ctx context.Context, id string) (identity.SignIn, bool, error) {
	return signInWhere(ctx, t.tx, "id = ?", id)
}

func (t identityTx) SignInByHash(ctx context.Context, hash string) (identity.SignIn, bool, error) {
	return signInWhere(ctx, t.tx, "hash = ?", hash)
}

func (t identityTx) OpenSignIns(ctx context.Context, userID string, now time.Time) ([]identity.SignIn, error) {
	var rows []signInRow
	q := t.NewSelect().Model(&rows).Where("ended_at = 0 AND expires_at > ?", micros(now)).Order("started_at", "id")
	if userID != "" {
		q = q.Where("user_id = ?", userID)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("read sign-ins: %w", err)
	}
	return signInsOf(rows)
}

func (t identityTx) PutSignIn(ctx context.Context, in identity.SignIn, e audit.Event) error {
	if err := t.RenewSignIn(ctx, in); err != nil {
		return err
	}
	return t.appendEvents(ctx, []audit.Event{e})
}

func (t identityTx) RenewSignIn(ctx context.Context, in identity.SignIn) error {
	t.wrote = true
	row := fromSignIn(in)
	if err := t.put(ctx, &row, row.ID, &row.Version); err != nil {
		return fmt.Errorf("write sign-in %s: %w", in.ID, err)
	}
	return nil
}

func (t identityTx) Record(ctx context.Context, e audit.Event) error {
	t.wrote = true
	return t.appendEvents(ctx, []audit.Event{e})
}
