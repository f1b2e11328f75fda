package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/team-idc/team/internal/loopback"
)

// TLS says how TEAM encrypts: by a certificate in files, by one it gets itself, or not at all.
type TLS struct {
	CertificateFile string
	KeyFile         string
	ACME            ACME
}

// ACME says where TEAM gets its certificates.
type ACME struct {
	Hosts     string // separated by commas or blanks; "": certificates are not got
	Email     string
	Directory string
	KeyFile   string // what encrypts the private keys in the database
	RootsFile string
}

// Proxies are those that may say for whom they ask.
type Proxies struct {
	Trusted string // addresses and networks
	Header  string
}

// Rates are how often something is allowed within five minutes; 0: as often as anybody likes.
type Rates struct {
	Address       int
	User          int
	SignIn        int
	Tokens        int
	FailedSignIns int
}

// Connections bounds how many connections one replica keeps; 0: as many as come.
type Connections struct {
	PerAddress int
	Total      int
}

// AccessLog says where a line for each request goes.
type AccessLog struct {
	To     string // off, stdout, s3://BUCKET/PREFIX, or a file
	Region string // of the bucket
}

// Public is the address people know TEAM by; nil when none is configured.
func (c Config) Public() *url.URL {
	if c.PublicURL == "" {
		return nil
	}
	u, err := url.Parse(strings.TrimSuffix(c.PublicURL, "/"))
	if err != nil {
		return nil // was refused when it was set
	}
	return u
}

// OnLoopback says whether only this machine can reach the listener.
func (c Config) OnLoopback() bool {
	host, _, err := net.SplitHostPort(c.Listen)
	return err == nil && loopback.Host(host)
}

// Encrypted says whether TEAM speaks TLS itself.
func (c Config) Encrypted() bool { return c.TLS.CertificateFile != "" || c.TLS.ACME.Hosts != "" }

// Words splits a value that is a list.
func Words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

func accessLogTo(s string) error {
	rest, bucket := strings.CutPrefix(s, "s3://")
	name, _, _ := strings.Cut(rest, "/")
	if s == "" || bucket && (len(name) < 3 || len(name) > 63 || strings.ToLower(name) != name) {
		return fmt.Errorf("is %q; it can be off, stdout, a file, or s3://BUCKET/PREFIX", s)
	}
	return nil
}

// checkEdge says what does not fit together of what is between the network and TEAM.
func (c Config) checkEdge() error {
	if (c.TLS.CertificateFile == "") != (c.TLS.KeyFile == "") {
		return errors.New("tls.certificate_file and tls.key_file must be given together")
	}
	if c.TLS.CertificateFile != "" && c.TLS.ACME.Hosts != "" {
		return errors.New("tls.certificate_file and tls.acme.hosts are both given: TEAM has either a certificate in files, or gets its own")
	}
	if c.TLS.ACME.Hosts != "" && c.TLS.ACME.KeyFile == "" {
		return errors.New("tls.acme.hosts needs tls.acme.key_file, a file with at least 32 random bytes that encrypts the private keys in the " +
			"database, the same on every replica: openssl rand -base64 32 > FILE")
	}
	if c.RedirectListen != "" && !c.Encrypted() {
		return errors.New("listen_redirect sends browsers to HTTPS, which TEAM does not speak without tls.certificate_file or tls.acme.hosts")
	}
	if !c.Encrypted() && !c.OnLoopback() && c.Proxies.Trusted == "" {
		return fmt.Errorf("listen is %s, where others reach TEAM, and nothing is encrypted. Give tls.certificate_file and tls.key_file, or "+
			"tls.acme.hosts; or name in proxies.trusted the proxies that encrypt; or listen on 127.0.0.1", c.Listen)
	}
	if u := c.Public(); u != nil && c.Encrypted() && u.Scheme != "https" {
		return fmt.Errorf("public_url is %s, but TEAM is encrypted: it must begin with https://", c.PublicURL)
	}
	return nil
}
