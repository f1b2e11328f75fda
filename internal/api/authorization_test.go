package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/identity"
)

// somebody is a persona with what they are to the request of the scene. The world's approver decides on its target.
type somebody struct {
	name      string
	relations []string
}

var everybody = []somebody{
	{"", []string{"everybody"}},
	{"stranger", []string{"everybody", "everybody who is signed in", "every person who is signed in"}},
	{"requester", []string{"everybody", "everybody who is signed in", "every person who is signed in", "the requester"}},
	{"approver", []string{"everybody", "everybody who is signed in", "every person who is signed in", "who may decide on it"}},
	{"admin", []string{"everybody", "everybody who is signed in", "every person who is signed in", "administrators"}},
	{"auditor", []string{"everybody", "everybody who is signed in", "every person who is signed in", "auditors"}},
	{"owner", []string{"everybody", "everybody who is signed in", "every person who is signed in", "whose token, sign-in, passkey or machine client it is"}},
}

func oneProd() api.NewRequest {
	n := twoTargets()
	n.Targets = n.Targets[:1]
	return n
}

// elevated files the request of the scene, has it approved and delivered, and returns the elevation's path.
func (w *world) elevated(to ...access.State) string {
	w.t.Helper()
	r := w.ask(oneProd())
	r = into[api.Request](w.t, w.call("approver", "POST", "/api/v1/requests/"+r.ID+"/approve", api.Ballot{}))
	w.deliver(r.Targets[0].Elevation.ID, to...)
	return "/api/v1/elevations/" + r.Targets[0].Elevation.ID
}

func (w *world) proposed(as string) string {
	w.t.Helper()
	return w.proposedWith(w.tokens[as])
}

func (w *world) proposedWith(token string) string {
	w.t.Helper()
	draft := widerDraft()
	w.drafts++
	draft.Policy.Name += strings.Repeat("!", w.drafts)
	p := into[api.PolicyOutcome](w.t, w.with(token, "POST", "/api/v1/policies/eligibility", draft))
	if p.Proposal == nil {
		w.t.Fatal("nothing was proposed")
	}
	return "/api/v1/proposals/" + p.Proposal.ID
}

func widerDraft() api.EligibilityDraft {
	return api.EligibilityDraft{Policy: api.EligibilityBody{
		Name: "Auditors look", Principals: api.Principals{Groups: []string{auditors}}, Targets: api.Targets{Accounts: []string{sandbox}},
		PermissionSets: []string{readOnly}, MaxDurationSeconds: 600, ApprovalRequired: true,
	}}
}

