package edge

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// lines collects an access log.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// world is an edge before a handler, with what it writes.
type world struct {
	t       *testing.T
	clock   *clock
	edge    *Edge
	handler http.Handler
	log     *lines
	access  *AccessLog
	refused []string
}

func newWorld(t *testing.T, inner http.HandlerFunc, change func(*Config)) *world {
	t.Helper()
	w := &world{t: t, clock: newClock(), log: &lines{}}
	w.access = NewAccessLog(w.log)
	c := Config{
		Now: w.clock.now, Log: slog.New(slog.DiscardHandler), NewID: func() string { return "id-1" }, OnLoopback: true,
		MetricsFrom: networks("127.0.0.0/8", "::1/128"), AccessLog: w.access, Refusals: NewRefusals(), Refused: func(why string) { w.refused = append(w.refused, why) },
	}
	if change != nil {
		change(&c)
	}
	w.edge = New(c)
	if inner == nil {
		inner = func(out http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(out, "answered") }
	}
	w.handler = w.edge.Wrap(inner)
	return w
}

// ask sends a request from an address.
func (w *world) ask(r *http.Request, peer string) *httptest.ResponseRecorder {
	w.t.Helper()
	if peer != "" {
		r.RemoteAddr = peer
	}
	got := httptest.NewRecorder()
	w.handler.ServeHTTP(got, r)
	return got
}

// entries are the lines of the access log so far.
func (w *world) entries() []entry {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	cancel()
	w.access.Run(ctx)
	var out []entry
	for line := range strings.Lines(w.log.text.String()) {
		var e entry
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			w.t.Fatalf("%v in %s", err, line)
		}
		out = append(out, e)
	}
	return out
}

func request(method, target string, body io.Reader) *http.Request {
	r := httptest.NewRequest(method, target, body)
	r.RemoteAddr = "127.0.0.1:1"
	return r
}

// home is asked over an encrypted connection: a test request has one where the address says https.
const home = "https://127.0.0.1:8080"

func TestEveryClassHasItsHeaders(t *testing.T) {
	for path, want := range map[string]struct {
		class               Class
		script, form, cache string
	}{
		"/healthz":                    {Health, "", "'none'", "no-store"},
		"/readyz":                     {Health, "", "'none'", "no-store"},
		"/metrics":                    {Metrics, "", "'none'", "no-store"},
		"/api/v1/requests":            {API, "", "'none'", "no-store"},
		"/api/v1/events/stream":       {Stream, "", "'none'", "no-store"},
		"/oauth/token":                {Tokens, "", "'none'", "no-store"},
		"/oauth/authorize":            {SignIn, "'self'", "'self'", "no-store"},
		"/sign-in":                    {SignIn, "'self'", "'self'", "no-store"},
		"/sign-in/okta/callback":      {SignIn, "'self'", "'self'", "no-store"},
		"/step-up":                    {SignIn, "'self'", "'self'", "no-store"},
		"/device":                     {SignIn, "'self'", "'self'", "no-store"},
		"/static/signin/page.css":     {Static, "", "'none'", "no-cache"},
		"/static/signin/page.css?v=1": {Static, "", "'none'", "public, max-age=31536000, immutable"},
		"/assets/index-BwTRp7qA.js":   {Static, "", "'none'", "public, max-age=31536000, immutable"},
		"/assets/index.js":            {Static, "", "'none'", "no-cache"},
		"/":                           {Page, "'self'", "'self'", "no-store"},
		"/requests/req_1":             {Page, "'self'", "'self'", "no-store"},
	} {
		for _, secure := range []bool{false, true} {
			w := newWorld(t, nil, nil)
			target := home + path
			if !secure {
				target = "http://127.0.0.1:8080" + path
			}
			h := w.ask(request(http.MethodGet, target, nil), "").Result().Header
			if got := rulesFor(strings.SplitN(path, "?", 2)[0]).class; got != want.class {
				t.Errorf("%s is of the class %s, not %s", path, got, want.class)
			}
			csp := directives(h.Get("Content-Security-Policy"))
			if csp["default-src"] != "'none'" || csp["base-uri"] != "'none'" || csp["frame-ancestors"] != "'none'" ||
				csp["script-src"] != want.script || csp["form-action"] != want.form {
				t.Errorf("%s: policy %v", path, csp)
			}
			if strings.Contains(h.Get("Content-Security-Policy"), "unsafe") || want.script != "" && csp["require-trusted-types-for"] != "'script'" {
				t.Errorf("%s: policy %v is weak", path, csp)
			}
			for name, value := range map[string]string{
				"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin",
				"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": want.cache, "Permissions-Policy": permissions, "X-Request-Id": "id-1",
			} {
				if h.Get(name) != value {
					t.Errorf("%s: %s is %q, not %q", path, name, h.Get(name), value)
				}
			}
			if referrer := h.Get("Referrer-Policy"); referrer != "no-referrer" && (want.script == "" || referrer != "same-origin") {
				t.Errorf("%s: Referrer-Policy is %q", path, referrer)
			}
			if hsts := h.Get("Strict-Transport-Security") != ""; hsts != secure {
				t.Errorf("%s: HSTS %t over a secure connection %t", path, hsts, secure)
			}
		}
	}
}

