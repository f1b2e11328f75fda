package policychange_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
)

const written = `# What developers may do.
kind: eligibility
name: Developers in Dev
owners: {groups: [leads]}
principals:
  groups: [devs]
  users: [ada, ` + amy + `]
targets:
  accounts: [pay-prod, 200000000001]
  ous:
    - Root / Dev
    - path: Root/Prod/Payments
      directOnly: true
    - ou-root-prod0000
  tags:
    - {key: env, values: [dev, "1"]}
    - key: team
  excludeAccounts: [dev-a]
  excludeOUs: [Root/Prod]
permissionSets: [Admin, ` + readOnly + `]
maxDuration: 1h30m
ticketPattern: "[A-Z]+-[0-9]+"
---
kind: approver
name: Leads
targets: {ous: [Root]}
requesterGroups: [devs]
stages:
  - approvers: {groups: [leads]}
  - approvers: {users: [abe, ada]}
    required: 2
stopInheritance: true
---
kind: settings
maxDuration: 2d
administratorGroup: admins
protectedAccounts: [pay-prod]
secondAdministrator: always
trustedIssuers:
  - name: github
    issuer: https://token.example.com
    audience: https://team.example.com
  - {name: cluster, issuer: https://cluster.example.com, jwksUrl: https://cluster.example.com/keys}
`

func documents(t *testing.T, text string, dir *directory.Snapshot) ([]policychange.Draft, error) {
	t.Helper()
	parsed, err := policychange.Parse([]policychange.File{{Name: "p.yaml", Text: text}})
	if err != nil {
		return nil, err
	}
	return policychange.Resolve(parsed, policy.DefaultSettings(), policychange.Things{Snapshot: dir})
}

func TestDocuments(t *testing.T) {
	dir := directory.NewSnapshot(organization())
	drafts, err := documents(t, written, dir)
	if err != nil || len(drafts) != 3 {
		t.Fatalf("%v, %v", drafts, err)
	}
	e := drafts[0].Body.(policy.Eligibility)
	for _, tc := range []struct {
		what      string
		got, want []string
	}{
		{"owners", e.Owners.Groups, []string{leads}},
		{"groups", e.Principals.Groups, []string{devs}},
		{"users", e.Principals.Users, []string{ada, amy}},
		{"accounts", e.Targets.Accounts, []string{payProd, devA}},
		{"exclusions", slices.Concat(e.Targets.ExcludeAccounts, e.Targets.ExcludeOUs), []string{devA, prod}},
		{"sets", e.PermissionSets, []string{adminRole, readOnly}},
		{"values", e.Targets.Tags[0].Values, []string{"dev", "1"}},
	} {
		if !slices.Equal(tc.got, tc.want) {
			t.Errorf("%s: %v; want %v", tc.what, tc.got, tc.want)
		}
	}
	if !slices.Equal(e.Targets.OUs, []policy.OUTarget{{ID: dev}, {ID: payments, DirectOnly: true}, {ID: prod}}) {
		t.Errorf("units %v", e.Targets.OUs)
	}
	if e.MaxDuration != 90*time.Minute || !e.ApprovalRequired || e.TicketPattern != "[A-Z]+-[0-9]+" || e.Emergency || e.Targets.Tags[1].Key != "team" {
		t.Errorf("%+v", e)
	}
	a := drafts[1].Body.(policy.Approver)
	if a.Stages[0].Required != 1 || a.Stages[1].Required != 2 || !slices.Equal(a.Stages[1].Approvers.Users, []string{abe, ada}) || !a.StopInheritance {
		t.Errorf("%+v", a)
	}
	s := drafts[2].Body.(policy.Settings)
	if s.MaxDuration != 48*time.Hour || s.AdministratorGroup != admins || !s.ApprovalRequired || s.SecondAdministrator != policy.SecondAlways {
		t.Errorf("%+v", s)
	}
	if !slices.Equal(s.TrustedIssuers, []policy.TrustedIssuer{
		{Name: "github", URL: "https://token.example.com", Audience: "https://team.example.com"},
		{Name: "cluster", URL: "https://cluster.example.com", KeysURL: "https://cluster.example.com/keys"},
	}) {
		t.Errorf("trusted %+v", s.TrustedIssuers)
	}
}

