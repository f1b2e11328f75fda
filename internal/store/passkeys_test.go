package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/identity"
)

func changed(kind string) access.Change {
	return access.Change{Events: []audit.Event{somethingHappened(kind)}}
}

// TestPasskeysAreKept whole, written only at the version they were read at, and never without an event.
func TestPasskeysAreKept(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		s := db.Passkeys()
		update := func(f func(context.Context, identity.PasskeyTx) error) error { return s.UpdatePasskeys(t.Context(), f) }
		p := identity.Passkey{
			ID: "pky_1", UserID: "u-bob", Name: "Läptop 🔑", CredentialID: []byte{0, 1, 0xff}, PublicKey: []byte{0xa5, 0x01}, Transports: []string{"internal", "hybrid"},
			BackupEligible: true, SignCount: 1<<32 - 1, RegisteredAt: noon, UsableAt: noon.Add(time.Hour), ConsentedBy: "u-ada", ConsentedAt: noon,
			LastUsedAt: noon.Add(time.Minute), CopiedAt: noon.Add(2 * time.Minute),
		}
		silent := func(ctx context.Context, tx identity.PasskeyTx) error { return tx.PutPasskey(ctx, p, access.Change{}) }
		if err := update(silent); err == nil {
			t.Error("a change without an event is written")
		}
		put := func(ctx context.Context, tx identity.PasskeyTx) error {
			return tx.PutPasskey(ctx, p, changed("passkey.registered"))
		}
		must(t, update(put))
		found, err := s.Passkeys(t.Context(), "u-bob")
		must(t, err)
		p.Version = 1
		if diff := cmp.Diff([]identity.Passkey{p}, found); diff != "" {
			t.Error(diff)
		}
		if others, err := s.Passkeys(t.Context(), "u-ann"); err != nil || len(others) != 0 {
			t.Errorf("%v, %v", others, err)
		}
		must(t, update(put))
		if err := update(put); access.CodeOf(err) != access.CodeStale {
			t.Errorf("an old version was written over: %v", err)
		}
		must(t, update(func(ctx context.Context, tx identity.PasskeyTx) error {
			known, err := tx.CredentialKnown(ctx, p.CredentialID)
			if err != nil || !known {
				t.Errorf("the credential is known: %v, %v", known, err)
			}
			return nil
		}))
		own := p
		own.ID, own.Version, own.CredentialID, own.ConsentedBy = "pky_2", 0, []byte("x"), "u-bob"
		if err := update(func(ctx context.Context, tx identity.PasskeyTx) error { return tx.PutPasskey(ctx, own, changed("x")) }); err == nil {
			t.Error("the database lets somebody consent to their own")
		}
		p.Version = 2
		must(t, update(func(ctx context.Context, tx identity.PasskeyTx) error {
			return tx.RemovePasskey(ctx, p, changed("passkey.removed"))
		}))
		if left, err := s.Passkeys(t.Context(), ""); err != nil || len(left) != 0 {
			t.Errorf("%v, %v", left, err)
		}
	})
}

// TestProofsGoWithTheirPasskey: whoever has a stolen passkey removed has what it showed forgotten, and nothing else.
func TestProofsGoWithTheirPasskey(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		by := func(passkey string) access.Proof {
			return access.Proof{Kind: access.ProofPasskey, At: noon, PasskeyID: passkey}
		}
		provider := access.Proof{Kind: access.ProofProvider, At: noon, Provider: "okta"}
		begun := func(n int, user string, proofs ...access.Proof) identity.SignIn {
			in := identity.SignIn{
				ID: fmt.Sprintf("sin_%d", n), Hash: fmt.Sprintf("%064x", n), UserID: user, Kind: identity.KindBrowser, Provider: "okta", Subject: "s",
				Proofs: proofs, StartedAt: noon, LastSeenAt: noon, ExpiresAt: noon.Add(time.Hour),
			}
			must(t, db.Identity().Update(t.Context(), func(ctx context.Context, tx identity.Tx) error {
				return tx.PutSignIn(ctx, in, somethingHappened("sign-in.started"))
			}))
			return in
		}
		first := begun(1, "u-bob", provider, by("pky_1"), by("pky_2"))
		begun(2, "u-bob", by("pky_1"))
		untouched := []identity.SignIn{begun(3, "u-bob", provider, by("pky_2")), begun(4, "u-ann", by("pky_1"))}
		p := identity.Passkey{ID: "pky_1", UserID: "u-bob", Name: "key", CredentialID: []byte{1}, PublicKey: []byte{1}, RegisteredAt: noon, UsableAt: noon}
		must(t, db.Passkeys().UpdatePasskeys(t.Context(), func(ctx context.Context, tx identity.PasskeyTx) error {
			return tx.PutPasskey(ctx, p, changed("passkey.registered"))
		}))
		p.Version = 1
		must(t, db.Passkeys().UpdatePasskeys(t.Context(), func(ctx context.Context, tx identity.PasskeyTx) error {
			return tx.RemovePasskey(ctx, p, changed("passkey.removed"))
		}))
		proofs := func(id string) []access.Proof {
			in, found, err := db.Identity().SignIn(t.Context(), id)
			if err != nil || !found {
				t.Fatalf("read %s: %v, %v", id, found, err)
			}
			return in.Proofs
		}
		if diff := cmp.Diff([]access.Proof{first.Proofs[0], first.Proofs[2]}, proofs("sin_1")); diff != "" {
			t.Error(diff)
		}
		if left := proofs("sin_2"); len(left) != 0 {
			t.Errorf("left: %+v", left)
		}
		for _, in := range untouched {
			if diff := cmp.Diff(in.Proofs, proofs(in.ID)); diff != "" {
				t.Errorf("%s: %s", in.ID, diff)
			}
		}
	})
}

// TestChallengesAreTakenOnce, and forgotten when they have expired.
func TestChallengesAreTakenOnce(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		c := identity.Challenge{Hash: "h", SignInID: "sin_1", UserID: "u-bob", Purpose: identity.PurposeProve, ExpiresAt: noon.Add(time.Minute)}
		must(t, db.Passkeys().UpdatePasskeys(t.Context(), func(ctx context.Context, tx identity.PasskeyTx) error {
			must(t, tx.AddChallenge(ctx, c, noon))
			if n, err := tx.Challenges(ctx, "sin_1", noon); err != nil || n != 1 {
				t.Errorf("%d wait, %v", n, err)
			}
			got, found, err := tx.TakeChallenge(ctx, "h")
			if diff := cmp.Diff(c, got); err != nil || !found || diff != "" {
				t.Errorf("%v, %v\n%s", found, err, diff)
			}
			if _, found, err := tx.TakeChallenge(ctx, "h"); err != nil || found {
				t.Errorf("it was taken twice: %v", err)
			}
			must(t, tx.AddChallenge(ctx, c, noon))
			other := c
			other.Hash, other.ExpiresAt = "i", noon.Add(time.Hour)
			must(t, tx.AddChallenge(ctx, other, noon.Add(time.Minute)))
			if _, found, err := tx.TakeChallenge(ctx, "h"); err != nil || found {
				t.Errorf("an expired one is kept: %v", err)
			}
			return nil
		}))
	})
}
