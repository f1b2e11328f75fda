package api

import (
	"context"
	crand "crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"go.opentelemetry.io/otel/attribute"
	otelcodes "go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/team-idc/team/internal/edge"
	"github.com/team-idc/team/internal/telemetry"
)

// answering is what is known of a request while it is answered.
type answering struct {
	http.ResponseWriter

	operation string // id of the operation; "none" where the path leads to none
	status    int    // 0: nothing was answered yet
	began     time.Time
	took      time.Duration // until the answer began; a stream's may never end
}

// Unwrap lets http.ResponseController find the connection.
func (a *answering) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// WriteHeader notes the status.
func (a *answering) WriteHeader(status int) {
	a.note(status)
	a.ResponseWriter.WriteHeader(status)
}

// Write notes that the answer begins.
func (a *answering) Write(p []byte) (int, error) {
	a.note(http.StatusOK)
	return a.ResponseWriter.Write(p) //nolint:wrapcheck // it stands in between
}

func (a *answering) note(status int) {
	if a.status == 0 {
		a.status, a.took = status, time.Since(a.began)
	}
}

type answeringKey struct{}

// named notes which operation a request is for, once it is known.
func named(ctx context.Context, operation string) {
	if a, ok := ctx.Value(answeringKey{}).(*answering); ok {
		a.operation = operation
		edge.From(ctx).Operation(operation)
		trace.SpanFromContext(ctx).SetName(operation)
	}
}

// about notes which request or elevation an operation is about.
func about(ctx context.Context, id string) {
	for prefix, name := range map[string]string{"req_": "team.request", "elv_": "team.elevation"} {
		if len(id) > len(prefix) && id[:len(prefix)] == prefix && isID(id[len(prefix):]) {
			trace.SpanFromContext(ctx).SetAttributes(attribute.String(name, id))
		}
	}
}

// isID keeps what is no id out of traces: people put all sorts of things into paths.
func isID(text string) bool {
	if len(text) != len("0190c0de-0000-7000-8000-000000000000") {
		return false
	}
	for _, r := range text {
		if (r < '0' || r > '9') && (r < 'a' || r > 'f') && r != '-' {
			return false
		}
	}
	return true
}

// observed begins a trace with every request, and tells how it was answered. The trace that a caller names is linked
// and not continued: whoever can reach TEAM could otherwise have every trace kept, or write into somebody else's.
func (s *server) observed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := &answering{ResponseWriter: w, operation: "none", began: time.Now()}
		ctx := context.WithValue(r.Context(), answeringKey{}, a)
		ctx, span := s.Tracer.Start(ctx, "none", trace.WithSpanKind(trace.SpanKindServer), trace.WithLinks(linked(r)...))
		id := edge.From(ctx).ID
		if id == "" {
			id = crand.Text()
		}
		if span.SpanContext().IsValid() {
			id = span.SpanContext().TraceID().String()
		}
		w.Header().Set("X-Request-ID", id)
		ctx = telemetry.WithRequestID(ctx, id)
		defer func() {
			a.note(http.StatusOK)
			span.SetAttributes(attribute.Int("http.response.status_code", a.status))
			if a.status >= http.StatusInternalServerError {
				span.SetStatus(otelcodes.Error, "")
			}
			span.End()
			s.Observe(a.operation, a.status, a.took)
			s.Log.DebugContext(ctx, "answered", slog.String("method", r.Method), slog.String("operation", a.operation),
				slog.Int("status", a.status), slog.String("took", fmt.Sprintf("%.1fms", a.took.Seconds()*1000)))
		}()
		next.ServeHTTP(a, r.WithContext(ctx))
	})
}

func linked(r *http.Request) []trace.Link {
	from := trace.SpanContextFromContext(propagation.TraceContext{}.Extract(context.Background(), propagation.HeaderCarrier(r.Header)))
	if !from.IsValid() {
		return nil
	}
	return []trace.Link{{SpanContext: from.WithTraceState(trace.TraceState{})}}
}
