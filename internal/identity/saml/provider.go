// Package saml signs people in at SAML 2.0 identity providers, as a service provider: it asks (HTTP-Redirect), the
// provider answers with one signed assertion (HTTP-POST). An answer that nobody asked for is refused. The signature is
// verified by goxmldsig through gosaml2; what those leave to their caller, and what attacks on other implementations
// taught, is checked here, before and after.
package saml

import (
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/team-idc/team/internal/identity/provider"
)

// Config of a provider.
type Config struct {
	Name  string // in TEAM's configuration
	Title string // what people read
	// EntityID of TEAM, which is the audience of assertions.
	EntityID string
	// ACS is the full address of TEAM's assertion consumer service.
	ACS string
	// Start is the full address where somebody begins to sign in at this provider.
	Start string
	// Issuer is the provider's own entity id. "": the one in its metadata, which then must describe one provider only.
	Issuer string
	// MetadataFile or MetadataURL is where the provider's metadata is; it is read again every hour, or when asked to.
	MetadataFile, MetadataURL string
	// Attributes say who somebody is.
	Attributes Attributes
	// NameIDFormat to ask for; "": none.
	NameIDFormat string
	// Key signs requests; nil: they are not signed.
	Key *Key
	// ProvesFreshness says that the provider honours ForceAuthn and that its AuthnInstant is when the person was asked.
	ProvesFreshness bool
	Client          *http.Client // see provider.NewClient
	Now             func() time.Time
}

// NameID stands for the assertion's NameID where an attribute is named.
const NameID = "NameID"

// Attributes names the attributes that say who somebody is; NameID is the assertion's NameID. Empty ones are not read.
type Attributes struct {
	UserName, Email, ExternalID string
}

// Key signs requests.
type Key struct {
	Private     *rsa.PrivateKey
	Certificate *x509.Certificate
}

// NewKey pairs a key with its certificate.
func NewKey(private any, certificate *x509.Certificate) (*Key, error) {
	key, ok := private.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("the key that signs SAML requests must be an RSA key")
	}
	public, ok := certificate.PublicKey.(*rsa.PublicKey)
	if !ok || !public.Equal(&key.PublicKey) {
		return nil, errors.New("the certificate belongs to another key")
	}
	if bits := key.N.BitLen(); bits < minimumRSABits {
		return nil, fmt.Errorf("the key that signs SAML requests has %d bits; it needs %d", bits, minimumRSABits)
	}
	return &Key{Private: key, Certificate: certificate}, nil
}

const minimumRSABits = 2048

// Provider is one SAML identity provider.
type Provider struct {
	config Config
	known  *provider.Remembered[known]
}

// New makes a provider. It asks nobody anything: that waits until somebody signs in.
func New(c Config) *Provider {
	p := &Provider{config: c}
	p.known = provider.Remember(c.Now, p.read)
	return p
}

// Name of the provider in the configuration.
func (p *Provider) Name() string { return p.config.Name }

// Title of the provider for people.
func (p *Provider) Title() string { return p.config.Title }

// AnswersByPost says how the browser comes back: by a form that the provider's page sends.
func (p *Provider) AnswersByPost() bool { return true }

// ProvesFreshness says whether somebody can prove anew at this provider that it is them.
func (p *Provider) ProvesFreshness() bool { return p.config.ProvesFreshness }
