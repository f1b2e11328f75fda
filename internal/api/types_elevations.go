package api

import "time"

// Delivery is where the access of one target stands.
type Delivery struct {
	ID     string `json:"id"`
	State  string `json:"state" enum:"waiting,scheduled,activating,active,ending,ended"`
	Status string `json:"status" enum:"pending,approved,rejected,expired,cancelled,scheduled,in progress,revoked,ended,error"`
	// Reason why it ends: rejected, cancelled, expired, lapsed, already held, elapsed, released, revoked, failed, removed
	// outside, unusable.
	Reason          string    `json:"reason,omitempty" enum:"rejected,cancelled,expired,lapsed,already held,elapsed,released,revoked,failed,removed outside,unusable" doc:"Why it ends"` //nolint:lll // a tag is one word
	Detail          string    `json:"detail,omitempty" doc:"A sentence about the reason"`
	StartAt         time.Time `json:"startAt"`
	DurationSeconds int64     `json:"durationSeconds" doc:"As granted"`
	ActivatedAt     time.Time `json:"activatedAt,omitzero" doc:"When access was confirmed"`
	EndsAt          time.Time `json:"endsAt,omitzero"`
	EndedAt         time.Time `json:"endedAt,omitzero" doc:"When access was confirmed gone"`
	EndedBy         *Person   `json:"endedBy,omitempty" doc:"Who released or revoked it"`
	HeldBy          string    `json:"heldBy,omitempty" doc:"Elevation that kept the assignment when this one ended"`
	Extensions      int       `json:"extensions"`
	Attempt         int       `json:"attempt"`
}

// Elevation is one target of a request being delivered.
type Elevation struct {
	Delivery
	RequestID    string `json:"requestId"`
	TargetID     string `json:"targetId"`
	AssignmentID string `json:"assignmentId"`
	User         Person `json:"user"`
	Role
	AccountName       string `json:"accountName,omitempty"`
	PermissionSetName string `json:"permissionSetName,omitempty"`
	// ResidualUntil is until when credentials taken at the last moment live on after the removal; absent while unknown.
	ResidualUntil time.Time `json:"residualUntil,omitzero" doc:"Credentials taken at the last moment may live on until then"`
	// Sharing are the other elevations that have not ended on the same assignment: access stays while one of them is
	// active. Given when a single elevation is read, and in the answer to a revocation.
	Sharing []SharedElevation `json:"sharing,omitempty" doc:"Other elevations that have not ended on the same assignment: while one is active the access stays"`
}

// SharedElevation is another elevation on an assignment.
type SharedElevation struct {
	ID        string    `json:"id"`
	RequestID string    `json:"requestId"`
	State     string    `json:"state"`
	EndsAt    time.Time `json:"endsAt,omitzero"`
}

// ElevationList is a page of elevations.
type ElevationList struct {
	Items      []Elevation `json:"items" nullable:"false"`
	NextCursor string      `json:"nextCursor,omitempty" doc:"Cursor of the page after; absent at the end"`
	Total
}

// Revocation ends the access of an elevation.
type Revocation struct {
	// Only this elevation, and not the others on the same assignment.
	Only    bool   `json:"only,omitempty" doc:"End this elevation only, not every one on the same assignment"`
	Comment string `json:"comment,omitempty"`
}

// NewExtension asks for more time on an active elevation.
type NewExtension struct {
	DurationSeconds int64  `json:"durationSeconds" doc:"Time added to the end"`
	Justification   string `json:"justification"`
	Ticket          string `json:"ticket,omitempty"`
}
