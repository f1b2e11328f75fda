package oidc

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/team-idc/team/internal/identity/provider"
	"github.com/team-idc/team/internal/loopback"
)

// discovered is what a provider says of itself.
type discovered struct {
	endpoint   oauth2.Endpoint
	verifier   *oidc.IDTokenVerifier
	issuerSent bool   // the provider names itself in its answers (RFC 9207)
	endSession string // "": none
	jwks       string
	algorithms []string
}

// metadata are the members of the discovery document that are used (OpenID Connect Discovery 1.0, RFC 8414, RFC 9207).
type metadata struct {
	Authorization string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	JWKS          string   `json:"jwks_uri"`
	EndSession    string   `json:"end_session_endpoint"`
	Algorithms    []string `json:"id_token_signing_alg_values_supported"`
	Challenges    []string `json:"code_challenge_methods_supported"`
	AuthMethods   []string `json:"token_endpoint_auth_methods_supported"`
	IssuerSent    bool     `json:"authorization_response_iss_parameter_supported"`
}

// read what the provider says of itself. Keys are read on their own whenever a token names an unknown one; those that were
// read before are kept.
func (p *Provider) read(ctx context.Context, before *discovered) (*discovered, error) {
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, p.config.Client), p.config.Issuer)
	if mismatch, ok := errors.AsType[*oidc.IssuerMismatchError](err); ok {
		return nil, fmt.Errorf("the provider at %s calls itself %s: the issuer must be spelled as the provider spells it",
			mismatch.Provided, provider.Quote(mismatch.Discovered))
	}
	if err != nil {
		return nil, fmt.Errorf("read discovery document of %s: %w", p.config.Issuer, err)
	}
	var m metadata
	if err := found.Claims(&m); err != nil {
		return nil, fmt.Errorf("read discovery document of %s: %w", p.config.Issuer, err)
	}
	d := &discovered{
		endpoint: oauth2.Endpoint{AuthURL: m.Authorization, TokenURL: m.Token}, issuerSent: m.IssuerSent, endSession: m.EndSession, jwks: m.JWKS,
	}
	if err := d.check(m); err != nil {
		return nil, fmt.Errorf("discovery document of %s: %w", p.config.Issuer, err)
	}
	d.endpoint.AuthStyle = p.authStyle(m.AuthMethods)
	if before != nil && before.jwks == d.jwks && slices.Equal(before.algorithms, d.algorithms) {
		d.verifier = before.verifier
		return d, nil
	}
	// The key set outlives whoever is the first to need it.
	keys := oidc.NewRemoteKeySet(oidc.ClientContext(context.Background(), p.config.Client), m.JWKS)
	d.verifier = oidc.NewVerifier(p.config.Issuer, keys, &oidc.Config{
		ClientID: p.config.ClientID, SupportedSigningAlgs: d.algorithms,
		// An ID token is refused this long after it expired, so that clocks may be apart.
		Now: func() time.Time { return p.config.Now().Add(-provider.Skew) },
	})
	return d, nil
}

// check refuses metadata with which nobody could sign in, or not safely.
func (d *discovered) check(m metadata) error {
	endpoints := [][2]string{{"authorization_endpoint", m.Authorization}, {"token_endpoint", m.Token}, {"jwks_uri", m.JWKS}}
	if m.EndSession != "" {
		endpoints = append(endpoints, [2]string{"end_session_endpoint", m.EndSession})
	}
	for _, e := range endpoints {
		u, err := url.Parse(e[1])
		if err != nil {
			return fmt.Errorf("%s is no web address", e[0])
		}
		if err := loopback.CheckURL(u); err != nil {
			return fmt.Errorf("%s %s %w", e[0], provider.Quote(e[1]), err)
		}
	}
	d.algorithms = algorithms()
	if len(m.Algorithms) > 0 {
		d.algorithms = slices.DeleteFunc(d.algorithms, func(a string) bool { return !slices.Contains(m.Algorithms, a) })
	}
	if len(d.algorithms) == 0 {
		return fmt.Errorf("it signs ID tokens with none of %v: choose RS256 or ES256 for this client at the provider", algorithms())
	}
	// A provider that lists methods and leaves S256 out would ignore the challenge, and a stolen code could be redeemed.
	if len(m.Challenges) > 0 && !slices.Contains(m.Challenges, "S256") {
		return errors.New("it does not support PKCE with S256")
	}
	return nil
}

// authStyle is how the client proves its secret: as the provider wants it, else in the header, which all providers must
// support (RFC 6749, 2.3.1).
func (p *Provider) authStyle(methods []string) oauth2.AuthStyle {
	if p.config.Secret == nil {
		return oauth2.AuthStyleInParams
	}
	if len(methods) > 0 && !slices.Contains(methods, "client_secret_basic") && slices.Contains(methods, "client_secret_post") {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}

// EndSession is where somebody signs out at the provider itself; "" where it has no such place, or cannot be read.
func (p *Provider) EndSession(ctx context.Context) string {
	d, err := p.known.Get(ctx)
	if err != nil || d.endSession == "" {
		return ""
	}
	u, err := url.Parse(d.endSession)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set("client_id", p.config.ClientID)
	u.RawQuery = q.Encode()
	return u.String()
}

// Check says what to enter at the provider, reads what the provider says of itself, and describes it for an operator, one
// sentence a line.
func (p *Provider) Check(ctx context.Context) (lines []string, err error) {
	lines = []string{"redirect URI to register at the provider: " + p.config.Redirect}
	d, err := p.read(ctx, nil)
	if err != nil {
		return lines, err
	}
	lines = append(lines,
		"discovery document read from "+p.config.Issuer,
		"people are sent to "+d.endpoint.AuthURL,
		fmt.Sprintf("ID tokens may be signed with %v; keys are read from %s", d.algorithms, d.jwks),
	)
	if d.endSession == "" {
		lines = append(lines, "it has no end_session_endpoint: signing out of TEAM cannot offer to sign out there as well")
	}
	return lines, nil
}
