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
}

func (s *server) readMe(ctx context.Context, by access.Actor, _ *struct{}) (Me, error) {
	v := s.view(ctx, by)
	if v.factsErr != nil {
		return Me{}, v.factsErr
	}
	set := v.facts.Engine.Settings()
	me := Me{
		Person: v.person(by.UserID), Administrator: by.Administrator, Auditor: by.Auditor, Sandbox: s.Sandbox, Held: s.Access.Held(),
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
