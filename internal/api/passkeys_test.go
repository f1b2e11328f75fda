package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/identity/passkeytest"
	"github.com/team-idc/team/internal/policy"
)

const passkeyHost = "team.example.com"

// authenticator of somebody who has TEAM open in a browser.
func (w *world) authenticator() *passkeytest.Authenticator {
	return passkeytest.New(w.t, "https://"+passkeyHost, passkeyHost)
}

// credential is an authenticator's answer as a body has it.
func (w *world) credential(answer []byte) map[string]any {
	w.t.Helper()
	var c map[string]any
	if err := json.Unmarshal(answer, &c); err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) actor(name string) access.Actor {
	w.t.Helper()
	who, err := w.bearer.Authenticate(w.t.Context(), w.tokens[name])
	if err != nil {
		w.t.Fatal(err)
	}
	return who
}

// newPasskey registers one of a persona's, which does not count yet.
func (w *world) newPasskey(name string) identity.Passkey {
	w.t.Helper()
	p, _ := w.registered(w.actor(name))
	return p
}

func (w *world) registered(by access.Actor) (identity.Passkey, *passkeytest.Authenticator) {
	w.t.Helper()
	by.Proofs = []access.Proof{{Kind: access.ProofProvider, Provider: "idp", At: w.Now()}}
	options, err := w.passkeys.BeginRegistration(w.t.Context(), by)
	if err != nil {
		w.t.Fatal(err)
	}
	a := w.authenticator()
	p, err := w.passkeys.FinishRegistration(w.t.Context(), by, "key of "+by.Name, a.Create(options))
	if err != nil {
		w.t.Fatal(err)
	}
	return p, a
}

