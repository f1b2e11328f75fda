package store_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/team-idc/team/internal/statistics"
	"github.com/team-idc/team/internal/store"
	"github.com/team-idc/team/internal/store/releasetest"
)

// story puts rows into a database as a hostile hand could, so that what is counted is counted however rows are written.
type story struct {
	*testing.T

	db testDB
	n  int
}

func micro(t time.Time) string { return fmt.Sprint(t.UnixMicro()) }

// ask files a request with one target and returns the number in their ids.
func (s *story) ask(at, start time.Time, born, user, account, set string) string {
	s.Helper()
	s.n++
	n := fmt.Sprint(s.n)
	decided, until, state := "0", micro(at.Add(time.Hour)), "waiting"
	if born == "approved" {
		decided, until, state = micro(at), "0", "scheduled"
	}
	s.db.exec(s.T, plainRequest.with(columns{
		"id": quote("req" + n), "beneficiary_id": quote(user), "filed_by": quote(user), "created_at": micro(at), "start_at": micro(start),
	}).insert("requests"))
	s.db.exec(s.T, plainTarget.with(columns{
		"id": quote("tgt" + n), "request_id": quote("req" + n), "account_id": quote(account), "permission_set_arn": quote(set), "state": quote(born),
		"decided_at": decided, "pending_until": until,
	}).insert("targets"))
	s.db.exec(s.T, plainElevation.with(columns{
		"id": quote("elv" + n), "target_id": quote("tgt" + n), "request_id": quote("req" + n), "user_id": quote(user), "account_id": quote(account),
		"permission_set_arn": quote(set), "state": quote(state), "start_at": micro(start), "created_at": micro(at), "assignment_id": quote("asg" + n),
	}).insert("elevations"))
	return n
}

func (s *story) decide(n, decision string, at time.Time) {
	s.Helper()
	s.db.exec(s.T, columns{"state": quote(decision), "decided_at": micro(at), "pending_until": "0"}.update("targets", "tgt"+n))
	if decision == "approved" {
		s.db.exec(s.T, columns{"state": "'scheduled'"}.update("elevations", "elv"+n))
	} else {
		s.db.exec(s.T, columns{"state": "'ended'", "reason": quote(decision), "ended_at": micro(at)}.update("elevations", "elv"+n))
	}
}

func (s *story) activate(n string, at time.Time) {
	s.Helper()
	s.db.exec(s.T, columns{"state": "'activating'"}.update("elevations", "elv"+n))
	s.db.exec(s.T, columns{"state": "'active'", "activated_at": micro(at), "ends_at": micro(at.Add(time.Hour))}.update("elevations", "elv"+n))
}

