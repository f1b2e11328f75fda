package policy

import (
	"fmt"
	"slices"
)

// Codes of reasons why a change of policies widens access.
const (
	CodeWidensNew            = "widens_new_policy"
	CodeWidensPrincipals     = "widens_principals"
	CodeWidensTargets        = "widens_targets"
	CodeWidensPermissionSets = "widens_permission_sets"
	CodeWidensDuration       = "widens_duration"
	CodeWidensApproval       = "widens_approval"
	CodeWidensTicket         = "widens_ticket"
	CodeWidensEmergency      = "widens_emergency"
	CodeWidensMachines       = "widens_machines"
	CodeWidensApprovers      = "widens_approvers"
	CodeWidensRequired       = "widens_required"
	CodeWidensRequesters     = "widens_requesters"
	CodeWidensInheritance    = "widens_inheritance"
	CodeWidensLooserRemains  = "widens_looser_remains"
	CodeWidensProtected      = "widens_protected_accounts"
	CodeWidensRoles          = "widens_roles"
	CodeWidensLimits         = "widens_limits"
	CodeWidensStepUp         = "widens_step_up"
	CodeWidensIssuers        = "widens_trusted_issuers"
)

// Widens says in what a change of policies could give somebody more than before: access, longer, with less approval,
// or a say in decisions (P11). It compares the policies as they are written, without a directory: what cannot be
// shown to narrow or to keep counts as widening. Empty means that nobody gains.
func Widens(before, after Set) []Reason {
	c := comparison{
		eligibility: live(after.Eligibility, func(p *Eligibility) bool { return p.Deleted }),
		approver:    live(after.Approver, func(p *Approver) bool { return p.Deleted }),
	}
	was := live(before.Eligibility, func(p *Eligibility) bool { return p.Deleted })
	pair(was, c.eligibility, eligibilityID, c.compareEligibility)
	wasApprover := live(before.Approver, func(p *Approver) bool { return p.Deleted })
	pair(wasApprover, c.approver, approverID, c.compareApprover)
	c.compareSettings(&before.Settings, &after.Settings)
	return c.reasons
}

// comparison collects what widens; the policies are those in force afterwards.
type comparison struct {
	eligibility []*Eligibility
	approver    []*Approver
	reasons     []Reason
}

func (c *comparison) addf(ref Ref, code, format string, args ...any) {
	c.reasons = append(c.reasons, Reason{
		Code: code, Policy: &ref, Text: fmt.Sprintf("%s policy %q: %s", kindWord(ref.Kind), ref.Name, fmt.Sprintf(format, args...)),
	})
}

func kindWord(kind Kind) string {
	if kind == KindApprover {
		return "Approver"
	}
	return "Eligibility"
}

func live[P any](policies []P, deleted func(*P) bool) []*P {
	var alive []*P
	for i := range policies {
		if !deleted(&policies[i]) {
			alive = append(alive, &policies[i])
		}
	}
	return alive
}

func eligibilityID(p *Eligibility) string { return p.ID }

func approverID(p *Approver) string { return p.ID }

// pair calls f for every policy of before and after, nil where there is none, in the order of ids.
func pair[P any](before, after []*P, id func(*P) string, f func(before, after *P)) {
	was, is := map[string]*P{}, map[string]*P{}
	var ids []string
	for _, p := range before {
		was[id(p)] = p
		ids = append(ids, id(p))
	}
	for _, p := range after {
		is[id(p)] = p
		ids = append(ids, id(p))
	}
	for _, id := range sortedUnion(ids, nil) {
		f(was[id], is[id])
	}
}

func (c *comparison) compareEligibility(before, after *Eligibility) {
	if before == nil {
		c.addf(after.Ref(), CodeWidensNew, "it is new, so that %s may ask for %s.",
			spellPrincipals(after.Principals), count(len(after.PermissionSets), "permission set"))
		return
	}
	if after == nil {
		c.loosenedByLess(before, "it goes")
		return
	}
	ref := after.Ref()
	shrinks := false
	report := func(code, verb string) func(gained []string, lost bool) {
		return func(gained []string, lost bool) {
			for _, what := range gained {
				c.addf(ref, code, "%s %s.", what, verb)
			}
			shrinks = shrinks || lost
		}
	}
	report(CodeWidensPrincipals, "may ask now")(principalChanges(before.Principals, after.Principals))
	report(CodeWidensTargets, "may be asked for now")(targetChanges(before.Targets, after.Targets, false))
	report(CodeWidensPermissionSets, "may be asked for now")(listChanges("permission set", before.PermissionSets, after.PermissionSets))
	if after.MaxDuration > before.MaxDuration {
		c.addf(ref, CodeWidensDuration, "access may last %s instead of %s.", Spell(after.MaxDuration), Spell(before.MaxDuration))
	}
	if before.ApprovalRequired && !after.ApprovalRequired {
		c.addf(ref, CodeWidensApproval, "it no longer requires approval.")
	}
	if before.TicketPattern != "" && after.TicketPattern != before.TicketPattern {
		c.addf(ref, CodeWidensTicket, "its ticket pattern %s no longer holds.", before.TicketPattern)
	}
	if after.Emergency && !before.Emergency {
		c.addf(ref, CodeWidensEmergency, "it may be used for emergency access.")
	}
	// Losing one loosens nothing: what a policy demands counts for machines that it does not name as well.
	machines, _ := listChanges("machine client", before.Machines, after.Machines)
	for _, what := range machines {
		c.addf(ref, CodeWidensMachines, "%s may ask for people now.", what)
	}
	if shrinks {
		c.loosenedByLess(before, "it reaches less")
	}
}

