package store_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/team-idc/team/internal/directory"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestSyncFollowsChangesOfTheOrganization(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database) {
		for name, switches := range map[string]simaws.Switches{
			"paths": {}, "walk": {AccountsWithoutPaths: true},
		} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newSyncWorld(t, d, "small", func(o *simaws.Options) { o.Switches = switches })
					w.complete()
					before := factsOf(w.snapshot())
					account := w.snapshot().Accounts()[len(before.Accounts)-1]
					group := w.snapshot().Groups()[0]
					gone := w.aws.UserID("auditor")

					_, err := w.aws.AddUser(simaws.User{UserName: "newcomer", DisplayName: "New Comer", Email: "new@example.com"})
					must(t, err)
					must(t, w.aws.DeleteUser("auditor"))
					must(t, w.aws.SetUserStatus("second-admin", "DISABLED"))
					must(t, w.aws.SetMember(group.DisplayName, "newcomer", true))
					must(t, w.aws.MoveAccount(account.Name, ""))
					must(t, w.aws.SetAccountState(w.snapshot().Accounts()[5].ID, "SUSPENDED"))
					must(t, w.aws.DeletePermissionSet("DatabaseAdmin"))
					must(t, w.aws.Provision("ReadOnlyAccess", "management", true))
					w.complete()

					s := w.snapshot()
					after := factsOf(s)
					if _, ok := s.User(gone); ok {
						t.Error("a deleted user is still there")
					}
					if u, ok := s.UserByName("newcomer"); !ok || u.DisplayName != "New Comer" || u.Email != "new@example.com" {
						t.Errorf("the new user is %+v, %v", u, ok)
					}
					if after.Users["second-admin"] != "DISABLED" {
						t.Errorf("the disabled user is %q", after.Users["second-admin"])
					}
					if !slices.Contains(after.Groups[group.DisplayName], "newcomer") {
						t.Errorf("members of %s: %v", group.DisplayName, after.Groups[group.DisplayName])
					}
					if before.Accounts[account.Name] == "" || after.Accounts[account.Name] != "" {
						t.Errorf("the moved account was in %q and is in %q", before.Accounts[account.Name], after.Accounts[account.Name])
					}
					if a := s.Accounts()[5]; a.State != "SUSPENDED" {
						t.Errorf("the suspended account is %s", a.State)
					}
					if _, ok := after.Sets["DatabaseAdmin"]; ok {
						t.Error("a deleted permission set is still there")
					}
					if p, _ := s.PermissionSet(w.aws.PermissionSetARN("ReadOnlyAccess")); !p.InManagementAccount {
						t.Error("a permission set provisioned in the management account is not marked")
					}
					for _, g := range s.Groups() {
						if slices.Contains(g.Members, gone) {
							t.Errorf("the deleted user is a member of %s", g.DisplayName)
						}
					}
				})
			})
		}
	})
}

func TestSyncOfTwoReplicasStaysWithinTheRates(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database) {
		synctest.Test(t, func(t *testing.T) {
			w := newSyncWorld(t, d, "medium")
			other := w.cfg
			other.Owner, other.Source = "replica-2", w.client()
			second := directory.NewSync(other)
			for begun := time.Now(); !w.finishedSince(begun); {
				_, next, err := w.sync.Step(t.Context())
				must(t, err)
				_, alsoNext, err := second.Step(t.Context())
				must(t, err)
				if alsoNext.Before(next) {
					next = alsoNext
				}
				time.Sleep(time.Until(next)) //nolint:forbidigo // moves the clock of the bubble
			}
			if n := w.throttled(); n > 0 {
				t.Errorf("AWS throttled %d calls of two replicas", n)
			}
			// Each replica confirms the instance for itself; nothing else is read twice.
			if n := len(w.aws.CallsOf("identitystore:ListUsers")); n != 10 {
				t.Errorf("%d calls of ListUsers for 1,000 users, want 10", n)
			}
		})
	})
}

