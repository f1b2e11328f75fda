package policy

import (
	"encoding/binary"
	"slices"
)

// decider is one version of an approver policy, ready to answer.
type decider struct {
	*Approver
	number int // of the policy, in the order of ids; versions of one policy share it
	reach  reach
	sets   map[string]struct{} // nil: any permission set
}

// speaksFor says whether the policy counts for this permission set and this requester at all.
func (d *decider) speaksFor(permissionSet string, requester Person) bool {
	if d.sets != nil {
		if _, ok := d.sets[permissionSet]; !ok {
			return false
		}
	}
	if len(d.RequesterGroups) == 0 {
		return true
	}
	return slices.ContainsFunc(requester.Groups, func(g string) bool { return slices.Contains(d.RequesterGroups, g) })
}

// deciderIndex finds approver policies by account. Policies without targets and exclusions, which reach every
// account, are kept apart by permission set, so that thousands of them cost nothing per account.
type deciderIndex struct {
	heads    []*decider
	chains   []chain[decider]
	classOf  []*deciderClass // by account number
	anywhere []int           // reach every account, any permission set
	bySet    map[string][]int
	byUser   map[string][]int
	byGroup  map[string][]int
}

// deciderClass is what accounts share that are reached by the same approver policies on the same levels.
type deciderClass struct {
	number  int
	matches []levelled
	sets    []int32 // numbers of the permission sets that some policy of the class names, sorted
}

// levelled is an approver policy and the level at which it reaches an account.
type levelled struct {
	decider *decider
	level   int
}

func (e *Engine) compileDeciders(policies []Approver) deciderIndex {
	x := deciderIndex{bySet: map[string][]int{}, byUser: map[string][]int{}, byGroup: map[string][]int{}}
	located := locator{account: map[string][]int{}, ou: map[string][]int{}, tag: map[string][]int{}}
	for number, p := range inOrder(policies, approverID) {
		c := chain[decider]{number: number}
		for v := p; v != nil; v = v.Previous {
			c.revisions = append(c.revisions, v.Revision)
			if v.Deleted {
				c.versions = append(c.versions, nil)
				continue
			}
			c.versions = append(c.versions, e.compileDecider(v, number))
		}
		if e.noteCooling(c.revisions) {
			x.chains = append(x.chains, c)
		}
		head := c.versions[0]
		x.heads = append(x.heads, head)
		if head == nil {
			continue
		}
		x.indexPrincipals(head)
		switch {
		case !head.Targets.nowhere() || len(head.Targets.ExcludeAccounts)+len(head.Targets.ExcludeOUs) > 0:
			located.add(head)
		case head.sets == nil:
			x.anywhere = append(x.anywhere, number)
		default:
			for _, set := range sortedUnion(head.PermissionSets, nil) {
				x.bySet[set] = append(x.bySet[set], number)
			}
		}
	}
	x.classOf = e.classify(located, x.heads)
	return x
}

func (e *Engine) compileDecider(p *Approver, number int) *decider {
	d := &decider{Approver: p, number: number, reach: e.atlas.reachOf(p.Targets, true)}
	if len(p.PermissionSets) > 0 {
		d.sets = setOf(p.PermissionSets)
	}
	for _, stage := range p.Stages {
		for _, id := range stage.Approvers.Groups {
			if _, done := e.members[id]; done {
				continue
			}
			if group, ok := e.dir.Group(id); ok {
				e.members[id] = e.people.enabledMembers(group)
			}
		}
	}
	return d
}

func (x *deciderIndex) indexPrincipals(d *decider) {
	var named Principals
	for _, stage := range d.Stages {
		named = named.union(stage.Approvers)
	}
	for _, user := range named.Users {
		x.byUser[user] = append(x.byUser[user], d.number)
	}
	for _, group := range named.Groups {
		x.byGroup[group] = append(x.byGroup[group], d.number)
	}
}

// locator finds the policies that could reach an account, to be looked at once while compiling.
type locator struct {
	account, ou, tag map[string][]int
	everywhere       []int // no target, but exclusions
}

func (l *locator) add(d *decider) {
	for _, id := range d.Targets.Accounts {
		l.account[id] = append(l.account[id], d.number)
	}
	for _, ou := range d.Targets.OUs {
		l.ou[ou.ID] = append(l.ou[ou.ID], d.number)
	}
	for _, tag := range d.Targets.Tags {
		l.tag[tag.Key] = append(l.tag[tag.Key], d.number)
	}
	if d.Targets.nowhere() {
		l.everywhere = append(l.everywhere, d.number)
	}
}

