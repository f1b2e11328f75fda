package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"

	"github.com/team-idc/team/internal/access"
)

// PlansOfRequests says how the database would find a list of requests: one plan for each range of an index that is
// walked.
func (s *Store) PlansOfRequests(ctx context.Context, f access.RequestFilter) ([]string, error) {
	return s.plans(ctx, s.requestKeys(f), f.Limit)
}

// PlansOfElevations says the same of a list of elevations by creation.
func (s *Store) PlansOfElevations(ctx context.Context, f access.ElevationFilter) ([]string, error) {
	return s.plans(ctx, s.elevationKeys(f), f.Limit)
}

func (s *Store) plans(ctx context.Context, q *keyQuery, limit int) (plans []string, err error) {
	for _, one := range q.spans {
		for _, p := range q.pieces() {
			where, args := q.conditions(one, p)
			text := q.branch(one, where) + " ORDER BY " + q.key + map[bool]string{true: "", false: " DESC"}[q.ascending] + " LIMIT ?"
			plan, err := s.explain(ctx, text, append(args, limit))
			if err != nil {
				return nil, err
			}
			plans = append(plans, text+"\n"+plan)
		}
	}
	return plans, nil
}

// explain as if no table were small enough to be read whole.
func (s *Store) explain(ctx context.Context, text string, args []any) (plan string, err error) {
	err = s.ro.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		word := "EXPLAIN QUERY PLAN "
		if s.ro.Dialect().Name() == dialect.PG {
			word = "EXPLAIN (COSTS OFF) "
			if _, err := tx.ExecContext(ctx, "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off"); err != nil {
				return fmt.Errorf("set up planner: %w", err)
			}
		}
		rows, err := tx.QueryContext(ctx, word+tx.NewRaw(text, args...).String())
		if err != nil {
			return fmt.Errorf("explain %s: %w", text, err)
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			return fmt.Errorf("explain: %w", err)
		}
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		var lines []string
		for rows.Next() {
			if err := rows.Scan(values...); err != nil {
				return fmt.Errorf("explain: %w", err)
			}
			lines = append(lines, fmt.Sprint(*values[len(values)-1].(*any)))
		}
		plan = strings.Join(lines, "\n")
		return rows.Err()
	})
	return plan, err
}

// Writer is the connection that writes, for tests that take its disk away.
func (s *Store) Writer() *sql.DB { return s.db.DB }
