package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/team-idc/team/internal/delivery"
)

// Gauges are what the metrics show.
type Gauges struct {
	Elevations map[string]int         // by state, ended ones left out
	Alarms     map[AlarmCondition]int // open ones
	Due        map[string]DueGauge    // by what is due: assignment, removal, expiry, directory, cursor
	InFlight   int                    // assignment operations that AWS works on for TEAM
	Pending    int                    // targets that wait for a decision
	Events     int64
	Pipe       delivery.Pipe // calls to IAM Identity Center that were left, and when
}

// AlarmCondition is what open alarms are counted by.
type AlarmCondition struct{ Kind, Severity string }

// DueGauge is how much is past its due instant, and how long what waits longest has been.
type DueGauge struct {
	Waiting int
	Lag     time.Duration
}

// dueQueries count what is past its instant and give the oldest instant, for each kind of due row.
var dueQueries = []struct{ kind, query string }{ //nolint:gochecknoglobals // a list that nobody changes
	{"assignment", "SELECT COUNT(*), COALESCE(MIN(due_at), 0) FROM assignments WHERE due_at > 0 AND due_at <= ? AND leased_until <= ?"},
	// Elevations whose end has come and that are not over. The time that AWS takes is in it.
	{"removal", "SELECT COUNT(*), COALESCE(MIN(ends_at), 0) FROM elevations " +
		"WHERE state <> 'ended' AND state IN ('active', 'ending') AND ends_at > 0 AND ends_at <= ? AND ? > 0"},
	{"expiry", "SELECT COUNT(*), COALESCE(MIN(pending_until), 0) FROM targets WHERE pending_until > 0 AND pending_until <= ? AND ? > 0"},
	{"directory", "SELECT COUNT(*), COALESCE(MIN(due_at), 0) FROM directory_passes WHERE due_at > 0 AND due_at <= ? AND leased_until <= ?"},
	{"cursor", "SELECT COUNT(*), COALESCE(MIN(due_at), 0) FROM cursors " +
		"WHERE due_at > 0 AND due_at <= ? AND leased_until <= ? AND sequence < (SELECT size FROM audit_head WHERE id = 1)"},
}

// Gauges reads them, all at one moment.
func (s *Store) Gauges(ctx context.Context, now time.Time) (g Gauges, err error) {
	g = Gauges{Elevations: map[string]int{}, Alarms: map[AlarmCondition]int{}, Due: map[string]DueGauge{}}
	err = s.view(ctx, func(ctx context.Context, t *tx) error {
		if err := t.countBy(ctx, "SELECT state, '', COUNT(*) FROM elevations WHERE state <> 'ended' GROUP BY state",
			func(state, _ string, n int) { g.Elevations[state] = n }); err != nil {
			return err
		}
		if err := t.countBy(ctx, "SELECT kind, severity, COUNT(*) FROM alarms WHERE closed_at = 0 GROUP BY kind, severity",
			func(kind, severity string, n int) { g.Alarms[AlarmCondition{kind, severity}] = n }); err != nil {
			return err
		}
		for _, q := range dueQueries {
			var found struct{ Count, Oldest int64 }
			if err := t.NewRaw(q.query, micros(now), micros(now)).Scan(ctx, &found.Count, &found.Oldest); err != nil {
				return fmt.Errorf("find what is overdue of %s: %w", q.kind, err)
			}
			lag := DueGauge{Waiting: int(found.Count)}
			if found.Oldest > 0 {
				lag.Lag = max(now.Sub(instant(found.Oldest)), 0)
			}
			g.Due[q.kind] = lag
		}
		if err := t.NewRaw("SELECT COUNT(*) FROM targets WHERE pending_until > 0").Scan(ctx, &g.Pending); err != nil {
			return fmt.Errorf("count pending targets: %w", err)
		}
		var err error
		if g.InFlight, err = t.InFlight(ctx, now); err != nil {
			return err
		}
		if g.Pipe, err = t.Pipe(ctx, delivery.PipeIdentityCenter); err != nil {
			return err
		}
		g.Events, err = t.logSize(ctx)
		return err
	})
	return g, err
}

// Pools says how the connections to the database are used, by what they are for.
func (s *Store) Pools() map[string]sql.DBStats {
	return map[string]sql.DBStats{"write": s.db.Stats(), "read": s.ro.Stats()}
}

func (t *tx) countBy(ctx context.Context, query string, count func(a, b string, n int)) error {
	rows, err := t.QueryContext(ctx, query)
	if err != nil {
		return fmt.Errorf("count: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err below says it
	for rows.Next() {
		var a, b string
		var n int
		if err := rows.Scan(&a, &b, &n); err != nil {
			return fmt.Errorf("count: %w", err)
		}
		count(a, b, n)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("count: %w", err)
	}
	return nil
}
