package oidc

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/identity/provider"
)

func TestSomebodySignsIn(t *testing.T) {
	r := newRig(t, nil)
	a := r.attempt(provider.Attempt{})
	asked := r.begun(a)
	for name, want := range map[string]string{
		"client_id": clientID, "redirect_uri": "https://team.example.org/sign-in/fake/callback", "response_type": "code", "scope": "openid profile email",
		"code_challenge_method": "S256", "state": a.State(), "nonce": a.Nonce(), "prompt": "", "max_age": "", "client_secret": "", "code_verifier": "",
	} {
		if asked.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, asked.Get(name), want)
		}
	}
	got, err := r.p.Finish(t.Context(), a, url.Values{"code": {r.code(asked)}, "state": {a.State()}})
	if err != nil {
		t.Fatal(err)
	}
	want := identity.External{
		Provider: "fake", Subject: "sub-1", UserName: "rita", Email: "rita@example.org", ExternalID: "sub-1", EmailVerified: true, At: r.now, ACR: "mfa",
		AMR: []string{"pwd", "otp"},
	}
	if got.External.Subject != want.Subject || got.External.UserName != want.UserName || got.External.Email != want.Email || got.External.ExternalID != want.ExternalID ||
		!got.External.EmailVerified || !got.External.At.Equal(want.At) || got.External.ACR != want.ACR || !slices.Equal(got.External.AMR, want.AMR) {
		t.Errorf("got %+v", got.External)
	}
	if form := r.forms[0]; form.Get("client_secret") != "" || form.Get("code_verifier") != a.Verifier() {
		t.Errorf("it redeemed with %v", form)
	}
}

// Every claim that is wrong, alone, is refused.
func TestTokensThatAreRefused(t *testing.T) {
	const minute = 60
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC).Unix()
	for name, tt := range map[string]struct {
		claims map[string]any
		kind   provider.Kind
		words  string
	}{
		"another issuer":               {map[string]any{"iss": "https://evil.example.org"}, provider.Invalid, "different provider"},
		"no issuer":                    {map[string]any{"iss": nil}, provider.Invalid, "different provider"},
		"another audience":             {map[string]any{"aud": "somebody-else"}, provider.Invalid, "expected audience"},
		"no audience":                  {map[string]any{"aud": nil}, provider.Invalid, "expected audience"},
		"an audience that only begins": {map[string]any{"aud": clientID + "-2"}, provider.Invalid, "expected audience"},
		"two audiences without azp":    {map[string]any{"aud": []string{clientID, "other"}}, provider.Invalid, "was issued to"},
		"two audiences, other azp":     {map[string]any{"aud": []string{clientID, "other"}, "azp": "other"}, provider.Invalid, "was issued to"},
		"one audience, other azp":      {map[string]any{"azp": "other"}, provider.Invalid, "was issued to"},
		"another nonce":                {map[string]any{"nonce": "x"}, provider.Invalid, "nonce"},
		"no nonce":                     {map[string]any{"nonce": nil}, provider.Invalid, "nonce"},
		"expired":                      {map[string]any{"exp": now - minute - 1}, provider.ClockOff, "expired"},
		"no end":                       {map[string]any{"exp": nil}, provider.ClockOff, "expired"},
		"not yet valid":                {map[string]any{"nbf": now + minute + 1}, provider.ClockOff, "valid only from"},
		"issued in the future":         {map[string]any{"iat": now + minute + 1}, provider.ClockOff, "issued at"},
		"issued before the attempt":    {map[string]any{"iat": now - minute - 1}, provider.ClockOff, "issued at"},
		"not issued":                   {map[string]any{"iat": nil}, provider.Invalid, "when it was issued"},
		"authenticated in the future":  {map[string]any{"auth_time": now + minute + 1}, provider.ClockOff, "authentication at"},
		"no subject":                   {map[string]any{"sub": nil}, provider.Invalid, "no subject"},
		"an empty subject":             {map[string]any{"sub": ""}, provider.Invalid, "no subject"},
		"a long subject":               {map[string]any{"sub": strings.Repeat("x", 256)}, provider.Invalid, "no subject"},
		"a subject that is no text":    {map[string]any{"sub": 7}, provider.Invalid, "cannot be verified"},
		"a subject with a line's end":  {map[string]any{"sub": "a\nb"}, provider.Invalid, "control characters"},
		"a name that is no text":       {map[string]any{"preferred_username": []string{"rita"}}, provider.Invalid, "is no text"},
		"a long name":                  {map[string]any{"preferred_username": strings.Repeat("x", 513)}, provider.Invalid, "too long"},
		"another access token's":       {map[string]any{"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, provider.Invalid, "another access token"},
		"amr that is a number":         {map[string]any{"amr": 1}, provider.Invalid, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			r.claims = tt.claims
			_, err := r.signIn(provider.Attempt{})
			r.refused(err, tt.kind, tt.words)
		})
	}
}

