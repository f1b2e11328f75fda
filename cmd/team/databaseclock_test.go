package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/config"
	"github.com/team-idc/team/internal/store/postgrestest"
)

// What an answer tells depends on how long it was on its way.
func TestClocksAreJudgedByWhatIsCertain(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, tt := range []struct {
		skew, within   time.Duration
		off            bool // before
		known, offThen bool
		next           time.Duration
	}{
		{skew: 0, known: true, next: compareClocks},
		{skew: -1900 * time.Millisecond, within: 10 * time.Millisecond, known: true, next: compareClocks},
		{skew: 2100 * time.Millisecond, within: 10 * time.Millisecond, known: true, offThen: true, next: compareClocksAgain},
		{skew: -3 * time.Second, within: 10 * time.Millisecond, off: true, known: true, offThen: true, next: compareClocksAgain},
		{skew: time.Second, within: 10 * time.Millisecond, off: true, known: true, next: compareClocks},
		// It took ten seconds: nothing is known that was not known before.
		{skew: 3 * time.Second, within: 5 * time.Second, next: compareClocksAgain},
		{skew: 0, within: 5 * time.Second, off: true, offThen: true, next: compareClocksAgain},
		{skew: 8 * time.Second, within: 5 * time.Second, known: true, offThen: true, next: compareClocksAgain},
	} {
		got := databaseClock{off: tt.off}.judged(tt.skew, tt.within, now)
		if got.known != tt.known || got.off != tt.offThen || got.next.Sub(now) != tt.next {
			t.Errorf("%s ahead within %s, off before: %v: %+v", tt.skew, tt.within, tt.off, got)
		}
	}
	if d := (databaseClock{at: now, next: now.Add(time.Minute)}); d.due(now.Add(time.Second)) || !d.due(now.Add(time.Minute)) || !d.due(now.Add(-time.Hour)) {
		t.Error("clocks are compared each minute, and when this one was set back")
	}
}

// pair is two replicas on one PostgreSQL database and one simulated AWS. The first serves; what the second does the
// test calls itself, and its clock is wrong by what the test says.
type pair struct {
	t             *testing.T
	box           *demoSandbox
	first, second *server
	url           string // of the first
	stopFirst     func()
	handler       http.Handler // of the second
	wrong         atomic.Int64 // nanoseconds by which the second's clock is ahead
	tokens        map[string]string
}

func startPair(t *testing.T) (p *pair, ok bool) {
	t.Helper()
	if !postgrestest.Available(t) {
		return nil, false
	}
	p = &pair{t: t, tokens: map[string]string{}}
	o := demoIn(t.TempDir())
	log := slog.New(slog.DiscardHandler)
	var err error
	if p.box, err = openSandbox(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var serving sync.WaitGroup
	serving.Go(func() { p.box.serve(ctx, log) })
	t.Cleanup(func() {
		cancel()
		serving.Wait()
	})
	database := postgrestest.New(t)
	replica := func(name string, now func() time.Time) *server {
		c := demoConfig(o, p.box)
		c.Database, c.Checkpoint = database, ""
		s, err := newReplica(t.Context(), c, log, p.box.credentials, name, now)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	p.first = replica("first", time.Now)
	if err := (&demo{server: p.first, sandbox: p.box}).seed(t.Context(), log); err != nil {
		t.Fatal(err)
	}
	p.serveFirst()
	p.second = replica("second", func() time.Time { return time.Now().Add(time.Duration(p.wrong.Load())) })
	t.Cleanup(func() { _ = p.second.close() })
	if p.handler, err = p.second.handler(); err != nil {
		t.Fatal(err)
	}
	for _, persona := range []string{"requester", "approver", "admin"} {
		p.eventually("the directory knows "+persona, func() bool {
			got := command(t, nil, "token", "issue", "--database", database, "--user", persona)
			p.tokens[persona] = strings.TrimSpace(got.out)
			return got.code == exitOK
		})
	}
	return p, true
}

func (p *pair) serveFirst() {
	p.t.Helper()
	l, handler, err := p.first.prepare(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	p.url = urlOf(l)
	ctx, cancel := context.WithCancel(context.WithoutCancel(p.t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- p.first.serve(ctx, l, handler) }()
	p.stopFirst = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			p.t.Errorf("the first replica ended with %v", err)
		}
	})
	p.t.Cleanup(p.stopFirst)
}

func (p *pair) eventually(what string, done func() bool) {
	p.t.Helper()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-deadline:
			p.t.Fatalf("it did not happen: %s", what)
		case <-tick.C:
		}
	}
}

