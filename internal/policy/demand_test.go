package policy_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/team-idc/team/internal/policy"
)

var proven = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func demand(age time.Duration, kinds ...policy.ProofKind) policy.Demand {
	return policy.Demand{Kinds: kinds, MaxAge: age}
}

func withACR(d policy.Demand, acr ...string) policy.Demand {
	d.ACR = acr
	return d
}

const (
	passkey  = policy.ProofPasskey
	provider = policy.ProofProvider
)

func proof(kind policy.ProofKind, ago time.Duration, acr string) policy.Proof {
	return policy.Proof{Kind: kind, At: proven.Add(-ago), ACR: acr}
}

func TestDemandIsMetByFreshProofOfItsKinds(t *testing.T) {
	five := 5 * time.Minute
	either := demand(five, passkey, provider)
	for name, c := range map[string]struct {
		demand policy.Demand
		proofs []policy.Proof
		met    bool
	}{
		"nothing is demanded":               {policy.Demand{}, nil, true},
		"nothing was shown":                 {either, nil, false},
		"just fresh":                        {either, []policy.Proof{proof(provider, five, "")}, true},
		"just not":                          {either, []policy.Proof{proof(provider, five+time.Microsecond, "")}, false},
		"one of two is fresh":               {either, []policy.Proof{proof(provider, time.Hour, ""), proof(passkey, time.Minute, "")}, true},
		"of another kind":                   {demand(five, passkey), []policy.Proof{proof(provider, 0, "")}, false},
		"the provider's clock is ahead":     {either, []policy.Proof{proof(provider, -time.Minute, "")}, true},
		"the provider's clock is far ahead": {either, []policy.Proof{proof(provider, -61*time.Second, "")}, false},
		"with the context":                  {withACR(either, "phr", "mfa"), []policy.Proof{proof(provider, 0, "mfa")}, true},
		"with another context":              {withACR(either, "phr"), []policy.Proof{proof(provider, 0, "pwd")}, false},
		"without a context":                 {withACR(either, "phr"), []policy.Proof{proof(provider, 0, "")}, false},
		"a passkey has no context":          {withACR(either, "phr"), []policy.Proof{proof(passkey, 0, "")}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if met := c.demand.Met(c.proofs, proven); met != c.met {
				t.Errorf("%s: met %v, want %v", c.demand, met, c.met)
			}
		})
	}
}

func TestAllDemandsCount(t *testing.T) {
	both := []policy.Demand{demand(time.Hour, passkey, provider), demand(5*time.Minute, passkey)}
	missing, unmet := policy.Unmet(both, nil, proven)
	if !unmet || missing.String() != "passkey, at most 5 minutes ago" {
		t.Errorf("missing %s, %v", missing, unmet)
	}
	missing, unmet = policy.Unmet(both, []policy.Proof{proof(provider, 30*time.Minute, "")}, proven)
	if !unmet || missing.String() != "passkey, at most 5 minutes ago" {
		t.Errorf("missing %s, %v", missing, unmet)
	}
	if _, unmet = policy.Unmet(both, []policy.Proof{proof(passkey, time.Minute, "")}, proven); unmet {
		t.Error("one proof that meets both is not enough")
	}
	// No single proof meets these: one is asked for after the other.
	apart := []policy.Demand{demand(time.Hour, provider), demand(5*time.Minute, passkey)}
	missing, _ = policy.Unmet(apart, nil, proven)
	if missing.String() != "provider, at most 1 hour ago" {
		t.Errorf("missing first %s", missing)
	}
	missing, _ = policy.Unmet(apart, []policy.Proof{proof(provider, 0, "")}, proven)
	if missing.String() != "passkey, at most 5 minutes ago" {
		t.Errorf("missing then %s", missing)
	}
	contexts := []policy.Demand{withACR(demand(time.Hour, passkey, provider), "a"), withACR(demand(time.Hour, passkey, provider), "b")}
	if missing, _ = policy.Unmet(contexts, nil, proven); missing.String() != "passkey, at most 1 hour ago" {
		t.Errorf("contexts that no provider's proof has both: %s", missing)
	}
}

