package store_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	sqlComment  = regexp.MustCompile(`(?m)--.*$`)
	sqlBlock    = regexp.MustCompile(`(?s)-- \+goose StatementBegin.*?-- \+goose StatementEnd`)
	sqlSpace    = regexp.MustCompile(`\s+`)
	dialectWord = strings.NewReplacer(` collate "c"`, "", " bytea", " blob", ") stored", ") virtual", "( ", "(", " )", ")")
	refusal     = regexp.MustCompile(`'(\w+_(?:update|delete|reason_change|illegal_move))'|'(%_delete|%_illegal_move|event_%)'`)
)

// schema is what a folder of migrations makes: tables with columns and constraints, indexes, and the rows they begin
// with, in one spelling for both databases. Triggers and functions are each database's own.
func schema(t *testing.T, folder string) (files, statements []string, triggers string) {
	t.Helper()
	entries, err := os.ReadDir("migrations/" + folder)
	must(t, err)
	for _, e := range entries {
		b, err := os.ReadFile("migrations/" + folder + "/" + e.Name())
		must(t, err)
		files = append(files, e.Name())
		text, _, _ := strings.Cut(string(b), "-- +goose Down")
		triggers += strings.Join(sqlBlock.FindAllString(text, -1), "\n")
		text = sqlComment.ReplaceAllString(sqlBlock.ReplaceAllString(text, ""), "")
		for s := range strings.SplitSeq(text, ";") {
			s = dialectWord.Replace(strings.ToLower(strings.TrimSpace(sqlSpace.ReplaceAllString(s, " "))))
			if s != "" && !strings.HasPrefix(s, "create trigger") {
				statements = append(statements, s)
			}
		}
	}
	return files, statements, triggers
}

// alike statements mean the same on both databases when they read the same.
var alike = []string{"create table ", "create index ", "create unique index ", "create view ", "alter table ", "insert into ", "update ", "drop index "}

// TestBothSchemasAreOne: the migrations for SQLite and PostgreSQL make the same tables, columns, constraints, indexes
// and first rows.
func TestBothSchemasAreOne(t *testing.T) {
	sqliteFiles, sqlite, _ := schema(t, "sqlite")
	postgresFiles, postgres, _ := schema(t, "postgres")
	if diff := cmp.Diff(sqliteFiles, postgresFiles); diff != "" {
		t.Errorf("files (-SQLite +PostgreSQL):\n%s", diff)
	}
	if diff := cmp.Diff(sqlite, postgres); diff != "" {
		t.Errorf("statements (-SQLite +PostgreSQL):\n%s", diff)
	}
	for _, s := range sqlite {
		if !slices.ContainsFunc(alike, func(begin string) bool { return strings.HasPrefix(s, begin) }) {
			t.Errorf("a statement this test does not compare by meaning: %s", s)
		}
	}
	if len(sqlite) < 30 {
		t.Errorf("only %d statements were found: is the parser of this test broken?", len(sqlite))
	}
}

// TestBothSchemasRefuseTheSame: the triggers of both databases refuse with the same words.
func TestBothSchemasRefuseTheSame(t *testing.T) {
	words := func(folder string) []string {
		var out []string
		_, _, triggers := schema(t, folder)
		for _, m := range refusal.FindAllStringSubmatch(triggers, -1) {
			switch m[2] {
			case "%_delete":
				out = append(out, "decision_delete", "elevation_delete")
			case "%_illegal_move":
				out = append(out, "decision_illegal_move", "elevation_illegal_move")
			case "event_%":
				out = append(out, "event_update", "event_delete")
			default:
				out = append(out, m[1])
			}
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	want := []string{
		"decision_delete", "decision_illegal_move", "elevation_delete", "elevation_illegal_move", "elevation_reason_change",
		"event_delete", "event_update",
	}
	for _, folder := range []string{"sqlite", "postgres"} {
		if diff := cmp.Diff(want, words(folder)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", folder, diff)
		}
	}
}
