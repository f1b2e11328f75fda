package lint

import "github.com/team-idc/team/internal/policy/risk"

// Codes of findings beside those of package risk. A code never changes its meaning; sentences may.
const (
	CodeUnknownUser          = "unknown_user"
	CodeUnknownGroup         = "unknown_group"
	CodeUnknownAccount       = "unknown_account"
	CodeUnknownOU            = "unknown_ou"
	CodeUnknownPermissionSet = "unknown_permission_set"
	CodeUnknownMachine       = "unknown_machine"
	CodeDisabledUser         = "disabled_user"
	CodeInactiveAccount      = "inactive_account"

	CodeNoAccount       = "no_account"
	CodeNoPermissionSet = "no_permission_set"
	CodeNoPrincipal     = "no_principal"
	CodeNoRequester     = "no_requester"
	CodeEmptyOU         = "empty_ou"
	CodeUnusedTag       = "unused_tag"
	CodeTargetExcluded  = "target_excluded"
	CodeEmptyGroup      = "empty_group"
	CodeSetNotOffered   = "permission_set_not_offered"
	CodeTooShort        = "maximum_too_short"
	CodeCapped          = "maximum_capped"
	CodeNoTicket        = "no_ticket_possible"
	CodeDuplicate       = "duplicate_policy"

	CodeNobodyDecides    = "nobody_decides"
	CodeSomeUndecided    = "some_undecided"
	CodeStageEmpty       = "stage_without_approvers"
	CodeQuorumTooLarge   = "quorum_too_large"
	CodeStagesShare      = "stages_share_people"
	CodePeersDecide      = "peers_decide"
	CodeApprovalOff      = "approval_off"
	CodeApprovalFree     = "approval_free"
	CodeRiskyWithout     = "risky_without_approval"
	CodeManagementNamed  = "management_account_named"
	CodeManagementSwept  = "management_account_swept"
	CodeProtectedSwept   = "protected_account_swept"
	CodeProtectedFree    = "protected_approval_free"
	CodeProtectedOneOnly = "protected_one_approver"

	CodeStepUpIdle = "step_up_adds_nothing"
)

// Code says what findings of a code mean.
type Code struct {
	Code     string
	Severity Severity
	Meaning  string
	Advice   string // what to do
}

// CodeGroup is a group of codes that appear together.
type CodeGroup struct {
	Title string
	Codes []Code
}

// Codes are all codes of findings.
func Codes() []CodeGroup {
	return []CodeGroup{
		{"Ids that lead nowhere", idCodes()},
		{"What can never match", matchCodes()},
		{"Who decides", decisionCodes()},
		{"Management account and protected accounts", guardCodes()},
		{"Dangerous permission sets", riskCodes()},
		{"Fresh proof", proofCodes()},
	}
}

func idCodes() []Code {
	return []Code{
		{
			CodeUnknownUser, Warning,
			"A policy names a user who is not in the identity store.",
			"Take the user out of the policy.",
		},
		{
			CodeUnknownGroup, Warning,
			"A policy or the settings name a group that is not in the identity store.",
			"Take the group out, or name the one that replaced it.",
		},
		{
			CodeUnknownAccount, Warning,
			"A policy or the settings name an account that is not in the organization.",
			"Take the account out of the policy.",
		},
		{
			CodeUnknownOU, Warning,
			"A policy names an organizational unit that does not exist.",
			"Take the unit out, or name the one that replaced it.",
		},
		{
			CodeUnknownPermissionSet, Warning,
			"A policy names a permission set that does not exist.",
			"Take the permission set out, or name the one that replaced it: a set that is made anew has another ARN.",
		},
		{
			CodeUnknownMachine, Warning,
			"An eligibility policy names a machine client that does not exist.",
			"Take the machine client out; team machine list shows those there are.",
		},
		{
			CodeDisabledUser, Warning,
			"A policy names a user who is disabled in the identity store, and so gives this user nothing.",
			"Take the user out, unless they come back.",
		},
		{
			CodeInactiveAccount, Note,
			"A policy names an account that AWS does not call active: nothing can be given there.",
			"Take the account out once it is closed.",
		},
	}
}

