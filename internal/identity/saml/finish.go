package saml

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"time"
	"unicode"

	saml2 "github.com/russellhaering/gosaml2"
	"github.com/russellhaering/gosaml2/types"
	dsig "github.com/russellhaering/goxmldsig"

	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/identity/provider"
)

// Finish verifies the response that the browser brought, and says who signed in. RelayState was compared before: whoever
// calls found the attempt by it.
func (p *Provider) Finish(ctx context.Context, a provider.Attempt, came url.Values) (provider.Answer, error) {
	k, err := p.metadata(ctx)
	if err != nil {
		return provider.Answer{}, err
	}
	if len(came["SAMLResponse"]) != 1 {
		return provider.Answer{}, provider.Refuse(provider.Invalid, "there are %d responses, not one", len(came["SAMLResponse"]))
	}
	raw, err := decode(came.Get("SAMLResponse"))
	if err != nil {
		return provider.Answer{}, provider.RefuseFor(provider.Invalid, err, "the response cannot be read")
	}
	if err := checkStatus(raw); err != nil {
		return provider.Answer{}, err
	}
	if err := checkShape(raw); err != nil {
		return provider.Answer{}, provider.RefuseFor(provider.Invalid, err, "the response is not acceptable")
	}
	now := p.config.Now()
	sp := p.serviceProvider(k, now)
	encoded := base64.StdEncoding.EncodeToString(raw)
	response, err := verify(sp, k.certificates, encoded, now)
	if err != nil {
		next, changed := p.known.Again(ctx, k)
		if !changed {
			return provider.Answer{}, err
		}
		k, sp = next, p.serviceProvider(next, now)
		if response, err = verify(sp, k.certificates, encoded, now); err != nil {
			return provider.Answer{}, err
		}
	}
	assertion := &response.Assertions[0]
	if err := p.check(sp, response, assertion, a, now); err != nil {
		return provider.Answer{}, err
	}
	who, err := p.external(assertion, now)
	if err != nil {
		return provider.Answer{}, err
	}
	until, err := time.Parse(time.RFC3339, assertion.Subject.SubjectConfirmation.SubjectConfirmationData.NotOnOrAfter)
	if err != nil {
		return provider.Answer{}, provider.RefuseFor(provider.Invalid, err, "the assertion's end cannot be read")
	}
	return provider.Answer{External: who, Once: []string{k.issuer + " " + assertion.ID}, Until: until.UTC().Add(provider.Skew)}, nil
}

func decode(text string) ([]byte, error) {
	if len(text) > maxResponse*4/3+4 {
		return nil, errors.New("it is larger than 64 KiB")
	}
	// Some providers break the text into lines.
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return nil, errors.New("it is not base64")
	}
	return raw, nil
}

// checkStatus tells a provider that signed nobody in from one that sent something wrong. It is asked before the signature
// is verified, because such an answer needs none: it signs nobody in either way.
func checkStatus(raw []byte) error {
	if _, err := checkXML(raw); err != nil {
		return provider.RefuseFor(provider.Invalid, err, "the response cannot be read")
	}
	word, err := statusOf(raw)
	if err != nil {
		return err
	}
	if word != "" && word != saml2.StatusCodeSuccess {
		return provider.Refuse(provider.Declined, "the provider answered with the status %s", provider.Quote(word))
	}
	return nil
}

// serviceProvider is the library's view of the provider at one instant. Its clock goes late by the skew that is
// allowed, so that what just expired is still taken.
func (p *Provider) serviceProvider(k *known, now time.Time) *saml2.SAMLServiceProvider {
	return &saml2.SAMLServiceProvider{
		IdentityProviderSSOURL: k.sso, IdentityProviderIssuer: k.issuer, ServiceProviderIssuer: p.config.EntityID, AudienceURI: p.config.EntityID,
		AssertionConsumerServiceURL: p.config.ACS, AllowMissingAttributes: true, Clock: dsig.NewFakeClockAt(now.Add(-provider.Skew)),
		MaximumDecompressedBodySize: maxResponse, MaximumXMLTokens: 4 * maxElements,
	}
}

