package api

import (
	"context"
	"net/http"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
)

// PolicyDraft is a change of a policy or of the settings that somebody thinks of.
type PolicyDraft struct {
	Kind        string `json:"kind" enum:"eligibility,approver,settings"`
	PolicyID    string `json:"policyId,omitempty" maxLength:"64" doc:"Absent for a new policy, and for the settings"`
	BaseVersion int64  `json:"baseVersion,omitempty" minimum:"0" doc:"The version that you read and want to change; absent for a new policy"`
	Delete      bool   `json:"delete,omitempty" doc:"Delete it; then no body is needed"`
	// One of these, by the kind.
	Eligibility *EligibilityBody `json:"eligibility,omitempty"`
	Approver    *ApproverBody    `json:"approver,omitempty"`
	Settings    *SettingsBody    `json:"settings,omitempty"`
}

// PolicyPreview is what a change would do, as policies and the directory are now.
type PolicyPreview struct {
	Unchanged  bool     `json:"unchanged,omitempty" doc:"It says what is in force already"`
	Difference []string `json:"difference,omitempty" doc:"To the version in force, line by line"`
	// Widening says what somebody gains by the change; empty when nobody does.
	Widening []Reason     `json:"widening,omitempty" doc:"What somebody gains by the change"`
	Waits    bool         `json:"waits,omitempty" doc:"It waits for a second administrator"`
	Effect   PolicyEffect `json:"effect" doc:"Who gains and who loses"`
	// Findings are those that the change adds, the gravest first.
	Findings []PolicyFinding `json:"findings,omitempty" doc:"What the linter finds in it that is not in force already"`
}

func (s *server) registerPreview() {
	register(s, http.MethodPost, "/api/v1/policies/preview", "preview-policy", "Say what a change of a policy or of the settings would do, without making it",
		s.previewPolicy)
	register(s, http.MethodGet, "/api/v1/proposals/{id}/preview", "preview-proposal", "Say what agreeing to a proposed change would do", s.previewProposal)
}

func (s *server) previewPolicy(ctx context.Context, by access.Actor, in *struct{ Body PolicyDraft }) (PolicyPreview, error) {
	d, err := s.policyDraft(ctx, by, in.Body)
	if err != nil {
		return PolicyPreview{}, err
	}
	return s.foreseen(ctx, by, func(passes []directory.Pass) (policychange.Foresight, error) {
		f, err := s.Policies.Foresee(ctx, by, d, passes)
		return f, within(in.Body.Kind, err)
	})
}

func (s *server) previewProposal(ctx context.Context, by access.Actor, in *ProposalPath) (PolicyPreview, error) {
	return s.foreseen(ctx, by, func(passes []directory.Pass) (policychange.Foresight, error) {
		return s.Policies.ForeseeProposal(ctx, by, in.ID, passes)
	})
}

// policyDraft as it would be stored. A body of another kind than the draft's is refused by the use case.
func (s *server) policyDraft(ctx context.Context, by access.Actor, in PolicyDraft) (policychange.Draft, error) {
	d := policychange.Draft{Kind: policy.Kind(in.Kind), ID: in.PolicyID, BaseVersion: in.BaseVersion, Delete: in.Delete}
	switch {
	case in.Delete:
	case in.Eligibility != nil:
		d.Body = in.Eligibility.stored()
	case in.Approver != nil:
		d.Body = in.Approver.stored()
	case in.Settings != nil:
		settings, err := s.withDemands(ctx, by, *in.Settings)
		if err != nil {
			return d, err
		}
		d.Body = settings
	}
	return d, nil
}

func (s *server) foreseen(
	ctx context.Context, by access.Actor, foresee func([]directory.Pass) (policychange.Foresight, error),
) (PolicyPreview, error) {
	// Before the snapshot, as for the linter.
	passes, err := s.Passes.Passes(ctx)
	if err != nil {
		return PolicyPreview{}, err
	}
	f, err := foresee(passes)
	if err != nil {
		return PolicyPreview{}, err
	}
	out := PolicyPreview{
		Unchanged: f.Unchanged, Difference: f.Difference, Widening: reasonsOf(f.Widening), Waits: f.Waits, Effect: s.view(ctx, by).effect(f.Effect),
	}
	for i := range f.Findings {
		out.Findings = append(out.Findings, findingOf(&f.Findings[i]))
	}
	return out, nil
}