func anyDemand() *rapid.Generator[policy.Demand] {
	return rapid.Custom(func(t *rapid.T) policy.Demand {
		d := policy.Demand{
			Kinds:  rapid.SliceOfNDistinct(rapid.SampledFrom([]policy.ProofKind{passkey, provider}), 0, 2, rapid.ID).Draw(t, "kinds"),
			MaxAge: time.Duration(rapid.IntRange(1, 4).Draw(t, "age")) * time.Minute,
		}
		if slices.Contains(d.Kinds, provider) {
			d.ACR = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b"}), 0, 2, rapid.ID).Draw(t, "acr")
		}
		return d
	})
}

func anyProofs() *rapid.Generator[[]policy.Proof] {
	one := rapid.Custom(func(t *rapid.T) policy.Proof {
		p := proof(rapid.SampledFrom([]policy.ProofKind{passkey, provider}).Draw(t, "kind"), time.Duration(rapid.IntRange(-1, 5).Draw(t, "ago"))*time.Minute, "")
		if p.Kind == provider {
			p.ACR = rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "of")
		}
		return p
	})
	return rapid.SliceOfN(one, 0, 2)
}

// TestPropertyDemandsAreComparedByWhatMeetsThem: one demands no less than another exactly when whoever meets it meets the
// other; and what Unmet asks for is no less than each of those it joins.
func TestPropertyDemandsAreComparedByWhatMeetsThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, e, proofs := anyDemand().Draw(t, "d"), anyDemand().Draw(t, "e"), anyProofs().Draw(t, "proofs")
		if d.NoLessThan(e) && d.Met(proofs, proven) && !e.Met(proofs, proven) {
			t.Fatalf("%s demands no less than %s, but %v meets only the first", d, e, proofs)
		}
		_, unmet := policy.Unmet([]policy.Demand{d, e}, proofs, proven)
		if unmet == (d.Met(proofs, proven) && e.Met(proofs, proven)) {
			t.Fatalf("unmet %v of %s and %s with %v", unmet, d, e, proofs)
		}
	})
}

// TestPropertyWhatDemandsLessIsFound by some proof.
func TestPropertyWhatDemandsLessIsFound(t *testing.T) {
	var all []policy.Proof
	for _, ago := range []int{-1, 0, 1, 2, 3, 4, 5} {
		for _, p := range []policy.Proof{{Kind: passkey}, {Kind: provider}, {Kind: provider, ACR: "a"}, {Kind: provider, ACR: "b"}} {
			p.At = proven.Add(-time.Duration(ago) * time.Minute)
			all = append(all, p)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d, e := anyDemand().Draw(t, "d"), anyDemand().Draw(t, "e")
		less := !d.None() && slices.ContainsFunc(all, func(p policy.Proof) bool {
			one := []policy.Proof{p}
			return d.Met(one, proven) && !e.Met(one, proven)
		}) || d.None() && !e.None()
		if less == d.NoLessThan(e) {
			t.Fatalf("%s demands no less than %s: %v", d, e, !less)
		}
	})
}

func TestDemandsAreValidated(t *testing.T) {
	settings := policy.DefaultSettings()
	for name, c := range map[string]struct {
		demand policy.Demand
		field  string
	}{
		"none":                      {policy.Demand{}, ""},
		"right":                     {withACR(demand(5*time.Minute, passkey, provider), "urn:mfa"), ""},
		"an age without kinds":      {policy.Demand{MaxAge: time.Hour}, "stepUp.decide.kinds"},
		"contexts without kinds":    {policy.Demand{ACR: []string{"a"}}, "stepUp.decide.kinds"},
		"an unknown kind":           {demand(time.Hour, "face"), "stepUp.decide.kinds[0]"},
		"a kind twice":              {demand(time.Hour, passkey, passkey), "stepUp.decide.kinds[1]"},
		"too short":                 {demand(59*time.Second, passkey), "stepUp.decide.maxAge"},
		"too long":                  {demand(24*time.Hour+1, passkey), "stepUp.decide.maxAge"},
		"contexts of passkeys only": {withACR(demand(time.Hour, passkey), "a"), "stepUp.decide.acr"},
		"an empty context":          {withACR(demand(time.Hour, provider), ""), "stepUp.decide.acr[0]"},
		"a context twice":           {withACR(demand(time.Hour, provider), "a", "a"), "stepUp.decide.acr[1]"},
		"control characters":        {withACR(demand(time.Hour, provider), "a\nb"), "stepUp.decide.acr[0]"},
	} {
		t.Run(name, func(t *testing.T) {
			settings.StepUp.Decide = c.demand
			problems := settings.Validate()
			if c.field == "" && len(problems) > 0 || c.field != "" && (len(problems) != 1 || problems[0].Field != c.field) {
				t.Errorf("%+v, want one of %q", problems, c.field)
			}
			a := policy.Approver{Name: "x", Stages: []policy.Stage{{Approvers: policy.Principals{Groups: []string{"00000000-0000-0000-0000-00000000bbbb"}}, Required: 1}}, StepUp: c.demand}
			if problems := a.Validate(); len(problems) > 0 != (c.field != "") {
				t.Errorf("approver policy: %+v", problems)
			}
		})
	}
}