// verify the signature with each certificate of the provider: while it changes them there are several.
func verify(sp *saml2.SAMLServiceProvider, certificates []*x509.Certificate, encoded string, now time.Time) (*types.Response, error) {
	var failed error
	for _, certificate := range certificates {
		if now.Before(certificate.NotBefore) || now.After(certificate.NotAfter) {
			failed = errors.Join(failed, errors.New("the provider's certificate "+certificate.Subject.String()+" is valid from "+
				certificate.NotBefore.UTC().Format(time.DateOnly)+" to "+certificate.NotAfter.UTC().Format(time.DateOnly)))
			continue
		}
		sp.IDPCertificateStore = &dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{certificate}}
		response, err := sp.ValidateEncodedResponse(encoded)
		if err == nil {
			return response, nil
		}
		failed = errors.Join(failed, err)
	}
	kind := provider.Invalid
	if value, ok := errors.AsType[saml2.ErrInvalidValue](failed); ok && value.Reason == saml2.ReasonExpired {
		kind = provider.ClockOff // the signature was verified before
	}
	return nil, provider.RefuseFor(kind, failed, "the response cannot be verified")
}

// check what the library leaves to its caller.
func (p *Provider) check(sp *saml2.SAMLServiceProvider, response *types.Response, assertion *types.Assertion, a provider.Attempt, now time.Time) error {
	if len(response.Assertions) != 1 || !response.SignatureValidated && !assertion.SignatureValidated {
		return provider.Refuse(provider.Invalid, "not exactly one assertion is signed")
	}
	if assertion.ID == "" || assertion.Version != "2.0" {
		return provider.Refuse(provider.Invalid, "the assertion has no id, or is not of version 2.0")
	}
	if err := checkRequest(response, assertion, a); err != nil {
		return err
	}
	warnings, err := sp.VerifyAssertionConditions(assertion)
	switch {
	case err != nil:
		return provider.RefuseFor(provider.Invalid, err, "the assertion's conditions cannot be read")
	case warnings.NotInAudience || len(assertion.Conditions.AudienceRestrictions) == 0:
		return provider.Refuse(provider.Invalid, "the assertion is not for %s", sp.AudienceURI)
	}
	if err := checkTimes(assertion, a, now); err != nil {
		return err
	}
	return p.checkFresh(assertion, a)
}

// checkRequest refuses an answer that is not to this attempt's request. The request's id in the confirmation of the
// subject is always signed, the one in the response only where the response is.
func checkRequest(response *types.Response, assertion *types.Assertion, a provider.Attempt) error {
	confirmed := assertion.Subject.SubjectConfirmation.SubjectConfirmationData.InResponseTo
	if confirmed == "" {
		return provider.Refuse(provider.Unasked, "the assertion answers no request")
	}
	if confirmed != a.RequestID() || response.InResponseTo != "" && response.InResponseTo != confirmed {
		return provider.Refuse(provider.Invalid, "the assertion answers another request, %s", provider.Quote(confirmed))
	}
	return nil
}

