package api

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/identity"
)

// TokenPath names a token. It is exported as RequestPath is.
type TokenPath struct {
	ID string `path:"id" pattern:"^tok_[0-9a-f]{16}$" doc:"Token id"`
}

// TokenSelection is which tokens somebody wants.
type TokenSelection struct {
	Scope   string `query:"scope" enum:"mine,all" default:"mine" doc:"Your own and of machine clients you own, or (administrators and auditors) all"`
	User    string `query:"user" maxLength:"100" doc:"Only those of a user, by id; with scope=all"`
	Machine string `query:"machine" pattern:"^mch_[0-9a-f-]{36}$" doc:"Only those of a machine client"`
	State   string `query:"state" enum:"working,all" default:"working" doc:"all: also those that have expired or were revoked"`
}

type tokensQuery struct {
	TokenSelection
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" pattern:"^[0-9a-f]{64}$"`
}

func (s *server) registerTokens() {
	register(s, http.MethodGet, "/api/v1/tokens", "list-tokens", "List tokens, the newest first", s.listTokens)
	registerOnce(s, http.MethodPost, "/api/v1/tokens", "create-token", "Issue a token for yourself, or of a machine client", s.createToken, s.tokenAgain)
	register(s, http.MethodPost, "/api/v1/tokens/{id}/revoke", "revoke-token", "Revoke a token", s.revokeToken)
}

func (s *server) listTokens(ctx context.Context, by access.Actor, in *tokensQuery) (TokenList, error) {
	f := identity.TokenFilter{After: in.Cursor, Limit: in.Limit + 1}
	if in.State == "working" {
		f.Working = s.Now()
	}
	switch {
	case in.Scope == "all":
		if err := scopeAll.check(by); err != nil {
			return TokenList{}, err
		}
		for _, id := range []string{in.User, in.Machine} {
			if id != "" {
				f.Holders = append(f.Holders, id)
			}
		}
	case in.Machine != "":
		if err := s.ownsMachine(ctx, by, in.Machine); err != nil {
			return TokenList{}, err
		}
		f.Holders = []string{in.Machine}
	default:
		var err error
		if f.Holders, err = s.Tokens.Mine(ctx, by); err != nil {
			return TokenList{}, err
		}
	}
	found, err := s.Tokens.Store.Tokens(ctx, f)
	if err != nil {
		return TokenList{}, err
	}
	out := TokenList{Items: make([]Token, 0, in.Limit)}
	v, machines := s.view(ctx, by), s.machineNames(ctx)
	for _, t := range found[:min(len(found), in.Limit)] {
		out.Items = append(out.Items, v.token(t, machines))
	}
	if len(found) > in.Limit {
		out.NextCursor = found[in.Limit-1].Hash
	}
	return out, nil
}

func (s *server) createToken(ctx context.Context, by access.Actor, in *struct{ Body NewToken }) (IssuedToken, error) {
	lifetime := duration(in.Body.LifetimeSeconds)
	text, t, err := s.Tokens.IssueBy(ctx, by, identity.TokenDraft{
		MachineID: in.Body.MachineID, Label: in.Body.Label, Lifetime: lifetime, Scopes: scopesOf(in.Body.Scopes),
	})
	if err != nil {
		return IssuedToken{}, err
	}
	return IssuedToken{Token: s.view(ctx, by).token(t, s.machineNames(ctx)), Secret: text}, nil
}

// tokenAgain shows the token that an event issued. Its secret was shown once and is kept nowhere: whoever missed it
// revokes the token and issues another. Of a machine client that the caller may not see any more it shows nothing.
func (s *server) tokenAgain(ctx context.Context, by access.Actor, e audit.Event) (IssuedToken, error) {
	if id := e.Subject.Machine; id != "" {
		if _, err := s.Machines.Read(ctx, by, id); err != nil {
			return IssuedToken{}, err
		}
	}
	all, err := s.Tokens.Store.Tokens(ctx, identity.TokenFilter{Holders: []string{cmp.Or(e.Subject.Machine, e.Subject.User)}})
	if err != nil {
		return IssuedToken{}, err
	}
	for _, t := range all {
		if t.ID() == text(e, "token") {
			return IssuedToken{Token: s.view(ctx, by).token(t, s.machineNames(ctx))}, nil
		}
	}
	return IssuedToken{}, &access.Error{Code: access.CodeNotFound, Message: "the token that was issued under this key is not kept any more"}
}

func (s *server) revokeToken(ctx context.Context, by access.Actor, in *TokenPath) (Token, error) {
	t, err := s.Tokens.RevokeBy(ctx, by, in.ID)
	if err != nil {
		return Token{}, err
	}
	return s.view(ctx, by).token(t, s.machineNames(ctx)), nil
}

func scopesOf(words []string) []access.Scope {
	scopes := make([]access.Scope, 0, len(words))
	for _, w := range words {
		scopes = append(scopes, access.Scope(w))
	}
	return scopes
}

// machineNames by id; where they cannot be read, ids stand for names.
func (s *server) machineNames(ctx context.Context) map[string]string {
	names := map[string]string{}
	machines, err := s.Machines.List(ctx, identity.MachineFilter{})
	if err != nil {
		return names
	}
	for _, m := range machines {
		names[m.ID] = m.Name
	}
	return names
}

func (v view) token(t identity.Token, machines map[string]string) Token {
	out := Token{
		ID: t.ID(), Label: t.Label, Scopes: wordsOf(t.Scopes), IssuedBy: v.someone(t.IssuedBy), IssuedAt: t.IssuedAt, ExpiresAt: t.ExpiresAt,
		RevokedAt: t.RevokedAt, LastUsedAt: t.LastUsedAt.Truncate(time.Second),
	}
	out.Keyless = t.KeylessID != ""
	if t.MachineID != "" {
		out.Machine = &Named{ID: t.MachineID, Name: machines[t.MachineID]}
	} else {
		out.User = v.someone(t.UserID)
	}
	return out
}
