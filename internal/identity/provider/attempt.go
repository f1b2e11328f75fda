// Package provider holds what signing in at an identity provider has in common, whichever protocol the provider
// speaks: the attempt, why an answer is not believed, and the client that asks providers.
package provider

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Patience is how long somebody may take at their provider. After that they begin again.
const Patience = 10 * time.Minute

// Skew is how far the clocks of a provider and of TEAM may be apart.
const Skew = time.Minute

// UnknownAge is how long ago somebody is taken to have authenticated where the provider does not say when, or is not
// believed: whoever sits down before a browser that is signed in at the provider gets such an answer without a question,
// so it counts as fresh for nothing.
const UnknownAge = 24 * time.Hour

const secretBytes = 32

// Attempt is one try of somebody to sign in, from being sent to the provider to coming back.
//
// It is kept by their browser alone, in a cookie, and nowhere else: so it works whichever replica they come back to,
// and strangers who begin attempts without end leave nothing behind. Everything that must not be guessed is derived
// from one secret in that cookie, and of those only what was derived travels: whoever sees an address does not learn
// the verifier or the nonce. A browser that changes its own cookie deceives nobody but itself: the cookie holds nothing
// that is believed later (of freshness the provider's own word counts).
type Attempt struct {
	Provider string    // name of the provider in the configuration
	Started  time.Time // to the second
	Return   string    // local path where the browser goes when it is signed in
	// Fresh asks the provider to authenticate the person anew, for the sign-in they have.
	Fresh bool
	// SignIn is the id of the sign-in that the browser had when it began; "": none. For is that of another one of the same
	// person, a command line's, that a fresh proof is for as well.
	SignIn, For string
	// ACR are the authentication contexts that whoever asks for a fresh proof demands; the provider is asked for any of
	// them, and what its answer says is judged where the proof is used. Not kept.
	ACR []string

	secret []byte
}

// Begin makes an attempt with a new secret.
func Begin(random io.Reader, a Attempt) (Attempt, error) {
	a.secret = make([]byte, secretBytes)
	if _, err := io.ReadFull(random, a.secret); err != nil {
		return Attempt{}, fmt.Errorf("begin sign-in attempt: %w", err)
	}
	a.Started = a.Started.UTC().Truncate(time.Second)
	return a, nil
}

// derive makes what is needed for a purpose out of the secret, another one for every provider.
func (a Attempt) derive(purpose string) []byte {
	mac := hmac.New(sha256.New, a.secret)
	mac.Write([]byte(purpose + "\x00" + a.Provider))
	return mac.Sum(nil)
}

// State travels to the provider and back; it tells the attempt and its provider.
func (a Attempt) State() string { return base64.RawURLEncoding.EncodeToString(a.derive("state")) }

// Nonce is what the provider's token must repeat.
func (a Attempt) Nonce() string { return base64.RawURLEncoding.EncodeToString(a.derive("nonce")) }

// Verifier is the code verifier of PKCE (RFC 7636).
func (a Attempt) Verifier() string { return base64.RawURLEncoding.EncodeToString(a.derive("verifier")) }

// RequestID is the id of a SAML request, which is an XML name.
func (a Attempt) RequestID() string { return "_" + hex.EncodeToString(a.derive("request")) }

// Is says whether a state that came back is this attempt's.
func (a Attempt) Is(state string) bool {
	return len(a.secret) == secretBytes && subtle.ConstantTimeCompare([]byte(a.State()), []byte(state)) == 1
}

// Over says whether the attempt took too long.
func (a Attempt) Over(now time.Time) bool {
	return now.Sub(a.Started) > Patience || a.Started.Sub(now) > Skew
}

// kept is what the cookie holds.
type kept struct {
	Secret   []byte `json:"s"`
	Provider string `json:"p"`
	Started  int64  `json:"t"` // seconds
	Return   string `json:"r,omitempty"`
	Fresh    bool   `json:"f,omitempty"`
	SignIn   string `json:"i,omitempty"`
	For      string `json:"o,omitempty"`
}

// Text is the attempt as its cookie holds it.
func (a Attempt) Text() string {
	k := kept{Secret: a.secret, Provider: a.Provider, Started: a.Started.Unix(), Return: a.Return, Fresh: a.Fresh, SignIn: a.SignIn, For: a.For}
	b, err := json.Marshal(k) //nolint:gosec // the cookie is where the secret is kept
	if err != nil {
		panic("encode sign-in attempt: " + err.Error()) // strings and numbers always encode
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

const maxText = 4096

// Parse reads an attempt from its cookie.
func Parse(text string) (Attempt, error) {
	if len(text) > maxText {
		return Attempt{}, errors.New("read sign-in attempt: it is too long")
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return Attempt{}, fmt.Errorf("read sign-in attempt: %w", err)
	}
	var k kept
	if err := json.Unmarshal(b, &k); err != nil {
		return Attempt{}, fmt.Errorf("read sign-in attempt: %w", err)
	}
	if len(k.Secret) != secretBytes || k.Provider == "" {
		return Attempt{}, errors.New("read sign-in attempt: it is incomplete")
	}
	return Attempt{
		Provider: k.Provider, Started: time.Unix(k.Started, 0).UTC(), Return: k.Return, Fresh: k.Fresh, SignIn: k.SignIn, For: k.For,
		secret: k.Secret,
	}, nil
}
