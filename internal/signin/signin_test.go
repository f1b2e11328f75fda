package signin

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/identity/provider"
)

func TestSomebodySignsInAndOut(t *testing.T) {
	r := newRig(t, nil)
	b := r.browser()
	b.get("/sign-ins").goes("/sign-in?return=%2Fsign-ins")
	b.get("/sign-in?return=/requests").sees(http.StatusOK, "The okta", "The idc", `href="/sign-in/okta?return=%2Frequests"`)
	b.signIn().goes("/requests")
	if len(b.cookies) != 1 || !identity.WellFormed(b.secret()) || b.cookies[identity.CookieName].SameSite != http.SameSiteLaxMode {
		t.Errorf("the browser keeps %v", b.cookies)
	}
	b.get("/sign-ins").sees(http.StatusOK, "You are signed in as rita", "By The okta", "this one", "a browser")
	b.get("/sign-in?return=/x").goes("/x")
	b.post("/sign-out", nil).goes("/signed-out?from=okta")
	if b.secret() != "" || len(r.open("u-rita")) != 0 {
		t.Error("the sign-in goes on")
	}
	b.get("/signed-out?from=okta").sees(http.StatusOK, "You are signed out", "https://okta.example.org/logout?client_id=x")
	if r.okta.patience > time.Second {
		t.Errorf("it waits %s for the provider", r.okta.patience)
	}
	b.get("/sign-ins").goes("/sign-in?return=%2Fsign-ins")
	if got := r.kinds(); !slices.Equal(got, []string{"identity.linked", "sign-in.started", "sign-in.ended"}) {
		t.Errorf("events %v", got)
	}
	if !slices.Equal(r.counted, []string{"okta ok"}) {
		t.Errorf("counted %v", r.counted)
	}
}

func TestWhereThereIsOneProviderNobodyChooses(t *testing.T) {
	r := newRig(t, func(c *Config) { c.Providers = c.Providers[:1] })
	r.browser().get("/sign-in?return=/x").goes("/sign-in/okta?return=%2Fx")
	none := newRig(t, func(c *Config) { c.Providers = nil })
	none.browser().get("/sign-in").sees(http.StatusOK, "no identity provider is configured")
}

// A form on a provider's page brings no cookie that is for this site only.
func TestSignInByPost(t *testing.T) {
	r := newRig(t, nil)
	b := r.browser().signIn()
	before := b.secret()
	state := b.get("/sign-in/idc?return=/requests").stateSent()
	b.do(http.MethodPost, "/sign-in/idc/acs", url.Values{"RelayState": {state}, "SAMLResponse": {"x"}}, true).goes("/requests")
	if b.secret() == before || len(b.cookies) != 1 {
		t.Errorf("the browser keeps %v", b.cookies)
	}
	if open := r.open("u-rita"); len(open) != 1 || open[0].Provider != "idc" {
		t.Errorf("these go on: %+v", open)
	}
}

// Fixation: the secret of whoever signs in is new, whatever the browser brought; what it had ends.
func TestTheSecretIsAlwaysNew(t *testing.T) {
	r := newRig(t, nil)
	b := r.browser().signIn()
	first := b.secret()
	b.signIn()
	if b.secret() == first || len(r.open("u-rita")) != 1 {
		t.Error("the old sign-in goes on")
	}
	planted := r.browser()
	planted.cookies[identity.CookieName] = &http.Cookie{Name: identity.CookieName, Value: "team_planted"}
	if planted.signIn(); planted.secret() == "team_planted" || !identity.WellFormed(planted.secret()) {
		t.Errorf("signed in by %s", planted.secret())
	}
}

