package policy_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// Undecidable must say exactly what asking every question would say.
func TestUndecidableIsWhatEvaluationSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := drawUniverse(t)
		dir, set := u.snapshot(), policy.Settled(u.set(t))
		e := policy.Compile(set, dir)
		found, unexamined := e.Undecidable(1 << 30)
		if unexamined != 0 {
			t.Fatalf("%d policies unexamined", unexamined)
		}
		by := map[string]policy.Undecidable{}
		for _, f := range found {
			by[f.Policy.ID] = f
		}
		for _, p := range set.Eligibility {
			people, accounts := u.undecidable(dir, set, p)
			f := by[p.ID]
			if f.People != len(people) || f.Accounts != len(accounts) {
				t.Fatalf("policy %s: %+v, but asking says people %v in accounts %v", p.ID, f, people, accounts)
			}
			if len(people) > 0 && (f.Reason.Text == "" || !people[f.UserID] || !accounts[f.AccountID]) {
				t.Fatalf("policy %s: the example %+v is none", p.ID, f)
			}
		}
	})
}

// undecidable asks every question that the policy lets ask, with that policy alone giving the role: what another
// policy demands is that one's to answer for.
func (u universe) undecidable(dir *directory.Snapshot, set policy.Set, p policy.Eligibility) (people, accounts map[string]bool) {
	people, accounts = map[string]bool{}, map[string]bool{}
	alone := policy.Compile(policy.Set{Settings: set.Settings, Eligibility: []policy.Eligibility{p}, Approver: set.Approver}, dir)
	for _, user := range u.users {
		for _, account := range u.accounts {
			for _, arn := range u.sets {
				a := alone.Evaluate(policy.Question{
					Requester: policy.Person{UserID: user, Groups: dir.GroupsOf(user)}, AccountID: account, PermissionSetARN: arn,
				})
				few, other := false, false
				for _, r := range a.Against {
					switch r.Code {
					case policy.CodeNoApprovers, policy.CodeTooFewApprovers:
						few = true
					case policy.CodeNoDurationPossible, policy.CodeTicketRequired, policy.CodeTicketPattern:
					default:
						other = true
					}
				}
				if few && !other {
					people[user], accounts[account] = true, true
				}
			}
		}
	}
	return people, accounts
}

func TestUndecidableTellsWhomAndWhere(t *testing.T) {
	w := newWorld(func(w *world) {
		w.set.Approver[0].Stages = stages(policy.Stage{Approvers: policy.Principals{Users: []string{cy}}, Required: 1})
	})
	found, _ := w.engine().Undecidable(1000)
	if len(found) != 1 {
		t.Fatalf("found %+v", found)
	}
	f := found[0]
	if f.People != 1 || f.OfPeople != 2 || f.UserID != cy || f.Accounts != 4 || f.OfAccounts != 4 || f.Reason.Code != policy.CodeTooFewApprovers {
		t.Errorf("found %+v", f)
	}
}

func TestUndecidableIsBounded(t *testing.T) {
	w := newWorld(func(w *world) {
		w.set.Approver = nil
		second := w.set.Eligibility[0]
		second.ID, second.Name = "p2", "Again"
		w.set.Eligibility = append(w.set.Eligibility, second)
	})
	found, unexamined := w.engine().Undecidable(1)
	if len(found) != 1 || unexamined != 1 {
		t.Errorf("found %+v, %d unexamined", found, unexamined)
	}
}

func BenchmarkUndecidable(b *testing.B) {
	l := newLarge()
	l.set.Approver = l.set.Approver[1:] // the one that holds everywhere
	dir := directory.NewSnapshot(l.content)
	e := policy.Compile(l.set, dir)
	var took []time.Duration
	for b.Loop() {
		begun := time.Now()
		found, unexamined := e.Undecidable(1 << 40)
		took = append(took, time.Since(begun))
		if unexamined > 0 || len(found) == 0 {
			b.Fatalf("%d found, %d unexamined", len(found), unexamined)
		}
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds(), "s/10,000-policies")
}
