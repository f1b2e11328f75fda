package main

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/team-idc/team/deploy/iam"
	"github.com/team-idc/team/internal/awsclient"
	"github.com/team-idc/team/internal/awsfault"
	"github.com/team-idc/team/internal/delivery"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// iamDocument is as much of a policy as these tests change.
type iamDocument struct {
	Version   string         `json:"Version"`
	Statement []iamStatement `json:"Statement"`
}

type iamStatement struct {
	Sid      string          `json:"Sid"`
	Effect   string          `json:"Effect"`
	Action   json.RawMessage `json:"Action"`
	Resource json.RawMessage `json:"Resource"`
}

func (s iamStatement) actions(t *testing.T) []string {
	t.Helper()
	var one string
	if json.Unmarshal(s.Action, &one) == nil {
		return []string{one}
	}
	var many []string
	if err := json.Unmarshal(s.Action, &many); err != nil {
		t.Fatal(err)
	}
	return many
}

func shippedActions(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, s := range decode[iamDocument](t, iam.TeamPolicy).Statement {
		all = append(all, s.actions(t)...)
	}
	slices.Sort(all)
	return all
}

// without is the shipped policy less one action.
func without(t *testing.T, action string) string {
	t.Helper()
	d := decode[iamDocument](t, iam.TeamPolicy)
	var kept []iamStatement
	for _, s := range d.Statement {
		left := slices.DeleteFunc(s.actions(t), func(a string) bool { return a == action })
		if len(left) == 0 {
			continue
		}
		raw, err := json.Marshal(left)
		if err != nil {
			t.Fatal(err)
		}
		s.Action = raw
		kept = append(kept, s)
	}
	d.Statement = kept
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// caller is the adapters in front of a simulated AWS with a policy, and ids to call them with.
type caller struct {
	client              *awsclient.Client
	aws                 *simaws.AWS
	user, group, parent string
	triple              delivery.Triple
}

func newCaller(t *testing.T, document string) caller {
	t.Helper()
	org, err := simaws.Open("small")
	if err != nil {
		t.Fatal(err)
	}
	a, err := simaws.New(org, simaws.Options{
		Limits: simaws.Limits{SSOAdminRate: -1, IdentityStoreRate: -1, OrganizationsRate: -1},
		Credentials: []simaws.Credential{{
			AccessKeyID: sandboxKey, SecretAccessKey: "not a secret", Account: org.DelegatedAdministrator, Policies: []string{document},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(a)
	t.Cleanup(served.Close)
	client, err := awsclient.New(t.Context(), awsclient.Config{
		Region: org.Region, BaseEndpoint: served.URL, InstanceARN: a.InstanceARN(), IdentityStoreID: a.IdentityStoreID(),
		Credentials: awsclient.AccessKey(sandboxKey, "not a secret"),
	})
	if err != nil {
		t.Fatal(err)
	}
	var unit string
	for _, u := range a.Describe().OrganizationalUnits {
		if u.Path == "Workloads" {
			unit = u.ID
		}
	}
	return caller{
		client: client, aws: a, user: a.UserID("akira.tanaka"), group: a.GroupID("Data"), parent: unit,
		triple: delivery.Triple{UserID: a.UserID("akira.tanaka"), AccountID: a.AccountID("shop-prod"), PermissionSetARN: a.PermissionSetARN("ReadOnlyAccess")},
	}
}

// needs says, for every action, what TEAM calls it for.
func needs() map[string]func(context.Context, caller) error {
	set := func(f func(*awsclient.Client, context.Context, string) error) func(context.Context, caller) error {
		return func(ctx context.Context, c caller) error { return f(c.client, ctx, c.triple.PermissionSetARN) }
	}
	return map[string]func(context.Context, caller) error{
		"sso:CreateAccountAssignment": func(ctx context.Context, c caller) error {
			_, err := c.client.CreateAssignment(ctx, c.triple)
			return err
		},
		"sso:DeleteAccountAssignment": func(ctx context.Context, c caller) error {
			if err := c.aws.PutAssignment(simaws.Assignment{User: "akira.tanaka", Account: "shop-prod", PermissionSet: "ReadOnlyAccess"}); err != nil {
				return err
			}
			_, err := c.client.DeleteAssignment(ctx, c.triple)
			return err
		},
		"sso:ListAccountAssignments": func(ctx context.Context, c caller) error {
			_, err := c.client.Holders(ctx, c.triple.AccountID, c.triple.PermissionSetARN)
			return err
		},
		"sso:DescribeAccountAssignmentCreationStatus": func(ctx context.Context, c caller) error {
			o, err := c.client.CreateAssignment(ctx, c.triple)
			if err != nil {
				return err
			}
			_, err = c.client.CreationStatus(ctx, o.RequestID)
			return err
		},
		"sso:DescribeAccountAssignmentDeletionStatus": func(ctx context.Context, c caller) error {
			if err := c.aws.PutAssignment(simaws.Assignment{User: "akira.tanaka", Account: "shop-prod", PermissionSet: "ReadOnlyAccess"}); err != nil {
				return err
			}
			o, err := c.client.DeleteAssignment(ctx, c.triple)
			if err != nil {
				return err
			}
			_, err = c.client.DeletionStatus(ctx, o.RequestID)
			return err
		},
		"sso:ListAccountAssignmentCreationStatus": func(ctx context.Context, c caller) error { _, err := c.client.CreationsInProgress(ctx); return err },
		"sso:ListAccountAssignmentDeletionStatus": func(ctx context.Context, c caller) error { _, err := c.client.DeletionsInProgress(ctx); return err },
		"sso:ListInstances":                       findsInstance,
		"sso:DescribeInstance":                    func(ctx context.Context, c caller) error { _, err := c.client.Instance(ctx); return err },
		"sso:ListPermissionSets":                  func(ctx context.Context, c caller) error { _, err := c.client.PermissionSets(ctx, ""); return err },
		"sso:DescribePermissionSet": set(func(k *awsclient.Client, ctx context.Context, arn string) error {
			_, err := k.PermissionSet(ctx, arn)
			return err
		}),
		"sso:GetInlinePolicyForPermissionSet": set(func(k *awsclient.Client, ctx context.Context, arn string) error {
			_, err := k.InlinePolicy(ctx, arn)
			return err
		}),
		"sso:GetPermissionsBoundaryForPermissionSet": set(func(k *awsclient.Client, ctx context.Context, arn string) error {
			_, err := k.PermissionsBoundary(ctx, arn)
			return err
		}),
		"sso:ListCustomerManagedPolicyReferencesInPermissionSet": set(func(k *awsclient.Client, ctx context.Context, arn string) error {
			_, err := k.CustomerPolicies(ctx, arn, "")
			return err
		}),
		"sso:ListManagedPoliciesInPermissionSet": set(func(k *awsclient.Client, ctx context.Context, arn string) error {
			_, err := k.ManagedPolicies(ctx, arn, "")
			return err
		}),
		"sso:ListAccountsForProvisionedPermissionSet": set(func(k *awsclient.Client, ctx context.Context, arn string) error {
			_, err := k.AccountsWith(ctx, arn, "")
			return err
		}),
		"sso:ListTagsForResource": set(func(k *awsclient.Client, ctx context.Context, arn string) error {
			_, err := k.PermissionSetTags(ctx, arn, "")
			return err
		}),
		"sso:ListPermissionSetsProvisionedToAccount": func(ctx context.Context, c caller) error {
			_, err := c.client.ProvisionedIn(ctx, c.aws.ManagementAccount(), "")
			return err
		},
		"identitystore:DescribeUser": func(ctx context.Context, c caller) error { _, err := c.client.User(ctx, c.user); return err },
		"identitystore:IsMemberInGroups": func(ctx context.Context, c caller) error {
			_, err := c.client.IsMember(ctx, c.user, []string{c.group})
			return err
		},
		"identitystore:ListGroupMemberships":          func(ctx context.Context, c caller) error { _, err := c.client.Members(ctx, c.group, ""); return err },
		"identitystore:ListGroupMembershipsForMember": func(ctx context.Context, c caller) error { _, err := c.client.GroupsOfUser(ctx, c.user); return err },
		"identitystore:ListGroups":                    func(ctx context.Context, c caller) error { _, err := c.client.Groups(ctx, ""); return err },
		"identitystore:ListUsers":                     func(ctx context.Context, c caller) error { _, err := c.client.Users(ctx, ""); return err },
		"organizations:DescribeOrganization":          func(ctx context.Context, c caller) error { _, err := c.client.Instance(ctx); return err },
		"organizations:ListAccounts":                  func(ctx context.Context, c caller) error { _, err := c.client.Accounts(ctx, ""); return err },
		"organizations:ListAccountsForParent": func(ctx context.Context, c caller) error {
			_, err := c.client.AccountsUnder(ctx, c.parent, "")
			return err
		},
		"organizations:ListDelegatedAdministrators": func(ctx context.Context, c caller) error { _, err := c.client.Administrators(ctx, ""); return err },
		"organizations:ListOrganizationalUnitsForParent": func(ctx context.Context, c caller) error {
			_, err := c.client.UnitsUnder(ctx, c.parent, "")
			return err
		},
		"organizations:ListRoots": func(ctx context.Context, c caller) error { _, err := c.client.Roots(ctx, ""); return err },
		"organizations:ListTagsForResource": func(ctx context.Context, c caller) error {
			_, err := c.client.AccountTags(ctx, c.triple.AccountID, "")
			return err
		},
	}
}

// findsInstance asks as a deployment does whose configuration names no instance.
func findsInstance(ctx context.Context, c caller) error {
	served := httptest.NewServer(c.aws)
	defer served.Close()
	k, err := awsclient.New(ctx, awsclient.Config{Region: "us-east-1", BaseEndpoint: served.URL, Credentials: awsclient.AccessKey(sandboxKey, "not a secret")})
	if err != nil {
		return err
	}
	_, err = k.User(ctx, c.user)
	return err
}

// answered calls until AWS answers: a connection that breaks says nothing about a policy, and delivery, whose rows try
// again, is not in this test.
func answered(t *testing.T, call func(context.Context, caller) error, c caller) (err error) {
	t.Helper()
	for range 3 {
		if err = call(t.Context(), c); !awsfault.Is(err, awsfault.Unknown) && !awsfault.Is(err, awsfault.Unreachable) {
			return err
		}
		t.Logf("no answer, asked again: %v", err)
	}
	return err
}

func TestEveryActionOfThePolicyIsNeeded(t *testing.T) {
	calls := needs()
	for _, action := range shippedActions(t) {
		t.Run(action, func(t *testing.T) {
			call, known := calls[action]
			if !known {
				t.Fatal("nothing in TEAM calls it: take it out of the policy")
			}
			if err := answered(t, call, newCaller(t, iam.TeamPolicy)); err != nil {
				t.Errorf("with the policy as it is shipped: %v", err)
			}
			if err := answered(t, call, newCaller(t, without(t, action))); !awsfault.Is(err, awsfault.Denied) {
				t.Errorf("without the action AWS does not refuse: %v", err)
			}
		})
	}
}

// TestNothingInALifeIsRefused runs the whole life of a request and reads the whole organization with the shipped
// policy; what is not called there is called only in trouble.
func TestNothingInALifeIsRefused(t *testing.T) {
	r := startRig(t, t.TempDir())
	request := r.create("1s")
	r.must("approver", "approve", request.ID, "--comment", "ok")
	r.must("second-approver", "approve", request.ID, "--comment", "ok", "--wait=ended")
	docs := r.must("admin", "policy", "show", "Production")
	if docs.out == "" {
		t.Error("no policy is shown")
	}
	called := map[string]bool{}
	for _, c := range r.demo.sandbox.aws.Calls() {
		called[c.Action] = true
		if c.Outcome == "AccessDeniedException" {
			t.Errorf("AWS refused %s", c.Action)
		}
	}
	// Only in trouble, or when policies change.
	seldom := []string{
		"identitystore:IsMemberInGroups", "organizations:ListAccountsForParent", "sso:ListAccountsForProvisionedPermissionSet",
		"sso:ListAccountAssignmentCreationStatus", "sso:ListAccountAssignmentDeletionStatus",
		"sso:DescribeAccountAssignmentCreationStatus", "sso:DescribeAccountAssignmentDeletionStatus",
	}
	for _, action := range shippedActions(t) {
		if !called[action] && !slices.Contains(seldom, action) {
			t.Errorf("%s was never called", action)
		}
	}
	for action := range called {
		if action != "sts:GetCallerIdentity" && !slices.Contains(shippedActions(t), action) {
			t.Errorf("%s is called and not in the policy", action)
		}
	}
}