// Whoever comes back must be who was sent: with the cookie, to the same provider, in time, once.
func TestAnswersToNoAttempt(t *testing.T) {
	r := newRig(t, nil)
	unasked := func(b *browser) {
		t.Helper()
		b.sees(http.StatusForbidden, "Sign-in did not work", "not begun in this browser", "Reference ", "/sign-in/")
		if b.secret() != "" {
			t.Error("it signed somebody in")
		}
	}
	attacker := r.browser()
	state := attacker.get("/sign-in/okta").stateSent()
	// Login CSRF: the attacker's answer in the victim's browser.
	unasked(r.browser().get("/sign-in/okta/callback?code=c&state=" + state))
	for _, bad := range []string{"", "?state=", "?state=" + state[:42], "?state=" + state[:16] + strings.Repeat("x", 27), "?state=" + state + "&state=" + state, "?state=" + strings.Repeat("%0a", 43)} {
		unasked(attacker.get("/sign-in/okta/callback" + bad))
	}
	if len(r.okta.came) != 0 {
		t.Errorf("the provider's answer was looked at: %v", r.okta.came)
	}
	// Another provider's address, though the state is this browser's.
	b := r.browser()
	state = b.get("/sign-in/okta").stateSent()
	unasked(b.do(http.MethodPost, "/sign-in/idc/acs", url.Values{"RelayState": {state}}, false))
	// Too late.
	b = r.browser()
	state = b.get("/sign-in/okta").stateSent()
	r.now = r.now.Add(provider.Patience + time.Second)
	unasked(b.get("/sign-in/okta/callback?code=c&state=" + state))
	// Twice: the browser has forgotten the attempt.
	b = r.browser()
	r.answers("rita")
	b.signIn().goes("/requests")
	again := url.Values{"state": {r.okta.asked[len(r.okta.asked)-1].State()}, "code": {"c"}}
	b.get("/sign-in/okta/callback?"+again.Encode()).sees(http.StatusForbidden, "finished already")
	// Nobody sent a SAML answer for: the page says where to begin.
	b = r.browser()
	b.do(http.MethodPost, "/sign-in/idc/acs", url.Values{"SAMLResponse": {"x"}}, true).sees(http.StatusForbidden, "start URL", "/sign-in/idc?return=%2F")
	if strings.Count(r.log.String(), "sign-in refused") < 8 || slices.Contains(r.kinds(), "sign-in.refused") {
		t.Errorf("logged\n%s\nevents %v", r.log.String(), r.kinds())
	}
}

// Replay: the cookie is kept by somebody who puts it back; on any replica the answer counts once.
func TestAnswersCountOnce(t *testing.T) {
	r := newRig(t, nil)
	b := r.browser()
	state := b.get("/sign-in/okta").stateSent()
	kept := *b.cookies[attemptCookie(state)]
	b.get("/sign-in/okta/callback?code=c&state=" + state).goes("/")
	thief := r.browser()
	thief.cookies[kept.Name] = &kept
	thief.get("/sign-in/okta/callback?code=c&state="+state).sees(http.StatusForbidden, "was not accepted")
	if thief.secret() != "" || !strings.Contains(r.log.String(), "used before") {
		t.Errorf("the answer counted twice\n%s", r.log.String())
	}
	// The same assertion to another attempt of whoever holds it.
	r.idc.answer.Once = []string{"idp _assertion"}
	for i, want := range []int{http.StatusSeeOther, http.StatusForbidden} {
		b := r.browser()
		state := b.get("/sign-in/idc").stateSent()
		if b.do(http.MethodPost, "/sign-in/idc/acs", url.Values{"RelayState": {state}}, true); b.status != want {
			t.Errorf("the %d. time: %d", i+1, b.status)
		}
	}
	if !slices.Contains(r.kinds(), "sign-in.refused") {
		t.Errorf("events %v", r.kinds())
	}
	// Afterwards, when it is refused as too old anyway, nothing is remembered.
	if did, _, err := r.store.ForgetAnswers(t.Context(), r.now.Add(time.Hour)); err != nil || !did {
		t.Errorf("%t, %v", did, err)
	}
	if fresh, err := r.store.UseAnswer(t.Context(), []string{"idp _assertion"}, r.now, r.now); err != nil || !fresh {
		t.Errorf("%t, %v", fresh, err)
	}
}

