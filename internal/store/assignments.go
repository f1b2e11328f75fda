package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/delivery"
)

type assignmentRow struct {
	bun.BaseModel `bun:"table:assignments"`

	ID               string `bun:",pk"`
	UserID           string
	AccountID        string
	PermissionSetARN string `bun:"permission_set_arn"`
	Phase            string
	Since            int64
	RequestID        string
	CreateSentAt     int64
	InDoubt          bool
	Failure          string
	SeenAt           int64
	AbsentAt         int64
	Problem          string
	Tries            int64
	Urgency          int64
	NeedsSlot        bool
	DueAt            int64
	LeasedUntil      int64
	Looks            int64
	Version          int64
}

func fromAssignment(a delivery.Assignment) assignmentRow {
	return assignmentRow{
		ID: a.ID, UserID: a.UserID, AccountID: a.AccountID, PermissionSetARN: a.PermissionSetARN, Phase: string(a.Phase), Since: micros(a.Since),
		RequestID: a.RequestID, CreateSentAt: micros(a.CreateSentAt), InDoubt: a.InDoubt, Failure: a.Failure,
		SeenAt: micros(a.SeenAt), AbsentAt: micros(a.AbsentAt),
		Problem: a.Problem, Tries: int64(a.Tries), Urgency: int64(a.Urgency), NeedsSlot: a.NeedsSlot, DueAt: micros(a.DueAt),
		LeasedUntil: micros(a.LeasedUntil), Looks: a.Looks, Version: a.Version,
	}
}

func (r assignmentRow) assignment() delivery.Assignment {
	return delivery.Assignment{
		ID: r.ID, Triple: delivery.Triple{UserID: r.UserID, AccountID: r.AccountID, PermissionSetARN: r.PermissionSetARN},
		Phase: delivery.Phase(r.Phase), Since: instant(r.Since), RequestID: r.RequestID,
		CreateSentAt: instant(r.CreateSentAt), InDoubt: r.InDoubt, Failure: r.Failure,
		SeenAt: instant(r.SeenAt), AbsentAt: instant(r.AbsentAt), Problem: r.Problem, Tries: int(r.Tries), Urgency: delivery.Urgency(r.Urgency),
		NeedsSlot: r.NeedsSlot, DueAt: instant(r.DueAt), LeasedUntil: instant(r.LeasedUntil), Looks: r.Looks, Version: r.Version,
	}
}

// DueAssignment finds the most urgent assignment that is due.
func (t *tx) DueAssignment(ctx context.Context, now time.Time, room delivery.Room) (delivery.Assignment, bool, time.Time, error) {
	row, found, err := t.firstDue(ctx, now, room, false)
	if err == nil && found && row.Urgency > int64(delivery.EndsAccess) {
		// It may have been due for something less urgent first, and come to its end while it waited.
		var ending assignmentRow
		var ends bool
		if ending, ends, err = t.firstDue(ctx, now, room, true); ends {
			row = ending
		}
	}
	if err != nil {
		return delivery.Assignment{}, false, time.Time{}, err
	}
	if found {
		return row.assignment(), true, now, nil
	}
	next, err := t.nextDue(ctx, now, room)
	return delivery.Assignment{}, false, next, err
}

func (t *tx) firstDue(ctx context.Context, now time.Time, room delivery.Room, ending bool) (row assignmentRow, found bool, err error) {
	q := withRoom(t.NewSelect().Model(&row), room).
		Where("due_at > 0 AND due_at <= ?", micros(now)).
		Where("leased_until <= ? OR leased_until > ?", micros(now), micros(now.Add(delivery.LongestLease))).
		Order("urgency", "due_at", "id").Limit(1)
	if ending {
		q = q.Where("id IN (SELECT assignment_id FROM elevations WHERE state = 'active' AND ends_at <= ?)", micros(now))
	}
	err = q.Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return row, false, nil
	}
	if err != nil {
		return row, false, fmt.Errorf("find due assignments: %w", err)
	}
	return row, true, nil
}

// withRoom passes over assignments whose next step starts an operation for which there is no room.
func withRoom(q *bun.SelectQuery, room delivery.Room) *bun.SelectQuery {
	switch room {
	case delivery.RoomForAll:
		return q
	case delivery.RoomToRemove:
		return q.Where("NOT needs_slot OR phase = 'removing'")
	default:
		return q.Where("NOT needs_slot")
	}
}

