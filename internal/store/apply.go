package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/delivery"
)

// errSilent refuses a change nobody could ever see happened (P6).
var errSilent = errors.New("a change without an event is refused")

// Apply writes a change whole. New rows have version 0; others must be at the version they were read at.
func (t *tx) Apply(ctx context.Context, c access.Change) error {
	signalsOnly := c.Request == nil && len(c.Targets)+len(c.Votes)+len(c.Elevations)+len(c.Looks) == 0 && len(c.Alarms) > 0
	if len(c.Events) == 0 && !signalsOnly {
		return errSilent
	}
	t.wrote = true
	if r := c.Request; r != nil {
		row := fromRequest(*r)
		if err := t.put(ctx, &row, row.ID, &row.Version); err != nil {
			return fmt.Errorf("write request %s: %w", r.ID, err)
		}
	}
	requests := requestCache{t: t, known: c.Request}
	if err := t.applyTargets(ctx, c, &requests); err != nil {
		return err
	}
	if err := t.applyVotes(ctx, c, &requests); err != nil {
		return err
	}
	for _, e := range c.Elevations {
		row := fromElevation(e)
		if err := t.put(ctx, &row, row.ID, &row.Version); err != nil {
			return fmt.Errorf("write elevation %s: %w", e.ID, err)
		}
	}
	for _, l := range c.Looks {
		if err := t.look(ctx, l); err != nil {
			return err
		}
	}
	events := c.Events
	for _, s := range c.Alarms {
		if s.At.IsZero() && len(c.Events) > 0 {
			s.At = c.Events[0].At
		}
		if s.At.IsZero() {
			return fmt.Errorf("signal %s has no time", s.Kind)
		}
		e, err := t.signal(ctx, s)
		if err != nil {
			return err
		}
		events = append(events, e...)
	}
	if len(events) == 0 {
		return nil
	}
	return t.appendEvents(ctx, events)
}

// put inserts a row at version 0, and otherwise writes it if nobody else has meanwhile.
func (t *tx) put(ctx context.Context, row any, id string, version *int64) error {
	at := *version
	*version = at + 1
	if at == 0 {
		if _, err := t.NewInsert().Model(row).Exec(ctx); err != nil {
			return fmt.Errorf("insert row %s: %w", id, err)
		}
		return nil
	}
	return once(t.NewUpdate().Model(row).Where("id = ?", id).Where("version = ?", at).Exec(ctx))
}

func (t *tx) applyTargets(ctx context.Context, c access.Change, requests *requestCache) error {
	// A target can be in a change twice, as when a vote leaves it pending; the last one is how it ends up.
	last := map[string]access.Target{}
	var order []string
	for _, target := range c.Targets {
		if _, seen := last[target.ID]; !seen {
			order = append(order, target.ID)
		}
		last[target.ID] = target
	}
	for _, id := range order {
		target := last[id]
		r, err := requests.of(ctx, target.RequestID)
		if err != nil {
			return err
		}
		row := fromTarget(target, r.ExpiresAt)
		if err := t.put(ctx, &row, row.ID, &row.Version); err != nil {
			return fmt.Errorf("write target %s: %w", id, err)
		}
	}
	return nil
}

func (t *tx) applyVotes(ctx context.Context, c access.Change, requests *requestCache) error {
	for _, v := range c.Votes {
		r, err := requests.ofTarget(ctx, v.TargetID)
		if err != nil {
			return err
		}
		row := voteRow{
			ID: v.ID, TargetID: v.TargetID, VoterID: v.VoterID, BeneficiaryID: r.BeneficiaryID, Stage: int64(v.Stage), Approve: v.Approve,
			Comment: v.Comment, At: micros(v.At), Strength: v.Strength, VoterGroups: list(v.Groups), Proofs: list(v.Proofs),
		}
		if _, err := t.NewInsert().Model(&row).Exec(ctx); err != nil {
			return fmt.Errorf("write vote on %s: %w", v.TargetID, err)
		}
	}
	return nil
}

// requestCache reads each request of a change once.
type requestCache struct {
	t     *tx
	known *access.Request
}

