package lint

import (
	"fmt"
	"slices"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policy/risk"
)

// Concerning are the findings that whoever decides on a target should know of, the gravest first: what is dangerous
// about the permission set, what the policies that govern the target make light of where its account is protected, and
// that people decide for each other. It is Run for one target, by the same rules, and without those that say nothing of
// it; governing is what policy.Engine.Governing gives. Where nothing governs the target there is nothing to find.
func Concerning(engine *policy.Engine, governing policy.Set, accountID, permissionSetARN string) []Finding {
	read := Read{}
	for _, part := range directory.Parts() {
		read[part] = true // a target is asked for and decided on only where what it needs was read
	}
	l := &linter{
		set: governing, dir: engine.Directory(), read: read, engine: engine, severities: severities(), at: map[[2]string]int{},
		enabledIn: map[string]int{}, holds: map[string]int{},
	}
	if set, known := l.dir.PermissionSet(permissionSetARN); known {
		found := risk.Of(set)
		for i := range governing.Eligibility {
			p := &governing.Eligibility[i]
			if j := slices.Index(p.PermissionSets, permissionSetARN); j >= 0 {
				l.dangers(permissionSetARN, found, at(p.Ref(), fmt.Sprintf("permissionSets[%d]", j)))
			}
		}
	}
	if engine.Protected(accountID) {
		account := []string{accountID}
		for i := range governing.Eligibility {
			l.namedFree(&governing.Eligibility[i], account)
		}
		for i := range governing.Approver {
			l.namedByOne(&governing.Approver[i], account)
		}
	}
	l.peers()
	return l.report().Findings
}
