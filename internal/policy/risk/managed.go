package risk

import "strings"

// managedPolicy is one of AWS's managed policies that everybody knows. AWS may change what is in it, and TEAM does not
// read it: the statements are the gist of AWS's documentation of it, as far as the groups need it.
type managedPolicy struct {
	reason     string // "" where it is known only as a permissions boundary
	statements []Statement
}

func allow(actions ...string) []Statement {
	return []Statement{{Actions: actions, Resources: []string{"*"}}}
}

func allowBut(actions ...string) []Statement {
	return []Statement{{NotActions: actions, Resources: []string{"*"}}}
}

// reading stands for policies that only read: no action of any group is among them.
func reading() []Statement { return allow("*:Get*", "*:List*", "*:Describe*") }

// managedPolicies by name. The path of an AWS managed policy (job-function, service-role) does not matter.
func managedPolicies() map[string]managedPolicy {
	return map[string]managedPolicy{
		"AdministratorAccess":              {"everything on everything", allow("*")},
		"PowerUserAccess":                  {"everything but IAM and the organization", allowBut("iam:*", "organizations:*", "account:*")},
		"IAMFullAccess":                    {"everything in IAM: who has it can give themselves everything else", allow("iam:*")},
		"AWSOrganizationsFullAccess":       {"everything in AWS Organizations", allow("organizations:*")},
		"AWSSSOMasterAccountAdministrator": {"who has access to what through IAM Identity Center", allow("sso:*", "identitystore:*", "sso-directory:*")},
		"AWSSSOMemberAccountAdministrator": {"who has access to what through IAM Identity Center", allow("sso:*", "identitystore:*", "sso-directory:*")},
		"AWSSSODirectoryAdministrator":     {"who the users and groups of IAM Identity Center are", allow("sso-directory:*", "identitystore:*")},
		"AWSCloudTrail_FullAccess":         {"what CloudTrail records", allow("cloudtrail:*")},
		"CloudWatchLogsFullAccess":         {"all logs in CloudWatch", allow("logs:*")},
		"CloudWatchFullAccess":             {"all logs in CloudWatch", allow("logs:*")},
		"CloudWatchFullAccessV2":           {"all logs in CloudWatch", allow("logs:*")},
		"AmazonGuardDutyFullAccess":        {"what GuardDuty watches", allow("guardduty:*")},
		"AmazonGuardDutyFullAccess_v2":     {"what GuardDuty watches", allow("guardduty:*")},
		"AWSSecurityHubFullAccess":         {"what Security Hub watches", allow("securityhub:*")},
		"AWSKeyManagementServicePowerUser": {"", allow("kms:CreateAlias", "kms:CreateKey", "kms:Describe*", "kms:List*", "kms:TagResource")},
		"ReadOnlyAccess":                   {"", reading()},
		"ViewOnlyAccess":                   {"", reading()},
		"SecurityAudit":                    {"", reading()},
		"AWSBillingReadOnlyAccess":         {"", reading()},
		"AWSSSOReadOnly":                   {"", reading()},
		"AWSOrganizationsReadOnlyAccess":   {"", reading()},
		"AmazonEC2ReadOnlyAccess":          {"", reading()},
		"AmazonS3ReadOnlyAccess":           {"", reading()},
		"CloudWatchReadOnlyAccess":         {"", reading()},
		"CloudWatchLogsReadOnlyAccess":     {"", reading()},
		"AWSCloudTrail_ReadOnlyAccess":     {"", reading()},
		"AmazonDynamoDBReadOnlyAccess":     {"", reading()},
		"AmazonRDSReadOnlyAccess":          {"", reading()},
		"IAMReadOnlyAccess":                {"", reading()},
		"AWSSupportAccess":                 {"", allow("support:*")},
		"AWSDenyAll":                       {"", []Statement{{Deny: true, Actions: []string{"*"}, Resources: []string{"*"}}}},
		"Billing":                          {"", allow("aws-portal:*", "budgets:*", "ce:*")},
	}
}

// managedName is the name in the ARN of an AWS managed policy; false for anything else.
func managedName(arn string) (string, bool) {
	_, path, ok := strings.Cut(arn, ":iam::aws:policy/")
	if !ok {
		return "", false
	}
	return path[strings.LastIndexByte(path, '/')+1:], true
}
