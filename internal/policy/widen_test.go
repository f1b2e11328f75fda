package policy_test

import (
	"slices"
	"testing"
	"time"

	"github.com/team-idc/team/internal/policy"
)

func TestWidens(t *testing.T) {
	second := func(edit func(*policy.Eligibility)) func(*world) {
		return func(w *world) {
			w.set.Eligibility = append(w.set.Eligibility, eligibility("p2", "Second", edit))
		}
	}
	more := func(edit func(*policy.Approver)) func(*world) {
		return func(w *world) { w.set.Approver = append(w.set.Approver, approver("a2", "Second", edit)) }
	}
	nothing := func(*world) {}
	p := func(edit func(*policy.Eligibility)) func(*world) {
		return func(w *world) { edit(&w.set.Eligibility[0]) }
	}
	a := func(edit func(*policy.Approver)) func(*world) {
		return func(w *world) { edit(&w.set.Approver[0]) }
	}
	s := func(edit func(*policy.Settings)) func(*world) {
		return func(w *world) { edit(&w.set.Settings) }
	}
	for _, tc := range []struct {
		name          string
		before, after func(*world) // after is applied on top of before
		want          []string
	}{
		{"nothing", nothing, nothing, nil},
		{"a name, owners", nothing, p(func(p *policy.Eligibility) { p.Name, p.Owners.Users = "Else", []string{ann} }), nil},

		{
			"new eligibility policy", nothing, second(func(p *policy.Eligibility) { p.Principals.Users = []string{bob} }),
			[]string{`Eligibility policy "Second": it is new, so that 1 user and 1 group may ask for 1 permission set.`},
		},
		{"deleted eligibility policy", nothing, p(func(p *policy.Eligibility) { p.Deleted = true }), nil},
		{
			"deleted, but a looser one remains", second(func(p *policy.Eligibility) { p.ApprovalRequired = false }),
			p(func(p *policy.Eligibility) { p.Deleted = true }),
			[]string{`Eligibility policy "Everywhere": where it goes, eligibility policy "Second" may give the same without approval.`},
		},
		{"deleted, but one for other permission sets remains", second(func(p *policy.Eligibility) {
			p.ApprovalRequired, p.PermissionSets = false, []string{readOnly}
		}), p(func(p *policy.Eligibility) { p.Deleted = true }), nil},
		{
			"excluding more where one without its pattern remains", func(w *world) {
				second(func(*policy.Eligibility) {})(w)
				w.set.Eligibility[0].TicketPattern = "CHG.*"
			}, p(func(p *policy.Eligibility) { p.Targets.ExcludeOUs = []string{prod} }),
			[]string{`Eligibility policy "Everywhere": where it reaches less, eligibility policy "Second" may give the same without its ticket pattern.`},
		},
		{
			"principals", nothing, p(func(p *policy.Eligibility) {
				p.Principals = policy.Principals{Users: []string{dee}, Groups: []string{devs, leads}}
			}),
			[]string{`Eligibility policy "Everywhere": user u-dee may ask now.`, `Eligibility policy "Everywhere": group g-leads may ask now.`},
		},
		{"fewer principals", nothing, p(func(p *policy.Eligibility) { p.Principals = policy.Principals{} }), nil},
		{"targets", nothing, p(func(p *policy.Eligibility) {
			p.Targets.Accounts = []string{identity}
			p.Targets.Tags = []policy.TagTarget{{Key: "env", Values: []string{"dev"}}}
			p.Targets.OUs = []policy.OUTarget{{ID: root, DirectOnly: true}, {ID: dev}}
		}), []string{
			`Eligibility policy "Everywhere": account 888888888888 may be asked for now.`,
			`Eligibility policy "Everywhere": unit ou-root-dev00000 may be asked for now.`,
			`Eligibility policy "Everywhere": tag env may be asked for now.`,
		}},
		{
			"no longer direct only", p(func(p *policy.Eligibility) { p.Targets.OUs[0].DirectOnly = true }),
			p(func(p *policy.Eligibility) { p.Targets.OUs = []policy.OUTarget{{ID: root}} }),
			[]string{`Eligibility policy "Everywhere": unit r-root may be asked for now.`},
		},
		{
			"fewer values of a tag", p(func(p *policy.Eligibility) { p.Targets.Tags = []policy.TagTarget{{Key: "env"}} }),
			p(func(p *policy.Eligibility) {
				p.Targets.Tags = []policy.TagTarget{{Key: "env", Values: []string{"dev"}}}
			}), nil,
		},
		{
			"any value of a tag", p(func(p *policy.Eligibility) {
				p.Targets.Tags = []policy.TagTarget{{Key: "env", Values: []string{"dev"}}}
			}), p(func(p *policy.Eligibility) { p.Targets.Tags = []policy.TagTarget{{Key: "env"}} }),
			[]string{`Eligibility policy "Everywhere": tag env may be asked for now.`},
		},
		{"exclusions taken away", p(func(p *policy.Eligibility) {
			p.Targets.ExcludeAccounts, p.Targets.ExcludeOUs = []string{payProd}, []string{dev}
		}), p(func(p *policy.Eligibility) { p.Targets.ExcludeAccounts, p.Targets.ExcludeOUs = nil, nil }), []string{
			`Eligibility policy "Everywhere": account 100000000001, no longer left out, may be asked for now.`,
			`Eligibility policy "Everywhere": unit ou-root-dev00000, no longer left out, may be asked for now.`,
		}},
		{
			"permission set", nothing, p(func(p *policy.Eligibility) { p.PermissionSets = []string{readOnly} }),
			[]string{`Eligibility policy "Everywhere": permission set ` + readOnly + ` may be asked for now.`},
		},
		{"terms", p(func(p *policy.Eligibility) { p.TicketPattern = "CHG.*" }), p(func(p *policy.Eligibility) {
			p.MaxDuration, p.ApprovalRequired, p.TicketPattern, p.Emergency = 8*time.Hour, false, "", true
		}), []string{
			`Eligibility policy "Everywhere": access may last 8 hours instead of 4 hours.`,
			`Eligibility policy "Everywhere": it no longer requires approval.`,
			`Eligibility policy "Everywhere": its ticket pattern CHG.* no longer holds.`,
			`Eligibility policy "Everywhere": it may be used for emergency access.`,
		}},
		{
			"a machine", p(func(p *policy.Eligibility) { p.Machines = []string{"mch_a", "mch_b"} }),
			p(func(p *policy.Eligibility) { p.Machines = []string{"mch_b", "mch_c"} }),
			[]string{`Eligibility policy "Everywhere": machine client mch_c may ask for people now.`},
		},
		{"a machine less", p(func(p *policy.Eligibility) { p.Machines = []string{"mch_a"} }), nothing, nil},
		{"stricter terms", p(func(p *policy.Eligibility) { p.ApprovalRequired = false }), p(func(p *policy.Eligibility) {
			p.MaxDuration, p.ApprovalRequired, p.TicketPattern = time.Hour, true, "CHG.*"
		}), nil},

		{
			"new approver policy", nothing, more(func(*policy.Approver) {}),
			[]string{`Approver policy "Second": it is new, so that 1 group may decide.`},
		},
		{"deleted approver policy", nothing, a(func(p *policy.Approver) { p.Deleted = true }), nil},
		{
			"deleted, but one that demands less remains", func(w *world) {
				more(func(*policy.Approver) {})(w)
				w.set.Approver[0].Stages = stages(stage(2, leads))
			}, a(func(p *policy.Approver) { p.Deleted = true }),
			[]string{`Approver policy "Leads": where it goes, approver policy "Second" demands less.`},
		},
		{
			"deleted, but it kept another from counting", func(w *world) {
				more(func(*policy.Approver) {})(w)
				w.set.Approver[0].StopInheritance = true
			}, a(func(p *policy.Approver) { p.Deleted = true }),
			[]string{`Approver policy "Leads": where it goes, it no longer keeps approver policy "Second" from counting.`},
		},
		{
			"approvers and numbers", func(w *world) { w.set.Approver[0].Stages = stages(stage(3, leads), stage(1, security)) },
			a(func(p *policy.Approver) { p.Stages = stages(stage(1, leads, devs)) }),
			[]string{
				`Approver policy "Leads": group g-devs may decide on stage 1.`,
				`Approver policy "Leads": stage 1 needs 1 approval instead of 3.`,
				`Approver policy "Leads": stage 2 is no longer needed.`,
			},
		},
		{
			"a further stage", nothing, a(func(p *policy.Approver) { p.Stages = append(p.Stages, stage(1, security)) }),
			[]string{`Approver policy "Leads": group g-security may decide on stage 2.`},
		},
		{"fewer approvers, larger number", nothing, a(func(p *policy.Approver) { p.Stages = stages(stage(2)) }), nil},
		{
			"approver targets", nothing, a(func(p *policy.Approver) { p.Targets = policy.Targets{} }),
			[]string{`Approver policy "Leads": every account is decided by it now.`},
		},
		{
			"from every account to one", a(func(p *policy.Approver) { p.Targets = policy.Targets{} }),
			a(func(p *policy.Approver) { p.Targets.Accounts = []string{identity} }),
			[]string{`Approver policy "Leads": account 888888888888 is decided by it now.`},
		},
		{"for any permission set and requester", a(func(p *policy.Approver) {
			p.PermissionSets, p.RequesterGroups = []string{admin}, []string{devs}
		}), a(func(p *policy.Approver) { p.PermissionSets, p.RequesterGroups = nil, nil }), []string{
			`Approver policy "Leads": every permission set is decided by it now.`,
			`Approver policy "Leads": every group has its requests decided by it now.`,
		}},
		{"for fewer permission sets, alone", nothing, a(func(p *policy.Approver) { p.PermissionSets = []string{admin} }), nil},
		{
			"inheritance", a(func(p *policy.Approver) { p.StopInheritance = true }),
			a(func(p *policy.Approver) { p.StopInheritance = false }),
			[]string{`Approver policy "Leads": approvers from further up decide too.`},
		},
		{
			"stopping what demands more", more(func(p *policy.Approver) { p.Stages = stages(stage(2, leads)) }),
			a(func(p *policy.Approver) { p.StopInheritance = true }),
			[]string{`Approver policy "Leads": approver policy "Second", which demands more, may no longer count.`},
		},

		{"looser settings", nothing, s(func(s *policy.Settings) {
			s.ApprovalRequired, s.CommentRequired, s.TicketRequired, s.TicketPattern = false, false, false, ""
			s.MinDuration, s.MaxDuration = time.Second, 10*time.Hour
			s.PendingExpiry, s.StartHorizon, s.ActivationDeadline = 4*time.Hour, 2400*time.Hour, time.Hour
			s.MaxExtensions, s.MaxTargets = 3, 60
			s.AdministratorGroup, s.AuditorGroup = devs, leads
		}), []string{
			"Settings: nobody needs approval any more, except for protected accounts.",
			"Settings: decisions need no comment any more.",
			"Settings: requests need no ticket any more.",
			"Settings: the ticket pattern [A-Za-z0-9].* no longer holds.",
			"Settings: requests may be as short as 1 second instead of 1 minute.",
			"Settings: access may last 10 hours instead of 9 hours.",
			"Settings: requests wait for an answer for 4 hours instead of 3 hours.",
			"Settings: access may begin ahead by 2400 hours instead of 2160 hours.",
			"Settings: access may begin late by 1 hour instead of 30 minutes.",
			"Settings: 3 extensions of one elevation are possible instead of 2.",
			"Settings: 60 targets in one request are possible instead of 50.",
			"Settings: the members of group g-devs are administrators.",
			"Settings: the members of group g-leads are auditors.",
		}},
		{"stricter settings", s(func(s *policy.Settings) {
			s.ApprovalRequired, s.CommentRequired, s.TicketRequired, s.TicketPattern = false, false, false, ""
		}), s(func(s *policy.Settings) {
			*s = policy.DefaultSettings()
			s.MaxDuration, s.SecondAdministrator, s.ProtectedAccounts = time.Hour, policy.SecondAlways, []string{logArchive}
		}), nil},
		{
			"second administrator", s(func(s *policy.Settings) { s.SecondAdministrator = policy.SecondAlways }),
			s(func(s *policy.Settings) { s.SecondAdministrator = policy.SecondAuto }),
			[]string{"Settings: a second administrator is no longer always needed."},
		},
		{
			"roles back to the start", s(func(s *policy.Settings) { s.AdministratorGroup = devs }), s(func(s *policy.Settings) { s.AdministratorGroup = "" }),
			[]string{"Settings: the members of group (as configured at start) are administrators."},
		},
		{
			"no longer protected", s(func(s *policy.Settings) { s.ProtectedAccounts = []string{logArchive} }),
			s(func(s *policy.Settings) { s.ProtectedAccounts = nil }),
			[]string{"Settings: account 300000000001 is no longer protected."},
		},
		{
			"an issuer", s(func(s *policy.Settings) {
				s.TrustedIssuers = []policy.TrustedIssuer{{Name: "a", URL: "https://a"}, {Name: "b", URL: "https://b"}, {Name: "c", URL: "https://c"}}
			}), s(func(s *policy.Settings) {
				s.TrustedIssuers = []policy.TrustedIssuer{
					{Name: "d", URL: "https://d", Audience: "e", KeysURL: "https://f"}, {Name: "c", URL: "https://c", Audience: "x"}, {Name: "a", URL: "https://a"},
				}
			}),
			[]string{
				"Settings: machine clients are known by ID tokens of d (https://d for e, keys at https://f) now.",
				"Settings: machine clients are known by ID tokens of c (https://c for x) now.",
			},
		},
		{"an issuer less", s(func(s *policy.Settings) {
			s.TrustedIssuers = []policy.TrustedIssuer{{Name: "a", URL: "https://a"}}
		}), s(func(s *policy.Settings) { s.TrustedIssuers = nil }), nil},
		{"protected, which frees it of stricter policies", func(w *world) {
			second(func(p *policy.Eligibility) { p.Targets.Accounts = []string{logArchive} })(w)
			w.set.Eligibility[0].TicketPattern = "CHG.*"
			more(func(p *policy.Approver) { p.Targets.Accounts = []string{logArchive} })(w)
			w.set.Approver[0].Stages = stages(stage(3, leads))
		}, s(func(s *policy.Settings) { s.ProtectedAccounts = []string{logArchive} }), []string{
			`Settings: for account 300000000001, now protected, the ticket pattern of eligibility policy "Everywhere" no longer holds.`,
			`Settings: for account 300000000001, now protected, approver policy "Leads", which demands more, no longer counts.`,
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := policy.Widens(newWorld(tc.before).set, newWorld(tc.before, tc.after).set)
			if !slices.Equal(texts(got), tc.want) {
				t.Errorf("widens:\n got %q\nwant %q", texts(got), tc.want)
			}
			for _, r := range got {
				if r.Policy == nil || r.Code == "" {
					t.Errorf("%+v names no policy or has no code", r)
				}
			}
		})
	}
}
