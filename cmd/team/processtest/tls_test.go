package processtest

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// certificate writes a pair for this machine, and says how to recognize it.
func (w *world) certificate(serial int64) *x509.CertPool {
	w.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(30 * 24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		w.t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		w.t.Fatal(err)
	}
	write(w.t, w.file("cert.pem.new"), string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	write(w.t, w.file("key.pem.new"), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
	for _, name := range []string{"cert.pem", "key.pem"} {
		if err := os.Rename(w.file(name+".new"), w.file(name)); err != nil {
			w.t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		w.t.Fatal(err)
	}
	pool.AddCert(leaf)
	return pool
}

// The program as it is shipped speaks nothing below TLS 1.2, takes a new certificate while it runs, sends browsers on, and
// writes its access log to a file that may be moved away.
func TestTheProgramSpeaksTLS(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	roots := w.certificate(1)
	aws := httptest.NewServer(w.gate)
	t.Cleanup(aws.Close)
	w.configure(aws.URL, fmt.Sprintf("tls: {certificate_file: %q, key_file: %q}", w.file("cert.pem"), w.file("key.pem")),
		fmt.Sprintf("access_log.to: %q", w.file("access.log")), "listen_redirect: 127.0.0.1:0")
	w.flags = []string{"--rates-address", "40"}
	w.launch()
	if !strings.HasPrefix(w.team.url, "https://127.0.0.1:") {
		t.Fatalf("it serves on %s", w.team.url)
	}
	address := strings.TrimPrefix(w.team.url, "https://")
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS11} {
		if c, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, MinVersion: version, MaxVersion: version}); err == nil {
			t.Errorf("it speaks %s", tls.VersionName(c.ConnectionState().Version))
			_ = c.Close()
		}
	}
	weak := 0
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		if suite.SupportedVersions[0] == tls.VersionTLS13 || strings.HasPrefix(suite.Name, "TLS_ECDHE_ECDSA_") && (strings.Contains(suite.Name, "GCM") || strings.Contains(suite.Name, "CHACHA20")) {
			continue
		}
		weak++
		c, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{suite.ID}})
		if err == nil {
			t.Errorf("it takes %s", suite.Name)
			_ = c.Close()
		}
	}
	t.Logf("TLS 1.0, 1.1 and %d suites are refused", weak)

	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}}
	defer client.CloseIdleConnections()
	type answered struct {
		*http.Response
	}
	get := func(path string) answered {
		t.Helper()
		answer, err := client.Get(w.team.url + path)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		return answered{answer}
	}
	answer := get("/api/v1/me")
	if answer.ProtoMajor != 2 || answer.TLS.Version != tls.VersionTLS13 || answer.StatusCode != http.StatusUnauthorized ||
		answer.Header.Get("Strict-Transport-Security") == "" || answer.Header.Get("Content-Security-Policy") == "" {
		t.Errorf("answered %s %d with %v", answer.Proto, answer.StatusCode, answer.Header)
	}
	// Plain HTTP on the encrypted port is told so, and gets nothing.
	if plain, err := http.Get("http://" + address + "/readyz"); err == nil {
		if plain.StatusCode != http.StatusBadRequest {
			t.Errorf("plain HTTP is answered with %d", plain.StatusCode)
		}
		_ = plain.Body.Close()
	}

	w.certificate(2)
	eventually(t, "the new certificate is in force", func() bool {
		c, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			return false
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64() == 2
	})
	if answer := get("/healthz"); answer.TLS.PeerCertificates[0].SerialNumber.Int64() != 1 {
		t.Error("the connection that was open before was given up")
	}

	// The log was moved away; SIGHUP says so.
	if err := os.Rename(w.file("access.log"), w.file("access.log.1")); err != nil {
		t.Fatal(err)
	}
	if err := w.team.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the access log is taken anew", func() bool { _, err := os.Stat(w.file("access.log")); return err == nil })
	limited := false
	for range 60 {
		if answer := get("/api/v1/me"); answer.StatusCode == http.StatusTooManyRequests {
			limited = answer.Header.Get("Retry-After") != ""
		}
	}
	if !limited || get("/healthz").StatusCode != http.StatusOK {
		t.Error("60 requests within a moment are not too many, or health checks are refused with them")
	}
	w.team.stop(t)
	verdicts := map[string]int{}
	for _, name := range []string{"access.log.1", "access.log"} {
		f, err := os.Open(w.file(name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			var line struct {
				Verdict string `json:"verdict"`
				TLS     string `json:"tls"`
				Address string `json:"address"`
			}
			if err := json.Unmarshal(lines.Bytes(), &line); err != nil || line.TLS != "TLS 1.3" || line.Address != "127.0.0.1" {
				t.Errorf("%v: %s", err, lines.Bytes())
			}
			verdicts[line.Verdict]++
		}
	}
	if verdicts["rate"] < 20 || verdicts[""] < 3 {
		t.Errorf("the access log has %v", verdicts)
	}
}
