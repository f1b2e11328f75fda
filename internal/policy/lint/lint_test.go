package lint_test

import (
	"slices"
	"testing"
	"time"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policy/lint"
)

func TestNothingToFind(t *testing.T) { finds(t, newWorld()) }

func TestUnknownIDs(t *testing.T) {
	finds(t, newWorld(asking(func(p *policy.Eligibility) {
		p.Principals = policy.Principals{Users: []string{"u-left", eve}, Groups: []string{devs, "g-left"}}
		p.Owners.Users = []string{eve, "u-left"} // a disabled owner is nothing, an unknown one is
		p.Targets.Accounts, p.Targets.ExcludeOUs = []string{"000000000009", devOld}, []string{"ou-left"}
		p.PermissionSets = []string{deploy, "ps-left"}
		p.Machines = []string{"mch_here", "mch_left"}
	}), setting(func(s *policy.Settings) {
		s.ProtectedAccounts, s.AuditorGroup = []string{logArchive, "000000000009"}, "g-left"
	})),
		`warning disabled_user [e1 principals.users[1]] The user eve is not enabled in the identity store.`,
		`warning unknown_account [e1 targets.accounts[0]; settings protectedAccounts[1]] There is no account 000000000009 (any more).`,
		`warning unknown_group [e1 principals.groups[1]; settings auditorGroup] There is no group g-left (any more).`,
		`warning unknown_machine [e1 machines[1]] There is no machine client mch_left (any more).`,
		`warning unknown_ou [e1 targets.excludeOUs[0]] There is no organizational unit ou-left (any more).`,
		`warning unknown_permission_set [e1 permissionSets[1]] There is no permission set ps-left (any more).`,
		`warning unknown_user [e1 owners.users[1]; e1 principals.users[0]] There is no user u-left (any more).`,
		`note inactive_account [e1 targets.accounts[1]] dev-old (200000000002) is not active (AWS says "SUSPENDED").`,
	)
}

// What was not read yet is never called unknown, and nothing is concluded from it (P9).
func TestNothingIsConcludedFromWhatWasNotRead(t *testing.T) {
	for _, part := range directory.Parts() {
		w := newWorld()
		w.read[part] = false
		switch part {
		case directory.PartInstance:
			w.content.Instance = directory.Instance{}
		case directory.PartUnits:
			w.content.OUs = nil
		case directory.PartAccounts:
			w.content.Accounts = nil
		case directory.PartPermissionSets:
			w.content.PermissionSets = nil
		case directory.PartUsers:
			w.content.Users = nil
		case directory.PartGroups:
			w.content.Groups = nil
		case directory.PartMemberships:
			for i := range w.content.Groups {
				w.content.Groups[i].Members = nil
			}
		case directory.PartAccountTags:
			for i := range w.content.Accounts {
				w.content.Accounts[i].Tags = nil
			}
			w.set.Eligibility[0].Targets.Tags = []policy.TagTarget{{Key: "env", Values: []string{"dev"}}}
		}
		t.Run(string(part), func(t *testing.T) {
			finds(t, w)
			if r := w.run(); !slices.Equal(r.NotRead, []directory.Part{part}) {
				t.Errorf("not read %v", r.NotRead)
			}
		})
	}
}

