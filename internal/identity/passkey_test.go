package identity_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/ident"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/identity/passkeytest"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
	"github.com/team-idc/team/internal/store"
)

const (
	origin = "https://team.example.com"
	host   = "team.example.com"

	bobID  = "00000000-0000-0000-0000-0000000000b1"
	ansaID = "00000000-0000-0000-0000-0000000000a1" // administrator
	anja   = "00000000-0000-0000-0000-0000000000a2" // ansa's other user, administrator too
	eveID  = "00000000-0000-0000-0000-0000000000e1"
)

// keys is a small deployment with passkeys.
type keys struct {
	*identity.Passkeys

	t     *testing.T
	ctx   context.Context
	now   time.Time
	store *store.Store
}

func newKeys(t *testing.T) *keys {
	t.Helper()
	k := &keys{t: t, ctx: t.Context(), now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return k.now }
	ids := ident.New(nil, clock)
	s, err := store.OpenSQLite(k.ctx, t.TempDir()+"/team.db", store.Options{IDs: ids, Unsafe: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	at, err := url.Parse(origin)
	if err != nil {
		t.Fatal(err)
	}
	k.store = s
	k.Passkeys = &identity.Passkeys{Store: s.Passkeys(), Directory: k, Origin: at, IDs: ids, Random: rand.Reader, Now: clock}
	return k
}

func (k *keys) Snapshot(context.Context) (*directory.Snapshot, error) {
	user := func(id, person string) directory.User {
		return directory.User{ID: id, UserName: id[len(id)-2:], Status: directory.UserEnabled, PersonKey: person}
	}
	return directory.NewSnapshot(directory.Content{Users: []directory.User{user(bobID, "bob"), user(ansaID, "ansa"), user(anja, "ansa"), user(eveID, "eve")}}), nil
}

// signedIn is somebody who signed in at their provider that long ago.
func (k *keys) signedIn(id string, ago time.Duration) access.Actor {
	return access.Actor{
		Kind: audit.Person, UserID: id, Name: id[len(id)-2:], SignInID: "sin_" + id, Administrator: id == ansaID || id == anja,
		Proofs: []access.Proof{{Kind: access.ProofProvider, Provider: "corp", At: k.now.Add(-ago)}},
	}
}

func (k *keys) options(options json.RawMessage, err error) []byte {
	k.t.Helper()
	if err != nil {
		k.t.Fatal(err)
	}
	return options
}

// registered is a passkey of somebody's with its authenticator.
func (k *keys) registered(by access.Actor) (identity.Passkey, *passkeytest.Authenticator) {
	k.t.Helper()
	a := passkeytest.New(k.t, origin, host)
	p, err := k.FinishRegistration(k.ctx, by, "my key", a.Create(k.options(k.BeginRegistration(k.ctx, by))))
	if err != nil {
		k.t.Fatal(err)
	}
	return p, a
}

// counting is registered, a day later.
func (k *keys) counting(id string) (identity.Passkey, *passkeytest.Authenticator, access.Actor) {
	k.t.Helper()
	p, a := k.registered(k.signedIn(id, time.Minute))
	k.now = k.now.Add(identity.PasskeyDelay)
	return p, a, k.signedIn(id, time.Hour)
}

func (k *keys) events(kind string) (found []audit.Record) {
	k.t.Helper()
	all, err := k.store.Events(k.ctx, audit.Filter{After: -1, Limit: 1000})
	if err != nil {
		k.t.Fatal(err)
	}
	for _, r := range all {
		if r.Event.Kind == kind {
			found = append(found, r)
		}
	}
	return found
}

func (k *keys) refused(err error, code access.Code, words string) {
	k.t.Helper()
	if access.CodeOf(err) != code || !strings.Contains(fmt.Sprint(err), words) {
		k.t.Errorf("%v, want %s: … %s …", err, code, words)
	}
}

func TestPasskeyIsRegisteredAndUsed(t *testing.T) {
	k := newKeys(t)
	p, a, bob := k.counting(bobID)
	if p.UserID != bobID || p.Name != "my key" || !p.UsableAt.Equal(p.RegisteredAt.Add(identity.PasskeyDelay)) {
		t.Errorf("registered %+v", p)
	}
	used, proof, err := k.FinishProof(k.ctx, bob, a.Get(k.options(k.BeginProof(k.ctx, bob))))
	if err != nil {
		t.Fatal(err)
	}
	if want := (access.Proof{Kind: access.ProofPasskey, At: k.now, PasskeyID: p.ID}); proof.Kind != want.Kind || !proof.At.Equal(want.At) || proof.PasskeyID != want.PasskeyID {
		t.Errorf("proof %+v, want %+v", proof, want)
	}
	if used.SignCount != 1 || !used.LastUsedAt.Equal(k.now) {
		t.Errorf("used %+v", used)
	}
	list, err := k.List(k.ctx, bob, bobID)
	if err != nil || len(list) != 1 || list[0].SignCount != 1 || string(list[0].PublicKey) == "" {
		t.Errorf("kept %+v, %v", list, err)
	}
	for _, kind := range []string{"passkey.registered", "passkey.used"} {
		if found := k.events(kind); len(found) != 1 || found[0].Event.Subject.User != bobID || found[0].Event.Data["passkey"] != p.ID {
			t.Errorf("events %s: %+v", kind, found)
		}
	}
}

// TestPasskeyThatIsSynchronized has a counter that stays 0.
func TestPasskeyThatIsSynchronized(t *testing.T) {
	k := newKeys(t)
	a := passkeytest.New(t, origin, host)
	a.Counts, a.Flags = false, a.Flags|passkeytest.BackupEligible
	bob := k.signedIn(bobID, 0)
	p, err := k.FinishRegistration(k.ctx, bob, "phone", a.Create(k.options(k.BeginRegistration(k.ctx, bob))))
	if err != nil || !p.BackupEligible {
		t.Fatalf("%+v, %v", p, err)
	}
	k.now = k.now.Add(identity.PasskeyDelay)
	for range 3 {
		if _, _, err := k.FinishProof(k.ctx, bob, a.Get(k.options(k.BeginProof(k.ctx, bob)))); err != nil {
			t.Fatal(err)
		}
	}
	// Whether it is synchronized never changes: an answer that says otherwise comes from something else.
	a.Flags &^= passkeytest.BackupEligible
	_, _, err = k.FinishProof(k.ctx, bob, a.Get(k.options(k.BeginProof(k.ctx, bob))))
	k.refused(err, access.CodeForbidden, "Backup Eligible flag")
}

func TestRegistrationNeedsAFreshProviderSignIn(t *testing.T) {
	k := newKeys(t)
	token := k.signedIn(bobID, 0)
	token.SignInID, token.Proofs = "", nil
	byPasskey := k.signedIn(bobID, time.Hour)
	byPasskey.Proofs = append(byPasskey.Proofs, access.Proof{Kind: access.ProofPasskey, At: k.now})
	future := k.signedIn(bobID, -2*time.Minute)
	for name, c := range map[string]struct {
		by    access.Actor
		code  access.Code
		words string
	}{
		"too long ago":                  {k.signedIn(bobID, identity.RegistrationAge+time.Second), access.CodeStepUp, "sign in at your provider again"},
		"another passkey is not enough": {byPasskey, access.CodeStepUp, "sign in at your provider again"},
		"a clock that is far ahead":     {future, access.CodeStepUp, "sign in at your provider again"},
		"a token":                       {token, access.CodeForbidden, "a token can neither register nor use one"},
		"a machine":                     {access.Actor{Kind: audit.Machine, MachineID: "mch_1"}, access.CodeForbidden, "people who signed in"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := k.BeginRegistration(k.ctx, c.by)
			k.refused(err, c.code, c.words)
		})
	}
	if _, err := k.BeginRegistration(k.ctx, k.signedIn(bobID, identity.RegistrationAge)); err != nil {
		t.Errorf("just fresh enough: %v", err)
	}
}

// TestRegistrationAfterSigningInWhereTheProviderAsksNobodyAnew: its word that let them in just now is all there is.
func TestRegistrationAfterSigningInWhereTheProviderAsksNobodyAnew(t *testing.T) {
	k := newKeys(t)
	by := k.signedIn(bobID, 24*time.Hour)
	in := identity.SignIn{
		ID: by.SignInID, Hash: "h", UserID: bobID, Kind: identity.KindBrowser, Provider: "corp", Proofs: by.Proofs,
		StartedAt: k.now, LastSeenAt: k.now, ExpiresAt: k.now.Add(12 * time.Hour),
	}
	err := k.store.Identity().Update(k.ctx, func(ctx context.Context, tx identity.Tx) error {
		return tx.PutSignIn(ctx, in, audit.Event{Kind: "sign-in.started", At: k.now, Actor: audit.Actor{Kind: audit.Person, ID: bobID}})
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = k.BeginRegistration(k.ctx, by)
	k.refused(err, access.CodeStepUp, "sign in at your provider again")
	k.ProvesFreshness = func(name string) bool { return name != "corp" }
	k.now = k.now.Add(identity.RegistrationAge)
	k.registered(by)
	k.now = k.now.Add(time.Second)
	_, err = k.BeginRegistration(k.ctx, by)
	k.refused(err, access.CodeStepUp, "sign in at your provider again")
}

// TestRegistrationRefusesWrongAnswers of a browser or an authenticator. Each takes its challenge, is recorded, and its
// reason is not told.
func TestRegistrationRefusesWrongAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(k *keys, a *passkeytest.Authenticator, by *access.Actor)
		words string
	}{
		"of another origin":  {func(_ *keys, a *passkeytest.Authenticator, _ *access.Actor) { a.Origin = "https://evil.example" }, "origin"},
		"of a subdomain":     {func(_ *keys, a *passkeytest.Authenticator, _ *access.Actor) { a.Origin = "https://x." + host }, "origin"},
		"without TLS":        {func(_ *keys, a *passkeytest.Authenticator, _ *access.Actor) { a.Origin = "http://" + host }, "origin"},
		"for another host":   {func(_ *keys, a *passkeytest.Authenticator, _ *access.Actor) { a.RPID = "evil.example" }, ""},
		"user not verified":  {func(_ *keys, a *passkeytest.Authenticator, _ *access.Actor) { a.Flags = passkeytest.UserPresent }, ""},
		"user not present":   {func(_ *keys, a *passkeytest.Authenticator, _ *access.Actor) { a.Flags = passkeytest.UserVerified }, ""},
		"in another sign-in": {func(_ *keys, _ *passkeytest.Authenticator, by *access.Actor) { by.SignInID = "sin_other" }, "another sign-in"},
		"by somebody else":   {func(k *keys, _ *passkeytest.Authenticator, by *access.Actor) { by.UserID = eveID }, "another sign-in"},
		"too late": {func(k *keys, _ *passkeytest.Authenticator, _ *access.Actor) {
			k.now = k.now.Add(identity.ChallengeLife)
		}, "expired"},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKeys(t)
			bob := k.signedIn(bobID, 0)
			options := k.options(k.BeginRegistration(k.ctx, bob))
			a := passkeytest.New(t, origin, host)
			c.spoil(k, a, &bob)
			_, err := k.FinishRegistration(k.ctx, bob, "key", a.Create(options))
			k.refused(err, access.CodeForbidden, c.words)
			if said := new(access.Error); !errors.As(err, &said) || said.Message != "the passkey's answer was not accepted: begin again" {
				t.Errorf("told %v", err)
			}
			if found := k.events("passkey.refused"); len(found) != 1 {
				t.Errorf("events: %+v", found)
			}
			// The challenge is gone: the right answer comes too late.
			_, err = k.FinishRegistration(k.ctx, k.signedIn(bobID, 0), "key", passkeytest.New(t, origin, host).Create(options))
			k.refused(err, access.CodeForbidden, "answers no challenge that waits")
			if list, err := k.List(k.ctx, k.signedIn(bobID, 0), bobID); err != nil || len(list) != 0 {
				t.Errorf("kept %v, %v", list, err)
			}
		})
	}
}