// nextDue is when the next assignment is due: one that holds a lease not before that ends.
func (t *tx) nextDue(ctx context.Context, now time.Time, room delivery.Room) (time.Time, error) {
	longest := micros(now.Add(delivery.LongestLease))
	var next, released sql.NullInt64
	q := withRoom(t.NewSelect().Model((*assignmentRow)(nil)), room).ColumnExpr("due_at").
		Where("due_at > 0 AND NOT (leased_until > due_at AND leased_until <= ?)", longest).Order("due_at").Limit(1)
	if err := q.Scan(ctx, &next); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, fmt.Errorf("find the next due assignment: %w", err)
	}
	q = withRoom(t.NewSelect().Model((*assignmentRow)(nil)), room).ColumnExpr("MIN(leased_until)").
		Where("leased_until > 0 AND due_at > 0 AND leased_until > due_at AND leased_until <= ?", longest)
	if err := q.Scan(ctx, &released); err != nil {
		return time.Time{}, fmt.Errorf("find the next lease that ends: %w", err)
	}
	if !next.Valid || released.Valid && released.Int64 < next.Int64 {
		next = released
	}
	return instant(next.Int64), nil
}

// Assignment by id.
func (t *tx) Assignment(ctx context.Context, id string) (delivery.Assignment, error) {
	var row assignmentRow
	q := t.NewSelect().Model(&row).Where("id = ?", id)
	if err := q.Scan(ctx); err != nil {
		return delivery.Assignment{}, fmt.Errorf("read assignment %s: %w", id, err)
	}
	return row.assignment(), nil
}

// SaveAssignment writes a if nobody else has meanwhile. A change of phase must come with its event in the same
// transaction, which the caller applies.
func (t *tx) SaveAssignment(ctx context.Context, a delivery.Assignment) error {
	row := fromAssignment(a)
	t.wrote = true
	return t.put(ctx, &row, row.ID, &row.Version)
}

// InFlight counts operations AWS is working on, or may be: a Create or Delete being sent holds a lease.
func (t *tx) InFlight(ctx context.Context, now time.Time) (int, error) {
	working, err := t.NewSelect().Model((*assignmentRow)(nil)).Where("phase <> 'idle' AND phase IN ('creating', 'deleting')").Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count operations in flight: %w", err)
	}
	sending, err := t.NewSelect().Model((*assignmentRow)(nil)).
		Where("leased_until > 0 AND leased_until > ? AND phase IN ('claimed', 'removing')", micros(now)).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count operations being sent: %w", err)
	}
	return int(working + sending), nil
}

// OthersInFlight lists the assignments in a phase.
func (t *tx) OthersInFlight(ctx context.Context, p delivery.Phase) ([]delivery.Assignment, error) {
	var rows []assignmentRow
	if err := t.NewSelect().Model(&rows).Where("phase = ?", string(p)).Order("id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read assignments in flight: %w", err)
	}
	out := make([]delivery.Assignment, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.assignment())
	}
	return out, nil
}

type pipeRow struct {
	bun.BaseModel `bun:"table:aws_pipe"`

	Name   string `bun:",pk"`
	Tokens float64
	At     int64
}

// Pipe reads a pipe's bucket; one that was never used is the zero Pipe.
func (t *tx) Pipe(ctx context.Context, name string) (delivery.Pipe, error) {
	var row pipeRow
	q := t.NewSelect().Model(&row).Where("name = ?", name)
	err := q.Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return delivery.Pipe{}, nil
	}
	if err != nil {
		return delivery.Pipe{}, fmt.Errorf("read pipe %s: %w", name, err)
	}
	return delivery.Pipe{Tokens: row.Tokens, At: instant(row.At)}, nil
}

// SavePipe writes a pipe's bucket.
func (t *tx) SavePipe(ctx context.Context, name string, p delivery.Pipe) error {
	row := pipeRow{Name: name, Tokens: p.Tokens, At: micros(p.At)}
	_, err := t.NewInsert().Model(&row).On("CONFLICT (name) DO UPDATE").Set("tokens = EXCLUDED.tokens").Set("at = EXCLUDED.at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("write pipe %s: %w", name, err)
	}
	return nil
}
