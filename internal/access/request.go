// Package access holds requests and elevations: their types, the two state machines, the rules of who may do what,
// and the use cases. Rules are functions without I/O that return a Change; the store applies a Change whole or not
// at all (P6).
package access

import (
	"time"

	"github.com/team-idc/team/internal/policy"
)

// RequestKind says what is asked for.
type RequestKind string

// A request asks for access, or for more time for an elevation that is active.
const (
	KindAccess    RequestKind = "access"
	KindExtension RequestKind = "extension"
)

// Request is somebody asking for one or more targets, for a time.
type Request struct {
	ID            string
	Kind          RequestKind
	BeneficiaryID string // user id of who gets the access
	FiledBy       string // user id, or the id of the machine that filed
	Machine       bool   // FiledBy is a machine
	// Others count as requester beside the beneficiary when somebody decides: who owned the machine when it filed, and who
	// issued its token (P5).
	Others        []string
	Justification string
	Ticket        string
	StartAt       time.Time
	Duration      time.Duration // for an extension: the time added
	CreatedAt     time.Time
	ExpiresAt     time.Time // pending targets expire then
	Version       int64
}

// Target is an account and a permission set that a request names, with its own decision.
type Target struct {
	ID                string
	RequestID         string
	AccountID         string
	AccountName       string // as it was when asked
	PermissionSetARN  string
	PermissionSetName string // as it was when asked
	Decision          Decision
	DecidedAt         time.Time
	Extends           string       // elevation id, for an extension
	Policies          []policy.Ref // the versions the last evaluation rested on
	Version           int64
}

// Vote is one person's decision on a target.
type Vote struct {
	ID       string
	TargetID string
	VoterID  string // user id
	Stage    int
	Approve  bool
	Comment  string
	At       time.Time
	Strength string // how the voter was authenticated
	// Proofs are what the voter had shown by then.
	Proofs []Proof
	// Groups the voter was in, read live when the vote was cast: why it counted.
	Groups []string
	Void   bool // cast before a recovery: does not count
}

// Machine is what is to be known, at this moment, of the machine client that filed a request.
type Machine struct {
	Name    string
	OwnerID string // user id
	Enabled bool
}

// Case is a request with all that belongs to it.
type Case struct {
	Request    Request
	Machine    Machine // zero where a person filed
	Targets    []Target
	Votes      []Vote
	Elevations []Elevation
}

// Target by id.
func (c *Case) Target(id string) (*Target, bool) {
	for i := range c.Targets {
		if c.Targets[i].ID == id {
			return &c.Targets[i], true
		}
	}
	return nil, false
}

// ElevationOf returns the latest elevation of a target.
func (c *Case) ElevationOf(targetID string) (*Elevation, bool) {
	var last *Elevation
	for i := range c.Elevations {
		if e := &c.Elevations[i]; e.TargetID == targetID && (last == nil || e.Attempt > last.Attempt) {
			last = e
		}
	}
	return last, last != nil
}

// VotesOn a target, void ones left out.
func (c *Case) VotesOn(targetID string) []Vote {
	var votes []Vote
	for _, v := range c.Votes {
		if v.TargetID == targetID && !v.Void {
			votes = append(votes, v)
		}
	}
	return votes
}

// Question a target puts to the policies at now, for the beneficiary with these groups.
func (c *Case) Question(t Target, groups []string, duration time.Duration, now time.Time) policy.Question {
	machine := ""
	if c.Request.Machine {
		machine = c.Request.FiledBy
	}
	return policy.Question{
		Requester:        policy.Person{UserID: c.Request.BeneficiaryID, Groups: groups},
		AccountID:        t.AccountID,
		PermissionSetARN: t.PermissionSetARN,
		Duration:         duration,
		Ticket:           c.Request.Ticket,
		Others:           c.others(),
		Answering:        c.Request.Others,
		Machine:          machine,
		At:               now,
	}
}

// requesters are all who count as requester beside the beneficiary when somebody decides (P5).
func (c *Case) requesters() []string { return joined(c.Request.Others, c.others()) }

// others are those of them who filed, or own the machine that did.
func (c *Case) others() []string {
	var others []string
	if !c.Request.Machine && c.Request.FiledBy != c.Request.BeneficiaryID {
		others = append(others, c.Request.FiledBy)
	}
	if owner := c.Machine.OwnerID; owner != "" {
		others = append(others, owner)
	}
	return others
}
