package delivery

import (
	"context"
	"time"

	"github.com/team-idc/team/internal/access"
)

// Tx is what delivery does inside one transaction.
type Tx interface {
	access.Tx
	// DueAssignment returns the most urgent assignment that is due and not leased: one whose active elevation is at its
	// end goes before every grant, whatever it was due for. Those whose next step starts an operation for which there is
	// no room are passed over, and leases beyond LongestLease do not count. When there is none, next says when one will
	// be (zero: never).
	DueAssignment(ctx context.Context, now time.Time, room Room) (a Assignment, found bool, next time.Time, err error)
	Assignment(ctx context.Context, id string) (Assignment, error)
	// SaveAssignment writes a at a.Version and raises it by one; access.ErrStale when the row moved on.
	SaveAssignment(ctx context.Context, a Assignment) error
	// InFlight counts operations AWS is working on, or may be, for the limit on them.
	InFlight(ctx context.Context, now time.Time) (int, error)
	// OthersInFlight lists the assignments in a phase in which AWS works on an operation, due or not.
	OthersInFlight(ctx context.Context, p Phase) ([]Assignment, error)
	Pipe(ctx context.Context, name string) (Pipe, error)
	SavePipe(ctx context.Context, name string, p Pipe) error
}

// Room says which operations AWS has a slot for.
type Room int

// The last slots are kept for removals, so that creations that AWS does not finish keep no access alive.
const (
	NoRoom Room = iota
	RoomToRemove
	RoomForAll
)

// LongestLease is the longest lease anybody takes. One that reaches further comes from a replica whose clock is ahead,
// or from before this one's was set back: it holds up nothing, as a lease only saves work.
const LongestLease = time.Minute

// Store keeps assignments and the pipe to AWS.
type Store interface {
	Update(ctx context.Context, f func(context.Context, Tx) error) error
	View(ctx context.Context, f func(context.Context, Tx) error) error
}
