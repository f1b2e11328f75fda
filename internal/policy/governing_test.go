package policy_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/team-idc/team/internal/policy"
)

// Why somebody decides is told exactly where they may, and names policies that name them; what governs a question is
// what its answer rests on.
func TestPropertyWhoMayDecideIsToldWhy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := drawUniverse(t)
		dir, set := u.snapshot(), u.set(t)
		e := policy.Compile(set, dir)
		q := u.question(t, dir)
		who := u.person(t, dir)
		may := false
		for stage := range e.Deciders(q) {
			ok, _ := e.MayDecide(q, stage, who)
			may = may || ok
		}
		why := e.WhyDecides(q, who)
		if may != (len(why) > 0) {
			t.Fatalf("may decide: %v, because of %v", may, why)
		}
		governing := e.Governing(q)
		for _, r := range why {
			if !slices.ContainsFunc(governing.Approver, func(p policy.Approver) bool { return p.Ref() == *r.Policy }) {
				t.Fatalf("%v does not govern the question", r)
			}
		}
		answer := e.Evaluate(q)
		for _, p := range governing.Eligibility {
			if !slices.Contains(answer.Policies, p.Ref()) {
				t.Fatalf("the answer does not rest on %v", p.Ref())
			}
		}
	})
}

func TestWhySomebodyDecides(t *testing.T) {
	w := newWorld(func(w *world) {
		w.set.Approver = append(w.set.Approver, approver("a2", "By name", func(p *policy.Approver) {
			p.Targets.Accounts = []string{payProd}
			p.Stages = append(p.Stages, policy.Stage{Approvers: policy.Principals{Users: []string{bob}}, Required: 1})
		}), approver("a3", "Elsewhere", func(p *policy.Approver) { p.Targets.Accounts = []string{devA} }))
	})
	q := question(func(q *policy.Question) { q.AccountID = payProd })
	var texts []string
	for _, r := range w.engine().WhyDecides(q, person(bob, leads)) {
		texts = append(texts, r.Code+": "+r.Text)
	}
	want := []string{
		`may_decide: Approver policy "Leads" (version 1) makes you an approver of stage 1 as a member of leads.`,
		`may_decide: Approver policy "By name" (version 1) makes you an approver of stage 1 as a member of leads.`,
		`may_decide: Approver policy "By name" (version 1) makes you an approver of stage 2 by name.`,
	}
	if !slices.Equal(texts, want) {
		t.Errorf("it is told\n%s\nand not\n%s", strings.Join(texts, "\n"), strings.Join(want, "\n"))
	}
	for name, who := range map[string]policy.Person{
		"who asks": person(ann, leads), "who shares a person with them": person(ann2, leads), "who is no approver": person(dee, security),
	} {
		if why := w.engine().WhyDecides(q, who); len(why) > 0 {
			t.Errorf("%s is told %v", name, why)
		}
	}
	governing := w.engine().Governing(q)
	if len(governing.Eligibility) != 1 || len(governing.Approver) != 2 || governing.Approver[1].ID != "a2" || governing.Settings.Version != 7 {
		t.Errorf("it is governed by %+v", governing)
	}
	unknown := w.engine().Governing(question(func(q *policy.Question) { q.AccountID = "000000000000" }))
	if len(unknown.Eligibility)+len(unknown.Approver) > 0 {
		t.Errorf("what is not known is governed by %+v", unknown)
	}
}