func directives(policy string) map[string]string {
	out := map[string]string{}
	for d := range strings.SplitSeq(policy, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(d), " ")
		out[name] = value
	}
	return out
}

func TestAFileThatIsNotThereIsNotKept(t *testing.T) {
	w := newWorld(t, http.NotFound, nil)
	if got := w.ask(request(http.MethodGet, home+"/assets/index-BwTRp7qA.js", nil), ""); got.Code != 404 || got.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("answered %d, kept %q", got.Code, got.Header().Get("Cache-Control"))
	}
}

// The browser's own word is believed first, then the origin.
func TestStateChangesFromOtherSitesAreRefused(t *testing.T) {
	w := newWorld(t, nil, func(c *Config) { c.Public, c.OnLoopback = mustURL(t, "https://team.example.org"), false })
	for _, tt := range []struct {
		method, path, site, origin string
		status                     int
	}{
		{"POST", "/api/v1/requests", "", "", 200}, // no browser
		{"POST", "/api/v1/requests", "same-origin", "https://team.example.org", 200},
		{"POST", "/api/v1/requests", "cross-site", "https://evil.example", 403},
		{"POST", "/api/v1/requests", "same-site", "https://other.example.org", 403},
		{"POST", "/api/v1/requests", "", "https://evil.example", 403},
		{"POST", "/api/v1/requests", "", "null", 403},
		{"POST", "/api/v1/requests", "", "https://team.example.org", 200},
		{"PUT", "/api/v1/settings", "cross-site", "", 403},
		{"DELETE", "/api/v1/tokens/tok", "cross-site", "", 403},
		{"PATCH", "/anything", "cross-site", "", 403},
		{"POST", "/sign-out", "cross-site", "", 403},
		{"POST", "/sign-in/okta", "cross-site", "", 403},
		{"POST", "/sign-in/okta/acs", "cross-site", "https://idp.example", 200},
		{"POST", "/sign-in/okta/acs/more", "cross-site", "https://idp.example", 403},
		{"PUT", "/sign-in/okta/acs", "cross-site", "https://idp.example", 403},
		{"POST", "/oauth/token", "cross-site", "https://app.example", 403},
		{"POST", "/oauth/revoke", "cross-site", "https://app.example", 403},
		{"POST", "/oauth/device_authorization", "cross-site", "https://app.example", 403},
		{"POST", "/oauth/token", "", "", 200}, // the command line
		{"POST", "/oauth/authorize", "cross-site", "https://app.example", 403},
		{"GET", "/api/v1/requests", "cross-site", "https://evil.example", 200},
	} {
		r := request(tt.method, "https://team.example.org"+tt.path, nil)
		if tt.site != "" {
			r.Header.Set("Sec-Fetch-Site", tt.site)
		}
		if tt.origin != "" {
			r.Header.Set("Origin", tt.origin)
		}
		if got := w.ask(r, ""); got.Code != tt.status {
			t.Errorf("%s %s from %q %q: %d, not %d", tt.method, tt.path, tt.site, tt.origin, got.Code, tt.status)
		} else if tt.status == 403 && strings.HasPrefix(tt.path, "/api/") && !strings.Contains(got.Body.String(), `"code":"cross_origin"`) {
			t.Errorf("%s %s: %s", tt.method, tt.path, got.Body)
		}
	}
}