func TestTargetsThatComeToNothing(t *testing.T) {
	finds(t, newWorld(asking(func(p *policy.Eligibility) {
		p.Targets = policy.Targets{OUs: []policy.OUTarget{{ID: empty}, {ID: root, DirectOnly: true}}, ExcludeAccounts: []string{management}}
	})),
		`error no_account [e1 targets] Eligibility policy "Deploying" can never match: its targets come to no account (the 2 accounts they reach cannot be given access to, or are protected and not named by id).`,
		`warning empty_ou [e1 targets.ous[0]] The organizational unit Root / Empty holds no account.`,
		`note protected_account_swept [e1 targets.ous[1]] Eligibility policy "Deploying" reaches 2 protected accounts without naming them by id, and does not match there: log-archive (300000000001), identity (888888888888).`,
	)
	finds(t, newWorld(asking(func(p *policy.Eligibility) {
		p.Targets.OUs = append(p.Targets.OUs, policy.OUTarget{ID: dev})
		p.Targets.Accounts = []string{devA}
		p.Targets.Tags = []policy.TagTarget{{Key: "env", Values: []string{"dev", "Dev"}}, {Key: "Env"}}
		p.Targets.ExcludeOUs = []string{dev}
	})),
		`warning target_excluded [e1 targets.accounts[0]] Eligibility policy "Deploying" names dev-a (200000000001), and its exclusions take it away again.`,
		`warning target_excluded [e1 targets.ous[1]] Eligibility policy "Deploying" names Root / Dev, and its exclusions take it away again.`,
		`warning unused_tag [e1 targets.tags[1]] No account carries the tag Env.`,
		`warning unused_tag [e1 targets.tags[0].values[1]] No account carries the tag env=Dev.`,
	)
	finds(t, newWorld(asking(func(p *policy.Eligibility) { p.PermissionSets = []string{billing} })),
		`error no_permission_set [e1 permissionSets] Eligibility policy "Deploying" can never match: no permission set that it names can be given.`,
		`warning permission_set_not_offered [e1 permissionSets[0]] Billing is provisioned in the management account: AWS lets no delegated administrator assign it, in any account.`,
	)
	finds(t, newWorld(deciding(func(p *policy.Approver) { p.Targets = policy.Targets{Accounts: []string{devOld}} }), asking(func(p *policy.Eligibility) { p.ApprovalRequired = false })),
		`error no_account [a1 targets] Approver policy "Leads" can never match: its targets come to no account (the 1 account they reach cannot be given access to, or are protected and not named by id).`,
		`note inactive_account [a1 targets.accounts[0]] dev-old (200000000002) is not active (AWS says "SUSPENDED").`,
	)
}

func TestPeopleWhoAreNobody(t *testing.T) {
	finds(t, newWorld(asking(func(p *policy.Eligibility) { p.Principals = policy.Principals{Groups: []string{gone}} }),
		deciding(func(p *policy.Approver) { p.RequesterGroups = []string{gone} })),
		`error no_principal [e1 principals] Eligibility policy "Deploying" can never match: nobody it names is enabled.`,
		`warning empty_group [e1 principals.groups[0]; a1 requesterGroups[0]] The group gone has no enabled member.`,
		`warning no_requester [a1 requesterGroups] Approver policy "Leads" never counts: the groups for whose requests it holds have no enabled member.`,
	)
	finds(t, newWorld(deciding(func(p *policy.Approver) {
		p.Stages = []policy.Stage{stage(1, leads), stage(1, gone), stage(3, leads)}
	}), asking(func(p *policy.Eligibility) { p.ApprovalRequired = false })),
		`warning empty_group [a1 stages[1].approvers.groups[0]] The group gone has no enabled member.`,
		`warning quorum_too_large [a1 stages[2].required] Stage 3 of approver policy "Leads" requires 3 approvals, but names 2 people who could give one.`,
		`warning stage_without_approvers [a1 stages[1].approvers] Stage 2 of approver policy "Leads" names nobody who is enabled.`,
	)
	finds(t, newWorld(deciding(func(p *policy.Approver) { p.Stages = []policy.Stage{stage(1, leads), stage(2, leads)} }), asking(func(p *policy.Eligibility) { p.ApprovalRequired = false })),
		`warning stages_share_people [a1 stages] The 2 stages of approver policy "Leads" require 3 approvals from different people, but only 2 could give them.`,
	)
}

