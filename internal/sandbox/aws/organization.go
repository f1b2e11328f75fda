package aws

// Organization is the starting point of a simulated AWS organization: what an organization file
// holds. Identifiers that a file leaves out are derived from the names, so that a file stays
// readable and two runs agree.
type Organization struct {
	// ID of the organization, "o-" and 10 characters.
	ID string `yaml:"id,omitempty" json:"id,omitempty"`
	// Partition is aws (the default), aws-cn or aws-us-gov.
	Partition string `yaml:"partition,omitempty" json:"partition,omitempty"`
	// Region is IAM Identity Center's primary Region; us-east-1 by default.
	Region string `yaml:"region,omitempty" json:"region,omitempty"`
	// ManagementAccount and DelegatedAdministrator name accounts below, by id or by name.
	ManagementAccount      string               `yaml:"management_account" json:"management_account"`
	DelegatedAdministrator string               `yaml:"delegated_administrator,omitempty" json:"delegated_administrator,omitempty"`
	Instance               Instance             `yaml:"instance,omitempty" json:"instance,omitzero"`
	OrganizationalUnits    []OrganizationalUnit `yaml:"organizational_units,omitempty" json:"organizational_units,omitempty"`
	Accounts               []Account            `yaml:"accounts" json:"accounts"`
	PermissionSets         []PermissionSet      `yaml:"permission_sets,omitempty" json:"permission_sets,omitempty"`
	Users                  []User               `yaml:"users,omitempty" json:"users,omitempty"`
	Groups                 []Group              `yaml:"groups,omitempty" json:"groups,omitempty"`
	Assignments            []Assignment         `yaml:"assignments,omitempty" json:"assignments,omitempty"`
}

// Instance is the organization instance of IAM Identity Center.
type Instance struct {
	// ID is "ssoins-" and 16 characters.
	ID   string `yaml:"id,omitempty" json:"id,omitempty"`
	Name string `yaml:"name,omitempty" json:"name,omitempty"`
	// IdentityStoreID is "d-" and 10 characters.
	IdentityStoreID string `yaml:"identity_store_id,omitempty" json:"identity_store_id,omitempty"`
	// WithoutPermissionSets is an instance that has no multi-account permissions
	// (PermissionSetsEnabled is false), possible since 2026-08-04.
	WithoutPermissionSets bool `yaml:"without_permission_sets,omitempty" json:"without_permission_sets,omitempty"`
	// KMSKeyARN is the customer-managed key of the instance; empty means AWS's own key.
	KMSKeyARN string `yaml:"kms_key_arn,omitempty" json:"kms_key_arn,omitempty"`
}

// OrganizationalUnit is one OU, named by its path below the root: "Workloads/Prod".
type OrganizationalUnit struct {
	Path string            `yaml:"path" json:"path"`
	ID   string            `yaml:"id,omitempty" json:"id,omitempty"`
	Tags map[string]string `yaml:"tags,omitempty" json:"tags,omitempty"`
}

// Account is one AWS account.
type Account struct {
	ID    string `yaml:"id,omitempty" json:"id,omitempty"`
	Name  string `yaml:"name" json:"name"`
	Email string `yaml:"email,omitempty" json:"email,omitempty"`
	// OU is the path of the OU the account is in; empty is the root.
	OU string `yaml:"ou,omitempty" json:"ou,omitempty"`
	// State is ACTIVE (the default), PENDING_ACTIVATION, SUSPENDED, PENDING_CLOSURE or CLOSED.
	State string            `yaml:"state,omitempty" json:"state,omitempty"`
	Tags  map[string]string `yaml:"tags,omitempty" json:"tags,omitempty"`
	// CustomerManagedPolicies are the IAM policies that exist in the account, as path and name
	// ("/teams/Deny"); a permission set that refers to another one cannot be assigned here.
	CustomerManagedPolicies []string `yaml:"customer_managed_policies,omitempty" json:"customer_managed_policies,omitempty"`
	// IAMRoles counts the roles that are in the account besides those of permission sets.
	IAMRoles int `yaml:"iam_roles,omitempty" json:"iam_roles,omitempty"`
}

