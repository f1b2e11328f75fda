package policy

import (
	"cmp"
	"encoding/binary"
	"slices"
	"time"
)

// Requestable is everything a person may ask for at a moment, as rectangles of accounts and permission sets on the
// same terms: exactly the targets for which Evaluate allows a question without a duration. Targets on which nobody
// could decide are left out, so that no form offers what is refused afterwards. Policies are the eligibility
// policies that give a rectangle.
//
// Accounts and permission sets are sorted, and the rectangles by their first account, then first permission set.
// No target is in two of them.
func (e *Engine) Requestable(p Person, at time.Time) []Rectangle {
	if len(e.userFacts(p.UserID)) > 0 {
		return nil
	}
	s := newSurvey(e, p, at)
	for _, lot := range s.lots() {
		s.survey(lot)
	}
	return s.rectangles()
}

// survey collects what a person may ask for.
type survey struct {
	engine *Engine
	who    Person
	at     time.Time
	views  []*view
	claims []claim
	// cooling: some change is cooling for somebody, who then may not be a candidate everywhere.
	cooling bool
	// offered are the permission sets that may be given at all, by number.
	offered []bool
	// apart are the permission sets that some approver policy for every account names, by number.
	apart []bool
	// decidable remembers for each place and permission set whether enough people could decide.
	decidable map[string]bool
	found     map[string]*Rectangle
	order     []*Rectangle
	// claimsOn, by permission set, and key are room for the work on one lot.
	claimsOn [][]int
	key      []byte
}

// claim is an eligibility policy that names the person, by one view.
type claim struct {
	rule *rule
	view int
}

// lot is a group of accounts that are alike in all that matters: the same claims reach them, and the same approver
// policies in the same way.
type lot struct {
	claims   []int // indexes into survey.claims, ascending
	place    string
	accounts []int
}

func newSurvey(e *Engine, who Person, at time.Time) *survey {
	s := &survey{
		engine: e, who: who, at: at, views: e.views(at, who.UserID), cooling: e.anybodyCools(at),
		offered: make([]bool, len(e.sets.arns)), apart: make([]bool, len(e.sets.arns)),
		claimsOn: make([][]int, len(e.sets.arns)), decidable: map[string]bool{}, found: map[string]*Rectangle{},
	}
	for i, v := range s.views {
		for _, r := range e.rulesNaming(v, who) {
			s.claims = append(s.claims, claim{rule: r, view: i})
		}
	}
	for i, arn := range e.sets.arns {
		_, against := e.setFacts(arn)
		s.offered[i] = len(against) == 0
		s.apart[i] = len(e.deciders.bySet[arn]) > 0
	}
	return s
}

func (s *survey) lots() []*lot {
	e := s.engine
	claimsOn := make([][]int, len(e.atlas.ids))
	for i, c := range s.claims {
		reached := newBitset(len(e.atlas.ids))
		reached.addAll(c.rule.reach.broad)
		reached.removeAll(s.views[c.view].settings.protected)
		reached.addAll(c.rule.reach.named)
		reached.each(func(account int) { claimsOn[account] = append(claimsOn[account], i) })
	}
	known := map[string]*lot{}
	var lots []*lot
	var key []byte
	for account, claims := range claimsOn {
		if len(claims) == 0 || !e.accessible(account) {
			continue
		}
		key = s.appendPlace(key[:0], account)
		place := len(key)
		for _, i := range claims {
			key = binary.AppendUvarint(key, uint64(i))
		}
		l, ok := known[string(key)]
		if !ok {
			l = &lot{claims: claims, place: string(key[:place])}
			known[string(key)] = l
			lots = append(lots, l)
		}
		l.accounts = append(l.accounts, account)
	}
	return lots
}

// accessible says whether an account may be given access to at all; accountFacts tells why not.
func (e *Engine) accessible(account int) bool {
	_, against := e.accountFacts(e.atlas.ids[account])
	return len(against) == 0
}

