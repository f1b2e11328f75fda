package store_test

import (
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/team-idc/team/internal/edge"
)

// S9: limits hold for five minutes at every moment, over two replicas on one database, under a clock that the test moves.
func TestRatesOverTwoReplicas(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		now := noon
		replica := func(name string) *edge.Rates {
			return edge.NewRates(edge.RatesConfig{
				Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler), Store: db.Rates(), Replica: name,
				Limits: edge.Limits{edge.RuleAddress: 100, edge.RuleSignIn: 30},
			})
		}
		a, b := replica("a"), replica("b")
		let := func(rule edge.Rule, n int, step time.Duration) (of int) {
			t.Helper()
			for i := range n {
				if []*edge.Rates{a, b}[i%2].Count(t.Context(), rule, "198.51.100.1") == 0 {
					of++
				}
				now = now.Add(step)
				if _, _, err := a.Step(t.Context()); err != nil {
					t.Fatal(err)
				}
				if _, _, err := b.Step(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			return of
		}
		if got := let(edge.RuleSignIn, 60, time.Second); got != 30 {
			t.Errorf("%d were let to sign in, not 30", got)
		}
		// By what is told every two seconds the other replica is a little late to know.
		if got := let(edge.RuleAddress, 200, time.Second); got < 100 || got > 104 {
			t.Errorf("%d of 200 were let in, not about 100", got)
		}
		// Of the 60 tries for sign-in, one a second, those of the first half a minute count no more; the others still do.
		now = noon.Add(5*time.Minute + 30*time.Second)
		if got := let(edge.RuleSignIn, 1, 0); got != 0 {
			t.Error("let to sign in before enough was over")
		}
		now = now.Add(10 * time.Second)
		if got := let(edge.RuleSignIn, 60, 0); got != 9 {
			t.Errorf("%d were let to sign in, where 20 tries and the one just before still count: not 9", got)
		}
		now = now.Add(6 * time.Minute)
		if got := let(edge.RuleSignIn, 30, 0) + let(edge.RuleAddress, 50, 0); got != 80 {
			t.Errorf("%d of 80 were let in after everything was over", got)
		}
		now = now.Add(6 * time.Minute)
		let(edge.RuleUser, 1, 0)
		var left int
		must(t, db.raw.QueryRow("SELECT count(*) FROM rate_counts").Scan(&left))
		if left != 0 {
			t.Errorf("%d counts are kept that count no more", left)
		}
	})
}

func TestRatesAtOnceOverTwoReplicas(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		var replicas []*edge.Rates
		for _, name := range []string{"a", "b"} {
			replicas = append(replicas, edge.NewRates(edge.RatesConfig{
				Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler), Store: db.Rates(), Replica: name,
				Limits: edge.Limits{edge.RuleTokens: 20},
			}))
		}
		var mu sync.Mutex
		var wg sync.WaitGroup
		let := 0
		for i := range 60 {
			wg.Go(func() {
				if replicas[i%2].Count(t.Context(), edge.RuleTokens, "c") == 0 {
					mu.Lock()
					let++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if let != 20 {
			t.Errorf("%d of 60 at once were let in, not 20", let)
		}
	})
}

func TestRatesOfOtherReplicas(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		r, ctx := db.Rates(), t.Context()
		count := func(rule edge.Rule, client string, bucket int64, n int) edge.RateCount {
			return edge.RateCount{Rule: rule, Client: client, Bucket: bucket, Count: n}
		}
		must(t, r.PublishRates(ctx, "a", []edge.RateCount{count(edge.RuleAddress, "x", 10, 5), count(edge.RuleAddress, "x", 11, 7)}))
		must(t, r.PublishRates(ctx, "a", []edge.RateCount{count(edge.RuleAddress, "x", 11, 9)})) // instead of what was there
		must(t, r.PublishRates(ctx, "b", []edge.RateCount{count(edge.RuleAddress, "x", 11, 1), count(edge.RuleUser, "u", 11, 2)}))
		must(t, r.PublishRates(ctx, "c", []edge.RateCount{count(edge.RuleAddress, "x", 11, 100), count(edge.RuleAddress, "x", 9, 1)}))
		must(t, r.PublishRates(ctx, "c", nil))
		got, err := r.OtherRates(ctx, "c", []edge.Rule{edge.RuleAddress, edge.RuleUser}, 10, 10)
		must(t, err)
		want := []edge.RateCount{count(edge.RuleAddress, "x", 11, 10), count(edge.RuleAddress, "x", 10, 5), count(edge.RuleUser, "u", 11, 2)}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if got, err = r.OtherRates(ctx, "c", []edge.Rule{edge.RuleUser}, 10, 10); err != nil || len(got) != 1 {
			t.Errorf("of one rule: %v, %v", got, err)
		}
		if got, err = r.OtherRates(ctx, "c", []edge.Rule{edge.RuleAddress}, 10, 1); err != nil || len(got) != 1 || got[0].Count != 10 {
			t.Errorf("the highest alone: %v, %v", got, err)
		}
		for i, want := range [][]edge.RateCount{
			{count(edge.RuleTokens, "x", 11, 1)},
			{count(edge.RuleTokens, "x", 11, 2)},
			{count(edge.RuleTokens, "x", 11, 2), count(edge.RuleTokens, "x", 12, 1)},
			{count(edge.RuleTokens, "x", 12, 2)},
		} {
			got, err = r.AddRate(ctx, count(edge.RuleTokens, "x", 11+int64(i/2), 1), 11+int64(i/3))
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("addition %d: %v %s", i, err, diff)
			}
		}
		var many []edge.RateCount
		for i := range 1200 {
			many = append(many, count(edge.RuleUser, fmt.Sprint("user", i), 12, i+1))
		}
		must(t, r.PublishRates(ctx, "a", many))
		must(t, r.ForgetRates(ctx, 12))
		if got, err = r.OtherRates(ctx, "c", []edge.Rule{edge.RuleAddress, edge.RuleUser}, 0, 5000); err != nil || len(got) != 1200 {
			t.Errorf("%d are left, %v", len(got), err)
		}
	})
}

