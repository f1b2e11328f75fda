package idtoken

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// How long keys serve, and how often they are read. Issuers put a new key out before they sign with it, and take one
// that was lost away: both must be seen soon, and nobody who sends tokens may make TEAM read them as often as they like.
const (
	// keysFresh is how long keys serve without being read anew.
	keysFresh = 10 * time.Minute
	// keysLast is how long they serve while they cannot be read.
	keysLast = time.Hour
	// unknownKeyPause is the time between two readings because of tokens that name a key nobody knows.
	unknownKeyPause = 30 * time.Second
	// failurePause is the time between two readings after one that failed.
	failurePause = 5 * time.Second
)

const (
	maxKeys    = 100
	minRSABits = 2048
)

// Verifier verifies tokens. It is safe for concurrent use.
type Verifier struct {
	fetcher fetcher
	now     func() time.Time

	mu   sync.Mutex
	sets map[Issuer]*keySet
}

// Config of a Verifier.
type Config struct {
	Now func() time.Time
	// Networks in which issuers may be, beside the public internet: those of Kubernetes clusters mostly are in private ones.
	Networks []netip.Prefix
}

// NewVerifier that has read no keys yet.
func NewVerifier(c Config) *Verifier {
	return &Verifier{fetcher: newFetcher(c.Networks), now: c.Now, sets: map[Issuer]*keySet{}}
}

// keySet are the keys of one issuer, as last read.
type keySet struct {
	// turn is held by whoever looks, so that keys are read once for all who wait.
	turn    chan struct{}
	keys    []jose.JSONWebKey
	readAt  time.Time // zero: never
	triedAt time.Time
}

// keysFor are the keys of an issuer that may have made a signature: those with the id that the token names, or the only
// one there is.
func (v *Verifier) keysFor(ctx context.Context, from Issuer, id string, algorithm jose.SignatureAlgorithm) ([]jose.JSONWebKey, error) {
	s := v.set(from)
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	now := v.now()
	known := s.named(id, algorithm)
	fresh := !s.readAt.IsZero() && now.Sub(s.readAt) < keysFresh
	switch {
	case fresh && len(known) > 0:
		return known, nil
	case fresh && now.Sub(s.triedAt) < unknownKeyPause:
		return nil, unknownKey(id, from)
	case !fresh && !s.triedAt.IsZero() && now.Sub(s.triedAt) < failurePause:
		return s.lasting(known, now, id, from, errors.New("reading them failed a moment ago"))
	}
	s.triedAt = now
	// Whoever waits behind wants the keys as well: that this caller leaves is no reason to stop reading.
	keys, err := v.fetcher.keys(context.WithoutCancel(ctx), from)
	if err != nil {
		return s.lasting(known, now, id, from, err)
	}
	s.keys, s.readAt = keys, now
	if known = s.named(id, algorithm); len(known) == 0 {
		return nil, unknownKey(id, from)
	}
	return known, nil
}

func unknownKey(id string, from Issuer) error {
	return refusef("%s has no key %.100q that fits", from.URL, id)
}

// lasting are the keys that are known while they cannot be read anew.
func (s *keySet) lasting(known []jose.JSONWebKey, now time.Time, id string, from Issuer, cause error) ([]jose.JSONWebKey, error) {
	switch {
	case s.readAt.IsZero() || now.Sub(s.readAt) >= keysLast:
		return nil, fmt.Errorf("read keys of %s: %w", from.URL, cause)
	case len(known) == 0:
		return nil, unknownKey(id, from)
	}
	return known, nil
}

func (v *Verifier) set(from Issuer) *keySet {
	from.Audience = "" // has its keys with others in common
	v.mu.Lock()
	defer v.mu.Unlock()
	s := v.sets[from]
	if s == nil {
		s = &keySet{turn: make(chan struct{}, 1)}
		v.sets[from] = s
	}
	return s
}

// named are the keys with an id that can make signatures of an algorithm. Without an id it must be clear which is meant.
func (s *keySet) named(id string, algorithm jose.SignatureAlgorithm) []jose.JSONWebKey {
	var found []jose.JSONWebKey
	for _, k := range s.keys {
		if (id == "" || k.KeyID == id) && fits(k, algorithm) {
			found = append(found, k)
		}
	}
	if id == "" && len(found) > 1 {
		return nil
	}
	return found
}

// fits says whether a key makes signatures of an algorithm: a token cannot choose another one for it.
func fits(k jose.JSONWebKey, algorithm jose.SignatureAlgorithm) bool {
	if k.Algorithm != "" && k.Algorithm != string(algorithm) {
		return false
	}
	var possible []jose.SignatureAlgorithm
	switch key := k.Key.(type) {
	case *rsa.PublicKey:
		possible = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512}
	case *ecdsa.PublicKey:
		switch key.Curve {
		case elliptic.P256():
			possible = []jose.SignatureAlgorithm{jose.ES256}
		case elliptic.P384():
			possible = []jose.SignatureAlgorithm{jose.ES384}
		case elliptic.P521():
			possible = []jose.SignatureAlgorithm{jose.ES512}
		}
	case ed25519.PublicKey:
		possible = []jose.SignatureAlgorithm{jose.EdDSA}
	}
	return slices.Contains(possible, algorithm)
}

// parseKeys reads a JSON Web Key Set. Keys that cannot be used, or are of a kind that is not known, are left out: an
// issuer may have them for others.
func parseKeys(text []byte) ([]jose.JSONWebKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, fmt.Errorf("it is no key set: %w", err)
	}
	var keys []jose.JSONWebKey
	for _, raw := range set.Keys[:min(len(set.Keys), maxKeys)] {
		var k jose.JSONWebKey
		if json.Unmarshal(raw, &k) == nil && usable(k) {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("there is no key in it that can verify signatures")
	}
	return keys, nil
}

func usable(k jose.JSONWebKey) bool {
	if !k.Valid() || !k.IsPublic() || (k.Use != "" && k.Use != "sig") {
		return false
	}
	switch key := k.Key.(type) {
	case *rsa.PublicKey:
		return key.N.BitLen() >= minRSABits
	case *ecdsa.PublicKey, ed25519.PublicKey:
		return true
	}
	return false
}
