package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/loopback"
)

// bearer gives the token that a call is made with.
type bearer interface {
	token(ctx context.Context) (string, error)
	// another gives a token to use instead of one that was refused; ok is false where there is none.
	another(ctx context.Context, refused string) (token string, ok bool, err error)
}

// givenToken is one that a flag, a file or the environment gave.
type givenToken string

func (t givenToken) token(context.Context) (string, error) { return string(t), nil }

func (t givenToken) another(context.Context, string) (string, bool, error) { return "", false, nil }

// serverAddress reads the address of TEAM as it was given, in the one spelling under which sign-ins are kept. A token is
// sent in clear over http, so that this is for TEAM on this machine alone.
func serverAddress(given string) (string, error) {
	u, err := url.Parse(given)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", usagef("the address of TEAM, %q, is not a web address, as https://team.example.org", given)
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if u.Scheme == "http" && !loopback.Host(host) {
		return "", usagef("%s would send what you sign in with over the network in clear: use https. http is for TEAM on this machine only", given)
	}
	if port == map[string]string{"http": "80", "https": "443"}[u.Scheme] {
		port = ""
	}
	switch {
	case port != "":
		host = net.JoinHostPort(host, port)
	case strings.Contains(host, ":"):
		host = "[" + host + "]"
	}
	return u.Scheme + "://" + host + strings.TrimRight(u.EscapedPath(), "/"), nil
}

// given finds the token that a flag or the environment gives, and whether one does.
func (c console) given(cmd *cobra.Command) (token string, err error) {
	file, _ := cmd.Flags().GetString("token-file")
	token = strings.TrimSpace(c.variable("TEAM_TOKEN"))
	if file = firstOf(file, c.variable("TEAM_TOKEN_FILE")); file != "" {
		content, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("read token: %w", err)
		}
		if token = strings.TrimSpace(string(content)); token == "" {
			return "", codedError{fmt.Errorf("no token: the file %s is empty", file), exitNotSignedIn}
		}
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", codedError{errors.New("what was given as the token is none: a token has only letters, digits and _"), exitNotSignedIn}
	}
	return token, nil
}

// whereAndWith says which TEAM a command speaks to, and with what. A token that was given goes to the server that was
// given with it, never to the one that somebody signed in to.
func (c console) whereAndWith(cmd *cobra.Command, transport http.RoundTripper) (server string, with bearer, err error) {
	flag, _ := cmd.Flags().GetString("server")
	named := firstOf(flag, c.variable("TEAM_URL"))
	token, err := c.given(cmd)
	if err != nil {
		return "", nil, err
	}
	if token != "" {
		server, err = serverAddress(firstOf(named, defaultServer))
		return server, givenToken(token), err
	}
	if machine := c.variable("TEAM_MACHINE"); machine != "" {
		server, err = serverAddress(firstOf(named, defaultServer))
		return server, &machineBearer{console: c, server: server, machine: machine}, err
	}
	keeper, err := c.signInKeeper()
	if err != nil {
		return "", nil, err
	}
	kept, err := keeper.read()
	if err != nil {
		return "", nil, codedError{err, exitNotSignedIn}
	}
	if server, err = serverAddress(firstOf(named, kept.Current, defaultServer)); err != nil {
		return "", nil, err
	}
	if _, ok := kept.find(server); !ok {
		return "", nil, codedError{fmt.Errorf("not signed in: no token was given, and you are not signed in to %s here. Sign in with: team login%s\n"+
			"Programs set TEAM_TOKEN or give --token-file; in the demo: eval \"$(team demo token requester)\"", server, serverFlag(server)), exitNotSignedIn}
	}
	return server, &keptBearer{console: c, keeper: keeper, server: server, transport: transport}, nil
}

// serverFlag is what has to be added to a command for it to mean a server.
func serverFlag(server string) string {
	if server == defaultServer {
		return ""
	}
	return " --server " + server
}

// keptBearer gives the tokens of the sign-in to one server that is kept on this machine, and gets new ones in time.
type keptBearer struct {
	console   console
	keeper    signInKeeper
	server    string
	transport http.RoundTripper

	mu      sync.Mutex // one call of this command asks at a time
	secrets signInSecrets
}

