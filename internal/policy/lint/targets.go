package lint

import (
	"fmt"
	"slices"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// targeted is what both kinds of policy have in common here.
type targeted struct {
	ref            policy.Ref
	targets        policy.Targets
	everywhere     bool // without targets: every account
	permissionSets []string
}

func (l *linter) targeted() []targeted {
	var all []targeted
	for i := range l.set.Eligibility {
		p := &l.set.Eligibility[i]
		all = append(all, targeted{p.Ref(), p.Targets, false, p.PermissionSets})
	}
	for i := range l.set.Approver {
		p := &l.set.Approver[i]
		all = append(all, targeted{p.Ref(), p.Targets, true, p.PermissionSets})
	}
	return all
}

// located says whether enough was read to say which accounts targets come to.
func (l *linter) located(t policy.Targets) bool {
	return l.knows(directory.PartInstance, directory.PartUnits, directory.PartAccounts) &&
		(len(t.Tags) == 0 || l.knows(directory.PartAccountTags))
}

// accounts finds targets that lead to no account, and permission sets that cannot be given.
func (l *linter) accounts() {
	for _, p := range l.targeted() {
		if l.knows(directory.PartPermissionSets) {
			l.setsOf(p)
		}
		if !l.located(p.targets) {
			continue
		}
		if reach := l.engine.Reach(p.targets, p.everywhere); reach.Matched() == 0 {
			why := "they reach none"
			if n := reach.Reached(); n > 0 {
				why = fmt.Sprintf("the %s they reach cannot be given access to, or are protected and not named by id", accounts(n))
			}
			text := fmt.Sprintf("%s can never match: its targets come to no account (%s).", title(p.ref), why)
			l.add(CodeNoAccount, p.ref.ID, text, at(p.ref, "targets"))
		}
		l.units(p)
		l.tags(p)
		l.excluded(p)
	}
}

func (l *linter) setsOf(p targeted) {
	offered := 0
	for i, arn := range p.permissionSets {
		set, known := l.dir.PermissionSet(arn)
		switch {
		case !known: // said already
		case set.InManagementAccount && !l.dir.Instance().InManagementAccount():
			text := fmt.Sprintf("%s is provisioned in the management account: AWS lets no delegated administrator assign it, in any account.",
				l.permissionSet(arn))
			l.add(CodeSetNotOffered, arn, text, at(p.ref, fmt.Sprintf("permissionSets[%d]", i)))
		default:
			offered++
		}
	}
	if offered == 0 && len(p.permissionSets) > 0 {
		text := fmt.Sprintf("%s can never match: no permission set that it names can be given.", title(p.ref))
		l.add(CodeNoPermissionSet, p.ref.ID, text, at(p.ref, "permissionSets"))
	}
}

func (l *linter) units(p targeted) {
	for i, ou := range p.targets.OUs {
		if _, known := l.dir.OU(ou.ID); !known {
			continue
		}
		key, where := ou.ID, ""
		if ou.DirectOnly {
			key, where = key+" direct", " directly in it"
		}
		held, counted := l.holds[key]
		if !counted {
			held = l.engine.Reach(policy.Targets{OUs: []policy.OUTarget{ou}}, false).Reached()
			l.holds[key] = held
		}
		if held == 0 {
			text := fmt.Sprintf("The organizational unit %s holds no account%s.", l.unit(ou.ID), where)
			l.add(CodeEmptyOU, key, text, at(p.ref, fmt.Sprintf("targets.ous[%d]", i)))
		}
	}
}

func (l *linter) tags(p targeted) {
	unused := func(tag policy.TagTarget, says, field string) {
		if l.engine.Reach(policy.Targets{Tags: []policy.TagTarget{tag}}, false).Reached() == 0 {
			l.add(CodeUnusedTag, says, fmt.Sprintf("No account carries the tag %s.", says), at(p.ref, field))
		}
	}
	for i, tag := range p.targets.Tags {
		field := fmt.Sprintf("targets.tags[%d]", i)
		if len(tag.Values) == 0 {
			unused(tag, tag.Key, field)
		}
		for j, value := range tag.Values {
			unused(policy.TagTarget{Key: tag.Key, Values: []string{value}}, tag.Key+"="+value, fmt.Sprintf("%s.values[%d]", field, j))
		}
	}
}

// excluded finds targets that exclusions of the same policy take away altogether.
func (l *linter) excluded(p targeted) {
	t := p.targets
	if len(t.ExcludeAccounts)+len(t.ExcludeOUs) == 0 {
		return
	}
	left := func(only policy.Targets) bool {
		all := l.engine.Reach(only, false).Reached()
		only.ExcludeAccounts, only.ExcludeOUs = t.ExcludeAccounts, t.ExcludeOUs
		return all == 0 || l.engine.Reach(only, false).Reached() > 0
	}
	say := func(id, label, field string) {
		text := fmt.Sprintf("%s names %s, and its exclusions take it away again.", title(p.ref), label)
		l.add(CodeTargetExcluded, p.ref.ID+"/"+id, text, at(p.ref, field))
	}
	for i, id := range t.Accounts {
		if !left(policy.Targets{Accounts: []string{id}}) {
			say(id, l.account(id), fmt.Sprintf("targets.accounts[%d]", i))
		}
	}
	for i, ou := range t.OUs {
		if !left(policy.Targets{OUs: []policy.OUTarget{ou}}) {
			say(ou.ID, l.unit(ou.ID), fmt.Sprintf("targets.ous[%d]", i))
		}
	}
}

// sweeping is the field by which targets reach an account otherwise than by its id.
func (l *linter) sweeping(t policy.Targets, account string) string {
	for i, ou := range t.OUs {
		if l.engine.Reach(policy.Targets{OUs: []policy.OUTarget{ou}}, false).Sweeps(account) {
			return fmt.Sprintf("targets.ous[%d]", i)
		}
	}
	for i, tag := range t.Tags {
		if l.engine.Reach(policy.Targets{Tags: []policy.TagTarget{tag}}, false).Sweeps(account) {
			return fmt.Sprintf("targets.tags[%d]", i)
		}
	}
	return "targets"
}

// naming is the field by which targets name an account.
func naming(t policy.Targets, account string) string {
	return fmt.Sprintf("targets.accounts[%d]", slices.Index(t.Accounts, account))
}
