package firewall

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/team-idc/team/internal/edge/firewall/firewalltest"
)

const (
	injected          = "1' UNION SELECT password FROM users--"
	injectedInAddress = "1%27%20UNION%20SELECT%20password%20FROM%20users--"
	preview           = "POST /api/v1/requests/preview"
)

// watched is a firewall with its log and its decisions.
type watched struct {
	http.Handler

	log       bytes.Buffer
	decisions []Decision
}

func watch(t *testing.T, c Config) *watched {
	t.Helper()
	w := &watched{}
	c.Log = slog.New(slog.NewJSONHandler(&w.log, nil))
	c.Observe = func(_ *http.Request, d Decision) { w.decisions = append(w.decisions, d) }
	c.NewReference = func(*http.Request) string { return "REF" }
	c.Refuse = refused
	wrap, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	w.Handler = wrap(echo)
	return w
}

// bare is a firewall without rules, for what happens around them.
func bare(c Config, judge func(*sight) (judgement, error)) (*firewall, *[]Decision) {
	decisions := &[]Decision{}
	c.Log, c.Client, c.NewReference = slog.New(slog.DiscardHandler), peer, func(*http.Request) string { return "REF" }
	c.Observe = func(_ *http.Request, d Decision) { *decisions = append(*decisions, d) }
	c.Refuse = refused
	return &firewall{Config: c, judge: judge, fields: newFields(), passed: newMemory(16)}, decisions
}

// refused answers as the edge does.
func refused(w http.ResponseWriter, _ *http.Request, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	text, err := json.Marshal(problem{code, detail})
	if err == nil {
		_, err = w.Write(text)
	}
	if err != nil {
		panic(err)
	}
}

type problem struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

func nothing(*sight) (judgement, error) { return judgement{}, nil }

func TestABlockedRequestIsAnsweredLoggedAndCounted(t *testing.T) {
	w := watch(t, Config{})
	r := holding(t, preview, "member", "note", injected+" hunter2")
	got := sent(w, r)
	var p problem
	if err := json.Unmarshal(got.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if got.Code != http.StatusForbidden || p.Code != "blocked" || !strings.Contains(p.Detail, "REF") {
		t.Errorf("answered %d %v %+v", got.Code, got.Header(), p)
	}
	if strings.Contains(strings.ToLower(got.Body.String()), "sql") {
		t.Errorf("the answer helps whoever tries to get around the rules: %s", got.Body)
	}
	if len(w.decisions) != 1 || w.decisions[0] != (Decision{Blocked, "sqli", "REF"}) {
		t.Errorf("decided %+v", w.decisions)
	}
	log := w.log.String()
	for _, want := range []string{`"reference":"REF"`, `"class":"sqli"`, `"client":"192.0.2.7"`, `"rule":942100`, `ARGS:body.note`, `/api/v1/requests/preview`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log does not say %s: %s", want, log)
		}
	}
	if strings.Contains(log, "hunter2") || strings.Contains(log, "UNION") {
		t.Errorf("the log repeats what was sent: %s", log)
	}
}

func TestModes(t *testing.T) {
	attacking := func() *http.Request { return holding(t, preview, "member", "note", injected) }
	for _, tc := range []struct {
		mode    Mode
		status  int
		verdict Verdict
	}{{"", 403, Blocked}, {Block, 403, Blocked}, {Detect, 200, Detected}, {Off, 200, ""}} {
		w := watch(t, Config{Mode: tc.mode})
		got := sent(w, attacking())
		if got.Code != tc.status {
			t.Errorf("mode %q answers %d", tc.mode, got.Code)
		}
		if tc.verdict == "" {
			if len(w.decisions) != 0 {
				t.Errorf("mode %q decided %v", tc.mode, w.decisions)
			}
		} else if len(w.decisions) != 1 || w.decisions[0].Verdict != tc.verdict {
			t.Errorf("mode %q decided %v", tc.mode, w.decisions)
		}
		if tc.mode == Detect && !strings.Contains(w.log.String(), "would have blocked") {
			t.Errorf("detection is not logged: %s", w.log.String())
		}
	}
	if _, err := New(Config{Mode: "perhaps"}); err == nil || !strings.Contains(err.Error(), `no mode "perhaps"`) {
		t.Errorf("an unknown mode: %v", err)
	}
	if _, err := New(Config{Paranoia: 3, Refuse: refused}); err == nil || !strings.Contains(err.Error(), "paranoia level 3") {
		t.Errorf("paranoia level 3: %v", err)
	}
	if _, err := New(Config{}); err == nil {
		t.Error("nobody answers what it refuses")
	}
}

