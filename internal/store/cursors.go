package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"
)

// Cursor is how far somebody has come in the event log. It is a due row like any other: claimed by a lease, moved by
// compare-and-swap.
type Cursor struct {
	Name        string
	Sequence    int64 // the next event to look at
	DueAt       time.Time
	LeasedUntil time.Time
	Tries       int // in a row that failed
	Version     int64
}

type cursorRow struct {
	bun.BaseModel `bun:"table:cursors"`

	Name        string `bun:",pk"`
	Sequence    int64
	DueAt       int64
	LeasedUntil int64
	Tries       int64
	Version     int64
}

// ClaimCursor leases the cursor until the given instant if it is due and nobody else has it. A cursor that does not exist
// begins at start. When it is not to be had, found is false and next says when to ask again.
func (s *Store) ClaimCursor(ctx context.Context, name string, start int64, now, until time.Time) (c Cursor, found bool, next time.Time, err error) {
	err = s.update(ctx, func(ctx context.Context, t *tx) error {
		found = false
		row := cursorRow{Name: name, Sequence: start, DueAt: micros(now), Version: 1}
		if _, err := t.NewInsert().Model(&row).On("CONFLICT (name) DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("begin cursor %s: %w", name, err)
		}
		if err := t.NewSelect().Model(&row).Where("name = ?", name).Scan(ctx); err != nil {
			return fmt.Errorf("read cursor %s: %w", name, err)
		}
		if free := max(row.DueAt, row.LeasedUntil); free > micros(now) {
			next = instant(free)
			return nil
		}
		res, err := t.NewRaw("UPDATE cursors SET leased_until = ?, version = version + 1 WHERE name = ? AND version = ?",
			micros(until), name, row.Version).Exec(ctx)
		if err := once(res, err); err != nil {
			return fmt.Errorf("claim cursor %s: %w", name, err)
		}
		c = Cursor{Name: name, Sequence: row.Sequence, DueAt: instant(row.DueAt), LeasedUntil: until, Tries: int(row.Tries), Version: row.Version + 1}
		found = true
		return nil
	})
	return c, found, next, err
}

// Cursor reads a cursor; found is false when it does not exist.
func (s *Store) Cursor(ctx context.Context, name string) (c Cursor, found bool, err error) {
	var row cursorRow
	err = s.ro.NewSelect().Model(&row).Where("name = ?", name).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return Cursor{}, false, nil
	}
	if err != nil {
		return Cursor{}, false, fmt.Errorf("read cursor %s: %w", name, err)
	}
	return Cursor{
		Name: name, Sequence: row.Sequence, DueAt: instant(row.DueAt), LeasedUntil: instant(row.LeasedUntil), Tries: int(row.Tries), Version: row.Version,
	}, true, nil
}

// CursorSequence is where a cursor stands; -1 when it does not exist.
func (s *Store) CursorSequence(ctx context.Context, name string) (int64, error) {
	c, found, err := s.Cursor(ctx, name)
	if err != nil || !found {
		return -1, err
	}
	return c.Sequence, nil
}

// SaveCursor writes a claimed cursor and gives up its lease.
func (s *Store) SaveCursor(ctx context.Context, c Cursor) error {
	return s.update(ctx, func(ctx context.Context, t *tx) error {
		res, err := t.NewRaw("UPDATE cursors SET sequence = ?, due_at = ?, leased_until = 0, tries = ?, version = version + 1 WHERE name = ? AND version = ?",
			c.Sequence, micros(c.DueAt), int64(c.Tries), c.Name, c.Version).Exec(ctx)
		if err := once(res, err); err != nil {
			return fmt.Errorf("move cursor %s: %w", c.Name, err)
		}
		return nil
	})
}
