package identity

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
)

// How long what the command line signs in with lives. A code is worth something only on its way from the browser to the
// program that waits for it; a device code while somebody walks to another machine.
const (
	CodeLifetime   = time.Minute
	DeviceLifetime = 10 * time.Minute
	// DeviceInterval is how often a program may ask whether its device code was allowed, SlowerBy what each call that
	// comes sooner adds (RFC 8628, section 3.5).
	DeviceInterval = 5 * time.Second
	SlowerBy       = 5 * time.Second
)

// What strangers may leave in the database, and how often people may mistype. The user codes that wait are at most
// mostDevices of 20^8, and all people together have mostGuesses wrong ones in DeviceLifetime: a guess that hits is one in
// two hundred thousand such spans, and gives the program of somebody else the rights of whoever guessed.
const (
	mostDevices          = 1000
	mostDevicesOfAddress = 20
	mostGuesses          = 120
	mostGuessesOfUser    = 10
)

// Grants let the command line sign in: somebody who is signed in with a browser allows it, and it gets a sign-in of its
// own (RFC 6749, 7636, 8252 and 8628). Of codes and tokens only the SHA-256 is kept, each works once, and one that comes
// a second time ends what came of it, since one of the two who had it should not.
type Grants struct {
	Store   GrantStore
	SignIns *SignIns
	Random  io.Reader // crypto/rand.Reader outside of tests
	Now     func() time.Time

	mu       sync.Mutex
	forgetAt time.Time // when to look again for what can be forgotten
}

// GrantStore keeps grants.
type GrantStore interface {
	// UpdateGrants runs f in one transaction, and again on a serialization failure; f only reads, decides and writes.
	UpdateGrants(ctx context.Context, f func(context.Context, GrantTx) error) error
	// ForgetGrants deletes some of those that expired before an instant; more says that there may be others.
	ForgetGrants(ctx context.Context, before time.Time) (more bool, err error)
}

// GrantTx is what may be done to grants, and to sign-ins with them, in one transaction. What changes who may do what has
// its event (P6); counting and refreshing changes that for nobody.
type GrantTx interface {
	Tx

	Code(ctx context.Context, hash string) (c Code, found bool, err error)
	AddCode(ctx context.Context, c Code, e audit.Event) error
	// UseCode marks a code as used, and what came of it; "" for nothing. It fails when it was used before.
	UseCode(ctx context.Context, hash, signInID string, at time.Time) error

	Device(ctx context.Context, hash string) (d DeviceCode, found bool, err error)
	DeviceByUserCode(ctx context.Context, userCodeHash string) (d DeviceCode, found bool, err error)
	AddDevice(ctx context.Context, d DeviceCode) error
	// MoveDevice writes a device code that was in a state before; it fails when it is in another one now.
	MoveDevice(ctx context.Context, from DeviceState, d DeviceCode) error
	// WaitingDevices gives the address of each that nobody decided on.
	WaitingDevices(ctx context.Context, now time.Time) (addresses []string, err error)
	// Guesses counts the wrong user codes since an instant, of a user and of all; AddGuess adds one.
	Guesses(ctx context.Context, userID string, since time.Time) (ofUser, all int, err error)
	AddGuess(ctx context.Context, userID string, at time.Time) error

	Refresh(ctx context.Context, hash string) (r RefreshToken, found bool, err error)
	AddRefresh(ctx context.Context, r RefreshToken) error
	// UseRefresh marks a refresh token as used. It fails when it was used before.
	UseRefresh(ctx context.Context, hash string, at time.Time) error
}

// Code is an authorization code: what a browser carries to the program that asked.
type Code struct {
	Hash        string
	ParentID    string // the browser's sign-in in which it was allowed
	UserID      string
	Challenge   string // of the verifier that only the program knows, by S256
	RedirectURI string
	Host        string // the machine, as the program calls it
	IssuedAt    time.Time
	ExpiresAt   time.Time
	UsedAt      time.Time // zero: not used
	SignInID    string    // what came of it
}

// DeviceState is how a device code stands.
type DeviceState string

// The states of a device code. An expired one stays where it was.
const (
	DeviceWaiting DeviceState = "waiting"
	DeviceAllowed DeviceState = "allowed"
	DeviceRefused DeviceState = "refused"
	DeviceUsed    DeviceState = "used"
)

// DeviceCode is what a program without a browser waits with, while somebody enters its user code elsewhere.
type DeviceCode struct {
	Hash         string
	UserCodeHash string
	State        DeviceState
	Host         string // the machine, as the program calls it
	Address      string // from which the program asked
	UserAgent    string
	ParentID     string // the browser's sign-in in which it was decided
	UserID       string // who decided
	Interval     time.Duration
	PolledAt     time.Time
	IssuedAt     time.Time
	ExpiresAt    time.Time
	SignInID     string // what came of it
}

