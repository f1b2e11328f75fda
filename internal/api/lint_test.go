package api_test

import (
	"strings"
	"testing"

	"github.com/team-idc/team/internal/api"
)

const tooLong = `kind: eligibility
name: All day
principals: {groups: [developers]}
targets: {accounts: [dev]}
permissionSets: [ReadOnly]
maxDuration: 24h
---
kind: eligibility
name: All night
principals: {groups: [developers]}
targets: {accounts: [dev]}
permissionSets: [ReadOnly]
maxDuration: 24h
`

// The directory of these tests was never read by a sync: what needs it is not looked at, and the answer says so.
func TestLint(t *testing.T) {
	w := newWorld(t)
	l := into[api.PolicyLint](t, w.call("auditor", "GET", "/api/v1/policies/lint", nil))
	if len(l.Items) != 0 || len(l.NotRead) != 8 || l.Generation == 0 {
		t.Errorf("lint %+v", l)
	}
	docs := api.PolicyDocuments{Documents: []api.PolicyDocument{{Name: "day.yaml", Text: tooLong}}}
	l = into[api.PolicyLint](t, w.call("auditor", "POST", "/api/v1/policies/lint", docs))
	if l.Counts != (api.FindingCounts{Warning: 1, Note: 2}) || len(l.Items) != 3 || l.Items[0].Code != "duplicate_policy" || !l.Items[0].New {
		t.Fatalf("lint %+v", l)
	}
	capped := l.Items[1]
	if capped.Severity != "note" || capped.Code != "maximum_capped" || capped.Advice == "" || len(capped.Places) != 1 {
		t.Fatalf("finding %+v", capped)
	}
	if p := capped.Places[0]; p.Policy.ID != "" || p.Policy.Name != "All day" || p.Field != "maxDuration" || p.Document != "day.yaml" || p.Line != 6 || p.Column != 14 || !p.New {
		t.Errorf("place %+v", p)
	}
	for query, want := range map[string]struct{ items, omitted int }{
		"?severity=warning": {1, 0}, "?severity=error": {0, 0}, "?limit=1": {1, 2}, "?code=maximum_capped": {2, 0}, "?new=true": {3, 0},
		"?policy=pol_developers": {0, 0}, "?code=maximum_capped&limit=1": {1, 1},
	} {
		l := into[api.PolicyLint](t, w.call("admin", "POST", "/api/v1/policies/lint"+query, docs))
		if len(l.Items) != want.items || l.Omitted != want.omitted || l.Counts.Note != 2 {
			t.Errorf("%s: %+v", query, l)
		}
	}
	refusal(t, w.call("auditor", "GET", "/api/v1/policies/lint?severity=grave", nil), 422, "invalid")
	refusal(t, w.call("requester", "GET", "/api/v1/policies/lint", nil), 403, "forbidden")
}

func TestLintOfMistakenDocuments(t *testing.T) {
	w := newWorld(t)
	docs := api.PolicyDocuments{Documents: []api.PolicyDocument{{Name: "day.yaml", Text: strings.ReplaceAll(tooLong, "[dev]", "[nowhere]")}}}
	p := refusal(t, w.call("auditor", "POST", "/api/v1/policies/lint", docs), 422, "invalid")
	if len(p.Errors) != 2 || !strings.Contains(p.Errors[1].Message, `day.yaml:11: targets.accounts[0]: there is no account "nowhere"`) {
		t.Errorf("problem %+v", p)
	}
}

// What a plan adds to the findings is told with it, before anything is applied.
func TestPlanTellsNewFindings(t *testing.T) {
	w := newWorld(t)
	docs := api.PolicyDocuments{Documents: []api.PolicyDocument{{Name: "day.yaml", Text: tooLong}}}
	plan := into[api.PolicyPlan](t, w.call("admin", "POST", "/api/v1/policies/plan", docs))
	applied := into[api.PolicyPlan](t, w.call("admin", "POST", "/api/v1/policies/apply", docs))
	for _, p := range []api.PolicyPlan{plan, applied} {
		if len(p.Findings) != 3 || p.Findings[0].Code != "duplicate_policy" {
			t.Errorf("findings %+v", p.Findings)
		}
	}
	same := into[api.PolicyDocuments](t, w.call("auditor", "GET", "/api/v1/policies/documents", nil))
	if p := into[api.PolicyPlan](t, w.call("auditor", "POST", "/api/v1/policies/plan", same)); len(p.Findings) != 0 {
		t.Errorf("nothing is new, but %+v", p.Findings)
	}
}
