package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/team-idc/team/internal/config"
	"github.com/team-idc/team/internal/store"
)

const testSecret = "a secret of more than twenty-four letters"

// quietServer is a server without AWS, whose steps the test calls itself.
func quietServer(t *testing.T, change func(*config.Config)) *server {
	t.Helper()
	c := *config.Default()
	c.Database, c.Checkpoint = "sqlite:"+filepath.Join(t.TempDir(), "team.db"), ""
	change(&c)
	s, err := newServer(t.Context(), c, newLog(config.Log{Level: "error"}, os.Stderr), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.close() })
	return s
}

func TestClockSkewHoldsGrantsAndAlarms(t *testing.T) {
	s := quietServer(t, func(*config.Config) {})
	s.hold.setUnconfirmed("")
	for _, tt := range []struct {
		ahead time.Duration
		held  bool
	}{{31 * time.Second, true}, {-31 * time.Second, true}, {30 * time.Second, false}, {0, false}} {
		s.hold.observe(tt.ahead)
		if got := s.hold.Held(); (got != "") != tt.held {
			t.Errorf("AWS %s ahead: held says %q", tt.ahead, got)
		}
		if _, _, err := s.skewStep(t.Context()); err != nil {
			t.Fatal(err)
		}
		g, err := s.store.Gauges(t.Context(), s.now())
		if err != nil {
			t.Fatal(err)
		}
		if open := g.Alarms[store.AlarmCondition{Kind: "clock-skew", Severity: "critical"}] == 1; open != tt.held {
			t.Errorf("AWS %s ahead: these alarms are open: %v", tt.ahead, g.Alarms)
		}
	}
}

func TestAlarmsArePostedSignedAndAgainUntilTaken(t *testing.T) {
	verify, err := readSigner(secretFile(t))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	refuse := true
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if err := verify.Verify(body, r.Header); err != nil {
			t.Errorf("the signature is wrong: %v", err)
		}
		var message struct {
			Type string `json:"type"`
		}
		if err := json.Unmarshal(body, &message); err != nil || !strings.HasPrefix(message.Type, "alarm.") {
			t.Errorf("the message is %s", body)
		}
		ids = append(ids, r.Header.Get(standardwebhooks.HeaderWebhookID))
		if refuse {
			w.WriteHeader(http.StatusBadGateway)
		}
	}))
	defer receiver.Close()
	s := quietServer(t, func(c *config.Config) { c.Webhook = config.Webhook{URL: receiver.URL, SecretFile: secretFile(t)} })
	w := &webhook{url: receiver.URL, signer: verify, client: receiver.Client()}
	now := time.Now()
	s.now = func() time.Time { return now }
	step := func() {
		t.Helper()
		if _, _, err := s.webhookStep(t.Context(), w); err != nil {
			t.Fatal(err)
		}
	}
	step() // begins at the end of the log
	s.hold.observe(time.Minute)
	if _, _, err := s.skewStep(t.Context()); err != nil {
		t.Fatal(err)
	}
	step()
	step() // is not due yet
	if len(ids) != 1 {
		t.Fatalf("posted %d times, want once before the pause is over", len(ids))
	}
	refuse, now = false, now.Add(time.Minute)
	step()
	now = now.Add(time.Minute)
	step()
	step()
	if len(ids) != 2 || ids[0] != ids[1] {
		t.Errorf("posted as %v, want the same message twice", ids)
	}
}

func secretFile(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(name, []byte(testSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