// RefreshToken gets a new access token, once, and its successor.
type RefreshToken struct {
	Hash      string
	SignInID  string
	IssuedAt  time.Time
	ExpiresAt time.Time // as the sign-in does
	UsedAt    time.Time // zero: not used
}

// CLITokens are what the command line gets. The texts are kept nowhere.
type CLITokens struct {
	Access, Refresh string
	AccessExpiresAt time.Time
	SignIn          SignIn
}

// GrantError is a refusal, as OAuth has it. Description is for whoever asked and tells nothing that they must not know;
// Reason is for the log.
type GrantError struct {
	Code        string // of RFC 6749, section 5.2, or RFC 8628, section 3.5
	Description string
	Reason      string
	RetryAfter  time.Duration // 0: does not say
}

// Error is the code and the reason.
func (e *GrantError) Error() string { return e.Code + ": " + e.Reason }

// Codes of a GrantError.
const (
	GrantInvalid  = "invalid_grant"
	GrantPending  = "authorization_pending"
	GrantSlowDown = "slow_down"
	GrantDenied   = "access_denied"
	GrantExpired  = "expired_token"
	GrantBusy     = "temporarily_unavailable"
)

func refusedGrant(code, description, reason string) *GrantError {
	return &GrantError{Code: code, Description: description, Reason: reason}
}

// settled runs f in a transaction that commits although f refuses: what the refusal itself changes must stay.
func (g *Grants) settled(ctx context.Context, what string, f func(context.Context, GrantTx, time.Time) (*GrantError, error)) error {
	var refused *GrantError
	err := g.Store.UpdateGrants(ctx, func(ctx context.Context, tx GrantTx) (err error) {
		refused, err = f(ctx, tx, g.Now().UTC().Truncate(time.Microsecond))
		return err
	})
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", what, err)
	case refused != nil:
		return refused
	}
	return nil
}

// secret makes one, and what is kept of it.
func (g *Grants) secret() (text, hash string, err error) {
	if text, err = generate(g.Random); err != nil {
		return "", "", err
	}
	return text, hashOf(text), nil
}

// begin begins a sign-in of the command line for whoever allowed it with a browser, and gives it its tokens. It refuses
// when that sign-in is over: who signs out at once after allowing has changed their mind.
func (g *Grants) begin(ctx context.Context, tx GrantTx, parentID string, from Origin, here bool, now time.Time) (CLITokens, *GrantError, error) {
	in, token, err := g.SignIns.BeginCLIWithin(ctx, tx, parentID, from, here)
	if access.CodeOf(err) == access.CodeConflict {
		return CLITokens{}, refusedGrant(GrantInvalid, "the sign-in in the browser is over; sign in again", "browser's sign-in "+parentID+" is over"), nil
	}
	if err != nil {
		return CLITokens{}, nil, err
	}
	refresh, err := g.addRefresh(ctx, tx, in, now)
	return CLITokens{Access: token, Refresh: refresh, AccessExpiresAt: in.SecretUntil, SignIn: in}, nil, err
}

func (g *Grants) addRefresh(ctx context.Context, tx GrantTx, in SignIn, now time.Time) (string, error) {
	text, hash, err := g.secret()
	if err != nil {
		return "", err
	}
	return text, tx.AddRefresh(ctx, RefreshToken{Hash: hash, SignInID: in.ID, IssuedAt: now, ExpiresAt: in.ExpiresAt})
}

// endReused ends the sign-in that came of something that was shown twice.
func (g *Grants) endReused(ctx context.Context, tx GrantTx, signInID string, now time.Time) error {
	if signInID == "" {
		return nil
	}
	in, found, err := tx.SignIn(ctx, signInID)
	if err != nil || !found || !in.EndedAt.IsZero() {
		return err
	}
	return end(ctx, tx, in, audit.Actor{Kind: audit.System, ID: "sign-in"}, EndSecretReused, now)
}

// forgottenAfter is how long a grant is kept after its time, so that one that comes again is known.
const forgottenAfter = time.Hour

// ForgetStep forgets grants whose time is long over. It is a step of a due runner.
func (g *Grants) ForgetStep(ctx context.Context) (did bool, next time.Time, err error) {
	now := g.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	if now.Before(g.forgetAt) {
		return false, g.forgetAt, nil
	}
	more, err := g.Store.ForgetGrants(ctx, now.Add(-forgottenAfter))
	if err != nil {
		return false, time.Time{}, fmt.Errorf("forget grants: %w", err)
	}
	if more {
		return true, now, nil
	}
	g.forgetAt = now.Add(forgottenAfter)
	return false, g.forgetAt, nil
}

const mostHost = 60

// CleanHost is the name a program gives its machine, fit to be shown: short, and without what could pretend to be
// something else.
func CleanHost(name string) string {
	name = strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII || !unicode.IsPrint(r) || strings.ContainsRune(`<>"'&`, r) {
			return -1
		}
		return r
	}, name)
	return strings.TrimSpace(name[:min(len(name), mostHost)])
}
