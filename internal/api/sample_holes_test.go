package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
)

// AWS's sample (aws-samples/iam-identity-center-team) had an approval-spoofing CVE, and a data layer that every signed-in
// user could call. Each test here is one of its holes, in words of our own, and shows that it is none of ours.

// CVE-2025-1969: the requester could name, in what was sent, who had approved. Here nobody is named: who decides is who
// calls, and that is never who asked, whatever else they are.
func TestSampleHoleASpoofedApproval(t *testing.T) {
	w := newWorld(t)
	r := w.ask(oneProd())
	path := "/api/v1/requests/" + r.ID
	for _, body := range []string{
		`{"comment":"ok","approverId":"u-approver"}`, `{"comment":"ok","approver":"approver"}`, `{"comment":"ok","voterId":"u-approver"}`,
		`{"comment":"ok","by":{"userId":"u-approver"}}`, `{"comment":"ok","strength":"passkey"}`,
	} {
		refusal(t, w.call("requester", "POST", path+"/approve", body), http.StatusUnprocessableEntity, "invalid")
	}
	for _, header := range []string{"X-User", "X-Forwarded-User", "X-Amzn-Oidc-Identity", "X-Approver", "Remote-User"} {
		sent := headed{map[string]string{header: "approver"}, api.Ballot{Comment: "ok"}}
		refusal(t, w.call("requester", "POST", path+"/approve", sent), http.StatusForbidden, "forbidden")
	}
	refusal(t, w.call("stranger", "POST", path+"/approve", api.Ballot{Comment: "ok"}), http.StatusNotFound, "not_found")
	if r = into[api.Request](t, w.call("requester", "GET", path, nil)); r.Status != "pending" || len(r.Targets[0].Votes) != 0 {
		t.Errorf("it is %s, with %+v", r.Status, r.Targets[0].Votes)
	}
}

// createRequests: a request could be filed with its status and outcome filled in, and for anything: whether the person
// was eligible was looked at later, elsewhere.
func TestSampleHoleARequestThatIsFiledAsApproved(t *testing.T) {
	w := newWorld(t)
	for _, more := range []string{
		`"status":"approved"`, `"decision":"approved"`, `"approvers":["u-requester"]`, `"approvalRequired":false`, `"filedBy":"u-approver"`,
		`"machine":true`, `"id":"req_mine"`, `"expiresAt":"2030-01-01T00:00:00Z"`, `"targetsDecision":[]`,
	} {
		body := `{"targets":[{"accountId":"` + prod + `","permissionSetArn":"` + admin + `"}],"durationSeconds":3600,"justification":"x",` + more + `}`
		refusal(t, w.call("requester", "POST", "/api/v1/requests", body), http.StatusUnprocessableEntity, "invalid")
	}
	nested := `{"targets":[{"accountId":"` + prod + `","permissionSetArn":"` + admin + `","decision":"approved"}],"durationSeconds":3600,"justification":"x"}`
	refusal(t, w.call("requester", "POST", "/api/v1/requests", nested), http.StatusUnprocessableEntity, "invalid")
	refusal(t, w.call("stranger", "POST", "/api/v1/requests", oneProd()), http.StatusForbidden, "not_allowed")
	if l := into[api.RequestList](t, w.call("admin", "GET", "/api/v1/requests?scope=all", nil)); len(l.Items) != 0 {
		t.Errorf("%d requests were filed", len(l.Items))
	}
}

// createRequests again: the name of the person was forced, but what else was sent about them was taken. Here a person
// asks for themselves, and only a machine client names another.
func TestSampleHoleAForgedBeneficiary(t *testing.T) {
	w := newWorld(t)
	n := oneProd()
	n.BeneficiaryID = "u-requester"
	for _, path := range []string{"/api/v1/requests", "/api/v1/requests/preview"} {
		for _, as := range []string{"stranger", "approver", "admin"} {
			refusal(t, w.call(as, "POST", path, n), http.StatusForbidden, "forbidden")
		}
	}
}