// TestP11LooseningADemandWidens, in the settings and in an approver policy; tightening does not.
func TestP11LooseningADemandWidens(t *testing.T) {
	tight, loose := demand(5*time.Minute, passkey), demand(10*time.Minute, passkey)
	set := func(s policy.StepUp, d policy.Demand) policy.Set {
		settings := policy.DefaultSettings()
		settings.StepUp = s
		return policy.Set{Settings: settings, Approver: []policy.Approver{{
			ID: "a", Name: "Leads", StepUp: d, Stages: []policy.Stage{{Approvers: policy.Principals{Groups: []string{"g"}}, Required: 1}},
		}}}
	}
	for _, act := range policy.Acts() {
		of := func(d policy.Demand) policy.Set {
			var s policy.StepUp
			switch act {
			case policy.ActDecide:
				s.Decide = d
			case policy.ActPolicies:
				s.Policies = d
			case policy.ActTokens:
				s.Tokens = d
			case policy.ActEmergency:
				s.Emergency = d
			}
			return set(s, policy.Demand{})
		}
		for _, less := range []policy.Demand{loose, {}} {
			wantWidening(t, policy.Widens(of(tight), of(less)), policy.CodeWidensStepUp)
			wantWidening(t, policy.Widens(of(less), of(tight)))
		}
	}
	wantWidening(t, policy.Widens(set(policy.StepUp{}, tight), set(policy.StepUp{}, loose)), policy.CodeWidensStepUp)
	wantWidening(t, policy.Widens(set(policy.StepUp{}, loose), set(policy.StepUp{}, tight)))

	// A policy that goes may have been the one that demanded it.
	before := set(policy.StepUp{}, tight)
	before.Approver = append(before.Approver, policy.Approver{
		ID: "b", Name: "Others", Stages: []policy.Stage{{Approvers: policy.Principals{Groups: []string{"h"}}, Required: 1}},
	})
	after := before
	after.Approver = before.Approver[1:]
	wantWidening(t, policy.Widens(before, after), policy.CodeWidensLooserRemains)
}

func wantWidening(t *testing.T, reasons []policy.Reason, codes ...string) {
	t.Helper()
	var found []string
	for _, r := range reasons {
		found = append(found, r.Code)
	}
	if !slices.Equal(found, codes) {
		t.Errorf("widens by %v, want %v: %+v", found, codes, reasons)
	}
}

func spelled(demands []policy.Demand) []string {
	out := make([]string, 0, len(demands))
	for _, d := range demands {
		out = append(out, d.String())
	}
	return out
}

// TestEveryDemandThatMatchesCounts: the settings' and those of every approver policy that counts for the target.
func TestEveryDemandThatMatchesCounts(t *testing.T) {
	demanding := func(w *world) {
		w.set.Settings.StepUp.Decide = demand(time.Hour, passkey, provider)
		w.set.Approver[0].StepUp = demand(10*time.Minute, provider)
		w.set.Approver = append(w.set.Approver, approver("a2", "Payments", func(p *policy.Approver) {
			p.Targets.Accounts, p.StepUp = []string{payProd}, demand(5*time.Minute, passkey)
		}))
	}
	everywhere := []string{"passkey or provider, at most 1 hour ago", "provider, at most 10 minutes ago"}
	for name, c := range map[string]struct {
		edit func(*world)
		on   string
		want []string
	}{
		"all of them":        {demanding, payProd, append(slices.Clone(everywhere), "passkey, at most 5 minutes ago")},
		"elsewhere":          {demanding, devA, everywhere},
		"an unknown account": {demanding, "123456789012", everywhere[:1]},
		"none":               {func(*world) {}, payProd, []string{}},
		"where inheritance stops": {func(w *world) {
			demanding(w)
			w.set.Approver[1].StopInheritance = true
		}, payProd, []string{everywhere[0], "passkey, at most 5 minutes ago"}},
		"of a protected account only what names it": {func(w *world) {
			demanding(w)
			w.set.Settings.ProtectedAccounts = []string{payProd}
		}, payProd, []string{everywhere[0], "passkey, at most 5 minutes ago"}},
	} {
		t.Run(name, func(t *testing.T) {
			e := newWorld(c.edit).engine()
			if got := spelled(e.DecisionDemands(question(on(c.on)), bob)); !slices.Equal(got, c.want) {
				t.Errorf("demands %q, want %q", got, c.want)
			}
			if a := e.Evaluate(question(on(c.on))); c.on != "123456789012" && !slices.Equal(spelled(a.StepUp), c.want) {
				t.Errorf("the answer says %q, want %q", spelled(a.StepUp), c.want)
			}
		})
	}
}

