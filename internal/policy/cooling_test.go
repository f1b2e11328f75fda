package policy_test

import (
	"slices"
	"testing"
	"time"

	"github.com/team-idc/team/internal/policy"
)

// changedBy is a version whose author is cooling for another hour.
func changedBy(version int64, users ...string) policy.Revision {
	r := policy.Revision{Version: version}
	for _, user := range users {
		r.Cooling = append(r.Cooling, policy.Cooling{UserID: user, Until: noon.Add(time.Hour)})
	}
	return r
}

const untilOne = "Until 2026-11-25 13:00 UTC a change that you made or agreed to does not count for you. Without it: "

// Promise P11: nobody gains by a change of their own while it cools.
func TestP11RequesterDoesNotGainByOwnChange(t *testing.T) {
	for _, tc := range []struct {
		name string
		edit func(*world)
		want []string
	}{
		{"new eligibility policy", func(w *world) {
			w.set.Eligibility[0].Revision = changedBy(1, ann)
		}, []string{untilOne + "No eligibility policy gives you Admin in pay-prod (100000000001). You must be named by one, directly or by a group."}},
		{"wider eligibility policy", func(w *world) {
			before := w.set.Eligibility[0]
			before.Targets.ExcludeAccounts = []string{payProd}
			w.set.Eligibility[0].Revision, w.set.Eligibility[0].Previous = changedBy(2, ann), &before
		}, []string{
			untilOne + "No eligibility policy gives you Admin in pay-prod (100000000001). You must be named by one, directly or by a group.",
			untilOne + `Eligibility policy "Everywhere" (version 1) excludes the account by its id.`,
		}},
		{"new approver policy", func(w *world) {
			w.set.Approver[0].Revision = changedBy(1, ann)
		}, []string{untilOne + "Approval is required, but no approver policy matches pay-prod (100000000001) with this permission set and requester. An administrator must add one."}},
		{"change of another user of the same person", func(w *world) {
			w.set.Eligibility[0].Revision = changedBy(1, ann2)
		}, []string{untilOne + "No eligibility policy gives you Admin in pay-prod (100000000001). You must be named by one, directly or by a group."}},
		{"what others changed since builds on it", func(w *world) {
			before := w.set.Eligibility[0]
			before.Revision = changedBy(1, ann)
			w.set.Eligibility[0].Revision, w.set.Eligibility[0].Previous = changedBy(2, dee), &before
		}, []string{untilOne + "No eligibility policy gives you Admin in pay-prod (100000000001). You must be named by one, directly or by a group."}},
		{"ticket pattern dropped", func(w *world) {
			before := w.set.Eligibility[0]
			before.TicketPattern = "CHG.*"
			w.set.Eligibility[0].Revision, w.set.Eligibility[0].Previous = changedBy(2, ann), &before
		}, []string{untilOne + `You must give a ticket number that matches the pattern CHG.* of eligibility policy "Everywhere".`}},
		{"somebody else's change", func(w *world) { w.set.Eligibility[0].Revision = changedBy(1, dee) }, nil},
		{"cooled down", func(w *world) {
			w.set.Eligibility[0].Cooling = []policy.Cooling{{UserID: ann, Until: noon}}
		}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			wantAgainst(t, newWorld(tc.edit).evaluate(), tc.want...)
		})
	}
}

