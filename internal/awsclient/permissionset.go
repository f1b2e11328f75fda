package awsclient

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin/types"

	"github.com/team-idc/team/internal/awsfault"
	"github.com/team-idc/team/internal/directory"
)

// PermissionSets implements directory.Source.
func (c *Client) PermissionSets(ctx context.Context, token string) (directory.Page[string], error) {
	const operation = "sso-admin:ListPermissionSets"
	in, err := c.instance(ctx)
	if err != nil {
		return directory.Page[string]{}, err
	}
	out, err := call(ctx, c, operation, c.sso.ListPermissionSets, &ssoadmin.ListPermissionSetsInput{
		InstanceArn: aws.String(in.arn), MaxResults: aws.Int32(pageOfHundred), NextToken: tokenOf(token),
	})
	if err != nil {
		return directory.Page[string]{}, err
	}
	return pageOf(operation, out.PermissionSets, out.NextToken, identified)
}

// PermissionSet implements directory.Source.
func (c *Client) PermissionSet(ctx context.Context, arn string) (directory.PermissionSet, error) {
	const operation = "sso-admin:DescribePermissionSet"
	in, err := c.instance(ctx)
	if err != nil {
		return directory.PermissionSet{}, err
	}
	out, err := call(ctx, c, operation, c.sso.DescribePermissionSet, &ssoadmin.DescribePermissionSetInput{
		InstanceArn: aws.String(in.arn), PermissionSetArn: aws.String(arn),
	})
	if err != nil {
		return directory.PermissionSet{}, err
	}
	if out.PermissionSet == nil || out.PermissionSet.Name == nil {
		return directory.PermissionSet{}, malformed(operation, "PermissionSet")
	}
	session := defaultSession
	if s := aws.ToString(out.PermissionSet.SessionDuration); s != "" {
		if session, err = parseISODuration(s); err != nil {
			return directory.PermissionSet{}, malformed(operation, "readable SessionDuration: "+err.Error())
		}
	}
	return directory.PermissionSet{
		ARN: arn, Name: *out.PermissionSet.Name, Description: aws.ToString(out.PermissionSet.Description),
		SessionDuration: session, ReadAt: c.now().UTC(),
	}, nil
}

// ManagedPolicies implements directory.Source.
func (c *Client) ManagedPolicies(ctx context.Context, arn, token string) (directory.Page[string], error) {
	const operation = "sso-admin:ListManagedPoliciesInPermissionSet"
	in, err := c.instance(ctx)
	if err != nil {
		return directory.Page[string]{}, err
	}
	out, err := call(ctx, c, operation, c.sso.ListManagedPoliciesInPermissionSet,
		&ssoadmin.ListManagedPoliciesInPermissionSetInput{
			InstanceArn: aws.String(in.arn), PermissionSetArn: aws.String(arn),
			MaxResults: aws.Int32(pageOfHundred), NextToken: tokenOf(token),
		})
	if err != nil {
		return directory.Page[string]{}, err
	}
	return pageOf(operation, out.AttachedManagedPolicies, out.NextToken, func(p types.AttachedManagedPolicy) (string, bool) {
		return aws.ToString(p.Arn), p.Arn != nil
	})
}

// CustomerPolicies implements directory.Source.
func (c *Client) CustomerPolicies(ctx context.Context, arn, token string) (directory.Page[string], error) {
	const operation = "sso-admin:ListCustomerManagedPolicyReferencesInPermissionSet"
	in, err := c.instance(ctx)
	if err != nil {
		return directory.Page[string]{}, err
	}
	out, err := call(ctx, c, operation, c.sso.ListCustomerManagedPolicyReferencesInPermissionSet,
		&ssoadmin.ListCustomerManagedPolicyReferencesInPermissionSetInput{
			InstanceArn: aws.String(in.arn), PermissionSetArn: aws.String(arn),
			MaxResults: aws.Int32(pageOfHundred), NextToken: tokenOf(token),
		})
	if err != nil {
		return directory.Page[string]{}, err
	}
	return pageOf(operation, out.CustomerManagedPolicyReferences, out.NextToken,
		func(r types.CustomerManagedPolicyReference) (string, bool) { return pathAndName(r), r.Name != nil })
}

