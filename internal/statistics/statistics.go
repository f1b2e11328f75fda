// Package statistics is what charts show of requests and access. It counts; the store finds.
package statistics

import (
	"context"
	"slices"
	"time"
)

// MaxDays is the longest span that is answered.
const MaxDays = 92

// Day is a day in UTC, counted from 1970.
type Day int64

// DayOf an instant.
func DayOf(at time.Time) Day { return Day(at.Unix() / int64(24*time.Hour/time.Second)) }

// Time is when the day begins.
func (d Day) Time() time.Time { return time.Unix(int64(d)*int64(24*time.Hour/time.Second), 0).UTC() }

// Span of days, both included.
type Span struct{ First, Last Day }

// Filed is how many requests were filed on a day and have a status now.
type Filed struct {
	Day    Day
	Status string
	Count  int
}

// Wait is how many times something took about so long, on the day when it was over.
type Wait struct {
	Day    Day
	Millis int64 // to two digits, rounded down
	Times  int64
}

// Holding is how much access there is by one permission set, or in one account.
type Holding struct {
	ID         string
	Elevations int
	People     int
}

// Held is the access there is now.
type Held struct {
	Elevations, People       int
	PermissionSets, Accounts []Holding // those with the most, these first
}

// Counts is what the store finds.
type Counts struct {
	Filed       []Filed
	Decisions   []Wait // of targets that waited for a decision
	Activations []Wait // from when delivery could begin until access was there
	Held        Held
}

// Store finds them, all at one moment; implemented by package store.
type Store interface {
	// Statistics of a span. Of what is held now, top many permission sets and accounts.
	Statistics(ctx context.Context, span Span, now time.Time, top int) (Counts, error)
}

// Quantile is the time within which the given share of the waits was over, in milliseconds and to about 5 %; 0 of none.
func Quantile(waits []Wait, share float64) int64 {
	waits = slices.SortedFunc(slices.Values(waits), func(a, b Wait) int { return int(a.Millis - b.Millis) })
	rank := int64(share * float64(Total(waits)))
	for _, w := range waits {
		if rank -= w.Times; rank < 0 {
			return w.Millis + width(w.Millis)/2
		}
	}
	if len(waits) == 0 {
		return 0
	}
	return waits[len(waits)-1].Millis
}

// width of what counts as about so many milliseconds.
func width(millis int64) int64 {
	w := int64(1)
	for millis >= 100 {
		millis, w = millis/10, w*10
	}
	return w
}

// Total is how many waits there were.
func Total(waits []Wait) (n int64) {
	for _, w := range waits {
		n += w.Times
	}
	return n
}
