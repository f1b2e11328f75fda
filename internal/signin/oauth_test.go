package signin_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/ident"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/signin"
	"github.com/team-idc/team/internal/store"
)

const (
	teamHost     = "team.example.org"
	teamOrigin   = "https://" + teamHost
	cliCallback  = "http://127.0.0.1:4711/callback"
	cliVerifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	cliChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" // both of RFC 7636, appendix B
)

// oauthWorld is the authorization server over a database, with a browser.
type oauthWorld struct {
	*testing.T

	now     time.Time
	store   *store.Store
	signIns *identity.SignIns
	mux     *http.ServeMux
	log     bytes.Buffer
	cookie  string // of the browser; "": nobody is signed in
}

func newOAuthWorld(t *testing.T) *oauthWorld {
	t.Helper()
	w := &oauthWorld{T: t, now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC), mux: http.NewServeMux()}
	clock := func() time.Time { return w.now }
	ids := ident.New(nil, clock)
	s, err := store.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "team.db"), store.Options{IDs: ids, Unsafe: true})
	w.must(err)
	t.Cleanup(func() { w.must(s.Close()) })
	w.store = s
	people := someAda{}
	log := slog.New(slog.NewTextHandler(&w.log, nil))
	w.signIns = &identity.SignIns{
		Store: s.Identity(), Directory: people, Live: people, IDs: ids, Random: rand.Reader, Now: clock,
		Standings: &identity.Standings{Live: people, Directory: people, Policies: people, Now: clock}, Refusals: &identity.Refusals{},
		Match: map[string]identity.Match{"okta": identity.MatchUserName},
	}
	public := &url.URL{Scheme: "https", Host: teamHost}
	h := signin.New(signin.Config{
		Public: public, SignIns: w.signIns, Random: rand.Reader, Now: clock, Log: log,
		Address: func(r *http.Request) string { return strings.Split(r.RemoteAddr, ":")[0] },
	})
	h.Routes(w.mux)
	(&signin.OAuth{Handler: h, Grants: &identity.Grants{Store: s.Grants(), SignIns: w.signIns, Random: rand.Reader, Now: clock}}).Routes(w.mux)
	return w
}

// someAda is an organization with one user, who is an administrator.
type someAda struct{}

var ada = directory.User{ID: "u-ada", UserName: "ada.minkowski", Status: directory.UserEnabled}

func (someAda) User(context.Context, string) (directory.User, error) { return ada, nil }

func (someAda) GroupsOfUser(context.Context, string) ([]string, error) {
	return []string{"g-admins"}, nil
}

func (someAda) IsMember(_ context.Context, _ string, groups []string) (map[string]bool, error) {
	in := map[string]bool{}
	for _, g := range groups {
		in[g] = g == "g-admins"
	}
	return in, nil
}

func (someAda) Snapshot(context.Context) (*directory.Snapshot, error) {
	return directory.NewSnapshot(directory.Content{
		Users: []directory.User{ada}, Groups: []directory.Group{{ID: "g-admins", Members: []string{ada.ID}}},
	}), nil
}

func (someAda) InForce(context.Context, time.Time) (policy.Set, error) {
	s := policy.DefaultSettings()
	s.AdministratorGroup = "g-admins"
	return policy.Set{Settings: s}, nil
}

func (w *oauthWorld) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// signIn has ada sign in with the browser.
func (w *oauthWorld) signIn() identity.SignIn {
	w.Helper()
	secret, in, err := w.signIns.Begin(w.Context(), identity.External{Provider: "okta", Subject: "00u1", UserName: "ada.minkowski", At: w.now},
		identity.Origin{Address: "192.0.2.7"}, w.cookie)
	w.must(err)
	w.cookie = secret
	return in
}

func (w *oauthWorld) send(r *http.Request) *httptest.ResponseRecorder {
	w.Helper()
	r.Host = teamHost
	answer := httptest.NewRecorder()
	w.mux.ServeHTTP(answer, r)
	return answer
}

// browse is a call of the browser, program one of the command line.
func (w *oauthWorld) browse(method, target string, form url.Values) *httptest.ResponseRecorder {
	w.Helper()
	r := httptest.NewRequestWithContext(w.Context(), method, target, strings.NewReader(form.Encode()))
	r.RemoteAddr = "192.0.2.7:50000"
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if w.cookie != "" {
		r.AddCookie(&http.Cookie{Name: identity.CookieName, Value: w.cookie})
	}
	return w.send(r)
}

