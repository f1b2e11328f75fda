package lint

import (
	"fmt"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// complete says whether everything was read that decides who decides.
func (l *linter) complete() bool { return l.knows(directory.Parts()...) }

// deciders finds what people may ask for and too few could decide on, by the evaluation's own rules.
func (l *linter) deciders() {
	if !l.complete() {
		return
	}
	found, unexamined := l.engine.Undecidable(l.effort)
	l.unexamined = unexamined
	for _, u := range found {
		example := fmt.Sprintf("For example %s, asking for %s in %s: %s",
			l.user(u.UserID), l.permissionSet(u.PermissionSetARN), l.account(u.AccountID), u.Reason.Text)
		if u.People == u.OfPeople && u.Accounts == u.OfAccounts {
			text := fmt.Sprintf("Nothing that %s lets people ask for could be decided: %s in %s. %s",
				lower(u.Policy), people(u.People), accounts(u.Accounts), example)
			l.add(CodeNobodyDecides, u.Policy.ID, text, at(u.Policy, "targets"))
			continue
		}
		text := fmt.Sprintf("%s: some requests of %d of %s, in %d of %s, could not be decided. %s",
			title(u.Policy), u.People, people(u.OfPeople), u.Accounts, accounts(u.OfAccounts), example)
		l.add(CodeSomeUndecided, u.Policy.ID, text, at(u.Policy, "targets"))
	}
}

func lower(ref policy.Ref) string { return fmt.Sprintf("%s policy %q", ref.Kind, ref.Name) }

// peers finds groups that alone ask for what they alone decide on.
func (l *linter) peers() {
	asking := map[string][]*policy.Eligibility{}
	for i := range l.set.Eligibility {
		p := &l.set.Eligibility[i]
		if p.ApprovalRequired && len(p.Principals.Users) == 0 && len(p.Principals.Groups) == 1 && l.located(p.Targets) {
			asking[p.Principals.Groups[0]] = append(asking[p.Principals.Groups[0]], p)
		}
	}
	for i := range l.set.Approver {
		p := &l.set.Approver[i]
		group, one := onlyGroup(p)
		if !one || len(asking[group]) == 0 || !l.located(p.Targets) {
			continue
		}
		reach := l.engine.Reach(p.Targets, true)
		for _, asked := range asking[group] {
			if reach.Meets(l.engine.Reach(asked.Targets, false)) {
				text := fmt.Sprintf("The members of %s ask by eligibility policy %q and decide by approver policy %q: they decide for each other.",
					l.group(group), asked.Name, p.Name)
				l.add(CodePeersDecide, p.ID+"/"+asked.ID, text, at(p.Ref(), "stages"))
			}
		}
	}
}

// onlyGroup is the one group that decides on every stage.
func onlyGroup(p *policy.Approver) (string, bool) {
	group := ""
	for _, stage := range p.Stages {
		a := stage.Approvers
		if len(a.Users) > 0 || len(a.Groups) != 1 || (group != "" && a.Groups[0] != group) {
			return "", false
		}
		group = a.Groups[0]
	}
	return group, group != ""
}
