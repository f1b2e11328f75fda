package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/due"
)

// message is one server-sent event.
type message struct{ event, id, data string }

// follower reads a stream.
type follower struct {
	t      *testing.T
	answer *http.Response
	lines  *bufio.Scanner
	close  context.CancelFunc
}

const streamPath = "/api/v1/events/stream"

// follow opens a stream as a persona. It is closed when the test ends.
func (w *world) follow(base, as, query, lastID string) *follower {
	w.t.Helper()
	headers := http.Header{"Authorization": {"Bearer " + w.tokens[as]}}
	if lastID != "" {
		headers.Set("Last-Event-ID", lastID)
	}
	return w.followWith(base, headers, query)
}

// followWith opens a stream with these headers.
func (w *world) followWith(base string, headers http.Header, query string) *follower {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
	w.t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+streamPath+query, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header = headers
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = answer.Body.Close() })
	f := &follower{t: w.t, answer: answer, lines: bufio.NewScanner(answer.Body), close: cancel}
	if answer.StatusCode == http.StatusOK {
		if got := answer.Header.Get("Content-Type"); got != "text/event-stream" {
			w.t.Errorf("the stream is %q", got)
		}
		if first, ok := f.next(); !ok || first.id == "" || first.data != "" {
			w.t.Errorf("a stream begins with %+v", first)
		}
	}
	return f
}

// next is the next message; ok is false when the stream has ended.
func (f *follower) next() (m message, ok bool) {
	f.t.Helper()
	for f.lines.Scan() {
		if f.lines.Text() == "" {
			return m, true
		}
		switch name, value, _ := strings.Cut(f.lines.Text(), ": "); name {
		case "id":
			m.id = value
		case "event":
			m.event = value
		case "data":
			m.data = value
		}
	}
	if err := f.lines.Err(); errors.Is(err, context.DeadlineExceeded) {
		f.t.Fatal("nothing came")
	}
	return m, false
}

// event demands an event, with the id that its place in the log gives it.
func (f *follower) event() api.Event {
	f.t.Helper()
	m, ok := f.next()
	if !ok || m.event != "" || m.data == "" {
		f.t.Fatalf("instead of an event came %+v", m)
	}
	var e api.Event
	if err := json.Unmarshal([]byte(m.data), &e); err != nil {
		f.t.Fatal(err)
	}
	if m.id != strconv.FormatInt(e.Sequence, 10) {
		f.t.Errorf("event %d has the id %s", e.Sequence, m.id)
	}
	return e
}

// end demands the last message.
func (f *follower) end() api.EventStreamEnd {
	f.t.Helper()
	m, _ := f.next()
	return f.endIn(m)
}

// endIn is the end that a message is.
func (f *follower) endIn(m message) api.EventStreamEnd {
	f.t.Helper()
	var e api.EventStreamEnd
	if err := json.Unmarshal([]byte(m.data), &e); err != nil || m.event != "end" {
		f.t.Fatalf("instead of the end came %+v", m)
	}
	if after, more := f.next(); more {
		f.t.Errorf("after the end came %+v", after)
	}
	if e.Detail == "" || m.id != strconv.FormatInt(e.Cursor, 10) {
		f.t.Errorf("the end is %+v with the id %s", e, m.id)
	}
	return e
}

// all is every event until the log ends.
func (f *follower) all() []api.Event {
	f.t.Helper()
	events := []api.Event{}
	for {
		m, ok := f.next()
		if !ok || m.event == "end" {
			return events
		}
		var e api.Event
		if err := json.Unmarshal([]byte(m.data), &e); err != nil {
			f.t.Fatal(err)
		}
		events = append(events, e)
	}
}

func sequences(events []api.Event) []int64 {
	out := []int64{}
	for _, e := range events {
		out = append(out, e.Sequence)
	}
	return out
}

