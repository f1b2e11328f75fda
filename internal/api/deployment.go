package api

import (
	"context"
	"net/http"

	"github.com/team-idc/team/internal/access"
)

func (s *server) registerDeployment() {
	register(s, http.MethodGet, "/api/v1/deployment", "read-deployment", "Say how this deployment stands", s.readDeployment)
	register(s, http.MethodPost, "/api/v1/deployment/recovery/release", "release-recovery",
		"End recovery mode: grants and decisions go on", s.releaseRecovery)
}

func (s *server) readDeployment(ctx context.Context, _ access.Actor, _ *struct{}) (Deployment, error) {
	head, err := s.Lists.Head(ctx)
	if err != nil {
		return Deployment{}, err
	}
	out := Deployment{
		Version: s.Version, Sandbox: s.Sandbox, Now: s.Now(), ClockAheadMillis: s.ClockAhead().Milliseconds(), Held: s.Access.Held(), Events: head.Size,
	}
	since, reason, err := s.Recovery.Recovery(ctx)
	if err != nil {
		return Deployment{}, err
	}
	if !since.IsZero() {
		out.Recovery = &Recovery{Since: since, Reason: reason}
	}
	if dir, err := s.Directory.Snapshot(ctx); err == nil {
		out.IdentityStoreID = dir.Instance().IdentityStoreID
	}
	return out, nil
}

func (s *server) releaseRecovery(ctx context.Context, by access.Actor, _ *struct{}) (Deployment, error) {
	if err := s.Recovery.ReleaseRecovery(ctx, by); err != nil {
		return Deployment{}, err
	}
	return s.readDeployment(ctx, by, nil)
}
