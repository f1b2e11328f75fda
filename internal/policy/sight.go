package policy

import "slices"

// Sight is the part of the organization that somebody has to do with: what they may ask for, and what they may decide
// on, as policies are written. Whether it is possible at a moment Evaluate tells.
type Sight struct {
	engine   *Engine
	accounts bitset
	sets     []bool          // by number
	units    map[string]bool // in which the accounts are, at any depth
}

// Sight of a person, or of a machine client where one is named: of that what it may ask for, whoever is to get it.
func (e *Engine) Sight(who Person, machine string) *Sight {
	s := &Sight{engine: e, accounts: newBitset(len(e.atlas.ids)), sets: make([]bool, len(e.sets.arns)), units: map[string]bool{}}
	rules := e.rulesNaming(e.inForce, who)
	if machine != "" {
		rules = e.rulesOfMachine(machine)
	}
	for _, r := range rules {
		e.matched(s.accounts, r.reach)
		s.addSets(r.sets)
	}
	if machine == "" {
		s.addDecided(who)
	}
	s.accounts.each(func(n int) {
		// From below: what is above a unit in sight is in sight already.
		for _, unit := range slices.Backward(e.atlas.accounts[n].OUPath) {
			if s.units[unit] {
				break
			}
			s.units[unit] = true
		}
	})
	return s
}

// rulesOfMachine are the eligibility policies in force that name a machine client.
func (e *Engine) rulesOfMachine(machine string) []*rule {
	var rules []*rule
	for _, r := range e.rules.heads {
		if r != nil && slices.Contains(r.Machines, machine) {
			rules = append(rules, r)
		}
	}
	return rules
}

// addDecided adds what somebody may decide on: the accounts of the approver policies that name them, and there the
// permission sets of these or, where they name none, those that anybody may ask for.
func (s *Sight) addDecided(who Person) {
	e := s.engine
	numbers := slices.Clone(e.deciders.byUser[who.UserID])
	for _, group := range who.Groups {
		numbers = append(numbers, e.deciders.byGroup[group]...)
	}
	slices.Sort(numbers)
	anySet := newBitset(len(e.atlas.ids))
	for _, number := range slices.Compact(numbers) {
		d := e.deciders.heads[number]
		e.matched(s.accounts, d.reach)
		if len(d.PermissionSets) > 0 {
			s.addSets(e.sets.numbers(d.PermissionSets))
			continue
		}
		e.matched(anySet, d.reach)
	}
	if anySet.size() == 0 {
		return
	}
	for _, r := range e.rules.heads {
		if r != nil && s.lacks(r.sets) && e.matchesAny(anySet, r.reach) {
			s.addSets(r.sets)
		}
	}
}

// lacks says whether some of these permission sets are not in sight yet.
func (s *Sight) lacks(numbers []int32) bool {
	return slices.ContainsFunc(numbers, func(n int32) bool { return !s.sets[n] })
}

func (s *Sight) addSets(numbers []int32) {
	for _, n := range numbers {
		s.sets[n] = true
	}
}

// Account says whether an account is in sight.
func (s *Sight) Account(id string) bool {
	n, known := s.engine.atlas.numberOf[id]
	return known && s.accounts.has(n)
}

// PermissionSet says whether a permission set is in sight, by its ARN.
func (s *Sight) PermissionSet(arn string) bool {
	n, known := s.engine.sets.numberOf[arn]
	return known && s.sets[n]
}

// Unit says whether an account in sight is in this organizational unit or below it.
func (s *Sight) Unit(id string) bool { return s.units[id] }
