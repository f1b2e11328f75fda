package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
)

func (w *world) statistics(from, to time.Time) api.Statistics {
	w.t.Helper()
	q := url.Values{}
	for name, at := range map[string]time.Time{"from": from, "to": to} {
		if !at.IsZero() {
			q.Set(name, at.Format(time.RFC3339Nano))
		}
	}
	return into[api.Statistics](w.t, w.call("auditor", "GET", "/api/v1/statistics?"+q.Encode(), nil))
}

func TestStatisticsOfAFewDays(t *testing.T) {
	w := newWorld(t)
	day := w.Now().Truncate(24 * time.Hour)
	for wait := 1; wait <= 10; wait++ { // decided after 1 to 10 minutes, there 7 s later
		r := w.ask(oneProd())
		w.pass(time.Duration(wait) * time.Minute)
		r = into[api.Request](t, w.call("approver", "POST", "/api/v1/requests/"+r.ID+"/approve", api.Ballot{}))
		w.pass(7 * time.Second)
		w.deliver(r.Targets[0].Elevation.ID, access.Activating, access.Active)
	}
	w.active() // of which nobody decided
	w.pass(15 * time.Hour)
	r := w.ask(twoTargets())
	into[api.Request](t, w.call("requester", "POST", "/api/v1/requests/"+r.ID+"/cancel", nil))

	got := w.statistics(time.Time{}, time.Time{})
	if len(got.Days) != 30 || !got.From.Equal(day.Add(-28*24*time.Hour)) || !got.To.Equal(day.Add(48*time.Hour)) {
		t.Fatalf("%d days from %s to %s", len(got.Days), got.From, got.To)
	}
	first, second := got.Days[28], got.Days[29]
	if first.Day != "2026-11-25" || fmt.Sprint(first.Requests) != "[{in progress 11}]" || fmt.Sprint(second.Requests) != "[{cancelled 1}]" {
		t.Errorf("days %+v and %+v", first, second)
	}
	if fmt.Sprint(got.Requests) != "[{cancelled 1} {in progress 11}]" || len(got.Days[0].Requests) != 0 {
		t.Errorf("in all %+v", got.Requests)
	}
	near := func(what string, millis int64, want time.Duration) {
		t.Helper()
		if off := float64(millis)/float64(want.Milliseconds()) - 1; off < -0.05 || off > 0.05 {
			t.Errorf("%s is %d ms, want about %s", what, millis, want)
		}
	}
	if d := first.Decisions; d.Count != 10 || d != got.Decisions {
		t.Errorf("decisions %+v", d)
	}
	near("the median", first.Decisions.MedianMillis, 6*time.Minute)
	near("nine of ten", first.Decisions.P90Millis, 10*time.Minute)
	if a := first.Activations; a.Count != 11 || a != got.Activations { // that which nobody decided began at once
		t.Errorf("activations %+v", a)
	}
	near("the median to access", first.Activations.MedianMillis, 7*time.Second)
	if second.Decisions.Count != 0 || second.Activations.Count != 0 {
		t.Errorf("on the second day %+v", second)
	}
	h := got.Held
	if h.Elevations != 11 || h.People != 1 || len(h.Accounts) != 2 || h.Accounts[0].ID != prod || h.Accounts[0].Name != "prod" || h.Accounts[0].Elevations != 10 ||
		len(h.PermissionSets) != 2 || h.PermissionSets[0].Name != "Admin" || h.PermissionSets[1].People != 1 {
		t.Errorf("held %+v", h)
	}
	// A span by its instants: days that it touches.
	for _, tc := range []struct {
		from, to time.Time
		first    string
		days     int
	}{
		{day, day.Add(24 * time.Hour), "2026-11-25", 1},
		{day.Add(-time.Nanosecond), day.Add(24*time.Hour + time.Microsecond), "2026-11-24", 3},
		{day.Add(-91 * 24 * time.Hour), day.Add(24 * time.Hour), "2026-08-26", 92},
	} {
		if got := w.statistics(tc.from, tc.to); len(got.Days) != tc.days || got.Days[0].Day != tc.first {
			t.Errorf("%s to %s: %d days from %s", tc.from, tc.to, len(got.Days), got.Days[0].Day)
		}
	}
	// The chart and the list count the same.
	n := into[api.RequestList](t, w.call("auditor", "GET", "/api/v1/requests?scope=all&total=true&status=in+progress&from="+stamp(day)+"&to="+stamp(day.Add(24*time.Hour)), nil))
	if *n.Total.Total != 11 {
		t.Errorf("the list has %d", *n.Total.Total)
	}
}

func TestSpansOfStatisticsAreBounded(t *testing.T) {
	w := newWorld(t)
	for query, where := range map[string]string{
		"from=2026-08-01T00:00:00Z&to=2026-11-02T00:00:00Z": "query.to",
		"from=2026-11-25T00:00:00Z&to=2026-11-25T00:00:00Z": "query.to",
		"from=2026-11-27T00:00:00Z":                         "query.to",
		"from=1960-01-01T00:00:00Z&to=1960-02-01T00:00:00Z": "query.from",
		"from=yesterday": "query.from",
		"days=7":         "query.days",
	} {
		p := refusal(t, w.call("admin", "GET", "/api/v1/statistics?"+query, nil), http.StatusUnprocessableEntity, "invalid")
		if len(p.Errors) == 0 || p.Errors[0].Location != where {
			t.Errorf("%s: %+v", query, p.Errors)
		}
	}
}
