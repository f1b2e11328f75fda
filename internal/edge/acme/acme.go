// Package acme gets TEAM's certificates from an ACME authority and renews them, on any number of replicas: what they
// share is kept in the database, encrypted.
package acme

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/caddyserver/certmagic"
)

// Config of an Issuer. Everything is required but where a default is stated.
type Config struct {
	Hosts     []string
	Email     string // optional
	Directory string // the authority's
	// Roots recognize the authority's directory; those of the system where nil.
	Roots *x509.CertPool
	Files Files
	// Secret encrypts what is kept; the same on every replica.
	Secret []byte
	// Replica tells the holders of locks apart.
	Replica string
	Now     func() time.Time
	Log     *slog.Logger
	// Random defaults to crypto/rand.
	Random io.Reader
	// TLSPort is where TEAM listens: the authority asks at 443, which leads there (TLS-ALPN-01).
	TLSPort int
	// HTTPPort is where Challenges is served: the authority asks at 80, which leads there (HTTP-01). 0: nowhere.
	HTTPPort int
}

// Issuer has certificates.
type Issuer struct {
	hosts  []string
	magic  *certmagic.Config
	cache  *certmagic.Cache
	issuer *certmagic.ACMEIssuer
	now    func() time.Time
}

// New makes an Issuer, and asks nobody for anything.
func New(c Config) (*Issuer, error) {
	if c.Random == nil {
		c.Random = rand.Reader
	}
	sealed, err := newSeal(c.Secret, c.Random)
	if err != nil {
		return nil, err
	}
	log := logger(c.Log)
	i := &Issuer{hosts: c.Hosts, now: c.Now}
	i.cache = certmagic.NewCache(certmagic.CacheOptions{
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return i.magic, nil }, Logger: log,
	})
	i.magic = certmagic.New(i.cache, certmagic.Config{
		Storage: &storage{files: c.Files, seal: sealed, holder: c.Replica, now: c.Now, held: map[string]context.CancelFunc{}}, Logger: log,
		// A name that is not asked for by its own gets the first host's certificate: a health check by address, say.
		DefaultServerName: c.Hosts[0], FallbackServerName: c.Hosts[0],
	})
	i.issuer = certmagic.NewACMEIssuer(i.magic, certmagic.ACMEIssuer{
		CA: c.Directory, TestCA: c.Directory, Email: c.Email, Agreed: true, TrustedRoots: c.Roots, Logger: log,
		AltTLSALPNPort: c.TLSPort, AltHTTPPort: c.HTTPPort, DisableHTTPChallenge: c.HTTPPort == 0,
	})
	i.magic.Issuers = []certmagic.Issuer{i.issuer}
	return i, nil
}

// Run gets and renews certificates until ctx ends. It returns at once; certificates that are there already are in force
// when it does.
func (i *Issuer) Run(ctx context.Context) error {
	if err := i.magic.ManageAsync(ctx, i.hosts); err != nil {
		return fmt.Errorf("get certificates by ACME: %w", err)
	}
	return nil
}

// Close ends the maintenance of certificates.
func (i *Issuer) Close() { i.cache.Stop() }

// Get is for tls.Config.GetCertificate; it answers the authority's challenges, too.
func (i *Issuer) Get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	c, err := i.magic.GetCertificate(hello)
	if err != nil {
		return nil, fmt.Errorf("find certificate: %w", err)
	}
	return c, nil
}

// Challenges answers HTTP-01, and leaves everything else to next.
func (i *Issuer) Challenges(next http.Handler) http.Handler {
	return i.issuer.HTTPChallengeHandler(next)
}

// Protocol is what must be among a server's protocols for TLS-ALPN-01.
const Protocol = "acme-tls/1"

// Missing says which host has no certificate that is valid now; "" when all have one.
func (i *Issuer) Missing() (host string) {
	for _, name := range i.hosts {
		if leaf := i.leaf(name); leaf == nil || i.now().After(leaf.NotAfter) {
			return name
		}
	}
	return ""
}

// Ends is when the first of the hosts' certificates ends. It may be over: whoever watches it must not lose sight of a
// certificate because it expired. Zero while there is none.
func (i *Issuer) Ends() (first time.Time) {
	for _, name := range i.hosts {
		if leaf := i.leaf(name); leaf != nil && (first.IsZero() || leaf.NotAfter.Before(first)) {
			first = leaf.NotAfter
		}
	}
	return first
}

// leaf is a host's certificate; nil where there is none.
func (i *Issuer) leaf(name string) *x509.Certificate {
	for _, c := range i.cache.AllMatchingCertificates(name) {
		if c.Leaf != nil {
			return c.Leaf
		}
	}
	return nil
}