// Strangers who begin without end leave nothing behind, here or in their browser.
func TestAttemptsLeaveNothingBehind(t *testing.T) {
	r := newRig(t, nil)
	b := r.browser()
	for range 20 {
		b.get("/sign-in/okta")
		r.now = r.now.Add(time.Second)
	}
	if len(b.cookies) > maxAttempts {
		t.Errorf("the browser keeps %d cookies", len(b.cookies))
	}
	if kinds := r.kinds(); len(kinds) != 0 {
		t.Errorf("events %v", kinds)
	}
	if did, _, err := r.store.ForgetAnswers(t.Context(), r.now.Add(time.Hour)); err != nil || did {
		t.Errorf("rows were left: %t, %v", did, err)
	}
	// The last ones all work, in any order.
	for i := len(r.okta.asked) - maxAttempts; i < len(r.okta.asked); i++ {
		b.get("/sign-in/okta/callback?state=" + r.okta.asked[i].State()).goes("/")
	}
}

func TestOpenRedirects(t *testing.T) {
	for _, bad := range []string{
		"https://evil.example.org", "//evil.example.org", "/\\evil.example.org", "\\\\evil.example.org", "/\t/evil.example.org", "///evil.example.org", "javascript:alert(1)",
		"evil.example.org", "/%2f/x\n", "/ /evil.example.org", " /x", "/\x00/", "https:/x", "/" + strings.Repeat("x", maxReturn), "http:evil.example.org", "",
	} {
		if got := localPath(bad); got != "/" {
			t.Errorf("%q leads to %q", bad, got)
		}
	}
	for _, good := range []string{"/", "/requests?status=pending&x=%2F%2Fy", "/a/b#c", "/step-up?return=%2Fx", "/requests/req_1"} {
		if got := localPath(good); got != good {
			t.Errorf("%q leads to %q", good, got)
		}
	}
	r := newRig(t, nil)
	b := r.browser()
	state := b.get("/sign-in/okta?return=" + url.QueryEscape("//evil.example.org")).stateSent()
	b.get("/sign-in/okta/callback?state=" + state).goes("/")
	// A browser that changes its own cookie is sent nowhere else either.
	a, err := provider.Begin(strings.NewReader(strings.Repeat("x", 32)), provider.Attempt{Provider: "okta", Started: r.now, Return: "//evil.example.org"})
	must(t, err)
	b = r.browser()
	b.cookies[attemptCookie(a.State())] = &http.Cookie{Name: attemptCookie(a.State()), Value: a.Text()}
	b.get("/sign-in/okta/callback?state=" + a.State()).goes("/")
}

// Each refusal tells who belongs here what to do, strangers nothing, and the log everything.
func TestRefusals(t *testing.T) {
	const secret = "the ID token cannot be verified"
	for name, tt := range map[string]struct {
		change  func(r *rig)
		status  int
		says    string
		outcome string
		event   bool
	}{
		"invalid":      {func(r *rig) { r.okta.finish = provider.Refuse(provider.Invalid, secret) }, http.StatusForbidden, "was not accepted", "invalid", true},
		"clocks":       {func(r *rig) { r.okta.finish = provider.Refuse(provider.ClockOff, secret) }, http.StatusForbidden, "clocks of TEAM and your provider are apart", "clock", true},
		"declined":     {func(r *rig) { r.okta.finish = provider.Refuse(provider.Declined, secret) }, http.StatusForbidden, "did not sign you in", "declined", false},
		"down":         {func(r *rig) { r.okta.finish = provider.Refuse(provider.Unavailable, secret) }, http.StatusServiceUnavailable, "cannot be reached", "unavailable", false},
		"unknown":      {func(r *rig) { r.answers("nobody") }, http.StatusForbidden, "found no single enabled user", "unknown", true},
		"disabled":     {func(r *rig) { r.disabled = "u-rita" }, http.StatusForbidden, "found no single enabled user", "unknown", true},
		"not tellable": {func(r *rig) { r.okta.finish = errors.New(secret) }, http.StatusServiceUnavailable, "cannot find out just now", "error", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			tt.change(r)
			b := r.browser().signIn()
			b.sees(tt.status, "Sign-in did not work", tt.says, "Reference ")
			if strings.Contains(b.body, secret) || b.secret() != "" {
				t.Errorf("the page tells too much, or signs in:\n%s", b.body)
			}
			_, reference, _ := strings.Cut(b.body, "Reference <code>")
			reference, _, _ = strings.Cut(reference, "</code>")
			if reference == "" || !strings.Contains(r.log.String(), "reference="+reference) {
				t.Errorf("the log does not know %q:\n%s", reference, r.log.String())
			}
			if !slices.Equal(r.counted, []string{"okta " + tt.outcome}) {
				t.Errorf("counted %v", r.counted)
			}
			if slices.Contains(r.kinds(), "sign-in.refused") != tt.event {
				t.Errorf("events %v", r.kinds())
			}
		})
	}
}

