// Package policy decides who may ask for what, for how long, and who decides on it. It is pure: a compiled Engine
// answers from a directory snapshot and a set of policies, the clock is an argument, and every yes and every no
// comes with its reasons.
package policy

import "time"

// Principals names people, directly or by group.
type Principals struct {
	Users  []string `json:"users,omitempty"`  // identity store user ids
	Groups []string `json:"groups,omitempty"` // identity store group ids
}

// OUTarget is an organizational unit, with everything below it unless DirectOnly.
type OUTarget struct {
	ID         string `json:"id"`
	DirectOnly bool   `json:"directOnly,omitempty"`
}

// TagTarget matches accounts that carry the tag with one of the values (any value when none is given).
type TagTarget struct {
	Key    string   `json:"key"`
	Values []string `json:"values,omitempty"`
}

// Targets selects accounts. An account matches when it is named, or below a named OU, or tagged so, and is in none
// of the exclusions. A protected account matches only by its own id (P8).
type Targets struct {
	Accounts        []string    `json:"accounts,omitempty"`
	OUs             []OUTarget  `json:"ous,omitempty"`
	Tags            []TagTarget `json:"tags,omitempty"`
	ExcludeAccounts []string    `json:"excludeAccounts,omitempty"`
	ExcludeOUs      []string    `json:"excludeOUs,omitempty"` // with everything below
}

// Eligibility is an eligibility policy: who may ask for what, for how long, and whether approval is needed. Each
// stands alone: its duration and approval hold for its own targets and permission sets only.
type Eligibility struct {
	ID               string        `json:"id"`
	Name             string        `json:"name"`
	Owners           Principals    `json:"owners"` // whom to ask about it; owning gives no right
	Principals       Principals    `json:"principals"`
	Targets          Targets       `json:"targets"`
	PermissionSets   []string      `json:"permissionSets"` // ARNs, at least one
	MaxDuration      time.Duration `json:"maxDuration"`
	ApprovalRequired bool          `json:"approvalRequired"`
	TicketPattern    string        `json:"ticketPattern,omitempty"` // anchored RE2; "": the settings' pattern alone
	Emergency        bool          `json:"emergency,omitempty"`     // may be used for emergency access
	// Machines are the ids of the machine clients that may ask for the people whom this policy names. None: only people ask.
	Machines []string `json:"machines,omitempty"`

	Revision `json:"-"`
	Previous *Eligibility `json:"-"` // the version in force before this one, while somebody is cooling; nil: none existed
}

// Stage is one step of an approval: enough of these people must agree before the next stage opens.
type Stage struct {
	Approvers Principals `json:"approvers"`
	Required  int        `json:"required"` // at least 1
}

// Approver is an approver policy: who decides, for which accounts, OUs or permission sets. All that match a target
// count together, stage by stage: the approvers are the union, the number required the largest. A policy that stops
// inheritance makes those matched further up the organization not count.
type Approver struct {
	ID              string     `json:"id"`
	Name            string     `json:"name"`
	Owners          Principals `json:"owners"`
	Targets         Targets    `json:"targets"`
	PermissionSets  []string   `json:"permissionSets,omitempty"`  // ARNs; empty: any
	RequesterGroups []string   `json:"requesterGroups,omitempty"` // group ids; empty: anybody's request
	Stages          []Stage    `json:"stages"`                    // at least one
	StopInheritance bool       `json:"stopInheritance,omitempty"`
	// StepUp is what whoever decides by it must have shown lately, beside what the settings demand.
	StepUp Demand `json:"stepUp,omitzero"`

	Revision `json:"-"`
	Previous *Approver `json:"-"`
}

// Settings are the organization's own limits and switches. The zero value is not valid: use DefaultSettings.
type Settings struct {
	ApprovalRequired    bool                `json:"approvalRequired"`   // false: nobody needs approval, except for protected accounts
	CommentRequired     bool                `json:"commentRequired"`    // on approve, reject and revoke
	TicketRequired      bool                `json:"ticketRequired"`     // on requests
	TicketPattern       string              `json:"ticketPattern"`      // anchored RE2 for a ticket that is given
	MaxDuration         time.Duration       `json:"maxDuration"`        // hard cap over every policy
	MinDuration         time.Duration       `json:"minDuration"`        // shortest request
	PendingExpiry       time.Duration       `json:"pendingExpiry"`      // a pending request expires after this
	StartHorizon        time.Duration       `json:"startHorizon"`       // furthest start in the future
	ActivationDeadline  time.Duration       `json:"activationDeadline"` // access that could not start by then does not start
	MaxExtensions       int                 `json:"maxExtensions"`      // per elevation
	MaxTargets          int                 `json:"maxTargets"`         // per request
	ProtectedAccounts   []string            `json:"protectedAccounts"`  // beside the delegated administrator's, which always is
	AdministratorGroup  string              `json:"administratorGroup"` // group id; "": as configured at start
	AuditorGroup        string              `json:"auditorGroup"`       // group id; "": as configured at start
	SecondAdministrator SecondAdministrator `json:"secondAdministrator"`
	StepUp              StepUp              `json:"stepUp,omitzero"`          // fresh proof that is demanded for what
	TrustedIssuers      []TrustedIssuer     `json:"trustedIssuers,omitempty"` // by whose ID tokens machine clients are known

	Revision `json:"-"`
	Previous *Settings `json:"-"`
}

// SecondAdministrator says when a change that widens access needs a second administrator (P11).
type SecondAdministrator string

// Auto demands one as soon as there are two enabled administrators; Always also while there is one.
const (
	SecondAuto   SecondAdministrator = "auto"
	SecondAlways SecondAdministrator = "always"
)

// Revision says which version of a policy this is and who may not yet gain by it.
type Revision struct {
	Version int64
	Deleted bool // a tombstone, kept while somebody is cooling, so that a deletion cannot be gained by either
	// Cooling lists who made or agreed to the widening change, and until when (P11): for them everything is judged
	// twice, with this version and with Previous, and the stricter answer counts.
	Cooling []Cooling
}

// Cooling keeps one person from gaining by a change.
type Cooling struct {
	UserID string
	Until  time.Time
}

// CoolingPeriod is how long the author of a widening change, and who agreed to it, may not gain by it (P11).
const CoolingPeriod = 24 * time.Hour

// Set is every policy in force at one moment.
type Set struct {
	Settings    Settings
	Eligibility []Eligibility
	Approver    []Approver
	// Generation grows with every change of the stored policies.
	Generation int64
}

// DefaultSettings are the sample's defaults (research: section A.4), and TEAM's own where it had none.
func DefaultSettings() Settings {
	return Settings{
		ApprovalRequired:    true,
		CommentRequired:     true,
		TicketRequired:      true,
		TicketPattern:       `[A-Za-z0-9].*`,
		MaxDuration:         9 * time.Hour,
		MinDuration:         time.Minute,
		PendingExpiry:       3 * time.Hour,
		StartHorizon:        90 * 24 * time.Hour,
		ActivationDeadline:  30 * time.Minute,
		MaxExtensions:       2,
		MaxTargets:          50,
		SecondAdministrator: SecondAuto,
	}
}
