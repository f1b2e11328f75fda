package aws

import (
	"fmt"
	"net/http"
)

// credential is an access key with its policies read.
type credential struct {
	Credential
	account string
	policy  Policy
}

func (a *AWS) addCredential(org Organization, given Credential) error {
	account, ok := accountByName(org.Accounts, given.Account)
	if !ok {
		return fmt.Errorf("add credential %q: account %q is not in the organization", given.AccessKeyID, given.Account)
	}
	if given.AccessKeyID == "" || given.SecretAccessKey == "" || a.credentials[given.AccessKeyID] != nil {
		return fmt.Errorf("add credential %q: the key or its secret is empty, or the key is there already", given.AccessKeyID)
	}
	if given.Principal == "" {
		given.Principal = fmt.Sprintf("arn:%s:sts::%s:assumed-role/sandbox/%s", org.Partition, account, given.AccessKeyID)
	}
	policy, err := joinPolicies(given.Policies)
	if err != nil {
		return fmt.Errorf("add credential %q: %w", given.AccessKeyID, err)
	}
	a.credentials[given.AccessKeyID] = &credential{Credential: given, account: account, policy: policy}
	return nil
}

// joinPolicies reads policy documents into one, as all that apply to a caller count together.
func joinPolicies(documents []string) (Policy, error) {
	var joined Policy
	for i, document := range documents {
		p, err := ParsePolicy([]byte(document))
		if err != nil {
			return Policy{}, fmt.Errorf("policy %d: %w", i+1, err)
		}
		joined.Statements = append(joined.Statements, p.Statements...)
	}
	return joined, nil
}

// authorize checks every resource of the call against the caller's policies.
func (c *call) authorize() error {
	if c.operation.open {
		return nil
	}
	resources := c.resources
	if len(resources) == 0 {
		resources = []string{"*"}
	}
	keys := c.conditionKeys()
	for _, resource := range resources {
		switch c.credential.policy.decide(c.action, resource, keys) {
		case explicitDeny:
			return c.deniedBecause(resource, "with an explicit deny in an identity-based policy")
		case allowed:
		case implicitDeny:
			return c.deniedBecause(resource, "because no identity-based policy allows the "+c.action+" action")
		}
	}
	return nil
}

// conditionKeys are the request's values for conditions in policies.
func (c *call) conditionKeys() map[string]string {
	s := c.aws.state
	keys := map[string]string{
		"aws:PrincipalAccount": c.credential.account,
		"aws:PrincipalArn":     c.credential.Principal,
		"aws:PrincipalOrgID":   s.orgID,
		"aws:RequestedRegion":  s.region,
		"aws:SecureTransport":  "true",
		"aws:ViaAWSService":    "false",
		"aws:CurrentTime":      c.now.Format("2006-01-02T15:04:05Z"),
	}
	if service := c.operation.service; service == "sso" || service == "identitystore" {
		keys[service+":PrimaryRegion"] = s.region
	}
	if c.servicePrincipal != "" {
		keys["organizations:ServicePrincipal"] = c.servicePrincipal
	}
	return keys
}

func (c *call) deniedBecause(resource, why string) *apiError {
	return &apiError{
		Code: "AccessDeniedException", Status: http.StatusForbidden,
		Message: fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s %s", c.credential.Principal, c.action, resource, why),
	}
}

// denied is a refusal that no policy can lift.
func (c *call) denied(resource string) *apiError {
	return c.deniedBecause(resource, "because no resource-based policy allows the "+c.action+" action")
}