// Another subject behind a name that is known waits for an administrator.
func TestSomebodyElseBehindAKnownName(t *testing.T) {
	r := newRig(t, nil)
	r.browser().signIn().goes("/requests")
	r.okta.answer.External.Subject = "sub-other"
	r.browser().signIn().sees(http.StatusForbidden, "An administrator has to confirm that it is you")
}

func TestProviderThatIsDownAtTheStart(t *testing.T) {
	r := newRig(t, nil)
	b := r.browser().signIn()
	r.okta.begin = provider.Refuse(provider.Unavailable, "no answer")
	r.browser().get("/sign-in/okta?return=/x").sees(http.StatusServiceUnavailable, "cannot be reached just now", "Whoever is signed in already goes on", "/sign-in/okta?return=%2Fx")
	b.get("/sign-ins").sees(http.StatusOK, "You are signed in as rita")
}

func TestAddressesThatAreNone(t *testing.T) {
	r := newRig(t, nil)
	for _, path := range []string{"/sign-in/nobody", "/sign-in/nobody/callback", "/sign-in/idc/callback", "/sign-in/nobody/metadata"} {
		r.browser().get(path).sees(http.StatusNotFound, "no such page")
	}
	r.browser().post("/sign-in/okta/acs", nil).sees(http.StatusNotFound, "no such page")
	if b := r.browser().get("/static/signin/"); b.status != http.StatusNotFound {
		t.Errorf("the static files are listed: %d", b.status)
	}
	if b := r.browser().get("/static/signin/style.css"); b.status != http.StatusOK || !strings.HasPrefix(b.header.Get("Content-Type"), "text/css") {
		t.Errorf("the style: %d %v", b.status, b.header)
	}
	r.browser().get("/sign-in/idc/metadata").sees(http.StatusOK, "<md/>")
}

func TestFormsThatAreRefused(t *testing.T) {
	r := newRig(t, nil)
	b := r.browser()
	state := b.get("/sign-in/idc").stateSent()
	b.do(http.MethodPost, "/sign-in/idc/acs", url.Values{"RelayState": {state}, "SAMLResponse": {strings.Repeat("A", maxForm)}}, true).
		sees(http.StatusForbidden, "was not accepted")
	q := httptest.NewRequestWithContext(t.Context(), http.MethodPost, origin+"/sign-in/idc/acs", strings.NewReader(`{"RelayState":"x"}`))
	q.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	r.mux.ServeHTTP(w, q)
	if w.Code != http.StatusForbidden || len(r.idc.came) != 0 {
		t.Errorf("answered %d", w.Code)
	}
}

// Providers send browsers back to the public name, where the cookies of another are not. A name that a proxy made up
// leads nowhere else.
func TestAnotherNameOfThisHost(t *testing.T) {
	ask := func(r *rig, address string) string {
		w := httptest.NewRecorder()
		r.mux.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil))
		return w.Header().Get("Location")
	}
	here := newRig(t, func(c *Config) { c.Public = &url.URL{Scheme: "http", Host: "localhost:8080"} })
	if got := ask(here, "http://127.0.0.1:8080/sign-in/okta?return=/x"); got != "http://localhost:8080/sign-in/okta?return=/x" {
		t.Errorf("sent to %q", got)
	}
	if got := ask(newRig(t, nil), "http://team.internal:8080/sign-ins"); got != "/sign-in?return=%2Fsign-ins" {
		t.Errorf("sent to %q", got)
	}
}

