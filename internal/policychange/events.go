package policychange

import (
	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/policy"
)

func appliedEvent(v Version, j judged, f facts) audit.Event {
	data := map[string]any{
		"kind": string(v.Kind), "name": v.Name, "version": v.Version, "deleted": v.Deleted,
		"widens": texts(j.widening), "widensCodes": codes(j.widening), "difference": j.difference, "author": v.AuthorID,
	}
	if v.AgreedBy != "" {
		data["agreedBy"] = v.AgreedBy
	}
	if v.Widening {
		data["coolingUntil"] = v.CoolingUntil()
	}
	return access.WithProofs(event("policy.applied", v.ID, data, f), f.by)
}

func proposedEvent(p Proposal, j judged, f facts) audit.Event {
	return access.WithProofs(event("policy.proposed", p.PolicyID, map[string]any{
		"proposal": p.ID, "kind": string(p.Kind), "name": p.Name, "baseVersion": p.BaseVersion, "deleted": p.Deleted,
		"widens": texts(j.widening), "widensCodes": codes(j.widening), "difference": j.difference, "author": p.AuthorID, "byMachine": p.ByMachine,
	}, f), f.by)
}

// reconsideredEvent says that what a proposal widens was computed anew, because other policies changed.
func reconsideredEvent(p Proposal, j judged, f facts) audit.Event {
	e := proposedEvent(p, j, f)
	e.Kind = "policy.reconsidered"
	return e
}

// decidedEvent says what became of a proposal: policy.agreed, refused, withdrawn or overtaken.
func decidedEvent(p Proposal, comment string, f facts) audit.Event {
	data := map[string]any{
		"proposal": p.ID, "kind": string(p.Kind), "name": p.Name, "baseVersion": p.BaseVersion, "author": p.AuthorID,
	}
	if comment != "" {
		data["comment"] = comment
	}
	return access.WithProofs(event("policy."+string(p.State), p.PolicyID, data, f), f.by)
}

func event(kind, policyID string, data map[string]any, f facts) audit.Event {
	return audit.Event{Kind: kind, At: f.now, Actor: f.by.Audit(), Subject: audit.Subject{Policy: policyID}, Data: data}
}

func texts(reasons []policy.Reason) []string {
	out := make([]string, 0, len(reasons))
	for _, r := range reasons {
		out = append(out, r.Text)
	}
	return out
}

func codes(reasons []policy.Reason) []string {
	out := make([]string, 0, len(reasons))
	for _, r := range reasons {
		out = append(out, r.Code)
	}
	return out
}
