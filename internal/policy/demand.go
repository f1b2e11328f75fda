package policy

import (
	"slices"
	"strings"
	"time"
)

// ProofKind is how somebody showed that it is really them who acts.
type ProofKind string

// The kinds of proof.
const (
	ProofProvider ProofKind = "provider" // they signed in at a sign-in provider
	ProofPasskey  ProofKind = "passkey"  // they used a passkey that is registered in TEAM
)

// Proof is one such showing. The first of a sign-in is the provider's; fresh ones are added when something asks for them.
type Proof struct {
	Kind ProofKind `json:"kind"`
	At   time.Time `json:"at"` // when they did, as the provider says or TEAM saw
	// Provider, its authentication context class and methods, as it said (OpenID Connect acr and amr, SAML's
	// AuthnContextClassRef); empty for a passkey.
	Provider string   `json:"provider,omitempty"`
	ACR      string   `json:"acr,omitempty"`
	AMR      []string `json:"amr,omitempty"`
	// PasskeyID names the passkey; empty for a provider's.
	PasskeyID string `json:"passkeyId,omitempty"`
}

// proofAhead is how far ahead of TEAM's clock a proof may be: providers have clocks of their own. What is further ahead
// counts for nothing, or it would be fresh for as long.
const proofAhead = time.Minute

// Act is what fresh proof is demanded for.
type Act string

// The acts.
const (
	ActDecide    Act = "decide"    // approve or reject
	ActPolicies  Act = "policies"  // change policies, settings or protected accounts, or agree to such a change
	ActTokens    Act = "tokens"    // issue a token, one's own or of a machine client, or say by which ID tokens one is known
	ActEmergency Act = "emergency" // use emergency access
)

// ActPasskeys is registering a passkey or removing one's own. What it demands is fixed.
const ActPasskeys Act = "passkeys"

// Acts are those that the settings make demands of.
func Acts() []Act { return []Act{ActDecide, ActPolicies, ActTokens, ActEmergency} }

// Demand asks whoever acts to have shown lately that it is really them. The zero value asks for nothing.
type Demand struct {
	Kinds  []ProofKind   `json:"kinds,omitempty"`  // any of these; none: nothing is demanded
	MaxAge time.Duration `json:"maxAge,omitempty"` // how long ago they may have shown it
	// ACR are the authentication contexts with one of which a provider's proof counts; none: with any. A passkey has none
	// and counts without.
	ACR []string `json:"acr,omitempty"`
}

// StepUp are the demands of the settings.
type StepUp struct {
	Decide    Demand `json:"decide,omitzero"`
	Policies  Demand `json:"policies,omitzero"`
	Tokens    Demand `json:"tokens,omitzero"`
	Emergency Demand `json:"emergency,omitzero"`
}

// Of an act.
func (s StepUp) Of(act Act) Demand {
	switch act {
	case ActDecide:
		return s.Decide
	case ActPolicies:
		return s.Policies
	case ActTokens:
		return s.Tokens
	case ActEmergency:
		return s.Emergency
	case ActPasskeys: // is not theirs to say
	}
	return Demand{}
}

// None says whether nothing is demanded.
func (d Demand) None() bool { return len(d.Kinds) == 0 }

// Met says whether somebody who has shown these proofs meets the demand at that moment.
func (d Demand) Met(proofs []Proof, at time.Time) bool {
	return d.None() || slices.ContainsFunc(proofs, func(p Proof) bool { return d.meets(p, at) })
}

func (d Demand) meets(p Proof, at time.Time) bool {
	age := at.Sub(p.At)
	if !slices.Contains(d.Kinds, p.Kind) || age > d.MaxAge || age < -proofAhead {
		return false
	}
	return p.Kind != ProofProvider || len(d.ACR) == 0 || slices.Contains(d.ACR, p.ACR)
}

// Unmet is what is still to be shown of several demands, which all count: one demand that meets as many of those that
// are not met as one proof can.
func Unmet(demands []Demand, proofs []Proof, at time.Time) (missing Demand, unmet bool) {
	for _, d := range demands {
		switch {
		case d.Met(proofs, at):
		case !unmet:
			missing, unmet = d, true
		default:
			if both, possible := missing.and(d); possible {
				missing = both
			}
		}
	}
	return missing, unmet
}

