package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/team-idc/team/internal/policy"
)

const (
	validUser  = "906700000a-11111111-2222-3333-4444-555555555555"
	validGroup = "11111111-2222-3333-4444-666666666666"
	validUnit  = "ou-ab12-abcdefgh"
	validSet   = "arn:aws-us-gov:sso:::permissionSet/ssoins-1111111111111111/ps-2222222222222222"
)

func validEligibility() policy.Eligibility {
	return policy.Eligibility{
		Name: "Zahlungen 支払い", Principals: policy.Principals{Users: []string{validUser}, Groups: []string{validGroup}},
		Targets: policy.Targets{
			Accounts: []string{payProd}, OUs: []policy.OUTarget{{ID: validUnit}, {ID: "r-ab12"}},
			Tags: []policy.TagTarget{{Key: "env", Values: []string{"dev", ""}}}, ExcludeAccounts: []string{devA}, ExcludeOUs: []string{validUnit},
		},
		PermissionSets: []string{validSet}, MaxDuration: time.Hour, TicketPattern: `CHG-\d+`,
	}
}

func validApprover() policy.Approver {
	return policy.Approver{Name: "Leads", Stages: []policy.Stage{
		{Approvers: policy.Principals{Users: []string{validUser}}, Required: 1},
		{Approvers: policy.Principals{Groups: []string{validGroup}}, Required: 3},
	}}
}

func spellProblems(problems []policy.Problem) []string {
	var out []string
	for _, p := range problems {
		out = append(out, p.Field+" "+p.Code+": "+p.Text)
	}
	return out
}

func TestValidateEligibility(t *testing.T) {
	many := make([]string, policy.MaxListLength+1)
	for i := range many {
		many[i] = fmt.Sprintf("%012d", i)
	}
	for _, tc := range []struct {
		name string
		edit func(*policy.Eligibility)
		want []string
	}{
		{"valid", func(*policy.Eligibility) {}, nil},
		{"empty", func(p *policy.Eligibility) { *p = policy.Eligibility{} }, []string{
			"name missing: A policy must have a name.",
			"principals missing: At least one user or group is needed.",
			"targets missing: At least one account, organizational unit or tag is needed.",
			"permissionSets missing: At least one permission set is needed.",
			"maxDuration out_of_range: It must be between 1 minute and 8000 hours, not 0 seconds.",
		}},
		{"longest name", func(p *policy.Eligibility) { p.Name = strings.Repeat("支", 200) }, nil},
		{
			"too long a name", func(p *policy.Eligibility) { p.Name = strings.Repeat("支", 201) },
			[]string{"name too_long: A name has at most 200 characters; this one has 201."},
		},
		{
			"control character", func(p *policy.Eligibility) { p.Name = "a\nb" },
			[]string{"name bad_text: A name must not contain control characters or broken characters."},
		},
		{
			"reversed text", func(p *policy.Eligibility) { p.Name = "a\u202eb" },
			[]string{"name bad_text: A name must not contain control characters or broken characters."},
		},
		{
			"broken text", func(p *policy.Eligibility) { p.Name = "a\xff" },
			[]string{"name bad_text: A name must not contain control characters or broken characters."},
		},
		{"bad ids", func(p *policy.Eligibility) {
			p.Owners.Users = []string{"x"}
			p.Principals = policy.Principals{Users: []string{"ann"}, Groups: []string{""}}
			p.Targets = policy.Targets{
				Accounts: []string{"123"}, OUs: []policy.OUTarget{{ID: "ou-1"}},
				ExcludeAccounts: []string{"abc"}, ExcludeOUs: []string{"r-"},
			}
			p.PermissionSets = []string{"Admin"}
		}, []string{
			`owners.users[0] bad_id: "x" is not the id of a user.`,
			`principals.users[0] bad_id: "ann" is not the id of a user.`,
			`principals.groups[0] bad_id: "" is not the id of a group.`,
			`targets.accounts[0] bad_id: "123" is not an account id of twelve digits.`,
			`targets.ous[0] bad_id: "ou-1" is not the id of an organizational unit or root.`,
			`targets.excludeAccounts[0] bad_id: "abc" is not an account id of twelve digits.`,
			`targets.excludeOUs[0] bad_id: "r-" is not the id of an organizational unit or root.`,
			`permissionSets[0] bad_id: "Admin" is not the ARN of a permission set.`,
		}},
		{
			"id with a line after it", func(p *policy.Eligibility) { p.Targets.Accounts = []string{payProd + "\n"} },
			[]string{`targets.accounts[0] bad_id: "100000000001\n" is not an account id of twelve digits.`},
		},
		{"duplicates", func(p *policy.Eligibility) {
			p.Principals.Users = []string{validUser, validUser}
			p.Targets.OUs = []policy.OUTarget{{ID: validUnit}, {ID: validUnit, DirectOnly: true}}
			p.Targets.Tags = []policy.TagTarget{{Key: "env", Values: []string{"a", "a"}}, {Key: "env"}}
		}, []string{
			"principals.users[1] duplicate: " + validUser + " is named twice.",
			"targets.ous[1] duplicate: " + validUnit + " is named twice.",
			"targets.tags[0].values[1] duplicate: The value a is named twice.",
			"targets.tags[1].key duplicate: The tag env is named twice.",
		}},
		{"tags", func(p *policy.Eligibility) {
			p.Targets.Tags = []policy.TagTarget{{Key: ""}, {Key: "k", Values: []string{strings.Repeat("v", 257)}}}
		}, []string{
			"targets.tags[0].key bad_text: A tag key has 1 to 128 characters, none of them a control character.",
			"targets.tags[1].values[0] bad_text: A tag value has at most 256 characters, none of them a control character.",
		}},
		{
			"too many accounts", func(p *policy.Eligibility) { p.Targets.Accounts = many },
			[]string{"targets.accounts too_many: At most 5000 are possible; these are 5001."},
		},
		{
			"too long", func(p *policy.Eligibility) { p.MaxDuration = 8000*time.Hour + 1 },
			[]string{"maxDuration out_of_range: It must be between 1 minute and 8000 hours, not 8000 hours."},
		},
		{
			"pattern", func(p *policy.Eligibility) { p.TicketPattern = "(" },
			[]string{"ticketPattern bad_pattern: The ticket pattern cannot be read: missing closing ): `(`."},
		},
		{
			"pattern that breaks out of its anchors", func(p *policy.Eligibility) { p.TicketPattern = "a)|(b" },
			[]string{"ticketPattern bad_pattern: The ticket pattern cannot be read: unexpected ): `a)|(b`."},
		},
		{
			"long pattern", func(p *policy.Eligibility) { p.TicketPattern = strings.Repeat("a", 501) },
			[]string{"ticketPattern too_long: A ticket pattern has at most 500 bytes; this one has 501."},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := validEligibility()
			tc.edit(&p)
			if got := spellProblems(p.Validate()); !slices.Equal(got, tc.want) {
				t.Errorf("problems:\n got %q\nwant %q", got, tc.want)
			}
		})
	}
}

