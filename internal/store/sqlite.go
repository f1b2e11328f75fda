package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"

	"github.com/pressly/goose/v3"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	_ "modernc.org/sqlite" // the SQLite driver, pure Go
)

// OpenSQLite opens the database file, creating it if there is none, and brings its schema up to date. A file that is
// no database, is damaged, or was written by a newer version is refused and left as it is.
func OpenSQLite(ctx context.Context, file string, o Options) (*Store, error) {
	current, err := checkFile(ctx, file)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", dsn(file, o.Unsafe, false))
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", file, err)
	}
	db.SetMaxOpenConns(1)
	if !current {
		if err := migrate(ctx, db, goose.DialectSQLite3, "sqlite"); err != nil {
			_ = db.Close()
			return nil, fmt.Errorf("open database %s: %w", file, err)
		}
	}
	ro, err := sql.Open("sqlite", dsn(file, o.Unsafe, true))
	if err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open database %s for reading: %w", file, err)
	}
	ro.SetMaxOpenConns(o.readers())
	ro.SetMaxIdleConns(o.readers())
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

// checkFile looks at an existing file before SQLite may write to it, and says whether its schema needs no migration.
func checkFile(ctx context.Context, file string) (current bool, err error) {
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return false, makeFile(file)
	}
	if err == nil && info.Size() == 0 {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("open database %s: %w", file, err)
	}
	db, err := sql.Open("sqlite", untouched(file))
	if err != nil {
		return false, fmt.Errorf("open database %s: %w", file, err)
	}
	defer db.Close() //nolint:errcheck // opened for reading only
	var result string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&result); err != nil {
		return false, fmt.Errorf("the file %s is not a database of TEAM, or is damaged; it was left as it is. "+
			"Name another file, or put a backup in its place: %w", file, err)
	}
	if result != "ok" {
		return false, fmt.Errorf("the database %s is damaged (%s); it was left as it is. "+
			"Put a backup in its place: TEAM notices that it is older and starts in recovery mode", file, result)
	}
	var foreign bool
	// The migrations' own table alone is a first start that was interrupted.
	err = db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'goose_db_version')
		AND NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'audit_head')`).Scan(&foreign)
	if err != nil {
		return false, fmt.Errorf("read the tables of %s: %w", file, err)
	}
	if foreign {
		return false, fmt.Errorf("the file %s is the database of another program; it was left as it is. Name another file", file)
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

// checkVersion says whether the schema needs no migration, and refuses one that does not work with this program, before a
// connection that may write is opened: even switching the journal's mode writes to the file.
func checkVersion(ctx context.Context, db *sql.DB, file string) (current bool, err error) {
	var known bool
	if err := db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'goose_db_version')").Scan(&known); err != nil {
		return false, fmt.Errorf("read the tables of %s: %w", file, err)
	}
	if !known {
		return false, nil // empty: a first start that was interrupted
	}
	if current, err = isCurrent(ctx, db, "sqlite"); err != nil {
		return false, fmt.Errorf("open database %s: %w", file, err)
	}
	return current, nil
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
