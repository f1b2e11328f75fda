package policy

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

func (c *comparison) compareSettings(before, after *Settings) {
	add := func(code, format string, args ...any) {
		ref := after.Ref()
		c.reasons = append(c.reasons, Reason{Code: code, Text: "Settings: " + fmt.Sprintf(format, args...), Policy: &ref})
	}
	if before.ApprovalRequired && !after.ApprovalRequired {
		add(CodeWidensApproval, "nobody needs approval any more, except for protected accounts.")
	}
	if before.CommentRequired && !after.CommentRequired {
		add(CodeWidensApproval, "decisions need no comment any more.")
	}
	if before.TicketRequired && !after.TicketRequired {
		add(CodeWidensTicket, "requests need no ticket any more.")
	}
	if before.TicketPattern != "" && after.TicketPattern != before.TicketPattern {
		add(CodeWidensTicket, "the ticket pattern %s no longer holds.", before.TicketPattern)
	}
	if after.MinDuration < before.MinDuration {
		add(CodeWidensDuration, "requests may be as short as %s instead of %s.", Spell(after.MinDuration), Spell(before.MinDuration))
	}
	longer := func(code string, was, is time.Duration, what string) {
		if is > was {
			add(code, "%s %s instead of %s.", what, Spell(is), Spell(was))
		}
	}
	longer(CodeWidensDuration, before.MaxDuration, after.MaxDuration, "access may last")
	longer(CodeWidensLimits, before.PendingExpiry, after.PendingExpiry, "requests wait for an answer for")
	longer(CodeWidensLimits, before.StartHorizon, after.StartHorizon, "access may begin ahead by")
	longer(CodeWidensLimits, before.ActivationDeadline, after.ActivationDeadline, "access may begin late by")
	more(add, before.MaxExtensions, after.MaxExtensions, "extensions of one elevation")
	more(add, before.MaxTargets, after.MaxTargets, "targets in one request")
	for _, act := range Acts() {
		if was, is := before.StepUp.Of(act), after.StepUp.Of(act); !is.NoLessThan(was) {
			add(CodeWidensStepUp, "%s must show less that it is them: %s instead of %s.", whoActs(act), is, was)
		}
	}
	for _, id := range sortedUnion(before.ProtectedAccounts, nil) {
		if !slices.Contains(after.ProtectedAccounts, id) {
			add(CodeWidensProtected, "account %s is no longer protected.", id)
		}
	}
	for _, id := range sortedUnion(after.ProtectedAccounts, nil) {
		if !slices.Contains(before.ProtectedAccounts, id) {
			c.looserWhenProtected(add, id)
		}
	}
	if before.AdministratorGroup != after.AdministratorGroup {
		add(CodeWidensRoles, "the members of group %s are administrators.", cmp.Or(after.AdministratorGroup, "(as configured at start)"))
	}
	if before.AuditorGroup != after.AuditorGroup {
		add(CodeWidensRoles, "the members of group %s are auditors.", cmp.Or(after.AuditorGroup, "(as configured at start)"))
	}
	if before.SecondAdministrator != after.SecondAdministrator && after.SecondAdministrator != SecondAlways {
		add(CodeWidensRoles, "a second administrator is no longer always needed.")
	}
	compareIssuers(before, after, add)
}

func whoActs(act Act) string {
	switch act {
	case ActDecide:
		return "who decides"
	case ActPolicies:
		return "who changes policies and settings"
	case ActTokens:
		return "who issues tokens"
	case ActEmergency:
		return "who uses emergency access"
	case ActPasskeys: // no setting
	}
	return "somebody"
}

func more(add func(code, format string, args ...any), was, is int, what string) {
	if is > was {
		add(CodeWidensLimits, "%d %s are possible instead of %d.", is, what, was)
	}
}

// looserWhenProtected looks for what protecting an account loosens: the policies that reach it otherwise than by its
// id no longer count, and may have demanded more than those that name it.
func (c *comparison) looserWhenProtected(add func(code, format string, args ...any), id string) {
	for _, named := range c.eligibility {
		if !slices.Contains(named.Targets.Accounts, id) {
			continue
		}
		for _, other := range c.eligibility {
			if other.TicketPattern != "" && other.TicketPattern != named.TicketPattern &&
				!slices.Contains(other.Targets.Accounts, id) && overlap(other.PermissionSets, named.PermissionSets) {
				add(CodeWidensLooserRemains, "for account %s, now protected, the ticket pattern of eligibility policy %q no longer holds.", id, other.Name)
			}
		}
	}
	for _, named := range c.approver {
		if !slices.Contains(named.Targets.Accounts, id) {
			continue
		}
		for _, other := range c.approver {
			if !slices.Contains(other.Targets.Accounts, id) && mayMeet(other, named) && !demandsNoLess(named, other) {
				add(CodeWidensLooserRemains, "for account %s, now protected, approver policy %q, which demands more, no longer counts.", id, other.Name)
			}
		}
	}
}