func mustURL(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func networks(texts ...string) []netip.Prefix {
	var all []netip.Prefix
	for _, text := range texts {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

// The metrics are shown to whoever is named, by the address that a declared proxy tells where one stands between.
func TestTheMetricsAreShownToNamedAddressesAlone(t *testing.T) {
	for name, tt := range map[string]struct {
		from   []netip.Prefix
		peer   string
		said   string // by X-Forwarded-For
		status int
	}{
		"this machine":                   {networks("127.0.0.0/8"), "127.0.0.1:9", "", 200},
		"another":                        {networks("127.0.0.0/8"), "192.0.2.7:9", "", 403},
		"a network":                      {networks("192.0.2.0/24"), "192.0.2.7:9", "", 200},
		"IPv4 in IPv6":                   {networks("192.0.2.0/24"), "[::ffff:192.0.2.7]:9", "", 200},
		"beside it":                      {networks("192.0.2.0/24"), "192.0.3.7:9", "", 403},
		"nobody named":                   {nil, "127.0.0.1:9", "", 403},
		"by a declared proxy":            {networks("10.0.0.0/8", "127.0.0.0/8"), "10.9.0.1:9", "198.51.100.4", 403},
		"by it, from a named one":        {networks("198.51.100.4/32"), "10.9.0.1:9", "198.51.100.4", 200},
		"who only says that it is named": {networks("198.51.100.4/32"), "192.0.2.7:9", "198.51.100.4", 403},
		"an address nobody knows":        {networks("0.0.0.0/0", "::/0"), "nonsense", "", 403},
	} {
		w := newWorld(t, nil, func(c *Config) {
			c.MetricsFrom, c.Proxies.Trusted = tt.from, networks("10.9.0.0/16")
		})
		r := request(http.MethodGet, home+"/metrics", nil)
		if tt.said != "" {
			r.Header.Set("X-Forwarded-For", tt.said)
		}
		if got := w.ask(r, tt.peer); got.Code != tt.status {
			t.Errorf("%s: answered %d, want %d: %s", name, got.Code, tt.status, got.Body)
		}
		if got := w.ask(request(http.MethodGet, home+"/healthz", nil), tt.peer); got.Code != http.StatusOK {
			t.Errorf("%s: /healthz answers %d", name, got.Code)
		}
	}
}

func TestTEAMIsServedUnderItsNamesOnly(t *testing.T) {
	for _, tt := range []struct {
		public     string
		onLoopback bool
		host       string
		path       string
		status     int
	}{
		{"https://team.example.org", false, "team.example.org", "/", 200},
		{"https://team.example.org", false, "TEAM.example.org.", "/", 200},
		{"https://team.example.org", false, "team.example.org:443", "/api/v1/me", 200},
		{"https://team.example.org", false, "team.example.org:8443", "/", 421},
		{"https://team.example.org", false, "evil.example", "/", 421},
		{"https://team.example.org", false, "team.example.org.evil.example", "/", 421},
		{"https://team.example.org", false, "192.0.2.1", "/api/v1/me", 421},
		{"https://team.example.org", false, "192.0.2.1:8443", "/readyz", 200},
		{"https://team.example.org", false, "192.0.2.1:8443", "/metrics", 200},
		{"https://team.example.org", false, "localhost:8443", "/", 200},
		{"", true, "127.0.0.1:8080", "/", 200},
		{"", true, "localhost:8080", "/", 200},
		{"", true, "[::1]:8080", "/", 200},
		{"", true, "rebound.example:8080", "/api/v1/me", 421},
		{"", true, "127.0.0.1.evil.example", "/api/v1/me", 421},
		{"", false, "10.0.0.7:8080", "/api/v1/me", 200}, // no name is known
	} {
		w := newWorld(t, nil, func(c *Config) {
			c.OnLoopback = tt.onLoopback
			if tt.public != "" {
				c.Public = mustURL(t, tt.public)
			}
		})
		r := request(http.MethodGet, "https://placeholder"+tt.path, nil)
		r.Host = tt.host
		if got := w.ask(r, ""); got.Code != tt.status {
			t.Errorf("%s at %q asked as %s: %d, not %d", tt.path, tt.public, tt.host, got.Code, tt.status)
		}
	}
}

func TestPlainHTTPIsForThisMachineAndDeclaredProxies(t *testing.T) {
	proxies := Proxies{Trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	for _, tt := range []struct {
		name, peer, proto, method, path string
		status                          int
	}{
		{"this machine", "127.0.0.1:1", "", "GET", "/api/v1/me", 200},
		{"a stranger around the proxy", "203.0.113.7:1", "https", "GET", "/api/v1/me", 403},
		{"a stranger's page", "203.0.113.7:1", "", "GET", "/requests?a=b", 308},
		{"a stranger's form", "203.0.113.7:1", "", "POST", "/sign-out", 403},
		{"a stranger's health check", "203.0.113.7:1", "", "GET", "/readyz", 200},
		{"the proxy, encrypted", "10.0.0.1:1", "https", "GET", "/api/v1/me", 200},
		{"the proxy, saying nothing", "10.0.0.1:1", "", "GET", "/api/v1/me", 200},
		{"the proxy, in clear", "10.0.0.1:1", "http", "GET", "/api/v1/me", 403},
		{"the proxy, a page in clear", "10.0.0.1:1", "http", "GET", "/requests?a=b", 308},
	} {
		w := newWorld(t, nil, func(c *Config) {
			c.Public, c.OnLoopback, c.Proxies = mustURL(t, "https://team.example.org"), false, proxies
		})
		r := request(tt.method, "http://team.example.org"+tt.path, nil)
		if tt.proto != "" {
			r.Header.Set("X-Forwarded-Proto", tt.proto)
		}
		got := w.ask(r, tt.peer)
		if got.Code != tt.status {
			t.Errorf("%s: %d, not %d", tt.name, got.Code, tt.status)
		}
		if tt.status == 308 && got.Header().Get("Location") != "https://team.example.org/requests?a=b" {
			t.Errorf("%s: sent to %q", tt.name, got.Header().Get("Location"))
		}
		if hsts := got.Header().Get("Strict-Transport-Security") != ""; hsts != (tt.proto == "https" && tt.peer[:3] == "10." || tt.name == "the proxy, saying nothing") {
			t.Errorf("%s: HSTS is sent: %t", tt.name, hsts)
		}
	}
}

func TestTooManyRequestsAreToldWhenToComeAgain(t *testing.T) {
	w := newWorld(t, nil, nil)
	w.edge.config.Rates = NewRates(RatesConfig{Now: w.clock.now, Log: slog.New(slog.DiscardHandler), Limits: Limits{
		RuleAddress: 20, RuleSignIn: 5, RuleTokens: 3, RuleUser: 4, RuleFailures: 2,
	}})
	get := func(peer, path string) *httptest.ResponseRecorder {
		return w.ask(request(http.MethodGet, home+path, nil), peer)
	}
	for range 3 {
		if got := get("198.51.100.1:1", "/oauth/token"); got.Code == http.StatusTooManyRequests {
			t.Fatal("refused within the limit")
		}
	}
	got := get("198.51.100.1:1", "/oauth/token")
	var p problem
	if err := json.Unmarshal(got.Body.Bytes(), &p); err != nil || got.Code != 429 || p.Code != "too_many" || p.Status != 429 ||
		got.Header().Get("Content-Type") != "application/problem+json" {
		t.Fatalf("%d %s %v", got.Code, got.Body, err)
	}
	wait := got.Header().Get("Retry-After")
	if wait != "307" { // the clock began three seconds into a bucket
		t.Errorf("Retry-After is %s", wait)
	}
	if got := get("198.51.100.2:1", "/oauth/token"); got.Code == 429 {
		t.Error("another address is refused")
	}
	// Two addresses of a network of 64 bits are one client.
	for i := range 20 {
		get("[2001:db8::"+string(rune('1'+i%9))+"]:1", "/")
	}
	if got := get("[2001:db8::ffff]:1", "/"); got.Code != 429 || !strings.Contains(got.Body.String(), "<h1>Too Many Requests</h1>") {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	if got := get("[2001:db8::ffff]:1", "/readyz"); got.Code != 200 {
		t.Errorf("a health check is refused: %d", got.Code)
	}
	if got := get("[2001:db8:0:1::1]:1", "/"); got.Code != 200 {
		t.Errorf("the next network is refused: %d", got.Code)
	}
}

func TestFailedSignInsCloseTheDoor(t *testing.T) {
	w := newWorld(t, func(out http.ResponseWriter, r *http.Request) {
		From(r.Context()).SignInFailed("user-1")
		out.WriteHeader(http.StatusForbidden)
	}, nil)
	w.edge.config.Rates = NewRates(RatesConfig{Now: w.clock.now, Log: slog.New(slog.DiscardHandler), Limits: Limits{RuleFailures: 3, RuleSignIn: 100}})
	for i, want := range []int{403, 403, 403, 429, 429} {
		if got := w.ask(request(http.MethodGet, home+"/sign-in/okta/callback", nil), ""); got.Code != want {
			t.Errorf("attempt %d: %d, not %d", i+1, got.Code, want)
		}
	}
	if got := w.ask(request(http.MethodGet, home+"/api/v1/me", nil), ""); got.Code == 429 {
		t.Error("who is signed in already is refused, too")
	}
	if entries := w.entries(); entries[0].Verdict != "sign_in_failed" || entries[3].Verdict != "rate" {
		t.Errorf("the access log says %q, %q", entries[0].Verdict, entries[3].Verdict)
	}
	told := w.edge.config.Refusals.Pending(w.clock.now())
	if len(told) != 2 || told[1].Why != "sign_in_failed" || told[1].Count != 4 || told[1].Most[0].User != "user-1" {
		t.Errorf("told %+v", told)
	}
}

// A page of another site cannot have its visitors' address kept from signing in, and whoever is signed in goes on and out
// when the door is closed.
func TestOtherSitesDoNotCloseTheDoor(t *testing.T) {
	w := newWorld(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Fails") != "" {
			From(r.Context()).SignInFailed("")
		}
	}, nil)
	w.edge.config.Rates = NewRates(RatesConfig{Now: w.clock.now, Log: slog.New(slog.DiscardHandler), Limits: Limits{
		RuleFailures: 2, RuleSignIn: 20, RuleTokens: 3,
	}})
	ask := func(method, path string, headers ...string) int {
		r := request(method, home+path, nil)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		return w.ask(r, "").Code
	}
	for range 30 {
		for _, how := range [][2]string{{"no-cors", "image"}, {"navigate", "iframe"}, {"cors", "empty"}} {
			if got := ask("GET", "/sign-in/okta/callback", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", how[0], "Sec-Fetch-Dest", how[1]); got != 403 {
				t.Fatalf("as %v: %d", how, got)
			}
		}
		if got := ask("POST", "/oauth/token", "Sec-Fetch-Site", "cross-site"); got != 403 {
			t.Fatalf("at the token endpoint: %d", got)
		}
	}
	if got := ask("GET", "/sign-in/okta/callback", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"); got != 200 {
		t.Errorf("who comes back from a provider: %d", got)
	}
	if got := ask("POST", "/oauth/token"); got != 200 {
		t.Errorf("the command line: %d", got)
	}
	for range 2 {
		ask("GET", "/sign-in/okta/callback", "X-Fails", "yes")
	}
	if got := ask("GET", "/sign-in"); got != 429 {
		t.Errorf("the door is open: %d", got)
	}
	for method, path := range map[string]string{"POST": "/sign-out", "GET": "/step-up"} {
		if got := ask(method, path); got != 200 {
			t.Errorf("%s: %d", path, got)
		}
	}
}

func TestCallersAreCountedWhereverTheyAre(t *testing.T) {
	var waited time.Duration
	w := newWorld(t, func(_ http.ResponseWriter, r *http.Request) {
		waited = From(r.Context()).Caller("user-1", "", "sin_1")
		From(r.Context()).Caller("user-1", "", "sin_1") // once more in the same request
	}, nil)
	w.edge.config.Rates = NewRates(RatesConfig{Now: w.clock.now, Log: slog.New(slog.DiscardHandler), Limits: Limits{RuleUser: 3}})
	for i := range 4 {
		w.ask(request(http.MethodGet, home+"/api/v1/me", nil), "198.51.100."+string(rune('1'+i))+":1")
		if (waited > 0) != (i == 3) {
			t.Errorf("call %d waits %s", i+1, waited)
		}
	}
	if From(t.Context()).Caller("user-1", "", "") != 0 {
		t.Error("outside of the edge somebody is counted")
	}
}

func TestBodiesThatAreTooLargeOrTooDeep(t *testing.T) {
	var got string
	w := newWorld(t, func(_ http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got = string(text)
	}, nil)
	deep := func(n int) string { return strings.Repeat(`{"a":[`, n/2) + strings.Repeat(`]}`, n/2) }
	for _, tt := range []struct {
		name, path, kind, body string
		chunked                bool
		status                 int
	}{
		{"small", "/api/v1/requests", "application/json", `{"a":1}`, false, 200},
		{"chunked", "/api/v1/requests", "application/json", `{"a":1}`, true, 200},
		{"the largest", "/api/v1/requests", "application/json", `"` + strings.Repeat("x", mib-2) + `"`, false, 200},
		{"too large", "/api/v1/requests", "application/json", `"` + strings.Repeat("x", mib-1) + `"`, false, 413},
		{"too large, not saying so", "/api/v1/requests", "application/json", `"` + strings.Repeat("x", mib-1) + `"`, true, 413},
		{"too large for tokens", "/oauth/token", "application/x-www-form-urlencoded", strings.Repeat("x", 64*kib+1), false, 413},
		{"an assertion", "/sign-in/okta/acs", "application/x-www-form-urlencoded", strings.Repeat("x", 100*kib), false, 200},
		{"with GET", "/healthz", "", strings.Repeat("x", 2*kib), false, 413},
		{"the deepest", "/api/v1/requests", "application/json", deep(32), false, 200},
		{"too deep", "/api/v1/requests", "application/json", deep(34), false, 400},
		{"too deep, merge patch", "/api/v1/requests", "application/merge-patch+json; charset=utf-8", deep(34), false, 400},
		{"too deep, of no type", "/api/v1/requests", "", deep(34), false, 400},
		{"brackets in a text", "/api/v1/requests", "application/json", `{"a":"` + strings.Repeat(`[{\"`, 50) + `"}`, false, 200},
		{"brackets in a form", "/oauth/token", "application/x-www-form-urlencoded", strings.Repeat("[", 50), false, 200},
		{"no JSON", "/api/v1/requests", "application/json", `}}}]]{"`, false, 200}, // who decodes it says so
	} {
		got = ""
		var body io.Reader = strings.NewReader(tt.body)
		if tt.chunked {
			body = struct{ io.Reader }{body}
		}
		r := request(http.MethodPost, home+tt.path, body)
		if tt.kind != "" {
			r.Header.Set("Content-Type", tt.kind)
		}
		answer := w.ask(r, "")
		if answer.Code != tt.status {
			t.Errorf("%s: %d, not %d: %s", tt.name, answer.Code, tt.status, answer.Body)
		}
		if want := map[bool]string{true: tt.body}[tt.status == 200]; got != want {
			t.Errorf("%s: %d bytes arrived, not %d", tt.name, len(got), len(want))
		}
	}
}

// A body that comes a byte now and then is given up.
func TestSlowBodiesAreGivenUp(t *testing.T) {
	w := newWorld(t, nil, nil)
	if w.edge.grace != bodyGrace {
		t.Errorf("bodies have %s to begin with", w.edge.grace)
	}
	w.edge.grace = 200 * time.Millisecond
	server := httptest.NewServer(w.handler)
	defer server.Close()
	c, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	began := time.Now()
	if _, err := io.WriteString(c, "POST /api/v1/requests HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{"); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(answer), "HTTP/1.1 408 ") || !strings.Contains(string(answer), `"code":"timeout"`) {
		t.Errorf("after %s: %s", time.Since(began), answer)
	}
}

// Large bodies have a room of their own, of which an address has an eighth; small ones always come in.
func TestLargeBodiesHaveBoundedRoom(t *testing.T) {
	arrived, answer := make(chan struct{}), make(chan struct{})
	w := newWorld(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/large" {
			arrived <- struct{}{}
			<-answer
		}
	}, nil)
	large := bytes.Repeat([]byte("0"), mib-1)
	send := func(path, peer string, body []byte) *httptest.ResponseRecorder {
		r := request("POST", home+path, bytes.NewReader(body))
		r.ContentLength = -1 // it says nothing of how large it is
		return w.ask(r, peer)
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	hold := func(peer string, n int) {
		for range n {
			wg.Go(func() {
				if got := send("/api/v1/large", peer, large); got.Code != http.StatusOK {
					t.Errorf("%s: %d %s", peer, got.Code, got.Body)
					arrived <- struct{}{}
				}
			})
			<-arrived
		}
	}
	hold("192.0.2.1:1", 8)
	got := send("/api/v1/another", "192.0.2.1:2", large)
	if got.Code != http.StatusServiceUnavailable || got.Header().Get("Retry-After") != "5" || !strings.Contains(got.Body.String(), `"code":"unavailable"`) {
		t.Errorf("the ninth of an address: %d %v %s", got.Code, got.Header(), got.Body)
	}
	if got := send("/api/v1/another", "192.0.2.1:2", large[:firstRoom-1]); got.Code != http.StatusOK {
		t.Errorf("a small one of that address: %d %s", got.Code, got.Body)
	}
	for i := range 7 {
		hold(fmt.Sprintf("192.0.2.%d:1", 2+i), 8)
	}
	hold("203.0.113.1:1", 1)
	if got := send("/api/v1/another", "198.51.100.1:1", large); got.Code != http.StatusServiceUnavailable {
		t.Errorf("of another address when there is no room: %d", got.Code)
	}
	if got := send("/api/v1/another", "198.51.100.1:1", large[:firstRoom-1]); got.Code != http.StatusOK {
		t.Errorf("a small one when there is no room: %d", got.Code)
	}
	close(answer)
	wg.Wait()
	if got := send("/api/v1/another", "192.0.2.1:1", large); got.Code != http.StatusOK || w.edge.room.taken != 0 || len(w.edge.room.of) != 0 {
		t.Errorf("afterwards: %d, %d bytes of %d clients are taken", got.Code, w.edge.room.taken, len(w.edge.room.of))
	}
}

func TestTheAccessLogHasNoSecret(t *testing.T) {
	const secret = "team_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	w := newWorld(t, func(out http.ResponseWriter, r *http.Request) {
		From(r.Context()).Operation("read-request")
		From(r.Context()).Caller("user-1", "", "sin_7")
		out.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(out, "12345")
	}, nil)
	r := request(http.MethodPost, home+"/sign-in/okta/"+secret+"/callback?code="+secret+"&state=s3cr3t&"+secret+"&SAMLResponse=PHNhbWw%2B&x%20y=1&code=2",
		strings.NewReader("SAMLResponse="+secret))
	r.Header.Set("Authorization", "Bearer "+secret)
	r.Header.Set("Cookie", "__Host-team="+secret)
	r.Header.Set("Referer", home+"/?token="+secret)
	r.Header.Set("User-Agent", strings.Repeat("Mozilla\n", 100))
	w.ask(r, "198.51.100.1:77")
	text := func() string { w.entries(); return w.log.text.String() }()
	for _, hidden := range []string{secret, secret[5:], "s3cr3t", "PHNhbWw"} {
		if strings.Contains(text, hidden) {
			t.Errorf("the access log has %s: %s", hidden, text)
		}
	}
	if strings.Count(text, "\n") != 1 {
		t.Errorf("not one line: %s", text)
	}
	var e entry
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		t.Fatal(err)
	}
	if e.Address != "198.51.100.1" || e.Method != http.MethodPost || e.Class != SignIn || e.Route != "read-request" || e.Path != "/sign-in/okta/…/callback" ||
		e.Query != "code,state,?,SAMLResponse" || e.User != "user-1" || e.SignIn != "sin_7" || e.Status != 202 || e.Sent != 5 || e.Received != 54 ||
		e.ID != "id-1" || e.Protocol != "HTTP/1.1" || len(e.Agent) > 210 {
		t.Errorf("got %+v", e)
	}
}

