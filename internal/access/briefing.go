package access

import (
	"slices"

	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policy/lint"
)

// Briefing is what somebody who decides on a pending target should know of it, by the snapshot.
type Briefing struct {
	// Answer of the policies in force on what deciding is about: for an extension the whole span.
	Answer policy.Answer
	// Why the reader may decide, on any stage; nothing where they may not.
	Why []policy.Reason
	// Demands are what the reader must have shown when they decide.
	Demands []policy.Demand
	// Findings of the policy linter that concern the target.
	Findings []lint.Finding
}

// Brief somebody on a pending target. false where it is none of their business: they neither decide on it nor see
// everything.
func Brief(f Facts, by Actor, c Case, t Target) (Briefing, bool) {
	f = f.ofRequester(c.Request.BeneficiaryID)
	q := c.Question(t, f.Requester.Groups, decisionSpan(c, t), f.Now)
	var b Briefing
	if by.UserID != "" && notRequester(c, by, f, "") == nil {
		b.Why = f.Engine.WhyDecides(q, policy.Person{UserID: by.UserID, Groups: f.Dir.GroupsOf(by.UserID)})
	}
	if len(b.Why) == 0 && !by.Administrator && !by.Auditor {
		return Briefing{}, false
	}
	if len(b.Why) > 0 {
		b.Demands = f.Engine.DecisionDemands(q, by.UserID)
	}
	b.Answer = f.Engine.Evaluate(q)
	b.Findings = lint.Concerning(f.Engine, f.Engine.Governing(q), t.AccountID, t.PermissionSetARN)
	return b, true
}

// Concerns says whether a target is for the account or for the permission set of one of these.
func (t Target) Concerns(others []Target) bool {
	return slices.ContainsFunc(others, func(o Target) bool {
		return o.AccountID == t.AccountID || o.PermissionSetARN == t.PermissionSetARN
	})
}
