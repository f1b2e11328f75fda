package identity

import (
	"context"
	"crypto/subtle"
	"fmt"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
)

// Strengths of people who are signed in; see Strength for tokens.
const (
	StrengthSignIn   = "sign-in"
	StrengthOperator = "operator"
)

// Authenticate finds out who a secret of a sign-in stands for, and what they are at this moment. It fails with ErrNobody
// when it stands for nobody (any more), and otherwise only when the database cannot be read. Of which kind the sign-in
// must be is the caller's business: a cookie's secret is none for a header.
func (s *SignIns) Authenticate(ctx context.Context, secret string) (access.Actor, SignIn, error) {
	if !WellFormed(secret) {
		return access.Actor{}, SignIn{}, ErrNobody
	}
	hash := hashOf(secret)
	in, found, err := s.Store.SignInByHash(ctx, hash)
	if err != nil {
		return access.Actor{}, SignIn{}, fmt.Errorf("authenticate: %w", err)
	}
	now := s.now()
	// As for tokens: a collation that thinks otherwise of equality lets nobody in.
	if !found || subtle.ConstantTimeCompare([]byte(in.Hash), []byte(hash)) != 1 {
		return access.Actor{}, SignIn{}, ErrNobody
	}
	in.LastSeenAt = s.Uses.lastSeen(in)
	if !in.Alive(now) || (!in.SecretUntil.IsZero() && !now.Before(in.SecretUntil)) {
		return access.Actor{}, SignIn{}, ErrNobody
	}
	who, err := s.actor(ctx, in)
	if err != nil {
		return access.Actor{}, SignIn{}, err
	}
	if watching, _ := ctx.Value(watchingKey{}).(bool); !watching {
		s.Uses.saw(in.ID, now)
		in.LastSeenAt = now
	}
	return who, in, nil
}

type watchingKey struct{}

// Watching has a sign-in that is recognized within ctx not count as used: an open page that follows events asks without
// end, whether or not anybody sits before it, and somebody who left it must not stay signed in by it.
func Watching(ctx context.Context) context.Context {
	return context.WithValue(ctx, watchingKey{}, true)
}

// actor is who acts in a sign-in.
func (s *SignIns) actor(ctx context.Context, in SignIn) (access.Actor, error) {
	standing, err := s.Standings.Of(ctx, in.UserID)
	if err != nil {
		return access.Actor{}, err
	}
	strength := StrengthSignIn
	if in.Kind == KindOperator {
		strength = StrengthOperator
	}
	return access.Actor{
		Kind: audit.Person, UserID: in.UserID, Name: standing.User.UserName, Strength: strength, SignInID: in.ID, Proofs: in.Proofs,
		Scopes: access.AllScopes(), Until: in.ExpiresAt,
		Administrator: standing.Administrator, Auditor: standing.Auditor, Unconfirmed: !standing.Confirmed,
	}, nil
}

// Read gives one sign-in to whose it is, administrators and auditors.
func (s *SignIns) Read(ctx context.Context, by access.Actor, id string) (SignIn, error) {
	in, found, err := s.Store.SignIn(ctx, id)
	if err != nil {
		return SignIn{}, err
	}
	if !found || in.UserID != by.UserID && !by.Administrator && !by.Auditor {
		return SignIn{}, errNoSignIn
	}
	in.LastSeenAt = s.Uses.lastSeen(in)
	return in, nil
}

// List sign-ins, the newest first. Whose may be asked for is the caller's business.
func (s *SignIns) List(ctx context.Context, f SignInFilter) ([]SignIn, error) {
	all, err := s.Store.SignIns(ctx, f)
	for i := range all {
		all[i].LastSeenAt = s.Uses.lastSeen(all[i])
	}
	return all, err
}

var errNoSignIn = &access.Error{Code: access.CodeNotFound, Message: "there is no such sign-in that you may see"}

// Browser authenticates the secret of a cookie, and nothing else.
func (s *SignIns) Browser(ctx context.Context, secret string) (access.Actor, SignIn, error) {
	who, in, err := s.Authenticate(ctx, secret)
	if err == nil && in.Kind != KindBrowser {
		return access.Actor{}, SignIn{}, ErrNobody
	}
	return who, in, err
}
