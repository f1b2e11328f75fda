package policy_test

import (
	"fmt"
	"testing"

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

// BenchmarkUndecidable looks at 8,000 eligibility policies × 5,000 accounts with 2,000 approver policies, which leave
// nobody without, and with a tenth of them.
func BenchmarkUndecidable(b *testing.B) {
	for _, approvers := range []int{2000, 200} {
		b.Run(fmt.Sprintf("approvers=%d", approvers), func(b *testing.B) {
			l := newLarge()
			l.set.Approver = l.set.Approver[2000-approvers:]
			for i := range l.content.Accounts {
				if l.content.Accounts[i].Tags == nil {
					l.content.Accounts[i].Tags = map[string]string{} // read, and none
				}
			}
			e := policy.Compile(l.set, directory.NewSnapshot(l.content))
			found := 0
			for b.Loop() {
				all, unexamined := e.Undecidable(1 << 40)
				if found = len(all); unexamined > 0 {
					b.Fatalf("%d unexamined", unexamined)
				}
			}
			b.ReportMetric(float64(found), "policies-found")
		})
	}
}

func TestUndecidableLooksAtEachPermissionSetThatMatters(t *testing.T) {
	w := newWorld(func(w *world) {
		w.set.Eligibility[0].PermissionSets = []string{admin, readOnly}
		w.set.Approver[0].PermissionSets = []string{admin}
	})
	found, _ := w.engine().Undecidable(1000)
	if len(found) != 1 || found[0].PermissionSetARN != readOnly || found[0].Reason.Code != policy.CodeNoApprovers {
		t.Errorf("found %+v", found)
	}
}