// What cannot be inspected goes no further; only mode Detect lets it through.
func TestFailsClosed(t *testing.T) {
	panics := func(*sight) (judgement, error) { panic("secret hunter2") }
	fails := func(*sight) (judgement, error) { return judgement{}, errors.New("no memory") }
	for name, tc := range map[string]struct {
		judge   func(*sight) (judgement, error)
		request *http.Request
		status  int
		code    string
		verdict Verdict
	}{
		"panic":         {panics, request(t, "GET", "/api/v1/me", ""), 503, "unavailable", Failed},
		"error":         {fails, request(t, "GET", "/api/v1/me", ""), 503, "unavailable", Failed},
		"too long":      {nothing, holding(t, preview, "member", "note", strings.Repeat("x ", 20<<10)), 413, "too_large", Unreadable},
		"too many":      {nothing, request(t, "POST", "/api/v1/requests", "["+strings.Repeat(`"x y",`, 501)+"1]"), 413, "too_large", Unreadable},
		"text too long": {nothing, request(t, "POST", "/api/v1/requests", "x"+strings.Repeat(" x", 20<<10)), 413, "too_large", Unreadable},
		"body broken":   {nothing, broken(request(t, "POST", "/api/v1/requests", "x")), 503, "unavailable", Failed},
	} {
		t.Run(name, func(t *testing.T) {
			f, decisions := bare(Config{Mode: Block}, tc.judge)
			got := sent(f.wrap(echo), tc.request)
			var p problem
			if err := json.Unmarshal(got.Body.Bytes(), &p); err != nil {
				t.Fatal(err)
			}
			if got.Code != tc.status || p.Code != tc.code || got.Header().Get("Reached") != "" {
				t.Errorf("answered %d %+v", got.Code, p)
			}
			if len(*decisions) != 1 || (*decisions)[0].Verdict != tc.verdict {
				t.Errorf("decided %v", *decisions)
			}
		})
	}
	for name, judge := range map[string]func(*sight) (judgement, error){"panic": panics, "error": fails} {
		f, decisions := bare(Config{Mode: Detect}, judge)
		if got := sent(f.wrap(echo), request(t, "GET", "/api/v1/me", "")); got.Code != 200 || (*decisions)[0].Verdict != Failed {
			t.Errorf("%s in mode detect: %d, %v", name, got.Code, *decisions)
		}
	}
	large := strings.Repeat("x ", 20<<10)
	f, _ := bare(Config{Mode: Detect}, nothing)
	got := sent(f.wrap(echo), holding(t, preview, "member", "note", large))
	if got.Code != 200 || got.Body.Len() < len(large) {
		t.Errorf("in mode detect a large body arrives with %d bytes, %d", got.Body.Len(), got.Code)
	}
	// Half a body is not passed on for the whole.
	f, _ = bare(Config{Mode: Detect}, nothing)
	sent(f.wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err == nil {
			t.Error("in mode detect a body that broke off arrives as if it were whole")
		}
	})), broken(request(t, "POST", "/api/v1/requests", "x")))
}

func broken(r *http.Request) *http.Request {
	r.Body = io.NopCloser(iotest.ErrReader(errors.New("connection reset")))
	return r
}

// A panic says what it was about where only the operator reads, without what was sent.
func TestAPanicIsLoggedWithoutWhatWasSent(t *testing.T) {
	f, _ := bare(Config{Mode: Block}, func(*sight) (judgement, error) { panic("about hunter2") })
	var log bytes.Buffer
	f.Log = slog.New(slog.NewJSONHandler(&log, nil))
	sent(f.wrap(echo), request(t, "GET", "/api/v1/me", ""))
	if !strings.Contains(log.String(), "firewall_test.go") || strings.Contains(log.String(), "hunter2") {
		t.Errorf("logged %s", log.String())
	}
}

