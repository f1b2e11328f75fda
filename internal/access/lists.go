package access

import "time"

// RequestFilter picks requests for a list, the newest first; empty fields do not filter.
type RequestFilter struct {
	BeneficiaryID    string
	FiledByMachine   string    // id of the machine that filed
	VoterID          string    // user id of who voted on one of the targets
	Pending          bool      // only with a target that waits for a decision
	Status           string    // a word as StatusOf gives
	AccountID        string    // of one of the targets
	PermissionSetARN string    // of one of the targets, the same as AccountID's where both are given
	From, To         time.Time // created at or after From, and before To
	Now              time.Time // for what is scheduled
	// Before is where the page before ended (an id), "" for the first.
	Before string
	Limit  int // at least 1
}

// ElevationFilter picks elevations for a list, the newest first; empty fields do not filter.
type ElevationFilter struct {
	UserID           string
	Status           string // a word as ElevationStatus gives
	AccountID        string
	PermissionSetARN string
	From, To         time.Time // created at or after From, and before To
	Now              time.Time // for what is scheduled
	Before           string    // as in RequestFilter
	Limit            int
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
