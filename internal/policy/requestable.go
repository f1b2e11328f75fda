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
	return e.RequestableBy(Question{Requester: p, At: at})
}

// RequestableBy is Requestable for a question that also says which machine files, and who else counts as requester. What
// it says of account, permission set, duration and ticket is not looked at.
func (e *Engine) RequestableBy(q Question) []Rectangle {
	if len(e.userFacts(q.Requester.UserID)) > 0 {
		return nil
	}
	s := newSurvey(e, q)
	for _, lot := range s.lots() {
		s.survey(lot)
	}
	return s.rectangles()
}

// survey collects what a person may ask for.
type survey struct {
	engine *Engine
	who    Person
	// others and answering are those of the question; machine files, "" if a person does.
	others, answering []string
	machine           string
	at                time.Time
	views             []*view
	claims            []claim
	// cooling: some change is cooling for somebody, who then may not be a candidate everywhere.
	cooling bool
	// offered are the permission sets that may be given at all, by number.
	offered []bool
	// apart are the permission sets, by number, that some approver policy names which reaches every account or has
	// a version that cools.
	apart []bool
	// decidable remembers for each place and permission set whether enough people could decide.
	decidable map[string]bool
	// enough remembers whether, by the set in force, enough people who are not cooling could decide.
	enough map[string]bool
	// plenty remembers for which policies by each view more than enough people could decide.
	plenty map[string]bool
	found  map[string]*Rectangle
	order  []*Rectangle
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
	claims   []int  // indexes into survey.claims, ascending
	inForce  string // what tells apart accounts on which other people decide by the set in force
	place    string // by any version that may stand in
	accounts []int
}

func newSurvey(e *Engine, q Question) *survey {
	s := &survey{
		engine: e, who: q.Requester, others: q.Others, answering: q.Answering, machine: q.Machine, at: q.At, cooling: e.anybodyCools(q.At),
		views:   e.views(q.At, append([]string{q.Requester.UserID}, q.Others...)...),
		offered: make([]bool, len(e.sets.arns)), apart: make([]bool, len(e.sets.arns)),
		claimsOn: make([][]int, len(e.sets.arns)), decidable: map[string]bool{}, enough: map[string]bool{},
		plenty: map[string]bool{}, found: map[string]*Rectangle{},
	}
	for i, v := range s.views {
		for _, r := range e.rulesNaming(v, q.Requester) {
			s.claims = append(s.claims, claim{rule: r, view: i})
		}
	}
	for i, arn := range e.sets.arns {
		_, against := e.setFacts(arn)
		s.offered[i] = len(against) == 0
		s.apart[i] = len(e.deciders.bySet[arn]) > 0
	}
	for _, c := range e.deciders.chains {
		for _, d := range c.versions {
			if d != nil {
				for _, set := range e.sets.numbers(d.PermissionSets) {
					s.apart[set] = true
				}
			}
		}
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
		if len(claims) == 0 || e.closed.has(account) {
			continue
		}
		key = s.appendInForce(key[:0], account)
		inForce := len(key)
		if s.cooling {
			key = s.appendVersions(key, account)
		}
		place := len(key)
		for _, i := range claims {
			key = binary.AppendUvarint(key, uint64(i))
		}
		l, ok := known[string(key)]
		if !ok {
			l = &lot{claims: claims, inForce: string(key[:inForce]), place: string(key[:place])}
			known[string(key)] = l
			lots = append(lots, l)
		}
		l.accounts = append(l.accounts, account)
	}
	return lots
}

// appendInForce appends what tells apart accounts on which other people decide by the set in force.
func (s *survey) appendInForce(key []byte, account int) []byte {
	e := s.engine
	key = binary.AppendUvarint(key, uint64(e.deciders.classOf[account].number))
	// Approver policies that reach every account count at the level of the root, so the depth matters.
	key = binary.AppendUvarint(key, uint64(len(e.atlas.accounts[account].OUPath)))
	return appendFlag(key, e.inForce.settings.protected.has(account))
}

// appendVersions appends what tells apart accounts by any version of the policies: candidates who are cooling are
// judged by views of their own, in which it may stand in.
func (s *survey) appendVersions(key []byte, account int) []byte {
	e := s.engine
	for _, settings := range e.settings.versions {
		key = appendFlag(key, settings.protected.has(account))
	}
	for _, c := range e.deciders.chains {
		for _, d := range c.versions {
			if d != nil {
				key = appendReach(key, d.reach, account)
				if d.reach.covers(account, false) {
					level, _ := e.atlas.route(d.Targets, account)
					key = binary.AppendUvarint(key, uint64(level))
				}
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
		protected := v.settings.protected.has(account)
		giving := open(rules, s.machine)
		if len(giving) == 0 || protected && s.machine != "" {
			return terms{}, false
		}
		t := v.settings.terms(rules, giving, protected)
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

func (s *survey) refs(claims []int) []Ref {
	var refs []Ref
	for _, i := range claims {
		for _, r := range open([]*rule{s.claims[i].rule}, s.machine) {
			refs = joinRefs(refs, []Ref{r.Ref()})
		}
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