func (e *Engine) classify(located locator, heads []*decider) []*deciderClass {
	classes := map[string]*deciderClass{}
	classOf := make([]*deciderClass, len(e.atlas.ids))
	for n := range e.atlas.ids {
		account := e.atlas.accounts[n]
		found := slices.Concat(located.account[account.ID], located.everywhere)
		for _, ou := range account.OUPath {
			found = append(found, located.ou[ou]...)
		}
		for key := range account.Tags {
			found = append(found, located.tag[key]...)
		}
		slices.Sort(found)
		var matches []levelled
		var key []byte
		for _, number := range slices.Compact(found) {
			if d := heads[number]; d.reach.covers(n, false) {
				level, _ := e.atlas.route(d.Targets, n)
				matches = append(matches, levelled{d, level})
				key = binary.AppendUvarint(key, uint64(number))
				key = binary.AppendUvarint(key, uint64(level))
			}
		}
		class, known := classes[string(key)]
		if !known {
			class = &deciderClass{number: len(classes), matches: matches}
			for _, m := range matches {
				class.sets = append(class.sets, e.sets.numbers(m.decider.PermissionSets)...)
			}
			slices.Sort(class.sets)
			class.sets = slices.Compact(class.sets)
			classes[string(key)] = class
		}
		classOf[n] = class
	}
	return classOf
}

// decidersOf are the approver policies that count for a target, in the order of policy ids: all that match from the
// account up to the root, up to the lowest level at which one of them stops inheritance.
func (e *Engine) decidersOf(v *view, q *Question, account int, protected bool) []levelled {
	found := make([]levelled, 0, len(e.deciders.classOf[account].matches)+len(e.deciders.anywhere))
	consider := func(d *decider, level int) {
		// Level 0 is the account's own id: nothing else reaches a protected account (P8).
		if (level == 0 || !protected) && d.speaksFor(q.PermissionSetARN, q.Requester) {
			found = append(found, levelled{d, level})
		}
	}
	for _, m := range e.deciders.classOf[account].matches {
		if !slices.Contains(v.decidersOut, m.decider.number) {
			consider(m.decider, m.level)
		}
	}
	root := max(1, len(e.atlas.accounts[account].OUPath))
	for _, numbers := range [][]int{e.deciders.anywhere, e.deciders.bySet[q.PermissionSetARN]} {
		for _, number := range numbers {
			if !slices.Contains(v.decidersOut, number) {
				consider(e.deciders.heads[number], root)
			}
		}
	}
	for _, d := range v.decidersIn {
		if d.reach.covers(account, protected) {
			level, _ := e.atlas.route(d.Targets, account)
			consider(d, level)
		}
	}
	stop := root
	for _, m := range found {
		if m.decider.StopInheritance {
			stop = min(stop, m.level)
		}
	}
	found = slices.DeleteFunc(found, func(m levelled) bool { return m.level > stop })
	slices.SortFunc(found, func(a, b levelled) int { return a.decider.number - b.decider.number })
	return found
}

// stageSpec is one stage as one view of the policies has it.
type stageSpec struct {
	required  int
	approvers Principals // sorted
	policies  []Ref
}

// stagesOf joins policies stage by stage: the approvers are the union, the number required the largest.
func stagesOf(found []levelled, protected bool) []stageSpec {
	required := requiredBy(found, protected)
	stages := make([]stageSpec, len(required))
	for i := range stages {
		s := &stages[i]
		s.required = required[i]
		for _, m := range found {
			if i < len(m.decider.Stages) {
				s.approvers.Users = append(s.approvers.Users, m.decider.Stages[i].Approvers.Users...)
				s.approvers.Groups = append(s.approvers.Groups, m.decider.Stages[i].Approvers.Groups...)
				s.policies = append(s.policies, m.decider.Ref())
			}
		}
		s.approvers = s.approvers.union(Principals{})
	}
	return stages
}

// requiredBy is how many must agree on each stage.
func requiredBy(found []levelled, protected bool) []int {
	var required []int
	for _, m := range found {
		for i, stage := range m.decider.Stages {
			if i == len(required) {
				required = append(required, 1)
			}
			required[i] = max(required[i], stage.Required)
		}
	}
	// One stage with one approval is the only way to less than two, because a person counts once over all stages.
	if protected && len(required) == 1 {
		required[0] = max(required[0], protectedApprovals)
	}
	return required
}

// protectedApprovals is how many people at least must agree on a protected account (P8).
const protectedApprovals = 2
