package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/directory"
)

// Directory is the storage of the directory.
func (s *Store) Directory() directory.Store { return directoryStore{s} }

type directoryStore struct{ *Store }

// Passes implements directory.Store.
func (s directoryStore) Passes(ctx context.Context) ([]directory.Pass, error) {
	var rows []passRow
	if err := s.ro.NewSelect().Model(&rows).Order("part").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read directory passes: %w", err)
	}
	passes := make([]directory.Pass, len(rows))
	for i, r := range rows {
		p, err := r.pass()
		if err != nil {
			return nil, fmt.Errorf("read directory pass %s: %w", r.Part, err)
		}
		passes[i] = p
	}
	return passes, nil
}

// SavePass implements directory.Store.
func (s directoryStore) SavePass(ctx context.Context, p directory.Pass, w directory.Write) (bool, error) {
	row, err := passRowOf(p)
	if err != nil {
		return false, fmt.Errorf("save directory pass %s: %w", p.Part, err)
	}
	saved := false
	err = s.update(ctx, func(ctx context.Context, tx *tx) error {
		saved = false
		row.Version = p.Version + 1
		res, err := tx.NewUpdate().Model(&row).WherePK().Where("version = ?", p.Version).Exec(ctx)
		if err != nil {
			return fmt.Errorf("write pass: %w", err)
		}
		n, err := res.RowsAffected()
		if err != nil {
			return fmt.Errorf("write pass: %w", err)
		}
		if n == 0 {
			return nil
		}
		saved = true
		d := directoryWriter{tx: tx, generation: p.Generation}
		if err := d.apply(ctx, p.Part, w); err != nil {
			return err
		}
		if !d.changed && !finishedNow(p) {
			return nil
		}
		return bumpRevision(ctx, tx)
	})
	if err != nil {
		return false, fmt.Errorf("save directory pass %s: %w", p.Part, err)
	}
	return saved, nil
}

// finishedNow: a finished pass makes a new revision even when nothing changed, because every entry is younger now.
func finishedNow(p directory.Pass) bool { return !p.Running && p.Failures == 0 && !p.Finished.IsZero() }

func bumpRevision(ctx context.Context, tx bun.IDB) error {
	if _, err := tx.NewRaw("UPDATE directory_head SET revision = revision + 1 WHERE id = 1").Exec(ctx); err != nil {
		return fmt.Errorf("raise directory revision: %w", err)
	}
	return nil
}

// DirectoryRevision implements directory.Store.
func (s directoryStore) DirectoryRevision(ctx context.Context) (int64, error) {
	return revision(ctx, s.ro)
}

func revision(ctx context.Context, db bun.IDB) (int64, error) {
	var r int64
	if err := db.NewRaw("SELECT revision FROM directory_head WHERE id = 1").Scan(ctx, &r); err != nil {
		return 0, fmt.Errorf("read directory revision: %w", err)
	}
	return r, nil
}

// StoredInstance implements directory.Store.
func (s directoryStore) StoredInstance(ctx context.Context) (directory.Instance, error) {
	return storedInstance(ctx, s.ro)
}

func storedInstance(ctx context.Context, db bun.IDB) (directory.Instance, error) {
	var row instanceRow
	err := db.NewSelect().Model(&row).Where("id = 1").Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return directory.Instance{}, nil
	}
	if err != nil {
		return directory.Instance{}, fmt.Errorf("read stored instance: %w", err)
	}
	return row.instance(), nil
}

// UnwalkedUnit implements directory.Store.
func (s directoryStore) UnwalkedUnit(ctx context.Context, generation int64) (string, error) {
	return s.firstKey(ctx, "SELECT id FROM directory_units WHERE generation = ? AND walked < ? ORDER BY id LIMIT 1",
		generation, generation)
}

// UnitAfter implements directory.Store.
func (s directoryStore) UnitAfter(ctx context.Context, id string) (string, error) {
	return s.firstKey(ctx, "SELECT id FROM directory_units WHERE id > ? ORDER BY id LIMIT 1", id)
}

// AccountAfter implements directory.Store.
func (s directoryStore) AccountAfter(ctx context.Context, id string) (string, error) {
	return s.firstKey(ctx, "SELECT id FROM directory_accounts WHERE id > ? ORDER BY id LIMIT 1", id)
}

// GroupAfter implements directory.Store.
func (s directoryStore) GroupAfter(ctx context.Context, id string) (string, error) {
	return s.firstKey(ctx, "SELECT id FROM directory_groups WHERE id > ? ORDER BY id LIMIT 1", id)
}

// PermissionSetAfter implements directory.Store.
func (s directoryStore) PermissionSetAfter(ctx context.Context, arn string, generation int64) (string, error) {
	return s.firstKey(ctx, "SELECT arn FROM directory_permission_sets WHERE arn > ? AND generation = ? ORDER BY arn LIMIT 1",
		arn, generation)
}

func (s directoryStore) firstKey(ctx context.Context, query string, args ...any) (string, error) {
	var key string
	err := s.ro.NewRaw(query, args...).Scan(ctx, &key)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read next key: %w", err)
	}
	return key, nil
}

// deepestUnit is more than the five levels AWS allows; it only ends a loop in a damaged table.
const deepestUnit = 20

// UnitPath implements directory.Store.
func (s directoryStore) UnitPath(ctx context.Context, id string) ([]string, error) {
	var path []string
	for id != "" && len(path) < deepestUnit {
		var parent string
		err := s.ro.NewRaw("SELECT parent_id FROM directory_units WHERE id = ?", id).Scan(ctx, &parent)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read unit %s: %w", id, err)
		}
		path = append([]string{id}, path...)
		id = parent
	}
	return path, nil
}

// DirectoryContent implements directory.Store. Entries that are not completely known are left out:
// accounts without a known place, permission sets of which something was not read yet.
func (s directoryStore) DirectoryContent(ctx context.Context) (directory.Content, error) {
	var c directory.Content
	err := s.ro.RunInTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, func(ctx context.Context, tx bun.Tx) error {
		var err error
		c, err = readContent(ctx, tx)
		return err
	})
	if err != nil {
		return directory.Content{}, fmt.Errorf("read directory: %w", err)
	}
	return c, nil
}

func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}
