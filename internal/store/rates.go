package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/edge"
)

type rateRow struct {
	bun.BaseModel `bun:"table:rate_counts"`

	Rule     string `bun:",pk"`
	Client   string `bun:",pk"`
	Bucket   int64  `bun:",pk"`
	Replica  string `bun:",pk"`
	Requests int64
}

// Rates is where replicas share how often clients ask. It is no state of TEAM's, and is written beside the one writer:
// each replica writes rows of its own only.
func (s *Store) Rates() edge.RateStore { return rateStore{s} }

type rateStore struct{ s *Store }

// AddRate adds to a count that all replicas share, and gives what was counted until then, this included: additions to a
// row come one after the other, so that each knows which one it was.
func (r rateStore) AddRate(ctx context.Context, of edge.RateCount, from int64) ([]edge.RateCount, error) {
	patient, cancel := r.s.patient(ctx)
	defer cancel()
	row := rateRow{Rule: string(of.Rule), Client: of.Client, Bucket: of.Bucket, Requests: int64(of.Count)}
	_, err := r.s.db.NewInsert().Model(&row).On("CONFLICT (rule, client, bucket, replica) DO UPDATE").
		Set("requests = rate_row.requests + EXCLUDED.requests").Returning("requests").Exec(patient)
	if err != nil {
		return nil, reached(fmt.Errorf("count request: %w", err))
	}
	counts, err := r.Rates(ctx, of.Rule, of.Client, from)
	if err != nil {
		return nil, err
	}
	counts = slices.DeleteFunc(counts, func(c edge.RateCount) bool { return c.Bucket >= of.Bucket })
	return append(counts, edge.RateCount{Rule: of.Rule, Client: of.Client, Bucket: of.Bucket, Count: int(row.Requests)}), nil
}

// Rates gives what all replicas counted of a client.
func (r rateStore) Rates(ctx context.Context, rule edge.Rule, client string, from int64) ([]edge.RateCount, error) {
	var rows []rateRow
	err := r.s.ro.NewSelect().Model(&rows).ColumnExpr("bucket, sum(requests) AS requests").
		Where("rule = ? AND client = ? AND bucket >= ?", string(rule), client, from).Group("bucket").Order("bucket").Scan(ctx)
	if err != nil {
		return nil, reached(fmt.Errorf("read counts of requests: %w", err))
	}
	counts := make([]edge.RateCount, 0, len(rows))
	for _, row := range rows {
		counts = append(counts, edge.RateCount{Rule: rule, Client: client, Bucket: row.Bucket, Count: int(row.Requests)})
	}
	return counts, nil
}

// PublishRates writes what a replica counted.
func (r rateStore) PublishRates(ctx context.Context, replica string, counts []edge.RateCount) error {
	ctx, cancel := r.s.patient(ctx)
	defer cancel()
	rows := make([]rateRow, 0, len(counts))
	for _, c := range counts {
		rows = append(rows, rateRow{Rule: string(c.Rule), Client: c.Client, Bucket: c.Bucket, Replica: replica, Requests: int64(c.Count)})
	}
	for len(rows) > 0 {
		part := rows[:min(len(rows), publishedAtOnce)]
		rows = rows[len(part):]
		_, err := r.s.db.NewInsert().Model(&part).On("CONFLICT (rule, client, bucket, replica) DO UPDATE").
			Set("requests = EXCLUDED.requests").Exec(ctx)
		if err != nil {
			return reached(fmt.Errorf("write counts of requests: %w", err))
		}
	}
	return nil
}

// publishedAtOnce rows fit into one statement.
const publishedAtOnce = 500

// OtherRates gives what other replicas counted, those who ask most first where there are too many.
func (r rateStore) OtherRates(ctx context.Context, replica string, rules []edge.Rule, from int64, limit int) ([]edge.RateCount, error) {
	names := make([]string, 0, len(rules))
	for _, rule := range rules {
		names = append(names, string(rule))
	}
	var rows []rateRow
	err := r.s.ro.NewSelect().Model(&rows).ColumnExpr("rule, client, bucket, sum(requests) AS requests").
		Where("bucket >= ? AND replica <> ? AND rule IN (?)", from, replica, bun.List(names)).
		Group("rule", "client", "bucket").OrderExpr("requests DESC, rule, client, bucket").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, reached(fmt.Errorf("read counts of requests of other replicas: %w", err))
	}
	counts := make([]edge.RateCount, 0, len(rows))
	for _, row := range rows {
		counts = append(counts, edge.RateCount{Rule: edge.Rule(row.Rule), Client: row.Client, Bucket: row.Bucket, Count: int(row.Requests)})
	}
	return counts, nil
}

// ForgetRates forgets what counts no more, if there is any.
func (r rateStore) ForgetRates(ctx context.Context, before int64) error {
	old, err := r.s.ro.NewSelect().Model((*rateRow)(nil)).Where("bucket < ?", before).Exists(ctx)
	if err != nil || !old {
		return reached(err)
	}
	if _, err := r.s.db.NewRaw("DELETE FROM rate_counts WHERE bucket < ?", before).Exec(ctx); err != nil {
		return reached(fmt.Errorf("forget counts of requests: %w", err))
	}
	return nil
}
