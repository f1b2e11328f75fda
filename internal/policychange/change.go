// Package policychange holds how policies and settings change: who may propose, what applies at once, what waits for
// a second administrator (P11), and the YAML form in which people write them. Rules are functions without I/O that
// return a Change; the store applies a Change whole or not at all (P6).
package policychange

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/policy"
)

// Version of a policy or of the settings, as it was applied. Versions count up from 1 and never change.
type Version struct {
	Kind     policy.Kind
	ID       string
	Version  int64
	Name     string
	Body     any  // policy.Eligibility, policy.Approver or policy.Settings; what was deleted, for a deletion
	Deleted  bool // by this version
	Widening bool // somebody could gain by it, so that author and agreer cool (P11)
	AuthorID string
	AgreedBy string // the second administrator, "" where none was needed
	// EffectiveAt is when it was applied.
	EffectiveAt time.Time
}

// Ref of this version.
func (v *Version) Ref() policy.Ref {
	return policy.Ref{Kind: v.Kind, ID: v.ID, Name: v.Name, Version: v.Version}
}

// CoolingUntil is when author and agreer may gain by this version like everybody else; zero if they always could.
func (v *Version) CoolingUntil() time.Time {
	if !v.Widening {
		return time.Time{}
	}
	return v.EffectiveAt.Add(policy.CoolingPeriod)
}

// State of a proposal.
type State string

// A proposal is decided once. It is overtaken when the policy it builds on changed before somebody agreed.
const (
	Proposed  State = "proposed"
	Agreed    State = "agreed"
	Refused   State = "refused"
	Withdrawn State = "withdrawn"
	Overtaken State = "overtaken"
)

// Proposal is a change that waits for a second administrator.
type Proposal struct {
	ID          string
	Kind        policy.Kind
	PolicyID    string
	BaseVersion int64 // the version it changes; 0: it is a new policy
	Name        string
	Body        any
	Deleted     bool // it deletes the policy
	// Reasons say what it widens, as last computed.
	Reasons   []policy.Reason
	AuthorID  string // user id; of a machine's proposal: who owns the machine
	ByMachine bool
	CreatedAt time.Time
	State     State
	DecidedBy string
	DecidedAt time.Time
	Version   int64 // of the row
}

// ProposalFilter picks proposals for a list, in the order in which they were made; empty fields do not filter.
type ProposalFilter struct {
	State    State
	Kind     policy.Kind
	PolicyID string
	AuthorID string
	From, To time.Time // made at or after From, and before To
	// OldestFirst turns the order around.
	OldestFirst bool
	// After is where the page before ended (an id), "" for the first. Ids begin with their time.
	After string
	Limit int // at least 1
}

// Draft is a change somebody wants.
type Draft struct {
	Kind policy.Kind
	ID   string // "": a new policy. The settings' is policy.SettingsID
	// BaseVersion is the version the author saw; 0 for a new policy, and for settings that were never stored.
	BaseVersion int64
	Body        any // policy.Eligibility, policy.Approver or policy.Settings, as Kind says; ignored by Delete
	Delete      bool
}

// Outcome of a draft: applied, proposed, or nothing to change.
type Outcome struct {
	Applied  *Version  // the version now in force; when Unchanged, the one that was
	Proposal *Proposal // set when it waits for a second administrator
	// Unchanged: the draft says what is in force already, and nothing was stored.
	Unchanged bool
	// Widening says what somebody gains; empty when nobody does.
	Widening []policy.Reason
	// Difference to the version before, line by line, with names.
	Difference []string
}

// Change is all that one use case does. Proposals with Version 0 are new; others must still be at their version.
type Change struct {
	Versions  []Version
	Proposals []Proposal
	// Generation of the policies the change was judged by: the store refuses it if they moved on, because what
	// widens depends on all of them.
	Generation int64
	Events     []audit.Event // never empty
}

// Tx is what a use case may do inside one transaction.
type Tx interface {
	// PoliciesInForce at now, with the versions before while somebody is cooling.
	PoliciesInForce(ctx context.Context, now time.Time) (policy.Set, error)
	// PolicyHeads are the newest versions of all policies and the settings by kind and id, deleted ones included.
	PolicyHeads(ctx context.Context) ([]Version, error)
	// PolicyHead is the newest version of one, also if deleted.
	PolicyHead(ctx context.Context, kind policy.Kind, id string) (v Version, found bool, err error)
	// PolicyVersions of one, newest first.
	PolicyVersions(ctx context.Context, kind policy.Kind, id string) ([]Version, error)
	Proposal(ctx context.Context, id string) (p Proposal, found bool, err error)
	Proposals(ctx context.Context, f ProposalFilter) ([]Proposal, error)
	// ProposalsOn are those that wait on one policy.
	ProposalsOn(ctx context.Context, kind policy.Kind, id string) ([]Proposal, error)
	// MachineNames are all machine clients, by id, disabled ones included.
	MachineNames(ctx context.Context) ([]Machine, error)
	ApplyPolicies(ctx context.Context, c Change) error
}

// Store keeps policies.
type Store interface {
	// Update runs f in one transaction, and again on a serialization failure; f only reads, decides, applies.
	Update(ctx context.Context, f func(context.Context, Tx) error) error
	// View runs f in a read-only transaction.
	View(ctx context.Context, f func(context.Context, Tx) error) error
}

// EncodeBody gives the text a policy is kept as.
func EncodeBody(body any) (string, error) {
	switch body.(type) {
	case policy.Eligibility, policy.Approver, policy.Settings:
	default:
		return "", fmt.Errorf("encode policy: %T is none", body)
	}
	b, err := json.Marshal(body)
	if err != nil {
		return "", fmt.Errorf("encode policy: %w", err)
	}
	return string(b), nil
}

// DecodeBody reads what EncodeBody wrote.
func DecodeBody(kind policy.Kind, text string) (any, error) {
	switch kind {
	case policy.KindEligibility:
		return decodeBody[policy.Eligibility](text)
	case policy.KindApprover:
		return decodeBody[policy.Approver](text)
	case policy.KindSettings:
		return decodeBody[policy.Settings](text)
	default:
		return nil, fmt.Errorf("decode policy: the kind %q is unknown", kind)
	}
}

func decodeBody[P any](text string) (any, error) {
	var p P
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return nil, fmt.Errorf("decode policy: %w", err)
	}
	return p, nil
}
