package policy_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/policy"
)

func person(id string, groups ...string) policy.Person {
	return policy.Person{UserID: id, Groups: groups}
}

func approves(who string, at int, groups ...string) policy.Vote {
	return policy.Vote{Voter: person(who, groups...), Stage: at, Approve: true}
}

func rejects(who string, at int, groups ...string) policy.Vote {
	return policy.Vote{Voter: person(who, groups...), Stage: at}
}

func twoStages(w *world) {
	w.set.Approver[0].Stages = stages(stage(2, leads), policy.Stage{
		Approvers: policy.Principals{Users: []string{bob, dee}}, Required: 1,
	})
}

// Promise P5: nobody decides on their own request, nor without being an approver at that moment.
func TestP5MayDecide(t *testing.T) {
	const own = "You may not decide on a request of your own: somebody else must. Who files a request, owns the machine that files it, or gets the access, counts as its requester, with all their users."
	for _, tc := range []struct {
		name string
		who  policy.Person
		at   int
		ask  func(*policy.Question)
		want string
	}{
		{"approver by group", person(bob, leads), 0, nil, "You are an approver of stage 1 on this target."},
		{"approver by name", person(dee), 1, nil, "You are an approver of stage 2 on this target."},
		{"not in the group now", person(bob), 0, nil, "You are not an approver of stage 1 on this target."},
		{"approver of another stage", person(dee, security), 0, nil, "You are not an approver of stage 1 on this target."},
		{"requester", person(ann, leads), 0, nil, own},
		{"requester's other user", person(ann2, leads), 0, nil, own},
		{"who filed it", person(cy, leads), 0, func(q *policy.Question) { q.Others = []string{cy} }, own},
		{"other user of the machine's owner", person(bob2, leads), 0, func(q *policy.Question) { q.Others = []string{dee, bob} }, own},
		{"disabled", person(eve, leads), 0, nil, "The user eve is not enabled in the identity store."},
		{"unknown", person("u-x", leads), 0, nil, "TEAM does not know the user u-x: you must be in the identity store."},
		{"no such stage", person(bob, leads), 2, nil, "The policies in force have no stage 3 on this target."},
		{"negative stage", person(bob, leads), -1, nil, "The policies in force have no stage 0 on this target."},
		{"unknown account", person(bob, leads), 0, on("123456789012"), "The policies in force have no stage 1 on this target."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			q := question()
			if tc.ask != nil {
				tc.ask(&q)
			}
			may, why := newWorld(twoStages).engine().MayDecide(q, tc.at, tc.who)
			if may != (why.Code == policy.CodeMayDecide) || why.Text != tc.want {
				t.Errorf("%v, %q; want %q", may, why.Text, tc.want)
			}
		})
	}
}

