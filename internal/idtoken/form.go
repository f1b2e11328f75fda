package idtoken

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// form is a token taken apart, with nothing verified.
type form struct {
	signed      *jose.JSONWebSignature
	keyID       string // "": it names none
	algorithm   jose.SignatureAlgorithm
	claims      members
	fingerprint string
}

// parse takes a token apart. There is one way only to write each token: a signature covers what is encoded, not the
// letters that encode it, and a second spelling of a used token would pass for another one.
func parse(text string) (form, error) {
	if len(text) > MaxSize {
		return form{}, refusef("it has %d bytes; at most %d are read", len(text), MaxSize)
	}
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return form{}, refusef("it has not the form of a signed JSON Web Token")
	}
	decoded := make([][]byte, len(parts))
	for i, part := range parts {
		b, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil || base64.RawURLEncoding.EncodeToString(b) != part {
			return form{}, refusef("it is not encoded as a JSON Web Token is")
		}
		decoded[i] = b
	}
	header, err := object(decoded[0])
	if err != nil {
		return form{}, refusef("its header cannot be read: %v", err)
	}
	f := form{fingerprint: fingerprint(parts[0], parts[1])}
	if err := f.readHeader(header); err != nil {
		return form{}, err
	}
	if f.claims, err = object(decoded[1]); err != nil {
		return form{}, refusef("its claims cannot be read: %v", err)
	}
	if f.signed, err = jose.ParseSignedCompact(text, algorithms); err != nil {
		return form{}, refusef("it cannot be read: %v", err)
	}
	return f, nil
}

// fingerprint of what was signed. The signature is left out: of some algorithms there are several for one text.
func fingerprint(header, claims string) string {
	sum := sha256.Sum256([]byte(header + "." + claims))
	return hex.EncodeToString(sum[:])
}

func (f *form) readHeader(h members) error {
	algorithm, err := h.text("alg")
	f.algorithm = jose.SignatureAlgorithm(algorithm)
	if err != nil || !slices.Contains(algorithms, f.algorithm) {
		return refusef("the algorithm %.40q is not taken", algorithm)
	}
	// Other kinds of tokens of the same issuer, as those of a sign-out, say what they are.
	if h["typ"] != nil {
		if typ, err := h.text("typ"); err != nil || !strings.EqualFold(typ, "JWT") {
			return refusef("it is of the type %.40q, not JWT", typ)
		}
	}
	if h["crit"] != nil {
		return refusef("it demands extensions that are not known here")
	}
	if h["kid"] != nil {
		if f.keyID, err = h.text("kid"); err != nil {
			return err
		}
	}
	return nil
}

func (f form) signedBy(key jose.JSONWebKey) bool {
	_, err := f.signed.Verify(key.Key)
	return err == nil
}

// members of a JSON object, by their exact names: encoding/json would take "ISS" for iss.
type members map[string]json.RawMessage

var errTwice = errors.New("a name comes twice")

// object reads a JSON object and nothing after it. A name that comes twice could mean one thing to the issuer and
// another one here.
func object(text []byte) (members, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if begin, err := d.Token(); err != nil || begin != json.Delim('{') {
		return nil, errors.New("it is no JSON object")
	}
	m := members{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err //nolint:wrapcheck // the caller says what could not be read
		}
		key, ok := name.(string)
		if !ok {
			return nil, errors.New("a name is no text")
		}
		if _, twice := m[key]; twice {
			return nil, errTwice
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err //nolint:wrapcheck // as above
		}
		m[key] = value
	}
	if _, err := d.Token(); err != nil {
		return nil, err //nolint:wrapcheck // as above
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something comes after it")
	}
	return m, nil
}

// text is a member that must be a text.
func (m members) text(name string) (string, error) {
	var s string
	if raw := m[name]; len(raw) == 0 || raw[0] != '"' || json.Unmarshal(raw, &s) != nil {
		return "", refusef("its %s is no text", name)
	}
	return s, nil
}

// only is a member that is a text, or a list of just one: a token for several audiences could be passed on by another
// of them.
func (m members) only(name string) (string, error) {
	raw := m[name]
	if len(raw) > 0 && raw[0] == '[' {
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil || len(list) != 1 {
			return "", refusef("its %s is not exactly one", name)
		}
		return members{name: list[0]}.text(name)
	}
	return m.text(name)
}

// instant is a member that counts seconds since 1970.
func (m members) instant(name string) (time.Time, error) {
	const latest = 1 << 40 // seconds; some 35,000 years
	seconds, err := strconv.ParseFloat(string(m[name]), 64)
	if err != nil || math.IsNaN(seconds) || seconds < 0 || seconds > latest {
		return time.Time{}, refusef("its %s is no instant", name)
	}
	return time.Unix(int64(seconds), 0).UTC(), nil
}

// scalars are the members that are one value.
func (m members) scalars() map[string]string {
	out := map[string]string{}
	for name, raw := range m {
		switch raw[0] {
		case '"':
			if s, err := m.text(name); err == nil {
				out[name] = s
			}
		case '{', '[', 'n': // an object, a list, null
		default:
			out[name] = string(raw)
		}
	}
	return out
}
