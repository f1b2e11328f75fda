package access_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/directory"
)

// TestP5WhoAnswersForAMachineCountsAsRequester: the owner of now, the owner of then, and who issued the token.
func TestP5WhoAnswersForAMachineCountsAsRequester(t *testing.T) {
	w := newWorld(needing(1))
	d := draft(prod)
	d.BeneficiaryID = ann
	d.StartAt = noon
	c, _, err := access.Create(d, actors["machine"], w.facts(""), w.ids)
	must(t, err)
	if !slices.Equal(c.Request.Others, []string{owner, issuer}) || c.Request.FiledBy != "m-ci" || !c.Request.Machine {
		t.Fatalf("filed as %+v", c.Request)
	}
	c.Machine.OwnerID = bob // who owns it now
	for _, by := range []string{ann, ann2, owner, issuer, bob, bob2} {
		_, err := access.Decide(c, access.Ballot{Approve: true, Comment: "x"}, person(by), w.facts(by), w.ids)
		wantError(t, err, access.CodeForbidden, "nobody can decide on their own request")
	}
	_, err = access.Decide(c, access.Ballot{Approve: true, Comment: "x"}, person(cy), w.facts(cy), w.ids)
	must(t, err)
}

// TestP1MachinesAreCheckedAgainAtActivation: a machine that is disabled, whose owner left, or that no policy names any
// more, starts nothing.
func TestP1MachinesAreCheckedAgainAtActivation(t *testing.T) {
	for name, c := range map[string]struct {
		edit   func(*world, *access.Case)
		lapsed string
	}{
		"nothing changed":        {func(*world, *access.Case) {}, ""},
		"the machine is off":     {func(_ *world, c *access.Case) { c.Machine.Enabled = false }, "the machine client that asked for it is disabled"},
		"the machine is unknown": {func(_ *world, c *access.Case) { c.Machine = access.Machine{} }, "the machine client that asked for it is disabled"},
		"the owner is disabled": {func(w *world, _ *access.Case) {
			i := slices.IndexFunc(w.content.Users, func(u directory.User) bool { return u.ID == owner })
			w.content.Users[i].Status = directory.UserDisabled
		}, "who owns the machine client that asked for it is not an enabled user"},
		"the policy names it no more": {func(w *world, _ *access.Case) { w.set.Eligibility[0].Machines = nil }, "does not let the machine client m-ci ask for it"},
		"the policy names another":    {func(w *world, _ *access.Case) { w.set.Eligibility[0].Machines = []string{"m-other"} }, "does not let the machine client m-ci ask for it"},
		"the new owner had approved":  {func(_ *world, c *access.Case) { c.Machine.OwnerID = bob }, "the recorded approvals no longer suffice"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			request := w.newCase(access.Approved, true)
			request.Votes = []access.Vote{{ID: "v", TargetID: "tgt", VoterID: bob, Approve: true, At: noon}}
			c.edit(w, &request)
			duration, _, lapsed := access.Recheck(request, request.Elevations[0], w.facts(bob, bob))
			if (c.lapsed == "") != (lapsed == "") || !strings.Contains(lapsed, c.lapsed) || (lapsed == "") != (duration == time.Hour) {
				t.Errorf("lapsed %q, %v; want %q", lapsed, duration, c.lapsed)
			}
		})
	}
}

// TestP1NobodyExtendsThroughAMachineThatIsOff: more time is new access.
func TestP1NobodyExtendsThroughAMachineThatIsOff(t *testing.T) {
	w := newWorld(func(w *world) { w.set.Eligibility[0].ApprovalRequired = false })
	c := w.inState(access.Active, "", true)
	x, _, err := access.Extend(c, extension(time.Hour), nil, actors["machine"], w.facts(""), w.ids)
	must(t, err)
	if !x.Request.Machine || x.Request.FiledBy != "m-ci" || !slices.Equal(x.Request.Others, []string{owner, issuer}) {
		t.Errorf("filed as %+v", x.Request)
	}
	w = newWorld()
	x, _, err = access.Extend(c, extension(time.Hour), nil, actors["machine"], w.facts(""), w.ids)
	must(t, err)
	x.Machine.Enabled = false
	_, err = access.Decide(x, access.Ballot{Approve: true, Comment: "x"}, person(bob), w.facts(bob), w.ids)
	wantError(t, err, access.CodeConflict, "the machine client that asked for it is disabled")
}
