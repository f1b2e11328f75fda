package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/statistics"
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

// PlansOfStatistics says how the database would find what charts show.
func (s *Store) PlansOfStatistics(ctx context.Context, span statistics.Span, now time.Time) (map[string]string, error) {
	first, last := int64(span.First), int64(span.Last)
	held := s.told("elevations_by_standing")
	plans := map[string]string{}
	for what, q := range map[string]struct {
		text string
		args []any
	}{
		"filed":      {fmt.Sprintf(filedByDay, s.told("requests_by_day")), []any{first, last}},
		"begun":      {fmt.Sprintf(begunByDay, s.told("requests_by_standing")), []any{micros(now), first, last}},
		"waits":      {waitsByDay, []any{"decision", first, last}},
		"held":       {fmt.Sprintf(heldNow, held), nil},
		"by set":     {fmt.Sprintf(heldBy, held, "permission_set_arn"), []any{20}},
		"by account": {fmt.Sprintf(heldBy, held, "account_id"), []any{20}},
	} {
		plan, err := s.explain(ctx, q.text, q.args)
		if err != nil {
			return nil, err
		}
		plans[what] = q.text + "\n" + plan
	}
	return plans, nil
}
