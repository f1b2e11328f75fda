//go:build bench

package bench_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/bench"
)

// TestBenchThroughput: requests filed and events appended one after the other, each on disk before the next; reads of the
// API side by side; and what memory lists take. On databases of three sizes, since writes must not slow down as they grow.
func TestBenchThroughput(t *testing.T) {
	for _, size := range bench.Sizes(1_000, 10_000, 100_000) {
		h := newHistory(size, noon)
		eachDatabase(t, func(t *testing.T, name string) {
			_, on, _ := strings.Cut(t.Name(), "/")
			on, _, _ = strings.Cut(on, "#")
			w := newWorld(t, name, h)
			fsync := syncedWrite(t)
			add := func(what string, perSecond float64, note string) {
				report.Add(bench.Figure{
					Group: "throughput", What: what, On: on, Size: size, Value: perSecond, Unit: "a second", Baseline: "one write that is on disk, one after the other",
					Ratio: perSecond * fsync.Seconds(), Note: note,
				})
			}
			before := bench.CPU()
			n, took := during(2*time.Second, 1, func(i int) { w.file(t, h.users[i%len(h.users)], h.accounts[i%len(h.accounts)], h.sets[i%len(h.sets)]) })
			add("requests filed", float64(n)/took.Seconds(), fmt.Sprintf("%.1f ms of processor each", (bench.CPU()-before).Seconds()*1000/float64(n)))
			n, took = during(2*time.Second, 1, func(int) { w.note(t) })
			add("events appended", float64(n)/took.Seconds(), "")
			user := h.users[19_505]
			w.token(t, user)
			before = bench.CPU()
			n, took = during(2*time.Second, 8, func(int) { w.get(t, user, "/api/v1/requests?scope=all") })
			add("lists of 50 requests read by eight at a time", float64(n)/took.Seconds(), fmt.Sprintf("%.1f ms of processor each", (bench.CPU()-before).Seconds()*1000/float64(n)))
			report.Add(bench.Figure{
				Group: "throughput", What: "memory of lists with totals read by eight at a time", On: on, Size: size, Value: w.listing(t, user), Unit: "MB", Most: 200,
				Note: "heap beyond that of the process at rest, the largest seen",
			})
		})
	}
}

// during repeats f for a while, by so many at a time, and says how often that was.
func during(d time.Duration, workers int, f func(i int)) (n int, took time.Duration) {
	var count atomic.Int64
	done := make(chan struct{})
	begun := time.Now()
	for range workers {
		go func() {
			for time.Since(begun) < d {
				f(int(count.Add(1)))
			}
			done <- struct{}{}
		}()
	}
	for range workers {
		<-done
	}
	return int(count.Load()), time.Since(begun)
}

// file a request, with everything it takes but AWS's reads.
func (w *world) file(t *testing.T, user, account, set string) {
	_, err := w.access.Create(t.Context(), access.Actor{Kind: audit.Person, UserID: user, Name: "somebody"}, access.Draft{
		Targets: []access.DraftTarget{{AccountID: account, PermissionSetARN: set}}, Duration: time.Hour, Justification: "to look after the order table",
	})
	if err != nil && access.CodeOf(err) != access.CodeConflict {
		t.Error(err)
	}
}

// note appends an event.
func (w *world) note(t *testing.T) {
	err := w.store.Access().Update(t.Context(), func(ctx context.Context, tx access.Tx) error {
		return tx.Apply(ctx, access.Change{Events: []audit.Event{{
			Kind: "bench.noted", At: noon, Actor: audit.Actor{Kind: audit.System, ID: "bench"}, Subject: audit.Subject{User: w.h.users[0]},
			Data: map[string]any{"what": "something of the usual length happened, as it does"},
		}}})
	})
	if err != nil {
		t.Error(err)
	}
}

// syncedWrite is how long one small write takes that is on disk when it returns.
func syncedWrite(t *testing.T) time.Duration {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "synced"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 4096)
	took := bench.Repeat(100, func(int) {
		if _, err := f.Write(page); err != nil {
			t.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			t.Fatal(err)
		}
	})
	return time.Duration(took.At(0.5) * float64(time.Millisecond))
}

// listing is how much the heap grows while lists are read, in MB.
func (w *world) listing(t *testing.T, user string) float64 {
	t.Helper()
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse
	}
	runtime.GC()
	rest, most := heap(), uint64(0)
	stop := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				most = max(most, heap())
			}
		}
	}()
	query := url.Values{"scope": {"all"}, "total": {"true"}, "limit": {"200"}}.Encode()
	during(3*time.Second, 8, func(int) {
		if p := decode[api.RequestList](t, w.get(t, user, "/api/v1/requests?"+query)); len(p.Items) == 0 {
			t.Error("the list is empty")
		}
	})
	close(stop)
	<-watched
	return float64(most-min(most, rest)) / 1e6
}
