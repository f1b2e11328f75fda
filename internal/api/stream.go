package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
)

const (
	// streamType is the media type of server-sent events.
	streamType = "text/event-stream"
	// authorizedFor is how long a stream rests on one look at who follows it.
	authorizedFor = time.Minute
	// unknownFor is how long a stream stays open, silent, while it cannot be established who follows it.
	unknownFor = 5 * time.Minute
	// reconnectAfter is what clients are told to wait before they come again.
	reconnectAfter = 2 * time.Second
	// waitingAtMost is how often a follower is told to look again what waits for their decision.
	waitingAtMost = time.Second
	streamBatch   = 200
	// fromNow is the cursor of who wants only what happens from now on.
	fromNow = "now"
)

type streamQuery struct {
	EventSelection

	Cursor string `query:"cursor" default:"now" pattern:"^(now|-1|[0-9]{1,18})$" doc:"Begin after this sequence; -1: from the first; now: with what comes"`
	LastID string `header:"Last-Event-ID" pattern:"^(|-1|[0-9]{1,18})$" doc:"The id that came last; goes before cursor"`
	Follow bool   `query:"follow" default:"true" doc:"Go on as events happen; false: end where the log ends now"`
}

// EventStreamEnd is the data of the last message of a stream, whose event is "end".
type EventStreamEnd struct {
	Code   string `json:"code" enum:"complete,stopping,unauthenticated,forbidden,unavailable" doc:"complete: follow was false; stopping: come again"`
	Detail string `json:"detail" doc:"A sentence for people"`
	Cursor int64  `json:"cursor" doc:"Where to go on"`
}

// EventStreamWaiting is the data of a message whose event is "waiting". It says nothing, so that it tells nobody what is
// none of their business.
type EventStreamWaiting struct{}

func (s *server) registerStream() {
	const id = "stream-events"
	op := s.operation(http.MethodGet, "/api/v1/events/stream", id, "Follow events as they happen")
	op.Description += " Server-sent events, of what list-events would give. Each message has the event's sequence as its id; who comes again " +
		"with it in Last-Event-ID, or as cursor, misses nothing. A message without an event has an Event as its data; the last one, with the " +
		"event end, says why the stream ends. Whom an approver policy names is told by messages with the event waiting that something " +
		"happened to requests: what waits for them, or may be revoked by them, may be another. These hold no data and no id, come at most " +
		"once a second, and only where the stream is followed and selects nothing. Comments and ids without data come when nothing happens. " +
		"Who follows is looked at anew every minute."
	op.Responses["200"] = &huma.Response{Description: "Events, one a message", Content: map[string]*huma.MediaType{streamType: {Schema: s.streamSchema()}}}
	huma.Register(s.huma, op, func(ctx context.Context, in *streamQuery) (*huma.StreamResponse, error) {
		st, err := s.openStream(ctx, callerFrom(ctx), in)
		if err != nil {
			return nil, s.problem(ctx, id, err)
		}
		return &huma.StreamResponse{Body: func(h huma.Context) {
			defer st.leave()
			h.SetHeader("Content-Type", streamType)
			h.SetHeader("X-Accel-Buffering", "no") // nginx would keep events until it has a few KiB of them
			h.SetStatus(http.StatusOK)
			if w, ok := h.BodyWriter().(http.ResponseWriter); ok {
				st.w, st.control = w, http.NewResponseController(w)
				st.run(h.Context())
			}
		}}, nil
	})
}

// streamSchema describes a message as generators for server-sent events have it.
func (s *server) streamSchema() *huma.Schema {
	schemas := s.huma.OpenAPI().Components.Schemas
	message := func(name string, data reflect.Type) *huma.Schema {
		m := &huma.Schema{Type: huma.TypeObject, Required: []string{"data"}, Properties: map[string]*huma.Schema{
			"id": {Type: huma.TypeInteger}, "retry": {Type: huma.TypeInteger}, "data": schemas.Schema(data, true, data.Name()),
		}}
		if name != "" {
			m.Properties["event"] = &huma.Schema{Type: huma.TypeString, Enum: []any{name}}
			m.Required = append(m.Required, "event")
		}
		return m
	}
	waiting := message("waiting", reflect.TypeFor[EventStreamWaiting]())
	delete(waiting.Properties, "id")
	return &huma.Schema{
		Title: "Server-sent events", Type: huma.TypeArray,
		Items: &huma.Schema{OneOf: []*huma.Schema{message("", reflect.TypeFor[Event]()), waiting, message("end", reflect.TypeFor[EventStreamEnd]())}},
	}
}

