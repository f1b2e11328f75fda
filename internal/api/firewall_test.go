package api_test

import (
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/edge"
	"github.com/team-idc/team/internal/edge/firewall"
	"github.com/team-idc/team/internal/edge/firewall/firewalltest"
)

// behindFirewall puts the edge with its firewall before the API of a world.
func behindFirewall(t *testing.T, w *world) {
	t.Helper()
	wrap, err := firewall.New(firewall.Config{Refuse: func(out http.ResponseWriter, r *http.Request, status int, code, detail string) {
		edge.From(r.Context()).Refuse(out, status, code, detail)
	}})
	if err != nil {
		t.Fatal(err)
	}
	w.server.Close()
	w.server = httptest.NewServer(edge.New(edge.Config{
		Now: w.Now, Log: slog.New(slog.DiscardHandler), NewID: rand.Text, OnLoopback: true, Firewall: wrap,
	}).Wrap(api.New(w.config())))
}

// Every honest text is taken as a justification, and by turns in each other field where people write; the API gets it,
// and stores or refuses it by its own rules.
func TestHonestTextsReachTheAPI(t *testing.T) {
	w := newWorld(t)
	behindFirewall(t, w)
	texts := firewalltest.Honest(t)
	type place struct{ operation, kind, field string }
	var places []place
	for _, f := range firewall.Fields() {
		if !strings.Contains(f.Operation, " /api/v1/") {
			continue
		}
		for _, name := range f.Query {
			places = append(places, place{f.Operation, "query", name})
		}
		for _, path := range f.Members {
			places = append(places, place{f.Operation, "member", path})
		}
	}
	pending := w.ask(twoTargets()).ID
	for i, text := range texts {
		got := w.call("requester", "POST", "/api/v1/requests/preview", requestWith(map[string]any{"justification": text}))
		if got.status != http.StatusOK {
			t.Errorf("as a justification: %d %s: %q", got.status, got.body, text)
		}
		for _, p := range []place{places[i%len(places)], places[(i*7+3)%len(places)]} {
			method, path, _ := strings.Cut(p.operation, " ")
			path = strings.NewReplacer("{id}", pending, "{name}", "requests.views").Replace(path)
			var body any
			if p.kind == "query" {
				path += "?" + url.Values{p.field: {text}}.Encode()
			} else {
				body = firewalltest.Within(p.field, text)
			}
			if got := w.call("requester", method, path, body); strings.Contains(string(got.body), `"code":"blocked"`) || got.status >= 500 {
				t.Errorf("%s %s: %d %s: %q", p.operation, p.field, got.status, got.body, text)
			}
		}
	}
}

// What people and programs do all day passes the firewall with the same answers as without it.
func TestTheFirewallLeavesOrdinaryCallsAlone(t *testing.T) {
	w := newWorld(t)
	behindFirewall(t, w)
	r := w.ask(twoTargets())
	if got := w.call("approver", "POST", "/api/v1/requests/"+r.ID+"/approve", `{"comment":"ok; go on"}`); got.status != http.StatusOK {
		t.Errorf("approve: %d %s", got.status, got.body)
	}
	for _, path := range []string{"/api/v1/me", "/api/v1/requests?scope=all&total=true&limit=2", "/api/v1/events?after=-1&limit=10", "/api/v1/settings", "/api/v1/policies"} {
		if got := w.call("auditor", "GET", path, nil); got.status != http.StatusOK {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	if got := w.call("requester", "POST", "/api/v1/requests", "{"); got.status != http.StatusBadRequest {
		t.Errorf("no JSON: %d %s", got.status, got.body)
	}
	got := w.call("requester", "GET", "/api/v1/requests?user="+url.QueryEscape("1' UNION SELECT password FROM users--"), nil)
	var p api.Problem
	if err := json.Unmarshal(got.body, &p); err != nil {
		t.Fatal(err)
	}
	if p.Code != "blocked" || p.Reference == "" || !slices.Contains(api.ProblemCodes(), p.Code) {
		t.Errorf("an attack: %+v", p)
	}
}
