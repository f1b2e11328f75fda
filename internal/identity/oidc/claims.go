package oidc

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/team-idc/team/internal/identity/provider"
)

// verified is an ID token that go-oidc verified, with the claims it does not look at.
type verified struct {
	*oidc.IDToken

	claims claims
}

type claims struct {
	AuthorizedParty string   `json:"azp"`
	NotBefore       *instant `json:"nbf"`
	AuthTime        *instant `json:"auth_time"`
	ACR             string   `json:"acr"`
	AMR             words    `json:"amr"`
	EmailVerified   truth    `json:"email_verified"`

	all map[string]json.RawMessage
}

// UnmarshalJSON reads the claims that are looked at here, and keeps all.
func (c *claims) UnmarshalJSON(b []byte) error {
	type plain claims
	if err := json.Unmarshal(b, (*plain)(c)); err != nil {
		return fmt.Errorf("read claims: %w", err)
	}
	if err := json.Unmarshal(b, &c.all); err != nil {
		return fmt.Errorf("read claims: %w", err)
	}
	return nil
}

// maxClaim is the longest text that is taken from a claim. Subjects have at most 255 characters (OpenID Connect Core 1.0,
// section 2), names and e-mails in an identity store at most 128 and 256.
const maxClaim = 512

// check refuses a token without a subject, or with what would not be fit to be kept.
func (c claims) check() error {
	subject, err := c.text("sub")
	if err != nil {
		return err
	}
	if subject == "" || len(subject) > 255 {
		return provider.Refuse(provider.Invalid, "the ID token has no subject, or one of more than 255 characters")
	}
	if len(c.ACR) > maxClaim || len(c.AMR) > 20 || len(strings.Join(c.AMR, "")) > maxClaim {
		return provider.Refuse(provider.Invalid, "acr or amr of the ID token are too long")
	}
	return nil
}

// text of a claim; "" where there is none. Numbers and booleans are no names of anybody.
func (c claims) text(name string) (string, error) {
	raw, ok := c.all[name]
	if name == "" || !ok || string(raw) == "null" {
		return "", nil
	}
	var value string
	if err := json.Unmarshal(raw, &value); err != nil {
		return "", provider.Refuse(provider.Invalid, "the claim %s of the ID token is no text", name)
	}
	if len(value) > maxClaim || strings.ContainsFunc(value, unicode.IsControl) {
		return "", provider.Refuse(provider.Invalid, "the claim %s of the ID token is too long, or has control characters", name)
	}
	return value, nil
}

// instant is a NumericDate: seconds since 1970, perhaps with a fraction.
type instant float64

// Time is the instant in UTC, to the second.
func (i instant) Time() time.Time { return time.Unix(int64(i), 0).UTC() }

// words is a list of texts; some providers send one text.
type words []string

// UnmarshalJSON reads a list or one text.
func (w *words) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*w = words{one}
		return nil
	}
	var list []string
	if err := json.Unmarshal(b, &list); err != nil {
		return fmt.Errorf("read list of texts: %w", err)
	}
	*w = list
	return nil
}

// truth is a boolean; some providers (Amazon Cognito) send it as text.
type truth bool

// UnmarshalJSON reads true and "true" as true. Everything else is not.
func (t *truth) UnmarshalJSON(b []byte) error {
	*t = string(b) == "true" || string(b) == `"true"`
	return nil
}

func join(list []string) string { return strings.Join(list, " ") }
