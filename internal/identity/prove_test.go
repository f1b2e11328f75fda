package identity_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/identity"
)

// provable is rita signed in with a browser, and with a command line by it, ten minutes ago.
func (r *rig) provable() (secret string, browser, commandLine identity.SignIn) {
	r.t.Helper()
	secret, browser = r.signIn("rita")
	commandLine, _, err := r.signIns.BeginCLI(r.t.Context(), browser, firefox)
	must(r.t, err)
	r.now = r.now.Add(10 * time.Minute)
	return secret, browser, commandLine
}

// proofs of a sign-in, as they are kept.
func (r *rig) proofs(in identity.SignIn) []access.Proof {
	r.t.Helper()
	now, err := r.signIns.Read(r.t.Context(), access.Actor{Administrator: true}, in.ID)
	must(r.t, err)
	return now.Proofs
}

// unproved demands that a fresh proof is refused for a reason, and that no sign-in has it.
func (r *rig) unproved(x identity.External, in, commandLine identity.SignIn, code identity.RefusalCode, reason string) {
	r.t.Helper()
	before := [][]access.Proof{r.proofs(in), r.proofs(commandLine)}
	secret, _, err := r.signIns.Prove(r.t.Context(), x, firefox, in.ID, commandLine.ID)
	refusal, ok := errors.AsType[*identity.Refusal](err)
	if !ok || !errors.Is(err, identity.ErrRefused) || secret != "" {
		r.t.Fatalf("%s as %q proves it: %v", x.Subject, x.UserName, err)
	}
	if refusal.Code != code || !contains(refusal.Reason, reason) || refusal.Public == "" {
		r.t.Errorf("refused with %s: %s; want %s: %s", refusal.Code, refusal.Reason, code, reason)
	}
	if last := r.last(); last.Kind != "sign-in.refused" || last.Data["code"] != string(code) {
		r.t.Errorf("the last event is %+v", last)
	}
	for i, now := range [][]access.Proof{r.proofs(in), r.proofs(commandLine)} {
		if !slices.EqualFunc(now, before[i], func(a, b access.Proof) bool { return a.Kind == b.Kind && a.At.Equal(b.At) }) {
			r.t.Errorf("refused, it left the proofs %+v", now)
		}
	}
}

func TestAFreshProofIsForBothSignIns(t *testing.T) {
	r := newRig(t)
	secret, in, commandLine := r.provable()
	x := r.ext("okta", "sub-rita", "rita")
	x.At, x.ACR = r.now.Add(time.Minute), "mfa"
	fresh, proved, err := r.signIns.Prove(t.Context(), x, firefox, in.ID, commandLine.ID)
	must(t, err)
	if proved.ID != in.ID || !proved.ExpiresAt.Equal(in.ExpiresAt) {
		t.Errorf("proved %+v", proved)
	}
	r.nobody(secret, "the secret of before")
	r.somebody(fresh)
	for _, one := range []identity.SignIn{in, commandLine} {
		if p := r.proofs(one); len(p) != 1 || p[0].Kind != access.ProofProvider || p[0].ACR != "mfa" || !p[0].At.Equal(r.now) {
			t.Errorf("proofs %+v", p)
		}
	}
	if kinds := r.kinds(); !slices.Equal(kinds[len(kinds)-2:], []string{"sign-in.proved", "sign-in.proved"}) {
		t.Errorf("events %v", kinds)
	}
	// A name that the directory does not know any more, of a subject that is known.
	fresh, _, err = r.signIns.Prove(t.Context(), r.ext("okta", "sub-rita", "rita.married"), firefox, in.ID, "")
	must(t, err)
	who := r.somebody(fresh)
	must(t, r.signIns.End(t.Context(), who, in.ID))
	_, _, err = r.signIns.Prove(t.Context(), r.ext("okta", "sub-rita", "rita"), firefox, in.ID, commandLine.ID)
	r.refused(err, access.CodeConflict, "this sign-in is over")
	if p := r.proofs(commandLine); p[0].ACR != "mfa" {
		t.Errorf("the command line's was proved without the browser's: %+v", p)
	}
}