func TestStatisticsCountWhatHappened(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		s := &story{T: t, db: db}
		day := noon.Truncate(24 * time.Hour)
		before := day.Add(-time.Microsecond) // the last moment of the day before
		a := s.ask(before, before, "pending", "u-ann", "1", "p")
		s.decide(a, "approved", day.Add(90*time.Second)) // after 90 s, on the next day
		s.activate(a, day.Add(95*time.Second))           // 5 s later
		b := s.ask(day, day, "pending", "u-bob", "1", "q")
		s.decide(b, "rejected", day.Add(12*time.Minute+34567*time.Millisecond))
		c := s.ask(day, day.Add(6*time.Hour), "approved", "u-ann", "2", "p")
		s.activate(c, day.Add(6*time.Hour+40*time.Millisecond))
		d := s.ask(day, day, "pending", "u-ann", "1", "p")
		s.decide(d, "cancelled", day.Add(time.Hour)) // nobody decided
		e := s.ask(day, day, "pending", "u-cyd", "1", "p")
		s.decide(e, "expired", day.Add(time.Hour))
		s.ask(day, day.Add(11*time.Hour), "approved", "u-ann", "3", "p")                    // whose start has come at noon
		s.ask(day, day.Add(20*time.Hour), "approved", "u-ann", "4", "p")                    // whose start has not
		f := s.ask(day, day.Add(time.Hour), "pending", "u-bob", "1", "p")                   // decided before its start, and late
		s.decide(f, "approved", day.Add(30*time.Minute))                                    // 30 min
		s.activate(f, day.Add(time.Hour+3*time.Second))                                     // 3 s after its start
		s.ask(day.Add(-9*24*time.Hour), day, "pending", "u-ann", "1", "p")                  // before the span
		s.ask(day.Add(24*time.Hour), day, "pending", "u-ann", "1", "p")                     // after it
		s.db.exec(t, columns{"ends_at": "99999999999999999"}.update("elevations", "elv"+f)) // as by an extension: counted once

		today := statistics.DayOf(day)
		got, err := db.Statistics(t.Context(), statistics.Span{First: today - 1, Last: today}, noon, 2)
		must(t, err)
		slices.SortFunc(got.Filed, func(a, b statistics.Filed) int {
			return strings.Compare(fmt.Sprint(a.Day, a.Status), fmt.Sprint(b.Day, b.Status))
		})
		want := statistics.Counts{
			Filed: []statistics.Filed{
				{Day: today - 1, Status: "in progress", Count: 1},
				{Day: today, Status: "approved", Count: 1},
				{Day: today, Status: "cancelled", Count: 1},
				{Day: today, Status: "expired", Count: 1},
				{Day: today, Status: "in progress", Count: 2},
				{Day: today, Status: "rejected", Count: 1},
				{Day: today, Status: "scheduled", Count: 1},
			},
			Decisions: []statistics.Wait{
				{Day: today, Millis: 90_000, Times: 1}, {Day: today, Millis: 750_000, Times: 1}, {Day: today, Millis: 1_800_000, Times: 1},
			},
			Activations: []statistics.Wait{{Day: today, Millis: 40, Times: 1}, {Day: today, Millis: 3_000, Times: 1}, {Day: today, Millis: 5_000, Times: 1}},
			Held: statistics.Held{
				Elevations: 3, People: 2,
				PermissionSets: []statistics.Holding{{ID: "p", Elevations: 3, People: 2}},
				Accounts:       []statistics.Holding{{ID: "1", Elevations: 2, People: 2}, {ID: "2", Elevations: 1, People: 1}},
			},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if top, err := db.Statistics(t.Context(), statistics.Span{First: today, Last: today}, noon, 1); err != nil || len(top.Held.Accounts) != 1 {
			t.Errorf("the one with the most: %+v, %v", top.Held, err)
		}
		agrees(t, db.one(t, uncounted))
	})
}

// uncounted is by how many the counts differ from what the rows say.
const uncounted = `SELECT count(*) FROM (SELECT what, day, millis, count(*) AS times FROM waited_about GROUP BY what, day, millis) AS w
	FULL JOIN waits AS k ON k.what = w.what AND k.day = w.day AND k.millis = w.millis WHERE w.times IS NULL OR k.times IS NULL OR w.times <> k.times`

func agrees(t *testing.T, differing string) {
	t.Helper()
	if differing != "0" {
		t.Errorf("%s counts of waits are not what the rows say", differing)
	}
}

// What happened before there were counts is counted by the migration.
func TestWaitsOfReleasesAreCounted(t *testing.T) {
	eachRelease(t, func(t *testing.T, r releasetest.Release, kind string) {
		name, driver, at, _ := r.Load(t, kind)
		s, err := store.Open(t.Context(), name, store.Options{IDs: &numbered{}})
		must(t, err)
		defer s.Close()
		raw := connect(t, driver, at)
		var differing string
		must(t, raw.QueryRowContext(t.Context(), uncounted).Scan(&differing))
		agrees(t, differing)
		var activated, counted int
		must(t, raw.QueryRowContext(t.Context(), "SELECT (SELECT count(*) FROM elevations WHERE activated_at > 0), (SELECT sum(times) FROM waits WHERE what = 'activation')").
			Scan(&activated, &counted))
		if activated == 0 || activated != counted {
			t.Errorf("%d elevations began, and %d are counted", activated, counted)
		}
	})
}

// Each chart reads a range of an index in the order of the answer, or the few rows of what is held now.
func TestStatisticsReadRangesOfIndexes(t *testing.T) {
	whole := regexp.MustCompile(`Seq Scan|SCAN [drtvw]\b`)
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		plans, err := db.PlansOfStatistics(t.Context(), statistics.Span{First: 1, Last: 30}, noon)
		must(t, err)
		for what, plan := range plans {
			if whole.MatchString(plan) || !regexp.MustCompile(`Index Cond|SEARCH|elevations_by_end`).MatchString(plan) {
				t.Errorf("%s reads a whole table:\n%s", what, plan)
			}
			if what == "filed" && (regexp.MustCompile(`Sort|TEMP B-TREE`).MatchString(plan) || !regexp.MustCompile(`Index Only Scan|COVERING INDEX`).MatchString(plan)) {
				t.Errorf("%s is not answered by the index alone, in its order:\n%s", what, plan)
			}
		}
		if len(plans) < 6 {
			t.Errorf("only %d plans", len(plans))
		}
	})
}
