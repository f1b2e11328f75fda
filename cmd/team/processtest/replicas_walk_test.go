package processtest

import (
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/store/postgrestest"
)

// TestTwoTargetsWithThreeReplicasInTrouble is the walk on PostgreSQL, before three replicas. The one that is about to
// create is killed; the server is stopped as in a crash while access is there; the one that has just deleted is killed,
// and the server is restarted while the other assignment is being deleted. All is as it is on SQLite without any trouble.
func TestTwoTargetsWithThreeReplicasInTrouble(t *testing.T) {
	t.Parallel()
	const duration = 25 * time.Second
	cluster, ok := postgrestest.StartCluster(t)
	if !ok {
		return
	}
	r := newReplicasOn(t, 3, cluster.Create("team"))
	f := newFront(t)
	for _, w := range r.all {
		f.add(w)
	}
	aws, user := r.all[0].aws, r.all[0].aws.UserID("requester")
	s := site{t: t, url: f.url, tokens: r.all[0].tokens, troubled: true, holds: func(role api.Role) bool {
		for _, i := range aws.IntervalsOf(user, role.AccountID, role.PermissionSetARN) {
			if i.To.IsZero() {
				return true
			}
		}
		return false
	}}
	request := s.ask(duration)
	lives := []*life{
		{w: r.all[0], id: request.ID, user: user, target: request.Targets[0].Role, duration: duration},
		{w: r.all[0], id: request.ID, user: user, target: request.Targets[1].Role, duration: duration},
	}

	killed := r.killWhoever(arrival("CreateAccountAssignment")(lives[0]))
	s.decideFirst(request)
	lost := r.await(killed)
	s.followUntil(request, "active")
	r.startAgain(f, lost)
	s.decideSecond(request)
	s.followUntil(request, "active", "active")
	cluster.Stop("immediate")
	cluster.Start()

	killed = r.killWhoever(answer("DeleteAccountAssignment")(lives[0]))
	lost = r.await(killed)
	restarted := r.beside(arrival("DeleteAccountAssignment")(lives[1]), func() {
		cluster.Stop("fast")
		cluster.Start()
	})
	request = s.followUntil(request, "ended", "ended")
	restarted()
	r.startAgain(f, lost)

	for i, target := range request.Targets {
		judgeEnd(t, target, duration)
		lives[i].judgeIntervals(t, target)
		lives[i].judgeCreations(t)
	}
	r.judgeWalkEvents(request)
	r.all[0].judgeAWS(t)
	r.judgeEverything()
}

// startAgain starts a replica that was killed; it serves on another port.
func (r *replicas) startAgain(f *front, w *world) {
	r.t.Helper()
	w.start()
	f.add(w)
}

// beside lets something happen once, beside the call that causes it, which goes on. What is returned waits for it.
func (r *replicas) beside(cause func(exchange) bool, happens func()) (done func()) {
	var once sync.Once
	happened := make(chan struct{})
	for _, w := range r.all {
		w.gate.arm(func(x exchange) bool {
			if cause(x) {
				once.Do(func() {
					go func() {
						defer close(happened)
						happens()
					}()
				})
			}
			return false
		}, nil)
	}
	return func() {
		r.t.Helper()
		select {
		case <-happened:
		case <-time.After(patience):
			r.t.Error("what was to happen beside a call did not happen")
		}
	}
}

// judgeIntervals demands that AWS's record holds one access, within what was agreed.
func (l *life) judgeIntervals(t *testing.T, target api.Target) {
	t.Helper()
	e, intervals := target.Elevation, l.intervals()
	if len(intervals) != 1 {
		t.Errorf("%s: access in %d intervals", target.AccountName, len(intervals))
		return
	}
	i := intervals[0]
	if i.From.Before(target.DecidedAt) || i.From.After(e.ActivatedAt) || i.To.Before(e.EndsAt) || i.To.After(e.EndedAt) {
		t.Errorf("%s: access from %s to %s; decided %s, active %s, to end %s, ended %s", target.AccountName, clock(i.From), clock(i.To),
			clock(target.DecidedAt), clock(e.ActivatedAt), clock(e.EndsAt), clock(e.EndedAt))
	}
	t.Logf("%s: access %s after it was agreed, over %s after its end", target.AccountName,
		i.From.Sub(target.DecidedAt).Round(time.Millisecond), i.To.Sub(e.EndsAt).Round(time.Millisecond))
}

// judgeWalkEvents demands that the log holds what happens in two lives of one request, each once.
func (r *replicas) judgeWalkEvents(request api.Request) {
	r.t.Helper()
	counted, want := map[string]int{}, map[string]int{}
	for _, e := range r.all[0].as("auditor").events(request.ID) {
		counted[e.Kind]++
	}
	for _, kind := range lifeEvents {
		want[kind] = 2
	}
	want["request.created"] = 1
	if !maps.Equal(counted, want) {
		r.t.Errorf("the log holds %v, want %v", counted, want)
	}
}
