//go:build bench

package bench_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/bench"
	"github.com/team-idc/team/internal/edge"
)

// TestBenchEdge: what the edge costs a request, without the firewall: headers, rates of 10,000 clients, limits, a line in
// the access log.
func TestBenchEdge(t *testing.T) {
	answers := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"id":"req_1"}`)
	})
	log := edge.NewAccessLog(io.Discard)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go log.Run(ctx)
	n := 0
	e := edge.New(edge.Config{
		Now: time.Now, Log: slog.New(slog.DiscardHandler), NewID: func() string { n++; return fmt.Sprint(n) }, OnLoopback: true,
		Rates: edge.NewRates(edge.RatesConfig{
			Now: time.Now, Log: slog.New(slog.DiscardHandler), Limits: edge.Limits{edge.RuleAddress: 1 << 30, edge.RuleUser: 1 << 30},
		}),
		AccessLog: log, Refusals: edge.NewRefusals(),
	})
	wrapped := e.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		edge.From(r.Context()).Caller("user-1", "", "sin_1")
		answers(w, r)
	}))
	body := `{"targets":[{"accountId":"123456789012"}],"justification":"` + strings.Repeat("x", 400) + `"}`
	for _, kind := range []struct{ what, method, body string }{{"GET", http.MethodGet, ""}, {"JSON POST of half a KiB", http.MethodPost, body}} {
		each := func(h http.Handler) (time.Duration, int) {
			const times = 20_000
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			begun := bench.CPU()
			for i := range times {
				r := httptest.NewRequest(kind.method, "http://127.0.0.1/api/v1/requests?limit=50", strings.NewReader(kind.body))
				r.RemoteAddr = fmt.Sprintf("10.0.%d.%d:1", i%10_000/250, i%250)
				r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36")
				if kind.body != "" {
					r.Header.Set("Content-Type", "application/json")
				}
				h.ServeHTTP(httptest.NewRecorder(), r)
			}
			took := bench.CPU() - begun
			runtime.ReadMemStats(&after)
			return took / times, int(after.Mallocs-before.Mallocs) / times
		}
		each(wrapped) // the clients are known, as they are after a moment
		bare, bareAllocations := each(answers)
		with, allocations := each(wrapped)
		report.Add(bench.Figure{
			Group: "edge", What: "added to a " + kind.what, Value: (with - bare).Seconds() * 1e6, Unit: "µs of processor", Most: 50,
			Baseline: "an answer without the edge", Ratio: with.Seconds() / bare.Seconds(),
			Note: fmt.Sprintf("%d allocations more; the firewall is measured apart", allocations-bareAllocations),
		})
	}
}
