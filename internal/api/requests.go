package api

import (
	"context"
	"net/http"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/directory"
)

// RequestPath names a request. It is exported, as ListSelection and ElevationPath, only because huma fills in no embedded
// fields of unexported types.
type RequestPath struct {
	ID string `path:"id" pattern:"^req_[0-9a-f-]{36}$" doc:"Request id"`
}

func (s *server) registerRequests() {
	registerOnce(s, http.MethodPost, "/api/v1/requests", "create-request", "Ask for access", s.createRequest, s.requestAgain)
	register(s, http.MethodPost, "/api/v1/requests/preview", "preview-request", "Say what would become of a request, without filing it", s.previewRequest)
	register(s, http.MethodGet, "/api/v1/requests", "list-requests", "List requests", s.listRequests)
	register(s, http.MethodGet, "/api/v1/requests/{id}", "read-request", "Read a request", s.readRequest)
	register(s, http.MethodPost, "/api/v1/requests/{id}/cancel", "cancel-request", "Take back what was asked and not given yet", s.cancelRequest)
}

func draftOf(n NewRequest) access.Draft {
	d := access.Draft{
		BeneficiaryID: n.BeneficiaryID, StartAt: n.StartAt, Duration: duration(n.DurationSeconds),
		Justification: n.Justification, Ticket: n.Ticket,
	}
	for _, t := range n.Targets {
		d.Targets = append(d.Targets, access.DraftTarget{AccountID: t.AccountID, PermissionSetARN: t.PermissionSetARN})
	}
	return d
}

// draft lets a machine name the person by user name too: it may not search users.
func (s *server) draft(ctx context.Context, by access.Actor, n NewRequest) (access.Draft, error) {
	d := draftOf(n)
	if by.Kind != audit.Machine {
		return d, nil
	}
	var err error
	d.BeneficiaryID, err = s.userID(ctx, d.BeneficiaryID)
	return d, err
}

// userID of who is named by id or user name. What names nobody stays as it is, for the policies to say so.
func (s *server) userID(ctx context.Context, name string) (string, error) {
	f, err := s.Access.Facts(ctx)
	if err != nil {
		return "", err
	}
	if _, known := f.Dir.User(name); !known {
		if u, ok := f.Dir.UserByName(name); ok {
			return u.ID, nil
		}
	}
	return name, nil
}

func (s *server) createRequest(ctx context.Context, by access.Actor, in *struct{ Body NewRequest }) (Request, error) {
	d, err := s.draft(ctx, by, in.Body)
	if err != nil {
		return Request{}, err
	}
	c, err := s.Access.Create(ctx, by, d)
	if err != nil {
		return Request{}, err
	}
	return s.view(ctx, by).whole(c), nil
}

func (s *server) previewRequest(ctx context.Context, by access.Actor, in *struct{ Body NewRequest }) (Preview, error) {
	d, err := s.draft(ctx, by, in.Body)
	if err != nil {
		return Preview{}, err
	}
	previews, err := s.Access.Preview(ctx, by, d)
	if err != nil {
		return Preview{}, err
	}
	v := s.view(ctx, by)
	out := Preview{Allowed: true, Targets: make([]TargetPreview, 0, len(previews))}
	for _, p := range previews {
		out.Allowed = out.Allowed && p.Answer.Allowed
		out.Targets = append(out.Targets, TargetPreview{
			Role:        Role{AccountID: p.Target.AccountID, PermissionSetARN: p.Target.PermissionSetARN},
			AccountName: v.account(p.Target.AccountID), PermissionSetName: v.permissionSet(p.Target.PermissionSetARN), Answer: v.answer(p.Answer),
		})
	}
	return out, nil
}

