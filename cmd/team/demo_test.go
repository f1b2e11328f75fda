package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/config"
)

func TestTwoTargetsWithDifferentApprovers(t *testing.T) {
	r := startRig(t, t.TempDir())

	dry := r.must("requester", "request", "create", "--target", "shop-prod:DatabaseAdmin", "--target", "shop-dev:PowerUserAccess",
		"--for", "3s", "--ticket", "OPS-8", "--because", "x", "--dry-run")
	for _, want := range []string{"1 of omar.sayed, approver, elena.petrova", "1 of jonas.berg, second-approver", "work for 2h after the end"} {
		if !strings.Contains(dry.out, want) {
			t.Errorf("the dry run does not say %q:\n%s", want, dry.out)
		}
	}
	request := r.create("3s")
	if got := r.as("requester", "approve", request.ID, "--comment", "x"); got.code != exitDenied {
		t.Errorf("approving one's own request ended with %d: %s", got.code, got.err)
	}
	if got := r.as("approver", "approve", request.ID, "--target", "shop-dev", "--comment", "x"); got.code != exitDenied {
		t.Errorf("an approver of one target decided on the other: %d: %s", got.code, got.err)
	}
	half := decode[api.Request](t, r.must("approver", "approve", request.ID, "--comment", "ok", "-o", "json").out)
	for _, target := range half.Targets {
		want := map[string]string{"shop-prod": "approved", "shop-dev": "pending"}[target.AccountName]
		if target.Decision != want {
			t.Errorf("after the first approval %s is %s, want %s", target.AccountName, target.Decision, want)
		}
	}
	ended := decode[api.Request](t, r.must("second-approver", "approve", request.ID, "--comment", "ok", "--wait=ended", "-o", "json").out)
	for _, target := range ended.Targets {
		r.insideWindow(target)
	}
}

// insideWindow compares what TEAM says of an elevation with the sandbox's record of who could assume what.
func (r *rig) insideWindow(target api.Target) {
	r.t.Helper()
	e := target.Elevation
	if e.State != "ended" || e.Reason != "elapsed" {
		r.t.Fatalf("%s is %s, %s", target.AccountName, e.State, e.Reason)
	}
	user := r.demo.sandbox.aws.UserID("requester")
	intervals := r.demo.sandbox.aws.IntervalsOf(user, target.AccountID, target.PermissionSetARN)
	if len(intervals) != 1 {
		r.t.Fatalf("%s: access was there in %d intervals: %+v", target.AccountName, len(intervals), intervals)
	}
	from, until := intervals[0].From, intervals[0].To
	if e.ActivatedAt.Before(from) {
		r.t.Errorf("%s: active is said from %s, access began at %s (P4)", target.AccountName, e.ActivatedAt, from)
	}
	if until.IsZero() || e.EndedAt.Before(until) {
		r.t.Errorf("%s: ended is said at %s, access was there until %s (P4)", target.AccountName, e.EndedAt, until)
	}
	if until.Before(e.ActivatedAt.Add(3 * time.Second)) {
		r.t.Errorf("%s: access ended at %s, before its time was over", target.AccountName, until)
	}
}

func TestDemoGoesOnWhereItStopped(t *testing.T) {
	data := t.TempDir()
	r := startRig(t, data)
	request := r.create("10m")
	r.must("approver", "approve", request.ID, "--comment", "ok")
	r.must("second-approver", "approve", request.ID, "--comment", "ok", "--wait")
	r.stop()

	again := startRig(t, data)
	after := decode[api.Request](t, again.must("requester", "request", "show", request.ID, "-o", "json").out)
	if after.Status != "in progress" {
		t.Fatalf("after the restart it is %s", after.Status)
	}
	for _, target := range after.Targets {
		again.must("admin", "revoke", target.Elevation.ID, "--comment", "over")
	}
	user := again.demo.sandbox.aws.UserID("requester")
	eventually(t, func() bool {
		for _, target := range after.Targets {
			if again.demo.sandbox.aws.CouldAssume(user, target.AccountID, target.PermissionSetARN, time.Now()) {
				return false
			}
		}
		return true
	}, "access is still there after it was revoked")
}

// eventually polls until a condition holds, and fails after a deadline.
func eventually(t *testing.T, holds func() bool, otherwise string) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline:
			t.Fatal(otherwise)
		case <-tick.C:
		}
	}
}

func TestPersonaTokensNeedTheSecret(t *testing.T) {
	r := startRig(t, t.TempDir())
	if got := post(t, r.demo.note.URL+personaPath, `{"secret":"guessed","persona":"admin"}`); got != http.StatusForbidden {
		t.Errorf("a guessed secret was answered with %d", got)
	}
	if got := command(t, nil, "demo", "token", "nobody", "--data", r.data); got.code != exitNotFound {
		t.Errorf("an unknown persona ended with %d: %s", got.code, got.err)
	}
}

func TestServeHasNoPersonaTokens(t *testing.T) {
	c := *config.Default()
	c.Listen, c.Database, c.Checkpoint = "127.0.0.1:0", "sqlite:"+t.TempDir()+"/team.db", ""
	s, err := newServer(t.Context(), c, newLog(config.Log{Level: "error", Format: "text"}, nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.close() })
	l, handler, err := s.prepare(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	served := &http.Server{Handler: handler, ReadHeaderTimeout: time.Second}
	go func() { _ = served.Serve(l) }()
	t.Cleanup(func() { _ = served.Close() })
	if got := post(t, urlOf(l)+personaPath, `{"secret":"","persona":"admin"}`); got != http.StatusNotFound {
		t.Errorf("team serve answers %d on the demo's path", got)
	}
}

func post(t *testing.T, address, body string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}
