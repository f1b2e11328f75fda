package access

import (
	"time"

	"github.com/team-idc/team/internal/audit"
)

// RetryWindow is how long after its start a failed delivery may be tried again on the same decision.
const RetryWindow = 24 * time.Hour

// Retry delivers an approved target again whose last elevation failed. It is a new elevation on the old decision;
// everything is checked again when it activates (P1).
func Retry(c Case, elevationID string, by Actor, f Facts, ids IDs) (Elevation, Change, error) {
	if !isRequester(c, by) && !by.Administrator {
		return Elevation{}, Change{}, forbidden("only the requester or an administrator can retry")
	}
	for i := range c.Elevations {
		e := c.Elevations[i]
		if e.ID != elevationID {
			continue
		}
		t, ok := c.Target(e.TargetID)
		last, _ := c.ElevationOf(e.TargetID)
		switch {
		case !ok || t.Decision != Approved:
			return Elevation{}, Change{}, conflict("the target of elevation %s is not approved", e.ID)
		case e.State != Ended || e.Reason != ReasonFailed:
			return Elevation{}, Change{}, conflict("elevation %s did not fail: it is %s", e.ID, e.State)
		case last.ID != e.ID:
			return Elevation{}, Change{}, conflict("elevation %s was retried already as %s", e.ID, last.ID)
		case f.Now.After(c.Request.StartAt.Add(RetryWindow)):
			return Elevation{}, Change{}, conflict("the decision is too old to retry on (%s after the start); ask again", Human(RetryWindow))
		}
		next := newElevation(ids, c.Request, *t, f.Now)
		next.Attempt = e.Attempt + 1
		schedule(&next, f.Engine.Settings(), f.Now)
		return next, Change{
			Elevations: []Elevation{next},
			Looks:      []Look{next.LookAt(next.StartAt, false)},
			Events: []audit.Event{event("elevation.scheduled", by.Audit(), f.Now, next.subject(), map[string]any{
				"startAt": next.StartAt, "retryOf": e.ID, "attempt": next.Attempt,
			})},
		}, nil
	}
	return Elevation{}, Change{}, notFound("elevation", elevationID)
}
