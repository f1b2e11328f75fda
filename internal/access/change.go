package access

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/audit"
)

// Look asks delivery to look at an assignment at a time. Asking is idempotent; the earliest time counts.
type Look struct {
	AssignmentID     string
	UserID           string
	AccountID        string
	PermissionSetARN string
	At               time.Time
	Removal          bool // access is to end: goes before everything else in the pipe to AWS
}

// AssignmentID of a user's permission set in an account. It is derived, so that everybody who elevates the same
// three meets the same row.
func AssignmentID(userID, accountID, permissionSetARN string) string {
	sum := sha256.Sum256([]byte(userID + "\x00" + accountID + "\x00" + permissionSetARN))
	return "asg_" + hex.EncodeToString(sum[:12])
}

// LookAt returns the look at e's assignment.
func (e Elevation) LookAt(at time.Time, removal bool) Look {
	return Look{
		AssignmentID: e.AssignmentID, UserID: e.UserID, AccountID: e.AccountID, PermissionSetARN: e.PermissionSetARN, At: at, Removal: removal,
	}
}

// Change is all that one use case does. The store applies it whole or not at all, and refuses one without an event
// (P6); a signal alone needs none, as it becomes an event itself where it opens or closes an alarm. Rows with Version 0
// are new; others must still be at their version.
type Change struct {
	Request    *Request
	Targets    []Target
	Votes      []Vote // new ones only
	Elevations []Elevation
	Looks      []Look
	Alarms     []alarm.Signal
	Events     []audit.Event // never empty where rows change
}

// Tx is what a use case may do inside one transaction.
type Tx interface {
	Case(ctx context.Context, requestID string) (Case, error)
	CaseOfElevation(ctx context.Context, elevationID string) (Case, error)
	// ElevationsOn lists the elevations on an assignment that have not ended.
	ElevationsOn(ctx context.Context, assignmentID string) ([]Elevation, error)
	// PendingExtensions of an elevation.
	PendingExtensions(ctx context.Context, elevationID string) ([]Case, error)
	// PolicyGeneration in force, to notice a change since the facts were gathered.
	PolicyGeneration(ctx context.Context) (int64, error)
	// ExpiredRequest returns the case of one request whose pending targets are past ExpiresAt, and otherwise when
	// the next will be.
	ExpiredRequest(ctx context.Context, now time.Time) (c Case, found bool, next time.Time, err error)
	Apply(ctx context.Context, c Change) error
}

// Store keeps cases.
type Store interface {
	// Update runs f in one transaction, and again on a serialization failure; f only reads, decides, applies.
	Update(ctx context.Context, f func(context.Context, Tx) error) error
	// View runs f in a read-only transaction.
	View(ctx context.Context, f func(context.Context, Tx) error) error
}
