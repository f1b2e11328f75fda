package aws_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	ssotypes "github.com/aws/aws-sdk-go-v2/service/ssoadmin/types"

	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// unlimited starts a built-in organization without limits and latency.
func unlimited(b *testing.B, name string) (*simaws.AWS, sdk.Config) {
	b.Helper()
	org, err := simaws.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	sim, err := simaws.New(org, simaws.Options{
		Latency:     simaws.Latency{Min: time.Nanosecond, Max: time.Nanosecond},
		Limits:      simaws.Limits{SSOAdminRate: -1, IdentityStoreRate: -1, OrganizationsRate: -1},
		Credentials: []simaws.Credential{{AccessKeyID: "k", SecretAccessKey: "s", Account: "identity", Policies: []string{allowEverything}}},
	})
	if err != nil {
		b.Fatal(err)
	}
	return sim, sdk.Config{
		Region: "us-east-1", BaseEndpoint: sdk.String("http://aws.sandbox"), HTTPClient: &http.Client{Transport: sim.Transport()},
		Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""), Retryer: func() sdk.Retryer { return sdk.NopRetryer{} },
	}
}

// BenchmarkAssignmentLife is one create, one list and one delete through the SDK: what a
// simulation pays for AWS.
func BenchmarkAssignmentLife(b *testing.B) {
	sim, config := unlimited(b, "small")
	client, ctx := ssoadmin.NewFromConfig(config), context.Background()
	instance, set, user, account := sim.InstanceARN(), sim.PermissionSetARN("AdministratorAccess"), sim.UserID("requester"), sim.AccountID("shop-prod")
	for b.Loop() {
		if _, err := client.CreateAccountAssignment(ctx, &ssoadmin.CreateAccountAssignmentInput{
			InstanceArn: &instance, PermissionSetArn: &set, PrincipalId: &user, PrincipalType: ssotypes.PrincipalTypeUser,
			TargetId: &account, TargetType: ssotypes.TargetTypeAwsAccount,
		}); err != nil {
			b.Fatal(err)
		}
		out, err := client.ListAccountAssignments(ctx, &ssoadmin.ListAccountAssignmentsInput{InstanceArn: &instance, PermissionSetArn: &set, AccountId: &account})
		if err != nil || len(out.AccountAssignments) != 1 {
			b.Fatal(out, err)
		}
		if _, err := client.DeleteAccountAssignment(ctx, &ssoadmin.DeleteAccountAssignmentInput{
			InstanceArn: &instance, PermissionSetArn: &set, PrincipalId: &user, PrincipalType: ssotypes.PrincipalTypeUser,
			TargetId: &account, TargetType: ssotypes.TargetTypeAwsAccount,
		}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReadLarge lists all accounts and users of the large organization.
func BenchmarkReadLarge(b *testing.B) {
	sim, config := unlimited(b, "large")
	ids, orgs, ctx := identitystore.NewFromConfig(config), organizations.NewFromConfig(config), context.Background()
	store := sim.IdentityStoreID()
	for b.Loop() {
		users, accounts := 0, 0
		for p := identitystore.NewListUsersPaginator(ids, &identitystore.ListUsersInput{IdentityStoreId: &store}); p.HasMorePages(); {
			page, err := p.NextPage(ctx)
			if err != nil {
				b.Fatal(err)
			}
			users += len(page.Users)
		}
		for p := organizations.NewListAccountsPaginator(orgs, &organizations.ListAccountsInput{}); p.HasMorePages(); {
			page, err := p.NextPage(ctx)
			if err != nil {
				b.Fatal(err)
			}
			accounts += len(page.Accounts)
		}
		if users != 20000 || accounts != 5000 {
			b.Fatal(users, accounts)
		}
	}
}

// BenchmarkStartLarge makes and starts the large organization.
func BenchmarkStartLarge(b *testing.B) {
	for b.Loop() {
		unlimited(b, "large")
	}
}
