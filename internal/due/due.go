// Package due runs what is due. Whatever must happen later is a row with an instant in the database; a Step does one
// due piece of work and says when the next one is due. The runner is a thin loop around steps: it wakes at the
// earliest due instant, at a nudge after a commit in this process, or after a poll interval, since other replicas
// make rows due too. There is no leader and no second job table: the rows are the queue.
package due

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// Step does one due piece of work. did says whether there was any; next is when there will be some (zero: unknown or
// never). Steps must be safe to run on several replicas, and idempotent: after an error they are simply run again.
type Step func(ctx context.Context) (did bool, next time.Time, err error)

// DefaultPoll is how long a runner sleeps at most.
const DefaultPoll = 250 * time.Millisecond

// Config of a Runner. Now is required.
type Config struct {
	Now func() time.Time
	Log *slog.Logger
	// Poll defaults to DefaultPoll.
	Poll time.Duration
	// Tracer begins a trace with each step. Defaults to none.
	Tracer trace.Tracer
	// Ran hears of every step that did something or failed. It must not block. Optional.
	Ran func(step string, took time.Duration, err error)
	// Pause after a step failed, so that a database that is away is not hammered. Defaults to one second.
	Pause time.Duration
	// Grace is how long a step that is running when Run is told to stop may go on, so that it records what it did: a
	// call to AWS that is broken off would leave others to find out what became of it. Defaults to DefaultGrace.
	Grace time.Duration
}

// DefaultGrace is longer than a step of delivery takes: one call to AWS and a transaction.
const DefaultGrace = 5 * time.Second

// Runner runs named steps, each in loops of its own.
type Runner struct {
	config Config
	loops  []*loop
}

type loop struct {
	name     string
	step     Step
	wake     chan struct{}
	failures atomic.Int32 // in a row
}

// failing is how many failures in a row are no accident.
const failing = 3

// New returns a runner without steps.
func New(c Config) *Runner {
	if c.Poll == 0 {
		c.Poll = DefaultPoll
	}
	if c.Pause == 0 {
		c.Pause = time.Second
	}
	if c.Grace == 0 {
		c.Grace = DefaultGrace
	}
	if c.Tracer == nil {
		c.Tracer = noop.NewTracerProvider().Tracer("")
	}
	if c.Ran == nil {
		c.Ran = func(string, time.Duration, error) {}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Runner{config: c}
}

// Add a step, run by as many loops at once as given. All steps are added before Run and before the first Nudge.
func (r *Runner) Add(name string, loops int, step Step) {
	for range loops {
		r.loops = append(r.loops, &loop{name: name, step: step, wake: make(chan struct{}, 1)})
	}
}

// Nudge wakes every loop: something was committed. It never blocks.
func (r *Runner) Nudge() {
	for _, l := range r.loops {
		select {
		case l.wake <- struct{}{}:
		default:
		}
	}
}

// Run runs all loops until ctx ends, and returns when the last step has come back: none is begun any more, and those
// that are running have the grace to end well.
func (r *Runner) Run(ctx context.Context) {
	steps, breakOff := context.WithCancel(context.WithoutCancel(ctx))
	defer breakOff()
	var wg sync.WaitGroup
	for _, l := range r.loops {
		wg.Go(func() { r.run(ctx, steps, l) })
	}
	<-ctx.Done()
	grace := time.AfterFunc(r.config.Grace, breakOff)
	defer grace.Stop()
	wg.Wait()
}

// Names of all steps, in the order in which they were added.
func (r *Runner) Names() []string {
	var names []string
	for _, l := range r.loops {
		if !slices.Contains(names, l.name) {
			names = append(names, l.name)
		}
	}
	return names
}

// Failing names the steps that failed several times in a row, in any of their loops. While it names one, work that is
// due may not be done.
func (r *Runner) Failing() []string {
	var names []string
	for _, l := range r.loops {
		if l.failures.Load() >= failing && !slices.Contains(names, l.name) {
			names = append(names, l.name)
		}
	}
	return names
}

// idle marks the span of a step that found nothing to do, for whoever receives it to throw it away.
var idle = attribute.Bool("team.idle", true)

// once runs the step. A panic is a failure like any other: the row it met must not end the process, and with it the
// removal of everything else.
func (r *Runner) once(ctx context.Context, l *loop) (did bool, next time.Time, err error) {
	began := r.config.Now()
	ctx, span := r.config.Tracer.Start(ctx, "step "+l.name) //nolint:spancheck // it ends in the deferred function, whatever happens
	defer func() {
		if reason := recover(); reason != nil {
			did, err = false, fmt.Errorf("panic: %v\n%s", reason, debug.Stack())
		}
		if err != nil {
			l.failures.Add(1)
		} else {
			l.failures.Store(0)
		}
		switch {
		case err != nil:
			span.SetStatus(codes.Error, "") // the log says what; errors can hold what people wrote
		case !did:
			span.SetAttributes(idle)
		}
		span.End()
		if did || err != nil {
			r.config.Ran(l.name, r.config.Now().Sub(began), err)
		}
	}()
	return l.step(ctx) //nolint:spancheck // as above
}

func (r *Runner) run(ctx, steps context.Context, l *loop) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		did, next, err := r.once(steps, l)
		wait := r.config.Poll
		switch {
		case err != nil:
			if steps.Err() != nil {
				return
			}
			r.config.Log.ErrorContext(ctx, "step failed", "step", l.name, "error", err)
			wait = r.config.Pause
		case did:
			continue
		case !next.IsZero():
			wait = min(wait, max(next.Sub(r.config.Now()), 0))
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-l.wake:
		}
	}
}
