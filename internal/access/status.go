package access

import "time"

// StatusOf is the sample's single status word for a request, derived from decisions and deliveries, since its users
// know it: pending, approved, rejected, expired, cancelled, scheduled, in progress, revoked, ended, error.
// Of several targets, the one that still matters most speaks.
func StatusOf(c Case, now time.Time) string {
	best, rank := "ended", 0
	for _, t := range c.Targets {
		s := TargetStatus(c, t, now)
		if r := statusRank[s]; r > rank {
			best, rank = s, r
		}
	}
	return best
}

var statusRank = map[string]int{
	"ended": 1, "cancelled": 2, "expired": 3, "rejected": 4, "revoked": 5, "error": 6,
	"approved": 7, "scheduled": 8, "pending": 9, "in progress": 10,
}

// TargetStatus is the status word of one target.
func TargetStatus(c Case, t Target, now time.Time) string {
	if t.Decision != Approved {
		return string(t.Decision)
	}
	if t.Extends != "" {
		return "approved"
	}
	e, ok := c.ElevationOf(t.ID)
	if !ok {
		return "approved"
	}
	return ElevationStatus(*e, now)
}

// ElevationStatus is the status word of one elevation.
func ElevationStatus(e Elevation, now time.Time) string {
	switch e.State {
	case Waiting:
		return "pending"
	case Scheduled:
		if e.StartAt.After(now) {
			return "scheduled"
		}
		return "approved"
	case Activating:
		return "approved"
	case Active, Ending:
		return "in progress"
	case Ended:
		return endedStatus(e.Reason)
	default:
		return "error"
	}
}

func endedStatus(r Reason) string {
	switch r {
	case ReasonCancelled:
		return "cancelled"
	case ReasonRevoked:
		return "revoked"
	case ReasonFailed, ReasonLapsed, ReasonUnusable, ReasonRemovedOutside, ReasonAlreadyHeld:
		return "error"
	default:
		return "ended"
	}
}
