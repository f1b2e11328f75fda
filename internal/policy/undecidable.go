package policy

import (
	"slices"
)

// Undecidable says that people whom an eligibility policy lets ask would find too few to decide, and be refused.
type Undecidable struct {
	Policy Ref
	// People who are affected, of all enabled users whom the policy names.
	People, OfPeople int
	// Accounts in which they are, of all that the policy matches.
	Accounts, OfAccounts int
	// An example, and the sentence that this person would read.
	UserID, AccountID, PermissionSetARN string
	Reason                              Reason
}

// Undecidable finds the eligibility policies of the set in force, in the order of their ids, under which somebody could
// ask for what not enough people could decide on. Nothing cools: compile a Settled set.
//
// The work grows with policies × places × permission sets, where a place is what accounts share on which the same
// people decide; effort bounds it, counted in looks at one of them for one group of alike requesters. The policies that
// were not examined any more are counted, never passed over in silence.
func (e *Engine) Undecidable(effort int) (found []Undecidable, unexamined int) {
	s := newDecidability(e)
	for _, r := range e.rules.heads {
		if r == nil {
			continue
		}
		if s.effort >= effort {
			unexamined++
			continue
		}
		if u, ok := s.examine(r); ok {
			found = append(found, u)
		}
	}
	return found, unexamined
}

// decidability works out on which targets too few people could decide, and for whose requests.
type decidability struct {
	*survey

	places  []int32 // by account number; accounts of one place are alike for who decides
	numbers map[string]int32
	// kinds of requesters: by user number, which of the groups they are in that approver policies look at.
	kinds      []int32
	kindGroups [][]string
	verdicts   map[verdictKey]verdict
	effort     int
}

// judgingEffort is what working out a verdict costs, in looks at one.
const judgingEffort = 10

type verdictKey struct{ place, set, kind int32 }

// verdict on one place and permission set for one kind of requester.
type verdict struct {
	everybody bool    // nobody's request could be decided
	persons   []int32 // else whose could not, sorted: approvers without whom too few are left
}

func newDecidability(e *Engine) *decidability {
	d := &decidability{
		survey: newSurvey(e, Question{}), places: make([]int32, len(e.atlas.ids)),
		numbers: map[string]int32{}, verdicts: map[verdictKey]verdict{},
	}
	for account := range d.places {
		d.key = d.appendInForce(d.key[:0], account)
		number, known := d.numbers[string(d.key)]
		if !known {
			number = int32(len(d.numbers))
			d.numbers[string(d.key)] = number
		}
		d.places[account] = number
	}
	d.sortRequesters()
	return d
}

// sortRequesters tells apart users by the groups for whose requests approver policies hold.
func (d *decidability) sortRequesters() {
	e := d.engine
	matters := map[string]struct{}{}
	for _, policy := range e.deciders.heads {
		if policy != nil {
			for _, group := range policy.RequesterGroups {
				matters[group] = struct{}{}
			}
		}
	}
	d.kinds, d.kindGroups = make([]int32, len(e.people.ids)), [][]string{nil}
	known := map[string]int32{"": 0}
	for n, id := range e.people.ids {
		var groups []string
		d.key = d.key[:0]
		for _, group := range e.dir.GroupsOf(id) {
			if _, ok := matters[group]; ok {
				groups = append(groups, group)
				d.key = append(append(d.key, group...), 0)
			}
		}
		kind, ok := known[string(d.key)]
		if !ok {
			kind = int32(len(d.kindGroups))
			known[string(d.key)] = kind
			d.kindGroups = append(d.kindGroups, groups)
		}
		d.kinds[n] = kind
	}
}

// examination of one eligibility policy.
type examination struct {
	*decidability

	rule     *rule
	users    []int32
	byKind   map[int32][]int32
	order    []int32 // kinds, in the order of the first user
	people   map[int32]struct{}
	affected bitset // accounts
	example  *Question
}

