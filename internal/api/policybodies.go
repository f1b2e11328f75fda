package api

import (
	"github.com/team-idc/team/internal/policy"
)

// Policies go in and out in a form of their own, so that durations are seconds here as everywhere, and what is stored
// can change without the API.

func (p Principals) stored() policy.Principals {
	return policy.Principals{Users: p.Users, Groups: p.Groups}
}

func principalsOf(p policy.Principals) Principals {
	return Principals{Users: p.Users, Groups: p.Groups}
}

func (t Targets) stored() policy.Targets {
	out := policy.Targets{Accounts: t.Accounts, ExcludeAccounts: t.ExcludeAccounts, ExcludeOUs: t.ExcludeOUs}
	for _, o := range t.OUs {
		out.OUs = append(out.OUs, policy.OUTarget{ID: o.ID, DirectOnly: o.DirectOnly})
	}
	for _, g := range t.Tags {
		out.Tags = append(out.Tags, policy.TagTarget{Key: g.Key, Values: g.Values})
	}
	return out
}

func targetsOf(t policy.Targets) Targets {
	out := Targets{Accounts: t.Accounts, ExcludeAccounts: t.ExcludeAccounts, ExcludeOUs: t.ExcludeOUs}
	for _, o := range t.OUs {
		out.OUs = append(out.OUs, OUTarget{ID: o.ID, DirectOnly: o.DirectOnly})
	}
	for _, g := range t.Tags {
		out.Tags = append(out.Tags, TagTarget{Key: g.Key, Values: g.Values})
	}
	return out
}

func (b EligibilityBody) stored() policy.Eligibility {
	return policy.Eligibility{
		Name: b.Name, Owners: b.Owners.stored(), Principals: b.Principals.stored(), Targets: b.Targets.stored(), PermissionSets: b.PermissionSets,
		MaxDuration: duration(b.MaxDurationSeconds), ApprovalRequired: b.ApprovalRequired, TicketPattern: b.TicketPattern, Emergency: b.Emergency,
		Machines: b.Machines,
	}
}

func eligibilityOf(p policy.Eligibility) EligibilityBody {
	return EligibilityBody{
		Name: p.Name, Owners: principalsOf(p.Owners), Principals: principalsOf(p.Principals), Targets: targetsOf(p.Targets),
		PermissionSets: p.PermissionSets, MaxDurationSeconds: seconds(p.MaxDuration), ApprovalRequired: p.ApprovalRequired,
		TicketPattern: p.TicketPattern, Emergency: p.Emergency, Machines: p.Machines,
	}
}

func (b ApproverBody) stored() policy.Approver {
	out := policy.Approver{
		Name: b.Name, Owners: b.Owners.stored(), Targets: b.Targets.stored(), PermissionSets: b.PermissionSets,
		RequesterGroups: b.RequesterGroups, StopInheritance: b.StopInheritance, StepUp: b.StepUp.stored(),
	}
	for _, s := range b.Stages {
		out.Stages = append(out.Stages, policy.Stage{Approvers: s.Approvers.stored(), Required: s.Required})
	}
	return out
}

func approverOf(p policy.Approver) ApproverBody {
	out := ApproverBody{
		Name: p.Name, Owners: principalsOf(p.Owners), Targets: targetsOf(p.Targets), PermissionSets: p.PermissionSets,
		RequesterGroups: p.RequesterGroups, StopInheritance: p.StopInheritance, StepUp: demandOf(p.StepUp), Stages: []ApprovalStage{},
	}
	for _, s := range p.Stages {
		out.Stages = append(out.Stages, ApprovalStage{Approvers: principalsOf(s.Approvers), Required: s.Required})
	}
	return out
}

func (b SettingsBody) stored() policy.Settings {
	return policy.Settings{
		ApprovalRequired: b.ApprovalRequired, CommentRequired: b.CommentRequired, TicketRequired: b.TicketRequired, TicketPattern: b.TicketPattern,
		MaxDuration: duration(b.MaxDurationSeconds), MinDuration: duration(b.MinDurationSeconds), PendingExpiry: duration(b.PendingExpirySeconds),
		StartHorizon: duration(b.StartHorizonSeconds), ActivationDeadline: duration(b.ActivationDeadlineSeconds), MaxExtensions: b.MaxExtensions,
		MaxTargets: b.MaxTargets, ProtectedAccounts: b.ProtectedAccounts, AdministratorGroup: b.AdministratorGroup, AuditorGroup: b.AuditorGroup,
		SecondAdministrator: policy.SecondAdministrator(b.SecondAdministrator), TrustedIssuers: storedIssuers(b.TrustedIssuers),
		StepUp: b.StepUp.stored(),
	}
}

func storedIssuers(all []TrustedIssuer) []policy.TrustedIssuer {
	var out []policy.TrustedIssuer
	for _, t := range all {
		out = append(out, policy.TrustedIssuer{Name: t.Name, URL: t.Issuer, Audience: t.Audience, KeysURL: t.KeysURL})
	}
	return out
}

func issuersOf(all []policy.TrustedIssuer) []TrustedIssuer {
	var out []TrustedIssuer
	for _, t := range all {
		out = append(out, TrustedIssuer{Name: t.Name, Issuer: t.URL, Audience: t.Audience, KeysURL: t.KeysURL})
	}
	return out
}

func settingsOf(s policy.Settings) SettingsBody {
	return SettingsBody{
		ApprovalRequired: s.ApprovalRequired, CommentRequired: s.CommentRequired, TicketRequired: s.TicketRequired, TicketPattern: s.TicketPattern,
		MaxDurationSeconds: seconds(s.MaxDuration), MinDurationSeconds: seconds(s.MinDuration), PendingExpirySeconds: seconds(s.PendingExpiry),
		StartHorizonSeconds: seconds(s.StartHorizon), ActivationDeadlineSeconds: seconds(s.ActivationDeadline), MaxExtensions: s.MaxExtensions,
		MaxTargets: s.MaxTargets, ProtectedAccounts: append([]string{}, s.ProtectedAccounts...), AdministratorGroup: s.AdministratorGroup,
		AuditorGroup: s.AuditorGroup, SecondAdministrator: string(s.SecondAdministrator), TrustedIssuers: issuersOf(s.TrustedIssuers),
		StepUp: stepUpOf(s.StepUp),
	}
}

// anyBody is a policy of any kind; one member is set.
type anyBody struct {
	eligibility *EligibilityBody
	approver    *ApproverBody
	settings    *SettingsBody
}

func bodyOf(stored any) anyBody {
	switch p := stored.(type) {
	case policy.Eligibility:
		b := eligibilityOf(p)
		return anyBody{eligibility: &b}
	case policy.Approver:
		b := approverOf(p)
		return anyBody{approver: &b}
	case policy.Settings:
		b := settingsOf(p)
		return anyBody{settings: &b}
	}
	return anyBody{}
}
