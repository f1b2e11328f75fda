package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/config"
)

// certificateFiles writes a pair for this machine into a folder.
func certificateFiles(t *testing.T, folder string, ends time.Time) config.TLS {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(ends.Unix()), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: ends,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	files := config.TLS{CertificateFile: filepath.Join(folder, "cert.pem"), KeyFile: filepath.Join(folder, "key.pem")}
	for name, block := range map[string]*pem.Block{
		files.CertificateFile: {Type: "CERTIFICATE", Bytes: der}, files.KeyFile: {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// A certificate that cannot be used, or ends soon, is an alarm until it is mended; also over a restart.
func TestTroubleWithTheCertificateIsAnAlarm(t *testing.T) {
	folder := t.TempDir()
	now := time.Now()
	c := *config.Default()
	c.Database, c.Checkpoint, c.AccessLog.To = "sqlite:"+filepath.Join(folder, "team.db"), "", "off"
	c.TLS = certificateFiles(t, folder, now.Add(90*24*time.Hour))
	open := func() *server {
		t.Helper()
		s, err := newReplica(t.Context(), c, slog.New(slog.DiscardHandler), nil, "host-1", func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open()
	look := func(later time.Duration) []alarm.Alarm {
		t.Helper()
		now = now.Add(later)
		if _, _, err := s.certificateStep(t.Context()); err != nil {
			t.Fatal(err)
		}
		found, err := s.store.Alarms(t.Context(), alarm.Filter{OpenOnly: true, Kind: alarm.Certificate, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if got := look(0); len(got) != 0 {
		t.Errorf("a good certificate: %+v", got)
	}
	if err := os.WriteFile(c.TLS.KeyFile, []byte("half a k"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := look(10 * time.Second); len(got) != 0 {
		t.Errorf("files that are being written are an alarm at once: %+v", got)
	}
	if got := look(time.Minute); len(got) != 1 || !strings.Contains(got[0].Sentence, "host-1: read certificate") || !strings.Contains(got[0].Sentence, "goes on") {
		t.Errorf("broken for a minute: %+v", got)
	}
	certificateFiles(t, folder, now.Add(13*24*time.Hour))
	if got := look(10 * time.Second); len(got) != 1 { // it stays open, for another reason
		t.Errorf("a certificate that ends soon: %+v", got)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	certificateFiles(t, folder, now.Add(90*24*time.Hour))
	s = open()
	defer func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}()
	if got := look(10 * time.Second); len(got) != 0 {
		t.Errorf("after it was mended: %+v", got)
	}
	if got := look(77 * 24 * time.Hour); len(got) != 1 || !strings.Contains(got[0].Sentence, "was not renewed") {
		t.Errorf("thirteen days before its end: %+v", got)
	}
}

func TestACertificateThatDoesNotWorkKeepsTEAMFromStarting(t *testing.T) {
	c := *config.Default()
	c.Database, c.Checkpoint = "sqlite:"+filepath.Join(t.TempDir(), "team.db"), ""
	for want, tls := range map[string]config.TLS{
		"no such file":         {CertificateFile: "/nowhere/cert.pem", KeyFile: "/nowhere/key.pem"},
		"tls.acme.key_file":    {ACME: config.ACME{Hosts: "team.example.org", KeyFile: "/nowhere/key"}},
		"tls.acme.roots_file":  {ACME: config.ACME{Hosts: "team.example.org", KeyFile: "edge.go", RootsFile: "edge.go"}},
		"at least 32 random":   {ACME: config.ACME{Hosts: "team.example.org", KeyFile: short(t)}},
		"holds no certificate": {ACME: config.ACME{Hosts: "team.example.org", KeyFile: "edge.go", RootsFile: "edge.go"}},
	} {
		c.TLS = tls
		s, err := newServer(t.Context(), c, slog.New(slog.DiscardHandler), nil)
		if err == nil {
			_ = s.close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func short(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(name, []byte("short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
