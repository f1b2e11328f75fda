//go:build soak

package processtest

import (
	"testing"
	"time"
)

// killsWithALease is how many replicas are killed with an end in their hands.
const killsWithALease = 12

// promisedDelay is how long access may outlast its end when the replica that was about to take it dies. It holds for a
// machine that is not overloaded.
const promisedDelay = 5 * time.Second

// TestSoakEndsAreNotLateWhenAReplicaDies kills, again and again, the one of three replicas that is about to delete.
func TestSoakEndsAreNotLateWhenAReplicaDies(t *testing.T) {
	r, ok := newReplicas(t, 3)
	if !ok {
		return
	}
	var lives []*life
	var most time.Duration
	for i := range killsWithALease {
		w := r.all[i%3]
		l := w.life("shop-prod", []string{"AdministratorAccess", "PowerUserAccess", "DatabaseAdmin"}[i%3], 4*time.Second)
		l.until("approve")
		e := l.await("active")
		lost := r.await(r.killWhoever(arrival("DeleteAccountAssignment")(l)))
		l.w = r.another(lost)
		eventually(t, "access is over", func() bool {
			all := l.intervals()
			return len(all) > 0 && !all[len(all)-1].To.IsZero()
		})
		all := l.intervals()
		late := all[len(all)-1].To.Sub(e.EndsAt)
		most = max(most, late)
		t.Logf("kill %d: over %s after its end", i+1, late.Round(time.Millisecond))
		if late > promisedDelay {
			t.Errorf("kill %d: access was over %s after its end, want at most %s", i+1, late, promisedDelay)
		}
		lost.start()
		lives = append(lives, l)
	}
	for _, l := range lives {
		l.w = r.all[0]
		l.await("ended")
	}
	t.Logf("%d kills, at most %s late", killsWithALease, most.Round(time.Millisecond))
	r.judgeEverything()
}
