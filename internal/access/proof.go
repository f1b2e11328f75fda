package access

import (
	"time"

	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// Proof shows that it is really them who acts, as policies may demand it.
type (
	Proof     = policy.Proof
	ProofKind = policy.ProofKind
)

// The kinds of proof.
const (
	ProofProvider = policy.ProofProvider
	ProofPasskey  = policy.ProofPasskey
)

// SignedIn says whether the actor is a person who signed in, with a browser or the command line, rather than a program
// that holds a token.
func (a Actor) SignedIn() bool { return a.SignInID != "" }

// StepUp is what is missing where fresh proof is demanded.
type StepUp struct {
	Act    policy.Act
	Demand policy.Demand
	// SignInID is the sign-in that the proof must be added to; "" for whoever holds a token, to which none can be added.
	SignInID string
}

// Shown refuses an act of somebody who has not shown lately what all these demands ask for.
func Shown(act policy.Act, demands []policy.Demand, by Actor, now time.Time) error {
	missing, unmet := policy.Unmet(demands, by.Proofs, now)
	if !unmet {
		return nil
	}
	message := "show first that it is you: " + missing.Sentence() + "; " + actWords(act) + " demands it"
	if !by.SignedIn() {
		message = actWords(act) + " demands fresh proof that it is you, which a token cannot give: sign in (team login), and " + missing.Sentence()
	}
	return &Error{Code: CodeStepUp, Message: message, StepUp: &StepUp{Act: act, Demand: missing, SignInID: by.SignInID}}
}

func actWords(act policy.Act) string {
	switch act {
	case policy.ActDecide:
		return "deciding on this"
	case policy.ActPolicies:
		return "changing policies and settings"
	case policy.ActTokens:
		return "issuing tokens"
	case policy.ActEmergency:
		return "emergency access"
	case policy.ActPasskeys:
		return "registering or removing a passkey"
	}
	return "this"
}

// DemandsOf are what the settings demand of a person for an act: those in force and, while a change of theirs is cooling,
// those before it too (P11).
func DemandsOf(act policy.Act, set policy.Set, dir *directory.Snapshot, userID string, at time.Time) []policy.Demand {
	demands := []policy.Demand{set.Settings.StepUp.Of(act)}
	if before, cooling := withoutOwnChanges(set.Settings, dir, userID, at); cooling {
		demands = append(demands, before.StepUp.Of(act))
	}
	return demands
}

// proofData tells an event what somebody had shown.
func proofData(proofs []Proof) []map[string]any {
	out := make([]map[string]any, 0, len(proofs))
	for _, p := range proofs {
		data := map[string]any{"kind": string(p.Kind), "at": p.At}
		for _, word := range []struct{ name, value string }{{"provider", p.Provider}, {"acr", p.ACR}, {"passkey", p.PasskeyID}} {
			if word.value != "" {
				data[word.name] = word.value
			}
		}
		if len(p.AMR) > 0 {
			data["amr"] = p.AMR
		}
		out = append(out, data)
	}
	return out
}

// WithProofs adds to an event with data what the actor had shown, where they had shown anything.
func WithProofs(e audit.Event, by Actor) audit.Event {
	if len(by.Proofs) > 0 {
		e.Data["proofs"] = proofData(by.Proofs)
	}
	return e
}
