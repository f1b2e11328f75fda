package policy_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/team-idc/team/internal/policy"
)

func TestPropertyOrderOfPoliciesDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := drawUniverse(t)
		dir := u.snapshot()
		set, _, _ := u.cooling(t)
		shuffled := policy.Set{
			Settings:    set.Settings,
			Eligibility: rapid.Permutation(set.Eligibility).Draw(t, "eligibility order"),
			Approver:    rapid.Permutation(set.Approver).Draw(t, "approver order"),
		}
		q := u.question(t, dir)
		a, b := policy.Compile(set, dir), policy.Compile(shuffled, dir)
		if diff := cmp.Diff(a.Evaluate(q), b.Evaluate(q)); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(a.Requestable(q.Requester, noon), b.Requestable(q.Requester, noon)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// An exclusion added to an eligibility policy may take a target away or leave it, and an approval that it demanded
// goes with it; it never makes anything possible that was not.
func TestPropertyExclusionsNeverAllowMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := drawUniverse(t)
		dir := u.snapshot()
		set := u.set(t)
		if len(set.Eligibility) == 0 {
			return
		}
		q := u.question(t, dir)
		before := policy.Compile(set, dir).Evaluate(q)
		// Of the policies that demand approval an exclusion may lift the demand; that is seen by the approvers.
		for i := range set.Eligibility {
			set.Eligibility[i].ApprovalRequired = true
		}
		strict := policy.Compile(set, dir).Evaluate(q)
		narrowed := set.Eligibility[rapid.IntRange(0, len(set.Eligibility)-1).Draw(t, "which")]
		narrowed.Targets.ExcludeAccounts = append(slices.Clone(narrowed.Targets.ExcludeAccounts), u.accounts[rapid.IntRange(0, 5).Draw(t, "account")])
		narrowed.Targets.ExcludeOUs = append(slices.Clone(narrowed.Targets.ExcludeOUs), some(t, u.ous, "units")...)
		for i := range set.Eligibility {
			if set.Eligibility[i].ID == narrowed.ID {
				set.Eligibility[i] = narrowed
			}
		}
		after := policy.Compile(set, dir).Evaluate(q)
		if after.Allowed && !strict.Allowed || after.MaxDuration > before.MaxDuration {
			t.Fatalf("an exclusion allows more: %+v\nbefore: %+v", after, strict)
		}
	})
}

func TestPropertyMaximumIsConsistent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := drawUniverse(t)
		dir := u.snapshot()
		set, _, _ := u.cooling(t)
		e := policy.Compile(set, dir)
		q := u.question(t, dir)
		q.Ticket = "A1"
		open := e.Evaluate(q)
		q.Duration = max(open.MaxDuration, time.Nanosecond)
		if full := e.Evaluate(q); full.Allowed != open.Allowed || full.MaxDuration != open.MaxDuration {
			t.Fatalf("for %v: %q, for the maximum: %q", open.MaxDuration, texts(open.Against), texts(full.Against))
		}
		q.Duration = open.MaxDuration + time.Nanosecond
		if e.Evaluate(q).Allowed {
			t.Fatalf("more than the maximum %v is allowed", open.MaxDuration)
		}
		if open.Allowed && open.ApprovalRequired != (len(open.Stages) > 0) {
			t.Fatalf("approval %v with %d stages", open.ApprovalRequired, len(open.Stages))
		}
	})
}

