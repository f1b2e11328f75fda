package policy

import (
	"slices"
	"time"
)

// MayDecide says whether who may decide on a stage of a question at its moment, by the policies in force, with the
// reason either way. It does not look at votes already cast: Tally does. Approvers stay approvers where no approval
// is required (any more): a request that was pending when that changed can still be decided.
func (e *Engine) MayDecide(q Question, stage int, who Person) (bool, Reason) {
	_, _, stages := e.evaluate(&q)
	return e.mayDecide(&q, stages, stage, who)
}

func (e *Engine) mayDecide(q *Question, stages []resolvedStage, stage int, who Person) (bool, Reason) {
	if against := e.userFacts(who.UserID); len(against) > 0 {
		return false, against[0]
	}
	if e.countsAsRequester(q, who.UserID) {
		return false, reason(CodeOwnRequest, "You may not decide on a request of your own: somebody else must. Who files a "+
			"request, owns the machine that files it, or gets the access, counts as its requester, with all their users.")
	}
	if stage < 0 || stage >= len(stages) {
		return false, reason(CodeNoSuchStage, "The policies in force have no stage %d on this target.", stage+1)
	}
	if !stages[stage].admits(who) {
		return false, reason(CodeNotApprover, "You are not an approver of stage %d on this target.", stage+1)
	}
	account := e.atlas.numberOf[q.AccountID]
	if !e.admittedWithoutOwnChanges(q, account, stage, who) {
		return false, reason(CodeCoolingApprover, "You are an approver of stage %d on this target only by a change that you "+
			"made or agreed to. Until %s somebody else must decide.", stage+1,
			e.coolUntil[e.dir.PersonOf(who.UserID)].UTC().Format("2006-01-02 15:04 MST"))
	}
	return true, reason(CodeMayDecide, "You are an approver of stage %d on this target.", stage+1)
}

func (e *Engine) countsAsRequester(q *Question, userID string) bool {
	same := func(other string) bool { return e.dir.SamePerson(userID, other) }
	return same(q.Requester.UserID) || slices.ContainsFunc(q.Others, same) || slices.ContainsFunc(q.Answering, same)
}

// admittedWithoutOwnChanges says whether who would be admitted to a stage also if the changes they made or agreed to
// had not been made, while these cool (P11): with and without those that cool for the requester.
func (e *Engine) admittedWithoutOwnChanges(q *Question, account, stage int, who Person) bool {
	own := e.coolingPersons(q.At, who.UserID)
	if len(own) == 0 {
		return true
	}
	all := e.coolingPersons(q.At, append([]string{who.UserID, q.Requester.UserID}, q.Others...)...)
	for _, persons := range [][]string{own, all} {
		j := e.judge(e.without(persons, q.At), q, account)
		if stage >= len(j.stages) || !j.stages[stage].approvers.includes(who) {
			return false
		}
	}
	return true
}

// ableNow are the candidates without those whom only a cooling change of their own makes one.
func (e *Engine) ableNow(q *Question, account, stage int, candidates []int32) []int32 {
	if e.coolUsers == nil {
		return candidates
	}
	return slices.DeleteFunc(candidates, func(n int32) bool {
		if !e.coolUsers[n].After(q.At) {
			return false
		}
		id := e.people.ids[n]
		return !e.admittedWithoutOwnChanges(q, account, stage, Person{UserID: id, Groups: e.dir.GroupsOf(id)})
	})
}

// Tally counts the votes on a target by the policies in force at q.At. A vote counts at the stage it was cast on, if
// the voter may decide there now and had shown by then what is demanded of deciders; a person approves once over all
// stages, and every vote that does not count is told. One rejection that counts rejects, also from somebody who approved
// before, and where no approval is required.
//
// The outcome is Approved only if the question is allowed; its duration is not judged, because a changed maximum
// cuts an approved duration but does not undo the approval. Where no approval is required (any more), no votes are
// needed.
func (e *Engine) Tally(q Question, votes []Vote) Tally {
	q.Duration = 0
	answer, _, stages := e.evaluate(&q)
	tally, approvals := e.count(&q, stages, votes)
	if answer.ApprovalRequired {
		for tally.Stage < len(stages) && approvals[tally.Stage] >= stages[tally.Stage].required {
			tally.Stage++
		}
		if tally.Stage < len(stages) {
			tally.Needed = stages[tally.Stage].required - approvals[tally.Stage]
			return tally
		}
	}
	if tally.Outcome == Undecided && answer.Allowed {
		tally.Outcome = Approved
	}
	return tally
}

