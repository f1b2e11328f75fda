package access_test

import (
	"slices"
	"testing"

	"github.com/team-idc/team/internal/access"
)

// refusal is what an actor gets; the zero value is a yes.
type refusal struct {
	code  access.Code
	words string
}

var (
	yes         refusal
	own         = refusal{access.CodeForbidden, "nobody can decide on their own request"}
	noApprover  = refusal{access.CodeForbidden, "You are not an approver of stage 1 on this target."}
	onlyPeople  = refusal{access.CodeForbidden, "only people decide; machines never do"}
	onlyAsker   = refusal{access.CodeForbidden, "only the requester can cancel a request"}
	noRetry     = refusal{access.CodeForbidden, "only the requester or an administrator can retry"}
	noRelease   = refusal{access.CodeForbidden, "only the user who holds the access, and the machine that asked for it, release it; others revoke it"}
	noExtension = refusal{access.CodeForbidden, "only the user who holds the access, and the machine that asked for it, can ask to extend it"}
)

var decisions = []access.Decision{access.Pending, access.Approved, access.Rejected, access.Cancelled, access.Expired}

// TestP5EveryActorOnEveryDecision: every decision × approve and reject × every kind of actor, for a request that a
// person filed and one that a machine filed.
func TestP5EveryActorOnEveryDecision(t *testing.T) {
	deciding := map[string]refusal{
		"requester": own, "requester's other user": own, "approver": yes, "approver's other user": yes, "another approver": yes,
		"approver of another target": noApprover, "machine's owner": yes, "issuer of its token": yes, "administrator": noApprover, "auditor": noApprover,
		"stranger": noApprover, "machine": onlyPeople, "another machine": onlyPeople, "nobody": onlyPeople,
	}
	for _, byMachine := range []bool{false, true} {
		for _, d := range decisions {
			for name, by := range actors {
				want := deciding[name]
				if byMachine && (name == "machine's owner" || name == "issuer of its token") {
					want = own
				}
				if d != access.Pending && want != own && want != onlyPeople {
					want = refusal{access.CodeConflict, "target tgt is already " + string(d)}
				}
				for _, approve := range []bool{true, false} {
					w := newWorld()
					b := access.Ballot{Targets: []string{"tgt"}, Approve: approve, Comment: "seen"}
					change, err := access.Decide(w.newCase(d, byMachine), b, by, w.facts(by.UserID), w.ids)
					if err != nil || want != yes {
						t.Logf("machine %v, %s, %s, approve %v", byMachine, d, name, approve)
					}
					wantError(t, err, want.code, want.words)
					if err != nil {
						if len(change.Events)+len(change.Targets)+len(change.Votes) > 0 {
							t.Errorf("a refused decision has a change: %+v", change)
						}
						continue
					}
					events := []string{"vote.cast", "target.approved", "elevation.scheduled"}
					if !approve {
						events = []string{"vote.cast", "target.rejected", "elevation.ended"}
					}
					if got := kinds(change); !slices.Equal(got, events) {
						t.Errorf("events %q, want %q", got, events)
					}
				}
			}
		}
	}
}

// answering are the actors that stand for the machine that filed: itself, its owner, and who issued its token.
var answering = map[string]bool{"machine": true, "machine's owner": true, "issuer of its token": true}

// TestEveryActorCancels: every decision × every kind of actor.
func TestEveryActorCancels(t *testing.T) {
	for _, byMachine := range []bool{false, true} {
		for _, d := range decisions {
			for name, by := range actors {
				want := onlyAsker
				if name == "requester" || (byMachine && answering[name]) {
					want = yes
					if d == access.Rejected || d == access.Cancelled || d == access.Expired {
						want = refusal{access.CodeConflict, "request req is " + string(d) + ": there is nothing left to cancel"}
					}
				}
				w := newWorld()
				change, err := access.Cancel(w.newCase(d, byMachine), by, noon)
				if err != nil || want != yes {
					t.Logf("machine %v, %s, %s", byMachine, d, name)
				}
				wantError(t, err, want.code, want.words)
				if err != nil {
					continue
				}
				e := change.Elevations[0]
				if e.State != access.Ended || e.Reason != access.ReasonCancelled || e.EndedBy != by.Audit().ID || !e.EndedAt.Equal(noon) {
					t.Errorf("the elevation is %+v", e)
				}
				if d == access.Pending && change.Targets[0].Decision != access.Cancelled {
					t.Errorf("the target is %s", change.Targets[0].Decision)
				}
			}
		}
	}
}

