// Package idtoken verifies ID tokens: the JSON Web Tokens by which an issuer that an organization trusts, such as a CI
// system or a Kubernetes cluster, says which of its jobs or workloads somebody is. It knows nothing of TEAM: who is
// trusted, and what a token is good for, others decide.
package idtoken

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Bounds of the tokens that are taken.
const (
	// MaxSize of a token's text, in bytes. Those of CI systems have about 2,000.
	MaxSize = 16 << 10
	// Skew is how far the issuer's clock may be ahead.
	Skew = time.Minute
	// MaxLife is the longest time between a token's issue and its end: a token for longer is no proof of who is there now.
	MaxLife = time.Hour
)

// Issuer of tokens, as the organization trusts it.
type Issuer struct {
	URL      string // exactly as tokens say it
	Audience string // the one audience that tokens must be for
	KeysURL  string // where its keys are; "": where its discovery document says
}

// Token is a verified ID token.
type Token struct {
	// Claims that are one text, number or truth value, by name; numbers and truth values as they are written. Lists and
	// objects are left out: nothing is equal to them.
	Claims    map[string]string
	ExpiresAt time.Time
	// Fingerprint tells this token from every other, and can be kept: nothing leads back to the token.
	Fingerprint string
}

// RefusedError is a token that proves nothing. The text is for the log.
type RefusedError struct{ reason string }

func (e *RefusedError) Error() string { return e.reason }

func refusef(format string, args ...any) error { return &RefusedError{fmt.Sprintf(format, args...)} }

// Refused says whether an error is about the token; otherwise it could not be found out what the token is worth.
func Refused(err error) bool {
	_, ok := errors.AsType[*RefusedError](err)
	return ok
}

// algorithms are those with a public key. With the others whoever verifies could forge.
var algorithms = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
}

// Named is the issuer that a token names. Nothing is verified: it only says whom to ask.
func Named(text string) (issuer string, err error) {
	f, err := parse(text)
	if err != nil {
		return "", err
	}
	return f.claims.text("iss")
}

// Verify a token of an issuer. An error that Refused knows is about the token; another one means that the issuer's keys
// could not be read.
func (v *Verifier) Verify(ctx context.Context, from Issuer, text string) (Token, error) {
	f, err := parse(text)
	if err != nil {
		return Token{}, err
	}
	if issuer, err := f.claims.text("iss"); err != nil || issuer != from.URL {
		return Token{}, refusef("it is of the issuer %.200q, not of %s", issuer, from.URL)
	}
	keys, err := v.keysFor(ctx, from, f.keyID, f.algorithm)
	if err != nil {
		return Token{}, err
	}
	if !slices.ContainsFunc(keys, f.signedBy) {
		return Token{}, refusef("its signature is not that of the key %.100q of %s", f.keyID, from.URL)
	}
	return f.checked(from, v.now())
}

// checked is what a token says whose signature is the issuer's.
func (f form) checked(from Issuer, now time.Time) (Token, error) {
	audience, err := f.claims.only("aud")
	if err != nil {
		return Token{}, err
	}
	if audience != from.Audience {
		return Token{}, refusef("it is for the audience %.200q, not for %s", audience, from.Audience)
	}
	issued, err := f.claims.instant("iat")
	if err != nil {
		return Token{}, err
	}
	expires, err := f.claims.instant("exp")
	if err != nil {
		return Token{}, err
	}
	switch notBefore, err := f.claims.instant("nbf"); {
	case err != nil && f.claims["nbf"] != nil:
		return Token{}, err
	case err == nil && notBefore.After(now.Add(Skew)):
		return Token{}, refusef("it is not valid before %s", notBefore.Format(time.RFC3339))
	case issued.After(now.Add(Skew)):
		return Token{}, refusef("it was issued in the future, at %s", issued.Format(time.RFC3339))
	case !now.Before(expires):
		return Token{}, refusef("it expired at %s", expires.Format(time.RFC3339))
	case expires.Sub(issued) > MaxLife:
		return Token{}, refusef("it lives for %s; at most %s are taken", expires.Sub(issued), MaxLife)
	}
	return Token{Claims: f.claims.scalars(), ExpiresAt: expires, Fingerprint: f.fingerprint}, nil
}