func TestRegistrationIsBounded(t *testing.T) {
	k := newKeys(t)
	bob := k.signedIn(bobID, 0)
	var first *passkeytest.Authenticator
	for range identity.MaxPasskeys {
		_, a := k.registered(bob)
		if first == nil {
			first = a
		}
	}
	_, err := k.BeginRegistration(k.ctx, bob)
	k.refused(err, access.CodeConflict, "10 passkeys already")

	eve := k.signedIn(eveID, 0)
	_, err = k.FinishRegistration(k.ctx, eve, "theirs", first.Create(k.options(k.BeginRegistration(k.ctx, eve))))
	k.refused(err, access.CodeForbidden, "registered already")
	for _, name := range []string{"", "  ", strings.Repeat("x", 65), "line\nbreak", "left\u202eright"} {
		_, err = k.FinishRegistration(k.ctx, eve, name, []byte("{}"))
		k.refused(err, access.CodeInvalid, "give it a name")
	}
	for _, answer := range []string{"", "{}", "null", "[]", `{"id":"x"}`, strings.Repeat("{", 1000)} {
		_, err = k.FinishRegistration(k.ctx, eve, "key", []byte(answer))
		k.refused(err, access.CodeForbidden, "not accepted")
		_, _, err = k.FinishProof(k.ctx, eve, []byte(answer))
		k.refused(err, access.CodeForbidden, "not accepted")
	}
	for range 10 {
		k.options(k.BeginRegistration(k.ctx, eve))
	}
	_, err = k.BeginRegistration(k.ctx, eve)
	k.refused(err, access.CodeConflict, "dialogs were begun and not finished")
	k.now = k.now.Add(identity.ChallengeLife)
	k.options(k.BeginRegistration(k.ctx, k.signedIn(eveID, 0)))
}

