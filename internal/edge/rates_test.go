package edge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
)

// clock is set by the test.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 25, 12, 0, 3, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// sharedCounts is a RateStore in memory; package store has the real one, and tests it by the same rules.
type sharedCounts struct {
	mu     sync.Mutex
	counts map[sharedKey]int
	writes int
	broken error
}

type sharedKey struct {
	rule    Rule
	client  string
	bucket  int64
	replica string
}

func (s *sharedCounts) AddRate(_ context.Context, of RateCount, from int64) ([]RateCount, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counts == nil {
		s.counts = map[sharedKey]int{}
	}
	s.counts[sharedKey{of.Rule, of.Client, of.Bucket, ""}] += of.Count
	s.writes++
	return s.picked(func(k sharedKey) bool { return k.rule == of.Rule && k.client == of.Client && k.bucket >= from })
}

func (s *sharedCounts) Rates(_ context.Context, rule Rule, client string, from int64) ([]RateCount, error) {
	return s.pick(func(k sharedKey) bool { return k.rule == rule && k.client == client && k.bucket >= from })
}

func (s *sharedCounts) PublishRates(_ context.Context, replica string, counts []RateCount) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return s.broken
	}
	if s.counts == nil {
		s.counts = map[sharedKey]int{}
	}
	for _, c := range counts {
		s.counts[sharedKey{c.Rule, c.Client, c.Bucket, replica}] = c.Count
		s.writes++
	}
	return nil
}

func (s *sharedCounts) OtherRates(_ context.Context, replica string, rules []Rule, from int64, _ int) ([]RateCount, error) {
	return s.pick(func(k sharedKey) bool {
		return slices.Contains(rules, k.rule) && k.bucket >= from && k.replica != replica
	})
}

func (s *sharedCounts) ForgetRates(_ context.Context, before int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.counts, func(k sharedKey, _ int) bool { return k.bucket < before })
	return s.broken
}

func (s *sharedCounts) pick(want func(sharedKey) bool) ([]RateCount, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.picked(want)
}

func (s *sharedCounts) picked(want func(sharedKey) bool) ([]RateCount, error) {
	sums := map[RateCount]int{}
	for k, n := range s.counts {
		if want(k) {
			sums[RateCount{Rule: k.rule, Client: k.client, Bucket: k.bucket}] += n
		}
	}
	var out []RateCount
	for c, n := range sums {
		c.Count = n
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b RateCount) int {
		return cmp.Or(cmp.Compare(a.Client, b.Client), cmp.Compare(a.Bucket, b.Bucket))
	})
	return out, s.broken
}

func replica(c *clock, store RateStore, name string, limits Limits) *Rates {
	return NewRates(RatesConfig{Now: c.now, Log: slog.New(slog.DiscardHandler), Limits: limits, Store: store, Replica: name})
}

// S9: the rule is over the last five minutes at every moment, not over five minutes that begin anew.
func TestTheWindowOfFiveMinutesTrails(t *testing.T) {
	c := newClock()
	r := replica(c, nil, "a", Limits{RuleAddress: 300})
	// One request a second is exactly what is allowed, for as long as it lasts.
	for i := range 1500 {
		if wait := r.Count(t.Context(), RuleAddress, "client"); wait > 0 {
			t.Fatalf("request %d has to wait %s", i, wait)
		}
		c.forward(time.Second + 40*time.Millisecond)
	}
	if wait := r.Count(t.Context(), RuleAddress, "client"); wait > 0 {
		t.Fatalf("who keeps within the limit has to wait %s", wait)
	}
	// A burst at the end of one five minutes and at the beginning of the next is one burst.
	c.forward(time.Hour)
	for range 200 {
		if r.Count(t.Context(), RuleAddress, "client") > 0 {
			t.Fatal("refused within the limit")
		}
	}
	c.forward(10 * time.Second)
	refused := 0
	for range 200 {
		if r.Count(t.Context(), RuleAddress, "client") > 0 {
			refused++
		}
	}
	if refused != 100 {
		t.Errorf("of 400 requests within ten seconds %d were refused, not 100", refused)
	}
	if r.Count(t.Context(), RuleAddress, "another") > 0 {
		t.Error("another client has to wait")
	}
}

