package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun/dialect"
)

// ClockSkew compares a clock with the database's: the clock is ahead by skew, give or take within, half the time that
// the answer took. SQLite has no clock but the machine's, so that there is nothing to compare.
func (s *Store) ClockSkew(ctx context.Context, now func() time.Time) (skew, within time.Duration, err error) {
	if s.ro.Dialect().Name() != dialect.PG {
		return 0, 0, nil
	}
	// Waiting for a connection, or making one, is no part of the way of the answer.
	conn, err := s.ro.Conn(ctx)
	if err != nil {
		return 0, 0, reached(fmt.Errorf("connect to read the database's clock: %w", err))
	}
	defer conn.Close() //nolint:errcheck // it goes back to the pool
	asked := now()
	var micro int64
	if err := conn.NewRaw("SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint").Scan(ctx, &micro); err != nil {
		return 0, 0, reached(fmt.Errorf("read the database's clock: %w", err))
	}
	answered := now()
	within = answered.Sub(asked).Abs() / 2
	return asked.Add(within).Sub(instant(micro)), within, nil
}
