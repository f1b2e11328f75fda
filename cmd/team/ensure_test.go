package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
)

func ensureArgs(account, role string, more ...string) []string {
	return append([]string{"ensure", "--account", account, "--role", role, "--for", "20s", "--reason", "Repair", "--ticket", "OPS-8"}, more...)
}

func TestEnsureAsksOnceRunsTheCommandAndGivesBack(t *testing.T) {
	r := startRig(t, t.TempDir())
	run := ensureArgs("playground", "ReadOnlyAccess", "--release-after", "--", "sh", "-c", "echo to out; echo to err >&2; exit 7")
	first := r.as("requester", run...)
	if first.code != 7 || first.out != "to out\n" || !strings.Contains(first.err, "to err\n") || !strings.Contains(first.err, "is being given back") {
		t.Fatalf("it ended with %d: %q and %q", first.code, first.out, first.err)
	}
	list := decode[api.RequestList](t, r.must("requester", "request", "list", "-o", "json").out)
	if len(list.Items) != 1 || list.Items[0].Justification != "Repair" {
		t.Fatalf("there are %d requests", len(list.Items))
	}
	// What is over is asked for anew; what is there is used, and stays where it was there before.
	got := decode[ensured](t, r.must("requester", ensureArgs("playground", "ReadOnlyAccess", "--wait", "-o", "json")...).out)
	if got.Outcome != "active" || !got.Asked || got.ID == list.Items[0].ID || got.EndsAt.IsZero() {
		t.Errorf("asked anew: %+v", got)
	}
	again := r.must("requester", ensureArgs("playground", "ReadOnlyAccess", "--release-after", "--", "true")...)
	if !strings.Contains(again.err, "You had the access before") {
		t.Errorf("with access that was there it said %s", again.err)
	}
	same := decode[ensured](t, r.must("requester", ensureArgs("playground", "ReadOnlyAccess", "-o", "json")...).out)
	if same.Asked || same.ElevationID != got.ElevationID || same.Outcome != "active" {
		t.Errorf("with access that was there: %+v", same)
	}
	// Too little is left of it: more is asked for.
	more := decode[ensured](t, r.must("requester", "ensure", "--account", "playground", "--role", "ReadOnlyAccess", "--for", "2m",
		"--reason", "x", "--ticket", "OPS-8", "--wait", "-o", "json").out)
	if !more.Asked || !more.EndsAt.After(same.EndsAt) {
		t.Errorf("with too little left: %+v", more)
	}
}

