package store_test

import (
	"database/sql"
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/team-idc/team/internal/store"
	"github.com/team-idc/team/internal/store/postgrestest"
)

// database is one of the databases the store runs on. Every promise of the store is tested on each.
type database struct {
	name string
	open func(t *testing.T) testDB
}

// databases are those tested here; another one is another entry.
var databases = []database{{"SQLite", openSQLite}, {"PostgreSQL", openPostgres}}

// sqliteAlone is for what takes long and asks nothing of the database that a smaller test does not.
var sqliteAlone = databases[0]

// testDB is a fresh database, as the program sees it and as a hostile hand with SQL does.
type testDB struct {
	*store.Store

	raw *sql.DB
}

// numbered makes identifiers by counting.
type numbered struct{ n int }

func (s *numbered) Make(prefix string) string {
	s.n++
	return fmt.Sprintf("%s_%04d", prefix, s.n)
}

func openSQLite(t *testing.T) testDB {
	t.Helper()
	file := filepath.Join(t.TempDir(), "team.db")
	s, err := store.OpenSQLite(t.Context(), file, store.Options{IDs: &numbered{}, Unsafe: true})
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	raw, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)")
	must(t, err)
	raw.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = raw.Close() })
	return testDB{Store: s, raw: raw}
}

func openPostgres(t *testing.T) testDB {
	t.Helper()
	at := postgrestest.New(t)
	s, err := store.OpenPostgres(t.Context(), at, store.Options{IDs: &numbered{}, Unsafe: true})
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	raw, err := sql.Open("pgx", at)
	must(t, err)
	raw.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = raw.Close() })
	return testDB{Store: s, raw: raw}
}

func onEveryDatabase(t *testing.T, test func(*testing.T, testDB)) {
	t.Helper()
	eachDatabase(t, func(t *testing.T, d database) { test(t, d.open(t)) })
}

// eachDatabase is for tests that open it themselves, as those must that run in a bubble.
func eachDatabase(t *testing.T, test func(*testing.T, database)) {
	t.Helper()
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			if d.name == "SQLite" || postgrestest.Available(t) {
				test(t, d)
			}
		})
	}
}

func (db testDB) exec(t *testing.T, statement string) {
	t.Helper()
	if _, err := db.raw.Exec(statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// refuses demands that the database itself refuses a statement, with these words.
func (db testDB) refuses(t *testing.T, words, statement string) {
	t.Helper()
	_, err := db.raw.Exec(statement)
	if err == nil {
		t.Errorf("%s: accepted, want it refused with %q", statement, words)
	} else if !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(words)) {
		t.Errorf("%s: %v, want it refused with %q", statement, err, words)
	}
}

func (db testDB) one(t *testing.T, query string) (v string) {
	t.Helper()
	if err := db.raw.QueryRow(query).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// columns of a row and their values as SQL literals.
type columns map[string]string

func (c columns) with(more columns) columns {
	out := maps.Clone(c)
	maps.Copy(out, more)
	return out
}

func (c columns) insert(table string) string {
	names := slices.Sorted(maps.Keys(c))
	values := make([]string, len(names))
	for i, n := range names {
		values[i] = c[n]
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(names, ", "), strings.Join(values, ", "))
}

func (c columns) update(table, id string) string {
	sets := make([]string, 0, len(c))
	for _, n := range slices.Sorted(maps.Keys(c)) {
		sets = append(sets, n+" = "+c[n])
	}
	return fmt.Sprintf("UPDATE %s SET %s WHERE id = %s", table, strings.Join(sets, ", "), quote(id))
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// Rows as small as the schema allows.
var (
	plainRequest = columns{
		"id": "'req'", "kind": "'access'", "beneficiary_id": "'u-ann'", "filed_by": "'u-ann'", "machine": "false", "others": "'[]'",
		"justification": "'why'", "ticket": "''", "start_at": "1", "duration": "1", "created_at": "1", "expires_at": "1", "version": "1",
	}
	plainTarget = columns{
		"id": "'tgt'", "request_id": "'req'", "account_id": "'1'", "account_name": "''", "permission_set_arn": "'p'",
		"permission_set_name": "''", "state": "'pending'", "policies": "'[]'", "pending_until": "1", "version": "1",
	}
	plainVote = columns{
		"id": "'vote'", "target_id": "'tgt'", "voter_id": "'u-bob'", "beneficiary_id": "'u-ann'", "stage": "0", "approve": "true",
		"comment": "''", "at": "1", "strength": "''", "voter_groups": "'[]'",
	}
	plainElevation = columns{
		"id": "'elv'", "target_id": "'tgt'", "request_id": "'req'", "assignment_id": "'asg'", "user_id": "'u-ann'", "account_id": "'1'",
		"permission_set_arn": "'p'", "state": "'waiting'", "start_at": "1", "duration": "1", "attempt": "1", "created_at": "1", "version": "1",
	}
	plainAssignment = columns{
		"id": "'asg'", "user_id": "'u-ann'", "account_id": "'1'", "permission_set_arn": "'p'", "phase": "'idle'", "since": "1",
		"urgency": "1", "version": "1",
	}
	plainEvent = columns{
		"sequence": "0", "at": "1", "kind": "'k'", "actor_id": "''", "user_id": "''", "account_id": "''", "request_id": "''",
		"elevation_id": "''", "bytes": "''",
	}
	plainProposal = columns{
		"id": "'prp'", "kind": "'settings'", "policy_id": "'settings'", "base_version": "1", "name": "''", "body": "''", "deleted": "false",
		"reasons": "'[]'", "author_id": "'u-ada'", "created_at": "1", "state": "'proposed'", "version": "1",
	}
	plainPolicyVersion = columns{
		"kind": "'settings'", "id": "'settings'", "version": "1", "name": "''", "body": "'{}'", "deleted": "false", "widening": "false",
		"author_id": "'u-ada'", "effective_at": "1",
	}
	plainAlarm = columns{
		"id": "'alm'", "kind": "'k'", "severity": "'critical'", "subject": "'s'", "sentence": "''", "opened_at": "1", "last_seen": "1", "times": "1",
	}
)