// The rules are asked once for requests that differ in free text, ids and tokens alone, and again for all others.
func TestSightsThatPassedAreRemembered(t *testing.T) {
	asked := 0
	f, _ := bare(Config{Mode: Block}, func(*sight) (judgement, error) { asked++; return judgement{}, nil })
	h := f.wrap(echo)
	ask := func(text, account string, more ...string) {
		r := request(t, "POST", "/api/v1/requests", fmt.Sprintf(`{"justification":%q,"targets":[{"accountId":%q}],"durationSeconds":%d}`, text, account, len(text)))
		r.Header.Set("Authorization", "Bearer team_"+text[:1]+"abcdef")
		r.Header.Set("Idempotency-Key", "0190c0de-0000-7000-8000-00000000000"+text[:1])
		for i := 0; i < len(more); i += 2 {
			r.Header.Set(more[i], more[i+1])
		}
		if got := sent(h, r); got.Code != 200 {
			t.Fatalf("answered %d", got.Code)
		}
	}
	ask("1 fix", "111111111111")
	ask("2 drop table", "222222222222")
	if asked != 1 {
		t.Errorf("asked %d times for one sight", asked)
	}
	ask("1 fix", "not an id")
	ask("1 fix", "not an id ")
	ask("1 fix", "111111111111", "X-Other", "a b")
	ask("1 fix", "111111111111", "Authorization", "Bearer a b")
	if asked != 5 {
		t.Errorf("asked %d times for five sights", asked)
	}
}

// What is refused is looked at each time: it is not remembered.
func TestAttacksAreNotRemembered(t *testing.T) {
	f, decisions := bare(Config{Mode: Block}, func(*sight) (judgement, error) { return judgement{attack: true, class: "xss"}, nil })
	for range 3 {
		sent(f.wrap(echo), request(t, "GET", "/api/v1/me", ""))
	}
	if len(*decisions) != 3 || (*decisions)[2].Verdict != Blocked {
		t.Errorf("decided %v", *decisions)
	}
}

func TestMemoryForgetsTheOldest(t *testing.T) {
	m := newMemory(4)
	key := func(i int) (k [32]byte) { k[0] = byte(i); return k }
	for i := range 4 {
		m.add(key(i))
	}
	for i := 4; i < 8; i++ {
		m.add(key(i))
		if !m.has(key(0)) {
			t.Fatalf("what is asked for all the time is forgotten at %d", i)
		}
	}
	for i := 8; i < 20; i++ {
		m.add(key(i))
	}
	if m.has(key(1)) || !m.has(key(19)) {
		t.Error("it does not forget, or forgets the newest")
	}
	if n := len(m.young) + len(m.old); n > 8 {
		t.Errorf("it holds %d of 8", n)
	}
}

// Of several values under one name each is looked at. Coraza caches by the place of a name in memory, so that one value
// could be taken for another's; how its maps are ordered decides, so this is tried often.
func TestEveryValueOfARepeatedNameIsInspected(t *testing.T) {
	h := built[1]()
	const attack = injectedInAddress
	for range 50 {
		for name, r := range map[string]*http.Request{
			"query":                      request(t, "GET", "/api/v1/requests?user=x&user="+attack+"&user=y&b=1&c=2", ""),
			"query of one character":     request(t, "GET", "/api/v1/requests?%61=x&%61="+attack+"&%61=y&b=x%20y&c=z", ""),
			"query, spelled differently": request(t, "GET", "/api/v1/requests?a=x&A="+attack+"&b=1", ""),
			"members":                    request(t, "POST", "/api/v1/requests", `{"targets":["a b","c d","`+injected+`","e f"],"x":"y z","note":"n n"}`),
			"duplicate members":          request(t, "POST", "/api/v1/requests", `{"note":"a b","note":"`+injected+`","note":"c d","x":"y z"}`),
			"cookies":                    with(request(t, "GET", "/api/v1/me", ""), "Cookie", "__Host-team=x; __Host-team=1' or '1'='1; __Host-team=y"),
		} {
			if got := sent(h, r); got.Code != http.StatusForbidden {
				t.Fatalf("%s: %d", name, got.Code)
			}
		}
	}
}