func TestEnsureTellsOutcomesApart(t *testing.T) {
	r := startRig(t, t.TempDir())
	prod := func(more ...string) result {
		return r.as("requester", ensureArgs("shop-prod", "DatabaseAdmin", more...)...)
	}
	pending := prod("-o", "json")
	asked := decode[ensured](t, pending.out)
	problem := decode[map[string]any](t, pending.err)
	if pending.code != exitPending || asked.Outcome != "pending" || !asked.Asked || problem["code"] != "pending" || problem["exitCode"] != float64(exitPending) {
		t.Fatalf("asked: %d %+v %v", pending.code, asked, problem)
	}
	joined := prod("--wait=1s", "-o", "json")
	if got := decode[ensured](t, joined.out); joined.code != exitPending || got.Asked || got.ID != asked.ID || !strings.Contains(joined.err, "the wait is over") {
		t.Errorf("joined: %d %+v %s", joined.code, got, joined.err)
	}
	r.must("approver", "reject", asked.ID, "--comment", "Not today")
	rejected := make(chan result, 1)
	go func() { rejected <- prod("--wait", "--", "false") }()
	var second api.Request
	eventually(t, func() bool {
		list := decode[api.RequestList](t, r.must("requester", "request", "list", "--status", "pending", "-o", "json").out)
		if len(list.Items) == 1 {
			second = list.Items[0]
		}
		return len(list.Items) == 1
	}, "it does not ask anew after a rejection")
	r.must("approver", "reject", second.ID, "--comment", "Not today either")
	if got := <-rejected; got.code != exitDenied || !strings.Contains(got.err, "1 of omar.sayed, approver, elena.petrova decides") ||
		!strings.Contains(got.err, "approver rejected (Not today either)") {
		t.Errorf("rejected: %d %s", got.code, got.err)
	}
	third := decode[ensured](t, prod("-o", "json").out)
	r.must("requester", "request", "cancel", third.ID)
	if got := r.as("requester", ensureArgs("100000000001", "ReadOnlyAccess")...); got.code != exitDenied || !strings.Contains(got.err, "\n  - ") {
		t.Errorf("not allowed: %d %s", got.code, got.err)
	}
	for _, tt := range []struct {
		code int
		want string
		args []string
	}{
		{exitNoCommand, "there is no command", []string{"--", "no-such-command"}},
		{exitCannotRun, "cannot be run", []string{"--", "/"}},
		{137, "", []string{"--", "sh", "-c", "kill -9 $$"}},
		{exitUsage, "comes behind --", []string{"ls"}},
		{exitUsage, "no command behind --", []string{"--"}},
		{exitUsage, "--release-after", []string{"--release-after"}},
		{exitUsage, "both want the output", []string{"-o", "json", "--", "true"}},
		// The last --for counts. What is over must not count as access, however the flags are set.
		{exitUsage, "how long", []string{"--for", "0s", "--", "true"}},
		{exitUsage, "cannot be negative", []string{"--for", "-1m", "--", "true"}},
		{exitUsage, "cannot be negative", []string{"--left", "-1h", "--", "true"}},
		{exitUsage, "cannot be negative", []string{"--wait=-1s", "--", "true"}},
		{exitUsage, "it would ask each time", []string{"--left", "1h", "--", "true"}},
	} {
		got := r.as("requester", ensureArgs("playground", "ReadOnlyAccess", tt.args...)...)
		if got.code != tt.code || !strings.Contains(got.err, tt.want) {
			t.Errorf("%v: %d %s", tt.args, got.code, got.err)
		}
	}
}

// Exit codes of what came of a target.
func TestEveryEndOfATargetHasItsExitCode(t *testing.T) {
	at := time.Unix(1, 0)
	for _, tt := range []struct {
		decision string
		delivery *api.Delivery
		code     int
	}{
		{"rejected", nil, exitDenied},
		{"cancelled", nil, exitNoAccess},
		{"expired", nil, exitNoAccess},
		{"approved", &api.Delivery{State: "ended", Reason: "failed"}, exitFailed},
		{"approved", &api.Delivery{State: "ended", Reason: "unusable"}, exitFailed},
		{"approved", &api.Delivery{State: "ended", Reason: "lapsed"}, exitNoAccess},
		{"approved", &api.Delivery{State: "ended", Reason: "revoked"}, exitNoAccess},
		{"approved", &api.Delivery{State: "ended", Reason: alreadyHeld}, exitOK},
		{"approved", &api.Delivery{State: "active", ActivatedAt: at}, exitOK},
	} {
		target := api.Target{Decision: tt.decision, Elevation: tt.delivery}
		code := exitOK
		if gotNothing(target) {
			code = exitCode(withoutAccess(target))
		}
		if code != tt.code {
			t.Errorf("%s %+v ends with %d, want %d", tt.decision, tt.delivery, code, tt.code)
		}
	}
}

// keyed is an API that does what was asked with an idempotency key once, as TEAM's does.
type keyed struct {
	mu       sync.Mutex
	requests []api.Request
	keys     map[string]api.Request
	// looked is done when everybody has looked at the list, so that all of them ask.
	looked sync.WaitGroup
}

