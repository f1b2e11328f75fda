package delivery

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestBackoffDoublesUpToItsLimitWithJitter(t *testing.T) {
	for tries, want := range map[int]time.Duration{
		-1: time.Second, 0: time.Second, 1: 2 * time.Second, 2: 4 * time.Second, 5: 32 * time.Second, 6: time.Minute, 20: time.Minute, 1 << 40: time.Minute,
	} {
		if got := backoff(tries, time.Second, time.Minute, 0); got != want {
			t.Errorf("after %d tries: %v, want %v", tries, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		tries, jitter := rapid.Int().Draw(t, "tries"), rapid.Float64Range(0, 0.999999).Draw(t, "jitter")
		first := time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "first"))
		most := time.Duration(rapid.Int64Range(int64(first), int64(48*time.Hour)).Draw(t, "most"))
		d := backoff(tries, first, most, jitter)
		if d < first || d > most+most/4 {
			t.Fatalf("%v after %d tries, from %v to %v", d, tries, first, most)
		}
	})
}

func TestThePipe(t *testing.T) {
	rate := Rate{PerSecond: 10, Burst: 5}
	p := Pipe{}
	for i := range 5 {
		var ok bool
		if p, ok, _ = p.take(1, noon, rate); !ok {
			t.Fatalf("call %d of a full pipe was refused", i)
		}
	}
	left, ok, at := p.take(1, noon, rate)
	if ok || at.Sub(noon) < 100*time.Millisecond || at.Sub(noon) > 101*time.Millisecond {
		t.Errorf("an empty pipe: ok %v, again in %v", ok, at.Sub(noon))
	}
	if _, ok, _ = left.take(1, at, rate); !ok {
		t.Error("it was not full enough when it said it would be")
	}
	p = p.owe(3)
	if _, ok, at = p.take(1, noon, rate); ok || at.Sub(noon) < 400*time.Millisecond {
		t.Errorf("with a debt of 3: ok %v, again in %v", ok, at.Sub(noon))
	}
	if full := p.filled(noon.Add(time.Hour), rate); full.Tokens != 5 {
		t.Errorf("after an hour it holds %v", full.Tokens)
	}
	if back := p.filled(noon.Add(-mostAhead), rate); back != p {
		t.Errorf("a clock that is behind changes it: %+v", back)
	}
	if back := p.filled(noon.Add(-time.Hour), rate); back.Tokens != p.Tokens || !back.At.Equal(noon.Add(-time.Hour)) {
		t.Errorf("a clock that is far behind has to wait for the other: %+v", back)
	}
}

// TestThePipeNeverGivesMoreThanItsRate: over any sequence of calls, whatever the clocks of the replicas say.
func TestThePipeNeverGivesMoreThanItsRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := Rate{PerSecond: rapid.Float64Range(0.1, 50).Draw(t, "rate"), Burst: rapid.Float64Range(1, 50).Draw(t, "burst")}
		p, now, last, taken := Pipe{}, noon, noon, 0.0
		for range rapid.IntRange(1, 200).Draw(t, "calls") {
			now = now.Add(time.Duration(rapid.Int64Range(-1e8, 1e9).Draw(t, "later")))
			if now.After(last) {
				last = now
			}
			var ok bool
			var at time.Time
			if p, ok, at = p.take(1, now, rate); ok {
				taken++
			} else if !at.After(now) {
				t.Fatalf("refused, and to ask again at once: %v at %v", at, now)
			}
		}
		// The bucket begins full at its first use, which may be before noon.
		if most := rate.Burst + (last.Sub(noon).Seconds()+0.1)*rate.PerSecond + 1e-6; taken > most {
			t.Fatalf("%v calls, at most %v allowed", taken, most)
		}
	})
}