func matchCodes() []Code {
	return []Code{
		{
			CodeNoAccount, Error,
			"A policy matches no account at all, once exclusions, protected accounts and those that nothing can be " +
				"given to are taken away.",
			"Mend its targets, or delete it.",
		},
		{
			CodeNoPermissionSet, Error,
			"None of the permission sets of a policy can be given.",
			"Name permission sets that exist and are not provisioned in the management account, or delete the policy.",
		},
		{
			CodeNoPrincipal, Error,
			"An eligibility policy names nobody who is enabled.",
			"Name people, or delete the policy.",
		},
		{
			CodeNoRequester, Warning,
			"An approver policy holds for the requests of groups that have no enabled member.",
			"Name groups with members, or delete the policy.",
		},
		{
			CodeEmptyOU, Warning,
			"A policy targets an organizational unit that holds no account.",
			"Take the unit out, unless accounts are to come.",
		},
		{
			CodeUnusedTag, Warning,
			"A policy goes by a tag that no account carries.",
			"Check how the tag is spelled: keys and values know upper and lower case.",
		},
		{
			CodeTargetExcluded, Warning,
			"A policy names a target that its own exclusions take away again.",
			"Take out the target or the exclusion.",
		},
		{
			CodeEmptyGroup, Warning,
			"A policy names a group that has no enabled member.",
			"Take the group out, unless people are to come.",
		},
		{
			CodeSetNotOffered, Warning,
			"A permission set is provisioned in the management account: AWS lets no delegated administrator assign it.",
			"Offer a copy of the permission set that is not used in the management account.",
		},
		{
			CodeTooShort, Error,
			"The longest access that a policy allows is shorter than the shortest that the settings allow to ask for.",
			"Raise the policy's maxDuration, or lower the settings' minDuration.",
		},
		{
			CodeCapped, Note,
			"A policy allows longer access than the settings, whose maximum holds.",
			"Lower the policy's maxDuration to what holds, or raise the settings'.",
		},
		{
			CodeNoTicket, Error,
			"No ticket can match the pattern of a policy, or both it and the settings' pattern. Only contradictions " +
				"that are plain to see are found.",
			"Mend one of the patterns.",
		},
		{
			CodeDuplicate, Warning,
			"Two policies say the same.",
			"Delete one of them: who changes the other later might overlook it.",
		},
	}
}

func decisionCodes() []Code {
	return []Code{
		{
			CodeNobodyDecides, Error,
			"Whatever an eligibility policy lets people ask for, too few people could decide: every request is refused.",
			"Add an approver policy, or name more approvers. On a protected account an approver policy must name it " +
				"by its id, and two people must be able to decide.",
		},
		{
			CodeSomeUndecided, Warning,
			"Some of what an eligibility policy lets people ask for is refused, because too few could decide: often " +
				"approvers who may ask for themselves.",
			"Name more approvers.",
		},
		{
			CodeStageEmpty, Warning,
			"A stage of an approver policy names nobody who is enabled.",
			"Name approvers, unless another policy adds them.",
		},
		{
			CodeQuorumTooLarge, Warning,
			"A stage needs more approvals than there are people named.",
			"Name more approvers, or require fewer.",
		},
		{
			CodeStagesShare, Warning,
			"The stages of an approver policy share people, and everybody counts once: not all stages can be filled.",
			"Name other people for each stage.",
		},
		{
			CodePeersDecide, Note,
			"The same group alone asks and decides: its members decide for each other.",
			"Let somebody decide who does not gain by the same policy.",
		},
		{
			CodeApprovalOff, Warning,
			"The settings have approval switched off: nobody's agreement is needed, but on protected accounts.",
			"Set approvalRequired, and let policies say where no approval is needed.",
		},
		{
			CodeApprovalFree, Note,
			"A policy gives access to many accounts without approval.",
			"Check that this is meant for all of them.",
		},
		{
			CodeRiskyWithout, Error,
			"A dangerous permission set can be had without anybody's approval.",
			"Require approval, or offer a less powerful permission set.",
		},
	}
}