func (d *decidability) examine(r *rule) (Undecidable, bool) {
	e := d.engine
	x := examination{decidability: d, rule: r, users: e.enabledUsers(r.Principals), byKind: map[int32][]int32{}, people: map[int32]struct{}{}}
	slices.Sort(x.users)
	x.users = slices.Compact(x.users)
	d.effort += 1 + len(x.users)
	if len(x.users) == 0 || len(r.sets) == 0 {
		return Undecidable{}, false
	}
	for _, user := range x.users {
		kind := d.kinds[user]
		if len(x.byKind[kind]) == 0 {
			x.order = append(x.order, kind)
		}
		x.byKind[kind] = append(x.byKind[kind], user)
	}
	reached := newBitset(len(e.atlas.ids))
	e.matched(reached, r.reach)
	accounts := x.accounts(reached)
	x.affected = newBitset(len(e.atlas.ids))
	for _, inPlace := range accounts {
		x.place(inPlace)
	}
	if x.example == nil {
		return Undecidable{}, false
	}
	out := Undecidable{
		Policy: r.Ref(), People: len(x.people), OfPeople: len(x.users), Accounts: x.affected.size(), OfAccounts: reached.size(),
		UserID: x.example.Requester.UserID, AccountID: x.example.AccountID, PermissionSetARN: x.example.PermissionSetARN,
	}
	for _, against := range e.Evaluate(*x.example).Against {
		if against.Code == CodeNoApprovers || against.Code == CodeTooFewApprovers {
			out.Reason = against
			break
		}
	}
	return out, true
}

// accounts by place, where the policy demands approval.
func (x *examination) accounts(reached bitset) [][]int {
	settings := x.engine.inForce.settings
	demanded := x.rule.ApprovalRequired && settings.ApprovalRequired
	at := map[int32]int{}
	var accounts [][]int
	reached.each(func(account int) {
		if !demanded && !settings.protected.has(account) {
			return
		}
		i, known := at[x.places[account]]
		if !known {
			i = len(accounts)
			at[x.places[account]] = i
			accounts = append(accounts, nil)
		}
		accounts[i] = append(accounts[i], account)
	})
	x.effort += len(accounts)
	return accounts
}

// place looks at accounts on which the same people decide.
func (x *examination) place(accounts []int) {
	account, seen := accounts[0], false
	for _, set := range x.rule.sets {
		if !x.offered[set] {
			continue
		}
		named := set + 1
		if !x.setMatters(account, set) {
			if seen {
				continue
			}
			seen, named = true, 0
		}
		for _, kind := range x.order {
			x.effort++
			short := x.shortOf(x.verdict(account, set, named, kind), kind)
			if len(short) == 0 {
				continue
			}
			for _, user := range short {
				x.people[user] = struct{}{}
			}
			for _, a := range accounts {
				x.affected.add(a)
			}
			if x.example == nil {
				id := x.engine.people.ids[short[0]]
				x.example = &Question{
					Requester: Person{UserID: id, Groups: x.engine.dir.GroupsOf(id)}, AccountID: x.engine.atlas.ids[account],
					PermissionSetARN: x.engine.sets.arns[set], At: x.at,
				}
			}
		}
	}
}

// shortOf are the users of a kind whose requests could not be decided.
func (x *examination) shortOf(v verdict, kind int32) []int32 {
	users := x.byKind[kind]
	switch {
	case v.everybody:
		return users
	case len(v.persons) == 0:
		return nil
	}
	x.effort += len(users)
	var short []int32
	for _, user := range users {
		if _, ok := slices.BinarySearch(v.persons, x.engine.people.person[user]); ok {
			short = append(short, user)
		}
	}
	return short
}

func (d *decidability) verdict(account int, set, named, kind int32) verdict {
	key := verdictKey{place: d.places[account], set: named, kind: kind}
	v, known := d.verdicts[key]
	if !known {
		d.effort += judgingEffort
		v = d.judge(account, set, kind)
		d.verdicts[key] = v
	}
	return v
}

func (d *decidability) judge(account int, set, kind int32) verdict {
	e := d.engine
	q := &Question{Requester: Person{Groups: d.kindGroups[kind]}, AccountID: e.atlas.ids[account], PermissionSetARN: e.sets.arns[set], At: d.at}
	protected := e.inForce.settings.protected.has(account)
	found := e.decidersOf(e.inForce, q, account, protected)
	required := requiredBy(found, protected)
	if !d.enoughWithout(found, required, nil) {
		return verdict{everybody: true}
	}
	total := 0
	for _, n := range required {
		total += n
	}
	// Of a stage with more people than approvals are needed in all, one may always be missing.
	var scarce []int32
	for stage := range required {
		if able := d.somePersons(found, stage, total+1, nil); len(able) <= total {
			scarce = append(scarce, able...)
		}
	}
	slices.Sort(scarce)
	var v verdict
	for _, person := range slices.Compact(scarce) {
		d.effort++
		if !d.enoughWithout(found, required, []int32{person}) {
			v.persons = append(v.persons, person)
		}
	}
	return v
}
