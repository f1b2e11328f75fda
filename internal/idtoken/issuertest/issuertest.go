// Package issuertest is an issuer of ID tokens for tests, on this machine. Only tests import it.
package issuertest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Networks in which the issuers of this package are.
func Networks() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

// Issuer serves its discovery document and its keys.
type Issuer struct {
	URL string

	tb     testing.TB
	mu     sync.Mutex
	asked  int                 // for its keys
	down   bool                // answers nothing
	keys   []jose.JSONWebKey   // with their private parts, the newest last
	extra  []any               // keys as they are written
	answer func() http.Handler // instead of its own; nil: its own
}

// New issuer with one key.
func New(tb testing.TB) *Issuer {
	tb.Helper()
	i := &Issuer{tb: tb}
	server := httptest.NewServer(i)
	tb.Cleanup(server.Close)
	i.URL = server.URL
	i.Rotate()
	return i
}

// Rotate adds a key, with which everything is signed from now on.
func (i *Issuer) Rotate() {
	i.tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		i.tb.Fatal(err)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = append(i.keys, jose.JSONWebKey{Key: key, KeyID: fmt.Sprintf("key-%d", len(i.keys)+1), Algorithm: "ES256", Use: "sig"})
}

// Withdraw all keys but the newest.
func (i *Issuer) Withdraw() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = i.keys[len(i.keys)-1:]
}

// Publish a key beside its own, as it is written in JSON.
func (i *Issuer) Publish(key any) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.extra = append(i.extra, key)
}

// Answer everything so; nil: as it should.
func (i *Issuer) Answer(h http.Handler) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.answer = nil
	if h != nil {
		i.answer = func() http.Handler { return h }
	}
}

// Down makes the issuer answer nothing, or again.
func (i *Issuer) Down(down bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.down = down
}

// Asked is how often its keys were asked for.
func (i *Issuer) Asked() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.asked
}

// Key that it signs with, private part and all.
func (i *Issuer) Key() jose.JSONWebKey {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.keys[len(i.keys)-1]
}

// ServeHTTP answers as an issuer does.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	switch {
	case i.down:
		http.Error(w, "down", http.StatusServiceUnavailable)
	case i.answer != nil:
		i.answer().ServeHTTP(w, r)
	case r.URL.Path == "/.well-known/openid-configuration":
		i.write(w, map[string]string{"issuer": i.URL, "jwks_uri": i.URL + "/keys"})
	case r.URL.Path == "/keys":
		i.asked++
		all := append([]any{}, i.extra...)
		for _, k := range i.keys {
			all = append(all, k.Public())
		}
		i.write(w, map[string]any{"keys": all})
	default:
		http.NotFound(w, r)
	}
}

func (i *Issuer) write(w http.ResponseWriter, document any) {
	if err := json.NewEncoder(w).Encode(document); err != nil {
		i.tb.Errorf("answer: %v", err)
	}
}

// Claims of a token of this issuer for an audience, valid for five minutes, with others laid over them; nil takes one away.
func (i *Issuer) Claims(audience string, now time.Time, others map[string]any) map[string]any {
	claims := map[string]any{
		"iss": i.URL, "aud": audience, "iat": now.Unix(), "nbf": now.Unix() - 5, "exp": now.Add(5 * time.Minute).Unix(), "jti": rand.Text(),
	}
	maps.Copy(claims, others)
	for name, value := range claims {
		if value == nil {
			delete(claims, name)
		}
	}
	return claims
}

// Token of this issuer with such claims.
func (i *Issuer) Token(audience string, now time.Time, others map[string]any) string {
	i.tb.Helper()
	return i.Sign(i.Claims(audience, now, others), nil)
}

// Sign claims with the newest key, with further headers.
func (i *Issuer) Sign(claims map[string]any, headers map[jose.HeaderKey]any) string {
	i.tb.Helper()
	payload, err := json.Marshal(claims)
	if err != nil {
		i.tb.Fatal(err)
	}
	return SignWith(i.tb, i.Key(), jose.ES256, string(payload), headers)
}

// SignWith signs a payload as it is.
func SignWith(tb testing.TB, key any, algorithm jose.SignatureAlgorithm, payload string, headers map[jose.HeaderKey]any) string {
	tb.Helper()
	o := &jose.SignerOptions{ExtraHeaders: map[jose.HeaderKey]any{jose.HeaderType: "JWT"}}
	for name, value := range headers {
		o.ExtraHeaders[name] = value
		if value == nil {
			delete(o.ExtraHeaders, name)
		}
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, o)
	if err != nil {
		tb.Fatal(err)
	}
	signed, err := signer.Sign([]byte(payload))
	if err != nil {
		tb.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		tb.Fatal(err)
	}
	return text
}
