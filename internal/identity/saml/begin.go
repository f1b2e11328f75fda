package saml

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/url"
	"time"

	dsig "github.com/russellhaering/goxmldsig"

	"github.com/team-idc/team/internal/identity/provider"
)

const instantForm = "2006-01-02T15:04:05Z"

// request is an AuthnRequest (SAML 2.0 Core, 3.4.1).
type request struct {
	XMLName     xml.Name      `xml:"urn:oasis:names:tc:SAML:2.0:protocol AuthnRequest"`
	ID          string        `xml:"ID,attr"`
	Version     string        `xml:"Version,attr"`
	Instant     string        `xml:"IssueInstant,attr"`
	Destination string        `xml:"Destination,attr"`
	ForceAuthn  bool          `xml:"ForceAuthn,attr,omitempty"`
	Binding     string        `xml:"ProtocolBinding,attr"`
	ACS         string        `xml:"AssertionConsumerServiceURL,attr"`
	Issuer      issuer        `xml:"urn:oasis:names:tc:SAML:2.0:assertion Issuer"`
	Policy      *nameIDPolicy `xml:"urn:oasis:names:tc:SAML:2.0:protocol NameIDPolicy"`
}

type issuer struct {
	Value string `xml:",chardata"`
}

type nameIDPolicy struct {
	Format string `xml:"Format,attr"`
}

// Begin returns the address at the provider where somebody is sent to authenticate.
func (p *Provider) Begin(ctx context.Context, a provider.Attempt) (string, error) {
	k, err := p.metadata(ctx)
	if err != nil {
		return "", err
	}
	if k.wantsSigned && p.config.Key == nil {
		return "", provider.Refuse(provider.Unavailable, "the provider wants requests to be signed, and signing_key_file is not set")
	}
	r := request{
		ID: a.RequestID(), Version: "2.0", Instant: p.config.Now().UTC().Format(instantForm), Destination: k.sso, ForceAuthn: a.Fresh,
		Binding: bindingPOST, ACS: p.config.ACS, Issuer: issuer{p.config.EntityID},
	}
	if p.config.NameIDFormat != "" {
		r.Policy = &nameIDPolicy{p.config.NameIDFormat}
	}
	query, err := redirectQuery(r, a.State())
	if err != nil {
		return "", err
	}
	if p.config.Key != nil {
		if query, err = p.config.Key.sign(query); err != nil {
			return "", err
		}
	}
	u, err := url.Parse(k.sso)
	if err != nil {
		return "", provider.RefuseFor(provider.Unavailable, err, "the provider's address cannot be read")
	}
	if u.RawQuery != "" {
		query = u.RawQuery + "&" + query
	}
	u.RawQuery = query
	return u.String(), nil
}

// redirectQuery is the request as the HTTP-Redirect binding sends it (SAML 2.0 Bindings, 3.4.4.1).
func redirectQuery(r request, state string) (string, error) {
	text, err := xml.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("write SAML request: %w", err)
	}
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.DefaultCompression)
	if err != nil {
		return "", fmt.Errorf("compress SAML request: %w", err)
	}
	if _, err := w.Write(text); err != nil {
		return "", fmt.Errorf("compress SAML request: %w", err)
	}
	if err := w.Close(); err != nil {
		return "", fmt.Errorf("compress SAML request: %w", err)
	}
	return "SAMLRequest=" + url.QueryEscape(base64.StdEncoding.EncodeToString(b.Bytes())) + "&RelayState=" + url.QueryEscape(state), nil
}

// sign adds the signature of the binding, which is of the query's text in exactly this order.
func (k *Key) sign(query string) (string, error) {
	query += "&SigAlg=" + url.QueryEscape(dsig.RSASHA256SignatureMethod)
	sum := sha256.Sum256([]byte(query))
	signature, err := rsa.SignPKCS1v15(rand.Reader, k.Private, crypto.SHA256, sum[:])
	if err != nil {
		return "", fmt.Errorf("sign SAML request: %w", err)
	}
	return query + "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(signature)), nil
}

// Metadata describes TEAM to the provider.
func (p *Provider) Metadata() ([]byte, error) {
	type keyInfo struct {
		XMLName     xml.Name `xml:"http://www.w3.org/2000/09/xmldsig# KeyInfo"`
		Certificate string   `xml:"X509Data>X509Certificate"`
	}
	type keyDescriptor struct {
		Use  string  `xml:"use,attr"`
		Info keyInfo `xml:"http://www.w3.org/2000/09/xmldsig# KeyInfo"`
	}
	type service struct {
		Binding  string `xml:"Binding,attr"`
		Location string `xml:"Location,attr"`
		Index    int    `xml:"index,attr"`
	}
	type sp struct {
		Protocols   string          `xml:"protocolSupportEnumeration,attr"`
		Signed      bool            `xml:"AuthnRequestsSigned,attr"`
		WantsSigned bool            `xml:"WantAssertionsSigned,attr"`
		Keys        []keyDescriptor `xml:"KeyDescriptor,omitempty"`
		Formats     []string        `xml:"NameIDFormat,omitempty"`
		ACS         service         `xml:"AssertionConsumerService"`
	}
	document := struct {
		XMLName  xml.Name  `xml:"urn:oasis:names:tc:SAML:2.0:metadata EntityDescriptor"`
		EntityID string    `xml:"entityID,attr"`
		Until    time.Time `xml:"validUntil,attr"`
		SP       sp        `xml:"SPSSODescriptor"`
	}{
		EntityID: p.config.EntityID, Until: p.config.Now().UTC().Add(7 * 24 * time.Hour).Truncate(time.Second),
		SP: sp{
			Protocols: "urn:oasis:names:tc:SAML:2.0:protocol", Signed: p.config.Key != nil, WantsSigned: true,
			ACS: service{Binding: bindingPOST, Location: p.config.ACS, Index: 1},
		},
	}
	if p.config.NameIDFormat != "" {
		document.SP.Formats = []string{p.config.NameIDFormat}
	}
	if p.config.Key != nil {
		document.SP.Keys = []keyDescriptor{{Use: "signing", Info: keyInfo{Certificate: base64.StdEncoding.EncodeToString(p.config.Key.Certificate.Raw)}}}
	}
	text, err := xml.MarshalIndent(document, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write SAML metadata: %w", err)
	}
	return append([]byte(xml.Header), append(text, '\n')...), nil
}