func TestPathsKeepWhatIsNoSecret(t *testing.T) {
	for path, want := range map[string]string{
		"/": "/",
		"/api/v1/requests/req_0190c0de-0000-7000-8000-000000000000/approve": "/api/v1/requests/req_0190c0de-0000-7000-8000-000000000000/approve",
		"/api/v1/tokens/tok_77f63ed17474686a":                               "/api/v1/tokens/tok_77f63ed17474686a",
		"/api/v1/protected-accounts/123456789012":                           "/api/v1/protected-accounts/123456789012",
		"/static/signin/style.css":                                          "/static/signin/style.css",
		"/assets/index-BwTRp7qA.js":                                         "/assets/index-BwTRp7qA.js",
		"/.well-known/oauth-authorization-server":                           "/.well-known/oauth-authorization-server",
		"/api/v1/requests/wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY":         "/api/v1/requests/…/…/…",
		"/x/<script>": "/x/…", "": "", "*": "…", "//..": "//…",
	} {
		if got := pathWithoutSecrets(path); got != want {
			t.Errorf("%s is logged as %s, not %s", path, got, want)
		}
	}
	if got := pathWithoutSecrets(strings.Repeat("/a", 1000)); len(got) > 310 {
		t.Errorf("%d bytes of a path are logged", len(got))
	}
}

