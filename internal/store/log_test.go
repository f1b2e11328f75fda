package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/store"
)

// logged appends n events, in transactions of one to three.
func (db testDB) logged(t *testing.T, n int) {
	t.Helper()
	for i := 0; i < n; {
		var c access.Change
		for range min(1+i%3, n-i) {
			c.Events = append(c.Events, happened(fmt.Sprint("event.", i)))
			i++
		}
		db.apply(t, c)
	}
}

func TestTheLogHasNoGaps(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		db.logged(t, 20)
		_ = db.Access().Update(t.Context(), func(ctx context.Context, tx access.Tx) error {
			must(t, tx.Apply(ctx, access.Change{Events: []audit.Event{happened("rolled.back")}}))
			return context.Canceled
		})
		db.logged(t, 5)
		events, err := db.Events(t.Context(), store.EventFilter{After: -1})
		must(t, err)
		if len(events) != 25 {
			t.Fatalf("%d events", len(events))
		}
		for i, e := range events {
			if e.Sequence != int64(i) || e.Event.Kind == "rolled.back" {
				t.Errorf("event %d is %d, %s", i, e.Sequence, e.Event.Kind)
			}
		}
		head, err := db.VerifyLog(t.Context())
		must(t, err)
		if head.Size != 25 {
			t.Errorf("head at %d", head.Size)
		}
		after, err := db.Events(t.Context(), store.EventFilter{After: 22, Limit: 1})
		must(t, err)
		if len(after) != 1 || after[0].Sequence != 23 {
			t.Errorf("after 22: %+v", after)
		}
	})
}

func TestAnEmptyLogIsWhole(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		head, err := db.VerifyLog(t.Context())
		must(t, err)
		if head != (audit.Head{}) {
			t.Errorf("%+v", head)
		}
	})
}

// TestVerifyLogFindsWhatWasChanged: whoever owns the file can drop triggers and change rows, but not unnoticed.
func TestVerifyLogFindsWhatWasChanged(t *testing.T) {
	unprotect := "DROP TRIGGER events_fixed; DROP TRIGGER events_keep; "
	for name, c := range map[string]struct{ statement, words string }{
		"one byte of an event":     {"UPDATE events SET bytes = CAST(replace(CAST(bytes AS text), 'event.7', 'event.X') AS blob) WHERE sequence = 7", "is not the one"},
		"the last event":           {"UPDATE events SET bytes = CAST(CAST(bytes AS text) || ' ' AS blob) WHERE sequence = 19", "is not the one"},
		"two events swapped":       {"UPDATE events SET bytes = (SELECT bytes FROM events AS o WHERE o.sequence = 5 - events.sequence) WHERE sequence IN (2, 3)", "is not the one"},
		"an event that is gone":    {"DELETE FROM events WHERE sequence = 7", "event 7 is missing"},
		"the last event is gone":   {"DELETE FROM events WHERE sequence = 19", "event 19 is missing"},
		"an event beyond the head": {"INSERT INTO events SELECT sequence + 20, at, kind, actor_id, user_id, account_id, request_id, elevation_id, bytes FROM events WHERE sequence = 3", "event 23 lies beyond the head"},
		"a head moved back":        {"UPDATE audit_head SET size = 12", "event 19 lies beyond the head"},
		"a head moved on":          {"UPDATE audit_head SET size = 21", "event 20 is missing"},
		"a hash of the tree":       {"UPDATE audit_hashes SET hash = zeroblob(32) WHERE position = 30", "is not the one"},
		"a hash that is gone":      {"DELETE FROM audit_hashes WHERE position = 30", "hash 30 differs or is missing"},
		"a hash of another shape":  {"UPDATE audit_hashes SET hash = zeroblob(5) WHERE position = 30", "hash 30 differs"},
	} {
		t.Run(name, func(t *testing.T) {
			db := openSQLite(t) // tampering with a file takes the file's own SQL
			db.logged(t, 20)
			_, err := db.VerifyLog(t.Context())
			must(t, err)
			db.exec(t, unprotect+c.statement)
			if _, err := db.VerifyLog(t.Context()); err == nil || !strings.Contains(err.Error(), c.words) {
				t.Errorf("verify: %v, want an error with %q", err, c.words)
			}
		})
	}
}

