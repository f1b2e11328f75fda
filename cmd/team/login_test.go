package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/identity"
)

// webBrowser is a browser in which a persona of the demo is signed in to TEAM.
type webBrowser struct {
	t      *testing.T
	cookie string
	signIn identity.SignIn
	user   string
}

// browser signs a persona in as a provider's answer would.
func (r *rig) browser(persona string) *webBrowser {
	r.t.Helper()
	s := r.demo.server
	succeed(r.t, s.awaitDirectory(r.t.Context()))
	s.signIns.Match["test"] = identity.MatchUserName
	secret, in, err := s.signIns.Begin(r.t.Context(), identity.External{Provider: "test", Subject: "subject of " + persona, UserName: persona, At: s.now()},
		identity.Origin{Address: "127.0.0.1", UserAgent: "a browser"}, "")
	succeed(r.t, err)
	return &webBrowser{r.t, secret, in, in.UserID}
}

// call makes a call and returns the page, and where it sends the browser by itself. Errors are those of commands that are
// over: a browser does not mind.
func (b *webBrowser) call(ctx context.Context, method, address string, form url.Values) (page, onward string, err error) {
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return "", "", err
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	request.AddCookie(&http.Cookie{Name: identity.CookieName, Value: b.cookie})
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", "", err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = errors.New(method + " " + address + ": " + answer.Status + ": " + string(content))
	}
	_, onward, _ = strings.Cut(answer.Header.Get("Refresh"), "url=")
	return string(content), onward, err
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

