package signin

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/identity/passkeytest"
)

// passkey registers one of rita's by the API's own use case, in the sign-in that goes on.
func (r *rig) passkey(counts bool) identity.Passkey {
	r.t.Helper()
	in := r.open("u-rita")[0]
	k := r.handler.Passkeys
	by := access.Actor{
		Kind: audit.Person, UserID: "u-rita", Name: "rita", SignInID: in.ID,
		Proofs: []access.Proof{{Kind: access.ProofProvider, At: r.now, Provider: "okta"}},
	}
	options, err := k.BeginRegistration(r.t.Context(), by)
	must(r.t, err)
	p, err := k.FinishRegistration(r.t.Context(), by, "rita's <b>key</b>", passkeytest.New(r.t, origin, "team.example.org").Create(options))
	must(r.t, err)
	if counts {
		p.UsableAt = p.RegisteredAt
		must(r.t, k.Store.UpdatePasskeys(r.t.Context(), func(ctx context.Context, tx identity.PasskeyTx) error {
			return tx.PutPasskey(ctx, p, access.Change{Events: []audit.Event{{Kind: "test", At: r.now, Actor: access.System("test").Audit()}}})
		}))
	}
	return p
}

const demandEither = "/step-up?act=decide&kinds=passkey,provider&age=300&return=/requests/1"

func TestStepUpPageOffersWhatCounts(t *testing.T) {
	r := newRig(t, nil)
	b := r.browser()
	b.get(demandEither).goes("/sign-in?return=" + url.QueryEscape(demandEither))
	b.signIn()
	r.now = r.now.Add(10 * time.Minute)
	b.get(demandEither).sees(http.StatusOK, "Show that it is you", "Deciding on this request asks for fresh proof that it is really you, at most 5 minutes old",
		"Sign in again at The okta", "You have no passkey yet", `src="/static/signin/webauthn.js"`)
	if strings.Contains(b.body, `data-action="prove"`) || strings.Contains(b.body, "<script>") {
		t.Errorf("it offers a passkey that is not there, or has a script of its own:\n%s", b.body)
	}
	r.passkey(false)
	b.get(demandEither).sees(http.StatusOK, "None of your passkeys counts yet")
	r.now = r.now.Add(identity.PasskeyDelay)
	b = r.browser().signIn()
	r.now = r.now.Add(10 * time.Minute)
	b.get(demandEither).sees(http.StatusOK, "Use a passkey", `data-return="/requests/1"`, `data-for=""`, "Sign in again at The okta")
	b.get("/step-up?act=policies&kinds=passkey&age=60").sees(http.StatusOK, "Changing policies and settings", "at most 1 minute old", "Use a passkey")
	if strings.Contains(b.body, "Sign in again at") {
		t.Error("it offers what does not count")
	}
	// Away from here nobody is led.
	for _, away := range []string{"https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"} {
		if b.get("/step-up?kinds=passkey&age=60&return=" + url.QueryEscape(away)); strings.Contains(b.body, "evil") || strings.Contains(b.body, "alert") {
			t.Errorf("it leads to %s", away)
		}
	}
	// Whatever the address says, the page is one that helps.
	for _, odd := range []string{"", "?age=-1&kinds=passkey", "?age=x&kinds=face", "?act=%3Cscript%3E&kinds=provider&age=300", "?age=99999999999999999999&kinds=passkey"} {
		if b.get("/step-up"+odd).sees(http.StatusOK, "Show that it is you"); strings.Contains(b.body, "<script>alert") {
			t.Errorf("%s\n%s", odd, b.body)
		}
	}
}

func TestStepUpAtTheProvider(t *testing.T) {
	r := newRig(t, nil)
	b := r.browser().signIn()
	r.now = r.now.Add(10 * time.Minute)
	link := b.get(demandEither).link("/sign-in/okta?fresh=1")
	state := b.get(link).stateSent()
	r.answers("rita")
	b.get("/sign-in/okta/callback?state=" + state)
	back := b.header.Get("Location")
	b.get(back).sees(http.StatusOK, "Thank you. You showed it at", "2026-11-25 09:10 UTC<", `href="/requests/1"`, "Go on")
	r.now = r.now.Add(6 * time.Minute)
	b.get(back).sees(http.StatusOK, "asks for fresh proof")
	// Whoever signed in with a provider that proves nothing fresh is told so.
	s := r.browser()
	state = s.get("/sign-in/idc?return=/").stateSent()
	r.answers("omar")
	s.do(http.MethodPost, "/sign-in/idc/acs", url.Values{"RelayState": {state}, "SAMLResponse": {"x"}}, true)
	r.now = r.now.Add(10 * time.Minute)
	s.get(demandEither).sees(http.StatusOK, "The idc is not known to ask people again")
}

