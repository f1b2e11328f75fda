// Package alarm says what is wrong: conditions that somebody has to know of, open until they are over. All alarms
// go one way: a Signal is part of a change, the store keeps the open ones, and log, metric, event, API and webhook
// follow from that.
package alarm

import "time"

// Severity orders alarms.
type Severity string

// Critical: access may exist that should not, or TEAM cannot end it. Warning: somebody should look.
const (
	Critical Severity = "critical"
	Warning  Severity = "warning"
)

// Kind names a condition.
type Kind string

// The conditions TEAM raises.
const (
	RemovalFailing   Kind = "removal-failing"   // an assignment could not be removed at the first try
	RemovedOutside   Kind = "removed-outside"   // an active assignment vanished
	OwnershipAssumed Kind = "ownership-assumed" // an assignment was found whose creation was asked for but never confirmed
	Unusable         Kind = "unusable"          // an assignment cannot be removed since its user or account is gone
	ActivationFailed Kind = "activation-failed" // an agreed access could not be given
	ClockSkew        Kind = "clock-skew"        // a replica's clock is off
	Recovery         Kind = "recovery"          // the database is older than what TEAM did
	SyncFailing      Kind = "sync-failing"      // the directory cannot be read
	PasskeyCopied    Kind = "passkey-copied"    // the counter of somebody's passkey went backwards
	Certificate      Kind = "certificate"       // a replica's TLS certificate does not work, or ends soon
	AccessLog        Kind = "access-log"        // a replica's access log cannot be written
	IdentityWaiting  Kind = "identity-waiting"  // somebody who signed in may be another person than the name suggests
)

// Kinds are all of them.
func Kinds() []Kind {
	return []Kind{
		RemovalFailing, RemovedOutside, OwnershipAssumed, Unusable, ActivationFailed, ClockSkew,
		Recovery, SyncFailing, Certificate, AccessLog, IdentityWaiting, PasskeyCopied,
	}
}

// SeverityOf a kind.
func SeverityOf(k Kind) Severity {
	switch k {
	case RemovalFailing, RemovedOutside, ClockSkew, Recovery:
		return Critical
	default:
		return Warning
	}
}

// Signal opens a condition for a subject, renews it, or closes it.
type Signal struct {
	Kind     Kind
	Subject  string // what it is about: an assignment id, a replica, …; one open alarm for each kind and subject
	Sentence string // what is wrong and what to do
	At       time.Time
	Close    bool
}

// Alarm is a condition that was signalled.
type Alarm struct {
	ID       string
	Kind     Kind
	Severity Severity
	Subject  string
	Sentence string
	OpenedAt time.Time
	LastSeen time.Time
	Times    int64     // how often it was signalled
	ClosedAt time.Time // zero while open
}

// Filter picks alarms for a list, in the order in which they were opened; empty fields do not filter.
type Filter struct {
	OpenOnly, ClosedOnly bool
	Kind                 Kind
	Severity             Severity
	Subject              string
	From, To             time.Time // opened at or after From, and before To
	OldestFirst          bool      // else the newest
	After                string    // id where the page before ended
	Limit                int
}
