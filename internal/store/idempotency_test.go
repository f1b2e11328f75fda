package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/idempotency"
)

// applyUnder applies a change under an idempotency key.
func (db testDB) applyUnder(ctx context.Context, k idempotency.Key, c access.Change) error {
	return db.Access().Update(idempotency.With(ctx, k), func(ctx context.Context, tx access.Tx) error { return tx.Apply(ctx, c) })
}

// A key is written with the change it names or not at all, and lets no second change through (P6).
func TestP6AKeyIsUsedByOneChange(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		k := idempotency.Key{Caller: "person:u-ann", Operation: "create-request", Text: "k", Fingerprint: "f"}
		failed := errors.New("after the change")
		err := db.Access().Update(idempotency.With(t.Context(), k), func(ctx context.Context, tx access.Tx) error {
			must(t, tx.Apply(ctx, filed("never")))
			return failed
		})
		if !errors.Is(err, failed) {
			t.Fatalf("got %v", err)
		}
		used := func(k idempotency.Key) []idempotency.Used {
			t.Helper()
			found, err := db.UsedKeys(t.Context(), k, noon)
			must(t, err)
			return found
		}
		if found := used(k); len(found) != 0 {
			t.Errorf("a change that was not made used the key: %+v", found)
		}
		first := db.size(t)
		must(t, db.applyUnder(t.Context(), k, filed("req")))
		if found := used(k); len(found) != 1 || found[0].Sequence != first || found[0].Fingerprint != "f" {
			t.Errorf("used %+v, the first event is %d", found, first)
		}
		size := db.size(t)
		if err := db.applyUnder(t.Context(), k, filed("second")); !errors.Is(err, idempotency.ErrUsed) {
			t.Errorf("a second change by the key: %v", err)
		}
		if db.size(t) != size {
			t.Error("the log grew by a change that was refused")
		}
		for _, other := range []idempotency.Key{
			{Caller: "person:u-bob", Operation: "create-request", Text: "k"},
			{Caller: "person:u-ann", Operation: "extend-elevation", Text: "k"},
			{Caller: "person:u-ann", Operation: "create-request", Text: "k2"},
		} {
			if found := used(other); len(found) != 0 {
				t.Errorf("%+v is taken for another: %+v", other, found)
			}
		}
		must(t, db.applyUnder(t.Context(), idempotency.Key{Caller: k.Caller, Operation: k.Operation, Text: k.Text, Part: "2", Fingerprint: "f"}, filed("part")))
		if found := used(k); len(found) != 2 || found[1].Part != "2" {
			t.Errorf("parts %+v", found)
		}
		later := noon.Add(idempotency.KeptFor)
		found, err := db.UsedKeys(t.Context(), k, later)
		must(t, err)
		if len(found) != 0 {
			t.Errorf("remembered after its time: %+v", found)
		}
		did, _, err := db.ForgetKeys(t.Context(), later)
		must(t, err)
		if left := db.one(t, "SELECT count(*) FROM idempotency_keys"); !did || left != "0" {
			t.Errorf("%s keys left", left)
		}
	})
}
