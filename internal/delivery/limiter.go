package delivery

import (
	"context"
	"time"
)

// Limiter hands out calls of the pipe to those who only read IAM Identity Center, such as the reading of permission
// sets, so that they share its rate with grants and removals over all replicas. It implements directory.Limiter.
type Limiter struct {
	store Store
	rate  Rate
}

// NewLimiter makes a Limiter on the pipe of the given rate.
func NewLimiter(s Store, r Rate) *Limiter { return &Limiter{store: s, rate: r} }

// reserved is the part of the burst that is left for grants and removals.
const reserved = 0.5

// Take takes n calls, or says when to ask again. It never empties the pipe, so that a removal does not wait for it.
func (l *Limiter) Take(ctx context.Context, now time.Time, n int) (ok bool, retryAt time.Time, err error) {
	err = l.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		enough, at, err := takeTokens(ctx, tx, float64(n), reserved*l.rate.Burst, now, l.rate)
		if ok = enough; !ok {
			retryAt = at
		}
		return err
	})
	return ok, retryAt, err
}
