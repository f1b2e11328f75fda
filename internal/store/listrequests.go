package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"

	"github.com/team-idc/team/internal/access"
)

// Requests lists requests with all that belongs to them.
func (s *Store) Requests(ctx context.Context, f access.RequestFilter) (cases []access.Case, err error) {
	err = s.view(ctx, func(ctx context.Context, t *tx) error {
		text, args := t.s.requestKeys(f).sql(f.Limit)
		var ids []string
		if err := t.NewRaw(text, args...).Scan(ctx, &ids); err != nil {
			return fmt.Errorf("list requests: %w", err)
		}
		cases, err = t.cases(ctx, ids)
		return err
	})
	return cases, err
}

// CountRequests counts what Requests would list over all pages, up to f.Limit.
func (s *Store) CountRequests(ctx context.Context, f access.RequestFilter) (n int, err error) {
	f.After = ""
	return s.countKeys(ctx, s.requestKeys(f), f.Limit)
}

func (s *Store) countKeys(ctx context.Context, q *keyQuery, limit int) (n int, err error) {
	text, args := q.sql(limit)
	if err := s.ro.NewRaw("SELECT count(*) FROM ("+text+") AS l", args...).Scan(ctx, &n); err != nil {
		return 0, fmt.Errorf("count a list: %w", reached(err))
	}
	return n, nil
}

// Ways to find requests, each by an index.
const (
	ofRequest    = "(SELECT r.%s FROM requests AS r WHERE r.id = d.request_id)"
	hasVoted     = "EXISTS (SELECT 1 FROM votes AS v WHERE v.voter_id = ? AND v.request_id = "
	hasTarget    = "EXISTS (SELECT 1 FROM targets AS t WHERE t.request_id = "
	filedByOne   = "d.machine AND d.filed_by = ?"
	filedByOneOf = "(SELECT r.machine AND r.filed_by = ? FROM requests AS r WHERE r.id = d.request_id)"
)

// requestKeys chooses what drives the search: what the fewest rows have. A ticket, a person and an account have few
// requests; a voter more; a machine or permission set may have a good part of all.
func (s *Store) requestKeys(f access.RequestFilter) *keyQuery {
	q := &keyQuery{
		prefix: "req", spans: spansOf(f.Statuses), now: f.Now, since: f.From, until: f.To, ascending: f.OldestFirst, after: f.After,
		sqlite: s.isSQLite(),
	}
	switch {
	case f.IDs != nil:
		q.walk("", "")
		q.overRequests(f)
	case f.Ticket != "":
		q.walk("requests_by_ticket", "requests_by_ticket")
		q.overRequests(f)
	case f.BeneficiaryID != "":
		q.walk("requests_by_beneficiary", "requests_by_beneficiary_standing")
		q.overRequests(f)
	case f.AccountID != "":
		q.walk("targets_by_account", "targets_by_account_standing")
		q.overTargets(f)
	case f.VoterID != "":
		q.walk("votes_by_voter_request", "votes_by_voter_standing")
		q.overVotes(f)
	case f.MachineID != "":
		q.walk("requests_by_machine", "requests_by_machine_standing")
		q.overRequests(f)
	case f.PermissionSetARN != "":
		q.walk("targets_by_permission_set", "targets_by_permission_set_standing")
		q.overTargets(f)
	default:
		q.walk("", "requests_by_standing")
		q.overRequests(f)
	}
	return q
}

func (s *Store) isSQLite() bool { return s.ro.Dialect().Name() == dialect.SQLite }

func (q *keyQuery) walk(index, byStanding string) { q.index, q.byStanding = index, byStanding }

func (q *keyQuery) overRequests(f access.RequestFilter) {
	q.from, q.key, q.standing, q.startAt, q.createdAt = "requests", "d.id", "d.standing", "d.start_at", "d.created_at"
	if f.IDs != nil {
		q.filter("d.id IN (?)", bun.List(f.IDs))
	}
	if f.Ticket != "" {
		q.filter("d.ticket <> '' AND d.ticket = ?", f.Ticket)
	}
	q.equal("d.beneficiary_id", f.BeneficiaryID)
	if f.MachineID != "" {
		q.filter(filedByOne, f.MachineID)
	}
	if f.VoterID != "" {
		q.filter(hasVoted+"d.id)", f.VoterID)
	}
	switch {
	case f.AccountID != "" && f.PermissionSetARN != "":
		q.filter(hasTarget+"d.id AND t.account_id = ? AND t.permission_set_arn = ?)", f.AccountID, f.PermissionSetARN)
	case f.AccountID != "":
		q.filter(hasTarget+"d.id AND t.account_id = ?)", f.AccountID)
	case f.PermissionSetARN != "":
		q.filter(hasTarget+"d.id AND t.permission_set_arn = ?)", f.PermissionSetARN)
	}
}

func (q *keyQuery) overTargets(f access.RequestFilter) {
	q.from, q.key, q.dup, q.standing = "targets", "d.request_id", true, "d.request_standing"
	q.startAt, q.createdAt = fmt.Sprintf(ofRequest, "start_at"), fmt.Sprintf(ofRequest, "created_at")
	q.equal("d.account_id", f.AccountID)
	q.equal("d.permission_set_arn", f.PermissionSetARN)
	if f.MachineID != "" {
		q.filter(filedByOneOf, f.MachineID)
	}
	if f.VoterID != "" {
		q.filter(hasVoted+"d.request_id)", f.VoterID)
	}
}

func (q *keyQuery) overVotes(f access.RequestFilter) {
	q.from, q.key, q.dup, q.standing = "votes", "d.request_id", true, "d.request_standing"
	q.startAt, q.createdAt = fmt.Sprintf(ofRequest, "start_at"), fmt.Sprintf(ofRequest, "created_at")
	q.filter("d.voter_id = ?", f.VoterID)
	if f.MachineID != "" {
		q.filter(filedByOneOf, f.MachineID)
	}
	if f.PermissionSetARN != "" {
		q.filter(hasTarget+"d.request_id AND t.permission_set_arn = ?)", f.PermissionSetARN)
	}
}

// PendingTargets lists all targets that wait for a decision, those of the newest requests first. They are few: each
// is decided or expires.
func (s *Store) PendingTargets(ctx context.Context) ([]access.PendingTarget, error) {
	var rows []targetRow
	err := s.ro.NewSelect().Model(&rows).Column("request_id", "account_id").Where("pending_until > 0").Order("request_id DESC").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list pending targets: %w", reached(err))
	}
	out := make([]access.PendingTarget, 0, len(rows))
	for _, r := range rows {
		out = append(out, access.PendingTarget{RequestID: r.RequestID, AccountID: r.AccountID})
	}
	return out, nil
}
