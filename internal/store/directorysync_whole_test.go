package store_test

import (
	stdcmp "cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/team-idc/team/internal/directory"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// facts is a directory in the names of the organization file, so that both can be compared.
type facts struct {
	Accounts map[string]string            // name: path of unit names
	Tags     map[string]map[string]string // by account
	Users    map[string]string            // user name: status
	Groups   map[string][]string          // members' user names
	Sets     map[string]time.Duration
}

func factsOf(s *directory.Snapshot) facts {
	f := emptyFacts()
	for _, a := range s.Accounts() {
		f.Accounts[a.Name] = strings.Join(s.OUNames(a.OUPath)[1:], "/")
		f.Tags[a.Name] = a.Tags
	}
	for _, u := range s.Users() {
		f.Users[u.UserName] = string(u.Status)
	}
	for _, g := range s.Groups() {
		members := []string{}
		for _, id := range g.Members {
			u, _ := s.User(id)
			members = append(members, u.UserName)
		}
		slices.Sort(members)
		f.Groups[g.DisplayName] = members
	}
	for _, p := range s.PermissionSets() {
		f.Sets[p.Name] = p.SessionDuration
	}
	return f
}

func emptyFacts() facts {
	return facts{
		Accounts: map[string]string{}, Tags: map[string]map[string]string{}, Users: map[string]string{},
		Groups: map[string][]string{}, Sets: map[string]time.Duration{},
	}
}

func factsOfFile(t *testing.T, o simaws.Organization) facts {
	t.Helper()
	f := emptyFacts()
	for _, a := range o.Accounts {
		f.Accounts[a.Name] = a.OU
		f.Tags[a.Name] = maps.Clone(a.Tags)
	}
	for _, u := range o.Users {
		f.Users[u.UserName] = "ENABLED"
		if u.Status != "" {
			f.Users[u.UserName] = u.Status
		}
	}
	for _, g := range o.Groups {
		f.Groups[g.DisplayName] = slices.Sorted(slices.Values(g.Members))
	}
	for _, p := range o.PermissionSets {
		d, err := time.ParseDuration(strings.ToLower(strings.TrimPrefix(stdcmp.Or(p.SessionDuration, "PT1H"), "PT")))
		if err != nil {
			t.Fatal(err)
		}
		f.Sets[p.Name] = d
	}
	return f
}

func TestSyncReadsTheWholeOrganization(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database) {
		for name, switches := range map[string]simaws.Switches{
			"as documented":             {},
			"short and empty pages":     {ShortPages: true},
			"accounts without paths":    {AccountsWithoutPaths: true, AccountState: "status"},
			"reads lag behind a change": {ReadLag: 3 * time.Second},
		} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					org := generate(t, "medium")
					w := newSyncWorldOf(t, d, org, func(o *simaws.Options) { o.Switches = switches })
					w.complete()
					s := w.snapshot()
					if diff := cmp.Diff(factsOfFile(t, org), factsOf(s), cmpopts.EquateEmpty()); diff != "" {
						t.Errorf("directory differs from the organization (-file +directory):\n%s", diff)
					}
					var inManagement []string
					for _, p := range s.PermissionSets() {
						if p.InManagementAccount {
							inManagement = append(inManagement, p.Name)
						}
					}
					if !slices.Equal(inManagement, []string{"BillingAccess"}) {
						t.Errorf("provisioned in the management account: %v, want BillingAccess alone", inManagement)
					}
					for _, a := range s.Accounts() {
						if a.State != directory.AccountActive && a.State != "SUSPENDED" {
							t.Errorf("account %s has state %q", a.Name, a.State)
						}
					}
					if n := w.throttled(); n > 0 {
						t.Errorf("AWS throttled %d calls of a sync that takes half of its rates", n)
					}
					if i := s.Instance(); i.ManagementAccountID != w.aws.ManagementAccount() || i.CallerAccountID != w.aws.DelegatedAdministrator() {
						t.Errorf("instance is %+v", i)
					}
				})
			})
		}
	})
}