// Promise P8, for any policies: nothing but its own id reaches a protected account, two people approve, no machine.
func TestP8PropertyProtectedOnlyByName(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := drawUniverse(t)
		dir := u.snapshot()
		set := u.set(t)
		q := u.question(t, dir)
		e := policy.Compile(set, dir)
		a := e.Evaluate(q)
		if a.Protected != e.Protected(q.AccountID) {
			t.Fatalf("answer says protected %v", a.Protected)
		}
		if !a.Protected || !a.Allowed {
			return
		}
		approvals := 0
		for _, s := range a.Stages {
			approvals += s.Required
		}
		if !a.ApprovalRequired || approvals < 2 || q.Machine != "" {
			t.Fatalf("protected, but %+v", a)
		}
		for _, ref := range a.Policies {
			named := ref.Kind == policy.KindSettings
			for _, p := range set.Eligibility {
				named = named || p.ID == ref.ID && slices.Contains(p.Targets.Accounts, q.AccountID)
			}
			for _, p := range set.Approver {
				named = named || p.ID == ref.ID && slices.Contains(p.Targets.Accounts, q.AccountID)
			}
			if !named {
				t.Fatalf("%v reaches the protected account %s without naming it", ref, q.AccountID)
			}
		}
	})
}

// Promise P5, for any policies and votes.
func TestP5PropertyAPersonCountsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := drawUniverse(t)
		dir := u.snapshot()
		set, _, _ := u.cooling(t)
		e := policy.Compile(set, dir)
		q := u.question(t, dir)
		votes := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) policy.Vote {
			return policy.Vote{Voter: u.person(t, dir), Stage: rapid.IntRange(0, 2).Draw(t, "stage"), Approve: rapid.IntRange(0, 9).Draw(t, "yes") > 0}
		}), 0, 10).Draw(t, "votes")
		tally := e.Tally(q, votes)
		answer := e.Evaluate(q)

		counted := map[string]bool{}
		rejected := false
		for _, v := range votes {
			may, _ := e.MayDecide(q, v.Stage, v.Voter)
			requester := dir.SamePerson(v.Voter.UserID, q.Requester.UserID)
			for _, other := range slices.Concat(q.Others, q.Answering) {
				requester = requester || dir.SamePerson(v.Voter.UserID, other)
			}
			if may && requester {
				t.Fatalf("%s may decide on their own request", v.Voter.UserID)
			}
			if may && v.Approve {
				counted[dir.PersonOf(v.Voter.UserID)] = true
			}
			rejected = rejected || may && !v.Approve
		}
		needed := 0
		for _, s := range answer.Stages {
			needed += s.Required
		}
		if (tally.Outcome == policy.Rejected) != rejected {
			t.Fatalf("outcome %s, rejected %v", tally.Outcome, rejected)
		}
		if tally.Outcome == policy.Approved && (len(counted) < needed || !answer.Allowed) {
			t.Fatalf("approved by %d of %d: %+v", len(counted), needed, answer)
		}
	})
}

// Whoever MayDecide admits is a candidate, and the other way round, as far as the snapshot is true.
func TestPropertyCandidatesAreThoseWhoMayDecide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := drawUniverse(t)
		dir := u.snapshot()
		set, _, _ := u.cooling(t)
		e := policy.Compile(set, dir)
		q := u.question(t, dir)
		for i, s := range e.Evaluate(q).Stages {
			for _, id := range u.users {
				may, why := e.MayDecide(q, i, policy.Person{UserID: id, Groups: dir.GroupsOf(id)})
				if may != slices.Contains(s.Candidates, id) {
					t.Fatalf("%s: candidate %v, %s", id, !may, why.Text)
				}
			}
		}
	})
}

