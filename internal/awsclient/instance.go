package awsclient

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin/types"

	"github.com/team-idc/team/internal/awsfault"
	"github.com/team-idc/team/internal/directory"
)

// servicePrincipal of IAM Identity Center, under which a delegated administrator is registered.
const servicePrincipal = "sso.amazonaws.com"

// instance gives what calls are addressed with, looked up once where it was not configured.
func (c *Client) instance(ctx context.Context) (instanceRef, error) {
	if ref := c.instanceOf.Load(); ref != nil {
		return *ref, nil
	}
	found, err := c.findInstance(ctx)
	if err != nil {
		return instanceRef{}, err
	}
	ref := instanceRef{arn: aws.ToString(found.InstanceArn), store: aws.ToString(found.IdentityStoreId)}
	c.instanceOf.Store(&ref)
	return ref, nil
}

// findInstance picks the organization's instance. A member account can have an account instance of its own beside
// it, which knows no permission sets.
func (c *Client) findInstance(ctx context.Context) (types.InstanceMetadata, error) {
	const operation = "sso-admin:ListInstances"
	var all []types.InstanceMetadata
	err := everyPage(operation, func(token *string) (*string, error) {
		out, err := call(ctx, c, operation, c.sso.ListInstances, &ssoadmin.ListInstancesInput{NextToken: token})
		if err != nil {
			return nil, err
		}
		all = append(all, out.Instances...)
		return out.NextToken, nil
	})
	if err != nil {
		return types.InstanceMetadata{}, err
	}
	if len(all) > 1 {
		if all, err = c.ownedByManagement(ctx, all); err != nil {
			return types.InstanceMetadata{}, err
		}
	}
	switch {
	case len(all) == 0:
		return types.InstanceMetadata{}, &awsfault.Error{
			Kind: awsfault.NotFound, Operation: operation,
			Message: "these credentials see no organization instance of IAM Identity Center in Region " + c.region,
		}
	case len(all) > 1:
		return types.InstanceMetadata{}, &awsfault.Error{
			Kind: awsfault.Invalid, Operation: operation,
			Message: "these credentials see more than one instance of IAM Identity Center; name one in the configuration",
		}
	case all[0].InstanceArn == nil || all[0].IdentityStoreId == nil:
		return types.InstanceMetadata{}, malformed(operation, "InstanceArn and IdentityStoreId")
	}
	return all[0], nil
}

func (c *Client) ownedByManagement(ctx context.Context, all []types.InstanceMetadata) ([]types.InstanceMetadata, error) {
	org, err := c.organization(ctx)
	if err != nil {
		return nil, err
	}
	var owned []types.InstanceMetadata
	for _, i := range all {
		if aws.ToString(i.OwnerAccountId) == aws.ToString(org.MasterAccountId) {
			owned = append(owned, i)
		}
	}
	return owned, nil
}

func (c *Client) organization(ctx context.Context) (*orgtypes.Organization, error) {
	const operation = "organizations:DescribeOrganization"
	out, err := call(ctx, c, operation, c.orgs.DescribeOrganization, &organizations.DescribeOrganizationInput{})
	if err != nil {
		return nil, err
	}
	if out.Organization == nil || out.Organization.Id == nil || out.Organization.MasterAccountId == nil {
		return nil, malformed(operation, "Organization")
	}
	return out.Organization, nil
}

// Instance implements directory.Source.
func (c *Client) Instance(ctx context.Context) (directory.Instance, error) {
	const operation = "sso-admin:DescribeInstance"
	ref, err := c.instance(ctx)
	if err != nil {
		return directory.Instance{}, err
	}
	i := directory.Instance{
		ARN: ref.arn, IdentityStoreID: ref.store, Region: c.region, Partition: partitionOfARN(ref.arn),
		PermissionSetsEnabled: true,
	}
	out, err := call(ctx, c, operation, c.sso.DescribeInstance, &ssoadmin.DescribeInstanceInput{InstanceArn: aws.String(ref.arn)})
	switch {
	case awsfault.Is(err, awsfault.NotOffered):
		// An endpoint older than DescribeInstance is older than instances without permission sets (2026-08-04).
	case err != nil:
		return directory.Instance{}, err
	default:
		if out.PermissionSetsEnabled != nil {
			i.PermissionSetsEnabled = *out.PermissionSetsEnabled
		}
		if out.PrimaryRegion != nil && *out.PrimaryRegion != "" {
			i.Region = *out.PrimaryRegion
		}
	}
	caller, err := c.CallerIdentity(ctx)
	if err != nil {
		return directory.Instance{}, err
	}
	org, err := c.organization(ctx)
	if err != nil {
		return directory.Instance{}, err
	}
	i.CallerAccountID = caller.AccountID
	i.OrganizationID, i.ManagementAccountID = *org.Id, *org.MasterAccountId
	i.ReadAt = c.now().UTC()
	return i, nil
}

// Administrators implements directory.Source.
func (c *Client) Administrators(ctx context.Context, token string) (directory.Page[string], error) {
	const operation = "organizations:ListDelegatedAdministrators"
	out, err := call(ctx, c, operation, c.orgs.ListDelegatedAdministrators, &organizations.ListDelegatedAdministratorsInput{
		ServicePrincipal: aws.String(servicePrincipal), NextToken: tokenOf(token),
	})
	if err != nil {
		return directory.Page[string]{}, err
	}
	return pageOf(operation, out.DelegatedAdministrators, out.NextToken, func(a orgtypes.DelegatedAdministrator) (string, bool) {
		return aws.ToString(a.Id), a.Id != nil
	})
}

// partitionOfARN: arn:<partition>:…
func partitionOfARN(arn string) string {
	parts := strings.SplitN(arn, ":", 3)
	if len(parts) < 3 {
		return ""
	}
	return parts[1]
}

// pageOf translates a page; an item without its identity makes the page unusable, not shorter.
func pageOf[A, B any](operation string, items []A, next *string, translate func(A) (B, bool)) (directory.Page[B], error) {
	p := directory.Page[B]{Items: make([]B, 0, len(items)), Next: aws.ToString(next)}
	for _, item := range items {
		b, ok := translate(item)
		if !ok {
			return directory.Page[B]{}, malformed(operation, "identity of an item")
		}
		p.Items = append(p.Items, b)
	}
	return p, nil
}