// updateRequests: no transition was checked, so that whoever could approve could approve what had expired, was cancelled
// or rejected, and access was given.
func TestSampleHoleApprovingWhatIsOver(t *testing.T) {
	w := newWorld(t)
	approve := func(r api.Request) reply {
		return w.call("approver", "POST", "/api/v1/requests/"+r.ID+"/approve", api.Ballot{Comment: "ok"})
	}
	cancelled := w.ask(oneProd())
	into[api.Request](t, w.call("requester", "POST", "/api/v1/requests/"+cancelled.ID+"/cancel", nil))
	rejected := w.ask(oneProd())
	into[api.Request](t, w.call("approver", "POST", "/api/v1/requests/"+rejected.ID+"/reject", api.Ballot{Comment: "no"}))
	expired := w.ask(oneProd())
	w.pass(3 * time.Hour)
	refusal(t, approve(expired), http.StatusConflict, "conflict") // before anybody noted that it expired
	for did := true; did; {
		var err error
		if did, _, err = w.access.ExpireStep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for want, r := range map[string]api.Request{"cancelled": cancelled, "rejected": rejected, "expired": expired} {
		refusal(t, approve(r), http.StatusConflict, "conflict")
		r = into[api.Request](t, w.call("requester", "GET", "/api/v1/requests/"+r.ID, nil))
		if r.Status != want || r.Targets[0].Elevation.State != "ended" {
			t.Errorf("it is %s, and its access %s", r.Status, r.Targets[0].Elevation.State)
		}
	}
}

// updateRequests and deleteRequests: the owner could write any text as the state ("ended", "in progress"), which hid the
// record or broke it. Here no operation writes a state: there are verbs, each with its own rule.
func TestSampleHoleWritingStates(t *testing.T) {
	w := newWorld(t)
	r := w.active()
	for _, path := range []string{
		"/api/v1/requests/" + r.ID, "/api/v1/requests", "/api/v1/elevations/" + r.Targets[0].Elevation.ID, "/api/v1/elevations",
		"/api/v1/assignments", "/api/v1/events", "/api/v1/alarms",
	} {
		for _, method := range []string{"PUT", "PATCH", "DELETE"} {
			refusal(t, w.call("requester", method, path, `{"status":"ended"}`), http.StatusMethodNotAllowed, "method_not_allowed")
			refusal(t, w.call("admin", method, path, `{"status":"ended"}`), http.StatusMethodNotAllowed, "method_not_allowed")
		}
	}
	if e := into[api.Elevation](t, w.call("requester", "GET", "/api/v1/elevations/"+r.Targets[0].Elevation.ID, nil)); e.State != "active" {
		t.Errorf("it is %s", e.State)
	}
}

// updateRequests: that a comment and a ticket are demanded was known to the browser alone.
func TestSampleHoleDemandsOfTheBrowser(t *testing.T) {
	w := newWorldWith(t, func(s *policychange.Seed) {
		s.Settings.CommentRequired, s.Settings.TicketRequired, s.Settings.TicketPattern = true, true, "OPS-[0-9]+"
	})
	n := oneProd()
	refusal(t, w.call("requester", "POST", "/api/v1/requests", n), http.StatusUnprocessableEntity, "invalid")
	for _, ticket := range []string{"x", "OPS-1 and more", "ops-1"} {
		n.Ticket = ticket
		refusal(t, w.call("requester", "POST", "/api/v1/requests", n), http.StatusForbidden, "not_allowed")
	}
	n.Ticket = "OPS-1"
	r := w.ask(n)
	for _, verb := range []string{"approve", "reject"} {
		for _, comment := range []string{"", "  \t"} {
			refusal(t, w.call("approver", "POST", "/api/v1/requests/"+r.ID+"/"+verb, api.Ballot{Comment: comment}), http.StatusUnprocessableEntity, "invalid")
		}
	}
}

// sessions and getLogs: anybody could make a row with anybody's name in it, and read what that person did; and the values
// became part of an SQL text. Here what somebody may see follows from who they are, in every list, and no filter widens it.
func TestSampleHoleReadingWhatOthersDid(t *testing.T) {
	w := newWorld(t)
	r := w.active()
	id := r.Targets[0].Elevation.ID
	for _, path := range []string{"/api/v1/requests/" + r.ID, "/api/v1/elevations/" + id, "/api/v1/events?request=" + r.ID} {
		refusal(t, w.call("stranger", "GET", path, nil), http.StatusNotFound, "not_found")
	}
	for _, list := range []string{"requests", "elevations"} {
		for _, query := range []string{"scope=all", "user=u-requester", "user=requester", "scope=all&user=u-requester"} {
			got := w.call("stranger", "GET", "/api/v1/"+list+"?"+query, nil)
			if got.status == http.StatusOK && len(into[api.RequestList](t, got).Items) > 0 {
				t.Errorf("%s?%s shows %s", list, query, got.body)
			}
		}
		for _, query := range []string{"ticket=%27+OR+1%3D1+--", "account=%27+OR+%271%27%3D%271", "q=%27%3B+DROP+TABLE+requests%3B--", "cursor=%27+OR+1%3D1+--"} {
			got := w.call("stranger", "GET", "/api/v1/"+list+"?"+query, nil)
			if got.status >= http.StatusInternalServerError {
				t.Errorf("%s?%s: %d %s", list, query, got.status, got.body)
			}
			if got.status == http.StatusOK && len(into[api.RequestList](t, got).Items) > 0 {
				t.Errorf("%s?%s shows %s", list, query, got.body)
			}
		}
	}
	for _, path := range []string{"/api/v1/assignments", "/api/v1/alarms", "/api/v1/deployment", "/api/v1/directory/status"} {
		refusal(t, w.call("requester", "GET", path, nil), http.StatusForbidden, "forbidden")
	}
	if l := into[api.RequestList](t, w.call("requester", "GET", "/api/v1/requests", nil)); len(l.Items) != 1 {
		t.Errorf("the requester sees %d", len(l.Items))
	}
}

// Settings, Eligibility, Approvers: every signed-in user could read them, with the secret that posts to the organization's
// chat; and administrators could delete the settings.
func TestSampleHoleReadingPoliciesAndSecrets(t *testing.T) {
	w := newWorld(t)
	proposal := w.proposed("second-admin")
	_, document := present(t)
	for _, word := range []string{"webhookUrl", "webhookSecret", "slack", "botToken", "clientSecret", "password"} {
		if strings.Contains(strings.ToLower(string(document)), strings.ToLower(`"`+word)) {
			t.Errorf("some answer of the API has %s in it", word)
		}
	}
	reads := []string{
		"/api/v1/settings", "/api/v1/policies", "/api/v1/policies/eligibility/pol_developers", "/api/v1/policies/approver/pol_prod",
		"/api/v1/policies/approver/pol_prod/versions", "/api/v1/policies/documents", "/api/v1/policies/lint", "/api/v1/protected-accounts",
		"/api/v1/proposals", proposal,
	}
	machine := w.machineToken(w.machine) // that no administrator owns
	for _, path := range reads {
		for _, as := range []string{"stranger", "requester", "approver", "owner"} {
			refusal(t, w.call(as, "GET", path, nil), http.StatusForbidden, "forbidden")
		}
		refusal(t, w.with(machine, "GET", path, nil), http.StatusForbidden, "forbidden")
		if got := w.call("auditor", "GET", path, nil); got.status != http.StatusOK {
			t.Errorf("an auditor reads %s: %d", path, got.status)
		}
	}
	refusal(t, w.call("admin", "DELETE", "/api/v1/settings", nil), http.StatusMethodNotAllowed, "method_not_allowed")
}

// getAccounts, getOUs, getPermissions, getIdCGroups, getUsers, listGroups: whoever was signed in could dump the
// organization. Here people see the part that policies let them ask for or decide on.
func TestSampleHoleDumpingTheOrganization(t *testing.T) {
	w := newWorldWith(t, func(s *policychange.Seed) {
		s.Eligibility = append(s.Eligibility[:1:1], policy.Eligibility{
			ID: "pol_others", Name: "Others", Principals: policy.Principals{Groups: []string{auditors}},
			Targets: policy.Targets{Accounts: []string{sandbox}}, PermissionSets: []string{readOnly}, MaxDuration: time.Hour,
		})
	})
	sees := func(token, what string) (ids []string) {
		t.Helper()
		for _, found := range into[struct{ Items []struct{ ID, ARN string } }](t, w.with(token, "GET", "/api/v1/directory/"+what, nil)).Items {
			ids = append(ids, found.ID+found.ARN)
		}
		slices.Sort(ids)
		return ids
	}
	root, prodUnit, devUnit := "r-root", "ou-root-prod0000", "ou-root-dev00000"
	machine := w.machineToken(w.machine)
	proposer := w.newMachine("u-admin", access.MachineScopes()...)
	for _, see := range []struct {
		name, token           string
		accounts, units, sets []string
	}{
		{"a stranger", w.tokens["stranger"], nil, nil, nil},
		{"the owner of a machine client", w.tokens["owner"], nil, nil, nil},
		{"a requester", w.tokens["requester"], []string{prod, dev}, []string{devUnit, prodUnit, root}, []string{admin}},
		{"an approver", w.tokens["approver"], []string{prod}, []string{prodUnit, root}, []string{admin}},
		{"a machine client", machine, []string{prod, dev}, []string{devUnit, prodUnit, root}, []string{admin}},
		{"a machine client that proposes policies", w.machineToken(proposer), []string{prod, dev, sandbox}, []string{devUnit, prodUnit, root}, []string{readOnly, admin}},
		{"an auditor", w.tokens["auditor"], []string{prod, dev, sandbox}, []string{devUnit, prodUnit, root}, []string{readOnly, admin}},
		{"an administrator", w.tokens["admin"], []string{prod, dev, sandbox}, []string{devUnit, prodUnit, root}, []string{readOnly, admin}},
	} {
		if got := sees(see.token, "accounts"); !slices.Equal(got, see.accounts) {
			t.Errorf("%s sees the accounts %v", see.name, got)
		}
		if got := sees(see.token, "ous"); !slices.Equal(got, see.units) {
			t.Errorf("%s sees the units %v", see.name, got)
		}
		if got := sees(see.token, "permission-sets"); !slices.Equal(got, see.sets) {
			t.Errorf("%s sees the permission sets %v", see.name, got)
		}
	}
	for _, as := range []string{"stranger", "requester", "approver"} {
		for _, what := range []string{"users", "groups", "users?q=admin", "groups?member=u-admin"} {
			refusal(t, w.call(as, "GET", "/api/v1/directory/"+what, nil), http.StatusForbidden, "forbidden")
		}
	}
}

// getUserPolicy and validateRequest: the caller said who they are, and in which groups, and was told what these may ask
// for. Here nobody says who they are.
func TestSampleHoleSayingWhoOneIs(t *testing.T) {
	w := newWorld(t)
	for _, query := range []string{"user=u-requester", "user=requester"} {
		refusal(t, w.call("stranger", "GET", "/api/v1/me/requestable?"+query, nil), http.StatusForbidden, "forbidden")
	}
	for _, query := range []string{"userId=u-requester", "groupIds=" + developers, "groups=" + developers} {
		refusal(t, w.call("stranger", "GET", "/api/v1/me/requestable?"+query, nil), http.StatusUnprocessableEntity, "invalid")
		refusal(t, w.call("stranger", "GET", "/api/v1/me?"+query, nil), http.StatusUnprocessableEntity, "invalid")
	}
	refusal(t, w.call("stranger", "POST", "/api/v1/policies/explain", api.PolicyQuestion{UserID: "u-requester", Role: oneProd().Targets[0]}),
		http.StatusForbidden, "forbidden")
	if l := into[api.Requestable](t, w.call("stranger", "GET", "/api/v1/me/requestable", nil)); len(l.Items) != 0 {
		t.Errorf("a stranger may ask for %+v", l.Items)
	}
}

// publishPolicy, publishOUs, publishPermissions, onCreateRequests, onUpdateRequests, onUpdateSessions: any user could push
// what they liked into the browsers of others, and received what concerned others. Here nobody publishes: streams show the
// event log, each reader the part that is theirs.
func TestSampleHoleForgedAndUnfilteredPushes(t *testing.T) {
	w := newWorld(t)
	for path, operations := range func() map[string]map[string]*operation { d, _ := present(t); return d.Paths }() {
		for method := range operations {
			if strings.Contains(path, "/events") && method != "get" {
				t.Errorf("%s %s writes events", method, path)
			}
		}
	}
	r := w.active()
	for as, sees := range map[string]bool{"requester": true, "admin": true, "auditor": true, "stranger": false, "second-approver": false} {
		got := w.call(as, "GET", "/api/v1/events/stream?cursor=-1&follow=false", nil)
		if got.status != http.StatusOK || strings.Contains(string(got.body), r.ID) != sees {
			t.Errorf("%s follows, and gets %d %s", as, got.status, got.body)
		}
	}
	refusal(t, w.call("stranger", "GET", "/api/v1/events/stream?follow=false&request="+r.ID, nil), http.StatusNotFound, "not_found")
}

// invalidateOUCache was an administrator's, but what it emptied anybody could fill.
func TestSampleHoleHavingTheDirectoryRead(t *testing.T) {
	w := newWorld(t)
	for _, as := range []string{"stranger", "requester", "approver", "auditor"} {
		refusal(t, w.call(as, "POST", "/api/v1/directory/sync", nil), http.StatusForbidden, "forbidden")
	}
}

// allow private provider iam: beside the front door there was one for AWS signatures, to which everybody who was signed
// in got a key. Here there is one API; nobody is let in but by it, and all but these operations want to know who calls.
func TestSampleHoleASecondDoor(t *testing.T) {
	w := newWorld(t)
	text, err := api.OpenAPI("test")
	if err != nil {
		t.Fatal(err)
	}
	d := parsedSecurity(t, text)
	var open []string
	for _, operations := range d.Paths {
		for _, o := range operations {
			if len(o.Security) == 0 {
				open = append(open, o.OperationID)
			}
		}
	}
	slices.Sort(open)
	if !slices.Equal(open, []string{"create-machine-token", "health", "readiness"}) {
		t.Errorf("without a sign-in one may %v", open)
	}
	for _, authorization := range []string{
		"AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20261125/us-east-1/appsync/aws4_request, SignedHeaders=host, Signature=" + strings.Repeat("0", 64),
		"Basic YWRtaW46YWRtaW4=", "Bearer", "Bearer null", "Bearer undefined", w.tokens["admin"],
	} {
		sent := headed{map[string]string{"Authorization": authorization}, nil}
		for _, path := range []string{"/api/v1/me", "/api/v1/settings", "/api/v1/requests"} {
			refusal(t, w.with("", "GET", path, sent), http.StatusUnauthorized, "unauthenticated")
		}
	}
	for _, path := range []string{"/graphql", "/realtime", "/api/v1/graphql", "/api/v2/requests", "/admin", "/debug/pprof/", "/api/v1/../internal"} {
		if got := w.call("admin", "GET", path, nil); got.status != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

// Who had asked was recognized by e-mail, which people could write themselves: whoever changed it between the request and
// the decision could approve their own. Here people are user ids, and what they are called means nothing.
func TestSampleHoleAnotherEMailBetweenRequestAndDecision(t *testing.T) {
	w := newWorld(t)
	r := w.ask(oneProd())
	w.change(func(c *directory.Content) {
		c.Users, c.Groups = slices.Clone(c.Users), slices.Clone(c.Groups)
		for i := range c.Users {
			if c.Users[i].ID == "u-requester" {
				c.Users[i].UserName, c.Users[i].Email, c.Users[i].DisplayName = "somebody-else", "somebody.else@example.com", "Somebody Else"
			}
		}
		for i := range c.Groups {
			if c.Groups[i].ID == prodApprovers {
				c.Groups[i].Members = append(slices.Clone(c.Groups[i].Members), "u-requester")
			}
		}
	})
	p := refusal(t, w.call("requester", "POST", "/api/v1/requests/"+r.ID+"/approve", api.Ballot{Comment: "ok"}), http.StatusForbidden, "forbidden")
	if p.Detail != "nobody can decide on their own request" {
		t.Errorf("refused with %+v", p)
	}
}

// Auditors could see, and administrators not even that; neither could end access. Here both see, and whoever decides, or
// administrates, ends it.
func TestSampleHoleNobodyCouldRevoke(t *testing.T) {
	w := newWorld(t)
	r := w.active()
	path := "/api/v1/elevations/" + r.Targets[0].Elevation.ID
	for _, as := range []string{"admin", "auditor"} {
		into[api.Elevation](t, w.call(as, "GET", path, nil))
	}
	refusal(t, w.call("auditor", "POST", path+"/revoke", api.Revocation{Comment: "x"}), http.StatusForbidden, "forbidden")
	into[api.Elevation](t, w.call("admin", "POST", path+"/revoke", api.Revocation{Comment: "x"}))
}

// A machine client never decides: there is no scope by which it could, whoever owns it and however it came in, and what
// it changes of policies waits for a person.
func TestNoMachineDecides(t *testing.T) {
	w := newWorld(t)
	m := w.newMachine("u-admin", access.MachineScopes()...)
	token := w.machineToken(m)
	w.asMachine = w.machineToken(w.machine)
	r := w.ask(oneProd())
	methods, calls := registered(t), scenes()
	for _, operation := range api.Operations() {
		switch need := api.Needs(operation); need {
		case "decide", "operate", "tokens":
			path, body := calls[operation](w)
			got := w.with(token, methods[operation], path, body)
			p := refusal(t, got, http.StatusForbidden, "forbidden")
			if !strings.Contains(p.Detail, "the scope "+need) {
				t.Errorf("%s: %s", operation, p.Detail)
			}
		case "policies", "settings":
			path, body := calls[operation](w)
			got := w.with(token, methods[operation], path, body)
			if got.status == http.StatusOK && strings.Contains(string(got.body), `"applied":{`) {
				t.Errorf("%s took effect: %s", operation, got.body)
			}
		}
	}
	for _, scope := range []access.Scope{access.ScopeDecide, access.ScopeOperate, access.ScopeTokens} {
		body := api.MachineBody{Name: "decider", OwnerID: "u-owner", Scopes: []string{string(scope)}}
		refusal(t, w.call("admin", "POST", "/api/v1/machines", body), http.StatusUnprocessableEntity, "invalid")
	}
	if r = into[api.Request](t, w.call("requester", "GET", "/api/v1/requests/"+r.ID, nil)); r.Status != "pending" {
		t.Errorf("it is %s", r.Status)
	}
}

// parsedSecurity reads what an OpenAPI document says of who may call.
func parsedSecurity(t *testing.T, text []byte) (d struct {
	Paths map[string]map[string]struct {
		OperationID string                `json:"operationId"`
		Security    []map[string][]string `json:"security"`
	} `json:"paths"`
},
) {
	t.Helper()
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	return d
}
