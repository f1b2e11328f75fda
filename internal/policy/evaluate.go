package policy

import (
	"cmp"
	"slices"
	"time"
)

// Evaluate answers a question. It looks up nothing but the snapshot and the set it was compiled from, and every
// reason that speaks against is given, not only the first.
//
// A question without a duration asks what would be possible: then neither the duration is judged nor a missing
// ticket. Whoever files a request must therefore give its duration.
func (e *Engine) Evaluate(q Question) Answer {
	answer, _, _ := e.evaluate(&q)
	return answer
}

// Deciders are the stages of who decides on a question, also where no approval is required.
func (e *Engine) Deciders(q Question) []ResolvedStage {
	_, account, stages := e.evaluate(&q)
	return e.resolve(stages, e.ableUsers(&q, account, stages))
}

// evaluate also returns the stages where no approval is required: who was asked while it was may still decide. The
// account's number is -1 where the question is about nothing that is known.
func (e *Engine) evaluate(q *Question) (Answer, int, []resolvedStage) {
	var answer Answer
	account, set, against := e.facts(q)
	answer.Against = against
	answer.ResidualAccess = set.SessionDuration
	if account < 0 || set.ARN == "" {
		// Which policies would match cannot be said of what is not there; the settings were still consulted.
		answer.Policies = []Ref{e.inForce.settings.Ref()}
		answer.ApprovalRequired = true
		return answer, -1, nil
	}
	views := e.views(q.At, append([]string{q.Requester.UserID}, q.Others...)...)
	judged := make([]judgement, len(views))
	for i, v := range views {
		judged[i] = e.judge(v, q, account)
	}
	stages := answer.join(judged)
	if answer.ApprovalRequired {
		able := e.ableUsers(q, account, stages)
		answer.Stages = e.resolve(stages, able)
		answer.Against = append(answer.Against, e.whatIsShort(&answer, account, stages, able)...)
	}
	answer.judgeDuration(q, judged)
	answer.Allowed = len(answer.Against) == 0
	return answer, account, stages
}

// judgement is what one view of the policies says of a question.
type judgement struct {
	view      *view
	against   []Reason
	reasons   []Reason // for
	longest   time.Duration
	limitedBy Ref // whose maximum longest is
	matched   bool
	approval  bool
	protected bool
	stages    []stageSpec
	demands   []Demand // of who decides
	policies  []Ref
}

func (e *Engine) judge(v *view, q *Question, account int) judgement {
	j := judgement{view: v, protected: v.settings.protected.has(account), policies: []Ref{v.settings.Ref()}}
	if j.protected && q.Machine != "" {
		j.against = append(j.against, reason(CodeProtectedFromMachines,
			"%s is protected: a machine cannot request access to it, a person must.", e.atlas.label(account)))
	}
	rules := e.rulesOf(v, q, account, j.protected)
	giving := open(rules, q.Machine)
	terms := v.settings.terms(rules, giving, j.protected)
	j.matched, j.approval = len(giving) > 0, terms.approval
	j.longest, j.limitedBy = terms.longest, terms.limitedBy
	switch {
	case j.matched:
	case len(rules) > 0:
		j.against = append(j.against, e.machineNotNamed(rules, q, account)...)
	default:
		j.against = append(j.against, reason(CodeNotEligible,
			"No eligibility policy gives you %s in %s. You must be named by one, directly or by a group.",
			e.setName(q.PermissionSetARN), e.atlas.label(account)))
		j.against = append(j.against, e.nearMisses(v, q, account, j.protected)...)
	}
	for _, r := range rules {
		j.policies = append(j.policies, r.Ref())
	}
	for _, r := range giving {
		_, via := e.atlas.route(r.Targets, account)
		ref := r.Ref()
		j.reasons = append(j.reasons, about(ref, CodeEligible, "Eligibility policy %q (version %d) matches %s %s; at most %s%s.",
			r.Name, r.Version, e.atlas.label(account), via, Spell(r.MaxDuration), approvalWord(r.ApprovalRequired)))
	}
	if j.matched {
		j.reasons = append(j.reasons, j.approvalReason(e, account))
	}
	j.against = append(j.against, judgeTicket(v.settings, rules, q)...)
	found := e.decidersOf(v, q, account, j.protected)
	j.stages, j.demands = stagesOf(found, j.protected), demandsOf(v.settings, found)
	if j.approval {
		j.explainApprovers(e, found, account)
	}
	return j
}

