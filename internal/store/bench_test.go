package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/store"
	"github.com/team-idc/team/internal/store/postgrestest"
)

// BenchmarkWrites files requests with two targets, each in a transaction that is on disk before the next one: on
// SQLite, on PostgreSQL, and on PostgreSQL by several replicas that all want to write.
func BenchmarkWrites(b *testing.B) {
	b.Run("SQLite", func(b *testing.B) { benchmarkWrites(b, "sqlite:"+filepath.Join(b.TempDir(), "team.db"), 1) })
	for _, replicas := range []int{1, 3, 6} {
		b.Run(fmt.Sprintf("PostgreSQL-%d-replicas", replicas), func(b *testing.B) {
			if postgrestest.Available(b) {
				benchmarkWrites(b, postgrestest.New(b), replicas)
			}
		})
	}
}

func benchmarkWrites(b *testing.B, name string, replicas int) {
	b.Helper()
	ctx := b.Context()
	work := make(chan int)
	result := make(chan error, replicas)
	for range replicas {
		s, err := store.Open(ctx, name, store.Options{IDs: &numbered{}})
		if err != nil {
			b.Fatal(err)
		}
		defer s.Close()
		go func() {
			var failed error
			for i := range work {
				if failed == nil {
					failed = s.Access().Update(ctx, func(ctx context.Context, tx access.Tx) error { return tx.Apply(ctx, filed(fmt.Sprint("req", i))) })
				}
			}
			result <- failed
		}()
	}
	b.ResetTimer()
	for i := range b.N {
		work <- i
	}
	close(work)
	for range replicas {
		if err := <-result; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tx/s")
}
