package policychange_test

import (
	"slices"
	"testing"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
)

func TestOnlyAdministratorsAndAuditorsRead(t *testing.T) {
	r := seeded(t)
	_, err := r.changes.List(r.ctx, person(ann))
	refused(t, err, access.CodeForbidden)
	_, err = r.changes.Proposals(r.ctx, person(ann), policychange.ProposalFilter{Limit: 1})
	refused(t, err, access.CodeForbidden)
	_, err = r.changes.Explain(r.ctx, person(ann), policychange.Question{})
	refused(t, err, access.CodeForbidden)
	all, err := r.changes.List(r.ctx, person(bob))
	if err != nil || len(all) != 3 {
		t.Fatalf("%+v, %v", all, err)
	}
	v, err := r.changes.Get(r.ctx, person(amy), policy.KindApprover, "apr_all")
	if err != nil || v.Name != "Leads" || v.Body.(policy.Approver).Stages[0].Required != 1 {
		t.Errorf("%+v, %v", v, err)
	}
	_, err = r.changes.Get(r.ctx, person(amy), policy.KindApprover, "apr_x")
	refused(t, err, access.CodeNotFound)
}

func TestExplain(t *testing.T) {
	r := seeded(t)
	x, err := r.changes.Explain(r.ctx, person(bob), policychange.Question{UserID: ann, AccountID: devA, PermissionSetARN: adminRole, Ticket: "T-1"})
	if err != nil || !x.Answer.Allowed || len(x.Deciders) != 1 || !slices.Equal(x.Deciders[0].Candidates, []string{bob}) {
		t.Errorf("%+v, %v", x, err)
	}
}
