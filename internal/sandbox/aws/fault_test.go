package aws_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	ssotypes "github.com/aws/aws-sdk-go-v2/service/ssoadmin/types"

	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

func (w *world) fault(f simaws.Fault) string {
	w.t.Helper()
	id, err := w.AddFault(f)
	w.must(err)
	return id
}

func TestFaultAnswersAnErrorAsOftenAsItCounts(t *testing.T) {
	w := newWorld(t)
	w.fault(simaws.Fault{Action: "sso:CreateAccountAssignment", Code: "ConflictException", Status: 409, Count: 2})
	for range 2 {
		if _, err := w.create("ann", "shop", "Admin"); code(err) != "ConflictException" {
			t.Errorf("got %v", err)
		}
	}
	if _, err := w.create("ann", "shop", "Admin"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	calls := w.CallsOf("sso:CreateAccountAssignment")
	if len(calls) != 3 || calls[0].Worked || calls[0].Outcome != "ConflictException" || !calls[2].Worked {
		t.Errorf("calls: %+v", calls)
	}
}

func TestFaultHitsOnlyWhatItNames(t *testing.T) {
	w := newWorld(t)
	w.fault(simaws.Fault{Action: "sso:*", User: w.UserID("ann"), Account: w.AccountID("shop"), PermissionSet: w.PermissionSetARN("Admin"), Code: "InternalServerException", Status: 500})
	if _, err := w.create("ann", "shop", "Admin"); code(err) != "InternalServerException" {
		t.Errorf("the named one: %v", err)
	}
	w.ClearFaults("")
	s, err := w.create("ann", "shop", "Admin")
	w.must(err)
	w.fault(simaws.Fault{Action: "sso:Describe*", User: w.UserID("ann"), Code: "InternalServerException"})
	_, err = w.sso.DescribeAccountAssignmentCreationStatus(context.Background(), &ssoadmin.DescribeAccountAssignmentCreationStatusInput{
		InstanceArn: sdk.String(w.InstanceARN()), AccountAssignmentCreationRequestId: s.RequestId,
	})
	if code(err) != "InternalServerException" {
		t.Errorf("the status of the named one: %v", err)
	}
	for _, other := range [][3]string{{"bob", "shop", "Admin"}, {"ann", "lab", "Admin"}, {"ann", "shop", "Reader"}} {
		if _, err := w.create(other[0], other[1], other[2]); err != nil {
			t.Errorf("%v: %v", other, err)
		}
	}
}

func TestFaultWithProbabilityIsTheSameForASeed(t *testing.T) {
	run := func() (pattern string) {
		w := newWorld(t)
		w.fault(simaws.Fault{Action: "sso:ListInstances", Code: "ThrottlingException", Probability: 0.5})
		for range 20 {
			if _, err := w.sso.ListInstances(context.Background(), &ssoadmin.ListInstancesInput{}); err != nil {
				pattern += "x"
			} else {
				pattern += "."
			}
		}
		return pattern
	}
	first := run()
	if second := run(); first != second {
		t.Errorf("%s, then %s", first, second)
	}
	if first == "xxxxxxxxxxxxxxxxxxxx" || first == "...................." {
		t.Errorf("it does not look like chance: %s", first)
	}
}

func TestAnswerLostAfterTheWorkWasDone(t *testing.T) {
	w := newWorld(t)
	w.fault(simaws.Fault{Action: "sso:CreateAccountAssignment", Lost: true, AfterWork: true, Count: 1})
	if _, err := w.create("ann", "shop", "Admin"); !errors.Is(err, syscall.ECONNRESET) {
		t.Fatalf("got %v", err)
	}
	w.settled()
	if !w.listed("ann", "shop", "Admin") {
		t.Error("the work was not done")
	}
	if c := w.CallsOf("sso:CreateAccountAssignment")[0]; c.Outcome != "answer lost" || !c.Worked || c.OperationID == "" {
		t.Errorf("call: %+v", c)
	}
}

func TestRequestLostBeforeTheWork(t *testing.T) {
	w := newWorld(t)
	w.fault(simaws.Fault{Action: "sso:CreateAccountAssignment", Lost: true, Count: 1})
	if _, err := w.create("ann", "shop", "Admin"); !errors.Is(err, syscall.ECONNRESET) {
		t.Fatalf("got %v", err)
	}
	if w.Outstanding() != 0 {
		t.Error("the work was done")
	}
}

func TestErrorAfterTheWorkWasDone(t *testing.T) {
	w := newWorld(t)
	w.fault(simaws.Fault{Action: "sso:CreateAccountAssignment", Code: "InternalServerException", Status: 500, AfterWork: true, Count: 1})
	if _, err := w.create("ann", "shop", "Admin"); code(err) != "InternalServerException" {
		t.Fatalf("got %v", err)
	}
	w.settled()
	if !w.listed("ann", "shop", "Admin") {
		t.Error("the work was not done")
	}
}

func TestLateFailureWithAndWithoutTheWork(t *testing.T) {
	for _, worked := range []bool{false, true} {
		w := newWorld(t)
		w.fault(simaws.Fault{Action: "sso:CreateAccountAssignment", LateFailure: "Internal failure.", AfterWork: worked, Count: 1})
		if status, reason := w.finalCreation("ann", "shop", "Admin"); status != "FAILED" || reason != "Internal failure." {
			t.Errorf("%v: %s %q", worked, status, reason)
		}
		if w.listed("ann", "shop", "Admin") != worked {
			t.Errorf("%v: the assignment is there: %v", worked, !worked)
		}
	}
	w := newWorld(t)
	w.mustCreate("ann", "shop", "Admin")
	w.fault(simaws.Fault{Action: "sso:DeleteAccountAssignment", LateFailure: "Internal failure.", Count: 1})
	if status, _ := w.finalDeletion("ann", "shop", "Admin"); status != "FAILED" || !w.listed("ann", "shop", "Admin") {
		t.Errorf("deletion: %s", status)
	}
}

// TestDelayAndTimeOut runs in virtual time: the caller gives up during the delay.
func TestDelayAndTimeOut(t *testing.T) {
	for _, after := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, func(_ *simaws.Organization, o *simaws.Options) { o.Now = time.Now })
			w.fault(simaws.Fault{Action: "sso:CreateAccountAssignment", Delay: 10 * time.Second, AfterWork: after, Count: 2})
			ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
			defer cancel()
			began := time.Now()
			_, err := w.sso.CreateAccountAssignment(ctx, &ssoadmin.CreateAccountAssignmentInput{
				InstanceArn: sdk.String(w.InstanceARN()), PermissionSetArn: sdk.String(w.PermissionSetARN("Admin")),
				PrincipalId: sdk.String(w.UserID("ann")), PrincipalType: ssotypes.PrincipalTypeUser,
				TargetId: sdk.String(w.AccountID("shop")), TargetType: ssotypes.TargetTypeAwsAccount,
			})
			if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 3*time.Second {
				t.Fatalf("after %v: %v", time.Since(began), err)
			}
			if got := w.Outstanding() == 1; got != after {
				t.Errorf("after the work %v: worked %v", after, got)
			}
			began = time.Now()
			if _, err := w.create("bob", "shop", "Admin"); err != nil || time.Since(began) != 10*time.Second {
				t.Errorf("a patient caller: %v after %v", err, time.Since(began))
			}
		})
	}
}

