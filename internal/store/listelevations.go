package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/access"
)

// Elevations lists elevations.
func (s *Store) Elevations(ctx context.Context, f access.ElevationFilter) (found []access.ListedElevation, err error) {
	err = s.view(ctx, func(ctx context.Context, t *tx) error {
		var rows []elevationRow
		if f.ByEnd {
			rows, err = t.elevationsByEnd(ctx, f)
		} else {
			rows, err = t.elevationsByID(ctx, f)
		}
		if err != nil {
			return err
		}
		found, err = t.named(ctx, rows)
		return err
	})
	return found, err
}

// CountElevations counts what Elevations would list over all pages, up to f.Limit.
func (s *Store) CountElevations(ctx context.Context, f access.ElevationFilter) (int, error) {
	f.After = access.ElevationPlace{}
	if f.ByEnd {
		f.Statuses = []string{"in progress"}
	}
	return s.countKeys(ctx, s.elevationKeys(f), f.Limit)
}

func (s *Store) elevationKeys(f access.ElevationFilter) *keyQuery {
	q := &keyQuery{
		sqlite: s.isSQLite(), from: "elevations", key: "d.id", prefix: "elv", standing: "d.standing", startAt: "d.start_at", createdAt: "d.created_at",
		spans: spansOf(f.Statuses), now: f.Now, since: f.From, until: f.To, ascending: f.Ascending, after: f.After.ID,
	}
	switch {
	case f.UserID != "":
		q.walk("elevations_by_user", "elevations_by_user_standing")
	case f.AccountID != "":
		q.walk("elevations_by_account", "elevations_by_account_standing")
	case f.PermissionSetARN != "":
		q.walk("elevations_by_permission_set", "elevations_by_permission_set_standing")
	default:
		q.walk("", "elevations_by_standing")
	}
	q.equal("d.user_id", f.UserID)
	q.equal("d.account_id", f.AccountID)
	q.equal("d.permission_set_arn", f.PermissionSetARN)
	return q
}

func (t *tx) elevationsByID(ctx context.Context, f access.ElevationFilter) ([]elevationRow, error) {
	text, args := t.s.elevationKeys(f).sql(f.Limit)
	direction := "id DESC"
	if f.Ascending {
		direction = "id"
	}
	var ids []string
	if err := t.NewRaw(text, args...).Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("list elevations: %w", err)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []elevationRow
	if err := t.NewSelect().Model(&rows).Where("id IN (?)", bun.List(ids)).OrderExpr(direction).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read listed elevations: %w", err)
	}
	return rows, nil
}

// elevationsByEnd walks what is in progress in the order in which it ends: an index of its own, in which nothing is
// that ended.
func (t *tx) elevationsByEnd(ctx context.Context, f access.ElevationFilter) ([]elevationRow, error) {
	var rows []elevationRow
	order, beyond := "DESC", "<"
	if f.Ascending {
		order, beyond = "ASC", ">"
	}
	q := t.NewSelect().Model(&rows).Where("standing = 10").Limit(int64(f.Limit)).OrderExpr("ends_at " + order + ", id " + order)
	for _, w := range []struct{ column, value string }{{"user_id", f.UserID}, {"account_id", f.AccountID}, {"permission_set_arn", f.PermissionSetARN}} {
		if w.value != "" {
			q = q.Where("? = ?", bun.Ident(w.column), w.value)
		}
	}
	if !f.From.IsZero() {
		q = q.Where("created_at >= ?", micros(f.From))
	}
	if !f.To.IsZero() {
		q = q.Where("created_at < ?", micros(f.To))
	}
	if f.After.ID != "" {
		q = q.Where("(ends_at, id) "+beyond+" (?, ?)", micros(f.After.EndsAt), f.After.ID)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list elevations by end: %w", err)
	}
	return rows, nil
}

// named puts the names of their targets to elevations.
func (t *tx) named(ctx context.Context, rows []elevationRow) ([]access.ListedElevation, error) {
	ids := make([]string, 0, len(rows))
	for _, r := range rows {
		ids = append(ids, r.TargetID)
	}
	var targets []targetRow
	if len(ids) > 0 {
		err := t.NewSelect().Model(&targets).Column("id", "account_name", "permission_set_name").Where("id IN (?)", bun.List(ids)).Scan(ctx)
		if err != nil {
			return nil, fmt.Errorf("read targets of elevations: %w", err)
		}
	}
	of := make(map[string]targetRow, len(targets))
	for _, t := range targets {
		of[t.ID] = t
	}
	out := make([]access.ListedElevation, 0, len(rows))
	for _, r := range rows {
		t := of[r.TargetID]
		out = append(out, access.ListedElevation{Elevation: r.elevation(), AccountName: t.AccountName, PermissionSetName: t.PermissionSetName})
	}
	return out, nil
}
