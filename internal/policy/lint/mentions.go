package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// kinds of things that policies name: by which part of the directory each is known, and the code where it is not.
// Machine clients are TEAM's own and always known.
var kinds = map[policy.Named]struct {
	part directory.Part
	code string
}{ //nolint:gochecknoglobals // a table that nobody changes
	policy.NamedUser:          {directory.PartUsers, CodeUnknownUser},
	policy.NamedGroup:         {directory.PartGroups, CodeUnknownGroup},
	policy.NamedAccount:       {directory.PartAccounts, CodeUnknownAccount},
	policy.NamedOU:            {directory.PartUnits, CodeUnknownOU},
	policy.NamedPermissionSet: {directory.PartPermissionSets, CodeUnknownPermissionSet},
	policy.NamedMachine:       {"", CodeUnknownMachine},
}

// unknown finds ids that lead nowhere, and people and accounts that cannot have or give anything.
func (l *linter) unknown() {
	for i := range l.set.Eligibility {
		l.unknownIn(l.set.Eligibility[i].Ref(), l.set.Eligibility[i])
	}
	for i := range l.set.Approver {
		l.unknownIn(l.set.Approver[i].Ref(), l.set.Approver[i])
	}
	l.unknownIn(l.set.Settings.Ref(), l.set.Settings)
}

func (l *linter) unknownIn(ref policy.Ref, body any) {
	for _, m := range policy.Mentions(body) {
		place := at(ref, m.Field)
		switch {
		case m.Kind == policy.NamedMachine && slices.Contains(l.machines, m.ID):
		case !m.Known(l.dir):
			if kind := kinds[m.Kind]; kind.part == "" || l.knows(kind.part) {
				l.add(kind.code, m.ID, fmt.Sprintf("There is no %s %s (any more).", m.Kind, m.ID), place)
			}
		case m.Owner:
		case m.Kind == policy.NamedUser:
			if user, _ := l.dir.User(m.ID); user.Status != directory.UserEnabled {
				l.add(CodeDisabledUser, m.ID, fmt.Sprintf("The user %s is not enabled in the identity store.", l.user(m.ID)), place)
			}
		case m.Kind == policy.NamedAccount && strings.HasPrefix(m.Field, "targets.accounts"):
			if account, _ := l.dir.Account(m.ID); account.State != directory.AccountActive {
				l.add(CodeInactiveAccount, m.ID, fmt.Sprintf("%s is not active (AWS says %q).", l.account(m.ID), account.State), place)
			}
		}
	}
}
