package policy

import (
	"cmp"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"time"

	"github.com/team-idc/team/internal/directory"
)

// Engine answers questions from one set of policies and one snapshot. It is immutable and safe for concurrent use.
type Engine struct {
	set    Set
	dir    *directory.Snapshot
	people people
	atlas  *atlas
	sets   catalogue
	// closed are the accounts to which access cannot be given at all; accountFacts tells why not.
	closed bitset
	// members are the enabled members of every group that some approver policy names, by user number.
	members map[string][]int32

	settings settingsChain
	rules    ruleIndex
	deciders deciderIndex
	// inForce is the view of everybody who is not cooling.
	inForce *view
	// coolUntil says until when a person has changes that must not serve them (P11).
	coolUntil map[string]time.Time
	// coolUsers says the same by user number; nil where nobody has any.
	coolUsers []time.Time
}

// Compile indexes set for dir. Policies that are not valid are not repaired: what cannot be read matches nothing.
func Compile(set Set, dir *directory.Snapshot) *Engine {
	e := &Engine{
		set:       set,
		dir:       dir,
		people:    numberPeople(dir),
		atlas:     drawAtlas(dir, decidedByTags(set.Approver)),
		sets:      numberSets(dir),
		members:   map[string][]int32{},
		coolUntil: map[string]time.Time{},
	}
	e.closed = newBitset(len(e.atlas.ids))
	for n, id := range e.atlas.ids {
		if _, against := e.accountFacts(id); len(against) > 0 {
			e.closed.add(n)
		}
	}
	patterns := patternCache{}
	e.settings = e.compileSettings(&set.Settings, patterns)
	e.rules = e.compileRules(set.Eligibility, patterns)
	e.deciders = e.compileDeciders(set.Approver)
	e.inForce = &view{settings: e.settings.versions[0]}
	if len(e.coolUntil) > 0 {
		e.coolUsers = make([]time.Time, len(e.people.ids))
		for n, id := range e.people.ids {
			e.coolUsers[n] = e.coolUntil[dir.PersonOf(id)]
		}
	}
	return e
}

// decidedByTags says whether an approver policy goes by tags. Then an account whose tags were not read might miss a
// stage, and waits until they are (P9). An eligibility policy by tags only gives less meanwhile.
func decidedByTags(policies []Approver) bool {
	return slices.ContainsFunc(policies, func(p Approver) bool {
		for v := &p; v != nil; v = v.Previous {
			if len(v.Targets.Tags) > 0 {
				return true
			}
		}
		return false
	})
}

// Settings in force.
func (e *Engine) Settings() Settings { return e.set.Settings }

// Generation of the set of policies this engine was compiled from.
func (e *Engine) Generation() int64 { return e.set.Generation }

// Directory is the snapshot this engine answers from.
func (e *Engine) Directory() *directory.Snapshot { return e.dir }

// Protected says whether an account is protected by the settings in force: matched only by its id, at least two
// approvals, no machines (P8).
func (e *Engine) Protected(accountID string) bool {
	n, ok := e.atlas.numberOf[accountID]
	if !ok {
		return slices.Contains(e.set.Settings.ProtectedAccounts, accountID) ||
			accountID == e.dir.Instance().CallerAccountID
	}
	return e.inForce.settings.protected.has(n)
}

// settings is one version of the settings, ready to answer.
type settings struct {
	*Settings
	protected bitset
	ticket    *pattern
}

// settingsChain is the settings in force and, while somebody is cooling, the versions before.
type settingsChain struct {
	versions  []*settings
	revisions []Revision
}

func (e *Engine) compileSettings(head *Settings, patterns patternCache) settingsChain {
	var c settingsChain
	for s := head; s != nil; s = s.Previous {
		compiled := &settings{Settings: s, protected: newBitset(len(e.atlas.ids)), ticket: patterns.compile(s.TicketPattern)}
		for _, id := range append(slices.Clone(s.ProtectedAccounts), e.dir.Instance().CallerAccountID) {
			if n, ok := e.atlas.numberOf[id]; ok {
				compiled.protected.add(n)
			}
		}
		c.versions = append(c.versions, compiled)
		c.revisions = append(c.revisions, s.Revision)
	}
	e.noteCooling(c.revisions)
	return c
}

// rule is one version of an eligibility policy, ready to answer.
type rule struct {
	*Eligibility
	number int // of the policy, in the order of ids; versions of one policy share it
	reach  reach
	sets   []int32 // numbers of the permission sets that exist, sorted
	ticket *pattern
}

// ruleIndex finds eligibility policies by principal.
type ruleIndex struct {
	heads   []*rule // by number; nil where the policy is deleted
	byUser  map[string][]int
	byGroup map[string][]int
	chains  []chain[rule] // only policies with a version that cools for somebody
}