func TestTokensThatAreTaken(t *testing.T) {
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC).Unix()
	for name, tt := range map[string]struct {
		claims map[string]any
		check  func(identity.External) bool
	}{
		"two audiences with our azp":   {map[string]any{"aud": []string{"other", clientID}, "azp": clientID}, nil},
		"clocks a minute apart":        {map[string]any{"exp": now - 59, "iat": now - 59, "nbf": now + 59}, nil},
		"verified as text":             {map[string]any{"email_verified": "true"}, func(x identity.External) bool { return x.EmailVerified }},
		"not verified":                 {map[string]any{"email_verified": "yes"}, func(x identity.External) bool { return !x.EmailVerified }},
		"verified is not said":         {map[string]any{"email_verified": nil}, func(x identity.External) bool { return !x.EmailVerified }},
		"amr as one text":              {map[string]any{"amr": "mfa"}, func(x identity.External) bool { return slices.Equal(x.AMR, []string{"mfa"}) }},
		"names that are null":          {map[string]any{"preferred_username": json.RawMessage("null"), "email": nil}, func(x identity.External) bool { return x.UserName == "" && x.Email == "" }},
		"auth_time with a fraction":    {map[string]any{"auth_time": float64(now) - 30.5}, func(x identity.External) bool { return x.At.Unix() == now-31 }},
		"no auth_time is never fresh":  {map[string]any{"auth_time": nil}, func(x identity.External) bool { return x.At.Unix() == now-24*3600 }},
		"the access token's own":       {map[string]any{"at_hash": "qxnBTGM1WyhQ1Q4gHkQYwQ"}, nil},
		"claims nobody knows are none": {map[string]any{"groups": []string{"admins"}, "roles": "administrator"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			if tt.claims["at_hash"] != nil {
				tt.claims["at_hash"] = atHash("at")
			}
			r.claims = tt.claims
			got, err := r.signIn(provider.Attempt{})
			if err != nil || tt.check != nil && !tt.check(got.External) {
				t.Errorf("%+v, %v", got.External, err)
			}
		})
	}
}

// Nobody but the provider signs: not "none", not a secret that both know, not the public key as such a secret, not
// another key.
func TestSignaturesThatAreRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		signer func(t *testing.T, r *rig) func([]byte) string
		words  string
	}{
		"none": {func(*testing.T, *rig) func([]byte) string {
			return func(payload []byte) string {
				return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(payload) + "."
			}
		}, "algorithm"},
		"the client's secret": {func(t *testing.T, _ *rig) func([]byte) string {
			return signWith(t, jose.HS256, []byte(strings.Repeat(clientSecret, 4)))
		}, "algorithm"},
		"the public key as a secret": {func(t *testing.T, r *rig) func([]byte) string {
			der, err := x509.MarshalPKIXPublicKey(r.keys[0].Key)
			if err != nil {
				t.Fatal(err)
			}
			return signWith(t, jose.HS256, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
		}, "algorithm"},
		"another key of the same name": {func(t *testing.T, r *rig) func([]byte) string {
			return signWith(t, jose.RS256, jose.JSONWebKey{Key: rsaKey(t), KeyID: r.keys[0].KeyID})
		}, "verify"},
		"a key that it brings itself": {func(t *testing.T, _ *rig) func([]byte) string {
			key := rsaKey(t)
			return func(payload []byte) string {
				s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, &jose.SignerOptions{EmbedJWK: true})
				if err != nil {
					t.Fatal(err)
				}
				signed, err := s.Sign(payload)
				if err != nil {
					t.Fatal(err)
				}
				text, _ := signed.CompactSerialize()
				return text
			}
		}, "verify"},
		"a changed payload": {func(_ *testing.T, r *rig) func([]byte) string {
			sign := r.signer
			return func(payload []byte) string {
				parts := strings.Split(sign(payload), ".")
				parts[1] = base64.RawURLEncoding.EncodeToString([]byte(strings.ReplaceAll(string(payload), "sub-1", "sub-2")))
				return strings.Join(parts, ".")
			}
		}, "verify"},
		"nothing": {func(*testing.T, *rig) func([]byte) string {
			return func([]byte) string { return "x" }
		}, "malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			r.signer = tt.signer(t, r)
			_, err := r.signIn(provider.Attempt{})
			r.refused(err, provider.Invalid, tt.words)
		})
	}
}

func TestAnswersThatAreRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(r *rig)
		came   func(a provider.Attempt, code string) url.Values
		kind   provider.Kind
		words  string
	}{
		"no code":            {nil, func(provider.Attempt, string) url.Values { return nil }, provider.Invalid, "0 codes"},
		"two codes":          {nil, func(_ provider.Attempt, c string) url.Values { return url.Values{"code": {c, c}} }, provider.Invalid, "2 codes"},
		"a made-up code":     {nil, func(provider.Attempt, string) url.Values { return url.Values{"code": {"x"}} }, provider.Invalid, "invalid_grant"},
		"the person gave up": {nil, func(provider.Attempt, string) url.Values { return url.Values{"error": {"access_denied"}} }, provider.Declined, "access_denied"},
		"the provider is ill": {
			nil, func(provider.Attempt, string) url.Values { return url.Values{"error": {"temporarily_unavailable"}} }, provider.Unavailable, "temporarily",
		},
		"another provider's issuer": {
			nil, func(_ provider.Attempt, c string) url.Values {
				return url.Values{"code": {c}, "iss": {"https://other.example.org"}}
			}, provider.Invalid, "mixed up",
		},
		"no issuer where it is announced": {
			func(r *rig) { r.discovery["authorization_response_iss_parameter_supported"] = true },
			func(_ provider.Attempt, c string) url.Values { return url.Values{"code": {c}} }, provider.Invalid, "mixed up",
		},
		"no ID token":        {func(r *rig) { r.token["id_token"] = nil }, nil, provider.Invalid, "no ID token"},
		"the endpoint fails": {func(r *rig) { r.status = http.StatusInternalServerError }, nil, provider.Unavailable, "500"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			if tt.change != nil {
				tt.change(r)
			}
			a := r.attempt(provider.Attempt{})
			code := r.code(r.begun(a))
			came := url.Values{"code": {code}}
			if tt.came != nil {
				came = tt.came(a, code)
			}
			_, err := r.p.Finish(t.Context(), a, came)
			r.refused(err, tt.kind, tt.words)
		})
	}
}

// A code that somebody stole is worth nothing: it is redeemed with the verifier of the attempt that it was given for, and
// the token repeats that attempt's nonce.
func TestCodesBelongToTheirAttempt(t *testing.T) {
	r := newRig(t, nil)
	theirs, ours := r.attempt(provider.Attempt{}), r.attempt(provider.Attempt{})
	_, err := r.p.Finish(t.Context(), ours, url.Values{"code": {r.code(r.begun(theirs))}})
	r.refused(err, provider.Invalid, "invalid_grant")
}

func TestTheSecretIsNotRepeated(t *testing.T) {
	r := newRig(t, func(c *Config) { c.Secret = func() (string, error) { return "another", nil } })
	_, err := r.signIn(provider.Attempt{})
	r.refused(err, provider.Unavailable, "invalid_client")
	if strings.Contains(err.Error(), "another") {
		t.Errorf("the log repeats the secret: %v", err)
	}
}

