package due_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/team-idc/team/internal/due"
)

func TestRunnerWakesAtTheDueInstant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		at := start.Add(90 * time.Second)
		var ran []time.Duration
		ctx, cancel := context.WithCancel(t.Context())
		r := due.New(due.Config{Now: time.Now, Poll: time.Hour})
		r.Add("work", 1, func(context.Context) (bool, time.Time, error) {
			if time.Now().Before(at) {
				return false, at, nil
			}
			ran = append(ran, time.Since(start))
			cancel()
			return true, time.Time{}, nil
		})
		r.Run(ctx)
		if len(ran) != 1 || ran[0] != 90*time.Second {
			t.Fatalf("ran at %v, want once at 90s", ran)
		}
	})
}

func TestNudgeWakesBeforeThePoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		r := due.New(due.Config{Now: time.Now, Poll: time.Hour})
		calls := 0
		r.Add("work", 1, func(context.Context) (bool, time.Time, error) {
			if calls++; calls == 2 {
				cancel()
			}
			return false, time.Time{}, nil
		})
		time.AfterFunc(time.Second, r.Nudge)
		r.Run(ctx)
		if d := time.Since(start); d != time.Second {
			t.Fatalf("woke after %v, want 1s", d)
		}
	})
}

func TestFailedStepIsRunAgainAfterAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		r := due.New(due.Config{Now: time.Now, Poll: time.Millisecond, Pause: 2 * time.Second})
		calls := 0
		r.Add("work", 1, func(context.Context) (bool, time.Time, error) {
			if calls++; calls == 3 {
				cancel()
			}
			return false, time.Time{}, errors.New("away")
		})
		r.Run(ctx)
		if d := time.Since(start); d != 4*time.Second {
			t.Fatalf("two pauses took %v, want 4s", d)
		}
	})
}

func TestWorkIsNotPausedWhileThereIsSome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		r := due.New(due.Config{Now: time.Now})
		left := 1000
		r.Add("work", 1, func(context.Context) (bool, time.Time, error) {
			if left--; left == 0 {
				cancel()
			}
			return true, time.Time{}, nil
		})
		r.Run(ctx)
		if d := time.Since(start); d != 0 {
			t.Fatalf("a thousand due pieces took %v of waiting", d)
		}
	})
}

func TestAPanicIsAFailureOfItsStepAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		r := due.New(due.Config{Now: time.Now, Poll: time.Second, Pause: time.Second})
		panics, works := 0, 0
		r.Add("poisoned", 1, func(context.Context) (bool, time.Time, error) {
			panics++
			panic("a row that nobody thought of")
		})
		r.Add("sound", 1, func(context.Context) (bool, time.Time, error) {
			if works++; works == 10 {
				cancel()
			}
			return false, time.Time{}, nil
		})
		r.Run(ctx)
		if panics < 5 {
			t.Errorf("the step that panics was run %d times; it is to be tried again", panics)
		}
	})
}

func TestStepsThatFailAgainAndAgainAreNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		r := due.New(due.Config{Now: time.Now, Poll: time.Second, Pause: time.Second})
		var broken atomic.Bool
		broken.Store(true)
		r.Add("writing", 2, func(context.Context) (bool, time.Time, error) {
			if broken.Load() {
				return false, time.Time{}, errors.New("the disk is full")
			}
			return false, time.Time{}, nil
		})
		r.Add("reading", 1, func(context.Context) (bool, time.Time, error) { return false, time.Time{}, nil })
		go r.Run(ctx)
		names := func(after time.Duration) []string {
			<-time.After(after) // virtual
			synctest.Wait()
			return r.Failing()
		}
		if got := names(time.Second); len(got) > 0 {
			t.Errorf("after two failures %v are named: one may be an accident", got)
		}
		if got := names(5 * time.Second); !slices.Equal(got, []string{"writing"}) {
			t.Errorf("while the disk is full %v are named", got)
		}
		broken.Store(false)
		if got := names(2 * time.Second); len(got) > 0 {
			t.Errorf("after it passed again %v are named", got)
		}
	})
}

// A step that was told to stop in the middle of a call would leave others to find out what became of it.
func TestWhatRunsWhenItIsStoppedComesToItsEnd(t *testing.T) {
	for _, tt := range []struct{ takes, ends time.Duration }{{3 * time.Second, 3 * time.Second}, {time.Hour, 6 * time.Second}} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			r := due.New(due.Config{Now: time.Now, Grace: 5 * time.Second})
			began, done := 0, 0
			r.Add("call", 1, func(ctx context.Context) (bool, time.Time, error) {
				began++
				select {
				case <-ctx.Done():
					return false, time.Time{}, ctx.Err()
				case <-time.After(tt.takes):
					done++
					return true, time.Time{}, nil
				}
			})
			r.Run(ctx)
			if got := time.Since(start); began != 1 || (done == 1) != (tt.takes < 5*time.Second) || got != tt.ends {
				t.Errorf("a step of %s: %d began, %d were done, stopped after %s, want %s", tt.takes, began, done, got, tt.ends)
			}
		})
	}
}
