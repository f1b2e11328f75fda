package store_test

import (
	"testing"
	"time"

	"github.com/team-idc/team/internal/awsclient/mototest"
	"github.com/team-idc/team/internal/directory"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// The whole sync against an AWS that nobody here wrote, which neither reports Account.Paths nor offers permissions
// boundaries. It runs in real time, so that the organization is small.
func TestSyncReadsAnOrganizationInMoto(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database) {
		s, ok := mototest.Start(t)
		if !ok {
			return
		}
		names := s.Seed(t, simaws.Organization{
			ManagementAccount:   "management",
			OrganizationalUnits: []simaws.OrganizationalUnit{{Path: "Workloads"}, {Path: "Workloads/Prod"}},
			Accounts: []simaws.Account{
				{Name: "management"}, {Name: "shop", OU: "Workloads/Prod", Tags: map[string]string{"tier": "prod"}}, {Name: "lab"},
			},
			Users:          []simaws.User{{UserName: "ann"}, {UserName: "bob"}},
			Groups:         []simaws.Group{{DisplayName: "devs", Members: []string{"ann"}}},
			PermissionSets: []simaws.PermissionSet{{Name: "Admin", SessionDuration: "PT2H"}},
		})
		stored := openForDirectory(t, d)
		sync := directory.NewSync(directory.SyncConfig{
			Source: s.Client(t), Store: stored, Limiter: directory.NewBucket(100, 100), Owner: "test", Now: time.Now,
			Jitter: func(time.Duration) time.Duration { return 0 }, Share: 1,
		})
		w := &syncWorld{t: t, store: stored, sync: sync}
		begun := time.Now()
		for !w.finishedSince(begun) {
			if time.Since(begun) > time.Minute {
				t.Fatalf("not complete:\n%s", w.says())
			}
			w.step()
		}
		snapshot := w.snapshot()
		shop, ok := snapshot.Account(names.Accounts["shop"])
		if !ok || len(shop.OUPath) != 3 || shop.OUPath[2] != names.Units["Workloads/Prod"] || shop.Tags["tier"] != "prod" || shop.State != directory.AccountActive {
			t.Errorf("shop is %+v", shop)
		}
		if p, ok := snapshot.PermissionSet(names.PermissionSets["Admin"]); !ok || p.SessionDuration != 2*time.Hour {
			t.Errorf("Admin is %+v", p)
		}
		if g := snapshot.GroupsOf(names.Users["ann"]); len(g) != 1 || g[0] != names.Groups["devs"] {
			t.Errorf("ann is in %v", g)
		}
		if u, ok := snapshot.UserByName("bob"); !ok || u.Status != directory.UserEnabled {
			t.Errorf("bob is %+v", u)
		}
	})
}
