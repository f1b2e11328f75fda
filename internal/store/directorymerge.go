package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/uptrace/bun"
)

// merging says how rows of one table meet the rows that are there.
type merging[R any] struct {
	key func(*R) string
	// keep takes over from the row before what the new one does not know.
	keep func(r, before *R)
	// same says that nothing but age and generation differs.
	same      func(r, before R) bool
	columns   []string // what a new row overwrites
	keyColumn string   // "id" where empty
}

// merge writes rows. The number of rows is a page's (100 at most), far below what one statement may carry.
func merge[R any](ctx context.Context, d *directoryWriter, what string, rows []R, m merging[R]) error {
	if len(rows) == 0 {
		return nil
	}
	if m.keyColumn == "" {
		m.keyColumn = "id"
	}
	keys := make([]string, len(rows))
	for i := range rows {
		keys[i] = m.key(&rows[i])
	}
	var before []R
	if err := d.tx.NewSelect().Model(&before).Where("? IN (?)", bun.Ident(m.keyColumn), bun.List(keys)).Scan(ctx); err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	known := make(map[string]*R, len(before))
	for i := range before {
		known[m.key(&before[i])] = &before[i]
	}
	// AWS may repeat an entry on a later page, and within one; the last one counts, and one statement may not
	// touch a row twice.
	last := make(map[string]int, len(rows))
	for i := range rows {
		last[keys[i]] = i
	}
	distinct := rows[:0:0]
	for i := range rows {
		if last[keys[i]] != i {
			continue
		}
		r := rows[i]
		b, ok := known[keys[i]]
		if ok {
			m.keep(&r, b)
		}
		d.changed = d.changed || !ok || !m.same(r, *b)
		distinct = append(distinct, r)
	}
	insert := d.tx.NewInsert().Model(&distinct).On("CONFLICT (?) DO UPDATE", bun.Ident(m.keyColumn))
	for _, c := range m.columns {
		insert = insert.Set("? = EXCLUDED.?", bun.Ident(c), bun.Ident(c))
	}
	return d.exec(ctx, "write "+what, insert)
}

// execer is a statement of bun's, ready to run.
type execer interface {
	Exec(ctx context.Context, dest ...any) (sql.Result, error)
}

func (d *directoryWriter) exec(ctx context.Context, what string, q execer) error {
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// change runs a statement that makes a new revision if it touches a row.
func (d *directoryWriter) change(ctx context.Context, what string, q execer) error {
	res, err := q.Exec(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	d.changed = d.changed || n > 0
	return nil
}
