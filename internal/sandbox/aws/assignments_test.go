package aws_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	ssotypes "github.com/aws/aws-sdk-go-v2/service/ssoadmin/types"

	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// settled waits out the longest latency of an assignment operation.
func (w *world) settled() { w.clock.advance(15 * time.Second) }

// mustCreate creates an assignment and waits until it is there.
func (w *world) mustCreate(user, account, set string) {
	w.t.Helper()
	s, err := w.create(user, account, set)
	if err != nil {
		w.t.Fatal(err)
	}
	w.settled()
	if s = w.creation(s.RequestId); s.Status != ssotypes.StatusValuesSucceeded {
		w.t.Fatalf("create: %s %s", s.Status, sdk.ToString(s.FailureReason))
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// finalCreation creates and returns the final status and reason.
func (w *world) finalCreation(user, account, set string) (status, reason string) {
	w.t.Helper()
	s, err := w.create(user, account, set)
	w.must(err)
	w.settled()
	s = w.creation(s.RequestId)
	return string(s.Status), sdk.ToString(s.FailureReason)
}

func (w *world) finalDeletion(user, account, set string) (status, reason string) {
	w.t.Helper()
	s, err := w.remove(user, account, set)
	w.must(err)
	w.settled()
	s = w.deletion(s.RequestId)
	return string(s.Status), sdk.ToString(s.FailureReason)
}

func withSwitches(f func(*simaws.Switches)) func(*simaws.Organization, *simaws.Options) {
	return func(_ *simaws.Organization, o *simaws.Options) { f(&o.Switches) }
}

func TestLatencyIsDividedBySpeed(t *testing.T) {
	w := newWorld(t, func(_ *simaws.Organization, o *simaws.Options) {
		o.Latency = simaws.Latency{Min: 10 * time.Second, Max: 10 * time.Second, Speed: 100}
	})
	_, err := w.create("ann", "shop", "Admin")
	w.must(err)
	if due, ok := w.NextCompletion(); !ok || due.Sub(w.clock.Now()) != 100*time.Millisecond {
		t.Errorf("due at %v, %v from now", due, due.Sub(w.clock.Now()))
	}
}

func TestCreationForMissingUserFailsLater(t *testing.T) {
	w := newWorld(t)
	ann := w.UserID("ann")
	w.must(w.DeleteUser("ann"))
	status, reason := w.finalCreation("ann", "shop", "Admin")
	if status != "FAILED" || !strings.HasPrefix(reason, "Received a 404 status error") ||
		!strings.Contains(reason, "USER assignee with id "+ann+" was not found in directory") {
		t.Errorf("%s %q", status, reason)
	}
}

func TestUserWhoVanishesDuringCreationFailsIt(t *testing.T) {
	w := newWorld(t)
	s, err := w.create("ann", "shop", "Admin")
	w.must(err)
	w.must(w.DeleteUser("ann"))
	w.settled()
	if s = w.creation(s.RequestId); s.Status != ssotypes.StatusValuesFailed {
		t.Errorf("status is %s", s.Status)
	}
	if len(w.IntervalsOf(w.UserID("ann"), w.AccountID("shop"), w.PermissionSetARN("Admin"))) != 0 {
		t.Error("the record shows access")
	}
}

func TestRoleQuotaOfAccountFailsCreation(t *testing.T) {
	w := newWorld(t, func(org *simaws.Organization, _ *simaws.Options) { org.Accounts[2].IAMRoles = 1000 })
	if status, reason := w.finalCreation("ann", "shop", "Admin"); status != "FAILED" || !strings.Contains(reason, "Cannot exceed quota for RolesPerAccount: 1000") {
		t.Errorf("%s %q", status, reason)
	}
}

func TestMissingCustomerManagedPolicyFailsCreation(t *testing.T) {
	w := newWorld(t, func(org *simaws.Organization, _ *simaws.Options) {
		org.PermissionSets[0].CustomerManagedPolicies = []simaws.CustomerPolicy{{Name: "TeamDeny", Path: "/team/"}}
		org.Accounts[3].CustomerManagedPolicies = []string{"/team/TeamDeny"}
	})
	if status, reason := w.finalCreation("ann", "shop", "Admin"); status != "FAILED" ||
		!strings.Contains(reason, "Not supported policy arn:aws:iam::333333333333:policy/team/TeamDeny") {
		t.Errorf("%s %q", status, reason)
	}
	if status, reason := w.finalCreation("ann", "lab", "Admin"); status != "SUCCEEDED" {
		t.Errorf("where the policy is: %s %q", status, reason)
	}
}

func TestInactiveAccountFailsCreation(t *testing.T) {
	for _, state := range []string{"SUSPENDED", "PENDING_CLOSURE", "CLOSED", "PENDING_ACTIVATION"} {
		w := newWorld(t)
		w.must(w.SetAccountState("shop", state))
		if status, reason := w.finalCreation("ann", "shop", "Admin"); status != "FAILED" || !strings.Contains(reason, "is not active") {
			t.Errorf("%s: %s %q", state, status, reason)
		}
	}
}

func TestOperationInProgressConflicts(t *testing.T) {
	w := newWorld(t)
	_, err := w.create("ann", "shop", "Admin")
	w.must(err)
	if _, err := w.create("ann", "shop", "Admin"); code(err) != "ConflictException" {
		t.Errorf("create during create: %v", err)
	}
	if _, err := w.remove("ann", "shop", "Admin"); code(err) != "ConflictException" {
		t.Errorf("delete during create: %v", err)
	}
	if _, err := w.create("bob", "shop", "Admin"); err != nil {
		t.Errorf("another user: %v", err)
	}
	w.settled()
	if _, err := w.remove("ann", "shop", "Admin"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	if _, err := w.create("ann", "shop", "Admin"); code(err) != "ConflictException" {
		t.Errorf("create during delete: %v", err)
	}
}

func TestDuplicateCreateIsAcceptedAndEndsAsSwitched(t *testing.T) {
	for _, final := range []string{"SUCCEEDED", "FAILED"} {
		w := newWorld(t, withSwitches(func(s *simaws.Switches) { s.DuplicateCreate = final }))
		w.mustCreate("ann", "shop", "Admin")
		if status, _ := w.finalCreation("ann", "shop", "Admin"); status != final {
			t.Errorf("status is %s, want %s", status, final)
		}
		if !w.listed("ann", "shop", "Admin") || len(w.Presences()) != 3 {
			t.Errorf("the assignment did not simply stay: %+v", w.Presences())
		}
	}
}

func TestDeleteOfMissingAssignmentAnswersAsSwitched(t *testing.T) {
	w := newWorld(t)
	if _, err := w.remove("ann", "shop", "Admin"); code(err) != "ResourceNotFoundException" {
		t.Errorf("by default: %v", err)
	}
	for _, final := range []string{"SUCCEEDED", "FAILED"} {
		w := newWorld(t, withSwitches(func(s *simaws.Switches) { s.DeleteMissing = final }))
		if status, reason := w.finalDeletion("ann", "shop", "Admin"); status != final || (reason != "") != (final == "FAILED") {
			t.Errorf("%s: %s %q", final, status, reason)
		}
	}
}

func TestDeleteForDeletedUserEndsAsSwitched(t *testing.T) {
	for _, final := range []string{"SUCCEEDED", "FAILED"} {
		w := newWorld(t, withSwitches(func(s *simaws.Switches) { s.DeleteForDeletedUser = final }))
		w.mustCreate("ann", "shop", "Admin")
		w.must(w.DeleteUser("ann"))
		if !w.listed("ann", "shop", "Admin") {
			t.Error("the assignment of a deleted user went by itself")
		}
		status, reason := w.finalDeletion("ann", "shop", "Admin")
		if status != final || strings.Contains(reason, "404") != (final == "FAILED") {
			t.Errorf("%s: %s %q", final, status, reason)
		}
		if w.listed("ann", "shop", "Admin") != (final == "FAILED") {
			t.Errorf("%s: listed %v", final, w.listed("ann", "shop", "Admin"))
		}
	}
}

func TestAssignmentsOfDeletedUsersCanBeHidden(t *testing.T) {
	w := newWorld(t, withSwitches(func(s *simaws.Switches) { s.HideAssignmentsOfDeletedUsers = true }))
	w.mustCreate("ann", "shop", "Admin")
	w.must(w.DeleteUser("ann"))
	if w.listed("ann", "shop", "Admin") {
		t.Error("still listed")
	}
}

func TestDeleteInInactiveAccountEndsAsSwitched(t *testing.T) {
	for _, final := range []string{"SUCCEEDED", "FAILED"} {
		w := newWorld(t, withSwitches(func(s *simaws.Switches) { s.DeleteInInactiveAccount = final }))
		w.mustCreate("ann", "shop", "Admin")
		w.must(w.SetAccountState("shop", "SUSPENDED"))
		if status, _ := w.finalDeletion("ann", "shop", "Admin"); status != final {
			t.Errorf("%s: %s", final, status)
		}
	}
}

func TestRoleLivesFromFirstToLastAssignmentWithAnotherSuffixEachTime(t *testing.T) {
	w := newWorld(t)
	role := func() string { return w.RoleName(w.AccountID("shop"), w.PermissionSetARN("Admin")) }
	if role() != "" {
		t.Fatal("there is a role before any assignment")
	}
	w.mustCreate("ann", "shop", "Admin")
	first := role()
	if !regexp.MustCompile(`^AWSReservedSSO_Admin_[0-9a-f]{16}$`).MatchString(first) {
		t.Fatalf("role is %q", first)
	}
	w.mustCreate("bob", "shop", "Admin")
	if status, _ := w.finalDeletion("ann", "shop", "Admin"); status != "SUCCEEDED" || role() != first {
		t.Errorf("with one assignment left: %s, role %q", status, role())
	}
	if status, _ := w.finalDeletion("bob", "shop", "Admin"); status != "SUCCEEDED" || role() != "" {
		t.Errorf("after the last: %s, role %q", status, role())
	}
	w.mustCreate("ann", "shop", "Admin")
	if role() == "" || role() == first {
		t.Errorf("created anew: %q after %q", role(), first)
	}
}

func TestGroupAssignmentWithoutMembersKeepsTheRole(t *testing.T) {
	w := newWorld(t)
	w.must(w.PutAssignment(simaws.Assignment{Group: "empty", Account: "shop", PermissionSet: "Admin"}))
	w.mustCreate("ann", "shop", "Admin")
	if _, err := w.remove("ann", "shop", "Admin"); err != nil {
		t.Fatal(err)
	}
	w.settled()
	if w.RoleName(w.AccountID("shop"), w.PermissionSetARN("Admin")) == "" {
		t.Error("the role went with a group still assigned")
	}
}

func TestDelegatedAdministratorCannotTouchManagementAccount(t *testing.T) {
	w := newWorld(t)
	if _, err := w.create("ann", "management", "Admin"); code(err) != "AccessDeniedException" {
		t.Errorf("assignment in the management account: %v", err)
	}
	// Billing is provisioned in the management account, which spoils it for every account.
	if _, err := w.create("ann", "shop", "Billing"); code(err) != "AccessDeniedException" {
		t.Errorf("permission set of the management account: %v", err)
	}
	w.must(w.Provision("Admin", "management", true))
	if _, err := w.create("ann", "shop", "Admin"); code(err) != "AccessDeniedException" {
		t.Errorf("after provisioning: %v", err)
	}
	w.must(w.Provision("Admin", "management", false))
	if _, err := w.create("ann", "shop", "Admin"); err != nil {
		t.Errorf("after taking it away: %v", err)
	}
	w.sso = ssoadmin.NewFromConfig(w.config("AKIMANAGEMENT", "secret2"))
	if _, err := w.create("ann", "management", "Billing"); err != nil {
		t.Errorf("the management account itself: %v", err)
	}
}

func TestOtherAccountsMayNotUseTheInstance(t *testing.T) {
	w := newWorld(t)
	w.sso = ssoadmin.NewFromConfig(w.config("AKIMEMBER", "secret3"))
	if got := *w.instance(); got != w.InstanceARN() {
		t.Errorf("ListInstances shows %s", got)
	}
	if _, err := w.create("ann", "shop", "Admin"); code(err) != "AccessDeniedException" {
		t.Errorf("create: %v", err)
	}
}

func TestUnknownThingsAreRefusedAtOnce(t *testing.T) {
	w := newWorld(t)
	good := func() *ssoadmin.CreateAccountAssignmentInput {
		return &ssoadmin.CreateAccountAssignmentInput{
			InstanceArn: sdk.String(w.InstanceARN()), PermissionSetArn: sdk.String(w.PermissionSetARN("Admin")),
			PrincipalId: sdk.String(w.UserID("ann")), PrincipalType: ssotypes.PrincipalTypeUser,
			TargetId: sdk.String(w.AccountID("shop")), TargetType: ssotypes.TargetTypeAwsAccount,
		}
	}
	for name, c := range map[string]struct {
		spoil func(*ssoadmin.CreateAccountAssignmentInput)
		want  string
	}{
		"account":           {func(in *ssoadmin.CreateAccountAssignmentInput) { in.TargetId = sdk.String("999999999999") }, "ResourceNotFoundException"},
		"malformed account": {func(in *ssoadmin.CreateAccountAssignmentInput) { in.TargetId = sdk.String("99") }, "ValidationException"},
		"permission set": {func(in *ssoadmin.CreateAccountAssignmentInput) {
			*in.PermissionSetArn = (*in.PermissionSetArn)[:len(*in.PermissionSetArn)-1] + "x"
		}, "ResourceNotFoundException"},
		"malformed permission set": {func(in *ssoadmin.CreateAccountAssignmentInput) { *in.PermissionSetArn = "Admin" }, "ValidationException"},
		"instance": {func(in *ssoadmin.CreateAccountAssignmentInput) {
			*in.InstanceArn = "arn:aws:sso:::instance/ssoins-0000000000000000"
		}, "ResourceNotFoundException"},
		"malformed instance": {func(in *ssoadmin.CreateAccountAssignmentInput) { *in.InstanceArn = "x" }, "ValidationException"},
		"malformed user":     {func(in *ssoadmin.CreateAccountAssignmentInput) { *in.PrincipalId = "ann" }, "ValidationException"},
		"principal type":     {func(in *ssoadmin.CreateAccountAssignmentInput) { in.PrincipalType = "ROBOT" }, "ValidationException"},
		"target type":        {func(in *ssoadmin.CreateAccountAssignmentInput) { in.TargetType = "PLANET" }, "ValidationException"},
	} {
		in := good()
		c.spoil(in)
		if _, err := w.sso.CreateAccountAssignment(context.Background(), in); code(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, err := w.sso.DescribeAccountAssignmentCreationStatus(context.Background(), &ssoadmin.DescribeAccountAssignmentCreationStatusInput{
		InstanceArn: sdk.String(w.InstanceARN()), AccountAssignmentCreationRequestId: sdk.String("00000000-0000-0000-0000-000000000000"),
	}); code(err) != "ResourceNotFoundException" {
		t.Errorf("unknown request: %v", err)
	}
}

func TestStatusListsTellOnlyIdAndStatusAndFilter(t *testing.T) {
	w := newWorld(t)
	done, err := w.create("ann", "shop", "Admin")
	w.must(err)
	w.settled()
	running, err := w.create("bob", "shop", "Admin")
	w.must(err)
	list := func(status ssotypes.StatusValues) string {
		out, err := w.sso.ListAccountAssignmentCreationStatus(context.Background(), &ssoadmin.ListAccountAssignmentCreationStatusInput{
			InstanceArn: sdk.String(w.InstanceARN()), Filter: &ssotypes.OperationStatusFilter{Status: status},
		})
		w.must(err)
		var ids []string
		for _, s := range out.AccountAssignmentsCreationStatus {
			ids = append(ids, *s.RequestId)
		}
		return strings.Join(ids, " ")
	}
	if got := list(""); got != *running.RequestId+" "+*done.RequestId {
		t.Errorf("all: %s", got)
	}
	if got := list(ssotypes.StatusValuesInProgress); got != *running.RequestId {
		t.Errorf("in progress: %s", got)
	}
	if got := list(ssotypes.StatusValuesSucceeded); got != *done.RequestId {
		t.Errorf("succeeded: %s", got)
	}
	if got := list(ssotypes.StatusValuesFailed); got != "" {
		t.Errorf("failed: %s", got)
	}
	ended, err := w.remove("ann", "shop", "Admin")
	w.must(err)
	out, err := w.sso.ListAccountAssignmentDeletionStatus(context.Background(), &ssoadmin.ListAccountAssignmentDeletionStatusInput{InstanceArn: sdk.String(w.InstanceARN())})
	if err != nil || len(out.AccountAssignmentsDeletionStatus) != 1 || *out.AccountAssignmentsDeletionStatus[0].RequestId != *ended.RequestId {
		t.Errorf("deletions: %v %v", out, err)
	}
}

func TestAssignmentsOfPrincipalIncludeGroupsAndTheRightOfTheDelegatedAdministratorIsASwitch(t *testing.T) {
	list := func(w *world, account *string) (string, error) {
		out, err := w.sso.ListAccountAssignmentsForPrincipal(context.Background(), &ssoadmin.ListAccountAssignmentsForPrincipalInput{
			InstanceArn: sdk.String(w.InstanceARN()), PrincipalId: sdk.String(w.UserID("ann")), PrincipalType: ssotypes.PrincipalTypeUser,
			Filter: &ssotypes.ListAccountAssignmentsFilter{AccountId: account},
		})
		if err != nil {
			return "", err
		}
		var got []string
		for _, a := range out.AccountAssignments {
			got = append(got, *a.AccountId+"/"+string(a.PrincipalType))
		}
		return strings.Join(got, " "), nil
	}
	w := newWorld(t)
	w.mustCreate("ann", "shop", "Admin")
	if got, err := list(w, nil); got != "333333333333/USER 444444444444/GROUP" {
		t.Errorf("all: %s %v", got, err)
	}
	if got, err := list(w, sdk.String(w.AccountID("lab"))); got != "444444444444/GROUP" {
		t.Errorf("one account: %s %v", got, err)
	}
	w.must(w.SetSwitches(func(s *simaws.Switches) { s.PrincipalListingFromManagementOnly = true }))
	if _, err := list(w, nil); code(err) != "AccessDeniedException" {
		t.Errorf("delegated administrator: %v", err)
	}
	w.sso = ssoadmin.NewFromConfig(w.config("AKIMANAGEMENT", "secret2"))
	if got, err := list(w, nil); got == "" {
		t.Errorf("management account: %v", err)
	}
}

func TestReadsLagBehindChanges(t *testing.T) {
	w := newWorld(t, withSwitches(func(s *simaws.Switches) { s.ReadLag = 5 * time.Second }))
	w.mustCreate("ann", "shop", "Admin") // the status does not lag
	w.must(w.PutAssignment(simaws.Assignment{User: "bob", Account: "shop", PermissionSet: "Admin"}))
	if w.listed("bob", "shop", "Admin") {
		t.Error("seen at once")
	}
	w.clock.advance(5 * time.Second)
	if !w.listed("bob", "shop", "Admin") {
		t.Error("not seen after the lag")
	}
	w.must(w.DeleteAssignment(simaws.Assignment{User: "bob", Account: "shop", PermissionSet: "Admin"}))
	if !w.listed("bob", "shop", "Admin") {
		t.Error("gone at once")
	}
	w.clock.advance(5 * time.Second)
	if w.listed("bob", "shop", "Admin") {
		t.Error("not gone after the lag")
	}
}

func TestPartitionsShowInARNs(t *testing.T) {
	for _, partition := range []string{"aws", "aws-cn", "aws-us-gov"} {
		w := newWorld(t, func(org *simaws.Organization, _ *simaws.Options) { org.Partition = partition })
		if got := *w.instance(); !strings.HasPrefix(got, "arn:"+partition+":sso:::instance/") {
			t.Errorf("instance is %s", got)
		}
		w.mustCreate("ann", "shop", "Admin")
		if !strings.HasPrefix(w.PermissionSetARN("Admin"), "arn:"+partition+":") {
			t.Errorf("permission set is %s", w.PermissionSetARN("Admin"))
		}
	}
}

func TestInstanceWithoutPermissionSets(t *testing.T) {
	w := newWorld(t, func(org *simaws.Organization, _ *simaws.Options) { org.Instance.WithoutPermissionSets = true })
	out, err := w.sso.DescribeInstance(context.Background(), &ssoadmin.DescribeInstanceInput{InstanceArn: sdk.String(w.InstanceARN())})
	w.must(err)
	if out.PermissionSetsEnabled == nil || *out.PermissionSetsEnabled {
		t.Error("PermissionSetsEnabled is not false")
	}
	if _, err := w.create("ann", "shop", "Admin"); code(err) != "ValidationException" {
		t.Errorf("create: %v", err)
	}
}

func TestStatusesAreForgottenAfterTheirRetention(t *testing.T) {
	w := newWorld(t, withSwitches(func(s *simaws.Switches) { s.StatusRetention = time.Minute }))
	s, err := w.create("ann", "shop", "Admin")
	w.must(err)
	ask := func() error {
		_, err := w.sso.DescribeAccountAssignmentCreationStatus(context.Background(), &ssoadmin.DescribeAccountAssignmentCreationStatusInput{
			InstanceArn: sdk.String(w.InstanceARN()), AccountAssignmentCreationRequestId: s.RequestId,
		})
		return err
	}
	w.settled()
	w.must(ask())
	w.clock.advance(time.Minute)
	if err := ask(); code(err) != "ResourceNotFoundException" {
		t.Errorf("got %v", err)
	}
	out, err := w.sso.ListAccountAssignmentCreationStatus(context.Background(), &ssoadmin.ListAccountAssignmentCreationStatusInput{InstanceArn: sdk.String(w.InstanceARN())})
	if err != nil || len(out.AccountAssignmentsCreationStatus) != 0 {
		t.Errorf("listed: %+v %v", out, err)
	}
}

func TestOperationsOnOneAccountCanWaitForEachOther(t *testing.T) {
	w := newWorld(t, func(_ *simaws.Organization, o *simaws.Options) {
		o.Latency = simaws.Latency{Min: 10 * time.Second, Max: 10 * time.Second}
		o.Switches.OneOperationPerAccount = true
	})
	for _, user := range []string{"ann", "bob"} {
		if _, err := w.create(user, "shop", "Admin"); err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.create("ann", "lab", "Admin")
	w.must(err)
	w.clock.advance(10 * time.Second)
	if !w.could("ann", "shop", "Admin") || !w.could("ann", "lab", "Admin") || w.could("bob", "shop", "Admin") {
		t.Error("after ten seconds not just the first of each account is done")
	}
	w.clock.advance(10 * time.Second)
	if !w.could("bob", "shop", "Admin") {
		t.Error("the second is never done")
	}
}