func fields(page string, more ...string) url.Values {
	form := url.Values{}
	for _, m := range hiddenField.FindAllStringSubmatch(page, -1) {
		form.Set(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

// decides is a browser that opens TEAM's page for the command line, presses a button and goes where that leads. What the
// last page says goes to last.
func (b *webBrowser) decides(decision string) (browse func(context.Context, string) error, last chan string) {
	last = make(chan string, 1)
	return func(ctx context.Context, address string) error {
		ctx = context.WithoutCancel(ctx) // the command that opened it may be done before its last page is there
		go func() {
			said := ""
			defer func() { last <- said }()
			page, _, err := b.call(ctx, http.MethodGet, address, nil)
			if err != nil {
				b.t.Error(err)
				return
			}
			where, _, _ := strings.Cut(address, "?")
			_, onward, err := b.call(ctx, http.MethodPost, where, fields(page, "decision", decision))
			if err != nil || onward == "" {
				b.t.Errorf("the browser is sent to %q: %v", onward, err)
				return
			}
			if said, _, err = b.call(ctx, http.MethodGet, onward, nil); err != nil {
				b.t.Error(err)
			}
		}()
		return nil
	}, last
}

// desk is where somebody sits at a terminal with a browser.
type desk struct {
	environ []string
	browse  func(context.Context, string) error
	asks    bool
}

func (d desk) run(t *testing.T, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), console{
		in: strings.NewReader(""), out: &out, err: &errs, environ: d.environ, now: time.Now, zone: time.UTC, browse: d.browse, asks: d.asks,
	}, args)
	return result{code, out.String(), errs.String()}
}

// TestLoginByBrowser: sign in, use it, see it, and sign out, with the tokens in the keyring.
func TestLoginByBrowser(t *testing.T) {
	keyring.MockInit()
	r := startRig(t, t.TempDir())
	b := r.browser("requester")
	home := t.TempDir()
	browse, last := b.decides("allow")
	d := desk{environ: []string{"HOME=" + home, "DISPLAY=:0"}, browse: browse}
	server := r.demo.note.URL
	got := d.run(t, "login", "--server", server)
	page := <-last
	if got.code != exitOK || !strings.Contains(got.out, "Signed in to "+server+" as requester") || !strings.Contains(page, "You are signed in") {
		t.Fatalf("login ended with %d: %s%s; the last page says %s", got.code, got.out, got.err, page)
	}
	if strings.Contains(got.out+got.err, "team_") {
		t.Errorf("login shows a secret: %s%s", got.out, got.err)
	}
	content, err := os.ReadFile(filepath.Join(home, ".config", "team", "sign-ins.json"))
	succeed(t, err)
	if strings.Contains(string(content), "team_") {
		t.Errorf("the keyring is there, and the file has %s", content)
	}
	// The server need not be named any more.
	who := decode[struct {
		UserName, Server, TokenFrom string
		SignIn                      struct {
			Kind, Provider string
			Proofs         []struct{ Kind string }
		}
	}](t, d.run(t, "whoami", "-o", "json").out)
	if who.UserName != "requester" || who.Server != server || who.TokenFrom != "kept" || who.SignIn.Kind != "cli" || who.SignIn.Provider != "test" ||
		len(who.SignIn.Proofs) != 1 {
		t.Errorf("whoami says %+v", who)
	}
	if got := d.run(t, "request", "create", "--account", "shop-dev", "--role", "ReadOnlyAccess", "--for", "5s", "--ticket", "T-1", "--reason", "x"); got.code != exitOK {
		t.Errorf("a request ended with %d: %s", got.code, got.err)
	}
	first := d.run(t, "whoami", "-o", "json")
	if got := d.run(t, "login"); got.code != exitOK {
		t.Errorf("a second login ended with %d: %s", got.code, got.err)
	}
	<-last
	if decode[whoAmI](t, first.out).SignIn.ID == decode[whoAmI](t, d.run(t, "whoami", "-o", "json").out).SignIn.ID {
		t.Error("the second login is the first")
	}
	if list := d.run(t, "sign-in", "list", "-o", "json"); strings.Count(list.out, `"kind": "cli"`) != 1 {
		t.Errorf("what the second login replaced goes on: %s", list.out)
	}
	if got := d.run(t, "logout"); got.code != exitOK || !strings.Contains(got.out, "Signed out of "+server) {
		t.Errorf("logout ended with %d: %s%s", got.code, got.out, got.err)
	}
	for _, args := range [][]string{{"whoami", "--server", server}, {"logout", "--all"}, {"logout", "--server", server}} {
		if got := d.run(t, args...); got.code != exitNotSignedIn {
			t.Errorf("afterwards %q ends with %d: %s", args, got.code, got.err)
		}
	}
	open, err := r.demo.server.signIns.List(t.Context(), identity.SignInFilter{UserID: b.user, Kind: identity.KindCLI, Open: time.Now()})
	succeed(t, err)
	if len(open) != 0 {
		t.Errorf("at TEAM the command line is still signed in: %+v", open)
	}
}

func TestLoginThatIsRefusedInTheBrowser(t *testing.T) {
	keyring.MockInit()
	r := startRig(t, t.TempDir())
	browse, last := r.browser("requester").decides("refuse")
	d := desk{environ: []string{"HOME=" + t.TempDir(), "DISPLAY=:0"}, browse: browse}
	got := d.run(t, "login", "--server", r.demo.note.URL)
	page := <-last
	if got.code != exitDenied || !strings.Contains(got.err, "refused in the browser") || !strings.Contains(page, "You are not signed in") {
		t.Errorf("login ended with %d: %s; the last page says %s", got.code, got.err, page)
	}
}

// TestLoginByCode: over SSH there is no browser; the code is entered elsewhere, and the tokens go into the file.
func TestLoginByCode(t *testing.T) {
	r := startRig(t, t.TempDir())
	b := r.browser("approver")
	server := r.demo.note.URL
	home := t.TempDir()
	environ := []string{"HOME=" + home, "SSH_CONNECTION=192.0.2.1 50000 192.0.2.2 22", "TEAM_KEYRING=file", "TEAM_URL=" + server}
	for _, tt := range []struct {
		decision string
		code     int
		words    string
	}{{"refuse", exitDenied, "refused in the browser"}, {"allow", exitOK, "can read"}} {
		errs := &watched{seen: make(chan string, 1), until: regexp.MustCompile(`enter the code  (\S+)`)}
		ended := make(chan int, 1)
		var out bytes.Buffer
		go func() {
			ended <- run(t.Context(), console{
				in: strings.NewReader(""), out: &out, err: errs, environ: environ, now: time.Now, zone: time.UTC, browse: func(context.Context, string) error {
					t.Error("a browser is opened over SSH")
					return nil
				},
			}, []string{"login"})
		}()
		code := <-errs.seen
		page, _, err := b.call(t.Context(), http.MethodGet, r.demo.server.public.String()+"/device", nil)
		succeed(t, err)
		page, _, err = b.call(t.Context(), http.MethodPost, r.demo.server.public.String()+"/device", fields(page, "user_code", code))
		succeed(t, err)
		_, _, err = b.call(t.Context(), http.MethodPost, r.demo.server.public.String()+"/device", fields(page, "decision", tt.decision))
		succeed(t, err)
		if got := <-ended; got != tt.code || !strings.Contains(errs.text(), tt.words) {
			t.Errorf("after %s login ended with %d: %s%s", tt.decision, got, out.String(), errs.text())
		}
	}
	if got := command(t, environ, "whoami"); got.code != exitOK || !strings.Contains(got.out, "approver") || !strings.Contains(got.out, "cli, by test") {
		t.Errorf("whoami ended with %d: %s%s", got.code, got.out, got.err)
	}
	r.keepsNoSecretOf(home)
	// What an administrator ends is over at once, and the next command says so.
	list, err := r.demo.server.signIns.List(t.Context(), identity.SignInFilter{UserID: b.user, Kind: identity.KindCLI, Open: time.Now()})
	succeed(t, err)
	if len(list) != 1 {
		t.Fatalf("signed in are %+v", list)
	}
	succeed(t, r.demo.server.signIns.End(t.Context(), access.Actor{Kind: audit.Person, UserID: b.user}, list[0].ID))
	if got := command(t, environ, "whoami"); got.code != exitNotSignedIn || !strings.Contains(got.err, "has ended; sign in again") {
		t.Errorf("whoami ended with %d: %s%s", got.code, got.out, got.err)
	}
}

// keepsNoSecretOf looks into everything the demo keeps for the tokens of who is signed in (P10).
func (r *rig) keepsNoSecretOf(home string) {
	r.t.Helper()
	kept, err := signInFile{filepath.Join(home, ".config", "team")}.read()
	succeed(r.t, err)
	hidden := secrets{"the access token": kept.SignIns[0].Secrets.Access, "the refresh token": kept.SignIns[0].Secrets.Refresh}
	looked := 0
	succeed(r.t, filepath.WalkDir(r.data, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(name)
		if looked += len(content); err == nil {
			for _, found := range hidden.foundIn(content) {
				r.t.Errorf("%s holds %s", name, found)
			}
		}
		return err
	}))
	if looked < 100_000 {
		r.t.Errorf("only %d bytes were looked at", looked)
	}
}

