package api_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/identity"
)

// cookied is a body that is sent with a sign-in's cookie.
func cookied(secret string, body any) headed {
	return headed{map[string]string{"Cookie": identity.CookieName + "=" + secret}, body}
}

func TestABrowserCallsWithItsCookie(t *testing.T) {
	w := newWorld(t)
	secret, in := w.browser("approver")
	me := into[api.Me](t, w.call("", "GET", "/api/v1/me", cookied(secret, nil)))
	if s := me.SignIn; me.ID != "u-approver" || s == nil || s.ID != in.ID || s.Kind != "browser" || s.Provider != "idp" || !s.Current || s.IdleAfterSeconds != 3600 ||
		!s.StartedAt.Equal(w.Now()) || !s.ExpiresAt.Equal(w.Now().Add(w.signIns.Longest)) || len(s.Proofs) != 1 || s.Proofs[0].Kind != "provider" || !me.TokenExpires.Equal(s.ExpiresAt) {
		t.Errorf("they are %+v, %+v", me, s)
	}
	r := w.ask(oneProd())
	r = into[api.Request](t, w.call("", "POST", "/api/v1/requests/"+r.ID+"/approve", cookied(secret, api.Ballot{})))
	if r.Targets[0].Decision != "approved" {
		t.Errorf("decided %+v", r.Targets[0])
	}
	into[api.SignIn](t, w.call("", "POST", "/api/v1/sign-ins/"+in.ID+"/end", cookied(secret, nil)))
	refusal(t, w.call("", "GET", "/api/v1/me", cookied(secret, nil)), http.StatusUnauthorized, "unauthenticated")
}

// Who is meant by two credentials would be luck, or whoever slipped one in: neither counts.
func TestTwoCredentialsAreNone(t *testing.T) {
	w := newWorld(t)
	secret, _ := w.browser("requester")
	other, _ := w.browser("admin")
	send := func(headers map[string][]string) reply {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/me", nil)
		for name, values := range headers {
			for _, v := range values {
				r.Header.Add(name, v)
			}
		}
		answer := httptest.NewRecorder()
		w.server.Config.Handler.ServeHTTP(answer, r)
		return reply{answer.Code, answer.Header(), answer.Body.Bytes()}
	}
	cookie, bearer := identity.CookieName+"="+secret, "Bearer "+w.tokens["requester"]
	for name, headers := range map[string]map[string][]string{
		"header and cookie":      {"Authorization": {bearer}, "Cookie": {cookie}},
		"two headers":            {"Authorization": {bearer, "Bearer " + w.tokens["admin"]}},
		"two cookies":            {"Cookie": {cookie + "; " + identity.CookieName + "=" + other}},
		"two cookie headers":     {"Cookie": {cookie, identity.CookieName + "=" + other}},
		"the same twice":         {"Cookie": {cookie + "; " + cookie}},
		"junk and a good cookie": {"Authorization": {"Basic Zm9vOmJhcg=="}, "Cookie": {cookie}},
	} {
		t.Run(name, func(t *testing.T) { refusal(t, send(headers), http.StatusBadRequest, "malformed") })
	}
	for name, headers := range map[string]map[string][]string{
		"a cookie's secret in the header": {"Authorization": {"Bearer " + secret}},
		"a token in the cookie":           {"Cookie": {identity.CookieName + "=" + w.tokens["requester"]}},
		"another cookie":                  {"Cookie": {"team=" + secret}},
		"a cookie without a prefix":       {"Cookie": {"Host-team=" + secret}},
		"an empty cookie":                 {"Cookie": {identity.CookieName + "="}},
		"another scheme":                  {"Authorization": {"Basic " + secret}},
	} {
		t.Run(name, func(t *testing.T) { refusal(t, send(headers), http.StatusUnauthorized, "unauthenticated") })
	}
	into[api.Me](t, send(map[string][]string{"Cookie": {"theme=dark; " + cookie}}))
}