// scenes gives for every operation a call that succeeds for whoever may make it.
func scenes() map[string]func(w *world) (path string, body any) {
	fixed := func(path string, body any) func(*world) (string, any) {
		return func(*world) (string, any) { return path, body }
	}
	// who names whom a machine asks for; people ask for themselves.
	who := func(w *world) string {
		if w.asMachine != "" {
			return "u-requester"
		}
		return ""
	}
	asking := func(path string) func(*world) (string, any) {
		return func(w *world) (string, any) {
			n := readSandbox()
			n.BeneficiaryID = who(w)
			return path, n
		}
	}
	machine := func(suffix string, body func(identity.Machine) any) func(*world) (string, any) {
		return func(w *world) (string, any) {
			m := w.newMachine("u-owner", access.ScopeRead)
			return "/api/v1/machines/" + m.ID + suffix, body(m)
		}
	}
	nothing := func(identity.Machine) any { return nil }
	request := func(suffix string, body any) func(*world) (string, any) {
		return func(w *world) (string, any) { return "/api/v1/requests/" + w.ask(oneProd()).ID + suffix, body }
	}
	elevation := func(suffix string, body any, to ...access.State) func(*world) (string, any) {
		return func(w *world) (string, any) { return w.elevated(to...) + suffix, body }
	}
	const eligibility, approver = "/api/v1/policies/eligibility/pol_developers", "/api/v1/policies/approver/pol_prod"
	const protected = "/api/v1/protected-accounts"
	return map[string]func(*world) (string, any){
		"health": fixed("/healthz", nil), "readiness": fixed("/readyz", nil),
		"read-me":          fixed("/api/v1/me", nil),
		"read-preferences": fixed("/api/v1/me/preferences", nil),
		"set-preference":   fixed("/api/v1/me/preferences/requests.columns", api.PreferenceValue{Value: json.RawMessage(`["id"]`)}),
		"read-statistics":  fixed("/api/v1/statistics", nil),
		"list-requestable": func(w *world) (string, any) {
			if user := who(w); user != "" {
				return "/api/v1/me/requestable?user=" + user, nil
			}
			return "/api/v1/me/requestable", nil
		},

		// Who asks for what they are not eligible for is refused by policy, not by this table.
		"create-request": asking("/api/v1/requests"), "preview-request": asking("/api/v1/requests/preview"),
		"list-requests": fixed("/api/v1/requests", nil), "read-request": request("", nil), "cancel-request": request("/cancel", nil),
		"approve-request": request("/approve", api.Ballot{}), "reject-request": request("/reject", api.Ballot{}),

		"list-elevations": fixed("/api/v1/elevations", nil), "read-elevation": elevation("", nil),
		"release-elevation": elevation("/release", nil, access.Activating, access.Active),
		"revoke-elevation":  elevation("/revoke", api.Revocation{}, access.Activating, access.Active),
		"extend-elevation":  elevation("/extend", api.NewExtension{DurationSeconds: 60, Justification: "more"}, access.Activating, access.Active),
		"retry-elevation":   elevation("/retry", nil, access.Activating, access.Ending, access.Ended),

		"list-policies": fixed("/api/v1/policies", nil), "read-eligibility-policy": fixed(eligibility, nil),
		"read-approver-policy": fixed(approver, nil), "list-policy-versions": fixed(approver+"/versions", nil),
		"read-settings":    fixed("/api/v1/settings", nil),
		"explain-policies": fixed("/api/v1/policies/explain", api.PolicyQuestion{UserID: "u-requester", Role: oneProd().Targets[0]}),
		"plan-documents":   fixed("/api/v1/policies/plan", api.PolicyDocuments{Documents: []api.PolicyDocument{}}),
		"apply-documents":  fixed("/api/v1/policies/apply", api.PolicyDocuments{Documents: []api.PolicyDocument{}}),
		"lint-policies":    fixed("/api/v1/policies/lint", nil),
		"lint-documents":   fixed("/api/v1/policies/lint", api.PolicyDocuments{Documents: []api.PolicyDocument{}}),
		"read-documents":   fixed("/api/v1/policies/documents", nil),
		"preview-policy": fixed("/api/v1/policies/preview", api.PolicyDraft{
			Kind: "eligibility", Eligibility: new(widerDraft().Policy),
		}),
		"preview-proposal": func(w *world) (string, any) { return w.proposed("second-admin") + "/preview", nil },
		"list-proposals":   fixed("/api/v1/proposals", nil),
		"read-proposal":    func(w *world) (string, any) { return w.proposed("second-admin"), nil },
		"agree-proposal":   func(w *world) (string, any) { return w.proposed("second-admin") + "/agree", at(1, nil) },
		"refuse-proposal":  func(w *world) (string, any) { return w.proposed("second-admin") + "/refuse", api.ProposalRefusal{} },
		"withdraw-proposal": func(w *world) (string, any) {
			return w.proposed("admin") + "/withdraw", nil
		},
		"create-eligibility-policy": fixed("/api/v1/policies/eligibility", widerDraft()),
		"replace-eligibility-policy": func(w *world) (string, any) {
			p := into[api.EligibilityPolicy](w.t, w.call("admin", "GET", eligibility, nil))
			return eligibility, at(p.Version, api.EligibilityDraft{Policy: p.EligibilityBody})
		},
		"delete-eligibility-policy": fixed(eligibility, at(1, nil)),
		"create-approver-policy": fixed("/api/v1/policies/approver", api.ApproverDraft{Policy: api.ApproverBody{
			Name: "Sandbox", Targets: api.Targets{Accounts: []string{sandbox}},
			Stages: []api.ApprovalStage{{Approvers: api.Principals{Groups: []string{devApprovers}}, Required: 1}},
		}}),
		"replace-approver-policy": func(w *world) (string, any) {
			p := into[api.ApproverPolicy](w.t, w.call("admin", "GET", approver, nil))
			return approver, at(p.Version, api.ApproverDraft{Policy: p.ApproverBody})
		},
		"delete-approver-policy": fixed(approver, at(1, nil)),
		"replace-settings": func(w *world) (string, any) {
			s := into[api.Settings](w.t, w.call("admin", "GET", "/api/v1/settings", nil))
			return "/api/v1/settings", at(s.Version, api.SettingsDraft{Settings: s.SettingsBody})
		},

		"list-protected-accounts": fixed(protected, nil),
		"replace-protected-accounts": func(w *world) (string, any) {
			l := into[api.ProtectedAccountList](w.t, w.call("admin", "GET", protected, nil))
			return protected, at(l.Version, api.ProtectedAccountsDraft{Accounts: []string{}})
		},
		"add-protected-account": fixed(protected+"/"+sandbox, nil),
		"remove-protected-account": func(w *world) (string, any) {
			into[api.PolicyOutcome](w.t, w.call("admin", "PUT", protected+"/"+sandbox, nil))
			return protected + "/" + sandbox, nil
		},

		"search-accounts": fixed("/api/v1/directory/accounts", nil), "search-ous": fixed("/api/v1/directory/ous", nil),
		"search-permission-sets": fixed("/api/v1/directory/permission-sets", nil), "search-users": fixed("/api/v1/directory/users", nil),
		"search-groups": fixed("/api/v1/directory/groups", nil), "read-directory-status": fixed("/api/v1/directory/status", nil),
		"sync-directory": fixed("/api/v1/directory/sync", nil),

		"list-tokens": fixed("/api/v1/tokens", nil), "create-token": fixed("/api/v1/tokens", api.NewToken{Scopes: []string{"read"}}),
		"revoke-token": func(w *world) (string, any) {
			text, issued, err := w.issuer.IssueMachine(w.t.Context(), operator, w.newMachine("u-owner", access.ScopeRead).ID, "", time.Hour)
			if err != nil || text == "" {
				w.t.Fatal(err)
			}
			return "/api/v1/tokens/" + issued.ID() + "/revoke", nil
		},
		"list-machines": fixed("/api/v1/machines", nil), "read-machine": machine("", nothing),
		"create-machine": func(w *world) (string, any) {
			w.made++
			return "/api/v1/machines", api.MachineBody{Name: fmt.Sprintf("machine-%d", w.made), OwnerID: "u-owner", Scopes: []string{"request"}}
		},
		"replace-machine": machine("", func(m identity.Machine) any {
			return at(1, api.MachineBody{Name: m.Name, OwnerID: "u-owner", Scopes: []string{"request"}})
		}),
		"list-machine-keyless": machine("/keyless", nothing),
		"add-machine-keyless": machine("/keyless", func(identity.Machine) any {
			return api.KeylessBody{Issuer: "github", Claims: map[string]string{"sub": "repo:example/shop:ref:refs/heads/main"}}
		}),
		"remove-machine-keyless": func(w *world) (string, any) {
			m := w.newMachine("u-owner", access.ScopeRead)
			return "/api/v1/machines/" + m.ID + "/keyless/" + w.known(m, "github", map[string]string{"sub": "a"}).ID, nil
		},
		"create-machine-token": func(w *world) (string, any) {
			return "/api/v1/machine-token", api.NewMachineToken{Machine: w.machine.Name, IDToken: w.jobToken()}
		},
		"disable-machine": machine("/disable", nothing), "enable-machine": machine("/enable", nothing),

		"list-sign-ins": fixed("/api/v1/sign-ins", nil),
		"end-sign-in": func(w *world) (string, any) {
			_, in := w.browser("owner")
			return "/api/v1/sign-ins/" + in.ID + "/end", nil
		},
		"end-sign-ins":     fixed("/api/v1/sign-ins/end", api.SignInsOf{}),
		"list-identities":  fixed("/api/v1/identities", nil),
		"confirm-identity": func(w *world) (string, any) { return "/api/v1/identities/" + w.waiting().ID + "/confirm", nil },
		"refuse-identity":  func(w *world) (string, any) { return "/api/v1/identities/" + w.waiting().ID + "/refuse", nil },

		"list-passkeys":        fixed("/api/v1/passkeys", nil),
		"begin-passkey":        fixed("/api/v1/passkeys/registration/begin", nil),
		"finish-passkey":       func(w *world) (string, any) { return "/api/v1/passkeys/registration/finish", w.madePasskey() },
		"begin-passkey-proof":  func(w *world) (string, any) { w.passkeyOf(w.caller); return "/api/v1/passkeys/proof/begin", nil },
		"finish-passkey-proof": func(w *world) (string, any) { return "/api/v1/passkeys/proof/finish", w.usedPasskey() },
		"consent-passkey":      func(w *world) (string, any) { return "/api/v1/passkeys/" + w.newPasskey("owner").ID + "/consent", nil },
		"remove-passkey":       func(w *world) (string, any) { return "/api/v1/passkeys/" + w.newPasskey("owner").ID, nil },

		"list-assignments": fixed("/api/v1/assignments", nil), "list-alarms": fixed("/api/v1/alarms", nil),
		"list-events": fixed("/api/v1/events", nil), "stream-events": fixed("/api/v1/events/stream?cursor=-1&follow=false", nil),
		"export-requests":        fixed("/api/v1/requests/export?format=json", nil),
		"export-elevations":      fixed("/api/v1/elevations/export?format=json", nil),
		"export-assignments":     fixed("/api/v1/assignments/export?format=json", nil),
		"export-alarms":          fixed("/api/v1/alarms/export?format=json", nil),
		"export-events":          fixed("/api/v1/events/export?format=json", nil),
		"export-policies":        fixed("/api/v1/policies/export?format=json", nil),
		"export-proposals":       fixed("/api/v1/proposals/export?format=json", nil),
		"export-accounts":        fixed("/api/v1/directory/accounts/export?format=json", nil),
		"export-ous":             fixed("/api/v1/directory/ous/export?format=json", nil),
		"export-permission-sets": fixed("/api/v1/directory/permission-sets/export?format=json", nil),
		"export-users":           fixed("/api/v1/directory/users/export?format=json", nil),
		"export-groups":          fixed("/api/v1/directory/groups/export?format=json", nil),
		"export-tokens":          fixed("/api/v1/tokens/export?format=json", nil),
		"export-machines":        fixed("/api/v1/machines/export?format=json", nil),
		"export-sign-ins":        fixed("/api/v1/sign-ins/export?format=json", nil),
		"export-identities":      fixed("/api/v1/identities/export?format=json", nil),
		"export-passkeys":        fixed("/api/v1/passkeys/export?format=json", nil),
		"read-deployment":        fixed("/api/v1/deployment", nil),
		"release-recovery": func(w *world) (string, any) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.recovery = w.now
			return "/api/v1/deployment/recovery/release", nil
		},
	}
}