// TestVerifyLogChecksEveryHashOfTheTree: a single changed hash anywhere is found, or the log could not be continued
// or proven from it.
func TestVerifyLogChecksEveryHashOfTheTree(t *testing.T) {
	const events = 20
	db := openSQLite(t)
	db.logged(t, events)
	for position := range atoi(t, db.one(t, "SELECT count(*) FROM audit_hashes")) {
		was := db.one(t, fmt.Sprintf("SELECT hex(hash) FROM audit_hashes WHERE position = %d", position))
		db.exec(t, fmt.Sprintf("UPDATE audit_hashes SET hash = zeroblob(32) WHERE position = %d", position))
		if _, err := db.VerifyLog(t.Context()); err == nil {
			t.Errorf("hash %d was changed and nobody noticed", position)
		}
		db.exec(t, fmt.Sprintf("UPDATE audit_hashes SET hash = x'%s' WHERE position = %d", was, position))
	}
	_, err := db.VerifyLog(t.Context())
	must(t, err)
}

// TestVerifyLogOfMoreThanItReadsAtOnce: nothing is left out between two readings.
func TestVerifyLogOfMoreThanItReadsAtOnce(t *testing.T) {
	db := openSQLite(t)
	for range 3 {
		var c access.Change
		for i := range 900 {
			c.Events = append(c.Events, happened(fmt.Sprint("event.", i)))
		}
		db.apply(t, c)
	}
	head, err := db.VerifyLog(t.Context())
	must(t, err)
	want, err := db.Head(t.Context())
	must(t, err)
	if head != want || head.Size != 2700 {
		t.Errorf("verified %+v, want %+v", head, want)
	}
	db.exec(t, "DROP TRIGGER events_fixed; UPDATE events SET bytes = x'00' WHERE sequence = 1000")
	if _, err := db.VerifyLog(t.Context()); err == nil || !strings.Contains(err.Error(), "event 1000 is not the one") {
		t.Errorf("verify: %v", err)
	}
}

func atoi(t *testing.T, s string) (n int) {
	t.Helper()
	_, err := fmt.Sscan(s, &n)
	must(t, err)
	return n
}

// TestCompareCheckpoint: a database put back from a backup is noticed, and so is another one.
func TestCompareCheckpoint(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		db.logged(t, 7)
		head, err := db.Head(t.Context())
		must(t, err)
		now := audit.Checkpoint{Head: head, IdentityStoreID: "d-1", At: noon}
		for name, c := range map[string]struct {
			checkpoint audit.Checkpoint
			store      string
			words      string
		}{
			"the same moment":                {now, "d-1", ""},
			"nothing was known":              {audit.Checkpoint{}, "d-1", ""},
			"another identity store":         {now, "d-2", "the identity store is d-2"},
			"the identity store is unknown":  {now, "", ""},
			"the database is older":          {audit.Checkpoint{Head: audit.Head{Size: 9, Root: head.Root}, At: noon}, "d-1", "holds 7 events, the checkpoint of 2026-11-25T12:00:00Z had 9"},
			"the history is another one":     {audit.Checkpoint{Head: audit.Head{Size: 7}, At: noon}, "d-1", "the history is another one"},
			"another history that is longer": {audit.Checkpoint{Head: audit.Head{Size: 5, Root: head.Root}, At: noon}, "d-1", "the history is another one"},
		} {
			problem, err := db.CompareCheckpoint(t.Context(), c.checkpoint, c.store)
			must(t, err)
			if (c.words == "") != (problem == "") || !strings.Contains(problem, c.words) {
				t.Errorf("%s: %q, want %q", name, problem, c.words)
			}
		}
		db.logged(t, 6)
		if problem, err := db.CompareCheckpoint(t.Context(), now, "d-1"); err != nil || problem != "" {
			t.Errorf("after the log went on: %q, %v", problem, err)
		}
		b, err := now.Encode()
		must(t, err)
		back, err := audit.DecodeCheckpoint(b)
		must(t, err)
		if back.Head != now.Head || back.IdentityStoreID != "d-1" || !back.At.Equal(noon) {
			t.Errorf("the checkpoint's file gives %+v", back)
		}
	})
}
