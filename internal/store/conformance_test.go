package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/delivery"
	"github.com/team-idc/team/internal/policy"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 123456000, time.UTC)

func happened(kind string) audit.Event {
	return audit.Event{Kind: kind, At: noon, Actor: audit.Actor{Kind: audit.System, ID: "test"}, Subject: audit.Subject{Request: "req"}}
}

// filed is a change that files a request with a pending and an approved target.
func filed(id string) access.Change {
	r := access.Request{
		ID: id, Kind: access.KindAccess, BeneficiaryID: "u-ann", FiledBy: "m-ci", Machine: true, Others: []string{"u-owner"},
		Justification: "warum nicht? 理由", Ticket: "INC-1", StartAt: noon.Add(time.Minute), Duration: 90 * time.Second, CreatedAt: noon,
		ExpiresAt: noon.Add(3 * time.Hour),
	}
	pending := access.Target{
		ID: id + "-a", RequestID: id, AccountID: "100000000001", AccountName: "prod", PermissionSetARN: "arn:a", PermissionSetName: "Admin",
		Decision: access.Pending, Policies: []policy.Ref{{Kind: policy.KindEligibility, ID: "p1", Name: "P", Version: 2}},
	}
	approved := pending
	approved.ID, approved.AccountID, approved.Decision, approved.DecidedAt = id+"-b", "100000000002", access.Approved, noon
	return access.Change{
		Request: &r, Targets: []access.Target{pending, approved},
		Elevations: []access.Elevation{elevationOf(r, pending, access.Waiting), elevationOf(r, approved, access.Scheduled)},
		Events:     []audit.Event{happened("request.created")},
	}
}

func elevationOf(r access.Request, t access.Target, s access.State) access.Elevation {
	return access.Elevation{
		ID: "elv-" + t.ID, TargetID: t.ID, RequestID: r.ID, AssignmentID: access.AssignmentID(r.BeneficiaryID, t.AccountID, t.PermissionSetARN),
		UserID: r.BeneficiaryID, AccountID: t.AccountID, PermissionSetARN: t.PermissionSetARN, State: s, StartAt: r.StartAt,
		Duration: r.Duration, Deadline: r.StartAt.Add(time.Hour), Attempt: 1, CreatedAt: noon,
	}
}

func (db testDB) apply(t *testing.T, c access.Change) {
	t.Helper()
	must(t, db.tryApply(t, c))
}

func (db testDB) tryApply(t *testing.T, c access.Change) error {
	t.Helper()
	return db.Access().Update(t.Context(), func(ctx context.Context, tx access.Tx) error { return tx.Apply(ctx, c) })
}

func (db testDB) read(t *testing.T, id string) (c access.Case) {
	t.Helper()
	must(t, db.Access().View(t.Context(), func(ctx context.Context, tx access.Tx) (err error) {
		c, err = tx.Case(ctx, id)
		return err
	}))
	return c
}

// deliver runs f in one writing transaction of delivery.
func (db testDB) deliver(t *testing.T, f func(context.Context, delivery.Tx) error) error {
	t.Helper()
	return db.Delivery().Update(t.Context(), f)
}

func (db testDB) size(t *testing.T) int64 {
	t.Helper()
	head, err := db.Head(t.Context())
	must(t, err)
	return head.Size
}

func TestACaseComesBackAsItWasStored(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		c := filed("req")
		db.apply(t, c)
		vote := access.Vote{
			ID: "vote", TargetID: "req-a", VoterID: "u-bob", Stage: 1, Approve: true, Comment: "ja", At: noon, Strength: "mfa", Groups: []string{"g1", "g2"},
			Proofs: []access.Proof{{Kind: access.ProofProvider, At: noon, Provider: "okta", ACR: "mfa", AMR: []string{"otp"}}, {Kind: access.ProofPasskey, At: noon, PasskeyID: "pky_1"}},
		}
		db.apply(t, access.Change{Votes: []access.Vote{vote}, Events: []audit.Event{happened("vote.cast")}})
		want := access.Case{Request: *c.Request, Targets: c.Targets, Elevations: c.Elevations, Votes: []access.Vote{vote}}
		want.Request.Version = 1
		for i := range want.Targets {
			want.Targets[i].Version, want.Elevations[i].Version = 1, 1
		}
		if diff := cmp.Diff(want, db.read(t, "req")); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		must(t, db.Access().View(t.Context(), func(ctx context.Context, tx access.Tx) error {
			got, err := tx.CaseOfElevation(ctx, "elv-req-b")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("by elevation (-want +got):\n%s", diff)
			}
			return err
		}))
	})
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		must(t, db.Access().View(t.Context(), func(ctx context.Context, tx access.Tx) error {
			if _, err := tx.Case(ctx, "req"); access.CodeOf(err) != access.CodeNotFound {
				t.Errorf("case: %v", err)
			}
			if _, err := tx.CaseOfElevation(ctx, "elv"); access.CodeOf(err) != access.CodeNotFound {
				t.Errorf("case of elevation: %v", err)
			}
			return nil
		}))
	})
}