// registered are the operations of the OpenAPI document, with their methods.
func registered(t *testing.T) map[string]string {
	t.Helper()
	text, err := api.OpenAPI("test")
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	methods := map[string]string{}
	for _, operations := range document.Paths {
		for method, o := range operations {
			methods[o.OperationID] = strings.ToUpper(method)
		}
	}
	return methods
}

// Every operation, called by everybody there is, comes out as the one table says.
func TestEveryOperationIsForWhomTheTableSays(t *testing.T) {
	methods, calls := registered(t), scenes()
	for _, operation := range api.Operations() {
		if methods[operation] == "" {
			t.Errorf("the table has a row for %s, which is no operation", operation)
		}
	}
	for operation, method := range methods {
		scene, ok := calls[operation]
		if _, listed := api.MayCall(operation, nil); !ok || !listed {
			t.Errorf("operation %s has no row or no scene", operation)
			continue
		}
		t.Run(operation, func(t *testing.T) {
			w := newWorld(t)
			for _, who := range everybody {
				w.caller = who.name
				path, body := scene(w)
				got := w.call(who.name, method, path, body)
				may, _ := api.MayCall(operation, who.relations)
				checkOutcome(t, operation, who, may, got)
			}
			w = newWorld(t)
			path, body := scene(w)
			for what, headers := range w.gone() {
				got := w.call("", method, path, headed{headers, body})
				if may, _ := api.MayCall(operation, []string{"everybody"}); may {
					continue
				}
				if refusal(t, got, http.StatusUnauthorized, "unauthenticated"); got.header.Get("WWW-Authenticate") != "Bearer" {
					t.Errorf("%s got %v", what, got.header)
				}
			}
		})
	}
}

