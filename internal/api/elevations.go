package api

import (
	"context"
	"net/http"
	"time"

	"github.com/team-idc/team/internal/access"
)

// ElevationPath names an elevation.
type ElevationPath struct {
	ID string `path:"id" pattern:"^elv_[0-9a-f-]{36}$" doc:"Elevation id"`
}

func (s *server) registerElevations() {
	register(s, http.MethodGet, "/api/v1/elevations", "list-elevations", "List elevations", s.listElevations)
	register(s, http.MethodGet, "/api/v1/elevations/{id}", "read-elevation", "Read an elevation and what shares its assignment", s.readElevation)
	register(s, http.MethodPost, "/api/v1/elevations/{id}/release", "release-elevation", "End your own access early", s.releaseElevation)
	register(s, http.MethodPost, "/api/v1/elevations/{id}/revoke", "revoke-elevation",
		"End somebody's access: every elevation on the assignment, or one", s.revokeElevation)
	registerOnce(s, http.MethodPost, "/api/v1/elevations/{id}/extend", "extend-elevation", "Ask for more time", s.extendElevation, s.requestAgain)
	register(s, http.MethodPost, "/api/v1/elevations/{id}/retry", "retry-elevation", "Deliver a failed elevation again", s.retryElevation)
}

func (s *server) readElevation(ctx context.Context, by access.Actor, in *ElevationPath) (Elevation, error) {
	c, e, sharing, err := s.Access.ReadElevation(ctx, by, in.ID)
	if err != nil {
		return Elevation{}, err
	}
	return s.view(ctx, by).shared(c, e, sharing), nil
}

func (s *server) releaseElevation(ctx context.Context, by access.Actor, in *ElevationPath) (Elevation, error) {
	c, err := s.Access.Release(ctx, by, in.ID)
	if err != nil {
		return Elevation{}, s.hide(ctx, by, "elevation", in.ID, err)
	}
	return s.afterwards(ctx, by, c, in.ID), nil
}

func (s *server) revokeElevation(ctx context.Context, by access.Actor, in *struct {
	ElevationPath
	Body Revocation
},
) (Elevation, error) {
	c, err := s.Access.Revoke(ctx, by, in.ID, in.Body.Only, in.Body.Comment)
	if err != nil {
		return Elevation{}, s.hide(ctx, by, "elevation", in.ID, err)
	}
	return s.afterwards(ctx, by, c, in.ID), nil
}

func (s *server) extendElevation(ctx context.Context, by access.Actor, in *struct {
	ElevationPath
	Body NewExtension
},
) (Request, error) {
	c, err := s.Access.Extend(ctx, by, access.Extension{
		ElevationID: in.ID, Duration: duration(in.Body.DurationSeconds), Justification: in.Body.Justification, Ticket: in.Body.Ticket,
	})
	if err != nil {
		return Request{}, s.hide(ctx, by, "elevation", in.ID, err)
	}
	return s.view(ctx, by).whole(c), nil
}

func (s *server) retryElevation(ctx context.Context, by access.Actor, in *ElevationPath) (Request, error) {
	c, err := s.Access.Retry(ctx, by, in.ID)
	if err != nil {
		return Request{}, s.hide(ctx, by, "elevation", in.ID, err)
	}
	return s.view(ctx, by).whole(c), nil
}

// afterwards shows an elevation whose end was begun, with what stays on its assignment. That the end was begun is
// said even where the rest cannot be read.
func (s *server) afterwards(ctx context.Context, by access.Actor, c access.Case, id string) Elevation {
	v := s.view(ctx, by)
	if now, e, sharing, err := s.Access.ReadElevation(ctx, by, id); err == nil {
		return v.shared(now, e, sharing)
	}
	for _, e := range c.Elevations {
		if e.ID == id {
			return v.shared(c, e, nil)
		}
	}
	return Elevation{}
}

func (v view) shared(c access.Case, e access.Elevation, sharing []access.Elevation) Elevation {
	l := access.ListedElevation{Elevation: e}
	if t, ok := c.Target(e.TargetID); ok {
		l.AccountName, l.PermissionSetName = t.AccountName, t.PermissionSetName
	}
	out := v.elevation(l)
	for _, o := range sharing {
		out.Sharing = append(out.Sharing, SharedElevation{ID: o.ID, RequestID: o.RequestID, State: string(o.State), EndsAt: o.EndsAt})
	}
	return out
}

func (v view) elevation(l access.ListedElevation) Elevation {
	e := l.Elevation
	return Elevation{
		Delivery: v.delivery(e), RequestID: e.RequestID, TargetID: e.TargetID, AssignmentID: e.AssignmentID, User: v.person(e.UserID),
		Role: Role{AccountID: e.AccountID, PermissionSetARN: e.PermissionSetARN}, AccountName: l.AccountName,
		PermissionSetName: l.PermissionSetName, ResidualUntil: v.residualUntil(e),
	}
}

// residualUntil is until when credentials taken at the last moment live on: removing an assignment does not end the
// sessions in use, which last as long as the permission set says. Zero where there was no access, or the permission
// set is not known.
func (v view) residualUntil(e access.Elevation) time.Time {
	p, ok := v.dir.PermissionSet(e.PermissionSetARN)
	switch {
	case !ok || e.ActivatedAt.IsZero():
		return time.Time{}
	case !e.EndedAt.IsZero():
		return e.EndedAt.Add(p.SessionDuration)
	default:
		return e.EndsAt.Add(p.SessionDuration)
	}
}

func (v view) delivery(e access.Elevation) Delivery {
	return Delivery{
		ID: e.ID, State: string(e.State), Status: access.ElevationStatus(e, v.now), Reason: string(e.Reason), Detail: e.Detail,
		StartAt: e.StartAt, DurationSeconds: seconds(e.Duration), ActivatedAt: e.ActivatedAt, EndsAt: e.EndsAt, EndedAt: e.EndedAt,
		EndedBy: v.someone(e.EndedBy), HeldBy: e.HeldBy, Extensions: e.Extensions, Attempt: e.Attempt,
	}
}
