package store_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/store"
)

// fill writes a directory as a sync would.
func fill(tb testing.TB, s directory.Store, accounts, users, groups, membersEach int) {
	tb.Helper()
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	write := func(part directory.Part, w directory.Write) {
		tb.Helper()
		passes, err := s.Passes(tb.Context())
		if err != nil {
			tb.Fatal(err)
		}
		for _, p := range passes {
			if p.Part != part {
				continue
			}
			p.Generation = 1
			if ok, err := s.SavePass(tb.Context(), p, w); err != nil || !ok {
				tb.Fatal(ok, err)
			}
		}
	}
	write(directory.PartInstance, directory.Write{Instance: &directory.Instance{ARN: "arn:aws:sso:::instance/ssoins-1", IdentityStoreID: "d-1", ReadAt: at}})
	var a []directory.Account
	for i := range accounts {
		a = append(a, directory.Account{ID: fmt.Sprintf("%012d", i), Name: fmt.Sprintf("account-%d", i), State: directory.AccountActive, OUPath: []string{"r-1", fmt.Sprintf("ou-%d", i%50)}, ReadAt: at})
	}
	for page := range slices.Chunk(a, 20) {
		write(directory.PartAccounts, directory.Write{Accounts: page})
	}
	var u []directory.User
	for i := range users {
		u = append(u, directory.User{ID: userID(i), UserName: fmt.Sprintf("user-%d", i), Status: directory.UserEnabled, ReadAt: at})
	}
	for page := range slices.Chunk(u, 100) {
		write(directory.PartUsers, directory.Write{Users: page})
	}
	var g []directory.Group
	for i := range groups {
		g = append(g, directory.Group{ID: groupID(i), DisplayName: fmt.Sprintf("group-%d", i), ReadAt: at})
	}
	for page := range slices.Chunk(g, 100) {
		write(directory.PartGroups, directory.Write{Groups: page})
	}
	for i := range groups {
		m := directory.Members{GroupID: groupID(i), Complete: true, ReadAt: at}
		for j := range membersEach {
			m.UserIDs = append(m.UserIDs, userID((i*7+j)%users))
		}
		write(directory.PartMemberships, directory.Write{Members: &m})
	}
}

func userID(i int) string  { return fmt.Sprintf("90670de400-%08d-0000-4000-8000-000000000000", i) }
func groupID(i int) string { return fmt.Sprintf("90670de400-%08d-1111-4000-8000-000000000000", i) }

func TestDirectoryNotesLiveReads(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database) {
		s := openForDirectory(t, d)
		fill(t, s, 1, 5, 4, 2)
		ctx := t.Context()
		load := func() *directory.Snapshot {
			t.Helper()
			c, err := s.DirectoryContent(ctx)
			must(t, err)
			return directory.NewSnapshot(c)
		}
		before := load()
		late := directory.User{ID: userID(1), UserName: "user-1", Status: directory.UserDisabled, ReadAt: time.Date(2026, 11, 25, 13, 0, 0, 0, time.UTC)}
		must(t, s.NoteUser(ctx, late))
		if u, _ := load().User(userID(1)); u != late {
			t.Errorf("user is %+v, want what the live read said", u)
		}
		// A page that was read before the live read arrives after it.
		early := late
		early.Status, early.ReadAt = directory.UserEnabled, late.ReadAt.Add(-time.Minute)
		must(t, s.NoteUser(ctx, early))
		if u, _ := load().User(userID(1)); u != late {
			t.Errorf("user is %+v after an older read, want %+v", u, late)
		}
		must(t, s.NoteGroups(ctx, userID(2), []string{groupID(3), "unknown-group"}))
		if got := load().GroupsOf(userID(2)); !slices.Equal(got, []string{groupID(3)}) {
			t.Errorf("user 2 is in %v", got)
		}
		must(t, s.NoteGroups(ctx, userID(2), nil))
		if got := load().GroupsOf(userID(2)); len(got) != 0 {
			t.Errorf("user 2 is still in %v", got)
		}
		must(t, s.NoteUserGone(ctx, userID(0)))
		after := load()
		if _, ok := after.User(userID(0)); ok || len(after.GroupsOf(userID(0))) > 0 {
			t.Error("the user who is gone is still there")
		}
		if after.Revision() <= before.Revision() {
			t.Errorf("revision went from %d to %d", before.Revision(), after.Revision())
		}
		same, err := s.DirectoryRevision(ctx)
		must(t, err)
		must(t, s.NoteUser(ctx, late))
		must(t, s.NoteUserGone(ctx, userID(0)))
		if now, err := s.DirectoryRevision(ctx); err != nil || now != same {
			t.Errorf("notes of what is known moved the revision from %d to %d, %v", same, now, err)
		}
	})
}

func TestDirectoryRefusesAStepThatWasOvertaken(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database) {
		s := openForDirectory(t, d)
		fill(t, s, 0, 1, 0, 0)
		passes, err := s.Passes(t.Context())
		must(t, err)
		p := passes[slices.IndexFunc(passes, func(p directory.Pass) bool { return p.Part == directory.PartUsers })]
		if ok, err := s.SavePass(t.Context(), p, directory.Write{}); !ok || err != nil {
			t.Fatal(ok, err)
		}
		p.Generation++
		if ok, err := s.SavePass(t.Context(), p, directory.Write{Sweep: true}); ok || err != nil {
			t.Errorf("an overtaken step was written: %v, %v", ok, err)
		}
		c, err := s.DirectoryContent(t.Context())
		if err != nil || len(c.Users) != 1 {
			t.Errorf("%d users, %v", len(c.Users), err)
		}
	})
}

func TestKeeperGivesTheNewestRevision(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database) {
		s := openForDirectory(t, d)
		fill(t, s, 1, 1, 0, 0)
		now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
		k := directory.NewKeeper(s, func() time.Time { return now })
		first, err := k.Snapshot(t.Context())
		must(t, err)
		if again, err := k.Snapshot(t.Context()); err != nil || again != first {
			t.Errorf("an unchanged directory was loaded again: %v", err)
		}
		must(t, s.NoteUserGone(t.Context(), userID(0)))
		if second, err := k.Snapshot(t.Context()); err != nil || second == first || len(second.Users()) != 0 {
			t.Errorf("a changed directory was not loaded: %v", err)
		}
	})
}

// BenchmarkLoadDirectory loads 5,000 accounts, 20,000 users, 5,000 groups and 100,000 memberships.
func BenchmarkLoadDirectory(b *testing.B) {
	db, err := store.OpenSQLite(b.Context(), filepath.Join(b.TempDir(), "team.db"), store.Options{Unsafe: true})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	s := db.Directory()
	fill(b, s, 5000, 20_000, 5000, 20)
	for b.Loop() {
		c, err := s.DirectoryContent(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		directory.NewSnapshot(c)
	}
}