func TestValidateApprover(t *testing.T) {
	for _, tc := range []struct {
		name string
		edit func(*policy.Approver)
		want []string
	}{
		{"valid, for every account", func(*policy.Approver) {}, nil},
		{"no stage", func(p *policy.Approver) { p.Stages = nil }, []string{"stages missing: At least one stage is needed."}},
		{"empty stage", func(p *policy.Approver) { p.Stages[1] = policy.Stage{} }, []string{
			"stages[1].approvers missing: At least one user or group is needed.",
			"stages[1].required out_of_range: It must be between 1 and 20, not 0.",
		}},
		{
			"more required than named", func(p *policy.Approver) { p.Stages[0].Required = 2 },
			[]string{"stages[0].required out_of_range: 2 approvals are required, but only 1 person is named."},
		},
		{
			"too many stages", func(p *policy.Approver) { p.Stages = slices.Repeat(p.Stages[1:], 6) },
			[]string{"stages too_many: At most 5 are possible; these are 6."},
		},
		{"bad ids", func(p *policy.Approver) {
			p.PermissionSets, p.RequesterGroups = []string{"x"}, []string{"y"}
			p.Stages[0].Approvers.Users = []string{"z"}
		}, []string{
			`permissionSets[0] bad_id: "x" is not the ARN of a permission set.`,
			`requesterGroups[0] bad_id: "y" is not the id of a group.`,
			`stages[0].approvers.users[0] bad_id: "z" is not the id of a user.`,
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := validApprover()
			tc.edit(&p)
			if got := spellProblems(p.Validate()); !slices.Equal(got, tc.want) {
				t.Errorf("problems:\n got %q\nwant %q", got, tc.want)
			}
		})
	}
}