// What is behind the edge says no: the edge counts it. Who sends nothing to be recognized by is no danger.
func TestRefusalsBehindTheEdgeAreCounted(t *testing.T) {
	w := newWorld(t, func(out http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/v1/forbidden":
			out.WriteHeader(http.StatusForbidden)
		case "/api/v1/nobody":
			out.WriteHeader(http.StatusUnauthorized)
		case "/api/v1/blocked":
			From(r.Context()).Refuse(out, http.StatusForbidden, "blocked", "no")
		}
	}, nil)
	w.ask(request(http.MethodGet, home+"/api/v1/forbidden", nil), "")
	w.ask(request(http.MethodGet, home+"/api/v1/nobody", nil), "")
	with := request(http.MethodGet, home+"/api/v1/nobody", nil)
	with.Header.Set("Authorization", "Bearer x")
	w.ask(with, "")
	w.ask(request(http.MethodGet, home+"/api/v1/blocked", nil), "")
	if got := strings.Join(w.refused, " "); got != "forbidden unauthenticated blocked" {
		t.Errorf("counted %s", got)
	}
	for _, why := range append(w.refused, "rate", misdirected.verdict, insecure.verdict, crossOrigin.verdict, tooLarge.verdict, tooSlow.verdict, tooDeep.verdict) {
		if !strings.Contains(" "+strings.Join(Reasons(), " ")+" ", " "+why+" ") {
			t.Errorf("%s is not among the reasons", why)
		}
	}
}

