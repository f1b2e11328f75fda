package saml

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/russellhaering/gosaml2/types"

	"github.com/team-idc/team/internal/identity/provider"
	"github.com/team-idc/team/internal/loopback"
)

const (
	bindingRedirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
	bindingPOST     = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
)

// known is what a provider's metadata says.
type known struct {
	issuer       string
	sso          string
	certificates []*x509.Certificate // the provider signs with any of them: a new one is announced before it is used
	wantsSigned  bool
	until        time.Time // zero: without end
}

// metadata returns what is known of the provider, until it says that it ends.
func (p *Provider) metadata(ctx context.Context) (*known, error) {
	k, err := p.known.Get(ctx)
	if err == nil && !k.until.IsZero() && p.config.Now().After(k.until) {
		return nil, provider.Refuse(provider.Unavailable, "the provider's metadata was valid until %s", k.until.UTC().Format(time.RFC3339))
	}
	return k, err
}

func (p *Provider) read(ctx context.Context, _ *known) (*known, error) {
	raw, err := p.fetch(ctx)
	if err != nil {
		return nil, err
	}
	k, err := parseMetadata(raw, p.config.Issuer, p.config.Now())
	if err != nil {
		return nil, fmt.Errorf("metadata from %s: %w", p.source(), err)
	}
	return k, nil
}

func (p *Provider) source() string {
	if p.config.MetadataFile != "" {
		return p.config.MetadataFile
	}
	return p.config.MetadataURL
}

func (p *Provider) fetch(ctx context.Context) ([]byte, error) {
	if p.config.MetadataFile != "" {
		f, err := os.Open(p.config.MetadataFile)
		if err != nil {
			return nil, fmt.Errorf("read metadata: %w", err)
		}
		defer f.Close() //nolint:errcheck // it was only read
		b, err := io.ReadAll(io.LimitReader(f, provider.MaxBody))
		if err != nil {
			return nil, fmt.Errorf("read metadata: %w", err)
		}
		return b, nil
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.config.MetadataURL, nil)
	if err != nil {
		return nil, fmt.Errorf("read metadata: %w", err)
	}
	answer, err := p.config.Client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("read metadata: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("read metadata: %s answered %s", p.config.MetadataURL, answer.Status)
	}
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("read metadata: %w", err)
	}
	return b, nil
}

// parseMetadata takes the one identity provider that metadata describes, or the one with this entity id.
func parseMetadata(raw []byte, entityID string, now time.Time) (*known, error) {
	root, err := checkXML(raw)
	if err != nil {
		return nil, err
	}
	entities, err := decodeEntities(raw, root)
	if err != nil {
		return nil, err
	}
	entities = slices.DeleteFunc(entities, func(e types.EntityDescriptor) bool {
		return e.IDPSSODescriptor == nil || entityID != "" && e.EntityID != entityID
	})
	switch {
	case len(entities) == 0 && entityID != "":
		return nil, fmt.Errorf("it describes no identity provider %s", provider.Quote(entityID))
	case len(entities) == 0:
		return nil, errors.New("it describes no identity provider")
	case len(entities) > 1:
		return nil, errors.New("it describes several identity providers: say which one with issuer")
	}
	e := entities[0]
	k := &known{issuer: e.EntityID, until: e.ValidUntil, wantsSigned: e.IDPSSODescriptor.WantAuthnRequestsSigned}
	if k.issuer == "" {
		return nil, errors.New("the identity provider has no entity id")
	}
	if !k.until.IsZero() && now.After(k.until) {
		return nil, fmt.Errorf("it was valid until %s", k.until.UTC().Format(time.RFC3339))
	}
	if k.sso, err = redirectEndpoint(e.IDPSSODescriptor.SingleSignOnServices); err != nil {
		return nil, err
	}
	k.certificates, err = signingCertificates(e.IDPSSODescriptor.KeyDescriptors)
	return k, err
}

