package api_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/identity"
)

// Every operation knows a browser by its cookie. No answer says that another site's page may read it, and without a
// sign-in there is one clean refusal, which leaves the cookies alone.
func TestEveryOperationTakesACookie(t *testing.T) {
	w := newWorld(t)
	secret, _ := w.browser("admin")
	document, _ := present(t)
	parameter := regexp.MustCompile(`{[^}]*}`)
	called := 0
	for template, operations := range document.Paths {
		for method, o := range operations {
			if o.OperationID == "health" || o.OperationID == "readiness" || o.OperationID == "create-machine-token" {
				continue // for everybody
			}
			called++
			path := parameter.ReplaceAllString(template, "none")
			if o.OperationID == "stream-events" {
				path += "?follow=false"
			}
			w.takesACookie(secret, strings.ToUpper(method), path)
		}
	}
	if called < 80 {
		t.Errorf("only %d operations were called", called)
	}
}

// takesACookie calls an operation with what it cannot do anything with: it knows who calls before it finds that out.
func (w *world) takesACookie(secret, method, path string) {
	w.t.Helper()
	call := func(secret string) reply {
		var body any = "{"
		if method == http.MethodGet {
			body = nil
		}
		headers := map[string]string{"Cookie": identity.CookieName + "=" + secret, "Origin": "https://elsewhere.test"}
		answer := w.call("", method, path, headed{headers, body})
		for name := range answer.header {
			if strings.HasPrefix(name, "Access-Control-") {
				w.t.Errorf("%s %s answers with %s", method, path, name)
			}
		}
		if kept := answer.header.Get("Cache-Control"); kept != "no-store" {
			w.t.Errorf("what %s %s answers may be kept: %q", method, path, kept)
		}
		return answer
	}
	if got := call(secret); got.status == http.StatusUnauthorized || got.status >= http.StatusInternalServerError {
		w.t.Errorf("%s %s with a cookie: %d %s", method, path, got.status, got.body)
	}
	unknown := call("team_never")
	refusal(w.t, unknown, http.StatusUnauthorized, "unauthenticated")
	if set := unknown.header.Values("Set-Cookie"); len(set) > 0 {
		w.t.Errorf("%s %s sets %v with its refusal", method, path, set)
	}
}

// A page follows the stream by its cookie, and is told in the stream itself that its sign-in is over.
func TestAStreamByACookieEndsCleanly(t *testing.T) {
	w := newWorld(t)
	secret, _ := w.browser("approver")
	f := w.followWith(w.server.URL, http.Header{"Cookie": {identity.CookieName + "=" + secret}}, "")
	for name := range f.answer.Header {
		if strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("the stream answers %s", name)
		}
	}
	w.ask(oneProd())
	f.waiting()
	w.pass(2 * time.Hour) // that a page is open is no use of the sign-in
	w.ask(oneProd())
	if end := f.end(); end.Code != "unauthenticated" {
		t.Errorf("the stream ended with %+v", end)
	}
}