// gone are credentials that were good: of administrators who are disabled, and sign-ins and tokens that are over.
func (w *world) gone() map[string]map[string]string {
	w.t.Helper()
	bearer := func(secret string) map[string]string { return map[string]string{"Authorization": "Bearer " + secret} }
	cookie := func(secret string) map[string]string {
		return map[string]string{"Cookie": identity.CookieName + "=" + secret}
	}
	end := func(secret string, in identity.SignIn) string {
		if _, err := w.signIns.EndByOperator(w.t.Context(), operator, in.ID, ""); err != nil {
			w.t.Fatal(err)
		}
		return secret
	}
	disabled, _ := w.browser("leaver")
	token := w.scoped("leaver", access.PersonalScopes()...)
	w.change(func(c *directory.Content) {
		c.Users, c.Groups = slices.Clone(c.Users), slices.Clone(c.Groups)
		for i := range c.Users {
			if c.Users[i].ID == "u-leaver" {
				c.Users[i].Status = directory.UserDisabled
			}
		}
		for i := range c.Groups {
			c.Groups[i].Members = append(slices.Clone(c.Groups[i].Members), "u-leaver")
		}
	})
	ended := end(w.browser("second-admin"))
	by, in, err := w.signIns.BeginOperator(w.t.Context(), operator, "u-second-admin", "operator", time.Hour)
	if err != nil {
		w.t.Fatal(err)
	}
	w.pass(identity.StandingMaxAge)
	return map[string]map[string]string{
		"disabled user's cookie": cookie(disabled), "disabled user's token": bearer(token), "disabled user's sign-in": bearer(w.tokens["leaver"]),
		"ended cookie": cookie(ended), "ended sign-in": bearer(end(by, in)),
	}
}