// at runs a command at a replica.
func (p *pair) at(url, persona string, args ...string) result {
	p.t.Helper()
	return command(p.t, []string{"TEAM_URL=" + url, "TEAM_TOKEN=" + p.tokens[persona]}, args...)
}

func (p *pair) must(url, persona string, args ...string) api.Request {
	p.t.Helper()
	var got result
	// Before the groups were read nobody may ask for anything.
	p.eventually(strings.Join(args, " ")+" succeeds", func() bool {
		got = p.at(url, persona, append(args, "-o", "json")...)
		return got.code == exitOK
	})
	return decode[api.Request](p.t, got.out)
}

// step does what is due at the second replica, until nothing is.
func (p *pair) step() {
	p.t.Helper()
	for did := true; did; {
		var err error
		if did, _, err = p.second.deliveryStep(p.t.Context()); err != nil {
			p.t.Fatal(err)
		}
	}
}

// compare sets the second's clock, and does what it does each minute.
func (p *pair) compare(ahead time.Duration) {
	p.t.Helper()
	p.wrong.Store(int64(ahead))
	if err := p.second.compareClocks(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
	if _, _, err := p.second.skewStep(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
}

func (p *pair) get(handler http.Handler, path string) (status int, body string) {
	p.t.Helper()
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequestWithContext(p.t.Context(), http.MethodGet, path, http.NoBody))
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer.Code, string(content)
}

func (p *pair) creations() (n int) {
	for _, c := range p.box.aws.CallsOf("sso:CreateAccountAssignment") {
		if c.Worked {
			n++
		}
	}
	return n
}

func elevationState(r api.Request) string {
	if e := r.Targets[0].Elevation; e != nil {
		return e.State
	}
	return ""
}

// TestReplicaWithAWrongClockGivesNothingAndGoesOnTaking: its clock is three seconds off the database's. It refuses
// decisions and gives no access, also none that was agreed at the other replica, which goes on; what ends it takes.
func TestReplicaWithAWrongClockGivesNothingAndGoesOnTaking(t *testing.T) {
	for name, wrong := range map[string]time.Duration{"ahead of": 3 * time.Second, "behind": -3 * time.Second} {
		t.Run(name, func(t *testing.T) {
			p, ok := startPair(t)
			if !ok {
				return
			}
			second := httptest.NewServer(p.handler)
			t.Cleanup(second.Close)
			p.eventually("with the right clock the second replica is ready", func() bool {
				_, _, err := p.second.bindStep(t.Context())
				status, _ := p.get(p.handler, "/readyz")
				return err == nil && status == http.StatusOK
			})
			p.compare(wrong)
			p.judgeHeld(name)

			// The other one decides and gives.
			ask := func(target string, more ...string) api.Request {
				return p.must(p.url, "requester", append([]string{
					"request", "create", "--target", target, "--ticket", "OPS-8", "--because", "Repair the order table",
				}, more...)...)
			}
			running := ask("shop-prod:DatabaseAdmin", "--for", "8s")
			if got := p.at(second.URL, "approver", "approve", running.ID, "--comment", "yes"); got.code != exitUnavailable || !strings.Contains(got.err, name+" the database's") {
				t.Errorf("a decision at the second replica ended with %d: %s", got.code, got.err)
			}
			p.must(p.url, "approver", "approve", running.ID, "--comment", "yes")
			show := func(url string, r api.Request) api.Request { return p.must(url, "requester", "request", "show", r.ID) }
			p.eventually("the first replica gives access", func() bool { return elevationState(show(p.url, running)) == "active" })
			if got := p.at(second.URL, "requester", "request", "extend", running.ID, "--for", "5s", "--because", "longer"); got.code != exitUnavailable {
				t.Errorf("an extension at the second replica ended with %d: %s", got.code, got.err)
			}
			// Asked for last, so that the first replica is gone well before the start, however slow the machine is.
			later := ask("shop-prod:PowerUserAccess", "--for", "1m", "--start", "+10s")
			p.must(p.url, "approver", "approve", later.ID, "--comment", "yes")
			p.stopFirst()
			before := p.creations()

			// What was agreed to begin does not, what is to end does.
			p.eventually("the second replica takes access", func() bool {
				p.step()
				return elevationState(show(second.URL, running)) == "ended"
			})
			p.eventually("the start of the other has come", func() bool { return time.Now().After(later.StartAt) })
			p.step()
			if got := elevationState(show(second.URL, later)); got != "scheduled" || p.creations() != before {
				t.Errorf("the replica with the wrong clock gave access: it is %s", got)
			}

			p.compare(0)
			if status, body := p.get(p.handler, "/readyz"); status != http.StatusOK {
				t.Errorf("the clock is right, and the replica is not ready: %s", body)
			}
			if open, err := p.second.store.AlarmOpen(t.Context(), "clock-skew", "second"); err != nil || open {
				t.Errorf("the clock is right, and the alarm is open: %v", err)
			}
			p.eventually("the second replica gives access", func() bool {
				p.step()
				return elevationState(show(second.URL, later)) == "active"
			})
			p.judgeOrder(show(second.URL, running))
		})
	}
}

// judgeHeld demands that the second replica says what is wrong wherever somebody may look.
func (p *pair) judgeHeld(direction string) {
	p.t.Helper()
	status, body := p.get(p.handler, "/readyz")
	if status != http.StatusServiceUnavailable || !strings.Contains(body, direction+" the database's") {
		p.t.Errorf("the second replica is ready with %d: %s", status, body)
	}
	var alarms result
	p.eventually("the administrators' group was read", func() bool {
		alarms = p.at(p.url, "admin", "alarms")
		return alarms.code == exitOK
	})
	if !strings.Contains(alarms.out, "second: this machine's clock") {
		p.t.Errorf("the alarms are\n%s", alarms.out)
	}
	if _, body := p.get(p.handler, "/metrics"); !strings.Contains(body, "team_held 1") || !strings.Contains(body, "team_database_clock_skew_seconds") {
		p.t.Errorf("the metrics are\n%s", body)
	}
	if status, body := p.get(p.first.mustHandler(p.t), "/readyz"); status != http.StatusOK {
		p.t.Errorf("the first replica is not ready: %s", body)
	}
}

func (s *server) mustHandler(t *testing.T) http.Handler {
	t.Helper()
	h, err := s.handler()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// judgeOrder demands that time did not move back in what is kept of a life that both replicas led.
func (p *pair) judgeOrder(r api.Request) {
	p.t.Helper()
	target := r.Targets[0]
	e := target.Elevation
	order := []time.Time{r.CreatedAt, target.DecidedAt, e.ActivatedAt, e.EndsAt, e.EndedAt}
	for i := 1; i < len(order); i++ {
		if order[i].Before(order[i-1]) {
			p.t.Errorf("time moves back in %v", order)
		}
	}
}

// A replica that starts with a wrong clock has given nothing before it is noticed.
func TestClockIsComparedBeforeTheFirstGrant(t *testing.T) {
	if !postgrestest.Available(t) {
		return
	}
	c := *config.Default()
	c.Database, c.Checkpoint = postgrestest.New(t), ""
	s, err := newReplica(t.Context(), c, slog.New(slog.DiscardHandler), nil, "late", func() time.Time { return time.Now().Add(-5 * time.Second) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.close() })
	s.hold.setUnconfirmed("")
	if got := s.hold.Held(); !strings.Contains(got, "this machine's clock is 5s behind the database's") {
		t.Errorf("held says %q", got)
	}
}

// The alarm of a replica that was stopped to set its clock closes when it is back.
func TestSkewAlarmClosesAfterARestart(t *testing.T) {
	s := quietServer(t, func(*config.Config) {})
	for _, ahead := range []time.Duration{time.Minute, 0} {
		s.hold.looked, s.hold.reported = false, false // as in a new process
		s.hold.observe(ahead)
		if _, _, err := s.skewStep(t.Context()); err != nil {
			t.Fatal(err)
		}
		open, err := s.store.AlarmOpen(t.Context(), "clock-skew", s.name)
		if err != nil || open != (ahead != 0) {
			t.Errorf("AWS %s ahead: the alarm is open: %v, %v", ahead, open, err)
		}
	}
}
