package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/team-idc/team/internal/access"
)

// ExportLimits bound the exports of one replica.
type ExportLimits struct {
	PerCaller int // at once; 2 where zero
	Total     int // at once; 20 where zero
	// Page is how many items are read at once, which is what an export holds in memory; 500 where zero.
	Page int
	// Patience is how long a client may take for the next 32 KiB; 30 s where zero.
	Patience time.Duration
}

func (l ExportLimits) withDefaults() ExportLimits {
	if l.PerCaller == 0 {
		l.PerCaller = 2
	}
	if l.Total == 0 {
		l.Total = 20
	}
	if l.Page == 0 {
		l.Page = 500
	}
	if l.Patience == 0 {
		l.Patience = 30 * time.Second
	}
	return l
}

const (
	csvType  = "text/csv; charset=utf-8"
	jsonType = "application/json"
)

// ExportQuery is part of the query of every export. It is exported as RequestPath is.
type ExportQuery struct {
	Format string `query:"format" enum:"csv,json" default:"csv" doc:"csv: for spreadsheets; json: one array, of what the list has"`
}

func newExports(l ExportLimits) *places {
	return newPlaces(l.PerCaller, l.Total, tooManyExports,
		fmt.Sprintf("you have %d exports running already, which is as many as you may; wait until one has ended", l.PerCaller),
		"this replica has as many exports running as it takes; try again later")
}

func tooManyExports(detail string) *Problem {
	return newProblem(http.StatusTooManyRequests, "too_many_exports", detail)
}

func (q ExportQuery) format() string { return q.Format }

// page is part of a list: next is the cursor of the page after, "" at the end.
type page[T any] struct {
	items []T
	next  string
}

// export is everything of a list. T is what the list gives, and R what a row of the table is made from.
type export[Q, T, R any] struct {
	list string // operation whose export it is; "list-requests"
	// next reads the page at a cursor, as the list does.
	next func(ctx context.Context, by access.Actor, in *Q, at PageQuery) (page[T], error)
	rows func(T) []R
}

// itself is a row for each item.
func itself[T any](item T) []T { return []T{item} }

// registerExport adds the export of a list at its path. Who may call it, and what they get, is as with the list, page by
// page; it can be asked for as much as the list.
func registerExport[Q interface{ format() string }, T, R any](s *server, path, id, name string, e export[Q, T, R]) {
	op := s.operation(http.MethodGet, path+"/export", id, "Export "+name)
	op.Description += " Everything that " + e.list + " gives for the same parameters, over all pages, in its order: as CSV (RFC 4180, UTF-8 with a byte " +
		"order mark, a column for each member, lists as JSON; a text that a spreadsheet would take for a formula begins with an apostrophe), or as JSON. " +
		"When something goes wrong on the way the connection is broken off, so that no part looks like the whole: take an answer that does not end " +
		"well for none. What changes meanwhile is as it is when its page is read. At most two at a time."
	item := reflect.TypeFor[T]()
	items := &huma.Schema{Type: huma.TypeArray, Items: s.huma.OpenAPI().Components.Schemas.Schema(item, true, item.Name())}
	op.Responses["200"] = &huma.Response{Description: "All of it", Content: map[string]*huma.MediaType{
		jsonType: {Schema: items}, "text/csv": {Schema: &huma.Schema{Type: huma.TypeString}},
	}}
	op.Middlewares = huma.Middlewares{s.unbroken}
	huma.Register(s.huma, op, func(ctx context.Context, in *Q) (*huma.StreamResponse, error) {
		run, err := beginExport(ctx, s, in, e)
		if err != nil {
			return nil, s.problem(ctx, id, err)
		}
		return &huma.StreamResponse{Body: func(h huma.Context) {
			defer run.leave()
			kind, extension := csvType, "csv"
			if (*in).format() == "json" {
				kind, extension = jsonType, "json"
			}
			h.SetHeader("Content-Type", kind)
			h.SetHeader("Content-Disposition", fmt.Sprintf("attachment; filename=%q",
				fmt.Sprintf("team-%s-%s.%s", tagOf(path), s.Now().UTC().Format("2006-01-02T150405Z"), extension)))
			h.SetStatus(http.StatusOK)
			if err := run.write(h); err != nil {
				s.brokeOff(h.Context(), id, err)
			}
		}}, nil
	})
}

// unbroken refuses exports over HTTP/1.0, in which an answer that breaks off looks like one that ended. Some proxies speak
// it to what is behind them unless told otherwise.
func (s *server) unbroken(ctx huma.Context, next func(huma.Context)) {
	if v := ctx.Version(); v.ProtoMajor == 1 && v.ProtoMinor == 0 {
		s.refuse(ctx, newProblem(http.StatusBadRequest, "malformed", "exports need HTTP/1.1 or newer, since with HTTP/1.0 one that breaks off looks whole; "+
			"where a proxy is in front of TEAM, have it speak HTTP/1.1 (nginx: proxy_http_version 1.1)"))
		return
	}
	next(ctx)
}

