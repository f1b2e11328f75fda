package aws_test

import (
	"context"
	"fmt"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"

	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

func (w *world) orgs(key, secret string) *organizations.Client {
	return organizations.NewFromConfig(w.config(key, secret))
}

func TestAccountsCarryPathAndState(t *testing.T) {
	w := newWorld(t)
	ctx, orgs := context.Background(), w.orgs("AKIDELEGATED", "secret")
	roots, err := orgs.ListRoots(ctx, &organizations.ListRootsInput{})
	w.must(err)
	root := *roots.Roots[0].Id
	top, err := orgs.ListOrganizationalUnitsForParent(ctx, &organizations.ListOrganizationalUnitsForParentInput{ParentId: &root})
	w.must(err)
	workloads := *top.OrganizationalUnits[0].Id
	below, err := orgs.ListOrganizationalUnitsForParent(ctx, &organizations.ListOrganizationalUnitsForParentInput{ParentId: &workloads})
	w.must(err)
	prod := *below.OrganizationalUnits[0].Id
	org, err := orgs.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
	w.must(err)
	describe := func() *types.Account {
		out, err := orgs.DescribeAccount(ctx, &organizations.DescribeAccountInput{AccountId: sdk.String("333333333333")})
		w.must(err)
		return out.Account
	}
	path := fmt.Sprintf("%s/%s/%s/%s/", *org.Organization.Id, root, workloads, prod)
	if a := describe(); len(a.Paths) != 1 || a.Paths[0] != path+"333333333333/" || a.State != types.AccountStateActive || a.Status != "" {
		t.Errorf("account: %+v, want the path %s", a, path)
	}
	if *below.OrganizationalUnits[0].Path != path || *below.OrganizationalUnits[0].Name != "Prod" {
		t.Errorf("unit: %+v", below.OrganizationalUnits[0])
	}
	parents, err := orgs.ListParents(ctx, &organizations.ListParentsInput{ChildId: sdk.String("333333333333")})
	if err != nil || *parents.Parents[0].Id != prod || parents.Parents[0].Type != types.ParentTypeOrganizationalUnit {
		t.Errorf("parents: %+v %v", parents, err)
	}
	w.must(w.MoveAccount("shop", "Workloads"))
	w.must(w.SetAccountState("shop", "CLOSED"))
	w.must(w.SetSwitches(func(s *simaws.Switches) { s.AccountsWithoutPaths, s.AccountState = true, "status" }))
	if a := describe(); len(a.Paths) != 0 || a.State != "" || a.Status != types.AccountStatusSuspended {
		t.Errorf("as before 2026: %+v", a)
	}
	w.must(w.SetSwitches(func(s *simaws.Switches) { s.AccountState = "both" }))
	if a := describe(); a.State != types.AccountStateClosed || a.Status != types.AccountStatusSuspended {
		t.Errorf("both: %+v", a)
	}
	children, err := orgs.ListChildren(ctx, &organizations.ListChildrenInput{ParentId: &workloads, ChildType: types.ChildTypeAccount})
	if err != nil || len(children.Children) != 2 {
		t.Errorf("children: %+v %v", children, err)
	}
	units, err := orgs.ListChildren(ctx, &organizations.ListChildrenInput{ParentId: &workloads, ChildType: types.ChildTypeOrganizationalUnit})
	if err != nil || len(units.Children) != 1 || *units.Children[0].Id != prod {
		t.Errorf("units: %+v %v", units, err)
	}
	accounts, err := orgs.ListAccountsForParent(ctx, &organizations.ListAccountsForParentInput{ParentId: &root})
	if err != nil || len(accounts.Accounts) != 2 {
		t.Errorf("in the root: %+v %v", accounts, err)
	}
}

func TestTagsUnitsAndDelegatedAdministrators(t *testing.T) {
	w := newWorld(t)
	ctx, orgs := context.Background(), w.orgs("AKIDELEGATED", "secret")
	tags, err := orgs.ListTagsForResource(ctx, &organizations.ListTagsForResourceInput{ResourceId: sdk.String("333333333333")})
	if err != nil || len(tags.Tags) != 1 || *tags.Tags[0].Key != "cost" || *tags.Tags[0].Value != "shop" {
		t.Errorf("tags: %+v %v", tags, err)
	}
	admins, err := orgs.ListDelegatedAdministrators(ctx, &organizations.ListDelegatedAdministratorsInput{ServicePrincipal: sdk.String("sso.amazonaws.com")})
	if err != nil || len(admins.DelegatedAdministrators) != 1 || *admins.DelegatedAdministrators[0].Id != "222222222222" {
		t.Errorf("administrators: %+v %v", admins, err)
	}
	admins, err = orgs.ListDelegatedAdministrators(ctx, &organizations.ListDelegatedAdministratorsInput{ServicePrincipal: sdk.String("config.amazonaws.com")})
	if err != nil || len(admins.DelegatedAdministrators) != 0 {
		t.Errorf("of another service: %+v %v", admins, err)
	}
	for name, err := range map[string]error{
		"AccountNotFoundException": second(orgs.DescribeAccount(ctx, &organizations.DescribeAccountInput{AccountId: sdk.String("999999999999")})),
		"ParentNotFoundException":  second(orgs.ListAccountsForParent(ctx, &organizations.ListAccountsForParentInput{ParentId: sdk.String("ou-aaaa-bbbbbbbb")})),
		"ChildNotFoundException":   second(orgs.ListParents(ctx, &organizations.ListParentsInput{ChildId: sdk.String("999999999999")})),
		"TargetNotFoundException":  second(orgs.ListTagsForResource(ctx, &organizations.ListTagsForResourceInput{ResourceId: sdk.String("999999999999")})),
		"OrganizationalUnitNotFoundException": second(orgs.DescribeOrganizationalUnit(ctx, &organizations.DescribeOrganizationalUnitInput{
			OrganizationalUnitId: sdk.String("ou-aaaa-bbbbbbbb"),
		})),
		"InvalidInputException": second(orgs.ListParents(ctx, &organizations.ListParentsInput{ChildId: sdk.String("x")})),
	} {
		if code(err) != name {
			t.Errorf("got %v, want %s", err, name)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestMemberAccountsMayOnlyDescribeTheOrganization(t *testing.T) {
	w := newWorld(t)
	ctx, orgs := context.Background(), w.orgs("AKIMEMBER", "secret3")
	if _, err := orgs.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{}); err != nil {
		t.Errorf("DescribeOrganization: %v", err)
	}
	if _, err := orgs.ListAccounts(ctx, &organizations.ListAccountsInput{}); code(err) != "AccessDeniedException" {
		t.Errorf("ListAccounts: %v", err)
	}
}

func TestPermissionSetsAreDescribedWithAllTheirParts(t *testing.T) {
	w := newWorld(t, func(org *simaws.Organization, _ *simaws.Options) {
		p := &org.PermissionSets[0]
		p.Description, p.InlinePolicy, p.Tags = "All of it", "{}", map[string]string{"risk": "high"}
		p.CustomerManagedPolicies = []simaws.CustomerPolicy{{Name: "Deny"}}
		p.PermissionsBoundary = &simaws.PermissionsBoundary{CustomerPolicy: &simaws.CustomerPolicy{Name: "Edge", Path: "/x/"}}
	})
	ctx, in, set := context.Background(), sdk.String(w.InstanceARN()), sdk.String(w.PermissionSetARN("Admin"))
	described, err := w.sso.DescribePermissionSet(ctx, &ssoadmin.DescribePermissionSetInput{InstanceArn: in, PermissionSetArn: set})
	if err != nil || *described.PermissionSet.SessionDuration != "PT1H" || *described.PermissionSet.Description != "All of it" {
		t.Errorf("%+v %v", described, err)
	}
	managed, err := w.sso.ListManagedPoliciesInPermissionSet(ctx, &ssoadmin.ListManagedPoliciesInPermissionSetInput{InstanceArn: in, PermissionSetArn: set})
	if err != nil || len(managed.AttachedManagedPolicies) != 1 || *managed.AttachedManagedPolicies[0].Name != "AdministratorAccess" {
		t.Errorf("%+v %v", managed, err)
	}
	customer, err := w.sso.ListCustomerManagedPolicyReferencesInPermissionSet(ctx, &ssoadmin.ListCustomerManagedPolicyReferencesInPermissionSetInput{InstanceArn: in, PermissionSetArn: set})
	if err != nil || len(customer.CustomerManagedPolicyReferences) != 1 || *customer.CustomerManagedPolicyReferences[0].Path != "/" {
		t.Errorf("%+v %v", customer, err)
	}
	inline, err := w.sso.GetInlinePolicyForPermissionSet(ctx, &ssoadmin.GetInlinePolicyForPermissionSetInput{InstanceArn: in, PermissionSetArn: set})
	if err != nil || *inline.InlinePolicy != "{}" {
		t.Errorf("%+v %v", inline, err)
	}
	boundary, err := w.sso.GetPermissionsBoundaryForPermissionSet(ctx, &ssoadmin.GetPermissionsBoundaryForPermissionSetInput{InstanceArn: in, PermissionSetArn: set})
	if err != nil || *boundary.PermissionsBoundary.CustomerManagedPolicyReference.Name != "Edge" {
		t.Errorf("%+v %v", boundary, err)
	}
	_, err = w.sso.GetPermissionsBoundaryForPermissionSet(ctx, &ssoadmin.GetPermissionsBoundaryForPermissionSetInput{InstanceArn: in, PermissionSetArn: sdk.String(w.PermissionSetARN("Reader"))})
	if code(err) != "ResourceNotFoundException" {
		t.Errorf("no boundary: %v", err)
	}
	tags, err := w.sso.ListTagsForResource(ctx, &ssoadmin.ListTagsForResourceInput{InstanceArn: in, ResourceArn: set})
	if err != nil || len(tags.Tags) != 1 || *tags.Tags[0].Value != "high" {
		t.Errorf("%+v %v", tags, err)
	}
	sets, err := w.sso.ListPermissionSets(ctx, &ssoadmin.ListPermissionSetsInput{InstanceArn: in})
	if err != nil || len(sets.PermissionSets) != 3 {
		t.Errorf("%+v %v", sets, err)
	}
	where, err := w.sso.ListAccountsForProvisionedPermissionSet(ctx, &ssoadmin.ListAccountsForProvisionedPermissionSetInput{InstanceArn: in, PermissionSetArn: sdk.String(w.PermissionSetARN("Billing"))})
	if err != nil || len(where.AccountIds) != 1 || where.AccountIds[0] != w.ManagementAccount() {
		t.Errorf("%+v %v", where, err)
	}
	what, err := w.sso.ListPermissionSetsProvisionedToAccount(ctx, &ssoadmin.ListPermissionSetsProvisionedToAccountInput{InstanceArn: in, AccountId: sdk.String(w.AccountID("lab"))})
	if err != nil || len(what.PermissionSets) != 1 || what.PermissionSets[0] != w.PermissionSetARN("Reader") {
		t.Errorf("%+v %v", what, err)
	}
	w.must(w.DeletePermissionSet("Admin"))
	_, err = w.sso.DescribePermissionSet(ctx, &ssoadmin.DescribePermissionSetInput{InstanceArn: in, PermissionSetArn: set})
	if code(err) != "ResourceNotFoundException" {
		t.Errorf("deleted: %v", err)
	}
}
