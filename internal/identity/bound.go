package identity

import (
	"sync"
	"time"
)

// refusalsAMinute is how many refusals a replica writes to the event log in a minute. Whoever is nobody must not be
// able to fill the database.
const refusalsAMinute = 30

// bound lets so many through in a minute. The zero value is ready.
type bound struct {
	mu    sync.Mutex
	since time.Time
	taken int
}

func (b *bound) take(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now.Sub(b.since) >= time.Minute {
		b.since, b.taken = now, 0
	}
	b.taken++
	return b.taken <= refusalsAMinute
}