// Whoever gives up is told that nothing came of it.
func TestLoginThatIsInterrupted(t *testing.T) {
	r := startRig(t, t.TempDir())
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	errs := &watched{seen: make(chan string, 1), until: regexp.MustCompile(`enter the code  (\S+)`)}
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, console{
			in: strings.NewReader(""), out: io.Discard, err: errs, environ: []string{"HOME=" + t.TempDir(), "TEAM_URL=" + r.demo.note.URL}, now: time.Now, zone: time.UTC,
		}, []string{"login", "--device"})
	}()
	<-errs.seen
	interrupt()
	if code := <-ended; code != exitNotSignedIn || !strings.Contains(errs.text(), "interrupted; nobody was signed in") {
		t.Errorf("it ended with %d: %s", code, errs.text())
	}
}

// The browser brings back nothing but TEAM's own answer to this very login.
func TestLoopbackTakesNoOtherAnswers(t *testing.T) {
	redeemed := 0
	w := &browserWait{
		issuer: "https://team.example", state: "right", host: "127.0.0.1:4711", results: make(chan loginResult, 1),
		redeem: func(string) (grantedTokens, error) { redeemed++; return grantedTokens{Access: "a"}, nil },
	}
	for name, tt := range map[string]struct {
		method, target, host string
		status               int
	}{
		"another state":  {"GET", "/callback?code=c&state=wrong&iss=https://team.example", "127.0.0.1:4711", http.StatusBadRequest},
		"no state":       {"GET", "/callback?code=c&iss=https://team.example", "127.0.0.1:4711", http.StatusBadRequest},
		"another issuer": {"GET", "/callback?code=c&state=right&iss=https://evil.example", "127.0.0.1:4711", http.StatusBadRequest},
		"no issuer":      {"GET", "/callback?code=c&state=right", "127.0.0.1:4711", http.StatusBadRequest},
		"another host":   {"GET", "/callback?code=c&state=right&iss=https://team.example", "rebound.example:4711", http.StatusNotFound},
		"another path":   {"GET", "/?code=c&state=right&iss=https://team.example", "127.0.0.1:4711", http.StatusNotFound},
		"a form":         {"POST", "/callback?code=c&state=right&iss=https://team.example", "127.0.0.1:4711", http.StatusNotFound},
	} {
		request, err := http.NewRequestWithContext(t.Context(), tt.method, "http://127.0.0.1:4711"+tt.target, nil)
		succeed(t, err)
		request.Host = tt.host
		answer := httptest.NewRecorder()
		w.ServeHTTP(answer, request)
		if answer.Code != tt.status || redeemed != 0 || len(w.results) != 0 {
			t.Errorf("%s is answered with %d, %d redeemed, %d results", name, answer.Code, redeemed, len(w.results))
		}
	}
}

