package lint_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policy/lint"
)

// The small organization of these tests.
//
//	Root ─┬─ management, log-archive (protected), identity (the delegated administrator: TEAM's own)
//	      ├─ Prod ── prod-core, pay-prod
//	      ├─ Dev ─── dev-a (env=dev), dev-old (suspended)
//	      └─ Empty
const (
	management = "999999999999"
	identity   = "888888888888"
	logArchive = "300000000001"
	prodCore   = "100000000002"
	payProd    = "100000000001"
	devA       = "200000000001"
	devOld     = "200000000002"

	root  = "r-root"
	prod  = "ou-prod"
	dev   = "ou-dev"
	empty = "ou-empty"

	deploy  = "ps-deploy"
	look    = "ps-look"
	admin   = "ps-admin"
	billing = "ps-billing"

	ann = "u-ann" // in devs
	abe = "u-abe" // in devs
	bob = "u-bob" // in leads
	bea = "u-bea" // in leads
	eve = "u-eve" // disabled, in gone

	devs  = "g-devs"
	leads = "g-leads"
	gone  = "g-gone"
)

type world struct {
	content directory.Content
	set     policy.Set
	read    lint.Read
	effort  int
}

// newWorld has nothing to find: devs may deploy in Prod with the approval of one of the leads.
func newWorld(edits ...func(*world)) *world {
	account := func(id, name string, path ...string) directory.Account {
		return directory.Account{ID: id, Name: name, State: directory.AccountActive, OUPath: path, Tags: map[string]string{}}
	}
	user := func(id string) directory.User {
		return directory.User{ID: id, UserName: id[2:], Status: directory.UserEnabled}
	}
	w := &world{read: lint.Read{}, content: directory.Content{
		Instance: directory.Instance{IdentityStoreID: "d-1", ManagementAccountID: management, CallerAccountID: identity, PermissionSetsEnabled: true},
		Accounts: []directory.Account{
			account(management, "management", root), account(identity, "identity", root), account(logArchive, "log-archive", root),
			account(prodCore, "prod-core", root, prod), account(payProd, "pay-prod", root, prod),
			account(devA, "dev-a", root, dev), account(devOld, "dev-old", root, dev),
		},
		OUs: []directory.OU{
			{ID: root, Name: "Root"},
			{ID: prod, Name: "Prod", ParentID: root},
			{ID: dev, Name: "Dev", ParentID: root},
			{ID: empty, Name: "Empty", ParentID: root},
		},
		Users: []directory.User{user(ann), user(abe), user(bob), user(bea), user(eve)},
		Groups: []directory.Group{
			{ID: devs, DisplayName: "devs", Members: []string{abe, ann}},
			{ID: leads, DisplayName: "leads", Members: []string{bea, bob}},
			{ID: gone, DisplayName: "gone", Members: []string{eve}},
		},
		PermissionSets: []directory.PermissionSet{
			{ARN: deploy, Name: "Deploy", SessionDuration: time.Hour},
			{ARN: look, Name: "Look", SessionDuration: time.Hour},
			{ARN: admin, Name: "Admin", SessionDuration: time.Hour, ManagedPolicies: []string{"arn:aws:iam::aws:policy/AdministratorAccess"}},
			{ARN: billing, Name: "Billing", InManagementAccount: true},
		},
	}}
	for _, part := range directory.Parts() {
		w.read[part] = true
	}
	w.content.Accounts[5].Tags = map[string]string{"env": "dev"}
	w.content.Accounts[6].State = "SUSPENDED"
	w.content.Users[4].Status = directory.UserDisabled
	w.set.Settings = policy.DefaultSettings()
	w.set.Settings.ProtectedAccounts = []string{logArchive}
	w.set.Settings.Version = 3
	w.set.Eligibility = []policy.Eligibility{{
		ID: "e1", Name: "Deploying", Principals: policy.Principals{Groups: []string{devs}},
		Targets: policy.Targets{OUs: []policy.OUTarget{{ID: prod}}}, PermissionSets: []string{deploy}, MaxDuration: time.Hour,
		ApprovalRequired: true, Revision: policy.Revision{Version: 2},
	}}
	w.set.Approver = []policy.Approver{{
		ID: "a1", Name: "Leads", Targets: policy.Targets{OUs: []policy.OUTarget{{ID: prod}, {ID: dev}}},
		Stages: []policy.Stage{stage(1, leads)}, Revision: policy.Revision{Version: 1},
	}}
	for _, edit := range edits {
		edit(w)
	}
	return w
}

func stage(required int, groups ...string) policy.Stage {
	return policy.Stage{Approvers: policy.Principals{Groups: groups}, Required: required}
}

func (w *world) run() lint.Report {
	return lint.Run(lint.Input{Set: w.set, Directory: directory.NewSnapshot(w.content), Read: w.read, Machines: []string{"mch_here"}, Effort: w.effort})
}

// lines are the findings, each with its places.
func lines(r lint.Report) []string {
	out := make([]string, 0, len(r.Findings))
	for _, f := range r.Findings {
		places := make([]string, 0, len(f.Places))
		for _, p := range f.Places {
			places = append(places, fmt.Sprintf("%s %s", p.Policy.ID, p.Field))
		}
		out = append(out, fmt.Sprintf("%s %s [%s] %s", f.Severity, f.Code, strings.Join(places, "; "), f.Text))
	}
	return out
}

// finds checks all findings of a world.
func finds(t *testing.T, w *world, want ...string) {
	t.Helper()
	got := lines(w.run())
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// edits of the first eligibility and approver policy, and of the settings.
func asking(edit func(*policy.Eligibility)) func(*world) {
	return func(w *world) { edit(&w.set.Eligibility[0]) }
}

func deciding(edit func(*policy.Approver)) func(*world) {
	return func(w *world) { edit(&w.set.Approver[0]) }
}

func setting(edit func(*policy.Settings)) func(*world) {
	return func(w *world) { edit(&w.set.Settings) }
}
