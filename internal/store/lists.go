package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gofrs/uuid/v5"
	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/delivery"
)

// standings are the numbers that migration 00003 derives for the status words. "scheduled" and "approved" share
// the number 8 with a look at the clock.
var standings = map[string]int64{
	"ended": 1, "cancelled": 2, "expired": 3, "rejected": 4, "revoked": 5, "error": 6,
	"approved": 7, "scheduled": 8, "pending": 9, "in progress": 10,
}

// standing restricts q to a status word. start is the column that holds when access is to begin.
func standing(q *bun.SelectQuery, table bun.Ident, word string, now time.Time) *bun.SelectQuery {
	switch word {
	case "":
		return q
	case "scheduled":
		return q.Where("?.standing = ? AND ?.start_at > ?", table, standings[word], table, micros(now))
	case "approved":
		return q.Where("(?.standing = ? OR (?.standing = ? AND ?.start_at <= ?))",
			table, standings["approved"], table, standings["scheduled"], table, micros(now))
	default:
		return q.Where("?.standing = ?", table, standings[word])
	}
}

// idSlack is how far an id's own time and the row's may lie apart: both come from one replica's clock, moments
// after each other.
const idSlack = time.Minute

// created restricts q to rows created in a span of time. Ids begin with their time (UUIDv7), so bounds on the id let
// the index find the span; the exact bounds are those of created_at.
func created(q *bun.SelectQuery, table bun.Ident, prefix, column string, from, to time.Time) *bun.SelectQuery {
	if !from.IsZero() {
		q = q.Where("?.? >= ? AND ?.created_at >= ?", table, bun.Ident(column), idAt(prefix, from.Add(-idSlack)), bun.Ident(createdTable(table)), micros(from))
	}
	if !to.IsZero() {
		q = q.Where("?.? <= ? AND ?.created_at < ?", table, bun.Ident(column), idAt(prefix, to.Add(idSlack)), bun.Ident(createdTable(table)), micros(to))
	}
	return q
}

// createdTable is where created_at stands: targets have none, so the list that is driven by them joins requests.
func createdTable(table bun.Ident) string {
	if table == "target_row" {
		return "request_row"
	}
	return string(table)
}

// idAt is the smallest id with the prefix that can have been made at t.
func idAt(prefix string, t time.Time) string {
	var u uuid.UUID
	ms := max(t.UnixMilli(), 0)
	for i := range 6 {
		u[i] = byte(ms >> (8 * (5 - i)))
	}
	return prefix + "_" + u.String()
}

// Requests lists requests with all that belongs to them, the newest first.
func (s *Store) Requests(ctx context.Context, f access.RequestFilter) (cases []access.Case, err error) {
	err = s.view(ctx, func(ctx context.Context, t *tx) error {
		ids, err := t.requestIDs(ctx, f)
		if err != nil {
			return err
		}
		cases, err = t.cases(ctx, ids)
		return err
	})
	return cases, err
}

