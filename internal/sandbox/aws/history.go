package aws

import (
	"slices"
	"time"
)

// history is what a thing was over time, so that a read may lag behind the truth as AWS's
// eventually consistent reads do. A nil value is absence.
type history[T any] struct {
	moments []moment[T] // ascending by since
}

type moment[T any] struct {
	since time.Time
	value *T
}

// keptMoments bounds what a much changed thing remembers; reads never lag that many changes behind.
const keptMoments = 64

func (h *history[T]) set(at time.Time, value *T) {
	if len(h.moments) >= keptMoments {
		h.moments = append(h.moments[:0], h.moments[len(h.moments)/2:]...)
	}
	h.moments = append(h.moments, moment[T]{at, value})
}

// at answers what the thing was at an instant.
func (h *history[T]) at(instant time.Time) *T {
	if h == nil {
		return nil
	}
	for _, m := range slices.Backward(h.moments) {
		if !m.since.After(instant) {
			return m.value
		}
	}
	return nil
}

// now answers what the thing is in truth.
func (h *history[T]) now() *T {
	if h == nil || len(h.moments) == 0 {
		return nil
	}
	return h.moments[len(h.moments)-1].value
}
