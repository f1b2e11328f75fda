package aws

import (
	"fmt"
	"net/http"
	"regexp"
)

// ssoInput holds the members that the inputs of sso-admin have between them.
type ssoInput struct {
	InstanceArn                        string
	PermissionSetArn                   string
	PrincipalId                        string
	PrincipalType                      string
	TargetId                           string
	TargetType                         string
	AccountId                          string
	ResourceArn                        string
	AccountAssignmentCreationRequestId string
	AccountAssignmentDeletionRequestId string
	ProvisioningStatus                 string
	MaxResults                         *int
	NextToken                          string
	Filter                             struct{ Status, AccountId string }
}

// ssoOperations are the APIs of sso-admin. The letters name the resources that must be allowed,
// after AWS's service authorization reference: i instance, a account, p permission set, t whatever
// the tags are asked of.
func ssoOperations() []operation {
	api := func(name, resources string, work func(*call, *ssoInput) (any, error)) operation {
		return jsonOperation("sso", "sso", name, func(c *call, in *ssoInput) error {
			return c.describeSSO(resources, in)
		}, work)
	}
	return []operation{
		api("ListInstances", "", (*call).listInstances),
		api("DescribeInstance", "i", (*call).describeInstance),
		api("CreateAccountAssignment", "iap", (*call).createAccountAssignment),
		api("DeleteAccountAssignment", "iap", (*call).deleteAccountAssignment),
		api("DescribeAccountAssignmentCreationStatus", "i", (*call).describeCreationStatus),
		api("DescribeAccountAssignmentDeletionStatus", "i", (*call).describeDeletionStatus),
		api("ListAccountAssignmentCreationStatus", "i", (*call).listCreationStatus),
		api("ListAccountAssignmentDeletionStatus", "i", (*call).listDeletionStatus),
		api("ListAccountAssignments", "iap", (*call).listAccountAssignments),
		api("ListAccountAssignmentsForPrincipal", "i", (*call).listAccountAssignmentsForPrincipal),
		api("ListPermissionSets", "i", (*call).listPermissionSets),
		api("DescribePermissionSet", "ip", (*call).describePermissionSet),
		api("ListManagedPoliciesInPermissionSet", "ip", (*call).listManagedPolicies),
		api("ListCustomerManagedPolicyReferencesInPermissionSet", "ip", (*call).listCustomerManagedPolicies),
		api("GetInlinePolicyForPermissionSet", "ip", (*call).getInlinePolicy),
		api("GetPermissionsBoundaryForPermissionSet", "ip", (*call).getPermissionsBoundary),
		api("ListAccountsForProvisionedPermissionSet", "ip", (*call).listAccountsForPermissionSet),
		api("ListPermissionSetsProvisionedToAccount", "ia", (*call).listPermissionSetsOfAccount),
		api("ListTagsForResource", "t", (*call).listPermissionSetTags),
	}
}

var (
	instanceARNPattern      = regexp.MustCompile(`^arn:(aws|aws-us-gov|aws-cn):sso:::instance/(sso)?ins-[a-zA-Z0-9-.]{16}$`)
	permissionSetARNPattern = regexp.MustCompile(`^arn:(aws|aws-us-gov|aws-cn):sso:::permissionSet/(sso)?ins-[a-zA-Z0-9-.]{16}/ps-[a-zA-Z0-9-./]{16}$`)
)