func (r *requestCache) of(ctx context.Context, id string) (*access.Request, error) {
	if r.known != nil && r.known.ID == id {
		return r.known, nil
	}
	var row requestRow
	if err := r.t.NewSelect().Model(&row).Where("id = ?", id).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read request %s: %w", id, err)
	}
	found, err := row.request()
	r.known = &found
	return r.known, err
}

func (r *requestCache) ofTarget(ctx context.Context, targetID string) (*access.Request, error) {
	var id string
	if err := r.t.NewSelect().Model((*targetRow)(nil)).Column("request_id").Where("id = ?", targetID).Scan(ctx, &id); err != nil {
		return nil, fmt.Errorf("read target %s: %w", targetID, err)
	}
	return r.of(ctx, id)
}

// look makes an assignment due, creating its row if there is none. It does not touch the version: a step in progress
// keeps its result, and sees by looks that it must look again.
func (t *tx) look(ctx context.Context, l access.Look) error {
	row := fromAssignment(delivery.NewAssignment(l))
	row.Version = 1
	urgency := int64(delivery.GivesAccess)
	if l.Removal {
		urgency = int64(delivery.EndsAccess)
	}
	row.Urgency = urgency
	_, err := t.NewInsert().Model(&row).
		On("CONFLICT (id) DO UPDATE").
		Set("looks = assignment_row.looks + 1").
		Set("due_at = CASE WHEN assignment_row.due_at = 0 OR assignment_row.due_at > EXCLUDED.due_at THEN EXCLUDED.due_at ELSE assignment_row.due_at END").
		Set("urgency = CASE WHEN assignment_row.urgency > EXCLUDED.urgency THEN EXCLUDED.urgency ELSE assignment_row.urgency END").
		Exec(ctx)
	if err != nil {
		return fmt.Errorf("ask for a look at assignment %s: %w", l.AssignmentID, err)
	}
	return nil
}

type alarmRow struct {
	bun.BaseModel `bun:"table:alarms"`

	ID       string `bun:",pk"`
	Kind     string
	Severity string
	Subject  string
	Sentence string
	OpenedAt int64
	LastSeen int64
	Times    int64
	ClosedAt int64
}

// signal opens, renews or closes an alarm. Opening and closing are events; renewing is not, or a removal that fails
// for a week would fill the log.
func (t *tx) signal(ctx context.Context, s alarm.Signal) ([]audit.Event, error) {
	now := s.At
	var open alarmRow
	known := true
	err := t.NewSelect().Model(&open).Where("kind = ? AND subject = ? AND closed_at = 0", string(s.Kind), s.Subject).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		known, err = false, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read alarm %s: %w", s.Kind, err)
	}
	event := func(verb, id, sentence string) []audit.Event {
		return []audit.Event{{
			Kind: "alarm." + verb, At: now, Actor: audit.Actor{Kind: audit.System, ID: "alarm"},
			Subject: audit.Subject{Alarm: id},
			Data:    map[string]any{"kind": string(s.Kind), "severity": string(alarm.SeverityOf(s.Kind)), "about": s.Subject, "sentence": sentence},
		}}
	}
	switch {
	case !known && s.Close:
		return nil, nil
	case !known:
		row := alarmRow{
			ID: t.s.options.IDs.Make("alm"), Kind: string(s.Kind), Severity: string(alarm.SeverityOf(s.Kind)), Subject: s.Subject,
			Sentence: s.Sentence, OpenedAt: micros(now), LastSeen: micros(now), Times: 1,
		}
		if _, err := t.NewInsert().Model(&row).Exec(ctx); err != nil {
			return nil, fmt.Errorf("open alarm %s: %w", s.Kind, err)
		}
		return event("opened", row.ID, s.Sentence), nil
	case s.Close:
		open.ClosedAt = micros(now)
	default:
		open.LastSeen, open.Sentence = micros(now), s.Sentence
		open.Times++
	}
	if _, err := t.NewUpdate().Model(&open).Where("id = ?", open.ID).Exec(ctx); err != nil {
		return nil, fmt.Errorf("write alarm %s: %w", s.Kind, err)
	}
	if s.Close {
		return event("closed", open.ID, open.Sentence), nil
	}
	return nil, nil
}
