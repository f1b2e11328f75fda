package identity_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/identity"
)

func contains(text, part string) bool { return strings.Contains(text, part) }

func TestASignInIsKeptWithoutItsSecret(t *testing.T) {
	r := newRig(t)
	x := r.ext("okta", "00u1", "rita")
	x.ACR, x.AMR = "phr", []string{"hwk"}
	secret, in, err := r.signIns.Begin(t.Context(), x, identity.Origin{Address: "192.0.2.7", UserAgent: "Fire\x1b[31mfox" + strings.Repeat("ä", 400)}, "")
	must(t, err)
	if !identity.WellFormed(secret) || in.Hash != identity.HashForTest(secret) || in.UserID != "u-rita" || in.Kind != identity.KindBrowser ||
		!in.ExpiresAt.Equal(r.now.Add(12*time.Hour)) || in.IdleAfter != time.Hour || in.Subject != "00u1" || len(in.UserAgent) > 300 ||
		!strings.HasPrefix(in.UserAgent, "Fire[31mfox") {
		t.Errorf("begun %+v", in)
	}
	who, got, err := r.signIns.Authenticate(t.Context(), secret)
	must(t, err)
	if got.ID != in.ID || who.SignInID != in.ID || !who.SignedIn() || who.UserID != "u-rita" || who.Name != "rita" || who.Administrator || who.Unconfirmed ||
		who.Strength != identity.StrengthSignIn || !slices.Equal(who.Scopes, access.AllScopes()) {
		t.Errorf("authenticated as %+v", who)
	}
	if p := who.Proofs; len(p) != 1 || p[0].Kind != access.ProofProvider || p[0].Provider != "okta" || p[0].ACR != "phr" || !p[0].At.Equal(r.now) || p[0].AMR[0] != "hwk" {
		t.Errorf("proofs %+v", p)
	}
	if kinds := r.kinds(); !slices.Equal(kinds, []string{"identity.linked", "sign-in.started"}) {
		t.Errorf("events %v", kinds)
	}
	records, err := r.store.Events(t.Context(), audit.Filter{After: -1, Limit: 100})
	must(t, err)
	for _, e := range records {
		if contains(string(e.Bytes), strings.TrimPrefix(secret, identity.Prefix)) || contains(string(e.Bytes), in.Hash) {
			t.Errorf("the log has the secret: %s", e.Bytes)
		}
	}
}

// The first to sign in gets nothing but what their groups give them: who administrates TEAM stands in its settings.
func TestTheFirstToSignInGetsNothing(t *testing.T) {
	r := newRig(t)
	secret, _ := r.signIn("rita")
	who, _, err := r.signIns.Authenticate(t.Context(), secret)
	must(t, err)
	if who.Administrator || who.Auditor {
		t.Errorf("the first one is %+v", who)
	}
	for name, want := range map[string][2]bool{"ada": {true, false}, "olga": {false, true}} {
		secret, _ := r.signIn(name)
		who, _, err := r.signIns.Authenticate(t.Context(), secret)
		must(t, err)
		if who.Administrator != want[0] || who.Auditor != want[1] {
			t.Errorf("%s is %+v", name, who)
		}
	}
}

// Whoever makes somebody use a secret that they know has nothing from it: each sign-in has a new one, and the old one ends.
func TestSigningInAnewEndsTheOldOne(t *testing.T) {
	r := newRig(t)
	fixed, first := r.signIn("olga")
	secret, in, err := r.signIns.Begin(t.Context(), r.ext("okta", "sub-rita", "rita"), firefox, fixed)
	must(t, err)
	if secret == fixed || in.ID == first.ID {
		t.Error("the sign-in goes on with a secret of before")
	}
	r.nobody(fixed, "the one of before")
	old, err := r.signIns.Read(t.Context(), r.person("olga"), first.ID)
	must(t, err)
	if old.EndReason != identity.EndReplaced || !old.EndedAt.Equal(r.now) {
		t.Errorf("the one of before is %+v", old)
	}
	other := "a"
	if strings.HasSuffix(secret, other) {
		other = "b" // or it would be the secret itself
	}
	for _, junk := range []string{"", "team_junk", strings.Repeat("a", 63), secret[:len(secret)-1] + other} {
		_, _, err := r.signIns.Begin(t.Context(), r.ext("okta", "sub-ada", "ada"), firefox, junk)
		must(t, err)
	}
	r.somebody(secret)
}

func (r *rig) nobody(secret, what string) {
	r.t.Helper()
	if who, _, err := r.signIns.Authenticate(r.t.Context(), secret); !errors.Is(err, identity.ErrNobody) {
		r.t.Errorf("%s: stands for %+v, %v", what, who, err)
	}
}

func (r *rig) somebody(secret string) access.Actor {
	r.t.Helper()
	who, _, err := r.signIns.Authenticate(r.t.Context(), secret)
	must(r.t, err)
	return who
}

