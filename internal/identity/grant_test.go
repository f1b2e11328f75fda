package identity_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/ident"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/store"
)

const (
	callback = "http://127.0.0.1:4711/callback"
	verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" // RFC 7636, appendix B
)

// grantRig is the command line's sign-in over a database, with somebody signed in with a browser.
type grantRig struct {
	*testing.T

	now    time.Time
	store  *store.Store
	grants *identity.Grants
	parent identity.SignIn
}

func newGrantRig(t *testing.T) *grantRig {
	t.Helper()
	r := &grantRig{T: t, now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return r.now }
	ids := ident.New(nil, clock)
	s, err := store.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "team.db"), store.Options{IDs: ids, Unsafe: true})
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	r.store = s
	r.grants = &identity.Grants{
		Store: s.Grants(), Random: rand.Reader, Now: clock,
		SignIns: &identity.SignIns{Store: s.Identity(), IDs: ids, Random: rand.Reader, Now: clock},
	}
	r.parent = r.browser("u-ada", ids.Make(identity.SignInPrefix))
	return r
}

// browser signs somebody in with a browser, for 12 hours.
func (r *grantRig) browser(userID, id string) identity.SignIn {
	r.Helper()
	in := identity.SignIn{
		ID: id, Hash: fmt.Sprintf("%x", sha256.Sum256([]byte(id))), UserID: userID, Kind: identity.KindBrowser, Provider: "okta", Subject: userID,
		Proofs:    []access.Proof{{Kind: access.ProofProvider, At: r.now, Provider: "okta", ACR: "mfa"}},
		StartedAt: r.now, LastSeenAt: r.now, ExpiresAt: r.now.Add(12 * time.Hour), IdleAfter: time.Hour,
	}
	must(r.T, r.store.Identity().Update(r.Context(), func(ctx context.Context, tx identity.Tx) error {
		return tx.PutSignIn(ctx, in, audit.Event{Kind: "sign-in.started", At: r.now, Actor: audit.Actor{Kind: audit.Person, ID: userID}})
	}))
	return r.signIn(id)
}

func (r *grantRig) signIn(id string) (in identity.SignIn) {
	r.Helper()
	must(r.T, r.store.Identity().Update(r.Context(), func(ctx context.Context, tx identity.Tx) (err error) {
		var found bool
		if in, found, err = tx.SignIn(ctx, id); err == nil && !found {
			err = errors.New("there is no sign-in " + id)
		}
		return err
	}))
	return in
}

// end ends a sign-in as its user would.
func (r *grantRig) end(id string) {
	r.Helper()
	must(r.T, r.grants.SignIns.End(r.Context(), access.Actor{Kind: audit.Person, UserID: "u-ada"}, id))
}

func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func (r *grantRig) code() string {
	r.Helper()
	code, err := r.grants.Authorize(r.Context(), r.parent, identity.Authorization{RedirectURI: callback, Challenge: challengeOf(verifier), Host: "laptop"})
	must(r.T, err)
	return code
}

func (r *grantRig) redeem() identity.CLITokens {
	r.Helper()
	got, err := r.grants.Redeem(r.Context(), r.code(), callback, verifier, identity.Origin{Address: "192.0.2.7", UserAgent: "team/1"})
	must(r.T, err)
	return got
}

// refuses says that an error is a refusal with a code, whose reason has words that the description has not.
func (r *grantRig) refuses(err error, code, reason string) {
	r.Helper()
	refused, ok := errors.AsType[*identity.GrantError](err)
	if !ok || refused.Code != code || !strings.Contains(refused.Reason, reason) {
		r.Errorf("answered %v, want %s because %q", err, code, reason)
		return
	}
	if refused.Description == "" || strings.Contains(refused.Description, "sin_") {
		r.Errorf("%s tells the program %q", code, refused.Description)
	}
}

func (r *grantRig) kinds() (kinds []string) {
	r.Helper()
	records, err := r.store.Events(r.Context(), store.EventFilter{After: -1, Limit: 1000})
	must(r.T, err)
	for _, record := range records {
		kinds = append(kinds, record.Event.Kind)
	}
	return kinds
}

