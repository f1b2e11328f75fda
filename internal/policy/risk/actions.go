package risk

// group is a set of actions that give the same power.
type group struct {
	code string
	noun string // for lists
	// power says what somebody with one of the actions can do, as the end of "It can".
	power string
	// actions, any of which gives the power.
	actions []string
	// everywhere: only on resources nobody chose. These are examples of such, one for each kind of resource; a
	// statement that covers one of them covers them at large.
	everywhere []string
}

// Codes of the groups of actions.
const (
	CodeIAMWrite            = "iam_write"
	CodePassAnyRole         = "pass_any_role"
	CodeAssumeAnyRole       = "assume_any_role"
	CodeIdentityCenterWrite = "identity_center_write"
	CodeOrganizationsWrite  = "organizations_write"
	CodeKeyPolicyWrite      = "key_policy_write"
	CodeLogTampering        = "log_tampering"
)

// someRole stands for all roles: a pattern that covers it was not written for chosen ones.
var someRole = []string{
	"arn:aws:iam::000000000000:role/some-role", "arn:aws-cn:iam::000000000000:role/some-role", "arn:aws-us-gov:iam::000000000000:role/some-role",
}

// groups in the order in which they are told. The actions are those that lead further than what they are about: to
// more permissions, to access that outlives the elevation, or to traces that are not there. Names from AWS's Service
// Authorization Reference.
var groups = []group{
	{code: CodeIAMWrite, noun: "IAM", power: "give itself or others more permissions, or leave access behind, through IAM", actions: []string{
		"iam:CreateUser", "iam:CreateLoginProfile", "iam:UpdateLoginProfile", "iam:CreateAccessKey", "iam:UpdateAccessKey",
		"iam:CreateServiceSpecificCredential", "iam:ResetServiceSpecificCredential", "iam:UploadSigningCertificate", "iam:UploadSSHPublicKey",
		"iam:DeactivateMFADevice", "iam:AddUserToGroup",
		"iam:CreateRole", "iam:UpdateAssumeRolePolicy", "iam:AddRoleToInstanceProfile", "iam:CreatePolicy", "iam:CreatePolicyVersion",
		"iam:SetDefaultPolicyVersion", "iam:AttachUserPolicy", "iam:AttachGroupPolicy", "iam:AttachRolePolicy", "iam:PutUserPolicy",
		"iam:PutGroupPolicy", "iam:PutRolePolicy", "iam:DeleteUserPolicy", "iam:DetachUserPolicy", "iam:DeleteRolePolicy", "iam:DetachRolePolicy",
		"iam:PutUserPermissionsBoundary", "iam:PutRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary",
		"iam:DeleteRolePermissionsBoundary", "iam:CreateSAMLProvider", "iam:UpdateSAMLProvider", "iam:CreateOpenIDConnectProvider",
		"iam:AddClientIDToOpenIDConnectProvider", "iam:UpdateOpenIDConnectProviderThumbprint",
	}},
	{
		code: CodePassAnyRole, noun: "passing any role", power: "pass any role to a service, and so work with that role's permissions",
		actions: []string{"iam:PassRole"}, everywhere: someRole,
	},
	{
		code: CodeAssumeAnyRole, noun: "assuming any role",
		power:   "assume any role whose trust policy allows the account, also in other accounts, in sessions that outlive the elevation",
		actions: []string{"sts:AssumeRole"}, everywhere: someRole,
	},
	{code: CodeIdentityCenterWrite, noun: "IAM Identity Center", power: "change who has access to what in IAM Identity Center, past TEAM", actions: []string{
		"sso:CreateAccountAssignment", "sso:DeleteAccountAssignment", "sso:CreatePermissionSet", "sso:UpdatePermissionSet",
		"sso:PutInlinePolicyToPermissionSet", "sso:AttachManagedPolicyToPermissionSet", "sso:AttachCustomerManagedPolicyReferenceToPermissionSet",
		"sso:PutPermissionsBoundaryToPermissionSet", "sso:DeletePermissionsBoundaryFromPermissionSet", "sso:ProvisionPermissionSet",
		"sso:UpdateInstance", "sso:UpdateSSOConfiguration", "sso:CreateTrustedTokenIssuer", "sso:UpdateTrustedTokenIssuer",
		"identitystore:CreateUser", "identitystore:UpdateUser", "identitystore:CreateGroupMembership", "identitystore:DeleteGroupMembership",
		"sso-directory:CreateUser", "sso-directory:AddMemberToGroup", "sso-directory:UpdatePassword", "sso-directory:EnableUser",
		"sso-directory:CreateBearerToken", "sso-directory:DeleteMfaDeviceForUser", "sso-directory:DisableExternalIdPConfigurationForDirectory",
		"sso-directory:CreateExternalIdPConfigurationForDirectory",
	}},
	{code: CodeOrganizationsWrite, noun: "the organization", power: "change the organization and its guardrails", actions: []string{
		"organizations:AttachPolicy", "organizations:DetachPolicy", "organizations:CreatePolicy", "organizations:UpdatePolicy",
		"organizations:DeletePolicy", "organizations:DisablePolicyType", "organizations:MoveAccount", "organizations:LeaveOrganization",
		"organizations:RemoveAccountFromOrganization", "organizations:CloseAccount", "organizations:CreateAccount",
		"organizations:InviteAccountToOrganization", "organizations:DeleteOrganization", "organizations:DeleteOrganizationalUnit",
		"organizations:RegisterDelegatedAdministrator", "organizations:DeregisterDelegatedAdministrator",
		"organizations:EnableAWSServiceAccess", "organizations:DisableAWSServiceAccess", "organizations:PutResourcePolicy",
		"organizations:DeleteResourcePolicy",
	}},
	{code: CodeKeyPolicyWrite, noun: "KMS key policies", power: "change who may use KMS keys, or destroy them", actions: []string{
		"kms:PutKeyPolicy", "kms:CreateGrant", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:DeleteImportedKeyMaterial",
		"kms:DeleteCustomKeyStore", "kms:DisconnectCustomKeyStore",
	}},
	{code: CodeLogTampering, noun: "logs and watches", power: "stop or delete what records and watches", actions: []string{
		"cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail", "cloudtrail:PutEventSelectors",
		"cloudtrail:DeleteEventDataStore", "cloudtrail:UpdateEventDataStore", "cloudtrail:StopEventDataStoreIngestion",
		"logs:DeleteLogGroup", "logs:DeleteLogStream", "logs:PutRetentionPolicy", "logs:DeleteSubscriptionFilter",
		"config:StopConfigurationRecorder", "config:DeleteConfigurationRecorder", "config:DeleteDeliveryChannel", "config:PutConfigurationRecorder",
		"config:DeleteConfigRule", "config:DeleteOrganizationConfigRule",
		"guardduty:DeleteDetector", "guardduty:UpdateDetector", "guardduty:DisassociateFromAdministratorAccount", "guardduty:StopMonitoringMembers",
		"guardduty:DeleteMembers", "guardduty:CreateFilter", "guardduty:DeletePublishingDestination",
		"securityhub:DisableSecurityHub", "securityhub:DeleteMembers", "securityhub:DisassociateFromAdministratorAccount",
		"access-analyzer:DeleteAnalyzer", "macie2:DisableMacie", "detective:DeleteGraph", "ec2:DeleteFlowLogs",
	}},
}
