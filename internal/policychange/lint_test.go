package policychange_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policychange"
)

// readAll are passes that are all complete.
func readAll() []directory.Pass {
	passes := make([]directory.Pass, 0, len(directory.Parts()))
	for _, part := range directory.Parts() {
		passes = append(passes, directory.Pass{Part: part, Finished: noon})
	}
	return passes
}

// found are lines: severity, code, where, and a star where it is new.
func found(l policychange.Lint) []string {
	lines := make([]string, 0, len(l.Findings))
	for _, f := range l.Findings {
		line := fmt.Sprintf("%s %s", f.Severity, f.Code)
		for _, p := range f.Places {
			line += fmt.Sprintf(" %s@%s", p.Policy.Name, p.Field)
			if p.File != "" {
				line += fmt.Sprintf("=%s:%d:%d", p.File, p.Line, p.Column)
			}
			if p.New {
				line += "*"
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func sameLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestLintInForce(t *testing.T) {
	r := seeded(t)
	l, err := r.changes.Lint(r.ctx, person(amy), readAll())
	if err != nil || l.Generation == 0 {
		t.Fatal(l, err)
	}
	sameLines(t, found(l), "note protected_account_swept Leads@targets.ous[0]")
	r.members(leads)
	l, err = r.changes.Lint(r.ctx, person(amy), readAll())
	if err != nil {
		t.Fatal(err)
	}
	sameLines(t, found(l),
		"error nobody_decides Developers in Dev@targets", "warning empty_group Leads@stages[0].approvers.groups[0]",
		"warning stage_without_approvers Leads@stages[0].approvers", "note protected_account_swept Leads@targets.ous[0]")
	l, err = r.changes.Lint(r.ctx, person(amy), nil)
	if err != nil || len(l.Findings) != 0 || !slices.Equal(l.NotRead, directory.Parts()) {
		t.Errorf("nothing was read, but %+v, %v", l, err)
	}
	_, err = r.changes.Lint(r.ctx, access.Actor{UserID: ann}, readAll())
	refused(t, err, access.CodeForbidden)
}

func TestLintDocuments(t *testing.T) {
	r := seeded(t)
	files := []policychange.File{{Name: "p.yaml", Text: `kind: approver
name: Leads
targets:
  ous: [Root]
stages:
  - approvers:
      users: [` + noone + `]
      groups: [leads]
---
kind: eligibility
name: Auditors in Dev
principals: {groups: [auditors]}
targets:
  accounts: [dev-a, "123456789012"]
permissionSets: [ReadOnly]
maxDuration: 10h
`}, {Name: "p.json", Text: `{"kind": "eligibility", "name": "Developers in Dev", "principals": {"groups": ["devs"]},
  "targets": {"ous": ["Root/Dev"]}, "permissionSets": ["Admin"], "maxDuration": "4h"}`}}
	l, err := r.changes.LintDocuments(r.ctx, person(amy), files, false, readAll())
	if err != nil {
		t.Fatal(err)
	}
	sameLines(t, found(l),
		"error nobody_decides Auditors in Dev@targets=p.yaml:14:3*",
		"warning unknown_account Auditors in Dev@targets.accounts[1]=p.yaml:14:21*",
		"warning unknown_user Leads@stages[0].approvers.users[0]=p.yaml:7:15*",
		"note maximum_capped Auditors in Dev@maxDuration=p.yaml:16:14*",
		"note protected_account_swept Leads@targets.ous[0]=p.yaml:4:9")
	if !l.Findings[0].New || l.Findings[4].New {
		t.Error("what is new is not marked")
	}
}

func TestLintDocumentsAsAWhole(t *testing.T) {
	r := seeded(t)
	kept := []policychange.File{{Name: "p.yaml", Text: "kind: eligibility\nname: Developers in Dev\nprincipals: {groups: [devs]}\n" +
		"targets: {ous: [Root/Dev]}\npermissionSets: [Admin]\nmaxDuration: 4h\n"}}
	l, err := r.changes.LintDocuments(r.ctx, person(amy), kept, true, readAll())
	if err != nil {
		t.Fatal(err)
	}
	sameLines(t, found(l), "error nobody_decides Developers in Dev@targets=p.yaml:4:10*")
	if in := r.inForce(); len(in.Approver) != 1 {
		t.Error("the linter has changed something")
	}
	for text, want := range map[string]string{
		strings.Replace(kept[0].Text, "name", "id: elg_none\nname", 1): "there is no eligibility policy elg_none",
		"kind: eligibility\nnome: x":                                   `"nome" is unknown`,
		"kind: settings\nprotectedAccounts: [nowhere]":                 `p.yaml:2: protectedAccounts[0]: there is no account "nowhere"`,
		"kind: settings\nadministratorGroup: nobody":                   `p.yaml:2: administratorGroup: there is no group "nobody"`,
		"kind: settings\nmaxTargets: 5\n---\nkind: settings":           "is the same policy",
		"kind: eligibility\nname: x\ntargets: {ous: [Nowhere/Else]}":   `there is no organizational unit "Nowhere/Else"`,
	} {
		_, err := r.changes.LintDocuments(r.ctx, person(amy), []policychange.File{{Name: "p.yaml", Text: text}}, false, readAll())
		e := refused(t, err, access.CodeInvalid)
		told := ""
		for _, reason := range e.Reasons {
			told += reason.Text + "\n"
		}
		if !strings.Contains(told, want) {
			t.Errorf("%s: %s", text, told)
		}
	}
	_, err = r.changes.LintDocuments(r.ctx, access.Actor{UserID: ann}, kept, false, readAll())
	refused(t, err, access.CodeForbidden)
}
