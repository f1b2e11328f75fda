package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// postgresDefaults hold for each connection unless the URL says otherwise. A replica that hangs in the middle of a
// transaction (a paused machine, a lost network) must not keep the others from writing: the server ends its session.
// Times are in milliseconds.
var postgresDefaults = map[string]string{
	"application_name":                    "team",
	"statement_timeout":                   "30000",
	"lock_timeout":                        "8000",
	"idle_in_transaction_session_timeout": "5000",
	"tcp_user_timeout":                    "10000",
	"timezone":                            "UTC",
}

// connectTimeout unless the URL says otherwise (connect_timeout, in seconds).
const connectTimeout = 10 * time.Second

// writerConnections is small: there is one writer at a time in all replicas, and one more may wait in line.
const writerConnections = 2

// idleConnection is how long an unused connection is kept.
const idleConnection = 5 * time.Minute

// isPostgres says whether a database's name is the URL of a PostgreSQL database.
func isPostgres(name string) bool {
	return strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://")
}

func postgresConfig(name string, o Options) (*pgx.ConnConfig, error) {
	if !isPostgres(name) {
		return nil, errors.New("it does not begin with postgres://")
	}
	c, err := pgx.ParseConfig(name)
	if err != nil {
		return nil, fmt.Errorf("read its URL: %w", withoutURL(err))
	}
	if c.Database == "" {
		return nil, errors.New("its URL names no database (postgres://user@host:5432/DATABASE)")
	}
	for key, value := range postgresDefaults {
		if _, given := c.RuntimeParams[key]; !given {
			c.RuntimeParams[key] = value
		}
	}
	if o.Unsafe {
		c.RuntimeParams["synchronous_commit"] = "off"
	}
	// What is quoted must be read as it was quoted, whatever the server's default is.
	c.RuntimeParams["standard_conforming_strings"] = "on"
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = connectTimeout
	}
	// The query builder puts values into the text, so that no two statements are the same and preparing them is wasted.
	c.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	return c, nil
}

// withoutURL says what is wrong with a URL without repeating it: pgconn hides the password where it finds one, which it
// cannot in every malformed URL.
func withoutURL(err error) error {
	if parse, ok := errors.AsType[*pgconn.ParseConfigError](err); ok {
		if cause := errors.Unwrap(parse); cause != nil {
			err = cause
		}
	}
	if _, malformed := errors.AsType[*url.Error](err); malformed {
		return errors.New("it is malformed")
	}
	return err
}

// OpenPostgres opens the database that a URL names and brings its schema up to date; it may be opened by any number of
// processes, at the same time too. A database that another program uses, or that was written by a newer version, is
// refused and left as it is.
func OpenPostgres(ctx context.Context, name string, o Options) (*Store, error) {
	c, err := postgresConfig(name, o)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := migratePostgres(ctx, *c); err != nil {
		return nil, fmt.Errorf("open database %s of %s: %w", c.Database, c.Host, err)
	}
	return &Store{db: postgresPool(*c, writerConnections), ro: postgresPool(*c, o.readers()), options: o}, nil
}

func postgresPool(c pgx.ConnConfig, connections int) *bun.DB {
	db := stdlib.OpenDB(c)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	db.SetConnMaxIdleTime(idleConnection)
	return bun.NewDB(db, pgdialect.New())
}

// migratePostgres looks first, so that nothing is written where TEAM has no business, and migrates under a lock:
// several replicas may start at once.
func migratePostgres(ctx context.Context, c pgx.ConnConfig) error {
	// An index over millions of rows takes its time.
	c.RuntimeParams = maps.Clone(c.RuntimeParams)
	c.RuntimeParams["statement_timeout"] = "0"
	db := stdlib.OpenDB(c)
	defer db.Close() //nolint:errcheck // what was done is committed
	current, err := checkPostgres(ctx, db)
	if err != nil || current {
		return err
	}
	// Whoever waits for another replica asks again every second, for five minutes.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300), lock.WithUnlockTimeout(1, 10))
	if err != nil {
		return fmt.Errorf("prepare migration: %w", err)
	}
	return migrateLocked(ctx, db, locker)
}

func migrateLocked(ctx context.Context, db *sql.DB, locker lock.SessionLocker) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close() //nolint:errcheck // it goes with the pool
	if err := locker.SessionLock(ctx, conn); err != nil {
		return fmt.Errorf("wait for another replica's migration: %w", err)
	}
	defer func() { err = errors.Join(err, locker.SessionUnlock(context.WithoutCancel(ctx), conn)) }()
	// Meanwhile another replica may have done it, even a newer one.
	if current, err := checkPostgres(ctx, db); err != nil || current {
		return err
	}
	return migrate(ctx, db, goose.DialectPostgres, "postgres")
}

// checkPostgres says whether the schema needs no migration, and refuses a database that is not TEAM's or whose schema is
// newer than this program and does not work with it.
func checkPostgres(ctx context.Context, db *sql.DB) (current bool, err error) {
	var versions, ours, others bool
	err = db.QueryRowContext(ctx, `SELECT
		EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'goose_db_version'),
		EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'audit_head'),
		EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'goose_db_version')`).Scan(&versions, &ours, &others)
	if err != nil {
		return false, fmt.Errorf("read its tables: %w", err)
	}
	if others && !ours {
		return false, errors.New("it holds the tables of another program; it was left as it is. Name another database")
	}
	if !versions {
		return false, nil // new
	}
	return isCurrent(ctx, db, "postgres")
}

// becomeWriter waits until nobody else writes. Nearly every transaction ends with the head of the log, which all of
// them need; taken first, it makes them one after the other, so that a rule that read "no other extension is pending"
// still holds when its result is written. Every statement after it sees what was committed before (read committed). The
// price is that replicas do not write side by side: the AWS pipe of 20 calls a second asks for far less.
func (t *tx) becomeWriter(ctx context.Context) error {
	if t.Dialect().Name() != dialect.PG {
		return nil
	}
	var id int64
	if err := t.NewRaw("SELECT id FROM audit_head WHERE id = 1 FOR UPDATE").Scan(ctx, &id); err != nil {
		return fmt.Errorf("wait to write: %w", err)
	}
	return nil
}

// SQLSTATEs after which PostgreSQL wants a transaction repeated.
const (
	serializationFailed = "40001"
	deadlockDetected    = "40P01"
)

// repeatable says whether PostgreSQL wants the transaction repeated.
func repeatable(err error) bool {
	state := sqlState(err)
	return state == serializationFailed || state == deadlockDetected
}

func sqlState(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}
