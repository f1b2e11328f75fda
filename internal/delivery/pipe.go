package delivery

import (
	"context"
	"math"
	"time"
)

// Pipe is the row that limits calls to AWS over all replicas: a bucket of tokens that fills at a rate. A call that
// took more pages than expected leaves a debt.
type Pipe struct {
	Tokens float64
	At     time.Time
}

// Rate of a pipe.
type Rate struct {
	PerSecond float64
	Burst     float64
}

// PipeIdentityCenter is the pipe for all of IAM Identity Center's administration API together, of which AWS allows
// 20 calls a second and 15 outstanding operations (aws-facts, section 1). TEAM takes three quarters and leaves the
// rest to the customer's own tools.
const PipeIdentityCenter = "sso-admin"

// DefaultRate and DefaultSlots are TEAM's share of AWS's limits.
var DefaultRate = Rate{PerSecond: 15, Burst: 15}

// DefaultSlots of AWS's 15 outstanding operations.
const DefaultSlots = 12

// mostAhead is how far the clock of the replica that last took tokens may be ahead of this one's.
const mostAhead = 5 * time.Second

// filled returns the pipe at now.
func (p Pipe) filled(now time.Time, r Rate) Pipe {
	if p.At.IsZero() {
		return Pipe{Tokens: r.Burst, At: now}
	}
	if p.At.After(now.Add(mostAhead)) {
		p.At = now // or nothing would flow until this clock is there
	}
	if now.After(p.At) {
		p.Tokens = math.Min(r.Burst, p.Tokens+now.Sub(p.At).Seconds()*r.PerSecond)
		p.At = now
	}
	return p
}

// Available is how many calls may be made at once at an instant.
func (p Pipe) Available(now time.Time, r Rate) float64 { return p.filled(now, r).Tokens }

// take n tokens at now; when there are too few, ok is false and at says when there will be enough.
func (p Pipe) take(n float64, now time.Time, r Rate) (left Pipe, ok bool, at time.Time) {
	p = p.filled(now, r)
	if p.Tokens >= n {
		p.Tokens -= n
		return p, true, now
	}
	wait := time.Duration(math.Ceil((n - p.Tokens) / r.PerSecond * float64(time.Second)))
	return p, false, now.Add(wait + time.Microsecond)
}

// takeTokens takes n tokens of the pipe to IAM Identity Center, if keep more are there, or says when there will be.
func takeTokens(ctx context.Context, tx Tx, n, keep float64, now time.Time, r Rate) (ok bool, at time.Time, err error) {
	pipe, err := tx.Pipe(ctx, PipeIdentityCenter)
	if err != nil {
		return false, now, err
	}
	// What must stay is asked for too, and given back.
	left, ok, at := pipe.take(n+keep, now, r)
	switch {
	case ok:
		left.Tokens += keep
	case !pipe.At.After(left.At):
		return false, at, nil
	}
	return ok, at, tx.SavePipe(ctx, PipeIdentityCenter, left)
}

// owe charges calls that were made beyond those taken.
func (p Pipe) owe(n float64) Pipe {
	p.Tokens -= n
	return p
}
