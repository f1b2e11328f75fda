package main

import (
	"database/sql"
	"testing"
)

// raiseVersion makes a database look as if a newer program had written it, that this one cannot work beside.
func raiseVersion(t *testing.T, file string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		"INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)", "UPDATE schema_support SET oldest_program = 9999",
		"PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA journal_mode = DELETE",
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
