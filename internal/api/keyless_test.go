package api_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/idtoken/issuertest"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
)

const mainBranch = "repo:example/shop:ref:refs/heads/main"

// jobToken lets the world's machine client be known by a job, and is an ID token of that job.
func (w *world) jobToken() string {
	w.t.Helper()
	w.made++
	sub := fmt.Sprintf("job-%d", w.made)
	w.known(w.machine, "github", map[string]string{"sub": sub})
	return w.ci.Token(publicURL, w.Now(), map[string]any{"sub": sub})
}

// known lets a machine client be known by claims, as an administrator says.
func (w *world) known(m identity.Machine, issuer string, claims map[string]string) identity.Keyless {
	w.t.Helper()
	k, err := w.machines.AddKeyless(w.t.Context(), access.Actor{Kind: audit.Person, UserID: "u-admin", Name: "admin", Administrator: true}, m.ID,
		identity.KeylessDraft{Issuer: issuer, Claims: claims})
	if err != nil {
		w.t.Fatal(err)
	}
	return k
}

// exchanged shows an ID token for a machine client.
func (w *world) exchanged(machine, idToken string, scopes ...string) reply {
	w.t.Helper()
	return w.with("", "POST", "/api/v1/machine-token", api.NewMachineToken{Machine: machine, IDToken: idToken, Scopes: scopes})
}

// shut demands that an ID token opened nothing, that nobody was told why, and that the log was.
func (w *world) shut(got reply, why string) {
	w.t.Helper()
	p := refusal(w.t, got, http.StatusUnauthorized, "unauthenticated")
	if p.Detail != "the ID token does not open this machine client; TEAM's log says why" {
		w.t.Errorf("told %q", p.Detail)
	}
	if text := w.log.String(); !strings.Contains(text[max(0, strings.LastIndex(text, "ID token refused")):], why) {
		w.t.Errorf("the log does not say %q:\n%s", why, text)
	}
}

