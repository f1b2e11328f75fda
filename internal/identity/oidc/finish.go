package oidc

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/url"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/identity/provider"
)

// Finish redeems what the browser brought back, and says who signed in. The state was compared before: whoever calls
// found the attempt by it.
func (p *Provider) Finish(ctx context.Context, a provider.Attempt, came url.Values) (provider.Answer, error) {
	d, err := p.known.Get(ctx)
	if err != nil {
		return provider.Answer{}, err
	}
	if err := p.checkIssuer(d, came); err != nil {
		return provider.Answer{}, err
	}
	if word := came.Get("error"); word != "" {
		return provider.Answer{}, declined(word, came.Get("error_description"))
	}
	if len(came["code"]) != 1 || came.Get("code") == "" {
		return provider.Answer{}, provider.Refuse(provider.Invalid, "the answer has %d codes, not one", len(came["code"]))
	}
	token, raw, err := p.redeem(ctx, d, a, came.Get("code"))
	if err != nil {
		return provider.Answer{}, err
	}
	claims, err := p.verify(ctx, d, a, raw)
	if err != nil {
		return provider.Answer{}, err
	}
	if claims.AccessTokenHash != "" {
		if err := claims.VerifyAccessToken(token.AccessToken); err != nil {
			return provider.Answer{}, provider.RefuseFor(provider.Invalid, err, "the ID token belongs to another access token")
		}
	}
	who, err := p.external(claims)
	if err != nil {
		return provider.Answer{}, err
	}
	return provider.Answer{External: who}, nil
}

// declined is the provider's answer that it signed nobody in. Its words are its own; those of the standards say whose
// fault it is.
func declined(word, description string) error {
	kind := provider.Declined
	if word == "temporarily_unavailable" || word == "server_error" {
		kind = provider.Unavailable
	}
	return provider.Refuse(kind, "the provider answered %s, %s", provider.Quote(word), provider.Quote(description))
}

// checkIssuer refuses an answer of another provider than the one that was asked (RFC 9207).
func (p *Provider) checkIssuer(d *discovered, came url.Values) error {
	named := came["iss"]
	if len(named) == 0 && !d.issuerSent {
		return nil
	}
	if len(named) != 1 || named[0] != p.config.Issuer {
		return provider.Refuse(provider.Invalid, "the answer's issuer is %s, not %s: answers of two providers were mixed up",
			provider.Quote(came.Get("iss")), p.config.Issuer)
	}
	return nil
}

// redeem exchanges the code for tokens.
func (p *Provider) redeem(ctx context.Context, d *discovered, a provider.Attempt, code string) (token *oauth2.Token, idToken string, err error) {
	secret := ""
	if p.config.Secret != nil {
		if secret, err = p.config.Secret(); err != nil {
			return nil, "", provider.RefuseFor(provider.Unavailable, err, "the client's secret cannot be read")
		}
	}
	token, err = p.client(d, secret).Exchange(oidc.ClientContext(ctx, p.config.Client), code, oauth2.VerifierOption(a.Verifier()))
	// The answer's body is left out: it may repeat what it was sent.
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		kind := provider.Invalid
		if refused.Response.StatusCode >= 500 || refused.ErrorCode == "invalid_client" || refused.ErrorCode == "unauthorized_client" {
			kind = provider.Unavailable // it is not the person's doing
		}
		return nil, "", provider.Refuse(kind, "the provider did not take the code: %s %s", refused.Response.Status, provider.Quote(refused.ErrorCode))
	}
	if err != nil {
		return nil, "", provider.RefuseFor(provider.Unavailable, err, "the code could not be redeemed")
	}
	idToken, _ = token.Extra("id_token").(string)
	if idToken == "" {
		return nil, "", provider.Refuse(provider.Invalid, "the provider handed over no ID token")
	}
	return token, idToken, nil
}

// verify an ID token: that the provider signed it, for this client, for this attempt, now.
func (p *Provider) verify(ctx context.Context, d *discovered, a provider.Attempt, raw string) (*verified, error) {
	token, err := d.verifier.Verify(ctx, raw)
	if expired, ok := errors.AsType[*oidc.TokenExpiredError](err); ok {
		return nil, provider.Refuse(provider.ClockOff, "the ID token expired at %s", expired.Expiry.UTC().Format(time.RFC3339))
	}
	if err != nil {
		return nil, provider.RefuseFor(provider.Invalid, err, "the ID token cannot be verified")
	}
	v := &verified{IDToken: token}
	if err := token.Claims(&v.claims); err != nil {
		return nil, provider.RefuseFor(provider.Invalid, err, "the claims of the ID token cannot be read")
	}
	if err := v.claims.check(); err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(a.Nonce())) != 1 {
		return nil, provider.Refuse(provider.Invalid, "the ID token's nonce is another attempt's")
	}
	if err := checkParty(token.Audience, v.claims.AuthorizedParty, p.config.ClientID); err != nil {
		return nil, err
	}
	if err := v.checkTimes(p.config.Now(), a); err != nil {
		return nil, err
	}
	return v, p.checkAge(v, a)
}

