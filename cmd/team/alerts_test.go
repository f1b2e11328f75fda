package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/team-idc/team/internal/config"
)

// Every metric that an alert rule names is one that TEAM shows, and everybody who is woken by one finds out what to do.
func TestAlertRulesFitTheMetricsAndTheDocumentation(t *testing.T) {
	content, err := os.ReadFile("../../deploy/prometheus/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr string
				Labels      map[string]string
				Annotations map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(content, &file); err != nil {
		t.Fatal(err)
	}
	shown := metricsOf(t)
	operations, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile(`\bteam_\w+`)
	rules := 0
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			rules++
			for _, metric := range name.FindAllString(r.Expr, -1) {
				if !shown[metric] {
					t.Errorf("%s asks for %s, which /metrics does not show", r.Alert, metric)
				}
			}
			if !strings.Contains(string(operations), "\n### "+r.Alert+"\n") || r.Annotations["runbook"] != "docs/operations.md#"+strings.ToLower(r.Alert) {
				t.Errorf("%s has no section in docs/operations.md", r.Alert)
			}
			if s := r.Labels["severity"]; (s != "critical" && s != "warning") || r.Annotations["summary"] == "" || r.Annotations["action"] == "" {
				t.Errorf("%s lacks a severity, a summary or what to do", r.Alert)
			}
		}
	}
	if rules < 15 {
		t.Errorf("there are only %d rules", rules)
	}
	for _, documented := range name.FindAllString(string(operations), -1) {
		if !shown[documented] && !shown[documented+"_count"] {
			t.Errorf("docs/operations.md tells of %s, which /metrics does not show", documented)
		}
	}
}

// metricsOf are the names of all metrics: of a demo that has answered something, and of a server that posts alarms.
func metricsOf(t *testing.T) map[string]bool {
	t.Helper()
	r := startRig(t, t.TempDir())
	r.must("admin", "alarms")
	shown := map[string]bool{}
	for deadline := time.Now().Add(20 * time.Second); !shown["team_checkpoint_age_seconds"]; { // it is written a moment after the start
		if time.Now().After(deadline) {
			t.Fatal("no checkpoint was written")
		}
		answer, err := http.Get(r.demo.note.URL + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("metrics: %d, %v", answer.StatusCode, err)
		}
		namesIn(string(content), shown)
	}

	c := *config.Default()
	c.Database, c.Checkpoint = "sqlite:"+filepath.Join(t.TempDir(), "team.db"), ""
	c.Webhook = config.Webhook{URL: "http://127.0.0.1:1/", SecretFile: secretFile(t)}
	c.SignIn.Providers = []config.SignInProvider{{Name: "okta", Type: config.OIDC}}
	c.TLS = certificateFiles(t, t.TempDir(), time.Now().Add(time.Hour))
	s, err := newServer(t.Context(), c, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}()
	s.hold.observe(time.Hour) // an alarm that is posted
	if _, _, err := s.skewStep(t.Context()); err != nil {
		t.Fatal(err)
	}
	signer, err := readSigner(c.Webhook.SecretFile)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.webhookStep(t.Context(), &webhook{url: c.Webhook.URL, signer: signer, client: http.DefaultClient}); err != nil {
		t.Fatal(err)
	}
	handler, err := s.metrics()
	if err != nil {
		t.Fatal(err)
	}
	scraped := httptest.NewRecorder()
	handler.ServeHTTP(scraped, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	for _, want := range []string{"team_webhook_failures 1", "team_held 1", `team_alarms_open{kind="clock-skew",severity="critical"} 1`, "team_clock_skew_seconds -3600"} {
		if !strings.Contains(scraped.Body.String(), "\n"+want+"\n") {
			t.Errorf("the metrics lack %s", want)
		}
	}
	namesIn(scraped.Body.String(), shown)
	return shown
}

func namesIn(content string, names map[string]bool) {
	for line := range strings.Lines(content) {
		if end := strings.IndexAny(line, "{ "); end > 0 && line[0] != '#' {
			names[line[:end]] = true
		}
	}
}

// While the database is away, the metrics say so instead of failing.
func TestMetricsWithoutTheDatabase(t *testing.T) {
	c := *config.Default()
	c.Database, c.Checkpoint = "sqlite:"+filepath.Join(t.TempDir(), "team.db"), ""
	s, err := newServer(t.Context(), c, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	handler, err := s.metrics()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	scraped := httptest.NewRecorder()
	handler.ServeHTTP(scraped, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	for _, want := range []string{"team_database_up 0", "team_ready 0"} {
		if scraped.Code != http.StatusOK || !strings.Contains(scraped.Body.String(), "\n"+want+"\n") {
			t.Errorf("the metrics, %d, lack %s", scraped.Code, want)
		}
	}
}