func TestSignInsAreListedAndEnded(t *testing.T) {
	w := newWorld(t)
	secret, in := w.browser("requester")
	w.pass(time.Second)
	_, second := w.browser("requester")
	list := into[api.SignInList](t, w.call("", "GET", "/api/v1/sign-ins?limit=2", cookied(secret, nil)))
	if len(list.Items) != 2 || list.Items[0].ID != second.ID || list.Items[0].Current || !list.Items[1].Current || list.NextCursor == "" ||
		list.Items[1].Address != "192.0.2.7" || list.Items[1].UserAgent != "Firefox" {
		t.Errorf("listed %+v", list)
	}
	rest := into[api.SignInList](t, w.call("", "GET", "/api/v1/sign-ins?limit=2&cursor="+list.NextCursor, cookied(secret, nil)))
	if len(rest.Items) != 1 || rest.Items[0].Kind != "operator" || rest.NextCursor != "" {
		t.Errorf("the rest is %+v", rest)
	}
	for _, item := range append(list.Items, rest.Items...) {
		if item.User.UserName != "requester" {
			t.Errorf("listed %+v", item)
		}
	}
	refusal(t, w.call("stranger", "GET", "/api/v1/sign-ins?scope=all", nil), http.StatusForbidden, "forbidden")
	refusal(t, w.call("stranger", "POST", "/api/v1/sign-ins/"+in.ID+"/end", nil), http.StatusNotFound, "not_found")
	refusal(t, w.call("stranger", "POST", "/api/v1/sign-ins/end", api.SignInsOf{UserID: "u-requester"}), http.StatusForbidden, "forbidden")
	refusal(t, w.with(w.scoped("requester", access.PersonalScopes()...), "POST", "/api/v1/sign-ins/"+in.ID+"/end", nil), http.StatusForbidden, "forbidden")
	all := into[api.SignInList](t, w.call("auditor", "GET", "/api/v1/sign-ins?scope=all&user=u-requester", nil))
	if len(all.Items) != 3 {
		t.Errorf("an auditor sees %+v", all)
	}
	ended := into[api.EndedSignIns](t, w.call("admin", "POST", "/api/v1/sign-ins/end", api.SignInsOf{UserID: "u-requester"}))
	if ended.Ended != 3 {
		t.Errorf("%d ended", ended.Ended)
	}
	refusal(t, w.call("", "GET", "/api/v1/me", cookied(secret, nil)), http.StatusUnauthorized, "unauthenticated")
	refusal(t, w.call("requester", "GET", "/api/v1/me", nil), http.StatusUnauthorized, "unauthenticated")
	all = into[api.SignInList](t, w.call("auditor", "GET", "/api/v1/sign-ins?scope=all&user=u-requester", nil))
	over := into[api.SignInList](t, w.call("auditor", "GET", "/api/v1/sign-ins?scope=all&user=u-requester&state=all", nil))
	if len(all.Items) != 0 || len(over.Items) != 3 || over.Items[0].EndReason != identity.EndByAdmin {
		t.Errorf("afterwards %+v and %+v", all, over)
	}
	// Left alone for an hour it is over, though nobody ended it.
	w.browser("stranger")
	w.pass(time.Hour)
	open := into[api.SignInList](t, w.call("auditor", "GET", "/api/v1/sign-ins?scope=all&user=u-stranger", nil))
	if len(open.Items) != 1 || open.Items[0].Kind != "operator" {
		t.Errorf("open are %+v", open)
	}
	over = into[api.SignInList](t, w.call("auditor", "GET", "/api/v1/sign-ins?scope=all&user=u-stranger&state=all", nil))
	if len(over.Items) != 2 || over.Items[0].EndReason != identity.EndIdle {
		t.Errorf("all are %+v", over)
	}
}

// An open page follows events without end: whoever left it is signed out all the same.
func TestFollowingEventsIsNoUseOfASignIn(t *testing.T) {
	w := newWorld(t)
	secret, _ := w.browser("requester")
	for range 2 {
		w.pass(25 * time.Minute)
		if got := w.call("", "GET", "/api/v1/events/stream?follow=false", cookied(secret, nil)); got.status != http.StatusOK {
			t.Fatalf("got %d %s", got.status, got.body)
		}
	}
	w.pass(10 * time.Minute)
	refusal(t, w.call("", "GET", "/api/v1/events/stream?follow=false", cookied(secret, nil)), http.StatusUnauthorized, "unauthenticated")
	refusal(t, w.call("", "GET", "/api/v1/me", cookied(secret, nil)), http.StatusUnauthorized, "unauthenticated")
}