func TestDurationsAndTickets(t *testing.T) {
	finds(t, newWorld(asking(func(p *policy.Eligibility) { p.MaxDuration = time.Minute }), setting(func(s *policy.Settings) { s.MinDuration = 90 * time.Second })),
		`error maximum_too_short [e1 maxDuration] Eligibility policy "Deploying" allows at most 1 minute, but the settings let nobody ask for less than 1 minute 30 seconds.`)
	finds(t, newWorld(asking(func(p *policy.Eligibility) { p.MaxDuration = 90 * time.Minute }), setting(func(s *policy.Settings) { s.MaxDuration = time.Hour })),
		`note maximum_capped [e1 maxDuration] Eligibility policy "Deploying" allows 1 hour 30 minutes, but the settings' maximum of 1 hour holds.`)
	for _, test := range []struct{ of, settings, want string }{
		{`OPS-\d+`, `[A-Za-z0-9].*`, ""},
		{`OPS-\d+`, ``, ""},
		{`OPS-\d+`, `OPS-1.*`, ""},
		{`(?i)ops`, `OPS`, ""},
		{`[^A]*`, `A|B`, ""},
		{`OPS-\d+`, `INC-\d+`, "both"},
		{`OPS`, `INC`, "both"},
		{`OPS`, `O`, "both"},
		{`ops`, `[A-Z]+`, "both"},
		{`[A-Z]+`, `ops`, "both"},
		{`[^\x00-\x{10FFFF}]`, ``, "of"},
		{`A[^\x00-\x{10FFFF}]+|(B[^\x00-\x{10FFFF}])`, `x.*`, "of"},
	} {
		w := newWorld(asking(func(p *policy.Eligibility) { p.TicketPattern = test.of }), setting(func(s *policy.Settings) { s.TicketPattern = test.settings }))
		switch test.want {
		case "":
			finds(t, w)
		case "of":
			finds(t, w, `error no_ticket_possible [e1 ticketPattern] No ticket can match the pattern `+test.of+` of eligibility policy "Deploying".`)
		default:
			finds(t, w, `error no_ticket_possible [e1 ticketPattern] No ticket can match both the pattern `+test.of+` of eligibility policy "Deploying" and the settings' pattern `+test.settings+`.`)
		}
	}
	finds(t, newWorld(setting(func(s *policy.Settings) { s.TicketPattern = `[^\x00-\x{10FFFF}]` })),
		`error no_ticket_possible [settings ticketPattern] No ticket can match the settings' pattern [^\x00-\x{10FFFF}].`)
}

func TestNobodyDecides(t *testing.T) {
	finds(t, newWorld(func(w *world) { w.set.Approver = nil }),
		`error nobody_decides [e1 targets] Nothing that eligibility policy "Deploying" lets people ask for could be decided: 2 people in 2 accounts. `+
			`For example abe, asking for Deploy in pay-prod (100000000001): Approval is required, but no approver policy matches pay-prod (100000000001) with this permission set and requester. An administrator must add one.`)
	finds(t, newWorld(deciding(func(p *policy.Approver) { p.Stages[0].Approvers = policy.Principals{Users: []string{ann}} })),
		`warning some_undecided [e1 targets] Eligibility policy "Deploying": some requests of 1 of 2 people, in 2 of 2 accounts, could not be decided. `+
			`For example ann, asking for Deploy in pay-prod (100000000001): Stage 1 of 1 on pay-prod (100000000001) needs 1 approval, but only 0 people could decide (enabled, named as approver, and not the requester). An approver policy must name more people.`)
	w := newWorld(func(w *world) { w.effort = 1 })
	second := w.set.Eligibility[0]
	second.ID, second.Name, second.MaxDuration = "e2", "More", 2*time.Hour
	w.set.Eligibility = append(w.set.Eligibility, second)
	if r := w.run(); r.Unexamined != 1 || len(r.Findings) != 0 {
		t.Errorf("report %+v", r)
	}
}