// count judges each vote: the approvals that count by stage, whether somebody rejected, and what is void.
func (e *Engine) count(q *Question, stages []resolvedStage, votes []Vote) (Tally, []int) {
	tally := Tally{Outcome: Undecided}
	approvals := make([]int, len(stages))
	var approved []string // persons
	for _, vote := range votes {
		if may, why := e.mayDecide(q, stages, vote.Stage, vote.Voter); !may {
			tally.Void = append(tally.Void, e.voided(vote, why))
			continue
		}
		if missing, unmet := Unmet(e.DecisionDemands(*q, vote.Voter.UserID), vote.Proofs, vote.At); unmet {
			why := reason(CodeUnproven, "You had not shown that it is you as is demanded now: %s.", missing)
			tally.Void = append(tally.Void, e.voided(vote, why))
			continue
		}
		person := e.dir.PersonOf(vote.Voter.UserID)
		switch {
		case !vote.Approve:
			tally.Outcome = Rejected
		case slices.Contains(approved, person):
			tally.Void = append(tally.Void, e.voided(vote, reason(CodeAlreadyDecided,
				"You have approved already: over all stages everybody counts once.")))
		default:
			approved = append(approved, person)
			approvals[vote.Stage]++
		}
	}
	return tally, approvals
}

// voided names the vote in the reason why it does not count.
func (e *Engine) voided(vote Vote, why Reason) Reason {
	name := vote.Voter.UserID
	if user, ok := e.dir.User(name); ok && user.UserName != "" {
		name = user.UserName
	}
	return reason(why.Code, "The vote of %s on stage %d does not count. To %s: %s", name, vote.Stage+1, name, why.Text)
}

// MightDecideIn says in which accounts this person might decide on something: those that an approver policy in force
// reaches which names them, directly or by a group. Elsewhere they decide on nothing, whatever the permission set and
// the requester; where they might, MayDecide tells.
func (e *Engine) MightDecideIn(who Person) func(accountID string) bool {
	numbers := slices.Clone(e.deciders.byUser[who.UserID])
	for _, group := range who.Groups {
		numbers = append(numbers, e.deciders.byGroup[group]...)
	}
	reached := newBitset(len(e.atlas.ids))
	for _, number := range numbers {
		reached.addAll(e.deciders.heads[number].reach.named)
		reached.addAll(e.deciders.heads[number].reach.broad)
	}
	return func(accountID string) bool {
		account, known := e.atlas.numberOf[accountID]
		return known && reached.has(account)
	}
}

// DecidesFor are the approver policies in force that name this person as an approver, directly or by a group, and
// would do so without changes of their own that are cooling; sorted. Who has none is no approver of anything.
func (e *Engine) DecidesFor(who Person, at time.Time) []Ref {
	if len(e.userFacts(who.UserID)) > 0 {
		return nil
	}
	numbers := slices.Clone(e.deciders.byUser[who.UserID])
	for _, group := range who.Groups {
		numbers = append(numbers, e.deciders.byGroup[group]...)
	}
	slices.Sort(numbers)
	var views []*view
	if own := e.coolingPersons(at, who.UserID); len(own) > 0 {
		views = append(views, e.without(own, at))
	}
	var refs []Ref
	for _, number := range slices.Compact(numbers) {
		if !slices.ContainsFunc(views, func(v *view) bool { return !v.names(number, who) }) {
			refs = append(refs, e.deciders.heads[number].Ref())
		}
	}
	slices.SortFunc(refs, compareRefs)
	return refs
}

// names says whether the version of an approver policy that stands in names who; a policy without one does.
func (v *view) names(number int, who Person) bool {
	if !slices.Contains(v.decidersOut, number) {
		return true
	}
	return slices.ContainsFunc(v.decidersIn, func(d *decider) bool {
		return d.number == number && slices.ContainsFunc(d.Stages, func(s Stage) bool { return s.Approvers.includes(who) })
	})
}