// requestIDs finds a page. Where an account or permission set is asked for, targets drive the search, since they are
// few for one account; their request ids come in the list's order from the index.
func (t *tx) requestIDs(ctx context.Context, f access.RequestFilter) ([]string, error) {
	var ids []string
	requests := bun.Ident("request_row")
	table, column := requests, "id"
	q := t.NewSelect().Model((*requestRow)(nil))
	if f.AccountID != "" || f.PermissionSetARN != "" {
		table, column = bun.Ident("target_row"), "request_id"
		q = t.NewSelect().Model((*targetRow)(nil)).Join("JOIN requests AS request_row ON request_row.id = target_row.request_id").Distinct()
		if f.AccountID != "" {
			q = q.Where("target_row.account_id = ?", f.AccountID)
		}
		if f.PermissionSetARN != "" {
			q = q.Where("target_row.permission_set_arn = ?", f.PermissionSetARN)
		}
	}
	q = q.ColumnExpr("?.?", table, bun.Ident(column)).OrderExpr("?.? DESC", table, bun.Ident(column)).Limit(int64(f.Limit))
	if f.Before != "" {
		q = q.Where("?.? < ?", table, bun.Ident(column), f.Before)
	}
	if f.BeneficiaryID != "" {
		q = q.Where("request_row.beneficiary_id = ?", f.BeneficiaryID)
	}
	if f.FiledByMachine != "" {
		q = q.Where("request_row.machine AND request_row.filed_by = ?", f.FiledByMachine)
	}
	if f.VoterID != "" {
		q = q.Where("request_row.id IN (SELECT vt.request_id FROM votes AS v JOIN targets AS vt ON vt.id = v.target_id WHERE v.voter_id = ?)", f.VoterID)
	}
	if f.Pending {
		q = q.Where("request_row.id IN (SELECT pt.request_id FROM targets AS pt WHERE pt.pending_until > 0)")
	}
	q = created(standing(q, requests, f.Status, f.Now), table, "req", column, f.From, f.To)
	if err := q.Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("list requests: %w", err)
	}
	return ids, nil
}

// cases reads several requests with all that belongs to them, in the order of ids, with one query a table.
func (t *tx) cases(ctx context.Context, ids []string) ([]access.Case, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var requests []requestRow
	if err := t.NewSelect().Model(&requests).Where("id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read requests: %w", err)
	}
	cases := make([]access.Case, len(ids))
	at := make(map[string]*access.Case, len(ids))
	for i, id := range ids {
		at[id] = &cases[i]
	}
	for _, r := range requests {
		v, err := r.request()
		if err != nil {
			return nil, err
		}
		at[r.ID].Request = v
	}
	if err := t.addTargets(ctx, ids, at); err != nil {
		return nil, err
	}
	return cases, nil
}

// addTargets adds targets, votes and elevations; for an extension also the elevation it extends.
func (t *tx) addTargets(ctx context.Context, ids []string, at map[string]*access.Case) error {
	var targets []targetRow
	if err := t.NewSelect().Model(&targets).Where("request_id IN (?)", bun.List(ids)).Order("id").Scan(ctx); err != nil {
		return fmt.Errorf("read targets: %w", err)
	}
	of := make(map[string]*access.Case, len(targets))
	extending := map[string][]*access.Case{}
	var targetIDs, extended []string
	for _, r := range targets {
		v, err := r.target()
		if err != nil {
			return err
		}
		c := at[r.RequestID]
		c.Targets = append(c.Targets, v)
		of[v.ID] = c
		targetIDs = append(targetIDs, v.ID)
		if v.Extends != "" {
			extended = append(extended, v.Extends)
			extending[v.Extends] = append(extending[v.Extends], c)
		}
	}
	if len(targetIDs) == 0 {
		return nil
	}
	if err := t.addVotes(ctx, targetIDs, of); err != nil {
		return err
	}
	es, err := t.elevations(ctx, "request_id IN (?)", bun.List(ids))
	if err != nil {
		return err
	}
	for _, e := range es {
		at[e.RequestID].Elevations = append(at[e.RequestID].Elevations, e)
	}
	if len(extended) == 0 {
		return nil
	}
	es, err = t.elevations(ctx, "id IN (?)", bun.List(extended))
	if err != nil {
		return err
	}
	for _, e := range es {
		for _, c := range slices.Compact(extending[e.ID]) {
			c.Elevations = append(c.Elevations, e)
		}
	}
	return nil
}

func (t *tx) addVotes(ctx context.Context, targetIDs []string, of map[string]*access.Case) error {
	var votes []voteRow
	if err := t.NewSelect().Model(&votes).Where("target_id IN (?)", bun.List(targetIDs)).Order("at", "id").Scan(ctx); err != nil {
		return fmt.Errorf("read votes: %w", err)
	}
	for _, r := range votes {
		v, err := r.vote()
		if err != nil {
			return err
		}
		of[r.TargetID].Votes = append(of[r.TargetID].Votes, v)
	}
	return nil
}

