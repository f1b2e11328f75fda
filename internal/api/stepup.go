package api

import (
	"context"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/policy"
)

// StepUpDemand says what fresh proof is demanded.
type StepUpDemand struct {
	Kinds         []string `json:"kinds" nullable:"false" enum:"passkey,provider" doc:"Any of these counts"`
	MaxAgeSeconds int64    `json:"maxAgeSeconds" doc:"How long ago it may have been shown"`
	ACR           []string `json:"acr,omitempty" doc:"Authentication contexts with one of which a provider's proof counts; absent: any"`
}

// StepUpBody is what fresh proof the settings demand for what; an act that is absent demands none.
type StepUpBody struct {
	Decide    *StepUpDemand `json:"decide,omitempty" doc:"Approving and rejecting"`
	Policies  *StepUpDemand `json:"policies,omitempty" doc:"Changing policies, settings and protected accounts, and agreeing to such a change"`
	Tokens    *StepUpDemand `json:"tokens,omitempty" doc:"Issuing tokens"`
	Emergency *StepUpDemand `json:"emergency,omitempty" doc:"Emergency access"`
}

// NeededProof says what is missing where fresh proof is demanded.
type NeededProof struct {
	StepUpDemand

	URL string `json:"url,omitempty" doc:"Where to show it, on this server; add return=PATH to come back. Absent for tokens"`
}

func (d *StepUpDemand) stored() policy.Demand {
	if d == nil {
		return policy.Demand{}
	}
	out := policy.Demand{MaxAge: duration(d.MaxAgeSeconds), ACR: d.ACR}
	for _, k := range d.Kinds {
		out.Kinds = append(out.Kinds, policy.ProofKind(k))
	}
	return out
}

func demandOf(d policy.Demand) *StepUpDemand {
	if d.None() {
		return nil
	}
	return &StepUpDemand{Kinds: kindsOf(d), MaxAgeSeconds: seconds(d.MaxAge), ACR: d.ACR}
}

func demandsOf(demands []policy.Demand) []StepUpDemand {
	out := make([]StepUpDemand, 0, len(demands))
	for _, d := range demands {
		if shown := demandOf(d); shown != nil {
			out = append(out, *shown)
		}
	}
	return out
}

func kindsOf(d policy.Demand) []string {
	kinds := make([]string, 0, len(d.Kinds))
	for _, k := range d.Kinds {
		kinds = append(kinds, string(k))
	}
	return kinds
}

func (b *StepUpBody) stored() policy.StepUp {
	if b == nil {
		return policy.StepUp{}
	}
	return policy.StepUp{Decide: b.Decide.stored(), Policies: b.Policies.stored(), Tokens: b.Tokens.stored(), Emergency: b.Emergency.stored()}
}

func stepUpOf(s policy.StepUp) *StepUpBody {
	return &StepUpBody{Decide: demandOf(s.Decide), Policies: demandOf(s.Policies), Tokens: demandOf(s.Tokens), Emergency: demandOf(s.Emergency)}
}

// neededProof tells a client what is missing, and where to show it.
func neededProof(s *access.StepUp) *NeededProof {
	if s == nil {
		return nil
	}
	out := &NeededProof{StepUpDemand: StepUpDemand{Kinds: kindsOf(s.Demand), MaxAgeSeconds: seconds(s.Demand.MaxAge), ACR: s.Demand.ACR}}
	if s.SignInID != "" {
		out.URL = identity.StepUpPage{Act: s.Act, Demand: s.Demand, For: s.SignInID}.String()
	}
	return out
}

// withDemands are settings with the demands in force where they say nothing of them. A client that does not know demands
// must not lift them by leaving them out.
func (s *server) withDemands(ctx context.Context, by access.Actor, b SettingsBody) (policy.Settings, error) {
	wanted := b.stored()
	if b.StepUp != nil {
		return wanted, nil
	}
	inForce, err := s.Policies.Get(ctx, by, policy.KindSettings, policy.SettingsID)
	if err != nil {
		return policy.Settings{}, err
	}
	before, _ := inForce.Body.(policy.Settings)
	wanted.StepUp = before.StepUp
	return wanted, nil
}