func (w *world) eventsOf(kind string) (found []api.Event) {
	w.t.Helper()
	for _, e := range into[api.EventList](w.t, w.call("admin", "GET", "/api/v1/events?limit=1000", nil)).Items {
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	return found
}

// A job of a CI system gets a token for its ID token, asks for a person with it, and counts as who said that it is the
// machine: P5 for keyless machine clients.
func TestAJobIsAMachineClientWithoutASecret(t *testing.T) {
	w := newWorld(t)
	issuer := w.ci
	added := into[api.Keyless](t, w.call("admin", "POST", "/api/v1/machines/"+w.machine.ID+"/keyless",
		api.KeylessBody{Issuer: "github", Claims: map[string]string{"sub": mainBranch, "repository_id": "4711"}}))
	if !added.Trusted || added.AddedBy.UserName != "admin" {
		t.Errorf("added %+v", added)
	}
	idToken := issuer.Token(publicURL, w.Now(), map[string]any{"sub": mainBranch, "repository_id": "4711", "actor": "rita"})
	got := into[api.MachineToken](t, w.exchanged(w.machine.Name, idToken, "request", "read"))
	if got.Machine.ID != w.machine.ID || !slices.Equal(got.Scopes, []string{"read", "request"}) || !got.ExpiresAt.Equal(w.Now().Add(5*time.Minute)) {
		t.Errorf("got %+v", got)
	}
	me := into[api.Me](t, w.with(got.Secret, "GET", "/api/v1/me", nil))
	if !me.Machine || me.ID != w.machine.ID || !slices.Equal(me.Scopes, []string{"read", "request"}) {
		t.Errorf("it is %+v", me)
	}
	w.asMachine = got.Secret
	r := w.ask(oneProd())
	if !r.Machine || r.FiledBy.ID != w.machine.ID {
		t.Errorf("filed %+v", r)
	}
	// The administrator who added the way decides on nothing that comes of it, even as an approver.
	w.change(func(c *directory.Content) {
		c.Groups = slices.Clone(c.Groups)
		for i := range c.Groups {
			if c.Groups[i].ID == prodApprovers {
				c.Groups[i].Members = []string{"u-approver", "u-admin", "u-owner"}
			}
		}
	})
	for _, as := range []string{"admin", "owner"} {
		refusal(t, w.call(as, "POST", "/api/v1/requests/"+r.ID+"/approve", api.Ballot{}), http.StatusForbidden, "forbidden")
	}
	into[api.Request](t, w.call("approver", "POST", "/api/v1/requests/"+r.ID+"/approve", api.Ballot{}))

	issued := w.eventsOf("token.issued")
	last := issued[len(issued)-1]
	if last.Actor.ID != w.machine.ID || last.Data["keyless"] != added.ID || last.Data["issuedBy"] != "u-admin" || last.Data["sub"] != mainBranch {
		t.Errorf("the event is %+v", last)
	}
	list := into[api.TokenList](t, w.call("owner", "GET", "/api/v1/tokens?machine="+w.machine.ID, nil))
	if len(list.Items) != 1 || !list.Items[0].Keyless || list.Items[0].IssuedBy.UserName != "admin" {
		t.Errorf("listed %+v", list)
	}
	// Nothing of the ID token or the token is kept or logged (P10).
	for _, secret := range []string{idToken, strings.Split(idToken, ".")[2], strings.TrimPrefix(got.Secret, "team_")} {
		events := w.call("admin", "GET", "/api/v1/events?limit=1000", nil)
		if strings.Contains(string(events.body), secret) || strings.Contains(w.log.String(), secret) {
			t.Error("a secret was kept")
		}
	}
	w.pass(5 * time.Minute)
	refusal(t, w.with(got.Secret, "GET", "/api/v1/me", nil), http.StatusUnauthorized, "unauthenticated")
}

// A copy of an ID token, as in the log of a job, opens nothing: each is taken once, at whatever replica.
func TestAnIDTokenIsTakenOnce(t *testing.T) {
	w := newWorld(t)
	issuer := w.ci
	w.known(w.machine, "github", map[string]string{"sub": mainBranch})
	idToken := issuer.Token(publicURL, w.Now(), map[string]any{"sub": mainBranch})
	replicas := []string{w.server.URL, w.another().URL}
	body := fmt.Sprintf(`{"machine":%q,"idToken":%q}`, w.machine.ID, idToken)
	var wg sync.WaitGroup
	var mu sync.Mutex
	let := 0
	for i := range 8 {
		wg.Go(func() {
			answer, err := http.Post(replicas[i%2]+"/api/v1/machine-token", "application/json", strings.NewReader(body))
			if err != nil {
				t.Error(err)
				return
			}
			defer answer.Body.Close()
			mu.Lock()
			defer mu.Unlock()
			if answer.StatusCode == http.StatusOK {
				let++
			}
		})
	}
	wg.Wait()
	if let != 1 {
		t.Errorf("it was taken %d times", let)
	}
	w.shut(w.exchanged(w.machine.Name, idToken), "was used before")
	// It is remembered until it has expired everywhere, and then forgotten.
	if did, _, err := w.store.ForgetIDTokens(t.Context(), w.Now().Add(65*time.Minute-time.Second)); did || err != nil {
		t.Errorf("forgotten too soon: %v, %v", did, err)
	}
	if did, _, err := w.store.ForgetIDTokens(t.Context(), w.Now().Add(65*time.Minute)); !did || err != nil {
		t.Errorf("not forgotten: %v, %v", did, err)
	}
	// So are the tokens that came of it, a week later.
	old := w.Now().Add(5*time.Minute + 7*24*time.Hour)
	if did, _, err := w.store.ForgetIDTokens(t.Context(), old); !did || err != nil {
		t.Errorf("the token is kept: %v, %v", did, err)
	}
	if did, _, err := w.store.ForgetIDTokens(t.Context(), old); did || err != nil {
		t.Errorf("something is left: %v, %v", did, err)
	}
}

func TestAnIDTokenOpensNothingElse(t *testing.T) {
	w := newWorld(t)
	issuer := w.ci
	stranger := issuertest.New(t)
	w.known(w.machine, "github", map[string]string{"sub": mainBranch, "repository_id": "4711"})
	w.known(w.machine, "elsewhere", map[string]string{"sub": mainBranch})
	token := func(others map[string]any) string {
		all := map[string]any{"sub": mainBranch, "repository_id": "4711"}
		maps.Copy(all, others)
		return issuer.Token(publicURL, w.Now(), all)
	}
	other := w.newMachine("u-owner", access.ScopeRead)
	disabled := w.newMachine("u-owner", access.ScopeRead)
	w.known(disabled, "github", map[string]string{"sub": mainBranch})
	into[api.Machine](t, w.call("admin", "POST", "/api/v1/machines/"+disabled.ID+"/disable", nil))
	for name, try := range map[string]struct{ machine, token, why string }{
		"no such machine":       {"nobody", token(nil), "no such machine client"},
		"no such id":            {"mch_00000000-0000-0000-0000-000000000000", token(nil), "no such machine client"},
		"another machine":       {other.Name, token(nil), "no keyless way"},
		"a disabled one":        {disabled.Name, token(nil), "is disabled"},
		"another branch":        {w.machine.Name, token(map[string]any{"sub": mainBranch + "2"}), "other claims"},
		"a branch's beginning":  {w.machine.Name, token(map[string]any{"sub": mainBranch[:len(mainBranch)-1]}), "other claims"},
		"another case":          {w.machine.Name, token(map[string]any{"sub": strings.ToUpper(mainBranch)}), "other claims"},
		"a list":                {w.machine.Name, token(map[string]any{"sub": []string{mainBranch}}), "other claims"},
		"one claim missing":     {w.machine.Name, token(map[string]any{"repository_id": nil}), "other claims"},
		"one claim is another":  {w.machine.Name, token(map[string]any{"repository_id": "47110"}), "other claims"},
		"another audience":      {w.machine.Name, issuer.Token("https://other.example.com", w.Now(), map[string]any{"sub": mainBranch}), "for the audience"},
		"an issuer of nobody's": {w.machine.Name, stranger.Token(publicURL, w.Now(), map[string]any{"sub": mainBranch}), "no keyless way"},
		"forged": {
			w.machine.Name, stranger.Sign(stranger.Claims(publicURL, w.Now(), map[string]any{"iss": issuer.URL, "sub": mainBranch, "repository_id": "4711"}), nil),
			"signature",
		},
		"no token": {w.machine.Name, "nonsense", "malformed"},
	} {
		t.Run(name, func(t *testing.T) { w.shut(w.exchanged(try.machine, try.token), try.why) })
	}
	if stranger.Asked() != 0 {
		t.Error("an issuer that nobody trusts was asked for its keys")
	}
	// A number is what it is written as, and nothing else.
	if got := w.exchanged(w.machine.Name, token(map[string]any{"repository_id": 4711})); got.status != http.StatusOK {
		t.Errorf("%d %s", got.status, got.body)
	}
	// Refusals are events, of machine clients that there are; a flood of them is not.
	was := len(w.eventsOf("machine.refused"))
	if was == 0 {
		t.Error("no refusal is an event")
	}
	for range 50 {
		w.exchanged(w.machine.Name, "nonsense")
	}
	if got := len(w.eventsOf("machine.refused")); got != 30 {
		t.Errorf("%d refusals are events", got)
	}
	w.pass(time.Minute)
	w.exchanged(w.machine.Name, "nonsense")
	if got := w.eventsOf("machine.refused"); len(got) != 31 || got[30].Subject.Machine != w.machine.ID {
		t.Errorf("%d refusals are events", len(got))
	}
	// More than the machine client may do is refused, and costs no ID token.
	once := token(nil)
	refusal(t, w.exchanged(w.machine.Name, once, "decide"), http.StatusUnprocessableEntity, "invalid")
	if got := into[api.MachineToken](t, w.exchanged(w.machine.Name, once, "read")); !slices.Equal(got.Scopes, []string{"read"}) {
		t.Errorf("%+v", got)
	}
}

// When the issuer cannot be reached nobody is refused: the ID token can be shown again.
func TestAnIssuerThatIsDown(t *testing.T) {
	w := newWorld(t)
	issuer := w.ci
	w.known(w.machine, "github", map[string]string{"sub": mainBranch})
	idToken := issuer.Token(publicURL, w.Now(), map[string]any{"sub": mainBranch})
	issuer.Down(true)
	refusal(t, w.exchanged(w.machine.Name, idToken), http.StatusServiceUnavailable, "unavailable")
	issuer.Down(false)
	w.pass(5 * time.Second)
	into[api.MachineToken](t, w.exchanged(w.machine.Name, idToken))
}

// What let the machine client in is gone: so is it, at once.
func TestAKeylessTokenEndsWithWhatItCameOf(t *testing.T) {
	w := newWorld(t)
	issuer := w.ci
	way := w.known(w.machine, "github", map[string]string{"sub": mainBranch})
	enter := func() string {
		t.Helper()
		return into[api.MachineToken](t, w.exchanged(w.machine.Name, issuer.Token(publicURL, w.Now(), map[string]any{"sub": mainBranch}))).Secret
	}
	out := func(token string) {
		t.Helper()
		refusal(t, w.with(token, "GET", "/api/v1/me", nil), http.StatusUnauthorized, "unauthenticated")
	}
	path := "/api/v1/machines/" + w.machine.ID + "/keyless"
	token := enter()
	refusal(t, w.call("stranger", "DELETE", path+"/"+way.ID, nil), http.StatusNotFound, "not_found")
	refusal(t, w.call("auditor", "DELETE", path+"/"+way.ID, nil), http.StatusForbidden, "forbidden")
	into[api.Keyless](t, w.call("owner", "DELETE", path+"/"+way.ID, nil))
	refusal(t, w.call("owner", "DELETE", path+"/"+way.ID, nil), http.StatusNotFound, "not_found")
	out(token)
	if list := into[api.KeylessList](t, w.call("owner", "GET", path, nil)); len(list.Items) != 0 {
		t.Errorf("left %+v", list)
	}
	w.known(w.machine, "github", map[string]string{"sub": mainBranch})
	token = enter()
	into[api.Me](t, w.with(token, "GET", "/api/v1/me", nil))
	s := into[api.Settings](t, w.call("admin", "GET", "/api/v1/settings", nil))
	s.TrustedIssuers = nil
	if o := into[api.PolicyOutcome](t, w.call("admin", "PUT", "/api/v1/settings", at(s.Version, api.SettingsDraft{Settings: s.SettingsBody}))); o.Proposal != nil {
		t.Error("to trust less waits for somebody")
	}
	out(token)
}

// P11: whoever has an issuer trusted, and whoever agrees, gains nothing by it for a day: not as the owner of the machine
// client, and not by having said that the claims are the machine's.
func TestP11AnIssuerServesNobodyWhoHadItTrusted(t *testing.T) {
	w := newWorldWith(t, func(s *policychange.Seed) { s.Settings.TrustedIssuers = nil })
	issuer := w.ci
	by := func(name string) access.Actor {
		return access.Actor{Kind: audit.Person, UserID: "u-" + name, Name: name, Administrator: true}
	}
	s := into[api.Settings](t, w.call("admin", "GET", "/api/v1/settings", nil))
	s.TrustedIssuers = []api.TrustedIssuer{{Name: "github", Issuer: issuer.URL}}
	o := into[api.PolicyOutcome](t, w.call("admin", "PUT", "/api/v1/settings", at(s.Version, api.SettingsDraft{Settings: s.SettingsBody})))
	if o.Proposal == nil || len(o.Widening) != 1 || o.Widening[0].Code != policy.CodeWidensIssuers {
		t.Fatalf("to trust an issuer is %+v", o)
	}
	claims := func(n int) map[string]string { return map[string]string{"sub": fmt.Sprintf("job-%d", n)} }
	enter := func(m identity.Machine, n int) reply {
		return w.exchanged(m.Name, issuer.Token(publicURL, w.Now(), map[string]any{"sub": fmt.Sprintf("job-%d", n)}))
	}
	third := w.newMachine("u-owner", access.ScopeRead)
	if _, err := w.machines.AddKeyless(t.Context(), by("stranger"), third.ID, identity.KeylessDraft{Issuer: "github", Claims: claims(3)}); err != nil {
		t.Fatal(err)
	}
	w.shut(enter(third, 3), "no keyless way") // nobody agreed yet
	into[api.PolicyOutcome](t, w.call("second-admin", "POST", "/api/v1/proposals/"+o.Proposal.ID+"/agree", at(1, nil)))
	w.pass(time.Second)
	if got := enter(third, 3); got.status != http.StatusOK {
		t.Errorf("who had nothing to do with it: %d %s", got.status, got.body)
	}
	var own []identity.Machine
	for i, try := range []struct{ owner, author string }{{"u-owner", "admin"}, {"u-owner", "second-admin"}, {"u-admin", "stranger"}, {"u-second-admin", "stranger"}} {
		m := w.newMachine(try.owner, access.ScopeRead)
		own = append(own, m)
		if _, err := w.machines.AddKeyless(t.Context(), by(try.author), m.ID, identity.KeylessDraft{Issuer: "github", Claims: claims(10 + i)}); err != nil {
			t.Fatal(err)
		}
		w.shut(enter(m, 10+i), "cooling")
	}
	w.pass(24 * time.Hour)
	for i, m := range own {
		if got := enter(m, 10+i); got.status != http.StatusOK {
			t.Errorf("a day later: %d %s", got.status, got.body)
		}
	}
}

func TestKeylessWaysAreExact(t *testing.T) {
	w := newWorld(t)
	path := "/api/v1/machines/" + w.machine.ID + "/keyless"
	add := func(claims map[string]string) reply {
		return w.call("admin", "POST", path, api.KeylessBody{Issuer: "github", Claims: claims})
	}
	for name, try := range map[string]struct {
		claims map[string]string
		why    string
	}{
		"nothing":               {map[string]string{}, "name the claims"},
		"a pattern":             {map[string]string{"sub": "repo:example/*"}, "letter by letter"},
		"an empty value":        {map[string]string{"sub": ""}, "needs a value"},
		"what strangers have":   {map[string]string{"ref": "refs/heads/main", "environment": "production"}, "a stranger"},
		"a repository alone":    {map[string]string{"repository": "example/shop"}, "a stranger"},
		"what is checked":       {map[string]string{"sub": "a", "aud": "b"}, "checked anyway"},
		"control characters":    {map[string]string{"sub": "a\nb"}, "needs a value"},
		"reordering characters": {map[string]string{"sub": "a\u202eb"}, "needs a value"},
		"too long":              {map[string]string{"sub": strings.Repeat("a", 501)}, "needs a value"},
	} {
		t.Run(name, func(t *testing.T) {
			p := refusal(t, add(try.claims), http.StatusUnprocessableEntity, "invalid")
			if !strings.Contains(p.Detail, try.why) || p.Errors[0].Location != "body.claims" {
				t.Errorf("%+v", p)
			}
		})
	}
	into[api.Keyless](t, add(map[string]string{"repository_id": "4711", "environment": "production"}))
	refusal(t, add(map[string]string{"environment": "production", "repository_id": "4711"}), http.StatusConflict, "conflict")
	for i := range identity.MaxKeyless - 1 {
		into[api.Keyless](t, add(map[string]string{"sub": fmt.Sprint(i)}))
	}
	refusal(t, add(map[string]string{"sub": "one more"}), http.StatusConflict, "conflict")
	if list := into[api.KeylessList](t, w.call("owner", "GET", path, nil)); len(list.Items) != identity.MaxKeyless || !list.Items[0].Trusted {
		t.Errorf("%+v", list)
	}
	refusal(t, w.call("admin", "POST", "/api/v1/machines/mch_00000000-0000-0000-0000-000000000000/keyless",
		api.KeylessBody{Issuer: "github", Claims: map[string]string{"sub": "a"}}), http.StatusNotFound, "not_found")
}

// Jobs do not take the places of the two tokens that rotation needs.
func TestJobsDoNotKeepATokenFromBeingRotated(t *testing.T) {
	w := newWorld(t)
	issuer := w.ci
	w.known(w.machine, "github", map[string]string{"sub": mainBranch})
	for range 3 {
		into[api.MachineToken](t, w.exchanged(w.machine.Name, issuer.Token(publicURL, w.Now(), map[string]any{"sub": mainBranch})))
	}
	for range identity.MaxMachineTokens {
		into[api.IssuedToken](t, w.call("admin", "POST", "/api/v1/tokens", api.NewToken{MachineID: w.machine.ID}))
	}
	refusal(t, w.call("admin", "POST", "/api/v1/tokens", api.NewToken{MachineID: w.machine.ID}), http.StatusConflict, "conflict")
}

// What a machine client proposes is its owner's word. An administrator who said by which claims to know it could act as
// the machine, and then agree: so only a way that the owner added proposes.
func TestP11AKeylessMachineProposesInItsOwnersName(t *testing.T) {
	w := newWorld(t)
	issuer := w.ci
	m := w.newMachine("u-second-admin", access.MachineScopes()...)
	w.known(m, "github", map[string]string{"sub": "job-1"}) // by admin
	byOwner := access.Actor{Kind: audit.Person, UserID: "u-second-admin", Name: "second-admin", Administrator: true}
	if _, err := w.machines.AddKeyless(t.Context(), byOwner, m.ID, identity.KeylessDraft{Issuer: "github", Claims: map[string]string{"sub": "job-2"}}); err != nil {
		t.Fatal(err)
	}
	enter := func(sub string) string {
		return into[api.MachineToken](t, w.exchanged(m.Name, issuer.Token(publicURL, w.Now(), map[string]any{"sub": sub}))).Secret
	}
	refusal(t, w.with(enter("job-1"), "POST", "/api/v1/policies/eligibility", widerDraft()), http.StatusForbidden, "forbidden")
	if o := into[api.PolicyOutcome](t, w.with(enter("job-2"), "POST", "/api/v1/policies/eligibility", widerDraft())); o.Proposal == nil || !o.Proposal.ByMachine {
		t.Errorf("%+v", o)
	}
}
