package policy_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/team-idc/team/internal/policy"
)

// A machine asks only by policies of the person that name it; what the person's other policies demand still counts.
func TestMachinesAskByPoliciesThatNameThem(t *testing.T) {
	both := func(w *world) {
		w.set.Eligibility = append(w.set.Eligibility, eligibility("p2", "Short", func(p *policy.Eligibility) {
			p.Targets.OUs = []policy.OUTarget{{ID: root}}
			p.MaxDuration, p.ApprovalRequired, p.Machines = time.Hour, false, []string{"mch_ci"}
		}))
	}
	a := newWorld(both).evaluate(byMachine, lasting(time.Hour))
	wantAllowed(t, a)
	if a.MaxDuration != time.Hour || !a.ApprovalRequired {
		t.Errorf("at most %s, approval %v", a.MaxDuration, a.ApprovalRequired)
	}
	if len(a.Policies) != 4 {
		t.Errorf("the answer rests on %v", a.Policies)
	}
	wantAgainst(t, newWorld(both).evaluate(byMachine, lasting(2*time.Hour)), "You asked for 2 hours; you must ask for at most 1 hour.")
	wantAgainst(t, newWorld().evaluate(byMachine),
		`Eligibility policy "Everywhere" (version 1) gives this person Admin in pay-prod (100000000001), but does not let the machine client mch_ci ask for it: the policy must name it under machines.`)
	got := newWorld(both).engine().RequestableBy(policy.Question{Requester: person(ann, devs), Machine: "mch_ci", At: noon})
	if len(got) != 1 || got[0].MaxDuration != time.Hour || !got[0].ApprovalRequired || len(got[0].Policies) != 1 || got[0].Policies[0].ID != "p2" {
		t.Errorf("offered: %+v", got)
	}
	if got := newWorld(both).engine().RequestableBy(policy.Question{Requester: person(ann, devs), Machine: "mch_other", At: noon}); len(got) > 0 {
		t.Errorf("another machine is offered %+v", got)
	}
}

// A machine never gets a person more than they could ask for themselves: no policy, however written, makes it a way
// around approval, time, or a ticket. This is why making a machine client widens nothing (P11).
func TestPropertyMachinesGetNobodyMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := drawUniverse(t)
		dir := u.snapshot()
		set, _, _ := u.cooling(t)
		e := policy.Compile(set, dir)
		q := u.question(t, dir)
		q.Machine = ""
		q.Duration = rapid.SampledFrom([]time.Duration{0, time.Minute, 2 * time.Hour}).Draw(t, "duration")
		q.Ticket = rapid.SampledFrom([]string{"", "A1", "B1"}).Draw(t, "ticket")
		self := e.Evaluate(q)
		q.Machine = rapid.SampledFrom(u.machines).Draw(t, "machine")
		through := e.Evaluate(q)
		if through.Allowed && !self.Allowed || through.MaxDuration > self.MaxDuration || self.ApprovalRequired && through.Allowed && !through.ApprovalRequired {
			t.Fatalf("through the machine %+v\nthemselves %+v", through, self)
		}
	})
}
