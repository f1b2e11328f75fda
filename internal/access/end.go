package access

import (
	"slices"
	"time"

	"github.com/team-idc/team/internal/audit"
)

// Cancel takes back what the requester asked for and has not got: pending targets are cancelled, scheduled
// elevations end. Active access is released instead.
func Cancel(c Case, by Actor, now time.Time) (Change, error) {
	if !isRequester(c, by) {
		return Change{}, forbidden("only the requester can cancel a request")
	}
	who := "the requester"
	if answersFor(c, by) && !holds(c, by) {
		who = "who answers for the machine that asked"
	}
	now = c.inOrder(now)
	var change Change
	for i := range c.Targets {
		t := &c.Targets[i]
		if t.Decision == Pending {
			if err := settle(&change, &c, t, Cancelled, by.Audit(), now, nil); err != nil {
				return Change{}, err
			}
			if err := endUnstarted(&change, &c, t, ReasonCancelled, "cancelled by "+who, by.Audit().ID, by.Audit(), now); err != nil {
				return Change{}, err
			}
			continue
		}
		if e, ok := c.ElevationOf(t.ID); ok && t.Extends == "" && e.State == Scheduled {
			if err := endUnstarted(&change, &c, t, ReasonCancelled, "cancelled by "+who+" before the start", by.Audit().ID, by.Audit(), now); err != nil {
				return Change{}, err
			}
		}
	}
	if len(change.Events) == 0 {
		for _, e := range c.Elevations {
			if e.RequestID == c.Request.ID && (e.State == Activating || e.State == Active) {
				return Change{}, conflict("the access of request %s has begun: release it instead", c.Request.ID)
			}
		}
		return Change{}, conflict("request %s is %s: there is nothing left to cancel", c.Request.ID, StatusOf(c, now))
	}
	return change, nil
}

// isRequester says whether somebody may take back what was asked: who benefits, who filed, and who answers for the
// machine that filed.
func isRequester(c Case, by Actor) bool {
	filed := by.Kind == audit.Person && by.UserID != "" && !c.Request.Machine && by.UserID == c.Request.FiledBy
	return filed || holds(c, by) || filedThrough(c, by) || answersFor(c, by)
}

// holds says whether somebody is who benefits.
func holds(c Case, by Actor) bool {
	return by.Kind == audit.Person && by.UserID != "" && by.UserID == c.Request.BeneficiaryID
}

// filedThrough says whether the caller is the machine that filed.
func filedThrough(c Case, by Actor) bool {
	return by.Kind == audit.Machine && by.MachineID != "" && c.Request.Machine && c.Request.FiledBy == by.MachineID
}

// answersFor says whether somebody owns the machine that filed, or did when it did, or issued its token.
func answersFor(c Case, by Actor) bool {
	return by.Kind == audit.Person && by.UserID != "" && c.Request.Machine &&
		(by.UserID == c.Machine.OwnerID || slices.Contains(c.Request.Others, by.UserID))
}

// Release ends an elevation early: by its user, the machine that asked for it, or who answers for that machine.
func Release(c Case, elevationID string, by Actor, extensions []Case, now time.Time) (Change, error) {
	detail := "released by its user"
	switch {
	case holds(c, by):
	case filedThrough(c, by):
		detail = "released by the machine " + by.Name + ", which had asked for it"
	case answersFor(c, by):
		detail = "released by " + by.Name + ", who answers for the machine that had asked for it"
	default:
		return Change{}, forbidden("only the user who holds the access, and the machine that asked for it, release it; others revoke it")
	}
	e, err := endable(c, elevationID)
	if err != nil {
		return Change{}, err
	}
	var change Change
	err = beginEnd(&change, *e, ReasonReleased, detail, by, extensions, c.inOrder(now))
	return change, err
}

// Revoke ends elevations by somebody else: every one on the assignment, or the one picked. Who may is checked by the
// caller (Operation RevokeElevation).
func Revoke(es []Elevation, comment string, by Actor, extensions []Case, now time.Time) (Change, error) {
	var change Change
	detail := "revoked by " + by.Name
	if comment != "" {
		detail += ": " + comment
	}
	for _, e := range es {
		if e.State == Ending || e.State == Ended || e.State == Waiting {
			continue
		}
		if err := beginEnd(&change, e, ReasonRevoked, detail, by, extensions, now); err != nil {
			return Change{}, err
		}
	}
	if len(change.Events) == 0 {
		return Change{}, conflict("there is no access left to revoke: it is ending or has ended")
	}
	return change, nil
}

func endable(c Case, elevationID string) (*Elevation, error) {
	for i := range c.Elevations {
		e := &c.Elevations[i]
		if e.ID != elevationID {
			continue
		}
		switch e.State {
		case Activating, Active:
			return e, nil
		case Waiting, Scheduled:
			return nil, conflict("elevation %s has not started; cancel its request instead", e.ID)
		default:
			return nil, conflict("elevation %s is %s already", e.ID, e.State)
		}
	}
	return nil, notFound("elevation", elevationID)
}

// beginEnd starts the end of one elevation, looks at its assignment before everything else, and takes back what was
// asked as its extension.
func beginEnd(change *Change, e Elevation, reason Reason, detail string, by Actor, extensions []Case, now time.Time) error {
	if err := e.BeginEnd(reason, detail, by.Audit().ID, now); err != nil {
		return err
	}
	change.Elevations = append(change.Elevations, e)
	change.Looks = append(change.Looks, e.LookAt(now, true))
	change.Events = append(change.Events, e.endEvent(by.Audit(), now))
	return ExpireExtensions(change, e.ID, extensions, now)
}

// ExpireExtensions settles the pending extensions of an elevation that is ending: there is nothing left to extend.
func ExpireExtensions(change *Change, elevationID string, extensions []Case, now time.Time) error {
	by := audit.Actor{Kind: audit.System, ID: "expiry"}
	for i := range extensions {
		c := &extensions[i]
		for j := range c.Targets {
			if t := &c.Targets[j]; t.Decision == Pending && t.Extends == elevationID {
				if err := settle(change, c, t, Expired, by, now, map[string]any{"detail": "the elevation it would have extended is ending"}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
