package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/team-idc/team/internal/api"
)

// TestListsWithoutCursorsShowEverything: nobody would know that an alarm or a proposal beyond the first page is there.
func TestListsWithoutCursorsShowEverything(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("cursor") == "" {
			fmt.Fprint(w, `{"items": [{"id": "first"}], "nextCursor": "second"}`)
			return
		}
		fmt.Fprint(w, `{"items": [{"id": "last"}]}`)
	}))
	defer server.Close()
	environ := []string{"TEAM_URL=" + server.URL, "TEAM_TOKEN=team_x"}
	alarms := decode[api.AlarmList](t, command(t, environ, "alarms", "-o", "json").out)
	if len(alarms.Items) != 2 {
		t.Errorf("there are %d alarms", len(alarms.Items))
	}
	proposals := decode[api.ProposalList](t, command(t, environ, "policy", "proposals", "--all", "-o", "json").out)
	if len(proposals.Items) != 2 {
		t.Errorf("there are %d proposals", len(proposals.Items))
	}
}
