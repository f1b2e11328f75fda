package access

import (
	"time"

	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/audit"
)

// recoveryActor is who ends what a database put back from a backup would give again.
var recoveryActor = System("recovery")

// Recover ends everything in a case that could still give access, since the database is older than what TEAM did:
// what it holds as pending or agreed may have been decided otherwise, used or revoked meanwhile. Pending targets
// expire, elevations that have not started lapse, and one that is activating fails, so that what is half-made is
// removed. Active access is left to its end. The change is empty where there is nothing to end.
func Recover(c Case, now time.Time) (Change, error) {
	var change Change
	by := recoveryActor.Audit()
	for i := range c.Targets {
		t := &c.Targets[i]
		if t.Decision == Pending {
			if err := settle(&change, &c, t, Expired, by, now, map[string]any{"detail": detailRecovery}); err != nil {
				return Change{}, err
			}
		}
	}
	for _, e := range c.Elevations {
		if e.RequestID != c.Request.ID {
			continue // an extension's case holds what it would extend, which has a case of its own
		}
		if err := recoverElevation(&change, e, by, now); err != nil {
			return Change{}, err
		}
	}
	return change, nil
}

const detailRecovery = "the database was put back from a backup"

func recoverElevation(change *Change, e Elevation, by audit.Actor, now time.Time) error {
	var reason Reason
	switch e.State {
	case Waiting, Scheduled:
		reason = ReasonLapsed
	case Activating:
		reason = ReasonFailed
	default:
		return nil
	}
	if err := e.BeginEnd(reason, detailRecovery, "", now); err != nil {
		return err
	}
	change.Elevations = append(change.Elevations, e)
	if e.State == Ending {
		change.Looks = append(change.Looks, e.LookAt(now, true))
	}
	change.Events = append(change.Events, e.endEvent(by, now))
	return nil
}

// EnterRecovery says that recovery mode begins, and why.
func EnterRecovery(reason string, now time.Time) Change {
	by := recoveryActor.Audit()
	return Change{
		Alarms: []alarm.Signal{{
			Kind: alarm.Recovery, Subject: "deployment",
			Sentence: "TEAM is in recovery mode and gives nobody anything: " + reason + ". Compare what AWS holds with what TEAM lists, then release it.",
		}},
		Events: []audit.Event{event("recovery.entered", by, now, audit.Subject{}, map[string]any{"reason": reason})},
	}
}

// ReleaseRecovery ends recovery mode, by an administrator who has looked at what AWS holds.
func ReleaseRecovery(since time.Time, by Actor, now time.Time) (Change, error) {
	if by.Kind != audit.Person || !by.Administrator {
		return Change{}, forbidden("only administrators release recovery mode")
	}
	if since.IsZero() {
		return Change{}, conflict("TEAM is not in recovery mode")
	}
	return Change{
		Alarms: []alarm.Signal{{Kind: alarm.Recovery, Subject: "deployment", Close: true}},
		Events: []audit.Event{event("recovery.released", by.Audit(), now, audit.Subject{}, map[string]any{"since": since})},
	}, nil
}