func (s *server) readRequest(ctx context.Context, by access.Actor, in *RequestPath) (Request, error) {
	c, err := s.Access.Read(ctx, by, in.ID)
	if err != nil {
		return Request{}, err
	}
	v := s.view(ctx, by)
	out := v.whole(c)
	if v.factsErr == nil { // else nothing can be decided meanwhile, and what was asked is shown all the same
		err = v.brief(ctx, c, &out)
	}
	return out, err
}

func (s *server) cancelRequest(ctx context.Context, by access.Actor, in *RequestPath) (Request, error) {
	c, err := s.Access.Cancel(ctx, by, in.ID)
	if err != nil {
		return Request{}, s.hide(ctx, by, "request", in.ID, err)
	}
	return s.view(ctx, by).whole(c), nil
}

// view shows cases to somebody. It is made once for an answer.
type view struct {
	names

	s        *server
	by       access.Actor
	facts    access.Facts
	factsErr error
	now      time.Time
}

// view gathers names and facts. Where they cannot be read, ids stand for names: that an answer cannot be made pretty
// never hides what was done, above all when access was ended (P7).
func (s *server) view(ctx context.Context, by access.Actor) view {
	v := view{s: s, by: by, now: s.Now()}
	v.facts, v.factsErr = s.Access.Facts(ctx)
	v.dir = v.facts.Dir
	if v.factsErr != nil {
		v.dir = directory.NewSnapshot(directory.Content{})
	}
	return v
}

func (v view) filedBy(c access.Case) Person {
	if c.Request.Machine {
		return Person{ID: c.Request.FiledBy, UserName: c.Machine.Name}
	}
	return v.person(c.Request.FiledBy)
}

func (v view) decidable(c access.Case) []string {
	if v.factsErr != nil {
		return nil
	}
	return v.s.Access.MayDecideNow(v.facts, v.by, c)
}

// request as a list shows it.
func (v view) request(c access.Case) Request {
	r := c.Request
	out := Request{
		ID: r.ID, Kind: string(r.Kind), Status: access.StatusOf(c, v.now), Beneficiary: v.person(r.BeneficiaryID), FiledBy: v.filedBy(c),
		Machine: r.Machine, Justification: r.Justification, Ticket: r.Ticket, StartAt: r.StartAt, DurationSeconds: seconds(r.Duration),
		CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt, Decidable: v.decidable(c), Targets: make([]Target, 0, len(c.Targets)),
	}
	for _, t := range c.Targets {
		out.Targets = append(out.Targets, v.target(c, t))
	}
	return out
}

// whole is a request with who decides on what is pending.
func (v view) whole(c access.Case) Request {
	out := v.request(c)
	if v.factsErr != nil {
		return out
	}
	for i, t := range c.Targets {
		if t.Decision != access.Pending {
			continue
		}
		a := v.s.Access.ApprovalOf(v.facts, c, t)
		out.Targets[i].Approval = &Approval{Stage: a.Tally.Stage + 1, Needed: a.Tally.Needed, Stages: v.stages(a.Stages)}
	}
	return out
}

func (v view) target(c access.Case, t access.Target) Target {
	out := Target{
		ID: t.ID, Role: Role{AccountID: t.AccountID, PermissionSetARN: t.PermissionSetARN}, AccountName: t.AccountName,
		PermissionSetName: t.PermissionSetName, Status: access.TargetStatus(c, t, v.now), Decision: string(t.Decision), DecidedAt: t.DecidedAt,
		Extends: t.Extends, Policies: refsOf(t.Policies),
	}
	for _, vote := range c.Votes {
		if vote.TargetID == t.ID {
			out.Votes = append(out.Votes, Vote{
				Voter: v.person(vote.VoterID), Stage: vote.Stage + 1, Approve: vote.Approve, Comment: vote.Comment, At: vote.At,
				Proofs: proofsOf(vote.Proofs), Void: vote.Void,
			})
		}
	}
	if e, ok := c.ElevationOf(t.ID); ok && t.Extends == "" {
		d := v.delivery(*e)
		out.Elevation = &d
	}
	return out
}
