package mototest

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	identitytypes "github.com/aws/aws-sdk-go-v2/service/identitystore/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	ssotypes "github.com/aws/aws-sdk-go-v2/service/ssoadmin/types"

	simaws "github.com/team-idc/team/internal/sandbox/aws" //nolint:depguard // only tests import this package
)

// Names of what was seeded, and the ids moto gave them.
type Names struct {
	Users, Groups, Units, Accounts, PermissionSets map[string]string
}

// seeder makes an organization through AWS's own API. The first failure ends the test.
type seeder struct {
	t     *testing.T
	orgs  *organizations.Client
	sso   *ssoadmin.Client
	store *identitystore.Client
	names Names
}

// Seed makes the organization of a file in moto: units, accounts with tags, users, groups and permission sets. Its
// management account is the server's own account, and bears the name moto gives it.
func (s Server) Seed(t *testing.T, o simaws.Organization) Names {
	t.Helper()
	cfg := s.SDK()
	d := seeder{
		t: t, orgs: organizations.NewFromConfig(cfg), sso: ssoadmin.NewFromConfig(cfg), store: identitystore.NewFromConfig(cfg),
		names: Names{
			Users: map[string]string{}, Groups: map[string]string{}, Units: map[string]string{}, Accounts: map[string]string{},
			PermissionSets: map[string]string{},
		},
	}
	ctx := t.Context()
	d.organization(ctx, o)
	instances := must(d.sso.ListInstances(ctx, &ssoadmin.ListInstancesInput{}))(t)
	d.people(ctx, o, instances.Instances[0].IdentityStoreId)
	d.permissionSets(ctx, o, instances.Instances[0].InstanceArn)
	return d.names
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatalf("seed moto: %v", err)
		}
		return v
	}
}

func (d *seeder) organization(ctx context.Context, o simaws.Organization) {
	must(d.orgs.CreateOrganization(ctx, &organizations.CreateOrganizationInput{}))(d.t)
	root := *must(d.orgs.ListRoots(ctx, &organizations.ListRootsInput{}))(d.t).Roots[0].Id
	d.names.Units[""] = root
	for _, u := range o.OrganizationalUnits { // parents come first
		parent, name := split(u.Path)
		made := must(d.orgs.CreateOrganizationalUnit(ctx, &organizations.CreateOrganizationalUnitInput{
			Name: aws.String(name), ParentId: aws.String(d.names.Units[parent]),
		}))(d.t)
		d.names.Units[u.Path] = *made.OrganizationalUnit.Id
	}
	for _, a := range o.Accounts {
		if a.Name == o.ManagementAccount {
			continue
		}
		email := a.Email
		if email == "" {
			email = a.Name + "@example.com"
		}
		var tags []orgtypes.Tag
		for k, v := range a.Tags {
			tags = append(tags, orgtypes.Tag{Key: aws.String(k), Value: aws.String(v)})
		}
		made := must(d.orgs.CreateAccount(ctx, &organizations.CreateAccountInput{
			AccountName: aws.String(a.Name), Email: aws.String(email), Tags: tags,
		}))(d.t)
		id := *made.CreateAccountStatus.AccountId
		d.names.Accounts[a.Name] = id
		if a.OU != "" {
			must(d.orgs.MoveAccount(ctx, &organizations.MoveAccountInput{
				AccountId: aws.String(id), SourceParentId: aws.String(root), DestinationParentId: aws.String(d.names.Units[a.OU]),
			}))(d.t)
		}
	}
}

func (d *seeder) people(ctx context.Context, o simaws.Organization, store *string) {
	for _, u := range o.Users {
		display := u.DisplayName
		if display == "" {
			display = u.UserName
		}
		made := must(d.store.CreateUser(ctx, &identitystore.CreateUserInput{
			IdentityStoreId: store, UserName: aws.String(u.UserName), DisplayName: aws.String(display),
			Name:   &identitytypes.Name{GivenName: aws.String(display), FamilyName: aws.String("Example")},
			Emails: []identitytypes.Email{{Value: aws.String(u.UserName + "@example.com"), Primary: true}},
		}))(d.t)
		d.names.Users[u.UserName] = *made.UserId
	}
	for _, g := range o.Groups {
		made := must(d.store.CreateGroup(ctx, &identitystore.CreateGroupInput{
			IdentityStoreId: store, DisplayName: aws.String(g.DisplayName),
		}))(d.t)
		d.names.Groups[g.DisplayName] = *made.GroupId
		for _, m := range g.Members {
			must(d.store.CreateGroupMembership(ctx, &identitystore.CreateGroupMembershipInput{
				IdentityStoreId: store, GroupId: made.GroupId,
				MemberId: &identitytypes.MemberIdMemberUserId{Value: d.names.Users[m]},
			}))(d.t)
		}
	}
}

func (d *seeder) permissionSets(ctx context.Context, o simaws.Organization, instance *string) {
	for _, p := range o.PermissionSets {
		in := &ssoadmin.CreatePermissionSetInput{InstanceArn: instance, Name: aws.String(p.Name), Description: aws.String(p.Name)}
		if p.SessionDuration != "" {
			in.SessionDuration = aws.String(p.SessionDuration)
		}
		made := must(d.sso.CreatePermissionSet(ctx, in))(d.t)
		arn := made.PermissionSet.PermissionSetArn
		d.names.PermissionSets[p.Name] = *arn
		for _, policy := range p.ManagedPolicies {
			must(d.sso.AttachManagedPolicyToPermissionSet(ctx, &ssoadmin.AttachManagedPolicyToPermissionSetInput{
				InstanceArn: instance, PermissionSetArn: arn, ManagedPolicyArn: aws.String(policy),
			}))(d.t)
		}
		for _, policy := range p.CustomerManagedPolicies {
			must(d.sso.AttachCustomerManagedPolicyReferenceToPermissionSet(ctx,
				&ssoadmin.AttachCustomerManagedPolicyReferenceToPermissionSetInput{
					InstanceArn: instance, PermissionSetArn: arn,
					CustomerManagedPolicyReference: &ssotypes.CustomerManagedPolicyReference{
						Name: aws.String(policy.Name), Path: aws.String(path(policy.Path)),
					},
				}))(d.t)
		}
		if p.InlinePolicy != "" {
			must(d.sso.PutInlinePolicyToPermissionSet(ctx, &ssoadmin.PutInlinePolicyToPermissionSetInput{
				InstanceArn: instance, PermissionSetArn: arn, InlinePolicy: aws.String(p.InlinePolicy),
			}))(d.t)
		}
	}
}

func path(p string) string {
	if p == "" {
		return "/"
	}
	return p
}

func split(unitPath string) (parent, name string) {
	for i := len(unitPath) - 1; i >= 0; i-- {
		if unitPath[i] == '/' {
			return unitPath[:i], unitPath[i+1:]
		}
	}
	return "", unitPath
}
