package aws_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	identitytypes "github.com/aws/aws-sdk-go-v2/service/identitystore/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"

	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// burst calls until it is throttled, at most 100 times, and returns how often it was answered.
func burst(call func() error) (int, error) {
	for n := range 100 {
		if err := call(); err != nil {
			return n, err
		}
	}
	return 100, nil
}

func TestSSOAdminCallsShareTwentyASecond(t *testing.T) {
	w := newWorld(t)
	turn := 0
	call := func() error {
		turn++
		if turn%2 == 0 {
			_, err := w.sso.ListPermissionSets(context.Background(), &ssoadmin.ListPermissionSetsInput{InstanceArn: sdk.String(w.InstanceARN())})
			return err
		}
		_, err := w.sso.ListInstances(context.Background(), &ssoadmin.ListInstancesInput{})
		return err
	}
	if n, err := burst(call); n != 20 || code(err) != "ThrottlingException" {
		t.Errorf("%d calls, then %v", n, err)
	}
	w.clock.advance(500 * time.Millisecond)
	if n, _ := burst(call); n != 10 {
		t.Errorf("half a second later %d calls", n)
	}
	w.clock.advance(time.Hour / 20) // the bucket does not overflow
	if n, _ := burst(call); n != 20 {
		t.Errorf("much later %d calls", n)
	}
}

func TestIdentityStoreAllowsTwentyASecondForEachAPI(t *testing.T) {
	w := newWorld(t)
	users := func() error {
		_, err := w.ids.ListUsers(context.Background(), &identitystore.ListUsersInput{IdentityStoreId: sdk.String(w.IdentityStoreID())})
		return err
	}
	n, err := burst(users)
	var throttled *identitytypes.ThrottlingException
	if n != 20 || !errors.As(err, &throttled) || throttled.RetryAfterSeconds != 1 {
		t.Errorf("%d calls, then %v", n, err)
	}
	if n, _ := burst(func() error {
		_, err := w.ids.ListGroups(context.Background(), &identitystore.ListGroupsInput{IdentityStoreId: sdk.String(w.IdentityStoreID())})
		return err
	}); n != 20 {
		t.Errorf("another API: %d calls", n)
	}
}

func TestOrganizationsRatesAreThoseOfEachAPI(t *testing.T) {
	w := newWorld(t)
	orgs := organizations.NewFromConfig(w.config("AKIDELEGATED", "secret"))
	if n, err := burst(func() error {
		_, err := orgs.ListAccounts(context.Background(), &organizations.ListAccountsInput{})
		return err
	}); n != 12 || code(err) != "TooManyRequestsException" {
		t.Errorf("ListAccounts: %d calls, then %v", n, err)
	}
	if n, err := burst(func() error {
		_, err := orgs.ListRoots(context.Background(), &organizations.ListRootsInput{})
		return err
	}); n != 2 || code(err) != "TooManyRequestsException" {
		t.Errorf("ListRoots: %d calls, then %v", n, err)
	}
	w.clock.advance(time.Second)
	if n, _ := burst(func() error {
		_, err := orgs.ListAccounts(context.Background(), &organizations.ListAccountsInput{})
		return err
	}); n != 8 {
		t.Errorf("ListAccounts a second later: %d calls", n)
	}
}

func TestLimitsCanBeLifted(t *testing.T) {
	w := newWorld(t, func(_ *simaws.Organization, o *simaws.Options) { o.Limits.SSOAdminRate = -1 })
	if n, err := burst(func() error {
		_, err := w.sso.ListInstances(context.Background(), &ssoadmin.ListInstancesInput{})
		return err
	}); n != 100 {
		t.Errorf("%d calls, then %v", n, err)
	}
}

func TestAtMostFifteenOperationsAreOutstanding(t *testing.T) {
	for kind, deletion := range map[string]string{
		"": "ThrottlingException", "ThrottlingException": "ThrottlingException",
		"ConflictException": "ConflictException", "ServiceQuotaExceededException": "ThrottlingException",
	} {
		w := newWorld(t, func(org *simaws.Organization, o *simaws.Options) {
			for i := range 20 {
				org.Users = append(org.Users, simaws.User{UserName: fmt.Sprint("user", i)})
			}
			o.Limits.SSOAdminRate = -1
			o.Switches.TooManyOperations = kind
		})
		w.must(w.PutAssignment(simaws.Assignment{User: "ann", Account: "shop", PermissionSet: "Admin"}))
		user := 0
		n, err := burst(func() error {
			user++
			_, err := w.create(fmt.Sprint("user", user-1), "shop", "Admin")
			return err
		})
		want := kind
		if want == "" {
			want = "ThrottlingException"
		}
		if n != 15 || code(err) != want {
			t.Errorf("%q: %d operations, then %v", kind, n, err)
		}
		if _, err := w.remove("ann", "shop", "Admin"); code(err) != deletion {
			t.Errorf("%q: a deletion gets %v", kind, err)
		}
		if w.Outstanding() != 15 {
			t.Errorf("%d outstanding", w.Outstanding())
		}
		w.settled()
		if _, err := w.create("user19", "shop", "Admin"); err != nil {
			t.Errorf("%q: afterwards %v", kind, err)
		}
	}
}

