package store_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/store"
	"github.com/team-idc/team/internal/store/postgrestest"
)

// named is a database of either kind that tests open by name, and with SQL.
type named struct {
	name   string // for store.Open
	folder string // of its migrations
	raw    *sql.DB
}

// eachNamed runs a test on an empty database of each kind.
func eachNamed(t *testing.T, test func(*testing.T, named)) {
	t.Helper()
	eachDatabase(t, func(t *testing.T, d database) {
		var n named
		var err error
		if d.name == "SQLite" {
			file := filepath.Join(t.TempDir(), "team.db")
			n = named{name: "sqlite:" + file, folder: "sqlite"}
			n.raw, err = sql.Open("sqlite", file)
		} else {
			n = named{name: postgrestest.Empty(t), folder: "postgres"}
			n.raw, err = sql.Open("pgx", n.name)
		}
		must(t, err)
		n.raw.SetMaxOpenConns(1)
		t.Cleanup(func() { _ = n.raw.Close() })
		test(t, n)
	})
}

func (n named) open(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), n.name, store.Options{IDs: &numbered{}})
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func (n named) exec(t *testing.T, statement string) {
	t.Helper()
	if _, err := n.raw.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// TestANewerSchemaThatSupportsThisProgramIsWorkedOn: while replicas are upgraded one after the other, a program of the
// version before may start again. It works, and migrates nothing.
func TestANewerSchemaThatSupportsThisProgramIsWorkedOn(t *testing.T) {
	eachNamed(t, func(t *testing.T, n named) {
		must(t, n.open(t).Close())
		n.exec(t, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)")
		n.exec(t, "ALTER TABLE requests ADD COLUMN of_a_newer_program bigint NOT NULL DEFAULT 7")
		s := n.open(t)
		must(t, s.Access().Update(t.Context(), func(ctx context.Context, tx access.Tx) error { return tx.Apply(ctx, filed("req")) }))
		must(t, s.Access().View(t.Context(), func(ctx context.Context, tx access.Tx) error {
			_, err := tx.Case(ctx, "req")
			return err
		}))
		var versions, newer int
		must(t, n.raw.QueryRow("SELECT MAX(version_id), (SELECT MAX(of_a_newer_program) FROM requests) FROM goose_db_version").Scan(&versions, &newer))
		if versions != 9999 || newer != 7 {
			t.Errorf("the schema has version %d, and the newer column %d", versions, newer)
		}
	})
}