func (j *judgement) explainApprovers(e *Engine, found []levelled, account int) {
	for _, m := range found {
		ref := m.decider.Ref()
		_, via := e.atlas.route(m.decider.Targets, account)
		j.policies = append(j.policies, ref)
		j.reasons = append(j.reasons, about(ref, CodeApprovers, "Approver policy %q (version %d) matches %s %s.",
			m.decider.Name, m.decider.Version, e.atlas.label(account), via))
	}
	if len(j.stages) == 0 {
		j.against = append(j.against, e.noApprovers(account, j.protected))
	}
}

// terms are what several eligibility policies that match one target come to.
type terms struct {
	longest   time.Duration
	limitedBy Ref
	approval  bool
}

// terms joins policies: the longest maximum among those that are open to who files, under the settings' cap, and
// approval if any that matches requires it. The settings lift approval, but never for a protected account (P8).
func (s *settings) terms(rules, giving []*rule, protected bool) terms {
	t := terms{approval: len(rules) == 0}
	for _, r := range rules {
		t.approval = t.approval || r.ApprovalRequired
	}
	for _, r := range giving {
		if r.MaxDuration > t.longest {
			t.longest, t.limitedBy = r.MaxDuration, r.Ref()
		}
	}
	if t.longest > s.MaxDuration {
		t.longest, t.limitedBy = s.MaxDuration, s.Ref()
	}
	t.approval = protected || t.approval && s.ApprovalRequired
	return t
}

// join makes the answer from the judgements, the stricter of each, and returns the joined stages.
func (a *Answer) join(judged []judgement) []resolvedStage {
	specs := make([][]stageSpec, 0, len(judged))
	for i, j := range judged {
		if i == 0 {
			a.Against = append(a.Against, j.against...)
			a.For = append(a.For, j.reasons...)
		} else {
			a.Against = append(a.Against, j.coolingReasons(judged[0].against)...)
		}
		if i == 0 || j.longest < a.MaxDuration {
			a.MaxDuration = j.longest
		}
		a.ApprovalRequired = a.ApprovalRequired || j.approval
		a.Protected = a.Protected || j.protected
		a.Policies = joinRefs(a.Policies, j.policies)
		for _, d := range j.demands {
			a.StepUp = withDemand(a.StepUp, d)
		}
		specs = append(specs, j.stages)
	}
	slices.SortFunc(a.Policies, compareRefs)
	return joinStages(specs)
}

// coolingReasons are what speaks against only because a change is cooling, and says so.
func (j *judgement) coolingReasons(inForce []Reason) []Reason {
	var reasons []Reason
	for _, r := range j.against {
		if slices.ContainsFunc(inForce, func(o Reason) bool { return o.Code == r.Code }) {
			continue
		}
		r.Text = "Until " + j.view.until.Format("2006-01-02 15:04 MST") +
			" a change that you made or agreed to does not count for you. Without it: " + r.Text
		reasons = append(reasons, r)
	}
	return reasons
}

// whatIsShort says what is missing where fewer people could decide than must: a request that nobody can decide is
// refused at once, and never approved for want of approvers.
func (e *Engine) whatIsShort(a *Answer, account int, stages []resolvedStage, able [][]int32) []Reason {
	short := e.shortage(stages, able)
	against := make([]Reason, 0, len(short.stages))
	for _, s := range short.stages {
		against = append(against, tooFew(s.stage, len(stages), stages[s.stage].required, s.able, a.Protected, e.atlas.label(account)))
	}
	if short.seats > short.taken {
		against = append(against, reason(CodeTooFewApprovers,
			"The %d approvals that %s needs over %d stages must come from different people, but only %d could give them. "+
				"An approver policy must name more people.", short.seats, e.atlas.label(account), len(stages), short.taken))
	}
	return against
}

// resolve fills in who could decide.
func (e *Engine) resolve(stages []resolvedStage, able [][]int32) []ResolvedStage {
	resolved := make([]ResolvedStage, len(stages))
	for i, s := range stages {
		resolved[i] = ResolvedStage{Required: s.required, AllOf: s.allOf, Policies: s.policies}
		for _, n := range able[i] {
			resolved[i].Candidates = append(resolved[i].Candidates, e.people.ids[n])
		}
	}
	return resolved
}