func TestShortAndEmptyPagesStillShowEverythingOnce(t *testing.T) {
	w := newWorld(t, func(org *simaws.Organization, o *simaws.Options) {
		for i := range 300 {
			org.Users = append(org.Users, simaws.User{UserName: fmt.Sprint("user", i)})
		}
		o.Limits.IdentityStoreRate = -1
		o.Switches.ShortPages = true
	})
	seen, empty, short := map[string]int{}, 0, 0
	var token *string
	for {
		out, err := w.ids.ListUsers(context.Background(), &identitystore.ListUsersInput{IdentityStoreId: sdk.String(w.IdentityStoreID()), MaxResults: sdk.Int32(20), NextToken: token})
		w.must(err)
		for _, u := range out.Users {
			seen[*u.UserId]++
		}
		if out.NextToken == nil {
			break
		}
		if token != nil && *token == *out.NextToken {
			t.Fatal("the same token came twice")
		}
		switch token = out.NextToken; {
		case len(out.Users) == 0:
			empty++
		case len(out.Users) < 20:
			short++
		}
	}
	if len(seen) != 303 || empty == 0 || short == 0 {
		t.Errorf("%d users, %d empty and %d short pages", len(seen), empty, short)
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("user %s came %d times", id, n)
		}
	}
}

func TestPagesKeepTheirPlaceWhileThingsChange(t *testing.T) {
	w := newWorld(t, func(org *simaws.Organization, _ *simaws.Options) {
		for i := range 10 {
			org.Users = append(org.Users, simaws.User{UserName: fmt.Sprint("user", i)})
		}
	})
	list := func(token *string) ([]string, *string) {
		out, err := w.ids.ListUsers(context.Background(), &identitystore.ListUsersInput{IdentityStoreId: sdk.String(w.IdentityStoreID()), MaxResults: sdk.Int32(5), NextToken: token})
		w.must(err)
		var ids []string
		for _, u := range out.Users {
			ids = append(ids, *u.UserId)
		}
		return ids, out.NextToken
	}
	first, next := list(nil)
	w.must(w.DeleteUser(first[4])) // the very user that the token names
	w.must(w.DeleteUser(first[0]))
	second, next := list(next)
	third, last := list(next)
	if len(second) != 5 || len(third) != 3 || last != nil {
		t.Errorf("pages of %d, %d and %d", len(first), len(second), len(third))
	}
}

func TestPageSizesAndForeignTokensAreRefused(t *testing.T) {
	w := newWorld(t)
	orgs := organizations.NewFromConfig(w.config("AKIDELEGATED", "secret"))
	_, err := w.ids.ListUsers(context.Background(), &identitystore.ListUsersInput{IdentityStoreId: sdk.String(w.IdentityStoreID()), MaxResults: sdk.Int32(101)})
	if code(err) != "ValidationException" {
		t.Errorf("101 users: %v", err)
	}
	_, err = orgs.ListAccounts(context.Background(), &organizations.ListAccountsInput{MaxResults: sdk.Int32(21)})
	if code(err) != "InvalidInputException" {
		t.Errorf("21 accounts: %v", err)
	}
	page, err := w.ids.ListUsers(context.Background(), &identitystore.ListUsersInput{IdentityStoreId: sdk.String(w.IdentityStoreID()), MaxResults: sdk.Int32(1)})
	w.must(err)
	for _, token := range []string{"nonsense", "!", *page.NextToken + "A"} {
		_, err = w.ids.ListGroups(context.Background(), &identitystore.ListGroupsInput{IdentityStoreId: sdk.String(w.IdentityStoreID()), NextToken: &token})
		if code(err) != "ValidationException" {
			t.Errorf("token %q: %v", token, err)
		}
	}
	_, err = orgs.ListAccounts(context.Background(), &organizations.ListAccountsInput{NextToken: page.NextToken})
	if code(err) != "InvalidInputException" {
		t.Errorf("foreign token: %v", err)
	}
}
