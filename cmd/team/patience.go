package main

import (
	"context"
	"net/http"
)

// patience shows whoever waits at a terminal that TEAM was asked and has not answered yet.
type patience struct {
	next    http.RoundTripper
	console console
}

// RoundTrip implements http.RoundTripper.
func (p patience) RoundTrip(r *http.Request) (answer *http.Response, err error) {
	err = p.console.progress().during(firstOf(doingOf(r.Context()), "waiting for TEAM"), func() error {
		answer, err = p.next.RoundTrip(r) //nolint:bodyclose // closed by whoever gets it
		return err                        //nolint:wrapcheck // handed on as it is
	})
	return answer, err //nolint:wrapcheck // as above
}

type doingKey struct{}

// doing says what a call is for, to whoever waits for its answer.
func doing(ctx context.Context, what string) context.Context {
	return context.WithValue(ctx, doingKey{}, what)
}

func doingOf(ctx context.Context) string {
	what, _ := ctx.Value(doingKey{}).(string)
	return what
}
