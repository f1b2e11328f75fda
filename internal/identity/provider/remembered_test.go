package provider

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"
)

// answers is a reading that ends when a test says what it brought.
type answers struct {
	t     *testing.T
	now   time.Time
	begun chan *int // what was read before
	end   chan error
	r     *Remembered[int]
}

func remembered(t *testing.T) *answers {
	a := &answers{t: t, now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC), begun: make(chan *int, 10), end: make(chan error)}
	a.r = Remember(func() time.Time { return a.now }, func(ctx context.Context, before *int) (*int, error) {
		a.begun <- before
		if err := <-a.end; err != nil {
			return nil, err
		}
		return new(int), ctx.Err()
	})
	return a
}

// asks once, and ends the reading that it begins.
func (a *answers) asks(brought error) (*int, error) {
	a.t.Helper()
	var got *int
	var err error
	var asked sync.WaitGroup
	asked.Go(func() { got, err = a.r.Get(a.t.Context()) })
	a.end <- brought
	asked.Wait()
	return got, err
}

func (a *answers) asked(times int) {
	a.t.Helper()
	if n := len(a.begun); n != times {
		a.t.Errorf("it was read %d times, want %d", n, times)
	}
}

func TestEverybodyWaitsForOneReading(t *testing.T) {
	a := remembered(t)
	first, goes := context.WithCancel(t.Context())
	var gone, all sync.WaitGroup
	gone.Go(func() {
		if _, err := a.r.Get(first); KindOf(err) != Unavailable || !errors.Is(err, context.Canceled) {
			t.Errorf("who goes away is told %v", err)
		}
	})
	<-a.begun
	values := make(chan *int, 5)
	for range cap(values) {
		all.Go(func() {
			v, err := a.r.Get(t.Context())
			if err != nil {
				t.Error(err)
			}
			values <- v
		})
	}
	goes()
	gone.Wait()
	a.end <- nil
	all.Wait()
	a.asked(0)
	one := <-values
	for len(values) > 0 {
		if v := <-values; v != one || v == nil {
			t.Error("they were told different things")
		}
	}
}

func TestWhatWasReadIsUsedWhileItCannotBeReadAgain(t *testing.T) {
	a := remembered(t)
	broken := errors.New("broken")
	for range 3 { // within the pause it is asked once
		if len(a.begun) == 0 {
			_, err := a.asks(broken)
			if KindOf(err) != Unavailable || !errors.Is(err, broken) {
				t.Errorf("told %v", err)
			}
			continue
		}
		if _, err := a.r.Get(t.Context()); KindOf(err) != Unavailable || !errors.Is(err, broken) {
			t.Errorf("told %v", err)
		}
	}
	a.asked(1)
	a.now = a.now.Add(MetadataPause)
	known, err := a.asks(nil)
	if err != nil || known == nil {
		t.Fatal(err)
	}
	a.now = a.now.Add(MetadataAge - 1)
	if v, err := a.r.Get(t.Context()); v != known || err != nil {
		t.Errorf("told %p, %v", v, err)
	}
	a.asked(2)
	a.now = a.now.Add(1)
	if v, err := a.asks(broken); v != known || err != nil {
		t.Errorf("what was read before is forgotten: %p, %v", v, err)
	}
	// Who does not wait is told what there is.
	a.now = a.now.Add(MetadataPause)
	hurried, cancel := context.WithCancel(t.Context())
	cancel()
	if v, err := a.r.Get(hurried); v != known || err != nil {
		t.Errorf("told %p, %v", v, err)
	}
	a.end <- nil
	for i, want := range []*int{nil, nil, known, known} {
		if before := <-a.begun; before != want {
			t.Errorf("the %d. reading is told that %p was read before, want %p", i+1, before, want)
		}
	}
}

func TestReadingOutOfTurnIsSeldom(t *testing.T) {
	a := remembered(t)
	old, err := a.asks(nil)
	if err != nil {
		t.Fatal(err)
	}
	a.now = a.now.Add(MetadataAgain - 1)
	if _, changed := a.r.Again(t.Context(), old); changed {
		t.Error("it was read only just now, and is another")
	}
	a.asked(1)
	a.now = a.now.Add(1)
	var value *int
	var changed bool
	var asked sync.WaitGroup
	asked.Go(func() { value, changed = a.r.Again(t.Context(), old) })
	a.end <- nil
	asked.Wait()
	if !changed || value == old {
		t.Error("nothing new was read")
	}
	// Who still has the old one is told of the new one, without another reading.
	if v, changed := a.r.Again(t.Context(), old); !changed || v != value {
		t.Error("the new one is not told")
	}
	if _, changed := a.r.Again(t.Context(), value); changed {
		t.Error("it was read again at once")
	}
	a.asked(2)
}
