package policy

import "slices"

// Governing are the policies in force that govern a question: those that give what is asked for, those that say who
// decides on it, in the order of their ids, and the settings. There are none where the question is about nothing known.
func (e *Engine) Governing(q Question) Set {
	set := Set{Settings: e.set.Settings, Generation: e.set.Generation}
	account, permissionSet, _ := e.facts(&q)
	if account < 0 || permissionSet.ARN == "" {
		return set
	}
	protected := e.inForce.settings.protected.has(account)
	for _, r := range e.rulesOf(e.inForce, &q, account, protected) {
		set.Eligibility = append(set.Eligibility, *r.Eligibility)
	}
	for _, m := range e.decidersOf(e.inForce, &q, account, protected) {
		set.Approver = append(set.Approver, *m.decider.Approver)
	}
	return set
}

// WhyDecides says by which approver policies who may decide on which stages of a question at its moment, and as whom.
// Nothing where they may not.
func (e *Engine) WhyDecides(q Question, who Person) []Reason {
	_, account, stages := e.evaluate(&q)
	if account < 0 {
		return nil
	}
	found := e.decidersOf(e.inForce, &q, account, e.inForce.settings.protected.has(account))
	var reasons []Reason
	for i := range stages {
		if may, _ := e.mayDecide(&q, stages, i, who); !may {
			continue
		}
		for _, m := range found {
			if i >= len(m.decider.Stages) || !m.decider.Stages[i].Approvers.includes(who) {
				continue
			}
			ref := m.decider.Ref()
			reasons = append(reasons, about(ref, CodeMayDecide, "Approver policy %q (version %d) makes you an approver of stage %d%s.",
				ref.Name, ref.Version, i+1, e.as(m.decider.Stages[i].Approvers, who)))
		}
	}
	return reasons
}

// as says in which capacity principals include somebody: by themselves, or as a member of a group.
func (e *Engine) as(p Principals, who Person) string {
	if slices.Contains(p.Users, who.UserID) {
		return " by name"
	}
	for _, id := range p.Groups {
		if slices.Contains(who.Groups, id) {
			name := id
			if g, ok := e.dir.Group(id); ok && g.DisplayName != "" {
				name = g.DisplayName
			}
			return " as a member of " + name
		}
	}
	return ""
}
