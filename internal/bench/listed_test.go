package bench_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/team-idc/team/internal/access"
)

type page struct {
	Items        []struct{ ID string }
	NextCursor   string
	Total        *int
	TotalAtLeast int
}

// idsOf reads a list to its end.
func (w *world) idsOf(t *testing.T, user, path string, query url.Values) (ids []string, total int) {
	t.Helper()
	for {
		p := decode[page](t, w.get(t, user, "/api/v1/"+path+"?"+query.Encode()))
		for _, item := range p.Items {
			ids = append(ids, item.ID)
		}
		if total = p.TotalAtLeast; p.Total != nil {
			total = *p.Total
		}
		if p.NextCursor == "" {
			return ids, total
		}
		query.Set("cursor", p.NextCursor)
	}
}

// shown are the ids that an ask has to show, the newest first, worked out without a database. What an elevation's status
// is follows from its request's: here all targets of a request fare alike.
func (h history) shown(a ask) []string {
	var ids []string
	for l := range h.lives() {
		if a.path == "requests" {
			if a.keep(l) {
				ids = append(ids, l.Request.ID)
			}
			continue
		}
		for i := range l.Targets {
			one := l
			one.Targets, one.Elevations = l.Targets[i:i+1], l.Elevations[i:i+1]
			// The status of what never began is another word there: see access.ElevationStatus.
			if one.word == "rejected" || one.word == "expired" {
				one.word = "ended"
			}
			if a.keep(one) {
				ids = append(ids, one.Elevations[0].ID)
			}
		}
	}
	slices.Sort(ids)
	slices.Reverse(ids)
	return ids
}

// TestEveryFilterShowsWhatItShould compares every list that a screen may ask for, with every page and total, with what a
// plain walk through the history finds.
func TestEveryFilterShowsWhatItShould(t *testing.T) {
	h := newHistory(2_000, noon)
	asks := h.asks()
	if len(asks) < 150 {
		t.Fatalf("only %d lists are tried", len(asks))
	}
	eachDatabase(t, func(t *testing.T, name string) {
		w := newWorld(t, name, h)
		some := 0
		for i, a := range asks {
			want := h.shown(a)
			a.query.Set("limit", "200")
			a.query.Set("total", "true")
			a.query.Del("cursor")
			a.query.Del("sort")
			if i%2 == 1 {
				slices.Reverse(want)
				a.query.Set("sort", "created")
			}
			got, total := w.idsOf(t, a.user, a.path, a.query)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", a.name, diff)
			}
			if total != len(want) {
				t.Errorf("%s: the total is %d, want %d", a.name, total, len(want))
			}
			if len(want) > 0 {
				some++
			}
		}
		if some < len(asks)/3 {
			t.Errorf("of %d lists %d showed something: this test proves little", len(asks), some)
		}
		w.decidable(t)
		w.byEnd(t)
	})
}

// decidable: the list of what waits for somebody's decision, against asking the use case about every request.
func (w *world) decidable(t *testing.T) {
	t.Helper()
	f, err := w.access.Facts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, user := range []string{w.h.deciders[0], w.h.users[19_580], w.h.users[0]} {
		var want []string
		for l := range w.h.lives() {
			if l.word == "pending" && len(w.access.MayDecideNow(f, access.Actor{Kind: "person", UserID: user}, l.Case)) > 0 {
				want = append(want, l.Request.ID)
			}
		}
		slices.Sort(want)
		for _, sort := range []string{"created", "-created"} {
			for _, limit := range []string{"7", "200"} {
				query := url.Values{"scope": {"decidable"}, "total": {"true"}, "limit": {limit}, "sort": {sort}}
				got, total := w.idsOf(t, user, "requests", query)
				if diff := cmp.Diff(want, got); diff != "" || total != min(len(want), 200) {
					t.Errorf("%s may decide, by %s in pages of %s (total %d, -want +got):\n%s", user, sort, limit, total, diff)
				}
			}
			slices.Reverse(want)
		}
		if user == w.h.deciders[0] && (len(want) == 0 || len(want) > 100) || user == w.h.users[0] && len(want) > 0 {
			t.Errorf("%s may decide %d requests", user, len(want))
		}
	}
}

// byEnd: what is in progress, in the order in which it ends.
func (w *world) byEnd(t *testing.T) {
	t.Helper()
	var want []string
	for l := range w.h.lives() {
		for _, e := range l.Elevations {
			if e.State == access.Active {
				want = append(want, fmt.Sprintf("%019d %s", e.EndsAt.UnixMicro(), e.ID))
			}
		}
	}
	slices.Sort(want)
	for i := range want {
		_, want[i], _ = strings.Cut(want[i], " ")
	}
	for _, sort := range []string{"ends", "-ends"} {
		for _, limit := range []string{"3", "200"} {
			got, total := w.idsOf(t, w.h.users[19_505], "elevations", url.Values{"scope": {"all"}, "sort": {sort}, "limit": {limit}, "total": {"true"}})
			if diff := cmp.Diff(want, got); diff != "" || total != len(want) || len(want) == 0 {
				t.Errorf("by %s in pages of %s (total %d, -want +got):\n%s", sort, limit, total, diff)
			}
		}
		slices.Reverse(want)
	}
}
