package processtest

import (
	"fmt"
	"maps"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
)

// quickStop is how long a replica may take to stop: the second for which it says so, a call to AWS, and a transaction.
const quickStop = 10 * time.Second

// enoughLives are led while replicas are restarted, each of at least ten seconds.
const enoughLives = 6

// load is people who ask, decide and look without a pause, each of them trying once more what failed.
type load struct {
	t    *testing.T
	url  string
	w    *world // its tokens and its AWS
	stop chan struct{}
	wg   sync.WaitGroup

	mu      sync.Mutex
	ids     []string // requests whose life is over
	answers int
	repeats []error // what was tried once more
	failed  []error // what failed twice
}

// try asks, and once more when that fails.
func (l *load) try(persona, method, path string, in, out any) bool {
	c := client{t: l.t, url: l.url, token: l.w.tokens[persona]}
	first := c.try(method, path, in, out)
	err := first
	if first != nil {
		err = c.try(method, path, in, out)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answers++
	if first != nil {
		l.repeats = append(l.repeats, first)
	}
	if err != nil {
		l.failed = append(l.failed, err)
	}
	return err == nil
}

func (l *load) stopped() bool {
	select {
	case <-l.stop:
		return true
	default:
		return false
	}
}

// lives has access by a permission set again and again.
func (l *load) lives(set string) {
	for !l.stopped() {
		var r api.Request
		asked := l.try("requester", http.MethodPost, "/requests", api.NewRequest{
			Targets:         []api.Role{{AccountID: l.w.aws.AccountID("shop-prod"), PermissionSetARN: l.w.aws.PermissionSetARN(set)}},
			DurationSeconds: 2, Justification: "one of many",
		}, &r)
		if !asked || !l.try("approver", http.MethodPost, "/requests/"+r.ID+"/approve", api.Ballot{Comment: "yes"}, nil) {
			return
		}
		for deadline := time.Now().Add(patience); state(r, 0) != "ended"; {
			if !l.try("requester", http.MethodGet, "/requests/"+r.ID, nil, &r) {
				return
			}
			if time.Now().After(deadline) {
				l.mu.Lock()
				l.failed = append(l.failed, fmt.Errorf("the life of %s does not end: it is %s", r.ID, state(r, 0)))
				l.mu.Unlock()
				return
			}
		}
		l.mu.Lock()
		l.ids = append(l.ids, r.ID)
		l.mu.Unlock()
	}
}

func (l *load) done() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.ids)
}

// looks reads lists.
func (l *load) looks(persona string) {
	for !l.stopped() {
		var list api.RequestList
		l.try(persona, http.MethodGet, "/requests?scope=all&limit=20", nil, &list)
	}
}

func (f *front) load(w *world) *load {
	l := &load{t: f.t, url: f.url, w: w, stop: make(chan struct{})}
	for _, set := range []string{"AdministratorAccess", "PowerUserAccess", "DatabaseAdmin"} {
		l.wg.Go(func() { l.lives(set) })
	}
	l.wg.Go(func() { l.looks("auditor") })
	return l
}

// TestReplicasAreRestartedOneAfterTheOtherUnderLoad: each says that it is not ready before it stops, and ends well
// within seconds. Nobody's request fails twice, no step is broken off, and every life goes as if nothing had happened.
func TestReplicasAreRestartedOneAfterTheOtherUnderLoad(t *testing.T) {
	t.Parallel()
	r, ok := newReplicas(t, 3)
	if !ok {
		return
	}
	f := newFront(t)
	for _, w := range r.all {
		f.add(w)
	}
	l := f.load(r.all[0])
	for round := 0; round < 2 || (l.done() < enoughLives && round < 10); round++ {
		for _, w := range r.all {
			w.stopsGracefully()
			r.startAgain(f, w)
		}
	}
	close(l.stop)
	l.wg.Wait()
	for _, err := range l.failed {
		t.Errorf("failed twice: %v", err)
	}
	t.Logf("%d answers, %d tried once more %v, %d lives", l.answers, len(l.repeats), l.repeats, len(l.ids))
	if len(l.ids) < enoughLives {
		t.Errorf("only %d lives were led", len(l.ids))
	}
	l.judgeLives()
	r.all[0].judgeAWS(t)
	r.judgeEverything()
}

// stopsGracefully tells a replica to stop. It goes on answering while it says that it is not ready, and ends well.
func (w *world) stopsGracefully() {
	w.t.Helper()
	told := time.Now()
	if err := w.team.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		w.t.Fatalf("stop: %v", err)
	}
	eventually(w.t, "a replica that is told to stop says that it is not ready", func() bool { return w.status("/readyz") != http.StatusOK })
	if got := w.status("/readyz"); got != http.StatusServiceUnavailable {
		w.t.Errorf("the replica stopped answering before it said that it is not ready (%d)", got)
	}
	if got := w.status("/healthz"); got != http.StatusOK {
		w.t.Errorf("a replica that says it is not ready answers %d", got)
	}
	select {
	case <-w.team.ended:
	case <-time.After(patience):
		w.t.Fatalf("it does not stop:\n%s", w.team.said)
	}
	if took := time.Since(told); w.team.result != nil || took > quickStop {
		w.t.Errorf("stopped after %s with %v:\n%s", took, w.team.result, w.team.said)
	}
}

// judgeLives demands of each life that everything happened once.
func (l *load) judgeLives() {
	l.t.Helper()
	want := map[string]int{}
	for _, kind := range lifeEvents {
		want[kind] = 1
	}
	for _, id := range l.ids {
		counted := map[string]int{}
		for _, e := range l.w.as("auditor").events(id) {
			counted[e.Kind]++
		}
		if !maps.Equal(counted, want) {
			l.t.Errorf("the log holds %v of request %s, want %v", counted, id, want)
		}
	}
	created := 0
	for _, c := range l.w.aws.CallsOf("sso:CreateAccountAssignment") {
		if c.Worked {
			created++
		}
	}
	if created != len(l.ids) {
		l.t.Errorf("AWS accepted CreateAccountAssignment %d times for %d lives", created, len(l.ids))
	}
}