// refreshBefore is how long before its end an access token is not used any more: a call that takes its time must not
// arrive too late.
const refreshBefore = 20 * time.Second

func (b *keptBearer) token(ctx context.Context) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fresh() {
		return b.secrets.Access, nil
	}
	if _, err := b.load(ctx); err != nil || b.fresh() {
		return b.secrets.Access, err
	}
	err := b.keeper.locked(ctx, func() error { return b.refresh(ctx, b.fresh) })
	return b.secrets.Access, err
}

func (b *keptBearer) fresh() bool {
	return b.secrets.Access != "" && b.console.now().Add(refreshBefore).Before(b.secrets.AccessUntil)
}

// another refreshes, unless another command has done so since.
func (b *keptBearer) another(ctx context.Context, refused string) (string, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	err := b.keeper.locked(ctx, func() error {
		return b.refresh(ctx, func() bool { return b.secrets.Access != refused && b.fresh() })
	})
	return b.secrets.Access, err == nil, err
}

// load reads what is kept.
func (b *keptBearer) load(ctx context.Context) (keptSignIn, error) {
	kept, err := b.keeper.read()
	if err != nil {
		return keptSignIn{}, codedError{err, exitNotSignedIn}
	}
	s, ok := kept.find(b.server)
	if !ok {
		return s, b.over("you signed out of " + b.server + " meanwhile")
	}
	if b.secrets, err = b.keeper.secrets(ctx, s); err != nil {
		return s, codedError{fmt.Errorf("%w; sign in again with: team login%s", err, serverFlag(b.server)), exitNotSignedIn}
	}
	return s, nil
}

// refresh gets new tokens, unless what is kept by now is good enough. The lock is held.
func (b *keptBearer) refresh(ctx context.Context, enough func() bool) error {
	s, err := b.load(ctx)
	if err != nil || enough() {
		return err
	}
	// An interruption must not lose what TEAM gives meanwhile: the token that was shown is good for nothing then, and
	// whoever shows it again ends the sign-in.
	got, err := b.authorization().refresh(context.WithoutCancel(ctx), b.secrets.Refresh)
	if refused, ok := errors.AsType[*grantRefusal](err); ok && refused.Code == "invalid_grant" {
		_, forgotten := b.keeper.forget(ctx, s) // tokens that are left are good for nothing
		return errors.Join(b.over("your sign-in to "+b.server+" has ended"), forgotten)
	}
	if broken, ok := errors.AsType[brokenError](err); ok && !neverSent(broken) {
		return b.lost(broken)
	}
	if err != nil {
		return err
	}
	b.secrets, s.ID, s.Until = got.secrets(b.console.now()), got.SignIn, got.Until
	_, err = b.keeper.keep(context.WithoutCancel(ctx), s, b.secrets, false)
	return err
}

func (b *keptBearer) over(what string) error {
	return codedError{fmt.Errorf("%s; sign in again with: team login%s", what, serverFlag(b.server)), exitNotSignedIn}
}

// lost is a refresh that may have been done although no answer came. It is no brokenError: that one is repeated.
func (b *keptBearer) lost(broken brokenError) error {
	return codedError{fmt.Errorf("%w\nIf it has renewed your sign-in all the same, that ends when it is used next; then sign in again with: team login%s",
		broken.error, serverFlag(b.server)), exitUnavailable}
}

// neverSent says of a call that got no answer that nothing of it can have arrived: there was no connection.
func neverSent(err error) bool {
	failed, ok := errors.AsType[*net.OpError](err)
	return ok && failed.Op == "dial"
}

func (b *keptBearer) authorization() authorizationServer {
	return newAuthorizationServer(b.server, b.transport)
}

// sendAs makes a call with a token, and once more with another one where the first is refused: nothing was done then.
func (c *client) sendAs(ctx context.Context, send func(token string) (*http.Response, error)) (*http.Response, error) {
	token, err := c.bearer.token(ctx)
	if err != nil {
		return nil, err
	}
	answer, err := send(token)
	if err != nil || answer.StatusCode != http.StatusUnauthorized {
		return answer, err
	}
	next, ok, err := c.bearer.another(ctx, token)
	if err != nil {
		_ = answer.Body.Close()
		return nil, err
	}
	if !ok {
		return answer, nil
	}
	_ = answer.Body.Close()
	return send(next)
}
