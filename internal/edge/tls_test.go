package edge

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// pair writes a certificate for this machine and its key.
func pair(t *testing.T, folder string, serial int64, ends time.Time, rsaKey bool) (certificateFile, keyFile string) {
	t.Helper()
	var key any
	var public any
	if rsaKey {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		key, public = k, k.Public()
	} else {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		key, public = k, k.Public()
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: ends,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certificateFile, keyFile = filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	write(t, certificateFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	write(t, keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	return certificateFile, keyFile
}

func write(t *testing.T, name string, content []byte) {
	t.Helper()
	// As those who renew certificates do it: beside, and then in its place.
	if err := os.WriteFile(name+".new", content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(name+".new", name); err != nil {
		t.Fatal(err)
	}
}

func serveTLS(t *testing.T, config *tls.Config) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{
		Handler:   http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) }),
		TLSConfig: config, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0), ReadHeaderTimeout: time.Second,
	}
	go func() { _ = server.ServeTLS(l, "", "") }()
	t.Cleanup(func() { _ = server.Close() })
	return l.Addr().String()
}

// S9: nothing below TLS 1.2, no weak suite, and the best there is with whoever can.
func TestOnlyStrongTLSIsSpoken(t *testing.T) {
	for _, rsaKey := range []bool{false, true} {
		files, err := LoadCertificate(pair(t, t.TempDir(), 1, time.Now().Add(time.Hour), rsaKey))
		if err != nil {
			t.Fatal(err)
		}
		address := serveTLS(t, TLSConfig(files.Get))
		shake := func(c *tls.Config) (tls.ConnectionState, error) {
			c.InsecureSkipVerify = true
			conn, err := tls.Dial("tcp", address, c)
			if err != nil {
				return tls.ConnectionState{}, err
			}
			defer conn.Close()
			return conn.ConnectionState(), nil
		}
		for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS11} {
			if s, err := shake(&tls.Config{MinVersion: version, MaxVersion: version}); err == nil {
				t.Errorf("it speaks %s", tls.VersionName(s.Version))
			}
		}
		strong := map[uint16]bool{}
		for _, id := range TLSConfig(nil).CipherSuites {
			strong[id] = true
		}
		tried, refused, taken := 0, 0, 0
		for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
			if suite.SupportedVersions[0] == tls.VersionTLS13 {
				continue
			}
			tried++
			_, err := shake(&tls.Config{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{suite.ID}})
			switch {
			case err == nil && !strong[suite.ID]:
				t.Errorf("it takes %s", suite.Name)
			case err == nil:
				taken++
				if !strings.HasPrefix(suite.Name, "TLS_ECDHE_") || !strings.Contains(suite.Name, "GCM") && !strings.Contains(suite.Name, "CHACHA20") {
					t.Errorf("%s is not strong", suite.Name)
				}
			default:
				refused++
			}
		}
		if taken != 3 || refused != tried-3 || tried < 15 {
			t.Errorf("of %d suites %d were taken and %d refused", tried, taken, refused)
		}
		s, err := shake(&tls.Config{NextProtos: []string{"h2"}})
		if err != nil || s.Version != tls.VersionTLS13 || s.NegotiatedProtocol != "h2" || s.CurveID != tls.X25519MLKEM768 {
			t.Errorf("with a client that can everything: %s, %s, %s, %v", tls.VersionName(s.Version), s.NegotiatedProtocol, s.CurveID, err)
		}
		for curve, want := range map[tls.CurveID]bool{tls.X25519: true, tls.CurveP256: true, tls.CurveP384: false, tls.CurveP521: false} {
			if _, err := shake(&tls.Config{CurvePreferences: []tls.CurveID{curve}}); (err == nil) != want {
				t.Errorf("%s: %v", curve, err)
			}
		}
		t.Logf("RSA %t: TLS 1.0 and 1.1 refused; of %d suites of TLS 1.2 and before %d are taken, %d refused", rsaKey, tried, taken, refused)
	}
}