func (k *keyed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := func(v any) { _ = json.NewEncoder(w).Encode(v) } //nolint:errchkjson // the API's own types
	switch {
	case strings.HasSuffix(r.URL.Path, "/elevations"):
		answer(api.ElevationList{Items: []api.Elevation{}})
	case r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/requests"):
		k.mu.Lock()
		list := api.RequestList{Items: append([]api.Request{}, k.requests...)}
		k.mu.Unlock()
		answer(list)
		k.looked.Done()
	case r.Method == http.MethodPost:
		k.looked.Wait()
		var in api.NewRequest
		_ = json.NewDecoder(r.Body).Decode(&in)
		k.mu.Lock()
		defer k.mu.Unlock()
		key := r.Header.Get("Idempotency-Key")
		made, ok := k.keys[key]
		if !ok || key == "" {
			made = api.Request{ID: "req_" + key, Targets: []api.Target{{Role: in.Targets[0], Decision: "pending"}}}
			k.keys[key], k.requests = made, append(k.requests, made)
		}
		answer(made)
	default:
		k.mu.Lock()
		defer k.mu.Unlock()
		answer(k.requests[0])
	}
}

func TestTwoEnsuresAtOnceLeaveOneRequest(t *testing.T) {
	k := &keyed{keys: map[string]api.Request{}}
	k.looked.Add(2)
	server := httptest.NewServer(k)
	defer server.Close()
	environ := []string{"TEAM_URL=" + server.URL, "TEAM_TOKEN=team_x"}
	var wg sync.WaitGroup
	results := make([]result, 2)
	for i := range results {
		wg.Go(func() {
			results[i] = command(t, environ, "ensure", "--account", "111111111111", "--role", "arn:aws:sso:::permissionSet/ssoins-1/ps-1",
				"--for", "1h", "--reason", "x", "-o", "json")
		})
	}
	wg.Wait()
	if len(k.requests) != 1 {
		t.Errorf("there are %d requests", len(k.requests))
	}
	for _, got := range results {
		if got.code != exitPending || decode[ensured](t, got.out).ID != k.requests[0].ID {
			t.Errorf("it ended with %d: %s%s", got.code, got.out, got.err)
		}
	}
}

func TestInterruptedEnsureLeavesTheRequest(t *testing.T) {
	r := startRig(t, t.TempDir())
	environ := r.environ(r.secrets(), "requester")
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	said, says := io.Pipe()
	var out bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, console{in: strings.NewReader(""), out: &out, err: says, environ: environ, now: time.Now, zone: time.UTC},
			ensureArgs("shop-prod", "DatabaseAdmin", "--", "true"))
		_ = says.Close()
	}()
	var text strings.Builder
	for part := make([]byte, 4096); ; {
		n, err := said.Read(part)
		text.Write(part[:n])
		if strings.Contains(text.String(), "decides") {
			interrupt()
		}
		if err != nil {
			break
		}
	}
	if code := <-ended; code != exitPending || !strings.Contains(text.String(), "goes on, look with: team request show req_") {
		t.Errorf("it ended with %d: %s", code, &text)
	}
	if list := r.must("requester", "request", "list", "--status", "pending", "-o", "id"); !strings.HasPrefix(list.out, "req_") {
		t.Errorf("the request is gone: %s", list.out)
	}
}

// told is a writer that says when a text was written.
type told struct {
	mu   sync.Mutex
	text strings.Builder
	want string
	seen chan struct{}
}

func (w *told) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	before := strings.Contains(w.text.String(), w.want)
	w.text.Write(b)
	if !before && strings.Contains(w.text.String(), w.want) {
		close(w.seen)
	}
	return len(b), nil
}

func TestTheCommandGetsTheSignals(t *testing.T) {
	out := &told{want: "ready", seen: make(chan struct{})}
	code := make(chan int, 1)
	go func() {
		n, err := runCommand(console{in: strings.NewReader(""), out: out, err: io.Discard, environ: []string{"PATH=/usr/bin:/bin"}},
			[]string{"sh", "-c", "trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done"})
		if err != nil {
			t.Error(err)
		}
		code <- n
	}()
	<-out.seen
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if got := <-code; got != 5 {
		t.Errorf("it ended with %d", got)
	}
}
