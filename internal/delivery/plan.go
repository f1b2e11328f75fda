package delivery

import (
	"slices"
	"time"

	"github.com/team-idc/team/internal/access"
)

// Do is the one thing with AWS that a step does.
type Do string

// What a step can do.
const (
	Rest     Do = "rest"     // nothing: only what the rows say is moved on
	Activate Do = "activate" // check everything again and read, before the intent
	Create   Do = "create"   // send CreateAccountAssignment
	Delete   Do = "delete"   // send DeleteAccountAssignment
	Poll     Do = "poll"     // ask for the status of the operation
	Read     Do = "read"     // list who has the permission set in the account
	Resolve  Do = "resolve"  // look for a Create of unknown outcome among the operations in progress
)

// Plan is what one step is to do.
type Plan struct {
	Do        Do
	Elevation string // whose activation, for Activate
	// SentBefore is, for Create, when one was sent before that may have been taken; zero: none was.
	SentBefore time.Time
	// Alone is, for Poll, that the operation is no more among those in progress.
	Alone bool
}

// calls of IAM Identity Center that the plan is expected to take, for the limiter; pages beyond are charged later.
func (p Plan) calls() float64 {
	switch p.Do {
	case Rest:
		return 0
	default:
		return 1
	}
}

// planFor chooses the next safe step from what the rows say. It is pure: everything else follows from it.
// heldBack is true while grants wait (recovery, skewed clock); removals never do.
func planFor(a Assignment, es []access.Elevation, now time.Time, t Timing, heldBack bool) Plan {
	switch a.Phase {
	case Creating, Deleting:
		return Plan{Do: Poll, Alone: a.Tries == leftTheList}
	case Verifying:
		return Plan{Do: Read}
	case Removing:
		return Plan{Do: Delete}
	case Clearing:
		if a.InDoubt && !a.SeenAt.Before(a.CreateSentAt.Add(t.Settle)) {
			return Plan{Do: Resolve}
		}
		return Plan{Do: Read}
	case Claimed:
		switch {
		case a.InDoubt && !a.SeenAt.After(a.CreateSentAt):
			return Plan{Do: Read}
		case a.InDoubt:
			return Plan{Do: Resolve}
		case heldBack:
			return Plan{Do: Rest}
		}
		// Create may have waited for AWS for long: what was checked and read before is not true for ever (P1, P3).
		if e := activating(es); e != nil && !now.Before(a.SeenAt.Add(access.FactsMaxAge)) {
			return Plan{Do: Activate, Elevation: e.ID}
		}
		return Plan{Do: Create, SentBefore: a.CreateSentAt}
	case Held:
		if e := starting(es, now); e != nil && !heldBack {
			return Plan{Do: Activate, Elevation: e.ID}
		}
		if activating(es) != nil || !a.AbsentAt.IsZero() || !now.Before(a.SeenAt.Add(t.Sweep)) {
			return Plan{Do: Read}
		}
	case Idle:
		if e := starting(es, now); e != nil && !heldBack {
			return Plan{Do: Activate, Elevation: e.ID}
		}
	}
	return Plan{Do: Rest}
}

// starting is the scheduled elevation whose time has come, the earliest first.
func starting(es []access.Elevation, now time.Time) *access.Elevation {
	var first *access.Elevation
	for i := range es {
		e := &es[i]
		if e.State != access.Scheduled || now.Before(e.StartAt) || !now.Before(e.Deadline) {
			continue
		}
		if first == nil || e.StartAt.Before(first.StartAt) {
			first = e
		}
	}
	return first
}

// activating is the elevation that Create is sent for.
func activating(es []access.Elevation) *access.Elevation {
	for i := range es {
		if es[i].State == access.Activating {
			return &es[i]
		}
	}
	return nil
}

func wanted(es []access.Elevation, now time.Time) bool {
	for _, e := range es {
		if e.Wants(now) {
			return true
		}
	}
	return false
}

func anyIn(es []access.Elevation, s access.State) bool {
	return slices.ContainsFunc(es, func(e access.Elevation) bool { return e.State == s })
}
