package idtoken_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/team-idc/team/internal/idtoken"
	"github.com/team-idc/team/internal/idtoken/issuertest"
)

const audience = "https://team.example.com"

// rig is an issuer, and a verifier with a clock of its own.
type rig struct {
	*issuertest.Issuer

	t        *testing.T
	verifier *idtoken.Verifier
	mu       sync.Mutex
	now      time.Time
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, Issuer: issuertest.New(t), now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
	r.verifier = idtoken.NewVerifier(idtoken.Config{Now: r.clock, Networks: issuertest.Networks()})
	return r
}

func (r *rig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rig) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

func (r *rig) from() idtoken.Issuer { return idtoken.Issuer{URL: r.URL, Audience: audience} }

func (r *rig) verify(text string) (idtoken.Token, error) {
	return r.verifier.Verify(r.t.Context(), r.from(), text)
}

func (r *rig) token(others map[string]any) string { return r.Token(audience, r.clock(), others) }

// encoded claims of a token that would be taken.
func (r *rig) encoded() []byte {
	r.t.Helper()
	text, err := json.Marshal(r.Claims(audience, r.clock(), nil))
	if err != nil {
		r.t.Fatal(err)
	}
	return text
}

// refused demands that a token is refused, for a reason that is told.
func refused(t *testing.T, err error, why string) {
	t.Helper()
	if err == nil || !idtoken.Refused(err) || !strings.Contains(err.Error(), why) {
		t.Errorf("got %v, want a refusal with %q", err, why)
	}
}

func TestVerifies(t *testing.T) {
	r := newRig(t)
	text := r.token(map[string]any{
		"sub": "repo:example/shop:ref:refs/heads/main", "run": 17, "protected": true, "list": []string{"a"}, "object": map[string]string{"a": "b"}, "none": json.RawMessage("null"),
	})
	got, err := r.verify(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"sub": "repo:example/shop:ref:refs/heads/main", "run": "17", "protected": "true", "aud": audience} {
		if got.Claims[name] != want {
			t.Errorf("%s is %q", name, got.Claims[name])
		}
	}
	for _, name := range []string{"list", "object", "none"} {
		if value, ok := got.Claims[name]; ok {
			t.Errorf("%s passes for %q", name, value)
		}
	}
	if !got.ExpiresAt.Equal(r.clock().Add(5*time.Minute)) || len(got.Fingerprint) != 64 {
		t.Errorf("got %+v", got)
	}
	if named, err := idtoken.Named(text); err != nil || named != r.URL {
		t.Errorf("named %q, %v", named, err)
	}
	again, err := r.verify(text)
	other, otherErr := r.verify(r.token(nil))
	if err != nil || otherErr != nil || again.Fingerprint != got.Fingerprint || other.Fingerprint == got.Fingerprint {
		t.Errorf("fingerprints %v %v %v", got, again, other)
	}
}