// checkTimes checks the assertion's own times with the clocks' skew; the library does so for the end of the subject's
// confirmation only.
func checkTimes(assertion *types.Assertion, a provider.Attempt, now time.Time) error {
	from, err := time.Parse(time.RFC3339, assertion.Conditions.NotBefore)
	if err != nil {
		return provider.RefuseFor(provider.Invalid, err, "the assertion's beginning cannot be read")
	}
	until, err := time.Parse(time.RFC3339, assertion.Conditions.NotOnOrAfter)
	if err != nil {
		return provider.RefuseFor(provider.Invalid, err, "the assertion's end cannot be read")
	}
	issued := assertion.IssueInstant
	switch {
	case now.Add(provider.Skew).Before(from) || !now.Add(-provider.Skew).Before(until):
		return provider.Refuse(provider.ClockOff, "the assertion is valid from %s to %s, and it is %s",
			from.UTC().Format(time.RFC3339), until.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	case issued.After(now.Add(provider.Skew)) || issued.Before(a.Started.Add(-provider.Skew)):
		return provider.Refuse(provider.ClockOff, "the assertion was issued at %s, and the attempt began at %s; it is %s",
			issued.UTC().Format(time.RFC3339), a.Started.Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	}
	if s := assertion.AuthnStatement; s != nil && s.SessionNotOnOrAfter != nil && !now.Add(-provider.Skew).Before(*s.SessionNotOnOrAfter) {
		return provider.Refuse(provider.ClockOff, "the session at the provider ended at %s", s.SessionNotOnOrAfter.UTC().Format(time.RFC3339))
	}
	return nil
}

// checkFresh refuses an authentication from before the attempt, where a fresh one was asked for.
func (p *Provider) checkFresh(assertion *types.Assertion, a provider.Attempt) error {
	if !a.Fresh {
		return nil
	}
	s := assertion.AuthnStatement
	if !p.config.ProvesFreshness || s == nil || s.AuthnInstant == nil {
		return provider.Refuse(provider.NotFresh, "the assertion does not say when the person authenticated")
	}
	if s.AuthnInstant.Before(a.Started.Add(-provider.Skew)) {
		return provider.Refuse(provider.NotFresh, "the provider authenticated the person at %s, before %s",
			s.AuthnInstant.UTC().Format(time.RFC3339), a.Started.Format(time.RFC3339))
	}
	return nil
}

const maxValue = 512

// external is who signed in, by an assertion that was verified.
func (p *Provider) external(assertion *types.Assertion, now time.Time) (identity.External, error) {
	name := assertion.Subject.NameID
	if name == nil || strings.TrimSpace(name.Value) == "" {
		return identity.External{}, provider.Refuse(provider.Invalid, "the assertion names nobody")
	}
	if strings.HasSuffix(name.Format, ":nameid-format:transient") {
		return identity.External{}, provider.Refuse(provider.Invalid, "the assertion's NameID is transient, another one each time: "+
			"choose persistent at the provider")
	}
	values := valuesOf(assertion)
	who := identity.External{Provider: p.config.Name, At: now.UTC().Add(-provider.UnknownAge)}
	for _, want := range []struct {
		attribute string
		to        *string
	}{
		{NameID, &who.Subject},
		{p.config.Attributes.UserName, &who.UserName},
		{p.config.Attributes.Email, &who.Email},
		{p.config.Attributes.ExternalID, &who.ExternalID},
	} {
		value, err := values.text(want.attribute)
		if err != nil {
			return identity.External{}, err
		}
		*want.to = value
	}
	// SAML has no word for it: an organization's own provider answers for the addresses it asserts.
	who.EmailVerified = who.Email != ""
	if s := assertion.AuthnStatement; s != nil {
		if s.AuthnContext != nil && s.AuthnContext.AuthnContextClassRef != nil {
			who.ACR = strings.TrimSpace(s.AuthnContext.AuthnContextClassRef.Value)
		}
		if s.SessionNotOnOrAfter != nil {
			who.Until = s.SessionNotOnOrAfter.UTC()
		}
		if p.config.ProvesFreshness && s.AuthnInstant != nil && !s.AuthnInstant.After(now.Add(provider.Skew)) {
			who.At = s.AuthnInstant.UTC()
		}
	}
	if len(who.ACR) > maxValue || strings.ContainsFunc(who.ACR, unicode.IsControl) {
		return identity.External{}, provider.Refuse(provider.Invalid, "the authentication context is too long, or has control characters")
	}
	return who, nil
}

// values of an assertion by the names of its attributes.
type values map[string][]string

func valuesOf(assertion *types.Assertion) values {
	all := values{NameID: {assertion.Subject.NameID.Value}}
	if assertion.AttributeStatement == nil {
		return all
	}
	for _, attribute := range assertion.AttributeStatement.Attributes {
		if attribute.Name == NameID {
			continue // the assertion's own is never replaced
		}
		for _, v := range attribute.Values {
			all[attribute.Name] = append(all[attribute.Name], v.Value)
		}
	}
	return all
}

// text of an attribute; "" where there is none. Several values are refused: one would be chosen by luck.
func (v values) text(name string) (string, error) {
	if name == "" || len(v[name]) == 0 {
		return "", nil
	}
	if len(v[name]) > 1 {
		return "", provider.Refuse(provider.Invalid, "the attribute %s has %d values, not one", name, len(v[name]))
	}
	text := strings.TrimSpace(v[name][0])
	if len(text) > maxValue || strings.ContainsFunc(text, unicode.IsControl) {
		return "", provider.Refuse(provider.Invalid, "%s of the assertion is too long, or has control characters", name)
	}
	return text, nil
}