func checkOutcome(t *testing.T, operation string, who somebody, may bool, got reply) {
	t.Helper()
	var p api.Problem
	if got.status != http.StatusOK {
		if err := json.Unmarshal(got.body, &p); err != nil {
			t.Fatalf("%v in %s", err, got.body)
		}
	}
	sees := len(who.relations) > 3
	if api.OfMachine(operation) {
		sees = who.name == "admin" || who.name == "auditor" || who.name == "owner"
	} else if who.name == "owner" {
		sees = false
	}
	switch {
	case may && (got.status == http.StatusOK || p.Code == "not_allowed"):
	case may:
		t.Errorf("%q may, but got %d %s", who.name, got.status, got.body)
	case who.name == "":
		if got.status != http.StatusUnauthorized || got.header.Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("nobody got %d %s", got.status, got.body)
		}
	case (api.OfRequest(operation) || api.OfMachine(operation)) && !sees:
		if got.status != http.StatusNotFound {
			t.Errorf("%q may not know of it, but got %d %s", who.name, got.status, got.body)
		}
	case got.status != http.StatusForbidden || p.Code != "forbidden" || len(p.Detail) < 20:
		t.Errorf("%q may not, but got %d %s", who.name, got.status, got.body)
	}
}

// Nobody decides on their own request, whatever else they are (P5), and a second user of the same person is the same.
func TestP5NobodyDecidesOnTheirOwnRequest(t *testing.T) {
	w := newWorld(t)
	r := w.ask(twoTargets())
	second := w.issue("u-twin", time.Hour)
	w.change(func(c *directory.Content) {
		c.Groups = slices.Clone(c.Groups)
		for i := range c.Groups {
			c.Groups[i].Members = append(slices.Clone(c.Groups[i].Members), "u-requester", "u-twin")
		}
		c.Users = append(slices.Clone(c.Users), c.Users[0])
		c.Users[len(c.Users)-1].ID, c.Users[len(c.Users)-1].UserName = "u-twin", "twin"
		for _, i := range []int{0, len(c.Users) - 1} {
			c.Users[i].PersonKey = "4711"
		}
	})
	for _, verb := range []string{"approve", "reject"} {
		refusal(t, w.call("requester", "POST", "/api/v1/requests/"+r.ID+"/"+verb, api.Ballot{}), 403, "forbidden")
		refusal(t, w.with(second, "POST", "/api/v1/requests/"+r.ID+"/"+verb, api.Ballot{}), 403, "forbidden")
	}
	for _, as := range []string{w.tokens["requester"], second} {
		if l := into[api.RequestList](t, w.with(as, "GET", "/api/v1/requests?scope=decidable", nil)); len(l.Items) != 0 {
			t.Errorf("one's own request is offered for a decision")
		}
	}
}