// Elevations lists elevations, the newest first.
func (s *Store) Elevations(ctx context.Context, f access.ElevationFilter) ([]access.ListedElevation, error) {
	var rows []elevationRow
	table := bun.Ident("elevation_row")
	q := s.ro.NewSelect().Model(&rows).OrderExpr("?.id DESC", table).Limit(int64(f.Limit))
	for _, w := range []struct{ column, value string }{{"user_id", f.UserID}, {"account_id", f.AccountID}, {"permission_set_arn", f.PermissionSetARN}} {
		if w.value != "" {
			q = q.Where("?.? = ?", table, bun.Ident(w.column), w.value)
		}
	}
	if f.Before != "" {
		q = q.Where("?.id < ?", table, f.Before)
	}
	q = created(standing(q, table, f.Status, f.Now), table, "elv", "id", f.From, f.To)
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list elevations: %w", err)
	}
	return s.named(ctx, rows)
}

// named puts the names of their targets to elevations.
func (s *Store) named(ctx context.Context, rows []elevationRow) ([]access.ListedElevation, error) {
	ids := make([]string, 0, len(rows))
	for _, r := range rows {
		ids = append(ids, r.TargetID)
	}
	var targets []targetRow
	if len(ids) > 0 {
		err := s.ro.NewSelect().Model(&targets).Column("id", "account_name", "permission_set_name").Where("id IN (?)", bun.List(ids)).Scan(ctx)
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

// Assignments lists assignments in the order in which they are due.
func (s *Store) Assignments(ctx context.Context, f delivery.AssignmentFilter) ([]delivery.Assignment, error) {
	var rows []assignmentRow
	q := s.ro.NewSelect().Model(&rows).Order("due_at", "id").Limit(int64(f.Limit))
	if f.Phase != "" {
		q = q.Where("phase = ?", string(f.Phase))
	}
	if f.Problem {
		q = q.Where("problem <> ''")
	}
	if f.Open {
		q = q.Where("due_at > 0")
	}
	for _, w := range []struct{ column, value string }{{"user_id", f.UserID}, {"account_id", f.AccountID}, {"permission_set_arn", f.PermissionSetARN}} {
		if w.value != "" {
			q = q.Where("? = ?", bun.Ident(w.column), w.value)
		}
	}
	if f.After != (delivery.AssignmentPlace{}) {
		q = q.Where("(due_at, id) > (?, ?)", f.After.DueMicros, f.After.ID)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list assignments: %w", err)
	}
	out := make([]delivery.Assignment, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.assignment())
	}
	return out, nil
}

// Alarms lists alarms, the newest first unless the filter says otherwise.
func (s *Store) Alarms(ctx context.Context, f alarm.Filter) ([]alarm.Alarm, error) {
	var rows []alarmRow
	q := s.ro.NewSelect().Model(&rows).Limit(int64(f.Limit))
	if f.OpenOnly {
		q = q.Where("closed_at = 0")
	}
	if f.ClosedOnly {
		q = q.Where("closed_at > 0")
	}
	for _, w := range []struct{ column, value string }{{"kind", string(f.Kind)}, {"severity", string(f.Severity)}, {"subject", f.Subject}} {
		if w.value != "" {
			q = q.Where("? = ?", bun.Ident(w.column), w.value)
		}
	}
	q = paged(spanned(q, "opened_at", f.From, f.To), f.OldestFirst, f.After)
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list alarms: %w", err)
	}
	out := make([]alarm.Alarm, 0, len(rows))
	for _, r := range rows {
		out = append(out, alarm.Alarm{
			ID: r.ID, Kind: alarm.Kind(r.Kind), Severity: alarm.Severity(r.Severity), Subject: r.Subject, Sentence: r.Sentence,
			OpenedAt: instant(r.OpenedAt), LastSeen: instant(r.LastSeen), Times: r.Times, ClosedAt: instant(r.ClosedAt),
		})
	}
	return out, nil
}
