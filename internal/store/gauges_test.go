package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/store"
)

func TestGauges(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		before, err := db.Gauges(t.Context(), noon)
		must(t, err)
		if kinds := len(before.Due); kinds != 5 || before.Events != 0 || len(before.Alarms) != 0 || before.Pending != 0 {
			t.Errorf("a new database shows %+v", before)
		}
		db.apply(t, access.Change{
			Alarms: []alarm.Signal{{Kind: alarm.ClockSkew, Subject: "a", Sentence: "x"}, {Kind: alarm.ClockSkew, Subject: "b", Sentence: "x"}},
			Events: []audit.Event{happened("tick")},
		})
		_, found, _, err := db.ClaimCursor(t.Context(), "reader", 0, noon, noon.Add(time.Second))
		must(t, err)
		if !found {
			t.Fatal("the cursor cannot be had")
		}
		after, err := db.Gauges(t.Context(), noon.Add(time.Minute))
		must(t, err)
		if after.Alarms[store.AlarmCondition{Kind: "clock-skew", Severity: "critical"}] != 2 || after.Events != 3 {
			t.Errorf("the metrics are %+v", after)
		}
		if got := after.Due["cursor"]; got != (store.DueGauge{Waiting: 1, Lag: time.Minute}) {
			t.Errorf("a cursor that is behind shows as %+v", got)
		}
	})
}

// The database picks the events that audit.Filter.Matches does, which streams use for what they have in memory.
func TestEventFilters(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		var events []audit.Event
		for i, kind := range []string{"elevation.active", "elevation.ended", "Elevation.x", "elevationary", "request.created", "e_evation.x"} {
			e := happened(kind)
			e.At = noon.Add(time.Duration(i) * time.Minute)
			e.Subject = audit.Subject{User: []string{"u", "v"}[i%2], Account: []string{"1", "2", "3"}[i%3], Request: []string{"", "r"}[i%2]}
			events = append(events, e)
		}
		db.apply(t, access.Change{Events: events})
		all, err := db.Events(t.Context(), audit.Filter{After: -1})
		must(t, err)
		if len(all) != len(events) {
			t.Fatalf("there are %d events", len(all))
		}
		for _, f := range []audit.Filter{
			{},
			{After: 2},
			{UserID: "u"},
			{AccountID: "2"},
			{RequestID: "r"},
			{UserID: "v", AccountID: "2"},
			{From: noon.Add(time.Minute)},
			{To: noon.Add(2 * time.Minute)},
			{From: noon.Add(time.Minute), To: noon.Add(3 * time.Minute)},
			{After: 1, Before: 4},
			{Before: 3, UserID: "u"},
			{NewestFirst: true},
			{NewestFirst: true, Before: 5, AccountID: "2"},
			{NewestFirst: true, After: 1, Before: 4},
			{Kinds: []string{"elevation.*"}},
			{Kinds: []string{"elevation*", "request.created"}},
			{Kinds: []string{"*"}},
			{Kinds: []string{"e_evation.*"}},
			{Kinds: []string{"%"}},
			{Kinds: []string{"é*"}},
			{Kinds: []string{"elevation.ended"}, UserID: "v"},
		} {
			if f.After == 0 {
				f.After = -1
			}
			got, err := db.Events(t.Context(), f)
			must(t, err)
			var have, want []int64
			for _, r := range got {
				have = append(have, r.Sequence)
			}
			for _, r := range all {
				if f.Matches(r) {
					want = append(want, r.Sequence)
				}
			}
			if f.NewestFirst {
				slices.Reverse(want)
			}
			if !slices.Equal(have, want) {
				t.Errorf("%+v: the database picks %v, Matches %v", f, have, want)
			}
		}
	})
}