// checkParty refuses tokens that are for others as well, unless they say that they were issued to this client
// (OpenID Connect Core 1.0, 3.1.3.7). That they are for this client was verified.
func checkParty(audience []string, party, client string) error {
	if party != "" && party != client || party == "" && len(audience) != 1 {
		return provider.Refuse(provider.Invalid, "the ID token, for %s, was issued to %s", provider.Quote(join(audience)), provider.Quote(party))
	}
	return nil
}

// checkTimes refuses tokens from another time than the attempt's. That they have not expired was verified.
func (v *verified) checkTimes(now time.Time, a provider.Attempt) error {
	issued := v.IssuedAt
	switch {
	case issued.Unix() <= 0:
		return provider.Refuse(provider.Invalid, "the ID token does not say when it was issued")
	case issued.After(now.Add(provider.Skew)) || issued.Before(a.Started.Add(-provider.Skew)):
		return provider.Refuse(provider.ClockOff, "the ID token was issued at %s, and the attempt began at %s; it is %s",
			issued.UTC().Format(time.RFC3339), a.Started.Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	case v.claims.NotBefore != nil && v.claims.NotBefore.Time().After(now.Add(provider.Skew)):
		return provider.Refuse(provider.ClockOff, "the ID token is valid only from %s", v.claims.NotBefore.Time().Format(time.RFC3339))
	case v.claims.AuthTime != nil && v.claims.AuthTime.Time().After(now.Add(provider.Skew)):
		return provider.Refuse(provider.ClockOff, "the ID token tells of an authentication at %s", v.claims.AuthTime.Time().Format(time.RFC3339))
	}
	return nil
}

// checkAge refuses an authentication that is older than what was asked for: prompt and max_age are only wishes, since
// they travel through the browser.
func (p *Provider) checkAge(v *verified, a provider.Attempt) error {
	var oldest time.Time
	switch {
	case a.Fresh:
		oldest = a.Started
	case p.config.MaxAge > 0:
		oldest = p.config.Now().Add(-p.config.MaxAge)
	default:
		return nil
	}
	if v.claims.AuthTime == nil {
		return provider.Refuse(provider.NotFresh, "the ID token has no auth_time, though max_age was asked for")
	}
	if at := v.claims.AuthTime.Time(); at.Before(oldest.Add(-provider.Skew)) {
		return provider.Refuse(provider.NotFresh, "the provider authenticated the person at %s, before %s",
			at.Format(time.RFC3339), oldest.UTC().Format(time.RFC3339))
	}
	if a.Fresh && len(p.config.ACR) > 0 && !slices.Contains(p.config.ACR, v.claims.ACR) {
		return provider.Refuse(provider.NotFresh, "the provider's authentication context is %s, none of %v", provider.Quote(v.claims.ACR), p.config.ACR)
	}
	return nil
}

// external is who signed in, by a token that was verified.
func (p *Provider) external(v *verified) (identity.External, error) {
	who := identity.External{
		Provider: p.config.Name, Subject: v.Subject, ACR: v.claims.ACR, AMR: v.claims.AMR, EmailVerified: bool(v.claims.EmailVerified),
	}
	for _, want := range []struct {
		claim string
		to    *string
	}{{p.config.Claims.UserName, &who.UserName}, {p.config.Claims.Email, &who.Email}, {p.config.Claims.ExternalID, &who.ExternalID}} {
		value, err := v.claims.text(want.claim)
		if err != nil {
			return identity.External{}, err
		}
		*want.to = value
	}
	// The provider vouches for its own e-mail claim alone.
	if p.config.Claims.Email != "email" {
		who.EmailVerified = false
	}
	who.At = v.IssuedAt.UTC().Add(-provider.UnknownAge)
	if v.claims.AuthTime != nil && p.config.ProvesFreshness {
		who.At = v.claims.AuthTime.Time()
	}
	return who, nil
}