func TestPasskeyCountsAfterADayOrByConsent(t *testing.T) {
	k := newKeys(t)
	bob := k.signedIn(bobID, 0)
	_, err := k.BeginProof(k.ctx, bob)
	k.refused(err, access.CodeConflict, "you have registered no passkey yet")
	p, _ := k.registered(bob)
	_, err = k.BeginProof(k.ctx, bob)
	k.refused(err, access.CodeConflict, "your passkey counts from 2026-11-26 12:00 UTC on")

	k.now = k.now.Add(time.Hour)
	_, err = k.Consent(k.ctx, bob, p.ID)
	k.refused(err, access.CodeForbidden, "only administrators consent")
	consented, err := k.Consent(k.ctx, k.signedIn(ansaID, 0), p.ID)
	if err != nil || consented.ConsentedBy != ansaID || !consented.Counts(k.now) {
		t.Fatalf("%+v, %v", consented, err)
	}
	if _, err := k.BeginProof(k.ctx, bob); err != nil {
		t.Errorf("after consent: %v", err)
	}
	if found := k.events("passkey.consented"); len(found) != 1 || found[0].Event.Actor.ID != ansaID {
		t.Errorf("events %+v", found)
	}
	_, err = k.Consent(k.ctx, k.signedIn(ansaID, 0), p.ID)
	k.refused(err, access.CodeConflict, "counts already")
	_, err = k.Consent(k.ctx, k.signedIn(ansaID, 0), "pky_none")
	k.refused(err, access.CodeNotFound, "there is no passkey")
}