// ableUsers are, by stage, the numbers of the users who could decide, by the snapshot.
func (e *Engine) ableUsers(q *Question, account int, stages []resolvedStage) [][]int32 {
	excluded := e.requesterPersons(q)
	able := make([][]int32, len(stages))
	for i, s := range stages {
		able[i] = e.ableNow(q, account, i, e.candidates(s, excluded))
	}
	return able
}

// requesterPersons are the numbers of the persons who count as requester (P5).
func (e *Engine) requesterPersons(q *Question) []int32 {
	var persons []int32
	for _, id := range slices.Concat([]string{q.Requester.UserID}, q.Others, q.Answering) {
		if n, ok := e.people.numberOf[id]; ok {
			persons = append(persons, e.people.person[n])
		}
	}
	return persons
}

// judgeDuration judges the duration asked for against the strictest limits.
func (a *Answer) judgeDuration(q *Question, judged []judgement) {
	shortest, limitedBy := time.Duration(0), Ref{}
	for _, j := range judged {
		shortest = max(shortest, j.view.settings.MinDuration)
		if !j.matched {
			return // no policy, no maximum: that is said already
		}
		if j.longest == a.MaxDuration {
			limitedBy = j.limitedBy
		}
	}
	switch {
	case a.MaxDuration <= 0 || a.MaxDuration < shortest:
		a.Against = append(a.Against, about(limitedBy, CodeNoDurationPossible,
			"The longest access possible here, %s, is shorter than the shortest a request may ask for, %s.",
			Spell(a.MaxDuration), Spell(shortest)))
	case q.Duration == 0:
	case q.Duration > a.MaxDuration:
		a.Against = append(a.Against, about(limitedBy, CodeDurationTooLong,
			"You asked for %s; you must ask for at most %s.", Spell(q.Duration), Spell(a.MaxDuration)))
	case q.Duration < shortest:
		a.Against = append(a.Against, reason(CodeDurationTooShort,
			"You asked for %s; you must ask for at least %s.", Spell(q.Duration), Spell(shortest)))
	}
}

// rulesOf are the eligibility policies of a view that match a question, in the order of policy ids.
func (e *Engine) rulesOf(v *view, q *Question, account int, protected bool) []*rule {
	var matched []*rule
	set := e.sets.numberOf[q.PermissionSetARN]
	for _, r := range e.rulesNaming(v, q.Requester) {
		if r.gives(set) && r.reach.covers(account, protected) {
			matched = append(matched, r)
		}
	}
	return matched
}

// open are the policies among rules by which who files may ask: all for people, for a machine those that name it. What
// the others demand, approval and tickets, still counts, so that a machine never gets a person more than they could ask
// for themselves.
func open(rules []*rule, machine string) []*rule {
	if machine == "" {
		return rules
	}
	var named []*rule
	for _, r := range rules {
		if slices.Contains(r.Machines, machine) {
			named = append(named, r)
		}
	}
	return named
}

// machineNotNamed says which policies would give it if they named the machine.
func (e *Engine) machineNotNamed(rules []*rule, q *Question, account int) []Reason {
	var against []Reason
	for _, r := range rules[:min(len(rules), nearMissLimit)] {
		against = append(against, about(r.Ref(), CodeMachineNotAllowed,
			"Eligibility policy %q (version %d) gives this person %s in %s, but does not let the machine client %s ask for it: "+
				"the policy must name it under machines.", r.Name, r.Version, e.setName(q.PermissionSetARN), e.atlas.label(account), q.Machine))
	}
	return against
}

// gives says whether the policy offers the permission set of that number.
func (r *rule) gives(set int32) bool {
	_, ok := slices.BinarySearch(r.sets, set)
	return ok
}

// rulesNaming are the eligibility policies of a view that name the person, in the order of policy ids.
func (e *Engine) rulesNaming(v *view, who Person) []*rule {
	numbers := slices.Clone(e.rules.byUser[who.UserID])
	for _, group := range who.Groups {
		numbers = append(numbers, e.rules.byGroup[group]...)
	}
	slices.Sort(numbers)
	var rules []*rule
	for _, n := range slices.Compact(numbers) {
		if !slices.Contains(v.rulesOut, n) {
			rules = append(rules, e.rules.heads[n])
		}
	}
	if len(v.rulesIn) == 0 {
		return rules
	}
	for _, r := range v.rulesIn {
		if r.Principals.includes(who) {
			rules = append(rules, r)
		}
	}
	slices.SortFunc(rules, func(a, b *rule) int { return cmp.Compare(a.number, b.number) })
	return rules
}