func TestCodeBecomesASignInOfItsOwn(t *testing.T) {
	r := newGrantRig(t)
	r.now = r.now.Add(30 * time.Minute)
	got := r.redeem()
	in := r.signIn(got.SignIn.ID)
	if in.Kind != identity.KindCLI || in.UserID != "u-ada" || in.ParentID != r.parent.ID || in.Provider != "okta" {
		t.Errorf("the sign-in is %+v", in)
	}
	if len(in.Proofs) != 1 || in.Proofs[0].ACR != "mfa" || !in.Proofs[0].At.Equal(r.parent.Proofs[0].At) {
		t.Errorf("its proofs are %+v, not the browser's", in.Proofs)
	}
	if in.UserAgent != "team/1 on laptop" || in.Address != "192.0.2.7" {
		t.Errorf("it was begun from %q with %q", in.Address, in.UserAgent)
	}
	if !in.ExpiresAt.Equal(r.parent.ExpiresAt) || got.AccessExpiresAt.Sub(r.now) != identity.DefaultAccessLifetime {
		t.Errorf("it ends at %s, its access token at %s", in.ExpiresAt, got.AccessExpiresAt)
	}
	if got.Access == got.Refresh || !identity.WellFormed(got.Access) || !identity.WellFormed(got.Refresh) {
		t.Error("the tokens are not two")
	}
	if want := []string{"sign-in.started", "sign-in.cli-allowed", "sign-in.started"}; !slices.Equal(r.kinds(), want) {
		t.Errorf("the log has %q, want %q", r.kinds(), want)
	}
}

func TestCodesThatAreRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		redirect, verifier string
		late               time.Duration
		signOut            bool
		reason             string
	}{
		"another redirect URI":  {redirect: "http://127.0.0.1:4712/callback", reason: "another redirect URI"},
		"another verifier":      {verifier: verifier[:42] + "X", reason: "not the one of the challenge"},
		"no verifier":           {verifier: "-", reason: "malformed"},
		"the challenge":         {verifier: challengeOf(verifier), reason: "not the one of the challenge"},
		"too late":              {late: identity.CodeLifetime, reason: "expired"},
		"signed out in between": {signOut: true, reason: "is over"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newGrantRig(t)
			code := r.code()
			if tt.signOut {
				r.end(r.parent.ID)
			}
			r.now = r.now.Add(tt.late)
			redirect, proof := callback, verifier
			if tt.redirect != "" {
				redirect = tt.redirect
			}
			if tt.verifier != "" {
				proof = tt.verifier
			}
			_, err := r.grants.Redeem(t.Context(), code, redirect, proof, identity.Origin{})
			r.refuses(err, identity.GrantInvalid, tt.reason)
			// Whoever tried had the code: it is worth nothing to them a second time, with what they may have found out.
			_, err = r.grants.Redeem(t.Context(), code, callback, verifier, identity.Origin{})
			r.refuses(err, identity.GrantInvalid, "used before")
		})
	}
}

func TestCodesThatAreNone(t *testing.T) {
	r := newGrantRig(t)
	for code, reason := range map[string]string{"": "malformed", "team_x": "malformed", r.redeem().Refresh: "no such code"} {
		_, err := r.grants.Redeem(t.Context(), code, callback, verifier, identity.Origin{})
		r.refuses(err, identity.GrantInvalid, reason)
	}
}

func TestCodeThatComesTwiceEndsWhatCameOfIt(t *testing.T) {
	r := newGrantRig(t)
	code := r.code()
	got, err := r.grants.Redeem(t.Context(), code, callback, verifier, identity.Origin{})
	must(t, err)
	_, err = r.grants.Redeem(t.Context(), code, callback, verifier, identity.Origin{})
	r.refuses(err, identity.GrantInvalid, "used before")
	if in := r.signIn(got.SignIn.ID); in.EndReason != identity.EndSecretReused {
		t.Errorf("the sign-in goes on: %+v", in)
	}
	_, err = r.grants.Refresh(t.Context(), got.Refresh)
	r.refuses(err, identity.GrantInvalid, "is over")
}

func TestRefreshTokensRotate(t *testing.T) {
	r := newGrantRig(t)
	first := r.redeem()
	r.now = r.now.Add(20 * time.Minute)
	second, err := r.grants.Refresh(t.Context(), first.Refresh)
	must(t, err)
	if second.Access == first.Access || second.Refresh == first.Refresh || second.SignIn.ID != first.SignIn.ID {
		t.Errorf("refreshing gave %+v after %+v", second, first)
	}
	if in := r.signIn(first.SignIn.ID); !in.SecretUntil.Equal(r.now.Add(identity.DefaultAccessLifetime)) || !in.ExpiresAt.Equal(first.SignIn.ExpiresAt) {
		t.Errorf("the access token works until %s, the sign-in goes on until %s", in.SecretUntil, in.ExpiresAt)
	}
	third, err := r.grants.Refresh(t.Context(), second.Refresh)
	must(t, err)
	// The first comes again: somebody has a copy.
	_, err = r.grants.Refresh(t.Context(), first.Refresh)
	r.refuses(err, identity.GrantInvalid, "used before")
	_, err = r.grants.Refresh(t.Context(), third.Refresh)
	r.refuses(err, identity.GrantInvalid, "is over")
	if kinds := r.kinds(); kinds[len(kinds)-1] != "sign-in.ended" {
		t.Errorf("the log ends with %q", kinds)
	}
	size := len(r.kinds())
	_, err = r.grants.Refresh(t.Context(), first.Refresh)
	r.refuses(err, identity.GrantInvalid, "used before")
	if len(r.kinds()) != size {
		t.Error("what has ended ends again")
	}
}

