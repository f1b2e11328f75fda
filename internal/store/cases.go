package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/policy"
)

type requestRow struct {
	bun.BaseModel `bun:"table:requests"`

	ID            string `bun:",pk"`
	Kind          string
	BeneficiaryID string
	FiledBy       string
	Machine       bool
	Others        string
	Justification string
	Ticket        string
	StartAt       int64
	Duration      int64
	CreatedAt     int64
	ExpiresAt     int64
	Version       int64
}

type targetRow struct {
	bun.BaseModel `bun:"table:targets"`

	ID                string `bun:",pk"`
	RequestID         string
	AccountID         string
	AccountName       string
	PermissionSetARN  string `bun:"permission_set_arn"`
	PermissionSetName string
	State             string
	DecidedAt         int64
	Extends           string
	Policies          string
	PendingUntil      int64
	Version           int64
}

type voteRow struct {
	bun.BaseModel `bun:"table:votes"`

	ID            string `bun:",pk"`
	TargetID      string
	VoterID       string
	BeneficiaryID string
	Stage         int64
	Approve       bool
	Comment       string
	At            int64
	Strength      string
	VoterGroups   string
	Proofs        string
	Void          bool
}

type elevationRow struct {
	bun.BaseModel `bun:"table:elevations"`

	ID               string `bun:",pk"`
	TargetID         string
	RequestID        string
	AssignmentID     string
	UserID           string
	AccountID        string
	PermissionSetARN string `bun:"permission_set_arn"`
	State            string
	Reason           string
	Detail           string
	StartAt          int64
	Duration         int64
	Deadline         int64
	ActivatedAt      int64
	EndsAt           int64
	EndedAt          int64
	EndedBy          string
	HeldBy           string
	Extensions       int64
	Attempt          int64
	CreatedAt        int64
	Version          int64
}

func list[T any](v []T) string {
	if v == nil {
		v = []T{}
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("marshal list: %v", err)) // strings and plain structs always marshal
	}
	return string(b)
}

func unlist[T any](text string) (v []T, err error) {
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return nil, fmt.Errorf("read list from a row: %w", err)
	}
	if len(v) == 0 {
		return nil, nil
	}
	return v, nil
}

func fromRequest(r access.Request) requestRow {
	return requestRow{
		ID: r.ID, Kind: string(r.Kind), BeneficiaryID: r.BeneficiaryID, FiledBy: r.FiledBy, Machine: r.Machine, Others: list(r.Others),
		Justification: r.Justification, Ticket: r.Ticket, StartAt: micros(r.StartAt), Duration: r.Duration.Microseconds(),
		CreatedAt: micros(r.CreatedAt), ExpiresAt: micros(r.ExpiresAt), Version: r.Version,
	}
}

func (r requestRow) request() (access.Request, error) {
	others, err := unlist[string](r.Others)
	return access.Request{
		ID: r.ID, Kind: access.RequestKind(r.Kind), BeneficiaryID: r.BeneficiaryID, FiledBy: r.FiledBy, Machine: r.Machine, Others: others,
		Justification: r.Justification, Ticket: r.Ticket, StartAt: instant(r.StartAt), Duration: time.Duration(r.Duration) * time.Microsecond,
		CreatedAt: instant(r.CreatedAt), ExpiresAt: instant(r.ExpiresAt), Version: r.Version,
	}, err
}

func fromTarget(t access.Target, pendingUntil time.Time) targetRow {
	row := targetRow{
		ID: t.ID, RequestID: t.RequestID, AccountID: t.AccountID, AccountName: t.AccountName, PermissionSetARN: t.PermissionSetARN,
		PermissionSetName: t.PermissionSetName, State: string(t.Decision), DecidedAt: micros(t.DecidedAt), Extends: t.Extends,
		Policies: list(t.Policies), Version: t.Version,
	}
	if t.Decision == access.Pending {
		row.PendingUntil = micros(pendingUntil)
	}
	return row
}

