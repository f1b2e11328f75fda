package policy

// CodeMeaning says what a reason's code means, for the reference that is made from it.
type CodeMeaning struct {
	Code    string
	Meaning string
}

// CodeGroup is a group of codes that appear together.
type CodeGroup struct {
	Title string
	Codes []CodeMeaning
}

// ReasonCodes are all codes of reasons. A code never changes its meaning; sentences may.
func ReasonCodes() []CodeGroup {
	return []CodeGroup{
		{"Why a request is not possible", []CodeMeaning{
			{CodeUserUnknown, "The person is not in the identity store, as far as TEAM knows."},
			{CodeUserDisabled, "The person's user is not enabled, or its status is not known."},
			{CodeAccountUnknown, "The account is not in the organization, as far as TEAM knows."},
			{CodeAccountNotActive, "AWS does not say that the account is active."},
			{CodeAccountPlaceUnknown, "TEAM has not read in which organizational unit the account is."},
			{CodeAccountTagsUnknown, "TEAM has not read the account's tags yet, and an approver policy goes by tags."},
			{CodeInstanceUnknown, "TEAM has not read which accounts are the management account and its own."},
			{CodeManagementAccount, "The account is the management account, and TEAM does not run in it."},
			{CodePermissionSetUnknown, "The permission set does not exist, as far as TEAM knows."},
			{CodeSetInManagementAccount, "The permission set is provisioned in the management account, and TEAM does not run in it."},
			{CodeProtectedFromMachines, "The account is protected, and a machine asks."},
			{CodeMachineNotAllowed, "This policy gives the person the permission set in the account, but does not name the machine that asks."},
			{CodeNotEligible, "No eligibility policy gives the person the permission set in the account."},
			{CodeExcluded, "Goes with not_eligible: this policy would match, but leaves the account out."},
			{CodeProtectedNotNamed, "Goes with not_eligible: this policy would match, but does not name the protected account by its id."},
			{CodeDurationTooLong, "More time is asked for than the policies that match, or the settings, allow."},
			{CodeDurationTooShort, "Less time is asked for than the settings allow."},
			{CodeNoDurationPossible, "The longest time allowed is shorter than the shortest."},
			{CodeTicketRequired, "The settings demand a ticket."},
			{CodeTicketPattern, "The ticket does not match the pattern of the settings or of a policy that matches."},
			{CodeNoApprovers, "Approval is required, and no approver policy matches."},
			{CodeTooFewApprovers, "Approval is required, and fewer people could decide than must."},
		}},
		{"Why a request is possible", []CodeMeaning{
			{CodeEligible, "This eligibility policy matches, by the way the sentence tells."},
			{CodeApprovalRequired, "Approval is required."},
			{CodeApprovalNotRequired, "No approval is required."},
			{CodeApprovers, "This approver policy counts, by the way the sentence tells."},
		}},
		{"Who may decide", []CodeMeaning{
			{CodeMayDecide, "The person may decide on this stage."},
			{CodeOwnRequest, "The person counts as requester, or shares a person with one."},
			{CodeNotApprover, "The person is no approver of this stage at this moment."},
			{CodeNoSuchStage, "The policies in force have no such stage."},
			{CodeCoolingApprover, "The person is an approver only by a change that they made or agreed to less than 24 hours ago."},
			{CodeAlreadyDecided, "The person has approved already, on this stage or another."},
			{CodeUnproven, "The person had not shown that it is them, as the settings or an approver policy that counts demand."},
		}},
		{"Why a change of policies widens access", []CodeMeaning{
			{CodeWidensNew, "A policy is new."},
			{CodeWidensPrincipals, "More people may ask."},
			{CodeWidensTargets, "A policy reaches accounts that it did not reach before."},
			{CodeWidensPermissionSets, "A policy reaches permission sets that it did not reach before."},
			{CodeWidensDuration, "Access may last longer, or be asked for in shorter pieces."},
			{CodeWidensApproval, "Approval, or a comment on it, is no longer demanded."},
			{CodeWidensTicket, "A ticket, or a pattern of it, is no longer demanded."},
			{CodeWidensMachines, "More machine clients may ask for people."},
			{CodeWidensEmergency, "A policy may be used for emergency access."},
			{CodeWidensApprovers, "More people may decide."},
			{CodeWidensRequired, "Fewer people must agree."},
			{CodeWidensRequesters, "An approver policy holds for more people's requests."},
			{CodeWidensInheritance, "Other approver policies count where inheritance stops, or no longer stops."},
			{CodeWidensLooserRemains, "A policy no longer counts where a looser one remains."},
			{CodeWidensProtected, "An account is no longer protected."},
			{CodeWidensRoles, "Other people are administrators or auditors, or a second administrator is needed less often."},
			{CodeWidensStepUp, "Less fresh proof is demanded of who decides, changes policies, issues tokens or uses emergency access."},
			{CodeWidensLimits, "A limit of the settings is larger."},
			{CodeWidensIssuers, "ID tokens of an issuer are trusted that were not, or not in this way."},
		}},
		{"What is wrong with a policy or the settings", []CodeMeaning{
			{ProblemMissing, "Something that is needed is not there."},
			{ProblemTooMany, "A list is longer than possible."},
			{ProblemTooLong, "A text is longer than possible."},
			{ProblemBadText, "A text contains control characters or broken characters."},
			{ProblemBadID, "An id does not have the form of AWS's ids."},
			{ProblemDuplicate, "Something is named twice."},
			{ProblemRange, "A number or a duration is out of its range."},
			{ProblemPattern, "A ticket pattern is not a regular expression of the RE2 syntax."},
		}},
	}
}
