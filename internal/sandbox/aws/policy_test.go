package aws_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	identitytypes "github.com/aws/aws-sdk-go-v2/service/identitystore/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"

	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// allowed says whether the delegated administrator with these statements may create ann's
// assignment of Admin in shop, and what AWS said.
func allowed(t *testing.T, statements string) (bool, string) {
	t.Helper()
	w := newWorld(t, func(_ *simaws.Organization, o *simaws.Options) {
		o.Credentials[0].Policies = []string{`{"Version":"2012-10-17","Statement":[` + statements + `]}`}
	})
	_, err := w.create("ann", "shop", "Admin")
	if err == nil {
		return true, ""
	}
	if code(err) != "AccessDeniedException" {
		t.Fatalf("unexpected %v", err)
	}
	return false, err.Error()
}

func TestCallsAreAuthorizedByPolicies(t *testing.T) {
	w := newWorld(t)
	instance, account, set := w.InstanceARN(), "arn:aws:sso:::account/333333333333", w.PermissionSetARN("Admin")
	all := func(extra string) string {
		return `{"Effect":"Allow","Action":"sso:CreateAccountAssignment","Resource":"*"` + extra + `}`
	}
	for name, c := range map[string]struct {
		statements string
		want       bool
	}{
		"nothing":                         {``, false},
		"everything":                      {`{"Effect":"Allow","Action":"*","Resource":"*"}`, true},
		"the action":                      {all(""), true},
		"any case":                        {`{"Effect":"Allow","Action":"SSO:createaccountassignment","Resource":"*"}`, true},
		"wildcard action":                 {`{"Effect":"Allow","Action":["iam:*","sso:Create*"],"Resource":"*"}`, true},
		"question mark":                   {`{"Effect":"Allow","Action":"sso:CreateAccountAssignmen?","Resource":"*"}`, true},
		"another action":                  {`{"Effect":"Allow","Action":"sso:DeleteAccountAssignment","Resource":"*"}`, false},
		"not action":                      {`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`, true},
		"not action that covers":          {`{"Effect":"Allow","NotAction":"sso:*","Resource":"*"}`, false},
		"all three resources":             {`{"Effect":"Allow","Action":"sso:*","Resource":["` + instance + `","` + account + `","` + set + `"]}`, true},
		"in three statements":             {`{"Effect":"Allow","Action":"sso:*","Resource":"` + instance + `"},{"Effect":"Allow","Action":"sso:*","Resource":"arn:aws:sso:::account/*"},{"Effect":"Allow","Action":"sso:*","Resource":"` + set + `"}`, true},
		"without instance":                {`{"Effect":"Allow","Action":"sso:*","Resource":["` + account + `","` + set + `"]}`, false},
		"without account":                 {`{"Effect":"Allow","Action":"sso:*","Resource":["` + instance + `","` + set + `"]}`, false},
		"without permission set":          {`{"Effect":"Allow","Action":"sso:*","Resource":["` + account + `","` + instance + `"]}`, false},
		"not resource":                    {`{"Effect":"Allow","Action":"sso:*","NotResource":"arn:aws:sso:::account/1*"}`, true},
		"not resource that covers":        {`{"Effect":"Allow","Action":"sso:*","NotResource":"` + account + `"}`, false},
		"explicit deny":                   {all("") + `,{"Effect":"Deny","Action":"sso:*","Resource":"` + account + `"}`, false},
		"deny of another":                 {all("") + `,{"Effect":"Deny","Action":"sso:*","Resource":"arn:aws:sso:::account/999999999999"}`, true},
		"condition met":                   {all(`,"Condition":{"StringEquals":{"aws:PrincipalAccount":"222222222222"}}`), true},
		"condition among values":          {all(`,"Condition":{"StringEquals":{"aws:PrincipalAccount":["1","222222222222"]}}`), true},
		"condition not met":               {all(`,"Condition":{"StringEquals":{"aws:PrincipalAccount":"1"}}`), false},
		"condition like":                  {all(`,"Condition":{"StringLike":{"aws:principalaccount":"2222*"}}`), true},
		"condition ARN":                   {all(`,"Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:sts::222222222222:assumed-role/*"}}`), true},
		"condition ARN equals":            {all(`,"Condition":{"ArnEquals":{"aws:PrincipalArn":"arn:aws:sts::1:*"}}`), false},
		"condition bool":                  {all(`,"Condition":{"Bool":{"aws:SecureTransport":true}}`), true},
		"condition bool otherwise":        {all(`,"Condition":{"Bool":{"aws:SecureTransport":"false"}}`), false},
		"condition null":                  {all(`,"Condition":{"Null":{"aws:TokenIssueTime":"true"}}`), true},
		"condition not null":              {all(`,"Condition":{"Null":{"aws:TokenIssueTime":"false"}}`), false},
		"condition absent key":            {all(`,"Condition":{"StringEquals":{"aws:Nothing":"x"}}`), false},
		"condition absent key if exists":  {all(`,"Condition":{"StringEqualsIfExists":{"aws:Nothing":"x"}}`), true},
		"condition negated":               {all(`,"Condition":{"StringNotEquals":{"aws:PrincipalAccount":"222222222222"}}`), false},
		"condition not like":              {all(`,"Condition":{"StringNotLike":{"aws:PrincipalAccount":"3*"}}`), true},
		"two conditions, one not met":     {all(`,"Condition":{"Bool":{"aws:SecureTransport":true},"StringEquals":{"aws:PrincipalAccount":"1"}}`), false},
		"unknown operator never allows":   {all(`,"Condition":{"DateGreaterThan":{"aws:CurrentTime":"2000-01-01T00:00:00Z"}}`), false},
		"unknown operator denies":         {all("") + `,{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NumericLessThan":{"x:y":"1"}}}`, false},
		"deny with condition that is met": {all("") + `,{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`, false},
		"deny with condition that is not": {all("") + `,{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`, true},
	} {
		if got, why := allowed(t, c.statements); got != c.want {
			t.Errorf("%s: allowed is %v (%s)", name, got, why)
		}
	}
}

