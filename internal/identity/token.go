// Package identity says who calls: bearer tokens, and what somebody is at this moment by the directory and the
// settings. It keeps no secret: of a token only its SHA-256 is stored (P10).
package identity

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"time"

	"github.com/team-idc/team/internal/access"
)

// Prefix of every token, so that scanners for leaked secrets find them.
const Prefix = "team_"

const (
	secretBytes   = 32 // 256 bits: a token cannot be guessed, so a plain SHA-256 of it is enough to keep
	checksumBytes = 4
)

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// Token is what is kept of a bearer token.
type Token struct {
	Hash      string // SHA-256 of the whole token, in hex
	UserID    string // identity store user id of whom it stands for; "" for a machine client's
	MachineID string // id of the machine client it stands for; "" for a person's
	KeylessID string // the keyless way by which the machine client got it; "": somebody issued it
	Scopes    []access.Scope
	Label     string // what it is for, for people
	IssuedBy  string // user id; "": an operator at the machine, or the demo
	IssuedAt  time.Time
	ExpiresAt time.Time
	RevokedAt time.Time // zero: not revoked
	// LastUsedAt is coarse: to the minute or so. Zero: never, or not written yet.
	LastUsedAt time.Time
}

// Works says whether the token is neither revoked nor expired.
func (t Token) Works(now time.Time) bool { return t.RevokedAt.IsZero() && now.Before(t.ExpiresAt) }

// ID names a token in lists and events without telling anything that could be used.
func (t Token) ID() string { return "tok_" + t.Hash[:idDigits] }

const idDigits = 16

// HashPrefix of the token that an id names; ok is false for what is no id of a token.
func HashPrefix(id string) (prefix string, ok bool) {
	prefix, ok = strings.CutPrefix(id, "tok_")
	if !ok || len(prefix) != idDigits {
		return "", false
	}
	if _, err := hex.DecodeString(prefix); err != nil || strings.ToLower(prefix) != prefix {
		return "", false
	}
	return prefix, true
}

// generate makes a token's text from random bytes.
func generate(random io.Reader) (string, error) {
	b := make([]byte, secretBytes, secretBytes+checksumBytes)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", fmt.Errorf("make token: %w", err)
	}
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	return Prefix + strings.ToLower(encoding.EncodeToString(b)), nil
}

// WellFormed says whether text has the form and checksum of a token: what has not is refused without asking the
// database, and a token that was cut off or mistyped is told apart from one that is revoked.
func WellFormed(text string) bool {
	body, ok := strings.CutPrefix(text, Prefix)
	if !ok || strings.ToLower(body) != body {
		return false
	}
	b, err := encoding.DecodeString(strings.ToUpper(body))
	if err != nil || len(b) != secretBytes+checksumBytes || encoding.EncodeToString(b) != strings.ToUpper(body) {
		return false // the last compares the two bits that the text has more than the bytes
	}
	return binary.BigEndian.Uint32(b[secretBytes:]) == crc32.ChecksumIEEE(b[:secretBytes])
}

// hashOf is what is kept of a token.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
