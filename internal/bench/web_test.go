//go:build bench

package bench_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/team-idc/team/internal/bench"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/ident"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
	"github.com/team-idc/team/internal/store"
)

// TestBenchWeb: what people wait for before their browser, with the largest organization and a year of requests: the
// first screen, the first page of each list after the click, and each keystroke in the choice of accounts. The program is
// its own process; Chromium is driven by Playwright (web/browser/bench).
func TestBenchWeb(t *testing.T) {
	// The largest; a smaller one is for whoever works on the measurement.
	sizes, of := bench.Sizes(10_000, 1_000_000), "medium"
	size := sizes[len(sizes)-1]
	if size == 1_000_000 {
		of = "large"
	}
	file := filepath.Join(t.TempDir(), "team.db")
	org, err := simaws.Generate(of)
	if err != nil {
		t.Fatal(err)
	}
	sim, err := simaws.New(org, simaws.Options{Credentials: []simaws.Credential{{
		AccessKeyID: accessKey, SecretAccessKey: secretKey, Account: org.DelegatedAdministrator, Policies: []string{everyCall},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	aws := httptest.NewServer(sim)
	defer aws.Close()
	mayAskForEverything(t, file, sim)
	synctest.Test(t, func(t *testing.T) {
		w := newReading(t, "sqlite:"+file, of)
		w.whole(t, 30*time.Second, 1)
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	settled(t, file, sim.UserID("requester"))
	fill(t, "sqlite:"+file, historyIn(sim, size).lives())
	config := filepath.Join(t.TempDir(), "team.yaml")
	content := fmt.Sprintf("listen: 127.0.0.1:0\ndatabase: %q\ncheckpoint: {file: %q}\naws: {region: us-east-1, endpoint: %q, sandbox: true}\n"+
		"rates: {address: 200000, user: 200000}\nlog: {level: error, format: text}\n", "sqlite:"+file, filepath.Join(t.TempDir(), "checkpoint"), aws.URL)
	if err := os.WriteFile(config, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	cookies := signedIn(t, file, "requester", "admin")
	p := launch(t, buildProgram(t), config)
	defer p.stop(t)
	figures := filepath.Join(t.TempDir(), "figures.json")
	chromium := exec.CommandContext(t.Context(), "npx", "playwright", "test", "--config", "browser/bench/playwright.config.ts")
	chromium.Dir = filepath.Join("..", "..", "web")
	chromium.Stdout, chromium.Stderr = os.Stdout, os.Stderr
	chromium.Env = append(os.Environ(), "TEAM_BENCH_URL="+strings.Replace(p.url, "127.0.0.1", "localhost", 1),
		"TEAM_BENCH_COOKIE="+identity.CookieName, "TEAM_BENCH_FIGURES="+figures)
	for name, secret := range cookies {
		chromium.Env = append(chromium.Env, "TEAM_BENCH_"+strings.ToUpper(name)+"="+secret)
	}
	failed := chromium.Run()
	text, err := os.ReadFile(figures)
	if err != nil {
		t.Fatalf("Chromium measured nothing: %v, %v", failed, err)
	}
	var measured []bench.Figure
	if err := json.Unmarshal(text, &measured); err != nil {
		t.Fatal(err)
	}
	for _, f := range measured {
		f.Group, f.On, f.Size = "web", "SQLite", size
		report.Add(f)
	}
	if failed != nil {
		t.Error(failed)
	}
}

// mayAskForEverything begins a database with a policy by which one person may ask for every role in every account, and
// another administers.
func mayAskForEverything(t *testing.T, file string, sim *simaws.AWS) {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+file, store.Options{IDs: ident.New(nil, time.Now)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	seed := policychange.Seed{Settings: policy.DefaultSettings()}
	seed.Settings.AuditorGroup, seed.Settings.AdministratorGroup = sim.GroupID("team-auditors"), sim.GroupID("team-admins")
	seed.Eligibility = []policy.Eligibility{{
		Name: "Everywhere", Principals: policy.Principals{Users: []string{sim.UserID("requester")}},
		MaxDuration: time.Hour,
	}}
	org := sim.Describe()
	for _, u := range org.OrganizationalUnits {
		if !strings.Contains(u.Path, "/") {
			seed.Eligibility[0].Targets.OUs = append(seed.Eligibility[0].Targets.OUs, policy.OUTarget{ID: u.ID})
		}
	}
	for _, p := range org.PermissionSets {
		seed.Eligibility[0].PermissionSets = append(seed.Eligibility[0].PermissionSets, sim.PermissionSetARN(p.Name))
	}
	policies := policychange.New(policychange.Config{
		Store: s.PolicyChanges(), Directory: directory.NewKeeper(s.Directory(), time.Now), Now: time.Now, IDs: ident.New(nil, time.Now),
	})
	if did, err := policies.Bootstrap(t.Context(), seed); err != nil || !did {
		t.Fatalf("begin with a policy: %v, %v", did, err)
	}
}

// historyIn is a year of requests by the people of an organization, for its accounts and permission sets.
func historyIn(sim *simaws.AWS, requests int) history {
	h := newHistory(requests, time.Now().UTC().Truncate(time.Microsecond))
	h.users, h.accounts, h.sets = nil, nil, nil
	org := sim.Describe()
	for _, u := range org.Users {
		h.users = append(h.users, u.ID)
	}
	for _, a := range org.Accounts {
		h.accounts = append(h.accounts, a.ID)
	}
	for _, p := range org.PermissionSets {
		h.sets = append(h.sets, sim.PermissionSetARN(p.Name))
	}
	h.deciders = h.users[len(h.users)-400:]
	return h
}

// signedIn gives the secrets of the cookies of people who signed in with a browser.
func signedIn(t *testing.T, file string, names ...string) map[string]string {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+file, store.Options{IDs: ident.New(nil, time.Now)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	dir, err := directory.NewKeeper(s.Directory(), time.Now).Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	known := &world{dir: dir}
	people := peopleOf(s, known, known, ident.New(nil, time.Now), time.Now)
	people.Match = map[string]identity.Match{"bench": identity.MatchUserName}
	cookies := map[string]string{}
	for _, name := range names {
		x := identity.External{Provider: "bench", Subject: name, UserName: name, At: time.Now()}
		if cookies[name], _, err = people.Begin(t.Context(), x, identity.Origin{Address: "127.0.0.1", UserAgent: "Chromium"}, ""); err != nil {
			t.Fatal(err)
		}
	}
	return cookies
}
