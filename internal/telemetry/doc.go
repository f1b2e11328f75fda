// Package telemetry makes what TEAM does visible from outside: traces over OTLP/HTTP, and the ids that join log lines,
// answers and traces. Spans carry ids, names of operations and outcomes, and no text that anybody wrote (P10).
//
// Only what begins a trace asks this package for a tracer: the HTTP API and the runner of due steps. What happens
// within uses the tracer of the span it finds in its context; without one it costs nothing.
package telemetry
