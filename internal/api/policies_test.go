package api_test

import (
	"strings"
	"testing"

	"github.com/team-idc/team/internal/api"
)

// A change that widens access waits for a second administrator; its author cannot agree; one that narrows applies.
func TestP11WideningWaitsForASecondAdministrator(t *testing.T) {
	w := newWorld(t)
	out := into[api.PolicyOutcome](t, w.call("admin", "POST", "/api/v1/policies/eligibility", widerDraft()))
	if out.Applied || out.Proposal == nil || len(out.Widening) == 0 || out.Proposal.Author.UserName != "admin" || out.Proposal.Eligibility.MaxDurationSeconds != 600 {
		t.Fatalf("outcome %+v", out)
	}
	path := "/api/v1/proposals/" + out.Proposal.ID
	refusal(t, w.call("admin", "POST", path+"/agree", at(1, nil)), 403, "forbidden")
	if l := into[api.ProposalList](t, w.call("second-admin", "GET", "/api/v1/proposals", nil)); len(l.Items) != 1 {
		t.Errorf("proposals %+v", l)
	}
	if p := into[api.Proposal](t, w.call("auditor", "GET", path, nil)); len(p.Difference) == 0 || p.State != "proposed" {
		t.Errorf("proposal %+v", p)
	}
	agreed := into[api.PolicyOutcome](t, w.call("second-admin", "POST", path+"/agree", at(1, nil)))
	if !agreed.Applied || agreed.Policy.Version != 1 || agreed.Proposal.State != "agreed" {
		t.Fatalf("agreed %+v", agreed)
	}
	refusal(t, w.call("second-admin", "POST", path+"/agree", at(1, nil)), 409, "conflict")
	got := into[api.EligibilityPolicy](t, w.call("auditor", "GET", "/api/v1/policies/eligibility/"+agreed.Policy.ID, nil))
	if len(got.Cooling) != 2 || got.Name != "Auditors look" {
		t.Errorf("policy %+v", got)
	}
	got.MaxDurationSeconds = 300
	narrowed := into[api.PolicyOutcome](t, w.call("admin", "PUT", "/api/v1/policies/eligibility/"+got.ID, at(1, api.EligibilityDraft{Policy: got.EligibilityBody})))
	if !narrowed.Applied || narrowed.Policy.Version != 2 || len(narrowed.Widening) != 0 || len(narrowed.Difference) == 0 {
		t.Errorf("narrowed %+v", narrowed)
	}
	refusal(t, w.call("admin", "PUT", "/api/v1/policies/eligibility/"+got.ID, at(1, api.EligibilityDraft{Policy: got.EligibilityBody})), 412, "stale")
	versions := into[api.PolicyVersionList](t, w.call("auditor", "GET", "/api/v1/policies/eligibility/"+got.ID+"/versions", nil))
	if len(versions.Items) != 2 || versions.Items[0].Version != 2 || versions.Items[1].AgreedBy.UserName != "second-admin" || versions.Items[1].Eligibility == nil {
		t.Errorf("versions %+v", versions)
	}
	deleted := into[api.PolicyOutcome](t, w.call("admin", "DELETE", "/api/v1/policies/eligibility/"+got.ID, at(2, nil)))
	if deleted.Proposal == nil || !deleted.Proposal.Delete {
		t.Fatalf("without it less approval could be needed, but %+v", deleted)
	}
	into[api.PolicyOutcome](t, w.call("second-admin", "POST", "/api/v1/proposals/"+deleted.Proposal.ID+"/agree", at(1, nil)))
	refusal(t, w.call("admin", "GET", "/api/v1/policies/eligibility/"+got.ID, nil), 404, "not_found")
}

func TestSettingsChange(t *testing.T) {
	w := newWorld(t)
	s := into[api.Settings](t, w.call("admin", "GET", "/api/v1/settings", nil))
	if s.MaxDurationSeconds != 9*3600 || s.AdministratorGroup != admins || s.SecondAdministrator != "auto" || s.Version != 1 {
		t.Errorf("settings %+v", s)
	}
	s.MaxDurationSeconds = 3600
	if out := into[api.PolicyOutcome](t, w.call("admin", "PUT", "/api/v1/settings", at(1, api.SettingsDraft{Settings: s.SettingsBody}))); !out.Applied {
		t.Errorf("narrowing %+v", out)
	}
	if me := into[api.Me](t, w.call("requester", "GET", "/api/v1/me", nil)); me.Limits.MaxDurationSeconds != 3600 {
		t.Errorf("limits %+v", me.Limits)
	}
	s.AdministratorGroup = developers
	out := into[api.PolicyOutcome](t, w.call("admin", "PUT", "/api/v1/settings", at(2, api.SettingsDraft{Settings: s.SettingsBody})))
	if out.Applied || out.Proposal == nil || out.Proposal.Settings == nil {
		t.Errorf("another administrators' group %+v", out)
	}
	refused := into[api.Proposal](t, w.call("second-admin", "POST", "/api/v1/proposals/"+out.Proposal.ID+"/refuse", api.ProposalRefusal{Comment: "no"}))
	if refused.State != "refused" || refused.DecidedBy.UserName != "second-admin" {
		t.Errorf("refused %+v", refused)
	}
}

func TestExplainAndDocuments(t *testing.T) {
	w := newWorld(t)
	x := into[api.PolicyExplanation](t, w.call("auditor", "POST", "/api/v1/policies/explain", api.PolicyQuestion{UserID: "u-stranger", Role: oneProd().Targets[0]}))
	if x.Allowed || x.Against[0].Code != "not_eligible" || x.User.UserName != "stranger" || len(x.Deciders) != 1 || x.Deciders[0].Candidates[0].UserName != "approver" {
		t.Errorf("explanation %+v", x)
	}
	docs := into[api.PolicyDocuments](t, w.call("auditor", "GET", "/api/v1/policies/documents", nil))
	if len(docs.Documents) != 1 || !strings.Contains(docs.Documents[0].Text, "Developers") {
		t.Fatalf("documents %+v", docs)
	}
	plan := into[api.PolicyPlan](t, w.call("auditor", "POST", "/api/v1/policies/plan", docs))
	for _, c := range plan.Changes {
		if c.Action != "keep" {
			t.Errorf("what is in force would change: %+v", c)
		}
	}
	docs.Documents[0].Text = strings.Replace(docs.Documents[0].Text, "maxDuration: 4h", "maxDuration: 2h", 1)
	applied := into[api.PolicyPlan](t, w.call("admin", "POST", "/api/v1/policies/apply", docs))
	changed := 0
	for _, c := range applied.Changes {
		if c.Action == "change" && c.Outcome != nil && c.Outcome.Applied && c.Problem == nil {
			changed++
		}
	}
	if changed != 1 {
		t.Errorf("applied %+v", applied)
	}
}
