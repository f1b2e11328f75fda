package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
)

// shared is a buffer that is written and read at the same time.
type shared struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// following runs team events --follow until the test stops it.
type following struct {
	t        *testing.T
	out, err shared
	code     chan int
	stop     context.CancelFunc
}

func follow(t *testing.T, environ []string, args ...string) *following {
	t.Helper()
	f := &following{t: t, code: make(chan int, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	f.stop = cancel
	c := console{in: strings.NewReader(""), out: &f.out, err: &f.err, environ: environ, now: time.Now, zone: time.UTC}
	go func() { f.code <- run(ctx, c, append([]string{"events", "--follow"}, args...)) }()
	return f
}

func (f *following) await(what string, holds func() bool) {
	f.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); <-time.After(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			f.t.Fatalf("never came to be: %s\n%s%s", what, f.out.String(), f.err.String())
		}
	}
}

func (f *following) ended() int {
	f.t.Helper()
	select {
	case code := <-f.code:
		return code
	case <-time.After(20 * time.Second):
		f.t.Fatalf("it follows for ever: %s%s", f.out.String(), f.err.String())
		return 0
	}
}

// front is a proxy before TEAM that can break all connections.
type front struct {
	*httptest.Server

	opened chan struct{} // a stream went through
}

func newFront(t *testing.T, to string) *front {
	t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.FlushInterval = -1
	proxy.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }
	f := &front{opened: make(chan struct{}, 100)}
	proxy.ModifyResponse = func(r *http.Response) error {
		if strings.HasSuffix(r.Request.URL.Path, "/events/stream") && r.StatusCode == http.StatusOK {
			f.opened <- struct{}{}
		}
		return nil
	}
	f.Server = httptest.NewServer(proxy)
	f.Config.ErrorLog = nil
	t.Cleanup(func() { f.CloseClientConnections(); f.Close() })
	return f
}

func (f *front) await(t *testing.T) {
	t.Helper()
	select {
	case <-f.opened:
	case <-time.After(20 * time.Second):
		t.Fatal("no stream was opened")
	}
}

// The command goes on where it was when its connection breaks, and ends when the token is revoked.
func TestFollowingEvents(t *testing.T) {
	r := startRig(t, t.TempDir())
	secret := r.secrets()
	proxy := newFront(t, r.demo.note.URL)
	environ := []string{"TEAM_URL=" + proxy.URL, "TEAM_TOKEN=" + secret["the token of admin"]}
	f := follow(t, environ, "-o", "json", "--kind", "request.*")
	proxy.await(t)
	var want []string
	for n := range 3 {
		want = append(want, r.create("2s").ID)
		f.await("the request is followed", func() bool { return strings.Contains(f.out.String(), want[n]) })
		proxy.CloseClientConnections()
		proxy.await(t)
		f.await("it says that it is connected again", func() bool { return strings.Count(f.err.String(), "connected again") == n+1 })
	}
	if got := f.err.String(); strings.Count(got, "coming again, to go on after event") != 3 {
		t.Errorf("of the broken connections it says %s", got)
	}
	f.stop()
	if code := f.ended(); code != exitOK {
		t.Errorf("stopping it ended with %d: %s", code, f.err.String())
	}
	var got []string
	for line := range strings.Lines(f.out.String()) {
		if e := decode[api.Event](t, line); e.Kind == "request.created" {
			got = append(got, e.Subject.Request)
		}
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("it printed %v, want %v", got, want)
	}
}

func TestFollowingWithoutBeingSignedIn(t *testing.T) {
	r := startRig(t, t.TempDir())
	if code := follow(t, []string{"TEAM_URL=" + r.demo.note.URL, "TEAM_TOKEN=team_none"}).ended(); code != exitNotSignedIn {
		t.Errorf("a token that is none ended with %d", code)
	}
	if code := follow(t, []string{"TEAM_URL=http://127.0.0.1:1", "TEAM_TOKEN=team_none"}).ended(); code != exitUnavailable {
		t.Errorf("nobody there ended with %d", code)
	}
}

// What TEAM says at the end of a stream becomes the exit code, or a reason to come again.
func TestTheEndOfAStream(t *testing.T) {
	for end, want := range map[string]int{"unauthenticated": exitNotSignedIn, "forbidden": exitDenied} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			if r.URL.Query().Get("cursor") == "now" {
				_, _ = io.WriteString(w, "retry: 1\nid: 7\n\nevent: end\nid: 7\ndata: {\"code\":\"stopping\",\"detail\":\"this one stops\",\"cursor\":7}\n\n")
				return
			}
			_, _ = fmt.Fprintf(w, "event: end\nid: %s\ndata: {\"code\":%q,\"detail\":\"that is why\",\"cursor\":7}\n\n", r.URL.Query().Get("cursor"), end)
		}))
		f := follow(t, []string{"TEAM_URL=" + server.URL, "TEAM_TOKEN=team_x"})
		if code := f.ended(); code != want {
			t.Errorf("%s ended with %d", end, code)
		}
		if got := f.err.String(); !strings.Contains(got, "this one stops; coming again, to go on after event 7") || !strings.Contains(got, "that is why") {
			t.Errorf("%s: it says %s", end, got)
		}
		server.Close()
	}
}

// Events of a span of time, of an account and of a user.
func TestEventsOfASpan(t *testing.T) {
	r := startRig(t, t.TempDir())
	id := r.create("2s").ID
	for args, shown := range map[string]string{
		"--since 1h --request " + id: id, "--account shop-prod": "tgt_", "--user requester --kind request.*": id,
		"--from 2020-01-01T00:00:00Z --kind request.created": id,
	} {
		if got := r.must("admin", append([]string{"events", "--limit", "1000"}, strings.Fields(args)...)...); !strings.Contains(got.out, shown) {
			t.Errorf("%s does not show the request: %s", args, got.out)
		}
	}
	if got := r.must("admin", "events", "--to", "2020-01-01T00:00:00Z"); got.out != "" {
		t.Errorf("before there was anything, this happened: %s", got.out)
	}
	for _, args := range []string{"--since 1h --from 2020-01-01T00:00:00Z", "--follow --to 2020-01-01T00:00:00Z", "--since yesterday"} {
		if got := r.as("admin", append([]string{"events"}, strings.Fields(args)...)...); got.code != exitUsage {
			t.Errorf("%s ended with %d: %s", args, got.code, got.err)
		}
	}
}