func TestASignInEndsByItself(t *testing.T) {
	t.Run("when it is not used", func(t *testing.T) {
		r := newRig(t)
		secret, _ := r.signIn("rita")
		for range 3 {
			r.now = r.now.Add(time.Hour - time.Microsecond)
			r.somebody(secret)
		}
		r.now = r.now.Add(time.Hour)
		r.nobody(secret, "after an hour without use")
	})
	t.Run("when its time is over", func(t *testing.T) {
		r := newRig(t)
		secret, in := r.signIn("rita")
		for r.now.Add(50 * time.Minute).Before(in.ExpiresAt) {
			r.now = r.now.Add(50 * time.Minute)
			r.somebody(secret)
		}
		r.now = in.ExpiresAt.Add(-time.Microsecond)
		r.somebody(secret)
		r.now = in.ExpiresAt
		r.nobody(secret, "after twelve hours")
	})
	t.Run("when the provider's is over", func(t *testing.T) {
		r := newRig(t)
		x := r.ext("okta", "sub", "rita")
		x.Until = r.now.Add(20 * time.Minute)
		secret, _, err := r.signIns.Begin(t.Context(), x, firefox, "")
		must(t, err)
		r.now = x.Until
		r.nobody(secret, "after the provider's bound")
		x.At = r.now
		r.notIn(x, identity.RefusedProtocol, "which is over")
	})
}

// Each replica knows of uses that it has not written yet, and another within a minute: a sign-in that is used is never
// taken for one that is not.
func TestIdleTimeIsMeasuredFromTheLastUse(t *testing.T) {
	r := newRig(t)
	secret, in := r.signIn("rita")
	other := *r.signIns
	other.Uses = &identity.Uses{}
	step := func() {
		_, _, err := r.uses.Step(t.Context(), r.store.Identity(), r.now)
		must(t, err)
	}
	step()
	events := len(r.kinds())
	used := r.now.Add(59*time.Minute + 30*time.Second)
	r.now = used
	r.somebody(secret)
	step()
	r.now = used.Add(time.Minute)
	step()
	r.now = used.Add(time.Hour - time.Microsecond)
	if _, _, err := other.Authenticate(t.Context(), secret); err != nil {
		t.Errorf("another replica: %v", err)
	}
	read, err := r.signIns.Read(t.Context(), r.person("rita"), in.ID)
	must(t, err)
	if !read.LastSeenAt.Equal(used) {
		t.Errorf("last used %s, want %s", read.LastSeenAt, used)
	}
	r.now = used.Add(time.Hour)
	r.nobody(secret, "an hour after the last use")
	if len(r.kinds()) != events {
		t.Error("a use is an event")
	}
}

func TestAProofMakesANewSecret(t *testing.T) {
	r := newRig(t)
	secret, in := r.signIn("rita")
	r.now = r.now.Add(5 * time.Minute)
	fresh, err := r.signIns.AddProof(t.Context(), in, access.Proof{Kind: access.ProofPasskey, At: r.now, PasskeyID: "pk_1"})
	must(t, err)
	r.nobody(secret, "the secret of before")
	who := r.somebody(fresh)
	if len(who.Proofs) != 2 || who.SignInID != in.ID || who.Proofs[1].PasskeyID != "pk_1" {
		t.Errorf("proofs %+v", who.Proofs)
	}
	r.now = r.now.Add(time.Minute)
	again, err := r.signIns.AddProof(t.Context(), in, access.Proof{Kind: access.ProofProvider, At: r.now.Add(time.Hour), Provider: "okta"})
	must(t, err)
	who = r.somebody(again)
	if len(who.Proofs) != 2 || who.Proofs[1].Kind != access.ProofProvider || !who.Proofs[1].At.Equal(r.now) {
		t.Errorf("a proof from the future counts as %+v", who.Proofs)
	}
	must(t, r.signIns.End(t.Context(), who, in.ID))
	_, err = r.signIns.AddProof(t.Context(), in, access.Proof{Kind: access.ProofPasskey, At: r.now})
	r.refused(err, access.CodeConflict, "this sign-in is over")
}