func TestRefusalsAreInAWSWords(t *testing.T) {
	_, why := allowed(t, `{"Effect":"Allow","Action":"sso:*","Resource":"arn:aws:sso:::instance/*"}`)
	for _, want := range []string{
		"User: arn:aws:sts::222222222222:assumed-role/sandbox/AKIDELEGATED is not authorized to perform: sso:CreateAccountAssignment on resource: arn:aws:sso:::account/333333333333",
		"because no identity-based policy allows the sso:CreateAccountAssignment action",
	} {
		if !strings.Contains(why, want) {
			t.Errorf("%q does not say %q", why, want)
		}
	}
	_, why = allowed(t, `{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"sso:*","Resource":"*"}`)
	if !strings.Contains(why, "with an explicit deny in an identity-based policy") {
		t.Errorf("%q", why)
	}
}

func TestIdentityStoreAndOrganizationsAskForTheirResources(t *testing.T) {
	w := newWorld(t)
	ann, devs := w.UserID("ann"), w.GroupID("devs")
	with := func(action string, resources ...string) *world {
		return newWorld(t, func(_ *simaws.Organization, o *simaws.Options) {
			o.Credentials[0].Policies = []string{`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"` + action + `","Resource":["` + strings.Join(resources, `","`) + `"]}}`}
		})
	}
	store := "arn:aws:identitystore::111111111111:identitystore/" + w.IdentityStoreID()
	user, group, memberships := "arn:aws:identitystore:::user/"+ann, "arn:aws:identitystore:::group/"+devs, "arn:aws:identitystore:::membership/*"
	member := &identitytypes.MemberIdMemberUserId{Value: ann}
	isMember := func(w *world) error {
		_, err := w.ids.IsMemberInGroups(context.Background(), &identitystore.IsMemberInGroupsInput{IdentityStoreId: sdk.String(w.IdentityStoreID()), GroupIds: []string{devs}, MemberId: member})
		return err
	}
	if err := isMember(with("identitystore:IsMemberInGroups", store, user, group, memberships)); err != nil {
		t.Errorf("all resources: %v", err)
	}
	for i, lack := range []string{store, user, group, memberships} {
		rest := slices.Delete([]string{store, user, group, memberships}, i, i+1)
		if err := isMember(with("identitystore:*", rest...)); code(err) != "AccessDeniedException" {
			t.Errorf("without %s: %v", lack, err)
		}
	}
	describe := func(w *world) error {
		_, err := organizations.NewFromConfig(w.config("AKIDELEGATED", "secret")).DescribeAccount(context.Background(), &organizations.DescribeAccountInput{AccountId: sdk.String("333333333333")})
		return err
	}
	if err := describe(with("organizations:DescribeAccount", "arn:aws:organizations::111111111111:account/o-*/333333333333")); err != nil {
		t.Errorf("the account: %v", err)
	}
	if err := describe(with("organizations:DescribeAccount", "arn:aws:organizations::111111111111:account/o-*/444444444444")); code(err) != "AccessDeniedException" {
		t.Errorf("another account: %v", err)
	}
}