func generate(t *testing.T, size string) simaws.Organization {
	t.Helper()
	o, err := simaws.Generate(size)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

var errCrash = errors.New("crashed here")

// crashingStore loses the process at chosen writes: before the transaction, or after it was committed.
type crashingStore struct {
	directory.Store
	writes int
	crash  func(write int) (before, after bool)
}

func (c *crashingStore) SavePass(ctx context.Context, p directory.Pass, w directory.Write) (bool, error) {
	c.writes++
	before, after := c.crash(c.writes)
	if before {
		return false, errCrash
	}
	ok, err := c.Store.SavePass(ctx, p, w)
	if err == nil && after {
		return false, errCrash
	}
	return ok, err
}

func TestSyncGoesOnAfterACrashBetweenAnyTwoSteps(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database) {
		synctest.Test(t, func(t *testing.T) {
			org := generate(t, "small")
			w := newSyncWorldOf(t, d, org, func(o *simaws.Options) { o.Switches.ShortPages = true; o.Switches.AccountsWithoutPaths = true })
			crashing := &crashingStore{Store: w.store, crash: func(n int) (bool, bool) { return n%7 == 0, n%11 == 0 }}
			w.cfg.Store = crashing
			crashes := 0
			begun := time.Now()
			for !w.finishedSince(begun) {
				w.cfg.Owner = "replica-" + string(rune('a'+crashes%26))
				sync := directory.NewSync(w.cfg)
				for {
					did, next, err := sync.Step(t.Context())
					if errors.Is(err, errCrash) {
						crashes++
						time.Sleep(2 * time.Second) //nolint:forbidigo // moves the clock of the bubble
						break
					}
					if err != nil {
						t.Fatal(err)
					}
					if w.finishedSince(begun) {
						break
					}
					if !did {
						time.Sleep(time.Until(next)) //nolint:forbidigo // moves the clock of the bubble
					}
				}
				if time.Since(begun) > 2*time.Hour {
					t.Fatalf("not complete after two hours and %d crashes:\n%s", crashes, w.says())
				}
			}
			if diff := cmp.Diff(factsOfFile(t, org), factsOf(w.snapshot()), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("after %d crashes the directory differs (-file +directory):\n%s", crashes, diff)
			}
			if crashes < 30 {
				t.Errorf("only %d crashes", crashes)
			}
		})
	})
}

func (w *syncWorld) finishedSince(begun time.Time) bool {
	for _, p := range w.passes() {
		if p.Finished.IsZero() || p.Finished.Before(begun) {
			return false
		}
	}
	return true
}

// The sample kept an empty or partial list in its cache when a page failed, and nobody could ask for anything until
// the cache expired.
func TestPoisonedCacheAFailedReadNeverEmptiesTheDirectory(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database) {
		faults := map[string]simaws.Fault{
			"throttled":         {Code: "ThrottlingException"},
			"denied":            {Code: "AccessDeniedException", Status: http403},
			"internal error":    {Code: "InternalServerException", Status: 500},
			"invalid token":     {Code: "ValidationException"},
			"answer lost":       {Lost: true},
			"does not exist":    {Code: "ResourceNotFoundException"},
			"empty error":       {Code: "SomethingNew", Status: 418},
			"service not there": {Code: "ServiceUnavailable", Status: 503},
		}
		actions := []string{
			"sso:ListPermissionSets", "sso:DescribePermissionSet", "sso:ListPermissionSetsProvisionedToAccount",
			"identitystore:ListUsers", "identitystore:ListGroups", "identitystore:ListGroupMemberships",
			"organizations:ListAccounts", "organizations:ListRoots", "organizations:ListOrganizationalUnitsForParent",
			"organizations:ListTagsForResource", "organizations:DescribeOrganization", "sso:ListInstances", "sso:DescribeInstance",
		}
		for name, fault := range faults {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					org := generate(t, "small")
					w := newSyncWorldOf(t, d, org, func(o *simaws.Options) { o.Switches.ShortPages = true })
					w.complete()
					want := factsOf(w.snapshot())
					for _, action := range actions {
						fault.Action, fault.Probability = action, 0.5
						if _, err := w.aws.AddFault(fault); err != nil {
							t.Fatal(err)
						}
					}
					for begun := time.Now(); time.Since(begun) < 40*time.Minute; w.step() {
						if diff := cmp.Diff(want, factsOf(w.snapshot())); diff != "" {
							t.Fatalf("the directory changed though the organization did not (-before +after):\n%s\n%s", diff, w.says())
						}
					}
					w.aws.ClearFaults("")
					w.complete()
					if diff := cmp.Diff(want, factsOf(w.snapshot())); diff != "" {
						t.Errorf("the directory differs after the faults were over:\n%s", diff)
					}
					for _, s := range directory.Status(w.passes(), time.Now()) {
						if s.Failing {
							t.Errorf("%s still fails: %s", s.Part, s.Sentence)
						}
					}
				})
			})
		}
	})
}

const http403 = 403
