package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/team-idc/team/internal/access"
)

// registerHealth adds what load balancers and supervisors ask. Neither tells anything about the deployment but its
// state.
func (s *server) registerHealth() {
	register(s, http.MethodGet, "/healthz", "health", "Say that the process answers",
		func(context.Context, access.Actor, *struct{}) (Health, error) { return Health{Status: "ok"}, nil })
	type readiness struct {
		Status int
		Body   Health
	}
	huma.Register(s.huma, huma.Operation{
		OperationID: "readiness", Method: http.MethodGet, Path: "/readyz", Summary: "Say whether this replica should get traffic",
		Tags: []string{"health"}, Description: "503 with the same body when it should not.",
	}, func(ctx context.Context, _ *struct{}) (*readiness, error) {
		if problems := s.Unready(ctx); len(problems) > 0 {
			return &readiness{Status: http.StatusServiceUnavailable, Body: Health{Status: "unready", Problems: problems}}, nil
		}
		return &readiness{Status: http.StatusOK, Body: Health{Status: "ok"}}, nil
	})
}
