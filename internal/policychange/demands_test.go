package policychange_test

import (
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
)

func freshly(kinds ...policy.ProofKind) policy.Demand {
	return policy.Demand{Kinds: kinds, MaxAge: 5 * time.Minute}
}

// demanding begins with settings that demand a passkey or a sign-in a moment ago of whoever changes policies.
func demanding(t *testing.T) *rig {
	t.Helper()
	r := newRig(t)
	s := seed()
	s.Settings.StepUp.Policies = freshly(policy.ProofPasskey, policy.ProofProvider)
	if did, err := r.changes.Bootstrap(r.ctx, s); err != nil || !did {
		t.Fatalf("bootstrap: %v, %v", did, err)
	}
	return r
}

// showing is an administrator who signed in that long ago.
func (r *rig) showing(id string, ago time.Duration) access.Actor {
	by := person(id)
	by.SignInID = "sin_" + id
	by.Proofs = []access.Proof{{Kind: access.ProofProvider, Provider: "corp", At: r.now.Add(-ago)}}
	return by
}

func (r *rig) settings() policychange.Draft {
	r.t.Helper()
	v, err := r.changes.Get(r.ctx, r.showing(amy, 0), policy.KindSettings, policy.SettingsID)
	if err != nil {
		r.t.Fatal(err)
	}
	return policychange.Draft{Kind: policy.KindSettings, ID: policy.SettingsID, BaseVersion: v.Version, Body: v.Body}
}

func edited(d policychange.Draft, f func(*policy.Settings)) policychange.Draft {
	s, _ := d.Body.(policy.Settings)
	f(&s)
	d.Body = s
	return d
}

// TestChangingPoliciesDemandsFreshProof of who proposes, agrees, or protects an account; what changes nothing does not.
func TestChangingPoliciesDemandsFreshProof(t *testing.T) {
	r := demanding(t)
	stale, fresh := r.showing(amy, 6*time.Minute), r.showing(amy, time.Minute)
	narrower := edited(r.settings(), func(s *policy.Settings) { s.MaxTargets = 10 })
	_, err := r.changes.Propose(r.ctx, stale, narrower)
	wantStepUp(t, err)
	_, err = r.changes.Protect(r.ctx, stale, devA)
	wantStepUp(t, err)
	if out, err := r.changes.Propose(r.ctx, stale, r.settings()); err != nil || !out.Unchanged {
		t.Errorf("what changes nothing: %+v, %v", out, err)
	}
	if v := r.settings(); v.BaseVersion != 1 {
		t.Fatalf("a refused change was applied: %+v", v)
	}
	if out, err := r.changes.Propose(r.ctx, fresh, narrower); err != nil || out.Applied == nil {
		t.Fatalf("%+v, %v", out, err)
	}
	out, err := r.changes.Propose(r.ctx, fresh, edited(r.settings(), func(s *policy.Settings) { s.MaxTargets = 20 }))
	if err != nil || out.Proposal == nil {
		t.Fatalf("%+v, %v", out, err)
	}
	_, err = r.changes.Agree(r.ctx, r.showing(abe, 6*time.Minute), out.Proposal.ID)
	wantStepUp(t, err)
	if _, err := r.changes.Agree(r.ctx, r.showing(abe, time.Minute), out.Proposal.ID); err != nil {
		t.Error(err)
	}
}

// TestP11LooseningADemandNeedsASecondAdministrator, and its author meets what was demanded before for another day;
// tightening it takes effect at once.
func TestP11LooseningADemandNeedsASecondAdministrator(t *testing.T) {
	r := demanding(t)
	lift := edited(r.settings(), func(s *policy.Settings) { s.StepUp.Policies = policy.Demand{} })
	out, err := r.changes.Propose(r.ctx, r.showing(amy, 0), lift)
	if err != nil || out.Proposal == nil || len(out.Widening) != 1 || out.Widening[0].Code != policy.CodeWidensStepUp ||
		out.Widening[0].Text != "Settings: who changes policies and settings must show less that it is them: none instead of passkey or provider, at most 5 minutes ago." {
		t.Fatalf("%+v, %v", out, err)
	}
	if d := out.Difference; len(d) != 1 || d[0] != "stepUp.policies: passkey or provider, at most 5 minutes ago → none" {
		t.Errorf("difference %q", d)
	}
	if _, err := r.changes.Agree(r.ctx, r.showing(abe, 0), out.Proposal.ID); err != nil {
		t.Fatal(err)
	}
	narrower := edited(r.settings(), func(s *policy.Settings) { s.MaxTargets = 10 })
	for _, id := range []string{amy, amy2, abe} {
		_, err = r.changes.Propose(r.ctx, r.showing(id, time.Hour), narrower)
		wantStepUp(t, err)
	}
	if _, err := r.changes.Propose(r.ctx, r.showing(ada, time.Hour), narrower); err != nil {
		t.Errorf("who did not change it: %v", err)
	}
	r.now = r.now.Add(policy.CoolingPeriod)
	tight := edited(r.settings(), func(s *policy.Settings) { s.StepUp.Policies = freshly(policy.ProofProvider) })
	if out, err := r.changes.Propose(r.ctx, r.showing(amy, 0), tight); err != nil || out.Applied == nil || len(out.Widening) != 0 {
		t.Errorf("tightening: %+v, %v", out, err)
	}
}

