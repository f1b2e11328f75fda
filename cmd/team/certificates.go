package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/config"
	"github.com/team-idc/team/internal/edge"
	"github.com/team-idc/team/internal/edge/acme"
)

const (
	// certificateEnds is how long before its end a certificate that was not renewed is an alarm.
	certificateEnds = 14 * 24 * time.Hour
	// certificateBroken is how long files may hold no pair that works: they are written one after the other.
	certificateBroken = time.Minute
)

// certificates is TEAM's certificate, from files or by ACME; neither where TEAM does not encrypt.
type certificates struct {
	files  *edge.CertificateFiles
	issuer *acme.Issuer
	alarm  condition

	looked      time.Time
	brokenSince time.Time
}

func (s *server) openCertificates() error {
	c := s.config.TLS
	s.certificates.alarm = condition{
		kind: alarm.Certificate, subject: s.name, opened: "replica.certificate_failing", closed: "replica.certificate_good",
	}
	var err error
	switch {
	case c.CertificateFile != "":
		if s.certificates.files, err = edge.LoadCertificate(c.CertificateFile, c.KeyFile); err != nil {
			return err
		}
	case c.ACME.Hosts != "":
		if s.certificates.issuer, err = s.newIssuer(c.ACME); err != nil {
			return err
		}
	default:
		return nil
	}
	s.runner.Add("certificate", 1, s.certificateStep)
	return nil
}

func (s *server) newIssuer(c config.ACME) (*acme.Issuer, error) {
	secret, err := os.ReadFile(c.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("read tls.acme.key_file: %w", err)
	}
	var roots *x509.CertPool
	if c.RootsFile != "" {
		content, err := os.ReadFile(c.RootsFile)
		if err != nil {
			return nil, fmt.Errorf("read tls.acme.roots_file: %w", err)
		}
		if roots = x509.NewCertPool(); !roots.AppendCertsFromPEM(content) {
			return nil, fmt.Errorf("the file %s of tls.acme.roots_file holds no certificate in PEM", c.RootsFile)
		}
	}
	issuer, err := acme.New(acme.Config{
		Hosts: config.Words(c.Hosts), Email: c.Email, Directory: c.Directory, Roots: roots, Files: s.store, Secret: bytes.TrimSpace(secret),
		Replica: s.process(), Now: s.now, Log: s.log, TLSPort: portOf(s.config.Listen), HTTPPort: portOf(s.config.RedirectListen),
	})
	if err != nil {
		return nil, fmt.Errorf("tls.acme.key_file: %w", err)
	}
	return issuer, nil
}

// portOf an address of the configuration; 0 where there is none.
func portOf(address string) int {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return 0
	}
	return n
}

// tlsConfig is nil where TEAM does not encrypt.
func (s *server) tlsConfig() *tls.Config {
	switch {
	case s.certificates.files != nil:
		return edge.TLSConfig(s.certificates.files.Get)
	case s.certificates.issuer != nil:
		c := edge.TLSConfig(s.certificates.issuer.Get)
		c.NextProtos = append(c.NextProtos, acme.Protocol)
		return c
	}
	return nil
}

// certificateStep takes a new certificate from the files, and raises the alarm about one that does not work or ends soon.
func (s *server) certificateStep(ctx context.Context) (did bool, next time.Time, err error) {
	now := s.now()
	c := &s.certificates
	if since := now.Sub(c.looked); since >= 0 && since < edge.LookForCertificate {
		return false, c.looked.Add(edge.LookForCertificate), nil
	}
	c.looked = now
	return false, now.Add(edge.LookForCertificate), s.report(ctx, &c.alarm, c.trouble(ctx, s, now))
}

// trouble is what is wrong with the certificate; "" when nothing is.
func (c *certificates) trouble(ctx context.Context, s *server, now time.Time) string {
	broken := ""
	if c.files != nil {
		renewed, err := c.files.Look()
		if renewed {
			s.log.InfoContext(ctx, "a new certificate is in force", "ends", c.files.Leaf().NotAfter)
		}
		if err != nil {
			broken = err.Error() + ". The certificate before it goes on"
		}
	} else if host := c.issuer.Missing(); host != "" {
		broken = "there is no valid certificate for " + host + "; the log says why ACME gives none"
	}
	switch {
	case broken == "":
		c.brokenSince = time.Time{}
	case c.brokenSince.IsZero():
		c.brokenSince = now
		s.log.ErrorContext(ctx, "the certificate cannot be used", "reason", broken)
	case now.Sub(c.brokenSince) >= certificateBroken:
		return broken
	}
	if ends := c.ends(); !ends.IsZero() && ends.Sub(now) < certificateEnds {
		return "the certificate ends on " + ends.UTC().Format("2006-01-02 15:04 UTC") + " and was not renewed"
	}
	return ""
}

// ends is when the certificate in force ends, or the first of them; it may be over. Zero where there is none.
func (c *certificates) ends() time.Time {
	switch {
	case c.files != nil:
		if leaf := c.files.Leaf(); leaf != nil {
			return leaf.NotAfter
		}
	case c.issuer != nil:
		return c.issuer.Ends()
	}
	return time.Time{}
}
