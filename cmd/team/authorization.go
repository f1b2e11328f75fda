package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/team-idc/team/internal/loopback"
	"github.com/team-idc/team/internal/signin"
)

// authorizationServer is the part of TEAM that signs the command line in (OAuth 2).
type authorizationServer struct {
	server string
	http   *http.Client
}

func newAuthorizationServer(server string, transport http.RoundTripper) authorizationServer {
	return authorizationServer{server, &http.Client{
		Transport: transport, Timeout: answerTimeout,
		// Another server must not get what is sent to this one.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// endpoints are where the browser is sent, as TEAM says itself. What the command line calls it calls at the server that
// was named.
type endpoints struct {
	Issuer        string `json:"issuer"`
	Authorization string `json:"authorization_endpoint"`
}

// grantedTokens are what somebody is signed in with.
type grantedTokens struct {
	Access    string    `json:"access_token"`
	ExpiresIn int64     `json:"expires_in"` // seconds
	Refresh   string    `json:"refresh_token"`
	SignIn    string    `json:"sign_in"`
	Until     time.Time `json:"sign_in_expires_at"`
}

func (g grantedTokens) secrets(now time.Time) signInSecrets {
	return signInSecrets{Access: g.Access, AccessUntil: now.Add(time.Duration(g.ExpiresIn) * time.Second).UTC(), Refresh: g.Refresh}
}

// grantRefusal is an error as OAuth has it.
type grantRefusal struct { //nolint:errname // OAuth calls what it refuses a grant
	Code        string `json:"error"`
	Description string `json:"error_description"`
}

func (e *grantRefusal) Error() string {
	return strings.TrimSuffix(firstOf(e.Description, e.Code), ".")
}

// find asks TEAM where the browser is sent. That must be on the server that was named: what is sent there signs people in.
func (a authorizationServer) find(ctx context.Context) (endpoints, error) {
	var e endpoints
	content, err := a.send(ctx, http.MethodGet, signin.MetadataPath, nil)
	if err != nil && exitCode(err) == exitNotFound {
		return e, codedError{fmt.Errorf("TEAM on %s signs no command line in; it may be of an older version", a.server), exitNotFound}
	}
	if err != nil {
		return e, err
	}
	if err := json.Unmarshal(content, &e); err != nil || e.Issuer == "" {
		return e, codedError{fmt.Errorf("%s answered something else than expected; is it TEAM?", a.server), exitUnavailable}
	}
	if !sameServer(e.Issuer, a.server) {
		own, err := serverAddress(e.Issuer)
		if err != nil {
			return e, codedError{fmt.Errorf("TEAM on %s calls itself %q, where nobody can sign in; its public_url is wrong", a.server, e.Issuer), exitError}
		}
		return e, codedError{fmt.Errorf("TEAM on %s calls itself %s; sign in there: team login --server %[2]s", a.server, own), exitUsage}
	}
	if !strings.HasPrefix(e.Authorization, e.Issuer+"/") {
		return e, codedError{fmt.Errorf("%s sends you to another server, %s, to sign in; nothing was sent there", a.server, e.Authorization), exitError}
	}
	return e, nil
}

// sameServer says whether TEAM may call itself so where it was asked for by another name: on this machine localhost,
// which browsers want for passkeys, is the address it is reached at, on the same port.
func sameServer(issuer, asked string) bool {
	a, err := url.Parse(issuer)
	b, err2 := url.Parse(asked)
	if err != nil || err2 != nil || issuer == asked {
		return err == nil && issuer == asked
	}
	return a.Scheme == "http" && b.Scheme == "http" && loopback.Host(a.Hostname()) && loopback.Host(b.Hostname()) && a.Port() == b.Port() &&
		a.Path == b.Path && a.RawQuery == "" && a.Fragment == "" && a.User == nil
}

func (a authorizationServer) refresh(ctx context.Context, token string) (grantedTokens, error) {
	return a.tokens(ctx, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}})
}

func (a authorizationServer) tokens(ctx context.Context, form url.Values) (got grantedTokens, err error) {
	content, err := a.post(ctx, signin.TokenPath, form)
	if err != nil {
		return got, err
	}
	if err := json.Unmarshal(content, &got); err != nil || got.Access == "" || got.Refresh == "" {
		return got, codedError{fmt.Errorf("%s answered something else than expected; is it TEAM?", a.server), exitUnavailable}
	}
	return got, nil
}

func (a authorizationServer) revoke(ctx context.Context, token string) error {
	_, err := a.post(ctx, signin.RevokePath, url.Values{"token": {token}})
	return err
}

func (a authorizationServer) post(ctx context.Context, path string, form url.Values) ([]byte, error) {
	form.Set("client_id", signin.CLIClient)
	return a.send(ctx, http.MethodPost, path, strings.NewReader(form.Encode()))
}

// mostGrant is far more than any answer of the authorization server.
const mostGrant = 64 << 10

func (a authorizationServer) send(ctx context.Context, method, path string, body io.Reader) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, a.server+path, body)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "team/"+version)
	if body != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := a.http.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, codedError{brokenError{fmt.Errorf("TEAM on %s does not answer: %w", a.server, withoutURL(err))}, exitUnavailable}
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(io.LimitReader(answer.Body, mostGrant))
	if err != nil {
		return nil, codedError{brokenError{fmt.Errorf("TEAM's answer broke off: %w", err)}, exitUnavailable}
	}
	if answer.StatusCode == http.StatusOK {
		return content, nil
	}
	var refused grantRefusal
	if json.Unmarshal(content, &refused) == nil && refused.Code != "" {
		return nil, codedError{&refused, exitOfGrant(refused.Code)}
	}
	return nil, refusal(answer, content)
}

func exitOfGrant(code string) int {
	switch code {
	case "invalid_grant", "expired_token":
		return exitNotSignedIn
	case "access_denied":
		return exitDenied
	case "temporarily_unavailable":
		return exitUnavailable
	}
	return exitError
}

// isGrant says whether an error is a refusal with a code.
func isGrant(err error, code string) bool {
	refused, ok := errors.AsType[*grantRefusal](err)
	return ok && refused.Code == code
}
