package edge

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Rule names what is counted.
type Rule string

// The rules. Address and User are counted on each replica, which tell one another every two seconds who asks much; the
// others are counted together, so that their limits hold exactly over all replicas.
const (
	RuleAddress  Rule = "address"         // requests of an address
	RuleUser     Rule = "user"            // calls of a person or a machine client
	RuleSignIn   Rule = "sign-in"         // requests for the sign-in pages, of an address
	RuleTokens   Rule = "tokens"          // requests for tokens, of an address
	RuleFailures Rule = "failed-sign-ins" // failed sign-ins, of an address
)

// Limits are how often each rule allows something within the window; 0: as often as anybody likes.
type Limits map[Rule]int

// RateCount is how often a client did something within a bucket of ten seconds.
type RateCount struct {
	Rule   Rule
	Client string
	Bucket int64
	Count  int
}

// RateStore is where replicas share their counts. Nothing in it is a change of state.
type RateStore interface {
	// AddRate adds to the count of all replicas together, and gives the counts from a bucket on: of those that are added at
	// once, each sees those before it and itself.
	AddRate(ctx context.Context, of RateCount, from int64) ([]RateCount, error)
	// Rates gives the counts of all replicas together from a bucket on.
	Rates(ctx context.Context, rule Rule, client string, from int64) ([]RateCount, error)
	// PublishRates writes a replica's counts, instead of those it wrote before.
	PublishRates(ctx context.Context, replica string, counts []RateCount) error
	// OtherRates gives the counts that other replicas wrote, of some rules, from a bucket on: at most limit.
	OtherRates(ctx context.Context, replica string, rules []Rule, from int64, limit int) ([]RateCount, error)
	// ForgetRates forgets what was counted before a bucket.
	ForgetRates(ctx context.Context, before int64) error
}

// RatesConfig of Rates. Now and Log are required.
type RatesConfig struct {
	Now    func() time.Time
	Log    *slog.Logger
	Limits Limits
	// Store is where replicas share counts; nil where there is one process.
	Store   RateStore
	Replica string
	// Clients is how many are remembered for each rule; 65,536 where zero, which are about 15 MB.
	Clients int
}

// Rates counts requests. It is safe for concurrent use.
type Rates struct {
	config RatesConfig

	mu     sync.Mutex
	counts map[Rule]*counters
	others map[Rule]map[string][]RateCount // what other replicas counted

	exchanged, forgot time.Time
}

// exact rules are counted together by all replicas.
func exact(r Rule) bool { return r != RuleAddress && r != RuleUser }

// NewRates returns Rates that counted nothing yet.
func NewRates(c RatesConfig) *Rates {
	if c.Clients == 0 {
		c.Clients = 1 << 16
	}
	r := &Rates{config: c, counts: map[Rule]*counters{}, others: map[Rule]map[string][]RateCount{}}
	for rule := range c.Limits {
		r.counts[rule] = newCounters(c.Clients)
	}
	return r
}

// Count counts one request, and says how long its client has to wait when these were too many; 0: go on. Refused ones
// count as well, as in AWS WAF: who does not wait goes on being refused.
func (r *Rates) Count(ctx context.Context, rule Rule, client string) (wait time.Duration) {
	limit := r.limit(rule)
	if limit == 0 {
		return 0
	}
	now := r.config.Now()
	wait = r.countHere(rule, client, limit, now)
	if wait > 0 || r.config.Store == nil || !exact(rule) {
		return wait
	}
	counted, err := r.config.Store.AddRate(ctx, RateCount{Rule: rule, Client: client, Bucket: bucketOf(now), Count: 1}, firstBucket(now))
	return r.judge(ctx, counted, err, limit, 0, now)
}

// Reached says how long a client has to wait because of what it did before, without counting anything.
func (r *Rates) Reached(ctx context.Context, rule Rule, client string) (wait time.Duration) {
	limit := r.limit(rule)
	if limit == 0 {
		return 0
	}
	now := r.config.Now()
	r.mu.Lock()
	if c := r.counts[rule].find(client); c != nil {
		if total := c.window.sum(now); total >= limit {
			wait = waitFor(now, total, limit, c.window.at)
		}
	}
	r.mu.Unlock()
	if wait > 0 || r.config.Store == nil {
		return wait
	}
	counted, err := r.config.Store.Rates(ctx, rule, client, firstBucket(now))
	return r.judge(ctx, counted, err, limit, 1, now)
}

func (r *Rates) limit(rule Rule) int {
	if r == nil {
		return 0
	}
	return r.config.Limits[rule]
}

func (r *Rates) countHere(rule Rule, client string, limit int, now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.counts[rule].of(client, now)
	c.window.add(now)
	total, at := c.window.sum(now), c.window.at
	if others := r.others[rule][client]; len(others) > 0 {
		from := firstBucket(now)
		for _, o := range others {
			if o.Bucket >= from {
				total += o.Count
			}
		}
		at = func(b int64) int { return c.window.at(b) + countAt(others, b) }
	}
	if total <= limit {
		return 0
	}
	return waitFor(now, total, limit, at)
}

