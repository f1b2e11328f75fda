// Package simulation runs several replicas of TEAM against one database and the simulated AWS inside one
// testing/synctest bubble, under a driver that owns every choice: who goes on, who is paused, who crashes, what time
// it is, what people do and what AWS does to them. One seed gives one trace. After every move the promises are
// checked against the sandbox's own record of who could do what, when.
package simulation

import (
	"context"
	"net/http"
	"runtime"
	"slices"
	"sync"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/delivery"
)

// gate parks callers at the seams of the program: before a transaction, after its commit, before and after each
// call to AWS. The driver lets one of them go on at a time, or ends it there.
type gate struct {
	mu     sync.Mutex
	parked map[int]*caller
	open   bool // nobody is parked: used to set the stage and to let everybody out
}

type caller struct {
	id    int
	point string
	goOn  chan bool // false: crash here
}

func newGate() *gate { return &gate{parked: map[int]*caller{}} }

type callerKey struct{}

// as marks ctx as caller id's.
func as(ctx context.Context, id int) context.Context {
	return context.WithValue(ctx, callerKey{}, id)
}

// pass parks the caller of ctx at a point until the driver lets it go on. A crash unwinds the goroutine there.
func (g *gate) pass(ctx context.Context, point string) {
	id, ok := ctx.Value(callerKey{}).(int)
	g.mu.Lock()
	if !ok || g.open {
		g.mu.Unlock()
		return
	}
	c := &caller{id: id, point: point, goOn: make(chan bool)}
	g.parked[id] = c
	g.mu.Unlock()
	if !<-c.goOn {
		runtime.Goexit()
	}
}

// waiting lists the parked callers in order.
func (g *gate) waiting() []*caller {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := make([]*caller, 0, len(g.parked))
	for _, c := range g.parked {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *caller) int { return a.id - b.id })
	return out
}

func (g *gate) release(c *caller, goOn bool) {
	g.mu.Lock()
	delete(g.parked, c.id)
	g.mu.Unlock()
	c.goOn <- goOn
}

// gatedTransport is a replica's way to AWS.
type gatedTransport struct {
	gate *gate
	next http.RoundTripper
	// wire, where it is set, holds a request up when it has left the process.
	wire func(*http.Request)
}

func (t gatedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	t.gate.pass(ctx, "aws>"+r.Header.Get("X-Amz-Target"))
	// A process that was paused past its call's time-out does not send: the transport looks before it dials.
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if t.wire != nil {
		t.wire(r)
		r = r.WithContext(context.WithoutCancel(ctx))
	}
	resp, err := t.next.RoundTrip(r)
	t.gate.pass(ctx, "aws<")
	if ctx.Err() != nil && err == nil {
		_ = resp.Body.Close()
		return nil, ctx.Err()
	}
	return resp, err //nolint:wrapcheck // a transport returns what the one below returns
}

// gatedAccess and gatedDelivery park around transactions.
type gatedAccess struct {
	gate *gate
	next access.Store
}

func (s gatedAccess) Update(ctx context.Context, f func(context.Context, access.Tx) error) error {
	s.gate.pass(ctx, "tx>")
	err := s.next.Update(ctx, f)
	s.gate.pass(ctx, "tx<")
	return err
}

func (s gatedAccess) View(ctx context.Context, f func(context.Context, access.Tx) error) error {
	return s.next.View(ctx, f)
}

type gatedDelivery struct {
	gate *gate
	next delivery.Store
}

func (s gatedDelivery) Update(ctx context.Context, f func(context.Context, delivery.Tx) error) error {
	s.gate.pass(ctx, "tx>")
	err := s.next.Update(ctx, f)
	s.gate.pass(ctx, "tx<")
	return err
}

func (s gatedDelivery) View(ctx context.Context, f func(context.Context, delivery.Tx) error) error {
	return s.next.View(ctx, f)
}