func TestIdentitiesWaitForAnAdministrator(t *testing.T) {
	w := newWorld(t)
	link := w.waiting()
	list := into[api.IdentityList](t, w.call("admin", "GET", "/api/v1/identities", nil))
	if len(list.Items) != 1 || list.Items[0].ID != link.ID || list.Items[0].User.UserName != "owner" || list.Items[0].Subject != "other-1" || list.Items[0].Why == "" {
		t.Errorf("waiting are %+v", list)
	}
	alarms := into[api.AlarmList](t, w.call("admin", "GET", "/api/v1/alarms", nil))
	if len(alarms.Items) != 1 || alarms.Items[0].Kind != "identity-waiting" {
		t.Errorf("alarms %+v", alarms)
	}
	confirmed := into[api.Identity](t, w.call("admin", "POST", "/api/v1/identities/"+link.ID+"/confirm", nil))
	if confirmed.State != "linked" || confirmed.DecidedBy == nil || confirmed.DecidedBy.UserName != "admin" {
		t.Errorf("confirmed %+v", confirmed)
	}
	// Nobody says who they are themselves (P11).
	w.browser("admin")
	_, _, err := w.signIns.Begin(t.Context(), w.external("other-admin", "admin"), identity.Origin{}, "")
	if err == nil {
		t.Fatal("somebody else is admin")
	}
	own := into[api.IdentityList](t, w.call("admin", "GET", "/api/v1/identities", nil)).Items[0]
	for _, verb := range []string{"confirm", "refuse"} {
		refusal(t, w.call("admin", "POST", "/api/v1/identities/"+own.ID+"/"+verb, nil), http.StatusForbidden, "forbidden")
	}
	into[api.Identity](t, w.call("second-admin", "POST", "/api/v1/identities/"+own.ID+"/refuse", nil))
	if l := into[api.IdentityList](t, w.call("auditor", "GET", "/api/v1/identities?state=all&user=u-admin", nil)); len(l.Items) != 2 {
		t.Errorf("of admin there are %+v", l)
	}
}

// leave takes a user out of a group, in AWS.
func (w *world) leave(user, group string) {
	w.changeAWS(func(c *directory.Content) {
		c.Groups = slices.Clone(c.Groups)
		for i := range c.Groups {
			if c.Groups[i].ID == group {
				c.Groups[i].Members = slices.DeleteFunc(slices.Clone(c.Groups[i].Members), func(u string) bool { return u == user })
			}
		}
	})
}

// Who leaves the administrators' group goes on to be an administrator for a minute at most, signed in or not, and for what
// gives somebody more not for a moment.
func TestLeavingAGroupTakesItsPowers(t *testing.T) {
	w := newWorld(t)
	secret, _ := w.browser("admin")
	into[api.Settings](t, w.call("", "GET", "/api/v1/settings", cookied(secret, nil)))
	r := w.ask(oneProd())
	approver, _ := w.browser("approver")
	into[api.Me](t, w.call("", "GET", "/api/v1/me", cookied(approver, nil)))
	w.leave("u-admin", admins)
	w.leave("u-approver", prodApprovers)
	for path, body := range map[string]any{
		"/api/v1/policies/eligibility":                      widerDraft(),
		"/api/v1/machines":                                  api.MachineBody{Name: "m", OwnerID: "u-owner", Scopes: []string{"request"}},
		"/api/v1/identities/" + w.waiting().ID + "/confirm": nil,
	} {
		refusal(t, w.call("", "POST", path, cookied(secret, body)), http.StatusForbidden, "forbidden")
	}
	machine := api.NewToken{MachineID: w.machine.ID}
	refusal(t, w.call("", "POST", "/api/v1/tokens", cookied(secret, machine)), http.StatusForbidden, "forbidden")
	refusal(t, w.call("", "POST", "/api/v1/requests/"+r.ID+"/approve", cookied(approver, api.Ballot{})), http.StatusForbidden, "forbidden")
	w.pass(identity.StandingMaxAge)
	refusal(t, w.call("", "GET", "/api/v1/settings", cookied(secret, nil)), http.StatusForbidden, "forbidden")
	if me := into[api.Me](t, w.call("", "GET", "/api/v1/me", cookied(secret, nil))); me.Administrator {
		t.Errorf("they are %+v", me)
	}
}

