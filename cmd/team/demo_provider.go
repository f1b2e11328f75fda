package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"

	"github.com/team-idc/team/internal/sandbox/idp"
)

// What the demo's provider is called in TEAM's configuration, and TEAM at the provider.
const (
	demoProviderName = "sandbox"
	demoClient       = "team"
)

// demoProvider is the OpenID provider of a demo, on a loopback port of its own.
type demoProvider struct {
	listener net.Listener
	provider *idp.Provider
	url      string
	secret   string // of the client, another one in every run
}

// openProvider makes a provider that signs people in to the TEAM at teamURL.
func openProvider(ctx context.Context, box *demoSandbox, teamURL string) (*demoProvider, error) {
	l, err := listen(ctx, "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &demoProvider{listener: l, url: urlOf(l), secret: newSecret()}
	p.provider, err = idp.New(idp.Config{
		Issuer: p.url, ClientID: demoClient, ClientSecret: p.secret,
		RedirectURIs:           []string{fmt.Sprintf("%s/sign-in/%s/callback", teamURL, demoProviderName)},
		PostLogoutRedirectURIs: []string{teamURL + "/"},
		People:                 newDemoPeople(box.aws, demoNamesIn(box)),
	})
	if err != nil {
		_ = l.Close()
		return nil, err
	}
	return p, nil
}

// serve answers until ctx ends.
func (p *demoProvider) serve(ctx context.Context, log *slog.Logger) {
	if err := serveHTTP(ctx, p.listener, p.provider, log); err != nil {
		log.ErrorContext(ctx, "the sandbox's provider stopped", "error", err)
	}
}
