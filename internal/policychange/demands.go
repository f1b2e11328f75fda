package policychange

import (
	"go.yaml.in/yaml/v3"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/policy"
)

// shown refuses a person who has not shown lately that it is them, as the settings demand of whoever changes policies or
// agrees to such a change; a machine only proposes, and a person agrees. Who changes that demand must meet the new one as
// well: settings that nobody can change back would lock everybody out.
func (s *Service) shown(set policy.Set, body any, f facts) error {
	if f.by.Kind != audit.Person {
		return nil
	}
	now := s.Now().UTC()
	demands := access.DemandsOf(policy.ActPolicies, set, f.dir.Snapshot, f.person, now)
	if next, ok := body.(policy.Settings); ok {
		demands = append(demands, next.StepUp.Policies)
	}
	return access.Shown(policy.ActPolicies, demands, f.by, now)
}

// demand reads a demand: none, or what counts and how old it may be.
func (r *reader) demand(to *policy.Demand) entry {
	return func(field string, n *yaml.Node) {
		if n.Kind == yaml.ScalarNode {
			if n.Value != noDemand {
				r.wrongf(n, field, "it must be none, or have kinds and maxAge, not %q", n.Value)
			}
			return
		}
		var kinds []string
		r.mapping(field, n, map[string]entry{"kinds": r.list(&kinds), "maxAge": r.duration(&to.MaxAge), "acr": r.list(&to.ACR)})
		for _, k := range kinds {
			to.Kinds = append(to.Kinds, policy.ProofKind(k))
		}
		if len(kinds) == 0 {
			r.wrongf(n, field, "it has no kinds: write none where nothing is demanded")
		}
	}
}

// stepUp reads the demands of the settings, each to be laid over the one in force.
func (r *reader) stepUp(field string, n *yaml.Node) {
	r.mapping(field, n, map[string]entry{
		"decide":    setting(r, r.demand, func(s *policy.Settings) *policy.Demand { return &s.StepUp.Decide }),
		"policies":  setting(r, r.demand, func(s *policy.Settings) *policy.Demand { return &s.StepUp.Policies }),
		"tokens":    setting(r, r.demand, func(s *policy.Settings) *policy.Demand { return &s.StepUp.Tokens }),
		"emergency": setting(r, r.demand, func(s *policy.Settings) *policy.Demand { return &s.StepUp.Emergency }),
	})
}

// noDemand is how people write that nothing is demanded.
const noDemand = "none"

func (w writer) demand(d policy.Demand) *yaml.Node {
	if d.None() {
		return plain(noDemand)
	}
	b := newBlock()
	b.Style = yaml.FlowStyle
	kinds := &yaml.Node{Kind: yaml.SequenceNode}
	for _, k := range d.Kinds {
		kinds.Content = append(kinds.Content, plain(string(k)))
	}
	b.add("kinds", kinds)
	b.add("maxAge", plain(spellDuration(d.MaxAge)))
	acr := &yaml.Node{Kind: yaml.SequenceNode}
	for _, value := range d.ACR {
		acr.Content = append(acr.Content, text(value))
	}
	b.add("acr", acr)
	return &b.Node
}

func (w writer) stepUp(s policy.StepUp) *yaml.Node {
	b := newBlock()
	for _, act := range policy.Acts() {
		b.add(string(act), w.demand(s.Of(act)))
	}
	return &b.Node
}

// demand is one field. Its text says ages in whole units, its key to the second.
func (l *fieldList) demand(name string, d policy.Demand) {
	key := ""
	if !d.None() {
		key = d.MaxAge.String() + " " + d.String()
	}
	l.fields = append(l.fields, field{name: name, values: []value{{key, d.String()}}})
}
