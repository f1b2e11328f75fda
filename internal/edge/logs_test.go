package edge

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestALogFileIsTakenAnewWhenItWasMoved(t *testing.T) {
	c := newClock()
	name := filepath.Join(t.TempDir(), "access.log")
	l, err := OpenLogFile(name, c.now)
	if err != nil {
		t.Fatal(err)
	}
	put := func(text string) {
		t.Helper()
		if _, err := l.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	read := func(name string) string {
		t.Helper()
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	move := func() {
		t.Helper()
		if err := os.Rename(name, name+".1"); err != nil {
			t.Fatal(err)
		}
	}
	put("1\n")
	move()
	put("2\n") // nobody has looked yet
	c.forward(lookEvery)
	put("3\n")
	if got := read(name+".1") + "|" + read(name); got != "1\n2\n|3\n" {
		t.Errorf("got %q", got)
	}
	move()
	if err := l.Reopen(); err != nil { // SIGHUP
		t.Fatal(err)
	}
	put("4\n")
	if got := read(name); got != "4\n" {
		t.Errorf("got %q", got)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v, %v", info.Mode(), err)
	}
	if err := errors.Join(l.Close(), l.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Write([]byte("5\n")); err == nil {
		t.Error("written after it was closed")
	}
}

// bucket keeps objects, or is away.
type bucket struct {
	mu      sync.Mutex
	objects map[string][]byte
	away    error
}

func (b *bucket) PutObject(_ context.Context, key string, body []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.away != nil {
		return b.away
	}
	if b.objects == nil {
		b.objects = map[string][]byte{}
	}
	b.objects[key] = body
	return nil
}

func (b *bucket) text(t *testing.T, key string) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(b.objects[key]))
	if err != nil {
		t.Fatalf("%s: %v", key, err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestObjectsArePutEveryFiveMinutesOrWhenTheyAreFull(t *testing.T) {
	c, b := newClock(), &bucket{}
	l := NewLogObjects(b, "logs/team/", "host-1", c.now, slog.New(slog.DiscardHandler))
	step := func() {
		t.Helper()
		for did := true; did; {
			var err error
			if did, _, err = l.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	_, _ = l.Write([]byte("1\n2\n"))
	step()
	if len(b.objects) != 0 {
		t.Fatal("put at once")
	}
	c.forward(logObjectAge)
	step()
	const first = "logs/team/2026/11/25/host-1-20261125T120503Z-1.ndjson.gz"
	if len(b.objects) != 1 || b.text(t, first) != "1\n2\n" {
		t.Fatalf("objects %v", b.objects)
	}
	line := []byte(strings.Repeat("x", 1023) + "\n")
	for range logObjectBytes / len(line) {
		_, _ = l.Write(line)
	}
	step()
	if len(b.objects) != 2 {
		t.Errorf("%d objects, not 2", len(b.objects))
	}
	_, _ = l.Write([]byte("last\n"))
	if err := l.Flush(t.Context()); err != nil || len(b.objects) != 3 {
		t.Errorf("%d objects after the last were put, %v", len(b.objects), err)
	}
	if l.Dropped() != 0 || l.Failing() != "" {
		t.Errorf("dropped %d, failing %q", l.Dropped(), l.Failing())
	}
}

// While the bucket is away memory is bounded, what is lost is counted, and what is left comes through afterwards.
func TestABucketThatIsAway(t *testing.T) {
	c, b := newClock(), &bucket{away: errors.New("no such bucket")}
	var log bytes.Buffer
	l := NewLogObjects(b, "", "host-1", c.now, slog.New(slog.NewJSONHandler(&log, nil)))
	for range waitingObjects + 5 {
		_, _ = l.Write([]byte("a\nb\n"))
		c.forward(logObjectAge)
		// It is no failing step, of which a replica would be not ready.
		if did, next, err := l.Step(t.Context()); did || err != nil || !next.After(c.now()) {
			t.Fatalf("did %t, next %s, %v", did, next, err)
		}
	}
	if err := l.Flush(t.Context()); err == nil || !strings.Contains(l.Failing(), "no such bucket") {
		t.Errorf("put at last: %v, failing %q", err, l.Failing())
	}
	if n := strings.Count(log.String(), "no such bucket"); n != waitingObjects+5 {
		t.Errorf("the log says it %d times", n)
	}
	if l.Dropped() != 10 || len(l.waiting) != waitingObjects {
		t.Errorf("dropped %d lines, %d objects wait", l.Dropped(), len(l.waiting))
	}
	if did, next, err := l.Step(t.Context()); did || err != nil || next.Sub(c.now()) > putAgain || !next.After(c.now()) {
		t.Errorf("it is not tried again after a while: %t, %s, %v", did, next, err)
	}
	b.away = nil
	if err := l.Flush(t.Context()); err != nil || len(b.objects) != waitingObjects || l.Failing() != "" {
		t.Errorf("%d objects, failing %q, %v", len(b.objects), l.Failing(), err)
	}
}

// stuck is a pipe that nobody reads.
type stuck struct{ release chan struct{} }

func (s stuck) Write(p []byte) (int, error) {
	<-s.release
	return len(p), nil
}

func TestNobodyWaitsForTheAccessLog(t *testing.T) {
	s := stuck{make(chan struct{})}
	l := NewAccessLog(s)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); l.Run(ctx) }()
	for range waitingLines * 2 {
		l.write(entry{ID: "x"})
	}
	if l.Dropped() == 0 {
		t.Error("nothing was dropped")
	}
	close(s.release)
	cancel()
	<-done
	if l.Failing() != "" {
		t.Errorf("failing: %s", l.Failing())
	}
}

type broken struct{ err error }

func (b *broken) Write(p []byte) (int, error) { return len(p), b.err }

func TestAnAccessLogThatCannotBeWritten(t *testing.T) {
	b := &broken{errors.New("disk full")}
	l := NewAccessLog(b)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	l.write(entry{})
	l.Run(ended)
	if l.Failing() != "disk full" || l.Dropped() != 1 {
		t.Errorf("failing %q, dropped %d", l.Failing(), l.Dropped())
	}
	b.err = nil
	l.write(entry{})
	l.Run(ended)
	if l.Failing() != "" {
		t.Errorf("failing %q after it was mended", l.Failing())
	}
}

func addressOf(i int) netip.Addr { return netip.AddrFrom4([4]byte{198, 51, byte(i >> 8), byte(i)}) }

func TestRefusalsAreToldTogether(t *testing.T) {
	c, r := newClock(), NewRefusals()
	if !r.Due().IsZero() {
		t.Error("something is due before anything was refused")
	}
	for i := range 5000 {
		r.add("rate", addressOf(i), "", c.now())
	}
	for range 50 {
		r.add("forbidden", addressOf(1), "user-1", c.now())
	}
	if due := r.Due(); due.Sub(c.now()) != tellEvery {
		t.Errorf("due %s", due)
	}
	c.forward(tellEvery)
	told := r.Pending(c.now())
	if len(told) != 2 || told[0].Why != "forbidden" || told[0].Count != 50 || len(told[0].Most) != 1 || told[0].Most[0].User != "user-1" {
		t.Fatalf("told %+v", told)
	}
	rates := told[1]
	sum := rates.Others
	for _, m := range rates.Most {
		sum += m.Count
	}
	if rates.Count != 5000 || sum != 5000 || len(rates.Most) != tellOf || rates.Until.Sub(rates.From) != tellEvery {
		t.Errorf("told %+v", rates)
	}
	// It could not be told: it is told again, and what is refused meanwhile later.
	r.add("rate", addressOf(1), "", c.now())
	c.forward(tellEvery)
	if again := r.Pending(c.now()); len(again) != 2 || again[1].Count != 5000 || r.Due().After(c.now()) {
		t.Errorf("told again %+v, due %s", again, r.Due())
	}
	r.Told()
	if later := r.Pending(c.now()); len(later) != 1 || later[0].Count != 1 {
		t.Errorf("told later %+v", later)
	}
	r.Told()
	if !r.Due().IsZero() || len(r.Pending(c.now())) != 0 {
		t.Error("told twice")
	}
	var none *Refusals
	none.add("rate", addressOf(1), "", time.Time{})
}
