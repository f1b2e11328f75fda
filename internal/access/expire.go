package access

import (
	"github.com/team-idc/team/internal/audit"
)

// Expire ends the pending targets of a case that got no answer in time. It needs no facts: nothing may keep a
// request from expiring.
func Expire(c Case, f Facts) (Change, error) {
	var change Change
	by := audit.Actor{Kind: audit.System, ID: "expiry"}
	for i := range c.Targets {
		t := &c.Targets[i]
		if t.Decision != Pending {
			continue
		}
		if err := settle(&change, &c, t, Expired, by, f.Now, nil); err != nil {
			return Change{}, err
		}
		if err := endUnstarted(&change, &c, t, ReasonExpired, "nobody decided in time", "", by, f.Now); err != nil {
			return Change{}, err
		}
	}
	return change, nil
}