func TestFaultyPolicyDocumentsAreRefused(t *testing.T) {
	for name, document := range map[string]string{
		"empty": ``, "no JSON": `x`, "a list": `[]`, "no statement": `{"Version":"2012-10-17"}`,
		"unknown element":    `{"Statement":[],"Colour":1}`,
		"unknown in it":      `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}]}`,
		"effect":             `{"Statement":[{"Effect":"Perhaps","Action":"*","Resource":"*"}]}`,
		"no action":          `{"Statement":[{"Effect":"Allow","Resource":"*"}]}`,
		"both actions":       `{"Statement":[{"Effect":"Allow","Action":"*","NotAction":"*","Resource":"*"}]}`,
		"no resource":        `{"Statement":[{"Effect":"Allow","Action":"*"}]}`,
		"number for action":  `{"Statement":[{"Effect":"Allow","Action":7,"Resource":"*"}]}`,
		"numbers for action": `{"Statement":[{"Effect":"Allow","Action":[7],"Resource":"*"}]}`,
		"version":            `{"Version":"2099-01-01","Statement":[]}`,
		"two documents":      `{"Statement":[]}{}`,
	} {
		if _, err := simaws.ParsePolicy([]byte(document)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	_, err := simaws.New(tiny(), simaws.Options{Credentials: []simaws.Credential{{AccessKeyID: "a", SecretAccessKey: "b", Account: "lab", Policies: []string{"x"}}}})
	if err == nil {
		t.Error("started with a faulty policy")
	}
}

func TestFaultyCredentialsAreRefused(t *testing.T) {
	good := simaws.Credential{AccessKeyID: "a", SecretAccessKey: "b", Account: "lab"}
	for name, list := range map[string][]simaws.Credential{
		"no key": {{SecretAccessKey: "b", Account: "lab"}}, "no secret": {{AccessKeyID: "a", Account: "lab"}},
		"unknown account": {{AccessKeyID: "a", SecretAccessKey: "b", Account: "moon"}}, "twice": {good, good},
	} {
		if _, err := simaws.New(tiny(), simaws.Options{Credentials: list}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func FuzzParsePolicy(f *testing.F) {
	f.Add([]byte(allowEverything))
	f.Add([]byte(`{"Statement":{"Effect":"Deny","NotAction":["a:*"],"NotResource":"b","Condition":{"Bool":{"k":[true]}}}}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		p, err := simaws.ParsePolicy(document)
		if err != nil {
			return
		}
		for _, s := range p.Statements {
			if s.Effect != "Allow" && s.Effect != "Deny" || len(s.Action)+len(s.NotAction) == 0 || len(s.Resource)+len(s.NotResource) == 0 {
				t.Errorf("accepted %+v", s)
			}
		}
	})
}
