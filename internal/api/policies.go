package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
)

// PolicyPath names a policy. It is exported as RequestPath is.
type PolicyPath struct {
	ID string `path:"id" pattern:"^[A-Za-z0-9_-]{1,64}$" doc:"Policy id"`
}

type deletionInput struct {
	PolicyPath
	Precondition
}

func (s *server) registerPolicies() {
	register(s, http.MethodGet, "/api/v1/policies", "list-policies", "List the policies in force", s.listPolicies)
	register(s, http.MethodGet, "/api/v1/policies/{kind}/{id}/versions", "list-policy-versions",
		"List the versions of a policy, the newest first", s.listVersions)
	register(s, http.MethodPost, "/api/v1/policies/explain", "explain-policies", "Say what the policies answer and why", s.explain)
	s.registerEligibility()
	s.registerApprover()
	s.registerSettings()
}

func (s *server) registerEligibility() {
	const base = "/api/v1/policies/eligibility"
	register(s, http.MethodGet, base+"/{id}", "read-eligibility-policy", "Read an eligibility policy",
		func(ctx context.Context, by access.Actor, in *PolicyPath) (EligibilityPolicy, error) {
			version, err := s.policy(ctx, by, policy.KindEligibility, in.ID)
			if err != nil {
				return EligibilityPolicy{}, err
			}
			return s.view(ctx, by).eligibility(version), nil
		})
	registerOnce(s, http.MethodPost, base, "create-eligibility-policy", "Add an eligibility policy",
		func(ctx context.Context, by access.Actor, in *struct{ Body EligibilityDraft }) (PolicyOutcome, error) {
			body := in.Body.Policy.stored()
			return s.propose(ctx, by, "policy", policychange.Draft{Kind: policy.KindEligibility, Body: body})
		}, s.outcomeAgain)
	register(s, http.MethodPut, base+"/{id}", "replace-eligibility-policy", "Change an eligibility policy",
		func(ctx context.Context, by access.Actor, in *struct {
			PolicyPath
			Precondition
			Body EligibilityDraft
		},
		) (PolicyOutcome, error) {
			return s.replace(ctx, by, "policy", in.Precondition, policychange.Draft{Kind: policy.KindEligibility, ID: in.ID, Body: in.Body.Policy.stored()})
		})
	register(s, http.MethodDelete, base+"/{id}", "delete-eligibility-policy", "Delete an eligibility policy",
		func(ctx context.Context, by access.Actor, in *deletionInput) (PolicyOutcome, error) {
			return s.replace(ctx, by, "policy", in.Precondition, policychange.Draft{Kind: policy.KindEligibility, ID: in.ID, Delete: true})
		})
}

func (s *server) registerApprover() {
	const base = "/api/v1/policies/approver"
	register(s, http.MethodGet, base+"/{id}", "read-approver-policy", "Read an approver policy",
		func(ctx context.Context, by access.Actor, in *PolicyPath) (ApproverPolicy, error) {
			version, err := s.policy(ctx, by, policy.KindApprover, in.ID)
			if err != nil {
				return ApproverPolicy{}, err
			}
			return s.view(ctx, by).approver(version), nil
		})
	registerOnce(s, http.MethodPost, base, "create-approver-policy", "Add an approver policy",
		func(ctx context.Context, by access.Actor, in *struct{ Body ApproverDraft }) (PolicyOutcome, error) {
			body := in.Body.Policy.stored()
			return s.propose(ctx, by, "policy", policychange.Draft{Kind: policy.KindApprover, Body: body})
		}, s.outcomeAgain)
	register(s, http.MethodPut, base+"/{id}", "replace-approver-policy", "Change an approver policy",
		func(ctx context.Context, by access.Actor, in *struct {
			PolicyPath
			Precondition
			Body ApproverDraft
		},
		) (PolicyOutcome, error) {
			return s.replace(ctx, by, "policy", in.Precondition, policychange.Draft{Kind: policy.KindApprover, ID: in.ID, Body: in.Body.Policy.stored()})
		})
	register(s, http.MethodDelete, base+"/{id}", "delete-approver-policy", "Delete an approver policy",
		func(ctx context.Context, by access.Actor, in *deletionInput) (PolicyOutcome, error) {
			return s.replace(ctx, by, "policy", in.Precondition, policychange.Draft{Kind: policy.KindApprover, ID: in.ID, Delete: true})
		})
}

func (s *server) registerSettings() {
	register(s, http.MethodGet, "/api/v1/settings", "read-settings", "Read the settings",
		func(ctx context.Context, by access.Actor, _ *struct{}) (Settings, error) {
			version, err := s.Policies.Get(ctx, by, policy.KindSettings, policy.SettingsID)
			if err != nil {
				return Settings{}, err
			}
			body, _ := version.Body.(policy.Settings)
			return Settings{SettingsBody: settingsOf(body), PolicyRevision: s.view(ctx, by).revision(version)}, nil
		})
	register(s, http.MethodPut, "/api/v1/settings", "replace-settings", "Change the settings",
		func(ctx context.Context, by access.Actor, in *struct {
			Precondition
			Body SettingsDraft
		},
		) (PolicyOutcome, error) {
			wanted, err := s.withDemands(ctx, by, in.Body.Settings)
			if err != nil {
				return PolicyOutcome{}, err
			}
			return s.replace(ctx, by, "settings", in.Precondition, policychange.Draft{Kind: policy.KindSettings, ID: policy.SettingsID, Body: wanted})
		})
}

