package idp

import (
	"net/url"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// client is the only one there is: TEAM. It has a secret, and has to use PKCE besides.
type client struct{ state *state }

const idTokenLifetime = 5 * time.Minute

func (c *client) GetID() string                       { return c.state.config.ClientID }
func (c *client) RedirectURIs() []string              { return c.state.config.RedirectURIs }
func (c *client) PostLogoutRedirectURIs() []string    { return c.state.config.PostLogoutRedirectURIs }
func (c *client) ApplicationType() op.ApplicationType { return op.ApplicationTypeWeb }
func (c *client) AuthMethod() oidc.AuthMethod         { return oidc.AuthMethodBasic }
func (c *client) ResponseTypes() []oidc.ResponseType {
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}

func (c *client) GrantTypes() []oidc.GrantType { return []oidc.GrantType{oidc.GrantTypeCode} }

func (c *client) LoginURL(id string) string { return pickPath + "?" + url.Values{"id": {id}}.Encode() }

func (c *client) AccessTokenType() op.AccessTokenType  { return op.AccessTokenTypeBearer }
func (c *client) DevMode() bool                        { return false }
func (c *client) IsScopeAllowed(string) bool           { return false }
func (c *client) IDTokenUserinfoClaimsAssertion() bool { return true } // one answer is enough for a client
func (c *client) ClockSkew() time.Duration             { return 0 }

//nolint:revive,staticcheck // zitadel/oidc spells it so
func (c *client) RestrictAdditionalIdTokenScopes() func([]string) []string { return unrestricted }

func (c *client) RestrictAdditionalAccessTokenScopes() func([]string) []string { return unrestricted }

func (c *client) IDTokenLifetime() time.Duration {
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	if c.state.trouble.Expired {
		return -idTokenLifetime
	}
	return idTokenLifetime
}

func unrestricted(scopes []string) []string { return scopes }
