package identity

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/team-idc/team/internal/directory"
)

// Match says by what somebody who signed in at a provider is found among the users of IAM Identity Center.
type Match string

// The ways to find a user. The external id is the best where the provider provisions IAM Identity Center: it does not
// change, and is not given to somebody else later. Names and e-mail addresses can be.
const (
	MatchExternalID Match = "external_id"
	MatchUserName   Match = "user_name"
	MatchEmail      Match = "email"
)

// Matches are all of them.
func Matches() []Match { return []Match{MatchExternalID, MatchUserName, MatchEmail} }

// value of what the provider said that users are found by, and of a user.
func (m Match) value(x External) string {
	switch m {
	case MatchExternalID:
		return x.ExternalID
	case MatchUserName:
		return x.UserName
	case MatchEmail:
		return x.Email
	}
	return ""
}

func (m Match) of(u directory.User) string {
	switch m {
	case MatchExternalID:
		return u.ExternalID
	case MatchUserName:
		return u.UserName
	case MatchEmail:
		return u.Email
	}
	return ""
}

// fits says whether a user is whom a value names. IAM Identity Center takes names and addresses that differ in the case
// of letters for the same. Only ASCII letters are folded: with Unicode's rules the Kelvin sign would be a k, and somebody
// who may choose their name at the provider could be somebody else here.
func (m Match) fits(u directory.User, value string) bool {
	of := m.of(u)
	if of == "" || value == "" {
		return false
	}
	if m == MatchExternalID {
		return of == value
	}
	return lowerASCII(of) == lowerASCII(value)
}

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// named finds the one user whom a provider's answer names, by the directory.
func (m Match) named(dir *directory.Snapshot, x External) (directory.User, error) {
	value := m.value(x)
	switch {
	case value == "":
		return directory.User{}, fmt.Errorf("the provider says no %s", m)
	case m == MatchEmail && !x.EmailVerified:
		return directory.User{}, errors.New("the provider does not say that the e-mail address is verified")
	}
	var found []directory.User
	for _, u := range dir.Users() {
		if m.fits(u, value) {
			found = append(found, u)
		}
	}
	switch len(found) {
	case 0:
		return directory.User{}, fmt.Errorf("no user of IAM Identity Center has the %s %q", m, value)
	case 1:
		return found[0], nil
	default:
		return directory.User{}, fmt.Errorf("%d users of IAM Identity Center have the %s %q, %s and %s among them",
			len(found), m, value, found[0].ID, found[1].ID)
	}
}

// wellFormed refuses an answer that no honest provider gives, so that what is kept and shown of it is bounded.
func (x External) wellFormed() error {
	for _, part := range []struct {
		what, text string
		most       int
	}{
		{"subject", x.Subject, maxSubject},
		{"user name", x.UserName, maxAttribute},
		{"e-mail address", x.Email, maxAttribute},
		{"external id", x.ExternalID, maxSubject},
	} {
		if len(part.text) > part.most || strings.ContainsFunc(part.text, unicode.IsControl) {
			return fmt.Errorf("the provider's %s is longer than %d bytes or has control characters", part.what, part.most)
		}
	}
	switch {
	case x.Subject == "":
		return errors.New("the provider names no subject")
	case x.At.IsZero():
		return errors.New("when somebody authenticated at the provider is not known")
	}
	return nil
}
