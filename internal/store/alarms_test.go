package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/store"
)

// TestAlarmsOpenRenewAndClose: opening and closing are events; renewing is not, or a removal that fails for a week
// would fill the log.
func TestAlarmsOpenRenewAndClose(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		signal := func(after time.Duration, s alarm.Signal) {
			t.Helper()
			e := happened("tick")
			e.At = noon.Add(after)
			db.apply(t, access.Change{Alarms: []alarm.Signal{s}, Events: []audit.Event{e}})
		}
		is := func(when, want string) {
			t.Helper()
			if got := db.one(t, "SELECT count(*) || ' open ' || coalesce(max(times), 0) || ' times' FROM alarms WHERE closed_at = 0"); got != want {
				t.Errorf("%s: %s, want %s", when, got, want)
			}
		}
		failing := alarm.Signal{Kind: alarm.RemovalFailing, Subject: "asg", Sentence: "first"}
		over := alarm.Signal{Kind: alarm.RemovalFailing, Subject: "asg", Close: true}
		signal(0, over)
		is("closing what is not open", "0 open 0 times")
		signal(time.Second, failing)
		is("opened", "1 open 1 times")
		failing.Sentence = "second"
		signal(time.Minute, failing)
		is("renewed", "1 open 2 times")
		if got, want := db.one(t, "SELECT sentence || ' ' || opened_at || ' ' || last_seen FROM alarms"),
			fmt.Sprintf("second %d %d", noon.Add(time.Second).UnixMicro(), noon.Add(time.Minute).UnixMicro()); got != want {
			t.Errorf("renewed alarm: %s, want %s", got, want)
		}
		other := failing
		other.Subject = "other"
		signal(time.Minute, other)
		is("another subject", "2 open 2 times")
		signal(time.Hour, over)
		is("closed", "1 open 1 times")
		signal(2*time.Hour, failing)
		is("opened anew", "2 open 1 times")

		events, err := db.Events(t.Context(), store.EventFilter{After: -1, Kinds: []string{"alarm.opened", "alarm.closed"}})
		must(t, err)
		var got []string
		for _, e := range events {
			got = append(got, fmt.Sprint(e.Event.Kind, " ", e.Event.Data["about"], " ", e.Event.Data["severity"], " ", e.Event.At.Sub(noon)))
		}
		want := []string{"alarm.opened asg critical 1s", "alarm.opened other critical 1m0s", "alarm.closed asg critical 1h0m0s", "alarm.opened asg critical 2h0m0s"}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("events:\n got %q\nwant %q", got, want)
		}
	})
}
