package oidc

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/team-idc/team/internal/identity/provider"
)

// Begin returns the address at the provider where somebody is sent to authenticate.
func (p *Provider) Begin(ctx context.Context, a provider.Attempt) (string, error) {
	d, err := p.known.Get(ctx)
	if err != nil {
		return "", err
	}
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(a.Verifier()), oidc.Nonce(a.Nonce())}
	switch {
	case a.Fresh:
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
		if acr := p.contexts(a); len(acr) > 0 {
			options = append(options, oauth2.SetAuthURLParam("acr_values", strings.Join(acr, " ")))
		}
	case p.config.MaxAge > 0:
		options = append(options, oauth2.SetAuthURLParam("max_age", strconv.Itoa(int(p.config.MaxAge.Seconds()))))
	}
	return p.client(d, "").AuthCodeURL(a.State(), options...), nil
}

// contexts are the authentication contexts to ask for, in order of preference: those that are demanded, of which the
// configuration may allow some alone. Where it allows none of them, its own are asked for, and what comes back is not enough.
func (p *Provider) contexts(a provider.Attempt) []string {
	if len(p.config.ACR) == 0 {
		return a.ACR
	}
	var both []string
	for _, acr := range a.ACR {
		if slices.Contains(p.config.ACR, acr) {
			both = append(both, acr)
		}
	}
	if len(both) == 0 {
		return p.config.ACR
	}
	return both
}

func (p *Provider) client(d *discovered, secret string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.config.ClientID, ClientSecret: secret, Endpoint: d.endpoint, RedirectURL: p.config.Redirect,
		Scopes: append([]string{oidc.ScopeOpenID}, p.config.Scopes...),
	}
}