func TestP11TheStricterAnswerCounts(t *testing.T) {
	lifted := newWorld(func(w *world) {
		before := w.set.Settings
		before.MaxDuration, before.ApprovalRequired = 2*time.Hour, true
		w.set.Settings.ApprovalRequired = false
		w.set.Settings.Revision, w.set.Settings.Previous = changedBy(8, ann), &before
	}).evaluate()
	wantAllowed(t, lifted)
	if !lifted.ApprovalRequired || len(lifted.Stages) != 1 || lifted.MaxDuration != 2*time.Hour {
		t.Errorf("settings: %+v", lifted)
	}

	deleted := newWorld(func(w *world) {
		strict := approver("a2", "Security too", func(p *policy.Approver) { p.Stages = stages(stage(1, leads), stage(1, security)) })
		gone := strict
		gone.Deleted, gone.Revision, gone.Previous = true, changedBy(2, ann), &strict
		gone.Deleted = true
		w.set.Approver = append(w.set.Approver, gone)
	}).evaluate()
	wantAllowed(t, deleted)
	if len(deleted.Stages) != 2 {
		t.Errorf("a deleted approver policy no longer counts for who deleted it: %+v", deleted.Stages)
	}

	swapped := newWorld(func(w *world) {
		before := w.set.Approver[0]
		before.Stages = stages(policy.Stage{Approvers: policy.Principals{Users: []string{cy, dee}}, Required: 1})
		w.set.Approver[0].Revision, w.set.Approver[0].Previous = changedBy(2, ann), &before
	}).evaluate()
	wantAllowed(t, swapped)
	if got := swapped.Stages[0]; len(got.AllOf) != 2 || !slices.Equal(got.Candidates, []string{cy}) {
		t.Errorf("an approver must be admitted by both versions: %+v", got)
	}

	unprotected := newWorld(func(w *world) {
		before := w.set.Settings
		before.ProtectedAccounts = []string{payProd}
		w.set.Settings.Revision, w.set.Settings.Previous = changedBy(8, ann), &before
	}).evaluate()
	if unprotected.Allowed || !unprotected.Protected || unprotected.Against[1].Code != policy.CodeProtectedNotNamed {
		t.Errorf("the account is still protected for who took that away: %+v", unprotected)
	}

	first := newWorld(func(w *world) {
		w.set.Settings.MaxDuration = 100 * time.Hour
		w.set.Eligibility[0].MaxDuration = 50 * time.Hour
		w.set.Settings.Revision = changedBy(1, ann)
	}).evaluate()
	if first.MaxDuration != policy.DefaultSettings().MaxDuration {
		t.Errorf("before the first settings the defaults hold, not %v", first.MaxDuration)
	}
}

// Promise P11: an administrator who adds themself to an approver policy cannot use it.
func TestP11AuthorDoesNotDecideWithOwnChange(t *testing.T) {
	w := newWorld(func(w *world) {
		before := w.set.Approver[0]
		w.set.Approver[0].Stages = stages(policy.Stage{Approvers: policy.Principals{Users: []string{dee}, Groups: []string{leads}}, Required: 1})
		w.set.Approver[0].Revision, w.set.Approver[0].Previous = changedBy(2, dee, cy), &before
	})
	e := w.engine()
	may, why := e.MayDecide(question(), 0, person(dee))
	want := "You are an approver of stage 1 on this target only by a change that you made or agreed to. Until 2026-11-25 13:00 UTC somebody else must decide."
	if may || why.Code != policy.CodeCoolingApprover || why.Text != want {
		t.Errorf("%v, %q", may, why.Text)
	}
	if slices.Contains(e.Evaluate(question()).Stages[0].Candidates, dee) {
		t.Error("dee is shown as a candidate")
	}
	if got := e.Tally(question(), []policy.Vote{approves(dee, 0)}); got.Outcome != policy.Undecided || got.Void[0].Code != policy.CodeCoolingApprover {
		t.Errorf("tally: %+v", got)
	}
	if got := e.DecidesFor(person(dee), noon); len(got) != 0 {
		t.Errorf("dee decides for %v", got)
	}
	if got := e.DecidesFor(person(dee), noon.Add(time.Hour)); len(got) != 1 {
		t.Errorf("cooled down, dee decides for %v", got)
	}
	// cy agreed to the change, but was an approver before it.
	if may, why := e.MayDecide(question(), 0, person(cy, leads)); !may {
		t.Error(why.Text)
	}
	q := question()
	q.At = noon.Add(time.Hour)
	if may, why := e.MayDecide(q, 0, person(dee)); !may {
		t.Errorf("cooled down: %s", why.Text)
	}
}

// Two who change policies for each other gain neither: the voter's changes and the requester's are undone together.
func TestP11ChangesForEachOther(t *testing.T) {
	w := newWorld(func(w *world) {
		before := w.set.Approver[0]
		before.Stages = stages(stage(1, security))
		w.set.Approver[0].Revision, w.set.Approver[0].Previous = changedBy(2, ann, bob), &before
	})
	may, why := w.engine().MayDecide(question(), 0, person(bob, leads))
	if may {
		t.Error("bob decides on ann's request by a change that both agreed to")
	}
	if why.Code != policy.CodeNotApprover {
		t.Error(why.Text)
	}
}