// Promise P11: while a change cools, its author has no more than with either set alone.
func TestP11PropertyCoolingIsNeverMorePermissive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := drawUniverse(t)
		dir := u.snapshot()
		set, before, author := u.cooling(t)
		plain := uncooled(set)
		e := policy.Compile(set, dir)
		q := u.question(t, dir)
		got := e.Evaluate(q)
		sets := []policy.Set{plain}
		gains := dir.SamePerson(author, q.Requester.UserID) || slices.ContainsFunc(q.Others, func(o string) bool { return dir.SamePerson(author, o) })
		if gains {
			sets = append(sets, before)
		}
		voter := u.person(t, dir)
		for _, s := range sets {
			alone := policy.Compile(s, dir)
			a := alone.Evaluate(q)
			if got.Allowed && !a.Allowed || got.MaxDuration > a.MaxDuration || !got.ApprovalRequired && a.ApprovalRequired || !got.Protected && a.Protected {
				t.Fatalf("cooling: %+v\nalone: %+v", got, a)
			}
			for i := range got.Stages {
				if i < len(a.Stages) && got.Stages[i].Required < a.Stages[i].Required {
					t.Fatalf("stage %d needs %d, alone %d", i, got.Stages[i].Required, a.Stages[i].Required)
				}
				may, _ := e.MayDecide(q, i, voter)
				alone, why := alone.MayDecide(q, i, voter)
				if may && !alone && i < len(a.Stages) {
					t.Fatalf("%s may decide on stage %d, alone not: %s", voter.UserID, i, why.Text)
				}
			}
			if len(got.Stages) < len(a.Stages) {
				t.Fatalf("%d stages, alone %d", len(got.Stages), len(a.Stages))
			}
		}
		// Who is not cooling is judged by the set in force alone, but for candidates who are.
		if !gains {
			if a := policy.Compile(plain, dir).Evaluate(q); a.MaxDuration != got.MaxDuration || a.ApprovalRequired != got.ApprovalRequired {
				t.Fatalf("not cooling, but %+v\ninstead of %+v", got, a)
			}
		}
		// The author decides nothing that they could not have decided before.
		old := policy.Compile(before, dir)
		self := policy.Person{UserID: author, Groups: dir.GroupsOf(author)}
		for i := range got.Stages {
			if may, _ := e.MayDecide(q, i, self); may {
				if was, why := old.MayDecide(q, i, self); !was {
					t.Fatalf("the author may decide, before not: %s", why.Text)
				}
			}
		}
	})
}

// uncooled is the set in force with nothing cooling.
func uncooled(set policy.Set) policy.Set {
	cooled := func(r *policy.Revision) { r.Cooling = nil }
	cooled(&set.Settings.Revision)
	set.Eligibility, set.Approver = slices.Clone(set.Eligibility), slices.Clone(set.Approver)
	for i := range set.Eligibility {
		cooled(&set.Eligibility[i].Revision)
	}
	for i := range set.Approver {
		cooled(&set.Approver[i].Revision)
	}
	return set
}

func TestPropertyRequestableAgreesWithEvaluate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := drawUniverse(t)
		dir := u.snapshot()
		set, _, _ := u.cooling(t)
		e := policy.Compile(set, dir)
		who := u.person(t, dir)
		type target struct{ account, set string }
		offered := map[target]policy.Rectangle{}
		ask := policy.Question{Requester: who, At: noon}
		if rapid.Bool().Draw(t, "by machine") {
			ask.Machine, ask.Others, ask.Answering = "mch_0", some(t, u.users, "others"), some(t, u.users, "answering")
		}
		for _, r := range e.RequestableBy(ask) {
			for _, account := range r.Accounts {
				for _, arn := range r.PermissionSets {
					if _, twice := offered[target{account, arn}]; twice {
						t.Fatalf("%s in %s is offered twice", arn, account)
					}
					offered[target{account, arn}] = r
				}
			}
		}
		for _, account := range u.accounts {
			for _, arn := range u.sets {
				ask.AccountID, ask.PermissionSetARN = account, arn
				a := e.Evaluate(ask)
				r, ok := offered[target{account, arn}]
				if ok != a.Allowed {
					t.Fatalf("%s in %s: offered %v, against %q", arn, account, ok, texts(a.Against))
				}
				if ok && (r.MaxDuration != a.MaxDuration || r.ApprovalRequired != a.ApprovalRequired) {
					t.Fatalf("%s in %s: %+v, but %+v", arn, account, r, a)
				}
				for _, ref := range r.Policies {
					if !slices.Contains(a.Policies, ref) {
						t.Fatalf("%v is not among %v", ref, a.Policies)
					}
				}
			}
		}
	})
}