// A browser that comes again while the code is redeemed gets the same page, and the code is redeemed once.
func TestLoopbackRedeemsOnce(t *testing.T) {
	redeeming, answer := make(chan struct{}, 2), make(chan struct{})
	w := &browserWait{
		issuer: "https://team.example", state: "right", host: "127.0.0.1:4711", results: make(chan loginResult, 1),
		redeem: func(string) (grantedTokens, error) {
			redeeming <- struct{}{}
			<-answer
			return grantedTokens{Access: "a"}, nil
		},
	}
	var wg sync.WaitGroup
	come := func() {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/callback?code=c&state=right&iss=https://team.example", nil)
		request.Host = "127.0.0.1:4711"
		wg.Go(func() {
			page := httptest.NewRecorder()
			if w.ServeHTTP(page, request); page.Code != http.StatusOK || !strings.Contains(page.Body.String(), "You are signed in") {
				t.Errorf("the browser gets %d %s", page.Code, page.Body)
			}
		})
	}
	come()
	<-redeeming
	come()
	close(answer)
	wg.Wait()
	if len(redeeming) != 0 || len(w.results) != 1 {
		t.Errorf("redeemed again %d times, %d results", len(redeeming), len(w.results))
	}
}

// What TEAM says of itself must be itself.
func TestLoginElsewhereIsRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		said  func(own string) string
		words string
	}{
		"another issuer": {func(string) string { return `{"issuer": "https://team.example"}` }, "calls itself https://team.example; sign in there"},
		"http elsewhere": {func(string) string { return `{"issuer": "http://team.example"}` }, "public_url is wrong"},
		"another endpoint": {func(own string) string {
			return `{"issuer": "` + own + `", "authorization_endpoint": "https://evil.example/"}`
		}, "sends you to another server"},
		"a prefix of it": {func(own string) string {
			return `{"issuer": "` + own + `", "authorization_endpoint": "` + own + `.evil.example/oauth/authorize"}`
		}, "sends you to another server"},
		"no TEAM": {func(string) string { return `<html>` }, "is it TEAM?"},
	} {
		t.Run(name, func(t *testing.T) {
			s := startServer(t, func(own string, w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodGet {
					t.Errorf("%s %s was called", r.Method, r.URL)
				}
				_, _ = io.WriteString(w, tt.said(own))
			})
			d := desk{environ: []string{"HOME=" + t.TempDir(), "DISPLAY=:0"}, browse: func(context.Context, string) error {
				t.Error("a browser is opened")
				return nil
			}}
			if got := d.run(t, "login", "--server", s); got.code == exitOK || !strings.Contains(got.err, tt.words) {
				t.Errorf("login ended with %d: %s", got.code, got.err)
			}
		})
	}
}

