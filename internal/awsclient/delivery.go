package awsclient

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin/types"

	"github.com/team-idc/team/internal/delivery"
)

// pageOfHundred is the largest page sso-admin and identitystore serve.
const pageOfHundred = 100

// CreateAssignment implements delivery.AWS.
func (c *Client) CreateAssignment(ctx context.Context, t delivery.Triple) (delivery.Operation, error) {
	const operation = "sso-admin:CreateAccountAssignment"
	in, err := c.instance(ctx)
	if err != nil {
		return delivery.Operation{}, err
	}
	out, err := call(ctx, c, operation, c.sso.CreateAccountAssignment, &ssoadmin.CreateAccountAssignmentInput{
		InstanceArn:      aws.String(in.arn),
		PermissionSetArn: aws.String(t.PermissionSetARN),
		PrincipalId:      aws.String(t.UserID),
		PrincipalType:    types.PrincipalTypeUser,
		TargetId:         aws.String(t.AccountID),
		TargetType:       types.TargetTypeAwsAccount,
	})
	if err != nil {
		return delivery.Operation{}, err
	}
	return operationOf(operation, out.AccountAssignmentCreationStatus)
}

// DeleteAssignment implements delivery.AWS.
func (c *Client) DeleteAssignment(ctx context.Context, t delivery.Triple) (delivery.Operation, error) {
	const operation = "sso-admin:DeleteAccountAssignment"
	in, err := c.instance(ctx)
	if err != nil {
		return delivery.Operation{}, err
	}
	out, err := call(ctx, c, operation, c.sso.DeleteAccountAssignment, &ssoadmin.DeleteAccountAssignmentInput{
		InstanceArn:      aws.String(in.arn),
		PermissionSetArn: aws.String(t.PermissionSetARN),
		PrincipalId:      aws.String(t.UserID),
		PrincipalType:    types.PrincipalTypeUser,
		TargetId:         aws.String(t.AccountID),
		TargetType:       types.TargetTypeAwsAccount,
	})
	if err != nil {
		return delivery.Operation{}, err
	}
	return operationOf(operation, out.AccountAssignmentDeletionStatus)
}

// CreationStatus implements delivery.AWS.
func (c *Client) CreationStatus(ctx context.Context, requestID string) (delivery.Operation, error) {
	const operation = "sso-admin:DescribeAccountAssignmentCreationStatus"
	in, err := c.instance(ctx)
	if err != nil {
		return delivery.Operation{}, err
	}
	out, err := call(ctx, c, operation, c.sso.DescribeAccountAssignmentCreationStatus,
		&ssoadmin.DescribeAccountAssignmentCreationStatusInput{
			InstanceArn: aws.String(in.arn), AccountAssignmentCreationRequestId: aws.String(requestID),
		})
	if err != nil {
		return delivery.Operation{}, err
	}
	return operationOf(operation, out.AccountAssignmentCreationStatus)
}

// DeletionStatus implements delivery.AWS.
func (c *Client) DeletionStatus(ctx context.Context, requestID string) (delivery.Operation, error) {
	const operation = "sso-admin:DescribeAccountAssignmentDeletionStatus"
	in, err := c.instance(ctx)
	if err != nil {
		return delivery.Operation{}, err
	}
	out, err := call(ctx, c, operation, c.sso.DescribeAccountAssignmentDeletionStatus,
		&ssoadmin.DescribeAccountAssignmentDeletionStatusInput{
			InstanceArn: aws.String(in.arn), AccountAssignmentDeletionRequestId: aws.String(requestID),
		})
	if err != nil {
		return delivery.Operation{}, err
	}
	return operationOf(operation, out.AccountAssignmentDeletionStatus)
}

// CreationsInProgress implements delivery.AWS.
func (c *Client) CreationsInProgress(ctx context.Context) (delivery.InProgress, error) {
	const operation = "sso-admin:ListAccountAssignmentCreationStatus"
	return c.inProgress(ctx, operation, func(instance string, token *string) ([]types.AccountAssignmentOperationStatusMetadata, *string, error) {
		out, err := call(ctx, c, operation, c.sso.ListAccountAssignmentCreationStatus,
			&ssoadmin.ListAccountAssignmentCreationStatusInput{
				InstanceArn: aws.String(instance), MaxResults: aws.Int32(pageOfHundred), NextToken: token,
				Filter: &types.OperationStatusFilter{Status: types.StatusValuesInProgress},
			})
		if err != nil {
			return nil, nil, err
		}
		return out.AccountAssignmentsCreationStatus, out.NextToken, nil
	})
}