func TestPeersDecide(t *testing.T) {
	finds(t, newWorld(deciding(func(p *policy.Approver) { p.Stages = []policy.Stage{stage(1, devs)} })),
		`note peers_decide [a1 stages] The members of devs ask by eligibility policy "Deploying" and decide by approver policy "Leads": they decide for each other.`)
	finds(t, newWorld(deciding(func(p *policy.Approver) {
		p.Stages, p.Targets = []policy.Stage{stage(1, devs)}, policy.Targets{OUs: []policy.OUTarget{{ID: dev}}}
	}), func(w *world) {
		other := w.set.Approver[0]
		other.ID, other.Name, other.Targets, other.Stages = "a2", "Others", policy.Targets{OUs: []policy.OUTarget{{ID: prod}}}, []policy.Stage{stage(1, leads)}
		w.set.Approver = append(w.set.Approver, other)
	}))
}

func TestManagementAndProtectedAccounts(t *testing.T) {
	finds(t, newWorld(asking(func(p *policy.Eligibility) {
		p.Targets.Accounts = []string{management, logArchive}
		p.ApprovalRequired = false
	}), func(w *world) {
		w.set.Approver = append(w.set.Approver, policy.Approver{
			ID: "a2", Name: "Archive", Targets: policy.Targets{Accounts: []string{logArchive}}, Stages: []policy.Stage{stage(1, leads)},
		})
	}),
		`warning management_account_named [e1 targets.accounts[0]] management (999999999999) is the management account: AWS lets no delegated administrator give access to it.`,
		`warning protected_approval_free [e1 targets.accounts[1]] Eligibility policy "Deploying" gives access to log-archive (300000000001) without approval, but the account is protected: two people must approve all the same.`,
		`warning protected_one_approver [a2 stages[0].required] Approver policy "Archive" lets one person decide on log-archive (300000000001), but the account is protected: two people must approve all the same.`,
	)
	finds(t, newWorld(asking(func(p *policy.Eligibility) { p.Targets.OUs = []policy.OUTarget{{ID: root}} }), deciding(func(p *policy.Approver) { p.Targets = policy.Targets{} })),
		`note management_account_swept [e1 targets.ous[0]] The management account, management (999999999999), is reached by unit or tag. Nothing can be given there.`,
		`note protected_account_swept [a1 targets] Approver policy "Leads" reaches 2 protected accounts without naming them by id, and does not match there: log-archive (300000000001), identity (888888888888).`,
		`note protected_account_swept [e1 targets.ous[0]] Eligibility policy "Deploying" reaches 2 protected accounts without naming them by id, and does not match there: log-archive (300000000001), identity (888888888888).`,
	)
	// In the management account itself, what AWS refuses elsewhere is a matter of policy.
	finds(t, newWorld(asking(func(p *policy.Eligibility) { p.Targets.Accounts = []string{management}; p.ApprovalRequired = false }), func(w *world) {
		w.content.Instance.CallerAccountID = management
		w.set.Approver[0].Targets.Accounts = []string{management}
		w.set.Approver[0].Stages[0].Required = 2
	}), `warning protected_approval_free [e1 targets.accounts[0]] Eligibility policy "Deploying" gives access to management (999999999999) without approval, but the account is protected: two people must approve all the same.`)
}