// What is printed is read again as the same.
func TestDocumentsPrintedAndRead(t *testing.T) {
	c := organization()
	// Names that lead nowhere, or elsewhere, are printed as ids.
	c.Accounts[2].Name = "pay-prod"
	c.Groups[1].DisplayName = devs
	c.OUs[3].Name = "De/v"
	c.Users[5].UserName = "007"
	dir := directory.NewSnapshot(c)
	drafts, err := documents(t, written, directory.NewSnapshot(organization()))
	if err != nil {
		t.Fatal(err)
	}
	var versions []policychange.Version
	for i, d := range drafts {
		id := d.ID
		if id == "" {
			id = []string{"elg_1", "apr_1"}[i]
		}
		versions = append(versions, policychange.Version{Kind: d.Kind, ID: id, Body: d.Body, Version: 1})
	}
	text, err := policychange.Print(append(versions, policychange.Version{Kind: policy.KindApprover, Deleted: true}), policychange.Things{Snapshot: dir})
	if err != nil {
		t.Fatal(err)
	}
	again, err := documents(t, text, dir)
	if err != nil || len(again) != 3 {
		t.Fatalf("%v in\n%s", err, text)
	}
	for i, d := range again {
		if lines := policychange.Difference(&versions[i], &policychange.Version{Kind: d.Kind, Body: d.Body}, policychange.Things{Snapshot: dir}); len(lines) > 0 {
			t.Errorf("%q in\n%s", lines, text)
		}
		if d.ID != versions[i].ID {
			t.Errorf("id %q", d.ID)
		}
	}
	for _, want := range []string{"kind: eligibility\nid: elg_1\nname: Developers in Dev\n", `"007"`, "maxDuration: 2d\n", "- Root/Prod/Payments", `"200000000001"`} {
		if want == "- Root/Prod/Payments" {
			want = "path: Root/Prod/Payments"
		}
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestMistakesInDocuments(t *testing.T) {
	valid := `kind: eligibility
name: One
principals: {groups: [devs]}
targets: {accounts: [dev-a]}
permissionSets: [Admin]
maxDuration: 4h
`
	c := organization()
	c.Accounts = append(c.Accounts, directory.Account{ID: "300000000001", Name: "dev-a"})
	ambiguous := directory.NewSnapshot(c)
	dir := directory.NewSnapshot(organization())
	for _, tc := range []struct {
		name string
		text string
		dir  *directory.Snapshot
		want []string
	}{
		{"none", valid, dir, nil},
		{"only comments", "# nothing\n---\n", dir, nil},
		{"no YAML", "kind: [", dir, []string{"p.yaml: line 1: did not find expected node content"}},
		{"no kind", "name: x\n", dir, []string{"p.yaml:1: kind: say which kind of policy this is: eligibility, approver or settings"}},
		{"a list", "- a\n", dir, []string{"p.yaml:1: kind: say which kind"}},
		{"unknown key", valid + "maxDuraton: 4h\n", dir, []string{`p.yaml:7: the key "maxDuraton" is unknown; possible are approvalRequired,`}},
		{"unknown key further in", strings.Replace(valid, "groups:", "group:", 1), dir, []string{`p.yaml:3: principals: the key "group" is unknown; possible are groups, users`}},
		{"key twice", valid + "name: Two\n", dir, []string{`p.yaml:7: the key "name" comes twice`}},
		{"merge key", valid + "<<: {emergency: true}\n", dir, []string{`p.yaml:7: the key "<<" is unknown`}},
		{"alias", valid + "owners: &o {users: [ann]}\nticketPattern: *o\n", dir, []string{"p.yaml:8: ticketPattern: write the value itself"}},
		{"alias in a list", "kind: settings\nprotectedAccounts: [&a dev-a, *a]\n", dir, []string{"p.yaml:2: protectedAccounts[1]: write the value itself"}},
		{"no list", valid + "owners: {users: ann}\n", dir, []string{"p.yaml:7: owners.users: it must be a list"}},
		{"no value", valid + "ticketPattern:\n", dir, []string{"p.yaml:7: ticketPattern: it must be one value"}},
		{"no boolean", valid + "emergency: yes\n", dir, []string{`p.yaml:7: emergency: it must be true or false, not "yes"`}},
		{"no number", "kind: settings\nmaxTargets: many\n", dir, []string{`p.yaml:2: maxTargets: it must be a whole number, not "many"`}},
		{"no duration", strings.Replace(valid, "4h", "4", 1), dir, []string{`p.yaml:6: maxDuration: it must be a duration such as 90m, 4h or 2d, not "4"`}},
		{"unknown names", strings.NewReplacer("devs", "dev", "dev-a", "dev-b", "Admin", "admin").Replace(valid), dir, []string{
			`p.yaml:3: principals.groups[0]: there is no group "dev" in the directory`,
			`p.yaml:4: targets.accounts[0]: there is no account "dev-b" in the directory`,
			`p.yaml:5: permissionSets[0]: there is no permission set "admin" in the directory`,
		}},
		{"unknown path", strings.Replace(valid, "accounts: [dev-a]", "ous: [Prod/Payments]", 1), dir, []string{`p.yaml:4: targets.ous[0]: there is no organizational unit "Prod/Payments"`}},
		{"ambiguous", valid, ambiguous, []string{`p.yaml:4: targets.accounts[0]: there are 2 of the kind account named "dev-a"; write the id: 200000000001, 300000000001`}},
		{"not valid", strings.Replace(valid, "One", `" "`, 1), dir, []string{"p.yaml:2: name: A policy must have a name."}},
		{"missing", strings.Replace(valid, "permissionSets: [Admin]\n", "", 1), dir, []string{"p.yaml:1: permissionSets: At least one permission set is needed."}},
		{"bad settings", "\nkind: settings\nminDuration: 0s\n", dir, []string{"p.yaml:3: minDuration: It must be between"}},
		{"the same twice", valid + "---\n" + valid, dir, []string{"p.yaml:8: p.yaml:1 is the same policy"}},
		{"settings twice", "kind: settings\n---\nkind: settings\n", dir, []string{"p.yaml:3: p.yaml:1 is the same policy"}},
		{"too large", strings.Repeat("#", policychange.MaxFileSize+1), dir, []string{"p.yaml: it has 4194305 bytes"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := documents(t, tc.text, tc.dir)
			var mistakes policychange.DocumentErrors
			if err != nil && !errors.As(err, &mistakes) {
				t.Fatalf("error %v", err)
			}
			if len(mistakes) != len(tc.want) {
				t.Fatalf("mistakes\n%v\nwant %q", mistakes, tc.want)
			}
			for i, m := range mistakes {
				if !strings.HasPrefix(m.String(), tc.want[i]) {
					t.Errorf("%s\nwant %s", m, tc.want[i])
				}
			}
		})
	}
}

// What the documentation shows is read as it stands.
func TestDocumentationOfPolicyFiles(t *testing.T) {
	page, err := os.ReadFile("../../docs/reference/policy-files.md")
	if err != nil {
		t.Fatal(err)
	}
	var kinds []policy.Kind
	for i, part := range strings.Split(string(page), "```") {
		text, isExample := strings.CutPrefix(part, "yaml\n")
		if i%2 == 0 || !isExample {
			continue
		}
		parsed, err := policychange.Parse([]policychange.File{{Name: "policy-files.md", Text: text}})
		if err != nil || len(parsed) != 1 {
			t.Fatalf("example %d: %v, %v", i/2+1, parsed, err)
		}
		kinds = append(kinds, parsed[0].Kind)
	}
	if !slices.Equal(kinds, []policy.Kind{policy.KindEligibility, policy.KindApprover, policy.KindSettings}) {
		t.Errorf("examples of %v", kinds)
	}
}

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90m": 90 * time.Minute, "4h": 4 * time.Hour, "1h30m": 90 * time.Minute, "90d": 90 * 24 * time.Hour, "1d12h": 36 * time.Hour,
		"0s": 0, "": -1, "4": -1, "d": -1, "-1d": -1, "1d2": -1, "1.5d": -1, "99999999999d": -1,
	} {
		got, err := policychange.ParseDuration(text)
		if (err != nil) != (want == -1) || (err == nil && got != want) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(written)
	f.Add("kind: settings\n<<: *a\n")
	dir := directory.NewSnapshot(organization())
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := policychange.Parse([]policychange.File{{Name: "f", Text: text}})
		if err == nil {
			_, err = policychange.Resolve(parsed, policy.DefaultSettings(), policychange.Things{Snapshot: dir})
		}
		var mistakes policychange.DocumentErrors
		if err != nil && !errors.As(err, &mistakes) {
			t.Errorf("error %v", err)
		}
	})
}

