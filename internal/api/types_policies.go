package api

import "time"

// Principals names people, directly or by group.
type Principals struct {
	Users  []string `json:"users,omitempty" doc:"User ids"`
	Groups []string `json:"groups,omitempty" doc:"Group ids"`
}

// OUTarget is an organizational unit with everything below it, unless directOnly.
type OUTarget struct {
	ID         string `json:"id"`
	DirectOnly bool   `json:"directOnly,omitempty"`
}

// TagTarget matches accounts with one of the values under the key; any value where none is given.
type TagTarget struct {
	Key    string   `json:"key"`
	Values []string `json:"values,omitempty"`
}

// Targets selects accounts.
type Targets struct {
	Accounts        []string    `json:"accounts,omitempty"`
	OUs             []OUTarget  `json:"ous,omitempty"`
	Tags            []TagTarget `json:"tags,omitempty"`
	ExcludeAccounts []string    `json:"excludeAccounts,omitempty"`
	ExcludeOUs      []string    `json:"excludeOUs,omitempty"`
}

// EligibilityBody is what an eligibility policy says.
type EligibilityBody struct {
	Name               string     `json:"name"`
	Owners             Principals `json:"owners,omitzero"`
	Principals         Principals `json:"principals"`
	Targets            Targets    `json:"targets"`
	PermissionSets     []string   `json:"permissionSets" nullable:"false" doc:"ARNs"`
	MaxDurationSeconds int64      `json:"maxDurationSeconds"`
	ApprovalRequired   bool       `json:"approvalRequired"`
	TicketPattern      string     `json:"ticketPattern,omitempty"`
	Emergency          bool       `json:"emergency,omitempty"`
	Machines           []string   `json:"machines,omitempty" doc:"Ids of the machine clients that may ask for these people; absent: none"`
}

// EligibilityPolicy says who may ask for what, for how long, and whether approval is needed.
type EligibilityPolicy struct {
	ID string `json:"id"`
	EligibilityBody
	PolicyRevision
}

// ApprovalStage is one step of an approval.
type ApprovalStage struct {
	Approvers Principals `json:"approvers"`
	Required  int        `json:"required" doc:"How many must agree"`
}

// ApproverBody is what an approver policy says.
type ApproverBody struct {
	Name            string          `json:"name"`
	Owners          Principals      `json:"owners,omitzero"`
	Targets         Targets         `json:"targets"`
	PermissionSets  []string        `json:"permissionSets,omitempty" doc:"ARNs; absent: any"`
	RequesterGroups []string        `json:"requesterGroups,omitempty" doc:"Group ids; absent: anybody's request"`
	Stages          []ApprovalStage `json:"stages" nullable:"false"`
	StopInheritance bool            `json:"stopInheritance,omitempty"`
	StepUp          *StepUpDemand   `json:"stepUp,omitempty" doc:"Fresh proof that whoever decides by it must have shown, beside what the settings demand"`
}

// ApproverPolicy says who decides, for which accounts, units or permission sets.
type ApproverPolicy struct {
	ID string `json:"id"`
	ApproverBody
	PolicyRevision
}

// SettingsBody are the organization's own limits and switches.
type SettingsBody struct {
	ApprovalRequired          bool     `json:"approvalRequired"`
	CommentRequired           bool     `json:"commentRequired"`
	TicketRequired            bool     `json:"ticketRequired"`
	TicketPattern             string   `json:"ticketPattern"`
	MaxDurationSeconds        int64    `json:"maxDurationSeconds"`
	MinDurationSeconds        int64    `json:"minDurationSeconds"`
	PendingExpirySeconds      int64    `json:"pendingExpirySeconds"`
	StartHorizonSeconds       int64    `json:"startHorizonSeconds"`
	ActivationDeadlineSeconds int64    `json:"activationDeadlineSeconds"`
	MaxExtensions             int      `json:"maxExtensions"`
	MaxTargets                int      `json:"maxTargets"`
	ProtectedAccounts         []string `json:"protectedAccounts" nullable:"false"`
	AdministratorGroup        string   `json:"administratorGroup" doc:"Group id"`
	AuditorGroup              string   `json:"auditorGroup" doc:"Group id"`
	SecondAdministrator       string   `json:"secondAdministrator" enum:"auto,always"`
	// StepUp: a change without it leaves it as it is.
	StepUp *StepUpBody `json:"stepUp,omitempty" doc:"Fresh proof that is demanded for what; a change without this member leaves it as it is"`
	// TrustedIssuers are few, so that they are changed as a whole.
	TrustedIssuers []TrustedIssuer `json:"trustedIssuers,omitempty" doc:"By whose ID tokens machine clients are known; absent: none"`
}

