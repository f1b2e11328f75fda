package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/deploy/iam"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/config"
	"github.com/team-idc/team/internal/store"
)

// Every path that the program answers, with every method and whatever comes of it, has the headers that keep browsers
// from harm.
func TestEveryAnswerHasItsHeaders(t *testing.T) {
	r := startRig(t, t.TempDir())
	document, err := api.OpenAPI("test")
	if err != nil {
		t.Fatal(err)
	}
	var described struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(document, &described); err != nil {
		t.Fatal(err)
	}
	paths := []string{
		"/", "/metrics", "/nothing/here", "/api/v1/nothing", "/sign-in", "/sign-out", "/oauth/token", "/step-up", "/device", "/static/signin/page.css", "/static/signin/", "/static/",
		"/assets/none-AAAAAAAA.js", "/api/v1/openapi.json", "/demo/token", "/.well-known/oauth-authorization-server", "//", "/..",
	}
	for path := range described.Paths {
		paths = append(paths, strings.NewReplacer("{id}", "x", "{", "", "}", "").Replace(path))
	}
	statuses := map[int]int{}
	for _, path := range paths {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"} {
			for _, site := range []string{"", "cross-site"} {
				request, err := http.NewRequestWithContext(t.Context(), method, r.demo.note.URL+path, strings.NewReader("{"))
				if err != nil {
					t.Fatal(err)
				}
				if site != "" {
					request.Header.Set("Sec-Fetch-Site", site)
				}
				request.Header.Set("X-Of-The-Request", "is-not-repeated")
				answer, err := http.DefaultTransport.RoundTrip(request)
				if err != nil {
					t.Fatal(err)
				}
				body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
				_ = answer.Body.Close()
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(string(body), "is-not-repeated") || method == "TRACE" && answer.StatusCode < http.StatusBadRequest {
					t.Errorf("%s %s, %d: what was sent comes back: %.200s", method, path, answer.StatusCode, body)
				}
				if strings.HasPrefix(path, "/static/") && strings.Contains(string(body), "webauthn.js") {
					t.Errorf("%s %s, %d: the folder is listed", method, path, answer.StatusCode)
				}
				statuses[answer.StatusCode]++
				h := answer.Header
				if kind := h.Get("Content-Type"); len(body) > 0 && (kind == "" || strings.HasPrefix(kind, "text/") && !strings.Contains(kind, "; charset=utf-8") &&
					kind != "text/event-stream") {
					t.Errorf("%s %s, %d: a body of the type %q", method, path, answer.StatusCode, kind)
				}
				for name, want := range map[string]string{
					"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin",
					"Cross-Origin-Resource-Policy": "same-origin", "X-Team-Sandbox": "true", "Cache-Control": "no-store",
				} {
					if h.Get(name) != want || len(h.Values(name)) != 1 {
						t.Errorf("%s %s, %d: %s is %q", method, path, answer.StatusCode, name, h.Values(name))
					}
				}
				policy := h.Get("Content-Security-Policy")
				if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") {
					t.Errorf("%s %s, %d: policy %q", method, path, answer.StatusCode, policy)
				}
				if h.Get("Referrer-Policy") == "" || h.Get("Permissions-Policy") == "" || h.Get("X-Request-ID") == "" {
					t.Errorf("%s %s, %d: headers are missing in %v", method, path, answer.StatusCode, h)
				}
				if changes := method != "GET" && method != "HEAD" && method != "OPTIONS" && method != "TRACE"; site != "" && changes && answer.StatusCode != http.StatusForbidden {
					t.Errorf("%s %s from another site is answered with %d", method, path, answer.StatusCode)
				}
			}
		}
	}
	for _, status := range []int{200, 401, 403, 404, 405} {
		if statuses[status] == 0 {
			t.Errorf("no answer was %d: %v", status, statuses)
		}
	}
	t.Logf("answers by status: %v", statuses)
}

