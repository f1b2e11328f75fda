package lint

import (
	"fmt"
	"slices"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policy/risk"
)

// manyAccounts is from how many accounts on it is worth a note that they are given without approval.
const manyAccounts = 10

// settings finds what is switched off for everybody, and what is given without approval to many.
func (l *linter) settings() {
	s := &l.set.Settings
	if !s.ApprovalRequired {
		const text = "The settings have approval switched off: whoever may ask gets access at once, but on protected accounts."
		l.add(CodeApprovalOff, policy.SettingsID, text, at(s.Ref(), "approvalRequired"))
	}
	for i := range l.set.Eligibility {
		p := &l.set.Eligibility[i]
		if p.ApprovalRequired || !l.located(p.Targets) {
			continue
		}
		if n := l.unprotected(p); n >= manyAccounts {
			text := fmt.Sprintf("%s gives access to %s without approval.", title(p.Ref()), accounts(n))
			l.add(CodeApprovalFree, p.ID, text, at(p.Ref(), "approvalRequired"))
		}
	}
}

// risky finds dangerous permission sets, and those that can be had without approval.
func (l *linter) risky() {
	if !l.knows(directory.PartInstance, directory.PartPermissionSets) {
		return
	}
	risks := map[string][]risk.Risk{}
	for i := range l.set.Eligibility {
		p := &l.set.Eligibility[i]
		for j, arn := range p.PermissionSets {
			set, known := l.dir.PermissionSet(arn)
			if !known || set.InManagementAccount && !l.dir.Instance().InManagementAccount() {
				continue
			}
			found, looked := risks[arn]
			if !looked {
				found = risk.Of(set)
				risks[arn] = found
			}
			place := at(p.Ref(), fmt.Sprintf("permissionSets[%d]", j))
			l.dangers(arn, found, place)
			l.freely(p, arn, found, place)
		}
	}
}

// dangers are findings of what is risky about a permission set that a policy offers.
func (l *linter) dangers(arn string, risks []risk.Risk, place Place) {
	for _, r := range risks {
		severity := l.severities[r.Code]
		if r.Slight {
			severity = Note
		}
		l.addAs(severity, r.Code, arn+"/"+r.Where, r.Text, place)
	}
}

// unprotected counts the accounts that a policy matches and where approval is not demanded whatever policies say.
func (l *linter) unprotected(p *policy.Eligibility) int {
	n := l.engine.Reach(p.Targets, false).Matched()
	for _, id := range l.guarded() {
		if l.engine.Reach(policy.Targets{
			Accounts: []string{id}, ExcludeAccounts: p.Targets.ExcludeAccounts, ExcludeOUs: p.Targets.ExcludeOUs,
		}, false).Matched() > 0 && slices.Contains(p.Targets.Accounts, id) {
			n--
		}
	}
	return n
}

// freely finds powers that nobody has to agree to. How long a session lasts is no power.
func (l *linter) freely(p *policy.Eligibility, arn string, risks []risk.Risk, place Place) {
	if (p.ApprovalRequired && l.set.Settings.ApprovalRequired) || !l.located(p.Targets) || l.unprotected(p) == 0 {
		return
	}
	for _, r := range risks {
		if !r.Slight && r.Code != risk.CodeLongSession {
			text := fmt.Sprintf("%s gives %s without approval. %s", title(p.Ref()), l.permissionSet(arn), r.Text)
			l.add(CodeRiskyWithout, p.ID+"/"+arn, text, place)
			return
		}
	}
}