// TrustedIssuer gives its jobs or workloads ID tokens, as CI systems and Kubernetes clusters do.
type TrustedIssuer struct {
	Name     string `json:"name" doc:"By which machine clients name it: small letters, digits, dashes"`
	Issuer   string `json:"issuer" doc:"Address of the issuer, exactly as its tokens say it"`
	Audience string `json:"audience,omitempty" doc:"The one audience that its tokens must be for; absent: the public address of this deployment"`
	KeysURL  string `json:"jwksUrl,omitempty" doc:"Where its keys are; absent: where its discovery document says"`
}

// Settings in force.
type Settings struct {
	SettingsBody
	PolicyRevision
}

// PolicyRevision says which version this is, and who may not gain by it yet.
type PolicyRevision struct {
	Version int64     `json:"version"`
	Cooling []Cooling `json:"cooling,omitempty" doc:"Who made or agreed to this change and may not gain by it yet"`
}

// Cooling keeps one person from gaining by a change for a while.
type Cooling struct {
	Person Person    `json:"person"`
	Until  time.Time `json:"until"`
}

// ListedPolicy is a policy of either kind.
type ListedPolicy struct {
	Kind string `json:"kind" enum:"eligibility,approver"`
	ID   string `json:"id"`
	Name string `json:"name"`
	PolicyRevision
	// One of these, by the kind.
	Eligibility *EligibilityBody `json:"eligibility,omitempty"`
	Approver    *ApproverBody    `json:"approver,omitempty"`
}

// PolicyList is a page of the policies in force.
type PolicyList struct {
	Generation int64          `json:"generation" doc:"Grows with every change of policies"`
	Items      []ListedPolicy `json:"items" nullable:"false"`
	NextCursor string         `json:"nextCursor,omitempty" doc:"Cursor of the page after; absent at the end"`
}

// EligibilityDraft is a change of an eligibility policy.
type EligibilityDraft struct {
	Policy EligibilityBody `json:"policy"`
}

// ApproverDraft is a change of an approver policy.
type ApproverDraft struct {
	Policy ApproverBody `json:"policy"`
}

// SettingsDraft is a change of the settings.
type SettingsDraft struct {
	Settings SettingsBody `json:"settings"`
}

// PolicyOutcome says what became of a change: applied at once, proposed to a second administrator, or nothing since
// what it says is in force already.
type PolicyOutcome struct {
	Applied   bool       `json:"applied"`
	Unchanged bool       `json:"unchanged,omitempty"`
	Policy    *PolicyRef `json:"policy,omitempty" doc:"The version in force now; absent for a proposal"`
	// Widening says what somebody gains by the change; empty when nobody does.
	Widening   []Reason  `json:"widening,omitempty" doc:"What somebody gains by the change"`
	Difference []string  `json:"difference,omitempty" doc:"To the version before, line by line"`
	Proposal   *Proposal `json:"proposal,omitempty" doc:"What waits, or waited, for a second administrator"`
}

// PolicyVersion is one version of a policy, as it was.
type PolicyVersion struct {
	Version     int64     `json:"version"`
	Name        string    `json:"name"`
	Deleted     bool      `json:"deleted,omitempty"`
	Widening    bool      `json:"widening,omitempty"`
	Author      Person    `json:"author"`
	AgreedBy    *Person   `json:"agreedBy,omitempty"`
	EffectiveAt time.Time `json:"effectiveAt"`
	// One of these, by the kind asked for; absent for a deletion.
	Eligibility *EligibilityBody `json:"eligibility,omitempty"`
	Approver    *ApproverBody    `json:"approver,omitempty"`
	Settings    *SettingsBody    `json:"settings,omitempty"`
}

// PolicyVersionList is the history of a policy, the newest first.
type PolicyVersionList struct {
	Items      []PolicyVersion `json:"items" nullable:"false"`
	NextCursor string          `json:"nextCursor,omitempty" doc:"Cursor of the page after; absent at the end"`
}