// A new certificate is taken without a connection lost; files that hold none change nothing.
func TestANewCertificateIsTaken(t *testing.T) {
	folder := t.TempDir()
	certificateFile, keyFile := pair(t, folder, 1, time.Now().Add(time.Hour), false)
	files, err := LoadCertificate(certificateFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	address := serveTLS(t, TLSConfig(files.Get))
	serial := func() int64 {
		t.Helper()
		c, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	// An open connection goes on through everything.
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, MaxIdleConns: 1}
	defer transport.CloseIdleConnections()
	kept := &http.Client{Transport: transport}
	goesOn := func() {
		t.Helper()
		answer, err := kept.Get("https://" + address)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		if n := answer.TLS.PeerCertificates[0].SerialNumber.Int64(); n != 1 {
			t.Errorf("the connection was made anew, with certificate %d", n)
		}
	}
	goesOn()
	if renewed, err := files.Look(); renewed || err != nil || serial() != 1 {
		t.Errorf("nothing changed: %t, %v", renewed, err)
	}
	pair(t, folder, 2, time.Now().Add(2*time.Hour), false)
	if renewed, err := files.Look(); !renewed || err != nil || serial() != 2 {
		t.Errorf("a new pair: %t, %v, certificate %d", renewed, err, serial())
	}
	goesOn()

	write(t, certificateFile, []byte("not a certificate"))
	for range 2 { // it is told until it is mended
		if renewed, err := files.Look(); renewed || err == nil || serial() != 2 {
			t.Errorf("a broken file: %t, %v, certificate %d", renewed, err, serial())
		}
	}
	if err := os.Remove(keyFile); err != nil {
		t.Fatal(err)
	}
	if renewed, err := files.Look(); renewed || err == nil || serial() != 2 {
		t.Errorf("no key: %t, %v, certificate %d", renewed, err, serial())
	}
	pair(t, folder, 3, time.Now().Add(time.Hour), true)
	if renewed, err := files.Look(); !renewed || err != nil || serial() != 3 {
		t.Errorf("mended: %t, %v, certificate %d", renewed, err, serial())
	}
	// The very same files are moved away and back.
	if err := os.Rename(keyFile, keyFile+".away"); err != nil {
		t.Fatal(err)
	}
	if renewed, err := files.Look(); renewed || err == nil || serial() != 3 {
		t.Errorf("moved away: %t, %v, certificate %d", renewed, err, serial())
	}
	if err := os.Rename(keyFile+".away", keyFile); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if renewed, err := files.Look(); renewed || err != nil || serial() != 3 {
			t.Errorf("moved back: %t, %v, certificate %d", renewed, err, serial())
		}
	}
	goesOn()
	if files.Leaf().SerialNumber.Int64() != 3 {
		t.Error("the leaf is another")
	}
	// Another key than the certificate's.
	other := t.TempDir()
	_, wrong := pair(t, other, 4, time.Now().Add(time.Hour), true)
	if _, err := LoadCertificate(certificateFile, wrong); err == nil || !strings.Contains(err.Error(), "private key does not match") {
		t.Errorf("another key: %v", err)
	}
}

func TestConnectionsBeyondTheLimitsAreClosed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused := make(chan struct{}, 10)
	limited := NewConnections(ConnectionLimits{PerAddress: 2, Total: 3}, Proxies{}, func() { refused <- struct{}{} })
	for _, tt := range []struct {
		key  string
		want bool
	}{{"a", true}, {"a", true}, {"a", false}, {"b", true}, {"b", false}, {"", false}} {
		if limited.take(tt.key) != tt.want {
			t.Errorf("%q is let in: %t", tt.key, !tt.want)
		}
	}
	limited.leave("a")
	if !limited.take("") || limited.take("a") {
		t.Error("a place that was given back is not there, or is there twice")
	}
	limited.leave("")
	limited.leave("a")
	limited.leave("b")
	if len(limited.by) != 0 || limited.total != 0 {
		t.Errorf("left over: %v, %d", limited.by, limited.total)
	}

	server := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), ReadHeaderTimeout: time.Second}
	another, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	together := NewConnections(ConnectionLimits{Total: 1}, Proxies{}, func() { refused <- struct{}{} })
	for _, l := range []net.Listener{l, another} {
		go func() {
			_ = server.Serve(together.Limit(l))
		}()
	}
	defer server.Close()
	first, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	// Only a connection that is taken is answered, so that the first is counted before the next is made.
	if _, err := io.WriteString(first, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := first.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	for _, l := range []net.Listener{l, another} { // the limit is of both listeners together
		second, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer second.Close()
		<-refused
		if n, err := second.Read(make([]byte, 1)); err == nil {
			t.Errorf("read %d bytes of a connection beyond the limit", n)
		}
	}
}

func TestPlainHTTPIsSentOn(t *testing.T) {
	for _, tt := range []struct {
		public, method, host, target string
		status                       int
		to                           string
	}{
		{"", "GET", "team.example.org", "/requests?a=b", 308, "https://team.example.org/requests?a=b"},
		{"", "GET", "team.example.org:80", "/", 308, "https://team.example.org/"},
		{"", "GET", "team.example.org", "//evil.example/x", 308, "https://team.example.org//evil.example/x"},
		{"https://team.example.org:8443", "GET", "evil.example", "/a%2Fb", 308, "https://team.example.org:8443/a%2Fb"},
		{"", "GET", "team.example.org", "/sign-in?return=%2F", 308, "https://team.example.org/sign-in?return=%2F"},
		{"https://team.example.org", "POST", "team.example.org", "/sign-out", 403, ""},
		{"https://team.example.org", "GET", "team.example.org", "/api/v1/me", 403, ""},
		{"https://team.example.org", "GET", "team.example.org", "/api/v1/events/stream", 403, ""},
		{"https://team.example.org", "GET", "team.example.org", "/.well-known/oauth-authorization-server", 403, ""},
		{"https://team.example.org", "GET", "team.example.org", "/metrics", 403, ""},
	} {
		r := httptest.NewRequest(tt.method, "http://placeholder"+tt.target, nil)
		r.Host = tt.host
		got := httptest.NewRecorder()
		public := mustURL(t, tt.public)
		if tt.public == "" {
			public = nil
		}
		Redirect(public).ServeHTTP(got, r)
		if got.Code != tt.status || got.Header().Get("Location") != tt.to || got.Header().Get("Strict-Transport-Security") != "" {
			t.Errorf("%s %s: %d to %q", tt.method, tt.target, got.Code, got.Header().Get("Location"))
		}
	}
}