// InlinePolicy implements directory.Source.
func (c *Client) InlinePolicy(ctx context.Context, arn string) (string, error) {
	const operation = "sso-admin:GetInlinePolicyForPermissionSet"
	in, err := c.instance(ctx)
	if err != nil {
		return "", err
	}
	out, err := call(ctx, c, operation, c.sso.GetInlinePolicyForPermissionSet, &ssoadmin.GetInlinePolicyForPermissionSetInput{
		InstanceArn: aws.String(in.arn), PermissionSetArn: aws.String(arn),
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.InlinePolicy), nil
}

// PermissionsBoundary implements directory.Source.
func (c *Client) PermissionsBoundary(ctx context.Context, arn string) (string, error) {
	const operation = "sso-admin:GetPermissionsBoundaryForPermissionSet"
	in, err := c.instance(ctx)
	if err != nil {
		return "", err
	}
	out, err := call(ctx, c, operation, c.sso.GetPermissionsBoundaryForPermissionSet,
		&ssoadmin.GetPermissionsBoundaryForPermissionSetInput{
			InstanceArn: aws.String(in.arn), PermissionSetArn: aws.String(arn),
		})
	if f, ok := awsfault.Of(err); ok && f.Kind == awsfault.NotFound {
		// "None attached" is a ResourceNotFoundException. A permission set that is gone answers the same, and is
		// missed by the next list of permission sets.
		return "", nil
	}
	if err != nil {
		return "", err
	}
	switch b := out.PermissionsBoundary; {
	case b == nil:
		return "", nil
	case b.ManagedPolicyArn != nil:
		return *b.ManagedPolicyArn, nil
	case b.CustomerManagedPolicyReference != nil:
		return pathAndName(*b.CustomerManagedPolicyReference), nil
	}
	return "", malformed(operation, "policy")
}

// PermissionSetTags implements directory.Source.
func (c *Client) PermissionSetTags(ctx context.Context, arn, token string) (directory.Page[directory.Tag], error) {
	const operation = "sso-admin:ListTagsForResource"
	in, err := c.instance(ctx)
	if err != nil {
		return directory.Page[directory.Tag]{}, err
	}
	out, err := call(ctx, c, operation, c.sso.ListTagsForResource, &ssoadmin.ListTagsForResourceInput{
		InstanceArn: aws.String(in.arn), ResourceArn: aws.String(arn), NextToken: tokenOf(token),
	})
	if err != nil {
		return directory.Page[directory.Tag]{}, err
	}
	return pageOf(operation, out.Tags, out.NextToken, func(t types.Tag) (directory.Tag, bool) {
		return directory.Tag{Key: aws.ToString(t.Key), Value: aws.ToString(t.Value)}, t.Key != nil
	})
}

// ProvisionedIn implements directory.Source.
func (c *Client) ProvisionedIn(ctx context.Context, accountID, token string) (directory.Page[string], error) {
	const operation = "sso-admin:ListPermissionSetsProvisionedToAccount"
	in, err := c.instance(ctx)
	if err != nil {
		return directory.Page[string]{}, err
	}
	out, err := call(ctx, c, operation, c.sso.ListPermissionSetsProvisionedToAccount,
		&ssoadmin.ListPermissionSetsProvisionedToAccountInput{
			InstanceArn: aws.String(in.arn), AccountId: aws.String(accountID),
			MaxResults: aws.Int32(pageOfHundred), NextToken: tokenOf(token),
		})
	if err != nil {
		return directory.Page[string]{}, err
	}
	return pageOf(operation, out.PermissionSets, out.NextToken, identified)
}

// AccountsWith implements directory.Source.
func (c *Client) AccountsWith(ctx context.Context, arn, token string) (directory.Page[string], error) {
	const operation = "sso-admin:ListAccountsForProvisionedPermissionSet"
	in, err := c.instance(ctx)
	if err != nil {
		return directory.Page[string]{}, err
	}
	out, err := call(ctx, c, operation, c.sso.ListAccountsForProvisionedPermissionSet,
		&ssoadmin.ListAccountsForProvisionedPermissionSetInput{
			InstanceArn: aws.String(in.arn), PermissionSetArn: aws.String(arn),
			MaxResults: aws.Int32(pageOfHundred), NextToken: tokenOf(token),
		})
	if err != nil {
		return directory.Page[string]{}, err
	}
	return pageOf(operation, out.AccountIds, out.NextToken, identified)
}

func identified(s string) (string, bool) { return s, s != "" }

// pathAndName writes a reference as IAM writes policies: the path begins and ends with a slash and defaults to "/".
func pathAndName(r types.CustomerManagedPolicyReference) string {
	path := aws.ToString(r.Path)
	if path == "" {
		path = "/"
	}
	if !strings.HasSuffix(path, "/") {
		path += "/"
	}
	return path + aws.ToString(r.Name)
}
