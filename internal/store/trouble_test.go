package store_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/store"
	"github.com/team-idc/team/internal/store/postgrestest"
)

// TestAFullDisk refuses what writes, corrupts nothing, leaves everything readable, and is over as soon as there is room.
func TestAFullDisk(t *testing.T) {
	db := openSQLite(t)
	db.apply(t, filed("req-0"))
	var pages int
	must(t, db.Writer().QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages))
	_, err := db.Writer().ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages+3))
	must(t, err)

	kept := 0
	for err = nil; err == nil && kept < 1000; kept++ {
		err = db.tryApply(t, filed(fmt.Sprintf("req-%d", kept+1)))
	}
	if access.CodeOf(err) != access.CodeUnavailable || !strings.Contains(err.Error(), "full") {
		t.Fatalf("a write on a full disk says %v", err)
	}
	if why := db.Unwritable(t.Context()); why != "" && !strings.Contains(why, "full") {
		t.Errorf("the store says %q", why)
	}
	// kept counts the one that was refused, as req-0 stands for it.
	if head, err := db.VerifyLog(t.Context()); err != nil || head.Size != int64(kept) {
		t.Errorf("the log has %d events, %v; want %d", head.Size, err, kept)
	}
	if got := db.one(t, "PRAGMA integrity_check"); got != "ok" {
		t.Errorf("the database is damaged: %s", got)
	}
	db.read(t, "req-0")
	if list, err := db.Requests(t.Context(), access.RequestFilter{Limit: 2, Now: noon}); err != nil || len(list) != min(2, kept) {
		t.Errorf("a list gives %d requests, %v", len(list), err)
	}

	_, err = db.Writer().ExecContext(t.Context(), "PRAGMA max_page_count = 1000000")
	must(t, err)
	if why := db.Unwritable(t.Context()); why != "" {
		t.Errorf("with room again the store says %q", why)
	}
	db.apply(t, filed("req-after"))
}

// TestAStandbyTakesNoWrites: what a failover leaves behind answers, but does not write.
func TestAStandbyTakesNoWrites(t *testing.T) {
	if !postgrestest.Available(t) {
		return
	}
	db := openPostgres(t)
	db.apply(t, filed("req"))
	become := func(readOnly string) {
		db.exec(t, "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = "+readOnly+"', current_database()); END $$")
		db.exec(t, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
	}
	become("on")
	eventually(t, "a write is refused as read-only", func() bool {
		err := db.tryApply(t, filed("other"))
		return access.CodeOf(err) == access.CodeUnavailable && strings.Contains(err.Error(), "read-only")
	})
	if why := db.Unwritable(t.Context()); !strings.Contains(why, "read-only") {
		t.Errorf("the store says %q", why)
	}
	db.read(t, "req")
	db.exec(t, "SET default_transaction_read_only = off")
	become("off")
	eventually(t, "it writes again", func() bool { return db.Unwritable(t.Context()) == "" })
	db.apply(t, filed("other"))
}

// TestANetworkThatSwallowsEverything gives no error by itself: whoever waits is told, and it goes on when it is back.
func TestANetworkThatSwallowsEverything(t *testing.T) {
	if !postgrestest.Available(t) {
		return
	}
	p := between(t, postgrestest.New(t))
	s, err := store.OpenPostgres(t.Context(), p.url, store.Options{IDs: &numbered{}, Patience: 500 * time.Millisecond})
	must(t, err)
	defer s.Close()
	db := testDB{Store: s}
	db.apply(t, filed("req-1"))
	p.swallows.Store(true)
	if err := db.tryApply(t, filed("req-2")); access.CodeOf(err) != access.CodeUnavailable {
		t.Errorf("a write into the void says %v", err)
	}
	err = s.Access().View(t.Context(), func(ctx context.Context, tx access.Tx) error {
		_, err := tx.Case(ctx, "req-1")
		return err
	})
	if access.CodeOf(err) != access.CodeUnavailable {
		t.Errorf("a read into the void says %v", err)
	}
	p.swallows.Store(false)
	eventually(t, "it writes again", func() bool { return db.tryApply(t, filed("req-3")) == nil })
	db.read(t, "req-1")
}

// eventually asks until it is so, for twenty seconds.
func eventually(t *testing.T, what string, ask func() bool) {
	t.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	every := time.NewTicker(20 * time.Millisecond)
	defer every.Stop()
	for !ask() {
		select {
		case <-deadline.C:
			t.Fatalf("never: %s", what)
		case <-every.C:
		}
	}
}

// proxy stands between TEAM and PostgreSQL.
type proxy struct {
	url      string
	swallows atomic.Bool
}

func between(t *testing.T, at string) *proxy {
	t.Helper()
	u, err := url.Parse(at)
	must(t, err)
	server := u.Host
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	u.Host = l.Addr().String()
	p := &proxy{url: u.String()}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			behind, err := new(net.Dialer).DialContext(context.WithoutCancel(t.Context()), "tcp", server)
			if err != nil {
				_ = client.Close()
				continue
			}
			go p.forward(client, behind)
			go p.forward(behind, client)
		}
	}()
	return p
}

// forward passes on what it reads, or keeps it to itself for good.
func (p *proxy) forward(to net.Conn, from io.ReadCloser) {
	defer to.Close()
	defer from.Close()
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		if err != nil {
			return
		}
		if p.swallows.Load() {
			continue
		}
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
	}
}
