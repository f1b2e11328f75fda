package policy

import (
	"encoding/binary"
	"slices"
)

// isDecidable says whether enough people could decide on a permission set in the accounts of a lot.
func (s *survey) isDecidable(l *lot, set int32, approvals []bool) bool {
	e, account, arn := s.engine, l.accounts[0], s.engine.sets.arns[set]
	q := &Question{
		Requester: s.who, Others: s.others, Answering: s.answering, Machine: s.machine, AccountID: e.atlas.ids[account], PermissionSetARN: arn, At: s.at,
	}
	if len(s.views) == 1 {
		s.key = append(s.key[:0], l.inForce...)
		if s.setMatters(account, set) {
			s.key = binary.AppendUvarint(s.key, uint64(set)+1)
		}
		enough, known := s.enough[string(s.key)]
		if !known {
			protected := e.inForce.settings.protected.has(account)
			enough = s.enoughOf(e.decidersOf(e.inForce, q, account, protected), protected, q)
			s.enough[string(s.key)] = enough
		}
		// Without the people who are cooling it may be too few, and with those of them who may decide here enough.
		if enough || !s.cooling {
			return enough
		}
	}
	s.key = append(s.key[:0], l.place...)
	for _, a := range approvals {
		s.key = appendFlag(s.key, a)
	}
	if s.setMatters(account, set) {
		s.key = binary.AppendUvarint(s.key, uint64(set)+1)
	}
	decidable, known := s.decidable[string(s.key)]
	if known {
		return decidable
	}
	decidable = s.enoughByAllViews(q, account, approvals)
	s.decidable[string(s.key)] = decidable
	return decidable
}

// enoughOf says whether enough people who are not cooling could decide by these policies, without working out who
// they all are: a stage with as many people as there are approvals over all stages never falls short.
func (s *survey) enoughOf(found []levelled, protected bool, q *Question) bool {
	return s.enoughWithout(found, requiredBy(found, protected), s.engine.requesterPersons(q))
}

// enoughWithout says the same where these persons may not decide.
func (s *survey) enoughWithout(found []levelled, required []int, excluded []int32) bool {
	if len(required) == 0 {
		return false
	}
	total := 0
	for _, n := range required {
		total += n
	}
	eligible := make([][]int32, len(required))
	plenty := true
	for i := range required {
		eligible[i] = s.somePersons(found, i, total, excluded)
		if len(eligible[i]) < required[i] {
			return false
		}
		plenty = plenty && len(eligible[i]) >= total
	}
	return plenty || seatsTaken(required, eligible) == total
}

// somePersons are persons who could decide on a stage and are not cooling, at most limit of them.
func (s *survey) somePersons(found []levelled, stage, limit int, excluded []int32) []int32 {
	e := s.engine
	var persons []int32
	add := func(user int32) {
		if e.coolUsers != nil && e.coolUsers[user].After(s.at) {
			return
		}
		person := e.people.person[user]
		if len(persons) < limit && !slices.Contains(excluded, person) && !slices.Contains(persons, person) {
			persons = append(persons, person)
		}
	}
	for _, m := range found {
		if stage >= len(m.decider.Stages) {
			continue
		}
		approvers := &m.decider.Stages[stage].Approvers
		for _, id := range approvers.Users {
			if n, ok := e.people.numberOf[id]; ok && e.people.enabled[n] {
				add(n)
			}
		}
		for _, group := range approvers.Groups {
			for _, n := range e.members[group] {
				if len(persons) == limit {
					return persons
				}
				add(n)
			}
		}
	}
	return persons
}

// enoughByAllViews says whether enough people could decide who are admitted by each view.
func (s *survey) enoughByAllViews(q *Question, account int, approvals []bool) bool {
	e := s.engine
	found := make([][]levelled, len(s.views))
	protected := make([]bool, len(s.views))
	alike := true
	for i, v := range s.views {
		protected[i] = v.settings.protected.has(account)
		found[i] = e.decidersOf(v, q, account, protected[i])
		alike = alike && protected[i] == protected[0] && slices.Equal(found[i], found[0])
	}
	if alike && s.enoughOf(found[0], protected[0], q) {
		return true
	}
	key := s.appendFound(nil, found, protected, approvals)
	if s.plenty[string(key)] {
		return true
	}
	specs := make([][]stageSpec, len(s.views))
	for i := range s.views {
		specs[i] = stagesOf(found[i], protected[i])
		if approvals[i] && len(specs[i]) == 0 {
			return false
		}
	}
	stages := joinStages(specs)
	if s.plentyOf(stages, q) {
		s.plenty[string(key)] = true
		return true
	}
	return e.shortage(stages, e.ableUsers(q, account, stages)).none()
}

// appendFound appends what tells apart which policies decide by each view.
func (s *survey) appendFound(key []byte, found [][]levelled, protected, approvals []bool) []byte {
	for i := range found {
		key = appendFlag(appendFlag(key, protected[i]), approvals[i])
		key = binary.AppendUvarint(key, uint64(len(found[i])))
		for _, m := range found[i] {
			key = binary.AppendUvarint(key, uint64(m.decider.number))
			key = appendFlag(key, m.decider == s.engine.deciders.heads[m.decider.number])
		}
	}
	return key
}

// plentyOf says whether people who are not cooling alone are more than enough for stages that every view has a say in,
// as they nearly always are. It stops counting where that is sure; false says nothing.
func (s *survey) plentyOf(stages []resolvedStage, q *Question) bool {
	e := s.engine
	total := 0
	for _, stage := range stages {
		total += stage.required
	}
	excluded := e.requesterPersons(q)
	for _, stage := range stages {
		persons := map[int32]bool{}
		e.eachUserOf(stage.allOf[0], func(user int32) bool {
			person := e.people.person[user]
			if !e.coolUsers[user].After(s.at) && !slices.Contains(excluded, person) && e.inAll(stage.allOf[1:], user) {
				persons[person] = true
			}
			return len(persons) < total
		})
		if len(persons) < total {
			return false
		}
	}
	return true
}

// eachUserOf calls f for the enabled users whom principals name, some of them more than once, until it says no.
func (e *Engine) eachUserOf(p Principals, f func(user int32) bool) {
	for _, id := range p.Users {
		if n, ok := e.people.numberOf[id]; ok && e.people.enabled[n] && !f(n) {
			return
		}
	}
	for _, group := range p.Groups {
		for _, n := range e.members[group] {
			if !f(n) {
				return
			}
		}
	}
}

// inAll says whether every one of these principals names the user.
func (e *Engine) inAll(all []Principals, user int32) bool {
	return !slices.ContainsFunc(all, func(p Principals) bool {
		return !slices.Contains(p.Users, e.people.ids[user]) && !slices.ContainsFunc(p.Groups, func(group string) bool {
			_, member := slices.BinarySearch(e.members[group], user)
			return member
		})
	})
}

// setMatters says whether any approver policy that could count for the account names this permission set.
func (s *survey) setMatters(account int, set int32) bool {
	if s.apart[set] {
		return true
	}
	_, named := slices.BinarySearch(s.engine.deciders.classOf[account].sets, set)
	return named
}