func TestScopesAreForThoseWhoMaySeeThem(t *testing.T) {
	w := newWorld(t)
	r := w.ask(oneProd())
	for _, list := range []string{"requests", "elevations"} {
		for as, want := range map[string]int{"requester": 403, "approver": 403, "stranger": 403, "admin": 200, "auditor": 200} {
			if got := w.call(as, "GET", "/api/v1/"+list+"?scope=all", nil); got.status != want {
				t.Errorf("%s lists all %s: %d, want %d", as, list, got.status, want)
			}
		}
	}
	// With the scopes of one's own nobody else can be named.
	for _, query := range []string{"requests?user=u-requester", "requests?scope=decided&decider=u-approver", "elevations?user=u-requester"} {
		if p := refusal(t, w.call("stranger", "GET", "/api/v1/"+query, nil), 422, "invalid"); !strings.HasPrefix(p.Errors[0].Location, "query.") {
			t.Errorf("%s: %+v", query, p.Errors)
		}
	}
	for as, want := range map[string]int{"requester": 1, "approver": 1, "stranger": 404, "admin": 1} {
		got := w.call(as, "GET", "/api/v1/events?request="+r.ID, nil)
		if want == 404 {
			refusal(t, got, 404, "not_found")
			continue
		}
		if l := into[api.EventList](t, got); len(l.Items) < want || l.Items[0].Subject.Request != r.ID {
			t.Errorf("%s sees %d events", as, len(l.Items))
		}
	}
	for _, e := range into[api.EventList](t, w.call("stranger", "GET", "/api/v1/events", nil)).Items {
		if e.Subject.User != "u-stranger" {
			t.Errorf("a stranger sees %+v", e)
		}
	}
	kinds := map[string]bool{}
	for _, e := range into[api.EventList](t, w.call("auditor", "GET", "/api/v1/events?limit=1000", nil)).Items {
		kinds[e.Kind] = true
	}
	if !kinds["request.created"] || !kinds["sign-in.started"] || !kinds["policy.applied"] {
		t.Errorf("an auditor sees %v", kinds)
	}
}
