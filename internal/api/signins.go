package api

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/identity"
)

// SignInPath names a sign-in. It is exported as RequestPath is.
type SignInPath struct {
	ID string `path:"id" pattern:"^sin_[0-9a-f-]{36}$" doc:"Sign-in id"`
}

// SignInSelection is which sign-ins somebody wants.
type SignInSelection struct {
	Scope string `query:"scope" enum:"mine,all" default:"mine" doc:"Your own, or (administrators and auditors) all"`
	User  string `query:"user" maxLength:"100" doc:"Only those of a user, by id; with scope=all"`
	State string `query:"state" enum:"open,all" default:"open" doc:"all: also those that are over"`
}

type signInsQuery struct {
	SignInSelection
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" pattern:"^sin_[0-9a-f-]{36}$"`
}

func (s *server) registerSignIns() {
	const base = "/api/v1/sign-ins"
	register(s, http.MethodGet, base, "list-sign-ins", "List sign-ins, the newest first", s.listSignIns)
	register(s, http.MethodPost, base+"/{id}/end", "end-sign-in", "End a sign-in", s.endSignIn)
	register(s, http.MethodPost, base+"/end", "end-sign-ins", "End all sign-ins of a user", s.endSignIns)
}

func (s *server) listSignIns(ctx context.Context, by access.Actor, in *signInsQuery) (SignInList, error) {
	f := identity.SignInFilter{UserID: by.UserID, After: in.Cursor, Limit: in.Limit + 1}
	if in.State == "open" {
		f.Open = s.Now()
	}
	out := SignInList{Items: make([]SignIn, 0, in.Limit)}
	switch {
	case in.Scope == "all":
		if err := scopeAll.check(by); err != nil {
			return SignInList{}, err
		}
		f.UserID = in.User
	case by.UserID == "":
		return out, nil // machines are never signed in
	}
	found, err := s.SignIns.List(ctx, f)
	if err != nil {
		return SignInList{}, err
	}
	v := s.view(ctx, by)
	for _, n := range found[:min(len(found), in.Limit)] {
		out.Items = append(out.Items, v.signIn(n, by))
	}
	if len(found) > in.Limit {
		out.NextCursor = found[in.Limit-1].ID
	}
	return out, nil
}

func (s *server) endSignIn(ctx context.Context, by access.Actor, in *SignInPath) (SignIn, error) {
	ended, err := s.SignIns.EndOne(ctx, by, in.ID)
	if err != nil {
		return SignIn{}, err
	}
	return s.view(ctx, by).signIn(ended, by), nil
}

func (s *server) endSignIns(ctx context.Context, by access.Actor, in *struct{ Body SignInsOf }) (EndedSignIns, error) {
	n, err := s.SignIns.EndAll(ctx, by, cmp.Or(in.Body.UserID, by.UserID), "")
	return EndedSignIns{Ended: n}, err
}

func (v view) signIn(in identity.SignIn, by access.Actor) SignIn {
	return SignIn{
		ID: in.ID, User: v.person(in.UserID), Kind: string(in.Kind), Provider: in.Provider, Current: in.ID == by.SignInID,
		Proofs: proofsOf(in.Proofs), StartedAt: in.StartedAt, LastSeenAt: in.LastSeenAt.Truncate(time.Second), ExpiresAt: in.ExpiresAt,
		IdleAfterSeconds: seconds(in.IdleAfter), EndedAt: in.EndedAt, EndReason: in.Over(v.now), Address: in.Address, UserAgent: in.UserAgent,
	}
}

func proofsOf(proofs []access.Proof) []Proof {
	out := make([]Proof, 0, len(proofs))
	for _, p := range proofs {
		out = append(out, Proof{Kind: string(p.Kind), At: p.At, Provider: p.Provider, ACR: p.ACR, AMR: p.AMR, Passkey: p.PasskeyID})
	}
	return out
}
