package delivery

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// annotate says in the trace of a step what it is about, so that the trace of a request to the API and those of the
// steps that deliver it are found by the same ids.
func annotate(ctx context.Context, w *work, p Plan) {
	span := trace.SpanFromContext(ctx)
	if !span.IsRecording() {
		return
	}
	var elevations, requests []string
	for _, e := range w.es {
		elevations, requests = append(elevations, e.ID), append(requests, e.RequestID)
	}
	span.SetAttributes(
		attribute.String("team.assignment", w.a.ID), attribute.StringSlice("team.elevation", elevations),
		attribute.StringSlice("team.request", requests), attribute.String("team.account", w.a.AccountID),
		attribute.String("plan", string(p.Do)),
	)
}