// stream is one follower.
type stream struct {
	s       *server
	w       http.ResponseWriter
	control *http.ResponseController
	leave   func()

	want       EventSelection
	all        bool // as somebody who sees everything
	follow     bool
	filter     audit.Filter
	some       bool // whether the filter may pick anything
	again      func(context.Context) (access.Actor, error)
	authorized time.Time // when that was last looked at
	sent       int64     // the last id that was sent
	broken     error     // why nothing can be sent any more
	bell       bell
}

func (s *server) openStream(ctx context.Context, by access.Actor, in *streamQuery) (*stream, error) {
	st := &stream{s: s, want: in.EventSelection, all: scopeAll.has(by), follow: in.Follow, again: whoAgain(ctx), authorized: s.Now()}
	var err error
	if st.filter, st.some, err = s.visible(ctx, by, in.EventSelection); err != nil {
		return nil, err
	}
	size, err := s.Tail.log.LogSize(ctx)
	if err != nil {
		return nil, fmt.Errorf("open stream: %w", err)
	}
	cursor := size - 1
	if text := cmp.Or(in.LastID, in.Cursor); text != fromNow {
		if cursor, err = strconv.ParseInt(text, 10, 64); err != nil {
			return nil, fmt.Errorf("read cursor: %w", err) // its pattern was checked
		}
		if cursor >= size {
			return nil, &access.Error{Code: access.CodeConflict, Message: "the log ends before this cursor: perhaps the database was put back " +
				"from a backup. Begin anew, with cursor=-1 or without"}
		}
	}
	st.filter.After, st.filter.Limit = cursor, streamBatch
	st.bell = bell{wanted: in.Follow && in.EventSelection.everything(), decides: s.decides(ctx, by), heard: cursor}
	st.leave, err = s.streams.take(by)
	return st, err
}

// run sends events until the client goes, or something else ends it.
func (st *stream) run(ctx context.Context) {
	tail := st.s.Tail
	tail.follow()
	defer tail.leave()
	// The server's own time-outs are for answers that end.
	if err := st.control.SetReadDeadline(time.Time{}); err != nil {
		st.s.Log.WarnContext(ctx, "an event stream keeps the server's time-out", slog.Any("error", err))
	}
	// With the id, a client whose connection breaks before the first event knows where it began.
	st.send(fmt.Appendf(nil, "retry: %d\nid: %d\n: events follow\n\n", reconnectAfter.Milliseconds(), st.filter.After))
	st.sent = st.filter.After
	st.flush()
	heartbeat := st.s.streams.limits.Heartbeat
	beat := time.NewTimer(heartbeat)
	defer beat.Stop()
	st.bell.later = time.NewTimer(heartbeat)
	defer st.bell.later.Stop()
	for st.broken == nil {
		end, changed := st.pump(ctx)
		if end != nil {
			end.Cursor = st.filter.After
			st.message("end", *end)
			st.flush()
			break
		}
		select {
		case <-ctx.Done():
			return
		case <-tail.stopped:
		case <-changed:
			beat.Reset(heartbeat)
			continue
		case <-st.bell.later.C:
			// pump rings, if that is still wanted.
		case <-beat.C:
			beat.Reset(heartbeat)
			st.beat()
		}
	}
	if st.broken != nil {
		st.s.Log.DebugContext(ctx, "a follower of events went away", slog.Any("error", st.broken))
	}
}