func TestValidateSettings(t *testing.T) {
	for _, tc := range []struct {
		name string
		edit func(*policy.Settings)
		want []string
	}{
		{"defaults", func(*policy.Settings) {}, nil},
		{"zero", func(s *policy.Settings) { *s = policy.Settings{} }, []string{
			"maxDuration out_of_range: It must be between 1 minute and 8000 hours, not 0 seconds.",
			"minDuration out_of_range: It must be between 1 second and 8000 hours, not 0 seconds.",
			"pendingExpiry out_of_range: It must be between 1 minute and 8000 hours, not 0 seconds.",
			"activationDeadline out_of_range: It must be between 1 minute and 24 hours, not 0 seconds.",
			"maxTargets out_of_range: It must be between 1 and 500, not 0.",
			`secondAdministrator out_of_range: It must be "auto" or "always".`,
		}},
		{
			"minimum over maximum", func(s *policy.Settings) { s.MinDuration = 10 * time.Hour },
			[]string{"minDuration out_of_range: The shortest request, 10 hours, must not be longer than the longest, 9 hours."},
		},
		{"too much", func(s *policy.Settings) {
			s.StartHorizon, s.MaxExtensions = 9000*time.Hour, -1
			s.ProtectedAccounts, s.AdministratorGroup, s.AuditorGroup = []string{"1"}, "admins", "auditors"
			s.TicketPattern = "[a"
		}, []string{
			"ticketPattern bad_pattern: The ticket pattern cannot be read: missing closing ]: `[a`.",
			"startHorizon out_of_range: It must be between 0 seconds and 8784 hours, not 9000 hours.",
			"maxExtensions out_of_range: It must be between 0 and 100, not -1.",
			`protectedAccounts[0] bad_id: "1" is not an account id of twelve digits.`,
			`administratorGroup bad_id: "admins" is not the id of a group.`,
			`auditorGroup bad_id: "auditors" is not the id of a group.`,
		}},
		{"issuers", func(s *policy.Settings) {
			s.TrustedIssuers = []policy.TrustedIssuer{
				{Name: "github", URL: "https://token.actions.githubusercontent.com", Audience: "https://team.example.com"},
				{Name: "cluster-1", URL: "https://oidc.example.com/id/A1", KeysURL: "https://oidc.example.com/id/A1/keys"},
				{Name: "here", URL: "http://127.0.0.1:8080"},
				{Name: "there", URL: "http://localhost:8080/realms/a"},
			}
		}, nil},
		{"bad issuers", func(s *policy.Settings) {
			s.TrustedIssuers = []policy.TrustedIssuer{
				{Name: "GitHub", URL: "http://token.example.com"},
				{Name: "a", URL: "https://a.example.com?b=c"},
				{Name: "a", URL: "https://user@a.example.com"},
				{Name: "b", URL: "https://*.example.com", Audience: "a b"},
				{Name: "c", URL: "https://c.example.com", KeysURL: "keys", Audience: "*"},
				{Name: "d", URL: "https://d.example.com#a"},
				{Name: "e", URL: "https://e.example.com\\@f"},
				{Name: "f"},
			}
		}, []string{
			`trustedIssuers[0].name bad_text: A name has at most 40 small letters, digits and dashes; "GitHub" has others, or is empty.`,
			`trustedIssuers[0].issuer bad_text: "http://token.example.com" is not an address as https://issuer.example.com, without a query.`,
			`trustedIssuers[1].issuer bad_text: "https://a.example.com?b=c" is not an address as https://issuer.example.com, without a query.`,
			`trustedIssuers[2].name duplicate: The issuer a is named twice.`,
			`trustedIssuers[2].issuer bad_text: "https://user@a.example.com" is not an address as https://issuer.example.com, without a query.`,
			`trustedIssuers[3].issuer bad_text: "https://*.example.com" is not an address as https://issuer.example.com, without a query.`,
			`trustedIssuers[3].audience bad_text: An audience has at most 500 bytes, and no spaces or *: it is compared letter by letter.`,
			`trustedIssuers[4].jwksUrl bad_text: "keys" is not an address as https://issuer.example.com, without a query.`,
			`trustedIssuers[4].audience bad_text: An audience has at most 500 bytes, and no spaces or *: it is compared letter by letter.`,
			`trustedIssuers[5].issuer bad_text: "https://d.example.com#a" is not an address as https://issuer.example.com, without a query.`,
			`trustedIssuers[6].issuer bad_text: "https://e.example.com\\@f" is not an address as https://issuer.example.com, without a query.`,
			`trustedIssuers[7].issuer bad_text: "" is not an address as https://issuer.example.com, without a query.`,
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := policy.DefaultSettings()
			tc.edit(&s)
			if got := spellProblems(s.Validate()); !slices.Equal(got, tc.want) {
				t.Errorf("problems:\n got %q\nwant %q", got, tc.want)
			}
		})
	}
}

// Whatever pattern Validate lets through accepts whole tickets only.
func TestPropertyPatternsAreAnchored(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source := rapid.StringMatching(`[ab|()?*^$]{1,8}`).Draw(t, "pattern")
		p := validEligibility()
		p.TicketPattern = source
		if len(p.Validate()) > 0 {
			return
		}
		w := newWorld(func(w *world) {
			w.set.Settings.TicketPattern = ""
			w.set.Eligibility[0].TicketPattern = source
		})
		a := w.evaluate(func(q *policy.Question) { q.Ticket = "ab\nsomething else" })
		if a.Allowed {
			t.Fatalf("%q accepts more than it says", source)
		}
	})
}