// A demand may name authentication contexts: the provider is asked for them, and the page says why another did not count.
func TestStepUpSaysWhichContextsCount(t *testing.T) {
	r := newRig(t, nil)
	b := r.browser().signIn()
	r.now = r.now.Add(10 * time.Minute)
	const path = "/step-up?act=decide&kinds=provider&age=300&acr=gold&acr=phr"
	b.get(path).sees(http.StatusOK, "Signing in again counts only as gold or phr.", "fresh=1", "acr=gold&acr=phr")
	if strings.Contains(b.body, "does not count") {
		t.Errorf("a sign-in that is too old is blamed for its context:\n%s", b.body)
	}
	for acr, words := range map[string]string{"pwd": "as pwd. That does not count.", "": "your provider did not say how. That does not count."} {
		state := b.get("/sign-in/okta?fresh=1&acr=gold&acr=phr&return=" + url.QueryEscape(path)).stateSent()
		if asked := r.okta.asked[len(r.okta.asked)-1].ACR; !slices.Equal(asked, []string{"gold", "phr"}) {
			t.Errorf("the provider is asked for %q", asked)
		}
		r.answers("rita")
		r.okta.answer.External.ACR = acr
		b.get("/sign-in/okta/callback?state=" + state).goes(path)
		b.get(path).sees(http.StatusOK, "You signed in at 2026-11-25", words, "counts only as gold or phr")
		r.now = r.now.Add(time.Minute)
	}
	for _, odd := range []string{"&acr=a+b", "&acr=", strings.Repeat("&acr=x", 21)} {
		b.get("/sign-in/okta?fresh=1&return=/" + odd).stateSent()
		if asked := r.okta.asked[len(r.okta.asked)-1].ACR; asked != nil {
			t.Errorf("for %s the provider is asked for %q", odd, asked)
		}
	}
}

// What is proved for a command line is said first: whoever stole its credentials could send its user here.
func TestStepUpForACommandLineIsShownFirst(t *testing.T) {
	r := newRig(t, nil)
	b := r.browser().signIn()
	mine, _, err := r.handler.SignIns.BeginCLI(t.Context(), r.open("u-rita")[0], identity.Origin{Address: "192.0.2.9"})
	must(t, err)
	r.answers("omar")
	other := r.browser().signIn()
	theirs, _, err := r.handler.SignIns.BeginCLI(t.Context(), r.open("u-omar")[0], identity.Origin{})
	must(t, err)
	r.now = r.now.Add(10 * time.Minute)
	path := "/step-up?act=policies&kinds=provider&age=300&for="
	b.get(path+mine.ID).sees(http.StatusOK, "your command line", "from 192.0.2.9", "Go on only if you started this yourself", "for="+mine.ID)
	b.get(path+theirs.ID).sees(http.StatusNotFound, "is not yours, or is over")
	b.get(path+r.open("u-omar")[0].ID).sees(http.StatusNotFound, "is not yours, or is over")
	b.get(path+"sin_none").sees(http.StatusNotFound, "is not yours, or is over")

	asked := len(r.okta.asked)
	stale := b.get(path + mine.ID).link("/sign-in/okta?")
	b.get("/sign-in/okta?fresh=1&return=/x&for=" + mine.ID).goes("/step-up?for=" + mine.ID + "&return=%2Fx")
	b.get("/sign-in/okta?fresh=1&acr=gold&act=policies&age=300&kinds=provider&nonce=x&return=/x&for=" + mine.ID).
		goes("/step-up?acr=gold&act=policies&age=300&for=" + mine.ID + "&kinds=provider&return=%2Fx")
	// Another sign-in's nonce, and one of another browser of the same person.
	b.get(strings.Replace(b.fresh("sin_other", "/x"), "sin_other", mine.ID, 1)).goes("/step-up?for=" + mine.ID + "&return=%2Fx")
	r.answers("rita")
	elsewhere := r.browser().signIn()
	asked++
	elsewhere.get(b.fresh(mine.ID, "/x")).goes("/step-up?for=" + mine.ID + "&return=%2Fx")
	if len(r.okta.asked) != asked {
		t.Error("the provider was asked for an address that no page showed")
	}
	state := b.get(b.get(path + mine.ID).link("/sign-in/okta?")).stateSent()
	r.answers("rita")
	b.get("/sign-in/okta/callback?state=" + state)
	back := b.header.Get("Location")
	b.get(back).sees(http.StatusOK, "Thank you", "Go back to your terminal")
	// The page of before is shown anew where its link does not count any more.
	b.get(stale).goes(back)
	must(t, r.handler.SignIns.End(t.Context(), access.Actor{Kind: audit.Person, UserID: "u-rita", SignInID: r.open("u-rita")[0].ID}, mine.ID))
	b.get(path+mine.ID).sees(http.StatusNotFound, "or is over")
	other.get("/sign-ins").sees(http.StatusOK, "omar")
}

