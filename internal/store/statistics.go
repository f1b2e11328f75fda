package store

import (
	"context"
	"fmt"
	"time"

	"github.com/team-idc/team/internal/statistics"
)

// The queries behind charts. dayOfRequest is written as the index requests_by_day has it.
const (
	dayOfRequest = "d.created_at / 86400000000"
	filedByDay   = "SELECT " + dayOfRequest + " AS day, d.standing AS standing, count(*) AS n FROM requests AS d%s WHERE " + dayOfRequest +
		" BETWEEN ? AND ? GROUP BY " + dayOfRequest + ", d.standing"
	// Agreed, and the start has come: that is a question to the clock, and few are at this moment.
	begunByDay = "SELECT " + dayOfRequest + " AS day, d.standing AS standing, count(*) AS n FROM requests AS d%s " +
		"WHERE d.standing = 8 AND d.start_at <= ? AND " + dayOfRequest + " BETWEEN ? AND ? GROUP BY " + dayOfRequest + ", d.standing"
	waitsByDay = "SELECT w.day, w.millis, w.times FROM waits AS w WHERE w.what = ? AND w.day BETWEEN ? AND ? ORDER BY w.day, w.millis"
	heldNow    = "SELECT count(*) AS elevations, count(DISTINCT d.user_id) AS people FROM elevations AS d%s WHERE d.standing = 10"
	heldBy     = "SELECT d.%[2]s AS id, count(*) AS elevations, count(DISTINCT d.user_id) AS people FROM elevations AS d%[1]s WHERE d.standing = 10 " +
		"GROUP BY d.%[2]s ORDER BY count(*) DESC, d.%[2]s LIMIT ?"
)

// Statistics of a span, all at one moment.
func (s *Store) Statistics(ctx context.Context, span statistics.Span, now time.Time, top int) (c statistics.Counts, err error) {
	err = s.view(ctx, func(ctx context.Context, t *tx) error {
		if c.Filed, err = t.filed(ctx, span, now); err != nil {
			return err
		}
		for what, waits := range map[string]*[]statistics.Wait{"decision": &c.Decisions, "activation": &c.Activations} {
			if err := t.NewRaw(waitsByDay, what, int64(span.First), int64(span.Last)).Scan(ctx, waits); err != nil {
				return fmt.Errorf("count waits for %s: %w", what, err)
			}
		}
		c.Held, err = t.held(ctx, top)
		return err
	})
	return c, err
}

func (t *tx) filed(ctx context.Context, span statistics.Span, now time.Time) ([]statistics.Filed, error) {
	var all, begun []struct{ Day, Standing, N int64 }
	if err := t.NewRaw(fmt.Sprintf(filedByDay, t.s.told("requests_by_day")), int64(span.First), int64(span.Last)).Scan(ctx, &all); err != nil {
		return nil, fmt.Errorf("count requests by day: %w", err)
	}
	err := t.NewRaw(fmt.Sprintf(begunByDay, t.s.told("requests_by_standing")), micros(now), int64(span.First), int64(span.Last)).Scan(ctx, &begun)
	if err != nil {
		return nil, fmt.Errorf("count requests that begin: %w", err)
	}
	counts := map[int64]map[string]int64{}
	add := func(day int64, status string, n int64) {
		if counts[day] == nil {
			counts[day] = map[string]int64{}
		}
		counts[day][status] += n
	}
	words := map[int64]string{}
	for word, standing := range standings {
		words[standing] = word
	}
	for _, r := range all {
		add(r.Day, words[r.Standing], r.N)
	}
	for _, r := range begun {
		add(r.Day, "scheduled", -r.N)
		add(r.Day, "approved", r.N)
	}
	var filed []statistics.Filed
	for day := int64(span.First); day <= int64(span.Last); day++ {
		for status, n := range counts[day] {
			if n > 0 && status != "" {
				filed = append(filed, statistics.Filed{Day: statistics.Day(day), Status: status, Count: int(n)})
			}
		}
	}
	return filed, nil
}

func (t *tx) held(ctx context.Context, top int) (h statistics.Held, err error) {
	index := t.s.told("elevations_by_standing")
	if err := t.NewRaw(fmt.Sprintf(heldNow, index)).Scan(ctx, &h.Elevations, &h.People); err != nil {
		return h, fmt.Errorf("count what is held: %w", err)
	}
	for column, holdings := range map[string]*[]statistics.Holding{"permission_set_arn": &h.PermissionSets, "account_id": &h.Accounts} {
		if err := t.NewRaw(fmt.Sprintf(heldBy, index, column), top).Scan(ctx, holdings); err != nil {
			return h, fmt.Errorf("count what is held by %s: %w", column, err)
		}
	}
	return h, nil
}

// told is the index that SQLite is told to take; see keyQuery.
func (s *Store) told(index string) string {
	if !s.isSQLite() {
		return ""
	}
	return " INDEXED BY " + index
}