// passkeyOf gives a persona one that counts, with its authenticator. Nobody has none.
func (w *world) passkeyOf(name string) *passkeytest.Authenticator {
	w.t.Helper()
	if name == "" {
		return nil
	}
	p, a := w.registered(w.actor(name))
	err := w.store.Passkeys().UpdatePasskeys(w.t.Context(), func(ctx context.Context, tx identity.PasskeyTx) error {
		p.UsableAt = p.RegisteredAt
		return tx.PutPasskey(ctx, p, access.Change{Events: []audit.Event{{Kind: "test", At: w.Now(), Actor: operator}}})
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// madePasskey is what a browser sends that has made a passkey for the caller of a scene.
func (w *world) madePasskey() api.NewPasskey {
	w.t.Helper()
	if w.caller == "" {
		return api.NewPasskey{Name: "key", Credential: map[string]any{}}
	}
	options, err := w.passkeys.BeginRegistration(w.t.Context(), w.actor(w.caller))
	if err != nil {
		w.t.Fatal(err)
	}
	return api.NewPasskey{Name: "key", Credential: w.credential(w.authenticator().Create(options))}
}

// usedPasskey is what a browser sends that has used a passkey of the caller's of a scene.
func (w *world) usedPasskey() api.PasskeyProof {
	w.t.Helper()
	if w.caller == "" {
		return api.PasskeyProof{Credential: map[string]any{}}
	}
	a := w.passkeyOf(w.caller)
	options, err := w.passkeys.BeginProof(w.t.Context(), w.actor(w.caller))
	if err != nil {
		w.t.Fatal(err)
	}
	return api.PasskeyProof{Credential: w.credential(a.Get(options))}
}

func encoded(t *testing.T, options map[string]any) []byte {
	t.Helper()
	b, err := json.Marshal(options)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// demand makes the settings demand something, as an operator who cares for no second administrator.
func (w *world) demand(f func(*policy.StepUp)) {
	w.t.Helper()
	s := into[api.Settings](w.t, w.call("admin", "GET", "/api/v1/settings", nil))
	var up policy.StepUp
	f(&up)
	demand := func(d policy.Demand) *api.StepUpDemand {
		out := &api.StepUpDemand{MaxAgeSeconds: int64(d.MaxAge / time.Second), ACR: d.ACR}
		for _, k := range d.Kinds {
			out.Kinds = append(out.Kinds, string(k))
		}
		if d.None() {
			return nil
		}
		return out
	}
	s.SettingsBody.StepUp = &api.StepUpBody{
		Decide: demand(up.Decide), Policies: demand(up.Policies), Tokens: demand(up.Tokens), Emergency: demand(up.Emergency),
	}
	out := into[api.PolicyOutcome](w.t, w.call("admin", "PUT", "/api/v1/settings", at(s.Version, api.SettingsDraft{Settings: s.SettingsBody})))
	if !out.Applied {
		w.t.Fatalf("tightening did not apply: %+v", out)
	}
}

func fiveMinutes(kinds ...policy.ProofKind) policy.Demand {
	return policy.Demand{Kinds: kinds, MaxAge: 5 * time.Minute}
}

// A browser registers a passkey, waits a day, and shows with it what deciding demands; its secret changes, and the vote
// and the answers say what was shown.
func TestStepUpWithAPasskey(t *testing.T) {
	w := newWorld(t)
	secret, in := w.browser("approver")
	browser := func(method, path string, body any) reply { return w.call("", method, path, cookied(secret, body)) }
	a := w.authenticator()
	options := encoded(t, into[api.PasskeyOptions](t, browser("POST", "/api/v1/passkeys/registration/begin", nil)).PublicKey)
	made := into[api.Passkey](t, browser("POST", "/api/v1/passkeys/registration/finish", api.NewPasskey{Name: "laptop", Credential: w.credential(a.Create(options))}))
	if made.Counts || made.User.ID != "u-approver" || made.Name != "laptop" || !made.UsableAt.Equal(w.Now().Add(24*time.Hour)) {
		t.Fatalf("made %+v", made)
	}
	for range 47 { // used every half hour, so that it is never idle
		w.pass(30 * time.Minute)
		into[api.Me](t, browser("GET", "/api/v1/me", nil))
	}
	w.pass(30 * time.Minute)
	for _, name := range []string{"admin", "requester"} {
		w.tokens[name] = w.issue("u-"+name, time.Hour)
	}
	w.demand(func(s *policy.StepUp) { s.Decide = fiveMinutes(policy.ProofPasskey) })
	r := w.ask(oneProd())
	p := refusal(t, browser("POST", "/api/v1/requests/"+r.ID+"/approve", api.Ballot{}), http.StatusForbidden, "step_up_required")
	if s := p.StepUp; s == nil || len(s.Kinds) != 1 || s.Kinds[0] != "passkey" || s.MaxAgeSeconds != 300 || s.URL != "/step-up?act=decide&age=300&for="+in.ID+"&kinds=passkey" {
		t.Errorf("missing %+v", p.StepUp)
	}
	if now := into[api.Request](t, w.call("requester", "GET", "/api/v1/requests/"+r.ID, nil)); now.Targets[0].Decision != "pending" || len(now.Targets[0].Votes) != 0 {
		t.Errorf("refused, and changed: %+v", now.Targets[0])
	}

	options = encoded(t, into[api.PasskeyOptions](t, browser("POST", "/api/v1/passkeys/proof/begin", nil)).PublicKey)
	answer := browser("POST", "/api/v1/passkeys/proof/finish", api.PasskeyProof{Credential: w.credential(a.Get(options))})
	if proven := into[api.ProvenBy](t, answer); proven.Proof.Kind != "passkey" || proven.Proof.Passkey != made.ID {
		t.Errorf("proven %+v", proven)
	}
	cookie := answer.header.Get("Set-Cookie")
	if !strings.HasPrefix(cookie, identity.CookieName+"=team_") || !strings.Contains(cookie, "; Path=/; ") || !strings.Contains(cookie, "HttpOnly; Secure; SameSite=Lax") {
		t.Fatalf("the cookie is %q", cookie)
	}
	refusal(t, browser("GET", "/api/v1/me", nil), http.StatusUnauthorized, "unauthenticated")
	secret, _, _ = strings.Cut(strings.TrimPrefix(cookie, identity.CookieName+"="), ";")
	decided := into[api.Request](t, browser("POST", "/api/v1/requests/"+r.ID+"/approve", api.Ballot{}))
	vote := decided.Targets[0].Votes[0]
	if len(vote.Proofs) != 2 || vote.Proofs[1].Kind != "passkey" || vote.Proofs[1].Passkey != made.ID || !vote.Proofs[1].At.Equal(w.Now()) {
		t.Errorf("vote %+v", vote)
	}
}

// A proof that a command line asked for counts for it, if it is of the same user.
func TestStepUpForTheCommandLine(t *testing.T) {
	w := newWorld(t)
	secret, parent := w.browser("approver")
	cli, token, err := w.signIns.BeginCLI(t.Context(), parent, identity.Origin{Address: "192.0.2.9"})
	if err != nil {
		t.Fatal(err)
	}
	_, others := w.browser("stranger")
	theirs, _, err := w.signIns.BeginCLI(t.Context(), others, identity.Origin{})
	if err != nil {
		t.Fatal(err)
	}
	a := w.passkeyOf("approver")
	w.demand(func(s *policy.StepUp) { s.Decide = fiveMinutes(policy.ProofPasskey) })
	r := w.ask(oneProd())
	p := refusal(t, w.with(token, "POST", "/api/v1/requests/"+r.ID+"/approve", api.Ballot{}), http.StatusForbidden, "step_up_required")
	if !strings.Contains(p.StepUp.URL, "for="+cli.ID) {
		t.Errorf("the page is %s", p.StepUp.URL)
	}
	prove := func(id string) reply {
		options := encoded(t, into[api.PasskeyOptions](t, w.call("", "POST", "/api/v1/passkeys/proof/begin", cookied(secret, nil))).PublicKey)
		return w.call("", "POST", "/api/v1/passkeys/proof/finish", cookied(secret, api.PasskeyProof{Credential: w.credential(a.Get(options)), For: id}))
	}
	refusal(t, prove(theirs.ID), http.StatusNotFound, "not_found")
	refusal(t, prove(others.ID), http.StatusNotFound, "not_found")
	refusal(t, w.with(token, "POST", "/api/v1/requests/"+r.ID+"/approve", api.Ballot{}), http.StatusForbidden, "step_up_required")
	into[api.ProvenBy](t, prove(cli.ID))
	into[api.Request](t, w.with(token, "POST", "/api/v1/requests/"+r.ID+"/approve", api.Ballot{}))
}

// Issuing tokens, and changing policies from files, demand fresh proof; nothing is done before it is there.
func TestStepUpForTokensAndFiles(t *testing.T) {
	w := newWorld(t)
	w.demand(func(s *policy.StepUp) {
		s.Tokens, s.Policies = fiveMinutes(policy.ProofProvider), fiveMinutes(policy.ProofProvider)
	})
	into[api.IssuedToken](t, w.call("stranger", "POST", "/api/v1/tokens", api.NewToken{Scopes: []string{"read"}}))
	w.pass(6 * time.Minute)
	before := len(into[api.TokenList](t, w.call("admin", "GET", "/api/v1/tokens?scope=all", nil)).Items)
	for name, body := range map[string]api.NewToken{"stranger": {Scopes: []string{"read"}}, "admin": {MachineID: w.machine.ID}} {
		p := refusal(t, w.call(name, "POST", "/api/v1/tokens", body), http.StatusForbidden, "step_up_required")
		if p.StepUp == nil || p.StepUp.Kinds[0] != "provider" {
			t.Errorf("missing %+v", p.StepUp)
		}
	}
	if after := len(into[api.TokenList](t, w.call("admin", "GET", "/api/v1/tokens?scope=all", nil)).Items); after != before {
		t.Errorf("%d tokens, then %d", before, after)
	}
	// An ID token that a machine client is known by stands for as much as a token of it.
	path := "/api/v1/machines/" + w.machine.ID + "/keyless"
	way := api.KeylessBody{Issuer: "github", Claims: map[string]string{"sub": mainBranch}}
	refusal(t, w.call("admin", "POST", path, way), http.StatusForbidden, "step_up_required")
	docs := api.PolicyDocuments{Documents: []api.PolicyDocument{{Name: "x.yaml", Text: "kind: settings\nmaxTargets: 3"}}}
	refusal(t, w.call("admin", "POST", "/api/v1/policies/apply", docs), http.StatusForbidden, "step_up_required")
	into[api.PolicyPlan](t, w.call("admin", "POST", "/api/v1/policies/plan", docs))
}

// A way without a secret is as good as a token, and who somebody is as good as all that they may do: whoever only has the
// cookie of an administrator can give out neither.
func TestStepUpForWhatIsAsGoodAsAToken(t *testing.T) {
	w := newWorld(t)
	waiting := w.waiting()
	machine := "/api/v1/machines/" + w.newMachine("u-owner", access.ScopeRead).ID
	w.demand(func(s *policy.StepUp) {
		s.Tokens, s.Policies = fiveMinutes(policy.ProofProvider), fiveMinutes(policy.ProofProvider)
	})
	w.pass(6 * time.Minute)
	way := api.KeylessBody{Issuer: "github", Claims: map[string]string{"sub": "repo:stranger/shop:ref:refs/heads/main"}}
	refusal(t, w.call("admin", "POST", machine+"/keyless", way), http.StatusForbidden, "step_up_required")
	if ways := into[api.KeylessList](t, w.call("admin", "GET", machine+"/keyless", nil)); len(ways.Items) != 0 {
		t.Errorf("known by %+v", ways)
	}
	refusal(t, w.call("admin", "POST", "/api/v1/identities/"+waiting.ID+"/confirm", nil), http.StatusForbidden, "step_up_required")
	if left := into[api.IdentityList](t, w.call("admin", "GET", "/api/v1/identities", nil)); len(left.Items) != 1 {
		t.Errorf("waiting are %+v", left)
	}
	// More scopes, another owner, and working again.
	m := into[api.Machine](t, w.call("admin", "GET", machine, nil))
	for _, change := range []func(*api.MachineBody){
		func(b *api.MachineBody) { b.Scopes = []string{"read", "request"} },
		func(b *api.MachineBody) { b.OwnerID = "u-admin" },
	} {
		body := m.MachineBody
		change(&body)
		refusal(t, w.call("admin", "PUT", machine, at(m.Version, body)), http.StatusForbidden, "step_up_required")
	}
	body := m.MachineBody
	body.Description = "builds"
	into[api.Machine](t, w.call("admin", "PUT", machine, at(m.Version, body)))
	into[api.Machine](t, w.call("admin", "POST", machine+"/disable", nil))
	refusal(t, w.call("admin", "POST", machine+"/enable", nil), http.StatusForbidden, "step_up_required")
	// What only takes away demands nothing.
	into[api.Identity](t, w.call("admin", "POST", "/api/v1/identities/"+waiting.ID+"/refuse", nil))
}

// A client that knows no demands leaves them as they are.
func TestSettingsWithoutDemandsKeepThem(t *testing.T) {
	w := newWorld(t)
	w.demand(func(s *policy.StepUp) { s.Decide = fiveMinutes(policy.ProofPasskey) })
	s := into[api.Settings](t, w.call("admin", "GET", "/api/v1/settings", nil))
	s.SettingsBody.StepUp, s.SettingsBody.MaxTargets = nil, 3
	out := into[api.PolicyOutcome](t, w.call("admin", "PUT", "/api/v1/settings", at(s.Version, api.SettingsDraft{Settings: s.SettingsBody})))
	if !out.Applied || len(out.Difference) != 1 {
		t.Errorf("%+v", out)
	}
	if s = into[api.Settings](t, w.call("admin", "GET", "/api/v1/settings", nil)); s.StepUp == nil || s.StepUp.Decide == nil || s.StepUp.Decide.MaxAgeSeconds != 300 {
		t.Errorf("%+v", s.StepUp)
	}
	s.StepUp.Decide.MaxAgeSeconds = 5
	p := refusal(t, w.call("admin", "PUT", "/api/v1/settings", at(s.Version, api.SettingsDraft{Settings: s.SettingsBody})), http.StatusUnprocessableEntity, "invalid")
	if p.Errors[0].Location != "body.settings.stepUp.decide.maxAgeSeconds" {
		t.Errorf("%+v", p.Errors)
	}
}
