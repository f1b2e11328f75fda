package processtest

import (
	"database/sql"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/store/postgrestest"
)

// replicas are processes of the program on one PostgreSQL database, each behind a gate of its own.
type replicas struct {
	t   *testing.T
	all []*world
}

// newReplicas start on a database that has its policies, wait until one of them has read the directory, and have
// tokens. ok is false where there is no PostgreSQL.
func newReplicas(t *testing.T, n int) (r *replicas, ok bool) {
	t.Helper()
	if !postgrestest.Available(t) {
		return nil, false
	}
	return newReplicasOn(t, n, postgrestest.New(t)), true
}

func newReplicasOn(t *testing.T, n int, database string) *replicas {
	t.Helper()
	aws := newWorld(t).aws
	r := &replicas{t: t}
	tokens := map[string]string{}
	for range n {
		w := &world{t: t, aws: aws, folder: t.TempDir(), tokens: tokens, database: database}
		w.standBeforeAWS()
		r.all = append(r.all, w)
	}
	r.all[0].seed(time.Second)
	for _, w := range r.all {
		w.start()
	}
	r.all[0].awaitDirectory()
	r.all[0].issueTokens()
	return r
}

// killWhoever sets a trap before AWS for all replicas: whoever springs it first is killed. The channel gives it.
func (r *replicas) killWhoever(trap func(exchange) bool) <-chan *world {
	killed := make(chan *world, 1)
	var first sync.Once
	for _, w := range r.all {
		taken := false
		w.gate.arm(func(x exchange) bool {
			if trap(x) {
				first.Do(func() { taken = true })
			}
			return taken
		}, func() {
			w.team.kill()
			killed <- w
		})
	}
	return killed
}

func (r *replicas) await(killed <-chan *world) *world {
	r.t.Helper()
	select {
	case w := <-killed:
		return w
	case <-time.After(patience):
		r.t.Fatal("the place was never reached")
		return nil
	}
}

// another than the one that was killed.
func (r *replicas) another(killed *world) *world {
	for _, w := range r.all {
		if w != killed {
			return w
		}
	}
	return nil
}

// judge demands of a life what is demanded of one that nothing interrupted.
func (r *replicas) judge(l *life) {
	r.t.Helper()
	e := l.await("ended")
	l.judge(r.t, place{}, e)
}

// TestReplicasGoOnWhenOneIsKilled: three replicas share a database. One asks, another decides; the one that was about
// to create, and then the one that was about to delete, is killed and does not come back until the life is over.
func TestReplicasGoOnWhenOneIsKilled(t *testing.T) {
	t.Parallel()
	r, ok := newReplicas(t, 3)
	if !ok {
		return
	}
	first := r.all[0].life("shop-prod", "PowerUserAccess", 3*time.Second)
	killed := r.killWhoever(arrival("CreateAccountAssignment")(first))
	first.ask()
	first.w = r.all[1]
	first.approve()
	lost := r.await(killed)
	first.w = r.another(lost)
	r.judge(first)
	lost.start()

	second := r.all[1].life("shop-prod", "DatabaseAdmin", 3*time.Second)
	killed = r.killWhoever(answer("DeleteAccountAssignment")(second))
	second.ask()
	second.w = r.all[2]
	second.approve()
	lost = r.await(killed)
	second.w = r.another(lost)
	r.judge(second)
	second.w.judgeAWS(t)
	lost.start()
	r.judgeEverything()
}

// TestReplicasOutliveTheirDatabase: it throws everybody out and takes nobody in, as one that is restarted, while access
// ends. Replicas are not ready meanwhile; when it is back access is taken, once.
func TestReplicasOutliveTheirDatabase(t *testing.T) {
	t.Parallel()
	r, ok := newReplicas(t, 2)
	if !ok {
		return
	}
	l := r.all[0].life("shop-prod", "PowerUserAccess", 3*time.Second)
	l.until("approve")
	e := l.await("active")
	r.takeDatabaseAway()
	l.w = r.all[1]
	if err := l.w.as("requester").try(http.MethodGet, "/requests/"+l.id, nil, nil); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("asked while the database is away: %v, want 503", err)
	}
	eventually(t, "the end has come", func() bool { return time.Now().After(e.EndsAt) })
	r.giveDatabaseBack()
	for _, w := range r.all {
		w.upSince = time.Now()
		// Connections that the database broke off are found out by being used; whoever asks at that moment is told to try again.
		eventually(t, "the replica answers again", func() bool { return w.as("requester").try(http.MethodGet, "/me", nil, nil) == nil })
	}
	r.judge(l)
	l.w.judgeAWS(t)
	r.judgeEverything()
}

func (r *replicas) takeDatabaseAway() {
	r.administer("ALTER DATABASE "+r.databaseName()+" ALLOW_CONNECTIONS false",
		"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"+r.databaseName()+"'")
}

func (r *replicas) giveDatabaseBack() {
	r.administer("ALTER DATABASE " + r.databaseName() + " ALLOW_CONNECTIONS true")
}

func (r *replicas) url() *url.URL {
	u, err := url.Parse(r.all[0].database)
	if err != nil {
		r.t.Fatal(err)
	}
	return u
}

func (r *replicas) databaseName() string { return strings.TrimPrefix(r.url().Path, "/") }

func (r *replicas) administer(statements ...string) {
	r.t.Helper()
	u := r.url()
	u.Path = "/postgres"
	db, err := sql.Open("pgx", u.String())
	if err != nil {
		r.t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.ExecContext(r.t.Context(), s); err != nil {
			r.t.Fatalf("%s: %v", s, err)
		}
	}
}

// judgeEverything stops all replicas, and demands a whole log, no open alarm, and no password in what they said.
func (r *replicas) judgeEverything() {
	r.t.Helper()
	var alarms api.AlarmList
	r.all[0].as("admin").get("/alarms", &alarms)
	if len(alarms.Items) > 0 {
		r.t.Errorf("open alarms: %+v", alarms.Items)
	}
	password, _ := r.url().User.Password()
	for _, w := range r.all {
		w.team.stop(r.t)
		if strings.Contains(w.team.said.String(), password) {
			r.t.Error("the password of the database is in what the program said")
		}
	}
	s := r.all[0].open()
	defer s.Close()
	if _, err := s.VerifyLog(r.t.Context()); err != nil {
		r.t.Errorf("verify log: %v", err)
	}
}
