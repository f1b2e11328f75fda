package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/idtoken/issuertest"
)

// trust has the demo trust an issuer: an administrator writes it, another one agrees.
func (r *rig) trust(issuer *issuertest.Issuer) {
	r.t.Helper()
	file := filepath.Join(r.t.TempDir(), "settings.yaml")
	text := "kind: settings\ntrustedIssuers:\n  - name: github\n    issuer: " + issuer.URL + "\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
	if plan := r.must("admin", "policy", "apply", file); !strings.Contains(plan.out, "machine clients are known by ID tokens of github ("+issuer.URL+") now") {
		r.t.Errorf("the plan: %s", plan.out)
	}
	for line := range strings.Lines(r.must("second-admin", "policy", "proposals").out) {
		if id, _, ok := strings.Cut(line, "  "); ok && strings.HasPrefix(id, "prp_") {
			r.must("second-admin", "policy", "agree", id)
		}
	}
}

// A job of a CI system uses the command line without any secret.
func TestAJobUsesTheCommandLine(t *testing.T) {
	r := startRig(t, t.TempDir())
	issuer := issuertest.New(t)
	r.must("admin", "machine", "create", "deploy-bot", "--owner", "auditor", "--scope", "read,request")
	added := r.must("admin", "machine", "keyless", "add", "deploy-bot", "--issuer", "github", "--claim", "sub=job-1", "--claim", "run=a=b")
	if !strings.Contains(added.out, "sub=job-1") || !strings.Contains(added.out, "run=a=b") || !strings.Contains(added.err, "trust no issuer github yet") {
		t.Errorf("added: %s%s", added.out, added.err)
	}
	r.trust(issuer)
	m := decode[api.Machine](t, r.must("admin", "machine", "show", "deploy-bot", "-o", "json").out)
	// The two administrators gain nothing by the issuer for a day, so that somebody else says who the machine is.
	by := access.Actor{Kind: audit.Person, UserID: m.Owner.ID, Name: "auditor", Administrator: true}
	if _, err := r.demo.server.machines.AddKeyless(t.Context(), by, m.ID, identity.KeylessDraft{Issuer: "github", Claims: map[string]string{"sub": "job-2"}}); err != nil {
		t.Fatal(err)
	}
	token := func(sub string) string {
		return issuer.Token(r.demo.server.exchange.Audience, time.Now(), map[string]any{"sub": sub, "run": "a=b"})
	}
	cache := t.TempDir()
	job := func(more []string, args ...string) result {
		t.Helper()
		return command(t, append([]string{"TEAM_URL=" + r.demo.note.URL + "/", "TEAM_MACHINE=deploy-bot", "XDG_CACHE_HOME=" + cache}, more...), args...)
	}
	if got := job(nil, "me"); got.code != exitNotSignedIn || !strings.Contains(got.err, "there is no ID token: set TEAM_ID_TOKEN") {
		t.Errorf("without an ID token: %d %s", got.code, got.err)
	}
	if got := job([]string{"GITHUB_ACTIONS=true"}, "me"); got.code != exitNotSignedIn || !strings.Contains(got.err, "id-token: write") {
		t.Errorf("without the permission: %d %s", got.code, got.err)
	}
	if got := job([]string{"TEAM_ID_TOKEN=nonsense"}, "me"); got.code != exitNotSignedIn || !strings.Contains(got.err, "is none") {
		t.Errorf("with nonsense: %d %s", got.code, got.err)
	}
	if got := job([]string{"TEAM_ID_TOKEN=" + token("job-1")}, "me"); got.code != exitNotSignedIn || !strings.Contains(got.err, "team machine keyless list deploy-bot") {
		t.Errorf("by an administrator who is cooling: %d %s", got.code, got.err)
	}

	// One ID token serves for several commands: what came of it is kept where nobody else reads it.
	once := []string{"TEAM_ID_TOKEN=" + token("job-2")}
	for range 2 {
		if got := job(once, "me"); got.code != exitOK || !strings.Contains(got.out, "deploy-bot") {
			t.Fatalf("%d %s%s", got.code, got.out, got.err)
		}
	}
	kept, err := filepath.Glob(filepath.Join(cache, "team", "*"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("kept %v, %v", kept, err)
	}
	if s, err := os.Stat(kept[0]); err != nil || s.Mode().Perm() != 0o600 {
		t.Errorf("it is kept as %v, %v", s.Mode(), err)
	}
	elsewhere := job(append(once, "XDG_CACHE_HOME="), "me")
	if elsewhere.code != exitOK { // the first of two variables counts
		t.Errorf("%d %s", elsewhere.code, elsewhere.err)
	}
	if who := job(once, "whoami", "-o", "json"); who.code != exitOK || decode[whoAmI](t, who.out).TokenFrom != "machine" {
		t.Errorf("%d %s%s", who.code, who.out, who.err)
	}
	copied := command(t, append([]string{"TEAM_URL=" + r.demo.note.URL, "TEAM_MACHINE=deploy-bot"}, once...), "me")
	if copied.code != exitNotSignedIn || !strings.Contains(copied.err, "can be used once") {
		t.Errorf("a copy of it: %d %s", copied.code, copied.err)
	}

	// By a file, as in Kubernetes; and the token itself for other programs.
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(token("job-2")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := job([]string{"TEAM_ID_TOKEN_FILE=" + file}, "machine", "token")
	if got.code != exitOK || !strings.HasPrefix(got.out, "team_") || !strings.Contains(got.err, "of deploy-bot for read, request, valid until") {
		t.Errorf("%d %s%s", got.code, got.out, got.err)
	}
	if got := command(t, []string{"TEAM_URL=" + r.demo.note.URL, "TEAM_TOKEN=" + strings.TrimSpace(got.out)}, "me"); got.code != exitOK {
		t.Errorf("%d %s", got.code, got.err)
	}
	if got := command(t, []string{"TEAM_URL=" + r.demo.note.URL}, "machine", "token"); got.code != exitUsage {
		t.Errorf("%d %s", got.code, got.err)
	}

	// GitHub's runner gives as many as it is asked for, to whoever has its secret.
	runner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.Header.Get("Authorization") != "Bearer s3cret" || q.URL.Query().Get("api-version") != "2.0" {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		given := issuer.Token(q.URL.Query().Get("audience"), time.Now(), map[string]any{"sub": "job-2"})
		_ = json.NewEncoder(w).Encode(map[string]string{"value": given})
	}))
	t.Cleanup(runner.Close)
	at := "ACTIONS_ID_TOKEN_REQUEST_URL=" + runner.URL + "/token?api-version=2.0"
	audience := "TEAM_ID_TOKEN_AUDIENCE=" + r.demo.server.exchange.Audience
	for range 2 {
		if got := job([]string{at, "ACTIONS_ID_TOKEN_REQUEST_TOKEN=s3cret", audience}, "me"); got.code != exitOK {
			t.Errorf("%d %s", got.code, got.err)
		}
	}
	if got := job([]string{at, "ACTIONS_ID_TOKEN_REQUEST_TOKEN=wrong"}, "me"); got.code != exitUnavailable || !strings.Contains(got.err, "403") {
		t.Errorf("%d %s", got.code, got.err)
	}
	if got := job([]string{at, "ACTIONS_ID_TOKEN_REQUEST_TOKEN=s3cret", "TEAM_ID_TOKEN_AUDIENCE=https://other.example.com"}, "me"); got.code != exitNotSignedIn {
		t.Errorf("for another audience: %d %s", got.code, got.err)
	}

	ways := decode[api.KeylessList](t, r.must("auditor", "machine", "keyless", "list", "deploy-bot", "-o", "json").out)
	if len(ways.Items) != 2 || !ways.Items[0].Trusted {
		t.Fatalf("%+v", ways)
	}
	if shown := r.must("auditor", "machine", "show", "deploy-bot").out; !strings.Contains(shown, "sub=job-2") {
		t.Errorf("shown %s", shown)
	}
	r.must("auditor", "machine", "keyless", "remove", "deploy-bot", ways.Items[1].ID)
	if got := job(once, "me"); got.code != exitNotSignedIn {
		t.Errorf("after the way was removed: %d %s", got.code, got.out)
	}
}

