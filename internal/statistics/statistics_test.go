package statistics_test

import (
	"testing"
	"time"

	"github.com/team-idc/team/internal/statistics"
)

func TestQuantiles(t *testing.T) {
	for name, tc := range map[string]struct {
		waits       []statistics.Wait
		median, p90 int64
	}{
		"nothing":  {nil, 0, 0},
		"one":      {[]statistics.Wait{{Millis: 42, Times: 1}}, 42, 42},
		"not half": {[]statistics.Wait{{Millis: 5, Times: 3}, {Millis: 1, Times: 2}}, 5, 5},
		"half":     {[]statistics.Wait{{Millis: 5, Times: 4}, {Millis: 1, Times: 5}}, 1, 5},
		// 1,500 stands for 1,500 to 1,599.
		"about": {[]statistics.Wait{{Millis: 1500, Times: 8}, {Millis: 230_000, Times: 2}}, 1550, 235_000},
	} {
		if m, p := statistics.Quantile(tc.waits, 0.5), statistics.Quantile(tc.waits, 0.9); m != tc.median || p != tc.p90 {
			t.Errorf("%s: median %d and p90 %d, want %d and %d", name, m, p, tc.median, tc.p90)
		}
	}
}

func TestDays(t *testing.T) {
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.FixedZone("", -13*3600)) // the 26th in UTC
	d := statistics.DayOf(noon)
	if got := d.Time(); !got.Equal(time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)) || statistics.DayOf(got) != d || statistics.DayOf(got.Add(-1)) != d-1 {
		t.Errorf("day %d begins at %s", d, got)
	}
}
