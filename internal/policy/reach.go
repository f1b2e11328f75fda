package policy

import "math/bits"

// Reach is which accounts of an engine's organization targets come to, exclusions already taken away.
type Reach struct {
	engine *Engine
	reach  reach
}

// Reach resolves targets. everywhere says that no target at all means every account, as in approver policies.
func (e *Engine) Reach(t Targets, everywhere bool) Reach {
	return Reach{engine: e, reach: e.atlas.reachOf(t, everywhere)}
}

// Names says whether the account is reached by its own id.
func (r Reach) Names(accountID string) bool {
	n, ok := r.engine.atlas.numberOf[accountID]
	return ok && r.reach.named.has(n)
}

// Sweeps says whether the account is reached by unit, by tag or by naming no target: ways that do not hold for
// protected accounts (P8).
func (r Reach) Sweeps(accountID string) bool {
	n, ok := r.engine.atlas.numberOf[accountID]
	return ok && r.reach.broad.has(n)
}

// Matched counts the accounts for which the policy can match: protected ones only by their id, and none that access
// cannot be given to, as the management account or a suspended one.
func (r Reach) Matched() int {
	matched := newBitset(len(r.engine.atlas.ids))
	r.engine.matched(matched, r.reach)
	return matched.size()
}

// matched adds the accounts that r reaches and to which access can be given at all. What is in the set stays there.
func (e *Engine) matched(to bitset, r reach) {
	protected := e.inForce.settings.protected
	for i := range to {
		to[i] |= (r.broad[i]&^protected[i] | r.named[i]) &^ e.closed[i]
	}
}

// matchesAny says whether r reaches any of these accounts, to which access can be given at all.
func (e *Engine) matchesAny(accounts bitset, r reach) bool {
	protected := e.inForce.settings.protected
	for i, some := range accounts {
		if some&(r.broad[i]&^protected[i]|r.named[i]) != 0 {
			return true
		}
	}
	return false
}

// size counts the members.
func (b bitset) size() int {
	n := 0
	for _, word := range b {
		n += bits.OnesCount64(word)
	}
	return n
}

// Reached counts the accounts that are reached at all, also those that access cannot be given to.
func (r Reach) Reached() int { return r.all().size() }

// Meets says whether some account is reached by both.
func (r Reach) Meets(other Reach) bool {
	a, b := r.all(), other.all()
	for i := range a {
		if a[i]&b[i] != 0 {
			return true
		}
	}
	return false
}

func (r Reach) all() bitset {
	all := newBitset(len(r.engine.atlas.ids))
	all.addAll(r.reach.named)
	all.addAll(r.reach.broad)
	return all
}

// Seats is whether stages can be filled at all, whoever asks: how many approvals are needed over all stages, how many
// different people could give them, and how many could on each stage.
func (e *Engine) Seats(stages []Stage) (needed, possible int, able []int) {
	required, eligible := make([]int, len(stages)), make([][]int32, len(stages))
	for _, s := range stages {
		needed += s.Required
	}
	for i, s := range stages {
		persons := e.persons(e.enabledUsers(s.Approvers), len(e.people.ids))
		able = append(able, len(persons))
		required[i], eligible[i] = s.Required, persons[:min(len(persons), needed)]
	}
	return needed, seatsTaken(required, eligible), able
}