// What is refused is in the event log a minute later, however often it was refused.
func TestRefusalsAreInTheEventLog(t *testing.T) {
	r := startRig(t, t.TempDir())
	for range 300 {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.demo.note.URL+"/api/v1/me", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer team_guessed")
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
	}
	if got := r.as("requester", "alarms"); got.code == exitOK {
		t.Fatal("a requester sees alarms")
	}
	if err := r.demo.server.tellRefusals(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	type told struct {
		Data struct {
			Why   string
			Count int
			Most  []struct{ Address, User string }
		}
	}
	counts := map[string]told{}
	list := decode[struct{ Items []told }](t, r.must("admin", "events", "--kind", "security.refused", "-o", "json").out)
	for _, e := range list.Items {
		counts[e.Data.Why] = e
	}
	if e := counts["unauthenticated"]; e.Data.Count != 300 || len(e.Data.Most) != 1 || e.Data.Most[0].Address != "127.0.0.1" {
		t.Errorf("unauthenticated: %+v", e)
	}
	if e := counts["forbidden"]; e.Data.Count != 1 || e.Data.Most[0].User == "" {
		t.Errorf("forbidden: %+v", e)
	}
	if content, err := os.ReadFile(filepath.Join(r.data, "access.log")); err != nil || strings.Count(string(content), `"verdict":"unauthenticated"`) < 250 ||
		strings.Contains(string(content), "team_guessed") {
		t.Errorf("the access log: %v, %d bytes", err, len(content))
	}
}

// What was refused is told until it is told, and at last when TEAM stops.
func TestRefusalsThatCouldNotBeToldAreToldLater(t *testing.T) {
	c := *config.Default()
	c.Database, c.Checkpoint, c.AccessLog.To, c.Listen, c.StopDelay = "sqlite:"+filepath.Join(t.TempDir(), "team.db"), "", "off", "127.0.0.1:0", 0
	open := func() *server {
		t.Helper()
		s, err := newServer(t.Context(), c, slog.New(slog.DiscardHandler), nil)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open()
	ended, end := context.WithCancel(t.Context())
	end()
	refuse := func(n int) {
		for range n {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://rebound.example/api/v1/me", nil)
			r.RemoteAddr = "127.0.0.1:1"
			w := httptest.NewRecorder()
			if s.outside(http.NotFoundHandler()).ServeHTTP(w, r); w.Code != http.StatusMisdirectedRequest || w.Header().Get("X-Team-Sandbox") != "" {
				t.Fatalf("answered %d %v", w.Code, w.Header())
			}
		}
	}
	refuse(3)
	if err := s.tellRefusals(ended, time.Now()); err == nil {
		t.Fatal("told in a transaction that was ended")
	}
	refuse(2)
	l, err := listen(t.Context(), c.Listen)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.serve(ended, l, http.NotFoundHandler()); err != nil {
		t.Fatal(err)
	}
	s = open()
	defer func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}()
	events, err := s.store.Events(t.Context(), store.EventFilter{After: -1, Kinds: []string{"security.refused"}})
	if err != nil {
		t.Fatal(err)
	}
	var counts []any
	for _, e := range events {
		counts = append(counts, e.Event.Data["why"], e.Event.Data["count"])
	}
	if fmt.Sprint(counts) != "[misdirected 3 misdirected 2]" {
		t.Errorf("told %v", counts)
	}
}

func TestTheAccessLogsPolicyAllowsToAddObjectsAlone(t *testing.T) {
	d := decode[iamDocument](t, iam.AccessLogPolicy)
	if len(d.Statement) != 1 || len(d.Statement[0].actions(t)) != 1 || d.Statement[0].actions(t)[0] != "s3:PutObject" ||
		string(d.Statement[0].Resource) != `"arn:aws:s3:::BUCKET/PREFIX/*"` {
		t.Errorf("got %+v", d)
	}
}