// A stream gives each caller what the list gives, for every filter, whether from the database or from the tail.
func TestAStreamGivesWhatTheListGives(t *testing.T) {
	w := newWorld(t)
	first := w.ask(oneProd())
	w.follow(w.server.URL, "auditor", "", "") // from here on the tail has events in memory
	w.ask(twoTargets())
	w.active()
	for _, filter := range []string{
		"", "&request=" + first.ID, "&kind=request.created", "&kind=elevation.*,token.issued", "&user=u-requester", "&user=u-stranger",
		"&account=" + prod, "&kind=nothing.at.all", "&kind=*", "&kind=e_evation.*", "&kind=%25",
	} {
		for _, as := range personas {
			listed := w.call(as, "GET", "/api/v1/events?limit=1000"+filter, nil)
			got := w.follow(w.server.URL, as, "?follow=false&cursor=-1"+filter, "")
			if got.answer.StatusCode != listed.status {
				t.Errorf("%s with %q: the stream answers %d, the list %d", as, filter, got.answer.StatusCode, listed.status)
				continue
			}
			if listed.status != http.StatusOK {
				continue
			}
			want := into[api.EventList](t, listed)
			if have := sequences(got.all()); !slices.Equal(have, sequences(want.Items)) {
				t.Errorf("%s with %q: the stream has %v, the list %v", as, filter, have, sequences(want.Items))
			}
		}
	}
	if l := into[api.EventList](t, w.call("auditor", "GET", "/api/v1/events?kind=elevation.*", nil)); len(l.Items) < 3 {
		t.Errorf("only %d events begin with elevation.", len(l.Items))
	}
}

func TestARequesterFollowsOnlyTheirOwn(t *testing.T) {
	w := newWorld(t)
	own, others := w.follow(w.server.URL, "requester", "", ""), w.follow(w.server.URL, "stranger", "", "")
	r := w.ask(readSandbox())
	if e := own.event(); e.Kind != "request.created" || e.Subject.Request != r.ID {
		t.Errorf("the requester hears of %+v", e)
	}
	w.issue("u-stranger", time.Hour)
	if e := others.event(); e.Subject.User != "u-stranger" {
		t.Errorf("the stranger hears of %+v", e)
	}
}

// replica is another TEAM on the world's database, which hears of commits only by looking.
func (w *world) replica() (base string, kill func()) {
	w.t.Helper()
	c := w.config()
	c.Tail = api.NewTail(w.store)
	runner := due.New(due.Config{Now: time.Now, Poll: 10 * time.Millisecond})
	runner.Add("events", 1, c.Tail.Step)
	ctx, cancel := context.WithCancel(w.t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { runner.Run(ctx) })
	server := httptest.NewServer(api.New(c))
	kill = sync.OnceFunc(func() {
		server.CloseClientConnections()
		c.Tail.Stop()
		server.Close()
		cancel()
		wg.Wait()
	})
	w.t.Cleanup(kill)
	return server.URL, kill
}

// happen writes an event.
func (w *world) happen(kind string) {
	err := w.store.Access().Update(w.t.Context(), func(ctx context.Context, tx access.Tx) error {
		return tx.Apply(ctx, access.Change{Events: []audit.Event{{Kind: kind, At: w.Now(), Actor: operator}}})
	})
	if err != nil {
		w.t.Error(err)
	}
}

// Whoever goes on where it broke misses nothing and gets nothing twice, on whichever replica, while events are written.
func TestAStreamGoesOnWhereItBroke(t *testing.T) {
	w := newWorld(t)
	const events = 400
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range events / 4 {
				w.happen("load")
			}
		})
	}
	bases := []string{w.server.URL}
	for range 2 {
		base, kill := w.replica()
		bases = append(bases, base)
		defer kill()
	}
	lost, kill := w.replica()
	bases = append(bases, lost)

	next, lastID := int64(0), "-1"
	for turn := 0; next < events; turn++ {
		f := w.follow(bases[turn%len(bases)], "auditor", "", lastID)
		if f.answer.StatusCode != http.StatusOK {
			t.Fatalf("following answered %d", f.answer.StatusCode)
		}
		for range 37 {
			e := f.event()
			if e.Sequence != next {
				t.Fatalf("after event %d came %d", next-1, e.Sequence)
			}
			next, lastID = next+1, strconv.FormatInt(e.Sequence, 10)
			if next >= events {
				break
			}
		}
		f.close()
		if turn == len(bases) {
			kill()
			bases = bases[:len(bases)-1]
		}
	}
	wg.Wait()
}

// A follower whose replica dies in the middle of an event has all before it.
func TestAStreamOfALostReplicaBreaks(t *testing.T) {
	w := newWorld(t)
	base, kill := w.replica()
	f := w.follow(base, "auditor", "", "")
	w.issue("u-requester", time.Hour)
	last := f.event()
	kill()
	if m, ok := f.next(); ok && m.event != "end" {
		t.Errorf("a dead replica sent %+v", m)
	}
	w.issue("u-requester", time.Hour)
	if e := w.follow(w.server.URL, "auditor", "", strconv.FormatInt(last.Sequence, 10)).event(); e.Sequence != last.Sequence+1 {
		t.Errorf("it went on with %d after %d", e.Sequence, last.Sequence)
	}
}

