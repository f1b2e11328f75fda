package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/config"
)

// secrets are what must not be found in anything that leaves, by the name of what they are.
type secrets map[string]string

// foundIn names the secrets in a text, as they are or encoded.
func (s secrets) foundIn(content []byte) []string {
	var found []string
	for name, secret := range s {
		raw := []byte(secret)
		bare := []byte(strings.TrimPrefix(secret, "team_"))
		for form, text := range map[string][]byte{
			"as it is": bare, "in base64": []byte(base64.RawStdEncoding.EncodeToString(raw)), "in hex": []byte(hex.EncodeToString(raw)),
			"in a URL": []byte(url.QueryEscape(secret)),
		} {
			if bytes.Contains(content, text) {
				found = append(found, name+" "+form)
			}
		}
	}
	slices.Sort(found)
	return found
}

// outputs collects everything that TEAM gives out, and complains about what holds a secret.
type outputs struct {
	t      *testing.T
	hidden secrets
	seen   int
}

func (o *outputs) look(where string, content []byte) {
	o.t.Helper()
	o.seen += len(content)
	if found := o.hidden.foundIn(content); len(found) > 0 {
		o.t.Errorf("%s holds %s", where, strings.Join(found, ", "))
	}
}

// ask sends one request and looks at the whole answer.
func (o *outputs) ask(method, address, authorization, body string) {
	o.t.Helper()
	request, err := http.NewRequestWithContext(o.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	request.Header.Set("Authorization", authorization)
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	place, _, _ := strings.Cut(address, "?")
	o.look("the answer to "+method+" "+place, fmt.Appendf(content, "%v", answer.Header))
}

// TestP10NoSecretLeaves lives through a session with real tokens, and looks for them, for the demo's secret and for the
// key to AWS in every answer, in what the commands print, in the log at its most talkative and in every file.
func TestP10NoSecretLeaves(t *testing.T) {
	data, logFile := t.TempDir(), filepath.Join(t.TempDir(), "log")
	log, err := os.Create(logFile)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	o := demoIn(data)
	o.logLevel = "debug"
	r := startRigWith(t, o, log)
	out := &outputs{t: t, hidden: r.secrets()}

	r.liveALife(out)
	r.everyRead(out)
	r.mistakes(out)
	r.stop()

	logged, err := os.ReadFile(logFile)
	if err != nil {
		t.Fatal(err)
	}
	out.look("the log", logged)
	files, err := filepath.Glob(filepath.Join(data, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if filepath.Base(name) == demoFile { // which is there to hand the demo's secret to the commands beside it
			continue
		}
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out.look(filepath.Base(name), content)
	}
	if out.seen < 100_000 {
		t.Errorf("only %d bytes were looked at", out.seen)
	}
}

// secrets of a running demo, with a token for each of its people.
func (r *rig) secrets() secrets {
	r.t.Helper()
	key, err := r.demo.sandbox.credentials.Retrieve(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	s := secrets{"the demo's secret": r.demo.note.Secret, "the secret key": key.SecretAccessKey}
	for _, persona := range []string{"requester", "approver", "second-approver", "admin", "second-admin", "auditor"} {
		got := command(r.t, nil, "demo", "token", persona, "--data", r.data)
		_, token, found := strings.Cut(got.out, "TEAM_TOKEN=")
		if !found {
			r.t.Fatalf("no token for %s: %s", persona, got.err)
		}
		s["the token of "+persona] = strings.TrimSpace(token)
	}
	return s
}

// environ makes a command act as a persona.
func (r *rig) environ(s secrets, persona string) []string {
	return []string{"TEAM_URL=" + r.demo.note.URL, "TEAM_TOKEN=" + s["the token of "+persona]}
}

// liveALife has a request made, approved, used and ended by the commands, and looks at what they print.
func (r *rig) liveALife(out *outputs) {
	r.t.Helper()
	run := func(persona string, args ...string) result {
		r.t.Helper()
		got := command(r.t, r.environ(out.hidden, persona), args...)
		out.look("team "+strings.Join(args, " "), []byte(got.out+got.err))
		return got
	}
	created := run("requester", "request", "create", "--account", "shop-prod", "--role", "DatabaseAdmin", "--for", "2s",
		"--ticket", "OPS-1", "--because", "x", "-o", "json")
	id := decode[api.Request](r.t, created.out).ID
	if got := run("approver", "approve", id, "--comment", "ok", "--wait=ended"); got.code != exitOK {
		r.t.Fatalf("the life ended with %d: %s", got.code, got.err)
	}
	for _, args := range [][]string{
		{"request", "list", "--all"},
		{"request", "show", id},
		{"events"},
		{"alarms", "--all"},
		{"policy", "list"},
		{"policy", "show"},
		{"policy", "proposals"},
		{"directory", "status"},
		{"directory", "search", "users"},
		{"recovery", "status"},
	} {
		run("admin", args...)
		run("admin", append(args, "-o", "json")...)
		run("requester", args...)
	}
	file := "sqlite:" + filepath.Join(r.data, "team.db")
	run("admin", "machine", "create", "bot", "--owner", "auditor", "--scope", "read")
	issued := r.must("admin", "token", "issue", "--machine", "bot")
	out.hidden["token of a machine client"] = strings.TrimSpace(issued.out)
	if got := command(r.t, []string{"TEAM_URL=" + r.demo.note.URL, "TEAM_TOKEN=" + strings.TrimSpace(issued.out)}, "request", "list"); got.code != exitOK {
		r.t.Errorf("the machine client is answered with %d: %s", got.code, got.err)
	}
	run("admin", "machine", "show", "bot")
	run("admin", "token", "list", "--all", "-o", "json")
	listed := command(r.t, nil, "token", "list", "--database", file)
	out.look("team token list", []byte(listed.out+listed.err))
	for key, value := range map[string]string{"TEAM_TOKEN_FILE": filepath.Join(r.data, "nothing"), "TEAM_URL": "http://127.0.0.1:1"} {
		got := command(r.t, append(r.environ(out.hidden, "requester"), key+"="+value)[1:], "request", "list")
		out.look("a command that fails", []byte(got.out+got.err))
	}
}

// everyRead asks for everything that can be read, as everybody.
func (r *rig) everyRead(out *outputs) {
	r.t.Helper()
	description, err := api.OpenAPI("test")
	if err != nil {
		r.t.Fatal(err)
	}
	var spec struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(description, &spec); err != nil {
		r.t.Fatal(err)
	}
	spec.Paths["/metrics"] = map[string]json.RawMessage{"get": nil}
	for _, path := range slices.Sorted(maps.Keys(spec.Paths)) {
		if _, reads := spec.Paths[path]["get"]; !reads || strings.Contains(path, "{") {
			continue
		}
		address := r.demo.note.URL + path
		if path == "/api/v1/events/stream" {
			address += "?cursor=-1&follow=false" // else it would not end
		}
		for _, name := range slices.Sorted(maps.Keys(out.hidden)) {
			out.ask(http.MethodGet, address, "Bearer "+out.hidden[name], "")
		}
	}
}

// mistakes are ways in which people send secrets where none belongs.
func (r *rig) mistakes(out *outputs) {
	r.t.Helper()
	for _, secret := range out.hidden {
		for _, authorization := range []string{secret, "Basic " + secret, "Bearer x" + secret, "Bearer " + secret[:len(secret)-1]} {
			out.ask(http.MethodGet, r.demo.note.URL+"/api/v1/me", authorization, "")
		}
		bearer := "Bearer " + out.hidden["the token of admin"]
		out.ask(http.MethodGet, r.demo.note.URL+"/api/v1/requests?token="+url.QueryEscape(secret), bearer, "")
		out.ask(http.MethodGet, r.demo.note.URL+"/api/v1/requests?cursor="+url.QueryEscape(secret), bearer, "")
		out.ask(http.MethodGet, r.demo.note.URL+"/api/v1/requests/"+url.PathEscape(secret), bearer, "")
		out.ask(http.MethodGet, r.demo.note.URL+"/"+url.PathEscape(secret), bearer, "")
		out.ask(http.MethodPost, r.demo.note.URL+"/api/v1/requests", bearer, `{"durationSeconds":"`+secret+`"}`)
		out.ask(http.MethodPost, r.demo.note.URL+"/api/v1/requests", bearer, secret)
		out.ask(http.MethodPost, r.demo.note.URL+personaPath, "", `{"secret":"`+secret+`x","persona":"admin"}`)
		out.ask(http.MethodPost, r.demo.note.URL+personaPath, "", `{"secret":"`+r.demo.note.Secret+`","persona":"`+url.QueryEscape("nobody")+`"}`)
	}
}

// TestP10WebhookSecretStaysIn has the webhook fail in every way, and looks for its secret and its address in the log.
func TestP10WebhookSecretStaysIn(t *testing.T) {
	const inPath = "T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"
	hidden := secrets{"the signing secret": testSecret, "the webhook's address": inPath}
	var log bytes.Buffer
	out := &outputs{t: t, hidden: hidden}
	for _, address := range []string{"http://127.0.0.1:1/" + inPath, "http://no.such.host.invalid/" + inPath} {
		c := *config.Default()
		c.Database, c.Checkpoint = "sqlite:"+filepath.Join(t.TempDir(), "team.db"), ""
		c.Webhook = config.Webhook{URL: address, SecretFile: secretFile(t)}
		s, err := newServer(t.Context(), c, slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})), nil)
		if err != nil {
			t.Fatal(err)
		}
		s.hold.observe(time.Hour) // an alarm that is posted
		if _, _, err := s.skewStep(t.Context()); err != nil {
			t.Fatal(err)
		}
		signer, err := readSigner(c.Webhook.SecretFile)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.webhookStep(t.Context(), &webhook{url: address, signer: signer, client: http.DefaultClient}); err != nil {
			t.Fatal(err)
		}
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(strings.TrimPrefix(c.Database, "sqlite:"))
		if err != nil {
			t.Fatal(err)
		}
		out.look("the database", content)
	}
	if !strings.Contains(log.String(), "posting an alarm failed") {
		t.Errorf("the failure is not in the log: %s", &log)
	}
	out.look("the log", log.Bytes())

	// The configuration as it is printed.
	printed := command(t, []string{"TEAM_ALARMS_WEBHOOK_URL=https://hooks.example.org/" + inPath, "TEAM_ALARMS_WEBHOOK_SECRET_FILE=" + secretFile(t)}, "config", "print")
	if printed.code != exitOK {
		t.Fatalf("printing the configuration ended with %d: %s", printed.code, printed.err)
	}
	out.look("team config print", []byte(printed.out+printed.err))
	bad := command(t, []string{"TEAM_ALARMS_WEBHOOK_URL=hooks.example.org/" + inPath}, "config", "print")
	out.look("a refused configuration", []byte(bad.out+bad.err))
}
