package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
)

// TestWaitingOutlastsARestart: whoever waits for a decision goes on waiting when TEAM is restarted meanwhile.
func TestWaitingOutlastsARestart(t *testing.T) {
	reads := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := api.Request{ID: "req_1", Status: "pending", Targets: []api.Target{{ID: "tgt_1", Decision: "pending"}}}
		if r.Method == http.MethodGet {
			reads++
			switch reads {
			case 2: // nobody listens
				panic(http.ErrAbortHandler)
			case 3: // a proxy before it
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			case 4:
				request.Targets[0].Decision = "approved"
				request.Targets[0].Elevation = &api.Delivery{State: "active", ActivatedAt: time.Unix(1, 0)}
			}
		}
		_ = json.NewEncoder(w).Encode(request)
	}))
	defer server.Close()
	environ := []string{"TEAM_URL=" + server.URL, "TEAM_TOKEN=team_x"}
	got := command(t, environ, "approve", "req_1", "--comment", "ok", "--wait")
	if got.code != exitOK || reads < 4 {
		t.Fatalf("it ended with %d after %d reads: %s", got.code, reads, got.err)
	}
	if said := strings.Count(got.err+got.out, "trying again"); said != 1 {
		t.Errorf("it said %d times that it tries again: %s", said, got.err)
	}
}
