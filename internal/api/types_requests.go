package api

import "time"

// Person is a user as the directory names them now; the names are empty when it does not know them any more.
type Person struct {
	ID          string `json:"id" doc:"Identity store user id"`
	UserName    string `json:"userName,omitempty"`
	DisplayName string `json:"displayName,omitempty"`
}

// Role is an account and a permission set in it.
type Role struct {
	AccountID        string `json:"accountId" doc:"Twelve digits" example:"111122223333"`
	PermissionSetARN string `json:"permissionSetArn" example:"arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef"`
}

// NewRequest asks for one or more targets, for a time.
type NewRequest struct {
	// BeneficiaryID is the user who is to have the access. People ask for themselves and leave it out; machines name it.
	BeneficiaryID string `json:"beneficiaryId,omitempty" doc:"User id of who is to have the access, for machines also user name; people leave it out"`
	Targets       []Role `json:"targets" nullable:"false" doc:"What is asked for"`
	// StartAt is when access is to begin; absent: as soon as it is agreed.
	StartAt         time.Time `json:"startAt,omitzero" doc:"When access is to begin; absent: as soon as it is agreed"`
	DurationSeconds int64     `json:"durationSeconds" doc:"How long, from the moment access is there" example:"3600"`
	Justification   string    `json:"justification" doc:"Why; at most 2,000 characters" example:"Repair the order table"`
	Ticket          string    `json:"ticket,omitempty" doc:"Ticket number, where the settings ask for one"`
}

// Preview says of each target of a request what would happen to it. Nothing is stored.
type Preview struct {
	Allowed bool            `json:"allowed" doc:"Whether the whole request would be accepted"`
	Targets []TargetPreview `json:"targets" nullable:"false"`
}

// TargetPreview says what would happen to one target.
type TargetPreview struct {
	Role
	AccountName       string `json:"accountName,omitempty"`
	PermissionSetName string `json:"permissionSetName,omitempty"`
	Answer
}

// Answer is what the policies say of one account and permission set.
type Answer struct {
	Allowed            bool           `json:"allowed"`
	Against            []Reason       `json:"against,omitempty" doc:"Every no, with what would be a yes"`
	For                []Reason       `json:"for,omitempty" doc:"Which policies match, and how"`
	MaxDurationSeconds int64          `json:"maxDurationSeconds" doc:"The longest possible"`
	ApprovalRequired   bool           `json:"approvalRequired"`
	Stages             []Stage        `json:"stages,omitempty" doc:"Who decides, in order"`
	Policies           []PolicyRef    `json:"policies" nullable:"false" doc:"The versions the answer rests on"`
	Protected          bool           `json:"protected"`
	StepUp             []StepUpDemand `json:"stepUp,omitempty" doc:"Fresh proof that whoever decides must have shown; all of these count"`
	// ResidualAccessSeconds is how long credentials taken at the last moment outlive the end.
	ResidualAccessSeconds int64 `json:"residualAccessSeconds" doc:"How long credentials taken at the last moment outlive the end"`
}

// Stage is one stage of who decides.
type Stage struct {
	Required   int      `json:"required" doc:"How many must agree"`
	Candidates []Person `json:"candidates" nullable:"false" doc:"Who could, as the directory knows them"`
}

// Reason explains one yes or no.
type Reason struct {
	Code   string     `json:"code"`
	Text   string     `json:"text"`
	Policy *PolicyRef `json:"policy,omitempty"`
}

// PolicyRef names one version of a policy.
type PolicyRef struct {
	Kind    string `json:"kind" enum:"eligibility,approver,settings"`
	ID      string `json:"id"`
	Name    string `json:"name"`
	Version int64  `json:"version"`
}

// Request with all that belongs to it.
type Request struct {
	ID   string `json:"id"`
	Kind string `json:"kind" enum:"access,extension"`
	// Status is one word over all targets: pending, approved, rejected, expired, cancelled, scheduled, in progress,
	// revoked, ended, error.
	Status          string    `json:"status" enum:"pending,approved,rejected,expired,cancelled,scheduled,in progress,revoked,ended,error" doc:"One word over all targets"` //nolint:lll // a tag is one word
	Beneficiary     Person    `json:"beneficiary"`
	FiledBy         Person    `json:"filedBy" doc:"Of a machine client: its id, and its name as userName"`
	Machine         bool      `json:"machine" doc:"Filed by a machine"`
	Justification   string    `json:"justification"`
	Ticket          string    `json:"ticket,omitempty"`
	StartAt         time.Time `json:"startAt"`
	DurationSeconds int64     `json:"durationSeconds" doc:"For an extension: the time added"`
	CreatedAt       time.Time `json:"createdAt"`
	ExpiresAt       time.Time `json:"expiresAt" doc:"Pending targets expire then"`
	Targets         []Target  `json:"targets" nullable:"false" csv:"-"`
	// Decidable lists the targets the caller may decide now, as far as the directory tells.
	Decidable []string `json:"decidable,omitempty" csv:"-" doc:"Ids of the targets you may decide now"`
	// Recent is given where the risks of a target are.
	Recent []EarlierTarget `json:"recent,omitzero" csv:"-" nullable:"false" doc:"Given with the risks of targets: the last three targets that the beneficiary asked for besides in the same accounts or with the same permission sets, of their newest fifty requests those that you may read"` //nolint:lll // a tag is one word
}

