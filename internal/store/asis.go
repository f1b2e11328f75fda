package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"
)

// ErrNoSchema is the error of OpenAsIs for a database in which there is nothing of TEAM yet.
var ErrNoSchema = errors.New("there is nothing of TEAM in it yet: start team serve on it first, which prepares it")

// OpenAsIs opens a database that is up to date, or newer and works with this program, for work beside a server. Unlike
// Open it makes nothing and migrates nothing: a server of another version may be running on it. A database file that is
// not there is fs.ErrNotExist.
func OpenAsIs(ctx context.Context, name string, o Options) (*Store, error) {
	var have int64
	var err error
	folder := "postgres"
	if file, ok := strings.CutPrefix(name, "sqlite:"); ok && file != "" {
		folder = "sqlite"
		have, err = versionOfFile(ctx, file)
	} else if isPostgres(name) {
		have, err = versionOfPostgres(ctx, name, o)
	} else {
		return Open(ctx, name, o) // says what a name looks like
	}
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	want, err := newestVersion(folder)
	if err != nil {
		return nil, err
	}
	switch {
	case have == 0:
		return nil, fmt.Errorf("open database: %w", ErrNoSchema)
	case have < want:
		return nil, fmt.Errorf("open database: its schema is version %d, this program's is %d: use the program that serves on it, "+
			"or start team serve of this version, which brings it up to date; it was left as it is", have, want)
	}
	return Open(ctx, name, o)
}

// versionOfFile is the version of a database file's schema, 0 where there is none. Whether it is damaged is looked at
// when it is opened.
func versionOfFile(ctx context.Context, file string) (int64, error) {
	info, err := os.Stat(file)
	if err != nil {
		return 0, fmt.Errorf("look at %s: %w", file, err)
	}
	if info.Size() == 0 {
		return 0, nil
	}
	db, err := sql.Open("sqlite", untouched(file))
	if err != nil {
		return 0, fmt.Errorf("look at %s: %w", file, err)
	}
	defer db.Close() //nolint:errcheck // opened for reading only
	return schemaVersion(ctx, db, "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'goose_db_version')")
}

func versionOfPostgres(ctx context.Context, name string, o Options) (int64, error) {
	c, err := postgresConfig(name, o)
	if err != nil {
		return 0, err
	}
	db := stdlib.OpenDB(*c)
	defer db.Close() //nolint:errcheck // read from only
	if _, err := checkPostgres(ctx, db); err != nil {
		return 0, fmt.Errorf("%s of %s: %w", c.Database, c.Host, err)
	}
	return schemaVersion(ctx, db, "SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'goose_db_version')")
}

func schemaVersion(ctx context.Context, db *sql.DB, exists string) (version int64, err error) {
	var known bool
	if err := db.QueryRowContext(ctx, exists).Scan(&known); err != nil {
		return 0, fmt.Errorf("read its tables: %w", err)
	}
	if !known {
		return 0, nil
	}
	if err := db.QueryRowContext(ctx, "SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version").Scan(&version); err != nil {
		return 0, fmt.Errorf("read schema version: %w", err)
	}
	return version, nil
}
