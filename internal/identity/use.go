package identity

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"
)

// usePeriod is how often it is written when tokens were used last.
const usePeriod = time.Minute

// Uses remembers when tokens were used last, until it is written: calls do not wait for that, and no call becomes a
// write of its own. What was not written when the process ends is lost, which is why last use is coarse.
type Uses struct {
	mu      sync.Mutex
	used    map[string]time.Time // by hash
	written time.Time
}

// note that a token was used.
func (u *Uses) note(t Token, at time.Time) {
	if u == nil || at.Sub(t.LastUsedAt) < usePeriod {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.used == nil {
		u.used = map[string]time.Time{}
	}
	u.used[t.Hash] = at
}

// Step writes what was noted, at most once a minute.
func (u *Uses) Step(ctx context.Context, s Store, now time.Time) (did bool, next time.Time, err error) {
	u.mu.Lock()
	if next = u.written.Add(usePeriod); now.Before(next) {
		u.mu.Unlock()
		return false, next, nil
	}
	u.written = now
	used := maps.Clone(u.used)
	clear(u.used)
	u.mu.Unlock()
	next = now.Add(usePeriod)
	if len(used) == 0 {
		return false, next, nil
	}
	if err := s.UsedTokens(ctx, used); err != nil {
		return false, next, fmt.Errorf("note when tokens were used: %w", err)
	}
	return true, next, nil
}