func TestFreshProof(t *testing.T) {
	for name, tt := range map[string]struct {
		claims map[string]any
		acr    []string
		words  string // "": it is taken
	}{
		"asked again":           {nil, nil, ""},
		"not asked again":       {map[string]any{"auth_time": time.Date(2026, 11, 25, 8, 58, 0, 0, time.UTC).Unix()}, nil, "authenticated the person at"},
		"not said when":         {map[string]any{"auth_time": nil}, nil, "no auth_time"},
		"strongly":              {nil, []string{"phr", "mfa"}, ""},
		"not as strongly":       {map[string]any{"acr": "pwd"}, []string{"phr", "mfa"}, "authentication context"},
		"not said how strongly": {map[string]any{"acr": nil}, []string{"mfa"}, "authentication context"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, func(c *Config) { c.ACR = tt.acr })
			r.claims = tt.claims
			a := r.attempt(provider.Attempt{Fresh: true})
			asked := r.begun(a)
			if asked.Get("prompt") != "login" || asked.Get("max_age") != "0" || asked.Get("acr_values") != strings.Join(tt.acr, " ") {
				t.Errorf("asked %v", asked)
			}
			_, err := r.p.Finish(t.Context(), a, url.Values{"code": {r.code(asked)}})
			if tt.words == "" && err != nil {
				t.Error(err)
			}
			if tt.words != "" {
				r.refused(err, provider.NotFresh, tt.words)
			}
		})
	}
}

// A policy's demand is asked for as far as the configuration allows it, which is judged by the configuration as ever.
func TestDemandedContextsAreAskedFor(t *testing.T) {
	for name, tt := range map[string]struct {
		configured, demanded []string
		asked                string
	}{
		"nothing configured":   {nil, []string{"mfa", "phr"}, "mfa phr"},
		"nothing demanded":     {[]string{"phr", "mfa"}, nil, "phr mfa"},
		"some of those":        {[]string{"phr", "mfa"}, []string{"mfa", "gold"}, "mfa"},
		"none of those":        {[]string{"phr"}, []string{"gold"}, "phr"},
		"neither":              {nil, nil, ""},
		"demanded by its rank": {[]string{"phr", "mfa"}, []string{"mfa", "phr"}, "mfa phr"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, func(c *Config) { c.ACR = tt.configured })
			if asked := r.begun(r.attempt(provider.Attempt{Fresh: true, ACR: tt.demanded})); asked.Get("acr_values") != tt.asked {
				t.Errorf("asked for %q, not %q", asked.Get("acr_values"), tt.asked)
			}
		})
	}
}

func TestMaxAge(t *testing.T) {
	r := newRig(t, func(c *Config) { c.MaxAge = time.Hour })
	if asked := r.begun(r.attempt(provider.Attempt{})); asked.Get("max_age") != "3600" {
		t.Errorf("asked %v", asked)
	}
	r.claims["auth_time"] = r.now.Add(-time.Hour).Unix()
	if _, err := r.signIn(provider.Attempt{}); err != nil {
		t.Error(err)
	}
	r.claims["auth_time"] = r.now.Add(-time.Hour - provider.Skew - time.Second).Unix()
	_, err := r.signIn(provider.Attempt{})
	r.refused(err, provider.NotFresh, "before")
}

// What a provider says of when is worth nothing where it is not trusted to ask again.
func TestUntrustedFreshness(t *testing.T) {
	r := newRig(t, func(c *Config) { c.ProvesFreshness = false })
	got, err := r.signIn(provider.Attempt{})
	if err != nil || !got.External.At.Equal(r.now.Add(-provider.UnknownAge)) {
		t.Errorf("%s, %v", got.External.At, err)
	}
}

func TestKeysRotate(t *testing.T) {
	r := newRig(t, nil)
	for i := range 3 {
		if _, err := r.signIn(provider.Attempt{}); err != nil {
			t.Fatalf("after %d rotations: %v", i, err)
		}
		r.rotate("key-" + string(rune('2'+i)))
	}
	if r.asked["/.well-known/openid-configuration"] != 1 || r.asked["/keys"] != 3 {
		t.Errorf("asked %v", r.asked)
	}
}

// who marks a context.
type who struct{}

// askedBy notes on whose behalf the provider is asked for what.
type askedBy struct {
	http.RoundTripper

	mu sync.Mutex
	by map[string]any // by path
}

func (a *askedBy) RoundTrip(r *http.Request) (*http.Response, error) {
	a.mu.Lock()
	a.by[r.URL.Path] = r.Context().Value(who{})
	a.mu.Unlock()
	return a.RoundTripper.RoundTrip(r)
}

