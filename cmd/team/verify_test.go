package main

import (
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever can write the database can change what happened, and is found by the tree, or by a checkpoint that they could
// not write.
func TestVerifyFindsWhatWasChanged(t *testing.T) {
	r := startRig(t, t.TempDir())
	r.must("requester", "request", "list") // which waits until the organization was read
	file, checkpoint := filepath.Join(r.data, "team.db"), filepath.Join(r.data, "team.checkpoint")
	kept := filepath.Join(t.TempDir(), "kept.checkpoint")
	verify := func(more ...string) result {
		return command(t, nil, append([]string{"verify", "--database", "sqlite:" + file}, more...)...)
	}
	if got := verify(); got.code != exitOK || !strings.Contains(got.out, "events are as they were written") {
		t.Errorf("beside a running server: %d %s%s", got.code, got.out, got.err)
	}
	r.stop()
	content, err := os.ReadFile(checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(kept, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := verify(kept); got.code != exitOK || !strings.Contains(got.out, kept+", of ") || !strings.Contains(got.out, "the log continues it") {
		t.Errorf("with a checkpoint that was kept: %d %s%s", got.code, got.out, got.err)
	}
	if got := verify(filepath.Join(r.data, "none")); got.code != exitNotFound || !strings.Contains(got.err, "there is no checkpoint") {
		t.Errorf("with one that is not there: %d %s", got.code, got.err)
	}
	begins := strings.Index(string(content), `"root": "`) + len(`"root": "`)
	other := string(content[:begins]) + "AAAA" + string(content[begins+4:])
	if err := os.WriteFile(kept, []byte(other), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := verify(kept); got.code != exitFindings || !strings.Contains(got.out, "the history is another one") || !strings.Contains(got.out, "events are as they were written") {
		t.Errorf("with the checkpoint of another history: %d %s%s", got.code, got.out, got.err)
	}

	raw, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	for _, statement := range []string{"DROP TRIGGER events_fixed", "UPDATE events SET bytes = replace(bytes, 'system', 'nobody') WHERE sequence = 3"} {
		if _, err := raw.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	got := verify("-o", "json")
	var found verified
	if err := json.Unmarshal([]byte(got.out), &found); err != nil {
		t.Fatalf("%v in %s", err, got.out)
	}
	if got.code != exitFindings || !strings.Contains(found.Problem, "event 3 is not the one the tree was built from") || found.Events < 10 {
		t.Errorf("after an event was changed: %d %+v %s", got.code, found, got.err)
	}
}
