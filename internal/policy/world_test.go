package policy_test

import (
	"slices"
	"testing"
	"time"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// The small organization of these tests.
//
//	Root ─┬─ log-archive, management
//	      ├─ Prod ─┬─ prod-core, identity (the delegated administrator: TEAM's own)
//	      │        └─ Payments ── pay-prod
//	      └─ Dev ── dev-a (env=dev), dev-b (suspended)
const (
	management = "999999999999"
	identity   = "888888888888"
	logArchive = "300000000001"
	prodCore   = "100000000002"
	payProd    = "100000000001"
	devA       = "200000000001"
	devB       = "200000000002"

	root     = "r-root"
	prod     = "ou-root-prod0000"
	payments = "ou-root-payments"
	dev      = "ou-root-dev00000"

	admin    = "arn:aws:sso:::permissionSet/ssoins-0000000000000000/ps-000000000000admi"
	readOnly = "arn:aws:sso:::permissionSet/ssoins-0000000000000000/ps-000000000000read"
	billing  = "arn:aws:sso:::permissionSet/ssoins-0000000000000000/ps-000000000000bill"

	ann  = "u-ann"  // asks; in devs
	ann2 = "u-ann2" // ann's other user; in leads
	bob  = "u-bob"  // in leads
	bob2 = "u-bob2" // bob's other user; in leads
	cy   = "u-cy"   // in devs, leads
	dee  = "u-dee"  // in security
	eve  = "u-eve"  // in leads, disabled

	devs     = "g-devs"
	leads    = "g-leads"
	security = "g-security"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func smallContent() directory.Content {
	account := func(id, name string, path ...string) directory.Account {
		return directory.Account{ID: id, Name: name, State: directory.AccountActive, OUPath: path}
	}
	user := func(id, person string) directory.User {
		return directory.User{ID: id, UserName: id[2:], Status: directory.UserEnabled, PersonKey: person}
	}
	c := directory.Content{
		Instance: directory.Instance{
			IdentityStoreID: "d-0000000000", ManagementAccountID: management, CallerAccountID: identity,
			PermissionSetsEnabled: true,
		},
		Accounts: []directory.Account{
			account(management, "management", root), account(identity, "identity", root, prod),
			account(logArchive, "log-archive", root), account(prodCore, "prod-core", root, prod),
			account(payProd, "pay-prod", root, prod, payments), account(devA, "dev-a", root, dev),
			account(devB, "dev-b", root, dev),
		},
		OUs: []directory.OU{
			{ID: root, Name: "Root"},
			{ID: prod, Name: "Prod", ParentID: root},
			{ID: payments, Name: "Payments", ParentID: prod},
			{ID: dev, Name: "Dev", ParentID: root},
		},
		Users: []directory.User{
			user(ann, "ann"), user(ann2, "ann"), user(bob, "bob"), user(bob2, "bob"), user(cy, ""), user(dee, ""), user(eve, ""),
		},
		Groups: []directory.Group{
			{ID: devs, DisplayName: "devs", Members: []string{ann, cy}},
			{ID: leads, DisplayName: "leads", Members: []string{ann2, bob, bob2, cy, eve}},
			{ID: security, DisplayName: "security", Members: []string{dee}},
		},
		PermissionSets: []directory.PermissionSet{
			{ARN: admin, Name: "Admin", SessionDuration: 2 * time.Hour},
			{ARN: readOnly, Name: "ReadOnly", SessionDuration: time.Hour},
			{ARN: billing, Name: "Billing", InManagementAccount: true},
		},
	}
	c.Accounts[5].Tags = map[string]string{"env": "dev"}
	c.Accounts[6].State = "SUSPENDED"
	c.Users[6].Status = directory.UserDisabled
	return c
}

// world is a set of policies over the small organization, changed by each test to its needs.
type world struct {
	content directory.Content
	set     policy.Set
}

// newWorld begins with: devs may ask for Admin everywhere for 4 hours with approval, and one of the leads decides.
func newWorld(edits ...func(*world)) *world {
	w := &world{content: smallContent()}
	w.set.Settings = policy.DefaultSettings()
	w.set.Settings.Version = 7
	w.set.Eligibility = []policy.Eligibility{eligibility("p1", "Everywhere", func(p *policy.Eligibility) {
		p.Targets.OUs = []policy.OUTarget{{ID: root}}
	})}
	w.set.Approver = []policy.Approver{approver("a1", "Leads", func(p *policy.Approver) {
		p.Targets.OUs = []policy.OUTarget{{ID: root}}
	})}
	for _, edit := range edits {
		edit(w)
	}
	return w
}

func (w *world) engine() *policy.Engine {
	return policy.Compile(w.set, directory.NewSnapshot(w.content))
}

func (w *world) evaluate(edits ...func(*policy.Question)) policy.Answer {
	return w.engine().Evaluate(question(edits...))
}

func eligibility(id, name string, edits ...func(*policy.Eligibility)) policy.Eligibility {
	p := policy.Eligibility{
		ID: id, Name: name,
		Principals:       policy.Principals{Groups: []string{devs}},
		PermissionSets:   []string{admin},
		MaxDuration:      4 * time.Hour,
		ApprovalRequired: true,
		Revision:         policy.Revision{Version: 1},
	}
	for _, edit := range edits {
		edit(&p)
	}
	return p
}

func approver(id, name string, edits ...func(*policy.Approver)) policy.Approver {
	p := policy.Approver{ID: id, Name: name, Stages: stages(stage(1, leads)), Revision: policy.Revision{Version: 1}}
	for _, edit := range edits {
		edit(&p)
	}
	return p
}

func stages(s ...policy.Stage) []policy.Stage { return s }

func stage(required int, groups ...string) policy.Stage {
	return policy.Stage{Approvers: policy.Principals{Groups: groups}, Required: required}
}

// question asks for Admin in pay-prod for an hour, on ann's behalf.
func question(edits ...func(*policy.Question)) policy.Question {
	q := policy.Question{
		Requester: policy.Person{UserID: ann, Groups: []string{devs}}, AccountID: payProd, PermissionSetARN: admin,
		Duration: time.Hour, Ticket: "INC-1", At: noon,
	}
	for _, edit := range edits {
		edit(&q)
	}
	return q
}

func on(account string) func(*policy.Question) {
	return func(q *policy.Question) { q.AccountID = account }
}

func byMachine(q *policy.Question) { q.Machine = "mch_ci" }

func lasting(d time.Duration) func(*policy.Question) {
	return func(q *policy.Question) { q.Duration = d }
}

func codes(reasons []policy.Reason) []string {
	out := make([]string, 0, len(reasons))
	for _, r := range reasons {
		out = append(out, r.Code)
	}
	return out
}

func texts(reasons []policy.Reason) []string {
	out := make([]string, 0, len(reasons))
	for _, r := range reasons {
		out = append(out, r.Text)
	}
	return out
}

func wantAllowed(t *testing.T, a policy.Answer) {
	t.Helper()
	if !a.Allowed || len(a.Against) > 0 {
		t.Fatalf("not allowed: %q", texts(a.Against))
	}
}

// wantAgainst checks the exact sentences that speak against, in order.
func wantAgainst(t *testing.T, a policy.Answer, want ...string) {
	t.Helper()
	if a.Allowed != (len(want) == 0) {
		t.Errorf("allowed = %v with %q", a.Allowed, texts(a.Against))
	}
	if got := texts(a.Against); !slices.Equal(got, want) {
		t.Errorf("against:\n got %q\nwant %q", got, want)
	}
}

func stageCandidates(a policy.Answer) [][]string {
	var out [][]string
	for _, s := range a.Stages {
		out = append(out, s.Candidates)
	}
	return out
}
