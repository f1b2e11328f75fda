package e2e

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"
)

// samlUserName is the attribute in which the provider tells the user's name.
const samlUserName = "urn:oid:0.9.2342.19200300.100.1.1"

// samlProvider is a SAML identity provider at which one person is signed in: whoever the test says. It asks nothing,
// and reads TEAM's own metadata to learn where answers go.
type samlProvider struct {
	t    *testing.T
	site *later
	idp  *saml.IdentityProvider

	mu       sync.Mutex
	person   saml.Session
	teamURL  string
	posted   url.Values // the form of the last page
	repeated url.Values // the form of the page /repeat
}

func serveSAML(t *testing.T) *samlProvider {
	t.Helper()
	p := &samlProvider{t: t, site: serveLater(t)}
	key, certificate := p.newKey()
	p.idp = &saml.IdentityProvider{
		Key: key, Certificate: certificate, Logger: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		MetadataURL: p.at("/metadata"), SSOURL: p.at("/sso"), SessionProvider: p, ServiceProviderProvider: p,
		SignatureMethod: dsig.RSASHA256SignatureMethod,
	}
	p.site.answer(p.recording(p.idp.Handler()))
	return p
}

// serves says where TEAM is.
func (p *samlProvider) serves(teamURL string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.teamURL = teamURL
}

// metadataURL is TEAM's, and by custom its entity id.
func (p *samlProvider) metadataURL() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.teamURL + "/sign-in/portal/metadata"
}

func (p *samlProvider) at(path string) url.URL {
	u, err := url.Parse(p.site.url + path)
	if err != nil {
		p.t.Fatal(err)
	}
	return *u
}

func (p *samlProvider) newKey() (*rsa.PrivateKey, *x509.Certificate) {
	p.t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		p.t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "provider"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		p.t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		p.t.Fatal(err)
	}
	return key, certificate
}

// become signs somebody in at the provider.
func (p *samlProvider) become(userName, email string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.person = saml.Session{
		ID: "s-" + userName, Index: "1", NameID: email, NameIDFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
		UserName: userName, UserEmail: email, CreateTime: time.Now(), ExpireTime: time.Now().Add(time.Hour),
	}
}

// GetSession is who is signed in at the provider.
func (p *samlProvider) GetSession(http.ResponseWriter, *http.Request, *saml.IdpAuthnRequest) *saml.Session {
	p.mu.Lock()
	defer p.mu.Unlock()
	person := p.person
	return &person
}

// GetServiceProvider is TEAM, by its own metadata.
func (p *samlProvider) GetServiceProvider(r *http.Request, _ string) (*saml.EntityDescriptor, error) {
	request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, p.metadataURL(), nil)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("read TEAM's metadata: %w", err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("read TEAM's metadata: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("TEAM's metadata: %s: %w", answer.Status, os.ErrNotExist)
	}
	var described saml.EntityDescriptor
	if err := xml.Unmarshal(content, &described); err != nil {
		return nil, fmt.Errorf("TEAM's metadata: %w", err)
	}
	return &described, nil
}