// Who is disabled is nobody within a minute, and decides, asks for time, and issues tokens not for a moment.
func TestBeingDisabledTakesEverything(t *testing.T) {
	w := newWorld(t)
	held := w.active()
	r := w.ask(oneProd())
	secrets := map[string]string{}
	for _, name := range []string{"requester", "approver", "stranger"} {
		secrets[name], _ = w.browser(name)
		into[api.Me](t, w.call("", "GET", "/api/v1/me", cookied(secrets[name], nil)))
	}
	w.changeAWS(func(c *directory.Content) {
		c.Users = slices.Clone(c.Users)
		for i := range c.Users {
			if slices.Contains([]string{"u-requester", "u-approver", "u-stranger"}, c.Users[i].ID) {
				c.Users[i].Status = directory.UserDisabled
			}
		}
	})
	refusal(t, w.call("", "POST", "/api/v1/requests/"+r.ID+"/approve", cookied(secrets["approver"], api.Ballot{})), http.StatusForbidden, "forbidden")
	more := api.NewExtension{DurationSeconds: 60, Justification: "more"}
	refusal(t, w.call("", "POST", "/api/v1/elevations/"+held.Targets[0].Elevation.ID+"/extend", cookied(secrets["requester"], more)), http.StatusForbidden, "forbidden")
	refusal(t, w.call("", "POST", "/api/v1/tokens", cookied(secrets["stranger"], api.NewToken{Scopes: []string{"read"}})), http.StatusUnauthorized, "unauthenticated")
	w.pass(identity.StandingMaxAge)
	for name, secret := range secrets {
		refusal(t, w.call("", "GET", "/api/v1/me", cookied(secret, nil)), http.StatusUnauthorized, "unauthenticated")
		refusal(t, w.call(name, "GET", "/api/v1/me", nil), http.StatusUnauthorized, "unauthenticated")
	}
}

// While AWS does not say who somebody is, everything that changes something is refused, whoever calls (P9); reading goes
// on without a role, and so does ending access (P7).
func TestP9WithoutAWSNothingIsChanged(t *testing.T) {
	methods, calls := registered(t), scenes()
	for operation, method := range methods {
		if may, _ := api.MayCall(operation, []string{"everybody"}); may {
			continue
		}
		holder := ""
		for _, who := range everybody {
			if may, _ := api.MayCall(operation, who.relations); may && (holder == "" || holder == "admin" || holder == "auditor") {
				holder = who.name
			}
		}
		t.Run(operation, func(t *testing.T) {
			w := newWorld(t)
			path, body := calls[operation](w)
			w.pass(identity.StandingMaxAge)
			w.mu.Lock()
			w.liveErr = &deadAWSError{}
			w.mu.Unlock()
			got := w.call(holder, method, path, body)
			goesOn := api.Ends(operation) || method == http.MethodGet && !api.NeedsRole(operation)
			switch {
			case goesOn && got.status != http.StatusOK:
				t.Errorf("%s may not: %d %s", holder, got.status, got.body)
			case !goesOn:
				refusal(t, got, http.StatusServiceUnavailable, "unavailable")
			}
		})
	}
}

// Who decides is recognized and judged within one call, and AWS is asked each thing once in it. One after the other that is
// what a decision cost before there were sign-ins: the user and, side by side, the role groups; then the groups.
func TestADecisionAsksAWSOnce(t *testing.T) {
	w := newWorld(t)
	secret, _ := w.browser("approver")
	w.askedOf("") // signing in asked too
	for _, want := range []map[string]int{
		{"user u-approver": 1, "member u-approver": 1, "groups u-approver": 1}, // after a minute without a call
		{"user u-approver": 1, "groups u-approver": 1},                         // and within it
	} {
		r := w.ask(oneProd())
		into[api.Request](t, w.call("", "POST", "/api/v1/requests/"+r.ID+"/approve", cookied(secret, api.Ballot{})))
		if got := w.askedOf("u-approver"); !maps.Equal(got, want) {
			t.Errorf("AWS was asked %v, want %v", got, want)
		}
	}
}

// askedOf is what AWS was asked of somebody since the last look.
func (w *world) askedOf(user string) map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	of := maps.Clone(w.asked)
	maps.DeleteFunc(of, func(what string, _ int) bool { return !strings.HasSuffix(what, " "+user) })
	clear(w.asked)
	return of
}

