package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/identity"
)

// Deployment is what the database knows of itself.
type Deployment struct {
	IdentityStoreID string    // "" until AWS was asked for the first time
	RecoverySince   time.Time // zero: not in recovery mode
	RecoveryReason  string
}

type deploymentRow struct {
	bun.BaseModel `bun:"table:deployment"`

	ID              int64 `bun:",pk"`
	IdentityStoreID string
	RecoverySince   int64
	RecoveryReason  string
}

func (r deploymentRow) deployment() Deployment {
	return Deployment{IdentityStoreID: r.IdentityStoreID, RecoverySince: instant(r.RecoverySince), RecoveryReason: r.RecoveryReason}
}

// Deployment reads what the database knows of itself.
func (s *Store) Deployment(ctx context.Context) (d Deployment, err error) {
	err = s.view(ctx, func(ctx context.Context, t *tx) error {
		d, err = t.deployment(ctx)
		return err
	})
	return d, err
}

func (t *tx) deployment(ctx context.Context) (Deployment, error) {
	var row deploymentRow
	q := t.NewSelect().Model(&row).Where("id = 1")
	if err := q.Scan(ctx); err != nil {
		return Deployment{}, fmt.Errorf("read deployment: %w", err)
	}
	return row.deployment(), nil
}

// BindIdentityStore remembers which identity store the database belongs to, if it belonged to none.
func (s *Store) BindIdentityStore(ctx context.Context, id string) error {
	return s.update(ctx, func(ctx context.Context, t *tx) error {
		if _, err := t.NewRaw("UPDATE deployment SET identity_store_id = ? WHERE id = 1 AND identity_store_id = ''", id).Exec(ctx); err != nil {
			return fmt.Errorf("bind identity store: %w", err)
		}
		t.wrote = true
		return nil
	})
}

// EnterRecovery puts the deployment into recovery mode, in one transaction with everything that must not be given
// any more: votes are void, what is pending or agreed ends, proposals are overtaken, tokens are revoked, sign-ins end, and
// dialogs with passkeys are forgotten. Passkeys stay: they show only that somebody who signed in is really them. When the
// mode is on already, the reason first given stays, and the rest is done again.
func (s *Store) EnterRecovery(ctx context.Context, reason string, now time.Time) error {
	return s.update(ctx, func(ctx context.Context, t *tx) error {
		t.wrote = true
		d, err := t.deployment(ctx)
		if err != nil {
			return err
		}
		if d.RecoverySince.IsZero() {
			if _, err := t.NewRaw("UPDATE deployment SET recovery_since = ?, recovery_reason = ? WHERE id = 1", micros(now), reason).Exec(ctx); err != nil {
				return fmt.Errorf("enter recovery mode: %w", err)
			}
		}
		for _, c := range []struct {
			what, query string
			args        []any
		}{
			{"void votes", "UPDATE votes SET void = ? WHERE void = ?", []any{true, false}},
			{"end sign-ins", "UPDATE sign_ins SET ended_at = ?, end_reason = ? WHERE ended_at = 0", []any{micros(now), identity.EndRecovery}},
			{"forget passkey challenges", "DELETE FROM passkey_challenges WHERE expires_at > ?", []any{0}},
			{"revoke tokens", "UPDATE tokens SET revoked_at = ? WHERE revoked_at = 0", []any{micros(now)}},
			{
				"overtake proposals",
				"UPDATE policy_proposals SET state = 'overtaken', decided_at = ?, version = version + 1 WHERE state = 'proposed'",
				[]any{micros(now)},
			},
		} {
			if _, err := t.NewRaw(c.query, c.args...).Exec(ctx); err != nil {
				return fmt.Errorf("%s: %w", c.what, err)
			}
		}
		if err := t.endUndelivered(ctx, now); err != nil {
			return err
		}
		return t.Apply(ctx, access.EnterRecovery(reason, now))
	})
}

// endUndelivered ends what could still give access, request by request.
func (t *tx) endUndelivered(ctx context.Context, now time.Time) error {
	var ids []string
	err := t.NewRaw(`SELECT request_id FROM targets WHERE pending_until > 0
		UNION SELECT request_id FROM elevations WHERE state IN ('waiting', 'scheduled', 'activating') ORDER BY request_id`).Scan(ctx, &ids)
	if err != nil {
		return fmt.Errorf("find what could still give access: %w", err)
	}
	for _, id := range ids {
		c, err := t.Case(ctx, id)
		if err != nil {
			return err
		}
		change, err := access.Recover(c, now)
		if err != nil {
			return err
		}
		if len(change.Events) == 0 {
			continue
		}
		if err := t.Apply(ctx, change); err != nil {
			return err
		}
	}
	return nil
}

// ReleaseRecovery ends recovery mode.
func (s *Store) ReleaseRecovery(ctx context.Context, by access.Actor, now time.Time) error {
	return s.update(ctx, func(ctx context.Context, t *tx) error {
		d, err := t.deployment(ctx)
		if err != nil {
			return err
		}
		change, err := access.ReleaseRecovery(d.RecoverySince, by, now)
		if err != nil {
			return err
		}
		if _, err := t.NewRaw("UPDATE deployment SET recovery_since = 0, recovery_reason = '' WHERE id = 1").Exec(ctx); err != nil {
			return fmt.Errorf("release recovery mode: %w", err)
		}
		return t.Apply(ctx, change)
	})
}

// Checkpoint is the present head of the log, in the form that is kept outside the database.
func (s *Store) Checkpoint(ctx context.Context, now time.Time) (audit.Checkpoint, error) {
	head, err := s.Head(ctx)
	if err != nil {
		return audit.Checkpoint{}, err
	}
	d, err := s.Deployment(ctx)
	return audit.Checkpoint{Head: head, IdentityStoreID: d.IdentityStoreID, At: now.UTC()}, err
}

// LogSize is how many events there are.
func (s *Store) LogSize(ctx context.Context) (size int64, err error) {
	err = s.view(ctx, func(ctx context.Context, t *tx) error {
		size, err = t.logSize(ctx)
		return err
	})
	return size, err
}