// Retry-After is true: not a moment too early, and no more than a bucket too late.
func TestWhoWaitsAsToldIsLetIn(t *testing.T) {
	for _, late := range []time.Duration{0, 3 * time.Second, 9999 * time.Millisecond, 137 * time.Second} {
		c := newClock()
		c.forward(late)
		r := replica(c, nil, "a", Limits{RuleAddress: 50})
		for range 30 {
			r.Count(t.Context(), RuleAddress, "client")
		}
		c.forward(time.Minute)
		var wait time.Duration
		for range 40 { // 20 within the limit, 20 beyond it
			wait = r.Count(t.Context(), RuleAddress, "client")
		}
		if wait < 4*time.Minute-time.Second || wait > 4*time.Minute+11*time.Second {
			t.Fatalf("the first 30 stop counting in four minutes, but the wait is %s", wait)
		}
		c.forward(wait - time.Millisecond)
		if r.Reached(t.Context(), RuleAddress, "client") == 0 {
			t.Error("let in before its time")
		}
		c.forward(time.Millisecond)
		if again := r.Count(t.Context(), RuleAddress, "client"); again > 0 {
			t.Errorf("who waited %s as told has to wait %s more", wait, again)
		}
	}
}

// Those who go on asking while they are refused go on being refused, as with AWS WAF.
func TestRefusedRequestsCount(t *testing.T) {
	c := newClock()
	r := replica(c, nil, "a", Limits{RuleAddress: 10})
	for range 600 {
		r.Count(t.Context(), RuleAddress, "client")
		c.forward(time.Second)
	}
	if r.Count(t.Context(), RuleAddress, "client") == 0 {
		t.Error("somebody who asks six times as often as allowed is let in now and then")
	}
}

// The limits for sign-in and tokens hold exactly over all replicas.
func TestExactRulesHoldOverReplicas(t *testing.T) {
	c, shared := newClock(), &sharedCounts{}
	a := replica(c, shared, "a", Limits{RuleSignIn: 20})
	b := replica(c, shared, "b", Limits{RuleSignIn: 20})
	let := 0
	for i := range 60 {
		r := a
		if i%3 == 0 {
			r = b
		}
		if r.Count(t.Context(), RuleSignIn, "client") == 0 {
			let++
		}
		c.forward(time.Second)
	}
	if let != 20 {
		t.Errorf("%d were let in by two replicas together, not 20", let)
	}
	// The first stopped counting after five minutes, for both.
	c.forward(5*time.Minute + 10*time.Second)
	if a.Count(t.Context(), RuleSignIn, "client") > 0 || b.Count(t.Context(), RuleSignIn, "client") > 0 {
		t.Error("still refused after five minutes")
	}
}

