package oidc

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/team-idc/team/internal/identity/provider"
)

const clientID, clientSecret = "team-client", "s3cret/+%"

// fake is an OpenID provider that can be made to do everything wrong.
type fake struct {
	t   *testing.T
	url string
	now time.Time

	mu        sync.Mutex
	down      bool
	keys      []jose.JSONWebKey // public
	signer    func(payload []byte) string
	discovery map[string]any // members that replace others; nil removes one
	claims    map[string]any // likewise
	token     map[string]any // likewise, of the token endpoint's answer
	status    int            // of the token endpoint
	codes     map[string]url.Values
	asked     map[string]int // by path
	forms     []url.Values   // what was posted to the token endpoint
}

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{
		t: t, now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC), codes: map[string]url.Values{}, asked: map[string]int{}, status: http.StatusOK,
		discovery: map[string]any{}, claims: map[string]any{}, token: map[string]any{},
	}
	server := httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(server.Close)
	f.url = server.URL
	f.rotate("key-1")
	return f
}

// rotate makes a new key and forgets those before.
func (f *fake) rotate(id string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.t.Fatal(err)
	}
	f.keys = []jose.JSONWebKey{{Key: &key.PublicKey, KeyID: id, Algorithm: "ES256", Use: "sig"}}
	f.signer = signWith(f.t, jose.ES256, jose.JSONWebKey{Key: key, KeyID: id})
}

func signWith(t *testing.T, algorithm jose.SignatureAlgorithm, key any) func([]byte) string {
	return func(payload []byte) string {
		s, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, (&jose.SignerOptions{}).WithType("JWT"))
		if err != nil {
			t.Fatal(err)
		}
		signed, err := s.Sign(payload)
		if err != nil {
			t.Fatal(err)
		}
		text, err := signed.CompactSerialize()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
}

func merged(base, over map[string]any) map[string]any {
	all := maps.Clone(base)
	for k, v := range over {
		if all[k] = v; v == nil {
			delete(all, k)
		}
	}
	return all
}

func (f *fake) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked[r.URL.Path]++
	if f.down {
		http.Error(w, "down for maintenance", http.StatusBadGateway)
		return
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		f.answer(w, http.StatusOK, merged(map[string]any{
			"issuer": f.url, "authorization_endpoint": f.url + "/authorize", "token_endpoint": f.url + "/token", "jwks_uri": f.url + "/keys",
			"end_session_endpoint": f.url + "/logout?x=1", "id_token_signing_alg_values_supported": []string{"ES256", "RS256", "HS256", "none"},
		}, f.discovery))
	case "/keys":
		f.answer(w, http.StatusOK, jose.JSONWebKeySet{Keys: f.keys})
	case "/token":
		f.redeem(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (f *fake) answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		f.t.Error(err)
	}
}

func (f *fake) redeem(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		f.t.Error(err)
	}
	f.forms = append(f.forms, r.PostForm)
	asked, ok := f.codes[r.PostForm.Get("code")]
	delete(f.codes, r.PostForm.Get("code"))
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	id, secret, _ := r.BasicAuth()
	id, _ = url.QueryUnescape(id)
	secret, _ = url.QueryUnescape(secret)
	if r.PostForm.Get("client_secret") != "" {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	switch {
	case f.status != http.StatusOK:
		f.answer(w, f.status, map[string]string{"error": "server_error"})
		return
	case id != clientID || secret != clientSecret:
		f.answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client", "error_description": "not " + secret})
		return
	case !ok || asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) || asked.Get("code_challenge_method") != "S256":
		f.answer(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant"})
		return
	}
	payload, err := json.Marshal(merged(map[string]any{
		"iss": f.url, "sub": "sub-1", "aud": clientID, "exp": f.now.Add(5 * time.Minute).Unix(), "iat": f.now.Unix(), "nonce": asked.Get("nonce"),
		"auth_time": f.now.Unix(), "preferred_username": "rita", "email": "rita@example.org", "email_verified": true, "acr": "mfa", "amr": []string{"pwd", "otp"},
	}, f.claims))
	if err != nil {
		f.t.Error(err)
	}
	f.answer(w, http.StatusOK, merged(map[string]any{
		"access_token": "at", "token_type": "Bearer", "expires_in": 300, "id_token": f.signer(payload),
	}, f.token))
}

// rig is a provider under test, and the fake behind it.
type rig struct {
	*fake

	p *Provider
}

func newRig(t *testing.T, change func(*Config)) *rig {
	t.Helper()
	f := newFake(t)
	c := Config{
		Name: "fake", Title: "Fake", Issuer: f.url, ClientID: clientID, Secret: func() (string, error) { return clientSecret, nil },
		Redirect: "https://team.example.org/sign-in/fake/callback", Scopes: []string{"profile", "email"},
		Claims: Claims{UserName: "preferred_username", Email: "email", ExternalID: "sub"}, ProvesFreshness: true,
		Client: provider.NewClient(nil), Now: func() time.Time { f.mu.Lock(); defer f.mu.Unlock(); return f.now },
	}
	if change != nil {
		change(&c)
	}
	return &rig{fake: f, p: New(c)}
}

func (r *rig) attempt(a provider.Attempt) provider.Attempt {
	r.t.Helper()
	a.Provider, a.Started = "fake", r.now
	a, err := provider.Begin(rand.Reader, a)
	if err != nil {
		r.t.Fatal(err)
	}
	return a
}

// begun begins an attempt, and returns what the provider was asked.
func (r *rig) begun(a provider.Attempt) url.Values {
	r.t.Helper()
	there, err := r.p.Begin(r.t.Context(), a)
	if err != nil {
		r.t.Fatal(err)
	}
	u, err := url.Parse(there)
	if err != nil || !strings.HasPrefix(there, r.url+"/authorize?") {
		r.t.Fatalf("sent to %s", there)
	}
	return u.Query()
}

// code that the provider gives for what it was asked.
func (r *rig) code(asked url.Values) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	code := fmt.Sprintf("code-%d-%s", len(r.codes), asked.Get("state")[:8])
	r.codes[code] = asked
	return code
}

// signIn goes the whole way.
func (r *rig) signIn(a provider.Attempt) (provider.Answer, error) {
	r.t.Helper()
	a = r.attempt(a)
	return r.p.Finish(r.t.Context(), a, url.Values{"code": {r.code(r.begun(a))}, "state": {a.State()}})
}

func (r *rig) refused(err error, kind provider.Kind, words string) {
	r.t.Helper()
	if err == nil || provider.KindOf(err) != kind || !strings.Contains(err.Error(), words) {
		r.t.Errorf("%v, want %s: %s", err, kind, words)
	}
}

func rsaKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// atHash of an access token, for ES256.
func atHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}
