package awsclient

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	"github.com/aws/aws-sdk-go-v2/service/identitystore/types"

	"github.com/team-idc/team/internal/directory"
)

// Users implements directory.Source.
func (c *Client) Users(ctx context.Context, token string) (directory.Page[directory.User], error) {
	const operation = "identitystore:ListUsers"
	in, err := c.instance(ctx)
	if err != nil {
		return directory.Page[directory.User]{}, err
	}
	out, err := call(ctx, c, operation, c.store.ListUsers, &identitystore.ListUsersInput{
		IdentityStoreId: aws.String(in.store), Extensions: c.extensions(),
		MaxResults: aws.Int32(pageOfHundred), NextToken: tokenOf(token),
	})
	if err != nil {
		return directory.Page[directory.User]{}, err
	}
	p := directory.Page[directory.User]{Next: aws.ToString(out.NextToken)}
	for _, u := range out.Users {
		user, err := c.userOf(operation, u)
		if err != nil {
			return directory.Page[directory.User]{}, err
		}
		p.Items = append(p.Items, user)
	}
	return p, nil
}

// Groups implements directory.Source.
func (c *Client) Groups(ctx context.Context, token string) (directory.Page[directory.Group], error) {
	const operation = "identitystore:ListGroups"
	in, err := c.instance(ctx)
	if err != nil {
		return directory.Page[directory.Group]{}, err
	}
	out, err := call(ctx, c, operation, c.store.ListGroups, &identitystore.ListGroupsInput{
		IdentityStoreId: aws.String(in.store), MaxResults: aws.Int32(pageOfHundred), NextToken: tokenOf(token),
	})
	if err != nil {
		return directory.Page[directory.Group]{}, err
	}
	now := c.now().UTC()
	return pageOf(operation, out.Groups, out.NextToken, func(g types.Group) (directory.Group, bool) {
		return directory.Group{ID: aws.ToString(g.GroupId), DisplayName: aws.ToString(g.DisplayName), ReadAt: now}, g.GroupId != nil
	})
}

// Members implements directory.Source.
func (c *Client) Members(ctx context.Context, groupID, token string) (directory.Page[string], error) {
	const operation = "identitystore:ListGroupMemberships"
	in, err := c.instance(ctx)
	if err != nil {
		return directory.Page[string]{}, err
	}
	out, err := call(ctx, c, operation, c.store.ListGroupMemberships, &identitystore.ListGroupMembershipsInput{
		IdentityStoreId: aws.String(in.store), GroupId: aws.String(groupID),
		MaxResults: aws.Int32(pageOfHundred), NextToken: tokenOf(token),
	})
	if err != nil {
		return directory.Page[string]{}, err
	}
	return pageOf(operation, out.GroupMemberships, out.NextToken, func(m types.GroupMembership) (string, bool) {
		user, ok := m.MemberId.(*types.MemberIdMemberUserId)
		if !ok {
			return "", false
		}
		return user.Value, user.Value != ""
	})
}
