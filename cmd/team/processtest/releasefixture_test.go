//go:build fixture

package processtest

import (
	"bytes"
	"database/sql"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
	"github.com/team-idc/team/internal/store/postgrestest"
)

// TestMakeReleaseFixture writes, into the folder TEAM_TEST_FIXTURE, what this version of the program leaves behind when
// it is killed in the middle of its work: the databases as SQL and the checkpoints. Later versions are tested on them.
// tools/ci/release-fixture.sh runs it.
func TestMakeReleaseFixture(t *testing.T) {
	folder := os.Getenv("TEAM_TEST_FIXTURE")
	if folder == "" {
		t.Fatal("TEAM_TEST_FIXTURE names no folder")
	}
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t)
			if kind == "postgres" {
				if !postgrestest.Available(t) {
					t.Fatal("run it in tools/ci/with-servers.sh")
				}
				w.database = postgrestest.New(t)
				w.standBeforeAWS()
			}
			w.seed(time.Second)
			w.start()
			w.awaitDirectory()
			w.issueTokens()
			w.leaveMuchBehind()
			dump := dumpSQLite
			if kind == "postgres" {
				dump = dumpPostgres
			}
			write(t, filepath.Join(folder, kind+".sql"), dump(t, w))
			checkpoint, err := os.ReadFile(w.file("team.checkpoint"))
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(folder, kind+".checkpoint"), string(checkpoint))
		})
	}
}

// leaveMuchBehind has lives in all states, and kills the program when it is about to take access away.
func (w *world) leaveMuchBehind() {
	w.t.Helper()
	ended := w.life("shop-prod", "PowerUserAccess", time.Second)
	ended.until("approve")
	ended.await("ended")

	if _, err := w.aws.AddFault(simaws.Fault{Action: "sso:CreateAccountAssignment", LateFailure: "no such luck", Count: 1}); err != nil {
		w.t.Fatal(err)
	}
	failed := w.life("shop-dev", "DatabaseAdmin", time.Second)
	failed.ask()
	w.approveAs("second-approver", failed)
	failed.await("ended")

	rejected := w.life("shop-dev", "PowerUserAccess", time.Minute)
	rejected.ask()
	w.as("second-approver").post("/requests/"+rejected.id+"/reject", api.Ballot{Comment: "not today"}, nil)
	cancelled := w.life("shop-dev", "PowerUserAccess", time.Minute)
	cancelled.ask()
	w.as("requester").post("/requests/"+cancelled.id+"/cancel", nil, nil)
	pending := w.life("shop-dev", "PowerUserAccess", time.Minute)
	pending.ask()
	scheduled := w.life("shop-dev", "AdministratorAccess", time.Minute)
	scheduled.start = time.Now().Add(time.Minute).UTC()
	scheduled.ask()
	w.approveAs("second-approver", scheduled)

	active := w.life("shop-prod", "AdministratorAccess", time.Minute)
	active.until("approve")
	e := active.await("active")
	w.as("requester").post("/elevations/"+e.ID+"/extend", api.NewExtension{DurationSeconds: 60, Justification: "it takes longer"}, nil)

	var policies api.PolicyList
	w.as("admin").get("/policies", &policies)
	seconds := []int64{1800, 7200} // one narrows and is in force, one widens and waits
	for _, listed := range policies.Items {
		if listed.Kind != "eligibility" || len(seconds) == 0 {
			continue
		}
		var p api.EligibilityPolicy
		w.as("admin").get("/policies/eligibility/"+listed.ID, &p)
		p.MaxDurationSeconds, seconds = seconds[0], seconds[1:]
		draft := api.EligibilityDraft{Policy: p.EligibilityBody}
		if err := w.as("admin").changing(p.Version).try(http.MethodPut, "/policies/eligibility/"+p.ID, draft, nil); err != nil {
			w.t.Fatal(err)
		}
	}

	ending := w.life("shop-prod", "DatabaseAdmin", time.Second)
	killed := w.gate.arm(arrival("DeleteAccountAssignment")(ending), w.team.kill)
	ending.until("approve")
	select {
	case <-killed:
	case <-time.After(patience):
		w.t.Fatal("it was never about to delete")
	}
}

func (w *world) approveAs(persona string, l *life) {
	w.t.Helper()
	for _, who := range []string{persona, "approver"} {
		if w.as(who).try(http.MethodPost, "/requests/"+l.id+"/approve", api.Ballot{Comment: "yes"}, nil) == nil {
			return
		}
	}
	w.t.Fatalf("nobody may approve %s", l.id)
}

// dumpSQLite writes the file as statements: tables with their rows, and then what belongs to them.
func dumpSQLite(t *testing.T, w *world) string {
	t.Helper()
	db, err := sql.Open("sqlite", w.file("team.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var out strings.Builder
	tables := strings2(t, db, "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid")
	for _, table := range tables {
		out.WriteString(table[1] + ";\n")
	}
	for _, table := range tables {
		var columns, values []string
		for _, c := range strings2(t, db, "SELECT name, hidden FROM pragma_table_xinfo('"+table[0]+"')") {
			if c[1] == "0" { // generated columns are not written
				columns = append(columns, c[0])
				values = append(values, "quote("+c[0]+")")
			}
		}
		for _, row := range strings2(t, db, "SELECT '', "+strings.Join(values, "||', '||")+" FROM "+table[0]+" ORDER BY rowid") {
			fmt.Fprintf(&out, "INSERT INTO %s (%s) VALUES (%s);\n", table[0], strings.Join(columns, ", "), row[1])
		}
	}
	for _, other := range strings2(t, db, "SELECT name, sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL ORDER BY rowid") {
		out.WriteString(other[1] + ";\n")
	}
	return out.String()
}

func strings2(t *testing.T, db *sql.DB, query string) (out [][2]string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var r [2]string
		if err := rows.Scan(&r[0], &r[1]); err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func dumpPostgres(t *testing.T, w *world) string {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/pg_dump")
	if err != nil || len(found) == 0 {
		t.Fatalf("no pg_dump: %v", err)
	}
	cmd := exec.CommandContext(t.Context(), slices.Max(found), "--inserts", "--rows-per-insert=200", "--no-owner", "--no-privileges", w.database)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("pg_dump: %v\n%s", err, &errs)
	}
	var kept []string
	for line := range strings.Lines(out.String()) {
		// Comments are left out, and so are psql's own commands, and settings that older servers do not know.
		if s := strings.TrimSpace(line); s != "" && !strings.HasPrefix(s, "--") && !strings.HasPrefix(s, `\`) && !strings.HasPrefix(s, "SET ") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}
