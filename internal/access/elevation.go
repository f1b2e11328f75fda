package access

import "time"

// State is the delivery of one target: where its access stands.
type State string

// The states of an elevation. Active and ended are facts: AWS confirmed the operation and a read showed it (P4).
const (
	Waiting    State = "waiting"    // for a decision
	Scheduled  State = "scheduled"  // agreed, its start has not come or activation has not begun
	Activating State = "activating" // the intent is committed; AWS is being asked
	Active     State = "active"     // access is there
	Ending     State = "ending"     // access is being removed
	Ended      State = "ended"      // there is no access by this elevation
)

// ElevationMoves is the delivery's state machine.
var ElevationMoves = Moves[State]{
	"":         {Waiting, Scheduled},
	Waiting:    {Scheduled, Ended},
	Scheduled:  {Activating, Ended},
	Activating: {Active, Ending},
	Active:     {Ending},
	Ending:     {Ended},
}

// Reason says why an elevation ends. It is set when ending begins and never changes afterwards, except to Unusable.
type Reason string

// The reasons. The first group ends elevations that never gave access.
const (
	ReasonRejected    Reason = "rejected"
	ReasonCancelled   Reason = "cancelled"
	ReasonExpired     Reason = "expired"
	ReasonLapsed      Reason = "lapsed"       // what was agreed no longer held when access was to start (P1)
	ReasonAlreadyHeld Reason = "already held" // the user has this access without TEAM (P3)

	ReasonElapsed        Reason = "elapsed"
	ReasonReleased       Reason = "released"
	ReasonRevoked        Reason = "revoked"
	ReasonFailed         Reason = "failed"          // AWS refused, or the activation deadline passed
	ReasonRemovedOutside Reason = "removed outside" // somebody else removed the assignment
	ReasonUnusable       Reason = "unusable"        // AWS cannot remove it since its user or account is gone (P7)
)

// Elevation is one target of a request being delivered.
type Elevation struct {
	ID               string
	TargetID         string
	RequestID        string
	AssignmentID     string
	UserID           string
	AccountID        string
	PermissionSetARN string
	State            State
	Reason           Reason
	Detail           string // a sentence about the reason, for people
	StartAt          time.Time
	Duration         time.Duration // cut to what policy allows when access starts
	Deadline         time.Time     // access that is not there by then does not start
	ActivatedAt      time.Time     // zero until access was confirmed
	EndsAt           time.Time     // zero until access was confirmed
	EndedAt          time.Time
	EndedBy          string // user id of who released or revoked, or the id of the machine that released
	HeldBy           string // the elevation that kept the assignment when this one ended
	Extensions       int
	Attempt          int // 1, and one more for each retry of a failed delivery
	CreatedAt        time.Time
	Version          int64
}

// Wants says whether the elevation wants its assignment to exist at now.
func (e Elevation) Wants(now time.Time) bool {
	switch e.State {
	case Activating:
		return now.Before(e.Deadline)
	case Active:
		return now.Before(e.EndsAt)
	default:
		return false
	}
}

// Live says whether the elevation may have access, or be about to lose it.
func (e Elevation) Live() bool {
	return e.State == Activating || e.State == Active || e.State == Ending
}

// Move to another state, refused if the table has no such move.
func (e *Elevation) Move(to State) error {
	if err := ElevationMoves.check("elevation", e.ID, e.State, to); err != nil {
		return err
	}
	e.State = to
	return nil
}

// BeginEnd starts the end of an elevation that is activating or active, or ends one that never started.
func (e *Elevation) BeginEnd(reason Reason, detail, by string, now time.Time) error {
	to := Ending
	if e.State == Waiting || e.State == Scheduled {
		to = Ended
		e.EndedAt = now
	}
	if err := e.Move(to); err != nil {
		return err
	}
	e.Reason, e.Detail, e.EndedBy = reason, detail, by
	return nil
}