// pump sends what there is. It returns the end, when it has come, and otherwise what to wait for.
func (st *stream) pump(ctx context.Context) (end *EventStreamEnd, changed <-chan struct{}) {
	for st.broken == nil {
		select {
		case <-st.s.Tail.stopped:
			return &EventStreamEnd{Code: "stopping", Detail: "this replica of TEAM stops; come again, another one goes on from the cursor"}, nil
		case <-ctx.Done():
			return nil, nil
		default:
		}
		known, end := st.authorize(ctx)
		if end != nil {
			return end, nil
		}
		if !known {
			return nil, nil // the next heartbeat looks again
		}
		b, changed, err := st.s.Tail.after(ctx, st.filter)
		if err != nil {
			// The stream stays: clients that all come again at once are no help to a database that just came back.
			st.s.Log.DebugContext(ctx, "events cannot be read just now", slog.Any("error", err))
			return st.unavailable(), changed
		}
		if !st.looked() {
			continue // the look became too old while this was read; what it holds may not be theirs any more
		}
		if st.some {
			for _, r := range b.records {
				st.event(r)
			}
		}
		st.filter.After = b.cursor
		if b.more {
			continue
		}
		st.ring()
		st.flush()
		if !st.follow {
			return &EventStreamEnd{Code: "complete", Detail: "this is where the log ends now"}, nil
		}
		return nil, changed
	}
	return nil, nil
}

// unavailable ends a stream that was not to follow: it cannot be completed.
func (st *stream) unavailable() *EventStreamEnd {
	if st.follow {
		return nil
	}
	return &EventStreamEnd{Code: "unavailable", Detail: "the events cannot be read just now; go on from the cursor later"}
}

// authorize looks anew at who follows, when the last look is too old. known is false while that cannot be said; then
// nothing is sent (P9).
func (st *stream) authorize(ctx context.Context) (known bool, end *EventStreamEnd) {
	if st.looked() {
		return true, nil
	}
	now := st.s.Now()
	by, err := st.again(ctx)
	if err == nil && st.all && !scopeAll.has(by) {
		if !by.Unconfirmed {
			return false, &EventStreamEnd{Code: "forbidden", Detail: "you see not everything any more; come again to follow what you may see"}
		}
		err = errUnconfirmed
	}
	var filter audit.Filter
	if err == nil {
		filter, st.some, err = st.s.visible(ctx, by, st.want)
	}
	if err == nil {
		filter.After, filter.Limit = st.filter.After, streamBatch
		st.filter, st.authorized, st.all = filter, now, scopeAll.has(by)
		st.bell.decides = st.s.decides(ctx, by)
		return true, nil
	}
	problem := st.s.problem(ctx, "stream-events", err)
	switch {
	case problem.Status == http.StatusUnauthorized:
		return false, &EventStreamEnd{Code: "unauthenticated", Detail: problem.Detail}
	case problem.Status == http.StatusForbidden, problem.Status == http.StatusNotFound:
		return false, &EventStreamEnd{Code: "forbidden", Detail: "you may not follow this any more: " + problem.Detail}
	case now.Sub(st.authorized) > authorizedFor+unknownFor:
		return false, &EventStreamEnd{Code: "unavailable", Detail: problem.Detail}
	}
	return false, st.unavailable()
}

// looked says whether the last look at who follows is young enough.
func (st *stream) looked() bool { return st.s.Now().Sub(st.authorized) < authorizedFor }

func (st *stream) event(r audit.Record) {
	data, err := json.Marshal(eventOf(r))
	if err != nil {
		st.broken = errors.Join(st.broken, fmt.Errorf("encode event %d: %w", r.Sequence, err))
		return
	}
	st.send(fmt.Appendf(nil, "id: %d\ndata: %s\n\n", r.Sequence, data))
	st.sent = r.Sequence
}

func (st *stream) message(event string, data any) {
	text, err := json.Marshal(data)
	if err != nil {
		st.broken = errors.Join(st.broken, fmt.Errorf("encode %s: %w", event, err))
		return
	}
	st.send(fmt.Appendf(nil, "event: %s\nid: %d\ndata: %s\n\n", event, st.filter.After, text))
}

// beat keeps the connection alive. An id without data moves the cursor of a client past events that are not for it.
func (st *stream) beat() {
	text := []byte(": nothing new\n")
	if st.filter.After > st.sent {
		text = fmt.Appendf(text, "id: %d\n", st.filter.After)
		st.sent = st.filter.After
	}
	st.send(append(text, '\n'))
	st.flush()
}

// send writes one message. A client that does not take it in time is given up, and what it holds freed.
func (st *stream) send(text []byte) {
	if st.broken != nil {
		return
	}
	if st.broken = st.control.SetWriteDeadline(time.Now().Add(st.s.streams.limits.WriteTimeout)); st.broken == nil {
		_, st.broken = st.w.Write(text)
	}
}

func (st *stream) flush() {
	if st.broken == nil {
		st.broken = st.control.Flush()
	}
}
