package identity

import (
	"io"
	"net/http"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/directory"
)

// Kind says how somebody is signed in.
type Kind string

// The kinds of sign-ins.
const (
	KindBrowser  Kind = "browser"  // a cookie holds the secret
	KindCLI      Kind = "cli"      // the command line holds it, begun by somebody who was signed in with a browser
	KindOperator Kind = "operator" // begun at the database, or by the demo
)

// SignInPrefix begins the id of every sign-in.
const SignInPrefix = "sin"

// CookieName is the cookie that holds the secret of a browser's sign-in. The prefix has browsers take it only from this
// very host, over TLS or loopback, for all its paths.
const CookieName = "__Host-team"

// BrowserCookie holds the secret of a browser's sign-in for as long as is left of it.
func BrowserCookie(secret string, left time.Duration) http.Cookie {
	return http.Cookie{
		Name: CookieName, Value: secret, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		MaxAge: max(1, int(left/time.Second)),
	}
}

// Lifetimes of sign-ins, where the configuration does not say otherwise.
const (
	DefaultIdleAfter      = time.Hour
	DefaultLongest        = 12 * time.Hour
	DefaultAccessLifetime = 15 * time.Minute
)

// SignIn is what is kept of somebody's being signed in.
type SignIn struct {
	ID          string // sin_…
	Hash        string // SHA-256 of the secret, in hex; a new one at each rotation
	SecretUntil time.Time
	UserID      string
	Kind        Kind
	Provider    string // by which they signed in; "operator" or "demo" for those that nobody signed in for
	Subject     string // what the provider calls them
	ParentID    string // sign-in of the browser that a command line's was begun with
	Proofs      []access.Proof
	StartedAt   time.Time
	LastSeenAt  time.Time // when it was used last; other replicas hear of it a minute later
	ExpiresAt   time.Time
	EndedAt     time.Time // zero: nobody ended it
	// IdleAfter ends it when it was not used for so long; 0: nothing does.
	IdleAfter time.Duration
	EndReason string
	Address   string // from where it was begun
	UserAgent string
	Version   int64
}

// Alive says whether the sign-in has neither ended, nor expired, nor been left alone for too long.
func (in SignIn) Alive(now time.Time) bool { return in.Over(now) == "" }

// Over says why the sign-in does not count any more at now, "" while it does.
func (in SignIn) Over(now time.Time) string {
	switch {
	case !in.EndedAt.IsZero():
		return in.EndReason
	case !now.Before(in.ExpiresAt):
		return EndExpired
	case in.IdleAfter > 0 && now.Sub(in.LastSeenAt) >= in.IdleAfter:
		return EndIdle
	}
	return ""
}

// Why a sign-in is over.
const (
	EndSignedOut     = "signed out"
	EndReplaced      = "signed in anew"
	EndByUser        = "ended by its user"
	EndByAdmin       = "ended by an administrator"
	EndByOperator    = "ended by an operator"
	EndRecovery      = "recovery mode"
	EndSecretReused  = "a secret of it was used twice"
	EndExpired       = "its lifetime was over"
	EndIdle          = "it was not used for too long"
	EndLinkReplaced  = "the identity it was begun with stands for somebody else now"
	maxUserAgent     = 300 // bytes that are kept of what a browser says of itself
	maxSubject       = 512 // bytes of what a provider may call somebody
	maxAttribute     = 320 // bytes of a name or e-mail address
	operatorProvider = "operator"
)

// Origin is where the request that begins a sign-in came from.
type Origin struct{ Address, UserAgent string }

// External is what a provider said about who signed in, verified by the package of its protocol.
type External struct {
	Provider string // its name in the configuration
	Subject  string // OpenID Connect's sub, or SAML's NameID
	// UserName, Email and ExternalID are what to find the user of IAM Identity Center by; "" where the provider does not say.
	UserName, Email, ExternalID string
	EmailVerified               bool
	// At is when they authenticated there (auth_time, AuthnInstant), or when the answer came where it does not say.
	At  time.Time
	ACR string
	AMR []string
	// Until bounds the sign-in (SessionNotOnOrAfter); zero: nothing does.
	Until time.Time
}

func (x External) proof() access.Proof {
	return access.Proof{Kind: access.ProofProvider, At: x.At.UTC(), Provider: x.Provider, ACR: x.ACR, AMR: x.AMR}
}

// SignIns begins, recognizes and ends sign-ins. Required are all fields but those with a default.
type SignIns struct {
	Store     Store
	Directory access.Directory
	Live      directory.Live
	Standings *Standings
	IDs       access.IDs
	Random    io.Reader // crypto/rand.Reader outside of tests
	Now       func() time.Time
	// Match says by what the users of each provider are found, by the provider's name.
	Match map[string]Match
	// IdleAfter and Longest bound browsers' sign-ins, Longest operators' as well. They default to DefaultIdleAfter and
	// DefaultLongest.
	IdleAfter, Longest time.Duration
	// CLILongest is how long a command line stays signed in, at most as long as the browser's sign-in. Defaults to that.
	CLILongest time.Duration
	// AccessLifetime is how long a command line's secret works before it is renewed. Defaults to DefaultAccessLifetime.
	AccessLifetime time.Duration
	// Uses remembers when sign-ins were used last. Without it nothing is known of that, and none of them is idle.
	Uses *Uses
	// Refusals bounds how many refused sign-ins are recorded. Optional: then none are.
	Refusals *Refusals
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d <= 0 {
		return otherwise
	}
	return d
}

func (s *SignIns) longest() time.Duration { return orDefault(s.Longest, DefaultLongest) }

func (s *SignIns) now() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }
