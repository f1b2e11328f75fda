package store_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestAnswersAreUsedOnce: of replicas that are brought one answer at once, one takes it; a name of it that was used spoils
// the others it has, and leaves them unused.
func TestAnswersAreUsedOnce(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		var taken atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				fresh, err := db.UseAnswer(t.Context(), []string{"state 1", "assertion 1"}, noon.Add(time.Minute), noon)
				if err != nil {
					t.Error(err)
				}
				if fresh {
					taken.Add(1)
				}
			})
		}
		wg.Wait()
		if taken.Load() != 1 {
			t.Errorf("it was taken %d times", taken.Load())
		}
		use := func(want bool, names ...string) {
			t.Helper()
			fresh, err := db.UseAnswer(t.Context(), names, noon.Add(time.Minute), noon)
			must(t, err)
			if fresh != want {
				t.Errorf("%v: taken %t", names, fresh)
			}
		}
		use(false, "state 2", "assertion 1")
		use(true, "state 2", "assertion 2")
		if did, next, err := db.ForgetAnswers(t.Context(), noon.Add(59*time.Second)); did || err != nil || !next.After(noon) {
			t.Errorf("forgotten too early: %t, %s, %v", did, next, err)
		}
		use(false, "state 1")
		if did, _, err := db.ForgetAnswers(t.Context(), noon.Add(time.Minute)); !did || err != nil {
			t.Errorf("not forgotten: %t, %v", did, err)
		}
		use(true, "state 1")
		var kept string
		must(t, db.raw.QueryRowContext(t.Context(), "SELECT name FROM used_answers").Scan(&kept))
		if len(kept) != 64 || kept == "state 1" {
			t.Errorf("kept as %q", kept)
		}
	})
}
