// Package releasetest gives tests what released versions of the program left behind: databases in the middle of their
// work, as SQL, and the statements they send. Only tests import it. tools/ci/release-fixture.sh adds a version.
package releasetest

import (
	"context"
	"database/sql"
	"embed"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/team-idc/team/internal/store/postgrestest"
)

//go:embed testdata
var testdata embed.FS

// Kinds of databases, as the folders of migrations are called.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// Release is a version of the program, known by the newest migration it has.
type Release struct{ Version int64 }

// All releases, the oldest first.
func All(tb testing.TB) []Release {
	tb.Helper()
	folders, err := testdata.ReadDir("testdata")
	if err != nil {
		tb.Fatal(err)
	}
	var all []Release
	for _, f := range folders {
		v, err := strconv.ParseInt(f.Name(), 10, 64)
		if err != nil {
			tb.Fatalf("%s is not named after a version of the schema", f.Name())
		}
		all = append(all, Release{v})
	}
	slices.SortFunc(all, func(a, b Release) int { return int(a.Version - b.Version) })
	if len(all) == 0 {
		tb.Fatal("there is no release")
	}
	return all
}

func (r Release) read(tb testing.TB, name string) string {
	tb.Helper()
	b, err := testdata.ReadFile("testdata/" + strconv.FormatInt(r.Version, 10) + "/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

// Load makes a database of a kind as the release left it, and returns its name and the address to reach it with SQL. ok
// is false where there is no PostgreSQL.
func (r Release) Load(tb testing.TB, kind string) (name, driver, at string, ok bool) {
	tb.Helper()
	switch kind {
	case SQLite:
		at = filepath.Join(tb.TempDir(), "team.db")
		name, driver = "sqlite:"+at, "sqlite"
	case Postgres:
		if !postgrestest.Available(tb) {
			return "", "", "", false
		}
		at = postgrestest.Empty(tb)
		name, driver = at, "pgx"
	default:
		tb.Fatalf("there is no database of kind %q", kind)
	}
	db, err := sql.Open(driver, at)
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // nothing is kept
	if _, err := db.ExecContext(context.WithoutCancel(tb.Context()), r.read(tb, kind+".sql")); err != nil {
		tb.Fatalf("load what version %d left: %v", r.Version, err)
	}
	return name, driver, at, true
}

// Checkpoint is what the release had noted outside of the database.
func (r Release) Checkpoint(tb testing.TB, kind string) string {
	tb.Helper()
	return r.read(tb, kind+".checkpoint")
}

// Statements are those the release sends to a kind of database, one of each shape: texts are empty and numbers are 1.
func (r Release) Statements(tb testing.TB, kind string) []string {
	tb.Helper()
	var all []string
	for line := range strings.Lines(r.read(tb, kind+".statements.sql")) {
		all = append(all, strings.TrimSuffix(strings.TrimSpace(line), ";"))
	}
	if len(all) < 50 {
		tb.Fatalf("version %d sends only %d statements: were they recorded whole?", r.Version, len(all))
	}
	return all
}