func TestWithoutApproval(t *testing.T) {
	finds(t, newWorld(asking(func(p *policy.Eligibility) { p.ApprovalRequired = false })))
	finds(t, newWorld(asking(func(p *policy.Eligibility) { p.ApprovalRequired = false; p.PermissionSets = []string{deploy, admin} })),
		`error risky_without_approval [e1 permissionSets[1]] Eligibility policy "Deploying" gives Admin without approval. Admin has the AWS managed policy AdministratorAccess: everything on everything.`,
		`warning risky_managed_policy [e1 permissionSets[1]] Admin has the AWS managed policy AdministratorAccess: everything on everything.`,
	)
	// Where a policy matches protected accounts alone, two people approve whatever it says.
	finds(t, newWorld(asking(func(p *policy.Eligibility) {
		p.ApprovalRequired, p.PermissionSets, p.Targets = false, []string{admin}, policy.Targets{Accounts: []string{logArchive}}
	}), deciding(func(p *policy.Approver) {
		p.Targets, p.Stages = policy.Targets{Accounts: []string{logArchive}}, []policy.Stage{stage(2, leads)}
	})),
		`warning protected_approval_free [e1 targets.accounts[0]] Eligibility policy "Deploying" gives access to log-archive (300000000001) without approval, but the account is protected: two people must approve all the same.`,
		`warning risky_managed_policy [e1 permissionSets[0]] Admin has the AWS managed policy AdministratorAccess: everything on everything.`,
	)
	finds(t, newWorld(setting(func(s *policy.Settings) { s.ApprovalRequired = false }), asking(func(p *policy.Eligibility) { p.PermissionSets = []string{admin} })),
		`error risky_without_approval [e1 permissionSets[0]] Eligibility policy "Deploying" gives Admin without approval. Admin has the AWS managed policy AdministratorAccess: everything on everything.`,
		`warning approval_off [settings approvalRequired] The settings have approval switched off: whoever may ask gets access at once, but on protected accounts.`,
		`warning risky_managed_policy [e1 permissionSets[0]] Admin has the AWS managed policy AdministratorAccess: everything on everything.`,
	)
	finds(t, newWorld(setting(func(s *policy.Settings) { s.ApprovalRequired = false })),
		`warning approval_off [settings approvalRequired] The settings have approval switched off: whoever may ask gets access at once, but on protected accounts.`)
	finds(t, newWorld(asking(func(p *policy.Eligibility) { p.ApprovalRequired = false }), func(w *world) {
		for i := range 10 {
			w.content.Accounts = append(w.content.Accounts, directory.Account{
				ID: "40000000000" + string(rune('0'+i)), State: directory.AccountActive, OUPath: []string{root, prod}, Tags: map[string]string{},
			})
		}
	}), `note approval_free [e1 approvalRequired] Eligibility policy "Deploying" gives access to 12 accounts without approval.`)
}

func TestRisksAreToldOnce(t *testing.T) {
	w := newWorld(asking(func(p *policy.Eligibility) { p.PermissionSets = []string{admin} }), func(w *world) {
		w.content.PermissionSets[2].SessionDuration = 4 * time.Hour
		w.content.PermissionSets[2].CustomerPolicies = []string{"/x/Y"}
		second := w.set.Eligibility[0]
		second.ID, second.Name, second.PermissionSets, second.MaxDuration = "e2", "More", []string{look, admin}, 2*time.Hour
		w.set.Eligibility = append(w.set.Eligibility, second)
	})
	finds(t, w,
		`warning long_session [e1 permissionSets[0]; e2 permissionSets[1]] Admin has a session duration of 4 hours: credentials taken at the last moment work that much longer than the elevation.`,
		`warning risky_managed_policy [e1 permissionSets[0]; e2 permissionSets[1]] Admin has the AWS managed policy AdministratorAccess: everything on everything.`,
		`note customer_policy_unread [e1 permissionSets[0]; e2 permissionSets[1]] Admin refers to the customer-managed policy /x/Y. It is another in every account, and TEAM does not read it.`,
	)
}

func TestDuplicates(t *testing.T) {
	finds(t, newWorld(func(w *world) {
		again := w.set.Eligibility[0]
		again.ID, again.Name, again.Version = "e0", "Again", 9
		twice := w.set.Approver[0]
		twice.ID, twice.Name, twice.Targets.OUs = "a2", "Twice", []policy.OUTarget{{ID: dev}, {ID: prod}}
		w.set.Eligibility, w.set.Approver = append(w.set.Eligibility, again), append(w.set.Approver, twice)
	}),
		`warning duplicate_policy [a2 ] Approver policy "Twice" says the same as "Leads".`,
		`warning duplicate_policy [e1 ] Eligibility policy "Deploying" says the same as "Again".`,
	)
}

func TestSeverities(t *testing.T) {
	if !lint.Error.AtLeast(lint.Note) || lint.Note.AtLeast(lint.Warning) || !lint.Warning.AtLeast(lint.Warning) {
		t.Error("the order of severities is wrong")
	}
}
