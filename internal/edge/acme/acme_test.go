package acme

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/team-idc/team/internal/edge"
)

// files is Files in memory; package store has the real one.
type files struct {
	mu    sync.Mutex
	kept  map[string][]byte
	locks map[string]lock
}

type lock struct {
	holder string
	until  time.Time
}

func newFiles() *files { return &files{kept: map[string][]byte{}, locks: map[string]lock{}} }

func (f *files) PutACMEFile(_ context.Context, name string, content []byte, _ time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.kept[name] = content
	return nil
}

func (f *files) ACMEFile(_ context.Context, name string) ([]byte, time.Time, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	content, ok := f.kept[name]
	return content, time.Now(), ok, nil
}

func (f *files) DeleteACMEFiles(_ context.Context, name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for n := range f.kept {
		if n == name || strings.HasPrefix(n, name+"/") {
			delete(f.kept, n)
		}
	}
	return nil
}

func (f *files) ACMEFileNames(_ context.Context, under string) ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var names []string
	for n := range f.kept {
		if under == "" || strings.HasPrefix(n, under+"/") {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return names, nil
}

func (f *files) TakeACMELock(_ context.Context, name, holder string, now, until time.Time) (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if l, ok := f.locks[name]; ok && l.holder != holder && l.until.After(now) {
		return false, nil
	}
	f.locks[name] = lock{holder, until}
	return true, nil
}

func (f *files) DropACMELock(_ context.Context, name, holder string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.locks[name].holder == holder {
		delete(f.locks, name)
	}
	return nil
}

// serve is a replica that gets certificates for team.test, at an address.
func serve(t *testing.T, l net.Listener, a *authority, f *files, replica string) *Issuer {
	t.Helper()
	i, err := New(Config{
		Hosts: []string{"team.test"}, Directory: a.server.URL + "/directory", Roots: a.roots(), Files: f, Secret: bytes.Repeat([]byte("k"), 32),
		Replica: replica, Now: time.Now, Log: slog.New(slog.DiscardHandler), TLSPort: l.Addr().(*net.TCPAddr).Port,
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Listener.Close()
	server.Listener = l
	server.TLS = edge.TLSConfig(i.Get)
	server.TLS.NextProtos = append(server.TLS.NextProtos, Protocol)
	server.StartTLS()
	t.Cleanup(server.Close)
	t.Cleanup(i.Close)
	return i
}

func port(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("it did not happen: %s", what)
		}
		<-tick.C
	}
}

// Two replicas share one account and one certificate; what is kept is encrypted.
func TestReplicasShareOneCertificate(t *testing.T) {
	first, second, kept := port(t), port(t), newFiles()
	a := newAuthority(t, func() string { return first.Addr().String() })
	issuer := serve(t, first, a, kept, "one")
	if host, ends := issuer.Missing(), issuer.Ends(); host != "team.test" || !ends.IsZero() {
		t.Errorf("before anything was asked for, missing is %q until %s", host, ends)
	}
	if err := issuer.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	until(t, "a certificate", func() bool { return issuer.Missing() == "" })
	trusted := x509.NewCertPool()
	trusted.AddCert(a.root)
	shake := func(l net.Listener) *x509.Certificate {
		t.Helper()
		c, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{ServerName: "team.test", RootCAs: trusted})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0]
	}
	leaf := shake(first)

	other := serve(t, second, a, kept, "two")
	if err := other.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	until(t, "the same certificate on the other replica", func() bool { return other.Missing() == "" })
	if got := shake(second); got.SerialNumber.Cmp(leaf.SerialNumber) != 0 || a.issued != 1 {
		t.Errorf("the other replica has certificate %s, and %d were issued", got.SerialNumber, a.issued)
	}
	if ends := other.Ends(); !ends.Equal(leaf.NotAfter) {
		t.Errorf("it ends %s, not %s", ends, leaf.NotAfter)
	}
	// P10
	kept.mu.Lock()
	defer kept.mu.Unlock()
	keys := 0
	for name, content := range kept.kept {
		if strings.HasSuffix(name, ".key") {
			keys++
		}
		for _, text := range []string{"PRIVATE KEY", "BEGIN", "team.test"} {
			if bytes.Contains(content, []byte(text)) {
				t.Errorf("%s stands in clear: it has %q", name, text)
			}
		}
	}
	if keys != 2 {
		t.Errorf("%d keys are kept: %v", keys, kept.kept)
	}
}

