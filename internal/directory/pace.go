package directory

import (
	"context"
	"time"
)

// Limiter hands out calls to IAM Identity Center, whose APIs share one rate with the grants and removals (20 calls a
// second for the whole instance).
type Limiter interface {
	// Take takes n calls, or says when to ask again.
	Take(ctx context.Context, now time.Time, n int) (ok bool, retryAt time.Time, err error)
}

// AWS's rates in calls a second. Identity store: 20 for each API. Organizations: the sustained rate of an account.
const (
	rateIdentityStore        = 20.0
	rateListRoots            = 1.0
	rateListUnitsForParent   = 5.0
	rateListAccounts         = 8.0
	rateAccountsForParent    = 5.0
	rateOrganizationTags     = 10.0
	rateDescribeOrganization = 1.0
	rateListAdministrators   = 5.0
)

// Bucket is a Limiter for one process: a token bucket. It is not safe for concurrent use.
type Bucket struct {
	rate, burst, tokens float64
	at                  time.Time
}

// NewBucket makes a full bucket that refills with rate calls a second up to burst. Both must be positive.
func NewBucket(rate, burst float64) *Bucket {
	return &Bucket{rate: rate, burst: burst, tokens: burst}
}

// Take implements Limiter. More calls than the burst are given when the bucket is full, and paid for afterwards.
func (b *Bucket) Take(_ context.Context, now time.Time, n int) (bool, time.Time, error) {
	if b.at.IsZero() {
		b.at = now
	}
	if now.After(b.at) {
		b.tokens = min(b.burst, b.tokens+now.Sub(b.at).Seconds()*b.rate)
		b.at = now
	}
	need := min(float64(n), b.burst)
	// A billionth of a call: rounding must not make a caller that came back on time come back again.
	if b.tokens+1e-9 >= need {
		b.tokens -= float64(n)
		return true, time.Time{}, nil
	}
	wait := time.Duration((need - b.tokens) / b.rate * float64(time.Second))
	return false, now.Add(wait + time.Microsecond), nil
}

// spacing is the time between two calls of an API of which TEAM takes only a share.
func spacing(rate, share float64) time.Duration {
	return time.Duration(float64(time.Second) / (rate * share))
}