func TestRefreshingEndsWithTheSignIn(t *testing.T) {
	r := newGrantRig(t)
	got := r.redeem()
	r.now = got.SignIn.ExpiresAt.Add(-time.Minute)
	got, err := r.grants.Refresh(t.Context(), got.Refresh)
	must(t, err)
	if !got.AccessExpiresAt.Equal(got.SignIn.ExpiresAt) {
		t.Errorf("the access token outlives its sign-in: %s", got.AccessExpiresAt)
	}
	r.now = got.SignIn.ExpiresAt
	_, err = r.grants.Refresh(t.Context(), got.Refresh)
	r.refuses(err, identity.GrantInvalid, "is over")
	_, err = r.grants.Refresh(t.Context(), got.Access)
	r.refuses(err, identity.GrantInvalid, "no such refresh token")
}

func TestCommandLineNeverOutlivesTheBrowsersBound(t *testing.T) {
	r := newGrantRig(t)
	r.grants.SignIns.CLILongest = 8 * time.Hour
	if got := r.redeem(); got.SignIn.ExpiresAt.Sub(r.now) != 8*time.Hour {
		t.Errorf("it ends %s from now", got.SignIn.ExpiresAt.Sub(r.now))
	}
	r.grants.SignIns.CLILongest = 100 * time.Hour
	if got := r.redeem(); !got.SignIn.ExpiresAt.Equal(r.parent.ExpiresAt) {
		t.Errorf("it ends at %s, the browser's at %s", got.SignIn.ExpiresAt, r.parent.ExpiresAt)
	}
}

func TestRevokingEndsTheSignIn(t *testing.T) {
	r := newGrantRig(t)
	for name, pick := range map[string]func(identity.CLITokens) string{
		"by refresh token": func(g identity.CLITokens) string { return g.Refresh },
		"by access token":  func(g identity.CLITokens) string { return g.Access },
	} {
		got := r.redeem()
		must(t, r.grants.Revoke(t.Context(), pick(got)))
		if in := r.signIn(got.SignIn.ID); in.EndReason != identity.EndSignedOut {
			t.Errorf("%s: %+v", name, in)
		}
		must(t, r.grants.Revoke(t.Context(), pick(got)))
	}
	must(t, r.grants.Revoke(t.Context(), "nonsense"))
	if in := r.signIn(r.parent.ID); !in.EndedAt.IsZero() {
		t.Error("the browser's sign-in ended with it")
	}
}

func (r *grantRig) beginDevice(address string) identity.DeviceStart {
	r.Helper()
	start, err := r.grants.BeginDevice(r.Context(), "build-host", identity.Origin{Address: address, UserAgent: "team/1"})
	must(r.T, err)
	return start
}

func (r *grantRig) poll(start identity.DeviceStart) (identity.CLITokens, error) {
	return r.grants.PollDevice(r.Context(), start.DeviceCode, identity.Origin{Address: "198.51.100.4", UserAgent: "team/1"})
}