// TestP11NobodyConsentsToTheirOwnPasskey, nor the same person with another user.
func TestP11NobodyConsentsToTheirOwnPasskey(t *testing.T) {
	k := newKeys(t)
	p, _ := k.registered(k.signedIn(ansaID, 0))
	for _, id := range []string{ansaID, anja} {
		_, err := k.Consent(k.ctx, k.signedIn(id, 0), p.ID)
		k.refused(err, access.CodeForbidden, "your own passkey")
	}
}

func TestConsentDemandsFreshProofAsChangesOfPoliciesDo(t *testing.T) {
	k := newKeys(t)
	p, _ := k.registered(k.signedIn(bobID, 0))
	settings := policy.DefaultSettings()
	settings.AdministratorGroup = "00000000-0000-0000-0000-00000000cccc"
	settings.StepUp.Policies = policy.Demand{Kinds: []policy.ProofKind{policy.ProofProvider}, MaxAge: 10 * time.Minute}
	changes := policychange.New(policychange.Config{Store: k.store.PolicyChanges(), Directory: k, Now: k.Now, IDs: k.IDs})
	if _, err := changes.Bootstrap(k.ctx, policychange.Seed{Settings: settings}); err != nil {
		t.Fatal(err)
	}
	_, err := k.Consent(k.ctx, k.signedIn(ansaID, 11*time.Minute), p.ID)
	k.refused(err, access.CodeStepUp, "sign in at your provider again")
	if _, err := k.Consent(k.ctx, k.signedIn(ansaID, 9*time.Minute), p.ID); err != nil {
		t.Error(err)
	}
}

