package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/store"
	"github.com/team-idc/team/internal/store/postgrestest"
)

// with adds parameters to the URL of a database.
func with(t *testing.T, at, parameters string) string {
	t.Helper()
	u, err := url.Parse(at)
	must(t, err)
	u.RawQuery += "&" + parameters
	return u.String()
}

// replicas open one database so many times.
func replicas(t *testing.T, n int) (stores []*store.Store, at string) {
	t.Helper()
	at = postgrestest.New(t)
	for i := range n {
		s, err := store.OpenPostgres(t.Context(), at, store.Options{IDs: &numbered{n: i * 1000}, Unsafe: true})
		must(t, err)
		t.Cleanup(func() { _ = s.Close() })
		stores = append(stores, s)
	}
	return stores, at
}

// atOnce runs f for each number, all at the same time, and counts what they say.
func atOnce(n int, f func(i int) string) map[string]int {
	var mu sync.Mutex
	said := map[string]int{}
	begin := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-begin
			word := f(i)
			mu.Lock()
			defer mu.Unlock()
			said[word]++
		})
	}
	close(begin)
	all.Wait()
	return said
}

func TestSeveralReplicasMayStartAtOnceOnANewDatabase(t *testing.T) {
	if !postgrestest.Available(t) {
		return
	}
	at := postgrestest.Empty(t)
	said := atOnce(5, func(int) string {
		s, err := store.OpenPostgres(t.Context(), at, store.Options{IDs: &numbered{}})
		if err != nil {
			return err.Error()
		}
		return fmt.Sprint("opened, closed: ", s.Close())
	})
	if len(said) != 1 || said["opened, closed: <nil>"] != 5 {
		t.Errorf("got %v", said)
	}
}

// TestOtherDatabasesAreRefusedAndLeftAsTheyAre: in the words in which a file is.
func TestOtherDatabasesAreRefusedAndLeftAsTheyAre(t *testing.T) {
	if !postgrestest.Available(t) {
		return
	}
	for name, c := range map[string]struct {
		database  func(testing.TB) string
		statement string
		words     []string
	}{
		"written by a newer version": {
			postgrestest.New, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true); UPDATE schema_support SET oldest_program = 9998",
			[]string{"version 9999", "newer version of TEAM", "version 9998 or later", "left as it"},
		},
		"written by a newer version that says nothing of older ones": {
			postgrestest.New, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true); DROP TABLE schema_support",
			[]string{"version 9999", "left as it"},
		},
		"of another program": {postgrestest.Empty, "CREATE TABLE recipes (name text)", []string{"another program", "left as it"}},
	} {
		t.Run(name, func(t *testing.T) {
			at := c.database(t)
			raw, err := sql.Open("pgx", at)
			must(t, err)
			defer raw.Close()
			_, err = raw.ExecContext(t.Context(), c.statement)
			must(t, err)
			tables := func() (n int) {
				must(t, raw.QueryRow("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").Scan(&n))
				return n
			}
			before := tables()
			s, err := store.OpenPostgres(t.Context(), at, store.Options{IDs: &numbered{}})
			if err == nil {
				_ = s.Close()
				t.Fatal("it was opened")
			}
			for _, w := range c.words {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("the error lacks %q: %v", w, err)
				}
			}
			if tables() != before {
				t.Error("tables were made")
			}
		})
	}
}

// TestP10NoPasswordInTheErrorsOfADatabase: whatever is wrong with its URL, or behind it.
func TestP10NoPasswordInTheErrorsOfADatabase(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	closed := l.Addr().String()
	must(t, l.Close())
	for _, at := range []string{
		"postgres://team:s3cret@" + closed + "/team?sslmode=disable",
		"postgres://team:s3cret@" + closed,
		"postgres://team:s3cret%@" + closed + "/team",
		"postgres://team:s3cret@127.0.0.1:port/team",
		"postgres://team:s3cret@127.0.0.1/team?sslmode=s3cret",
		"team:s3cret@tcp/team",
	} {
		s, err := store.Open(t.Context(), at, store.Options{IDs: &numbered{}})
		if err == nil {
			_ = s.Close()
			t.Fatalf("%s was opened", at)
		}
		if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the password is in %q", err)
		}
	}
}

// failedOnce is a case whose only elevation failed.
func failedOnce(t *testing.T, s *store.Store) access.Case {
	t.Helper()
	ctx := t.Context()
	must(t, s.Access().Update(ctx, func(ctx context.Context, tx access.Tx) error { return tx.Apply(ctx, filed("req")) }))
	for _, to := range []access.State{access.Activating, access.Ending, access.Ended} {
		must(t, s.Access().Update(ctx, func(ctx context.Context, tx access.Tx) error {
			c, err := tx.CaseOfElevation(ctx, "elv-req-b")
			if err != nil {
				return err
			}
			e, _ := c.ElevationOf("req-b")
			e.State = to
			if to != access.Activating {
				e.Reason = access.ReasonFailed
			}
			if to == access.Ended {
				e.EndedAt = noon
			}
			return tx.Apply(ctx, access.Change{Elevations: []access.Elevation{*e}, Events: []audit.Event{happened("elevation." + string(to))}})
		}))
	}
	var c access.Case
	must(t, s.Access().View(ctx, func(ctx context.Context, tx access.Tx) (err error) {
		c, err = tx.Case(ctx, "req")
		return err
	}))
	return c
}

