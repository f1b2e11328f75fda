// Package oidc signs people in at OpenID Connect providers: the authorization code flow with PKCE, of which nothing is
// believed but an ID token that the provider itself handed over and that is signed, fresh and meant for this program.
package oidc

import (
	"net/http"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/team-idc/team/internal/identity/provider"
)

// algorithms that an ID token may be signed with: those where the key that checks cannot sign. So neither "none" nor
// the HMACs, whose key would be a client secret or, by confusion, a public key.
func algorithms() []string {
	return []string{
		oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA,
	}
}

// Config of a provider.
type Config struct {
	Name     string // in TEAM's configuration
	Title    string // what people read
	Issuer   string // exactly as the provider spells it
	ClientID string
	// Secret of the client, read anew at each use, so that it may be rotated; nil: a public client.
	Secret func() (string, error)
	// Redirect is the full address of TEAM's callback.
	Redirect string
	Scopes   []string // beside openid
	Claims   Claims
	// ACR values asked for when somebody is to prove anew that it is them, of which the provider's must be one. Empty: any.
	ACR []string
	// MaxAge is the longest time since somebody authenticated at the provider for them to sign in here without being
	// asked there again. 0: as the provider thinks.
	MaxAge time.Duration
	// ProvesFreshness says that the provider asks people anew when it is told to, and says when it last did.
	ProvesFreshness bool
	Client          *http.Client // see provider.NewClient
	Now             func() time.Time
}

// Claims names the claims that say who somebody is. Empty ones are not read.
type Claims struct {
	UserName, Email, ExternalID string
}

// Provider is one OpenID Connect provider.
type Provider struct {
	config Config
	known  *provider.Remembered[discovered]
}

// New makes a provider. It asks nobody anything: that waits until somebody signs in, so that a provider that is down
// does not keep TEAM from starting.
func New(c Config) *Provider {
	c.ACR, c.Scopes = slices.Clone(c.ACR), slices.Clone(c.Scopes)
	p := &Provider{config: c}
	p.known = provider.Remember(c.Now, p.read)
	return p
}

// Name of the provider in the configuration.
func (p *Provider) Name() string { return p.config.Name }

// Title of the provider for people.
func (p *Provider) Title() string { return p.config.Title }

// AnswersByPost says how the browser comes back: by a link, never a form.
func (p *Provider) AnswersByPost() bool { return false }

// ProvesFreshness says whether somebody can prove anew at this provider that it is them.
func (p *Provider) ProvesFreshness() bool { return p.config.ProvesFreshness }