func TestProofRefusesWrongAnswers(t *testing.T) {
	type scene struct {
		*keys

		a, other *passkeytest.Authenticator // other is eve's
		by       access.Actor
		options  []byte
	}
	for name, c := range map[string]struct {
		answer func(*scene) []byte
		words  string
	}{
		"of another origin": {func(s *scene) []byte { s.a.Origin = "https://evil.example"; return s.a.Get(s.options) }, "origin"},
		"for another host":  {func(s *scene) []byte { s.a.RPID = "evil.example"; return s.a.Get(s.options) }, ""},
		"user not verified": {func(s *scene) []byte { s.a.Flags = passkeytest.UserPresent; return s.a.Get(s.options) }, ""},
		"user not present":  {func(s *scene) []byte { s.a.Flags = passkeytest.UserVerified; return s.a.Get(s.options) }, ""},
		"another's passkey": {func(s *scene) []byte { return s.other.Get(s.options) }, ""},
		"another key under its id": {
			func(s *scene) []byte { return s.other.WithID(s.a).Get(s.options) }, "",
		},
		"another's user handle": {func(s *scene) []byte { return s.a.WithUser(eveID).Get(s.options) }, "User handle"},
		"made for registration": {
			func(s *scene) []byte { return s.a.Sign(challengeIn(s.keys, s.options), "webauthn.create") }, "ceremony",
		},
		"of another challenge": {
			func(s *scene) []byte { return s.a.Sign(strings.Repeat("A", 43), "webauthn.get") }, "answers no challenge that waits",
		},
		"in another sign-in": {
			func(s *scene) []byte { s.by.SignInID = "sin_other"; return s.a.Get(s.options) }, "another sign-in",
		},
		"too late": {
			func(s *scene) []byte { s.now = s.now.Add(identity.ChallengeLife); return s.a.Get(s.options) }, "expired",
		},
		"to a challenge for registering": {func(s *scene) []byte {
			fresh := s.signedIn(bobID, 0)
			return s.a.Get(s.keys.options(s.BeginRegistration(s.ctx, fresh)))
		}, "made for something else"},
		"replayed": {func(s *scene) []byte {
			answer := s.a.Get(s.options)
			if _, _, err := s.FinishProof(s.ctx, s.by, answer); err != nil {
				s.t.Fatal(err)
			}
			return answer
		}, "answers no challenge that waits"},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKeys(t)
			_, other := k.registered(k.signedIn(eveID, 0))
			_, a, bob := k.counting(bobID)
			s := &scene{keys: k, a: a, other: other, by: bob, options: k.options(k.BeginProof(k.ctx, bob))}
			_, _, err := k.FinishProof(k.ctx, s.by, c.answer(s))
			// by may have been changed by making the answer.
			if s.by.SignInID != bob.SignInID {
				_, _, err = k.FinishProof(k.ctx, s.by, s.a.Get(k.options(k.BeginProof(k.ctx, bob))))
			}
			k.refused(err, access.CodeForbidden, c.words)
			if found := k.events("passkey.refused"); len(found) == 0 {
				t.Error("no event")
			}
		})
	}
}

func challengeIn(k *keys, options []byte) string {
	var o struct {
		Challenge string `json:"challenge"`
	}
	if err := json.Unmarshal(options, &o); err != nil {
		k.t.Fatal(err)
	}
	return o.Challenge
}

