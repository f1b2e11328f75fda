package api_test

import (
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

// Every operation × every scope that a person's token can have: one with the scope that the table names may be used for it,
// and one without is refused with the name of what is missing, whoever holds it. What needs somebody who is signed in is
// not for tokens at all.
func TestEveryOperationNeedsItsScope(t *testing.T) {
	calls := scenes()
	for operation, method := range registered(t) {
		may, _ := api.MayCall(operation, []string{"everybody"})
		if may {
			continue
		}
		holder := ""
		for _, who := range everybody {
			if may, _ := api.MayCall(operation, who.relations); may && holder == "" {
				holder = who.name
			}
		}
		t.Run(operation, func(t *testing.T) {
			w := newWorld(t)
			path, body := calls[operation](w)
			need := api.Needs(operation)
			for _, scope := range access.PersonalScopes() {
				if string(scope) == need && !api.NeedsPerson(operation) {
					continue // at last, when the others have left all as it was
				}
				token := w.scoped(holder, scope)
				got := w.with(token, method, path, body)
				if need == "" {
					into[api.Me](t, got)
					continue
				}
				p := refusal(t, got, http.StatusForbidden, "forbidden")
				want := "this needs a token with the scope " + need + "; it has " + string(scope)
				if api.NeedsPerson(operation) {
					want = "this needs somebody who is signed in, and is not for tokens: sign in with the browser or with team login"
				}
				if p.Detail != want {
					t.Errorf("%s, want %s", p.Detail, want)
				}
			}
			if !slices.Contains(access.PersonalScopes(), access.Scope(need)) || api.NeedsPerson(operation) {
				return
			}
			if got := w.with(w.scoped(holder, access.Scope(need)), method, path, body); got.status != http.StatusOK && !strings.Contains(string(got.body), `"not_allowed"`) {
				t.Errorf("%s with the scope %s: %d %s", holder, need, got.status, got.body)
			}
		})
	}
}

// What a token of a person can do: no row of the table lets one decide, change policies, settings, machine clients, tokens
// or who somebody is.
func TestATokenOfAPersonDecidesNothing(t *testing.T) {
	for _, operation := range api.Operations() {
		may, _ := api.MayCall(operation, []string{"everybody"})
		byToken := !api.NeedsPerson(operation) && (api.Needs(operation) == "" || slices.Contains(access.PersonalScopes(), access.Scope(api.Needs(operation))))
		decides := slices.Contains([]access.Scope{access.ScopeDecide, access.ScopePolicies, access.ScopeSettings}, access.Scope(api.Needs(operation)))
		if !may && decides && byToken {
			t.Errorf("%s can be called with a token", operation)
		}
	}
	w := newWorld(t)
	r := w.ask(oneProd())
	token := w.scoped("approver", access.PersonalScopes()...)
	p := refusal(t, w.with(token, "POST", "/api/v1/requests/"+r.ID+"/approve", api.Ballot{}), http.StatusForbidden, "forbidden")
	if !strings.Contains(p.Detail, "not for tokens") {
		t.Error(p.Detail)
	}
	for _, scope := range []access.Scope{access.ScopeDecide, access.ScopePolicies, access.ScopeSettings, access.ScopeTokens} {
		p := refusal(t, w.call("approver", "POST", "/api/v1/tokens", api.NewToken{Scopes: []string{string(scope)}}), http.StatusUnprocessableEntity, "invalid")
		if !strings.Contains(p.Detail, "a token cannot have the scope "+string(scope)) {
			t.Error(p.Detail)
		}
	}
}

// A machine client may what the table says of everybody who is signed in, and of the requester for what it filed, if it
// has the scope; and with an administrator as its owner what the table says of those that may propose.
func TestEveryOperationForMachines(t *testing.T) {
	calls := scenes()
	for operation, method := range registered(t) {
		for _, kind := range []struct {
			name, owner string
			relations   []string
		}{
			{"machine", "u-owner", []string{"everybody", "everybody who is signed in", "the requester"}},
			{"proposing machine", "u-admin", []string{"everybody", "everybody who is signed in", "the requester", "machine clients that may propose changes"}},
		} {
			t.Run(operation+"/"+kind.name, func(t *testing.T) {
				w := newWorld(t)
				m := w.machine
				if kind.owner != m.OwnerID {
					draft := at(1, api.MachineBody{
						Name: m.Name, OwnerID: kind.owner, Scopes: []string{"read", "request", "policies", "settings"},
					})
					into[api.Machine](t, w.call("admin", "PUT", "/api/v1/machines/"+m.ID, draft))
				}
				w.asMachine = w.machineToken(m)
				path, body := calls[operation](w)
				if operation == "withdraw-proposal" && kind.owner == "u-admin" {
					path = w.proposedWith(w.asMachine) + "/withdraw"
				}
				got := w.with(w.asMachine, method, path, body)
				may, _ := api.MayCall(operation, kind.relations)
				need := api.Needs(operation)
				may = may && (need == "" || slices.Contains(access.MachineScopes(), access.Scope(need)))
				switch {
				case may && got.status != http.StatusOK && !strings.Contains(string(got.body), `"not_allowed"`):
					t.Errorf("it may, but got %d %s", got.status, got.body)
				case !may && got.status != http.StatusForbidden && got.status != http.StatusNotFound:
					t.Errorf("it may not, but got %d %s", got.status, got.body)
				}
			})
		}
	}
}

func TestATokenOfNobodyOpensNothing(t *testing.T) {
	w := newWorld(t)
	text := w.machineToken(w.machine)
	me := into[api.Me](t, w.with(text, "GET", "/api/v1/me", nil))
	if !me.Machine || me.ID != w.machine.ID || me.UserName != w.machine.Name || !slices.Equal(me.Scopes, []string{"read", "request", "policies", "settings"}) {
		t.Errorf("it is %+v", me)
	}
	status := func(s directory.UserStatus) {
		w.change(func(c *directory.Content) {
			c.Users = slices.Clone(c.Users)
			for i := range c.Users {
				if c.Users[i].ID == "u-owner" {
					c.Users[i].Status = s
				}
			}
		})
		w.pass(identity.StandingMaxAge)
	}
	nobody := func(token string) {
		t.Helper()
		refusal(t, w.with(token, "GET", "/api/v1/me", nil), http.StatusUnauthorized, "unauthenticated")
	}
	status(directory.UserDisabled)
	nobody(text)
	nobody(w.tokens["owner"])
	status(directory.UserEnabled)
	into[api.Machine](t, w.call("owner", "POST", "/api/v1/machines/"+w.machine.ID+"/disable", nil))
	nobody(text)
	refusal(t, w.call("owner", "POST", "/api/v1/machines/"+w.machine.ID+"/enable", nil), http.StatusForbidden, "forbidden")
	into[api.Machine](t, w.call("admin", "POST", "/api/v1/machines/"+w.machine.ID+"/enable", nil))
	list := into[api.TokenList](t, w.call("owner", "GET", "/api/v1/tokens?machine="+w.machine.ID, nil))
	if len(list.Items) != 1 || list.Items[0].Machine == nil || list.Items[0].Machine.Name != w.machine.Name {
		t.Fatalf("%+v", list)
	}
	into[api.Token](t, w.call("owner", "POST", "/api/v1/tokens/"+list.Items[0].ID+"/revoke", nil))
	nobody(text)
	w.pass(24 * time.Hour)
	nobody(w.tokens["owner"])
}

// A token that may change policies changes no settings by way of documents or proposals.
// Every token may ask who it stands for; what lists would show needs the scope of the lists.
func TestWithoutTheScopeToReadNothingIsRead(t *testing.T) {
	w := newWorld(t)
	w.active()
	for scope, holds := range map[access.Scope]int{access.ScopeRead: 1, access.ScopeOperate: 0} {
		me := into[api.Me](t, w.with(w.scoped("requester", scope), "GET", "/api/v1/me", nil))
		if me.ID != "u-requester" || len(me.Holds) != holds {
			t.Errorf("with the scope %s: %+v", scope, me)
		}
	}
}

func TestSettingsNeedTheirScopeWhereverTheyAreWritten(t *testing.T) {
	w := newWorld(t)
	only := w.machineToken(w.newMachine("u-admin", access.ScopePolicies, access.ScopeRead))
	docs := api.PolicyDocuments{Documents: []api.PolicyDocument{{Name: "s.yaml", Text: "kind: settings\nmaxDuration: 10h\n"}}}
	p := refusal(t, w.with(only, "POST", "/api/v1/policies/apply", docs), http.StatusForbidden, "forbidden")
	if !strings.Contains(p.Detail, "the scope settings") {
		t.Error(p.Detail)
	}
	plan := into[api.PolicyPlan](t, w.call("second-admin", "POST", "/api/v1/policies/apply", docs))
	id := plan.Changes[0].Outcome.Proposal.ID
	refusal(t, w.with(only, "POST", "/api/v1/proposals/"+id+"/withdraw", nil), http.StatusForbidden, "forbidden")
	into[api.PolicyOutcome](t, w.call("admin", "POST", "/api/v1/proposals/"+id+"/agree", at(1, nil)))
}

// A request through a machine, from end to end: filed by name, decided by somebody else, released by the owner.
func TestARequestThroughAMachine(t *testing.T) {
	w := newWorld(t)
	w.asMachine = w.machineToken(w.machine)
	blocks := into[api.Requestable](t, w.with(w.asMachine, "GET", "/api/v1/me/requestable?user=requester", nil))
	if len(blocks.Items) != 2 {
		t.Errorf("offered %+v", blocks)
	}
	refusal(t, w.with(w.asMachine, "GET", "/api/v1/me/requestable", nil), http.StatusUnprocessableEntity, "invalid")
	refusal(t, w.call("requester", "GET", "/api/v1/me/requestable?user=u-admin", nil), http.StatusForbidden, "forbidden")
	r := w.ask(oneProd())
	if !r.Machine || r.FiledBy.ID != w.machine.ID || r.FiledBy.UserName != w.machine.Name || r.Beneficiary.UserName != "requester" {
		t.Errorf("filed as %+v", r)
	}
	for as, path := range map[string]string{
		"owner": "/api/v1/requests?machine=" + w.machine.ID, "requester": "/api/v1/requests", "auditor": "/api/v1/requests?scope=all&machine=" + w.machine.ID,
	} {
		if l := into[api.RequestList](t, w.call(as, "GET", path, nil)); len(l.Items) != 1 || l.Items[0].FiledBy.UserName != w.machine.Name {
			t.Errorf("%s sees %+v", as, l)
		}
	}
	if l := into[api.RequestList](t, w.call("stranger", "GET", "/api/v1/requests?machine="+w.machine.ID, nil)); len(l.Items) > 0 {
		t.Errorf("a stranger sees %+v", l)
	}
	if l := into[api.RequestList](t, w.with(w.asMachine, "GET", "/api/v1/requests", nil)); len(l.Items) != 1 {
		t.Errorf("the machine sees %+v", l)
	}
	refusal(t, w.call("owner", "POST", "/api/v1/requests/"+r.ID+"/approve", api.Ballot{}), http.StatusForbidden, "forbidden")
	refusal(t, w.with(w.asMachine, "POST", "/api/v1/requests/"+r.ID+"/approve", api.Ballot{}), http.StatusForbidden, "forbidden")
	r = into[api.Request](t, w.call("approver", "POST", "/api/v1/requests/"+r.ID+"/approve", api.Ballot{}))
	w.deliver(r.Targets[0].Elevation.ID, access.Activating, access.Active)
	into[api.Request](t, w.with(w.asMachine, "POST", "/api/v1/elevations/"+r.Targets[0].Elevation.ID+"/extend", api.NewExtension{DurationSeconds: 60, Justification: "more"}))
	e := into[api.Elevation](t, w.call("owner", "POST", "/api/v1/elevations/"+r.Targets[0].Elevation.ID+"/release", nil))
	if e.Reason != "released" || !strings.Contains(e.Detail, "owner, who answers for the machine") {
		t.Errorf("released as %+v", e)
	}
	// A policy of the person that does not name it is of no use to a machine.
	other := w.machineToken(w.newMachine("u-owner", access.ScopeRequest))
	n := oneProd()
	n.BeneficiaryID = "u-requester"
	p := refusal(t, w.with(other, "POST", "/api/v1/requests", n), http.StatusForbidden, "not_allowed")
	if p.Reasons[0].Code != "machine_not_allowed" {
		t.Errorf("refused with %+v", p.Reasons)
	}
}

// The secret of a token is in the answer that issues it, and nowhere else (P10).
func TestP10ATokenIsShownOnce(t *testing.T) {
	w := newWorld(t)
	made := into[api.Machine](t, w.call("admin", "POST", "/api/v1/machines", api.MachineBody{Name: "ci", OwnerID: "u-owner", Scopes: []string{"request", "read"}}))
	if !slices.Equal(made.Scopes, []string{"read", "request"}) || made.Owner.UserName != "owner" || !made.Enabled || made.Version != 1 {
		t.Errorf("made %+v", made)
	}
	issued := into[api.IssuedToken](t, w.call("admin", "POST", "/api/v1/tokens", api.NewToken{MachineID: made.ID, Label: "pipeline"}))
	if !issued.ExpiresAt.Equal(w.Now().Add(identity.DefaultLifetime)) || issued.Machine.Name != "ci" || !slices.Equal(issued.Scopes, []string{"read", "request"}) {
		t.Errorf("issued %+v", issued)
	}
	into[api.Me](t, w.with(issued.Secret, "GET", "/api/v1/me", nil))
	for _, path := range []string{"/api/v1/tokens?scope=all", "/api/v1/events?limit=1000", "/api/v1/machines?scope=all"} {
		if got := w.call("admin", "GET", path, nil); strings.Contains(string(got.body), strings.TrimPrefix(issued.Secret, "team_")) {
			t.Errorf("%s shows the token", path)
		}
	}
	if strings.Contains(w.log.String(), strings.TrimPrefix(issued.Secret, "team_")) {
		t.Error("the log shows the token")
	}
	refusal(t, w.call("stranger", "POST", "/api/v1/tokens", api.NewToken{MachineID: made.ID}), http.StatusForbidden, "forbidden")
	p := refusal(t, w.call("stranger", "POST", "/api/v1/tokens", api.NewToken{Scopes: []string{"read"}, LifetimeSeconds: 91 * 24 * 3600}), http.StatusUnprocessableEntity, "invalid")
	if p.Errors[0].Location != "body.lifetimeSeconds" {
		t.Errorf("%+v", p)
	}
	refusal(t, w.call("admin", "PUT", "/api/v1/machines/"+made.ID, at(9, made.MachineBody)), http.StatusPreconditionFailed, "stale")
	refusal(t, w.call("admin", "PUT", "/api/v1/machines/"+made.ID, made.MachineBody), http.StatusPreconditionRequired, "precondition_required")
	bad := at(1, api.MachineBody{Name: "ci", OwnerID: "u-nobody", Scopes: []string{"read"}})
	if p := refusal(t, w.call("admin", "PUT", "/api/v1/machines/"+made.ID, bad), http.StatusUnprocessableEntity, "invalid"); p.Errors[0].Location != "body.ownerId" {
		t.Errorf("%+v", p)
	}
}