func decodeEntities(raw []byte, root string) ([]types.EntityDescriptor, error) {
	if root == "EntitiesDescriptor" {
		var many struct {
			Entities []types.EntityDescriptor `xml:"urn:oasis:names:tc:SAML:2.0:metadata EntityDescriptor"`
		}
		if err := xml.Unmarshal(raw, &many); err != nil {
			return nil, fmt.Errorf("it cannot be read: %w", err)
		}
		return many.Entities, nil
	}
	var one types.EntityDescriptor
	if err := xml.Unmarshal(raw, &one); err != nil {
		return nil, fmt.Errorf("it cannot be read: %w", err)
	}
	return []types.EntityDescriptor{one}, nil
}

func redirectEndpoint(services []types.SingleSignOnService) (string, error) {
	for _, s := range services {
		if s.Binding != bindingRedirect {
			continue
		}
		u, err := url.Parse(s.Location)
		if err != nil {
			return "", errors.New("the place to sign in is no web address")
		}
		if err := loopback.CheckURL(u); err != nil {
			return "", fmt.Errorf("the place to sign in, %s, %w", provider.Quote(s.Location), err)
		}
		return s.Location, nil
	}
	return "", errors.New("it names no SingleSignOnService with the HTTP-Redirect binding")
}

// signingCertificates are those the provider may sign with. The certificates are the trust itself: nobody else vouches
// for them, so who issued them does not matter.
func signingCertificates(keys []types.KeyDescriptor) ([]*x509.Certificate, error) {
	var found []*x509.Certificate
	for _, key := range keys {
		if key.Use != "" && key.Use != "signing" {
			continue
		}
		for _, one := range key.KeyInfo.X509Data.X509Certificates {
			der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(one.Data), ""))
			if err != nil {
				return nil, errors.New("a certificate in it is not base64")
			}
			certificate, err := x509.ParseCertificate(der)
			if err != nil {
				return nil, fmt.Errorf("a certificate in it cannot be read: %w", err)
			}
			if public, ok := certificate.PublicKey.(*rsa.PublicKey); ok && public.N.BitLen() < minimumRSABits {
				return nil, fmt.Errorf("a certificate in it has an RSA key of %d bits; less than %d are not believed", public.N.BitLen(), minimumRSABits)
			}
			if !slices.ContainsFunc(found, certificate.Equal) {
				found = append(found, certificate)
			}
		}
	}
	if len(found) == 0 {
		return nil, errors.New("it has no certificate for signing")
	}
	return found, nil
}

// Check says what to enter at the provider, reads the metadata, and describes the provider for an operator, one sentence a
// line.
func (p *Provider) Check(ctx context.Context) (lines []string, err error) {
	lines = []string{
		"assertion consumer service (ACS) URL to enter at the provider: " + p.config.ACS,
		"audience (entity id) to enter at the provider: " + p.config.EntityID,
		"application start URL to enter at the provider: " + p.config.Start,
	}
	k, err := p.read(ctx, nil)
	if err != nil {
		return lines, err
	}
	lines = append(lines, "metadata read from "+p.source()+" for "+k.issuer, "people are sent to "+k.sso)
	now, working := p.config.Now(), 0
	for _, c := range k.certificates {
		state := "is valid until " + c.NotAfter.UTC().Format(time.DateOnly)
		switch {
		case now.After(c.NotAfter):
			state = "EXPIRED on " + c.NotAfter.UTC().Format(time.DateOnly)
		case now.Before(c.NotBefore):
			state = "is valid only from " + c.NotBefore.UTC().Format(time.DateOnly)
		default:
			working++
		}
		lines = append(lines, fmt.Sprintf("certificate %s (%s) %s", c.Subject, c.PublicKeyAlgorithm, state))
	}
	if working == 0 {
		return lines, errors.New("none of the provider's certificates is valid now: get its metadata anew")
	}
	if k.wantsSigned && p.config.Key == nil {
		return lines, errors.New("the provider wants requests to be signed: give signing_key_file and signing_certificate_file")
	}
	return lines, nil
}