// policy in force; one that was deleted is gone, its versions stay.
func (s *server) policy(ctx context.Context, by access.Actor, kind policy.Kind, id string) (policychange.Version, error) {
	v, err := s.Policies.Get(ctx, by, kind, id)
	if err == nil && v.Deleted {
		err = &access.Error{Code: access.CodeNotFound, Message: "the policy was deleted; its versions can still be read"}
	}
	return v, err
}

// replace changes what the caller saw at the version that the precondition names.
func (s *server) replace(ctx context.Context, by access.Actor, member string, p Precondition, d policychange.Draft) (PolicyOutcome, error) {
	var err error
	if d.BaseVersion, err = p.seen(); err != nil {
		return PolicyOutcome{}, err
	}
	return s.propose(ctx, by, member, d)
}

// outcomeAgain says from its event what became of a change.
func (s *server) outcomeAgain(ctx context.Context, by access.Actor, e audit.Event) (PolicyOutcome, error) {
	out := PolicyOutcome{Widening: widensOf(e), Difference: texts(e, "difference")}
	if id := text(e, "proposal"); id != "" {
		p, err := s.Policies.Proposal(ctx, by, id)
		if err != nil {
			return PolicyOutcome{}, err
		}
		shown := s.view(ctx, by).proposal(p.Proposal)
		out.Proposal = &shown
		return out, nil
	}
	version, _ := e.Data["version"].(float64)
	out.Applied = true
	out.Policy = &PolicyRef{Kind: text(e, "kind"), ID: e.Subject.Policy, Name: text(e, "name"), Version: int64(version)}
	return out, nil
}

// widensOf an event of a change of policies.
func widensOf(e audit.Event) []Reason {
	sentences, codes := texts(e, "widens"), texts(e, "widensCodes")
	out := make([]Reason, 0, len(sentences))
	for i, sentence := range sentences {
		r := Reason{Text: sentence}
		if i < len(codes) {
			r.Code = codes[i]
		}
		out = append(out, r)
	}
	return out
}

// propose a change; member is where the policy stands in the body, for saying what is wrong with it.
func (s *server) propose(ctx context.Context, by access.Actor, member string, d policychange.Draft) (PolicyOutcome, error) {
	out, err := s.Policies.Propose(ctx, by, d)
	if err != nil {
		return PolicyOutcome{}, within(member, err)
	}
	return s.view(ctx, by).outcome(out), nil
}

// within says that the field of a refusal is part of a member of the body.
func within(member string, err error) error {
	refused, ok := errors.AsType[*access.Error](err)
	if !ok || refused.Field == "" || refused.Field == "baseVersion" {
		return err
	}
	return refused.Placed(func(field string) string { return member + "." + memberOf(field) })
}

func (s *server) explain(ctx context.Context, by access.Actor, in *struct{ Body PolicyQuestion }) (PolicyExplanation, error) {
	q := in.Body
	answer, err := s.Policies.Explain(ctx, by, policychange.Question{
		UserID: q.UserID, AccountID: q.AccountID, PermissionSetARN: q.PermissionSetARN, Duration: duration(q.DurationSeconds), Ticket: q.Ticket,
		MachineID: q.MachineID,
	})
	if err != nil {
		return PolicyExplanation{}, err
	}
	v := s.view(ctx, by)
	return PolicyExplanation{
		User: v.person(q.UserID), AccountName: v.account(q.AccountID), PermissionSetName: v.permissionSet(q.PermissionSetARN),
		Answer: v.answer(answer.Answer), Deciders: v.stages(answer.Deciders),
	}, nil
}

func (v view) eligibility(version policychange.Version) EligibilityPolicy {
	body, _ := version.Body.(policy.Eligibility)
	return EligibilityPolicy{ID: version.ID, EligibilityBody: eligibilityOf(body), PolicyRevision: v.revision(version)}
}

func (v view) approver(version policychange.Version) ApproverPolicy {
	body, _ := version.Body.(policy.Approver)
	return ApproverPolicy{ID: version.ID, ApproverBody: approverOf(body), PolicyRevision: v.revision(version)}
}

func (v view) revision(version policychange.Version) PolicyRevision {
	out := PolicyRevision{Version: version.Version}
	until := version.CoolingUntil()
	if !until.After(v.now) {
		return out
	}
	for _, id := range []string{version.AuthorID, version.AgreedBy} {
		if id != "" {
			out.Cooling = append(out.Cooling, Cooling{Person: v.person(id), Until: until})
		}
	}
	return out
}

func (v view) outcome(o policychange.Outcome) PolicyOutcome {
	out := PolicyOutcome{Applied: o.Applied != nil && !o.Unchanged, Unchanged: o.Unchanged, Widening: reasonsOf(o.Widening), Difference: o.Difference}
	if o.Applied != nil {
		ref := refOf(o.Applied.Ref())
		out.Policy = &ref
	}
	if o.Proposal != nil {
		p := v.proposal(*o.Proposal)
		out.Proposal = &p
	}
	return out
}