// firewalled refuses everything.
func firewalled(c *Config) {
	c.Firewall = func(http.Handler) http.Handler {
		return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
			From(r.Context()).Refuse(out, http.StatusForbidden, "blocked", "this looks like an <attack>")
		})
	}
}

// What reads nothing that was sent is not inspected, and nothing else gets around.
func TestTheFirewallLooksAtWhatIsSent(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(http.ResponseWriter, *http.Request) {})
	w := newWorld(t, mux.ServeHTTP, firewalled)
	for _, target := range []string{
		"GET /static/signin/page.css?v='--", "GET /static/x.css", "GET /assets/index-a1b2.js", "GET /metrics", "GET /healthz", "GET /readyz",
		"GET /api/v1/events/stream", "GET /api/v1/events/stream?after=4", "HEAD /healthz",
	} {
		method, path, _ := strings.Cut(target, " ")
		if got := w.ask(request(method, home+path, nil), ""); got.Code != 200 {
			t.Errorf("%s: %d", target, got.Code)
		}
	}
	for _, target := range []string{
		"GET /api/v1/me", "GET /sign-in", "GET /", "POST /healthz", "POST /static/x", "PUT /metrics", "DELETE /assets/x", "POST /api/v1/events/stream",
		"CONNECT /static/../api/v1/me", "GET /api/v1/events/stream/x", "GET /healthz/../api/v1/me", "GET //healthz/x", "GET /api/v1/events",
	} {
		method, path, _ := strings.Cut(target, " ")
		r := request(http.MethodGet, home+path, nil)
		r.Method = method
		if got := w.ask(r, ""); got.Code != 403 {
			t.Errorf("%s passes uninspected: %d", target, got.Code)
		}
	}
	// A path that is no file once it is cleaned reaches nobody: the router has it asked for anew.
	if got := w.ask(request(http.MethodGet, home+"/static/../api/v1/me", nil), ""); got.Code != http.StatusTemporaryRedirect || got.Header().Get("Location") != "/api/v1/me" {
		t.Errorf("a path through a folder of files: %d to %q", got.Code, got.Header().Get("Location"))
	}
}

