package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/store"
	"github.com/team-idc/team/internal/store/postgrestest"
)

func tokenOf(holder string, n int, scopes ...access.Scope) identity.Token {
	t := identity.Token{
		Hash: fmt.Sprintf("%064x", n), Scopes: scopes, IssuedAt: noon.Add(time.Duration(n/2) * time.Second), ExpiresAt: noon.Add(time.Hour),
	}
	if strings.HasPrefix(holder, "mch_") {
		t.MachineID = holder
		return t
	}
	t.UserID = holder
	return t
}

func somethingHappened(kind string) audit.Event {
	return audit.Event{Kind: kind, At: noon, Actor: audit.Actor{Kind: audit.System, ID: "test"}}
}

func addToken(t *testing.T, s *store.Store, token identity.Token) {
	t.Helper()
	must(t, s.Identity().Update(t.Context(), func(ctx context.Context, tx identity.Tx) error {
		return tx.AddToken(ctx, token, somethingHappened("token.issued"))
	}))
}

// TestTokensAreNotMistakenByTheVersionBefore: it looks at user_id alone, and must find nobody behind a token that may not
// be used for everything; what it writes itself is read as it means it.
func TestTokensAreNotMistakenByTheVersionBefore(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		addToken(t, db.Store, tokenOf("u-ann", 1, access.AllScopes()...))
		addToken(t, db.Store, tokenOf("u-ann", 2, access.ScopeRead))
		addToken(t, db.Store, tokenOf("mch_1", 3, access.ScopeRequest))
		db.exec(t, fmt.Sprintf("INSERT INTO tokens (hash, user_id, label, issued_at, expires_at) VALUES ('%064x', 'u-ann', '', 1, %d)", 4, noon.Add(time.Hour).UnixMicro()))
		rows, err := db.raw.QueryContext(t.Context(), "SELECT user_id FROM tokens ORDER BY hash")
		must(t, err)
		defer rows.Close()
		var seen []string
		for rows.Next() {
			var id string
			must(t, rows.Scan(&id))
			seen = append(seen, id)
		}
		must(t, rows.Err())
		if !slices.Equal(seen, []string{"u-ann", "", "", "u-ann"}) {
			t.Errorf("the version before sees %q", seen)
		}
		list, err := db.Identity().Tokens(t.Context(), identity.TokenFilter{Holders: []string{"u-ann"}, Working: noon})
		must(t, err)
		if len(list) != 3 || !slices.Equal(list[2].Scopes, access.PersonalScopes()) || list[2].UserID != "u-ann" {
			t.Errorf("listed %+v", list)
		}
		one, ok, err := db.Identity().Token(t.Context(), fmt.Sprintf("%064x", 3))
		must(t, err)
		if !ok || one.MachineID != "mch_1" || one.UserID != "" || !slices.Equal(one.Scopes, []access.Scope{access.ScopeRequest}) {
			t.Errorf("read %+v", one)
		}
	})
}

// TestTokensInPages: the newest first, none left out and none twice, also where several were issued at one moment.
func TestTokensInPages(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		for n := range 7 {
			addToken(t, db.Store, tokenOf("u-ann", n, access.ScopeRead))
		}
		var seen []string
		f := identity.TokenFilter{Limit: 3}
		for {
			page, err := db.Identity().Tokens(t.Context(), f)
			must(t, err)
			for _, token := range page {
				seen = append(seen, token.Hash[63:])
			}
			if len(page) < f.Limit {
				break
			}
			f.After = page[len(page)-1].Hash
		}
		if got := strings.Join(seen, ""); got != "6543210" {
			t.Errorf("listed %s", got)
		}
		must(t, db.Identity().UsedTokens(t.Context(), map[string]time.Time{fmt.Sprintf("%064x", 2): noon}))
		must(t, db.Identity().UsedTokens(t.Context(), map[string]time.Time{fmt.Sprintf("%064x", 2): noon.Add(-time.Hour)}))
		one, _, err := db.Identity().Token(t.Context(), fmt.Sprintf("%064x", 2))
		must(t, err)
		if !one.LastUsedAt.Equal(noon) {
			t.Errorf("last used %s", one.LastUsedAt)
		}
	})
}

// TestRecoveryRevokesTheTokensOfMachines as it does those of people.
func TestRecoveryRevokesTheTokensOfMachines(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		addToken(t, db.Store, tokenOf("mch_1", 1, access.ScopeRead))
		addToken(t, db.Store, tokenOf("u-ann", 2, access.ScopeRead))
		must(t, db.EnterRecovery(t.Context(), "the database is old", noon))
		list, err := db.Identity().Tokens(t.Context(), identity.TokenFilter{Working: noon})
		must(t, err)
		if len(list) > 0 {
			t.Errorf("these work: %+v", list)
		}
	})
}

