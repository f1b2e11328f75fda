package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/identity"
)

// credentials are what a call shows of who makes it.
type credentials struct {
	headers []string // Authorization
	cookies []string // of a browser's sign-in
}

func credentialsOf(ctx huma.Context) credentials {
	var c credentials
	ctx.EachHeader(func(name, value string) {
		if strings.EqualFold(name, "Authorization") {
			c.headers = append(c.headers, value)
		}
	})
	for _, cookie := range huma.ReadCookies(ctx) {
		if cookie.Name == identity.CookieName {
			c.cookies = append(c.cookies, cookie.Value)
		}
	}
	return c
}

// authenticate finds out who calls. Of two credentials none is chosen: which one counts would be luck, or somebody else's
// doing.
func (s *server) authenticate(ctx context.Context, sent credentials) (who access.Actor, problem *Problem) {
	var err error
	switch {
	case len(sent.headers)+len(sent.cookies) > 1:
		return access.Actor{}, newProblem(http.StatusBadRequest, "malformed", "say who you are once: by one Authorization header, or by one sign-in's cookie")
	case len(sent.cookies) == 1:
		who, err = s.Authenticator.AuthenticateBrowser(ctx, sent.cookies[0])
	default:
		token := bearerOf(sent.headers)
		if token == "" {
			return access.Actor{}, newProblem(http.StatusUnauthorized, "unauthenticated",
				"sign in first, with the browser or team login, or send a token as Authorization: Bearer")
		}
		who, err = s.Authenticator.Authenticate(ctx, token)
	}
	switch {
	case err == nil:
		return who, nil
	case errors.Is(err, identity.ErrNobody) && len(sent.cookies) == 1:
		return access.Actor{}, newProblem(http.StatusUnauthorized, "unauthenticated", "you are not signed in, or not any more: sign in again")
	case errors.Is(err, identity.ErrNobody):
		return access.Actor{}, newProblem(http.StatusUnauthorized, "unauthenticated", "the token is not valid, or not any more")
	default:
		s.Log.ErrorContext(ctx, "authentication failed", slog.Any("error", err))
		return access.Actor{}, newProblem(http.StatusServiceUnavailable, "unavailable", "who you are could not be established; try again shortly")
	}
}

func bearerOf(headers []string) string {
	if len(headers) != 1 {
		return ""
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}