// TestPasskeyWhoseCounterGoesBackwards may have been copied: it is refused, does not count any more, and is an alarm until
// it is removed.
func TestPasskeyWhoseCounterGoesBackwards(t *testing.T) {
	k := newKeys(t)
	p, a, bob := k.counting(bobID)
	stolen := a.Copy()
	for range 2 {
		if _, _, err := k.FinishProof(k.ctx, bob, a.Get(k.options(k.BeginProof(k.ctx, bob)))); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err := k.FinishProof(k.ctx, bob, stolen.Get(k.options(k.BeginProof(k.ctx, bob))))
	k.refused(err, access.CodeForbidden, "counter went backwards")
	if open, err := k.store.AlarmOpen(k.ctx, alarm.PasskeyCopied, p.ID); err != nil || !open {
		t.Errorf("alarm open: %v, %v", open, err)
	}
	_, err = k.BeginProof(k.ctx, bob)
	k.refused(err, access.CodeConflict, "none of your passkeys counts any more")
	_, err = k.Consent(k.ctx, k.signedIn(ansaID, 0), p.ID)
	k.refused(err, access.CodeConflict, "may have a copy")
	if _, err := k.Remove(k.ctx, k.signedIn(bobID, 0), p.ID); err != nil {
		t.Fatal(err)
	}
	if open, err := k.store.AlarmOpen(k.ctx, alarm.PasskeyCopied, p.ID); err != nil || open {
		t.Errorf("alarm open after removal: %v, %v", open, err)
	}
}

func TestRemovingPasskeys(t *testing.T) {
	k := newKeys(t)
	p, _ := k.registered(k.signedIn(bobID, 0))
	auditor := k.signedIn(eveID, 0)
	auditor.Auditor = true
	_, err := k.Remove(k.ctx, k.signedIn(eveID, 0), p.ID)
	k.refused(err, access.CodeNotFound, "no passkey")
	_, err = k.Remove(k.ctx, auditor, p.ID)
	k.refused(err, access.CodeForbidden, "only its holder and administrators")
	_, err = k.Remove(k.ctx, k.signedIn(bobID, time.Hour), p.ID)
	k.refused(err, access.CodeStepUp, "use a passkey or sign in at your provider again")
	if _, err := k.Remove(k.ctx, k.signedIn(ansaID, time.Hour), p.ID); err != nil {
		t.Errorf("by an administrator: %v", err)
	}
	q, _ := k.registered(k.signedIn(bobID, 0))
	if _, err := k.Remove(k.ctx, k.signedIn(bobID, time.Minute), q.ID); err != nil {
		t.Errorf("one's own: %v", err)
	}
	if list, err := k.List(k.ctx, auditor, ""); err != nil || len(list) != 0 {
		t.Errorf("left %v, %v", list, err)
	}
	if found := k.events("passkey.removed"); len(found) != 2 {
		t.Errorf("events %+v", found)
	}
	_, err = k.List(k.ctx, k.signedIn(eveID, 0), bobID)
	k.refused(err, access.CodeForbidden, "only administrators and auditors")
}

func TestPasskeysNeedTheNameOfAHost(t *testing.T) {
	k := newKeys(t)
	for text, words := range map[string]string{
		"": "set public_url", "http://127.0.0.1:8080": "localhost", "https://[::1]": "localhost", "https://10.0.0.1": "name of a host",
	} {
		at, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		k.Origin = at
		if why := k.Unavailable(); !strings.Contains(why, words) {
			t.Errorf("at %q: %q, want …%s…", text, why, words)
		}
		_, err = k.BeginRegistration(k.ctx, k.signedIn(bobID, 0))
		k.refused(err, access.CodeConflict, "there can be no passkeys here")
	}
	for _, text := range []string{"http://localhost:8080", "https://team.corp.example:8443"} {
		at, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if k.Origin = at; k.Unavailable() != "" {
			t.Errorf("at %s: %s", text, k.Unavailable())
		}
		bob := k.signedIn(bobID, 0)
		a := passkeytest.New(t, text, at.Hostname())
		if _, err := k.FinishRegistration(k.ctx, bob, "key", a.Create(k.options(k.BeginRegistration(k.ctx, bob)))); err != nil {
			t.Errorf("at %s: %v", text, err)
		}
	}
}

// TestRecoveryVoidsChallenges: dialogs begin again, passkeys stay.
func TestRecoveryVoidsChallenges(t *testing.T) {
	k := newKeys(t)
	_, a, bob := k.counting(bobID)
	options := k.options(k.BeginProof(k.ctx, bob))
	if err := k.store.EnterRecovery(k.ctx, "restored", k.now); err != nil {
		t.Fatal(err)
	}
	_, _, err := k.FinishProof(k.ctx, bob, a.Get(options))
	k.refused(err, access.CodeForbidden, "answers no challenge that waits")
	if list, err := k.List(k.ctx, bob, bobID); err != nil || len(list) != 1 {
		t.Errorf("kept %v, %v", list, err)
	}
}

// TestP10OptionsAndRowsHoldNoSecret: what is kept of a challenge cannot be answered with.
func TestP10OptionsAndRowsHoldNoSecret(t *testing.T) {
	k := newKeys(t)
	_, _, bob := k.counting(bobID)
	challenge := challengeIn(k, k.options(k.BeginProof(k.ctx, bob)))
	events, err := k.store.Events(k.ctx, audit.Filter{After: -1, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range events {
		if strings.Contains(string(r.Bytes), challenge) {
			t.Errorf("an event holds a challenge: %s", r.Bytes)
		}
	}
	if slices.ContainsFunc(events, func(r audit.Record) bool { return r.Event.Kind == "passkey.challenge" }) {
		t.Error("a challenge is no change of state, and needs no event")
	}
}
