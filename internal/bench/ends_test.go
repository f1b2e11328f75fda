package bench_test

import (
	"testing"
	"testing/synctest"
)

// TestEndsGoFirstAndKeepThePipeFull: two hundred ends within a second, and people who ask meanwhile.
func TestEndsGoFirstAndKeepThePipeFull(t *testing.T) {
	eachDatabase(t, func(t *testing.T, name string) {
		synctest.Test(t, func(t *testing.T) {
			const n = 200
			w := newEnds(t, name, n)
			o := w.avalanche(t, n)
			if err := w.store.Close(); err != nil {
				t.Error(err)
			}
			t.Logf("%+v", o)
			if o.late > 0 || o.unfinished > 0 {
				t.Errorf("%d assignments are still there, %d elevations have not ended", o.late, o.unfinished)
			}
			if o.early > 0 || o.creates != 20 {
				t.Errorf("of %d creations %d were sent while removals waited", o.creates, o.early)
			}
			if o.throttled > 0 {
				t.Errorf("AWS throttled %d calls", o.throttled)
			}
		})
	})
}
