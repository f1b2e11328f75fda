package store_test

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/team-idc/team/internal/store"
)

// aDatabase writes a file with a whole database of TEAM and returns its path.
func aDatabase(t *testing.T, edits ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "team.db")
	s, err := store.OpenSQLite(t.Context(), file, store.Options{IDs: &numbered{}})
	must(t, err)
	must(t, s.Close())
	raw, err := sql.Open("sqlite", file)
	must(t, err)
	for _, e := range append(edits, "PRAGMA wal_checkpoint(TRUNCATE)") {
		_, err := raw.Exec(e)
		must(t, err)
	}
	must(t, raw.Close())
	return file
}

// TestBadFilesAreRefusedAndLeftAsTheyAre: with a sentence that says what to do.
func TestBadFilesAreRefusedAndLeftAsTheyAre(t *testing.T) {
	write := func(t *testing.T, content []byte) string {
		t.Helper()
		file := filepath.Join(t.TempDir(), "team.db")
		must(t, os.WriteFile(file, content, 0o600))
		return file
	}
	for name, c := range map[string]struct {
		file  func(*testing.T) string
		words []string
	}{
		"not a database": {
			func(t *testing.T) string { return write(t, []byte(strings.Repeat("Dear diary, ", 1000))) },
			[]string{"is not a database of TEAM", "left as it is", "Name another file"},
		},
		"a short text": {
			func(t *testing.T) string { return write(t, []byte("hello\n")) },
			[]string{"is not a database of TEAM", "left as it is"},
		},
		"cut off in the middle": {
			func(t *testing.T) string {
				file := aDatabase(t)
				b, err := os.ReadFile(file)
				must(t, err)
				return write(t, b[:len(b)/2])
			},
			[]string{"damaged", "left as it is", "backup"},
		},
		"a page of noise": {
			func(t *testing.T) string {
				b, err := os.ReadFile(aDatabase(t))
				must(t, err)
				for i := 4096 * 3; i < 4096*6; i++ {
					b[i] ^= byte(i*31 + 7)
				}
				return write(t, b)
			},
			[]string{"damaged", "left as it is", "backup"},
		},
		"written by a newer version": {
			func(t *testing.T) string {
				return aDatabase(t, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)", "UPDATE schema_support SET oldest_program = 9998")
			},
			[]string{"version 9999", "newer version of TEAM", "version 9998 or later", "left as it is"},
		},
		"written by a newer version that says nothing of older ones": {
			func(t *testing.T) string {
				return aDatabase(t, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)", "DROP TABLE schema_support")
			},
			[]string{"version 9999", "left as it was"},
		},
		"the database of another program": {
			func(t *testing.T) string {
				file := filepath.Join(t.TempDir(), "other.db")
				raw, err := sql.Open("sqlite", file)
				must(t, err)
				_, err = raw.Exec("CREATE TABLE recipes (name text); INSERT INTO recipes VALUES ('soup')")
				must(t, err)
				must(t, raw.Close())
				return file
			},
			[]string{"another program", "left as it is"},
		},
		"the database of another program that writes ahead": {
			func(t *testing.T) string {
				file := filepath.Join(t.TempDir(), "other.db")
				raw, err := sql.Open("sqlite", file)
				must(t, err)
				for _, s := range []string{"PRAGMA journal_mode = WAL", "CREATE TABLE goose_db_version (id)", "CREATE TABLE geese (id)"} {
					_, err = raw.Exec(s)
					must(t, err)
				}
				must(t, raw.Close())
				return file
			},
			[]string{"another program", "left as it is"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			file := c.file(t)
			before, err := os.ReadFile(file)
			must(t, err)
			s, err := store.OpenSQLite(t.Context(), file, store.Options{IDs: &numbered{}})
			if err == nil {
				_ = s.Close()
				t.Fatal("it was opened")
			}
			for _, w := range c.words {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("the error lacks %q: %v", w, err)
				}
			}
			after, err := os.ReadFile(file)
			must(t, err)
			if !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
			for _, beside := range []string{"-wal", "-shm", "-journal"} {
				if _, err := os.Stat(file + beside); err == nil {
					t.Errorf("%s lies beside it", beside)
				}
			}
		})
	}
}

func TestAnEmptyFileBecomesADatabase(t *testing.T) {
	file := filepath.Join(t.TempDir(), "odd name?#%20.db")
	must(t, os.WriteFile(file, nil, 0o600))
	for range 2 { // new, and again
		s, err := store.OpenSQLite(t.Context(), file, store.Options{IDs: &numbered{}})
		must(t, err)
		must(t, s.Close())
	}
	b, err := os.ReadFile(file)
	must(t, err)
	if !bytes.HasPrefix(b, []byte("SQLite format 3")) {
		t.Error("the named file is not the database")
	}
}

// TestAnInterruptedFirstStartGoesOn: the migrations' own table is there, nothing else.
func TestAnInterruptedFirstStartGoesOn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "team.db")
	raw, err := sql.Open("sqlite", file)
	must(t, err)
	_, err = raw.Exec(`CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now')));
		INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1)`)
	must(t, err)
	must(t, raw.Close())
	s, err := store.OpenSQLite(t.Context(), file, store.Options{IDs: &numbered{}})
	must(t, err)
	must(t, s.Close())
}

func TestAFileThatCannotBeReadIsAnError(t *testing.T) {
	if _, err := store.OpenSQLite(t.Context(), t.TempDir(), store.Options{IDs: &numbered{}}); err == nil {
		t.Error("a folder was opened as a database")
	}
	if _, err := store.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "none", "team.db"), store.Options{IDs: &numbered{}}); err == nil {
		t.Error("a file in a folder that is not there was opened")
	}
}

// A new database is nobody's business but its user's, and so are the files beside it.
func TestNewFilesAreReadByTheirUserAlone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "team.db")
	s, err := store.OpenSQLite(t.Context(), file, store.Options{IDs: &numbered{}})
	must(t, err)
	names, err := filepath.Glob(file + "*")
	must(t, err)
	for _, name := range names {
		info, err := os.Stat(name)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v", filepath.Base(name), info.Mode())
		}
	}
	must(t, s.Close())
}