// Keys are read for everybody, and not in the name of who happened to be the first to sign in.
func TestKeysAreReadForNobodyInParticular(t *testing.T) {
	noting := &askedBy{RoundTripper: http.DefaultTransport, by: map[string]any{}}
	r := newRig(t, func(c *Config) { c.Client = provider.NewClient(noting) })
	if _, err := r.p.Begin(context.WithValue(t.Context(), who{}, "rita"), r.attempt(provider.Attempt{})); err != nil {
		t.Fatal(err)
	}
	if _, err := r.signIn(provider.Attempt{}); err != nil {
		t.Fatal(err)
	}
	if by, asked := noting.by["/keys"]; by != nil || !asked {
		t.Errorf("the keys were read for %v (%t)", by, asked)
	}
	if by := noting.by["/.well-known/openid-configuration"]; by != "rita" {
		t.Errorf("the metadata was read for %v", by)
	}
}

func TestProviderIsDown(t *testing.T) {
	r := newRig(t, nil)
	r.down = true
	for range 3 {
		_, err := r.p.Begin(t.Context(), r.attempt(provider.Attempt{}))
		r.refused(err, provider.Unavailable, "502")
	}
	if r.asked["/.well-known/openid-configuration"] != 1 {
		t.Errorf("people who try again make it worse: asked %v", r.asked)
	}
	r.down, r.now = false, r.now.Add(provider.MetadataPause)
	if _, err := r.signIn(provider.Attempt{}); err != nil {
		t.Fatal(err)
	}
	// Known providers stay known while their metadata cannot be read again.
	r.now = r.now.Add(provider.MetadataAge)
	a := r.attempt(provider.Attempt{})
	r.down = true
	asked := r.begun(a)
	_, err := r.p.Finish(t.Context(), a, url.Values{"code": {r.code(asked)}})
	r.refused(err, provider.Unavailable, "502")
	r.down = false
	if _, err := r.signIn(provider.Attempt{}); err != nil {
		t.Error(err)
	}
}

func TestDiscoveryThatIsRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		discovery map[string]any
		words     string
	}{
		"another issuer":       {map[string]any{"issuer": "https://evil.example.org"}, "must be spelled as the provider spells it"},
		"keys in clear":        {map[string]any{"jwks_uri": "http://keys.example.org/"}, "must begin with https://"},
		"no token endpoint":    {map[string]any{"token_endpoint": nil}, "token_endpoint"},
		"weak algorithms only": {map[string]any{"id_token_signing_alg_values_supported": []string{"HS256", "none"}}, "none of"},
		"PKCE without S256":    {map[string]any{"code_challenge_methods_supported": []string{"plain"}}, "PKCE"},
		"endpoint with a user": {map[string]any{"authorization_endpoint": "https://a@b.example.org/"}, "without user"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			r.discovery = tt.discovery
			_, err := r.p.Begin(t.Context(), r.attempt(provider.Attempt{}))
			r.refused(err, provider.Unavailable, tt.words)
			if _, err := r.p.Check(t.Context()); err == nil || !strings.Contains(err.Error(), tt.words) {
				t.Errorf("check says %v", err)
			}
		})
	}
}

func TestClientsProveTheirSecretAsTheProviderWants(t *testing.T) {
	r := newRig(t, nil)
	r.discovery["token_endpoint_auth_methods_supported"] = []string{"client_secret_post"}
	if _, err := r.signIn(provider.Attempt{}); err != nil {
		t.Fatal(err)
	}
	if r.forms[0].Get("client_secret") != clientSecret {
		t.Errorf("it redeemed with %v", r.forms[0])
	}
}

func TestSignOutAtTheProvider(t *testing.T) {
	r := newRig(t, nil)
	if got := r.p.EndSession(t.Context()); got != r.url+"/logout?client_id="+clientID+"&x=1" {
		t.Errorf("sent to %s", got)
	}
	// Whoever is about to go does not wait: what was read before is enough.
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	r.now = r.now.Add(provider.MetadataAge)
	if got := r.p.EndSession(gone); got != r.url+"/logout?client_id="+clientID+"&x=1" {
		t.Errorf("sent to %s", got)
	}
	lines, err := r.p.Check(t.Context())
	if err != nil || !strings.Contains(strings.Join(lines, "\n"), "https://team.example.org/sign-in/fake/callback") {
		t.Errorf("%v, %v", lines, err)
	}
}
