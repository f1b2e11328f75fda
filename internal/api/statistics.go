package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/statistics"
)

// mostHeld is how many permission sets and accounts are told of what is held now.
const mostHeld = 20

type statisticsQuery struct {
	From time.Time `query:"from" doc:"From the day (UTC) of this instant on; 29 days before the last one where absent"`
	To   time.Time `query:"to" doc:"Up to this instant's day, which is in it unless it begins then; today where absent"`
}

func (s *server) registerStatistics() {
	register(s, http.MethodGet, "/api/v1/statistics", "read-statistics", "Count requests, decisions and access for charts", s.readStatistics)
}

func (q *statisticsQuery) span(now time.Time) (statistics.Span, error) {
	to := q.To
	if to.IsZero() {
		to = now
	}
	last := statistics.DayOf(to.Add(-time.Nanosecond))
	if q.To.IsZero() {
		last = statistics.DayOf(now)
	}
	first := last - 29
	if !q.From.IsZero() {
		first = statistics.DayOf(q.From)
	}
	switch {
	case first < 0:
		return statistics.Span{}, &access.Error{Code: access.CodeInvalid, Field: "query.from", Message: "there is nothing before 1970"}
	case last < first:
		return statistics.Span{}, &access.Error{Code: access.CodeInvalid, Field: "query.to", Message: "the span ends before it begins"}
	case last-first >= statistics.MaxDays:
		return statistics.Span{}, &access.Error{
			Code: access.CodeInvalid, Field: "query.to", Message: fmt.Sprintf("a span has at most %d days; this one has %d", statistics.MaxDays, last-first+1),
		}
	}
	return statistics.Span{First: first, Last: last}, nil
}

func (s *server) readStatistics(ctx context.Context, by access.Actor, in *statisticsQuery) (Statistics, error) {
	now := s.Now()
	span, err := in.span(now)
	if err != nil {
		return Statistics{}, err
	}
	counts, err := s.Statistics.Statistics(ctx, span, now, mostHeld)
	if err != nil {
		return Statistics{}, err
	}
	of := func(day statistics.Day) func(statistics.Day) bool {
		return func(d statistics.Day) bool { return d == day }
	}
	whole := func(statistics.Day) bool { return true }
	out := Statistics{
		From: span.First.Time(), To: (span.Last + 1).Time(), Requests: statusCounts(counts.Filed, whole), Decisions: waitsOf(counts.Decisions, whole),
		Activations: waitsOf(counts.Activations, whole), Held: s.view(ctx, by).held(counts.Held),
	}
	for day := span.First; day <= span.Last; day++ {
		out.Days = append(out.Days, StatisticsDay{
			Day: day.Time().Format(time.DateOnly), Requests: statusCounts(counts.Filed, of(day)), Decisions: waitsOf(counts.Decisions, of(day)),
			Activations: waitsOf(counts.Activations, of(day)),
		})
	}
	return out, nil
}

// statusCounts are in the order of the status words.
func statusCounts(filed []statistics.Filed, in func(statistics.Day) bool) []StatusCount {
	counts := map[string]int{}
	for _, f := range filed {
		if in(f.Day) {
			counts[f.Status] += f.Count
		}
	}
	out := []StatusCount{}
	for _, status := range access.Statuses() {
		if n := counts[status]; n > 0 {
			out = append(out, StatusCount{Status: status, Count: n})
		}
	}
	return out
}

func waitsOf(waits []statistics.Wait, in func(statistics.Day) bool) Waits {
	var some []statistics.Wait
	for _, w := range waits {
		if in(w.Day) {
			some = append(some, w)
		}
	}
	return Waits{Count: statistics.Total(some), MedianMillis: statistics.Quantile(some, 0.5), P90Millis: statistics.Quantile(some, 0.9)}
}

func (v view) held(h statistics.Held) HeldNow {
	out := HeldNow{Elevations: h.Elevations, People: h.People, PermissionSets: []Holding{}, Accounts: []Holding{}}
	for _, p := range h.PermissionSets {
		set := Named{ID: p.ID, Name: v.permissionSet(p.ID)}
		out.PermissionSets = append(out.PermissionSets, Holding{Named: set, Elevations: p.Elevations, People: p.People})
	}
	for _, a := range h.Accounts {
		out.Accounts = append(out.Accounts, Holding{Named: Named{ID: a.ID, Name: v.account(a.ID)}, Elevations: a.Elevations, People: a.People})
	}
	return out
}
