package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/store"
	"github.com/team-idc/team/internal/store/postgrestest"
	"github.com/team-idc/team/internal/store/releasetest"
)

// eachRelease runs a test for each released version on each kind of database.
func eachRelease(t *testing.T, test func(t *testing.T, r releasetest.Release, kind string)) {
	t.Helper()
	for _, r := range releasetest.All(t) {
		for _, kind := range []string{releasetest.SQLite, releasetest.Postgres} {
			t.Run(fmt.Sprint(r.Version, " ", kind), func(t *testing.T) {
				if kind == releasetest.SQLite || postgrestest.Available(t) {
					test(t, r, kind)
				}
			})
		}
	}
}

func connect(t *testing.T, driver, at string) *sql.DB {
	t.Helper()
	raw, err := sql.Open(driver, at)
	must(t, err)
	raw.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = raw.Close() })
	return raw
}

// texts reads rows of two columns.
func texts(t *testing.T, raw *sql.DB, query string) map[string]string {
	t.Helper()
	rows, err := raw.QueryContext(t.Context(), query)
	must(t, err)
	defer rows.Close()
	all := map[string]string{}
	for rows.Next() {
		var key, value string
		must(t, rows.Scan(&key, &value))
		all[key] = value
	}
	must(t, rows.Err())
	return all
}

// oldTables are the tables of releases whose rows an upgrade must not lose or add.
var oldTables = []string{
	"requests", "targets", "votes", "assignments", "elevations", "events", "audit_hashes", "alarms", "policy_versions", "policies", "policy_proposals",
	"tokens", "directory_accounts", "directory_users", "directory_groups", "directory_members", "directory_permission_sets",
}

func counts(t *testing.T, raw *sql.DB) map[string]string {
	t.Helper()
	parts := make([]string, len(oldTables))
	for i, table := range oldTables {
		parts[i] = "SELECT '" + table + "', CAST(count(*) AS text) FROM " + table
	}
	return texts(t, raw, strings.Join(parts, " UNION ALL "))
}

// TestDatabasesOfReleasesAreUpgraded: nothing is lost, the log verifies and goes on, and tokens are whose they were.
func TestDatabasesOfReleasesAreUpgraded(t *testing.T) {
	eachRelease(t, func(t *testing.T, r releasetest.Release, kind string) {
		name, driver, at, _ := r.Load(t, kind)
		raw := connect(t, driver, at)
		before := counts(t, raw)
		for table, n := range before {
			if n == "0" {
				t.Errorf("the release left nothing in %s", table)
			}
		}
		states := texts(t, raw, "SELECT id, state FROM elevations")
		holders := texts(t, raw, "SELECT hash, user_id FROM tokens WHERE revoked_at = 0")
		s, err := store.Open(t.Context(), name, store.Options{IDs: &numbered{}})
		must(t, err)
		defer s.Close()
		if diff := cmp.Diff(before, counts(t, raw)); diff != "" {
			t.Errorf("rows (-before +after):\n%s", diff)
		}
		if diff := cmp.Diff(states, texts(t, raw, "SELECT id, state FROM elevations")); diff != "" {
			t.Errorf("states (-before +after):\n%s", diff)
		}
		if diff := cmp.Diff(holders, texts(t, raw, "SELECT hash, user_id FROM tokens WHERE revoked_at = 0")); diff != "" {
			t.Errorf("tokens (-before +after):\n%s", diff)
		}
		_, err = s.VerifyLog(t.Context())
		must(t, err)
		must(t, s.Access().Update(t.Context(), func(ctx context.Context, tx access.Tx) error { return tx.Apply(ctx, filed("req")) }))
		_, err = s.VerifyLog(t.Context())
		must(t, err)
	})
}

