package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/delivery"
)

// look asks for a look at an assignment, as a use case does.
func (db testDB) look(t *testing.T, id string, at time.Time, removal bool) {
	t.Helper()
	db.apply(t, access.Change{
		Looks:  []access.Look{{AssignmentID: id, UserID: "u-" + id, AccountID: "1", PermissionSetARN: "p", At: at, Removal: removal}},
		Events: []audit.Event{happened("looked")},
	})
}

func (db testDB) assignment(t *testing.T, id string) (a delivery.Assignment) {
	t.Helper()
	must(t, db.Delivery().View(t.Context(), func(ctx context.Context, tx delivery.Tx) (err error) {
		a, err = tx.Assignment(ctx, id)
		return err
	}))
	return a
}

// save changes an assignment's row.
func (db testDB) save(t *testing.T, id string, edit func(*delivery.Assignment)) {
	t.Helper()
	must(t, db.deliver(t, func(ctx context.Context, tx delivery.Tx) error {
		a, err := tx.Assignment(ctx, id)
		if err != nil {
			return err
		}
		edit(&a)
		return tx.SaveAssignment(ctx, a)
	}))
}

func (db testDB) due(t *testing.T, now time.Time, room delivery.Room) (id string, next time.Time) {
	t.Helper()
	must(t, db.deliver(t, func(ctx context.Context, tx delivery.Tx) error {
		a, found, n, err := tx.DueAssignment(ctx, now, room)
		if next = n; found {
			id = a.ID
		}
		return err
	}))
	return id, next
}

func TestAnAssignmentComesBackAsItWasStored(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		db.look(t, "a", noon, false)
		want := delivery.Assignment{
			ID: "a", Triple: delivery.Triple{UserID: "u-a", AccountID: "1", PermissionSetARN: "p"}, Phase: delivery.Creating,
			Since: noon, RequestID: "op", CreateSentAt: noon.Add(1), Failure: "f", InDoubt: true, SeenAt: noon.Add(time.Second),
			AbsentAt: noon.Add(2 * time.Second), Problem: "p", Tries: 3, Urgency: delivery.LooksAfter, NeedsSlot: true,
			DueAt: noon.Add(3 * time.Second), LeasedUntil: noon.Add(4 * time.Second), Looks: 7, Version: 1,
		}
		want.CreateSentAt = noon.Add(time.Microsecond)
		db.save(t, "a", func(a *delivery.Assignment) { *a = want })
		want.Version = 2
		if diff := cmp.Diff(want, db.assignment(t, "a")); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// TestLooks: asking is idempotent, the earliest time and the greatest urgency count, and a step in progress keeps
// its result but learns that somebody asked.
func TestLooks(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		type state struct {
			due            time.Duration
			urgency        delivery.Urgency
			looks, version int64
		}
		is := func(when string, want state) {
			t.Helper()
			a := db.assignment(t, "a")
			got := state{a.DueAt.Sub(noon), a.Urgency, a.Looks, a.Version}
			if got != want {
				t.Errorf("%s: %+v, want %+v", when, got, want)
			}
		}
		db.look(t, "a", noon.Add(time.Hour), false)
		is("first", state{time.Hour, delivery.GivesAccess, 0, 1})
		db.look(t, "a", noon.Add(2*time.Hour), false)
		is("a later one", state{time.Hour, delivery.GivesAccess, 1, 1})
		db.look(t, "a", noon.Add(time.Minute), false)
		is("an earlier one", state{time.Minute, delivery.GivesAccess, 2, 1})
		db.look(t, "a", noon.Add(3*time.Hour), true)
		is("a removal later", state{time.Minute, delivery.EndsAccess, 3, 1})
		db.look(t, "a", noon, false)
		is("a grant after a removal", state{0, delivery.EndsAccess, 4, 1})
		db.save(t, "a", func(a *delivery.Assignment) { a.DueAt, a.Urgency = time.Time{}, delivery.LooksAfter })
		db.look(t, "a", noon.Add(time.Hour), false)
		is("after nothing was due", state{time.Hour, delivery.GivesAccess, 5, 2})
	})
}

