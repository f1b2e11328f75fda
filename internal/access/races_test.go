package access_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/store"
)

func openStore(t *testing.T) access.Store {
	t.Helper()
	s, err := store.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "team.db"), store.Options{IDs: &numbered{}, Unsafe: true})
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s.Access()
}

// put stores a case as newly filed.
func put(t *testing.T, s access.Store, c access.Case) {
	t.Helper()
	r := c.Request
	r.Version = 0
	change := access.Change{Request: &r, Events: []audit.Event{{Kind: "request.created", At: noon}}}
	for _, target := range c.Targets {
		target.Version = 0
		change.Targets = append(change.Targets, target)
	}
	for _, e := range c.Elevations {
		e.Version = 0
		change.Elevations = append(change.Elevations, e)
	}
	must(t, apply(t, s, change))
}

func apply(t *testing.T, s access.Store, c access.Change) error {
	t.Helper()
	return s.Update(t.Context(), func(ctx context.Context, tx access.Tx) error { return tx.Apply(ctx, c) })
}

func get(t *testing.T, s access.Store, id string) (c access.Case) {
	t.Helper()
	must(t, s.View(t.Context(), func(ctx context.Context, tx access.Tx) (err error) {
		c, err = tx.Case(ctx, id)
		return err
	}))
	return c
}

// TestRacesOfApproveExpireAndCancel: two moves are decided on the same rows, in every pair and order. One is stored;
// the other is stale, leaves nothing, and tried again on the rows as they are it is refused, or counts with them.
func TestRacesOfApproveExpireAndCancel(t *testing.T) {
	w := newWorld()
	decide := func(by string, approve bool) func(access.Case) (access.Change, error) {
		return func(c access.Case) (access.Change, error) {
			return access.Decide(c, access.Ballot{Targets: []string{"tgt"}, Approve: approve, Comment: "x"}, person(by), w.facts(by, bob, cy), w.ids)
		}
	}
	moves := map[string]struct {
		rule func(access.Case) (access.Change, error)
		to   access.Decision
	}{
		"approve": {decide(bob, true), access.Approved},
		"reject":  {decide(cy, false), access.Rejected},
		"cancel":  {func(c access.Case) (access.Change, error) { return access.Cancel(c, person(ann), noon) }, access.Cancelled},
		"expire":  {func(c access.Case) (access.Change, error) { return access.Expire(c, access.Facts{Now: noon}) }, access.Expired},
	}
	for first, a := range moves {
		for second, b := range moves {
			if first == second {
				continue
			}
			t.Run(first+" before "+second, func(t *testing.T) {
				s := openStore(t)
				put(t, s, w.newCase(access.Pending, false))
				read := get(t, s, "req")
				changeA, err := a.rule(read)
				must(t, err)
				changeB, err := b.rule(read)
				must(t, err)
				must(t, apply(t, s, changeA))
				won := get(t, s, "req")
				if err := apply(t, s, changeB); !errors.Is(err, error(access.ErrStale)) {
					t.Errorf("the loser: %v, want it stale", err)
				}
				after := get(t, s, "req")
				if after.Targets[0].Decision != a.to || after.Targets[0].Version != won.Targets[0].Version || len(after.Votes) != len(won.Votes) {
					t.Errorf("after the loser: %+v", after)
				}
				again, err := b.rule(after)
				switch {
				case first == "approve" && second == "cancel": // what is scheduled can still be taken back
					must(t, err)
				case second == "expire":
					if err != nil || len(again.Events) > 0 {
						t.Errorf("expiring what is decided: %v, %q", err, kinds(again))
					}
				default:
					wantError(t, err, access.CodeConflict, "")
				}
			})
		}
	}
}

// TestP1TwoApprovalsAtOneMoment: with two needed, both see one missing; the target is approved once, by both.
func TestP1TwoApprovalsAtOneMoment(t *testing.T) {
	w := newWorld(needing(2))
	s := openStore(t)
	put(t, s, w.newCase(access.Pending, false))
	approve := func(by string, c access.Case) access.Change {
		change, err := access.Decide(c, access.Ballot{Approve: true, Comment: "x"}, person(by), w.facts(by, bob, cy), w.ids)
		must(t, err)
		return change
	}
	read := get(t, s, "req")
	byBob, byCy := approve(bob, read), approve(cy, read)
	must(t, apply(t, s, byBob))
	if err := apply(t, s, byCy); !errors.Is(err, error(access.ErrStale)) {
		t.Fatalf("the second: %v, want it stale", err)
	}
	if c := get(t, s, "req"); c.Targets[0].Decision != access.Pending || len(c.Votes) != 1 {
		t.Fatalf("after one vote: %+v", c)
	}
	must(t, apply(t, s, approve(cy, get(t, s, "req"))))
	c := get(t, s, "req")
	if c.Targets[0].Decision != access.Approved || c.Elevations[0].State != access.Scheduled || len(c.Votes) != 2 {
		t.Errorf("after both: %+v", c)
	}
}

// TestTargetsOfOneRequestFareDifferently: each has its own approvers, decision and elevation.
func TestTargetsOfOneRequestFareDifferently(t *testing.T) {
	w := newWorld()
	s := openStore(t)
	d := access.Draft{
		BeneficiaryID: ann, Duration: 3600e9, Justification: "why", Ticket: "INC-1",
		Targets: []access.DraftTarget{{AccountID: prod, PermissionSetARN: admin}, {AccountID: dev, PermissionSetARN: admin}, {AccountID: lab, PermissionSetARN: admin}},
	}
	f := w.facts(ann)
	d, err := d.Check(f.Engine.Settings(), noon)
	must(t, err)
	c, change, err := access.Create(d, person(ann), f, w.ids)
	must(t, err)
	must(t, apply(t, s, change))
	rejected, err := access.Decide(get(t, s, c.Request.ID), access.Ballot{Comment: "no"}, person(dee), w.facts(dee), w.ids)
	must(t, err)
	must(t, apply(t, s, rejected))
	approved, err := access.Decide(get(t, s, c.Request.ID), access.Ballot{Approve: true, Comment: "yes"}, person(bob), w.facts(bob), w.ids)
	must(t, err)
	must(t, apply(t, s, approved))
	c = get(t, s, c.Request.ID)
	want := map[string]access.State{prod: access.Scheduled, dev: access.Ended, lab: access.Scheduled}
	for _, e := range c.Elevations {
		if e.State != want[e.AccountID] {
			t.Errorf("account %s is %s, want %s", e.AccountID, e.State, want[e.AccountID])
		}
	}
	if len(c.Votes) != 2 {
		t.Errorf("votes: %+v", c.Votes)
	}
}