// brokeOff ends the connection, so that nobody takes what was sent for the whole.
func (s *server) brokeOff(ctx context.Context, id string, err error) {
	level := slog.LevelWarn
	if ctx.Err() != nil || errors.Is(err, errTaker) {
		level = slog.LevelDebug // the client went away, or does not take it
	}
	s.Log.Log(ctx, level, "an export broke off", slog.String("operation", id), slog.Any("error", err))
	panic(http.ErrAbortHandler)
}

// errTaker is why an export cannot be sent on.
var errTaker = errors.New("the client does not take the export")

// running is an export that runs.
type running[Q, T, R any] struct {
	export[Q, T, R]

	s     *server
	in    *Q
	leave func()
	by    access.Actor
	seen  time.Time // when it was last looked at who calls
	again func(context.Context) (access.Actor, error)
	first page[T]
	json  bool
}

// beginExport takes a place and reads the first page, so that most of what can go wrong is a problem as any other.
func beginExport[Q interface{ format() string }, T, R any](ctx context.Context, s *server, in *Q, e export[Q, T, R]) (*running[Q, T, R], error) {
	by := callerFrom(ctx)
	leave, err := s.exports.take(by)
	if err != nil {
		return nil, err
	}
	r := &running[Q, T, R]{export: e, s: s, in: in, leave: leave, by: by, seen: s.Now(), again: whoAgain(ctx), json: (*in).format() == "json"}
	if r.first, err = e.next(ctx, by, in, PageQuery{Limit: s.Exports.Page}); err != nil {
		leave()
		return nil, err
	}
	return r, nil
}

func (r *running[Q, T, R]) write(h huma.Context) error {
	w, ok := h.BodyWriter().(http.ResponseWriter)
	if !ok {
		return errors.New("the answer cannot be sent bit by bit")
	}
	control := http.NewResponseController(w)
	if err := control.SetReadDeadline(time.Time{}); err != nil { // the server's own is for calls that end soon
		return fmt.Errorf("begin export: %w", err)
	}
	to := bufio.NewWriterSize(&patientWriter{w, control, r.s.Exports.Patience}, 32<<10)
	var form form[T]
	if r.json {
		form = &jsonForm[T]{to: to}
	} else {
		form = newCSVForm(to, r.rows)
	}
	if err := form.begin(); err != nil {
		return err
	}
	for p := r.first; ; {
		for _, item := range p.items {
			if err := form.item(item); err != nil {
				return err
			}
		}
		if p.next == "" {
			break
		}
		if err := errors.Join(form.flush(), to.Flush(), control.Flush()); err != nil {
			return fmt.Errorf("%w: %w", errTaker, err)
		}
		var err error
		if p, err = r.page(h.Context(), p.next); err != nil {
			return err
		}
	}
	if err := form.end(); err != nil {
		return err
	}
	if err := to.Flush(); err != nil {
		return fmt.Errorf("%w: %w", errTaker, err)
	}
	return nil
}

// page reads the page at a cursor, for who calls as far as that was looked at lately. Who is something else by now than at
// the beginning would get another part of the list.
func (r *running[Q, T, R]) page(ctx context.Context, cursor string) (page[T], error) {
	if now := r.s.Now(); now.Sub(r.seen) >= authorizedFor {
		by, err := r.again(ctx)
		if err != nil {
			return page[T]{}, fmt.Errorf("look again who exports: %w", err)
		}
		if by.Administrator != r.by.Administrator || by.Auditor != r.by.Auditor || by.Proposer != r.by.Proposer {
			return page[T]{}, errors.New("who exports is not what they were when it began")
		}
		r.by, r.seen = by, now
	}
	p, err := r.next(ctx, r.by, r.in, PageQuery{Limit: r.s.Exports.Page, Cursor: cursor})
	if err != nil {
		return p, fmt.Errorf("read the next page: %w", err)
	}
	return p, nil
}

// patientWriter gives a client time for each piece, and no more.
type patientWriter struct {
	to       io.Writer
	control  *http.ResponseController
	patience time.Duration
}

func (w *patientWriter) Write(p []byte) (int, error) {
	if err := w.control.SetWriteDeadline(time.Now().Add(w.patience)); err != nil {
		return 0, fmt.Errorf("%w: %w", errTaker, err)
	}
	n, err := w.to.Write(p)
	if err != nil {
		err = fmt.Errorf("%w: %w", errTaker, err)
	}
	return n, err
}

// form is how an export is written.
type form[T any] interface {
	begin() error
	item(T) error
	flush() error
	end() error
}

// jsonForm is one array.
type jsonForm[T any] struct {
	to   io.Writer
	many bool
}

func (f *jsonForm[T]) begin() error { return f.put("[") }
func (f *jsonForm[T]) flush() error { return nil }
func (f *jsonForm[T]) end() error   { return f.put("\n]\n") }

func (f *jsonForm[T]) put(text string) error {
	_, err := io.WriteString(f.to, text)
	return err //nolint:wrapcheck // patientWriter's own
}

func (f *jsonForm[T]) item(item T) error {
	text, err := json.Marshal(item)
	if err != nil {
		return fmt.Errorf("encode an item: %w", err)
	}
	separator := "\n"
	if f.many {
		separator = ",\n"
	}
	f.many = true
	return f.put(separator + string(text))
}
