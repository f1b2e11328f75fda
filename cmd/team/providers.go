package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/team-idc/team/internal/config"
	"github.com/team-idc/team/internal/identity/oidc"
	"github.com/team-idc/team/internal/identity/provider"
	"github.com/team-idc/team/internal/identity/saml"
	"github.com/team-idc/team/internal/signin"
)

// publicOrigin is where people reach TEAM. Without public_url it is this machine, by its name: an address is none that
// passkeys could belong to.
func publicOrigin(c config.Config, listening string) (*url.URL, error) {
	if c.PublicURL != "" {
		u, err := url.Parse(strings.TrimSuffix(c.PublicURL, "/"))
		if err != nil {
			return nil, fmt.Errorf("read public_url: %w", err)
		}
		return u, nil
	}
	_, port, err := net.SplitHostPort(listening)
	if err != nil {
		return nil, fmt.Errorf("find own address: %w", err)
	}
	scheme := "http"
	if c.Encrypted() {
		scheme = "https"
	}
	return &url.URL{Scheme: scheme, Host: net.JoinHostPort("localhost", port)}, nil
}

// signInPages are what people see of signing in.
func (s *server) signInPages() (*signin.Handler, error) {
	providers, err := newProviders(s.config, s.public, provider.NewClient(nil), s.now)
	if err != nil {
		return nil, err
	}
	// Only now is the origin known, where the port was left to the system.
	s.passkeys.Origin, s.passkeys.ProvesFreshness = s.public, provingFreshness(providers)
	return signin.New(signin.Config{
		Address: clientAddress, Passkeys: s.passkeys,
		Public: s.public, Providers: providers, SignIns: s.signIns, Used: s.store, Random: rand.Reader, Now: s.now, Log: s.log,
		Sandbox: s.config.AWS.Sandbox, Count: s.meters.signIn,
	}), nil
}

// provingFreshness says which providers ask people anew when they are told to, by name.
func provingFreshness(providers []signin.Provider) func(string) bool {
	proves := map[string]bool{}
	for _, p := range providers {
		proves[p.Name()] = p.ProvesFreshness()
	}
	return func(name string) bool { return proves[name] }
}

// newProviders are the identity providers of the configuration.
func newProviders(c config.Config, public *url.URL, client *http.Client, now func() time.Time) ([]signin.Provider, error) {
	var list []signin.Provider
	for i, p := range c.SignIn.Providers {
		one, err := newProvider(p.WithUsual(), public, client, now)
		if err != nil {
			return nil, fmt.Errorf("sign_in.providers[%d] (%s): %w", i, p.Name, err)
		}
		list = append(list, one)
	}
	return list, nil
}

// checkedProvider is a provider that can say how it is.
type checkedProvider interface {
	signin.Provider
	// Check asks the provider what it says of itself, and describes it, one sentence a line.
	Check(ctx context.Context) ([]string, error)
}

func newProvider(p config.SignInProvider, public *url.URL, client *http.Client, now func() time.Time) (checkedProvider, error) {
	at := func(rest ...string) string {
		return public.JoinPath(append([]string{"sign-in", p.Name}, rest...)...).String()
	}
	if p.Type == config.OIDC {
		o := oidc.Config{
			Name: p.Name, Title: p.Title, Issuer: p.Issuer, ClientID: p.ClientID, Redirect: at("callback"), Scopes: p.Scopes,
			Claims: oidc.Claims{UserName: p.UserNameFrom, Email: p.EmailFrom, ExternalID: p.ExternalIDFrom},
			ACR:    p.ACRValues, MaxAge: p.MaxAge, ProvesFreshness: p.ProvesFreshness, Client: client, Now: now,
		}
		if p.ClientSecretFile != "" {
			o.Secret = func() (string, error) { return readSecret(p.ClientSecretFile) }
			if _, err := o.Secret(); err != nil {
				return nil, fmt.Errorf("client_secret_file: %w", err)
			}
		}
		return oidc.New(o), nil
	}
	s := saml.Config{
		Name: p.Name, Title: p.Title, EntityID: p.EntityID, ACS: at("acs"), Start: at(), Issuer: p.Issuer,
		MetadataFile: p.MetadataFile, MetadataURL: p.MetadataURL, NameIDFormat: p.NameIDFormat,
		Attributes:      saml.Attributes{UserName: p.UserNameFrom, Email: p.EmailFrom, ExternalID: p.ExternalIDFrom},
		ProvesFreshness: p.ProvesFreshness, Client: client, Now: now,
	}
	if s.EntityID == "" {
		s.EntityID = at("metadata")
	}
	if p.SigningKeyFile != "" {
		key, err := readSigningKey(p.SigningKeyFile, p.SigningCertificateFile)
		if err != nil {
			return nil, err
		}
		s.Key = key
	}
	return saml.New(s), nil
}

// readSecret reads a file with one secret; a line's end after it is none of it.
func readSecret(file string) (string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	secret := strings.TrimRight(string(content), "\r\n")
	if secret == "" || strings.ContainsAny(secret, "\r\n") {
		return "", fmt.Errorf("%s must hold the secret, and nothing else", file)
	}
	return secret, nil
}

func readSigningKey(keyFile, certificateFile string) (*saml.Key, error) {
	pair, err := tls.LoadX509KeyPair(certificateFile, keyFile)
	if err != nil {
		return nil, fmt.Errorf("read signing_key_file %s and signing_certificate_file %s: %w", keyFile, certificateFile, err)
	}
	key, err := saml.NewKey(pair.PrivateKey, pair.Leaf)
	if err != nil {
		return nil, fmt.Errorf("signing_key_file: %w", err)
	}
	return key, nil
}

// providerCheck is how long one provider is waited for when the configuration is checked.
const providerCheck = 15 * time.Second

// checkProviders asks every provider what it says of itself.
func checkProviders(ctx context.Context, c config.Config, now func() time.Time) (lines []string, problems []config.Problem) {
	public, err := publicOrigin(c, c.Listen)
	if err != nil {
		return nil, []config.Problem{{Key: "public_url", Err: err}}
	}
	client := provider.NewClient(nil)
	for i, p := range c.SignIn.Providers {
		lines = append(lines, fmt.Sprintf("sign_in.providers[%d], %s (%s):", i, p.Name, p.Type))
		said, err := checkProvider(ctx, p, public, client, now)
		for _, line := range said {
			lines = append(lines, "  "+line)
		}
		if err != nil {
			key := fmt.Sprintf("sign_in.providers[%d]", i)
			problems = append(problems, config.Problem{Key: key, Err: fmt.Errorf("%s (%s): %w", key, p.Name, err)})
		}
	}
	return lines, problems
}

func checkProvider(ctx context.Context, p config.SignInProvider, public *url.URL, client *http.Client, now func() time.Time) ([]string, error) {
	one, err := newProvider(p.WithUsual(), public, client, now)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, providerCheck)
	defer cancel()
	said, err := one.Check(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("it did not answer within %s: %w", config.Spell(providerCheck), err)
	}
	return said, err
}
