package lint

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/team-idc/team/internal/policy"
)

// duplicates finds policies that say the same under another name.
func (l *linter) duplicates() {
	first := map[string]policy.Ref{}
	same := func(ref policy.Ref, body any) {
		text, err := json.Marshal(body)
		if err != nil {
			return // no policy that can be stored cannot be written
		}
		key := string(ref.Kind) + string(text)
		other, known := first[key]
		if !known {
			first[key] = ref
			return
		}
		l.add(CodeDuplicate, ref.ID+"/"+other.ID, fmt.Sprintf("%s says the same as %q.", title(ref), other.Name), at(ref, ""))
	}
	for i := range l.set.Eligibility {
		p := l.set.Eligibility[i]
		ref := p.Ref()
		p.ID, p.Name, p.Owners = "", "", policy.Principals{}
		p.Principals, p.Targets, p.PermissionSets = ordered(p.Principals), orderedTargets(p.Targets), inOrder(p.PermissionSets)
		same(ref, p)
	}
	for i := range l.set.Approver {
		p := l.set.Approver[i]
		ref := p.Ref()
		p.ID, p.Name, p.Owners = "", "", policy.Principals{}
		p.Targets, p.PermissionSets, p.RequesterGroups = orderedTargets(p.Targets), inOrder(p.PermissionSets), inOrder(p.RequesterGroups)
		p.Stages = slices.Clone(p.Stages)
		for j := range p.Stages {
			p.Stages[j].Approvers = ordered(p.Stages[j].Approvers)
		}
		same(ref, p)
	}
}

func inOrder(words []string) []string { return slices.Sorted(slices.Values(words)) }

func ordered(p policy.Principals) policy.Principals {
	return policy.Principals{Users: inOrder(p.Users), Groups: inOrder(p.Groups)}
}

func orderedTargets(t policy.Targets) policy.Targets {
	t.Accounts, t.ExcludeAccounts, t.ExcludeOUs = inOrder(t.Accounts), inOrder(t.ExcludeAccounts), inOrder(t.ExcludeOUs)
	t.OUs = slices.Clone(t.OUs)
	slices.SortFunc(t.OUs, func(a, b policy.OUTarget) int { return cmp.Compare(a.ID, b.ID) })
	t.Tags = slices.Clone(t.Tags)
	for i := range t.Tags {
		t.Tags[i].Values = inOrder(t.Tags[i].Values)
	}
	slices.SortFunc(t.Tags, func(a, b policy.TagTarget) int { return cmp.Compare(a.Key, b.Key) })
	return t
}
