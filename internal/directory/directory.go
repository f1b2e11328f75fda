// Package directory is what TEAM knows of the organization and its people: accounts, organizational units, users,
// groups, memberships and permission sets, each with the time it was read from AWS. A Snapshot is immutable and
// answers without I/O; the sync fills the store behind it from AWS.
package directory

import "time"

// Instance is the IAM Identity Center instance TEAM works for, and the organization around it.
type Instance struct {
	ARN                   string // arn:<partition>:sso:::instance/ssoins-…
	IdentityStoreID       string // d-…
	Region                string // the primary Region of the instance
	Partition             string // aws, aws-cn or aws-us-gov
	OrganizationID        string // o-…
	ManagementAccountID   string
	CallerAccountID       string // the account TEAM's credentials belong to
	PermissionSetsEnabled bool   // false: the instance was made without multi-account permissions
	ReadAt                time.Time
}

// InManagementAccount says whether TEAM runs with credentials of the management account itself, a declared mode
// in which the management account's own limits (P8) are a matter of policy instead of AWS's refusal.
func (i Instance) InManagementAccount() bool {
	return i.ManagementAccountID != "" && i.CallerAccountID == i.ManagementAccountID
}

// AccountState is the life-cycle state AWS Organizations reports (Account.State).
type AccountState string

// Only an active account can be given access to; every other state, also one TEAM does not know, is a no (P9).
const AccountActive AccountState = "ACTIVE"

// Account is one AWS account of the organization.
type Account struct {
	ID     string // twelve digits
	Name   string
	Email  string
	State  AccountState
	OUPath []string          // ids from the root (r-…) down to the direct parent
	Tags   map[string]string // nil: not read yet; empty: none
	ReadAt time.Time
}

// OU is an organizational unit, or the root (ParentID "").
type OU struct {
	ID       string
	Name     string
	ParentID string
	ReadAt   time.Time
}

// UserStatus is what the identity store says of a user.
type UserStatus string

// The statuses AWS reports; an empty or other one is treated as not enabled (P9).
const (
	UserEnabled  UserStatus = "ENABLED"
	UserDisabled UserStatus = "DISABLED"
)

// User is a person's user in the identity store. People are compared by ID within the identity store, never by
// name or e-mail, which can be re-used.
type User struct {
	ID          string
	UserName    string
	DisplayName string
	Email       string // the primary one
	// ExternalID is what the identity provider that provisions the user calls them (SCIM externalId); "" where none
	// does, or several do.
	ExternalID string
	Status     UserStatus
	// PersonKey is the value of the configured person attribute ("" where none is configured or present): two
	// users with one key are one person (P5).
	PersonKey string
	ReadAt    time.Time
}

// Group is an identity store group. IAM Identity Center has no nested groups.
type Group struct {
	ID          string
	DisplayName string
	Members     []string // user ids, sorted
	ReadAt      time.Time
	MembersRead time.Time // when Members was read; zero: never
}

// PermissionSet is what a target's role is made from.
type PermissionSet struct {
	ARN                 string
	Name                string
	Description         string
	SessionDuration     time.Duration // how long credentials live: the residual access after an end
	ManagedPolicies     []string      // ARNs
	CustomerPolicies    []string      // path/name
	InlinePolicy        string        // JSON or ""
	PermissionsBoundary string        // ARN or path/name, or ""
	Tags                map[string]string
	// InManagementAccount: provisioned in the management account, so that a delegated administrator can manage it
	// nowhere (aws-facts: AccessDeniedException for all accounts).
	InManagementAccount bool
	ReadAt              time.Time
}