// loosenedByLess looks for policies that were held tighter by one that goes or reaches less: where both matched,
// approval was required if either required it, and the patterns of both held.
func (c *comparison) loosenedByLess(gone *Eligibility, how string) {
	for _, other := range c.eligibility {
		if other.ID == gone.ID || !overlap(other.PermissionSets, gone.PermissionSets) {
			continue
		}
		if gone.ApprovalRequired && !other.ApprovalRequired {
			c.addf(gone.Ref(), CodeWidensLooserRemains, "where %s, eligibility policy %q may give the same without approval.", how, other.Name)
		}
		if gone.TicketPattern != "" && other.TicketPattern != gone.TicketPattern {
			c.addf(gone.Ref(), CodeWidensLooserRemains, "where %s, eligibility policy %q may give the same without its ticket pattern.", how, other.Name)
		}
	}
}

func (c *comparison) compareApprover(before, after *Approver) {
	if before == nil {
		c.addf(after.Ref(), CodeWidensNew, "it is new, so that %s may decide.", spellPrincipals(after.approvers()))
		return
	}
	if after == nil {
		c.undecidedByLess(before, "it goes")
		return
	}
	ref := after.Ref()
	shrinks := false
	report := func(code, verb string) func(gained []string, lost bool) {
		return func(gained []string, lost bool) {
			for _, what := range gained {
				c.addf(ref, code, "%s %s.", what, verb)
			}
			shrinks = shrinks || lost
		}
	}
	report(CodeWidensTargets, "is decided by it now")(targetChanges(before.Targets, after.Targets, true))
	report(CodeWidensPermissionSets, "is decided by it now")(narrowing("permission set", before.PermissionSets, after.PermissionSets))
	report(CodeWidensRequesters, "has its requests decided by it now")(narrowing("group", before.RequesterGroups, after.RequesterGroups))
	c.compareStages(ref, before.Stages, after.Stages)
	if !after.StepUp.NoLessThan(before.StepUp) {
		c.addf(ref, CodeWidensStepUp, "who decides must show less that it is them: %s instead of %s.", after.StepUp, before.StepUp)
	}
	if before.StopInheritance && !after.StopInheritance {
		c.addf(ref, CodeWidensInheritance, "approvers from further up decide too.")
	}
	if after.StopInheritance && !before.StopInheritance {
		for _, other := range c.approver {
			if other.ID != after.ID && mayMeet(other, after) && !demandsNoLess(after, other) {
				c.addf(ref, CodeWidensInheritance, "approver policy %q, which demands more, may no longer count.", other.Name)
			}
		}
	}
	if shrinks {
		c.undecidedByLess(before, "it reaches less")
	}
}

func (c *comparison) compareStages(ref Ref, before, after []Stage) {
	for i, stage := range after {
		var was Stage
		if i < len(before) {
			was = before[i]
		}
		gained, _ := principalChanges(was.Approvers, stage.Approvers)
		for _, who := range gained {
			c.addf(ref, CodeWidensApprovers, "%s may decide on stage %d.", who, i+1)
		}
		if stage.Required < was.Required {
			c.addf(ref, CodeWidensRequired, "stage %d needs %s instead of %d.", i+1, count(stage.Required, "approval"), was.Required)
		}
	}
	for i := len(after); i < len(before); i++ {
		c.addf(ref, CodeWidensRequired, "stage %d is no longer needed.", i+1)
	}
}

// undecidedByLess looks for what is decided more easily where an approver policy goes or reaches less: others that
// remain may demand less, or come in because it stopped inheritance. Where none remains nothing can be approved.
func (c *comparison) undecidedByLess(gone *Approver, how string) {
	for _, other := range c.approver {
		if other.ID == gone.ID || !mayMeet(other, gone) {
			continue
		}
		switch {
		case gone.StopInheritance:
			c.addf(gone.Ref(), CodeWidensInheritance, "where %s, it no longer keeps approver policy %q from counting.", how, other.Name)
		case !demandsNoLess(other, gone):
			c.addf(gone.Ref(), CodeWidensLooserRemains, "where %s, approver policy %q demands less.", how, other.Name)
		}
	}
}

// demandsNoLess says whether p alone needs at least as many approvals on each stage as q, from people who have shown no
// less that it is them.
func demandsNoLess(p, q *Approver) bool {
	if len(p.Stages) < len(q.Stages) || !p.StepUp.NoLessThan(q.StepUp) {
		return false
	}
	for i, stage := range q.Stages {
		if max(1, p.Stages[i].Required) < max(1, stage.Required) {
			return false
		}
	}
	return true
}

// mayMeet says whether two approver policies can count for one target. Whether their accounts meet is not known
// without a directory.
func mayMeet(p, q *Approver) bool {
	return len(p.PermissionSets) == 0 || len(q.PermissionSets) == 0 || overlap(p.PermissionSets, q.PermissionSets)
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(v string) bool { return slices.Contains(b, v) })
}

// approvers of all stages.
func (p *Approver) approvers() Principals {
	var all Principals
	for _, stage := range p.Stages {
		all = all.union(stage.Approvers)
	}
	return all
}

func spellPrincipals(p Principals) string {
	switch users, groups := count(len(p.Users), "user"), count(len(p.Groups), "group"); {
	case len(p.Groups) == 0:
		return users
	case len(p.Users) == 0:
		return groups
	default:
		return users + " and " + groups
	}
}
