package api

import "time"

// Me is who the token stands for.
type Me struct {
	Person
	Machine bool `json:"machine,omitempty"`
	// Scopes are what the token may be used for.
	Scopes        []string  `json:"scopes" nullable:"false" doc:"What the token may be used for"`
	TokenExpires  time.Time `json:"tokenExpiresAt,omitzero"`
	SignIn        *SignIn   `json:"signIn,omitempty" doc:"The sign-in this call is made in; absent where a token was sent"`
	Administrator bool      `json:"administrator"`
	Auditor       bool      `json:"auditor"`
	Approver      bool      `json:"approver" doc:"Named by an approver policy in force"`
	Sandbox       bool      `json:"sandbox,omitempty" doc:"The AWS behind this deployment is simulated"`
	Held          string    `json:"held,omitempty" doc:"Why grants and decisions wait just now"`
	// PortalURL and SSORegion are where people use what they were given.
	PortalURL string `json:"portalUrl,omitempty" doc:"The AWS access portal, where it is configured: PORTAL/#/console?account_id=ACCOUNT&role_name=PERMISSION_SET opens the console there; also the AWS CLI's sso_start_url"` //nolint:lll // a tag is one word
	SSORegion string `json:"ssoRegion,omitempty" doc:"Region of IAM Identity Center: the AWS CLI's sso_region"`
	Limits    Limits `json:"limits"`
	// WaitingForMe are the requests that the caller may decide on now.
	WaitingForMe Waiting `json:"waitingForMe" doc:"Requests that you may decide on now; nothing without the scope read"`
	// ProposalsForMe are changes of policies that wait for a second administrator, and are not the caller's own.
	ProposalsForMe *Waiting    `json:"proposalsForMe,omitempty" doc:"Proposed changes that you may agree to or refuse; for administrators"`
	Holds          []Elevation `json:"holds" nullable:"false" doc:"Access you have now, the newest 100; nothing without the scope read"`
}

// Waiting says how much waits for somebody, and where it is listed.
type Waiting struct {
	Count int    `json:"count" doc:"Counted to 100"`
	More  bool   `json:"more,omitempty" doc:"There are more than counted"`
	Path  string `json:"path" doc:"Path of the list"`
}

// Limits are what the settings say about forms that anybody fills in.
type Limits struct {
	TicketRequired      bool   `json:"ticketRequired"`
	TicketPattern       string `json:"ticketPattern,omitempty"`
	CommentRequired     bool   `json:"commentRequired"`
	MinDurationSeconds  int64  `json:"minDurationSeconds"`
	MaxDurationSeconds  int64  `json:"maxDurationSeconds"`
	StartHorizonSeconds int64  `json:"startHorizonSeconds"`
	MaxTargets          int    `json:"maxTargets"`
	MaxExtensions       int    `json:"maxExtensions"`
}

// Health of this replica.
type Health struct {
	Status   string   `json:"status" enum:"ok,unready"`
	Problems []string `json:"problems,omitempty"`
}

// Assignment is what TEAM knows of one IAM Identity Center account assignment.
type Assignment struct {
	ID   string `json:"id"`
	User Person `json:"user"`
	Role
	AccountName       string    `json:"accountName,omitempty"`
	PermissionSetName string    `json:"permissionSetName,omitempty"`
	Phase             string    `json:"phase" enum:"idle,claimed,creating,verifying,held,removing,deleting,clearing"`
	Since             time.Time `json:"since"`
	SeenAt            time.Time `json:"seenAt,omitzero" doc:"When AWS last answered a read of it"`
	Problem           string    `json:"problem,omitempty" doc:"Why the last try failed"`
	Tries             int       `json:"tries"`
	DueAt             time.Time `json:"dueAt,omitzero" doc:"When TEAM looks at it again"`
}

// AssignmentList is a page of assignments, those due first at the top.
type AssignmentList struct {
	Items      []Assignment `json:"items" nullable:"false"`
	NextCursor string       `json:"nextCursor,omitempty" doc:"Cursor of the page after; absent at the end"`
}

// Alarm is a condition somebody has to know of.
type Alarm struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"`
	Severity string    `json:"severity" enum:"critical,warning"`
	Subject  string    `json:"subject"`
	Sentence string    `json:"sentence"`
	OpenedAt time.Time `json:"openedAt"`
	LastSeen time.Time `json:"lastSeen"`
	Times    int64     `json:"times"`
	ClosedAt time.Time `json:"closedAt,omitzero"`
}

// AlarmList is a page of alarms, the newest first.
type AlarmList struct {
	Items      []Alarm `json:"items" nullable:"false"`
	NextCursor string  `json:"nextCursor,omitempty" doc:"Cursor of the page after; absent at the end"`
}

// Event is one thing that happened, in its place in the log.
type Event struct {
	Sequence int64          `json:"sequence"`
	Kind     string         `json:"kind"`
	At       time.Time      `json:"at"`
	Actor    EventActor     `json:"actor"`
	Subject  EventSubject   `json:"subject"`
	Data     map[string]any `json:"data,omitempty"`
}

// EventActor is who did it.
type EventActor struct {
	Kind string `json:"kind" enum:"person,machine,system"`
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

// EventSubject names what an event is about; absent members do not apply.
type EventSubject struct {
	Request    string `json:"request,omitempty"`
	Target     string `json:"target,omitempty"`
	Elevation  string `json:"elevation,omitempty"`
	Assignment string `json:"assignment,omitempty"`
	User       string `json:"user,omitempty"`
	Account    string `json:"account,omitempty"`
	Policy     string `json:"policy,omitempty"`
	Alarm      string `json:"alarm,omitempty"`
	Machine    string `json:"machine,omitempty"`
}

// EventList is events in the order of the log, or the newest first.
type EventList struct {
	Items []Event `json:"items" nullable:"false"`
	// Cursor is the after of the next call: it moves on also where events in between are not the caller's to see.
	Cursor int64 `json:"cursor" doc:"The after of the next call; the newest first, its before"`
	More   bool  `json:"more" doc:"There are more events now"`
}

// Deployment says how this deployment stands.
type Deployment struct {
	Version          string    `json:"version"`
	Sandbox          bool      `json:"sandbox"`
	IdentityStoreID  string    `json:"identityStoreId,omitempty"`
	Now              time.Time `json:"now" doc:"This replica's clock"`
	ClockAheadMillis int64     `json:"clockAheadMillis" doc:"How far this replica's clock is ahead of AWS's"`
	Held             string    `json:"held,omitempty" doc:"Why grants and decisions wait just now"`
	Recovery         *Recovery `json:"recovery,omitempty" doc:"Present in recovery mode"`
	Events           int64     `json:"events" doc:"Length of the event log"`
}

// Recovery says why TEAM gives nobody anything until an administrator releases it.
type Recovery struct {
	Since  time.Time `json:"since"`
	Reason string    `json:"reason"`
}
