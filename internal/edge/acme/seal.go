package acme

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
)

// seal encrypts what is kept in the database, where no secret stands in clear (P10).
type seal struct {
	aead   cipher.AEAD
	random io.Reader
}

// sealForm is the first byte of what is sealed: AES-256-GCM, nonce of 12 bytes.
const sealForm = 1

// leastSecret bytes of a secret are taken for random enough.
const leastSecret = 32

func newSeal(secret []byte, random io.Reader) (*seal, error) {
	if len(secret) < leastSecret {
		return nil, fmt.Errorf("the key has %d bytes; it must have at least %d random ones (openssl rand -base64 32)", len(secret), leastSecret)
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "TEAM: what ACME keeps in the database", 32)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	return &seal{aead, random}, nil
}

// close encrypts; the name is bound to the content, so that one file cannot be put in another's place.
func (s *seal) close(name string, content []byte) ([]byte, error) {
	out := make([]byte, 1+s.aead.NonceSize(), 1+s.aead.NonceSize()+len(content)+s.aead.Overhead())
	out[0] = sealForm
	if _, err := io.ReadFull(s.random, out[1:]); err != nil {
		return nil, fmt.Errorf("make nonce: %w", err)
	}
	return s.aead.Seal(out, out[1:1+s.aead.NonceSize()], content, []byte(name)), nil //nolint:gosec // the nonce was just read from the random source
}

var errSealed = errors.New("it was encrypted with another key than tls.acme.key_file has, or was changed")

func (s *seal) open(name string, sealed []byte) ([]byte, error) {
	if len(sealed) < 1+s.aead.NonceSize() || sealed[0] != sealForm {
		return nil, errSealed
	}
	nonce, rest := sealed[1:1+s.aead.NonceSize()], sealed[1+s.aead.NonceSize():]
	content, err := s.aead.Open(nil, nonce, rest, []byte(name))
	if err != nil {
		return nil, errSealed
	}
	return content, nil
}