// TestP6ASilentChangeIsRefused: a change without an event is none.
func TestP6ASilentChangeIsRefused(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		c := filed("req")
		c.Events = nil
		if err := db.tryApply(t, c); err == nil {
			t.Error("a change without an event was applied")
		}
		if got := db.one(t, "SELECT count(*) FROM requests"); got != "0" {
			t.Errorf("%s requests", got)
		}
	})
}

// TestP6AChangeIsAppliedWholeOrNotAtAll: whatever part of it fails, and whenever the use case gives up.
func TestP6AChangeIsAppliedWholeOrNotAtAll(t *testing.T) {
	gaveUp := errors.New("gave up")
	for name, spoil := range map[string]func(*access.Change){
		"the use case gives up after applying": func(*access.Change) {},
		"an illegal birth of the last elevation": func(c *access.Change) {
			c.Elevations[1].State = access.Active
		},
		"a broken constraint": func(c *access.Change) { c.Targets[1].DecidedAt = time.Time{} },
		"a vote of the requester": func(c *access.Change) {
			c.Votes = []access.Vote{{ID: "v", TargetID: "req-a", VoterID: "u-ann", At: noon}}
		},
		"an event that cannot be written": func(c *access.Change) {
			c.Events = append(c.Events, audit.Event{Kind: "odd", At: noon, Data: map[string]any{"x": func() {}}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			onEveryDatabase(t, func(t *testing.T, db testDB) {
				c := filed("req")
				c.Looks = []access.Look{c.Elevations[1].LookAt(noon, false)}
				spoil(&c)
				err := db.Access().Update(t.Context(), func(ctx context.Context, tx access.Tx) error {
					if err := tx.Apply(ctx, c); err != nil {
						return err
					}
					return gaveUp
				})
				if err == nil {
					t.Fatal("applied")
				}
				for _, table := range []string{"requests", "targets", "votes", "elevations", "assignments", "events", "audit_hashes"} {
					if got := db.one(t, "SELECT count(*) FROM "+table); got != "0" {
						t.Errorf("%s rows in %s", got, table)
					}
				}
				if n := db.size(t); n != 0 {
					t.Errorf("the log has %d events", n)
				}
				db.apply(t, filed("req")) // and the next try works
			})
		})
	}
}

// TestStaleVersionsAreRefused: on every kind of row, who read before somebody else wrote does not write.
func TestStaleVersionsAreRefused(t *testing.T) {
	events := []audit.Event{happened("changed")}
	for name, change := range map[string]func(access.Case) access.Change{
		"request":   func(c access.Case) access.Change { return access.Change{Request: &c.Request, Events: events} },
		"target":    func(c access.Case) access.Change { return access.Change{Targets: c.Targets[:1], Events: events} },
		"elevation": func(c access.Case) access.Change { return access.Change{Elevations: c.Elevations[:1], Events: events} },
	} {
		t.Run(name, func(t *testing.T) {
			onEveryDatabase(t, func(t *testing.T, db testDB) {
				db.apply(t, filed("req"))
				c := change(db.read(t, "req"))
				db.apply(t, c)
				size := db.size(t)
				if err := db.tryApply(t, c); !errors.Is(err, error(access.ErrStale)) {
					t.Errorf("second write: %v, want it stale", err)
				}
				if got := db.size(t); got != size {
					t.Errorf("the log grew from %d to %d events by a stale write", size, got)
				}
			})
		})
	}
	t.Run("assignment", func(t *testing.T) {
		onEveryDatabase(t, func(t *testing.T, db testDB) {
			db.look(t, "a", noon, false)
			a := db.assignment(t, "a")
			write := func() error {
				return db.deliver(t, func(ctx context.Context, tx delivery.Tx) error { return tx.SaveAssignment(ctx, a) })
			}
			must(t, write())
			if err := write(); !errors.Is(err, error(access.ErrStale)) {
				t.Errorf("second write: %v, want it stale", err)
			}
		})
	})
}

// TestAViewWritesNothing: reading transactions cannot change anything.
func TestAViewWritesNothing(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		err := db.Access().View(t.Context(), func(ctx context.Context, tx access.Tx) error { return tx.Apply(ctx, filed("req")) })
		if err == nil {
			t.Error("a view wrote")
		}
	})
}

