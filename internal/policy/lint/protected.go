package lint

import (
	"fmt"
	"slices"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// protected finds policies that reach the management account or a protected account, where less matches than they say.
func (l *linter) protected() {
	if !l.knows(directory.PartInstance, directory.PartUnits, directory.PartAccounts) {
		return
	}
	instance, guarded := l.dir.Instance(), l.guarded()
	named := map[string]bool{} // protected accounts that an approver policy names
	for i := range l.set.Approver {
		for _, id := range l.set.Approver[i].Targets.Accounts {
			named[id] = true
		}
	}
	for _, p := range l.targeted() {
		reach := l.engine.Reach(p.targets, p.everywhere)
		if !instance.InManagementAccount() {
			l.management(p, reach, instance.ManagementAccountID)
		}
		// Where some approver policy names the account, that another one does not count there is as it should be.
		l.swept(p, reach, slices.DeleteFunc(slices.Clone(guarded), func(id string) bool {
			return p.ref.Kind == policy.KindApprover && named[id]
		}))
	}
	for i := range l.set.Eligibility {
		l.namedFree(&l.set.Eligibility[i], guarded)
	}
	for i := range l.set.Approver {
		l.namedByOne(&l.set.Approver[i], guarded)
	}
}

// guarded are the protected accounts that exist, sorted: those of the settings and TEAM's own.
func (l *linter) guarded() []string {
	var guarded []string
	for _, id := range append(slices.Clone(l.set.Settings.ProtectedAccounts), l.dir.Instance().CallerAccountID) {
		if _, known := l.dir.Account(id); known {
			guarded = append(guarded, id)
		}
	}
	slices.Sort(guarded)
	return slices.Compact(guarded)
}

func (l *linter) management(p targeted, reach policy.Reach, id string) {
	switch {
	case id == "":
	case reach.Names(id):
		text := fmt.Sprintf("%s is the management account: AWS lets no delegated administrator give access to it.", l.account(id))
		l.add(CodeManagementNamed, id, text, at(p.ref, naming(p.targets, id)))
	case reach.Sweeps(id) && p.ref.Kind == policy.KindEligibility:
		text := fmt.Sprintf("The management account, %s, is reached by unit or tag. Nothing can be given there.", l.account(id))
		l.add(CodeManagementSwept, id, text, at(p.ref, l.sweeping(p.targets, id)))
	}
}

func (l *linter) swept(p targeted, reach policy.Reach, guarded []string) {
	var labels []string
	field := ""
	for _, id := range guarded {
		if reach.Sweeps(id) && !reach.Names(id) {
			labels = append(labels, l.account(id))
			if field == "" {
				field = l.sweeping(p.targets, id)
			}
		}
	}
	if len(labels) > 0 {
		text := fmt.Sprintf("%s reaches %s without naming them by id, and does not match there: %s.",
			title(p.ref), count(len(labels), "protected account", "protected accounts"), some(labels))
		l.add(CodeProtectedSwept, p.ref.ID, text, at(p.ref, field))
	}
}

func (l *linter) namedFree(p *policy.Eligibility, guarded []string) {
	if p.ApprovalRequired {
		return
	}
	for _, id := range guarded {
		if slices.Contains(p.Targets.Accounts, id) {
			text := fmt.Sprintf("%s gives access to %s without approval, but the account is protected: two people must approve all the same.",
				title(p.Ref()), l.account(id))
			l.add(CodeProtectedFree, p.ID+"/"+id, text, at(p.Ref(), naming(p.Targets, id)))
		}
	}
}

func (l *linter) namedByOne(p *policy.Approver, guarded []string) {
	if len(p.Stages) != 1 || p.Stages[0].Required > 1 {
		return
	}
	for _, id := range guarded {
		if slices.Contains(p.Targets.Accounts, id) {
			text := fmt.Sprintf("%s lets one person decide on %s, but the account is protected: two people must approve all the same.",
				title(p.Ref()), l.account(id))
			l.add(CodeProtectedOneOnly, p.ID+"/"+id, text, at(p.Ref(), "stages[0].required"))
		}
	}
}
