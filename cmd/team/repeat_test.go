package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/team-idc/team/internal/api"
)

// breaking stands before TEAM. It lets the first calls through and breaks the connection instead of giving the answer.
func breaking(t *testing.T, at string, first int32) (address string, calls *atomic.Int32) {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(u)
	calls = &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || calls.Add(1) > first {
			proxy.ServeHTTP(w, r)
			return
		}
		proxy.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(server.Close)
	return server.URL, calls
}

// A request whose answer is lost is asked for again under the same key, and there is one.
func TestACreationWhoseAnswerIsLostIsRepeated(t *testing.T) {
	r := startRig(t, t.TempDir())
	var environ []string
	for line := range strings.Lines(command(t, nil, "demo", "token", "requester", "--data", r.data).out) {
		environ = append(environ, strings.TrimSpace(strings.TrimPrefix(line, "export ")))
	}
	address, calls := breaking(t, r.demo.note.URL, 2)
	got := command(t, append([]string{"TEAM_URL=" + address}, environ...), "request", "create", "--target", "shop-dev:PowerUserAccess", "--for", "1m",
		"--ticket", "OPS-8", "--because", "Look", "-o", "json")
	if got.code != exitOK || calls.Load() != 3 {
		t.Fatalf("ended with %d after %d calls: %s", got.code, calls.Load(), got.err)
	}
	if list := decode[api.RequestList](t, r.must("requester", "request", "list", "-o", "json").out); len(list.Items) != 1 {
		t.Errorf("%d requests were filed", len(list.Items))
	}
	// What nobody could find again is not repeated.
	address, calls = breaking(t, r.demo.note.URL, 1)
	id := decode[api.Request](t, got.out).ID
	got = command(t, append([]string{"TEAM_URL=" + address}, environ...), "request", "cancel", id)
	if got.code != exitUnavailable || calls.Load() != 1 || !strings.Contains(got.err, "does not answer") {
		t.Errorf("cancel ended with %d after %d calls: %s", got.code, calls.Load(), got.err)
	}
}