// EarlierTarget is what became of a target of an earlier request.
type EarlierTarget struct {
	RequestID string `json:"requestId"`
	Role
	AccountName       string    `json:"accountName,omitempty" doc:"As it was when asked"`
	PermissionSetName string    `json:"permissionSetName,omitempty" doc:"As it was when asked"`
	Status            string    `json:"status" enum:"pending,approved,rejected,expired,cancelled,scheduled,in progress,revoked,ended,error"`
	Reason            string    `json:"reason,omitempty" enum:"rejected,cancelled,expired,lapsed,already held,elapsed,released,revoked,failed,removed outside,unusable" doc:"Why its access ended"` //nolint:lll // a tag is one word
	CreatedAt         time.Time `json:"createdAt"`
	EndsAt            time.Time `json:"endsAt,omitzero" doc:"Of access that there is"`
	EndedAt           time.Time `json:"endedAt,omitzero"`
}

// Target is an account and a permission set of a request, with its decision and its delivery.
type Target struct {
	ID string `json:"id"`
	Role
	AccountName       string      `json:"accountName,omitempty" doc:"As it was when asked"`
	PermissionSetName string      `json:"permissionSetName,omitempty" doc:"As it was when asked"`
	Status            string      `json:"status" enum:"pending,approved,rejected,expired,cancelled,scheduled,in progress,revoked,ended,error"`
	Decision          string      `json:"decision" enum:"pending,approved,rejected,cancelled,expired"`
	DecidedAt         time.Time   `json:"decidedAt,omitzero"`
	Extends           string      `json:"extends,omitempty" doc:"Elevation that this target extends"`
	Votes             []Vote      `json:"votes,omitempty"`
	Policies          []PolicyRef `json:"policies,omitempty" doc:"The versions the last evaluation rested on"`
	Approval          *Approval   `json:"approval,omitempty" csv:"-" doc:"Who decides; of a pending target when a single request is read"`
	// Elevation is the newest delivery of the target; absent for extensions.
	Elevation *Delivery `json:"elevation,omitempty"`
	// Of a pending target, when a single request is read by who may decide on it, on any stage, or sees everything:
	Protected             *bool  `json:"protected,omitempty" csv:"-" doc:"The account is protected. This and what follows is given of a pending target, when a single request is read, to who decides on it, administrators and auditors"` //nolint:lll // a tag is one word
	ResidualAccessSeconds *int64 `json:"residualAccessSeconds,omitempty" csv:"-" doc:"How long credentials taken at the last moment outlive the end"`
	// Risks are findings of the policy linter that concern this target.
	Risks []Risk `json:"risks,omitzero" csv:"-" nullable:"false" doc:"Findings of the policy linter that concern this target, the gravest first"`
	// Why the caller may decide; absent where they may not.
	Why    []Reason       `json:"why,omitempty" csv:"-" doc:"Why you may decide on it: by which approver policy, on which stage, as whom"`
	StepUp []StepUpDemand `json:"stepUp,omitempty" csv:"-" doc:"Fresh proof that you must have shown when you decide; all of these count"`
}

// Risk is a finding of the policy linter about a target, with the policy that causes it.
type Risk struct {
	Code     string     `json:"code" doc:"Stable; docs/reference/policy-lint.md lists them"`
	Severity string     `json:"severity" enum:"error,warning,note"`
	Text     string     `json:"text"`
	Policy   *PolicyRef `json:"policy,omitempty" doc:"The policy that causes it; the first where there are several"`
	Field    string     `json:"field,omitempty" doc:"Path in the policy, as permissionSets[1]"`
}

// Approval says where the decision on a pending target stands.
type Approval struct {
	Stage  int     `json:"stage" doc:"The stage that is open, from 1"`
	Needed int     `json:"needed" doc:"Further approvals that the open stage needs"`
	Stages []Stage `json:"stages" nullable:"false"`
}

// Vote is one person's yes or no.
type Vote struct {
	Voter   Person    `json:"voter"`
	Stage   int       `json:"stage" doc:"From 1"`
	Approve bool      `json:"approve"`
	Comment string    `json:"comment,omitempty"`
	At      time.Time `json:"at"`
	Proofs  []Proof   `json:"proofs,omitempty" doc:"What the voter had shown by then that it is them"`
	Void    bool      `json:"void,omitempty" doc:"Does not count any more"`
}

// RequestList is a page of requests.
type RequestList struct {
	Items      []Request `json:"items" nullable:"false"`
	NextCursor string    `json:"nextCursor,omitempty" doc:"Cursor of the page after; absent at the end"`
	Total
}

// Ballot is a yes or no on targets of a request.
type Ballot struct {
	Targets []string `json:"targets,omitempty" doc:"Target ids; absent: every pending one you may decide"`
	Comment string   `json:"comment,omitempty"`
}
