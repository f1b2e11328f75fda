package awsclient

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/team-idc/team/internal/directory"
)

// pageOfTwenty is the largest page AWS Organizations serves.
const pageOfTwenty = 20

// Roots implements directory.Source.
func (c *Client) Roots(ctx context.Context, token string) (directory.Page[directory.OU], error) {
	const operation = "organizations:ListRoots"
	out, err := call(ctx, c, operation, c.orgs.ListRoots, &organizations.ListRootsInput{NextToken: tokenOf(token)})
	if err != nil {
		return directory.Page[directory.OU]{}, err
	}
	now := c.now().UTC()
	return pageOf(operation, out.Roots, out.NextToken, func(r types.Root) (directory.OU, bool) {
		return directory.OU{ID: aws.ToString(r.Id), Name: aws.ToString(r.Name), ReadAt: now}, r.Id != nil
	})
}

// UnitsUnder implements directory.Source.
func (c *Client) UnitsUnder(ctx context.Context, parentID, token string) (directory.Page[directory.OU], error) {
	const operation = "organizations:ListOrganizationalUnitsForParent"
	out, err := call(ctx, c, operation, c.orgs.ListOrganizationalUnitsForParent,
		&organizations.ListOrganizationalUnitsForParentInput{
			ParentId: aws.String(parentID), MaxResults: aws.Int32(pageOfTwenty), NextToken: tokenOf(token),
		})
	if err != nil {
		return directory.Page[directory.OU]{}, err
	}
	now := c.now().UTC()
	return pageOf(operation, out.OrganizationalUnits, out.NextToken, func(u types.OrganizationalUnit) (directory.OU, bool) {
		return directory.OU{ID: aws.ToString(u.Id), Name: aws.ToString(u.Name), ParentID: parentID, ReadAt: now}, u.Id != nil
	})
}

// Accounts implements directory.Source.
func (c *Client) Accounts(ctx context.Context, token string) (directory.Page[directory.Account], error) {
	const operation = "organizations:ListAccounts"
	out, err := call(ctx, c, operation, c.orgs.ListAccounts, &organizations.ListAccountsInput{
		MaxResults: aws.Int32(pageOfTwenty), NextToken: tokenOf(token),
	})
	if err != nil {
		return directory.Page[directory.Account]{}, err
	}
	now := c.now().UTC()
	return pageOf(operation, out.Accounts, out.NextToken, func(a types.Account) (directory.Account, bool) {
		return accountOf(a, now), a.Id != nil
	})
}

// AccountsUnder implements directory.Source.
func (c *Client) AccountsUnder(ctx context.Context, parentID, token string) (directory.Page[string], error) {
	const operation = "organizations:ListAccountsForParent"
	out, err := call(ctx, c, operation, c.orgs.ListAccountsForParent, &organizations.ListAccountsForParentInput{
		ParentId: aws.String(parentID), MaxResults: aws.Int32(pageOfTwenty), NextToken: tokenOf(token),
	})
	if err != nil {
		return directory.Page[string]{}, err
	}
	return pageOf(operation, out.Accounts, out.NextToken, func(a types.Account) (string, bool) {
		return aws.ToString(a.Id), a.Id != nil
	})
}

// AccountTags implements directory.Source.
func (c *Client) AccountTags(ctx context.Context, accountID, token string) (directory.Page[directory.Tag], error) {
	const operation = "organizations:ListTagsForResource"
	out, err := call(ctx, c, operation, c.orgs.ListTagsForResource, &organizations.ListTagsForResourceInput{
		ResourceId: aws.String(accountID), NextToken: tokenOf(token),
	})
	if err != nil {
		return directory.Page[directory.Tag]{}, err
	}
	return pageOf(operation, out.Tags, out.NextToken, func(t types.Tag) (directory.Tag, bool) {
		return directory.Tag{Key: aws.ToString(t.Key), Value: aws.ToString(t.Value)}, t.Key != nil
	})
}

func accountOf(a types.Account, now time.Time) directory.Account {
	state := directory.AccountState(a.State)
	if state == "" {
		// Status is what endpoints answered before State (AWS retired it on 2026-09-09); emulators still do.
		state = directory.AccountState(a.Status)
	}
	account := directory.Account{
		ID: aws.ToString(a.Id), Name: aws.ToString(a.Name), Email: aws.ToString(a.Email), State: state, ReadAt: now,
	}
	if len(a.Paths) > 0 {
		account.OUPath = unitsOfPath(a.Paths[0])
	}
	return account
}

// unitsOfPath: o-example/r-abcd/ou-abcd-1/ou-abcd-2/111122223333/ gives the root and the units below it.
func unitsOfPath(path string) []string {
	var units []string
	for part := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(part, "r-") || strings.HasPrefix(part, "ou-") {
			units = append(units, part)
		}
	}
	return units
}
