// Package postgrestest gives each test a PostgreSQL database of its own, at the server that tools/ci/with-servers.sh
// starts. Only tests import it.
package postgrestest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/team-idc/team/internal/store"
)

// Available says whether there is a server. Without one the test fails where TEAM_TEST_REQUIRE_POSTGRES or CI is set;
// elsewhere its log says that nothing was tried.
func Available(tb testing.TB) bool {
	tb.Helper()
	if os.Getenv("TEAM_TEST_POSTGRES_URL") != "" {
		return true
	}
	if os.Getenv("TEAM_TEST_REQUIRE_POSTGRES") != "" || os.Getenv("CI") != "" {
		tb.Fatal("TEAM_TEST_POSTGRES_URL is not set: no PostgreSQL to test on; run tools/ci/with-servers.sh go test …")
	}
	tb.Log("NOT RUN on PostgreSQL: TEAM_TEST_POSTGRES_URL is not set; run tools/ci/with-servers.sh go test …")
	return false
}

// New makes a database with TEAM's schema in it and returns its URL. The database is removed when the test ends.
func New(tb testing.TB) string {
	tb.Helper()
	return create(tb, "TEMPLATE "+template(tb))
}

// Empty makes a database without tables and returns its URL.
func Empty(tb testing.TB) string {
	tb.Helper()
	return create(tb, "TEMPLATE template0")
}

func create(tb testing.TB, how string) string {
	tb.Helper()
	name := "team_" + strings.ToLower(rand.Text())
	administer(tb, "CREATE DATABASE "+name+" "+how)
	tb.Cleanup(func() { administer(tb, "DROP DATABASE "+name+" WITH (FORCE)") })
	return urlOf(tb, name)
}

func urlOf(tb testing.TB, database string) string {
	tb.Helper()
	u, err := url.Parse(os.Getenv("TEAM_TEST_POSTGRES_URL"))
	if err != nil {
		tb.Fatal("TEAM_TEST_POSTGRES_URL is no URL")
	}
	u.Path = "/" + database
	return u.String()
}

// administer runs statements at the server, over a connection that is not kept: a test may run inside a bubble, which
// nothing may outlive.
func administer(tb testing.TB, statements ...string) {
	tb.Helper()
	administerAt(tb, os.Getenv("TEAM_TEST_POSTGRES_URL"), statements...)
}

func administerAt(tb testing.TB, server string, statements ...string) {
	tb.Helper()
	ctx := context.WithoutCancel(tb.Context())
	db, err := sql.Open("pgx", server)
	if err != nil {
		tb.Fatalf("open PostgreSQL: %v", err)
	}
	defer db.Close() //nolint:errcheck // nothing is kept
	for _, s := range statements {
		if _, err := db.ExecContext(ctx, s); err != nil {
			tb.Fatalf("%s: %v", s, err)
		}
	}
}

// template is a database with the present schema, from which new ones are copied: many times faster than to migrate
// each. It is named after the process, since tests of several packages share a server.
func template(tb testing.TB) string {
	tb.Helper()
	name := fmt.Sprintf("team_template_%d", os.Getpid())
	ctx := context.WithoutCancel(tb.Context())
	db, err := sql.Open("pgx", os.Getenv("TEAM_TEST_POSTGRES_URL"))
	if err != nil {
		tb.Fatalf("open PostgreSQL: %v", err)
	}
	defer db.Close() //nolint:errcheck // nothing is kept
	conn, err := db.Conn(ctx)
	if err != nil {
		tb.Fatalf("connect to PostgreSQL: %v", err)
	}
	defer conn.Close() //nolint:errcheck // nothing is kept
	// Tests run side by side: one makes it, the others wait.
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(hashtext($1))", name); err != nil {
		tb.Fatalf("lock template: %v", err)
	}
	var made bool
	if err := conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate)", name).Scan(&made); err != nil {
		tb.Fatalf("look for template: %v", err)
	}
	if made {
		return name
	}
	administer(tb, "DROP DATABASE IF EXISTS "+name, "CREATE DATABASE "+name+" TEMPLATE template0")
	s, err := store.OpenPostgres(ctx, urlOf(tb, name), store.Options{})
	if err != nil {
		tb.Fatalf("make template: %v", err)
	}
	if err := s.Close(); err != nil {
		tb.Fatalf("make template: %v", err)
	}
	administer(tb, "ALTER DATABASE "+name+" IS_TEMPLATE true ALLOW_CONNECTIONS false")
	return name
}