// Proposal is a change that waits, or waited, for a second administrator.
type Proposal struct {
	ID          string           `json:"id"`
	State       string           `json:"state" enum:"proposed,agreed,refused,withdrawn,overtaken"`
	Kind        string           `json:"kind" enum:"eligibility,approver,settings"`
	PolicyID    string           `json:"policyId,omitempty"`
	Name        string           `json:"name"`
	Version     int64            `json:"version" doc:"Of the proposal: what it widens may have been computed anew since you read it"`
	BaseVersion int64            `json:"baseVersion" doc:"Version of the policy that it changes; 0: it is a new one"`
	Delete      bool             `json:"delete,omitempty"`
	Widening    []Reason         `json:"widening,omitempty"`
	Author      Person           `json:"author"`
	ByMachine   bool             `json:"byMachine,omitempty"`
	CreatedAt   time.Time        `json:"createdAt"`
	DecidedBy   *Person          `json:"decidedBy,omitempty"`
	DecidedAt   time.Time        `json:"decidedAt,omitzero"`
	Difference  []string         `json:"difference,omitempty" doc:"To the version it was made from; when a single proposal is read"`
	Eligibility *EligibilityBody `json:"eligibility,omitempty"`
	Approver    *ApproverBody    `json:"approver,omitempty"`
	Settings    *SettingsBody    `json:"settings,omitempty"`
}

// ProposalRefusal says why a proposal is refused.
type ProposalRefusal struct {
	Comment string `json:"comment,omitempty"`
}

// ProposalList is the proposals, the newest first.
type ProposalList struct {
	Items      []Proposal `json:"items" nullable:"false"`
	NextCursor string     `json:"nextCursor,omitempty" doc:"Cursor of the page after; absent at the end"`
}

// PolicyQuestion asks what policy says of one user, account and permission set.
type PolicyQuestion struct {
	UserID string `json:"userId"`
	Role
	DurationSeconds int64  `json:"durationSeconds,omitempty" minimum:"0" doc:"0: what would be possible"`
	Ticket          string `json:"ticket,omitempty"`
	MachineID       string `json:"machineId,omitempty" pattern:"^mch_[0-9a-f-]{36}$" doc:"Machine client that would ask; absent: the person themselves"`
}

// PolicyExplanation answers a PolicyQuestion.
type PolicyExplanation struct {
	User              Person `json:"user"`
	AccountName       string `json:"accountName,omitempty"`
	PermissionSetName string `json:"permissionSetName,omitempty"`
	Answer
	Deciders []Stage `json:"deciders" nullable:"false" doc:"Who decides, also where no approval is required"`
}

// PolicyDocument is a policy as people write it: a YAML text with names.
type PolicyDocument struct {
	Name string `json:"name" doc:"File name, for messages"`
	Text string `json:"text"`
}

// PolicyDocuments is a directory of policies as people write them.
type PolicyDocuments struct {
	Documents []PolicyDocument `json:"documents" nullable:"false"`
	// Prune deletes the policies that no document describes.
	Prune bool `json:"prune,omitempty" doc:"Delete the policies that no document describes"`
}

// PolicyPlan is what documents change.
type PolicyPlan struct {
	Changes []PlannedChange `json:"changes" nullable:"false"`
	Effect  PolicyEffect    `json:"effect" doc:"Who gains and who loses by all changes together"`
	// Findings are those that the changes add, the gravest first.
	Findings []PolicyFinding `json:"findings,omitempty" doc:"What the linter finds in the changes that is not in force already"`
}

// PolicyEffect is what changes of policies do to people, once nobody is cooling any more.
type PolicyEffect struct {
	Requests []RequestEffect `json:"requests,omitempty" doc:"For whom what may be asked for changes"`
	// Unexamined is how many more people might be affected who were not looked at.
	Unexamined int              `json:"unexamined,omitempty" doc:"How many more people might be affected"`
	Decisions  []DecisionEffect `json:"decisions,omitempty" doc:"Whose say changes"`
}

// RequestEffect is what somebody may ask for after a change and could not before, and the other way round.
type RequestEffect struct {
	User  Person             `json:"user"`
	Gains []RequestableBlock `json:"gains,omitempty" doc:"On the terms after"`
	Loses []RequestableBlock `json:"loses,omitempty" doc:"On the terms before"`
}

// DecisionEffect says that somebody becomes an approver by a policy, or is one no longer.
type DecisionEffect struct {
	User   Person    `json:"user"`
	Policy PolicyRef `json:"policy"`
	Gains  bool      `json:"gains"`
}

// PlannedChange is one change of a plan.
type PlannedChange struct {
	Action     string         `json:"action" enum:"create,change,delete,keep"`
	Kind       string         `json:"kind" enum:"eligibility,approver,settings"`
	PolicyID   string         `json:"policyId,omitempty"`
	Name       string         `json:"name"`
	Document   string         `json:"document,omitempty"`
	Line       int            `json:"line,omitempty"`
	Sentence   string         `json:"sentence"`
	Difference []string       `json:"difference,omitempty"`
	Widening   []Reason       `json:"widening,omitempty"`
	Outcome    *PolicyOutcome `json:"outcome,omitempty" doc:"What became of it, once applied"`
	Problem    *Problem       `json:"problem,omitempty" doc:"Why it was not applied"`
}