const planned = `kind: settings
maxDuration: 8h
---
kind: eligibility
name: Developers in Dev
principals: {groups: [devs]}
targets: {ous: [Root/Dev]}
permissionSets: [Admin]
maxDuration: 6h
---
kind: eligibility
name: Ada reads
principals: {users: [ada]}
targets: {ous: [Root/Dev]}
permissionSets: [ReadOnly]
maxDuration: 1h
`

func TestPlan(t *testing.T) {
	r := seeded(t)
	files := []policychange.File{{Name: "p.yaml", Text: planned}}
	plan, err := r.changes.Plan(r.ctx, person(amy), files, true)
	if err != nil {
		t.Fatal(err)
	}
	var sentences []string
	for _, s := range plan.Steps {
		sentences = append(sentences, s.Sentence())
	}
	want := []string{
		"change settings", `change eligibility policy "Developers in Dev", which widens access`,
		`create eligibility policy "Ada reads", which widens access`, `delete approver policy "Leads"`,
	}
	if !slices.Equal(sentences, want) {
		t.Errorf("%q", sentences)
	}
	if s := plan.Steps[1]; s.Line != 4 || !slices.Equal(s.Difference, []string{"maxDuration: 4h → 6h"}) || s.Draft.BaseVersion != 1 {
		t.Errorf("%+v", s)
	}
	if d := plan.Effect.Decisions; len(d) != 1 || d[0].UserID != bob || d[0].Gains {
		t.Errorf("decisions %+v", d)
	}
	// Taking the steps leaves nothing to do.
	for _, step := range plan.Steps {
		if out := r.mustPropose(amy, step.Draft); out.Proposal != nil {
			r.mustAgree(abe, out.Proposal.ID)
		}
	}
	plan, err = r.changes.Plan(r.ctx, person(amy), files, true)
	if err != nil || slices.ContainsFunc(plan.Steps, func(s policychange.Step) bool { return s.Verb != policychange.Unchanged }) {
		t.Errorf("%+v, %v", plan.Steps, err)
	}
	text, err := r.changes.Documents(r.ctx, person(bob))
	if err != nil {
		t.Fatal(err)
	}
	plan, err = r.changes.Plan(r.ctx, person(amy), []policychange.File{{Name: "printed", Text: text}}, true)
	if err != nil || len(plan.Steps) != 3 || slices.ContainsFunc(plan.Steps, func(s policychange.Step) bool { return s.Verb != policychange.Unchanged }) {
		t.Errorf("%+v, %v of\n%s", plan.Steps, err, text)
	}
}

