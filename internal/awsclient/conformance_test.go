package awsclient_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/team-idc/team/internal/awsclient"
	"github.com/team-idc/team/internal/awsclient/mototest"
	"github.com/team-idc/team/internal/awsfault"
	"github.com/team-idc/team/internal/delivery"
	"github.com/team-idc/team/internal/directory"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// lack is something a target cannot show, so that the suite does not ask for it.
type lack string

const (
	lacksOperationLists lack = "lists of operations in progress"
	lacksConflicts      lack = "operations in progress, and conflicts with them"
	lacksStatus         lack = "the status of users"
	lacksIsMember       lack = "IsMemberInGroups"
	lacksPaths          lack = "Account.Paths"
	lacksBoundary       lack = "permissions boundaries"
	lacksSetTags        lack = "tags of permission sets"
	lacksDelegation     lack = "a delegated administrator apart from the management account"
	lacksMissingRequest lack = "request ids that AWS does not know"
	lacksProvisioning   lack = "that an assignment provisions its permission set"
)

// target is an AWS to speak to, with the organization of conformanceFile in it.
type target struct {
	client *awsclient.Client
	names  mototest.Names
	lacks  []lack
	// frozen is a client of the same organization whose operations stay in progress.
	frozen *awsclient.Client
}

// shows says whether the target can show something, and logs where it cannot.
func (x target) shows(t *testing.T, l lack) bool {
	t.Helper()
	if slices.Contains(x.lacks, l) {
		t.Logf("this target cannot show %s", l)
		return false
	}
	return true
}

func TestConformanceSandbox(t *testing.T) {
	conformance(t, sandboxTarget(t, simaws.Switches{}))
}

func TestConformanceSandboxWithShortPages(t *testing.T) {
	x := sandboxTarget(t, simaws.Switches{ShortPages: true, AccountsWithoutPaths: true, AccountState: "status"})
	x.lacks = append(x.lacks, lacksPaths)
	conformance(t, x)
}

func TestConformanceMoto(t *testing.T) {
	s, ok := mototest.Start(t)
	if !ok {
		return
	}
	conformance(t, target{
		client: s.Client(t), names: s.Seed(t, conformanceFile()),
		lacks: []lack{
			lacksOperationLists, lacksConflicts, lacksStatus, lacksIsMember, lacksPaths, lacksBoundary, lacksSetTags,
			lacksDelegation, lacksMissingRequest, lacksProvisioning,
		},
	})
}

const allowEverything = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

