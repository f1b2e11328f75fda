package api

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/team-idc/team/internal/audit"
)

// tailLength is how many of the newest events a replica keeps in memory while somebody follows the log. Who is further
// behind reads from the database.
const tailLength = 1000

// Log is the event log as it is followed, implemented by package store.
type Log interface {
	Events(ctx context.Context, f audit.Filter) ([]audit.Record, error)
	LogSize(ctx context.Context) (int64, error)
}

// Tail is the end of the event log, read once for all streams of a replica: with hundreds of them, a commit costs one
// query and not hundreds.
type Tail struct {
	log Log

	mu        sync.Mutex
	followers int
	records   []audit.Record // without gaps, the last one before next
	next      int64          // the first sequence that was not read; -1 while nobody follows
	stirred   int64          // the last sequence of an event that may concern who decides; see lastStirred
	grown     chan struct{}  // closed when there is more to look at
	stopped   chan struct{}  // closed when streams are to end
	stop      sync.Once
}

// NewTail returns the tail of a log. Its Step has to be run when something was committed, and otherwise every second
// at least, since other replicas write to the log as well.
func NewTail(log Log) *Tail {
	return &Tail{log: log, next: -1, stirred: -1, grown: make(chan struct{}), stopped: make(chan struct{})}
}

// Stop ends all streams, and those that begin later at once.
func (t *Tail) Stop() { t.stop.Do(func() { close(t.stopped) }) }

// Step reads what is new, if anybody follows. It is a due.Step.
func (t *Tail) Step(ctx context.Context) (did bool, next time.Time, err error) {
	t.mu.Lock()
	from, followed := t.next, t.followers > 0
	t.mu.Unlock()
	if !followed {
		return false, time.Time{}, nil
	}
	if from < 0 {
		size, err := t.log.LogSize(ctx)
		if err != nil {
			return false, time.Time{}, err
		}
		t.append(size, nil)
		return true, time.Time{}, nil
	}
	records, err := t.log.Events(ctx, audit.Filter{After: from - 1, Limit: tailLength})
	if err != nil || len(records) == 0 {
		return false, time.Time{}, err
	}
	t.append(records[len(records)-1].Sequence+1, records)
	return true, time.Time{}, nil
}

// append takes what was read and wakes everybody.
func (t *Tail) append(next int64, records []audit.Record) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.followers == 0 {
		return // the last one left meanwhile
	}
	if t.next < 0 {
		t.stirred = next - 1 // what was there before was not read: it may be one
	}
	for _, r := range records {
		if stirring(r.Event.Kind) {
			t.stirred = r.Sequence
		}
	}
	t.next = next
	t.records = append(t.records, records...)
	if over := len(t.records) - tailLength; over > 0 {
		t.records = slices.Clone(t.records[over:]) // a copy, so that the old ones can go
	}
	close(t.grown)
	t.grown = make(chan struct{})
}

// lastStirred is the sequence of the last event that may change what waits for somebody's decision; -1 while nothing was
// read. It is never too low, and may be too high for what was written before anybody followed.
func (t *Tail) lastStirred() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.stirred
}

// Followers is how many streams there are.
func (t *Tail) Followers() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.followers
}

func (t *Tail) follow() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.followers++
}

func (t *Tail) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.followers--; t.followers == 0 {
		t.records, t.next, t.stirred = nil, -1, -1
	}
}

// batch is what comes after a place in the log.
type batch struct {
	records []audit.Record
	cursor  int64 // how far the log was looked through
	more    bool  // there is more now
}

// after gives what the filter picks after f.After, at most f.Limit, from memory where that reaches back so far. changed
// is closed when it is worth asking again.
func (t *Tail) after(ctx context.Context, f audit.Filter) (b batch, changed <-chan struct{}, err error) {
	t.mu.Lock()
	records, next, changed := t.records, t.next, (<-chan struct{})(t.grown)
	t.mu.Unlock()
	b = batch{cursor: f.After}
	switch {
	case next >= 0 && f.After+1 >= next:
		return b, changed, nil
	case len(records) > 0 && f.After+1 >= records[0].Sequence:
		for _, r := range records[f.After+1-records[0].Sequence:] {
			if f.Matches(r) {
				if len(b.records) == f.Limit {
					b.more = true
					return b, changed, nil
				}
				b.records = append(b.records, r)
			}
			b.cursor = r.Sequence
		}
		return b, changed, nil
	}
	// The size is read first: what is appended meanwhile is left to the next time, instead of being skipped.
	size, err := t.log.LogSize(ctx)
	if err != nil {
		return b, changed, err
	}
	if b.records, err = t.log.Events(ctx, f); err != nil {
		return b, changed, err
	}
	if n := len(b.records); n > 0 {
		b.cursor = b.records[n-1].Sequence
	}
	if b.more = len(b.records) == f.Limit; !b.more {
		b.cursor = max(b.cursor, size-1)
	}
	return b, changed, nil
}
