package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net"
	"path/filepath"

	"github.com/team-idc/team/internal/config"
	"github.com/team-idc/team/internal/identity"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
	"github.com/team-idc/team/internal/sandbox/idp"
)

// What the demo's provider is called in TEAM's configuration, and TEAM at the provider.
const (
	demoProviderName = "sandbox"
	demoClient       = "team"
)

// providerSecretFile holds the client's secret, where TEAM reads it.
const providerSecretFile = "provider-secret"

// demoProvider is the OpenID provider of a demo, on a loopback port of its own.
type demoProvider struct {
	listener   net.Listener
	provider   *idp.Provider
	url        string
	secretFile string
}

// openProvider makes a provider that signs people in to the TEAM that listens at l. The client's secret is another one
// in every run.
func openProvider(ctx context.Context, o demoOptions, box *demoSandbox, l net.Listener) (*demoProvider, error) {
	team, err := publicOrigin(*config.Default(), l.Addr().String())
	if err != nil {
		return nil, err
	}
	p := &demoProvider{secretFile: filepath.Join(o.data, providerSecretFile)}
	secret := newSecret()
	if err := replaceFile(p.secretFile, []byte(secret+"\n")); err != nil {
		return nil, err
	}
	if p.listener, err = listen(ctx, "127.0.0.1:0"); err != nil {
		return nil, err
	}
	p.url = urlOf(p.listener)
	p.provider, err = idp.New(idp.Config{
		Issuer: p.url, ClientID: demoClient, ClientSecret: secret,
		RedirectURIs:           []string{team.JoinPath("sign-in", demoProviderName, "callback").String()},
		PostLogoutRedirectURIs: []string{team.JoinPath("signed-out").String()},
		People:                 newDemoPeople(box.aws, demoNamesIn(box)),
	})
	if err != nil {
		return nil, errors.Join(err, p.listener.Close())
	}
	return p, nil
}

// configured is the provider in TEAM's configuration.
func (p *demoProvider) configured() config.SignInProvider {
	return config.SignInProvider{
		Name: demoProviderName, Title: "the sandbox's provider", Type: config.OIDC, Match: string(identity.MatchExternalID),
		Issuer: p.url, ClientID: demoClient, ClientSecretFile: p.secretFile, Scopes: []string{"profile", "email"},
	}
}

// serve answers until ctx ends.
func (p *demoProvider) serve(ctx context.Context, log *slog.Logger) {
	if err := serveHTTP(ctx, p.listener, nil, p.provider, log); err != nil {
		log.ErrorContext(ctx, "the sandbox's provider stopped", "error", err)
	}
}

// provision gives users the ids that a provider would have given them when it provisioned IAM Identity Center, where the
// organization says none: the same in every run, since TEAM knows people by them.
func provision(org *simaws.Organization) {
	for i := range org.Users {
		u := &org.Users[i]
		if len(u.ExternalIDs) == 0 {
			sum := sha256.Sum256([]byte("external id\x00" + u.UserName))
			u.ExternalIDs = []simaws.ExternalID{{Issuer: "https://provider.sandbox.example", ID: "00u" + hex.EncodeToString(sum[:9])}}
		}
	}
}