// A host without a valid certificate hides neither when its own ended nor when another's ends, whichever is named first.
func TestAnExpiredCertificateIsNotLostSightOf(t *testing.T) {
	a := newAuthority(t, func() string { return "" })
	now := time.Now()
	expired, later := now.Add(-time.Hour).Truncate(time.Second), now.Add(time.Hour).Truncate(time.Second)
	for _, hosts := range [][]string{{"old.test", "new.test"}, {"new.test", "old.test"}, {"none.test", "old.test", "new.test"}, {"new.test", "old.test", "none.test"}} {
		i, err := New(Config{
			Hosts: hosts, Directory: a.server.URL + "/directory", Files: newFiles(), Secret: bytes.Repeat([]byte("k"), 32),
			Replica: "one", Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		defer i.Close()
		for host, ends := range map[string]time.Time{"old.test": expired, "new.test": later} {
			if _, err := i.magic.CacheUnmanagedTLSCertificate(t.Context(), a.signed(host, ends), nil); err != nil {
				t.Fatal(err)
			}
		}
		want := hosts[0]
		if want == "new.test" {
			want = "old.test"
		}
		if got := i.Missing(); got != want {
			t.Errorf("of %v there is none for %q, not %q", hosts, got, want)
		}
		if got := i.Ends(); !got.Equal(expired) {
			t.Errorf("of %v the first ends %s, not %s", hosts, got, expired)
		}
	}
}

func newStorage(f Files, holder string, now func() time.Time, secret string) *storage {
	s, err := newSeal([]byte(secret), bytes.NewReader(bytes.Repeat([]byte("nonce"), 1000)))
	if err != nil {
		panic(err)
	}
	return &storage{files: f, seal: s, holder: holder, now: now, held: map[string]context.CancelFunc{}}
}

const testSecret = "0123456789abcdef0123456789abcdef"

func TestStorageIsAsFilesAre(t *testing.T) {
	ctx := t.Context()
	s := newStorage(newFiles(), "one", time.Now, testSecret)
	for _, name := range []string{"a/b/c.key", "a/b/d.crt", "a/e.json", "ab"} {
		if err := s.Store(ctx, name, []byte("content of "+name)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Load(ctx, "a/b/c.key"); err != nil || string(got) != "content of a/b/c.key" {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := s.Load(ctx, "a/b"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder is read: %v", err)
	}
	for folder, want := range map[string]string{"a": "a/b a/e.json", "a/b": "a/b/c.key a/b/d.crt", "a/": "a/b a/e.json"} {
		if got, err := s.List(ctx, folder, false); err != nil || strings.Join(got, " ") != want {
			t.Errorf("in %s is %v, %v", folder, got, err)
		}
	}
	if got, err := s.List(ctx, "a", true); err != nil || strings.Join(got, " ") != "a/b a/b/c.key a/b/d.crt a/e.json" {
		t.Errorf("in and below a is %v, %v", got, err)
	}
	if got, err := s.List(ctx, "", false); err != nil || strings.Join(got, " ") != "a ab" {
		t.Errorf("in all is %v, %v", got, err)
	}
	if i, err := s.Stat(ctx, "a/e.json"); err != nil || !i.IsTerminal || i.Size != int64(len("content of a/e.json")) {
		t.Errorf("%+v, %v", i, err)
	}
	if i, err := s.Stat(ctx, "a/b"); err != nil || i.IsTerminal {
		t.Errorf("%+v, %v", i, err)
	}
	if !s.Exists(ctx, "a") || s.Exists(ctx, "b") {
		t.Error("what exists does not, or the other way round")
	}
	if err := s.Delete(ctx, "a"); err != nil || s.Exists(ctx, "a/e.json") || !s.Exists(ctx, "ab") {
		t.Errorf("deleting a folder: %v", err)
	}
}

func TestWhatIsKeptIsSealed(t *testing.T) {
	ctx, f := t.Context(), newFiles()
	s := newStorage(f, "one", time.Now, testSecret)
	if err := errors.Join(s.Store(ctx, "x.key", []byte("PRIVATE KEY")), s.Store(ctx, "y.key", []byte("PRIVATE KEY"))); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(f.kept["x.key"], []byte("PRIVATE")) {
		t.Error("it stands in clear")
	}
	if _, err := newStorage(f, "one", time.Now, strings.ToUpper(testSecret)).Load(ctx, "x.key"); !errors.Is(err, errSealed) {
		t.Errorf("read with another key: %v", err)
	}
	f.kept["y.key"], f.kept["z.key"] = f.kept["x.key"], []byte{1, 2}
	for _, name := range []string{"y.key", "z.key"} {
		if _, err := s.Load(ctx, name); !errors.Is(err, errSealed) {
			t.Errorf("another file in the place of %s is read: %v", name, err)
		}
	}
	if _, err := newSeal([]byte("short"), nil); err == nil || !strings.Contains(err.Error(), "openssl rand") {
		t.Errorf("a short key: %v", err)
	}
}

func TestLocksPassOnWhenAReplicaIsLost(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	var mu sync.Mutex
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	f := newFiles()
	one, two := newStorage(f, "one", clock, testSecret), newStorage(f, "two", clock, testSecret)
	if err := one.Lock(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := two.Lock(short, "x"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("taken twice: %v", err)
	}
	if err := two.Unlock(t.Context(), "x"); err == nil {
		t.Error("given back by who has it not")
	}
	// The first is lost: it renews no more.
	mu.Lock()
	now = now.Add(lockFor)
	mu.Unlock()
	if err := two.Lock(t.Context(), "x"); err != nil {
		t.Errorf("not taken after its time: %v", err)
	}
	if err := one.Unlock(t.Context(), "x"); err != nil {
		t.Error(err)
	}
	if f.locks["x"].holder != "two" {
		t.Error("who lost the lock gave another's back")
	}
	if err := two.Unlock(t.Context(), "x"); err != nil || len(f.locks) != 0 {
		t.Errorf("%v is left, %v", f.locks, err)
	}
}