// A page leads on to any path of TEAM, and what it leads to comes from TEAM's own page: that proves nothing.
func TestWhereAPageLeadsShowsWhatAProofIsFor(t *testing.T) {
	r := newRig(t, nil)
	b := r.browser().signIn()
	stolen, _, err := r.handler.SignIns.BeginCLI(t.Context(), r.open("u-rita")[0], identity.Origin{})
	must(t, err)
	asked := len(r.okta.asked)
	trap := "/sign-in/okta?fresh=1&for=" + stolen.ID
	onward := b.get("/step-up?act=decide&kinds=provider&age=300&return="+url.QueryEscape(trap)).sees(http.StatusOK, "Thank you", "Go on").link("/sign-in/okta?")
	if onward != trap {
		t.Fatalf("it leads to %s", onward)
	}
	b.get(onward).goes("/step-up?for=" + stolen.ID + "&return=%2F")
	b.get(b.header.Get("Location")).sees(http.StatusOK, "your command line", "Go on only if you started this yourself")
	// Nor does where a proof for this browser leads.
	r.now = r.now.Add(10 * time.Minute)
	state := b.get(b.get("/step-up?act=decide&kinds=provider&age=300&return=" + url.QueryEscape(trap)).link("/sign-in/okta?")).stateSent()
	r.answers("rita")
	b.get("/sign-in/okta/callback?state=" + state)
	b.get(b.header.Get("Location"))
	b.get(b.link("/sign-in/okta?")).goes("/step-up?for=" + stolen.ID + "&return=%2F")
	if len(r.okta.asked) != asked+1 {
		t.Error("the provider was asked before anybody was told what for")
	}
	for _, in := range r.open("u-rita") {
		if in.ID == stolen.ID && in.Proofs[0].At.Equal(r.now) {
			t.Error("the command line's sign-in was proved")
		}
	}
}

func TestPasskeysPage(t *testing.T) {
	r := newRig(t, nil)
	b := r.browser()
	b.get("/passkeys").goes("/sign-in?return=%2Fpasskeys")
	b.signIn()
	b.get("/passkeys").sees(http.StatusOK, "You have none yet", `data-action="register"`, "It begins to count after 24 hours")
	r.now = r.now.Add(4*time.Minute + time.Second)
	b.get("/passkeys").sees(http.StatusOK, "Sign in once more first", "Sign in again at The okta")
	p := r.passkey(false)
	b.get("/passkeys").sees(http.StatusOK, p.Name, "Counts from", "2026-11-26 09:04 UTC<", "team passkey consent "+p.ID, `data-action="remove" data-id="`+p.ID)
	if strings.Contains(b.body, "registered by others") || strings.Contains(b.body, "Others’ passkeys") {
		t.Error("somebody who is no administrator sees others' passkeys")
	}
	none := newRig(t, func(c *Config) { c.Passkeys.Origin = &url.URL{Scheme: "http", Host: "127.0.0.1:8080"} })
	none.browser().signIn().get("/passkeys").sees(http.StatusOK, "There can be no passkeys here", "localhost")
	// With a provider that asks nobody anew the sign-in itself is fresh for a while.
	r = newRig(t, nil)
	s := r.browser()
	state := s.get("/sign-in/idc?return=/").stateSent()
	r.idc.answer.External.At = r.now.Add(-24 * time.Hour)
	s.do(http.MethodPost, "/sign-in/idc/acs", url.Values{"RelayState": {state}, "SAMLResponse": {"x"}}, true)
	s.get("/passkeys").sees(http.StatusOK, `data-action="register"`)
	r.now = r.now.Add(5 * time.Minute)
	s.get("/passkeys").sees(http.StatusOK, "Sign in once more first", "Sign out, and sign in again here")
}

// The script builds no markup from text: under Trusted Types it needs no policy.
func TestTheScriptWritesNoMarkup(t *testing.T) {
	script, err := static.ReadFile("static/webauthn.js")
	must(t, err)
	for _, sink := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", ".srcdoc", "setAttribute(\"on", "javascript:"} {
		if strings.Contains(string(script), sink) {
			t.Errorf("it uses %s", sink)
		}
	}
	r := newRig(t, nil)
	b := r.browser().signIn()
	for _, path := range []string{"/passkeys", demandEither} {
		b.get(path)
		for _, inline := range []string{"<script>", " onclick=", " style=", "<style"} {
			if strings.Contains(b.body, inline) {
				t.Errorf("%s has %s", path, inline)
			}
		}
	}
	if got := b.get("/static/signin/webauthn.js"); got.status != http.StatusOK || !slices.Contains([]string{"text/javascript; charset=utf-8", "application/javascript"}, got.header.Get("Content-Type")) {
		t.Errorf("the script: %d %v", got.status, got.header)
	}
}
