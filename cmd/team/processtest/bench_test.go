//go:build bench

package processtest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/team-idc/team/internal/bench"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// rounds of each figure.
const rounds = 20

// TestBenchLatency: how soon the program asks AWS for access that was agreed, and how soon for its removal when its time
// is over, while nothing else is to be done. The simulated AWS answers at once, so that waiting for AWS is left out; it
// counts the calls.
func TestBenchLatency(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		w := installed(t)
		w.start()
		latency(t, "SQLite", w)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		if r, ok := newReplicas(t, 1); ok {
			latency(t, "PostgreSQL", r.all[0])
		}
	})
}

func latency(t *testing.T, on string, w *world) {
	t.Helper()
	ping := bench.Repeat(100, func(int) { w.status("/healthz") }).At(0.5)
	var creates, deletes bench.Times
	var trips []int
	var actions []string
	for i := range rounds {
		l := w.life("shop-prod", []string{"PowerUserAccess", "DatabaseAdmin", "AdministratorAccess"}[i%3], time.Second)
		l.ask()
		l.approve()
		decided := l.read().DecidedAt
		create := l.sent("sso:CreateAccountAssignment", decided)
		var names []string
		for _, c := range w.aws.Calls() {
			if !c.At.Before(decided) && c.At.Before(create) {
				names = append(names, c.Action)
			}
		}
		creates, trips = append(creates, create.Sub(decided)), append(trips, len(names))
		if len(names) >= len(actions) {
			actions = names
		}
		e := l.await("active")
		deletes = append(deletes, l.sent("sso:DeleteAccountAssignment", e.EndsAt).Sub(e.EndsAt))
		l.await("ended")
	}
	report.Add(bench.Figure{
		Group: "latency", What: "approved → CreateAccountAssignment sent, p99", On: on, Value: creates.At(0.99), Unit: "ms", Most: 250,
		Baseline: "an empty round trip on a new connection", Ratio: creates.At(0.99) / ping, Note: fmt.Sprintf("median %.0f ms of %d", creates.At(0.5), rounds),
	})
	report.Add(bench.Figure{
		Group: "latency", What: "calls to AWS between approval and Create, most", On: on, Value: float64(slices.Max(trips)), Unit: "calls", Most: 4,
		Note: "the target is at most 3 in a row: " + strings.Join(actions, ", "),
	})
	report.Add(bench.Figure{
		Group: "latency", What: "end → DeleteAccountAssignment sent, p99", On: on, Value: deletes.At(0.99), Unit: "ms", Most: 100,
		Baseline: "an empty round trip on a new connection", Ratio: deletes.At(0.99) / ping, Note: fmt.Sprintf("median %.0f ms of %d", deletes.At(0.5), rounds),
	})
}

// sent waits for a call about the life's target after an instant that AWS did, and says when it came.
func (l *life) sent(action string, after time.Time) (at time.Time) {
	l.w.t.Helper()
	eventually(l.w.t, action+" is sent", func() bool {
		for _, c := range l.w.aws.CallsOf(action) {
			if c.Worked && !c.At.Before(after.Add(-time.Second)) && c.Triple == (simaws.Triple{
				PrincipalID: l.user, PrincipalType: "USER", AccountID: l.target.AccountID, PermissionSetARN: l.target.PermissionSetARN,
			}) {
				at = c.At
			}
		}
		return !at.IsZero()
	})
	return at
}

// TestBenchKill: two replicas; whoever is about to send a removal is killed with SIGKILL while it holds the lease, and what
// it was about to send is lost. How late the other one sends it.
func TestBenchKill(t *testing.T) {
	r, ok := newReplicas(t, 2)
	if !ok {
		return
	}
	var late bench.Times
	for i := range rounds {
		l := r.all[0].life("shop-prod", []string{"PowerUserAccess", "DatabaseAdmin", "AdministratorAccess"}[i%3], 2*time.Second)
		l.ask()
		l.approve()
		e := l.await("active")
		killed := r.killLost(arrival("DeleteAccountAssignment")(l))
		lost := r.await(killed)
		l.w = r.another(lost)
		late = append(late, l.sent("sso:DeleteAccountAssignment", e.EndsAt).Sub(e.EndsAt))
		l.await("ended")
		lost.start()
	}
	report.Add(bench.Figure{
		Group: "latency", What: "end → DeleteAccountAssignment sent, where the replica that was to send it was killed, p99", On: "PostgreSQL", Value: late.At(0.99) / 1000, Unit: "s",
		Most: 5, Note: fmt.Sprintf("median %.1f s of %d kills", late.At(0.5)/1000, rounds),
	})
}

// killLost is killWhoever for one life after another: the traps of the life before are gone.
func (r *replicas) killLost(trap func(exchange) bool) <-chan *world {
	killed := make(chan *world, 1)
	var once sync.Once
	for _, w := range r.all {
		mine := false
		w.gate.arm(func(x exchange) bool {
			if trap(x) {
				once.Do(func() { mine = true })
			}
			return mine
		}, func() {
			mine = false
			w.team.kill()
			killed <- w
		})
	}
	return killed
}