// TestExpire: every decision; only what is pending expires, and nothing keeps it from doing so.
func TestExpire(t *testing.T) {
	for _, d := range decisions {
		w := newWorld()
		change, err := access.Expire(w.newCase(d, false), access.Facts{Now: noon})
		must(t, err)
		if d != access.Pending {
			if len(change.Events) > 0 {
				t.Errorf("%s: %q", d, kinds(change))
			}
			continue
		}
		if change.Targets[0].Decision != access.Expired || change.Elevations[0].Reason != access.ReasonExpired || change.Elevations[0].State != access.Ended {
			t.Errorf("%+v", change)
		}
	}
}

// TestP5VotersCountOnce: who voted, and whoever is the same person, does not vote again; a void vote does not count.
func TestP5VotersCountOnce(t *testing.T) {
	for name, c := range map[string]struct {
		by   string
		void bool
		want refusal
	}{
		"the voter":                        {bob, false, refusal{access.CodeConflict, "you have decided on target tgt already"}},
		"the voter's other user":           {bob2, false, refusal{access.CodeConflict, "you have decided on target tgt already"}},
		"somebody else":                    {cy, false, yes},
		"the voter, whose vote was voided": {bob, true, yes},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(needing(2))
			request := w.newCase(access.Pending, false)
			request.Votes = []access.Vote{{ID: "v", TargetID: "tgt", VoterID: bob, Approve: true, At: noon, Void: c.void}}
			change, err := access.Decide(request, access.Ballot{Approve: true, Comment: "x"}, person(c.by), w.facts(c.by, bob), w.ids)
			wantError(t, err, c.want.code, c.want.words)
			if err != nil {
				return
			}
			want := access.Approved
			if c.void {
				want = access.Pending // one of two
			}
			if got := change.Targets[len(change.Targets)-1].Decision; got != want {
				t.Errorf("decision %s, want %s", got, want)
			}
		})
	}
}

// TestStagesInTheirOrder: the second stage opens when the first has enough, and a person counts once over all.
func TestStagesInTheirOrder(t *testing.T) {
	w := newWorld(needing(1, 1))
	c := w.newCase(access.Pending, false)
	first, err := access.Decide(c, access.Ballot{Approve: true, Comment: "x"}, person(bob), w.facts(bob), w.ids)
	must(t, err)
	if first.Votes[0].Stage != 0 || first.Targets[0].Decision != access.Pending {
		t.Errorf("first: %+v", first)
	}
	c.Votes = first.Votes
	second, err := access.Decide(c, access.Ballot{Approve: true, Comment: "x"}, person(cy), w.facts(cy, bob), w.ids)
	must(t, err)
	if second.Votes[0].Stage != 1 || second.Targets[0].Decision != access.Approved {
		t.Errorf("second: %+v", second)
	}
}

// TestAVoterWhoIsNoApproverAnyMoreDoesNotCount: votes are judged by the memberships at the later decision (P5), and
// memberships that were not read are none (P9).
func TestAVoterWhoIsNoApproverAnyMoreDoesNotCount(t *testing.T) {
	w := newWorld(needing(2))
	c := w.newCase(access.Pending, false)
	c.Votes = []access.Vote{{ID: "v", TargetID: "tgt", VoterID: bob, Approve: true, At: noon, Groups: []string{leads}}}
	change, err := access.Decide(c, access.Ballot{Approve: true, Comment: "x"}, person(cy), w.facts(cy), w.ids)
	must(t, err)
	if got := change.Targets[0].Decision; got != access.Pending {
		t.Errorf("decision %s with one vote that counts of two", got)
	}
}