// proving is a TEAM that asks for proof after proof before it cancels a request, and takes each when the browser comes.
type proving struct {
	demands []string // their kinds, ages and contexts
	shown   atomic.Int32
	opened  chan string
}

func (p *proving) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := int(p.shown.Load())
	switch {
	case r.URL.Path == "/api/v1/me":
		fmt.Fprintf(w, `{"id": "u-ada", "signIn": {"proofs": [{"kind": "provider", "at": "2026-11-25T0%d:00:00Z"}]}}`, n)
	case n == len(p.demands):
		_, _ = io.WriteString(w, `{"id": "req_1"}`)
	default:
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, `{"code": "step_up_required", "status": 403, "detail": "Deciding asks for fresh proof that it is you.",
			"stepUp": {%s, "url": "/step-up?for=sin_1&n=%d"}}`, p.demands[n], n)
	}
}

// sits is somebody at a terminal who shows what is asked for.
func (p *proving) sits(t *testing.T) (server string, d desk) {
	t.Helper()
	s := httptest.NewServer(p)
	t.Cleanup(s.Close)
	p.opened = make(chan string, 10)
	return s.URL, desk{
		asks: true, environ: []string{"HOME=" + signedInHome(t, s.URL, time.Now().Add(time.Hour)), "DISPLAY=:0", "TEAM_KEYRING=file"},
		browse: func(_ context.Context, address string) error {
			p.opened <- address
			p.shown.Add(1)
			return nil
		},
	}
}

// TestStepUpIsWaitedFor: what asks for fresh proof goes on once that was given in the browser, and so does what asks for
// proofs that no single one can be, one after the other.
func TestStepUpIsWaitedFor(t *testing.T) {
	t.Parallel()
	p := proving{demands: []string{
		`"kinds": ["passkey", "provider"], "maxAgeSeconds": 300, "acr": ["urn:mfa", "urn:phr"]`, `"kinds": ["passkey"], "maxAgeSeconds": 300`,
	}}
	s, d := p.sits(t)
	d.asks = false
	got := d.run(t, "request", "cancel", "req_1")
	if got.code != exitProof || !strings.Contains(got.err, "Go to "+s+"/step-up?for=sin_1&n=0 and show your passkey or a fresh sign-in at your provider "+
		"as urn:mfa or urn:phr, at most 5 minutes old; then repeat the command") {
		t.Errorf("where nobody sits it ends with %d: %s", got.code, got.err)
	}
	d.asks = true
	got = d.run(t, "request", "cancel", "req_1")
	if got.code != exitOK {
		t.Errorf("it ended with %d: %s%s", got.code, got.out, got.err)
	}
	for _, want := range []string{"/step-up?for=sin_1&n=0", "/step-up?for=sin_1&n=1"} {
		if address := <-p.opened; address != s+want {
			t.Errorf("the browser opens %s", address)
		}
	}
}

// What was shown and did not count is not asked for once more.
func TestStepUpThatDoesNotCount(t *testing.T) {
	t.Parallel()
	demand := `"kinds": ["provider"], "maxAgeSeconds": 300, "acr": ["urn:mfa"]`
	p := proving{demands: []string{demand, demand, demand}}
	_, d := p.sits(t)
	got := d.run(t, "request", "cancel", "req_1")
	if got.code != exitProof || len(p.opened) != 1 || !strings.Contains(got.err, "Deciding asks for fresh proof") {
		t.Errorf("it ended with %d after %d proofs: %s", got.code, len(p.opened), got.err)
	}
}

// An address that is not TEAM's own is not opened, whoever names it.
func TestStepUpElsewhereIsNotOpened(t *testing.T) {
	c := &client{base: "https://team.example", bearer: givenToken("x")}
	for _, address := range []string{"https://evil.example/step-up", "//evil.example/step-up", `/\evil.example`, "step-up", "javascript:alert(1)", ""} {
		if got, err := c.stepUpAddress(address); err == nil {
			t.Errorf("%q opens %s", address, got)
		}
	}
}
