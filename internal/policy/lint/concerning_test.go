package lint_test

import (
	"slices"
	"testing"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policy/lint"
)

// concerning are the codes of what is found about ann's asking for a permission set in an account.
func (w *world) concerning(account, set string) []lint.Finding {
	e := policy.Compile(w.set, directory.NewSnapshot(w.content))
	q := policy.Question{Requester: policy.Person{UserID: ann, Groups: []string{devs}}, AccountID: account, PermissionSetARN: set}
	return lint.Concerning(e, e.Governing(q), account, set)
}

// What concerns a target is found by the same rules as in all policies, in the same words, and nothing is found that does
// not concern it.
func TestConcerning(t *testing.T) {
	dangerous := func(w *world) {
		w.set.Eligibility[0].PermissionSets = []string{look, admin}
		w.set.Eligibility[0].Targets.Accounts = []string{logArchive}
	}
	for _, tc := range []struct {
		name         string
		edit         func(*world)
		account, set string
		want         []string
	}{
		{"nothing", func(*world) {}, payProd, deploy, nil},
		{"a permission set that is not dangerous beside one that is", dangerous, payProd, look, nil},
		{"a dangerous permission set", dangerous, payProd, admin, []string{"risky_managed_policy"}},
		{"what nobody gives", func(*world) {}, devA, admin, nil},
		{"those who ask decide", func(w *world) { w.set.Approver[0].Stages = []policy.Stage{stage(1, devs)} }, payProd, deploy, []string{"peers_decide"}},
		{"those who ask decide elsewhere", func(w *world) {
			w.set.Approver = append(w.set.Approver, policy.Approver{
				ID: "a2", Name: "Peers", Targets: policy.Targets{Accounts: []string{prodCore}}, Stages: []policy.Stage{stage(1, devs)},
			})
		}, payProd, deploy, nil},
		{"a protected account by one", func(w *world) {
			dangerous(w)
			w.set.Approver[0].Targets.Accounts = []string{logArchive}
		}, logArchive, look, []string{"protected_one_approver"}},
		{"another account of the same policies", func(w *world) {
			dangerous(w)
			w.set.Approver[0].Targets.Accounts = []string{logArchive}
		}, payProd, look, nil},
		{"a protected account without approval", func(w *world) {
			dangerous(w)
			w.set.Eligibility[0].ApprovalRequired = false
			w.set.Approver[0].Targets.Accounts = []string{logArchive}
			w.set.Approver[0].Stages = []policy.Stage{stage(2, leads)}
		}, logArchive, look, []string{"protected_approval_free"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(tc.edit)
			var codes []string
			all := w.run().Findings
			for _, f := range w.concerning(tc.account, tc.set) {
				codes = append(codes, f.Code)
				if !slices.ContainsFunc(all, func(o lint.Finding) bool {
					return o.Code == f.Code && o.Text == f.Text && o.Severity == f.Severity && slices.Contains(o.Places, f.Places[0])
				}) {
					t.Errorf("among all is no %+v", f)
				}
			}
			if !slices.Equal(codes, tc.want) {
				t.Errorf("found %v, want %v", codes, tc.want)
			}
		})
	}
}
