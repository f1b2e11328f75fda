package policy

import "github.com/team-idc/team/internal/directory"

// facts judges what is known of the people, the account and the permission set, before any policy. The account's
// number is -1 and the permission set empty where the directory does not know them.
func (e *Engine) facts(q *Question) (account int, set directory.PermissionSet, against []Reason) {
	against = e.userFacts(q.Requester.UserID)
	account, accountAgainst := e.accountFacts(q.AccountID)
	set, setAgainst := e.setFacts(q.PermissionSetARN)
	against = append(against, accountAgainst...)
	return account, set, append(against, setAgainst...)
}

func (e *Engine) userFacts(id string) []Reason {
	user, known := e.dir.User(id)
	switch {
	case !known:
		return []Reason{reason(CodeUserUnknown, "TEAM does not know the user %s: you must be in the identity store.", id)}
	case user.Status != directory.UserEnabled:
		return []Reason{reason(CodeUserDisabled, "The user %s is not enabled in the identity store.", user.UserName)}
	}
	return nil
}

func (e *Engine) accountFacts(id string) (int, []Reason) {
	n, known := e.atlas.numberOf[id]
	if !known {
		return -1, []Reason{reason(CodeAccountUnknown, "The organization has no account %s, as far as TEAM knows.", id)}
	}
	var against []Reason
	label := e.atlas.label(n)
	if state := e.atlas.accounts[n].State; state != directory.AccountActive {
		against = append(against, reason(CodeAccountNotActive,
			"%s is not active (AWS says %q): access can be given to active accounts only.", label, state))
	}
	switch {
	case e.atlas.placed.has(n):
	case len(e.atlas.accounts[n].OUPath) > 0:
		against = append(against, reason(CodeAccountTagsUnknown,
			"TEAM has not read the tags of %s yet, and an approver policy goes by tags: until then it cannot tell who decides.", label))
	default:
		against = append(against, reason(CodeAccountPlaceUnknown,
			"TEAM has not read where %s lies in the organization, so it cannot tell which policies hold for it.", label))
	}
	instance := e.dir.Instance()
	switch {
	case instance.ManagementAccountID == "" || instance.CallerAccountID == "":
		against = append(against, reason(CodeInstanceUnknown,
			"TEAM has not read yet which accounts are the management account and its own: until then it gives no access."))
	case id == instance.ManagementAccountID && !instance.InManagementAccount():
		against = append(against, reason(CodeManagementAccount,
			"%s is the organization's management account: AWS lets no delegated administrator give access to it.", label))
	}
	return n, against
}

func (e *Engine) setFacts(arn string) (directory.PermissionSet, []Reason) {
	set, known := e.dir.PermissionSet(arn)
	instance := e.dir.Instance()
	switch {
	case !known && !instance.PermissionSetsEnabled:
		return set, []Reason{reason(CodePermissionSetUnknown, "There is no permission set %s. This IAM Identity Center "+
			"instance was made without multi-account permissions: it can have none.", arn)}
	case !known:
		return set, []Reason{reason(CodePermissionSetUnknown, "There is no permission set %s, as far as TEAM knows.", arn)}
	case set.InManagementAccount && !instance.InManagementAccount():
		return set, []Reason{reason(CodeSetInManagementAccount, "%s is provisioned in the management account: AWS lets no "+
			"delegated administrator assign it, in any account.", set.Name)}
	}
	return set, nil
}

func (e *Engine) setName(arn string) string {
	if set, ok := e.dir.PermissionSet(arn); ok && set.Name != "" {
		return set.Name
	}
	return arn
}

// nearMissLimit bounds how many almost matching policies an answer tells of.
const nearMissLimit = 5

// nearMisses are the policies that name the person and the permission set and only just do not reach the account.
func (e *Engine) nearMisses(v *view, q *Question, account int, protected bool) []Reason {
	var misses []Reason
	for _, r := range e.rulesNaming(v, q.Requester) {
		if len(misses) == nearMissLimit {
			break
		}
		if !r.gives(e.sets.numberOf[q.PermissionSetARN]) {
			continue
		}
		if how, out := e.atlas.excludes(r.Targets, account); out {
			misses = append(misses, about(r.Ref(), CodeExcluded, "Eligibility policy %q (version %d) %s.", r.Name, r.Version, how))
			continue
		}
		if protected && r.reach.covers(account, false) {
			_, via := e.atlas.route(r.Targets, account)
			misses = append(misses, about(r.Ref(), CodeProtectedNotNamed,
				"Eligibility policy %q (version %d) reaches %s %s, but the account is protected: the policy must name it by its id.",
				r.Name, r.Version, e.atlas.label(account), via))
		}
	}
	return misses
}

// judgeTicket: a ticket that is given must satisfy the settings and every policy that matches, and a policy with a
// pattern of its own demands a ticket.
func judgeTicket(s *settings, rules []*rule, q *Question) []Reason {
	var against []Reason
	if q.Ticket == "" {
		if q.Duration == 0 {
			return nil
		}
		if s.TicketRequired {
			return []Reason{about(s.Ref(), CodeTicketRequired, "You must give a ticket number.")}
		}
	}
	if q.Ticket != "" && s.TicketPattern != "" && !s.ticket.accepts(q.Ticket) {
		against = append(against, about(s.Ref(), CodeTicketPattern,
			"Your ticket number must match the pattern %s.", s.TicketPattern))
	}
	for _, r := range rules {
		if r.ticket != nil && !r.ticket.accepts(q.Ticket) {
			against = append(against, about(r.Ref(), CodeTicketPattern,
				"You must give a ticket number that matches the pattern %s of eligibility policy %q.", r.TicketPattern, r.Name))
		}
	}
	return against
}

func (j *judgement) approvalReason(e *Engine, account int) Reason {
	switch {
	case j.protected:
		return about(j.view.settings.Ref(), CodeApprovalRequired,
			"%s is protected: at least %d people must approve.", e.atlas.label(account), protectedApprovals)
	case !j.view.settings.Settings.ApprovalRequired:
		return about(j.view.settings.Ref(), CodeApprovalNotRequired, "The settings have approval switched off.")
	case j.approval:
		return reason(CodeApprovalRequired, "Approval is required.")
	}
	return reason(CodeApprovalNotRequired, "No policy that matches requires approval.")
}

func (e *Engine) noApprovers(account int, protected bool) Reason {
	if protected {
		return reason(CodeNoApprovers, "Approval is required, but no approver policy names %s. The account is protected: "+
			"an approver policy must name it by its id.", e.atlas.label(account))
	}
	return reason(CodeNoApprovers, "Approval is required, but no approver policy matches %s with this permission set and "+
		"requester. An administrator must add one.", e.atlas.label(account))
}

func tooFew(stage, stages, required, able int, protected bool, label string) Reason {
	why := ""
	if protected && stages == 1 && required == protectedApprovals {
		why = ", because the account is protected"
	}
	return reason(CodeTooFewApprovers, "Stage %d of %d on %s needs %s%s, but only %s could decide "+
		"(enabled, named as approver, and not the requester). An approver policy must name more people.",
		stage+1, stages, label, count(required, "approval"), why, count(able, "person"))
}
