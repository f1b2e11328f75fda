package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

func errNewer(have, want, oldest int64) error {
	return fmt.Errorf("its schema is version %d, made by a newer version of TEAM, and works with programs that know version %d or later; "+
		"this one knows %d. Run a newer one; the database was left as it is", have, oldest, want)
}

// SchemaVersion is that of the schema this program makes, the same on both databases.
func SchemaVersion() (int64, error) { return newestVersion("sqlite") }

// newestVersion is that of the schema this program makes.
func newestVersion(folder string) (newest int64, err error) {
	names, err := fs.Glob(migrations, "migrations/"+folder+"/*.sql")
	if err != nil {
		return 0, fmt.Errorf("read migrations: %w", err)
	}
	for _, name := range names {
		v, err := goose.NumericComponent(name)
		if err != nil {
			return 0, fmt.Errorf("read migrations: %w", err)
		}
		newest = max(newest, v)
	}
	return newest, nil
}

// isCurrent says whether a schema that has versions needs no migration by this program: it is the one this program
// makes, or a newer one that says it still works with this program (expand and contract). A newer one that does not is
// an error. Nothing is written.
func isCurrent(ctx context.Context, db *sql.DB, folder string) (bool, error) {
	want, err := newestVersion(folder)
	if err != nil {
		return false, err
	}
	var have int64
	if err := db.QueryRowContext(ctx, "SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version").Scan(&have); err != nil {
		return false, fmt.Errorf("read schema version: %w", err)
	}
	if have <= want {
		return have == want, nil
	}
	var oldest int64
	if err := db.QueryRowContext(ctx, "SELECT oldest_program FROM schema_support WHERE id = 1").Scan(&oldest); err != nil {
		return false, fmt.Errorf("its schema is version %d, this program knows %d; it was left as it was. "+
			"Read which programs it works with: %w", have, want, err)
	}
	if want < oldest {
		return false, errNewer(have, want, oldest)
	}
	return true, nil
}

// migrate brings an older schema, or none, to the version of this program. Each migration is a transaction of its own.
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
	// On PostgreSQL replicas of the version before work meanwhile, and may hold what a migration waits for.
	for try := 0; ; try++ {
		_, err := p.Up(ctx)
		if err == nil {
			return nil
		}
		if try == 10 || !repeatable(err) && sqlState(err) != lockNotAvailable {
			return fmt.Errorf("migrate schema from version %d to %d: %w", have, want, err)
		}
	}
}