// TestSignInsInTheDatabase: read as they were written, found by their secret and in pages, and over by recovery mode.
func TestSignInsInTheDatabase(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		put := func(in identity.SignIn) error {
			return db.Identity().Update(t.Context(), func(ctx context.Context, tx identity.Tx) error {
				return tx.PutSignIn(ctx, in, somethingHappened("sign-in.started"))
			})
		}
		in := identity.SignIn{
			ID: "sin_1", Hash: fmt.Sprintf("%064x", 1), UserID: "u-ann", Kind: identity.KindBrowser, Provider: "okta", Subject: "00u1",
			Proofs:    []access.Proof{{Kind: access.ProofProvider, At: noon, Provider: "okta", ACR: "phr", AMR: []string{"pwd", "otp"}}},
			StartedAt: noon, LastSeenAt: noon, ExpiresAt: noon.Add(12 * time.Hour), IdleAfter: time.Hour, Address: "192.0.2.7", UserAgent: "Firefox",
		}
		must(t, put(in))
		in.Version = 1
		got, found, err := db.Identity().SignInByHash(t.Context(), in.Hash)
		must(t, err)
		if diff := cmp.Diff(in, got); !found || diff != "" {
			t.Errorf("read back (-written +read):\n%s", diff)
		}
		twin := in
		twin.ID, twin.Version = "sin_2", 0
		if err := put(twin); err == nil {
			t.Error("two sign-ins have one secret")
		}
		twin.Hash, twin.StartedAt = fmt.Sprintf("%064x", 2), noon.Add(time.Second)
		must(t, put(twin))
		in.Version = 0
		if err := put(in); err == nil {
			t.Error("one sign-in was begun twice")
		}
		in.Version = 1
		in.Hash = fmt.Sprintf("%064x", 3)
		must(t, put(in))
		if err := put(in); access.CodeOf(err) != access.CodeStale {
			t.Errorf("written over a newer version: %v", err)
		}
		must(t, db.Identity().SeenSignIns(t.Context(), map[string]time.Time{"sin_1": noon.Add(time.Minute), "sin_2": noon.Add(-time.Minute)}))
		var pages []string
		f := identity.SignInFilter{UserID: "u-ann", Open: noon.Add(time.Hour - time.Second), Limit: 1}
		for {
			page, err := db.Identity().SignIns(t.Context(), f)
			must(t, err)
			if len(page) == 0 {
				break
			}
			f.After = page[0].ID
			pages = append(pages, page[0].ID+" "+page[0].LastSeenAt.Format(time.TimeOnly))
		}
		if !slices.Equal(pages, []string{"sin_2 12:00:00", "sin_1 12:01:00"}) {
			t.Errorf("listed %v", pages)
		}
		f = identity.SignInFilter{Open: noon.Add(time.Hour)}
		page, err := db.Identity().SignIns(t.Context(), f)
		must(t, err)
		if len(page) != 1 || page[0].ID != "sin_1" {
			t.Errorf("an hour later are open %+v", page)
		}
		must(t, db.EnterRecovery(t.Context(), "the database is old", noon))
		for _, id := range []string{"sin_1", "sin_2"} {
			over, _, err := db.Identity().SignIn(t.Context(), id)
			must(t, err)
			if over.EndReason != identity.EndRecovery || !over.EndedAt.Equal(noon) || over.Alive(noon) {
				t.Errorf("after recovery %+v", over)
			}
		}
	})
}

// TestASubjectIsLinkedToOneUser: by the database as well.
func TestASubjectIsLinkedToOneUser(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		put := func(l identity.Link) error {
			return db.Identity().Update(t.Context(), func(ctx context.Context, tx identity.Tx) error {
				return tx.PutLink(ctx, l, access.Change{Events: []audit.Event{somethingHappened("identity.linked")}})
			})
		}
		l := identity.Link{ID: "idn_1", Provider: "okta", Subject: "00u1", UserID: "u-ann", UserName: "ann", State: identity.LinkLinked, CreatedAt: noon}
		must(t, put(l))
		for what, edit := range map[string]func(*identity.Link){
			"another user for the subject": func(l *identity.Link) { l.UserID = "u-bob" },
			"another subject for the user": func(l *identity.Link) { l.Subject = "00u2" },
		} {
			other := l
			other.ID = "idn_2"
			edit(&other)
			if err := put(other); err == nil {
				t.Error(what)
			}
			other.State = identity.LinkWaiting
			must(t, put(other))
			twin := other
			twin.ID, twin.State = "idn_3", identity.LinkRefused
			if err := put(twin); err == nil {
				t.Error("it waits and is refused")
			}
			db.exec(t, "DELETE FROM identities WHERE id = 'idn_2'")
		}
		l.Version, l.State, l.DecidedBy, l.DecidedAt = 1, identity.LinkReplaced, "u-ada", noon
		must(t, put(l))
		other := identity.Link{ID: "idn_4", Provider: "okta", Subject: "00u1", UserID: "u-bob", State: identity.LinkLinked, CreatedAt: noon.Add(time.Second)}
		must(t, put(other))
		got, found, err := db.Identity().LinkOf(t.Context(), "okta", "00u1")
		must(t, err)
		if !found || got.UserID != "u-bob" {
			t.Errorf("it stands for %+v", got)
		}
		all, err := db.Identity().Links(t.Context(), identity.LinkFilter{})
		must(t, err)
		l.Version = 2
		if len(all) != 2 || all[0].ID != "idn_4" || cmp.Diff(all[1], l) != "" {
			t.Errorf("all are %+v", all)
		}
	})
}