func with(r *http.Request, name, value string) *http.Request {
	r.Header.Set(name, value)
	return r
}

// Honest requests of the protocols and of other clients pass.
func TestHonestRequestsPass(t *testing.T) {
	h, strict := built[1](), built[2]()
	saml := strings.Repeat("PHNhbWxwOlJlc3BvbnNlIHhtbG5zOnNhbWxwPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6cHJvdG9jb2wi", 700)
	if len(saml) < 60<<10 {
		t.Fatal("no long assertion")
	}
	page := "/requests?q=' OR 1=1--&x=<script>"
	for name, r := range map[string]*http.Request{
		"SAML response":   holding(t, "POST /sign-in/{provider}/acs", "form", "SAMLResponse", saml),
		"relay state":     holding(t, "POST /sign-in/{provider}/acs", "form", "RelayState", page),
		"redirect":        holding(t, "GET /oauth/authorize", "query", "redirect_uri", "http://127.0.0.1:34567/callback"),
		"code":            holding(t, "POST /oauth/token", "form", "code", "a/b+c==;--"),
		"return":          holding(t, "GET /sign-in", "query", "return", page),
		"callback":        request(t, "GET", "/sign-in/corporate/callback?code=0.AXoA&state=x%2By&iss=https%3A%2F%2Fidp.example.com%2Frealms%2Fa&session_state=1", ""),
		"idempotency":     with(request(t, "POST", "/api/v1/requests", "{}"), "Idempotency-Key", "0190c0de-0000-7000-8000-000000000000"),
		"named key":       with(request(t, "POST", "/api/v1/requests", "{}"), "Idempotency-Key", "deploy 2026-11-25 of api/checkout #4711"),
		"if-match":        with(request(t, "PUT", "/api/v1/settings", "{}"), "If-Match", `"3"`),
		"any version":     with(request(t, "PUT", "/api/v1/settings", "{}"), "If-Match", "*"),
		"delete":          request(t, "DELETE", "/api/v1/policies/eligibility/elp_0190c0de-0000-7000-8000-000000000000", ""),
		"preflight":       with(request(t, "OPTIONS", "/api/v1/me", ""), "Access-Control-Request-Method", "PUT"),
		"token":           with(request(t, "GET", "/api/v1/me", ""), "Authorization", "Bearer team_4Zr0Jq7yV3nB8sTfLxKdWm2hCgPuEaRi"),
		"JWT":             with(request(t, "GET", "/api/v1/me", ""), "Authorization", "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyZXBvOmEvYiJ9.c2ln-bmF0_dXJl"),
		"basic":           with(request(t, "POST", "/oauth/token", "{}"), "Authorization", "Basic bWNoXzE6c2VjcmV0Kys="),
		"expect":          with(request(t, "POST", "/api/v1/policies/apply", "{}"), "Expect", "100-continue"),
		"curl":            with(request(t, "GET", "/api/v1/me", ""), "User-Agent", "curl/8.14.1"),
		"python":          with(request(t, "GET", "/api/v1/me", ""), "User-Agent", "python-requests/2.32.3"),
		"Go":              with(request(t, "GET", "/api/v1/me", ""), "User-Agent", "Go-http-client/2.0"),
		"team":            with(request(t, "GET", "/api/v1/me", ""), "User-Agent", "team/1.4.2 (linux; amd64)"),
		"Terraform":       with(request(t, "GET", "/api/v1/me", ""), "User-Agent", "Terraform/1.13 (+https://www.terraform.io) terraform-provider-http/3.5"),
		"health checker":  with(request(t, "GET", "/", ""), "User-Agent", "ELB-HealthChecker/2.0"),
		"schemathesis":    with(request(t, "GET", "/api/v1/me", ""), "User-Agent", "schemathesis/4.5.0"),
		"address as host": hosted(request(t, "GET", "/api/v1/me", ""), "10.0.3.7:8080"),
		"loopback":        hosted(request(t, "GET", "/api/v1/me", ""), "127.0.0.1:8080"),
		"IPv6":            hosted(request(t, "GET", "/api/v1/me", ""), "[::1]:8080"),
		"forwarded":       with(request(t, "GET", "/api/v1/me", ""), "X-Forwarded-For", "203.0.113.7, 10.0.0.2"),
		"amazon trace":    with(request(t, "GET", "/api/v1/me", ""), "X-Amzn-Trace-Id", "Root=1-67891233-abcdef012345678912345678"),
		"traceparent":     with(request(t, "GET", "/api/v1/me", ""), "Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
		"other cookies":   with(request(t, "GET", "/api/v1/me", ""), "Cookie", `sso={"u":"o'brien","r":["a"]}; x=<script>alert(1)</script>; ajs=%22a%22`),
		"cursor":          request(t, "GET", "/api/v1/policies?cursor=eyJuYW1lIjoiTydCcmllbiIsImlkIjoiZWxwXzEifQ", ""),
		"cursor of ends":  request(t, "GET", "/api/v1/elevations?sort=ends&cursor=1795597200000000~elv_0190c0de-0000-7000-8000-000000000000", ""),
		"ARN":             request(t, "GET", "/api/v1/requests?permissionSet=arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef", ""),
		"encoded ARN":     request(t, "GET", "/api/v1/requests?permissionSet=arn%3Aaws%3Asso%3A%3A%3ApermissionSet%2Fssoins-0123456789abcdef%2Fps-0123456789abcdef", ""),
		"instants":        request(t, "GET", "/api/v1/requests?from=2026-11-25T09%3A00%3A00%2B01%3A00&to=2026-11-26T09:00:00Z&status=in%20progress,ended", ""),
		"kinds":           request(t, "GET", "/api/v1/events?kind=elevation.*,request.created&after=-1&limit=1000", ""),
		"claims":          request(t, "POST", "/api/v1/machines/mch_1/keyless", `{"issuer":"ci","claims":{"sub":"repo:a/b;x' or 1=1--","repository_id":"1 or 1=1"}}`),
		"large numbers":   request(t, "POST", "/api/v1/requests", `{"durationSeconds":4294967296}`),
		"no user agent":   with(request(t, "GET", "/api/v1/me", ""), "User-Agent", ""),
	} {
		if got := sent(h, r); got.Code != http.StatusOK {
			t.Errorf("%s: %d", name, got.Code)
		}
		if name == "no user agent" {
			continue // level 2 minds
		}
		if again := r.Clone(t.Context()); again.Body == http.NoBody {
			if got := sent(strict, again); got.Code != http.StatusOK {
				t.Errorf("level 2: %s: %d", name, got.Code)
			}
		}
	}
}

func hosted(r *http.Request, host string) *http.Request {
	r.Host = host
	return r
}

// Many at a time, the same and different ones, attacks among them.
func TestConcurrentRequests(t *testing.T) {
	h := built[1]()
	texts := firewalltest.Honest(t)
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 40 {
				text := texts[(worker*31+i*7)%len(texts)]
				if got := sent(h, holding(t, preview, "member", "justification", text)); got.Code != 200 {
					t.Errorf("honest: %d", got.Code)
				}
				if got := sent(h, holding(t, preview, "member", "note", fmt.Sprintf("%d' OR '1'='1", worker*100+i))); got.Code != 403 {
					t.Errorf("attack: %d", got.Code)
				}
				if got := sent(h, request(t, "GET", fmt.Sprintf("/api/v1/requests?user=u-%d", i), "")); got.Code != 200 {
					t.Errorf("read: %d", got.Code)
				}
			}
		})
	}
	wg.Wait()
}

func TestPlaceOfTheLogHidesWhatWasSent(t *testing.T) {
	for path, want := range map[string]string{
		"/api/v1/requests/req_1/approve":    "/api/v1/requests/{}/approve",
		"/api/v1/directory/permission-sets": "/api/v1/directory/permission-sets",
		"/a' OR 1=1":                        "/{}",
		"/a/b/c/d/e/f/g/h/i":                "/a/b/c/d/e/f/g/…",
		"":                                  "",
	} {
		if got := placeOf(path); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
	if loggable("GET") != "GET" || loggable("get'--") != "other" {
		t.Error("methods")
	}
}
