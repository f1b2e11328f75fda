package provider

import (
	"context"
	"sync"
	"time"
)

const (
	// MetadataAge is how long what a provider says of itself is used before it is read again.
	MetadataAge = time.Hour
	// MetadataPause after a failed reading: people who try again at once must not make it worse.
	MetadataPause = 2 * time.Second
	// MetadataAgain is how often it is read out of turn at most: strangers can send what cannot be verified without end.
	MetadataAgain = time.Minute
)

// Remembered is what a provider says of itself: read when somebody needs it, and used for MetadataAge. While it cannot be
// read again, what was read before goes on being used.
type Remembered[T any] struct {
	read func(ctx context.Context, before *T) (*T, error)
	now  func() time.Time

	mu       sync.Mutex
	value    *T
	readAt   time.Time
	againAt  time.Time // when it was read out of turn last
	failed   error
	failedAt time.Time
	reading  chan struct{} // closed when the reading that is under way ends; nil: none is
}

// Remember makes it, and reads nothing yet. read is given what was read before, nil where nothing was.
func Remember[T any](now func() time.Time, read func(ctx context.Context, before *T) (*T, error)) *Remembered[T] {
	return &Remembered[T]{read: read, now: now}
}

// Get returns what the provider says of itself, and waits for it as long as ctx lets it where it has to be read. It fails
// with an Unavailable refusal where it could never be read.
func (m *Remembered[T]) Get(ctx context.Context) (*T, error) {
	for {
		m.mu.Lock()
		now := m.now()
		if m.value != nil && now.Sub(m.readAt) < MetadataAge || m.failed != nil && now.Sub(m.failedAt) < MetadataPause {
			defer m.mu.Unlock()
			return m.have(m.failed)
		}
		if m.reading == nil {
			m.reading = make(chan struct{})
			// Whoever came first may go away; the others still wait for what it began.
			go m.readAnew(context.WithoutCancel(ctx))
		}
		reading := m.reading
		m.mu.Unlock()
		select {
		case <-reading:
		case <-ctx.Done():
			m.mu.Lock()
			defer m.mu.Unlock()
			return m.have(ctx.Err())
		}
	}
}

// have is what there is, or why there is nothing.
func (m *Remembered[T]) have(why error) (*T, error) {
	if m.value == nil {
		return nil, RefuseFor(Unavailable, why, "the provider's metadata cannot be read")
	}
	return m.value, nil
}

func (m *Remembered[T]) readAnew(ctx context.Context) {
	m.mu.Lock()
	before := m.value
	m.mu.Unlock()
	value, err := m.read(ctx, before)
	m.mu.Lock()
	defer m.mu.Unlock()
	close(m.reading)
	m.reading = nil
	if err != nil {
		m.failed, m.failedAt = err, m.now()
		return
	}
	m.value, m.readAt, m.failed = value, m.now(), nil
}

// Again reads it out of turn, since something came that does not fit to what was read: a provider may have changed its keys
// without saying so before. It says false where nothing is known but what the caller has.
func (m *Remembered[T]) Again(ctx context.Context, old *T) (*T, bool) {
	m.mu.Lock()
	now := m.now()
	if m.value == old && now.Sub(m.againAt) >= MetadataAgain && now.Sub(m.readAt) >= MetadataAgain {
		m.againAt, m.readAt = now, now.Add(-MetadataAge)
	}
	m.mu.Unlock()
	value, err := m.Get(ctx)
	return value, err == nil && value != old
}
