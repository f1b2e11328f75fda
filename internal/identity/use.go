package identity

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"
)

// usePeriod is how often it is written when tokens and sign-ins were used last.
const usePeriod = time.Minute

// Uses remembers when tokens and sign-ins were used last, until it is written: calls do not wait for that, and no call
// becomes a write of its own. What was not written when the process ends is lost, which is why last use is coarse.
type Uses struct {
	mu      sync.Mutex
	used    map[string]time.Time // tokens, by hash
	seen    map[string]time.Time // sign-ins, by id
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

// saw that a sign-in was used. Each use counts, however short after the last: how long it was left alone is measured from
// it. Other replicas read it from the row within a minute, long before it could be left alone for too long.
func (u *Uses) saw(id string, at time.Time) {
	if u == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.seen == nil {
		u.seen = map[string]time.Time{}
	}
	if at.After(u.seen[id]) {
		u.seen[id] = at
	}
}

// lastSeen is when a sign-in was used last, as far as this replica knows.
func (u *Uses) lastSeen(in SignIn) time.Time {
	if u == nil {
		return in.LastSeenAt
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if at := u.seen[in.ID]; at.After(in.LastSeenAt) {
		return at
	}
	return in.LastSeenAt
}

// Step writes what was noted, at most once a minute.
func (u *Uses) Step(ctx context.Context, s Store, now time.Time) (did bool, next time.Time, err error) {
	u.mu.Lock()
	if next = u.written.Add(usePeriod); now.Before(next) {
		u.mu.Unlock()
		return false, next, nil
	}
	u.written = now
	used, seen := maps.Clone(u.used), maps.Clone(u.seen)
	clear(u.used)
	u.mu.Unlock()
	next = now.Add(usePeriod)
	if len(used)+len(seen) == 0 {
		return false, next, nil
	}
	if len(used) > 0 {
		err = s.UsedTokens(ctx, used)
	}
	if len(seen) > 0 {
		err = errors.Join(err, u.writeSeen(ctx, s, seen))
	}
	if err != nil {
		return false, next, fmt.Errorf("note when tokens and sign-ins were used: %w", err)
	}
	return true, next, nil
}

// writeSeen writes when sign-ins were used, and forgets it where they were not used meanwhile.
func (u *Uses) writeSeen(ctx context.Context, s Store, seen map[string]time.Time) error {
	if err := s.SeenSignIns(ctx, seen); err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	for id, at := range seen {
		if u.seen[id].Equal(at) {
			delete(u.seen, id)
		}
	}
	return nil
}
