package telemetry_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/team-idc/team/internal/telemetry"
)

func TestSpansHaveTheIdsOfWhatIsAroundThem(t *testing.T) {
	kept := tracetest.NewInMemoryExporter()
	provider := sdk.NewTracerProvider(sdk.WithSpanProcessor(telemetry.NewProcessor(sdk.NewSimpleSpanProcessor(kept))))
	tracer := provider.Tracer("")
	ctx, outer := tracer.Start(t.Context(), "outer")
	outer.SetAttributes(attribute.String("team.request", "req_1"), attribute.String("plan", "create"))
	ctx, inner := tracer.Start(ctx, "inner")
	_, innermost := tracer.Start(ctx, "innermost")
	innermost.End()
	inner.End()
	outer.End()
	_, idle := tracer.Start(t.Context(), "idle")
	idle.SetAttributes(attribute.Bool(telemetry.Idle, true))
	idle.End()
	spans := kept.GetSpans()
	if len(spans) != 3 {
		t.Fatalf("%d spans were kept", len(spans))
	}
	for _, s := range spans[:2] {
		if len(s.Attributes) != 1 || s.Attributes[0].Value.AsString() != "req_1" {
			t.Errorf("%s has %v", s.Name, s.Attributes)
		}
	}
}

// What cannot be sent is dropped; nobody waits for it, neither at work nor when TEAM stops.
func TestACollectorThatIsAwayHoldsNothingUp(t *testing.T) {
	release := make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer hanging.Close()
	defer close(release)
	for _, endpoint := range []string{"http://127.0.0.1:1", hanging.URL} {
		traces, err := telemetry.NewTraces(t.Context(), telemetry.Config{Endpoint: endpoint, Sample: 1, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		tracer := traces.Tracer()
		for range 20_000 { // several times what waits at most
			_, span := tracer.Start(t.Context(), "x")
			span.End()
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		if err := traces.Shutdown(ctx); err == nil && endpoint == hanging.URL {
			t.Error("a collector that does not answer took everything")
		}
		cancel()
	}
}

func TestNothingIsSampledThatTheConfigurationDoesNotSay(t *testing.T) {
	var posts atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { posts.Add(1) }))
	defer server.Close()
	for sample, want := range map[float64]int32{0: 0, 1: 1} {
		posts.Store(0)
		traces, err := telemetry.NewTraces(t.Context(), telemetry.Config{Endpoint: server.URL, Sample: sample, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		_, span := traces.Tracer().Start(t.Context(), "x")
		span.End()
		if err := traces.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := posts.Load(); got != want {
			t.Errorf("with a share of %v, %d posts were made", sample, got)
		}
	}
	_, span := telemetry.Off().Start(t.Context(), "x")
	if span.IsRecording() {
		t.Error("no tracing is tracing")
	}
}

func TestLogLinesNameTheRequestAndTheTrace(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(telemetry.LogHandler{Handler: slog.NewTextHandler(&out, nil)}).With("a", 1)
	ctx := telemetry.WithRequestID(t.Context(), "r-1")
	ctx = trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}}))
	log.InfoContext(ctx, "within")
	log.Info("without")
	within, without, _ := strings.Cut(out.String(), "\n")
	if !strings.Contains(within, "a=1 request_id=r-1 trace_id=01000000000000000000000000000000") || strings.Contains(without, "_id") {
		t.Errorf("the log says %s", &out)
	}
}
