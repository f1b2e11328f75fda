package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/uptrace/bun"
)

type usedAnswerRow struct {
	bun.BaseModel `bun:"table:used_answers"`

	Name      string `bun:",pk"`
	KeptUntil int64
}

// UseAnswer notes an answer of an identity provider as used until then, by all its names. It says false, and notes
// nothing, where one of them was used already, here or by another replica. It is no change of state, and has no event:
// the sign-in that follows has.
func (s *Store) UseAnswer(ctx context.Context, names []string, until, now time.Time) (fresh bool, err error) {
	rows := make([]usedAnswerRow, 0, len(names))
	hashes := make([]string, 0, len(names))
	for _, name := range names {
		sum := sha256.Sum256([]byte(name))
		hashes = append(hashes, hex.EncodeToString(sum[:]))
		rows = append(rows, usedAnswerRow{Name: hashes[len(hashes)-1], KeptUntil: max(micros(until), micros(now))})
	}
	err = s.update(ctx, func(ctx context.Context, t *tx) error {
		used, err := t.NewSelect().Model((*usedAnswerRow)(nil)).Where("name IN (?)", bun.List(hashes)).Count(ctx)
		if err != nil {
			return fmt.Errorf("look for used answer: %w", err)
		}
		if fresh = used == 0; !fresh {
			return nil
		}
		if _, err := t.NewInsert().Model(&rows).Exec(ctx); err != nil {
			return fmt.Errorf("note used answer: %w", err)
		}
		return nil
	})
	return fresh && err == nil, err
}

// ForgetAnswers forgets some of the answers that are refused as too old by now. It is a step of a due runner.
func (s *Store) ForgetAnswers(ctx context.Context, now time.Time) (did bool, next time.Time, err error) {
	var first int64
	if err := s.ro.NewRaw("SELECT coalesce(min(kept_until), 0) FROM used_answers").Scan(ctx, &first); err != nil {
		return false, time.Time{}, reached(fmt.Errorf("look for used answers: %w", err))
	}
	if first == 0 || first > micros(now) {
		return false, now.Add(forgetAgain), nil
	}
	err = s.update(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.NewRaw("DELETE FROM used_answers WHERE name IN (SELECT name FROM used_answers WHERE kept_until <= ? ORDER BY kept_until LIMIT ?)",
			micros(now), forgottenAtOnce).Exec(ctx)
		if err != nil {
			return fmt.Errorf("forget used answers: %w", err)
		}
		return nil
	})
	return err == nil, now, err
}