// TestALookDuringAStepIsNotLost: looks grow while the lease is held, and the step's own write succeeds.
func TestALookDuringAStepIsNotLost(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		db.look(t, "a", noon, false)
		claimed := db.assignment(t, "a")
		db.look(t, "a", noon, true)
		must(t, db.deliver(t, func(ctx context.Context, tx delivery.Tx) error {
			now, err := tx.Assignment(ctx, "a")
			if err != nil {
				return err
			}
			if now.Version != claimed.Version || now.Looks != claimed.Looks+1 {
				t.Errorf("version %d to %d, looks %d to %d", claimed.Version, now.Version, claimed.Looks, now.Looks)
			}
			return tx.SaveAssignment(ctx, now)
		}))
	})
}

func TestDueAssignmentsRemovalsFirst(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		if id, next := db.due(t, noon, delivery.RoomForAll); id != "" || !next.IsZero() {
			t.Errorf("with no assignment: %q, next %v", id, next)
		}
		db.look(t, "grant-early", noon.Add(-time.Hour), false)
		db.look(t, "remove-late", noon.Add(-time.Second), true)
		db.look(t, "remove-early", noon.Add(-time.Minute), true)
		db.look(t, "look", noon.Add(-2*time.Hour), false)
		db.save(t, "look", func(a *delivery.Assignment) { a.Urgency = delivery.LooksAfter })
		db.look(t, "future", noon.Add(time.Hour), true)
		var order []string
		for range 5 {
			id, next := db.due(t, noon, delivery.RoomForAll)
			if id == "" {
				if !next.Equal(noon.Add(time.Minute)) { // the leases end before the future one is due
					t.Errorf("next %v", next)
				}
				break
			}
			order = append(order, id)
			db.save(t, id, func(a *delivery.Assignment) { a.LeasedUntil = noon.Add(time.Minute) })
		}
		want := []string{"remove-early", "remove-late", "grant-early", "look"}
		if fmt.Sprint(order) != fmt.Sprint(want) {
			t.Errorf("order %v, want %v", order, want)
		}
		if id, _ := db.due(t, noon.Add(time.Minute-time.Microsecond), delivery.RoomForAll); id != "" {
			t.Errorf("%s was given while it is leased", id)
		}
		if id, _ := db.due(t, noon.Add(time.Minute), delivery.RoomForAll); id != "remove-early" {
			t.Errorf("at the end of the leases: %q", id)
		}
		if id, _ := db.due(t, noon.Add(time.Hour), delivery.RoomForAll); id != "remove-early" {
			t.Errorf("an hour later: %q", id)
		}
	})
}

func TestWithoutASlotOnlyWhatNeedsNoneIsDue(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		db.look(t, "delete", noon, true)
		db.save(t, "delete", func(a *delivery.Assignment) { a.Phase, a.NeedsSlot = delivery.Removing, true })
		if id, next := db.due(t, noon, delivery.NoRoom); id != "" || !next.IsZero() {
			t.Errorf("without a slot: %q, next %v", id, next)
		}
		db.look(t, "poll", noon.Add(time.Second), false)
		if id, next := db.due(t, noon, delivery.NoRoom); id != "" || !next.Equal(noon.Add(time.Second)) {
			t.Errorf("without a slot: %q, next %v", id, next)
		}
		if id, _ := db.due(t, noon.Add(time.Second), delivery.NoRoom); id != "poll" {
			t.Errorf("without a slot, later: %q", id)
		}
		if id, _ := db.due(t, noon.Add(time.Second), delivery.RoomForAll); id != "delete" {
			t.Errorf("with a slot: %q", id)
		}
	})
}

// TestSlotsAreCountedFromTheRows: a crash cannot leak one, since nothing but the rows holds it.
func TestSlotsAreCountedFromTheRows(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		type row struct {
			phase  delivery.Phase
			leased bool
			counts bool
		}
		rows := []row{
			{delivery.Idle, true, false},
			{delivery.Claimed, false, false},
			{delivery.Claimed, true, true},
			{delivery.Creating, false, true},
			{delivery.Creating, true, true},
			{delivery.Verifying, true, false},
			{delivery.Held, true, false},
			{delivery.Removing, false, false},
			{delivery.Removing, true, true},
			{delivery.Deleting, false, true},
			{delivery.Clearing, true, false},
		}
		want := 0
		for i, r := range rows {
			id := fmt.Sprint("a", i)
			db.look(t, id, noon, false)
			db.save(t, id, func(a *delivery.Assignment) {
				a.Phase = r.phase
				if r.leased {
					a.LeasedUntil = noon.Add(time.Microsecond)
				}
			})
			if r.counts {
				want++
			}
		}
		count := func(now time.Time) (n int, creating int) {
			must(t, db.Delivery().View(t.Context(), func(ctx context.Context, tx delivery.Tx) (err error) {
				if n, err = tx.InFlight(ctx, now); err != nil {
					return err
				}
				others, err := tx.OthersInFlight(ctx, delivery.Creating)
				creating = len(others)
				return err
			}))
			return n, creating
		}
		if n, creating := count(noon); n != want || creating != 2 {
			t.Errorf("%d in flight and %d creating, want %d and 2", n, creating, want)
		}
		if n, _ := count(noon.Add(time.Microsecond)); n != 3 {
			t.Errorf("%d in flight when the leases have run out, want 3", n)
		}
	})
}

