//go:build bench

package bench_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/team-idc/team/internal/bench"
	"github.com/team-idc/team/internal/edge/firewall"
)

// TestBenchFirewall: what the firewall costs a request that it has seen the like of, and one that it has not; beside a
// handler that only reads the body.
func TestBenchFirewall(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	begun := bench.CPU()
	wrap, err := firewall.New(firewall.Config{Refuse: func(w http.ResponseWriter, _ *http.Request, status int, _, detail string) {
		http.Error(w, detail, status)
	}})
	if err != nil {
		t.Fatal(err)
	}
	took := bench.CPU() - begun
	runtime.GC()
	runtime.ReadMemStats(&after)
	report.Add(bench.Figure{Group: "firewall", What: "building the rules, time of the processor", Value: float64(took.Milliseconds()), Unit: "ms", Most: 200})
	report.Add(bench.Figure{
		Group: "firewall", What: "memory of the rules", Value: float64(after.HeapAlloc-before.HeapAlloc) / (1 << 20), Unit: "MB", Most: 15,
	})
	plain := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"ok":true}`)
	})
	guarded := wrap(plain)
	for _, c := range []struct {
		what string
		most float64 // ms
		make func(i int) *http.Request
	}{
		{"a read, of a kind seen before", 0.1, func(i int) *http.Request { return benchRead(t, "active", i) }},
		{"a request filed, of a kind seen before", 0.1, func(i int) *http.Request { return benchAsk(t, "", i) }},
		{"a read, never seen before", 2, func(i int) *http.Request { return benchRead(t, fmt.Sprintf("word-%d", i), i) }},
		{"a request filed, never seen before", 4, func(i int) *http.Request { return benchAsk(t, fmt.Sprintf("note %d of the week", i), i) }},
		{"4 KiB of text where none belongs", 20, func(i int) *http.Request {
			return benchAsk(t, fmt.Sprintf("%d ", i)+strings.Repeat("lorem ipsum dolor sit amet ", 150), i)
		}},
		{"32 KiB of text where none belongs", 200, func(i int) *http.Request {
			return benchAsk(t, fmt.Sprintf("%d ", i)+strings.Repeat("lorem ipsum dolor sit amet ", 1190), i)
		}},
	} {
		without, with := times(t, plain, c.make), times(t, guarded, c.make)
		report.Add(bench.Figure{
			Group: "firewall", What: c.what + ", median", Value: with.At(0.5), Unit: "ms", Most: c.most,
			Baseline: "without firewall", Ratio: with.At(0.5) / max(without.At(0.5), 0.001), Note: fmt.Sprintf("p99 %.2f ms", with.At(0.99)),
		})
	}
}

// times of requests that are made beforehand.
func times(t *testing.T, h http.Handler, of func(i int) *http.Request) bench.Times {
	t.Helper()
	const n = 300
	requests := make([]*http.Request, n+20)
	for i := range requests {
		requests[i] = of(i)
	}
	one := func(i int) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, requests[i])
		if w.Code != http.StatusOK {
			t.Fatalf("answered %d: %s", w.Code, w.Body)
		}
	}
	for i := range 20 {
		one(n + i)
	}
	return bench.RepeatAlone(n, one)
}

func benchRead(t *testing.T, word string, i int) *http.Request {
	t.Helper()
	return browser(httptest.NewRequestWithContext(t.Context(), http.MethodGet,
		fmt.Sprintf("/api/v1/requests?state=%s&limit=50&user=0190c0de-0000-7000-8000-%012d", word, i), nil))
}

func benchAsk(t *testing.T, note string, i int) *http.Request {
	t.Helper()
	body := fmt.Sprintf(`{"targets":[{"accountId":"%012d","permissionSetArn":"arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef"}],`+
		`"durationSeconds":3600,"justification":"select name from orders where id = %d; it's urgent <prod>","ticket":"INC-%d"`, i, i, i)
	if note != "" {
		body += fmt.Sprintf(`,"note":%q`, note)
	}
	r := browser(httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/requests", strings.NewReader(body+"}")))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Content-Length", fmt.Sprint(len(body)+1))
	r.Header.Set("Idempotency-Key", fmt.Sprintf("0190c0de-0000-7000-8000-%012d", i))
	return r
}

// browser adds what one sends.
func browser(r *http.Request) *http.Request {
	for name, value := range map[string]string{
		"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
		"Accept":     "application/json", "Accept-Language": "en-GB,en;q=0.9", "Accept-Encoding": "gzip, deflate, br, zstd",
		"Cookie": "__Host-team=team_4Zr0Jq7yV3nB8sTfLxKdWm2hCgPuEaRi", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin",
		"Sec-Ch-Ua": `"Chromium";v="142", "Not=A?Brand";v="24"`,
	} {
		r.Header.Set(name, value)
	}
	return r
}
