package edge_test

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/edge"
	"github.com/team-idc/team/internal/signin"
)

// patterns collects routes.
type patterns []string

func (p *patterns) Handle(pattern string, _ http.Handler) { *p = append(*p, pattern) }
func (p *patterns) HandleFunc(pattern string, _ func(http.ResponseWriter, *http.Request)) {
	*p = append(*p, pattern)
}

// A route of signing in that no row of the table names would be a page without the limits of its kind.
func TestEveryRouteOfSigningInHasItsClass(t *testing.T) {
	classes := map[string]edge.Class{
		"GET /static/signin/": edge.Static, "GET /sign-ins": edge.SignIn,
		"GET /sign-in": edge.SignIn, "GET /sign-in/{provider}": edge.SignIn, "GET /sign-in/{provider}/callback": edge.SignIn,
		"POST /sign-in/{provider}/acs": edge.SignIn, "GET /sign-in/{provider}/metadata": edge.SignIn,
		"POST /sign-ins/end": edge.SignIn, "POST /sign-out": edge.SignIn, "GET /signed-out": edge.SignIn,
		"GET /step-up": edge.SignIn, "GET /passkeys": edge.SignIn,
		"GET /.well-known/oauth-authorization-server": edge.API, "GET /oauth/authorize": edge.SignIn, "POST /oauth/authorize": edge.SignIn,
		"GET /device": edge.SignIn, "POST /device": edge.SignIn,
		"POST /oauth/token": edge.Tokens, "POST /oauth/revoke": edge.Tokens, "POST /oauth/device_authorization": edge.Tokens,
	}
	var routes patterns
	pages := signin.New(signin.Config{})
	pages.Routes(&routes)
	(&signin.OAuth{Handler: pages}).Routes(&routes)
	var got edge.Class
	e := edge.New(edge.Config{Now: time.Now, Log: slog.New(slog.DiscardHandler), NewID: rand.Text, OnLoopback: true}).
		Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = edge.From(r.Context()).Class }))
	for _, route := range routes {
		want, ok := classes[route]
		if !ok {
			t.Errorf("of which class is %s? It needs its row in the edge's table, and in this test's", route)
		}
		delete(classes, route)
		method, path, _ := strings.Cut(strings.ReplaceAll(route, "{provider}", "okta"), " ")
		got = ""
		r := httptest.NewRequestWithContext(t.Context(), method, "https://localhost"+path, nil)
		r.RemoteAddr = "127.0.0.1:1"
		if e.ServeHTTP(httptest.NewRecorder(), r); got != want {
			t.Errorf("%s is of the class %q, not %q", route, got, want)
		}
	}
	for route := range classes {
		t.Errorf("there is no %s", route)
	}
}