func TestThePipeRemembers(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		must(t, db.deliver(t, func(ctx context.Context, tx delivery.Tx) error {
			p, err := tx.Pipe(ctx, "x")
			if p != (delivery.Pipe{}) {
				t.Errorf("an unused pipe: %+v", p)
			}
			return err
		}))
		for _, want := range []delivery.Pipe{{Tokens: 2.25, At: noon}, {Tokens: -3.5, At: noon.Add(time.Second)}} {
			must(t, db.deliver(t, func(ctx context.Context, tx delivery.Tx) error { return tx.SavePipe(ctx, "x", want) }))
			must(t, db.deliver(t, func(ctx context.Context, tx delivery.Tx) error {
				p, err := tx.Pipe(ctx, "x")
				if p != want {
					t.Errorf("%+v, want %+v", p, want)
				}
				return err
			}))
		}
	})
}

// The last slots are for removals: creations that AWS does not finish keep no access alive.
func TestTheLastSlotsAreForRemovals(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		db.look(t, "create", noon, true)
		db.save(t, "create", func(a *delivery.Assignment) { a.Phase, a.NeedsSlot = delivery.Claimed, true })
		db.look(t, "delete", noon.Add(time.Second), true)
		db.save(t, "delete", func(a *delivery.Assignment) { a.Phase, a.NeedsSlot = delivery.Removing, true })
		if id, next := db.due(t, noon, delivery.RoomToRemove); id != "" || !next.Equal(noon.Add(time.Second)) {
			t.Errorf("with room to remove: %q, next %v", id, next)
		}
		if id, _ := db.due(t, noon.Add(time.Second), delivery.RoomToRemove); id != "delete" {
			t.Errorf("with room to remove: %q", id)
		}
	})
}

// A replica whose clock is ahead, and that died, holds up nothing until that time comes.
func TestALeaseThatNobodyCouldHaveTakenHoldsUpNothing(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		db.look(t, "a", noon, true)
		db.save(t, "a", func(a *delivery.Assignment) { a.LeasedUntil = noon.Add(time.Hour) })
		if id, _ := db.due(t, noon, delivery.RoomForAll); id != "a" {
			t.Errorf("due is %q", id)
		}
		db.save(t, "a", func(a *delivery.Assignment) { a.DueAt = noon.Add(time.Second) })
		if _, next := db.due(t, noon, delivery.RoomForAll); !next.Equal(noon.Add(time.Second)) {
			t.Errorf("next %v", next)
		}
	})
}

// An assignment that waits for a look, behind grants, and comes to its end meanwhile goes before them.
func TestAnEndIsNotHeldUpByWhatTheAssignmentWasDueForBefore(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		c := filed("req_1")
		db.apply(t, c)
		e := db.read(t, "req_1").Elevations[1]
		db.apply(t, access.Change{
			Looks: []access.Look{e.LookAt(noon.Add(-time.Second), false)}, Events: []audit.Event{happened("looked")},
		})
		db.save(t, e.AssignmentID, func(a *delivery.Assignment) { a.Phase, a.Urgency = delivery.Held, delivery.LooksAfter })
		db.look(t, "grant", noon.Add(-time.Minute), false)
		for _, s := range []access.State{access.Activating, access.Active} {
			e.State = s
			if s == access.Active {
				e.ActivatedAt, e.EndsAt = noon.Add(-time.Hour), noon
			}
			db.apply(t, access.Change{Elevations: []access.Elevation{e}, Events: []audit.Event{happened("moved")}})
			e.Version++
		}
		if id, _ := db.due(t, noon.Add(-time.Microsecond), delivery.RoomForAll); id != "grant" {
			t.Errorf("before the end: %q", id)
		}
		if id, _ := db.due(t, noon, delivery.RoomForAll); id != e.AssignmentID {
			t.Errorf("at the end: %q", id)
		}
	})
}