// describeSSO checks the form of the input, and says which resources and which assignment it is about.
func (c *call) describeSSO(resources string, in *ssoInput) error {
	s := c.aws.state
	account := in.AccountId
	if in.TargetId != "" {
		account = in.TargetId
	}
	c.triple = Triple{in.PrincipalId, in.PrincipalType, account, in.PermissionSetArn}
	if j := c.aws.work.byID[in.AccountAssignmentCreationRequestId+in.AccountAssignmentDeletionRequestId]; j != nil {
		c.operationID, c.triple = j.id, j.triple
	}
	for _, kind := range resources {
		switch kind {
		case 'i':
			if !instanceARNPattern.MatchString(in.InstanceArn) {
				return malformed("instanceArn", in.InstanceArn)
			}
			c.resources = append(c.resources, in.InstanceArn)
		case 'a':
			if !accountIDPattern.MatchString(account) {
				return malformed("accountId", account)
			}
			c.resources = append(c.resources, s.ssoAccountARN(account))
		case 't':
			// The instance may be left out, and is not among the resources.
			setDefault(&in.InstanceArn, s.instanceARN())
			in.PermissionSetArn = in.ResourceArn
			c.triple.PermissionSetARN = in.ResourceArn
			if !permissionSetARNPattern.MatchString(in.ResourceArn) {
				return malformed("resourceArn", in.ResourceArn)
			}
			c.resources = append(c.resources, in.ResourceArn)
		case 'p':
			if !permissionSetARNPattern.MatchString(in.PermissionSetArn) {
				return malformed("permissionSetArn", in.PermissionSetArn)
			}
			c.resources = append(c.resources, in.PermissionSetArn)
		}
	}
	return nil
}

func malformed(member, value string) *apiError {
	return validation(fmt.Sprintf("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint", value, member))
}

func validation(message string) *apiError {
	return &apiError{Code: "ValidationException", Status: http.StatusBadRequest, Message: message}
}

func notFound(message string) *apiError {
	return &apiError{Code: "ResourceNotFoundException", Status: http.StatusNotFound, Message: message}
}

// useInstance checks that the caller may use the instance, and that it is the one there is.
func (c *call) useInstance(in *ssoInput) error {
	s := c.aws.state
	if !c.isManager() && c.credential.account != s.delegated {
		return c.denied(s.instanceARN())
	}
	if in.InstanceArn != s.instanceARN() {
		return notFound("Instance " + in.InstanceArn + " was not found.")
	}
	return nil
}

// usePermissionSets is useInstance for the APIs of multi-account permissions, which an instance
// may be without.
func (c *call) usePermissionSets(in *ssoInput) error {
	if err := c.useInstance(in); err != nil {
		return err
	}
	if c.aws.state.instance.WithoutPermissionSets {
		return validation("Multi-account permissions are not enabled for this instance.")
	}
	return nil
}

func (c *call) isManager() bool { return c.credential.account == c.aws.state.manager }

func (c *call) listInstances(*ssoInput) (any, error) {
	s := c.aws.state
	return map[string]any{"Instances": []any{map[string]any{
		"InstanceArn": s.instanceARN(), "IdentityStoreId": s.instance.IdentityStoreID, "IdentityStoreArn": s.identityStoreARN(),
		"OwnerAccountId": s.manager, "Name": s.instance.Name, "Status": "ACTIVE", "PrimaryRegion": s.region,
		"Regions": s.regions(),
	}}}, nil
}

func (s *state) regions() []any {
	return []any{map[string]any{"RegionName": s.region, "Status": "ACTIVE", "IsPrimaryRegion": true}}
}

func (c *call) describeInstance(in *ssoInput) (any, error) {
	if err := c.useInstance(in); err != nil {
		return nil, err
	}
	s := c.aws.state
	encryption := map[string]any{"KeyType": "AWS_OWNED_KMS_KEY", "EncryptionStatus": "ENABLED"}
	if s.instance.KMSKeyARN != "" {
		encryption = map[string]any{"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": s.instance.KMSKeyARN, "EncryptionStatus": "ENABLED"}
	}
	return map[string]any{
		"InstanceArn": s.instanceARN(), "IdentityStoreId": s.instance.IdentityStoreID, "IdentityStoreArn": s.identityStoreARN(),
		"OwnerAccountId": s.manager, "Name": s.instance.Name, "Status": "ACTIVE", "PrimaryRegion": s.region,
		"Regions": s.regions(), "PermissionSetsEnabled": !s.instance.WithoutPermissionSets,
		"EncryptionConfigurationDetails": encryption,
	}, nil
}