func TestPlanRefused(t *testing.T) {
	r := seeded(t)
	_, err := r.changes.Plan(r.ctx, person(ann), nil, false)
	refused(t, err, access.CodeForbidden)
	for _, tc := range []struct{ text, want string }{
		{"kind: x", "p.yaml:1: kind: say which"},
		{strings.Replace(planned, "name: Ada reads", "name: Ada reads\nid: elg_x", 1), "p.yaml:13: id: there is no eligibility policy elg_x"},
		{strings.Replace(planned, "name: Ada reads", "name: Ada reads\nid: elg_dev", 1), `p.yaml:11: another document speaks of eligibility policy "Developers in Dev"`},
		{"kind: settings\nadministratorGroup: leads\nprotectedAccounts: [nowhere]", "p.yaml:3: protectedAccounts[0]: there is no account"},
	} {
		_, err := r.changes.Plan(r.ctx, person(amy), []policychange.File{{Name: "p.yaml", Text: tc.text}}, false)
		if e := refused(t, err, access.CodeInvalid); !strings.HasPrefix(e.Message, tc.want) || len(e.Reasons) == 0 {
			t.Errorf("%s", e.Message)
		}
	}
}

func TestSeedFromFiles(t *testing.T) {
	files, err := policychange.ReadFiles(fstest.MapFS{
		"b/two.yml": {Data: []byte("kind: settings\nauditorGroup: auditors\n")}, "a.yaml": {Data: []byte(strings.TrimPrefix(planned, "kind: settings\nmaxDuration: 8h\n"))}, "README.md": {Data: []byte("x")},
	})
	if err != nil || len(files) != 2 {
		t.Fatalf("%v, %v", files, err)
	}
	base := policy.DefaultSettings()
	base.AdministratorGroup = admins
	seed, err := policychange.SeedFrom(files, base, directory.NewSnapshot(organization()))
	if err != nil || len(seed.Eligibility) != 2 || seed.Settings.AuditorGroup != audits || seed.Settings.AdministratorGroup != admins {
		t.Fatalf("%+v, %v", seed, err)
	}
	r := newRig(t)
	if did, err := r.changes.Bootstrap(r.ctx, seed); !did || err != nil {
		t.Errorf("%v, %v", did, err)
	}
}
