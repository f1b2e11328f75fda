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
		if len(list) != 3 || len(list[2].Scopes) != len(access.AllScopes()) || list[2].UserID != "u-ann" {
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
