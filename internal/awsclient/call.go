package awsclient

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/team-idc/team/internal/awsfault"
)

// call makes one HTTP call within the attempt time-out and turns every error into an *awsfault.Error.
func call[In, Out, Opt any](ctx context.Context, c *Client, operation string,
	method func(context.Context, *In, ...func(*Opt)) (*Out, error), in *In,
) (*Out, error) {
	return callWithin(ctx, c, c.timeout, operation, method, in)
}

// callWithin is call with another time-out.
func callWithin[In, Out, Opt any](ctx context.Context, c *Client, timeout time.Duration, operation string,
	method func(context.Context, *In, ...func(*Opt)) (*Out, error), in *In,
) (*Out, error) {
	ctx, span := trace.SpanFromContext(ctx).TracerProvider().Tracer("").Start(ctx, operation, trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("rpc.system", "aws-api"), attribute.String("rpc.method", operation)))
	defer span.End()
	began := time.Now()
	attempt, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	out, failed := method(attempt, in)
	var err *awsfault.Error
	outcome := "ok"
	if failed != nil {
		err = fault(operation, failed)
		outcome = string(err.Kind)
		span.SetStatus(codes.Error, outcome) // AWS's words can repeat what was sent
	}
	span.SetAttributes(attribute.String("outcome", outcome))
	if c.onCall != nil {
		c.onCall(operation, outcome, time.Since(began))
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// everyPage calls read until there is no next token. An empty page with a token goes on; a token seen before would go
// on for ever and is an error.
func everyPage(operation string, read func(token *string) (next *string, err error)) error {
	seen := map[string]bool{}
	var token *string
	for {
		next, err := read(token)
		if err != nil {
			return err
		}
		if next == nil || *next == "" {
			return nil
		}
		if seen[*next] {
			return &awsfault.Error{
				Kind: awsfault.Unavailable, Operation: operation,
				Message: "the same page token came twice, so that the list cannot be read to its end",
			}
		}
		seen[*next] = true
		token = next
	}
}

// malformed is an answer without what every answer must have. The call was carried out as far as anybody knows.
func malformed(operation, what string) error {
	return &awsfault.Error{
		Kind: awsfault.Unknown, Operation: operation, Message: fmt.Sprintf("the answer has no %s", what),
	}
}

func tokenOf(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