// Whoever is behind the edge refuses as the edge itself does.
func TestWhatTheFirewallRefusesIsAnsweredAsTheEdgeDoes(t *testing.T) {
	w := newWorld(t, nil, firewalled)
	var p problem
	got := w.ask(request(http.MethodGet, home+"/api/v1/me", nil), "")
	if err := json.Unmarshal(got.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if got.Code != 403 || p.Code != "blocked" || p.Status != 403 || p.Reference != "id-1" || got.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("a program: %d %v %+v", got.Code, got.Header(), p)
	}
	got = w.ask(request(http.MethodGet, home+"/sign-in", nil), "")
	if got.Code != 403 || !strings.Contains(got.Body.String(), "<h1>Forbidden</h1>") || !strings.Contains(got.Body.String(), "an &lt;attack&gt;") ||
		!strings.Contains(got.Body.String(), "<code>id-1</code>") || !strings.HasPrefix(got.Header().Get("Content-Type"), "text/html") {
		t.Errorf("a person: %d %v %s", got.Code, got.Header(), got.Body)
	}
	told := w.edge.config.Refusals.Pending(w.clock.now())
	if !slices.Equal(w.refused, []string{"blocked", "blocked"}) || len(told) != 1 || told[0].Why != "blocked" || told[0].Count != 2 {
		t.Errorf("counted %v, told %+v", w.refused, told)
	}
	for _, e := range w.entries() {
		if e.Verdict != "blocked" || e.Status != 403 {
			t.Errorf("the access log says %+v", e)
		}
	}
	// Outside of the edge, as in tests of what is behind it, it is still refused.
	outside := httptest.NewRecorder()
	if From(t.Context()).Refuse(outside, http.StatusForbidden, "blocked", "no"); outside.Code != 403 {
		t.Errorf("outside: %d", outside.Code)
	}
}