// TestStatementsOfReleasesStillWork: while replicas are upgraded one after the other, programs of the version before send
// theirs to this schema.
func TestStatementsOfReleasesStillWork(t *testing.T) {
	eachRelease(t, func(t *testing.T, r releasetest.Release, kind string) {
		name, driver, at, _ := r.Load(t, kind)
		raw := connect(t, driver, at)
		must(t, openAndClose(t, name))
		var oldest int64
		must(t, raw.QueryRow("SELECT oldest_program FROM schema_support").Scan(&oldest))
		if r.Version < oldest {
			t.Logf("programs of version %d are refused", r.Version)
			return
		}
		demanded := demandedColumns(t, raw, kind)
		for _, statement := range r.Statements(t, kind) {
			if _, err := raw.ExecContext(t.Context(), "EXPLAIN "+statement); err != nil {
				t.Errorf("%s: %v", statement, err)
			}
			for _, missing := range unwritten(statement, demanded) {
				t.Errorf("%s leaves out %s, which has no default", statement, missing)
			}
		}
	})
}

func openAndClose(t *testing.T, name string) error {
	t.Helper()
	s, err := store.Open(t.Context(), name, store.Options{IDs: &numbered{}})
	if err != nil {
		return err
	}
	return s.Close()
}

// demandedColumns are those a new row must have, as "table column".
func demandedColumns(t *testing.T, raw *sql.DB, kind string) []string {
	t.Helper()
	query := `SELECT m.name || ' ' || c.name, '' FROM sqlite_schema AS m, pragma_table_info(m.name) AS c
		WHERE m.type = 'table' AND c."notnull" = 1 AND c.dflt_value IS NULL`
	if kind == releasetest.Postgres {
		query = `SELECT table_name || ' ' || column_name, '' FROM information_schema.columns WHERE table_schema = current_schema()
			AND is_nullable = 'NO' AND column_default IS NULL AND is_generated = 'NEVER' AND is_identity = 'NO'`
	}
	columns := slices.Sorted(maps.Keys(texts(t, raw, query)))
	if len(columns) < 100 {
		t.Fatalf("only %d columns are demanded: is the query of this test broken?", len(columns))
	}
	return columns
}

var insertion = regexp.MustCompile(`INSERT INTO "?(\w+)"?(?: AS "?\w+"?)? \(([^)]*)\)`)

// unwritten are the demanded columns that an insertion leaves out.
func unwritten(statement string, demanded []string) (missing []string) {
	for _, m := range insertion.FindAllStringSubmatch(statement, -1) {
		written := strings.Split(strings.ReplaceAll(m[2], `"`, ""), ", ")
		for _, d := range demanded {
			if table, column, _ := strings.Cut(d, " "); table == m[1] && !slices.Contains(written, column) {
				missing = append(missing, d)
			}
		}
	}
	return missing
}

// TestUnwrittenColumnsAreFound: the check above can fail.
func TestUnwrittenColumnsAreFound(t *testing.T) {
	got := unwritten(`INSERT INTO "votes" AS "vote" ("id", "at") VALUES ('', 1)`, []string{"alarms id", "votes at", "votes id", "votes stage"})
	if !slices.Equal(got, []string{"votes stage"}) {
		t.Errorf("got %q", got)
	}
}

// TestAMigrationOutlastsWorkingReplicas: what they hold for a moment too long does not end it.
func TestAMigrationOutlastsWorkingReplicas(t *testing.T) {
	if !postgrestest.Available(t) {
		return
	}
	name, driver, at, _ := releasetest.All(t)[0].Load(t, releasetest.Postgres)
	reader, err := connect(t, driver, at).BeginTx(t.Context(), nil)
	must(t, err)
	_, err = reader.Exec("SELECT 1 FROM requests, targets, votes, tokens, events LIMIT 1")
	must(t, err)
	opened := make(chan error, 1)
	go func() { opened <- openAndClose(t, with(t, name, "lock_timeout=300")) }()
	// A second attempt has another transaction than the first.
	look := connect(t, driver, at)
	first := ""
	eventually(t, "the migration was begun again", func() bool {
		var waiting string
		err := look.QueryRow(`SELECT COALESCE(MAX(virtualtransaction), '') FROM pg_locks WHERE NOT granted AND relation IS NOT NULL
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&waiting)
		must(t, err)
		if first == "" {
			first = waiting
		}
		return waiting != "" && waiting != first
	})
	must(t, reader.Rollback())
	must(t, <-opened)
}