// chain is a policy with the versions before it: versions[0] is in force, the last is the oldest that still
// matters. A nil version means that the policy did not exist.
type chain[V any] struct {
	number    int
	versions  []*V
	revisions []Revision
}

func (e *Engine) compileRules(policies []Eligibility, patterns patternCache) ruleIndex {
	x := ruleIndex{byUser: map[string][]int{}, byGroup: map[string][]int{}}
	for number, p := range inOrder(policies, eligibilityID) {
		c := chain[rule]{number: number}
		for v := p; v != nil; v = v.Previous {
			c.revisions = append(c.revisions, v.Revision)
			if v.Deleted {
				c.versions = append(c.versions, nil)
				continue
			}
			c.versions = append(c.versions, e.compileRule(v, number, patterns))
		}
		if e.noteCooling(c.revisions) {
			x.chains = append(x.chains, c)
		}
		head := c.versions[0]
		x.heads = append(x.heads, head)
		if head == nil {
			continue
		}
		for _, user := range sortedUnion(head.Principals.Users, nil) {
			x.byUser[user] = append(x.byUser[user], number)
		}
		for _, group := range sortedUnion(head.Principals.Groups, nil) {
			x.byGroup[group] = append(x.byGroup[group], number)
		}
	}
	return x
}

func (e *Engine) compileRule(p *Eligibility, number int, patterns patternCache) *rule {
	r := &rule{
		Eligibility: p,
		number:      number,
		reach:       e.atlas.reachOf(p.Targets, false),
		sets:        e.sets.numbers(p.PermissionSets),
	}
	if p.TicketPattern != "" {
		r.ticket = patterns.compile(p.TicketPattern)
	}
	return r
}

// noteCooling remembers whose changes are cooling, and says whether anybody's are.
func (e *Engine) noteCooling(revisions []Revision) bool {
	cools := false
	for _, revision := range revisions {
		for _, c := range revision.Cooling {
			person := e.dir.PersonOf(c.UserID)
			if c.Until.After(e.coolUntil[person]) {
				e.coolUntil[person] = c.Until
			}
			cools = true
		}
	}
	return cools
}

// inOrder are pointers to the policies in the order of their ids, so that no answer depends on how they came.
func inOrder[P any](policies []P, id func(*P) string) []*P {
	ordered := make([]*P, len(policies))
	for i := range policies {
		ordered[i] = &policies[i]
	}
	slices.SortStableFunc(ordered, func(a, b *P) int { return cmp.Compare(id(a), id(b)) })
	return ordered
}

// catalogue numbers the permission sets in the order of their ARNs.
type catalogue struct {
	arns     []string
	numberOf map[string]int32
}

func numberSets(dir *directory.Snapshot) catalogue {
	c := catalogue{numberOf: map[string]int32{}}
	for _, set := range dir.PermissionSets() {
		c.arns = append(c.arns, set.ARN)
	}
	slices.Sort(c.arns)
	c.arns = slices.Compact(c.arns)
	for i, arn := range c.arns {
		c.numberOf[arn] = int32(i)
	}
	return c
}

// numbers of those permission sets that exist, sorted.
func (c catalogue) numbers(arns []string) []int32 {
	found := make([]int32, 0, len(arns))
	for _, arn := range arns {
		if n, ok := c.numberOf[arn]; ok {
			found = append(found, n)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func setOf(values []string) map[string]struct{} {
	set := make(map[string]struct{}, len(values))
	for _, v := range values {
		set[v] = struct{}{}
	}
	return set
}

// pattern is a ticket pattern. One that cannot be read accepts nothing (P9).
type pattern struct {
	source string
	expr   *regexp.Regexp
}

func (p *pattern) accepts(ticket string) bool { return p.expr != nil && p.expr.MatchString(ticket) }

// patternCache compiles each pattern once: thousands of policies share a few.
type patternCache map[string]*pattern

func (c patternCache) compile(source string) *pattern {
	if p, ok := c[source]; ok {
		return p
	}
	p := &pattern{source: source}
	if expr, err := anchored(source); err == nil {
		p.expr = expr
	}
	c[source] = p
	return p
}

// anchored compiles a ticket pattern so that it must accept the whole ticket. The error says what is wrong with the
// pattern, in the words of the regular expressions' parser.
func anchored(source string) (*regexp.Regexp, error) {
	// On its own first: "a)|(b" would compile once anchored, and accept more than it says.
	if _, err := syntax.Parse(source, syntax.Perl); err != nil {
		return nil, fmt.Errorf("parse ticket pattern: %w", err)
	}
	expr, err := regexp.Compile(`\A(?:` + source + `)\z`)
	if err != nil {
		return nil, fmt.Errorf("compile ticket pattern: %w", err)
	}
	return expr, nil
}