func TestACommandLineSignsInLikeItsBrowser(t *testing.T) {
	r := newRig(t)
	_, parent := r.signIn("rita")
	r.now = r.now.Add(time.Hour)
	in, token, err := r.signIns.BeginCLI(t.Context(), parent, identity.Origin{Address: "192.0.2.9", UserAgent: "team"})
	must(t, err)
	if in.Kind != identity.KindCLI || in.ParentID != parent.ID || !in.ExpiresAt.Equal(parent.ExpiresAt) || len(in.Proofs) != 1 {
		t.Errorf("begun %+v", in)
	}
	who, err := r.bearer.Authenticate(t.Context(), token)
	must(t, err)
	if who.SignInID != in.ID || !who.SignedIn() || who.UserID != "u-rita" {
		t.Errorf("authenticated as %+v", who)
	}
	r.now = r.now.Add(15 * time.Minute)
	r.nobody(token, "its secret after a quarter of an hour")
	var next string
	must(t, r.store.Identity().Update(t.Context(), func(ctx context.Context, tx identity.Tx) error {
		_, next, err = r.signIns.Renew(ctx, tx, in.ID)
		return err
	}))
	r.somebody(next)
	n, err := r.signIns.EndAll(t.Context(), r.person("rita"), "u-rita", "")
	must(t, err)
	if n != 2 {
		t.Errorf("%d ended", n)
	}
	r.nobody(next, "after all of the user ended")
	err = r.store.Identity().Update(t.Context(), func(ctx context.Context, tx identity.Tx) error {
		_, _, err := r.signIns.Renew(ctx, tx, in.ID)
		return err
	})
	r.refused(err, access.CodeConflict, "this sign-in is over")
	_, _, err = r.signIns.BeginCLI(t.Context(), parent, firefox)
	r.refused(err, access.CodeConflict, "is over: sign in again")
}

// A cookie's secret is none for a header, where it would be a stolen one, and the other way round.
func TestASecretIsForOneWay(t *testing.T) {
	r := newRig(t)
	cookie, parent := r.signIn("rita")
	_, cli, err := r.signIns.BeginCLI(t.Context(), parent, firefox)
	must(t, err)
	byOperator, in, err := r.signIns.BeginOperator(t.Context(), operator, "u-ada", "operator", time.Hour)
	must(t, err)
	if in.Proofs[0].Kind != access.ProofProvider || in.Proofs[0].Provider != "operator" || !in.Proofs[0].At.Equal(r.now) || in.IdleAfter != 0 {
		t.Errorf("an operator begins %+v", in)
	}
	if _, err := r.bearer.Authenticate(t.Context(), cookie); !errors.Is(err, identity.ErrNobody) {
		t.Errorf("a cookie's secret in the header: %v", err)
	}
	if _, err := r.bearer.AuthenticateBrowser(t.Context(), cookie); err != nil {
		t.Error(err)
	}
	for _, secret := range []string{cli, byOperator} {
		if _, err := r.bearer.AuthenticateBrowser(t.Context(), secret); !errors.Is(err, identity.ErrNobody) {
			t.Errorf("in the cookie: %v", err)
		}
		if _, err := r.bearer.Authenticate(t.Context(), secret); err != nil {
			t.Error(err)
		}
	}
	for _, lifetime := range []time.Duration{0, -1, 12*time.Hour + 1} {
		_, _, err := r.signIns.BeginOperator(t.Context(), operator, "u-ada", "operator", lifetime)
		r.refused(err, access.CodeInvalid, "at most 12h")
	}
}

func TestWhoEndsASignIn(t *testing.T) {
	r := newRig(t)
	secret, in := r.signIn("rita")
	r.refused(r.signIns.End(t.Context(), r.person("olga"), in.ID), access.CodeNotFound, "no such sign-in")
	auditor := r.person("olga")
	auditor.Auditor = true
	r.refused(r.signIns.End(t.Context(), auditor, in.ID), access.CodeForbidden, "only whose sign-in it is and administrators")
	_, err := r.signIns.EndAll(t.Context(), auditor, "u-rita", "")
	r.refused(err, access.CodeForbidden, "only administrators end sign-ins of others")
	r.refused(r.signIns.End(t.Context(), access.Actor{Kind: audit.Machine, MachineID: "mch_1", OwnerID: "u-rita"}, in.ID), access.CodeNotFound, "no such sign-in")
	r.somebody(secret)
	must(t, r.signIns.End(t.Context(), r.person("ada"), in.ID))
	r.nobody(secret, "ended by an administrator")
	must(t, r.signIns.End(t.Context(), r.person("rita"), in.ID))
	ended, err := r.signIns.Read(t.Context(), r.person("rita"), in.ID)
	must(t, err)
	if ended.EndReason != identity.EndByAdmin {
		t.Errorf("ended twice: %s", ended.EndReason)
	}
	secret, in = r.signIn("rita")
	must(t, r.signIns.End(t.Context(), r.somebody(secret), in.ID))
	r.nobody(secret, "signed out")
	n, err := r.signIns.EndByOperator(t.Context(), operator, "", "u-rita")
	must(t, err)
	if n != 0 {
		t.Errorf("%d were left", n)
	}
}

// A sign-in is of whoever the user is now: nobody, while they are not enabled.
func TestASignInOfADisabledUserIsNobodys(t *testing.T) {
	r := newRig(t)
	secret, _ := r.signIn("rita")
	r.disabled = "u-rita"
	r.now = r.now.Add(time.Minute)
	r.nobody(secret, "disabled")
	r.notIn(r.ext("okta", "sub-rita", "rita"), identity.RefusedUnknown, "user u-rita is not enabled")
	r.users = slices.DeleteFunc(r.users, func(u directory.User) bool { return u.ID == "u-rita" })
	r.now = r.now.Add(time.Minute)
	r.nobody(secret, "gone")
}
