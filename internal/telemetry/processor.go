package telemetry

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Attributes of TEAM begin with this; what a span has of them, the spans within it have as well, so that whoever looks
// for a request or an elevation finds every call to AWS that it caused.
const prefix = "team."

// Idle marks a step that found nothing to do. Steps look for work several times a second; such spans are thrown away.
const Idle = "team.idle"

// NewProcessor hands spans on to next, with the attributes of the spans around them and without idle steps.
func NewProcessor(next sdk.SpanProcessor) sdk.SpanProcessor { return processor{next} }

type processor struct{ sdk.SpanProcessor }

// OnStart implements sdk.SpanProcessor.
func (p processor) OnStart(parent context.Context, s sdk.ReadWriteSpan) {
	if around, ok := trace.SpanFromContext(parent).(sdk.ReadOnlySpan); ok {
		var handed []attribute.KeyValue
		for _, a := range around.Attributes() {
			if strings.HasPrefix(string(a.Key), prefix) {
				handed = append(handed, a)
			}
		}
		s.SetAttributes(handed...)
	}
	p.SpanProcessor.OnStart(parent, s)
}

// OnEnd implements sdk.SpanProcessor.
func (p processor) OnEnd(s sdk.ReadOnlySpan) {
	for _, a := range s.Attributes() {
		if a.Key == Idle && a.Value.AsBool() {
			return
		}
	}
	p.SpanProcessor.OnEnd(s)
}
