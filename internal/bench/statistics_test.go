//go:build bench

package bench_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/bench"
)

// TestBenchStatistics: the charts of a month and of the longest span, and the export of everything, with what it holds in
// memory meanwhile.
func TestBenchStatistics(t *testing.T) {
	for _, size := range bench.Sizes(10_000, 100_000, 1_000_000) {
		h := newHistory(size, noon)
		eachDatabase(t, func(t *testing.T, name string) {
			_, on, _ := strings.Cut(t.Name(), "/")
			on, _, _ = strings.Cut(on, "#")
			w := newWorld(t, name, h)
			auditor := h.users[19_505]
			ping := bench.Repeat(300, func(int) { w.get(t, "", "/healthz") }).At(0.5)
			for _, days := range []int{30, 92} {
				path := "/api/v1/statistics?from=" + noon.Add(time.Duration(1-days)*24*time.Hour).Format(time.RFC3339) + "&to=" + noon.Format(time.RFC3339)
				w.get(t, auditor, path)
				took := bench.Repeat(40, func(int) { w.get(t, auditor, path) })
				report.Add(bench.Figure{
					Group: "statistics", What: fmt.Sprintf("charts of %d days, p99", days), On: on, Size: size, Value: took.At(0.99), Unit: "ms", Most: 300,
					Baseline: "an empty round trip", Ratio: took.At(0.99) / ping, Note: fmt.Sprintf("median %.1f ms", took.At(0.5)),
				})
			}
			for _, format := range []string{"csv", "json"} {
				w.export(t, auditor, format, on, size)
			}
		})
	}
}

func (w *world) export(t *testing.T, user, format, on string, size int) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.server.URL+"/api/v1/requests/export?scope=all&format="+format, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.token(t, user))
	runtime.GC()
	var before, most runtime.MemStats
	runtime.ReadMemStats(&before)
	ctx, stop := context.WithCancel(t.Context())
	watched := make(chan uint64)
	go func() {
		peak := uint64(0)
		for ctx.Err() == nil {
			runtime.ReadMemStats(&most)
			peak = max(peak, most.HeapInuse)
			select {
			case <-ctx.Done():
			case <-time.After(100 * time.Millisecond):
			}
		}
		watched <- peak
	}()
	begun := time.Now()
	res, err := w.server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	bytes, err := io.Copy(io.Discard, res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%d bytes, %d, %v", bytes, res.StatusCode, err)
	}
	took := time.Since(begun)
	stop()
	peak := <-watched
	report.Add(bench.Figure{
		Group: "statistics", What: "export of all requests as " + format, On: on, Size: size, Value: float64(size) / took.Seconds(), Unit: "requests/s",
		Note: fmt.Sprintf("%s, %d MiB; heap %d MiB more at most", took.Round(time.Millisecond), bytes>>20, (max(peak, before.HeapInuse)-before.HeapInuse)>>20),
	})
}