// DeletionsInProgress implements delivery.AWS.
func (c *Client) DeletionsInProgress(ctx context.Context) (delivery.InProgress, error) {
	const operation = "sso-admin:ListAccountAssignmentDeletionStatus"
	return c.inProgress(ctx, operation, func(instance string, token *string) ([]types.AccountAssignmentOperationStatusMetadata, *string, error) {
		out, err := call(ctx, c, operation, c.sso.ListAccountAssignmentDeletionStatus,
			&ssoadmin.ListAccountAssignmentDeletionStatusInput{
				InstanceArn: aws.String(instance), MaxResults: aws.Int32(pageOfHundred), NextToken: token,
				Filter: &types.OperationStatusFilter{Status: types.StatusValuesInProgress},
			})
		if err != nil {
			return nil, nil, err
		}
		return out.AccountAssignmentsDeletionStatus, out.NextToken, nil
	})
}

func (c *Client) inProgress(ctx context.Context, operation string,
	read func(instance string, token *string) ([]types.AccountAssignmentOperationStatusMetadata, *string, error),
) (delivery.InProgress, error) {
	in, err := c.instance(ctx)
	if err != nil {
		return delivery.InProgress{}, err
	}
	var p delivery.InProgress
	err = everyPage(operation, func(token *string) (*string, error) {
		p.Calls++
		page, next, err := read(in.arn, token)
		if err != nil {
			return nil, err
		}
		for _, s := range page {
			if s.RequestId == nil {
				return nil, malformed(operation, "RequestId")
			}
			// The filter is AWS's; an answer without a status counts as what was asked for.
			if s.Status == "" || s.Status == types.StatusValuesInProgress {
				p.RequestIDs = append(p.RequestIDs, *s.RequestId)
			}
		}
		return next, nil
	})
	if err != nil {
		return delivery.InProgress{Calls: p.Calls}, err
	}
	slices.Sort(p.RequestIDs)
	return p, nil
}

// Holders implements delivery.AWS.
func (c *Client) Holders(ctx context.Context, accountID, permissionSetARN string) (delivery.Holders, error) {
	const operation = "sso-admin:ListAccountAssignments"
	in, err := c.instance(ctx)
	if err != nil {
		return delivery.Holders{}, err
	}
	var h delivery.Holders
	err = everyPage(operation, func(token *string) (*string, error) {
		h.Calls++
		out, err := call(ctx, c, operation, c.sso.ListAccountAssignments, &ssoadmin.ListAccountAssignmentsInput{
			InstanceArn: aws.String(in.arn), AccountId: aws.String(accountID),
			PermissionSetArn: aws.String(permissionSetARN), MaxResults: aws.Int32(pageOfHundred), NextToken: token,
		})
		if err != nil {
			return nil, err
		}
		for _, a := range out.AccountAssignments {
			switch {
			case a.PrincipalId == nil:
				return nil, malformed(operation, "PrincipalId")
			case a.PrincipalType == types.PrincipalTypeUser:
				h.Users = append(h.Users, *a.PrincipalId)
			case a.PrincipalType == types.PrincipalTypeGroup:
				h.Groups = append(h.Groups, *a.PrincipalId)
			default:
				return nil, malformed(operation, "PrincipalType that is known")
			}
		}
		return out.NextToken, nil
	})
	if err != nil {
		return delivery.Holders{Calls: h.Calls}, err
	}
	slices.Sort(h.Users)
	slices.Sort(h.Groups)
	// AWS accepts duplicates of an assignment; for us a holder is one holder.
	h.Users, h.Groups = slices.Compact(h.Users), slices.Compact(h.Groups)
	return h, nil
}

func operationOf(operation string, s *types.AccountAssignmentOperationStatus) (delivery.Operation, error) {
	if s == nil || s.RequestId == nil {
		return delivery.Operation{}, malformed(operation, "RequestId")
	}
	o := delivery.Operation{
		RequestID:     *s.RequestId,
		Status:        delivery.OperationStatus(s.Status),
		FailureReason: aws.ToString(s.FailureReason),
		Triple: delivery.Triple{
			UserID: aws.ToString(s.PrincipalId), AccountID: aws.ToString(s.TargetId),
			PermissionSetARN: aws.ToString(s.PermissionSetArn),
		},
	}
	if s.CreatedDate != nil {
		o.CreatedAt = s.CreatedDate.UTC()
	}
	return o, nil
}
