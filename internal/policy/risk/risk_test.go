package risk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy/risk"
)

const aws = "arn:aws:iam::aws:policy/"

func statement(body string) string {
	return `{"Version":"2012-10-17","Statement":[` + body + `]}`
}

func TestRisks(t *testing.T) {
	type set = directory.PermissionSet
	for name, test := range map[string]struct {
		set  directory.PermissionSet
		want []string // code: text, "(slight)" after the code where it is so
	}{
		"nothing":       {set{}, nil},
		"reading":       {set{ManagedPolicies: []string{aws + "ReadOnlyAccess"}, SessionDuration: time.Hour}, nil},
		"administrator": {set{ManagedPolicies: []string{aws + "AdministratorAccess"}}, []string{"risky_managed_policy: S has the AWS managed policy AdministratorAccess: everything on everything."}},
		"administrator behind a boundary": {
			set{ManagedPolicies: []string{aws + "AdministratorAccess"}, PermissionsBoundary: aws + "ReadOnlyAccess"},
			[]string{"risky_managed_policy (slight): S has the AWS managed policy AdministratorAccess: everything on everything. Its permissions boundary ReadOnlyAccess takes back " +
				"IAM, passing any role, assuming any role, IAM Identity Center, the organization, KMS key policies and logs and watches."},
		},
		"administrator behind an unknown boundary": {
			set{ManagedPolicies: []string{aws + "AdministratorAccess"}, PermissionsBoundary: "/boundaries/Mine"},
			[]string{"risky_managed_policy: S has the AWS managed policy AdministratorAccess: everything on everything. What its permissions boundary /boundaries/Mine takes back is not known."},
		},
		"administrator that is denied IAM": {
			set{
				ManagedPolicies: []string{aws + "AdministratorAccess"},
				InlinePolicy:    statement(`{"Effect":"Deny","Action":"iam:*","Resource":"*"}`),
			},
			[]string{"risky_managed_policy: S has the AWS managed policy AdministratorAccess: everything on everything. A deny statement takes back IAM and passing any role."},
		},
		"a managed policy with a path that is not known": {set{ManagedPolicies: []string{aws + "job-function/DatabaseAdministrator"}}, nil},
		"everything": {
			set{InlinePolicy: statement(`{"Sid":"All","Effect":"Allow","Action":"*","Resource":"*"}`)},
			[]string{"everything_allowed: S: statement 1 of its inline policy allows every action. Among it: IAM, passing any role, assuming any role, IAM Identity Center, the organization, KMS key policies and logs and watches."},
		},
		"everything but": {
			set{InlinePolicy: statement(`{"Effect":"Allow","NotAction":["iam:*","sts:*","sso*:*","identitystore:*","organizations:*"],"Resource":["*"]}`)},
			[]string{"not_action_allowed: S: statement 1 of its inline policy allows every action but iam:*, sts:*, sso*:* and 2 more. Among it: KMS key policies and logs and watches."},
		},
		"IAM by a pattern in another case": {
			set{InlinePolicy: statement(`{"Effect":"Allow","Action":["IAM:put*Policy","s3:*"],"Resource":"arn:aws:iam::*:role/app/*"}`)},
			[]string{"iam_write: S can give itself or others more permissions, or leave access behind, through IAM: statement 1 of its inline policy allows IAM:put*Policy, on arn:aws:iam::*:role/app/*."},
		},
		"one question mark": {
			set{InlinePolicy: statement(`{"Effect":"Allow","Action":"iam:CreateRol?","Resource":"*"}`)},
			[]string{"iam_write: S can give itself or others more permissions, or leave access behind, through IAM: statement 1 of its inline policy allows iam:CreateRol?."},
		},
		"IAM that only reads": {set{InlinePolicy: statement(`{"Effect":"Allow","Action":["iam:Get*","iam:List*"],"Resource":"*"}`)}, nil},
		"IAM that is taken back": {
			set{InlinePolicy: statement(`{"Effect":"Allow","Action":"iam:Create*","Resource":"*"},{"Effect":"Deny","Action":"iam:*","Resource":"*"}`)}, nil,
		},
		"IAM that is taken back on a condition": {
			set{InlinePolicy: statement(`{"Effect":"Allow","Action":"iam:CreateUser","Resource":"*"},{"Effect":"Deny","Action":"iam:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`)},
			[]string{"iam_write: S can give itself or others more permissions, or leave access behind, through IAM: statement 1 of its inline policy allows iam:CreateUser."},
		},
		"IAM that is taken back on one resource": {
			set{InlinePolicy: statement(`{"Effect":"Allow","Action":"iam:CreateUser","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"arn:aws:iam::1:user/a"}`)},
			[]string{"iam_write: S can give itself or others more permissions, or leave access behind, through IAM: statement 1 of its inline policy allows iam:CreateUser."},
		},
		"IAM on a condition behind a boundary that leaves part": {
			set{
				InlinePolicy:        statement(`{"Effect":"Allow","Action":"kms:*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/a":"b"}}}`),
				PermissionsBoundary: aws + "AWSKeyManagementServicePowerUser",
			},
			[]string{"key_policy_write (slight): S can change who may use KMS keys, or destroy them: statement 1 of its inline policy allows kms:*, under a condition that is not looked at here. " +
				"Its permissions boundary AWSKeyManagementServicePowerUser takes back all of it."},
		},
		"passing any role":     {set{InlinePolicy: statement(`{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::*:role/*"}`)}, []string{"pass_any_role: S can pass any role to a service, and so work with that role's permissions: statement 1 of its inline policy allows iam:PassRole, on arn:aws:iam::*:role/*."}},
		"passing a chosen one": {set{InlinePolicy: statement(`{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::*:role/app-*"}`)}, nil},
		"passing all but one": {
			set{InlinePolicy: statement(`{"Effect":"Allow","Action":"iam:PassRole","NotResource":"arn:aws:iam::*:role/admin"}`)},
			[]string{"pass_any_role: S can pass any role to a service, and so work with that role's permissions: statement 1 of its inline policy allows iam:PassRole, on every resource but arn:aws:iam::*:role/admin."},
		},
		"assuming any role":     {set{InlinePolicy: statement(`{"Effect":"Allow","Action":"sts:*","Resource":"*"}`)}, []string{"assume_any_role: S can assume any role whose trust policy allows the account, also in other accounts, in sessions that outlive the elevation: statement 1 of its inline policy allows sts:*."}},
		"assuming a chosen one": {set{InlinePolicy: statement(`{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::1:role/x"}`)}, nil},
		"IAM Identity Center": {
			set{InlinePolicy: statement(`{"Effect":"Allow","Action":"sso:Create*","Resource":"*"},{"Effect":"Allow","Action":"identitystore:*","Resource":"*"}`)},
			[]string{"identity_center_write: S can change who has access to what in IAM Identity Center, past TEAM: statement 1 of its inline policy allows sso:Create*. So do 1 more of its statements."},
		},
		"the organization": {
			set{InlinePolicy: `{"Statement":{"Effect":"Allow","Action":"organizations:LeaveOrganization","Resource":"*"}}`},
			[]string{"organizations_write: S can change the organization and its guardrails: statement 1 of its inline policy allows organizations:LeaveOrganization."},
		},
		"logs": {
			set{InlinePolicy: statement(`{"Effect":"Allow","Action":["cloudtrail:StopLogging","logs:*","config:*","guardduty:*"],"Resource":"*"}`)},
			[]string{"log_tampering: S can stop or delete what records and watches: statement 1 of its inline policy allows cloudtrail:StopLogging, logs:*, config:* and 1 more."},
		},
		"customer-managed": {
			set{CustomerPolicies: []string{"/team/Deploy"}},
			[]string{"customer_policy_unread (slight): S refers to the customer-managed policy /team/Deploy. It is another in every account, and TEAM does not read it."},
		},
		"what cannot be read": {
			set{InlinePolicy: `{"Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}`},
			[]string{`inline_policy_unreadable: S has an inline policy that cannot be read (parse statement 1 of IAM policy: its effect is "allow", neither Allow nor Deny): what it allows is not known.`},
		},
		"a long session": {
			set{SessionDuration: 90 * time.Minute},
			[]string{"long_session: S has a session duration of 1 hour 30 minutes: credentials taken at the last moment work that much longer than the elevation."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			test.set.Name = "S"
			var got []string
			for _, r := range risk.Of(test.set) {
				line := r.Code
				if r.Slight {
					line += " (slight)"
				}
				got = append(got, line+": "+r.Text)
				if r.Where == "" {
					t.Errorf("%s is nowhere", r.Code)
				}
			}
			if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

func TestTheStatementIsNamed(t *testing.T) {
	risks := risk.Of(directory.PermissionSet{InlinePolicy: statement(`{"Effect":"Deny","Action":"s3:*","Resource":"*"},{"Sid":"Root","Effect":"Allow","Action":"**","Resource":"*"}`)})
	if len(risks) != 1 || risks[0].Where != "inline policy, statement 2 (Root)" {
		t.Errorf("risks %+v", risks)
	}
}

func TestAManagedPolicyMayDeny(t *testing.T) {
	risks := risk.Of(directory.PermissionSet{Name: "S", ManagedPolicies: []string{aws + "IAMFullAccess", aws + "AWSDenyAll"}})
	if len(risks) != 1 || !risks[0].Slight {
		t.Errorf("risks %+v", risks)
	}
}

func TestUnreadablePolicies(t *testing.T) {
	for text, want := range map[string]string{
		`[]`: "parse IAM policy", `{}`: "parse statements", `{"Statement":"x"}`: "parse statements",
		`{"Statement":[{"Effect":"Allow","Resource":"*"}]}`:                                 "either Action or NotAction",
		`{"Statement":[{"Effect":"Allow","Action":"*","NotAction":"*","Resource":"*"}]}`:    "either Action or NotAction",
		`{"Statement":[{"Effect":"Allow","Action":"*"}]}`:                                   "either Resource or NotResource",
		`{"Statement":[{"Effect":"Allow","Action":[1],"Resource":"*"}]}`:                    "a string or a list of strings",
		`{"Statement":[{"Effect":"Allow","Action":{"a":"b"},"Resource":"*"}]}`:              "a string or a list of strings",
		`{"Statement":{"Effect":"","Action":"*","Resource":"*"}}`:                           "neither Allow nor Deny",
		`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Maybe"}]}`: "statement 2",
	} {
		if _, err := risk.Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// What is added to a policy as a denial of everything must leave nothing but what is slight, and nothing may panic.
func FuzzParse(f *testing.F) {
	f.Add(statement(`{"Effect":"Allow","Action":["iam:*","s3:Get?bject"],"NotResource":"*","Condition":{"a":{"b":"c"}}}`))
	f.Add(statement(`{"Effect":"Deny","NotAction":"iam:*","Resource":["*"]}`))
	f.Add(`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)
	f.Add(`{"Statement":[null]}`)
	f.Fuzz(func(t *testing.T, text string) {
		document, err := risk.Parse(text)
		if err == nil && strings.TrimSpace(text) == "" {
			t.Fatalf("read nothing as %+v", document)
		}
		set := directory.PermissionSet{Name: "S", InlinePolicy: text}
		readable := true
		for _, r := range risk.Of(set) {
			readable = readable && r.Code != risk.CodeInlinePolicyUnreadable
		}
		if readable != (err == nil || strings.TrimSpace(text) == "") {
			t.Fatalf("the parser says %v, the risks say readable=%v", err, readable)
		}
		set.ManagedPolicies = []string{aws + "AWSDenyAll"}
		for _, r := range risk.Of(set) {
			if !r.Slight && r.Code != risk.CodeInlinePolicyUnreadable {
				t.Fatalf("everything is denied, and still: %+v", r)
			}
		}
	})
}