func TestExactRulesHoldAtOnce(t *testing.T) {
	c, shared := newClock(), &sharedCounts{}
	replicas := []*Rates{replica(c, shared, "a", Limits{RuleTokens: 50}), replica(c, shared, "b", Limits{RuleTokens: 50})}
	var mu sync.Mutex
	var wg sync.WaitGroup
	let := 0
	for i := range 200 {
		wg.Go(func() {
			if replicas[i%2].Count(t.Context(), RuleTokens, "client") == 0 {
				mu.Lock()
				let++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if let != 50 {
		t.Errorf("%d of 200 at once were let in, not 50", let)
	}
}

// Replicas tell one another who asks much, so that nobody gets the limit twice.
func TestReplicasLearnWhoAsksMuch(t *testing.T) {
	c, shared := newClock(), &sharedCounts{}
	limits := Limits{RuleAddress: 1000, RuleUser: 1000}
	a, b := replica(c, shared, "a", limits), replica(c, shared, "b", limits)
	exchange := func() {
		c.forward(exchangeEvery)
		for _, r := range []*Rates{a, b} {
			if _, _, err := r.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i := range 800 {
		a.Count(t.Context(), RuleAddress, "client")
		if i%200 == 0 {
			exchange()
		}
	}
	exchange()
	exchange()
	let := 0
	for range 800 {
		if b.Count(t.Context(), RuleAddress, "client") == 0 {
			let++
		}
	}
	if let != 200 {
		t.Errorf("after 800 on one replica %d were let in on the other, not 200", let)
	}
	// Who asks little is not written about.
	before := shared.writes
	for i := range 1000 {
		a.Count(t.Context(), RuleAddress, fmt.Sprint("quiet", i))
	}
	exchange()
	if shared.writes > before+3 {
		t.Errorf("%d writes for clients that ask little", shared.writes-before)
	}
	c.forward(6 * time.Minute)
	exchange()
	exchange()
	if wait := b.Count(t.Context(), RuleAddress, "client"); wait > 0 {
		t.Errorf("what was counted six minutes ago costs a wait of %s", wait)
	}
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if len(shared.counts) > 1 {
		t.Errorf("%d counts are kept that count no more", len(shared.counts))
	}
}

// While the database is away each replica keeps its own count.
func TestRatesWithoutTheDatabase(t *testing.T) {
	c, shared := newClock(), &sharedCounts{broken: errors.New("away")}
	r := replica(c, shared, "a", Limits{RuleSignIn: 5, RuleAddress: 5})
	let := 0
	for range 20 {
		if r.Count(t.Context(), RuleSignIn, "client") == 0 {
			let++
		}
	}
	if let != 5 {
		t.Errorf("%d were let in, not 5", let)
	}
	if _, _, err := r.Step(t.Context()); err == nil {
		t.Error("the step does not say that the database is away")
	}
}

// What could not be told is told when the database is back.
func TestReplicasLearnWhatCouldNotBeToldBefore(t *testing.T) {
	c, shared := newClock(), &sharedCounts{}
	limits := Limits{RuleAddress: 1000}
	a, b := replica(c, shared, "a", limits), replica(c, shared, "b", limits)
	for range 800 {
		a.Count(t.Context(), RuleAddress, "client")
	}
	shared.broken = errors.New("away")
	c.forward(30 * time.Second) // what was counted is complete
	if _, _, err := a.Step(t.Context()); err == nil {
		t.Fatal("the step does not say that the database is away")
	}
	shared.broken = nil
	for _, r := range []*Rates{a, b} {
		c.forward(exchangeEvery)
		if _, _, err := r.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	let := 0
	for range 800 {
		if b.Count(t.Context(), RuleAddress, "client") == 0 {
			let++
		}
	}
	if let != 200 {
		t.Errorf("after 800 on one replica %d were let in on the other, not 200", let)
	}
	written := shared.writes
	c.forward(exchangeEvery)
	if _, _, err := a.Step(t.Context()); err != nil || shared.writes != written {
		t.Errorf("told once more: %d writes, %v", shared.writes-written, err)
	}
}

func TestNoLimitAllowsEverything(t *testing.T) {
	r := replica(newClock(), nil, "a", Limits{RuleAddress: 0})
	for range 10_000 {
		if r.Count(t.Context(), RuleAddress, "client") > 0 || r.Count(t.Context(), RuleUser, "nobody's rule") > 0 {
			t.Fatal("refused without a limit")
		}
	}
}

// A million addresses do not fill the memory, and do not make TEAM forget who asks most.
func TestAMillionAddresses(t *testing.T) {
	c := newClock()
	r := replica(c, nil, "a", Limits{RuleAddress: 100})
	for range 101 {
		r.Count(t.Context(), RuleAddress, "loud")
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range 1_000_000 {
		r.Count(t.Context(), RuleAddress, fmt.Sprint("2001:db8:", i, "::/64"))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if n := len(r.counts[RuleAddress].entries); n != 1<<16 || len(r.counts[RuleAddress].index) != n {
		t.Errorf("%d clients are remembered", n)
	}
	grown := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	t.Logf("a million addresses took %d KiB", grown/1024)
	if grown > 40<<20 {
		t.Errorf("a million addresses took %d MiB", grown>>20)
	}
	if r.Count(t.Context(), RuleAddress, "loud") == 0 {
		t.Error("who asked most was forgotten")
	}
}

func TestAClockThatIsSetBackCountsOn(t *testing.T) {
	c := newClock()
	r := replica(c, nil, "a", Limits{RuleAddress: 10})
	for range 10 {
		r.Count(t.Context(), RuleAddress, "client")
	}
	c.forward(-time.Minute)
	if r.Count(t.Context(), RuleAddress, "client") == 0 {
		t.Error("let in after the clock was set back")
	}
}