func TestAStreamEndsForWhoMayNotFollowAnyMore(t *testing.T) {
	leave := func(group string) func(*world) {
		return func(w *world) {
			w.change(func(c *directory.Content) {
				c.Groups = slices.Clone(c.Groups)
				for i := range c.Groups {
					if c.Groups[i].ID == group {
						c.Groups[i].Members = nil
					}
				}
			})
		}
	}
	disable := func(w *world) {
		w.change(func(c *directory.Content) {
			c.Users = slices.Clone(c.Users)
			for i := range c.Users {
				c.Users[i].Status = directory.UserDisabled
			}
		})
	}
	for _, tc := range []struct {
		name, as, query string
		lose            func(*world)
		code            string
	}{
		{"sign-in ended", "auditor", "", func(w *world) {
			if _, err := w.signIns.EndByOperator(t.Context(), operator, "", "u-auditor"); err != nil {
				t.Fatal(err)
			}
		}, "unauthenticated"},
		{"sign-in expired", "auditor", "", func(w *world) { w.pass(25 * time.Hour) }, "unauthenticated"},
		{"user disabled", "requester", "", disable, "unauthenticated"},
		{"role lost", "auditor", "", leave(auditors), "forbidden"},
		{"decides no more", "approver", "?request=", leave(prodApprovers), "forbidden"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t)
			r := w.ask(oneProd())
			if tc.query != "" {
				tc.query += r.ID
			}
			f := w.follow(w.server.URL, tc.as, tc.query, "")
			tc.lose(w)
			w.pass(time.Minute)
			w.issue("u-requester", 100*time.Hour) // whatever happens next
			m, _ := f.next()
			if tc.code == "unauthenticated" && strings.Contains(m.data, `"sign-in.ended"`) {
				m, _ = f.next() // the end itself may still be told, within the minute of the last look
			}
			if end := f.endIn(m); end.Code != tc.code {
				t.Errorf("the stream ended with %+v", end)
			}
		})
	}
}

func TestAStreamGoesOnForWhoStillMay(t *testing.T) {
	w := newWorld(t)
	f := w.follow(w.server.URL, "auditor", "", "")
	for range 3 {
		w.pass(2 * time.Minute)
		w.issue("u-requester", time.Hour)
		f.event()
	}
}

func TestSoManyStreamsAndNoMore(t *testing.T) {
	w := newWorld(t)
	var open []*follower
	for range 10 {
		open = append(open, w.follow(w.server.URL, "requester", "", ""))
	}
	p := refusal(t, w.call("requester", "GET", streamPath, nil), 429, "too_many_streams")
	if !strings.Contains(p.Detail, "10") {
		t.Errorf("the refusal says %q", p.Detail)
	}
	if got := w.follow(w.server.URL, "approver", "", ""); got.answer.StatusCode != http.StatusOK {
		t.Errorf("somebody else gets %d", got.answer.StatusCode)
	}
	open[0].close()
	eventually(t, "the place of a stream that was closed is free", func() bool {
		return w.call("requester", "GET", streamPath+"?follow=false", nil).status == http.StatusOK
	})
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !holds(); {
		if time.Now().After(deadline) {
			t.Fatalf("never came to be: %s", what)
		}
		runtime.Gosched()
	}
}

func TestStreamsEndAtOnceWhenTheReplicaStops(t *testing.T) {
	w := newWorld(t)
	f := w.follow(w.server.URL, "auditor", "", "")
	w.tail.Stop()
	if end := f.end(); end.Code != "stopping" {
		t.Errorf("it ended with %+v", end)
	}
	if end := w.follow(w.server.URL, "auditor", "", "").end(); end.Code != "stopping" {
		t.Errorf("one that came later ended with %+v", end)
	}
}