// and is the demand that is met by what meets both; possible is false where no single proof does.
func (d Demand) and(e Demand) (both Demand, possible bool) {
	both.MaxAge = min(d.MaxAge, e.MaxAge)
	acr, agree := d.ACR, true
	switch {
	case len(d.ACR) == 0:
		acr = e.ACR
	case len(e.ACR) > 0:
		acr = shared(d.ACR, e.ACR)
		agree = len(acr) > 0
	}
	for _, k := range shared(d.Kinds, e.Kinds) {
		if k != ProofProvider {
			both.Kinds = append(both.Kinds, k)
		} else if agree {
			both.Kinds, both.ACR = append(both.Kinds, k), acr
		}
	}
	return both, len(both.Kinds) > 0
}

func shared[T comparable](a, b []T) []T {
	var both []T
	for _, v := range a {
		if slices.Contains(b, v) {
			both = append(both, v)
		}
	}
	return both
}

// NoLessThan says whether whoever meets d meets e as well.
func (d Demand) NoLessThan(e Demand) bool {
	if e.None() {
		return true
	}
	if d.None() || d.MaxAge > e.MaxAge {
		return false
	}
	for _, k := range d.Kinds {
		if !slices.Contains(e.Kinds, k) {
			return false
		}
		if k == ProofProvider && len(e.ACR) > 0 && (len(d.ACR) == 0 || len(shared(d.ACR, e.ACR)) < len(d.ACR)) {
			return false
		}
	}
	return true
}

func (d Demand) equal(e Demand) bool {
	return d.MaxAge == e.MaxAge && slices.Equal(d.Kinds, e.Kinds) && slices.Equal(d.ACR, e.ACR)
}

// withDemand adds a demand to others, unless nothing is demanded or it is among them.
func withDemand(demands []Demand, d Demand) []Demand {
	if d.None() || slices.ContainsFunc(demands, d.equal) {
		return demands
	}
	return append(demands, d)
}

// String spells a demand the same however its lists are ordered: "passkey or provider, at most 5 minutes ago".
func (d Demand) String() string {
	if d.None() {
		return "none"
	}
	kinds := make([]string, 0, len(d.Kinds))
	for _, k := range d.Kinds {
		kinds = append(kinds, string(k))
	}
	slices.Sort(kinds)
	text := strings.Join(kinds, " or ") + ", at most " + Spell(d.MaxAge) + " ago"
	if len(d.ACR) > 0 {
		acr := slices.Sorted(slices.Values(d.ACR))
		text += ", by the provider with " + strings.Join(acr, " or ")
	}
	return text
}

// Sentence says to whoever is to meet the demand what they do: "use a passkey or sign in at your provider again; …".
func (d Demand) Sentence() string {
	var ways []string
	for _, k := range []ProofKind{ProofPasskey, ProofProvider} {
		switch {
		case !slices.Contains(d.Kinds, k):
		case k == ProofPasskey:
			ways = append(ways, "use a passkey")
		default:
			ways = append(ways, "sign in at your provider again")
		}
	}
	return strings.Join(ways, " or ") + ", at most " + Spell(d.MaxAge) + " before"
}

// DecisionDemands are what whoever decides on a question must have shown: the settings' demand and those of the approver
// policies that count, all of them. While a change cools that the decider or somebody who counts as requester made or
// agreed to, what was demanded before it counts too (P11).
func (e *Engine) DecisionDemands(q Question, decider string) []Demand {
	account, known := e.atlas.numberOf[q.AccountID]
	if !known {
		return withDemand(nil, e.inForce.settings.StepUp.Decide)
	}
	requesters := append([]string{q.Requester.UserID}, q.Others...)
	views := e.views(q.At, requesters...)
	if own := e.coolingPersons(q.At, decider); len(own) > 0 {
		views = append(views, e.without(own, q.At), e.without(e.coolingPersons(q.At, append(requesters, decider)...), q.At))
	}
	var demands []Demand
	for _, v := range views {
		found := e.decidersOf(v, &q, account, v.settings.protected.has(account))
		for _, d := range demandsOf(v.settings, found) {
			demands = withDemand(demands, d)
		}
	}
	return demands
}

// demandsOf are the demands on a decision by one view of the policies.
func demandsOf(s *settings, found []levelled) []Demand {
	demands := withDemand(nil, s.StepUp.Decide)
	for _, m := range found {
		demands = withDemand(demands, m.decider.StepUp)
	}
	return demands
}
