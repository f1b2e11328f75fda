package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/idempotency"
)

type idempotencyRow struct {
	bun.BaseModel `bun:"table:idempotency_keys"`

	Caller      string `bun:",pk"`
	Operation   string `bun:",pk"`
	Key         string `bun:",pk"`
	Part        string `bun:",pk"`
	Fingerprint string
	Sequence    int64
	KeptUntil   int64
}

// useKey writes the key of the context, if it has one, as used by the change whose first event is at sequence. Every
// change has an event (P6), so that this is called by whatever writes events and no change can miss it.
func (t *tx) useKey(ctx context.Context, sequence int64, at time.Time) error {
	k, ok := idempotency.From(ctx)
	if !ok {
		return nil
	}
	row := idempotencyRow{
		Caller: k.Caller, Operation: k.Operation, Key: k.Text, Part: k.Part, Fingerprint: k.Fingerprint, Sequence: sequence,
		KeptUntil: micros(at.Add(idempotency.KeptFor)),
	}
	res, err := t.NewInsert().Model(&row).
		On("CONFLICT (caller, operation, key, part) DO UPDATE").
		Set("fingerprint = EXCLUDED.fingerprint").Set("sequence = EXCLUDED.sequence").Set("kept_until = EXCLUDED.kept_until").
		Where("idempotency_row.kept_until <= ?", micros(at)).
		Exec(ctx)
	if err != nil {
		return fmt.Errorf("write idempotency key: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("write idempotency key: %w", err)
	}
	if n == 0 {
		return idempotency.ErrUsed
	}
	return nil
}

// UsedKeys gives what is remembered of a key, by part; nothing when it was not used.
func (s *Store) UsedKeys(ctx context.Context, k idempotency.Key, now time.Time) ([]idempotency.Used, error) {
	var rows []idempotencyRow
	err := s.ro.NewSelect().Model(&rows).
		Where("caller = ? AND operation = ? AND key = ? AND kept_until > ?", k.Caller, k.Operation, k.Text, micros(now)).
		Order("part").Scan(ctx)
	if err != nil {
		return nil, reached(fmt.Errorf("read idempotency key: %w", err))
	}
	used := make([]idempotency.Used, 0, len(rows))
	for _, r := range rows {
		used = append(used, idempotency.Used{Part: r.Part, Fingerprint: r.Fingerprint, Sequence: r.Sequence})
	}
	return used, nil
}

const (
	// forgottenAtOnce bounds how long the one writer is kept from other work.
	forgottenAtOnce = 1000
	// forgetAgain is when to look again where nothing is to be forgotten: long after its time a key does no harm.
	forgetAgain = time.Hour
)

// ForgetKeys forgets some of the keys whose time is over. It is a step of a due runner. No event tells of it: nothing
// that anybody could see changes.
func (s *Store) ForgetKeys(ctx context.Context, now time.Time) (did bool, next time.Time, err error) {
	var first int64
	if err := s.ro.NewRaw("SELECT coalesce(min(kept_until), 0) FROM idempotency_keys").Scan(ctx, &first); err != nil {
		return false, time.Time{}, reached(fmt.Errorf("look for idempotency keys: %w", err))
	}
	if first == 0 || first > micros(now) {
		return false, now.Add(forgetAgain), nil
	}
	err = s.update(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.NewRaw("DELETE FROM idempotency_keys WHERE (caller, operation, key, part) IN "+
			"(SELECT caller, operation, key, part FROM idempotency_keys WHERE kept_until <= ? ORDER BY kept_until LIMIT ?)",
			micros(now), forgottenAtOnce).Exec(ctx)
		if err != nil {
			return fmt.Errorf("forget idempotency keys: %w", err)
		}
		return nil
	})
	return err == nil, now, err
}
