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
	"io/fs"
	"net/url"
	"os"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	_ "modernc.org/sqlite" // the SQLite driver, pure Go

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
	// Readers is the size of SQLite's pool of read-only connections. Defaults to 4.
	Readers int
	// Unsafe leaves out waiting for the disk (SQLite's synchronous=OFF). Only tests with thousands of lives may.
	Unsafe bool
}

// Store is an open database.
type Store struct {
	db      *bun.DB // SQLite has one writer: one connection
	ro      *bun.DB
	options Options
	inForce policyCache
}

// OpenSQLite opens the database file, creating it if there is none, and brings its schema up to date. A file that is
// no database, is damaged, or was written by a newer version is refused and left as it is.
func OpenSQLite(ctx context.Context, file string, o Options) (*Store, error) {
	if o.Readers == 0 {
		o.Readers = 4
	}
	if err := checkFile(ctx, file); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", dsn(file, o.Unsafe, false))
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", file, err)
	}
	db.SetMaxOpenConns(1)
	if err := migrate(ctx, db, goose.DialectSQLite3, "sqlite"); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open database %s: %w", file, err)
	}
	ro, err := sql.Open("sqlite", dsn(file, o.Unsafe, true))
	if err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open database %s for reading: %w", file, err)
	}
	ro.SetMaxOpenConns(o.Readers)
	ro.SetMaxIdleConns(o.Readers)
	return &Store{db: bun.NewDB(db, sqlitedialect.New()), ro: bun.NewDB(ro, sqlitedialect.New()), options: o}, nil
}

func dsn(file string, unsafe, readOnly bool) string {
	q := url.Values{}
	sync := "FULL"
	if unsafe {
		sync = "OFF"
	}
	for _, p := range []string{"synchronous(" + sync + ")", "busy_timeout(10000)", "foreign_keys(1)"} {
		q.Add("_pragma", p)
	}
	if readOnly {
		q.Set("mode", "ro")
		q.Add("_pragma", "query_only(1)")
	} else {
		// A reader must not ask for it: a backup made by VACUUM INTO is not in WAL mode and may not be written to yet.
		q.Add("_pragma", "journal_mode(WAL)")
		q.Set("_txlock", "immediate")
	}
	return fileURI(file, q)
}

func fileURI(file string, q url.Values) string {
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: file}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// checkFile looks at an existing file before SQLite may write to it.
func checkFile(ctx context.Context, file string) error {
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return makeFile(file)
	}
	if err == nil && info.Size() == 0 {
		return nil
	}
	if err != nil {
		return fmt.Errorf("open database %s: %w", file, err)
	}
	db, err := sql.Open("sqlite", untouched(file))
	if err != nil {
		return fmt.Errorf("open database %s: %w", file, err)
	}
	defer db.Close() //nolint:errcheck // opened for reading only
	var result string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&result); err != nil {
		return fmt.Errorf("the file %s is not a database of TEAM, or is damaged; it was left as it is. "+
			"Name another file, or put a backup in its place: %w", file, err)
	}
	if result != "ok" {
		return fmt.Errorf("the database %s is damaged (%s); it was left as it is. "+
			"Put a backup in its place: TEAM notices that it is older and starts in recovery mode", file, result)
	}
	var foreign bool
	// The migrations' own table alone is a first start that was interrupted.
	err = db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'goose_db_version')
		AND NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'audit_head')`).Scan(&foreign)
	if err != nil {
		return fmt.Errorf("read the tables of %s: %w", file, err)
	}
	if foreign {
		return fmt.Errorf("the file %s is the database of another program; it was left as it is. Name another file", file)
	}
	return checkVersion(ctx, db, file)
}

// makeFile makes an empty file that only this user reads: SQLite would let everybody, and gives the files beside it the
// mode of the first.
func makeFile(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("create database: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("create database %s: %w", file, err)
	}
	return nil
}

// checkVersion refuses a schema that this program does not know, before a connection that may write is opened: even
// switching the journal's mode writes to the file.
func checkVersion(ctx context.Context, db *sql.DB, file string) error {
	var known bool
	err := db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'goose_db_version')").Scan(&known)
	if err != nil {
		return fmt.Errorf("read the tables of %s: %w", file, err)
	}
	if !known {
		return nil // empty: a first start that was interrupted
	}
	var have int64
	if err := db.QueryRowContext(ctx, "SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version").Scan(&have); err != nil {
		return fmt.Errorf("read schema version of %s: %w", file, err)
	}
	names, err := fs.Glob(migrations, "migrations/sqlite/*.sql")
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	var want int64
	for _, name := range names {
		v, err := goose.NumericComponent(name)
		if err != nil {
			return fmt.Errorf("read migrations: %w", err)
		}
		want = max(want, v)
	}
	if have > want {
		return fmt.Errorf("open database %s: %w", file, errNewer(have, want))
	}
	return nil
}

// untouched opens a file so that nothing is written, not even beside it. What a crash left in a log beside the file
// belongs to it, so that a file with one is read the usual way.
func untouched(file string) string {
	q := url.Values{"mode": {"ro"}, "_pragma": {"query_only(1)", "busy_timeout(10000)"}}
	_, wal := os.Stat(file + "-wal")
	_, journal := os.Stat(file + "-journal")
	if errors.Is(wal, fs.ErrNotExist) && errors.Is(journal, fs.ErrNotExist) {
		q.Set("immutable", "1")
	}
	return fileURI(file, q)
}

func errNewer(have, want int64) error {
	return fmt.Errorf("its schema is version %d, this program knows %d: it was written by a newer version of TEAM. "+
		"Run that one; the database was left as it is", have, want)
}

func migrate(ctx context.Context, db *sql.DB, dialect goose.Dialect, folder string) error {
	files, err := fs.Sub(migrations, "migrations/"+folder)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	p, err := goose.NewProvider(dialect, db, files)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if have > want {
		return errNewer(have, want)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate schema from version %d to %d: %w", have, want, err)
	}
	return nil
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

// update runs f in one writing transaction, and again when the database asks for that.
func (s *Store) update(ctx context.Context, f func(context.Context, *tx) error) error {
	for try := 0; ; try++ {
		var t *tx
		err := s.db.RunInTx(ctx, nil, func(ctx context.Context, b bun.Tx) error {
			t = &tx{IDB: b, s: s}
			return f(ctx, t)
		})
		if err != nil && serialization(err) && try < 10 {
			continue
		}
		if err == nil && t.wrote && s.options.Committed != nil {
			s.options.Committed()
		}
		return err //nolint:wrapcheck // what f said, as it said it
	}
}

// view runs f in one reading transaction.
func (s *Store) view(ctx context.Context, f func(context.Context, *tx) error) error {
	//nolint:wrapcheck // what f said, as it said it
	return s.ro.RunInTx(ctx, &sql.TxOptions{ReadOnly: true}, func(ctx context.Context, b bun.Tx) error {
		return f(ctx, &tx{IDB: b, s: s})
	})
}

// serialization says whether PostgreSQL wants the transaction repeated (SQLSTATE 40001, 40P01).
func serialization(err error) bool {
	var state interface{ SQLState() string }
	return errors.As(err, &state) && (state.SQLState() == "40001" || state.SQLState() == "40P01")
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