// judge what all replicas counted together; more is what is about to come. While the database is away each replica goes
// by its own counts: who signs in needs the database anyway.
func (r *Rates) judge(ctx context.Context, counted []RateCount, err error, limit, more int, now time.Time) time.Duration {
	if err != nil {
		r.config.Log.WarnContext(ctx, "rates of other replicas cannot be read; this one goes by its own", slog.Any("error", err))
		return 0
	}
	total := 0
	for _, c := range counted {
		total += c.Count
	}
	if total+more <= limit {
		return 0
	}
	return waitFor(now, total, limit, func(b int64) int { return countAt(counted, b) })
}

func countAt(counts []RateCount, bucket int64) int {
	n := 0
	for _, c := range counts {
		if c.Bucket == bucket {
			n += c.Count
		}
	}
	return n
}

const (
	// exchangeEvery is how old what is known of other replicas may be.
	exchangeEvery = 2 * time.Second
	// forgetEvery is how often what no longer counts is removed.
	forgetEvery = time.Minute
	// worthTelling is the share of a limit from which a count is told to the others: of 20 replicas with less each, none
	// could be near it together.
	worthTelling = 20
	// mostTold bounds what is written at once, the highest counts first, and what is read.
	mostTold = 1000
)

// Step tells other replicas who asks much here, and reads the same of them. It is a step of a due runner; without a
// store there is nothing to do. Where nobody asks much, nothing is written.
func (r *Rates) Step(ctx context.Context) (did bool, next time.Time, err error) {
	now := r.config.Now()
	if r.config.Store == nil {
		return false, time.Time{}, nil
	}
	if since := now.Sub(r.exchanged); since >= 0 && since < exchangeEvery {
		return false, r.exchanged.Add(exchangeEvery), nil
	}
	r.exchanged = now
	next = now.Add(exchangeEvery)
	if counts, marks := r.worthTelling(now); len(counts) > 0 {
		if err := r.config.Store.PublishRates(ctx, r.config.Replica, counts); err != nil {
			return false, next, err
		}
		r.told(marks)
	}
	rules := []Rule{RuleAddress, RuleUser}
	read, err := r.config.Store.OtherRates(ctx, r.config.Replica, rules, firstBucket(now), mostTold*int(buckets))
	if err != nil {
		return false, next, err
	}
	others := map[Rule]map[string][]RateCount{}
	for _, c := range read {
		if others[c.Rule] == nil {
			others[c.Rule] = map[string][]RateCount{}
		}
		others[c.Rule][c.Client] = append(others[c.Rule][c.Client], c)
	}
	r.mu.Lock()
	r.others = others
	r.mu.Unlock()
	if since := now.Sub(r.forgot); since >= 0 && since < forgetEvery {
		return false, next, nil
	}
	r.forgot = now
	return false, next, r.config.Store.ForgetRates(ctx, firstBucket(now))
}

// toldMark says from which bucket on a client's counts are still to be told.
type toldMark struct {
	rule   Rule
	client string
	from   int64
}

// worthTelling are the counts that others should know and do not, and what is to be marked when they do.
func (r *Rates) worthTelling(now time.Time) (counts []RateCount, marks []toldMark) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, rule := range []Rule{RuleAddress, RuleUser} {
		limit := r.config.Limits[rule]
		if limit == 0 {
			continue
		}
		var high []*counter
		for i := range r.counts[rule].entries {
			c := &r.counts[rule].entries[i]
			if c.window.newest >= c.published && c.window.sum(now)*worthTelling >= limit {
				high = append(high, c)
			}
		}
		slices.SortFunc(high, func(a, b *counter) int {
			return cmp.Or(cmp.Compare(b.window.sum(now), a.window.sum(now)), cmp.Compare(a.key, b.key))
		})
		for _, c := range high[:min(len(high), mostTold)] {
			counts = append(counts, c.untold(rule, now)...)
			mark := toldMark{rule, c.key, c.window.newest}
			if c.window.newest < bucketOf(now) {
				mark.from++ // it is complete
			}
			marks = append(marks, mark)
		}
	}
	return counts, marks
}

// told marks what was told, of clients that are still remembered.
func (r *Rates) told(marks []toldMark) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range marks {
		if c := r.counts[m.rule].find(m.client); c != nil {
			c.published = m.from
		}
	}
}

// untold gives the buckets that changed since they were told last; the last of them may still change.
func (c *counter) untold(rule Rule, now time.Time) []RateCount {
	var out []RateCount
	for b := max(c.published, firstBucket(now)); b <= c.window.newest; b++ {
		if n := c.window.at(b); n > 0 {
			out = append(out, RateCount{Rule: rule, Client: c.key, Bucket: b, Count: n})
		}
	}
	return out
}