func (r targetRow) target() (access.Target, error) {
	refs, err := unlist[policy.Ref](r.Policies)
	return access.Target{
		ID: r.ID, RequestID: r.RequestID, AccountID: r.AccountID, AccountName: r.AccountName, PermissionSetARN: r.PermissionSetARN,
		PermissionSetName: r.PermissionSetName, Decision: access.Decision(r.State), DecidedAt: instant(r.DecidedAt), Extends: r.Extends,
		Policies: refs, Version: r.Version,
	}, err
}

func (r voteRow) vote() (access.Vote, error) {
	groups, err := unlist[string](r.VoterGroups)
	if err != nil {
		return access.Vote{}, err
	}
	proofs, err := unlist[access.Proof](r.Proofs)
	return access.Vote{
		ID: r.ID, TargetID: r.TargetID, VoterID: r.VoterID, Stage: int(r.Stage), Approve: r.Approve, Comment: r.Comment,
		At: instant(r.At), Strength: r.Strength, Proofs: proofs, Groups: groups, Void: r.Void,
	}, err
}

func fromElevation(e access.Elevation) elevationRow {
	return elevationRow{
		ID: e.ID, TargetID: e.TargetID, RequestID: e.RequestID, AssignmentID: e.AssignmentID, UserID: e.UserID, AccountID: e.AccountID,
		PermissionSetARN: e.PermissionSetARN, State: string(e.State), Reason: string(e.Reason), Detail: e.Detail, StartAt: micros(e.StartAt),
		Duration: e.Duration.Microseconds(), Deadline: micros(e.Deadline), ActivatedAt: micros(e.ActivatedAt), EndsAt: micros(e.EndsAt),
		EndedAt: micros(e.EndedAt), EndedBy: e.EndedBy, HeldBy: e.HeldBy, Extensions: int64(e.Extensions), Attempt: int64(e.Attempt),
		CreatedAt: micros(e.CreatedAt), Version: e.Version,
	}
}

func (r elevationRow) elevation() access.Elevation {
	return access.Elevation{
		ID: r.ID, TargetID: r.TargetID, RequestID: r.RequestID, AssignmentID: r.AssignmentID, UserID: r.UserID, AccountID: r.AccountID,
		PermissionSetARN: r.PermissionSetARN, State: access.State(r.State), Reason: access.Reason(r.Reason), Detail: r.Detail,
		StartAt: instant(r.StartAt), Duration: time.Duration(r.Duration) * time.Microsecond, Deadline: instant(r.Deadline),
		ActivatedAt: instant(r.ActivatedAt), EndsAt: instant(r.EndsAt), EndedAt: instant(r.EndedAt), EndedBy: r.EndedBy, HeldBy: r.HeldBy,
		Extensions: int(r.Extensions), Attempt: int(r.Attempt), CreatedAt: instant(r.CreatedAt), Version: r.Version,
	}
}

// Case reads a request with all that belongs to it: for an extension, the elevation it extends too.
func (t *tx) Case(ctx context.Context, requestID string) (access.Case, error) {
	var row requestRow
	if err := t.NewSelect().Model(&row).Where("id = ?", requestID).Scan(ctx); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return access.Case{}, &access.Error{Code: access.CodeNotFound, Message: "there is no request " + requestID + " that you may see"}
		}
		return access.Case{}, fmt.Errorf("read request %s: %w", requestID, err)
	}
	var c access.Case
	var err error
	if c.Request, err = row.request(); err != nil {
		return c, err
	}
	one := []access.Case{c}
	if err := t.addMachines(ctx, one); err != nil {
		return c, err
	}
	c.Machine = one[0].Machine
	if c.Targets, err = t.targets(ctx, requestID); err != nil {
		return c, err
	}
	if c.Votes, err = t.votes(ctx, requestID); err != nil {
		return c, err
	}
	c.Elevations, err = t.elevations(ctx, `id IN (SELECT id FROM elevations WHERE request_id = ?
		UNION SELECT extends FROM targets WHERE request_id = ? AND extends <> '')`, requestID, requestID)
	return c, err
}