// User is one user of the identity store.
type User struct {
	ID          string `yaml:"id,omitempty" json:"id,omitempty"`
	UserName    string `yaml:"user_name" json:"user_name"`
	DisplayName string `yaml:"display_name,omitempty" json:"display_name,omitempty"`
	Email       string `yaml:"email,omitempty" json:"email,omitempty"`
	// Status is ENABLED (the default) or DISABLED.
	Status string `yaml:"status,omitempty" json:"status,omitempty"`
	// Enterprise are attributes of the SCIM enterprise extension: employeeNumber, department, costCenter.
	Enterprise  map[string]string `yaml:"enterprise,omitempty" json:"enterprise,omitempty"`
	ExternalIDs []ExternalID      `yaml:"external_ids,omitempty" json:"external_ids,omitempty"`
}

// ExternalID is the identifier an identity provider gave to a user or group.
type ExternalID struct {
	Issuer string `yaml:"issuer" json:"issuer"`
	ID     string `yaml:"id" json:"id"`
}

// Group is one group of the identity store with its members' user names.
type Group struct {
	ID          string       `yaml:"id,omitempty" json:"id,omitempty"`
	DisplayName string       `yaml:"display_name" json:"display_name"`
	Description string       `yaml:"description,omitempty" json:"description,omitempty"`
	ExternalIDs []ExternalID `yaml:"external_ids,omitempty" json:"external_ids,omitempty"`
	Members     []string     `yaml:"members,omitempty" json:"members,omitempty"`
}

// PermissionSet is one permission set.
type PermissionSet struct {
	Name string `yaml:"name" json:"name"`
	// ID is "ps-" and 16 characters.
	ID          string `yaml:"id,omitempty" json:"id,omitempty"`
	Description string `yaml:"description,omitempty" json:"description,omitempty"`
	// SessionDuration is an ISO 8601 duration from PT1H (the default) to PT12H.
	SessionDuration         string               `yaml:"session_duration,omitempty" json:"session_duration,omitempty"`
	RelayState              string               `yaml:"relay_state,omitempty" json:"relay_state,omitempty"`
	ManagedPolicies         []string             `yaml:"managed_policies,omitempty" json:"managed_policies,omitempty"`
	CustomerManagedPolicies []CustomerPolicy     `yaml:"customer_managed_policies,omitempty" json:"customer_managed_policies,omitempty"`
	InlinePolicy            string               `yaml:"inline_policy,omitempty" json:"inline_policy,omitempty"`
	PermissionsBoundary     *PermissionsBoundary `yaml:"permissions_boundary,omitempty" json:"permissions_boundary,omitempty"`
	Tags                    map[string]string    `yaml:"tags,omitempty" json:"tags,omitempty"`
}

// CustomerPolicy is a permission set's reference to a policy that lives in the member account.
type CustomerPolicy struct {
	Name string `yaml:"name" json:"name"`
	// Path is "/" by default.
	Path string `yaml:"path,omitempty" json:"path,omitempty"`
}

// PermissionsBoundary is either an AWS managed policy or a customer-managed one.
type PermissionsBoundary struct {
	ManagedPolicyARN string          `yaml:"managed_policy_arn,omitempty" json:"managed_policy_arn,omitempty"`
	CustomerPolicy   *CustomerPolicy `yaml:"customer_managed_policy,omitempty" json:"customer_managed_policy,omitempty"`
}

// Assignment is a standing assignment: one of User and Group, an account by id or name, and a
// permission set by name.
type Assignment struct {
	User          string `yaml:"user,omitempty" json:"user,omitempty"`
	Group         string `yaml:"group,omitempty" json:"group,omitempty"`
	Account       string `yaml:"account" json:"account"`
	PermissionSet string `yaml:"permission_set" json:"permission_set"`
}