func TestCancelledRequestDoesNothing(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://aws.sandbox/", nil)
	w.must(err)
	if answer, err := w.Transport().RoundTrip(r); !errors.Is(err, context.Canceled) {
		_ = answer.Body.Close()
		t.Errorf("got %v", err)
	}
	if len(w.Calls()) != 0 {
		t.Errorf("calls: %+v", w.Calls())
	}
}

func TestFaultsAreListedAndCleared(t *testing.T) {
	w := newWorld(t)
	one := w.fault(simaws.Fault{Action: "sso:*", Lost: true})
	w.fault(simaws.Fault{Action: "identitystore:*", Lost: true})
	if w.ClearFaults(one) != 1 || len(w.Faults()) != 1 || w.Faults()[0].Action != "identitystore:*" {
		t.Errorf("left: %+v", w.Faults())
	}
	if w.ClearFaults("") != 1 || len(w.Faults()) != 0 {
		t.Errorf("left: %+v", w.Faults())
	}
	for _, f := range []simaws.Fault{
		{},
		{Action: "sso:*"},
		{Action: "[", Lost: true},
		{Action: "sso:*", Lost: true, Count: -1},
		{Action: "sso:*", Lost: true, Probability: 2},
		{Action: "sso:*", Delay: -1},
		{Action: "sso:*", Lost: true, LateFailure: "x"},
	} {
		if _, err := w.AddFault(f); err == nil {
			t.Errorf("accepted %+v", f)
		}
	}
}