// TestMachinesInTheDatabase: a name once, a version for every change, and a change with its event or not at all (P6).
func TestMachinesInTheDatabase(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		put := func(m identity.Machine) error {
			return db.Identity().Update(t.Context(), func(ctx context.Context, tx identity.Tx) error {
				return tx.PutMachine(ctx, m, somethingHappened("machine.changed"))
			})
		}
		m := identity.Machine{ID: "mch_1", Name: "ci", OwnerID: "u-ann", Scopes: []access.Scope{access.ScopeRead}, CreatedBy: "u-ada", CreatedAt: noon}
		must(t, put(m))
		twin := m
		twin.ID = "mch_2"
		if err := put(twin); err == nil {
			t.Error("two machine clients have one name")
		}
		m.Version, m.OwnerID, m.DisabledAt = 1, "u-bob", noon
		must(t, put(m))
		if err := put(m); access.CodeOf(err) != access.CodeStale {
			t.Errorf("written over a newer version: %v", err)
		}
		got, ok, err := db.Identity().Machine(t.Context(), "mch_1")
		must(t, err)
		if !ok || got.Version != 2 || got.OwnerID != "u-bob" || !got.DisabledAt.Equal(noon) || !slices.Equal(got.Scopes, m.Scopes) {
			t.Errorf("read %+v", got)
		}
		events, err := db.Events(t.Context(), audit.Filter{After: -1, Limit: 10})
		must(t, err)
		if len(events) != 2 {
			t.Errorf("%d events", len(events))
		}
		// A case says what is so now of the machine that filed it.
		db.exec(t, plainRequest.with(columns{"filed_by": "'mch_1'", "machine": "true"}).insert("requests"))
		must(t, db.Access().View(t.Context(), func(ctx context.Context, tx access.Tx) error {
			c, err := tx.Case(ctx, "req")
			if c.Machine != (access.Machine{Name: "ci", OwnerID: "u-bob"}) {
				t.Errorf("the case knows %+v", c.Machine)
			}
			return err
		}))
		cases, err := db.Requests(t.Context(), access.RequestFilter{MachineID: "mch_1", Limit: 10})
		must(t, err)
		if len(cases) != 1 || cases[0].Machine.OwnerID != "u-bob" {
			t.Errorf("listed %+v", cases)
		}
	})
}

// TestOpenAsIsLeavesItAsItIs: nothing is made where there is nothing, and nothing brought up to date.
func TestOpenAsIsLeavesItAsItIs(t *testing.T) {
	file := filepath.Join(t.TempDir(), "team.db")
	if _, err := store.OpenAsIs(t.Context(), "sqlite:"+file, store.Options{IDs: &numbered{}}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	eachDatabase(t, func(t *testing.T, d database) {
		db := d.open(t)
		var name string
		if d.name == "SQLite" {
			must(t, db.raw.QueryRowContext(t.Context(), "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&name))
			name = "sqlite:" + name
		} else {
			name = postgrestest.Empty(t)
			if _, err := store.OpenAsIs(t.Context(), name, store.Options{IDs: &numbered{}}); !errors.Is(err, store.ErrNoSchema) {
				t.Errorf("an empty database: %v", err)
			}
			s, err := store.OpenPostgres(t.Context(), name, store.Options{IDs: &numbered{}})
			must(t, err)
			must(t, s.Close())
			raw, err := sql.Open("pgx", name)
			must(t, err)
			defer raw.Close()
			db.raw = raw
		}
		s, err := store.OpenAsIs(t.Context(), name, store.Options{IDs: &numbered{}})
		must(t, err)
		must(t, s.Close())
		db.exec(t, "DELETE FROM goose_db_version WHERE version_id > 3")
		if _, err := store.OpenAsIs(t.Context(), name, store.Options{IDs: &numbered{}}); err == nil || !strings.Contains(err.Error(), "its schema is version 3") {
			t.Errorf("an older schema: %v", err)
		}
		var newest int64
		must(t, db.raw.QueryRowContext(t.Context(), "SELECT MAX(version_id) FROM goose_db_version").Scan(&newest))
		if newest != 3 {
			t.Errorf("it was brought to version %d", newest)
		}
	})
}
