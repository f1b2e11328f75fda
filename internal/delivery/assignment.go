package delivery

import (
	"time"

	"github.com/team-idc/team/internal/access"
)

// Phase is where TEAM stands with an assignment. Everything but Idle means that TEAM owns it: a claim was committed
// after a live read showed absence and before Create was sent (P3).
type Phase string

// The phases, in the order of a life.
const (
	Idle      Phase = "idle"      // TEAM has nothing there and nothing in flight
	Claimed   Phase = "claimed"   // read absent, intent committed; Create is to be sent, or its outcome is not known
	Creating  Phase = "creating"  // AWS accepted Create and works on it
	Verifying Phase = "verifying" // AWS says it succeeded; a read has yet to show it
	Held      Phase = "held"      // a read showed it
	Removing  Phase = "removing"  // Delete is to be sent
	Deleting  Phase = "deleting"  // AWS accepted Delete and works on it
	Clearing  Phase = "clearing"  // a read has yet to show that it is gone
)

// Assignment is what TEAM knows of one user's permission set in one account. It is a due row: delivery looks at it
// when DueAt comes, on any replica.
type Assignment struct {
	ID string
	Triple
	Phase     Phase
	Since     time.Time // when the phase began
	RequestID string    // AWS's name of the operation, in Creating and Deleting
	// CreateSentAt is the last instant at which a Create under the present claim was sent, or seen to be in progress or
	// done; zero: none was sent. Reads may lag behind it: absence counts only some time later (Timing.Settle).
	CreateSentAt time.Time
	// Failure is why AWS says the creation failed. The next read settles whether it did: a duplicate fails too.
	Failure string
	// InDoubt: the outcome of that Create is not known. It may have been done, or be done yet.
	InDoubt bool
	SeenAt  time.Time // last successful read
	// AbsentAt is when a held assignment was first read absent; zero: it was there at the last read.
	AbsentAt time.Time
	Problem  string // why the last try failed, in a sentence; "" when it did not
	Tries    int    // tries without progress in this phase, for backing off

	Urgency     Urgency
	NeedsSlot   bool      // its next step starts an operation, of which AWS allows only so many at a time
	DueAt       time.Time // zero: nothing will ever happen by itself
	LeasedUntil time.Time // somebody is at it; saves work only, Version makes it correct
	Looks       int64     // grows when somebody asks for a look, so that none is lost to a step in progress
	Version     int64
}

// Urgency orders due assignments: what ends access goes before everything else.
type Urgency int

// The urgencies.
const (
	EndsAccess  Urgency = 0
	GivesAccess Urgency = 1
	LooksAfter  Urgency = 2
)

// NewAssignment is an assignment TEAM knows nothing of yet.
func NewAssignment(l access.Look) Assignment {
	return Assignment{
		ID: l.AssignmentID, Triple: Triple{UserID: l.UserID, AccountID: l.AccountID, PermissionSetARN: l.PermissionSetARN},
		Phase: Idle, Since: l.At, Urgency: GivesAccess, DueAt: l.At,
	}
}

// Owned says whether TEAM claims the assignment as its own.
func (a Assignment) Owned() bool { return a.Phase != Idle }

// InFlight says whether AWS is working on an operation of ours.
func (a Assignment) InFlight() bool { return a.Phase == Creating || a.Phase == Deleting }