func TestLostAnswerBreaksARealConnection(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(w)
	defer server.Close()
	config := w.config("AKIDELEGATED", "secret")
	config.BaseEndpoint, config.HTTPClient = sdk.String(server.URL), server.Client()
	client := ssoadmin.NewFromConfig(config)
	if _, err := client.ListInstances(context.Background(), &ssoadmin.ListInstancesInput{}); err != nil {
		t.Fatal(err)
	}
	w.fault(simaws.Fault{Action: "sso:ListInstances", Lost: true, Count: 1})
	// A listing is no idempotent request to Go's client (it is a POST), so nothing repeats it.
	if _, err := client.ListInstances(context.Background(), &ssoadmin.ListInstancesInput{}); err == nil {
		t.Error("an answer came")
	}
	if _, err := client.ListInstances(context.Background(), &ssoadmin.ListInstancesInput{}); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestCustomerManagedKeyTroubleComesWithItsReason(t *testing.T) {
	for kind, want := range map[string][3]string{
		"access denied": {"AccessDeniedException", "KMS_AccessDeniedException", "KMS_ACCESS_DENIED"},
		"disabled":      {"ValidationException", "KMS_DisabledException", "KMS_DISABLED"},
		"invalid state": {"ValidationException", "KMS_InvalidStateException", "KMS_INVALID_STATE"},
		"not found":     {"ResourceNotFoundException", "KMS_NotFoundException", "KMS_KEY_NOT_FOUND"},
		"throttled":     {"ThrottlingException", "KMS_ThrottlingException", "KMS_THROTTLING"},
	} {
		w := newWorld(t, withSwitches(func(s *simaws.Switches) { s.KMS = kind }))
		_, err := w.create("ann", "shop", "Admin")
		if code(err) != want[0] || reasonOf(err) != want[1] {
			t.Errorf("%s: sso-admin answers %v (%s)", kind, err, reasonOf(err))
		}
		_, err = w.ids.ListUsers(context.Background(), &identitystore.ListUsersInput{IdentityStoreId: sdk.String(w.IdentityStoreID())})
		if code(err) != want[0] || reasonOf(err) != want[2] {
			t.Errorf("%s: identitystore answers %v (%s)", kind, err, reasonOf(err))
		}
		w.instance() // the list of instances needs no key
	}
}

func TestCustomerManagedKeyAsksForDecrypt(t *testing.T) {
	const key = "arn:aws:kms:us-east-1:111111111111:key/one"
	with := func(statement string) *world {
		return newWorld(t, func(org *simaws.Organization, o *simaws.Options) {
			org.Instance.KMSKeyARN = key
			o.Credentials[0].Policies = []string{
				`{"Statement":[{"Effect":"Allow","Action":["sso:*","identitystore:*"],"Resource":"*"}` + statement + `]}`,
			}
		})
	}
	if _, err := with("").create("ann", "shop", "Admin"); reasonOf(err) != "KMS_AccessDeniedException" {
		t.Errorf("without: %v", err)
	}
	via := func(service string) string {
		return `,{"Effect":"Allow","Action":"kms:Decrypt","Resource":"` + key + `","Condition":{"StringLike":{"kms:ViaService":"` + service + `.*"}}}`
	}
	if _, err := with(via("sso")).create("ann", "shop", "Admin"); err != nil {
		t.Errorf("with: %v", err)
	}
	w := with(via("sso"))
	_, err := w.ids.ListUsers(context.Background(), &identitystore.ListUsersInput{IdentityStoreId: w.store()})
	if reasonOf(err) != "KMS_ACCESS_DENIED" {
		t.Errorf("identitystore with the right of sso alone: %v", err)
	}
	out, err := w.sso.DescribeInstance(context.Background(), &ssoadmin.DescribeInstanceInput{InstanceArn: sdk.String(w.InstanceARN())})
	if err != nil || *out.EncryptionConfigurationDetails.KmsKeyArn != key {
		t.Errorf("instance: %+v %v", out, err)
	}
}

func TestNetworkRulesRefuseIdentityStoreOnly(t *testing.T) {
	w := newWorld(t, withSwitches(func(s *simaws.Switches) { s.NetworkRefused = true }))
	_, err := w.ids.ListUsers(context.Background(), &identitystore.ListUsersInput{IdentityStoreId: sdk.String(w.IdentityStoreID())})
	if code(err) != "AccessDeniedException" {
		t.Errorf("identitystore: %v", err)
	}
	if _, err := w.create("ann", "shop", "Admin"); err != nil {
		t.Errorf("sso-admin: %v", err)
	}
}

func TestUnknownSwitchValuesAreRefused(t *testing.T) {
	for _, s := range []simaws.Switches{
		{DuplicateCreate: "x"},
		{DeleteMissing: "x"},
		{DeleteForDeletedUser: "x"},
		{DeleteInInactiveAccount: "x"},
		{TooManyOperations: "x"},
		{AccountState: "x"},
		{KMS: "x"},
		{ReadLag: -1},
	} {
		if _, err := simaws.New(tiny(), simaws.Options{Switches: s}); err == nil {
			t.Errorf("accepted %+v", s)
		}
	}
}