// TestNobodyDemandsWhatTheyCannotShow themselves: settings that nobody could change back would lock everybody out.
func TestNobodyDemandsWhatTheyCannotShow(t *testing.T) {
	r := seeded(t)
	lockout := edited(r.settings(), func(s *policy.Settings) { s.StepUp.Policies = freshly(policy.ProofPasskey) })
	_, err := r.changes.Propose(r.ctx, r.showing(amy, 0), lockout)
	wantStepUp(t, err)
	mistyped := freshly(policy.ProofProvider)
	mistyped.ACR = []string{"urn:mfaa"}
	_, err = r.changes.Propose(r.ctx, r.showing(amy, 0), edited(r.settings(), func(s *policy.Settings) { s.StepUp.Policies = mistyped }))
	wantStepUp(t, err)
	by := r.showing(amy, 0)
	by.Proofs = append(by.Proofs, access.Proof{Kind: access.ProofPasskey, At: r.now})
	if out, err := r.changes.Propose(r.ctx, by, lockout); err != nil || out.Applied == nil {
		t.Errorf("%+v, %v", out, err)
	}
}

func wantStepUp(t *testing.T, err error) {
	t.Helper()
	if access.CodeOf(err) != access.CodeStepUp {
		t.Errorf("%v, want step_up_required", err)
	}
}

// TestDemandsInDocuments are read, printed and read again.
func TestDemandsInDocuments(t *testing.T) {
	r := demanding(t)
	const text = `kind: settings
stepUp:
  decide: {kinds: [passkey], maxAge: 10m}
  tokens:
    kinds: [provider, passkey]
    maxAge: 1h
    acr: [phr, "urn:mfa"]
---
kind: approver
name: Payments
targets:
  accounts: [pay-prod]
stages:
  - approvers:
      groups: [leads]
stepUp: {kinds: [passkey], maxAge: 5m}
`
	plan, err := r.changes.Plan(r.ctx, r.showing(amy, 0), []policychange.File{{Name: "x.yaml", Text: text}}, false)
	if err != nil {
		t.Fatal(err)
	}
	settings := plan.Steps[0].Draft.Body.(policy.Settings)
	want := policy.StepUp{
		Decide:   policy.Demand{Kinds: []policy.ProofKind{policy.ProofPasskey}, MaxAge: 10 * time.Minute},
		Policies: freshly(policy.ProofPasskey, policy.ProofProvider), // left out: as it is
		Tokens:   policy.Demand{Kinds: []policy.ProofKind{policy.ProofProvider, policy.ProofPasskey}, MaxAge: time.Hour, ACR: []string{"phr", "urn:mfa"}},
	}
	for _, act := range policy.Acts() {
		if got := settings.StepUp.Of(act); got.String() != want.Of(act).String() {
			t.Errorf("%s: %s, want %s", act, got, want.Of(act))
		}
	}
	for _, step := range plan.Steps {
		if len(step.Widening) > 0 && step.Draft.Kind == policy.KindSettings {
			t.Errorf("tightening widens: %+v", step.Widening)
		}
		if out, err := r.changes.Propose(r.ctx, r.showing(amy, 0), step.Draft); err != nil {
			t.Fatal(err)
		} else if out.Proposal != nil {
			if _, err := r.changes.Agree(r.ctx, r.showing(abe, 0), out.Proposal.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	printed, err := r.changes.Documents(r.ctx, r.showing(amy, 0))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"decide: {kinds: [passkey], maxAge: 10m}", "emergency: none", "stepUp: {kinds: [passkey], maxAge: 5m}",
		"tokens: {kinds: [provider, passkey], maxAge: 1h, acr: [phr, 'urn:mfa']}",
	} {
		if !strings.Contains(printed, line) {
			t.Errorf("%q is not in\n%s", line, printed)
		}
	}
	plan, err = r.changes.Plan(r.ctx, r.showing(amy, 0), []policychange.File{{Name: "y.yaml", Text: printed}}, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range plan.Steps {
		if step.Verb != policychange.Unchanged {
			t.Errorf("what was printed changes %s: %q", step.Name, step.Difference)
		}
	}
	for text, words := range map[string]string{
		"kind: settings\nstepUp: {decide: sometimes}":                     "it must be none, or have kinds and maxAge",
		"kind: settings\nstepUp: {decide: {maxAge: 5m}}":                  "it has no kinds: write none where nothing is demanded",
		"kind: settings\nstepUp: {decide: {kinds: [face], maxAge: 5m}}":   `It must be "passkey" or "provider".`,
		"kind: settings\nstepUp: {revoke: none}":                          "possible are decide, emergency, policies, tokens",
		"kind: settings\nstepUp: {decide: {kinds: [passkey], maxAge: 5}}": "it must be a duration",
		"kind: settings\nstepUp: none":                                    "it must have keys",
	} {
		_, err := r.changes.Plan(r.ctx, r.showing(amy, 0), []policychange.File{{Name: "z.yaml", Text: text}}, false)
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s\n%v, want …%s…", text, err, words)
		}
	}
}