func TestAMachinesTokenIsRotated(t *testing.T) {
	r := startRig(t, t.TempDir())
	r.must("admin", "machine", "create", "deploy-bot", "--owner", "auditor", "--scope", "read")
	if got := r.as("admin", "machine", "rotate", "deploy-bot", "--finish"); got.code != exitConflict || !strings.Contains(got.err, "no rotation") {
		t.Errorf("%d %s", got.code, got.err)
	}
	first := r.must("admin", "token", "issue", "--machine", "deploy-bot", "--label", "pipeline", "--ttl", "1h")
	next := r.must("admin", "machine", "rotate", "deploy-bot", "--ttl", "2h")
	if lines := strings.Split(next.out, "\n"); len(lines) != 2 || !strings.Contains(next.err, "not used yet") || !strings.Contains(next.err, "deploy-bot --finish") {
		t.Errorf("%s%s", next.out, next.err)
	}
	me := func(issued result) int {
		t.Helper()
		return command(t, []string{"TEAM_URL=" + r.demo.note.URL, "TEAM_TOKEN=" + strings.TrimSpace(issued.out)}, "me").code
	}
	if got := r.as("admin", "machine", "rotate", "deploy-bot"); got.code != exitConflict || !strings.Contains(got.err, "under way") {
		t.Errorf("%d %s", got.code, got.err)
	}
	if got := r.as("admin", "machine", "rotate", "deploy-bot", "--finish"); got.code != exitConflict || !strings.Contains(got.err, "has not been used") {
		t.Errorf("%d %s", got.code, got.err)
	}
	if got := []int{me(first), me(next)}; got[0] != exitOK || got[1] != exitOK {
		t.Errorf("while it is rotated: %v", got)
	}
	// Uses are written once a minute; here at once.
	if _, _, err := r.demo.server.uses.Step(t.Context(), r.demo.server.store.Identity(), time.Now().Add(2*time.Minute)); err != nil {
		t.Fatal(err)
	}
	done := r.must("admin", "machine", "rotate", "deploy-bot", "--finish")
	if !strings.Contains(done.out, "1 revoked") {
		t.Errorf("%s%s", done.out, done.err)
	}
	if got := []int{me(first), me(next)}; got[0] != exitNotSignedIn || got[1] != exitOK {
		t.Errorf("after it was rotated: %v", got)
	}
	list := decode[api.TokenList](t, r.must("admin", "token", "list", "--machine", "deploy-bot", "-o", "json").out)
	if len(list.Items) != 1 || list.Items[0].Label != "pipeline" || list.Items[0].LastUsedAt.IsZero() {
		t.Errorf("left %+v", list.Items)
	}
}