// Every operation that only takes away is an administrator's by the directory too, while AWS does not say who is one (P7).
func TestP7AnAdministratorEndsWithoutAWS(t *testing.T) {
	methods, calls := registered(t), scenes()
	for operation, method := range methods {
		if may, _ := api.MayCall(operation, []string{"administrators"}); !may || !api.Ends(operation) {
			continue
		}
		t.Run(operation, func(t *testing.T) {
			w := newWorld(t)
			path, body := calls[operation](w)
			w.pass(identity.StandingMaxAge)
			w.mu.Lock()
			w.liveErr = &deadAWSError{}
			w.mu.Unlock()
			if got := w.call("admin", method, path, body); got.status != http.StatusOK {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
}

// An administrator by the directory ends access also while AWS does not say who is one (P7).
func TestP7AnAdministratorRevokesWithoutAWS(t *testing.T) {
	w := newWorld(t)
	held := w.active()
	w.pass(identity.StandingMaxAge)
	w.mu.Lock()
	w.liveErr = &deadAWSError{}
	w.mu.Unlock()
	path := "/api/v1/elevations/" + held.Targets[0].Elevation.ID + "/revoke"
	refusal(t, w.call("stranger", "POST", path, api.Revocation{}), http.StatusNotFound, "not_found")
	into[api.Elevation](t, w.call("admin", "POST", path, api.Revocation{}))
}

// While AWS does not say who is an administrator or auditor, they are shown nothing that could be a part of what they see
// otherwise: neither a shorter list, nor that something does not exist (P9). Whoever has no role reads on.
func TestP9WithoutAWSNoListIsCutShort(t *testing.T) {
	w := newWorld(t)
	r := w.ask(oneProd())
	machine := w.newMachine("u-owner", access.ScopeRead).ID
	w.pass(identity.StandingMaxAge)
	w.mu.Lock()
	w.liveErr = &deadAWSError{}
	w.mu.Unlock()
	paths := []string{"events", "events?request=" + r.ID, "events/stream?follow=false", "directory/accounts", "directory/ous", "directory/permission-sets"}
	for _, path := range paths {
		for _, who := range []string{"admin", "auditor"} {
			refusal(t, w.call(who, "GET", "/api/v1/"+path, nil), http.StatusServiceUnavailable, "unavailable")
		}
		if got := w.call("requester", "GET", "/api/v1/"+path, nil); got.status != http.StatusOK {
			t.Errorf("a requester reads %s: %d %s", path, got.status, got.body)
		}
	}
	for _, path := range []string{"requests/" + r.ID, "machines/" + machine} {
		refusal(t, w.call("auditor", "GET", "/api/v1/"+path, nil), http.StatusServiceUnavailable, "unavailable")
		refusal(t, w.call("stranger", "GET", "/api/v1/"+path, nil), http.StatusNotFound, "not_found")
	}
}

// An auditor's stream waits while AWS does not say that they are one, and goes on where it was.
func TestP9AStreamWaitsForAWS(t *testing.T) {
	w := newWorld(t)
	c := w.config()
	c.Streams = api.StreamLimits{Heartbeat: 20 * time.Millisecond} // at each it looks again who follows
	server := httptest.NewServer(api.New(c))
	defer server.Close()
	defer w.tail.Stop()
	f := w.follow(server.URL, "auditor", "", "")
	until := func(kind string) {
		t.Helper()
		for {
			m, ok := f.next() // heartbeats among them
			if !ok || m.event != "" {
				t.Fatalf("instead of %s came %+v", kind, m)
			}
			if strings.Contains(m.data, kind) {
				return
			}
			w.pass(time.Second) // AWS is left alone for a while after a failure, which may have ended only now
		}
	}
	r := w.ask(oneProd())
	until("request.created")
	w.mu.Lock()
	w.liveErr = &deadAWSError{}
	w.mu.Unlock()
	w.pass(identity.StandingMaxAge)
	w.askedOf("u-auditor")
	into[api.Request](t, w.call("requester", "POST", "/api/v1/requests/"+r.ID+"/cancel", nil)) // there is something to send
	eventually(t, "the stream has asked who follows", func() bool { return len(w.askedOf("u-auditor")) > 0 })
	w.mu.Lock()
	w.liveErr = nil
	w.mu.Unlock()
	w.pass(identity.StandingMaxAge)
	until("target.cancelled")
}

// A stream that a browser follows ends with its sign-in.
func TestAStreamEndsWithItsSignIn(t *testing.T) {
	w := newWorld(t)
	secret, in := w.browser("requester")
	f := w.followWith(w.server.URL, http.Header{"Cookie": {identity.CookieName + "=" + secret}}, "")
	w.ask(oneProd())
	f.event()
	into[api.SignIn](t, w.call("admin", "POST", "/api/v1/sign-ins/"+in.ID+"/end", nil))
	w.pass(2 * time.Minute)
	w.ask(oneProd())
	for {
		m, ok := f.next()
		if !ok {
			t.Fatal("it ended without a word")
		}
		if m.event == "end" {
			if !strings.Contains(m.data, "unauthenticated") {
				t.Errorf("it ended with %s", m.data)
			}
			return
		}
	}
}
