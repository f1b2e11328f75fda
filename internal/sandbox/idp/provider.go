package idp

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"
)

// Config of a provider. Issuer, ClientID, ClientSecret, RedirectURIs and People are required.
type Config struct {
	// Issuer is the URL the provider is reached at, without a trailing slash.
	Issuer string
	// ClientID and ClientSecret are those of the only client.
	ClientID, ClientSecret string
	// RedirectURIs are where the client may be called back, exactly.
	RedirectURIs []string
	// PostLogoutRedirectURIs are where the client may be led to after a sign-out, exactly.
	PostLogoutRedirectURIs []string
	People                 People
	// Random is crypto/rand by default, Now time.Now.
	Random io.Reader
	Now    func() time.Time
}

// Provider answers everything of the provider: protocol, sign-in page and control API.
type Provider struct {
	config   Config
	state    *state
	protocol *op.Provider
	handler  http.Handler
}

// New makes a provider with a signing key of its own, to which nobody is signed in.
func New(c Config) (*Provider, error) {
	if c.Issuer == "" || c.ClientID == "" || c.ClientSecret == "" || len(c.RedirectURIs) == 0 || c.People == nil {
		return nil, errors.New("make provider: issuer, client, redirect URI and people are required")
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	s, err := newState(c)
	if err != nil {
		return nil, err
	}
	p := &Provider{config: c, state: s}
	var key [32]byte
	if _, err := io.ReadFull(c.Random, key[:]); err != nil {
		return nil, fmt.Errorf("draw key of access tokens: %w", err)
	}
	p.protocol, err = op.NewProvider(&op.Config{
		CryptoKey: key, CryptoKeyId: "sandbox", CodeMethodS256: true, AuthMethodPost: true, DefaultLogoutRedirectURI: signedOutPath,
		SupportedClaims: []string{
			"sub", "aud", "exp", "iat", "iss", "auth_time", "nonce", "acr", "amr", "azp", "at_hash",
			"name", "preferred_username", "email", "email_verified",
		},
		SupportedScopes: []string{"openid", "profile", "email"},
	}, &storage{s}, op.StaticIssuer(c.Issuer),
		op.WithAllowInsecure(), // it is on loopback only
		op.WithIDTokenHintVerifierOpts(op.WithSupportedIDTokenHintSigningAlgorithms(string(algorithm))),
	)
	if err != nil {
		return nil, fmt.Errorf("make provider: %w", err)
	}
	if err := p.routes(); err != nil {
		return nil, err
	}
	return p, nil
}

// signedOutPath is where a sign-out ends that names no place to go on to.
const signedOutPath = "/signed-out"

// routes puts the pages and the control API beside the protocol.
func (p *Provider) routes() error {
	origins, err := originsOf(append(slices.Clone(p.config.RedirectURIs), p.config.PostLogoutRedirectURIs...))
	if err != nil {
		return err
	}
	foreign := http.NewCrossOriginProtection()
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+pickPath, p.showPick)
	mux.Handle("POST "+pickPath, foreign.Handler(http.HandlerFunc(p.pick)))
	mux.HandleFunc("GET "+signedOutPath, p.showSignedOut)
	mux.Handle("GET /static/", staticFiles())
	mux.Handle("/end_session", p.forgetting(p.protocol))
	mux.Handle("/", p.protocol)
	p.handler = p.control(p.troubled(secured(mux, origins)))
	return nil
}

// ServeHTTP answers one request.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.handler.ServeHTTP(w, r) }

// originsOf lists the origins that the sign-in page leads to.
func originsOf(uris []string) ([]string, error) {
	var origins []string
	for _, uri := range uris {
		u, err := url.Parse(uri)
		if err != nil || u.Host == "" {
			return nil, fmt.Errorf("make provider: %q is no address to come back to", uri)
		}
		if origin := u.Scheme + "://" + u.Host; !slices.Contains(origins, origin) {
			origins = append(origins, origin)
		}
	}
	return origins, nil
}
