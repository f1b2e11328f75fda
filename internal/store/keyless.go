package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/identity"
)

type keylessRow struct {
	bun.BaseModel `bun:"table:machine_keyless"`

	ID        string `bun:",pk"`
	MachineID string
	Issuer    string
	Claims    string
	CreatedBy string
	CreatedAt int64
}

func fromKeyless(k identity.Keyless) (keylessRow, error) {
	claims, err := json.Marshal(k.Claims) // in the order of their names
	if err != nil {
		return keylessRow{}, fmt.Errorf("write claims: %w", err)
	}
	return keylessRow{
		ID: k.ID, MachineID: k.MachineID, Issuer: k.Issuer, Claims: string(claims), CreatedBy: k.CreatedBy, CreatedAt: micros(k.CreatedAt),
	}, nil
}

func (r keylessRow) keyless() (identity.Keyless, error) {
	k := identity.Keyless{ID: r.ID, MachineID: r.MachineID, Issuer: r.Issuer, CreatedBy: r.CreatedBy, CreatedAt: instant(r.CreatedAt)}
	if err := json.Unmarshal([]byte(r.Claims), &k.Claims); err != nil {
		return k, fmt.Errorf("read claims of %s: %w", r.ID, err)
	}
	return k, nil
}

// KeylessOf are the keyless ways of a machine client, the oldest first.
func (i identityStore) KeylessOf(ctx context.Context, machineID string) (ways []identity.Keyless, err error) {
	err = i.s.view(ctx, func(ctx context.Context, t *tx) error {
		ways, err = identityTx{t}.KeylessOf(ctx, machineID)
		return err
	})
	return ways, err
}

// Keyless way by id.
func (i identityStore) Keyless(ctx context.Context, id string) (identity.Keyless, bool, error) {
	var row keylessRow
	if found, err := one(ctx, i.s.ro.NewSelect().Model(&row).Where("id = ?", id), "keyless way"); !found {
		return identity.Keyless{}, false, err
	}
	k, err := row.keyless()
	return k, err == nil, err
}

func (t identityTx) KeylessOf(ctx context.Context, machineID string) ([]identity.Keyless, error) {
	var rows []keylessRow
	if err := t.NewSelect().Model(&rows).Where("machine_id = ?", machineID).Order("created_at", "id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read keyless ways: %w", err)
	}
	ways := make([]identity.Keyless, 0, len(rows))
	for _, r := range rows {
		k, err := r.keyless()
		if err != nil {
			return nil, err
		}
		ways = append(ways, k)
	}
	return ways, nil
}

func (t identityTx) AddKeyless(ctx context.Context, k identity.Keyless, e audit.Event) error {
	t.wrote = true
	row, err := fromKeyless(k)
	if err != nil {
		return err
	}
	if _, err := t.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("write keyless way: %w", err)
	}
	return t.appendEvents(ctx, []audit.Event{e})
}

func (t identityTx) RemoveKeyless(ctx context.Context, id string, e audit.Event) error {
	t.wrote = true
	if err := once(t.NewRaw("DELETE FROM machine_keyless WHERE id = ?", id).Exec(ctx)); err != nil {
		return fmt.Errorf("remove keyless way: %w", err)
	}
	return t.appendEvents(ctx, []audit.Event{e})
}

const (
	// usedKept is how long it is known of an ID token that it was used, after it expired: a replica whose clock is behind
	// may not know yet that it did.
	usedKept = time.Hour
	// deadKept is how long tokens that came by ID tokens are listed after they expired. There are as many as jobs.
	deadKept = 7 * 24 * time.Hour
)

func (t identityTx) UseIDToken(ctx context.Context, fingerprint, machineID string, until time.Time) (fresh bool, err error) {
	t.wrote = true
	result, err := t.NewRaw("INSERT INTO used_id_tokens (fingerprint, machine_id, kept_until) VALUES (?, ?, ?) ON CONFLICT (fingerprint) DO NOTHING",
		fingerprint, machineID, micros(until.Add(usedKept))).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("write used ID token: %w", err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("write used ID token: %w", err)
	}
	return n == 1, nil
}

// ForgetIDTokens forgets some of the ID tokens that were used and have expired, and of the tokens that came by such a
// while ago. It is a step of a due runner. No event tells of it: nothing changes that anybody could use.
func (s *Store) ForgetIDTokens(ctx context.Context, now time.Time) (did bool, next time.Time, err error) {
	var over int
	err = s.ro.NewRaw("SELECT (SELECT count(*) FROM (SELECT 1 AS one FROM used_id_tokens WHERE kept_until <= ? LIMIT 1) AS u) + "+
		"(SELECT count(*) FROM (SELECT 1 AS one FROM tokens WHERE keyless_id <> '' AND expires_at <= ? LIMIT 1) AS t)",
		micros(now), micros(now.Add(-deadKept))).Scan(ctx, &over)
	if err != nil {
		return false, time.Time{}, reached(fmt.Errorf("look for ID tokens: %w", err))
	}
	if over == 0 {
		return false, now.Add(forgetAgain), nil
	}
	err = s.update(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.NewRaw("DELETE FROM used_id_tokens WHERE fingerprint IN "+
			"(SELECT fingerprint FROM used_id_tokens WHERE kept_until <= ? ORDER BY kept_until LIMIT ?)", micros(now), forgottenAtOnce).Exec(ctx)
		if err != nil {
			return fmt.Errorf("forget ID tokens: %w", err)
		}
		_, err = t.NewRaw("DELETE FROM tokens WHERE hash IN "+
			"(SELECT hash FROM tokens WHERE keyless_id <> '' AND expires_at <= ? ORDER BY expires_at LIMIT ?)",
			micros(now.Add(-deadKept)), forgottenAtOnce).Exec(ctx)
		if err != nil {
			return fmt.Errorf("forget tokens: %w", err)
		}
		return nil
	})
	return err == nil, now, err
}