// TestP11NobodyGainsByLooseningADemand: for 24 hours its author decides, and has decided on for them, by what was demanded
// before too.
func TestP11NobodyGainsByLooseningADemand(t *testing.T) {
	tight := demand(5*time.Minute, passkey)
	loosened := map[string]func(by ...string) func(*world){
		"settings": func(by ...string) func(*world) {
			return func(w *world) {
				before := w.set.Settings
				before.StepUp.Decide = tight
				w.set.Settings.Revision, w.set.Settings.Previous = changedBy(8, by...), &before
			}
		},
		"approver policy": func(by ...string) func(*world) {
			return func(w *world) {
				before := w.set.Approver[0]
				before.StepUp = tight
				w.set.Approver[0].Revision, w.set.Approver[0].Previous = changedBy(2, by...), &before
			}
		},
		"approver policy that is gone": func(by ...string) func(*world) {
			return func(w *world) {
				gone := approver("a0", "Gone", func(p *policy.Approver) { p.StepUp, p.Targets.OUs = tight, w.set.Approver[0].Targets.OUs })
				head := gone
				head.Revision, head.Previous = changedBy(2, by...), &gone
				head.Deleted = true
				w.set.Approver = append(w.set.Approver, head)
			}
		},
	}
	for name, edit := range loosened {
		t.Run(name, func(t *testing.T) {
			for who, demanded := range map[string]bool{bob: true, bob2: true, ann: true, ann2: true, dee: false} {
				demands := newWorld(edit(who)).engine().DecisionDemands(question(), bob)
				if got := len(demands) > 0; got != demanded {
					t.Errorf("changed by %s: demands %q", who, spelled(demands))
				}
			}
			votes := []policy.Vote{approves(bob, 0, leads)}
			if tally := newWorld(edit(bob)).engine().Tally(question(), votes); tally.Outcome != policy.Undecided || !slices.Equal(codes(tally.Void), []string{policy.CodeUnproven}) {
				t.Errorf("their vote counts: %+v", tally)
			}
			if tally := newWorld(edit(dee)).engine().Tally(question(), votes); tally.Outcome != policy.Approved {
				t.Errorf("another's vote does not count: %+v", tally)
			}
		})
	}
}

// TestP1VotesCountOnlyWithTheProofThatIsDemanded, by the policies in force when they are counted.
func TestP1VotesCountOnlyWithTheProofThatIsDemanded(t *testing.T) {
	demanding := func(w *world) { w.set.Approver[0].StepUp = demand(5*time.Minute, passkey) }
	vote := func(proofs ...policy.Proof) []policy.Vote {
		v := approves(bob, 0, leads)
		v.At, v.Proofs = proven, proofs
		return []policy.Vote{v}
	}
	for name, c := range map[string]struct {
		votes []policy.Vote
		want  policy.Outcome
	}{
		"with it":          {vote(proof(passkey, 5*time.Minute, "")), policy.Approved},
		"stale when cast":  {vote(proof(passkey, 6*time.Minute, "")), policy.Undecided},
		"of another kind":  {vote(proof(provider, 0, "")), policy.Undecided},
		"without anything": {vote(), policy.Undecided},
	} {
		t.Run(name, func(t *testing.T) {
			tally := newWorld(demanding).engine().Tally(question(), c.votes)
			if tally.Outcome != c.want {
				t.Errorf("%+v, want %s", tally, c.want)
			}
			if c.want == policy.Undecided && (len(tally.Void) != 1 || tally.Void[0].Text !=
				"The vote of bob on stage 1 does not count. To bob: You had not shown that it is you as is demanded now: passkey, at most 5 minutes ago.") {
				t.Errorf("void: %+v", tally.Void)
			}
		})
	}
}