func (w *oauthWorld) program(path string, form url.Values) (status int, answer map[string]any) {
	w.Helper()
	r := httptest.NewRequestWithContext(w.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.RemoteAddr = "198.51.100.4:50000"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("User-Agent", "team/1")
	got := w.send(r)
	if store := got.Header().Get("Cache-Control"); store != "no-store" {
		w.Errorf("%s may be stored: %q", path, store)
	}
	w.must(json.Unmarshal(got.Body.Bytes(), &answer))
	return got.Code, answer
}

var hiddenInput = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// formOf is what a page would send with a button.
func formOf(page, decision string) url.Values {
	form := url.Values{}
	for _, m := range hiddenInput.FindAllStringSubmatch(page, -1) {
		form.Set(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	if decision != "" {
		form.Set("decision", decision)
	}
	return form
}

func wishes(change map[string]string) string {
	q := url.Values{
		"response_type": {"code"}, "client_id": {"team-cli"}, "redirect_uri": {cliCallback}, "state": {"st"}, "host": {"laptop"},
		"code_challenge": {cliChallenge}, "code_challenge_method": {"S256"},
	}
	for name, value := range change {
		if q.Set(name, value); value == "-" {
			q.Del(name)
		}
	}
	return "/oauth/authorize?" + q.Encode()
}

// signInFirst is where nobody is sent who would be at a path.
func signInFirst(path string) string { return "/sign-in?" + url.Values{"return": {path}}.Encode() }

// sentTo is where a page sends the browser by itself, as the command line gets it.
func sentTo(answer *httptest.ResponseRecorder) url.Values {
	_, to, _ := strings.Cut(answer.Header().Get("Refresh"), "url=")
	u, err := url.Parse(to)
	if err != nil || !strings.HasPrefix(to, cliCallback+"?") {
		return nil
	}
	return u.Query()
}

func (w *oauthWorld) code() string {
	w.Helper()
	page := w.browse(http.MethodGet, wishes(nil), nil)
	if page.Code != http.StatusOK {
		w.Fatalf("the page is %d: %s", page.Code, page.Body)
	}
	sent := sentTo(w.browse(http.MethodPost, "/oauth/authorize", formOf(page.Body.String(), "allow")))
	if sent.Get("code") == "" || sent.Get("state") != "st" || sent.Get("iss") != teamOrigin {
		w.Fatalf("the command line is sent %v", sent)
	}
	return sent.Get("code")
}

func redeeming(code string, change map[string]string) url.Values {
	form := url.Values{
		"grant_type": {"authorization_code"}, "client_id": {"team-cli"}, "code": {code}, "redirect_uri": {cliCallback}, "code_verifier": {cliVerifier},
	}
	for name, value := range change {
		form.Set(name, value)
	}
	return form
}

func TestVerifierOfTheRFC(t *testing.T) {
	sum := sha256.Sum256([]byte(cliVerifier))
	if base64.RawURLEncoding.EncodeToString(sum[:]) != cliChallenge {
		t.Error("the challenge is not the verifier's")
	}
}

func TestCommandLineSignsInByTheBrowser(t *testing.T) {
	w := newOAuthWorld(t)
	if got := w.browse(http.MethodGet, wishes(nil), nil); got.Code != http.StatusSeeOther ||
		got.Header().Get("Location") != signInFirst(wishes(nil)) {
		t.Fatalf("nobody is sent to %s (%d)", got.Header().Get("Location"), got.Code)
	}
	in := w.signIn()
	page := w.browse(http.MethodGet, wishes(nil), nil).Body.String()
	for _, words := range []string{"ada.minkowski", "laptop", "192.0.2.7", "administrator", "21:00 UTC", "12h from now"} {
		if !strings.Contains(page, words) {
			t.Errorf("the page does not say %q: %s", words, page)
		}
	}
	status, got := w.program("/oauth/token", redeeming(w.code(), nil))
	if status != http.StatusOK || got["token_type"] != "Bearer" || got["expires_in"] != 900.0 {
		t.Fatalf("the code is answered with %d %v", status, got)
	}
	token, _ := got["access_token"].(string)
	who, cli, err := w.signIns.Authenticate(t.Context(), token)
	w.must(err)
	if who.UserID != "u-ada" || !who.Administrator || cli.Kind != identity.KindCLI || cli.ParentID != in.ID || cli.ID != got["sign_in"] {
		t.Errorf("the token is %+v's in %+v", who, cli)
	}
	w.now = w.now.Add(16 * time.Minute)
	if _, _, err := w.signIns.Authenticate(t.Context(), token); err == nil {
		t.Error("the access token works on after its time")
	}
	status, again := w.program("/oauth/token", url.Values{
		"grant_type": {"refresh_token"}, "client_id": {"team-cli"}, "refresh_token": {got["refresh_token"].(string)},
	})
	if status != http.StatusOK || again["sign_in"] != got["sign_in"] {
		t.Fatalf("the refresh token is answered with %d %v", status, again)
	}
	status, _ = w.program("/oauth/revoke", url.Values{"client_id": {"team-cli"}, "token": {again["refresh_token"].(string)}})
	if status != http.StatusOK {
		t.Errorf("revoking is answered with %d", status)
	}
	if _, _, err := w.signIns.Authenticate(t.Context(), again["access_token"].(string)); err == nil {
		t.Error("the access token works on after the command line was signed out")
	}
	for _, secret := range []string{token, got["refresh_token"].(string), w.cookie, again["access_token"].(string)} {
		if strings.Contains(w.log.String(), secret) {
			t.Error("the log has a secret")
		}
	}
}

// What does not come from the command line on this machine is never sent anything, also not that it was refused.
func TestWishesThatLeadElsewhere(t *testing.T) {
	w := newOAuthWorld(t)
	w.signIn()
	for name, change := range map[string]map[string]string{
		"another client":         {"client_id": "other"},
		"no client":              {"client_id": "-"},
		"no redirect":            {"redirect_uri": "-"},
		"another site":           {"redirect_uri": "https://evil.example/callback"},
		"a name":                 {"redirect_uri": "http://localhost:4711/callback"},
		"another path":           {"redirect_uri": "http://127.0.0.1:4711/other"},
		"a longer path":          {"redirect_uri": cliCallback + "/../x"},
		"a query":                {"redirect_uri": cliCallback + "?a=b"},
		"an empty query":         {"redirect_uri": cliCallback + "?"},
		"a fragment":             {"redirect_uri": cliCallback + "#x"},
		"somebody":               {"redirect_uri": "http://evil@127.0.0.1:4711/callback"},
		"looks like loopback":    {"redirect_uri": "http://127.0.0.1.evil.example:4711/callback"},
		"other spelling":         {"redirect_uri": "http://127.1:4711/callback"},
		"no port":                {"redirect_uri": "http://127.0.0.1/callback"},
		"port 0":                 {"redirect_uri": "http://127.0.0.1:0/callback"},
		"port with zero":         {"redirect_uri": "http://127.0.0.1:04711/callback"},
		"port too large":         {"redirect_uri": "http://127.0.0.1:70000/callback"},
		"https":                  {"redirect_uri": "https://127.0.0.1:4711/callback"},
		"upper case":             {"redirect_uri": "HTTP://127.0.0.1:4711/callback"},
		"a line break":           {"redirect_uri": cliCallback + "\r\nX: y"},
		"another loopback range": {"redirect_uri": "http://127.0.0.2:4711/callback"},
	} {
		got := w.browse(http.MethodGet, wishes(change), nil)
		if got.Code != http.StatusBadRequest || got.Header().Get("Refresh") != "" || got.Header().Get("Location") != "" {
			t.Errorf("%s is answered with %d, sent to %q%q", name, got.Code, got.Header().Get("Refresh"), got.Header().Get("Location"))
		}
		form := formOf(w.browse(http.MethodGet, wishes(nil), nil).Body.String(), "allow")
		for key, value := range change {
			form.Set(key, value)
		}
		if got := w.browse(http.MethodPost, "/oauth/authorize", form); got.Code != http.StatusBadRequest || got.Header().Get("Refresh") != "" {
			t.Errorf("%s, posted, is answered with %d", name, got.Code)
		}
	}
	if got := w.browse(http.MethodGet, wishes(map[string]string{"redirect_uri": "http://[::1]:4711/callback"}), nil); got.Code != http.StatusOK {
		t.Errorf("IPv6's loopback is answered with %d", got.Code)
	}
	if got := w.browse(http.MethodGet, wishes(nil)+"&client_id=team-cli", nil); got.Code != http.StatusBadRequest {
		t.Errorf("a parameter that comes twice is answered with %d", got.Code)
	}
}

func TestWishesThatTheCommandLineIsToldOf(t *testing.T) {
	w := newOAuthWorld(t)
	w.signIn()
	for name, tt := range map[string]struct {
		change map[string]string
		fault  string
	}{
		"a token at once":     {map[string]string{"response_type": "token"}, "unsupported_response_type"},
		"no challenge":        {map[string]string{"code_challenge": "-"}, "invalid_request"},
		"the verifier itself": {map[string]string{"code_challenge_method": "plain"}, "invalid_request"},
		"no method":           {map[string]string{"code_challenge_method": "-"}, "invalid_request"},
		"a short challenge":   {map[string]string{"code_challenge": "abc"}, "invalid_request"},
		"no state":            {map[string]string{"state": "-"}, "invalid_request"},
		"a long state":        {map[string]string{"state": strings.Repeat("x", 201)}, "invalid_request"},
	} {
		sent := sentTo(w.browse(http.MethodGet, wishes(tt.change), nil))
		if sent.Get("error") != tt.fault || sent.Get("code") != "" || sent.Get("iss") != teamOrigin {
			t.Errorf("with %s the command line is told %v", name, sent)
		}
	}
	page := w.browse(http.MethodGet, wishes(nil), nil).Body.String()
	if sent := sentTo(w.browse(http.MethodPost, "/oauth/authorize", formOf(page, "refuse"))); sent.Get("error") != "access_denied" || sent.Get("state") != "st" {
		t.Errorf("after a no the command line is told %v", sent)
	}
}

// A form that TEAM did not show to this browser for exactly this gives nothing, whoever sends it.
func TestAgreementIsToWhatWasShown(t *testing.T) {
	w := newOAuthWorld(t)
	w.signIn()
	shown := formOf(w.browse(http.MethodGet, wishes(nil), nil).Body.String(), "allow")
	for name, spoil := range map[string]func(url.Values){
		"no nonce":          func(f url.Values) { f.Del("nonce") },
		"another nonce":     func(f url.Values) { f.Set("nonce", "x") },
		"another challenge": func(f url.Values) { f.Set("code_challenge", strings.Repeat("A", 43)) },
		"another port":      func(f url.Values) { f.Set("redirect_uri", "http://127.0.0.1:4712/callback") },
		"another machine":   func(f url.Values) { f.Set("host", "laptop2") },
		"another state":     func(f url.Values) { f.Set("state", "other") },
	} {
		form := url.Values{}
		maps.Copy(form, shown)
		spoil(form)
		got := w.browse(http.MethodPost, "/oauth/authorize", form)
		if got.Code != http.StatusSeeOther || !strings.HasPrefix(got.Header().Get("Location"), "/oauth/authorize?") || got.Header().Get("Refresh") != "" {
			t.Errorf("with %s it is answered with %d %q", name, got.Code, got.Header().Get("Location"))
		}
	}
	mine := w.cookie
	w.cookie = ""
	if got := w.browse(http.MethodPost, "/oauth/authorize", shown); got.Code != http.StatusSeeOther || !strings.HasPrefix(got.Header().Get("Location"), "/sign-in?") {
		t.Errorf("nobody's form is answered with %d %q", got.Code, got.Header().Get("Location"))
	}
	w.signIn() // another browser of the same person
	if got := w.browse(http.MethodPost, "/oauth/authorize", shown); got.Header().Get("Refresh") != "" {
		t.Error("what was shown to one browser is agreed to by another")
	}
	w.cookie = mine
	if sent := sentTo(w.browse(http.MethodPost, "/oauth/authorize", shown)); sent.Get("code") == "" {
		t.Errorf("the honest form is answered with %v", sent)
	}
}

func TestTokenEndpointRefuses(t *testing.T) {
	w := newOAuthWorld(t)
	w.signIn()
	for name, tt := range map[string]struct {
		form   url.Values
		status int
		code   string
	}{
		"another client":      {redeeming("x", map[string]string{"client_id": "other"}), http.StatusUnauthorized, "invalid_client"},
		"another verifier":    {redeeming(w.code(), map[string]string{"code_verifier": cliVerifier[:42] + "X"}), http.StatusBadRequest, "invalid_grant"},
		"another redirect":    {redeeming(w.code(), map[string]string{"redirect_uri": "http://127.0.0.1:1/callback"}), http.StatusBadRequest, "invalid_grant"},
		"no code":             {redeeming("", nil), http.StatusBadRequest, "invalid_grant"},
		"a password":          {redeeming("x", map[string]string{"grant_type": "password"}), http.StatusBadRequest, "unsupported_grant_type"},
		"a client's own":      {redeeming("x", map[string]string{"grant_type": "client_credentials"}), http.StatusBadRequest, "unsupported_grant_type"},
		"nothing":             {url.Values{}, http.StatusUnauthorized, "invalid_client"},
		"twice the same":      {url.Values{"client_id": {"team-cli", "team-cli"}}, http.StatusBadRequest, "invalid_request"},
		"a cookie as refresh": {url.Values{"client_id": {"team-cli"}, "grant_type": {"refresh_token"}, "refresh_token": {w.cookie}}, http.StatusBadRequest, "invalid_grant"},
		"a cookie as device":  {url.Values{"client_id": {"team-cli"}, "grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "device_code": {w.cookie}}, http.StatusBadRequest, "invalid_grant"},
		"too much":            {redeeming(strings.Repeat("x", 10_000), nil), http.StatusBadRequest, "invalid_request"},
	} {
		if status, got := w.program("/oauth/token", tt.form); status != tt.status || got["error"] != tt.code || got["access_token"] != nil {
			t.Errorf("%s is answered with %d %v", name, status, got)
		}
	}
	code := w.code()
	_, got := w.program("/oauth/token", redeeming(code, nil))
	if status, _ := w.program("/oauth/token", redeeming(code, nil)); status != http.StatusBadRequest {
		t.Errorf("a code that comes twice is answered with %d", status)
	}
	if _, _, err := w.signIns.Authenticate(t.Context(), got["access_token"].(string)); err == nil {
		t.Error("what came of a code that came twice goes on")
	}
	records, err := w.store.Events(t.Context(), store.EventFilter{After: -1, Limit: 1000, Kinds: []string{"sign-in.refused"}})
	w.must(err)
	if len(records) < 5 || records[0].Event.Data["address"] != "198.51.100.4" || records[0].Event.Data["provider"] != "team-cli" {
		t.Errorf("the event log has %+v", records)
	}
	late := w.code()
	w.now = w.now.Add(identity.CodeLifetime)
	if status, _ := w.program("/oauth/token", redeeming(late, nil)); status != http.StatusBadRequest {
		t.Errorf("a code that comes late is answered with %d", status)
	}
	for name, change := range map[string]func(*http.Request){
		"with a secret":  func(r *http.Request) { r.SetBasicAuth("team-cli", "x") },
		"in the address": func(r *http.Request) { r.URL.RawQuery = "client_id=team-cli" },
		"as JSON":        func(r *http.Request) { r.Header.Set("Content-Type", "application/json") },
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/oauth/token", strings.NewReader(redeeming("x", nil).Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		change(r)
		if got := w.send(r); got.Code != http.StatusBadRequest && got.Code != http.StatusUnauthorized {
			t.Errorf("%s it is answered with %d", name, got.Code)
		}
	}
}

func (w *oauthWorld) beginDevice() map[string]any {
	w.Helper()
	status, start := w.program("/oauth/device_authorization", url.Values{"client_id": {"team-cli"}, "host": {"build<b>"}})
	if status != http.StatusOK {
		w.Fatalf("a device code is answered with %d %v", status, start)
	}
	return start
}

func (w *oauthWorld) poll(start map[string]any) (string, map[string]any) {
	w.Helper()
	_, got := w.program("/oauth/token", url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "client_id": {"team-cli"}, "device_code": {start["device_code"].(string)},
	})
	fault, _ := got["error"].(string)
	return fault, got
}

func TestCommandLineSignsInByCode(t *testing.T) {
	w := newOAuthWorld(t)
	start := w.beginDevice()
	userCode, _ := start["user_code"].(string)
	if start["verification_uri"] != teamOrigin+"/device" || start["expires_in"] != 600.0 || start["interval"] != 5.0 || len(userCode) != 9 {
		t.Fatalf("the command line is told %v", start)
	}
	complete, _ := start["verification_uri_complete"].(string)
	path := strings.TrimPrefix(complete, teamOrigin)
	if fault, _ := w.poll(start); fault != "authorization_pending" {
		t.Errorf("the first question is answered with %q", fault)
	}
	if fault, _ := w.poll(start); fault != "slow_down" {
		t.Errorf("the second, at once, with %q", fault)
	}
	if got := w.browse(http.MethodGet, path, nil); got.Header().Get("Location") != signInFirst(path) {
		t.Errorf("nobody is sent to %q", got.Header().Get("Location"))
	}
	w.signIn()
	page := w.browse(http.MethodGet, path, nil).Body.String()
	if !strings.Contains(page, userCode) || strings.Contains(page, "build") {
		t.Errorf("the first page has the code filled in and has not looked for it: %s", page)
	}
	form := formOf(page, "")
	form.Set("user_code", strings.ToLower(userCode))
	page = w.browse(http.MethodPost, "/device", form).Body.String()
	for _, words := range []string{"Is this your command line?", userCode, "buildb", "198.51.100.4", "not your own address, which is 192.0.2.7", "team/1"} {
		if !strings.Contains(page, words) {
			t.Errorf("the second page does not say %q: %s", words, page)
		}
	}
	// Agreeing to one code with what was shown for another agrees to nothing.
	other := w.beginDevice()
	swapped := formOf(page, "allow")
	swapped.Set("user_code", other["user_code"].(string))
	if got := w.browse(http.MethodPost, "/device", swapped).Body.String(); !strings.Contains(got, "Sign in a command line") {
		t.Errorf("a swapped code is answered with %s", got)
	}
	if got := w.browse(http.MethodPost, "/device", formOf(page, "allow")).Body.String(); !strings.Contains(got, "Signed in") {
		t.Errorf("the third page says %s", got)
	}
	w.now = w.now.Add(time.Minute)
	if fault, _ := w.poll(other); fault != "authorization_pending" {
		t.Errorf("the other waits with %q", fault)
	}
	fault, got := w.poll(start)
	if fault != "" || got["access_token"] == nil {
		t.Fatalf("the command line gets %v", got)
	}
	_, in, err := w.signIns.Authenticate(t.Context(), got["access_token"].(string))
	w.must(err)
	if in.UserAgent != "team/1 on buildb" {
		t.Errorf("it is %q", in.UserAgent)
	}
	if fault, _ := w.poll(start); fault != "invalid_grant" {
		t.Errorf("asking once more is answered with %q", fault)
	}
}

func TestCodesThatAreRefusedInTheBrowser(t *testing.T) {
	w := newOAuthWorld(t)
	w.signIn()
	start := w.beginDevice()
	form := formOf(w.browse(http.MethodGet, "/device", nil).Body.String(), "")
	form.Set("user_code", start["user_code"].(string))
	page := w.browse(http.MethodPost, "/device", form).Body.String()
	if got := w.browse(http.MethodPost, "/device", formOf(page, "refuse")).Body.String(); !strings.Contains(got, "Not signed in") {
		t.Errorf("the last page says %s", got)
	}
	if fault, _ := w.poll(start); fault != "access_denied" {
		t.Errorf("the command line is told %q", fault)
	}
	late := w.beginDevice()
	w.now = w.now.Add(identity.DeviceLifetime)
	if fault, _ := w.poll(late); fault != "expired_token" {
		t.Errorf("after ten minutes it is told %q", fault)
	}
	form.Set("user_code", "BBBB-BBBB")
	w.signIn()
	form.Set("nonce", formOf(w.browse(http.MethodGet, "/device", nil).Body.String(), "").Get("nonce"))
	for range 10 {
		if got := w.browse(http.MethodPost, "/device", form); got.Code != http.StatusBadRequest || !strings.Contains(got.Body.String(), "No program waits") {
			t.Fatalf("a wrong code is answered with %d %s", got.Code, got.Body)
		}
	}
	if got := w.browse(http.MethodPost, "/device", form); got.Code != http.StatusTooManyRequests || !strings.Contains(got.Body.String(), "Too many wrong codes") {
		t.Errorf("the eleventh is answered with %d", got.Code)
	}
}

func TestMetadataNamesTheEndpoints(t *testing.T) {
	w := newOAuthWorld(t)
	got := w.browse(http.MethodGet, "/.well-known/oauth-authorization-server", nil)
	var said map[string]any
	w.must(json.Unmarshal(got.Body.Bytes(), &said))
	if said["issuer"] != teamOrigin || said["token_endpoint"] != teamOrigin+"/oauth/token" {
		t.Errorf("it says %v", said)
	}
	for _, name := range []string{"authorization_endpoint", "token_endpoint", "device_authorization_endpoint", "revocation_endpoint"} {
		path := strings.TrimPrefix(said[name].(string), teamOrigin)
		if _, pattern := w.mux.Handler(httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, nil)); pattern == "" || pattern == "/" {
			t.Errorf("nothing answers at %s %s", name, path)
		}
	}
}

var (
	_ access.Directory = someAda{}
	_ directory.Live   = someAda{}
)
