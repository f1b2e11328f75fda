package api

import (
	"context"
	"net/http"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/policy"
)

func (s *server) registerMe() {
	register(s, http.MethodGet, "/api/v1/me", "read-me", "Say who the caller is", s.readMe)
	register(s, http.MethodGet, "/api/v1/me/requestable", "list-requestable", "List what the caller may ask for", s.listRequestable)
}

func (s *server) readMe(ctx context.Context, by access.Actor, _ *struct{}) (Me, error) {
	v := s.view(ctx, by)
	if v.factsErr != nil {
		return Me{}, v.factsErr
	}
	set := v.facts.Engine.Settings()
	me := Me{
		Person: v.person(by.UserID), Administrator: by.Administrator, Auditor: by.Auditor, Sandbox: s.Sandbox, Held: s.Access.Held(),
		Scopes: wordsOf(by.Scopes), TokenExpires: by.Until,
		Limits: Limits{
			TicketRequired: set.TicketRequired, TicketPattern: set.TicketPattern, CommentRequired: set.CommentRequired,
			MinDurationSeconds: seconds(set.MinDuration), MaxDurationSeconds: seconds(set.MaxDuration),
			StartHorizonSeconds: seconds(set.StartHorizon), MaxTargets: set.MaxTargets, MaxExtensions: set.MaxExtensions,
		},
	}
	if by.Kind == audit.Machine {
		me.Person, me.Machine = Person{ID: by.MachineID, UserName: by.Name}, true
		return me, nil
	}
	who := policy.Person{UserID: by.UserID, Groups: v.dir.GroupsOf(by.UserID)}
	me.Approver = len(v.facts.Engine.DecidesFor(who, v.now)) > 0
	return me, nil
}

type requestableQuery struct {
	User string `query:"user" maxLength:"200" doc:"Of machines: the person, by user id or name, of whom it is asked what they may get through the machine"`
}

func (s *server) listRequestable(ctx context.Context, by access.Actor, in *requestableQuery) (Requestable, error) {
	v := s.view(ctx, by)
	if v.factsErr != nil {
		return Requestable{}, v.factsErr
	}
	id := by.UserID
	switch {
	case by.Kind == audit.Machine && in.User == "":
		return Requestable{}, &access.Error{Code: access.CodeInvalid, Field: "user", Message: "a machine names the person it would ask for"}
	case by.Kind == audit.Machine:
		var err error
		if id, err = s.userID(ctx, in.User); err != nil {
			return Requestable{}, err
		}
	case in.User != "":
		return Requestable{}, &access.Error{Code: access.CodeForbidden, Message: "you can ask for yourself only; leave user out"}
	}
	who := policy.Person{UserID: id, Groups: v.dir.GroupsOf(id)}
	q := policy.Question{Requester: who, Machine: by.MachineID, Answering: by.Answering(), At: v.now}
	if by.OwnerID != "" {
		q.Others = []string{by.OwnerID}
	}
	return Requestable{Items: v.blocks(v.facts.Engine.RequestableBy(q))}, nil
}

func (v view) blocks(rectangles []policy.Rectangle) []RequestableBlock {
	out := make([]RequestableBlock, 0, len(rectangles))
	for _, r := range rectangles {
		block := RequestableBlock{
			Accounts: make([]Named, 0, len(r.Accounts)), PermissionSets: make([]Named, 0, len(r.PermissionSets)),
			MaxDurationSeconds: seconds(r.MaxDuration), ApprovalRequired: r.ApprovalRequired, Policies: refsOf(r.Policies),
		}
		for _, id := range r.Accounts {
			block.Accounts = append(block.Accounts, Named{ID: id, Name: v.account(id)})
		}
		for _, arn := range r.PermissionSets {
			block.PermissionSets = append(block.PermissionSets, Named{ID: arn, Name: v.permissionSet(arn)})
		}
		out = append(out, block)
	}
	return out
}
