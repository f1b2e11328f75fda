package acme

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// authority is an ACME authority (RFC 8555) as far as one order needs it. It checks signatures, and by TLS-ALPN-01
// (RFC 8737) that who asks answers under the name.
type authority struct {
	t      *testing.T
	server *httptest.Server
	key    *ecdsa.PrivateKey
	root   *x509.Certificate
	asksAt func() string // address that all names lead to
	life   time.Duration

	mu      sync.Mutex
	issued  int
	account *jose.JSONWebKey
	names   []string
	state   string // of the order
	proof   string // of the authorization
	leaf    []byte
	orders  int
}

func newAuthority(t *testing.T, asksAt func() string) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(48 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	root, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	a := &authority{t: t, key: key, root: root, asksAt: asksAt, life: 24 * time.Hour, proof: "pending"}
	a.server = httptest.NewTLSServer(a)
	t.Cleanup(a.server.Close)
	return a
}

func (a *authority) roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.server.Certificate())
	return pool
}

func (a *authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	url := a.server.URL
	w.Header().Set("Replay-Nonce", fmt.Sprint("nonce", time.Now().UnixNano()))
	answer := func(status int, body map[string]any) {
		text, err := json.Marshal(body)
		if err != nil {
			a.t.Error(err)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write(text)
	}
	if r.URL.Path == "/directory" {
		answer(200, map[string]any{"newNonce": url + "/nonce", "newAccount": url + "/account", "newOrder": url + "/orders"})
		return
	}
	if r.URL.Path == "/nonce" {
		return
	}
	payload, err := a.verified(r)
	if err != nil {
		a.t.Errorf("%s: %v", r.URL.Path, err)
		answer(400, map[string]any{"type": "urn:ietf:params:acme:error:malformed", "detail": err.Error()})
		return
	}
	switch r.URL.Path {
	case "/account":
		w.Header().Set("Location", url+"/account/1")
		answer(201, map[string]any{"status": "valid"})
	case "/orders":
		var order struct {
			Identifiers []struct {
				Value string `json:"value"`
			} `json:"identifiers"`
		}
		_ = json.Unmarshal(payload, &order)
		a.names, a.state, a.proof = nil, "pending", "pending"
		for _, i := range order.Identifiers {
			a.names = append(a.names, i.Value)
		}
		a.orders++
		w.Header().Set("Location", url+"/order")
		answer(201, a.order())
	case "/order":
		answer(200, a.order())
	case "/authorization":
		answer(200, a.authorization())
	case "/challenge":
		a.proof = "valid"
		if err := a.answersFor(a.names[0]); err != nil {
			a.t.Errorf("the challenge: %v", err)
			a.proof = "invalid"
		} else {
			a.state = "ready"
		}
		answer(200, a.challenge())
	case "/finalize":
		var finalize struct {
			CSR string `json:"csr"`
		}
		_ = json.Unmarshal(payload, &finalize)
		a.issue(finalize.CSR)
		answer(200, a.order())
	case "/certificate":
		w.Header().Set("Content-Type", "application/pem-certificate-chain")
		_, _ = w.Write(append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.leaf}),
			pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.root.Raw})...))
	default:
		http.NotFound(w, r)
	}
}

// verified gives what a request says, if its account signed it.
func (a *authority) verified(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	signed, err := jose.ParseSignedJSON(string(body), []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return nil, err
	}
	if key := signed.Signatures[0].Header.JSONWebKey; key != nil {
		a.account = key
	}
	return signed.Verify(a.account)
}

func (a *authority) order() map[string]any {
	var ids []map[string]string
	for _, n := range a.names {
		ids = append(ids, map[string]string{"type": "dns", "value": n})
	}
	o := map[string]any{
		"status": a.state, "identifiers": ids, "authorizations": []string{a.server.URL + "/authorization"}, "finalize": a.server.URL + "/finalize",
	}
	if a.state == "valid" {
		o["certificate"] = a.server.URL + "/certificate"
	}
	return o
}

func (a *authority) challenge() map[string]any {
	return map[string]any{"type": "tls-alpn-01", "url": a.server.URL + "/challenge", "token": "token-of-the-test", "status": a.proof}
}

func (a *authority) authorization() map[string]any {
	return map[string]any{
		"status": a.proof, "identifier": map[string]string{"type": "dns", "value": a.names[0]}, "challenges": []any{a.challenge()},
	}
}

// answersFor asks under a name by TLS-ALPN-01.
func (a *authority) answersFor(name string) error {
	c, err := tls.Dial("tcp", a.asksAt(), &tls.Config{ServerName: name, NextProtos: []string{Protocol}, InsecureSkipVerify: true})
	if err != nil {
		return err
	}
	defer c.Close()
	thumbprint, err := a.account.Thumbprint(crypto.SHA256)
	if err != nil {
		return err
	}
	want := sha256.Sum256([]byte("token-of-the-test." + base64.RawURLEncoding.EncodeToString(thumbprint)))
	for _, e := range c.ConnectionState().PeerCertificates[0].Extensions {
		var got []byte
		if e.Id.String() == "1.3.6.1.5.5.7.1.31" && e.Critical {
			if _, err := asn1.Unmarshal(e.Value, &got); err != nil {
				return err
			}
			if string(got) == string(want[:]) && c.ConnectionState().NegotiatedProtocol == Protocol {
				return nil
			}
		}
	}
	return fmt.Errorf("%s does not answer the challenge", name)
}

func (a *authority) issue(csr string) {
	der, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(csr, "="))
	if err != nil {
		a.t.Error(err)
		return
	}
	asked, err := x509.ParseCertificateRequest(der)
	if err != nil || asked.CheckSignature() != nil {
		a.t.Errorf("what is asked for: %v", err)
		return
	}
	a.issued++
	a.leaf, err = x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(int64(100 + a.issued)), DNSNames: asked.DNSNames, NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(a.life),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, a.root, asked.PublicKey, a.key)
	if err != nil {
		a.t.Error(err)
		return
	}
	a.state = "valid"
}

// signed is a certificate of a host that nobody asked for.
func (a *authority) signed(host string, ends time.Time) tls.Certificate {
	a.t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(ends.Unix()), DNSNames: []string{host}, NotBefore: ends.Add(-24 * time.Hour), NotAfter: ends,
	}, a.root, a.key.Public(), a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: a.key}
}