func TestRefusesClaims(t *testing.T) {
	r := newRig(t)
	now := r.clock().Unix()
	for name, try := range map[string]struct {
		others map[string]any
		why    string
	}{
		"another issuer":           {map[string]any{"iss": "https://evil.example.com"}, "of the issuer"},
		"issuer and a slash":       {map[string]any{"iss": r.URL + "/"}, "of the issuer"},
		"no issuer":                {map[string]any{"iss": nil}, "of the issuer"},
		"another audience":         {map[string]any{"aud": "https://other.example.com"}, "for the audience"},
		"the audience's beginning": {map[string]any{"aud": "https://team.example.co"}, "for the audience"},
		"two audiences":            {map[string]any{"aud": []string{audience, "https://other.example.com"}}, "not exactly one"},
		"no audience":              {map[string]any{"aud": nil}, "aud is no text"},
		"audience of no text":      {map[string]any{"aud": []any{map[string]string{"a": audience}}}, "aud is no text"},
		"expired":                  {map[string]any{"exp": now, "iat": now - 300}, "expired"},
		"no end":                   {map[string]any{"exp": nil}, "exp is no instant"},
		"end as text":              {map[string]any{"exp": fmt.Sprint(now + 300)}, "exp is no instant"},
		"end beyond all":           {map[string]any{"exp": 1e300}, "exp is no instant"},
		"no beginning":             {map[string]any{"iat": nil}, "iat is no instant"},
		"from the future":          {map[string]any{"iat": now + 61, "exp": now + 300}, "in the future"},
		"not yet":                  {map[string]any{"nbf": now + 61}, "not valid before"},
		"a beginning that is none": {map[string]any{"nbf": "soon"}, "nbf is no instant"},
		"too long":                 {map[string]any{"exp": now + 3601}, "lives for"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := r.verify(r.token(try.others))
			refused(t, err, try.why)
		})
	}
	for name, others := range map[string]map[string]any{
		"a clock that is ahead": {"iat": now + 59, "nbf": now + 59}, "one audience in a list": {"aud": []string{audience}},
		"an hour": {"exp": now + 3600}, "no nbf": {"nbf": nil},
	} {
		if _, err := r.verify(r.token(others)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRefusesForms(t *testing.T) {
	r := newRig(t)
	good := r.token(map[string]any{"sub": "a"})
	parts := strings.Split(good, ".")
	raw := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	claims, err := json.Marshal(r.Claims(audience, r.clock(), map[string]any{"sub": "b"}))
	if err != nil {
		t.Fatal(err)
	}
	unsigned := raw(`{"alg":"none","typ":"JWT"}`) + "." + raw(string(claims)) + "."
	key := r.Key()
	public, err := json.Marshal(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	stranger := issuertest.New(t).Key()
	stranger.KeyID = key.KeyID
	brought := map[jose.HeaderKey]any{"jwk": stranger.Public(), "jku": "https://evil.example.org/keys", "x5u": "https://evil.example.org/certificate"}
	for name, try := range map[string]struct{ text, why string }{
		"nothing":           {"", "not the form"},
		"a word":            {"token", "not the form"},
		"four parts":        {good + ".a", "not the form"},
		"too large":         {strings.Repeat("a", idtoken.MaxSize+1), "at most"},
		"other claims":      {parts[0] + "." + raw(string(claims)) + "." + parts[2], "signature"},
		"no signature":      {parts[0] + "." + parts[1] + ".", "signature"},
		"unsigned":          {unsigned, `the algorithm "none"`},
		"padding":           {parts[0] + "." + parts[1] + "=." + parts[2], "not encoded"},
		"a line feed":       {parts[0] + "." + parts[1] + "\n." + parts[2], "not encoded"},
		"space before":      {" " + good, "not encoded"},
		"no header":         {raw("[]") + "." + parts[1] + "." + parts[2], "header"},
		"claims and more":   {parts[0] + "." + raw(string(claims)+"{}") + "." + parts[2], "comes after"},
		"symmetric":         {issuertest.SignWith(t, public, jose.HS256, string(claims), nil), `the algorithm "HS256"`},
		"a key it brings":   {issuertest.SignWith(t, stranger, jose.ES256, string(claims), brought), "signature"},
		"another type":      {r.Sign(r.Claims(audience, r.clock(), nil), map[jose.HeaderKey]any{"typ": "logout+jwt"}), "of the type"},
		"demands":           {r.Sign(r.Claims(audience, r.clock(), nil), map[jose.HeaderKey]any{"crit": []string{"b64"}, "b64": true}), "extensions"},
		"a name twice":      {issuertest.SignWith(t, r.Key(), jose.ES256, strings.Replace(string(claims), "{", `{"sub":"a",`, 1), nil), "comes twice"},
		"names of any case": {issuertest.SignWith(t, r.Key(), jose.ES256, strings.Replace(string(claims), `"iss"`, `"ISS"`, 1), nil), "of the issuer"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := r.verify(try.text)
			refused(t, err, try.why)
		})
	}
	if _, err := r.verify(r.Sign(r.Claims(audience, r.clock(), nil), map[jose.HeaderKey]any{"typ": nil})); err != nil {
		t.Errorf("a token without a type, as of Kubernetes: %v", err)
	}
}

// The last letter of a part holds bits that mean nothing: written otherwise it is the same token, and must not pass for
// one that was not used yet.
func TestATokenHasOneSpelling(t *testing.T) {
	r := newRig(t)
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	tried := 0
	for _, pad := range []string{"", "x", "xx"} {
		text := r.token(map[string]any{"sub": pad})
		parts := strings.Split(text, ".")
		for i, part := range parts {
			for _, l := range letters {
				other := part[:len(part)-1] + string(l)
				was, _ := base64.RawURLEncoding.DecodeString(part)
				is, err := base64.RawURLEncoding.DecodeString(other)
				if err != nil || other == part || string(is) != string(was) {
					continue
				}
				tried++
				all := append([]string{}, parts...)
				all[i] = other
				_, err = r.verify(strings.Join(all, "."))
				refused(t, err, "not encoded")
			}
		}
	}
	if tried == 0 {
		t.Error("no other spelling was found to try")
	}
}

// signers are keys of every kind that is taken.
func TestTakesTheKindsOfKeys(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t)
	for name, k := range map[string]struct {
		key       any
		algorithm jose.SignatureAlgorithm
	}{"rs": {rsaKey, jose.RS256}, "ps": {rsaKey, jose.PS512}, "es": {p384, jose.ES384}, "ed": {ed, jose.EdDSA}} {
		jwk := jose.JSONWebKey{Key: k.key, KeyID: name}
		r.Publish(jwk.Public())
		claims, err := json.Marshal(r.Claims(audience, r.clock(), nil))
		if err != nil {
			t.Fatal(err)
		}
		r.pass(31 * time.Second) // a key nobody knew is looked for again
		if _, err := r.verify(issuertest.SignWith(t, jwk, k.algorithm, string(claims), nil)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLeavesOutKeysThatAreNoUse(t *testing.T) {
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t)
	secret := []byte("0123456789abcdef0123456789abcdef")
	for _, k := range []jose.JSONWebKey{
		{Key: small.Public(), KeyID: "small"},
		{Key: p256.Public(), KeyID: "encrypts", Use: "enc"},
		{Key: p256.Public(), KeyID: "other", Algorithm: "ES384"},
		{Key: secret, KeyID: "secret"},
	} {
		r.Publish(k)
	}
	r.Publish(map[string]string{"kty": "OKP", "crv": "X25519", "kid": "unknown", "x": "AAAA"})
	claims, err := json.Marshal(r.Claims(audience, r.clock(), nil))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.verify(r.token(nil)); err != nil {
		t.Fatalf("keys of other kinds keep it from being verified: %v", err)
	}
	for id, k := range map[string]struct {
		key       any
		algorithm jose.SignatureAlgorithm
	}{"small": {small, jose.RS256}, "encrypts": {p256, jose.ES256}, "other": {p256, jose.ES256}} {
		_, err := r.verify(issuertest.SignWith(t, jose.JSONWebKey{Key: k.key, KeyID: id}, k.algorithm, string(claims), nil))
		refused(t, err, "has no key")
	}
	// A token without the id of a key is that of the only one there is, or of none.
	bare := r.Key()
	bare.KeyID = ""
	if _, err := r.verify(issuertest.SignWith(t, bare, jose.ES256, string(claims), nil)); err != nil {
		t.Errorf("without an id: %v", err)
	}
	r.Rotate()
	r.pass(11 * time.Minute)
	claims = r.encoded()
	_, err = r.verify(issuertest.SignWith(t, bare, jose.ES256, string(claims), nil))
	refused(t, err, "has no key")
}

// The keys of an issuer change; they are read again when that is needed, and not as often as somebody likes.
func TestFollowsTheKeys(t *testing.T) {
	r := newRig(t)
	must := func() {
		t.Helper()
		if _, err := r.verify(r.token(nil)); err != nil {
			t.Error(err)
		}
	}
	asked := func(want int) {
		t.Helper()
		if got := r.Asked(); got != want {
			t.Errorf("the keys were asked for %d times, want %d", got, want)
		}
	}
	must()
	must()
	asked(1)
	r.Rotate()
	_, err := r.verify(r.token(nil))
	refused(t, err, "has no key") // looked a moment ago
	r.pass(30 * time.Second)
	must()
	asked(2)
	for range 50 {
		stranger := r.Key()
		stranger.KeyID = rand.Text()
		claims := r.encoded()
		_, err := r.verify(issuertest.SignWith(t, stranger, jose.ES256, string(claims), nil))
		refused(t, err, "has no key")
	}
	asked(2)
	r.pass(10*time.Minute - time.Second)
	must()
	asked(2)
	r.pass(time.Second)
	must()
	asked(3)

	// While the issuer is down the keys last for an hour, and it is not asked again and again.
	r.Down(true)
	r.pass(10 * time.Minute)
	must()
	r.pass(50*time.Minute - time.Second)
	must()
	r.pass(time.Second)
	for range 3 {
		if _, err := r.verify(r.token(nil)); err == nil || idtoken.Refused(err) {
			t.Errorf("got %v, want that the keys cannot be read", err)
		}
	}
	r.Down(false)
	if _, err := r.verify(r.token(nil)); err == nil || idtoken.Refused(err) {
		t.Errorf("got %v so soon", err)
	}
	r.pass(5 * time.Second)
	must()

	// A key that was taken away is gone with the next reading.
	old := r.Key()
	r.Rotate()
	r.Withdraw()
	r.pass(10 * time.Minute)
	claims := r.encoded()
	_, err = r.verify(issuertest.SignWith(t, old, jose.ES256, string(claims), nil))
	refused(t, err, "has no key")
}

func TestAsksOnlyWhereItMay(t *testing.T) {
	r := newRig(t)
	strict := idtoken.NewVerifier(idtoken.Config{Now: r.clock})
	if _, err := strict.Verify(t.Context(), r.from(), r.token(nil)); err == nil || !strings.Contains(err.Error(), "is not public") {
		t.Errorf("this machine was asked: %v", err)
	}
	if r.Asked() != 0 {
		t.Error("it was asked all the same")
	}
	elsewhere := issuertest.New(t)
	for name, h := range map[string]http.HandlerFunc{
		"redirects": func(w http.ResponseWriter, q *http.Request) {
			http.Redirect(w, q, elsewhere.URL+q.URL.Path, http.StatusFound)
		},
		"not https": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":"http://10.0.0.1/keys"}`, r.URL)
		},
		"another issuer's": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"issuer":"https://x","jwks_uri":%q}`, r.URL+"/keys")
		},
		"no address": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"issuer":%q}`, r.URL) },
		"nonsense":   func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `<html>`) },
		"endless":    func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat(" ", 300<<10)) },
	} {
		r.Answer(h)
		r.pass(5 * time.Second)
		if _, err := r.verify(r.token(nil)); err == nil || idtoken.Refused(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if elsewhere.Asked() != 0 {
		t.Error("a redirect was followed")
	}
	r.Answer(nil)
	r.pass(5 * time.Second)
	direct := r.from()
	direct.KeysURL = r.URL + "/keys"
	if _, err := r.verifier.Verify(t.Context(), direct, r.token(nil)); err != nil {
		t.Errorf("keys without a discovery document: %v", err)
	}
}

func FuzzNamed(f *testing.F) {
	f.Add("a.b.c")
	f.Add("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2EifQ.AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := idtoken.Named(text); err != nil && !idtoken.Refused(err) {
			t.Errorf("%q: %v", text, err)
		}
	})
}
