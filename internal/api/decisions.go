package api

import (
	"context"
	"net/http"

	"github.com/team-idc/team/internal/access"
)

type ballotInput struct {
	RequestPath
	Body Ballot
}

func (s *server) registerDecisions() {
	register(s, http.MethodPost, "/api/v1/requests/{id}/approve", "approve-request", "Agree to targets of a request",
		func(ctx context.Context, by access.Actor, in *ballotInput) (Request, error) {
			return s.decide(ctx, by, in, true)
		})
	register(s, http.MethodPost, "/api/v1/requests/{id}/reject", "reject-request", "Refuse targets of a request",
		func(ctx context.Context, by access.Actor, in *ballotInput) (Request, error) {
			return s.decide(ctx, by, in, false)
		})
}

func (s *server) decide(ctx context.Context, by access.Actor, in *ballotInput, approve bool) (Request, error) {
	c, err := s.Access.Decide(ctx, by, in.ID, access.Ballot{Targets: in.Body.Targets, Approve: approve, Comment: in.Body.Comment})
	if err != nil {
		return Request{}, s.hide(ctx, by, "request", in.ID, err)
	}
	return s.view(ctx, by).whole(c), nil
}
