package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/config"
	"github.com/team-idc/team/internal/ident"
	"github.com/team-idc/team/internal/store"
)

// copyDatabase copies the database of a demo that is stopped.
func copyDatabase(t *testing.T, from, to string) {
	t.Helper()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		name := "team.db" + suffix
		content, err := os.ReadFile(filepath.Join(from, name))
		if os.IsNotExist(err) {
			_ = os.Remove(filepath.Join(to, name))
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDatabaseFromABackupGivesNobodyAnything(t *testing.T) {
	data, backup := t.TempDir(), t.TempDir()
	r := startRig(t, data)
	pending := r.create("10m")
	half := r.create("11m")
	r.must("approver", "approve", half.ID, "--comment", "ok", "--target", "shop-prod")
	later := decode[api.Request](t, r.must("requester", "request", "create", "--account", "playground", "--role", "ReadOnlyAccess", "--for", "5m",
		"--start", "+1h", "--ticket", "t", "--because", "later", "-o", "json").out)
	admin := command(t, nil, "demo", "token", "admin", "--data", data)
	eventually(t, func() bool {
		got := decode[api.Request](t, r.must("requester", "request", "show", half.ID, "-o", "json").out)
		return strings.Contains(fmt.Sprint(states(got)), "active")
	}, "the first target did not become active")
	r.stop()
	copyDatabase(t, data, backup)

	// What happens after the backup: everything is taken back.
	r = startRig(t, data)
	r.must("requester", "request", "cancel", pending.ID)
	r.must("requester", "request", "cancel", later.ID)
	r.must("admin", "revoke", half.ID, "--comment", "over")
	user := r.demo.sandbox.aws.UserID("requester")
	prod := half.Targets[0]
	eventually(t, func() bool {
		return !r.demo.sandbox.aws.CouldAssume(user, prod.AccountID, prod.PermissionSetARN, time.Now())
	}, "revoked access stays")
	r.stop()
	copyDatabase(t, backup, data)

	r = startRig(t, data)
	before := len(r.demo.sandbox.aws.Assignments())
	if got := command(t, environOf(r, admin), "recovery", "status"); got.code != exitNotSignedIn {
		t.Errorf("a token from before the recovery is answered with %d: %s", got.code, got.err)
	}
	if got := r.must("admin", "recovery", "status"); !strings.Contains(got.out, "older than what TEAM already did") {
		t.Errorf("recovery status says %q", got.out)
	}
	if got := r.must("admin", "alarms"); !strings.Contains(got.out, "recovery") {
		t.Errorf("no alarm about recovery: %q", got.out)
	}
	if got := r.as("second-approver", "approve", half.ID, "--comment", "ok"); got.code != exitUnavailable {
		t.Errorf("deciding in recovery mode ended with %d: %s", got.code, got.err)
	}
	if got := r.as("requester", "recovery", "release"); got.code != exitDenied {
		t.Errorf("the requester released recovery mode: %d", got.code)
	}
	r.must("admin", "recovery", "release")
	if got := r.as("second-approver", "approve", half.ID, "--comment", "ok"); got.code == exitOK {
		t.Errorf("a target from the backup could still be approved")
	}
	for _, id := range []string{pending.ID, half.ID, later.ID} {
		got := decode[api.Request](t, r.must("requester", "request", "show", id, "-o", "json").out)
		for _, target := range got.Targets {
			if target.Decision == "pending" || target.Elevation.State == "scheduled" || target.Elevation.State == "waiting" {
				t.Errorf("%s in %s is still %s, %s", id, target.AccountName, target.Decision, target.Elevation.State)
			}
			for _, v := range target.Votes {
				if !v.Void {
					t.Errorf("a vote from before the recovery counts: %+v", v)
				}
			}
		}
	}
	if after := len(r.demo.sandbox.aws.Assignments()); after > before {
		t.Errorf("there are %d assignments, before the recovery %d", after, before)
	}
	if calls := r.demo.sandbox.aws.CallsOf("sso:CreateAccountAssignment"); len(calls) != 0 {
		t.Errorf("assignments were created: %+v", calls)
	}
}

func states(r api.Request) []string {
	var all []string
	for _, t := range r.Targets {
		all = append(all, t.Elevation.State)
	}
	return all
}

// environOf makes an environment of lines printed earlier, with the address of the demo that runs now.
func environOf(r *rig, printed result) []string {
	_, token, _ := strings.Cut(printed.out, "TEAM_TOKEN=")
	return []string{"TEAM_URL=" + r.demo.note.URL, "TEAM_TOKEN=" + strings.TrimSpace(token)}
}

func TestEmptyDatabaseBesideACheckpointIsOlder(t *testing.T) {
	data := t.TempDir()
	startRig(t, data).stop()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(filepath.Join(data, "team.db"+suffix))
	}
	r := startRig(t, data)
	if got := r.must("admin", "recovery", "status"); !strings.Contains(got.out, "In recovery mode") {
		t.Errorf("recovery status says %q", got.out)
	}
}

func TestDatabaseThatCannotBeUsedIsLeftAsItIs(t *testing.T) {
	ctx := t.Context()
	folder := t.TempDir()
	newer := filepath.Join(folder, "newer.db")
	s, err := store.OpenSQLite(ctx, newer, store.Options{IDs: ident.New(nil, time.Now)})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	raiseVersion(t, newer)
	damaged := filepath.Join(folder, "damaged.db")
	content, err := os.ReadFile(newer)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096; i < len(content)-100; i += 64 {
		copy(content[i:], "damaged!")
	}
	files := map[string]string{newer: "newer version of TEAM", damaged: "it was left as it is", filepath.Join(folder, "text.db"): "it was left as it is"}
	if err := os.WriteFile(damaged, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "text.db"), bytes.Repeat([]byte("a letter to a friend\n"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for file, want := range files {
		before, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got := command(t, nil, "serve", "--database", "sqlite:"+file, "--checkpoint-file", "", "--listen", "127.0.0.1:0")
		if got.code != exitError || !strings.Contains(got.err, want) {
			t.Errorf("%s: ended with %d: %s", filepath.Base(file), got.code, got.err)
		}
		after, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(before, after) {
			t.Errorf("%s was written to", filepath.Base(file))
		}
	}
}

func TestDamagedCheckpointStopsTheStart(t *testing.T) {
	folder := t.TempDir()
	c := *config.Default()
	c.Database, c.Checkpoint = "sqlite:"+filepath.Join(folder, "team.db"), filepath.Join(folder, "team.checkpoint")
	if err := os.WriteFile(c.Checkpoint, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := newServer(t.Context(), c, newLog(config.Log{Level: "error"}, os.Stderr), nil)
	if err == nil || !strings.Contains(err.Error(), "is damaged") {
		t.Errorf("got %v", err)
	}
}

func TestServeRefusesAForeignEndpoint(t *testing.T) {
	file := filepath.Join(t.TempDir(), "team.yaml")
	if err := os.WriteFile(file, []byte("aws: {endpoint: 'http://127.0.0.1:4566'}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := command(t, nil, "serve", "--config", file)
	if got.code != exitUsage || !strings.Contains(got.err, "is not one of AWS's") {
		t.Errorf("ended with %d: %s", got.code, got.err)
	}
	if got := command(t, []string{"TEAM_LIMITS_MINIMUM_DURATON=5s"}, "config", "check"); got.code != exitUsage || !strings.Contains(got.err, "TEAM_LIMITS_MINIMUM_DURATION?") {
		t.Errorf("an unknown variable ended with %d: %s", got.code, got.err)
	}
}
