package access

import (
	"time"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// Recheck judges a scheduled elevation again, at the moment its access is to start, by the policies in force, live
// memberships and the recorded votes (P1). The duration is cut to the present maximum. When it no longer holds,
// lapsed says why in a sentence.
func Recheck(c Case, e Elevation, f Facts) (duration time.Duration, refs []policy.Ref, lapsed string) {
	t, ok := c.Target(e.TargetID)
	if !ok || t.Decision != Approved {
		return 0, nil, "its target is not approved"
	}
	switch f.RequesterUser.Status {
	case directory.UserEnabled:
	case directory.UserDisabled:
		return 0, nil, "the user is disabled in IAM Identity Center"
	default:
		return 0, nil, "the user is not an enabled user in IAM Identity Center"
	}
	if why := c.machineOut(f); why != "" {
		return 0, nil, why
	}
	q := c.Question(*t, f.Requester.Groups, 0, f.Now)
	answer := f.Engine.Evaluate(q)
	if !answer.Allowed {
		return 0, answer.Policies, "policy no longer allows it: " + firstText(answer.Against)
	}
	if answer.ApprovalRequired {
		recorded := c.VotesOn(t.ID)
		votes := f.votes(recorded)
		tally := f.Engine.Tally(q, votes)
		if tally.Outcome != policy.Approved {
			why := "the recorded approvals no longer suffice under the policies in force"
			switch {
			case len(tally.Void) > 0:
				why += ": " + tally.Void[0].Text
			case len(votes) < len(recorded):
				why += ": somebody who approved is not an enabled user any more"
			}
			return 0, answer.Policies, why
		}
	}
	duration = min(e.Duration, answer.MaxDuration)
	if duration <= 0 {
		return 0, answer.Policies, "policy allows no time at all"
	}
	return duration, answer.Policies, ""
}

// machineOut says why the machine that filed no longer counts, "" if it does or a person filed.
func (c *Case) machineOut(f Facts) string {
	if !c.Request.Machine {
		return ""
	}
	if !c.Machine.Enabled {
		return "the machine client that asked for it is disabled"
	}
	if owner, ok := f.Dir.User(c.Machine.OwnerID); !ok || owner.Status != directory.UserEnabled {
		return "who owns the machine client that asked for it is not an enabled user"
	}
	return ""
}
