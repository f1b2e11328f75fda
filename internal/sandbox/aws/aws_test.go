package aws_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"reflect"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	ssotypes "github.com/aws/aws-sdk-go-v2/service/ssoadmin/types"
	"github.com/aws/smithy-go"

	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

const allowEverything = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

// clock is a clock that tests move. It starts at the real time: the SDK signs with that, and AWS
// refuses a signature that is more than five minutes off, so tests stay within that or skip the
// clients' clock too.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Now().UTC().Truncate(time.Millisecond)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is a simulated organization with a clock and clients of its delegated administrator.
type world struct {
	*simaws.AWS
	t     *testing.T
	clock *clock
	org   simaws.Organization
	sso   *ssoadmin.Client
	ids   *identitystore.Client
}

func tiny() simaws.Organization {
	return simaws.Organization{
		ManagementAccount: "management", DelegatedAdministrator: "identity",
		OrganizationalUnits: []simaws.OrganizationalUnit{{Path: "Workloads"}, {Path: "Workloads/Prod", Tags: map[string]string{"tier": "prod"}}},
		Accounts: []simaws.Account{
			{ID: "111111111111", Name: "management"},
			{ID: "222222222222", Name: "identity"},
			{ID: "333333333333", Name: "shop", OU: "Workloads/Prod", Tags: map[string]string{"cost": "shop"}},
			{ID: "444444444444", Name: "lab", OU: "Workloads"},
		},
		PermissionSets: []simaws.PermissionSet{
			{Name: "Admin", SessionDuration: "PT1H", ManagedPolicies: []string{"arn:aws:iam::aws:policy/AdministratorAccess"}},
			{Name: "Reader", SessionDuration: "PT8H"},
			{Name: "Billing"},
		},
		Users:  []simaws.User{{UserName: "ann"}, {UserName: "bob", ExternalIDs: []simaws.ExternalID{{Issuer: "https://idp.example.com", ID: "b-1"}}}, {UserName: "cy"}},
		Groups: []simaws.Group{{DisplayName: "devs", Members: []string{"ann", "bob"}}, {DisplayName: "empty"}},
		Assignments: []simaws.Assignment{
			{Group: "devs", Account: "lab", PermissionSet: "Reader"},
			{User: "cy", Account: "management", PermissionSet: "Billing"},
		},
	}
}

func newWorld(t *testing.T, change ...func(*simaws.Organization, *simaws.Options)) *world {
	t.Helper()
	c := newClock()
	org := tiny()
	o := simaws.Options{
		Now: c.Now, Seed: 1,
		Credentials: []simaws.Credential{
			{AccessKeyID: "AKIDELEGATED", SecretAccessKey: "secret", Account: "identity", Policies: []string{allowEverything}},
			{AccessKeyID: "AKIMANAGEMENT", SecretAccessKey: "secret2", Account: "management", Policies: []string{allowEverything}},
			{AccessKeyID: "AKIMEMBER", SecretAccessKey: "secret3", Account: "lab", Policies: []string{allowEverything}},
		},
	}
	for _, f := range change {
		f(&org, &o)
	}
	sim, err := simaws.New(org, o)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{AWS: sim, t: t, clock: c, org: org}
	w.sso = ssoadmin.NewFromConfig(w.config("AKIDELEGATED", "secret"))
	w.ids = identitystore.NewFromConfig(w.config("AKIDELEGATED", "secret"))
	return w
}

// config is an SDK configuration that does not retry, straight into the simulation.
func (w *world) config(key, secret string) sdk.Config {
	return sdk.Config{
		Region: "us-east-1", BaseEndpoint: sdk.String("http://aws.sandbox"),
		HTTPClient:  &http.Client{Transport: w.Transport()},
		Credentials: credentials.NewStaticCredentialsProvider(key, secret, ""),
		Retryer:     func() sdk.Retryer { return sdk.NopRetryer{} },
	}
}

func (w *world) instance() *string {
	w.t.Helper()
	out, err := w.sso.ListInstances(context.Background(), &ssoadmin.ListInstancesInput{})
	if err != nil {
		w.t.Fatal(err)
	}
	return out.Instances[0].InstanceArn
}

func (w *world) create(user, account, set string) (*ssotypes.AccountAssignmentOperationStatus, error) {
	w.t.Helper()
	out, err := w.sso.CreateAccountAssignment(context.Background(), &ssoadmin.CreateAccountAssignmentInput{
		InstanceArn: sdk.String(w.InstanceARN()), PermissionSetArn: sdk.String(w.PermissionSetARN(set)),
		PrincipalId: sdk.String(w.UserID(user)), PrincipalType: ssotypes.PrincipalTypeUser,
		TargetId: sdk.String(w.AccountID(account)), TargetType: ssotypes.TargetTypeAwsAccount,
	})
	if err != nil {
		return nil, err
	}
	return out.AccountAssignmentCreationStatus, nil
}

