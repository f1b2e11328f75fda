package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/delivery"
)

// neverWrites fails the test that begins a writing transaction.
type neverWrites struct {
	delivery.Store

	t *testing.T
}

func (s neverWrites) Update(ctx context.Context, f func(context.Context, delivery.Tx) error) error {
	s.t.Error("the lock of all writers was taken with nothing to do")
	return s.Store.Update(ctx, f)
}

type neverWritesAccess struct {
	access.Store

	t *testing.T
}

func (s neverWritesAccess) Update(ctx context.Context, f func(context.Context, access.Tx) error) error {
	s.t.Error("the lock of all writers was taken with nothing to do")
	return s.Store.Update(ctx, f)
}

// TestIdleReplicasTakeNoLock: with an assignment that is due later, looking at it is a read that says when.
func TestIdleReplicasTakeNoLock(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		due := time.Unix(2_000, 0).UTC()
		db.exec(t, plainAssignment.with(columns{"due_at": "2000000000"}).insert("assignments"))
		now := func() time.Time { return time.Unix(1_000, 0).UTC() }
		d := delivery.New(delivery.Config{Store: neverWrites{db.Delivery(), t}, Now: now})
		did, next, err := d.Step(t.Context())
		if err != nil || did || !next.Equal(due) {
			t.Errorf("the step says %v, %s, %v; want nothing to do until %s", did, next, err, due)
		}
		s := access.New(access.Config{Store: neverWritesAccess{db.Access(), t}, Now: now})
		if did, _, err := s.ExpireStep(t.Context()); err != nil || did {
			t.Errorf("the expiry says %v, %v", did, err)
		}
	})
}