func TestWhatACMENeedsIsShared(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		ctx := t.Context()
		for _, name := range []string{"acme/b/x.key", "acme/a", "acme/b/y", "acme-other", "acme/bb"} {
			must(t, db.PutACMEFile(ctx, name, []byte{0, 1, 255}, noon))
		}
		must(t, db.PutACMEFile(ctx, "acme/a", []byte("new"), noon.Add(time.Second)))
		content, modified, found, err := db.ACMEFile(ctx, "acme/a")
		if err != nil || !found || string(content) != "new" || !modified.Equal(noon.Add(time.Second)) {
			t.Errorf("%q of %s, %t, %v", content, modified, found, err)
		}
		if _, _, found, err = db.ACMEFile(ctx, "acme/b"); err != nil || found {
			t.Errorf("a folder is a file: %v", err)
		}
		for under, want := range map[string][]string{
			"":       {"acme-other", "acme/a", "acme/b/x.key", "acme/b/y", "acme/bb"},
			"acme":   {"acme/a", "acme/b/x.key", "acme/b/y", "acme/bb"},
			"acme/b": {"acme/b/x.key", "acme/b/y"},
			"acm":    nil,
		} {
			names, err := db.ACMEFileNames(ctx, under)
			if diff := cmp.Diff(want, names); diff != "" || err != nil {
				t.Errorf("below %q: %v %s", under, err, diff)
			}
		}
		must(t, db.DeleteACMEFiles(ctx, "acme/b"))
		if names, err := db.ACMEFileNames(ctx, ""); err != nil || len(names) != 3 {
			t.Errorf("%v are left, %v", names, err)
		}
		take := func(holder string, at time.Duration) bool {
			t.Helper()
			ok, err := db.TakeACMELock(ctx, "lock", holder, noon.Add(at), noon.Add(at+time.Minute))
			must(t, err)
			return ok
		}
		if !take("a", 0) || take("b", time.Second) || !take("a", 30*time.Second) || take("b", 70*time.Second) || !take("b", 90*time.Second) || take("a", 91*time.Second) {
			t.Error("the lock is not held as it should be")
		}
		must(t, db.DropACMELock(ctx, "lock", "a"))
		if take("a", 92*time.Second) {
			t.Error("who had not the lock gave it back")
		}
		must(t, db.DropACMELock(ctx, "lock", "b"))
		if !take("a", 93*time.Second) {
			t.Error("the lock was not given back")
		}
	})
}
