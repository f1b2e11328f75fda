package bench_test

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestTheFirstReadingIsSeenAndAnswersMeanwhile: while an organization of 200 accounts is read for the first time, at
// AWS's rates, people see how far it is, what they may ask for, and find accounts.
func TestTheFirstReadingIsSeenAndAnswersMeanwhile(t *testing.T) {
	eachDatabase(t, func(t *testing.T, name string) {
		synctest.Test(t, func(t *testing.T) {
			w := newReading(t, name, "medium")
			r := w.whole(t, 2*time.Second, 1)
			if err := w.store.Close(); err != nil {
				t.Error(err)
			}
			t.Logf("whole after %s in %d calls; users after %s, status after %s, requestable after %s, search after %s; %d of %d looks answered",
				r.took, r.calls, r.users, r.status, r.requestable, r.search, r.answered, r.polls)
			if r.throttled > 0 {
				t.Errorf("AWS throttled %d of %d calls", r.throttled, r.calls)
			}
			if r.requestable == 0 || r.search == 0 || r.requestable > r.took/2 || r.search > r.took/2 {
				t.Errorf("of %s, what one may ask for was there after %s, accounts were found after %s", r.took, r.requestable, r.search)
			}
			if len(r.progress) < 5 || r.progress[0] >= r.progress[len(r.progress)-1] {
				t.Errorf("the status showed %v", r.progress)
			}
		})
	})
}