// Whoever would not sign in as the user proves nothing for them either.
func TestAFreshProofOfSomebodyElse(t *testing.T) {
	r := newRig(t)
	secret, in, commandLine := r.provable()
	_, olgas := r.signIn("olga")
	olgasCommandLine, _, err := r.signIns.BeginCLI(t.Context(), olgas, firefox)
	must(t, err)
	_, second := r.signIn("rita")

	r.unproved(r.ext("okta", "sub-olga", "olga"), in, commandLine, identity.RefusedOther, "somebody else came back than it is for: sign-in "+in.ID)
	r.unproved(r.ext("okta", "sub-ada", "ada"), in, commandLine, identity.RefusedOther, "somebody else")
	if _, linked, err := r.store.Identity().LinkOf(t.Context(), "okta", "sub-ada"); err != nil || linked {
		t.Errorf("a refused proof says who somebody is: %t, %v", linked, err)
	}
	r.unproved(r.ext("okta", "sub-rita", "rita"), olgas, olgasCommandLine, identity.RefusedOther, "sign-in "+olgas.ID)
	r.unproved(r.ext("okta", "sub-rita", "rita"), in, olgasCommandLine, identity.RefusedOther, "sign-in "+olgasCommandLine.ID)
	r.unproved(r.ext("okta", "sub-rita", "rita"), in, second, identity.RefusedOther, "another browser's sign-in "+second.ID)
	r.unproved(r.ext("okta", "sub-nobody", "nobody"), in, commandLine, identity.RefusedUnknown, "no user")
	r.disabled = "u-rita"
	r.unproved(r.ext("okta", "sub-rita", "rita"), in, commandLine, identity.RefusedUnknown, "user u-rita is not enabled")
	r.disabled = ""
	r.somebody(secret)
}

// A subject that suddenly bears another user's name is another person, perhaps.
func TestAFreshProofOfARenamedSubject(t *testing.T) {
	r := newRig(t)
	_, in, commandLine := r.provable()
	r.unproved(r.ext("okta", "sub-rita", "olga"), in, commandLine, identity.RefusedWaiting, "stood for the user u-rita until now")
	r.unproved(r.ext("okta", "sub-new", "rita"), in, commandLine, identity.RefusedWaiting, "another subject of the provider (sub-rita)")
	alarms, err := r.store.Alarms(t.Context(), alarm.Filter{OpenOnly: true})
	must(t, err)
	if len(alarms) != 2 || alarms[0].Kind != alarm.IdentityWaiting {
		t.Errorf("alarms %+v", alarms)
	}
}

// Whom an administrator only just confirmed proves nothing yet (P11).
func TestAFreshProofOfWhoWasJustConfirmed(t *testing.T) {
	r := newRig(t)
	begin := func() (in, commandLine identity.SignIn) {
		_, in, err := r.signIns.Begin(t.Context(), r.ext("entra", "sub-entra", "rita"), firefox, "")
		must(t, err)
		commandLine, _, err = r.signIns.BeginCLI(t.Context(), in, firefox)
		must(t, err)
		return in, commandLine
	}
	r.signIn("rita")
	r.notIn(r.ext("okta", "sub-new", "rita"), identity.RefusedWaiting, "another subject")
	waiting, err := r.signIns.Links(t.Context(), identity.LinkFilter{State: identity.LinkWaiting})
	must(t, err)
	confirmed, err := r.signIns.ConfirmLink(t.Context(), r.person("ada"), waiting[0].ID)
	must(t, err)
	for _, passed := range []time.Duration{time.Minute, identity.ConfirmedAfter - time.Second} {
		r.now = confirmed.DecidedAt.Add(passed)
		in, commandLine := begin()
		r.unproved(r.ext("okta", "sub-new", "rita"), in, commandLine, identity.RefusedWaiting, "was confirmed by u-ada, which counts from ")
	}
	in, commandLine := begin()
	r.now = confirmed.DecidedAt.Add(identity.ConfirmedAfter)
	_, _, err = r.signIns.Prove(t.Context(), r.ext("okta", "sub-new", "rita"), firefox, in.ID, commandLine.ID)
	must(t, err)
}
