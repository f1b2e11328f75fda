package policy

import "time"

// Person is somebody with the groups they were last read to be in.
type Person struct {
	UserID string
	Groups []string // group ids
}

// Question asks whether a person may have a permission set in an account.
type Question struct {
	Requester        Person // the beneficiary: eligibility is theirs
	AccountID        string
	PermissionSetARN string
	// Duration asked for, from the first start; 0 asks only what would be possible.
	Duration time.Duration
	Ticket   string
	// Others count as requester beside the beneficiary: who filed for them, who owns the machine that files. They do not
	// decide (P5), and their own changes do not serve the request while they cool (P11).
	Others []string
	// Answering do not decide either, since they may be behind what a machine files: who issued its token, who owned it
	// before. Their changes serve it: they gain nothing by what the beneficiary gets.
	Answering []string
	// Machine is the id of the machine client that files; "": a person does. A machine asks only by a policy that names
	// it, and never for protected accounts (P8).
	Machine string
	At      time.Time
}

// Ref names the version of a policy that an answer rests on; it goes to the audit log.
type Ref struct {
	Kind    Kind   `json:"kind"`
	ID      string `json:"id"`
	Name    string `json:"name"`
	Version int64  `json:"version"`
}

// Kind of a policy.
type Kind string

// The kinds of policy there are.
const (
	KindEligibility Kind = "eligibility"
	KindApprover    Kind = "approver"
	KindSettings    Kind = "settings"
)

// Reason explains one yes or no: a stable code, a sentence for people, and the policy it comes from.
type Reason struct {
	Code   string `json:"code"`
	Text   string `json:"text"`
	Policy *Ref   `json:"policy,omitempty"`
}

// Answer to a Question. It is allowed only when no reason speaks against.
type Answer struct {
	Allowed     bool          `json:"allowed"`
	Against     []Reason      `json:"against,omitempty"` // every no, with what would be a yes
	For         []Reason      `json:"for,omitempty"`     // which policies match, by which path of OUs
	MaxDuration time.Duration `json:"maxDuration"`       // longest possible, settings' cap applied
	// ApprovalRequired: false only if policies that need no approval match and nothing else demands it.
	ApprovalRequired bool            `json:"approvalRequired"`
	Stages           []ResolvedStage `json:"stages,omitempty"` // who decides, in order; empty when no approval is required
	Policies         []Ref           `json:"policies"`         // every version the answer rests on, settings included
	Protected        bool            `json:"protected"`
	// ResidualAccess is how long sessions begun at the last moment may outlive the end (the permission set's
	// session duration).
	ResidualAccess time.Duration `json:"residualAccess"`
	// StepUp is what whoever decides must have shown lately; all of these count.
	StepUp []Demand `json:"stepUp,omitempty"`
}

// ResolvedStage is one stage of who decides on a target.
type ResolvedStage struct {
	Required int `json:"required"`
	// AllOf: an approver must be in each of these. One element, except while a change of policy cools for the
	// requester, when the version before counts too.
	AllOf []Principals `json:"allOf"`
	// Candidates are the enabled users who could decide, by the snapshot, without the requester's persons; sorted.
	Candidates []string `json:"candidates"`
	Policies   []Ref    `json:"policies"`
}

// Vote is one recorded decision, with the voter's groups as read when it is judged.
type Vote struct {
	Voter   Person
	Stage   int // index into Answer.Stages when it was cast
	Approve bool
	// At is when it was cast, and Proofs what the voter had shown by then.
	At     time.Time
	Proofs []Proof
}

// Tally of the votes on a target.
type Tally struct {
	Outcome Outcome  `json:"outcome"`
	Stage   int      `json:"stage"`  // the stage now open (len(Stages) when approved)
	Needed  int      `json:"needed"` // further approvals the open stage needs
	Void    []Reason `json:"void,omitempty"`
}

// Outcome of the votes so far.
type Outcome string

// The outcomes of a Tally.
const (
	Undecided Outcome = "undecided"
	Approved  Outcome = "approved"
	Rejected  Outcome = "rejected"
)

// Rectangle is a block of what somebody may request: every one of Accounts with every one of PermissionSets, on the
// same terms.
type Rectangle struct {
	Accounts         []string      `json:"accounts"`
	PermissionSets   []string      `json:"permissionSets"`
	MaxDuration      time.Duration `json:"maxDuration"`
	ApprovalRequired bool          `json:"approvalRequired"`
	Policies         []Ref         `json:"policies"`
}

// Change is a proposed edit of the set of policies, for Widens and for what it would do.
type Change struct {
	Before, After Set
}