func TestBallots(t *testing.T) {
	two := func(w *world) access.Case {
		c := w.newCase(access.Pending, false)
		t2, e2 := c.Targets[0], c.Elevations[0]
		t2.ID, t2.AccountID = "tgt2", dev
		e2.ID, e2.TargetID, e2.AccountID, e2.AssignmentID = "elv2", "tgt2", dev, access.AssignmentID(ann, dev, admin)
		c.Targets, c.Elevations = append(c.Targets, t2), append(c.Elevations, e2)
		return c
	}
	notEligible := func(w *world) { w.set.Eligibility[0].Principals.Groups = []string{security} }
	for name, c := range map[string]struct {
		edit    func(*world)
		by      string
		ballot  access.Ballot
		want    refusal
		decided []string
	}{
		"all that the caller may decide":             {nil, bob, access.Ballot{Approve: true, Comment: "x"}, yes, []string{"tgt"}},
		"all, by the other approver":                 {nil, dee, access.Ballot{Approve: true, Comment: "x"}, yes, []string{"tgt2"}},
		"a target of another approver":               {nil, bob, access.Ballot{Targets: []string{"tgt2"}, Approve: true, Comment: "x"}, noApprover, nil},
		"one may, one may not: nothing":              {nil, bob, access.Ballot{Targets: []string{"tgt", "tgt2"}, Comment: "x"}, noApprover, nil},
		"a target that is not there":                 {nil, bob, access.Ballot{Targets: []string{"tgt9"}, Comment: "x"}, refusal{access.CodeNotFound, "target tgt9"}, nil},
		"a target named twice":                       {nil, bob, access.Ballot{Targets: []string{"tgt", "tgt"}, Comment: "x"}, refusal{access.CodeInvalid, "named twice"}, nil},
		"without a comment":                          {nil, bob, access.Ballot{Approve: true}, refusal{access.CodeInvalid, "the comment is required"}, nil},
		"with a blank comment":                       {nil, bob, access.Ballot{Approve: true, Comment: " \n"}, refusal{access.CodeInvalid, "the comment is required"}, nil},
		"without a comment where none is asked":      {func(w *world) { w.set.Settings.CommentRequired = false }, bob, access.Ballot{Approve: true}, yes, []string{"tgt"}},
		"approving what policy forbids now":          {notEligible, bob, access.Ballot{Targets: []string{"tgt"}, Approve: true, Comment: "x"}, refusal{access.CodeNotAllowed, "it can no longer be approved"}, nil},
		"rejecting what policy forbids now":          {notEligible, bob, access.Ballot{Targets: []string{"tgt"}, Comment: "x"}, yes, []string{"tgt"}},
		"after the time to answer":                   {func(w *world) { w.now = noon.Add(3 * 3600e9) }, bob, access.Ballot{Targets: []string{"tgt"}, Comment: "x"}, refusal{access.CodeConflict, "got no answer in time"}, nil},
		"all, where one cannot be approved any more": {func(w *world) { notEligible(w); w.set.Approver[1].Stages[0].Approvers.Groups = []string{leads} }, bob, access.Ballot{Approve: true, Comment: "x"}, yes, []string{"tgt2"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			if c.edit != nil {
				c.edit(w)
			}
			change, err := access.Decide(two(w), c.ballot, person(c.by), w.facts(c.by), w.ids)
			wantError(t, err, c.want.code, c.want.words)
			var decided []string
			for _, target := range change.Targets {
				decided = append(decided, target.ID)
			}
			if !slices.Equal(decided, c.decided) {
				t.Errorf("decided %q, want %q", decided, c.decided)
			}
		})
	}
}
