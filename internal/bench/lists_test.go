//go:build bench

package bench_test

import (
	"cmp"
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/team-idc/team/internal/bench"
)

// TestBenchLists: every list that a screen may ask for, its first page, a page from the middle of the year and its
// total, at three sizes.
func TestBenchLists(t *testing.T) {
	for _, size := range bench.Sizes(10_000, 100_000, 1_000_000) {
		h := newHistory(size, noon)
		asks := h.asks()
		eachDatabase(t, func(t *testing.T, name string) {
			_, on, _ := strings.Cut(t.Name(), "/")
			on, _, _ = strings.Cut(on, "#")
			w := newWorld(t, name, h)
			l := lists{t: t, w: w, size: size, on: on}
			l.baselines(name)
			l.measure("page", asks, func(*url.Values) {})
			l.measure("page in the middle", asks, func(q *url.Values) { q.Set("cursor", "") })
			l.measure("page with total", asks, func(q *url.Values) { q.Set("total", "true") })
		})
	}
}

// TestBenchDecidable: what waits for somebody's decision, where a thousand requests do.
func TestBenchDecidable(t *testing.T) {
	for _, size := range bench.Sizes(10_000, 100_000) {
		h := newHistory(size, noon)
		eachDatabase(t, func(t *testing.T, name string) {
			_, on, _ := strings.Cut(t.Name(), "/")
			on, _, _ = strings.Cut(on, "#")
			l := lists{t: t, w: newWorld(t, name, h), size: size, on: on}
			l.baselines(name)
			l.decidable()
		})
	}
}

type lists struct {
	t    *testing.T
	w    *world
	size int
	on   string
	// ping is an empty round trip over HTTP, key a bare SELECT by key; medians in ms.
	ping, key float64
}

func (l *lists) baselines(name string) {
	l.ping = bench.Repeat(300, func(int) { l.w.get(l.t, "", "/healthz") }).At(0.5)
	driver := "pgx"
	if file, ok := strings.CutPrefix(name, "sqlite:"); ok {
		driver, name = "sqlite", file
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		l.t.Fatal(err)
	}
	defer db.Close()
	var ids []string
	for one := range l.w.h.lives() {
		if ids = append(ids, one.Request.ID); len(ids) == 500 {
			break
		}
	}
	l.key = bench.Repeat(500, func(i int) {
		var version int64
		if err := db.QueryRowContext(l.t.Context(), "SELECT version FROM requests WHERE id = $1", ids[i]).Scan(&version); err != nil {
			l.t.Fatal(err)
		}
	}).At(0.5)
	worst := bench.Repeat(300, func(int) { l.w.get(l.t, "", "/healthz") }).At(0.99)
	report.Add(bench.Figure{Group: "lists", What: "baseline: empty round trip, p99", On: l.on, Size: l.size, Value: worst, Unit: "ms"})
	report.Add(bench.Figure{Group: "lists", What: "baseline: empty round trip", On: l.on, Size: l.size, Value: l.ping, Unit: "ms"})
	report.Add(bench.Figure{Group: "lists", What: "baseline: SELECT by key", On: l.on, Size: l.size, Value: l.key, Unit: "ms"})
}

func (l *lists) measure(what string, asks []ask, edit func(*url.Values)) {
	const rounds = 4
	type slow struct {
		name string
		ms   float64
	}
	var all bench.Times
	var medians []slow
	middle := rand.New(rand.NewPCG(1, 1))
	for _, a := range asks {
		q := maps.Clone(a.query)
		edit(&q)
		if q.Has("cursor") {
			q.Set("cursor", idOf(map[string]string{"requests": "req", "elevations": "elv"}[a.path], noon.Add(-year/2), middle))
		}
		path := "/api/v1/" + a.path + "?" + q.Encode()
		l.w.get(l.t, a.user, path) // warm
		took := bench.Repeat(rounds, func(int) { l.w.get(l.t, a.user, path) })
		all = append(all, took...)
		medians = append(medians, slow{a.name, took.At(0.5)})
	}
	slices.SortFunc(medians, func(a, b slow) int { return cmp.Compare(b.ms, a.ms) })
	report.Add(bench.Figure{
		Group: "lists", What: what + ", p99", On: l.on, Size: l.size, Value: all.At(0.99), Unit: "ms", Most: 50, Baseline: "an empty round trip", Ratio: all.At(0.99) / l.ping,
		Note: fmt.Sprintf("%d lists; median %.1f ms; p99 of each one's median %.1f ms; slowest %s", len(asks), all.At(0.5), medians[len(medians)/100].ms, medians[0].name),
	})
	for _, m := range medians[:5] {
		l.t.Logf("%s %s %d: %.1f ms %s", what, l.on, l.size, m.ms, m.name)
	}
}

// decidable: the list of somebody who decides in one unit, and of somebody who decides everywhere.
func (l *lists) decidable() {
	for _, d := range []struct{ who, user string }{{"one unit", l.w.h.deciders[0]}, {"everything", l.w.h.users[19_580]}} {
		who, user := d.who, d.user
		for _, total := range []string{"", "&total=true"} {
			path := "/api/v1/requests?scope=decidable" + total
			l.w.get(l.t, user, path)
			took := bench.Repeat(100, func(int) { l.w.get(l.t, user, path) })
			what := "decidable by who decides on " + who
			if total != "" {
				what += ", with total"
			}
			report.Add(bench.Figure{
				Group: "lists", What: what + ", p99", On: l.on, Size: l.size, Value: took.At(0.99), Unit: "ms", Most: 50, Baseline: "an empty round trip",
				Ratio: took.At(0.99) / l.ping, Note: fmt.Sprintf("median %.1f ms", took.At(0.5)),
			})
		}
	}
}
