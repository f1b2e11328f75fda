// Package store keeps everything in SQL: one schema and one set of queries for SQLite and PostgreSQL. It implements
// the storage that the domain packages and delivery declare, and holds what they need whole: a change is applied in
// one transaction with its events, or not at all (P6).
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
	"go.opentelemetry.io/otel/trace"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/delivery"
)

//go:embed migrations
var migrations embed.FS

// Options of a Store.
type Options struct {
	// IDs makes identifiers for rows the store itself creates (alarms). Required.
	IDs access.IDs
	// Committed is called after every transaction that changed something, for waking up whoever waits. Optional.
	Committed func()
	// Transacted hears of every writing transaction: how long it took, with its repetitions. It must not block. Optional.
	Transacted func(took time.Duration, err error)
	// Readers is the size of the pool of connections that only read. Defaults to 4.
	Readers int
	// Patience is how long a transaction on PostgreSQL may take in all, as a network that swallows everything gives no
	// error. Defaults to 10 seconds. SQLite is on this machine and has none.
	Patience time.Duration
	// Unsafe leaves out waiting for the disk (synchronous=OFF in SQLite, synchronous_commit=off in PostgreSQL). Only tests with thousands of lives may.
	Unsafe bool
}

func (o Options) patience() time.Duration {
	if o.Patience == 0 {
		return 10 * time.Second
	}
	return o.Patience
}

func (o Options) readers() int {
	if o.Readers == 0 {
		return 4
	}
	return o.Readers
}

// Store is an open database.
type Store struct {
	db      *bun.DB // writes; see update
	ro      *bun.DB // reads
	options Options
	inForce policyCache
	// unwritable is why the last transaction could not be written; nil when it could.
	unwritable atomic.Pointer[access.Error]
}

// Open opens the database that a name names: sqlite:FILE, or the URL of a PostgreSQL database (postgres://…).
func Open(ctx context.Context, name string, o Options) (*Store, error) {
	if file, ok := strings.CutPrefix(name, "sqlite:"); ok && file != "" {
		return OpenSQLite(ctx, file, o)
	}
	if isPostgres(name) {
		return OpenPostgres(ctx, name, o)
	}
	return nil, errors.New("open database: its name is neither sqlite:FILE nor postgres://…") // it may hold a password
}

// Close closes the database.
func (s *Store) Close() error {
	if err := errors.Join(s.ro.Close(), s.db.Close()); err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return nil
}

// tx is one transaction; it implements what access and delivery declare.
type tx struct {
	bun.IDB
	s *Store
	// wrote is set by every write, so that nobody is woken for nothing.
	wrote bool
}

// update runs f in one writing transaction, and again when the database asks for that. On both databases there is one
// writer at a time, so that f finds the rows as the last writer left them and nothing it read changes before it
// commits: SQLite has no other way, on PostgreSQL the head of the log is locked first.
func (s *Store) update(ctx context.Context, f func(context.Context, *tx) error) (err error) {
	began, wrote := time.Now(), false //nolint:forbidigo // how long it took is measured, nothing is decided by it
	defer func() { s.transacted(ctx, began, wrote, err) }()
	ctx, cancel := s.patient(ctx)
	defer cancel()
	for try := 0; ; try++ {
		var t *tx
		err := s.db.RunInTx(ctx, nil, func(ctx context.Context, b bun.Tx) error {
			t = &tx{IDB: b, s: s}
			if err := t.becomeWriter(ctx); err != nil {
				return err
			}
			return f(ctx, t)
		})
		if err != nil && repeatable(err) && try < 10 {
			continue
		}
		if wrote = err == nil && t.wrote; wrote && s.options.Committed != nil {
			s.options.Committed()
		}
		err = reached(err) // what f said, as it said it
		s.noteWrite(t, err)
		return err
	}
}

// transacted tells of a writing transaction. Those that changed nothing get no span: steps look for work with them many
// times a second.
func (s *Store) transacted(ctx context.Context, began time.Time, wrote bool, err error) {
	ended := time.Now() //nolint:forbidigo // as above
	if s.options.Transacted != nil {
		s.options.Transacted(ended.Sub(began), err)
	}
	if wrote {
		_, span := trace.SpanFromContext(ctx).TracerProvider().Tracer("").Start(ctx, "transaction", trace.WithTimestamp(began))
		span.End(trace.WithTimestamp(ended))
	}
}

// view runs f in one reading transaction, in which all is as it was at one moment.
func (s *Store) view(ctx context.Context, f func(context.Context, *tx) error) error {
	ctx, cancel := s.patient(ctx)
	defer cancel()
	return reached(s.ro.RunInTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, func(ctx context.Context, b bun.Tx) error {
		return f(ctx, &tx{IDB: b, s: s})
	}))
}

// patient bounds how long a transaction may take.
func (s *Store) patient(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.db.Dialect().Name() != dialect.PG {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, s.options.patience())
}

// Access is the storage of the use cases.
func (s *Store) Access() access.Store { return accessStore{s} }

// Delivery is the storage of delivery.
func (s *Store) Delivery() delivery.Store { return deliveryStore{s} }

type accessStore struct{ s *Store }

func (a accessStore) Update(ctx context.Context, f func(context.Context, access.Tx) error) error {
	return a.s.update(ctx, func(ctx context.Context, t *tx) error { return f(ctx, t) })
}

func (a accessStore) View(ctx context.Context, f func(context.Context, access.Tx) error) error {
	return a.s.view(ctx, func(ctx context.Context, t *tx) error { return f(ctx, t) })
}

type deliveryStore struct{ s *Store }

func (d deliveryStore) Update(ctx context.Context, f func(context.Context, delivery.Tx) error) error {
	return d.s.update(ctx, func(ctx context.Context, t *tx) error { return f(ctx, t) })
}

func (d deliveryStore) View(ctx context.Context, f func(context.Context, delivery.Tx) error) error {
	return d.s.view(ctx, func(ctx context.Context, t *tx) error { return f(ctx, t) })
}

// micros is how instants are kept; 0 is none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// once demands that a write met exactly one row, as it does unless somebody was faster.
func once(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("count rows written: %w", err)
	}
	if n != 1 {
		return access.ErrStale
	}
	return nil
}

// one reads one row of what a query's model is; found is false where there is none.
func one(ctx context.Context, q *bun.SelectQuery, what string) (found bool, err error) {
	err = q.Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read %s: %w", what, reached(err))
	}
	return true, nil
}