func TestDeviceCode(t *testing.T) {
	r := newGrantRig(t)
	start := r.beginDevice("198.51.100.4")
	r.now = r.now.Add(start.Interval)
	_, err := r.poll(start)
	r.refuses(err, identity.GrantPending, "waits")
	r.now = r.now.Add(time.Second)
	_, err = r.poll(start)
	r.refuses(err, identity.GrantSlowDown, "too often")
	r.now = r.now.Add(identity.DeviceInterval)
	_, err = r.poll(start)
	r.refuses(err, identity.GrantSlowDown, "too often") // it was told ten seconds
	r.now = r.now.Add(15 * time.Second)
	_, err = r.poll(start)
	r.refuses(err, identity.GrantPending, "waits")

	typed := " " + strings.ToLower(strings.ReplaceAll(start.UserCode, "-", "")) + " "
	d, err := r.grants.FindDevice(t.Context(), r.parent, typed)
	must(t, err)
	if d.Host != "build-host" || d.Address != "198.51.100.4" || d.State != identity.DeviceWaiting {
		t.Errorf("found %+v", d)
	}
	_, err = r.grants.DecideDevice(t.Context(), r.parent, start.UserCode, true)
	must(t, err)
	_, err = r.grants.DecideDevice(t.Context(), r.parent, start.UserCode, false)
	r.refuses(err, identity.GrantInvalid, "decided")

	got, err := r.poll(start)
	must(t, err)
	if in := r.signIn(got.SignIn.ID); in.Kind != identity.KindCLI || in.UserID != "u-ada" || in.UserAgent != "team/1 on build-host" {
		t.Errorf("the sign-in is %+v", in)
	}
	// Who allowed a code has not shown for whoever waits with it that it is them.
	if in := r.signIn(got.SignIn.ID); len(in.Proofs) != 0 {
		t.Errorf("proofs %+v", in.Proofs)
	}
	_, err = r.poll(start)
	r.refuses(err, identity.GrantInvalid, "used before")
	if in := r.signIn(got.SignIn.ID); in.EndReason != identity.EndSecretReused {
		t.Errorf("after a second use it is %+v", in)
	}
	want := []string{"sign-in.started", "sign-in.cli-allowed", "sign-in.started", "sign-in.ended"}
	if !slices.Equal(r.kinds(), want) {
		t.Errorf("the log has %q, want %q", r.kinds(), want)
	}
}

func TestDeviceCodesThatComeToNothing(t *testing.T) {
	r := newGrantRig(t)
	refused := r.beginDevice("198.51.100.4")
	_, err := r.grants.DecideDevice(t.Context(), r.parent, refused.UserCode, false)
	must(t, err)
	_, err = r.poll(refused)
	r.refuses(err, identity.GrantDenied, "u-ada refused")

	late, allowedLate := r.beginDevice("198.51.100.4"), r.beginDevice("198.51.100.4")
	_, err = r.grants.DecideDevice(t.Context(), r.parent, allowedLate.UserCode, true)
	must(t, err)
	r.now = r.now.Add(identity.DeviceLifetime)
	for _, start := range []identity.DeviceStart{late, allowedLate} {
		_, err = r.poll(start)
		r.refuses(err, identity.GrantExpired, "expired")
	}
	_, err = r.grants.FindDevice(t.Context(), r.parent, late.UserCode)
	r.refuses(err, identity.GrantInvalid, "wrong, expired or decided")

	signedOut := r.beginDevice("198.51.100.4")
	_, err = r.grants.DecideDevice(t.Context(), r.parent, signedOut.UserCode, true)
	must(t, err)
	r.end(r.parent.ID)
	_, err = r.poll(signedOut)
	r.refuses(err, identity.GrantInvalid, "is over")

	for code, reason := range map[string]string{"": "malformed", r.beginDevice("192.0.2.1").DeviceCode[:20]: "malformed"} {
		_, err = r.grants.PollDevice(t.Context(), code, identity.Origin{})
		r.refuses(err, identity.GrantInvalid, reason)
	}
}

func TestGuessingUserCodesIsBounded(t *testing.T) {
	r := newGrantRig(t)
	start := r.beginDevice("198.51.100.4")
	guess := func(by identity.SignIn, code string) error {
		_, err := r.grants.FindDevice(t.Context(), by, code)
		return err
	}
	for i := range 10 {
		r.refuses(guess(r.parent, []string{"BBBB-BBBB", "", "AEIOU"}[i%3]), identity.GrantInvalid, "wrong")
	}
	// The right code, after too many wrong ones: whoever guesses does not learn that it was right.
	r.refuses(guess(r.parent, start.UserCode), identity.GrantBusy, "10 wrong user codes of u-ada")
	_, err := r.grants.DecideDevice(t.Context(), r.parent, start.UserCode, true)
	r.refuses(err, identity.GrantBusy, "10 wrong user codes of u-ada")
	// Others may, until all together have guessed too often.
	must(t, guess(r.browser("u-eve", "sin_eve"), start.UserCode))
	for i := range 11 {
		other := r.browser(fmt.Sprintf("u-%d", i), fmt.Sprintf("sin_%d", i))
		for range 10 {
			r.refuses(guess(other, "BBBB-BBBB"), identity.GrantInvalid, "wrong")
		}
	}
	r.refuses(guess(r.signIn("sin_eve"), start.UserCode), identity.GrantBusy, "120 of all")
	r.now = r.now.Add(identity.DeviceLifetime)
	must(t, guess(r.parent, r.beginDevice("198.51.100.4").UserCode))
}