func TestTwoSignInsAtOnce(t *testing.T) {
	r := newRig(t, nil)
	b := r.browser().signIn()
	q := httptest.NewRequestWithContext(t.Context(), http.MethodGet, origin+"/sign-ins", nil)
	q.AddCookie(&http.Cookie{Name: identity.CookieName, Value: b.secret()})
	q.AddCookie(&http.Cookie{Name: identity.CookieName, Value: "team_other"})
	w := httptest.NewRecorder()
	if r.mux.ServeHTTP(w, q); w.Code != http.StatusBadRequest {
		t.Errorf("answered %d", w.Code)
	}
}

// Another site's form brings no cookie that is for this site only: nothing happens by it.
func TestFormsOfOtherSites(t *testing.T) {
	r := newRig(t, nil)
	b := r.browser().signIn()
	b.do(http.MethodPost, "/sign-out", url.Values{}, true).goes("/signed-out")
	b.do(http.MethodPost, "/sign-ins/end", url.Values{"id": {r.open("u-rita")[0].ID}}, true).goes("/sign-in?return=%2Fsign-ins")
	b.get("/sign-ins").sees(http.StatusOK, "You are signed in as rita")
}

func FuzzLocalPath(f *testing.F) {
	for _, seed := range []string{"/", "//x", "/\\x", "/a?b=//c", "/%2f%2fx", "/\t/x", "/..//x", "/.//x"} {
		f.Add(seed)
	}
	base, err := url.Parse(origin)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, asked string) {
		got := localPath(asked)
		there, err := base.Parse(got)
		if err != nil || there.Host != base.Host || there.Scheme != base.Scheme || there.User != nil {
			t.Errorf("%q leads to %q: %v", asked, got, there)
		}
		// Browsers leave these out before they look for a host.
		if bare := strings.NewReplacer("\t", "", "\n", "", "\r", "", "\\", "/").Replace(got); strings.HasPrefix(bare, "//") {
			t.Errorf("%q leads to %q", asked, got)
		}
	})
}

func TestOwnSignInsEnd(t *testing.T) {
	r := newRig(t, nil)
	laptop, phone := r.browser().signIn(), r.browser().signIn()
	open := r.open("u-rita")
	if len(open) != 2 {
		t.Fatalf("these go on: %+v", open)
	}
	laptop.get("/sign-ins").sees(http.StatusOK, open[0].ID, open[1].ID)
	phones := open[0].ID // the newest first
	laptop.post("/sign-ins/end", url.Values{"id": {phones}}).goes("/sign-ins")
	phone.get("/sign-ins").goes("/sign-in?return=%2Fsign-ins")
	laptop.get("/sign-ins").sees(http.StatusOK, "You are signed in")
	// Others' are not theirs to end.
	r.answers("omar")
	omar := r.browser().signIn()
	laptop.post("/sign-ins/end", url.Values{"id": {r.open("u-omar")[0].ID}}).goes("/sign-ins")
	omar.get("/sign-ins").sees(http.StatusOK, "You are signed in as omar")
	laptop.post("/sign-ins/end", url.Values{"id": {open[1].ID}}).goes("/signed-out?from=okta")
}