func TestCursorsThatLeadNowhere(t *testing.T) {
	w := newWorld(t)
	refusal(t, w.call("auditor", "GET", streamPath+"?cursor=99999", nil), 409, "conflict")
	for _, bad := range []string{"-2", "x", "1.5", "99999999999999999999", "''"} {
		refusal(t, w.call("auditor", "GET", streamPath+"?cursor="+bad, nil), 422, "invalid")
	}
	refusal(t, w.call("requester", "GET", streamPath+"?request=req_0190c0de-0000-7000-8000-000000000000", nil), 404, "not_found")
}

// brittle is a log that can be taken away.
type brittle struct {
	api.Log
	away *atomic.Bool
}

var errAway = errors.New("the database is away")

func (b brittle) Events(ctx context.Context, f audit.Filter) ([]audit.Record, error) {
	if b.away.Load() {
		return nil, errAway
	}
	return b.Log.Events(ctx, f)
}

// A stream outlives a database that is away for a while, and misses nothing.
func TestAStreamOutlivesTheDatabaseBeingAway(t *testing.T) {
	w := newWorld(t)
	var away atomic.Bool
	c := w.config()
	c.Tail = api.NewTail(brittle{w.store, &away})
	server := httptest.NewServer(api.New(c))
	defer server.Close()
	defer c.Tail.Stop()
	f := w.follow(server.URL, "auditor", "", "")
	eventually(t, "the tail is followed", func() bool {
		did, _, err := c.Tail.Step(t.Context())
		return did && err == nil
	})
	away.Store(true)
	w.issue("u-requester", time.Hour)
	if _, _, err := c.Tail.Step(t.Context()); !errors.Is(err, errAway) {
		t.Fatalf("the tail says %v", err)
	}
	away.Store(false)
	if did, _, err := c.Tail.Step(t.Context()); !did || err != nil {
		t.Fatalf("the tail found nothing: %v", err)
	}
	if e := f.event(); e.Kind != "sign-in.started" {
		t.Errorf("it went on with %+v", e)
	}
	away.Store(true)
	end := w.follow(server.URL, "auditor", "?follow=false&cursor=-1", "").end()
	if end.Code != "unavailable" || end.Cursor != -1 {
		t.Errorf("a stream that cannot be read to its end ended with %+v", end)
	}
}

// pipes is a listener whose connections hold nothing in between, as a client does that never reads.
type pipes struct{ conns chan net.Conn }

func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// A client that never reads is given up, and its place is free again.
func TestAClientThatNeverReadsIsGivenUp(t *testing.T) {
	w := newWorld(t)
	c := w.config()
	c.Streams = api.StreamLimits{PerCaller: 1, WriteTimeout: 50 * time.Millisecond}
	l := pipes{make(chan net.Conn)}
	handler := api.New(c)
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Second}
	go func() { _ = server.Serve(l) }()
	defer func() { close(l.conns); _ = server.Close() }()
	client, conn := net.Pipe()
	l.conns <- conn
	if _, err := fmt.Fprintf(client, "GET %s?cursor=-1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", streamPath, w.tokens["auditor"]); err != nil {
		t.Fatal(err)
	}
	begin := make([]byte, len("HTTP/1.1 200")) // the stream has its place; nothing more is read
	if _, err := io.ReadFull(client, begin); err != nil || string(begin) != "HTTP/1.1 200" {
		t.Fatalf("the stream began with %q: %v", begin, err)
	}
	ask := func() int {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, streamPath+"?follow=false", nil)
		r.Header.Set("Authorization", "Bearer "+w.tokens["auditor"])
		got := httptest.NewRecorder()
		handler.ServeHTTP(got, r)
		return got.Code
	}
	eventually(t, "the client that does not read is given up", func() bool { return ask() != http.StatusTooManyRequests })
}

// What a follower costs who has nothing to hear, with the client's own part, which is in this process too.
func TestTwoHundredIdleStreamsAreCheap(t *testing.T) {
	w := newWorld(t)
	c := w.config()
	c.Streams = api.StreamLimits{PerCaller: 200}
	server := httptest.NewServer(api.New(c))
	defer server.Close()
	defer w.tail.Stop()
	inUse := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC() // what the first one only found out about
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc + m.StackInuse)
	}
	w.follow(server.URL, "auditor", "", "")
	before := inUse()
	const streams = 199
	for range streams {
		w.follow(server.URL, "auditor", "", "")
	}
	each := (inUse() - before) / streams
	t.Logf("%d idle streams take %d KiB each, with their clients", streams, each>>10)
	if each > 256<<10 {
		t.Errorf("an idle stream takes %d KiB", each>>10)
	}
}
