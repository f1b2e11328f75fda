package store_test

import (
	"context"
	"maps"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/identity"
)

func TestKeylessWays(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		update := func(f func(context.Context, identity.Tx) error) {
			t.Helper()
			must(t, db.Identity().Update(t.Context(), f))
		}
		way := func(id, machine string, at time.Time) identity.Keyless {
			return identity.Keyless{
				ID: id, MachineID: machine, Issuer: "github", Claims: map[string]string{"sub": "a\"b", "ref": "é"}, CreatedBy: "u-ann", CreatedAt: at,
			}
		}
		update(func(ctx context.Context, tx identity.Tx) error {
			for _, id := range []string{"mch_1", "mch_2"} {
				m := identity.Machine{ID: id, Name: id, OwnerID: "u-ann", Scopes: []access.Scope{access.ScopeRead}, CreatedAt: noon}
				if err := tx.PutMachine(ctx, m, somethingHappened("machine.created")); err != nil {
					return err
				}
			}
			for _, k := range []identity.Keyless{way("kls_2", "mch_1", noon.Add(time.Second)), way("kls_1", "mch_1", noon), way("kls_3", "mch_2", noon)} {
				if err := tx.AddKeyless(ctx, k, somethingHappened("machine.keyless-added")); err != nil {
					return err
				}
			}
			return nil
		})
		ways, err := db.Identity().KeylessOf(t.Context(), "mch_1")
		must(t, err)
		want := way("kls_1", "mch_1", noon)
		if len(ways) != 2 || ways[0].ID != "kls_1" || !maps.Equal(ways[0].Claims, want.Claims) || !ways[0].CreatedAt.Equal(noon) || ways[0].CreatedBy != "u-ann" {
			t.Errorf("listed %+v", ways)
		}
		one, found, err := db.Identity().Keyless(t.Context(), "kls_3")
		must(t, err)
		if !found || one.MachineID != "mch_2" || one.Issuer != "github" {
			t.Errorf("read %+v", one)
		}
		if _, found, err = db.Identity().Keyless(t.Context(), "kls_4"); found || err != nil {
			t.Errorf("found %v, %v", found, err)
		}
		if m, found, err := db.Identity().MachineByName(t.Context(), "mch_2"); !found || err != nil || m.ID != "mch_2" {
			t.Errorf("by its name: %+v, %v", m, err)
		}
		for n, way := range map[int]string{1: "kls_1", 2: "kls_1", 3: "kls_2", 4: ""} {
			token := tokenOf("mch_1", n, access.ScopeRead)
			token.KeylessID = way
			addToken(t, db.Store, token)
		}
		update(func(ctx context.Context, tx identity.Tx) error {
			picked, err := tx.Picked(ctx, identity.Pick{KeylessID: "kls_1"})
			if err == nil && (len(picked) != 2 || picked[0].KeylessID != "kls_1") {
				t.Errorf("picked %+v", picked)
			}
			return err
		})
		update(func(ctx context.Context, tx identity.Tx) error {
			return tx.RemoveKeyless(ctx, "kls_1", somethingHappened("machine.keyless-removed"))
		})
		if err := db.Identity().Update(t.Context(), func(ctx context.Context, tx identity.Tx) error {
			return tx.RemoveKeyless(ctx, "kls_1", somethingHappened("machine.keyless-removed"))
		}); err == nil {
			t.Error("it was removed twice")
		}
	})
}

func TestUsedIDTokens(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		use := func(fingerprint string, until time.Time) (fresh bool) {
			t.Helper()
			must(t, db.Identity().Update(t.Context(), func(ctx context.Context, tx identity.Tx) (err error) {
				fresh, err = tx.UseIDToken(ctx, fingerprint, "mch_1", until)
				return err
			}))
			return fresh
		}
		if !use("a", noon) || use("a", noon) || !use("b", noon.Add(time.Minute)) {
			t.Error("what was used is not known")
		}
		forget := func(now time.Time, want bool) {
			t.Helper()
			did, next, err := db.ForgetIDTokens(t.Context(), now)
			must(t, err)
			if did != want || next.IsZero() {
				t.Errorf("at %s: %v, next at %s", now, did, next)
			}
		}
		old, issued := tokenOf("mch_1", 1, access.ScopeRead), tokenOf("mch_1", 2, access.ScopeRead)
		old.KeylessID = "kls_1"
		addToken(t, db.Store, old)
		addToken(t, db.Store, issued)
		forget(noon.Add(time.Hour-1), false)
		forget(noon.Add(time.Hour), true)
		if !use("a", noon) || use("b", noon) {
			t.Error("not the one was forgotten whose time was over")
		}
		week := old.ExpiresAt.Add(7 * 24 * time.Hour)
		forget(week.Add(-time.Microsecond), true) // the ID tokens
		forget(week.Add(-time.Microsecond), false)
		forget(week, true)
		forget(week, false)
		left, err := db.Identity().Tokens(t.Context(), identity.TokenFilter{})
		must(t, err)
		if len(left) != 1 || left[0].Hash != issued.Hash {
			t.Errorf("left %+v", left)
		}
	})
}