func TestFreshProof(t *testing.T) {
	r := newRig(t, nil)
	b := r.browser()
	b.get("/sign-in/okta?fresh=1&return=/decide").goes("/sign-in?return=%2Fsign-in%2Fokta%3Ffresh%3D1%26return%3D%2Fdecide")
	b.signIn()
	before := b.secret()
	r.now = r.now.Add(30 * time.Minute)
	state := b.get("/sign-in/okta?fresh=1&return=/decide").stateSent()
	if !r.okta.asked[len(r.okta.asked)-1].Fresh {
		t.Error("the provider was not asked anew")
	}
	r.answers("rita")
	r.okta.answer.External.ACR = "mfa"
	b.get("/sign-in/okta/callback?state=" + state).goes("/decide")
	open := r.open("u-rita")
	if len(open) != 1 || len(open[0].Proofs) != 1 || !open[0].Proofs[0].At.Equal(r.now) || open[0].Proofs[0].ACR != "mfa" {
		t.Errorf("proofs %+v", open)
	}
	if b.secret() == before {
		t.Error("the secret stayed the same")
	}
	b.get("/sign-ins").sees(http.StatusOK, "You are signed in as rita")
	// Somebody else comes back.
	state = b.get("/sign-in/okta?fresh=1&return=/decide").stateSent()
	r.answers("omar")
	b.get("/sign-in/okta/callback?state="+state).sees(http.StatusForbidden, "Somebody else came back")
	if !slices.Contains(r.kinds(), "sign-in.refused") {
		t.Errorf("events %v", r.kinds())
	}
	r.browser().signIn().goes("/requests") // omar is known by now
	state = b.get("/sign-in/okta?fresh=1&return=/decide").stateSent()
	b.get("/sign-in/okta/callback?state="+state).sees(http.StatusForbidden, "Somebody else came back")
	if got := r.open("u-rita")[0].Proofs[0]; got.ACR != "mfa" {
		t.Errorf("somebody else's proof counts: %+v", got)
	}
	// A provider that cannot prove it is not asked.
	b.get("/sign-in/idc?fresh=1").sees(http.StatusForbidden, "cannot prove that you were just asked again")
}

// A command line's sign-in is proved by the browser of the same user alone.
func TestFreshProofForACommandLine(t *testing.T) {
	r := newRig(t, nil)
	b := r.browser().signIn()
	mine, _, err := r.handler.SignIns.BeginCLI(t.Context(), r.open("u-rita")[0], identity.Origin{})
	must(t, err)
	r.answers("omar")
	other := r.browser().signIn()
	theirs, _, err := r.handler.SignIns.BeginCLI(t.Context(), r.open("u-omar")[0], identity.Origin{})
	must(t, err)
	r.now = r.now.Add(10 * time.Minute)
	r.answers("rita")
	state := b.get(b.fresh(mine.ID, "/")).stateSent()
	b.get("/sign-in/okta/callback?state=" + state).goes("/")
	proofs := func(userID, id string) time.Time {
		for _, in := range r.open(userID) {
			if in.ID == id {
				return in.Proofs[0].At
			}
		}
		return time.Time{}
	}
	if !proofs("u-rita", mine.ID).Equal(r.now) {
		t.Error("the command line's sign-in was not proved")
	}
	state = b.get(b.fresh(theirs.ID, "/")).stateSent()
	b.get("/sign-in/okta/callback?state="+state).sees(http.StatusForbidden, "Somebody else")
	// By a link from elsewhere people first see which one it is for.
	link := r.browser()
	link.cookies[identity.CookieName] = &http.Cookie{Name: identity.CookieName, Value: b.secret(), SameSite: http.SameSiteNoneMode}
	link.do(http.MethodGet, "/sign-in/okta?fresh=1&return=/x&for="+mine.ID, nil, true).goes("/step-up?for=" + mine.ID + "&return=%2Fx")
	if proofs("u-omar", theirs.ID).Equal(r.now) {
		t.Error("somebody else's command line was proved")
	}
	other.get("/sign-ins").sees(http.StatusOK, "omar")
}

func TestBrowsersAreCalledAsPeopleCallThem(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36":                                   "Chrome on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0":               "Edge on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:150.0) Gecko/20100101 Firefox/150.0":                                                    "Firefox on macOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1": "Safari on iPhone",
		"team/1.0": "team/1.0", "": "", "Safari/1": "Safari",
	} {
		if got := browserOf(agent); got != want {
			t.Errorf("%q is %q, want %q", agent, got, want)
		}
	}
}
