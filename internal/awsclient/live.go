package awsclient

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	"github.com/aws/aws-sdk-go-v2/service/identitystore/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/team-idc/team/internal/directory"
)

// User implements directory.Live.
func (c *Client) User(ctx context.Context, userID string) (directory.User, error) {
	const operation = "identitystore:DescribeUser"
	in, err := c.instance(ctx)
	if err != nil {
		return directory.User{}, err
	}
	out, err := call(ctx, c, operation, c.store.DescribeUser, &identitystore.DescribeUserInput{
		IdentityStoreId: aws.String(in.store), UserId: aws.String(userID), Extensions: c.extensions(),
	})
	if err != nil {
		return directory.User{}, err
	}
	return c.userOf(operation, types.User{
		UserId: out.UserId, UserName: out.UserName, DisplayName: out.DisplayName, Emails: out.Emails,
		ExternalIds: out.ExternalIds, Extensions: out.Extensions, UserStatus: out.UserStatus, Name: out.Name,
	})
}

// GroupsOfUser implements directory.Live.
func (c *Client) GroupsOfUser(ctx context.Context, userID string) ([]string, error) {
	const operation = "identitystore:ListGroupMembershipsForMember"
	in, err := c.instance(ctx)
	if err != nil {
		return nil, err
	}
	groups := []string{}
	err = everyPage(operation, func(token *string) (*string, error) {
		out, err := call(ctx, c, operation, c.store.ListGroupMembershipsForMember,
			&identitystore.ListGroupMembershipsForMemberInput{
				IdentityStoreId: aws.String(in.store), MemberId: &types.MemberIdMemberUserId{Value: userID},
				MaxResults: aws.Int32(pageOfHundred), NextToken: token,
			})
		if err != nil {
			return nil, err
		}
		for _, m := range out.GroupMemberships {
			if m.GroupId == nil {
				return nil, malformed(operation, "GroupId")
			}
			groups = append(groups, *m.GroupId)
		}
		return out.NextToken, nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(groups)
	return slices.Compact(groups), nil
}

// IsMember implements directory.Live.
func (c *Client) IsMember(ctx context.Context, userID string, groupIDs []string) (map[string]bool, error) {
	const operation = "identitystore:IsMemberInGroups"
	in, err := c.instance(ctx)
	if err != nil {
		return nil, err
	}
	member := make(map[string]bool, len(groupIDs))
	for some := range slices.Chunk(groupIDs, 100) {
		out, err := call(ctx, c, operation, c.store.IsMemberInGroups, &identitystore.IsMemberInGroupsInput{
			IdentityStoreId: aws.String(in.store), MemberId: &types.MemberIdMemberUserId{Value: userID}, GroupIds: some,
		})
		if err != nil {
			return nil, err
		}
		for _, r := range out.Results {
			if r.GroupId == nil {
				return nil, malformed(operation, "GroupId")
			}
			member[*r.GroupId] = r.MembershipExists
		}
		for _, id := range some {
			if _, answered := member[id]; !answered {
				return nil, malformed(operation, "result for group "+id)
			}
		}
	}
	return member, nil
}

// Identity is who AWS takes us for.
type Identity struct{ AccountID, ARN, UserID string }

// CallerIdentity asks AWS STS whom the credentials belong to. It needs no permission.
func (c *Client) CallerIdentity(ctx context.Context) (Identity, error) {
	const operation = "sts:GetCallerIdentity"
	out, err := call(ctx, c, operation, c.sts.GetCallerIdentity, &sts.GetCallerIdentityInput{})
	if err != nil {
		return Identity{}, err
	}
	if out.Account == nil || out.Arn == nil {
		return Identity{}, malformed(operation, "Account and Arn")
	}
	return Identity{AccountID: *out.Account, ARN: *out.Arn, UserID: aws.ToString(out.UserId)}, nil
}
