package api

import (
	"context"
	"net/http"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/identity"
)

// IdentityPath names an identity. It is exported as RequestPath is.
type IdentityPath struct {
	ID string `path:"id" pattern:"^idn_[0-9a-f-]{36}$" doc:"Identity id"`
}

// IdentitySelection is which identities somebody wants.
type IdentitySelection struct {
	State string `query:"state" enum:"waiting,linked,refused,replaced,all" default:"waiting" doc:"What became of them"`
	User  string `query:"user" maxLength:"100" doc:"Only those that stand for a user, by id"`
}

type identitiesQuery struct {
	IdentitySelection
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" pattern:"^idn_[0-9a-f-]{36}$"`
}

func (s *server) registerIdentities() {
	const base = "/api/v1/identities"
	register(s, http.MethodGet, base, "list-identities", "List whom people at sign-in providers stand for, the newest first", s.listIdentities)
	register(s, http.MethodPost, base+"/{id}/confirm", "confirm-identity", "Say that somebody at a provider is this user", s.confirmIdentity)
	register(s, http.MethodPost, base+"/{id}/refuse", "refuse-identity", "Say that somebody at a provider is not this user", s.refuseIdentity)
}

func (s *server) listIdentities(ctx context.Context, by access.Actor, in *identitiesQuery) (IdentityList, error) {
	f := identity.LinkFilter{UserID: in.User, After: in.Cursor, Limit: in.Limit + 1}
	if in.State != "all" {
		f.State = identity.LinkState(in.State)
	}
	found, err := s.SignIns.Links(ctx, f)
	if err != nil {
		return IdentityList{}, err
	}
	out := IdentityList{Items: make([]Identity, 0, in.Limit)}
	v := s.view(ctx, by)
	for _, l := range found[:min(len(found), in.Limit)] {
		out.Items = append(out.Items, v.identity(l))
	}
	if len(found) > in.Limit {
		out.NextCursor = found[in.Limit-1].ID
	}
	return out, nil
}

func (s *server) confirmIdentity(ctx context.Context, by access.Actor, in *IdentityPath) (Identity, error) {
	l, err := s.SignIns.ConfirmLink(ctx, by, in.ID)
	if err != nil {
		return Identity{}, err
	}
	return s.view(ctx, by).identity(l), nil
}

func (s *server) refuseIdentity(ctx context.Context, by access.Actor, in *IdentityPath) (Identity, error) {
	l, err := s.SignIns.RefuseLink(ctx, by, in.ID)
	if err != nil {
		return Identity{}, err
	}
	return s.view(ctx, by).identity(l), nil
}

func (v view) identity(l identity.Link) Identity {
	return Identity{
		ID: l.ID, Provider: l.Provider, Subject: l.Subject, User: v.person(l.UserID), UserName: l.UserName, Email: l.Email, ExternalID: l.ExternalID,
		State: string(l.State), Why: l.Why, CreatedAt: l.CreatedAt, DecidedBy: v.someone(l.DecidedBy), DecidedAt: l.DecidedAt,
	}
}