func TestStrangersCannotFillTheDatabase(t *testing.T) {
	r := newGrantRig(t)
	for range 20 {
		r.beginDevice("192.0.2.1")
	}
	_, err := r.grants.BeginDevice(t.Context(), "", identity.Origin{Address: "192.0.2.1"})
	r.refuses(err, identity.GrantBusy, "20 of address 192.0.2.1")
	for i := range 20 {
		r.beginDevice(fmt.Sprintf("2001:db8:0:1::%x", i))
	}
	_, err = r.grants.BeginDevice(t.Context(), "", identity.Origin{Address: "2001:db8:0:1:ffff::9"}) // of the same network of 64 bits
	r.refuses(err, identity.GrantBusy, "20 of address 2001:db8:0:1:ffff::9")
	r.beginDevice("2001:db8:0:2::1")
	for i := range 959 {
		r.beginDevice(fmt.Sprintf("198.51.100.%d", i%250))
	}
	_, err = r.grants.BeginDevice(t.Context(), "", identity.Origin{Address: "203.0.113.9"})
	r.refuses(err, identity.GrantBusy, "1000 device codes wait")
	r.now = r.now.Add(identity.DeviceLifetime)
	r.beginDevice("192.0.2.1")
	r.now = r.now.Add(2 * time.Hour)
	did, _, err := r.grants.ForgetStep(t.Context())
	must(t, err)
	if !did {
		t.Error("a thousand are forgotten, and nothing is said to be left")
	}
	did, next, err := r.grants.ForgetStep(t.Context())
	must(t, err)
	if did || !next.After(r.now) {
		t.Errorf("afterwards it looks again at %s", next)
	}
}

// TestForgottenGrantsAreThoseThatEnded: what can still be used, or be known again, stays.
func TestForgottenGrantsAreThoseThatEnded(t *testing.T) {
	r := newGrantRig(t)
	got := r.redeem()
	r.now = r.now.Add(3 * time.Hour)
	_, _, err := r.grants.ForgetStep(t.Context())
	must(t, err)
	second, err := r.grants.Refresh(t.Context(), got.Refresh)
	must(t, err)
	r.now = r.now.Add(8 * time.Hour)
	_, _, err = r.grants.ForgetStep(t.Context())
	must(t, err)
	_, err = r.grants.Refresh(t.Context(), got.Refresh)
	r.refuses(err, identity.GrantInvalid, "used before")
	_, err = r.grants.Refresh(t.Context(), second.Refresh)
	r.refuses(err, identity.GrantInvalid, "is over")
}

func TestUserCodes(t *testing.T) {
	for text, want := range map[string]string{
		"BCDF-GHJK": "BCDFGHJK", "bcdfghjk": "BCDFGHJK", "bcdf ghjk": "BCDFGHJK", "BCDF-GHJ": "", "BCAF-GHJK": "", "BCDF-GHJKL": "", "": "", "B0DF-GHJK": "",
		"ВCDF-GHJK": "", // the first is Cyrillic
	} {
		got, ok := identity.ReadUserCode(text)
		if got != want || ok != (want != "") {
			t.Errorf("%q is read as %q, %v", text, got, ok)
		}
	}
}

func TestHostNamesAreFitToBeShown(t *testing.T) {
	for name, want := range map[string]string{
		"laptop": "laptop", "<b>bank</b>": "bbank/b", "a\u202eb\nc": "abc", strings.Repeat(" ", 2) + "x": "x", strings.Repeat("x", 100): strings.Repeat("x", 60), "пк": "",
	} {
		if got := identity.CleanHost(name); got != want {
			t.Errorf("%q is shown as %q, want %q", name, got, want)
		}
	}
}

// What a stranger's program calls itself is shown to whoever is to allow it, and waits in the database.
func TestAProgramCallsItselfShortAndPlain(t *testing.T) {
	r := newGrantRig(t)
	start, err := r.grants.BeginDevice(t.Context(), "", identity.Origin{Address: "192.0.2.1", UserAgent: "team\x1b[2J\u0085" + strings.Repeat("x", 30_000)})
	must(t, err)
	d, err := r.grants.FindDevice(t.Context(), r.parent, start.UserCode)
	must(t, err)
	if len(d.UserAgent) > 80 || strings.ContainsAny(d.UserAgent, "\x1b\u0085") || !strings.HasPrefix(d.UserAgent, "team") {
		t.Errorf("it calls itself %d bytes, %.100q", len(d.UserAgent), d.UserAgent)
	}
}
