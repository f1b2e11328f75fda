package access

import "time"

// RequestFilter picks requests for a list, ordered by when they were created; empty fields do not filter.
type RequestFilter struct {
	IDs              []string  // only these; nil: all
	BeneficiaryID    string    // who is to have the access
	MachineID        string    // id of the machine that filed
	VoterID          string    // user id of who voted on one of the targets
	Statuses         []string  // any of these words, as StatusOf gives them
	AccountID        string    // of one of the targets
	PermissionSetARN string    // of one of the targets, the same as AccountID's where both are given
	Ticket           string    // exactly this
	From, To         time.Time // created at or after From, and before To
	Now              time.Time // for what is scheduled

	OldestFirst bool
	// After is where the page before ended (an id), "" for the first.
	After string
	Limit int // at least 1
}

// PendingTarget is a target that waits for a decision.
type PendingTarget struct {
	RequestID string
	AccountID string
}

// ElevationFilter picks elevations for a list; empty fields do not filter.
type ElevationFilter struct {
	UserID           string
	Statuses         []string // any of these words, as ElevationStatus gives them
	AccountID        string
	PermissionSetARN string
	From, To         time.Time // created at or after From, and before To
	Now              time.Time // for what is scheduled

	// ByEnd orders what is in progress by when it ends, and lists nothing else; otherwise the order is that of creation.
	ByEnd bool
	// Ascending is the oldest first, or what ends next first.
	Ascending bool
	After     ElevationPlace // where the page before ended, zero for the first
	Limit     int            // at least 1
}

// ElevationPlace is an elevation's place in a list.
type ElevationPlace struct {
	ID     string
	EndsAt time.Time // counts only in a list ordered by it
}

// ListedElevation is an elevation with the names of its target as they were when asked.
type ListedElevation struct {
	Elevation
	AccountName       string
	PermissionSetName string
}

// Statuses lists the status words.
func Statuses() []string {
	return []string{"pending", "approved", "rejected", "expired", "cancelled", "scheduled", "in progress", "revoked", "ended", "error"}
}
