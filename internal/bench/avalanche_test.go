//go:build bench

package bench_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/team-idc/team/internal/bench"
)

// TestBenchEnds: so many ends within one second of virtual time, by the sandbox's count. AWS works on fifteen operations
// at a time, of which TEAM takes twelve; an operation takes two to fifteen seconds. So many ends take AWS hours: what
// TEAM can do is to keep its share full until the last one.
func TestBenchEnds(t *testing.T) {
	for _, n := range bench.Sizes(1_000, 3_000, 10_000) {
		eachDatabase(t, func(t *testing.T, name string) {
			_, on, _ := strings.Cut(t.Name(), "/")
			on, _, _ = strings.Cut(on, "#")
			if on == "PostgreSQL" && n > 3_000 {
				return // the same statements, several times as long: three sizes on one database are enough of a curve
			}
			before := bench.CPU()
			var o outcome
			synctest.Test(t, func(t *testing.T) {
				w := newEnds(t, name, n)
				o = w.avalanche(t, n)
				if err := w.store.Close(); err != nil {
					t.Error(err)
				}
			})
			took := bench.CPU() - before
			lost := o.late + o.unfinished
			report.Add(bench.Figure{
				Group: "ends", What: "share of the pipe in use", On: on, Size: n, Value: 100 * o.slots, Unit: "%", Least: 95,
				Note: fmt.Sprintf("%.0f removals a minute for %s; %.0f %% of the calls; %d throttled", o.perMinute, o.took.Round(time.Second), 100*o.calls, o.throttled),
			})
			report.Add(bench.Figure{Group: "ends", What: "creations sent before the last removal", On: on, Size: n, Value: float64(o.early), Unit: "of 20", Most: 1})
			report.Add(bench.Figure{Group: "ends", What: "lost or not ended", On: on, Size: n, Value: float64(lost), Unit: "", Most: 1})
			report.Add(bench.Figure{
				Group: "ends", What: "processor time of a removal, all steps", On: on, Size: n, Value: float64(took.Milliseconds()) / float64(n), Unit: "ms",
				Note: "the simulated AWS included",
			})
		})
	}
}