// TestTwelveRetriesAtOnceAreOne: on three replicas, with no version that both would write. The rule reads that nobody
// has retried yet, and that still holds when its result is written; the others are told, and nobody gets an error
// without a code.
func TestTwelveRetriesAtOnceAreOne(t *testing.T) {
	if !postgrestest.Available(t) {
		return
	}
	stores, _ := replicas(t, 3)
	before := failedOnce(t, stores[0])
	failed, _ := before.ElevationOf("req-b")
	said := atOnce(12, func(i int) string {
		err := stores[i%3].Access().Update(t.Context(), func(ctx context.Context, tx access.Tx) error {
			c, err := tx.CaseOfElevation(ctx, failed.ID)
			if err != nil {
				return err
			}
			last, _ := c.ElevationOf("req-b")
			if last.ID != failed.ID {
				return &access.Error{Code: access.CodeConflict, Message: "it was retried already"}
			}
			again := *failed
			again.ID, again.Version, again.Attempt = fmt.Sprint("again-", i), 0, failed.Attempt+1
			again.State, again.Reason, again.EndedAt = access.Scheduled, "", time.Time{}
			return tx.Apply(ctx, access.Change{Elevations: []access.Elevation{again}, Events: []audit.Event{happened("elevation.scheduled")}})
		})
		if err != nil && access.CodeOf(err) == "" {
			return err.Error()
		}
		return string(access.CodeOf(err))
	})
	if len(said) != 2 || said[""] != 1 || said["conflict"] != 11 {
		t.Errorf("got %v, want one that succeeds and eleven in conflict", said)
	}
	if _, err := stores[0].VerifyLog(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestAHeldWriterDoesNotStopTheOthers: a replica that is paused in the middle of a transaction loses its session, and
// with it the transaction; the others go on, and it is told to try again.
func TestAHeldWriterDoesNotStopTheOthers(t *testing.T) {
	if !postgrestest.Available(t) {
		return
	}
	stores, at := replicas(t, 1)
	paused, err := store.OpenPostgres(t.Context(), with(t, at, "idle_in_transaction_session_timeout=200"), store.Options{IDs: &numbered{}})
	must(t, err)
	defer paused.Close()
	writing, others := make(chan struct{}), make(chan struct{})
	result := make(chan error, 1)
	go func() {
		result <- paused.Access().Update(t.Context(), func(ctx context.Context, tx access.Tx) error {
			close(writing)
			<-others
			return tx.Apply(ctx, filed("paused"))
		})
	}()
	<-writing
	must(t, stores[0].Access().Update(t.Context(), func(ctx context.Context, tx access.Tx) error { return tx.Apply(ctx, filed("other")) }))
	close(others)
	if err := <-result; access.CodeOf(err) != access.CodeUnavailable {
		t.Errorf("the paused one: %v, want the code %q", err, access.CodeUnavailable)
	}
	err = stores[0].Access().View(t.Context(), func(ctx context.Context, tx access.Tx) error {
		_, err := tx.Case(ctx, "paused")
		return err
	})
	if access.CodeOf(err) != access.CodeNotFound {
		t.Errorf("what the paused one wrote: %v", err)
	}
	must(t, paused.Access().Update(t.Context(), func(ctx context.Context, tx access.Tx) error { return tx.Apply(ctx, filed("paused")) }))
}

// TestAViewIsOneMoment: what others commit meanwhile is not in it.
func TestAViewIsOneMoment(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		db.apply(t, filed("first"))
		must(t, db.Access().View(t.Context(), func(ctx context.Context, tx access.Tx) error {
			if _, err := tx.Case(ctx, "first"); err != nil {
				return err
			}
			db.apply(t, filed("second"))
			if _, err := tx.Case(ctx, "second"); access.CodeOf(err) != access.CodeNotFound {
				t.Errorf("what was committed meanwhile: %v", err)
			}
			return nil
		}))
		if c := db.read(t, "second"); c.Request.ID != "second" {
			t.Errorf("afterwards: %+v", c)
		}
	})
}

// TestALostDatabaseIsSaidWithACode: and what was begun is not there when it comes back.
func TestALostDatabaseIsSaidWithACode(t *testing.T) {
	if !postgrestest.Available(t) {
		return
	}
	stores, at := replicas(t, 1)
	raw, err := sql.Open("pgx", at)
	must(t, err)
	defer raw.Close()
	err = stores[0].Access().Update(t.Context(), func(ctx context.Context, tx access.Tx) error {
		if err := tx.Apply(ctx, filed("req")); err != nil {
			return err
		}
		_, err := raw.ExecContext(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
		return err
	})
	if access.CodeOf(err) != access.CodeUnavailable {
		t.Errorf("got %v, want the code %q", err, access.CodeUnavailable)
	}
	must(t, stores[0].Access().Update(t.Context(), func(ctx context.Context, tx access.Tx) error {
		if _, err := tx.Case(ctx, "req"); access.CodeOf(err) != access.CodeNotFound {
			return errors.New("what was not committed is there")
		}
		return tx.Apply(ctx, filed("req"))
	}))
}
