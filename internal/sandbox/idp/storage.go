package idp

import (
	"context"
	"crypto/subtle"
	"errors"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// storage is the state as zitadel/oidc wants to see it.
type storage struct{ *state }

var (
	errUnknownRequest = errors.New("this sign-in is not known, any more perhaps")
	errUnknownCode    = errors.New("this code was used or is too old")
	errUnknownClient  = errors.New("this client is not known")
	errDisabled       = errors.New("this person cannot sign in")
	errNotOffered     = errors.New("the sandbox's provider does not offer this")
)

func (s *storage) CreateAuthRequest(_ context.Context, asked *oidc.AuthRequest, _ string) (op.AuthRequest, error) {
	// zitadel/oidc would let a client that has a secret do without.
	if asked.CodeChallenge == "" || asked.CodeChallengeMethod != oidc.CodeChallengeMethodS256 {
		//nolint:wrapcheck // the protocol answers with what it is
		return nil, oidc.ErrInvalidRequest().WithDescription("a code_challenge with the method S256 is required")
	}
	return s.begin(asked)
}

func (s *storage) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	r, ok := s.request(id)
	if !ok {
		return nil, errUnknownRequest
	}
	return r, nil
}

// AuthRequestByCode gives a request to the first who shows its code, and to nobody after.
func (s *storage) AuthRequestByCode(_ context.Context, code string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.config.Now()
	id, ok := s.codes.get(code, now)
	s.codes.remove(code)
	if !ok {
		return nil, errUnknownCode
	}
	r, ok := s.requests.get(id, now)
	if !ok {
		return nil, errUnknownRequest
	}
	return r, nil
}

func (s *storage) SaveAuthCode(_ context.Context, id, code string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes.put(code, id, s.config.Now())
	return nil
}

func (s *storage) DeleteAuthRequest(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests.remove(id)
	return nil
}

func (s *storage) CreateAccessToken(_ context.Context, r op.TokenRequest) (id string, expires time.Time, err error) {
	subject := r.GetSubject() // it takes the lock itself
	if p, ok := find(s.config.People, subject); !ok || p.Disabled {
		return "", time.Time{}, oidc.ErrAccessDenied().WithParent(errDisabled) //nolint:wrapcheck // the protocol answers with what it is
	}
	if id, err = newSecret(s.config.Random); err != nil {
		return "", time.Time{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.config.Now()
	s.access.put(id, subject, now)
	return id, now.Add(tokenLifetime), nil
}

func (s *storage) TerminateSession(_ context.Context, subject, _ string) error {
	if subject != "" {
		s.forgetAll(subject)
	}
	return nil
}

func (s *storage) RevokeToken(_ context.Context, id, _, _ string) *oidc.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.access.remove(id)
	return nil
}

func (s *storage) SigningKey(context.Context) (op.SigningKey, error) { return s.signingKey(), nil }

func (s *storage) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{algorithm}, nil
}

func (s *storage) KeySet(context.Context) ([]op.Key, error) { return s.publishedKeys(), nil }

func (s *storage) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	if id != s.config.ClientID {
		return nil, errUnknownClient
	}
	return s.client, nil
}

func (s *storage) AuthorizeClientIDSecret(_ context.Context, id, secret string) error {
	if id != s.config.ClientID || subtle.ConstantTimeCompare([]byte(secret), []byte(s.config.ClientSecret)) != 1 {
		return errUnknownClient
	}
	return nil
}

// SetUserinfoFromScopes fills what an ID token says of a person.
func (s *storage) SetUserinfoFromScopes(_ context.Context, info *oidc.UserInfo, subject, _ string, scopes []string) error {
	p, ok := find(s.config.People, subject)
	if !ok || p.Disabled {
		return oidc.ErrAccessDenied().WithParent(errDisabled) //nolint:wrapcheck // the protocol answers with what it is
	}
	s.mu.Lock()
	unverified := s.trouble.UnverifiedEmail
	s.mu.Unlock()
	info.Subject = p.Subject
	for _, scope := range scopes {
		switch scope {
		case oidc.ScopeProfile:
			info.Name, info.PreferredUsername = p.Name, p.UserName
		case oidc.ScopeEmail:
			info.Email, info.EmailVerified = p.Email, oidc.Bool(!unverified)
		}
	}
	return nil
}

// SetUserinfoFromToken answers at the user-info endpoint.
func (s *storage) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, tokenID, subject, _ string) error {
	s.mu.Lock()
	of, ok := s.access.get(tokenID, s.config.Now())
	s.mu.Unlock()
	if !ok || of != subject {
		return errUnknownCode
	}
	return s.SetUserinfoFromScopes(ctx, info, subject, "", []string{oidc.ScopeProfile, oidc.ScopeEmail})
}

func (s *storage) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return nil, nil //nolint:nilnil // no claims but the standard ones
}

func (s *storage) Health(context.Context) error { return nil }

// What is not offered: refresh tokens, introspection, clients that sign.

func (s *storage) CreateAccessAndRefreshTokens(context.Context, op.TokenRequest, string) (id, refresh string, expires time.Time, err error) {
	return "", "", time.Time{}, errNotOffered
}

func (s *storage) TokenRequestByRefreshToken(context.Context, string) (op.RefreshTokenRequest, error) {
	return nil, op.ErrInvalidRefreshToken
}

func (s *storage) GetRefreshTokenInfo(context.Context, string, string) (subject, tokenID string, err error) {
	return "", "", op.ErrInvalidRefreshToken
}

func (s *storage) SetIntrospectionFromToken(context.Context, *oidc.IntrospectionResponse, string, string, string) error {
	return errNotOffered
}

func (s *storage) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errNotOffered
}

func (s *storage) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, errNotOffered
}