// appendPlace appends what tells apart accounts on which other people decide.
func (s *survey) appendPlace(key []byte, account int) []byte {
	e := s.engine
	key = binary.AppendUvarint(key, uint64(e.deciders.classOf[account].number))
	// Approver policies that reach every account count at the level of the root, so the depth matters.
	key = binary.AppendUvarint(key, uint64(len(e.atlas.accounts[account].OUPath)))
	key = appendFlag(key, e.inForce.settings.protected.has(account))
	if !s.cooling {
		return key
	}
	// Candidates are judged by their own views too, in which any other version may stand in.
	for _, settings := range e.settings.versions {
		key = appendFlag(key, settings.protected.has(account))
	}
	for _, c := range e.deciders.chains {
		for _, d := range c.versions {
			if d != nil {
				level, _ := e.atlas.route(d.Targets, account)
				key = appendReach(binary.AppendUvarint(key, uint64(level)), d.reach, account)
			}
		}
	}
	for _, c := range e.rules.chains {
		for _, r := range c.versions {
			if r != nil {
				key = appendReach(key, r.reach, account)
			}
		}
	}
	return key
}

func appendReach(key []byte, r reach, account int) []byte {
	return appendFlag(appendFlag(key, r.named.has(account)), r.broad.has(account))
}

func appendFlag(key []byte, set bool) []byte {
	if set {
		return append(key, 1)
	}
	return append(key, 0)
}

// survey adds what may be asked for in the accounts of a lot.
func (s *survey) survey(l *lot) {
	var sets []int32
	for _, i := range l.claims {
		for _, set := range s.claims[i].rule.sets {
			if !s.offered[set] {
				continue
			}
			if len(s.claimsOn[set]) == 0 {
				sets = append(sets, set)
			}
			s.claimsOn[set] = append(s.claimsOn[set], i)
		}
	}
	slices.Sort(sets)
	var blocks []*block
	for _, set := range sets {
		claims := s.claimsOn[set]
		t, ok := s.termsOf(claims, l, set)
		if ok {
			like := func(b *block) bool { return b.terms.equal(t) && slices.Equal(b.claims, claims) }
			i := slices.IndexFunc(blocks, like)
			if i < 0 {
				i = len(blocks)
				blocks = append(blocks, &block{terms: t, claims: slices.Clone(claims)})
			}
			blocks[i].sets = append(blocks[i].sets, set)
		}
		s.claimsOn[set] = claims[:0]
	}
	for _, b := range blocks {
		s.add(b, l.accounts)
	}
}

// block is what the same claims give on the same terms in one lot.
type block struct {
	terms  terms
	claims []int
	sets   []int32
}

// add joins a block with one of another lot that gives the same permission sets on the same terms.
func (s *survey) add(b *block, accounts []int) {
	key := binary.AppendVarint(s.key[:0], int64(b.terms.longest))
	key = appendFlag(key, b.terms.approval)
	key = binary.AppendUvarint(key, uint64(len(b.claims)))
	for _, i := range b.claims {
		key = binary.AppendUvarint(key, uint64(i))
	}
	for _, set := range b.sets {
		key = binary.AppendUvarint(key, uint64(set))
	}
	s.key = key
	r := s.found[string(key)]
	if r == nil {
		r = &Rectangle{
			MaxDuration: b.terms.longest, ApprovalRequired: b.terms.approval, Policies: s.refs(b.claims),
			PermissionSets: make([]string, len(b.sets)),
		}
		for i, set := range b.sets {
			r.PermissionSets[i] = s.engine.sets.arns[set]
		}
		s.found[string(key)] = r
		s.order = append(s.order, r)
	}
	for _, account := range accounts {
		r.Accounts = append(r.Accounts, s.engine.atlas.ids[account])
	}
}

func (t terms) equal(o terms) bool { return t.longest == o.longest && t.approval == o.approval }

