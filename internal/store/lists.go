package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/delivery"
)

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
