package processtest

import (
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// pauses are moments of a life in which the replica that leads it is stopped (SIGSTOP), as a machine is that sleeps or
// is moved, until the others have brought it further.
var pauses = []struct {
	name  string
	trap  func(*life) func(exchange) bool
	until string // the others have brought it there
}{
	{"before absence is read", arrival("ListAccountAssignments"), "active"},
	{"absence was read, nothing is committed", answer("ListAccountAssignments"), "active"},
	{"Create arrives", arrival("CreateAccountAssignment"), "active"},
	{"created, before the verifying read", readAfter("DescribeAccountAssignmentCreationStatus", false), "active"},
	{"Delete arrives", arrival("DeleteAccountAssignment"), "ended"},
	{"while AWS deletes", poll("DescribeAccountAssignmentDeletionStatus"), "ended"},
	{"deleted, before the read that shows it gone", readAfter("DescribeAccountAssignmentDeletionStatus", false), "ended"},
}

// TestReplicaThatWasPausedWritesNothingOld: a replica sleeps for longer than its lease in the middle of a step. The
// other goes on; the one that wakes up sends nothing on what it knew. AWS is told once to create, and access ends once.
func TestReplicaThatWasPausedWritesNothingOld(t *testing.T) {
	t.Parallel()
	for _, p := range pauses {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			r, ok := newReplicas(t, 2)
			if !ok {
				return
			}
			l := r.all[0].life("shop-prod", "PowerUserAccess", 4*time.Second)
			paused := r.pauseWhoever(p.trap(l))
			l.ask()
			l.approve()
			asleep := r.await(paused)
			l.w = r.another(asleep)
			l.await(p.until)
			if err := asleep.team.cmd.Process.Signal(syscall.SIGCONT); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the replica that slept answers again", func() bool { return asleep.status("/readyz") == 200 })
			e := l.await("ended")
			if e.Reason != "elapsed" {
				t.Errorf("it ended as %q (%s)", e.Reason, e.Detail)
			}
			// What it may still do it does before its next life is over.
			next := *l
			next.w, next.duration = asleep, 20*time.Second
			next.until("release")
			if e := next.await("ended"); e.Reason != "released" {
				t.Errorf("the next life ended as %q (%s)", e.Reason, e.Detail)
			}
			if got := l.intervals(); len(got) != 2 {
				t.Errorf("two lives gave access in the intervals %+v", got)
			}
			l.judgeEvents(t)
			l.w.judgeAWS(t)
			r.judgePaused(l)
		})
	}
}

// pauseWhoever stops the replica that springs a trap. Its call goes on: it has been sent.
func (r *replicas) pauseWhoever(trap func(exchange) bool) <-chan *world {
	paused := make(chan *world, 1)
	var once sync.Once
	for _, w := range r.all {
		w.gate.arm(func(x exchange) bool {
			if trap(x) {
				once.Do(func() {
					_ = w.team.cmd.Process.Signal(syscall.SIGSTOP) // the test fails where it does not stop
					paused <- w
				})
			}
			return false
		}, nil)
	}
	return paused
}

// judgePaused demands that AWS was told once for each of two lives to create, and a whole log. An assignment whose
// Create slept with its replica was found and taken for TEAM's own, of which somebody is told.
func (r *replicas) judgePaused(l *life) {
	r.t.Helper()
	worked := 0
	for _, c := range l.w.aws.CallsOf("sso:CreateAccountAssignment") {
		if c.Worked && c.Triple.PrincipalID == l.user && c.Triple.PermissionSetARN == l.target.PermissionSetARN {
			worked++
		}
	}
	if worked != 2 {
		r.t.Errorf("AWS accepted CreateAccountAssignment %d times for two lives", worked)
	}
	for _, w := range r.all {
		w.team.stop(r.t)
		if strings.Contains(w.team.said.String(), "panic") {
			r.t.Errorf("a replica panicked:\n%s", w.team.said)
		}
	}
	s := r.all[0].open()
	defer s.Close()
	if _, err := s.VerifyLog(r.t.Context()); err != nil {
		r.t.Errorf("verify log: %v", err)
	}
}