func (t *tx) targets(ctx context.Context, requestID string) ([]access.Target, error) {
	var rows []targetRow
	if err := t.NewSelect().Model(&rows).Where("request_id = ?", requestID).Order("id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read targets of %s: %w", requestID, err)
	}
	out := make([]access.Target, 0, len(rows))
	for _, r := range rows {
		v, err := r.target()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func (t *tx) votes(ctx context.Context, requestID string) ([]access.Vote, error) {
	var rows []voteRow
	err := t.NewSelect().Model(&rows).Where("target_id IN (SELECT id FROM targets WHERE request_id = ?)", requestID).
		Order("at", "id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read votes on %s: %w", requestID, err)
	}
	var out []access.Vote
	for _, r := range rows {
		v, err := r.vote()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func (t *tx) elevations(ctx context.Context, where string, args ...any) ([]access.Elevation, error) {
	var rows []elevationRow
	if err := t.NewSelect().Model(&rows).Where(where, args...).Order("id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read elevations: %w", err)
	}
	var out []access.Elevation
	for _, r := range rows {
		out = append(out, r.elevation())
	}
	return out, nil
}

// CaseOfElevation reads the case an elevation belongs to.
func (t *tx) CaseOfElevation(ctx context.Context, elevationID string) (access.Case, error) {
	var requestID string
	err := t.NewSelect().Model((*elevationRow)(nil)).Column("request_id").Where("id = ?", elevationID).Scan(ctx, &requestID)
	if errors.Is(err, sql.ErrNoRows) {
		return access.Case{}, &access.Error{Code: access.CodeNotFound, Message: "there is no elevation " + elevationID + " that you may see"}
	}
	if err != nil {
		return access.Case{}, fmt.Errorf("read elevation %s: %w", elevationID, err)
	}
	return t.Case(ctx, requestID)
}

// ElevationsOn lists the elevations on an assignment that have not ended.
func (t *tx) ElevationsOn(ctx context.Context, assignmentID string) ([]access.Elevation, error) {
	return t.elevations(ctx, "assignment_id = ? AND state <> 'ended'", assignmentID)
}

// PendingExtensions of an elevation.
func (t *tx) PendingExtensions(ctx context.Context, elevationID string) ([]access.Case, error) {
	var ids []string
	err := t.NewSelect().Model((*targetRow)(nil)).Column("request_id").
		Where("extends = ? AND pending_until > 0 AND extends <> ''", elevationID).Order("request_id").Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("read extensions of %s: %w", elevationID, err)
	}
	var out []access.Case
	for _, id := range ids {
		c, err := t.Case(ctx, id)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// ExpiredRequest finds one request with targets that got no answer in time.
func (t *tx) ExpiredRequest(ctx context.Context, now time.Time) (access.Case, bool, time.Time, error) {
	var row targetRow
	err := t.NewSelect().Model(&row).Where("pending_until > 0").Order("pending_until", "id").Limit(1).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return access.Case{}, false, time.Time{}, nil
	}
	if err != nil {
		return access.Case{}, false, time.Time{}, fmt.Errorf("find expired requests: %w", err)
	}
	if due := instant(row.PendingUntil); now.Before(due) {
		return access.Case{}, false, due, nil
	}
	c, err := t.Case(ctx, row.RequestID)
	return c, err == nil, now, err
}

// PolicyGeneration in force.
func (t *tx) PolicyGeneration(ctx context.Context) (g int64, err error) {
	if err := t.NewRaw("SELECT generation FROM policy_generation WHERE id = 1").Scan(ctx, &g); err != nil {
		return 0, fmt.Errorf("read policy generation: %w", err)
	}
	return g, nil
}
