// Package passkeytest is an authenticator in software, for tests: it makes passkeys and signs with them as a browser and a
// security key together do, and can be made to do it wrongly.
package passkeytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"slices"
	"testing"
)

// Flags of authenticator data.
const (
	UserPresent    = 0x01
	UserVerified   = 0x04
	BackupEligible = 0x08
	attested       = 0x40
)

// Authenticator holds passkeys for one browser.
type Authenticator struct {
	Origin string // as the browser says it
	RPID   string // whose hash it signs
	Flags  byte   // UserPresent and UserVerified, unless a test wants others
	// Counts: it counts how often it signed; else its counter stays 0, as that of passkeys that are synchronized.
	Counts bool

	t       *testing.T
	private *ecdsa.PrivateKey
	id      []byte
	user    []byte
	counter uint32
}

// New returns an authenticator of a browser that has this origin open.
func New(t *testing.T, origin, rpID string) *Authenticator {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 32)
	if _, err := rand.Read(id); err != nil {
		t.Fatal(err)
	}
	return &Authenticator{Origin: origin, RPID: rpID, Flags: UserPresent | UserVerified, Counts: true, t: t, private: private, id: id}
}

// Create answers options for making a passkey, as PublicKeyCredential.toJSON does.
func (a *Authenticator) Create(options []byte) []byte {
	a.t.Helper()
	var o struct {
		Challenge string
		User      struct{ ID string }
	}
	a.read(options, &o)
	var err error
	if a.user, err = base64.RawURLEncoding.DecodeString(o.User.ID); err != nil {
		a.t.Fatal(err)
	}
	data := a.data(a.Flags | attested)
	data = append(data, make([]byte, 16)...) // AAGUID
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.id)))
	data = append(append(data, a.id...), a.publicKey()...)
	object := slices.Concat([]byte{0xa3}, text("fmt"), text("none"), text("attStmt"), []byte{0xa0}, text("authData"), octets(data))
	return a.answer(map[string]any{
		"clientDataJSON": encode(a.client("webauthn.create", o.Challenge)), "attestationObject": encode(object), "transports": []string{"internal"},
	})
}

// Get answers options for using the passkey, as PublicKeyCredential.toJSON does.
func (a *Authenticator) Get(options []byte) []byte {
	a.t.Helper()
	var o struct{ Challenge string }
	a.read(options, &o)
	return a.Sign(o.Challenge, "webauthn.get")
}

// Sign answers a challenge for a ceremony.
func (a *Authenticator) Sign(challenge, ceremony string) []byte {
	a.t.Helper()
	if a.Counts {
		a.counter++
	}
	data, client := a.data(a.Flags), a.client(ceremony, challenge)
	of := sha256.Sum256(client)
	digest := sha256.Sum256(append(slices.Clone(data), of[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.private, digest[:])
	if err != nil {
		a.t.Fatal(err)
	}
	return a.answer(map[string]any{
		"clientDataJSON": encode(client), "authenticatorData": encode(data), "signature": encode(signature), "userHandle": encode(a.user),
	})
}

// Copy is a second authenticator with the same key, as whoever cloned it has.
func (a *Authenticator) Copy() *Authenticator {
	b := *a
	return &b
}

// WithID is the same authenticator under the id of another's passkey.
func (a *Authenticator) WithID(other *Authenticator) *Authenticator {
	b := *a
	b.id = other.id
	return &b
}

// WithUser is the same authenticator with another's user handle.
func (a *Authenticator) WithUser(id string) *Authenticator {
	b := *a
	b.user = []byte(id)
	return &b
}

func (a *Authenticator) data(flags byte) []byte {
	of := sha256.Sum256([]byte(a.RPID))
	return binary.BigEndian.AppendUint32(append(of[:], flags), a.counter)
}

func (a *Authenticator) client(ceremony, challenge string) []byte {
	b, err := json.Marshal(map[string]any{"type": ceremony, "challenge": challenge, "origin": a.Origin, "crossOrigin": false})
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

func (a *Authenticator) answer(response map[string]any) []byte {
	b, err := json.Marshal(map[string]any{
		"id": encode(a.id), "rawId": encode(a.id), "type": "public-key", "authenticatorAttachment": "platform",
		"clientExtensionResults": map[string]any{}, "response": response,
	})
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

func (a *Authenticator) read(options []byte, into any) {
	a.t.Helper()
	if err := json.Unmarshal(options, into); err != nil {
		a.t.Fatalf("read options: %v: %s", err, options)
	}
}

// publicKey in COSE form: EC2, ES256, P-256.
func (a *Authenticator) publicKey() []byte {
	point, err := a.private.PublicKey.Bytes() // 0x04, x, y
	if err != nil {
		a.t.Fatal(err)
	}
	return slices.Concat([]byte{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21}, octets(point[1:33]), []byte{0x22}, octets(point[33:]))
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// text and octets are CBOR strings.
func text(s string) []byte { return append(head(0x60, len(s)), s...) }

func octets(b []byte) []byte { return append(head(0x40, len(b)), b...) }

func head(major byte, n int) []byte {
	switch {
	case n < 24:
		return []byte{major | byte(n)}
	case n < 1<<8:
		return []byte{major | 24, byte(n)}
	default:
		return []byte{major | 25, byte(n >> 8), byte(n)}
	}
}
