package policychange_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/awsfault"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/ident"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
	"github.com/team-idc/team/internal/store"
)

// The small organization of these tests.
const (
	identity = "888888888888" // the delegated administrator: TEAM's own
	payProd  = "100000000001"
	devA     = "200000000001"

	root     = "r-root"
	prod     = "ou-root-prod0000"
	payments = "ou-root-payments"
	dev      = "ou-root-dev00000"

	adminRole = "arn:aws:sso:::permissionSet/ssoins-0000000000000000/ps-000000000000admi"
	readOnly  = "arn:aws:sso:::permissionSet/ssoins-0000000000000000/ps-000000000000read"

	ann    = "00000000-0000-0000-0000-0000000000a1" // requester
	bob    = "00000000-0000-0000-0000-0000000000b1" // approver
	amy    = "00000000-0000-0000-0000-0000000000c1" // administrator
	amy2   = "00000000-0000-0000-0000-0000000000c2" // amy's other user, administrator too
	abe    = "00000000-0000-0000-0000-0000000000d1" // second administrator
	ada    = "00000000-0000-0000-0000-0000000000e1" // third administrator
	noone  = "00000000-0000-0000-0000-0000000000f1" // unknown
	devs   = "00000000-0000-0000-0000-00000000aaaa"
	leads  = "00000000-0000-0000-0000-00000000bbbb"
	admins = "00000000-0000-0000-0000-00000000cccc"
	audits = "00000000-0000-0000-0000-00000000dddd"
	others = "00000000-0000-0000-0000-00000000eeee" // amy and ada
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

type rig struct {
	t         *testing.T
	ctx       context.Context
	now       time.Time
	content   directory.Content
	live      *live
	store     *store.Store
	changes   *policychange.Service
	access    *access.Service
	held      string
	committed int
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, ctx: t.Context(), now: noon, content: organization()}
	random := rand.NewChaCha8([32]byte{1})
	ids := ident.New(random, r.clock)
	s, err := store.OpenSQLite(r.ctx, filepath.Join(t.TempDir(), "team.db"), store.Options{IDs: ids, Unsafe: true, Committed: func() { r.committed++ }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	r.store, r.live = s, &live{rig: r}
	r.access = access.New(access.Config{Store: s.Access(), Directory: r, Live: r.live, Policies: s.Policies(), Now: r.clock, IDs: ids})
	r.changes = policychange.New(policychange.Config{
		Store: s.PolicyChanges(), Directory: r, Live: r.live, Facts: r.access.Facts, Now: r.clock, IDs: ids,
		Held: func() string { return r.held },
	})
	return r
}

// seeded begins with: devs may ask for Admin in Dev for 4 hours with approval, and bob decides everywhere.
func seeded(t *testing.T) *rig {
	t.Helper()
	r := newRig(t)
	did, err := r.changes.Bootstrap(r.ctx, seed())
	if err != nil || !did {
		t.Fatalf("bootstrap: %v, %v", did, err)
	}
	return r
}

func seed() policychange.Seed {
	settings := policy.DefaultSettings()
	settings.AdministratorGroup, settings.AuditorGroup = admins, audits
	settings.ProtectedAccounts = []string{payProd}
	return policychange.Seed{
		Settings: settings,
		Eligibility: []policy.Eligibility{{
			ID: "elg_dev", Name: "Developers in Dev", Principals: policy.Principals{Groups: []string{devs}},
			Targets: policy.Targets{OUs: []policy.OUTarget{{ID: dev}}}, PermissionSets: []string{adminRole},
			MaxDuration: 4 * time.Hour, ApprovalRequired: true,
		}},
		Approver: []policy.Approver{{
			ID: "apr_all", Name: "Leads", Targets: policy.Targets{OUs: []policy.OUTarget{{ID: root}}},
			Stages: []policy.Stage{{Approvers: policy.Principals{Groups: []string{leads}}, Required: 1}},
		}},
	}
}

func organization() directory.Content {
	account := func(id, name string, path ...string) directory.Account {
		return directory.Account{ID: id, Name: name, State: directory.AccountActive, OUPath: path}
	}
	user := func(id, name, person string) directory.User {
		return directory.User{ID: id, UserName: name, Status: directory.UserEnabled, PersonKey: person}
	}
	return directory.Content{
		Revision: 1,
		Instance: directory.Instance{
			IdentityStoreID: "d-0000000000", ManagementAccountID: "999999999999", CallerAccountID: identity, PermissionSetsEnabled: true,
		},
		Accounts: []directory.Account{
			account(identity, "identity", root, prod), account(payProd, "pay-prod", root, prod, payments), account(devA, "dev-a", root, dev),
		},
		OUs: []directory.OU{
			{ID: root, Name: "Root"},
			{ID: prod, Name: "Prod", ParentID: root},
			{ID: payments, Name: "Payments", ParentID: prod},
			{ID: dev, Name: "Dev", ParentID: root},
		},
		Users: []directory.User{
			user(ann, "ann", ""), user(bob, "bob", ""), user(amy, "amy", "amy"), user(amy2, "amy2", "amy"), user(abe, "abe", ""), user(ada, "ada", ""),
		},
		Groups: []directory.Group{
			{ID: devs, DisplayName: "devs", Members: []string{ann}},
			{ID: leads, DisplayName: "leads", Members: []string{bob}},
			{ID: admins, DisplayName: "admins", Members: []string{amy, amy2, abe, ada}},
			{ID: audits, DisplayName: "auditors", Members: []string{bob}},
			{ID: others, DisplayName: "others", Members: []string{ada, amy}},
		},
		PermissionSets: []directory.PermissionSet{
			{ARN: adminRole, Name: "Admin", SessionDuration: time.Hour}, {ARN: readOnly, Name: "ReadOnly", SessionDuration: time.Hour},
		},
	}
}

func (r *rig) clock() time.Time { return r.now }

// Snapshot of the organization, all of it read just now.
func (r *rig) Snapshot(context.Context) (*directory.Snapshot, error) {
	c := r.content
	c.Accounts, c.PermissionSets = slices.Clone(c.Accounts), slices.Clone(c.PermissionSets)
	for i := range c.Accounts {
		c.Accounts[i].ReadAt = r.now
	}
	for i := range c.PermissionSets {
		c.PermissionSets[i].ReadAt = r.now
	}
	return directory.NewSnapshot(c), nil
}

// members sets a group's members in the snapshot.
func (r *rig) members(group string, users ...string) {
	for i := range r.content.Groups {
		if r.content.Groups[i].ID == group {
			r.content.Groups[i].Members = users
		}
	}
	r.content.Revision++
}

// live answers as AWS would now: like the snapshot, except for what a test changes.
type live struct {
	rig      *rig
	err      error
	disabled []string
	left     []string // no longer in any group
	added    []string // administrators that the snapshot does not know as such
	// meanwhile happens once, while memberships are being read.
	meanwhile func()
}

func (l *live) User(_ context.Context, id string) (directory.User, error) {
	if l.err != nil {
		return directory.User{}, l.err
	}
	for _, u := range l.rig.content.Users {
		if u.ID == id {
			if slices.Contains(l.disabled, id) {
				u.Status = directory.UserDisabled
			}
			return u, nil
		}
	}
	if slices.Contains(l.added, id) {
		return directory.User{ID: id, UserName: "new", Status: directory.UserEnabled}, nil
	}
	return directory.User{}, &awsfault.Error{Kind: awsfault.NotFound, Operation: "identitystore:DescribeUser"}
}

func (l *live) GroupsOfUser(_ context.Context, id string) ([]string, error) {
	groups := []string{}
	for _, g := range l.rig.content.Groups {
		if slices.Contains(g.Members, id) && !slices.Contains(l.left, id) {
			groups = append(groups, g.ID)
		}
	}
	return groups, l.err
}

func (l *live) IsMember(ctx context.Context, id string, groups []string) (map[string]bool, error) {
	if happens := l.meanwhile; happens != nil {
		l.meanwhile = nil
		happens()
	}
	in, err := l.GroupsOfUser(ctx, id)
	member := map[string]bool{}
	for _, g := range groups {
		member[g] = slices.Contains(in, g)
	}
	return member, err
}

func (l *live) Members(_ context.Context, group, _ string) (directory.Page[string], error) {
	p := directory.Page[string]{Items: l.added}
	for _, g := range l.rig.content.Groups {
		if g.ID == group {
			p.Items = append(slices.Clone(g.Members), l.added...)
		}
	}
	return p, l.err
}

func person(id string) access.Actor {
	return access.Actor{Kind: audit.Person, UserID: id, Name: id, Administrator: id == amy || id == abe || id == ada, Auditor: id == bob}
}

func (r *rig) propose(by string, d policychange.Draft) (policychange.Outcome, error) {
	r.t.Helper()
	return r.changes.Propose(r.ctx, person(by), d)
}

func (r *rig) mustPropose(by string, d policychange.Draft) policychange.Outcome {
	r.t.Helper()
	out, err := r.propose(by, d)
	if err != nil {
		r.t.Fatalf("propose: %v", err)
	}
	return out
}

func (r *rig) mustAgree(by, proposal string) policychange.Outcome {
	r.t.Helper()
	out, err := r.changes.Agree(r.ctx, person(by), proposal)
	if err != nil {
		r.t.Fatalf("agree: %v", err)
	}
	return out
}

func (r *rig) inForce() policy.Set {
	r.t.Helper()
	set, err := r.store.Policies().InForce(r.ctx, r.now)
	if err != nil {
		r.t.Fatal(err)
	}
	return set
}

// kinds of the events from a place in the log on.
func (r *rig) events(after int64) (kinds []string) {
	r.t.Helper()
	records, err := r.store.Events(r.ctx, store.EventFilter{After: after})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, e := range records {
		kinds = append(kinds, e.Event.Kind)
	}
	return kinds
}

func (r *rig) logEnd() int64 {
	r.t.Helper()
	head, err := r.store.Head(r.ctx)
	if err != nil {
		r.t.Fatal(err)
	}
	return head.Size - 1
}

func refused(t *testing.T, err error, code access.Code) *access.Error {
	t.Helper()
	var e *access.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Fatalf("error %v; want %s", err, code)
	}
	return e
}

// edits of the seed's policies.
func eligibility(edit func(*policy.Eligibility)) policychange.Draft {
	p := seed().Eligibility[0]
	edit(&p)
	return policychange.Draft{Kind: policy.KindEligibility, ID: p.ID, BaseVersion: 1, Body: p}
}

func approver(edit func(*policy.Approver)) policychange.Draft {
	p := seed().Approver[0]
	edit(&p)
	return policychange.Draft{Kind: policy.KindApprover, ID: p.ID, BaseVersion: 1, Body: p}
}

func settings(edit func(*policy.Settings)) policychange.Draft {
	s := seed().Settings
	edit(&s)
	return policychange.Draft{Kind: policy.KindSettings, ID: policy.SettingsID, BaseVersion: 1, Body: s}
}
