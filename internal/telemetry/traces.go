package telemetry

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// Config of traces.
type Config struct {
	// Endpoint is the URL of a collector that speaks OTLP over HTTP, as http://127.0.0.1:4318. Where it is empty, the
	// SDK's own variables say it (OTEL_EXPORTER_OTLP_ENDPOINT, …_HEADERS and so on).
	Endpoint string
	// Sample is the share of traces that is kept, from 0 to 1.
	Sample  float64
	Version string
	Replica string
	Log     *slog.Logger
}

const (
	scope = "github.com/team-idc/team"
	// waiting is how many spans wait for the collector at most. More are dropped: what TEAM does never waits for who
	// watches it.
	waiting       = 4096
	exportTimeout = 10 * time.Second
	// complainEvery is how often a collector that does not answer is worth a line in the log.
	complainEvery = time.Minute
)

// Traces are where spans go.
type Traces struct {
	provider *sdk.TracerProvider
}

// Off is a tracer that makes nothing.
func Off() trace.Tracer { return noop.NewTracerProvider().Tracer(scope) }

// NewTraces begins to export. Nothing is sent before the first span ends, and nobody waits for a collector.
func NewTraces(ctx context.Context, c Config) (*Traces, error) {
	var options []otlptracehttp.Option
	if c.Endpoint != "" {
		options = append(options, otlptracehttp.WithEndpointURL(c.Endpoint))
	}
	exporter, err := otlptracehttp.New(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("export traces: %w", err)
	}
	about, err := resource.New(ctx, resource.WithAttributes(
		attribute.String("service.name", "team"), attribute.String("service.version", c.Version), attribute.String("service.instance.id", c.Replica),
	), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("export traces: %w", err)
	}
	// The SDK has one handler of errors for the whole process, and this is the one place that sets it.
	otel.SetErrorHandler(&complaints{log: c.Log, now: time.Now})
	batches := sdk.NewBatchSpanProcessor(exporter, sdk.WithMaxQueueSize(waiting), sdk.WithExportTimeout(exportTimeout))
	return &Traces{provider: sdk.NewTracerProvider(
		sdk.WithResource(about), sdk.WithSpanProcessor(NewProcessor(batches)),
		// What a caller wants sampled is not asked: everybody could have TEAM keep everything.
		sdk.WithSampler(sdk.ParentBased(sdk.TraceIDRatioBased(c.Sample))),
	)}, nil
}

// Tracer begins traces. A nil Traces makes none.
func (t *Traces) Tracer() trace.Tracer {
	if t == nil {
		return Off()
	}
	return t.provider.Tracer(scope)
}

// Shutdown sends what waits, until ctx ends.
func (t *Traces) Shutdown(ctx context.Context) error {
	if t == nil {
		return nil
	}
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("send the last traces: %w", err)
	}
	return nil
}

// complaints logs what the SDK cannot do, seldom.
type complaints struct {
	log  *slog.Logger
	now  func() time.Time
	last atomic.Int64
}

// Handle implements otel.ErrorHandler.
func (c *complaints) Handle(err error) {
	now, last := c.now().UnixNano(), c.last.Load()
	if now-last < int64(complainEvery) || !c.last.CompareAndSwap(last, now) {
		return
	}
	c.log.Warn("traces cannot be exported; spans are dropped meanwhile", "error", err)
}