// termsOf are the strictest terms of all views for a permission set in a lot; false if it may not be asked for.
func (s *survey) termsOf(claims []int, l *lot, set int32) (terms, bool) {
	account := l.accounts[0]
	var joined terms
	var shortest time.Duration
	approvals := make([]bool, len(s.views))
	for i, v := range s.views {
		var rules []*rule
		for _, c := range claims {
			if s.claims[c].view == i {
				rules = append(rules, s.claims[c].rule)
			}
		}
		if len(rules) == 0 {
			return terms{}, false
		}
		t := v.settings.terms(rules, v.settings.protected.has(account))
		approvals[i] = t.approval
		joined.approval = joined.approval || t.approval
		if i == 0 || t.longest < joined.longest {
			joined.longest = t.longest
		}
		shortest = max(shortest, v.settings.MinDuration)
	}
	if joined.longest <= 0 || joined.longest < shortest {
		return terms{}, false
	}
	return joined, !joined.approval || s.isDecidable(l, set, approvals)
}

// isDecidable says whether enough people could decide on a permission set in the accounts of a lot.
func (s *survey) isDecidable(l *lot, set int32, approvals []bool) bool {
	e, account, arn := s.engine, l.accounts[0], s.engine.sets.arns[set]
	s.key = append(s.key[:0], l.place...)
	for _, a := range approvals {
		s.key = appendFlag(s.key, a)
	}
	if s.cooling {
		for _, i := range l.claims {
			s.key = binary.AppendUvarint(s.key, uint64(i))
		}
	}
	if s.cooling || s.setMatters(account, set) {
		s.key = binary.AppendUvarint(s.key, uint64(set)+1)
	}
	decidable, known := s.decidable[string(s.key)]
	if known {
		return decidable
	}
	q := &Question{Requester: s.who, AccountID: e.atlas.ids[account], PermissionSetARN: arn, At: s.at}
	if len(s.views) == 1 && !s.cooling {
		decidable = s.enoughInForce(q, account)
	} else {
		decidable = s.enoughByAllViews(q, account, approvals)
	}
	s.decidable[string(s.key)] = decidable
	return decidable
}

// enoughInForce is enoughByAllViews where nothing cools, without working out who all could decide: a stage with as
// many people as there are approvals over all stages never falls short.
func (s *survey) enoughInForce(q *Question, account int) bool {
	e := s.engine
	protected := e.inForce.settings.protected.has(account)
	found := e.decidersOf(e.inForce, q, account, protected)
	required := requiredBy(found, protected)
	if len(required) == 0 {
		return false
	}
	total := 0
	for _, n := range required {
		total += n
	}
	excluded := e.requesterPersons(q)
	eligible := make([][]int32, len(required))
	plenty := true
	for i := range required {
		eligible[i] = e.somePersons(found, i, total, excluded)
		if len(eligible[i]) < required[i] {
			return false
		}
		plenty = plenty && len(eligible[i]) >= total
	}
	return plenty || seatsTaken(required, eligible) == total
}

// somePersons are persons who could decide on a stage, at most limit of them.
func (e *Engine) somePersons(found []levelled, stage, limit int, excluded []int32) []int32 {
	var persons []int32
	add := func(user int32) {
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
	specs := make([][]stageSpec, 0, len(s.views))
	for i, v := range s.views {
		protected := v.settings.protected.has(account)
		spec := stagesOf(e.decidersOf(v, q, account, protected), protected)
		if approvals[i] && len(spec) == 0 {
			return false
		}
		specs = append(specs, spec)
	}
	stages := joinStages(specs)
	return e.shortage(stages, e.ableUsers(q, account, stages)).none()
}

// setMatters says whether any approver policy that could count for the account names this permission set.
func (s *survey) setMatters(account int, set int32) bool {
	if s.apart[set] {
		return true
	}
	_, named := slices.BinarySearch(s.engine.deciders.classOf[account].sets, set)
	return named
}

func (s *survey) refs(claims []int) []Ref {
	var refs []Ref
	for _, i := range claims {
		refs = joinRefs(refs, []Ref{s.claims[i].rule.Ref()})
	}
	slices.SortFunc(refs, compareRefs)
	return refs
}

func (s *survey) rectangles() []Rectangle {
	out := make([]Rectangle, 0, len(s.order))
	for _, r := range s.order {
		slices.Sort(r.Accounts)
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b Rectangle) int {
		return cmp.Or(cmp.Compare(a.Accounts[0], b.Accounts[0]), cmp.Compare(a.PermissionSets[0], b.PermissionSets[0]))
	})
	return out
}