func (w *world) remove(user, account, set string) (*ssotypes.AccountAssignmentOperationStatus, error) {
	w.t.Helper()
	out, err := w.sso.DeleteAccountAssignment(context.Background(), &ssoadmin.DeleteAccountAssignmentInput{
		InstanceArn: sdk.String(w.InstanceARN()), PermissionSetArn: sdk.String(w.PermissionSetARN(set)),
		PrincipalId: sdk.String(w.UserID(user)), PrincipalType: ssotypes.PrincipalTypeUser,
		TargetId: sdk.String(w.AccountID(account)), TargetType: ssotypes.TargetTypeAwsAccount,
	})
	if err != nil {
		return nil, err
	}
	return out.AccountAssignmentDeletionStatus, nil
}

func (w *world) creation(id *string) *ssotypes.AccountAssignmentOperationStatus {
	w.t.Helper()
	out, err := w.sso.DescribeAccountAssignmentCreationStatus(context.Background(), &ssoadmin.DescribeAccountAssignmentCreationStatusInput{
		InstanceArn: sdk.String(w.InstanceARN()), AccountAssignmentCreationRequestId: id,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out.AccountAssignmentCreationStatus
}

func (w *world) deletion(id *string) *ssotypes.AccountAssignmentOperationStatus {
	w.t.Helper()
	out, err := w.sso.DescribeAccountAssignmentDeletionStatus(context.Background(), &ssoadmin.DescribeAccountAssignmentDeletionStatusInput{
		InstanceArn: sdk.String(w.InstanceARN()), AccountAssignmentDeletionRequestId: id,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out.AccountAssignmentDeletionStatus
}

// listed says whether ListAccountAssignments shows the user.
func (w *world) listed(user, account, set string) bool {
	w.t.Helper()
	out, err := w.sso.ListAccountAssignments(context.Background(), &ssoadmin.ListAccountAssignmentsInput{
		InstanceArn: sdk.String(w.InstanceARN()), PermissionSetArn: sdk.String(w.PermissionSetARN(set)), AccountId: sdk.String(w.AccountID(account)),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, a := range out.AccountAssignments {
		if *a.PrincipalId == w.UserID(user) {
			return true
		}
	}
	return false
}

// code is the error code AWS answered, or "" for none.
func code(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestAssignmentIsCreatedAndDeletedAsynchronously(t *testing.T) {
	w := newWorld(t)
	started, err := w.create("ann", "shop", "Admin")
	if err != nil {
		t.Fatal(err)
	}
	if started.Status != ssotypes.StatusValuesInProgress || w.listed("ann", "shop", "Admin") {
		t.Fatalf("just accepted: status %s, listed %v", started.Status, w.listed("ann", "shop", "Admin"))
	}
	asked := w.clock.Now()
	w.clock.advance(15 * time.Second)
	if s := w.creation(started.RequestId); s.Status != ssotypes.StatusValuesSucceeded || !w.listed("ann", "shop", "Admin") {
		t.Fatalf("after the latency: %s %v", s.Status, w.listed("ann", "shop", "Admin"))
	}
	ending, err := w.remove("ann", "shop", "Admin")
	if err != nil {
		t.Fatal(err)
	}
	deletionAsked := w.clock.Now()
	w.clock.advance(15 * time.Second)
	if s := w.deletion(ending.RequestId); s.Status != ssotypes.StatusValuesSucceeded || w.listed("ann", "shop", "Admin") {
		t.Fatalf("after the deletion: %s %v", s.Status, w.listed("ann", "shop", "Admin"))
	}
	intervals := w.IntervalsOf(w.UserID("ann"), w.AccountID("shop"), w.PermissionSetARN("Admin"))
	if len(intervals) != 1 {
		t.Fatalf("intervals: %+v", intervals)
	}
	i := intervals[0]
	if lag := i.From.Sub(asked); lag < 2*time.Second || lag > 15*time.Second {
		t.Errorf("access began %v after it was asked for", lag)
	}
	if lag := i.To.Sub(deletionAsked); lag < 2*time.Second || lag > 15*time.Second {
		t.Errorf("access ended %v after it was asked for", lag)
	}
	if i.Began.Kind != "api" || i.Began.RequestID != *started.RequestId || i.Ended.RequestID != *ending.RequestId {
		t.Errorf("origins: %+v %+v", i.Began, i.Ended)
	}
}

func sha256Hex(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// reasonOf reads the Reason that some exceptions carry.
func reasonOf(err error) string {
	for e := err; e != nil; e = errors.Unwrap(e) {
		v := reflect.ValueOf(e)
		if v.Kind() == reflect.Pointer && v.Elem().Kind() == reflect.Struct {
			if f := v.Elem().FieldByName("Reason"); f.IsValid() {
				return f.String()
			}
		}
	}
	return ""
}