func TestOpenElevationsOfAnAssignment(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		for _, id := range []string{"r1", "r2", "r3"} {
			db.apply(t, filed(id))
		}
		ended := db.read(t, "r2").Elevations[1]
		must(t, ended.BeginEnd(access.ReasonCancelled, "", "", noon))
		db.apply(t, access.Change{Elevations: []access.Elevation{ended}, Events: []audit.Event{happened("elevation.ended")}})
		var got []string
		must(t, db.Access().View(t.Context(), func(ctx context.Context, tx access.Tx) error {
			es, err := tx.ElevationsOn(ctx, ended.AssignmentID)
			for _, e := range es {
				got = append(got, e.ID)
			}
			return err
		}))
		if want := fmt.Sprint([]string{"elv-r1-b", "elv-r3-b"}); fmt.Sprint(got) != want {
			t.Errorf("open elevations: %v, want %s", got, want)
		}
	})
}

func TestExpiredRequestsComeInTheOrderOfTheirLimits(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		find := func(now time.Time) (id string, next time.Time) {
			must(t, db.Access().View(t.Context(), func(ctx context.Context, tx access.Tx) error {
				c, found, n, err := tx.ExpiredRequest(ctx, now)
				if next = n; found {
					id = c.Request.ID
				}
				return err
			}))
			return id, next
		}
		if id, next := find(noon); id != "" || !next.IsZero() {
			t.Errorf("with no request: %q, next %v", id, next)
		}
		for id, after := range map[string]time.Duration{"late": 3 * time.Hour, "early": time.Hour} {
			c := filed(id)
			c.Request.ExpiresAt = noon.Add(after)
			db.apply(t, c)
		}
		if id, next := find(noon.Add(time.Hour - time.Microsecond)); id != "" || !next.Equal(noon.Add(time.Hour)) {
			t.Errorf("before the first limit: %q, next %v", id, next)
		}
		if id, _ := find(noon.Add(time.Hour)); id != "early" {
			t.Errorf("at the first limit: %q", id)
		}
		decided := db.read(t, "early").Targets[0]
		decided.Decision, decided.DecidedAt = access.Rejected, noon
		db.apply(t, access.Change{Targets: []access.Target{decided}, Events: []audit.Event{happened("target.rejected")}})
		if id, next := find(noon.Add(time.Hour)); id != "" || !next.Equal(noon.Add(3*time.Hour)) {
			t.Errorf("after the first was decided: %q, next %v", id, next)
		}
	})
}

func TestAnExtensionsCaseHoldsTheElevationItExtends(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		db.apply(t, filed("req"))
		ext := filed("ext")
		ext.Request.Kind = access.KindExtension
		ext.Targets, ext.Elevations = ext.Targets[:1], nil
		ext.Targets[0].Extends = "elv-req-b"
		db.apply(t, ext)
		pendingOf := func(elevation string) (out []access.Case) {
			must(t, db.Access().View(t.Context(), func(ctx context.Context, tx access.Tx) (err error) {
				out, err = tx.PendingExtensions(ctx, elevation)
				return err
			}))
			return out
		}
		found := pendingOf("elv-req-b")
		if len(found) != 1 || found[0].Request.ID != "ext" || len(found[0].Elevations) != 1 || found[0].Elevations[0].ID != "elv-req-b" {
			t.Errorf("pending extensions: %+v", found)
		}
		if other := pendingOf("elv-req-a"); len(other) != 0 {
			t.Errorf("of another elevation: %+v", other)
		}
		settled := found[0].Targets[0]
		settled.Decision, settled.DecidedAt = access.Expired, noon
		db.apply(t, access.Change{Targets: []access.Target{settled}, Events: []audit.Event{happened("target.expired")}})
		if after := pendingOf("elv-req-b"); len(after) != 0 {
			t.Errorf("after it expired: %+v", after)
		}
	})
}
