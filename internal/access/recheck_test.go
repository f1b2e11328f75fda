package access_test

import (
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// TestP1EverythingIsCheckedAgainAtActivation: what no longer holds lapses, with a sentence; the duration is cut to
// the present maximum.
func TestP1EverythingIsCheckedAgainAtActivation(t *testing.T) {
	for name, c := range map[string]struct {
		world    func(*world)
		change   func(*access.Case, *access.Facts)
		lapsed   string // "": it may start
		duration time.Duration
	}{
		"nothing changed":                            {nil, nil, "", time.Hour},
		"the maximum is shorter":                     {func(w *world) { w.set.Eligibility[0].MaxDuration = 20 * time.Minute }, nil, "", 20 * time.Minute},
		"the settings' maximum is shorter":           {func(w *world) { w.set.Settings.MaxDuration = 10 * time.Minute }, nil, "", 10 * time.Minute},
		"the target is not approved":                 {nil, func(c *access.Case, _ *access.Facts) { c.Targets[0].Decision = access.Pending }, "its target is not approved", 0},
		"the user is disabled":                       {nil, func(_ *access.Case, f *access.Facts) { f.RequesterUser.Status = directory.UserDisabled }, "the user is disabled in IAM Identity Center", 0},
		"the user's status is unknown":               {nil, func(_ *access.Case, f *access.Facts) { f.RequesterUser.Status = "" }, "not an enabled user", 0},
		"the user left the group":                    {nil, func(_ *access.Case, f *access.Facts) { f.Requester.Groups = nil }, "policy no longer allows it: No eligibility policy", 0},
		"the policy is gone":                         {func(w *world) { w.set.Eligibility = w.set.Eligibility[1:] }, nil, "policy no longer allows it: No eligibility policy", 0},
		"the account is suspended":                   {func(w *world) { w.content.Accounts[2].State = "SUSPENDED" }, nil, "is not active", 0},
		"the account is gone":                        {func(w *world) { w.content.Accounts = w.content.Accounts[:2] }, nil, "has no account " + prod, 0},
		"the permission set is gone":                 {func(w *world) { w.content.PermissionSets = nil }, nil, "There is no permission set", 0},
		"the set is in the management account":       {func(w *world) { w.content.PermissionSets[0].InManagementAccount = true }, nil, "provisioned in the management account", 0},
		"the approver is none any more":              {nil, func(_ *access.Case, f *access.Facts) { f.Voters[bob] = policy.Person{UserID: bob} }, "the recorded approvals no longer suffice under the policies in force: The vote of bob", 0},
		"the approver's groups were not read":        {nil, func(_ *access.Case, f *access.Facts) { f.Voters = nil }, "the recorded approvals no longer suffice", 0},
		"two are needed now":                         {needing(2), nil, "the recorded approvals no longer suffice", 0},
		"the vote was voided":                        {nil, func(c *access.Case, _ *access.Facts) { c.Votes[0].Void = true }, "the recorded approvals no longer suffice", 0},
		"the vote is on another target":              {nil, func(c *access.Case, _ *access.Facts) { c.Votes[0].TargetID = "tgt2" }, "the recorded approvals no longer suffice", 0},
		"the approver is the requester's other user": {func(w *world) { w.content.Users[2].PersonKey = "ann" }, nil, "the recorded approvals no longer suffice", 0},
		"no approval is needed any more":             {func(w *world) { w.set.Eligibility[0].ApprovalRequired = false }, func(c *access.Case, _ *access.Facts) { c.Votes = nil }, "", time.Hour},
		"the account is protected now":               {func(w *world) { w.set.Settings.ProtectedAccounts = []string{prod} }, nil, "the recorded approvals no longer suffice", 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			if c.world != nil {
				c.world(w)
			}
			request := w.newCase(access.Approved, false)
			request.Votes = []access.Vote{{ID: "v", TargetID: "tgt", VoterID: bob, Approve: true, At: noon}}
			f := w.facts(bob, bob)
			if c.change != nil {
				c.change(&request, &f)
			}
			duration, refs, lapsed := access.Recheck(request, request.Elevations[0], f)
			if (c.lapsed == "") != (lapsed == "") || !strings.Contains(lapsed, c.lapsed) {
				t.Errorf("lapsed %q, want %q", lapsed, c.lapsed)
			}
			if duration != c.duration {
				t.Errorf("duration %v, want %v", duration, c.duration)
			}
			if lapsed == "" && len(refs) == 0 {
				t.Error("it starts without naming the policies it rests on")
			}
		})
	}
}

// TestP1WhatNeedsNoApprovalLapsesWhenItDoes: a path without approval is judged again too.
func TestP1WhatNeedsNoApprovalLapsesWhenItDoes(t *testing.T) {
	w := newWorld(func(w *world) { w.set.Eligibility[2].ApprovalRequired = true })
	c := w.newCase(access.Approved, false)
	c.Targets[0].AccountID = lab
	_, _, lapsed := access.Recheck(c, c.Elevations[0], w.facts(bob))
	if !strings.Contains(lapsed, "no approver policy matches") {
		t.Errorf("lapsed: %q", lapsed)
	}
}

// TestFactsGrowTooOld: what a paused process gathered is not decided on.
func TestFactsGrowTooOld(t *testing.T) {
	f := newWorld().facts(bob)
	if _, young := f.At(noon.Add(access.FactsMaxAge)); !young {
		t.Error("too old at the limit")
	}
	if _, young := f.At(noon.Add(access.FactsMaxAge + time.Microsecond)); young {
		t.Error("young beyond the limit")
	}
}
