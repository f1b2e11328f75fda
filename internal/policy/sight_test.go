package policy_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// Everything that somebody may ask for is in their sight, and nothing that no policy gives them or lets them decide on.
func TestPropertySightHoldsWhatMayBeAskedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := drawUniverse(t)
		dir, set := u.snapshot(), u.set(t)
		e := policy.Compile(set, dir)
		who := u.person(t, dir)
		sight := e.Sight(who, "")
		given := map[string]bool{}
		for _, r := range e.Requestable(who, noon) {
			for _, id := range r.Accounts {
				a, _ := dir.Account(id)
				if !sight.Account(id) || slices.ContainsFunc(a.OUPath, func(ou string) bool { return !sight.Unit(ou) }) {
					t.Fatalf("%s may be asked for, but is out of sight", id)
				}
			}
			for _, arn := range r.PermissionSets {
				if !sight.PermissionSet(arn) {
					t.Fatalf("%s may be asked for, but is out of sight", arn)
				}
			}
		}
		decides := e.MightDecideIn(who)
		for _, p := range set.Eligibility {
			named := slices.Contains(p.Principals.Users, who.UserID) ||
				slices.ContainsFunc(p.Principals.Groups, func(g string) bool { return slices.Contains(who.Groups, g) })
			if !named || p.Deleted {
				continue
			}
			reach := e.Reach(p.Targets, false)
			for _, a := range dir.Accounts() {
				given[a.ID] = given[a.ID] || reach.Names(a.ID) || reach.Sweeps(a.ID)
			}
		}
		for _, a := range dir.Accounts() {
			if sight.Account(a.ID) && !given[a.ID] && !decides(a.ID) {
				t.Fatalf("%s is in sight, but of no use", a.ID)
			}
		}
	})
}

func TestSightOfAnApprover(t *testing.T) {
	w := newWorld(func(w *world) {
		w.set.Eligibility = append(w.set.Eligibility, eligibility("p2", "Reading in Prod", func(p *policy.Eligibility) {
			p.Targets.OUs = []policy.OUTarget{{ID: prod}}
			p.PermissionSets = []string{readOnly}
			p.Machines = []string{"mch_a"}
		}))
		w.set.Approver[0].Targets = policy.Targets{Accounts: []string{devA}}
	})
	type seen struct{ devA, payProd, admin, readOnly bool }
	see := func(who policy.Person, machine string) seen {
		s := w.engine().Sight(who, machine)
		return seen{s.Account(devA), s.Account(payProd), s.PermissionSet(admin), s.PermissionSet(readOnly)}
	}
	// Where an approver policy names no permission set, those that somebody may ask for there.
	if got := see(person(bob, leads), ""); got != (seen{devA: true, admin: true}) {
		t.Errorf("an approver of every role sees %+v", got)
	}
	w.set.Approver[0].PermissionSets = []string{readOnly}
	if got := see(person(bob, leads), ""); got != (seen{devA: true, readOnly: true}) {
		t.Errorf("an approver of one role sees %+v", got)
	}
	if got := see(person(ann, devs), ""); got != (seen{true, true, true, true}) {
		t.Errorf("a requester sees %+v", got)
	}
	if got := see(policy.Person{}, "mch_a"); got != (seen{payProd: true, readOnly: true}) {
		t.Errorf("a machine client sees %+v", got)
	}
	if got := see(policy.Person{}, "mch_b"); got != (seen{}) {
		t.Errorf("a machine client that no policy names sees %+v", got)
	}
	if got := see(policy.Person{}, ""); got != (seen{}) {
		t.Errorf("nobody sees %+v", got)
	}
	if s := w.engine().Sight(person(ann, devs), ""); s.Account("000000000000") || s.PermissionSet("arn") || s.Unit("ou") {
		t.Error("what there is not is in sight")
	}
}

// What a search of the directory costs more than it would without: 10,000 policies × 5,000 accounts × 500 sets.
func BenchmarkSight(b *testing.B) {
	l := newLarge()
	e := policy.Compile(l.set, directory.NewSnapshot(l.content))
	who := l.asker(directory.NewSnapshot(l.content))
	b.ResetTimer()
	for b.Loop() {
		e.Sight(who, "")
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(time.Millisecond), "ms/sight")
}
