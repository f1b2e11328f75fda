package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"
)

type acmeFileRow struct {
	bun.BaseModel `bun:"table:acme_files"`

	Name       string `bun:",pk"`
	Content    []byte
	ModifiedAt int64
}

type acmeLockRow struct {
	bun.BaseModel `bun:"table:acme_locks"`

	Name      string `bun:",pk"`
	Holder    string
	HeldUntil int64
}

// PutACMEFile keeps what the ACME client needs; it comes encrypted. None of this is a state of TEAM's, so it has no event.
func (s *Store) PutACMEFile(ctx context.Context, name string, content []byte, at time.Time) error {
	ctx, cancel := s.patient(ctx)
	defer cancel()
	row := acmeFileRow{Name: name, Content: content, ModifiedAt: micros(at)}
	_, err := s.db.NewInsert().Model(&row).On("CONFLICT (name) DO UPDATE").
		Set("content = EXCLUDED.content").Set("modified_at = EXCLUDED.modified_at").Exec(ctx)
	if err != nil {
		return reached(fmt.Errorf("keep %s: %w", name, err))
	}
	return nil
}

// ACMEFile by name.
func (s *Store) ACMEFile(ctx context.Context, name string) (content []byte, modified time.Time, found bool, err error) {
	var row acmeFileRow
	if found, err := one(ctx, s.ro.NewSelect().Model(&row).Where("name = ?", name), name); !found {
		return nil, time.Time{}, false, err
	}
	return row.Content, instant(row.ModifiedAt), true, nil
}

// below picks a file and what is below its name. A name that begins alike is another's: "/" is followed by "0" in ASCII.
func below(name string) (string, []any) {
	return "name = ? OR (name > ? AND name < ?)", []any{name, name + "/", name + "0"}
}

// DeleteACMEFiles deletes a file, and all below its name.
func (s *Store) DeleteACMEFiles(ctx context.Context, name string) error {
	ctx, cancel := s.patient(ctx)
	defer cancel()
	where, values := below(name)
	if _, err := s.db.NewDelete().Model((*acmeFileRow)(nil)).Where(where, values...).Exec(ctx); err != nil {
		return reached(fmt.Errorf("delete %s: %w", name, err))
	}
	return nil
}

// ACMEFileNames gives the names below a name, in order; all where it is "".
func (s *Store) ACMEFileNames(ctx context.Context, under string) ([]string, error) {
	q := s.ro.NewSelect().Model((*acmeFileRow)(nil)).Column("name").Order("name")
	if under != "" {
		q = q.Where("name > ? AND name < ?", under+"/", under+"0")
	}
	var names []string
	if err := q.Scan(ctx, &names); err != nil {
		return nil, reached(fmt.Errorf("list files below %s: %w", under, err))
	}
	return names, nil
}

// TakeACMELock takes a lock that is free, whose time is over, or that this holder has already.
func (s *Store) TakeACMELock(ctx context.Context, name, holder string, now, until time.Time) (bool, error) {
	ctx, cancel := s.patient(ctx)
	defer cancel()
	row := acmeLockRow{Name: name, Holder: holder, HeldUntil: micros(until)}
	res, err := s.db.NewInsert().Model(&row).On("CONFLICT (name) DO UPDATE").
		Set("holder = EXCLUDED.holder").Set("held_until = EXCLUDED.held_until").
		Where("acme_lock_row.held_until <= ? OR acme_lock_row.holder = ?", micros(now), holder).Exec(ctx)
	if err != nil {
		return false, reached(fmt.Errorf("lock %s: %w", name, err))
	}
	n, err := res.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("lock %s: %w", name, err)
	}
	return n == 1, nil
}

// DropACMELock gives a lock back.
func (s *Store) DropACMELock(ctx context.Context, name, holder string) error {
	ctx, cancel := s.patient(ctx)
	defer cancel()
	if _, err := s.db.NewDelete().Model((*acmeLockRow)(nil)).Where("name = ? AND holder = ?", name, holder).Exec(ctx); err != nil {
		return reached(fmt.Errorf("unlock %s: %w", name, err))
	}
	return nil
}
