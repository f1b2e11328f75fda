package idp

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"fmt"
	"io"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// algorithm signs the tokens.
const algorithm = jose.ES256

// key signs tokens, or did so before it was rotated.
type key struct {
	id      string
	private *ecdsa.PrivateKey
}

func newKey(random io.Reader) (key, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), random)
	if err != nil {
		return key{}, fmt.Errorf("make signing key: %w", err)
	}
	id, err := newSecret(random)
	return key{id: id[:8], private: private}, err
}

// signing is the key as that which signs.
type signing struct{ key }

func (k signing) SignatureAlgorithm() jose.SignatureAlgorithm { return algorithm }
func (k signing) Key() any                                    { return k.private }
func (k signing) ID() string                                  { return k.id }

// published is the key's public half, in the list of keys.
type published struct{ key }

func (k published) ID() string                         { return k.id }
func (k published) Algorithm() jose.SignatureAlgorithm { return algorithm }
func (k published) Use() string                        { return "sig" }
func (k published) Key() any                           { return &k.private.PublicKey }

// RotateKeys signs with a new key from now on. Earlier ones stay in the list of keys, unless they are forgotten: then
// tokens they signed can be verified no more.
func (p *Provider) RotateKeys(forgetEarlier bool) error {
	k, err := newKey(p.config.Random)
	if err != nil {
		return err
	}
	s := p.state
	s.mu.Lock()
	defer s.mu.Unlock()
	if forgetEarlier {
		s.keys = nil
	}
	s.keys = append([]key{k}, s.keys...)
	return nil
}

// signingKey is the newest key, or one that nobody can find, where that trouble is made.
func (s *state) signingKey() op.SigningKey {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.trouble.UnpublishedKey {
		return signing{s.unpublished}
	}
	return signing{s.keys[0]}
}

func (s *state) publishedKeys() []op.Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []op.Key
	for _, k := range s.keys {
		out = append(out, published{k})
	}
	return out
}