func TestTally(t *testing.T) {
	for _, tc := range []struct {
		name   string
		edit   func(*world)
		votes  []policy.Vote
		want   policy.Outcome
		stage  int
		needed int
		void   []string
	}{
		{name: "nothing yet", want: policy.Undecided, needed: 2},
		{
			name: "one of two", votes: []policy.Vote{approves(bob, 0, leads)},
			want: policy.Undecided, needed: 1,
		},
		{
			name: "first stage done", votes: []policy.Vote{approves(bob, 0, leads), approves(cy, 0, leads)},
			want: policy.Undecided, stage: 1, needed: 1,
		},
		{
			name:  "all stages done",
			votes: []policy.Vote{approves(bob, 0, leads), approves(cy, 0, leads), approves(dee, 1)},
			want:  policy.Approved, stage: 2,
		},
		{
			name:  "a person counts once over all stages",
			votes: []policy.Vote{approves(bob, 0, leads), approves(cy, 0, leads), approves(bob, 1)},
			want:  policy.Undecided, stage: 1, needed: 1,
			void: []string{"The vote of bob on stage 2 does not count. To bob: You have approved already: over all stages everybody counts once."},
		},
		{
			name:  "two users of one person are one",
			votes: []policy.Vote{approves(bob, 0, leads), approves(bob2, 0, leads)},
			want:  policy.Undecided, needed: 1,
			void: []string{"The vote of bob2 on stage 1 does not count. To bob2: You have approved already: over all stages everybody counts once."},
		},
		{
			name:  "who left the group does not count",
			votes: []policy.Vote{approves(bob, 0), approves(cy, 0, leads)},
			want:  policy.Undecided, needed: 1,
			void: []string{"The vote of bob on stage 1 does not count. To bob: You are not an approver of stage 1 on this target."},
		},
		{
			name:  "disabled voters do not count",
			votes: []policy.Vote{approves(eve, 0, leads)},
			want:  policy.Undecided, needed: 2,
			void: []string{"The vote of eve on stage 1 does not count. To eve: The user eve is not enabled in the identity store."},
		},
		{
			name: "one rejection rejects", votes: []policy.Vote{approves(bob, 0, leads), rejects(cy, 0, leads)},
			want: policy.Rejected, needed: 1,
		},
		{
			name: "also after an approval of one's own", votes: []policy.Vote{approves(bob, 0, leads), rejects(bob, 1)},
			want: policy.Rejected, needed: 1,
		},
		{
			name: "a rejection that does not count does not reject", votes: []policy.Vote{rejects(ann, 0, leads), rejects("u-x", 0)},
			want: policy.Undecided, needed: 2,
			void: []string{
				"The vote of ann on stage 1 does not count. To ann: You may not decide on a request of your own: somebody else must. Who files a request, owns the machine that files it, or gets the access, counts as its requester, with all their users.",
				"The vote of u-x on stage 1 does not count. To u-x: TEAM does not know the user u-x: you must be in the identity store.",
			},
		},
		{
			name:  "a vote cast on a stage that is gone does not count",
			edit:  func(w *world) { w.set.Approver[0].Stages = w.set.Approver[0].Stages[:1] },
			votes: []policy.Vote{approves(dee, 1), approves(bob, 0, leads)},
			want:  policy.Undecided, needed: 1,
			void: []string{"The vote of dee on stage 2 does not count. To dee: The policies in force have no stage 2 on this target."},
		},
		{
			name:  "approved by people, but no longer eligible",
			edit:  func(w *world) { w.set.Eligibility = nil },
			votes: []policy.Vote{approves(bob, 0, leads), approves(cy, 0, leads), approves(dee, 1)},
			want:  policy.Undecided, stage: 2,
		},
		{
			name:  "a shorter maximum does not undo the approval",
			edit:  func(w *world) { w.set.Settings.MaxDuration = 10 * time.Minute },
			votes: []policy.Vote{approves(bob, 0, leads), approves(cy, 0, leads), approves(dee, 1)},
			want:  policy.Approved, stage: 2,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(twoStages)
			if tc.edit != nil {
				tc.edit(w)
			}
			got := w.engine().Tally(question(), tc.votes)
			if got.Outcome != tc.want || got.Stage != tc.stage || got.Needed != tc.needed || !slices.Equal(texts(got.Void), tc.void) {
				t.Errorf("got  %+v\nwant %s, stage %d, %d needed, %q", got, tc.want, tc.stage, tc.needed, tc.void)
			}
		})
	}
}

// In the sample an approval that was no longer needed matched no branch: the request stayed approved for ever,
// without access.
func TestRegressionApprovalSwitchedOffWhilePending(t *testing.T) {
	w := newWorld(func(w *world) { w.set.Settings.ApprovalRequired = false })
	if got := w.engine().Tally(question(), []policy.Vote{approves(bob, 0, leads)}); got.Outcome != policy.Approved {
		t.Errorf("tally: %+v", got)
	}
	if got := w.engine().Tally(question(), nil); got.Outcome != policy.Approved {
		t.Errorf("tally without votes: %+v", got)
	}
	// Who was asked while approval was required may still decide, and a rejection still rejects.
	e := w.engine()
	if may, why := e.MayDecide(question(), 0, person(bob, leads)); !may {
		t.Error(why.Text)
	}
	if got := e.Deciders(question()); len(got) != 1 || !slices.Equal(got[0].Candidates, []string{bob, bob2, cy}) {
		t.Errorf("deciders: %+v", got)
	}
	if got := e.Tally(question(), []policy.Vote{rejects(bob, 0, leads)}); got.Outcome != policy.Rejected {
		t.Errorf("tally of a rejection: %+v", got)
	}
}

