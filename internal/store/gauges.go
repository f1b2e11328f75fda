package store

import (
	"context"
	"fmt"
	"time"
)

// Gauges are what the metrics show.
type Gauges struct {
	Elevations map[string]int // by state, ended ones left out
	Alarms     map[string]int // open ones, by severity
	// Overdue is how long the assignment that has waited longest is past its due instant; zero when none is.
	Overdue time.Duration
	Pending int // targets that wait for a decision
	Events  int64
}

// Gauges reads them.
func (s *Store) Gauges(ctx context.Context, now time.Time) (g Gauges, err error) {
	g = Gauges{Elevations: map[string]int{}, Alarms: map[string]int{}}
	err = s.view(ctx, func(ctx context.Context, t *tx) error {
		if err := t.countBy(ctx, g.Elevations, "SELECT state, COUNT(*) FROM elevations WHERE state <> 'ended' GROUP BY state"); err != nil {
			return err
		}
		if err := t.countBy(ctx, g.Alarms, "SELECT severity, COUNT(*) FROM alarms WHERE closed_at = 0 GROUP BY severity"); err != nil {
			return err
		}
		var due int64
		if err := t.NewRaw("SELECT COALESCE(MIN(due_at), 0) FROM assignments WHERE due_at > 0 AND leased_until <= ?", micros(now)).Scan(ctx, &due); err != nil {
			return fmt.Errorf("find the longest overdue assignment: %w", err)
		}
		if due > 0 {
			g.Overdue = max(now.Sub(instant(due)), 0)
		}
		if err := t.NewRaw("SELECT COUNT(*) FROM targets WHERE pending_until > 0").Scan(ctx, &g.Pending); err != nil {
			return fmt.Errorf("count pending targets: %w", err)
		}
		g.Events, err = t.logSize(ctx)
		return err
	})
	return g, err
}

func (t *tx) countBy(ctx context.Context, into map[string]int, query string) error {
	rows, err := t.QueryContext(ctx, query)
	if err != nil {
		return fmt.Errorf("count: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err below says it
	for rows.Next() {
		var key string
		var n int
		if err := rows.Scan(&key, &n); err != nil {
			return fmt.Errorf("count: %w", err)
		}
		into[key] = n
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("count: %w", err)
	}
	return nil
}
