// Package delivery makes what is desired in AWS true: it creates and removes assignments, one safe step at a time.
package delivery

import (
	"context"
	"time"
)

// Triple names an assignment: AWS knows at most one per user, account and permission set.
type Triple struct {
	UserID           string // identity store user id
	AccountID        string // twelve digits
	PermissionSetARN string
}

// OperationStatus is the state of an asynchronous operation of IAM Identity Center.
type OperationStatus string

// The states AWS reports. StatusUnstated stands for an answer without one (emulators give none): such an operation is
// settled by reading the assignment alone.
const (
	StatusUnstated   OperationStatus = ""
	StatusInProgress OperationStatus = "IN_PROGRESS"
	StatusSucceeded  OperationStatus = "SUCCEEDED"
	StatusFailed     OperationStatus = "FAILED"
)

// Operation is one asynchronous creation or deletion of an assignment.
type Operation struct {
	RequestID     string
	Status        OperationStatus
	FailureReason string    // AWS's words, only with StatusFailed
	CreatedAt     time.Time // by AWS's clock; zero where AWS gave none
	Triple        Triple    // what it works on; zero where AWS did not say
}

// Settled says that AWS will change nothing more for this operation.
func (o Operation) Settled() bool { return o.Status != StatusInProgress }

// Holders are those who have a permission set in an account directly, and the groups that give it to their members.
type Holders struct {
	Users  []string // user ids, sorted
	Groups []string // group ids, sorted
	Calls  int      // calls it took, for the limiter; set with an error too
}

// InProgress lists the operations that AWS has accepted and not finished, whoever asked for them.
type InProgress struct {
	RequestIDs []string // sorted
	Calls      int      // calls it took, for the limiter; set with an error too
}

// AWS is what delivery needs of IAM Identity Center. Every method is one call, or several pages of one; none retries.
// Errors are *awsfault.Error (found with awsfault.Of); a failed or incomplete read never yields a list.
type AWS interface {
	// CreateAssignment asks for the assignment. AWS accepts a duplicate, so that read absence comes first.
	CreateAssignment(ctx context.Context, t Triple) (Operation, error)
	// DeleteAssignment asks for its removal; NotFound (synchronous) and a Failed operation both occur for a missing one.
	DeleteAssignment(ctx context.Context, t Triple) (Operation, error)
	// CreationStatus and DeletionStatus look at one operation; NotFound when AWS has forgotten it.
	CreationStatus(ctx context.Context, requestID string) (Operation, error)
	DeletionStatus(ctx context.Context, requestID string) (Operation, error)
	// CreationsInProgress and DeletionsInProgress see the operations of other tools too.
	CreationsInProgress(ctx context.Context) (InProgress, error)
	DeletionsInProgress(ctx context.Context) (InProgress, error)
	// Holders reads all pages of the assignments of one permission set in one account.
	Holders(ctx context.Context, accountID, permissionSetARN string) (Holders, error)
}