func TestApproverPoliciesCountTogether(t *testing.T) {
	names := func(id string, required int, users ...string) policy.Approver {
		return approver(id, id, func(p *policy.Approver) {
			p.Stages = stages(policy.Stage{Approvers: policy.Principals{Users: users}, Required: required})
		})
	}
	with := func(p policy.Approver, edit func(*policy.Approver)) policy.Approver {
		edit(&p)
		return p
	}
	atAccount := func(p *policy.Approver) { p.Targets.Accounts = []string{payProd} }
	atUnit := func(id string) func(*policy.Approver) {
		return func(p *policy.Approver) { p.Targets.OUs = []policy.OUTarget{{ID: id}} }
	}
	stop := func(p *policy.Approver) { p.StopInheritance = true }
	for _, tc := range []struct {
		name     string
		policies []policy.Approver
		required []int
		want     string // the approvers of each stage
	}{
		{
			"from the account up to the root, the largest number",
			[]policy.Approver{
				with(names("a1", 1, bob), atAccount), with(names("a2", 2, cy), atUnit(prod)), with(names("a3", 1, dee), atUnit(root)),
			},
			[]int{2},
			"u-bob u-cy u-dee",
		},
		{
			"stage by stage",
			[]policy.Approver{with(names("a1", 1, bob), atAccount), with(names("a2", 1, cy), func(p *policy.Approver) {
				p.Stages = append(p.Stages, policy.Stage{Approvers: policy.Principals{Users: []string{dee}}, Required: 1})
			})},
			[]int{1, 1},
			"u-bob u-cy | u-dee",
		},
		{
			"the account's own policy stops what is above",
			[]policy.Approver{with(with(names("a1", 1, bob), atAccount), stop), with(names("a2", 2, cy), atUnit(payments)), names("a3", 2, dee)},
			[]int{1},
			"u-bob",
		},
		{
			"a unit stops what is further up, not what is below",
			[]policy.Approver{
				with(names("a1", 1, bob), atAccount), with(with(names("a2", 1, cy), atUnit(payments)), stop), with(names("a3", 3, dee), atUnit(prod)),
			},
			[]int{1},
			"u-bob u-cy",
		},
		{
			"the nearest that stops decides",
			[]policy.Approver{
				with(with(names("a1", 1, bob), atAccount), stop), with(with(names("a2", 1, cy), atUnit(prod)), stop), names("a3", 1, dee),
			},
			[]int{1},
			"u-bob",
		},
		{
			"a policy that matches nearer too is not dropped",
			[]policy.Approver{with(with(names("a1", 1, bob), atUnit(payments)), stop), with(with(names("a2", 1, dee), atUnit(root)), atAccount)},
			[]int{1},
			"u-bob u-dee",
		},
		{
			"stopping at the root drops nothing",
			[]policy.Approver{with(with(names("a1", 1, bob), atUnit(root)), stop), names("a2", 1, dee)},
			[]int{1},
			"u-bob u-dee",
		},
		{
			"a policy for another permission set does not stop",
			[]policy.Approver{with(with(names("a1", 1, bob), atAccount), func(p *policy.Approver) {
				p.StopInheritance = true
				p.PermissionSets = []string{readOnly}
			}), names("a2", 1, dee)},
			[]int{1},
			"u-dee",
		},
		{
			"a policy for other requesters does not count",
			[]policy.Approver{
				with(names("a1", 1, bob), func(p *policy.Approver) { p.RequesterGroups = []string{security} }),
				with(names("a2", 1, dee), func(p *policy.Approver) { p.RequesterGroups = []string{leads, devs} }),
			},
			[]int{1},
			"u-dee",
		},
		{
			"by permission set alone, with exclusions",
			[]policy.Approver{
				with(names("a1", 1, bob), func(p *policy.Approver) { p.PermissionSets = []string{admin} }),
				with(names("a2", 1, cy), func(p *policy.Approver) { p.Targets.ExcludeOUs = []string{prod} }),
				with(names("a3", 1, dee), func(p *policy.Approver) { p.Targets.ExcludeOUs = []string{dev} }),
			},
			[]int{1},
			"u-bob u-dee",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := newWorld(func(w *world) { w.set.Approver = tc.policies }).evaluate()
			var required []int
			var who []string
			for _, s := range a.Stages {
				required = append(required, s.Required)
				who = append(who, strings.Join(s.AllOf[0].Users, " "))
			}
			if !slices.Equal(required, tc.required) || strings.Join(who, " | ") != tc.want {
				t.Errorf("required %v of %q", required, who)
			}
		})
	}
}

func TestDecidesFor(t *testing.T) {
	e := newWorld(twoStages).engine()
	for _, tc := range []struct {
		who  policy.Person
		want int
	}{
		{person(bob), 1}, {person(cy, leads), 1}, {person(cy), 0}, {person(eve, leads), 0}, {person(ann, devs), 0},
	} {
		if got := e.DecidesFor(tc.who, noon); len(got) != tc.want {
			t.Errorf("%v: %v", tc.who, got)
		}
	}
}