// A handler that panics is an error that somebody reads, and whoever asked has an answer.
func TestAPanicIsLoggedAndAnswered(t *testing.T) {
	var log bytes.Buffer
	w := newWorld(t, func(out http.ResponseWriter, r *http.Request) {
		out.Header().Set("Content-Length", "5")
		out.Header().Set("Cache-Control", "max-age=60")
		if r.URL.Path == "/half" {
			_, _ = io.WriteString(out, "hal")
		}
		panic("out of range")
	}, func(c *Config) { c.Log = slog.New(slog.NewJSONHandler(&log, nil)) })
	for path, want := range map[string]string{"/sign-in": "<h1>Internal Server Error</h1>", "/metrics": `"code":"internal"`, "/api/v1/me": `"code":"internal"`} {
		got := w.ask(request(http.MethodGet, home+path, nil), "")
		if got.Code != 500 || !strings.Contains(got.Body.String(), want) || !strings.Contains(got.Body.String(), "id-1") || strings.Contains(got.Body.String(), "range") ||
			got.Header().Get("Content-Length") != "" || got.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v %s", path, got.Code, got.Header(), got.Body)
		}
	}
	for _, want := range []string{`"level":"ERROR"`, `"request":"id-1"`, "out of range", "edge_test.go"} {
		if strings.Count(log.String(), want) < 3 {
			t.Errorf("the log does not say %s thrice: %s", want, log.String())
		}
	}
	// What has begun cannot be taken back, but must not look whole.
	func() {
		defer func() {
			if recover() != http.ErrAbortHandler {
				t.Error("the connection goes on after half an answer")
			}
		}()
		w.ask(request(http.MethodGet, home+"/half", nil), "")
	}()
	entries := w.entries()
	if len(entries) != 4 {
		t.Errorf("%d lines in the access log", len(entries))
	}
	for _, e := range entries {
		if e.Status != 500 || e.Verdict != "" {
			t.Errorf("the access log says %+v", e)
		}
	}
}

// A handler that breaks the connection off does so, and no error is logged.
func TestABrokenOffAnswerIsInTheAccessLog(t *testing.T) {
	var log bytes.Buffer
	w := newWorld(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, func(c *Config) {
		c.Log = slog.New(slog.NewJSONHandler(&log, nil))
	})
	func() {
		defer func() {
			if recover() != http.ErrAbortHandler {
				t.Error("the panic was swallowed")
			}
		}()
		w.ask(request(http.MethodGet, home+"/", nil), "")
	}()
	if entries := w.entries(); len(entries) != 1 || entries[0].Status != 500 {
		t.Errorf("the access log says %+v", entries)
	}
	if log.Len() > 0 {
		t.Errorf("logged %s", log.String())
	}
}

func FuzzAnyRequestIsAnswered(f *testing.F) {
	f.Add("GET", "/sign-in/../api/%2e%2e/x", "team.example.org", "a=b&%zz", `{"a":`)
	f.Fuzz(func(t *testing.T, method, path, host, query, body string) {
		w := newWorld(t, nil, nil)
		r := request(http.MethodPost, home+"/", strings.NewReader(body))
		r.Method, r.Host = method, host
		r.URL = &url.URL{Path: path, RawQuery: query}
		got := w.ask(r, "")
		if got.Header().Get("Content-Security-Policy") == "" || got.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Error("an answer without its headers")
		}
		if len(w.entries()) != 1 {
			t.Error("not one line in the access log")
		}
	})
}
