package main

import (
	"net/http"
	"strings"
	"testing"
)

// Pages are for whoever is signed in, at any path that is nothing else's; programs are told that there is nothing.
func TestPagesAreWhereNothingElseIs(t *testing.T) {
	r := startRig(t, t.TempDir())
	const browser = "text/html,*/*;q=0.8"
	for _, c := range []struct {
		method, path, accept string
		status               int
		location, kind       string
	}{
		{http.MethodGet, "/", browser, http.StatusSeeOther, "/sign-in?return=%2F", ""},
		{http.MethodGet, "/requests/req_1?a=b", browser, http.StatusSeeOther, "/sign-in?return=%2Frequests%2Freq_1%3Fa%3Db", ""},
		{http.MethodGet, "/people/sign-ins", browser, http.StatusSeeOther, "/sign-in?return=%2Fpeople%2Fsign-ins", ""},
		{http.MethodGet, "/requests", "*/*", http.StatusNotFound, "", "application/problem+json"},
		{http.MethodPost, "/requests", browser, http.StatusNotFound, "", "application/problem+json"},
		{http.MethodGet, "/api/v1/nothing", browser, http.StatusNotFound, "", "application/problem+json"},
		{http.MethodGet, "/oauth/nothing", browser, http.StatusNotFound, "", "application/problem+json"},
		{http.MethodGet, "/assets/none-AAAAAAAA.js", browser, http.StatusNotFound, "", "text/plain; charset=utf-8"},
	} {
		request, err := http.NewRequestWithContext(t.Context(), c.method, r.demo.server.public.String()+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept", c.accept)
		answer, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		kind, location := answer.Header.Get("Content-Type"), answer.Header.Get("Location")
		if answer.StatusCode != c.status || location != c.location || !strings.HasPrefix(kind, c.kind) {
			t.Errorf("%s %s by %s: %d %q to %q", c.method, c.path, c.accept, answer.StatusCode, kind, location)
		}
	}
}