func TestSyncSaysWhatIsWrong(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database) {
		denied := func(action string) func(*simaws.AWS) {
			return func(a *simaws.AWS) {
				_, _ = a.AddFault(simaws.Fault{Action: action, Code: "AccessDeniedException", Status: 403, Message: "not authorized"})
			}
		}
		switched := func(f func(*simaws.Switches)) func(*simaws.AWS) {
			return func(a *simaws.AWS) { _ = a.SetSwitches(f) }
		}
		for name, c := range map[string]struct {
			org    func(*simaws.Organization)
			aws    func(*simaws.AWS)
			part   directory.Part
			says   string
			failed bool
		}{
			"instance without permission sets": {
				org:  func(o *simaws.Organization) { o.Instance.WithoutPermissionSets = true; o.Assignments = nil },
				part: directory.PartInstance, says: "without multi-account permissions",
			},
			"China": {
				org:  func(o *simaws.Organization) { o.Partition, o.Region = "aws-cn", "cn-north-1" },
				part: directory.PartInstance, says: "aws-cn",
			},
			"GovCloud": {
				org:  func(o *simaws.Organization) { o.Partition, o.Region = "aws-us-gov", "us-gov-west-1" },
				part: directory.PartInstance, says: "aws-us-gov",
			},
			"not the delegated administrator": {
				org:  func(o *simaws.Organization) { o.DelegatedAdministrator = "log-archive" },
				part: directory.PartInstance, says: "that TEAM's account is the delegated administrator", failed: true,
			},
			"customer-managed key denied": {
				aws:  switched(func(s *simaws.Switches) { s.KMS = "access denied" }),
				part: directory.PartInstance, says: "kms:Decrypt", failed: true,
			},
			"customer-managed key disabled": {
				aws:  switched(func(s *simaws.Switches) { s.KMS = "disabled" }),
				part: directory.PartInstance, says: "is disabled", failed: true,
			},
			"network rules": {
				aws:  switched(func(s *simaws.Switches) { s.NetworkRefused = true }),
				part: directory.PartUsers, says: "network access controls", failed: true,
			},
			"no access to Organizations": {
				aws:  denied("organizations:DescribeOrganization"),
				part: directory.PartInstance, says: "AWS refused organizations:DescribeOrganization", failed: true,
			},
			"delegated administrators not visible": {
				aws:  denied("organizations:ListDelegatedAdministrators"),
				part: directory.PartInstance, says: "cannot be seen",
			},
		} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					org := generate(t, "small")
					identity := org.DelegatedAdministrator
					if c.org != nil {
						c.org(&org)
					}
					w := newSyncWorldOf(t, d, org, func(o *simaws.Options) { o.Credentials[0].Account = identity })
					if c.aws != nil {
						c.aws(w.aws)
					}
					for begun := time.Now(); time.Since(begun) < 2*time.Minute; {
						w.step()
					}
					for _, s := range directory.Status(w.passes(), time.Now()) {
						if s.Part != c.part {
							continue
						}
						if said := s.Sentence + " " + strings.Join(s.Notes, " "); !strings.Contains(said, c.says) {
							t.Errorf("%s says %q, want it to say %q", c.part, said, c.says)
						}
						if s.Failing != c.failed {
							t.Errorf("%s failing is %v, want %v: %s", c.part, s.Failing, c.failed, s.Sentence)
						}
					}
				})
			})
		}
	})
}

func TestSyncRefusesAnotherInstance(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database) {
		synctest.Test(t, func(t *testing.T) {
			w := newSyncWorld(t, d, "small")
			w.complete()
			want := len(w.snapshot().Users())

			org := generate(t, "small")
			org.ID, org.Instance.ID, org.Instance.IdentityStoreID = "o-anotherone1", "ssoins-0123456789abcdef", "d-0123456789"
			org.Users = org.Users[:10]
			org.Groups, org.Assignments = nil, nil
			elsewhere := newSyncWorldOf(t, d, org)
			elsewhere.store, elsewhere.cfg.Store = w.store, w.store
			elsewhere.sync = directory.NewSync(elsewhere.cfg)
			for begun := time.Now(); time.Since(begun) < time.Hour; {
				elsewhere.step()
			}
			if got := len(w.snapshot().Users()); got != want {
				t.Errorf("%d users of another identity store were mixed into %d", got, want)
			}
			if s := directory.Status(w.passes(), time.Now())[0]; !s.Failing || !strings.Contains(s.Sentence, "another IAM Identity Center instance") {
				t.Errorf("status says %q", s.Sentence)
			}
		})
	})
}

func TestSyncDoesNotBelieveAnEmptyOrganization(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database) {
		synctest.Test(t, func(t *testing.T) {
			w := newSyncWorld(t, d, "small")
			w.complete()
			want := len(w.snapshot().Users())
			for name := range factsOf(w.snapshot()).Users {
				must(t, w.aws.DeleteUser(name))
			}
			for begun := time.Now(); time.Since(begun) < time.Hour; {
				w.step()
			}
			if got := len(w.snapshot().Users()); got != want {
				t.Errorf("%d of %d users are left after AWS answered that there are none", got, want)
			}
			if s := directory.Status(w.passes(), time.Now())[4]; !s.Failing || !strings.Contains(s.Sentence, "not believed") {
				t.Errorf("status says %q", s.Sentence)
			}
		})
	})
}

func TestSyncOfALargeOrganizationStaysWithinTheRatesAndSaysHowFarItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		org := generate(t, "large")
		w := newSyncWorldOf(t, sqliteAlone, org)
		begun := time.Now()
		said := map[directory.Part]bool{}
		next := begun
		w.run(func() bool {
			if time.Now().After(next) {
				next = time.Now().Add(10 * time.Second)
				for _, s := range directory.Status(w.passes(), time.Now()) {
					said[s.Part] = said[s.Part] || s.Running && strings.Contains(s.Sentence, "so far")
				}
			}
			return time.Since(begun) > 10*time.Minute && w.finishedSince(begun)
		})
		s := w.snapshot()
		got := [...]int{len(s.Accounts()), len(s.Users()), len(s.Groups()), len(s.PermissionSets())}
		want := [...]int{len(org.Accounts), len(org.Users), len(org.Groups), len(org.PermissionSets)}
		if got != want {
			t.Errorf("accounts, users, groups, permission sets: %v, want %v", got, want)
		}
		if n := w.throttled(); n > 0 {
			t.Errorf("AWS throttled %d of %d calls", n, len(w.aws.Calls()))
		}
		for _, part := range directory.Parts() {
			if part != directory.PartInstance && !said[part] {
				t.Errorf("%s never said how far it was", part)
			}
		}
		t.Logf("complete after %v with %d calls", time.Since(begun), len(w.aws.Calls()))
	})
}