func guardCodes() []Code {
	return []Code{
		{
			CodeManagementNamed, Warning,
			"A policy names the management account, where AWS lets no delegated administrator give access.",
			"Take the account out of the policy.",
		},
		{
			CodeManagementSwept, Note,
			"A policy reaches the management account by unit or tag. It does not match there.",
			"Nothing; exclude the account if you want the policy to say so.",
		},
		{
			CodeProtectedSwept, Note,
			"A policy reaches protected accounts by unit, by tag or by naming no target. It does not match there: " +
				"protected accounts must be named by their id.",
			"Nothing, if that is meant; else name the accounts by their ids.",
		},
		{
			CodeProtectedFree, Warning,
			"A policy without approval names a protected account. Approval by two people is demanded there all the same.",
			"Give the account a policy of its own that requires approval, so that policies say what holds.",
		},
		{
			CodeProtectedOneOnly, Warning,
			"An approver policy lets one person decide on a protected account. Two are demanded there all the same.",
			"Require two, so that policies say what holds.",
		},
	}
}

func riskCodes() []Code {
	return []Code{
		{
			risk.CodeEverythingAllowed, Warning,
			"The inline policy of a permission set allows every action.",
			"Offer a permission set with less, or a boundary.",
		},
		{
			risk.CodeNotActionAllowed, Warning,
			"The inline policy of a permission set allows everything but a list, and so whatever AWS adds.",
			"List what is allowed.",
		},
		{
			risk.CodeRiskyManagedPolicy, Warning,
			"A permission set has one of AWS's managed policies that are known to be powerful. What is in managed " +
				"policies is not read: they are known by name.",
			"Offer a permission set with less, or a boundary.",
		},
		{
			risk.CodeIAMWrite, Warning,
			"A permission set can change who may do what in IAM, and so leave access behind.",
			"Take the actions out, narrow their resources, or demand a boundary on what is created.",
		},
		{
			risk.CodePassAnyRole, Warning,
			"A permission set can pass any role to a service, and so borrow its permissions.",
			"Narrow the resource to chosen roles.",
		},
		{
			risk.CodeAssumeAnyRole, Warning,
			"A permission set can assume any role that trusts the account. Such sessions outlive the elevation.",
			"Narrow the resource to chosen roles.",
		},
		{
			risk.CodeIdentityCenterWrite, Warning,
			"A permission set can give access in IAM Identity Center past TEAM.",
			"Take the actions out.",
		},
		{
			risk.CodeOrganizationsWrite, Warning,
			"A permission set can change the organization and its guardrails.",
			"Take the actions out.",
		},
		{
			risk.CodeKeyPolicyWrite, Warning,
			"A permission set can change who may use KMS keys, or destroy them.",
			"Take the actions out, or narrow their resources.",
		},
		{
			risk.CodeLogTampering, Warning,
			"A permission set can stop or delete what records and watches.",
			"Take the actions out, and protect the trails by a service control policy.",
		},
		{
			risk.CodeCustomerPolicyUnread, Note,
			"A permission set refers to a customer-managed policy, which is another in every account and is not read.",
			"Check what it allows in each account.",
		},
		{
			risk.CodeInlinePolicyUnreadable, Warning,
			"The inline policy of a permission set cannot be read.",
			"Write it as IAM documents it.",
		},
		{
			risk.CodeLongSession, Warning,
			"The session duration of a permission set is longer than an hour: credentials taken at the last moment " +
				"work that much longer.",
			"Set the permission set's session duration to one hour.",
		},
	}
}

// severities by code. A risk that is slight is a note whatever its code says.
func severities() map[string]Severity {
	all := map[string]Severity{}
	for _, group := range Codes() {
		for _, c := range group.Codes {
			all[c.Code] = c.Severity
		}
	}
	return all
}

// Advice on what to do about findings of a code.
func Advice(code string) string {
	for _, group := range Codes() {
		for _, c := range group.Codes {
			if c.Code == code {
				return c.Advice
			}
		}
	}
	return ""
}
