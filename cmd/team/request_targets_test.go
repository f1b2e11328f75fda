package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/team-idc/team/internal/api"
)

// Somebody who may ask in thousands of accounts gets them page by page: none of them may be missing, and what is
// searched for is searched for in all of them.
func TestTargetsAreReadToTheEnd(t *testing.T) {
	block := func(id string) api.RequestableBlock {
		return api.RequestableBlock{
			Accounts:       []api.RequestableAccount{{Named: api.Named{ID: id, Name: "shop"}}},
			PermissionSets: []api.RequestableSet{{Named: api.Named{ID: "arn", Name: "Admin"}}},
		}
	}
	var asked []url.Values
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Query())
		page := api.Requestable{Items: []api.RequestableBlock{block("100000000001")}, NextCursor: "more"}
		if r.URL.Query().Get("cursor") == "more" {
			page = api.Requestable{Items: []api.RequestableBlock{block("100000000002")}}
		}
		w.Header().Set("Content-Type", "application/json")
		if err := (console{out: w}).printJSON(page); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	got := command(t, []string{"TEAM_URL=" + server.URL, "TEAM_TOKEN=x"}, "request", "targets", "Shop", "admin", "-o", "json")
	if got.code != exitOK {
		t.Fatalf("%d: %s", got.code, got.err)
	}
	var accounts []string
	for _, b := range decode[api.Requestable](t, got.out).Items {
		accounts = append(accounts, b.Accounts[0].ID)
	}
	if !slices.Equal(accounts, []string{"100000000001", "100000000002"}) {
		t.Errorf("shown are %v", accounts)
	}
	if len(asked) != 2 || asked[0].Get("q") != "Shop admin" || asked[1].Get("q") != "Shop admin" {
		t.Errorf("asked for %v", asked)
	}
	// Whoever left out what they want is shown what begins there, and that it goes on.
	asked = nil
	got = command(t, []string{"TEAM_URL=" + server.URL, "TEAM_TOKEN=x"}, "request", "create", "--for", "30m", "--reason", "x", "--account", "Shop")
	if got.code != exitUsage || !strings.Contains(got.err, "You may ask for:\n  - Admin in shop, ") || !strings.Contains(got.err, "\n  - and more\nAll of it: ") {
		t.Errorf("%d: %s", got.code, got.err)
	}
	if len(asked) != 1 || asked[0].Get("q") != "Shop" || asked[0].Get("cursor") != "" {
		t.Errorf("asked for %v", asked)
	}
}
