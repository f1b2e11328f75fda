package api_test

import (
	"slices"
	"testing"

	"github.com/team-idc/team/internal/api"
)

// What a change would do is said before it is made, and nothing is stored by asking.
func TestPreviewSaysWhatAChangeWouldDo(t *testing.T) {
	w := newWorld(t)
	body := widerDraft().Policy
	body.ApprovalRequired = false // nobody decides on the sandbox
	p := into[api.PolicyPreview](t, w.call("auditor", "POST", "/api/v1/policies/preview", api.PolicyDraft{Kind: "eligibility", Eligibility: &body}))
	gains := func(user string) bool {
		return slices.ContainsFunc(p.Effect.Requests, func(r api.RequestEffect) bool { return r.User.UserName == user && len(r.Gains) > 0 })
	}
	if !p.Waits || len(p.Widening) == 0 || len(p.Difference) == 0 || p.Unchanged || !gains("auditor") || gains("requester") {
		t.Errorf("a new policy: %+v", p)
	}
	if l := into[api.PolicyList](t, w.call("auditor", "GET", "/api/v1/policies?kind=eligibility&q=Auditors", nil)); len(l.Items) != 0 {
		t.Errorf("asking stored %+v", l.Items)
	}

	inForce := into[api.EligibilityPolicy](t, w.call("admin", "GET", "/api/v1/policies/eligibility/pol_developers", nil))
	draft := api.PolicyDraft{Kind: "eligibility", PolicyID: inForce.ID, BaseVersion: inForce.Version, Eligibility: &inForce.EligibilityBody}
	if p := into[api.PolicyPreview](t, w.call("admin", "POST", "/api/v1/policies/preview", draft)); !p.Unchanged || p.Waits || len(p.Difference) != 0 {
		t.Errorf("what is in force: %+v", p)
	}
	inForce.MaxDurationSeconds = 60
	if p := into[api.PolicyPreview](t, w.call("admin", "POST", "/api/v1/policies/preview", draft)); p.Waits || len(p.Difference) != 1 {
		t.Errorf("a shorter maximum: %+v", p)
	}
	draft.BaseVersion = inForce.Version + 1
	refusal(t, w.call("admin", "POST", "/api/v1/policies/preview", draft), 412, "stale")
	draft = api.PolicyDraft{Kind: "eligibility", PolicyID: inForce.ID, BaseVersion: inForce.Version, Delete: true}
	p = into[api.PolicyPreview](t, w.call("admin", "POST", "/api/v1/policies/preview", draft))
	if loses := slices.ContainsFunc(p.Effect.Requests, func(r api.RequestEffect) bool { return len(r.Loses) > 0 }); !loses {
		t.Errorf("a deletion: %+v", p)
	}
}

func TestPreviewSaysWhichFieldIsWrong(t *testing.T) {
	w := newWorld(t)
	body := widerDraft().Policy
	body.Targets = api.Targets{}
	body.MaxDurationSeconds = 0
	p := refusal(t, w.call("admin", "POST", "/api/v1/policies/preview", api.PolicyDraft{Kind: "eligibility", Eligibility: &body}), 422, "invalid")
	if len(p.Errors) != 2 || p.Errors[0].Location != "body.eligibility.targets" || p.Errors[1].Location != "body.eligibility.maxDurationSeconds" {
		t.Errorf("no targets: %+v", p)
	}
	refusal(t, w.call("admin", "POST", "/api/v1/policies/preview", api.PolicyDraft{Kind: "approver", Eligibility: &body}), 422, "invalid")
	refusal(t, w.call("admin", "POST", "/api/v1/policies/preview", api.PolicyDraft{Kind: "eligibility", Delete: true}), 422, "invalid")
	s := into[api.Settings](t, w.call("admin", "GET", "/api/v1/settings", nil))
	s.MaxTargets = 0
	draft := api.PolicyDraft{Kind: "settings", BaseVersion: s.Version, Settings: &s.SettingsBody}
	p = refusal(t, w.call("admin", "POST", "/api/v1/policies/preview", draft), 422, "invalid")
	if len(p.Errors) != 1 || p.Errors[0].Location != "body.settings.maxTargets" {
		t.Errorf("no targets in a request: %+v", p)
	}
}

// Of a proposal it is said as things are now; of one that was decided no more.
func TestPreviewOfAProposal(t *testing.T) {
	w := newWorld(t)
	path := w.proposed("admin")
	if p := into[api.PolicyPreview](t, w.call("second-admin", "GET", path+"/preview", nil)); !p.Waits || len(p.Widening) == 0 || len(p.Difference) == 0 {
		t.Errorf("a new policy: %+v", p)
	}
	into[api.Proposal](t, w.call("admin", "POST", path+"/withdraw", nil))
	refusal(t, w.call("second-admin", "GET", path+"/preview", nil), 409, "conflict")
}

// Names for the ids that a policy holds are asked for together.
func TestDirectoryByID(t *testing.T) {
	w := newWorld(t)
	l := into[api.AccountList](t, w.call("admin", "GET", "/api/v1/directory/accounts?id="+sandbox+",000000000000", nil))
	if len(l.Items) != 1 || l.Items[0].ID != sandbox {
		t.Errorf("accounts %+v", l.Items)
	}
	if l := into[api.UserList](t, w.call("admin", "GET", "/api/v1/directory/users?id=u-requester,u-approver", nil)); len(l.Items) != 2 {
		t.Errorf("users %+v", l.Items)
	}
	units := into[api.OUList](t, w.call("admin", "GET", "/api/v1/directory/ous", nil)).Items
	if l := into[api.OUList](t, w.call("admin", "GET", "/api/v1/directory/ous?id="+units[0].ID, nil)); len(l.Items) != 1 {
		t.Errorf("units %+v", l.Items)
	}
	// By id nobody sees more than by searching.
	if l := into[api.AccountList](t, w.call("stranger", "GET", "/api/v1/directory/accounts?id="+sandbox, nil)); len(l.Items) != 0 {
		t.Errorf("a stranger sees %+v", l.Items)
	}
}