func sandboxTarget(t *testing.T, switches simaws.Switches) target {
	t.Helper()
	org := conformanceFile()
	var sim *simaws.AWS
	client := func(latency simaws.Latency) *awsclient.Client {
		var err error
		sim, err = simaws.New(org, simaws.Options{
			Latency: latency, Switches: switches,
			Limits:      simaws.Limits{SSOAdminRate: -1, IdentityStoreRate: -1, OrganizationsRate: -1},
			Credentials: []simaws.Credential{{AccessKeyID: "AKIA", SecretAccessKey: "s", Account: "identity", Policies: []string{allowEverything}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(sim)
		t.Cleanup(server.Close)
		return clientOf(t, server.URL, nil)
	}
	x := target{frozen: client(simaws.Latency{Min: time.Hour, Max: time.Hour})}
	x.client = client(simaws.Latency{Min: time.Millisecond, Max: 20 * time.Millisecond})
	x.names = mototest.Names{
		Users: map[string]string{}, Groups: map[string]string{}, Units: map[string]string{}, Accounts: map[string]string{},
		PermissionSets: map[string]string{},
	}
	for _, u := range org.Users {
		x.names.Users[u.UserName] = sim.UserID(u.UserName)
	}
	for _, g := range org.Groups {
		x.names.Groups[g.DisplayName] = sim.GroupID(g.DisplayName)
	}
	for _, a := range org.Accounts {
		x.names.Accounts[a.Name] = sim.AccountID(a.Name)
	}
	for _, p := range org.PermissionSets {
		x.names.PermissionSets[p.Name] = sim.PermissionSetARN(p.Name)
	}
	return x
}

func clientOf(t *testing.T, endpoint string, h awsclient.HTTPClient) *awsclient.Client {
	t.Helper()
	c, err := awsclient.New(t.Context(), awsclient.Config{
		Region: "us-east-1", BaseEndpoint: endpoint, HTTPClient: h,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIA", SecretAccessKey: "s"}, nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// conformanceFile has more of everything than a page holds.
func conformanceFile() simaws.Organization {
	o := simaws.Organization{
		ManagementAccount: "management", DelegatedAdministrator: "identity",
		OrganizationalUnits: []simaws.OrganizationalUnit{{Path: "Workloads"}, {Path: "Workloads/Prod"}},
		Accounts: []simaws.Account{
			{Name: "management"},
			{Name: "identity"},
			{Name: "shop", OU: "Workloads/Prod", Tags: map[string]string{"cost": "shop", "tier": "prod"}},
		},
		PermissionSets: []simaws.PermissionSet{
			{
				Name: "Admin", Description: "Admin", SessionDuration: "PT4H",
				ManagedPolicies:         []string{"arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess"},
				CustomerManagedPolicies: []simaws.CustomerPolicy{{Name: "Guard", Path: "/team/"}},
				InlinePolicy:            `{"Version":"2012-10-17","Statement":[]}`,
				PermissionsBoundary:     &simaws.PermissionsBoundary{ManagedPolicyARN: "arn:aws:iam::aws:policy/PowerUserAccess"},
				Tags:                    map[string]string{"risk": "high"},
			},
			{Name: "Reader", Description: "Reader", SessionDuration: "PT1H"},
		},
	}
	for i := range 45 {
		o.Accounts = append(o.Accounts, simaws.Account{Name: fmt.Sprintf("lab-%02d", i), OU: "Workloads"})
	}
	everybody := []string{}
	for i := range 130 {
		name := fmt.Sprintf("user-%03d", i)
		everybody = append(everybody, name)
		o.Users = append(o.Users, simaws.User{UserName: name, DisplayName: "Person " + name, Email: name + "@example.com"})
	}
	o.Users = append(o.Users, simaws.User{UserName: "disabled", Status: "DISABLED"})
	for i := range 120 {
		o.Groups = append(o.Groups, simaws.Group{DisplayName: fmt.Sprintf("group-%03d", i), Members: []string{"user-000"}})
	}
	o.Groups = append(o.Groups, simaws.Group{DisplayName: "everybody", Members: everybody}, simaws.Group{DisplayName: "empty"})
	return o
}

// conformance is what the adapters promise, whatever answers.
func conformance(t *testing.T, x target) {
	t.Helper()
	for _, c := range []struct {
		name string
		test func(*testing.T, target)
	}{
		{"an assignment comes and goes", assignmentLife},
		{"operations in progress are listed, and conflict", operationsInProgress},
		{"what does not exist is not found", notFound},
		{"users and memberships are read live", liveReads},
		{"the organization is read page by page", organizationPages},
		{"people are read page by page", peoplePages},
		{"permission sets are read aspect by aspect", permissionSetAspects},
		{"the instance is found", instanceFound},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, x) })
	}
}

// settled polls an operation to its end.
func settled(t *testing.T, o delivery.Operation, look func(context.Context, string) (delivery.Operation, error)) delivery.Operation {
	t.Helper()
	if o.RequestID == "" {
		t.Fatalf("operation has no request id: %+v", o)
	}
	for deadline := time.Now().Add(10 * time.Second); !o.Settled(); {
		if time.Now().After(deadline) {
			t.Fatalf("not settled: %+v", o)
		}
		var err error
		if o, err = look(t.Context(), o.RequestID); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

func assignmentLife(t *testing.T, x target) {
	t.Helper()
	ctx := t.Context()
	triple := delivery.Triple{
		UserID: x.names.Users["user-001"], AccountID: x.names.Accounts["shop"], PermissionSetARN: x.names.PermissionSets["Reader"],
	}
	holds := func() bool {
		h, err := x.client.Holders(ctx, triple.AccountID, triple.PermissionSetARN)
		if err != nil {
			t.Fatal(err)
		}
		if h.Calls < 1 {
			t.Errorf("a read that counts %d calls", h.Calls)
		}
		return slices.Contains(h.Users, triple.UserID)
	}
	if holds() {
		t.Fatal("the assignment is there before it was made")
	}
	created, err := x.client.CreateAssignment(ctx, triple)
	if err != nil {
		t.Fatal(err)
	}
	if o := settled(t, created, x.client.CreationStatus); o.Status != delivery.StatusSucceeded || o.RequestID != created.RequestID {
		t.Errorf("creation ended as %+v", o)
	}
	if !holds() {
		t.Error("the assignment is not there after it was made")
	}
	if x.shows(t, lacksProvisioning) {
		in := all(t, func(token string) (directory.Page[string], error) {
			return x.client.ProvisionedIn(ctx, triple.AccountID, token)
		})
		if !slices.Contains(in, triple.PermissionSetARN) {
			t.Errorf("provisioned in the account: %v", in)
		}
	}
	deleted, err := x.client.DeleteAssignment(ctx, triple)
	if err != nil {
		t.Fatal(err)
	}
	if o := settled(t, deleted, x.client.DeletionStatus); o.Status != delivery.StatusSucceeded {
		t.Errorf("deletion ended as %+v", o)
	}
	if holds() {
		t.Error("the assignment is there after it was removed")
	}
}

func operationsInProgress(t *testing.T, x target) {
	t.Helper()
	if !x.shows(t, lacksOperationLists) || !x.shows(t, lacksConflicts) {
		if _, err := x.client.CreationsInProgress(t.Context()); !awsfault.Is(err, awsfault.NotOffered) {
			t.Errorf("an operation that is not offered gives %v", err)
		}
		return
	}
	ctx := t.Context()
	triple := delivery.Triple{
		UserID: x.names.Users["user-002"], AccountID: x.names.Accounts["shop"], PermissionSetARN: x.names.PermissionSets["Reader"],
	}
	o, err := x.frozen.CreateAssignment(ctx, triple)
	if err != nil {
		t.Fatal(err)
	}
	if o.Status != delivery.StatusInProgress || o.CreatedAt.IsZero() || o.Triple != triple {
		t.Errorf("a new operation is %+v", o)
	}
	p, err := x.frozen.CreationsInProgress(ctx)
	if err != nil || !slices.Equal(p.RequestIDs, []string{o.RequestID}) {
		t.Errorf("creations in progress: %+v, %v; want %s", p, err, o.RequestID)
	}
	if p, err := x.frozen.DeletionsInProgress(ctx); err != nil || len(p.RequestIDs) != 0 {
		t.Errorf("deletions in progress: %+v, %v; want none", p, err)
	}
	_, err = x.frozen.DeleteAssignment(ctx, triple)
	if f, ok := awsfault.Of(err); !ok || f.Kind != awsfault.Conflict || !f.Retryable() || f.MayHaveHappened() || f.RequestID == "" {
		t.Errorf("an operation on a busy assignment gives %#v", err)
	}
}

func notFound(t *testing.T, x target) {
	t.Helper()
	ctx := t.Context()
	const nobody = "90670de400-01234567-89ab-cdef-0123-456789abcdef"
	if _, err := x.client.User(ctx, nobody); !awsfault.Is(err, awsfault.NotFound) {
		t.Errorf("a user who does not exist gives %v", err)
	}
	if x.shows(t, lacksMissingRequest) {
		if _, err := x.client.CreationStatus(ctx, "01234567-89ab-cdef-0123-456789abcdef"); !awsfault.Is(err, awsfault.NotFound) {
			t.Errorf("an operation that does not exist gives %v", err)
		}
	}
}

func liveReads(t *testing.T, x target) {
	t.Helper()
	ctx := t.Context()
	u, err := x.client.User(ctx, x.names.Users["user-000"])
	if err != nil {
		t.Fatal(err)
	}
	want := directory.User{
		ID: x.names.Users["user-000"], UserName: "user-000", DisplayName: "Person user-000", Email: "user-000@example.com",
		Status: directory.UserEnabled, ReadAt: u.ReadAt,
	}
	if u != want || u.ReadAt.IsZero() || u.ReadAt.Location() != time.UTC {
		t.Errorf("user is %+v, want %+v", u, want)
	}
	if x.shows(t, lacksStatus) {
		if u, err := x.client.User(ctx, x.names.Users["disabled"]); err != nil || u.Status != directory.UserDisabled {
			t.Errorf("the disabled user is %+v, %v", u, err)
		}
	}
	groups, err := x.client.GroupsOfUser(ctx, x.names.Users["user-000"])
	if err != nil || len(groups) != 121 || !slices.IsSorted(groups) {
		t.Errorf("user-000 is in %d groups, %v; want 121", len(groups), err)
	}
	if groups, err := x.client.GroupsOfUser(ctx, x.names.Users["disabled"]); err != nil || len(groups) != 0 {
		t.Errorf("the user without groups is in %v, %v", groups, err)
	}
	if !x.shows(t, lacksIsMember) {
		return
	}
	ask := append(slices.Clone(groups), x.names.Groups["empty"])
	member, err := x.client.IsMember(ctx, x.names.Users["user-000"], ask)
	if err != nil || len(member) != len(ask) || !member[groups[0]] || member[x.names.Groups["empty"]] {
		t.Errorf("membership in %d groups: %d answers, %v", len(ask), len(member), err)
	}
}

// all reads a list to its end, and demands that no token comes twice in a row.
func all[T any](t *testing.T, read func(token string) (directory.Page[T], error)) []T {
	t.Helper()
	var items []T
	for token := ""; ; {
		p, err := read(token)
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, p.Items...)
		if p.Next == "" {
			return items
		}
		if p.Next == token {
			t.Fatalf("token %q came twice", token)
		}
		token = p.Next
	}
}

func organizationPages(t *testing.T, x target) {
	t.Helper()
	ctx, c := t.Context(), x.client
	roots := all(t, func(token string) (directory.Page[directory.OU], error) { return c.Roots(ctx, token) })
	if len(roots) != 1 || roots[0].ParentID != "" {
		t.Fatalf("roots are %+v", roots)
	}
	top := all(t, func(token string) (directory.Page[directory.OU], error) { return c.UnitsUnder(ctx, roots[0].ID, token) })
	if len(top) != 1 || top[0].Name != "Workloads" || top[0].ParentID != roots[0].ID {
		t.Fatalf("units under the root are %+v", top)
	}
	below := all(t, func(token string) (directory.Page[directory.OU], error) { return c.UnitsUnder(ctx, top[0].ID, token) })
	accounts := all(t, func(token string) (directory.Page[directory.Account], error) { return c.Accounts(ctx, token) })
	if len(accounts) != len(conformanceFile().Accounts) {
		t.Errorf("%d accounts", len(accounts))
	}
	for _, a := range accounts {
		if a.ID == "" || a.State != directory.AccountActive || a.ReadAt.IsZero() {
			t.Errorf("account is %+v", a)
		}
		if a.Name == "shop" && x.shows(t, lacksPaths) && !slices.Equal(a.OUPath, []string{roots[0].ID, top[0].ID, below[0].ID}) {
			t.Errorf("path of shop is %v", a.OUPath)
		}
	}
	under := all(t, func(token string) (directory.Page[string], error) { return c.AccountsUnder(ctx, top[0].ID, token) })
	if len(under) != 45 {
		t.Errorf("%d accounts directly under Workloads, want 45", len(under))
	}
	if shop := all(t, func(token string) (directory.Page[string], error) { return c.AccountsUnder(ctx, below[0].ID, token) }); !slices.Equal(shop, []string{x.names.Accounts["shop"]}) {
		t.Errorf("accounts under Prod are %v", shop)
	}
	tags := all(t, func(token string) (directory.Page[directory.Tag], error) {
		return c.AccountTags(ctx, x.names.Accounts["shop"], token)
	})
	slices.SortFunc(tags, func(a, b directory.Tag) int { return strings.Compare(a.Key, b.Key) })
	if diff := cmp.Diff([]directory.Tag{{Key: "cost", Value: "shop"}, {Key: "tier", Value: "prod"}}, tags); diff != "" {
		t.Errorf("tags of shop (-want +got):\n%s", diff)
	}
}

func peoplePages(t *testing.T, x target) {
	t.Helper()
	ctx, c := t.Context(), x.client
	users := all(t, func(token string) (directory.Page[directory.User], error) { return c.Users(ctx, token) })
	if len(users) != 131 {
		t.Errorf("%d users, want 131", len(users))
	}
	groups := all(t, func(token string) (directory.Page[directory.Group], error) { return c.Groups(ctx, token) })
	if len(groups) != 122 {
		t.Errorf("%d groups, want 122", len(groups))
	}
	members := all(t, func(token string) (directory.Page[string], error) {
		return c.Members(ctx, x.names.Groups["everybody"], token)
	})
	if len(members) != 130 || !slices.Contains(members, x.names.Users["user-129"]) {
		t.Errorf("%d members, want 130", len(members))
	}
	if none := all(t, func(token string) (directory.Page[string], error) {
		return c.Members(ctx, x.names.Groups["empty"], token)
	}); len(none) != 0 {
		t.Errorf("members of the empty group: %v", none)
	}
}

func permissionSetAspects(t *testing.T, x target) {
	t.Helper()
	ctx, c := t.Context(), x.client
	sets := all(t, func(token string) (directory.Page[string], error) { return c.PermissionSets(ctx, token) })
	admin := x.names.PermissionSets["Admin"]
	if len(sets) != 2 || !slices.Contains(sets, admin) {
		t.Fatalf("permission sets are %v", sets)
	}
	p, err := c.PermissionSet(ctx, admin)
	if err != nil || p.Name != "Admin" || p.Description != "Admin" || p.SessionDuration != 4*time.Hour {
		t.Errorf("permission set is %+v, %v", p, err)
	}
	managed := all(t, func(token string) (directory.Page[string], error) { return c.ManagedPolicies(ctx, admin, token) })
	slices.Sort(managed)
	if !slices.Equal(managed, conformanceFile().PermissionSets[0].ManagedPolicies) {
		t.Errorf("managed policies are %v", managed)
	}
	customer := all(t, func(token string) (directory.Page[string], error) { return c.CustomerPolicies(ctx, admin, token) })
	if !slices.Equal(customer, []string{"/team/Guard"}) {
		t.Errorf("customer-managed policies are %v", customer)
	}
	if inline, err := c.InlinePolicy(ctx, admin); err != nil || inline != conformanceFile().PermissionSets[0].InlinePolicy {
		t.Errorf("inline policy is %q, %v", inline, err)
	}
	if inline, err := c.InlinePolicy(ctx, x.names.PermissionSets["Reader"]); err != nil || inline != "" {
		t.Errorf("the inline policy that does not exist is %q, %v", inline, err)
	}
	if x.shows(t, lacksBoundary) {
		if b, err := c.PermissionsBoundary(ctx, admin); err != nil || b != "arn:aws:iam::aws:policy/PowerUserAccess" {
			t.Errorf("permissions boundary is %q, %v", b, err)
		}
		if b, err := c.PermissionsBoundary(ctx, x.names.PermissionSets["Reader"]); err != nil || b != "" {
			t.Errorf("the permissions boundary that does not exist is %q, %v", b, err)
		}
	}
	if x.shows(t, lacksSetTags) {
		tags := all(t, func(token string) (directory.Page[directory.Tag], error) {
			return c.PermissionSetTags(ctx, admin, token)
		})
		if !slices.Equal(tags, []directory.Tag{{Key: "risk", Value: "high"}}) {
			t.Errorf("tags are %v", tags)
		}
	}
}

func instanceFound(t *testing.T, x target) {
	t.Helper()
	i, err := x.client.Instance(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if i.ARN == "" || i.IdentityStoreID == "" || i.Partition != "aws" || i.Region != "us-east-1" || i.OrganizationID == "" ||
		len(i.ManagementAccountID) != 12 || len(i.CallerAccountID) != 12 || !i.PermissionSetsEnabled || i.ReadAt.IsZero() {
		t.Errorf("instance is %+v", i)
	}
	if x.shows(t, lacksDelegation) {
		administrators := all(t, func(token string) (directory.Page[string], error) { return x.client.Administrators(t.Context(), token) })
		if !slices.Equal(administrators, []string{x.names.Accounts["identity"]}) || i.InManagementAccount() {
			t.Errorf("administrators are %v, the caller is %s", administrators, i.CallerAccountID)
		}
	}
}
