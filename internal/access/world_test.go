package access_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// The small organization of these tests. Leads decide on prod, security decides on dev, nobody is asked about lab.
const (
	management = "999999999999"
	identity   = "888888888888"
	prod       = "100000000001"
	dev        = "200000000001"
	lab        = "300000000001"

	admin = "arn:aws:sso:::permissionSet/ssoins-0000000000000000/ps-000000000000admi"

	ann    = "u-ann"    // asks; in devs
	ann2   = "u-ann2"   // ann's other user; in leads
	bob    = "u-bob"    // in leads
	bob2   = "u-bob2"   // bob's other user; in leads
	cy     = "u-cy"     // in devs, leads
	dee    = "u-dee"    // in security
	owner  = "u-owner"  // owns the machine; in leads
	issuer = "u-issuer" // issued the machine's token; in leads
	ada    = "u-ada"    // administrator
	aud    = "u-aud"    // auditor
	sam    = "u-sam"    // nobody in particular

	devs     = "g-devs"
	leads    = "g-leads"
	security = "g-security"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// numbered makes identifiers by counting.
type numbered struct{ n int }

func (s *numbered) Make(prefix string) string {
	s.n++
	return fmt.Sprintf("%s_%04d", prefix, s.n)
}

type world struct {
	content directory.Content
	set     policy.Set
	ids     *numbered
	now     time.Time
}

func newWorld(edits ...func(*world)) *world {
	user := func(id, person string) directory.User {
		return directory.User{ID: id, UserName: id[2:], Status: directory.UserEnabled, PersonKey: person}
	}
	account := func(id, name string) directory.Account {
		return directory.Account{ID: id, Name: name, State: directory.AccountActive, OUPath: []string{"r-root"}, ReadAt: noon}
	}
	w := &world{ids: &numbered{}, now: noon}
	w.content = directory.Content{
		Instance: directory.Instance{IdentityStoreID: "d-0", ManagementAccountID: management, CallerAccountID: identity, PermissionSetsEnabled: true},
		Accounts: []directory.Account{account(management, "management"), account(identity, "identity"), account(prod, "prod"), account(dev, "dev"), account(lab, "lab")},
		OUs:      []directory.OU{{ID: "r-root", Name: "Root"}},
		Users: []directory.User{
			user(ann, "ann"), user(ann2, "ann"), user(bob, "bob"), user(bob2, "bob"), user(cy, ""), user(dee, ""), user(owner, ""), user(issuer, ""), user(ada, ""), user(aud, ""), user(sam, ""),
		},
		Groups: []directory.Group{
			{ID: devs, DisplayName: "devs", Members: []string{ann, cy}},
			{ID: leads, DisplayName: "leads", Members: []string{ann2, bob, bob2, cy, owner, issuer}},
			{ID: security, DisplayName: "security", Members: []string{dee}},
		},
		PermissionSets: []directory.PermissionSet{{ARN: admin, Name: "Admin", SessionDuration: time.Hour, ReadAt: noon}},
	}
	w.set.Settings = policy.DefaultSettings()
	eligible := func(id, account string, approval bool) policy.Eligibility {
		return policy.Eligibility{
			ID: id, Name: id, Principals: policy.Principals{Groups: []string{devs}}, Targets: policy.Targets{Accounts: []string{account}},
			PermissionSets: []string{admin}, MaxDuration: 4 * time.Hour, ApprovalRequired: approval, Machines: []string{"m-ci"}, Revision: policy.Revision{Version: 1},
		}
	}
	decides := func(id, account, group string) policy.Approver {
		return policy.Approver{
			ID: id, Name: id, Targets: policy.Targets{Accounts: []string{account}}, Revision: policy.Revision{Version: 1},
			Stages: []policy.Stage{{Approvers: policy.Principals{Groups: []string{group}}, Required: 1}},
		}
	}
	w.set.Eligibility = []policy.Eligibility{eligible("e-prod", prod, true), eligible("e-dev", dev, true), eligible("e-lab", lab, false)}
	w.set.Approver = []policy.Approver{decides("a-prod", prod, leads), decides("a-dev", dev, security)}
	for _, edit := range edits {
		edit(w)
	}
	return w
}

// needing makes prod need so many approvals on each stage, all by leads.
func needing(required ...int) func(*world) {
	return func(w *world) {
		w.set.Approver[0].Stages = nil
		for _, n := range required {
			w.set.Approver[0].Stages = append(w.set.Approver[0].Stages, policy.Stage{Approvers: policy.Principals{Groups: []string{leads}}, Required: n})
		}
	}
}

// facts as the service gathers them, with the decider's memberships.
func (w *world) facts(decider string, voters ...string) access.Facts {
	dir := directory.NewSnapshot(w.content)
	person := func(id string) policy.Person { return policy.Person{UserID: id, Groups: dir.GroupsOf(id)} }
	user, _ := dir.User(ann)
	f := access.Facts{
		Engine: policy.Compile(w.set, dir), Dir: dir, Requester: person(ann), RequesterUser: user, RequesterLive: true,
		Decider: person(decider), Voters: map[string]policy.Person{}, ReadAt: w.now, Now: w.now,
	}
	for _, v := range voters {
		f.Voters[v] = person(v)
	}
	return f
}

func person(id string) access.Actor {
	return access.Actor{Kind: audit.Person, UserID: id, Name: id[2:], Administrator: id == ada, Auditor: id == aud, Strength: "mfa"}
}

// actors are one of every kind.
var actors = map[string]access.Actor{
	"requester": person(ann), "requester's other user": person(ann2), "approver": person(bob), "approver's other user": person(bob2),
	"another approver": person(cy), "approver of another target": person(dee), "machine's owner": person(owner), "issuer of its token": person(issuer),
	"administrator": person(ada), "auditor": person(aud), "stranger": person(sam),
	"machine":         {Kind: audit.Machine, MachineID: "m-ci", OwnerID: owner, IssuerID: issuer, Name: "ci"},
	"another machine": {Kind: audit.Machine, MachineID: "m-other", OwnerID: sam, Name: "other"},
	"nobody":          {Kind: audit.Person},
}

// newCase is a request by ann for prod, at a decision; byMachine: filed by the machine that owner owns.
func (w *world) newCase(d access.Decision, byMachine bool) access.Case {
	r := access.Request{
		ID: "req", Kind: access.KindAccess, BeneficiaryID: ann, FiledBy: ann, Justification: "why", Ticket: "INC-1", StartAt: noon,
		Duration: time.Hour, CreatedAt: noon, ExpiresAt: noon.Add(3 * time.Hour), Version: 1,
	}
	var m access.Machine
	if byMachine {
		r.FiledBy, r.Machine, r.Others = "m-ci", true, []string{owner, issuer}
		m = access.Machine{Name: "ci", OwnerID: owner, Enabled: true}
	}
	t := access.Target{ID: "tgt", RequestID: "req", AccountID: prod, PermissionSetARN: admin, Decision: d, Version: 1}
	e := access.Elevation{
		ID: "elv", TargetID: "tgt", RequestID: "req", AssignmentID: access.AssignmentID(ann, prod, admin), UserID: ann, AccountID: prod,
		PermissionSetARN: admin, State: access.Waiting, StartAt: noon, Duration: time.Hour, Attempt: 1, CreatedAt: noon, Version: 1,
	}
	switch d {
	case access.Pending:
	case access.Approved:
		t.DecidedAt, e.State, e.Deadline = noon, access.Scheduled, noon.Add(30*time.Minute)
	default:
		t.DecidedAt, e.State, e.Reason, e.EndedAt = noon, access.Ended, access.Reason(d), noon
	}
	return access.Case{Request: r, Machine: m, Targets: []access.Target{t}, Elevations: []access.Elevation{e}}
}

// at moves the case's elevation to a state, as the rules and delivery would have.
func at(c access.Case, s access.State, reason access.Reason) access.Case {
	c.Elevations = slices.Clone(c.Elevations)
	e := &c.Elevations[0]
	e.State, e.Reason, e.EndedAt = s, reason, time.Time{}
	if s == access.Active || s == access.Ending || s == access.Ended {
		e.ActivatedAt, e.EndsAt = noon, noon.Add(time.Hour)
	}
	if s == access.Ended {
		e.EndedAt = noon.Add(time.Hour)
	}
	return c
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantError checks code and words; an empty code wants none.
func wantError(t *testing.T, err error, code access.Code, words string) {
	t.Helper()
	switch {
	case code == "" && err != nil:
		t.Errorf("refused: %v", err)
	case code != "" && err == nil:
		t.Errorf("allowed, want %s: %s", code, words)
	case code != "" && (access.CodeOf(err) != code || !strings.Contains(err.Error(), words)):
		t.Errorf("%v, want %s: %s", err, code, words)
	}
}

func kinds(c access.Change) (out []string) {
	for _, e := range c.Events {
		out = append(out, e.Kind)
	}
	return out
}
