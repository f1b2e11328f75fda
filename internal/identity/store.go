package identity

import (
	"context"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/policy"
)

// Store keeps tokens, machine clients and sign-ins.
type Store interface {
	// Update runs f in one transaction, and again on a serialization failure; f only reads, decides and writes.
	Update(ctx context.Context, f func(context.Context, Tx) error) error
	// Token by hash; found is false when there is none.
	Token(ctx context.Context, hash string) (t Token, found bool, err error)
	Tokens(ctx context.Context, f TokenFilter) ([]Token, error)
	Machine(ctx context.Context, id string) (m Machine, found bool, err error)
	MachineByName(ctx context.Context, name string) (m Machine, found bool, err error)
	Machines(ctx context.Context, f MachineFilter) ([]Machine, error)
	// KeylessOf are the keyless ways of a machine client, the oldest first.
	KeylessOf(ctx context.Context, machineID string) ([]Keyless, error)
	// Keyless way by id.
	Keyless(ctx context.Context, id string) (k Keyless, found bool, err error)
	// UsedTokens notes when tokens, by their hash, were used last. It is no change of state, and has no event.
	UsedTokens(ctx context.Context, used map[string]time.Time) error
	SignInStore
}

// SignInStore keeps sign-ins, and whom the subjects of providers stand for.
type SignInStore interface {
	SignIn(ctx context.Context, id string) (in SignIn, found bool, err error)
	// SignInByHash of its secret.
	SignInByHash(ctx context.Context, hash string) (in SignIn, found bool, err error)
	SignIns(ctx context.Context, f SignInFilter) ([]SignIn, error)
	// SeenSignIns notes when sign-ins, by their id, were used last. It is no change of state, and has no event.
	SeenSignIns(ctx context.Context, seen map[string]time.Time) error
	// LinkOf a provider's subject: the one in force.
	LinkOf(ctx context.Context, provider, subject string) (l Link, found bool, err error)
	Links(ctx context.Context, f LinkFilter) ([]Link, error)
}

// Tx is what may be done in one transaction. Every change comes with the event that records it (P6).
type Tx interface {
	Machine(ctx context.Context, id string) (m Machine, found bool, err error)
	MachineByName(ctx context.Context, name string) (m Machine, found bool, err error)
	// PutMachine writes a machine client, a new one at version 0, others if they are still at the version they were read at.
	PutMachine(ctx context.Context, m Machine, e audit.Event) error
	KeylessOf(ctx context.Context, machineID string) ([]Keyless, error)
	AddKeyless(ctx context.Context, k Keyless, e audit.Event) error
	RemoveKeyless(ctx context.Context, id string, e audit.Event) error
	// UseIDToken remembers until its end, which is rounded up, that an ID token was used; fresh is false when it was before.
	UseIDToken(ctx context.Context, fingerprint, machineID string, until time.Time) (fresh bool, err error)
	// WorkingTokens of a user or machine client, the newest first.
	WorkingTokens(ctx context.Context, holder string, now time.Time) ([]Token, error)
	AddToken(ctx context.Context, t Token, e audit.Event) error
	// Picked are the tokens that a pick names and that are not revoked, the oldest first. Nothing picks nothing.
	Picked(ctx context.Context, p Pick) ([]Token, error)
	RevokeToken(ctx context.Context, t Token, at time.Time, e audit.Event) error
	SignInTx
	// PoliciesInForce at now, with the versions before while somebody is cooling.
	PoliciesInForce(ctx context.Context, now time.Time) (policy.Set, error)
}

// SignInTx is what may be done with sign-ins and links in one transaction.
type SignInTx interface {
	SignIn(ctx context.Context, id string) (in SignIn, found bool, err error)
	SignInByHash(ctx context.Context, hash string) (in SignIn, found bool, err error)
	// OpenSignIns of a user, "" for everybody's, that nobody ended and that have not expired at now, the oldest first.
	OpenSignIns(ctx context.Context, userID string, now time.Time) ([]SignIn, error)
	// PutSignIn writes a sign-in, a new one at version 0, others if they are still at the version they were read at.
	PutSignIn(ctx context.Context, in SignIn, e audit.Event) error
	// RenewSignIn is PutSignIn for a new secret in place of the last, which lets nobody do more or longer: it has no event.
	RenewSignIn(ctx context.Context, in SignIn) error
	Link(ctx context.Context, id string) (l Link, found bool, err error)
	// LinkOf a provider's subject, and LinkTo a user: the one in force.
	LinkOf(ctx context.Context, provider, subject string) (l Link, found bool, err error)
	LinkTo(ctx context.Context, provider, userID string) (l Link, found bool, err error)
	// OpenLink is the one of a subject to a user that waits or was refused.
	OpenLink(ctx context.Context, provider, subject, userID string) (l Link, found bool, err error)
	// PutLink writes a link, a new one at version 0, others if they are still at the version they were read at, together
	// with the change's events and alarms.
	PutLink(ctx context.Context, l Link, c access.Change) error
	// Record writes an event of something that changes nothing else.
	Record(ctx context.Context, e audit.Event) error
}

// SignInFilter picks sign-ins, the newest first; empty fields do not filter.
type SignInFilter struct {
	UserID string
	Kind   Kind
	Open   time.Time // only those that are not over at that instant
	After  string    // id of the sign-in after which to begin; "": from the newest
	Limit  int       // 0: all
}

// LinkFilter picks links, the newest first; empty fields do not filter.
type LinkFilter struct {
	State  LinkState
	UserID string
	After  string // id of the link after which to begin; "": from the newest
	Limit  int    // 0: all
}

// TokenFilter picks tokens, the newest first.
type TokenFilter struct {
	Holders []string  // user and machine ids; nil: everybody's
	Working time.Time // only those that work at that instant; zero: also revoked and expired ones
	After   string    // hash of the token after which to begin; "": from the newest
	Limit   int       // 0: all
}

// Pick names tokens: by the beginning of their hash, of one user or machine client, of one keyless way, or every one
// there is.
type Pick struct {
	HashPrefix string
	Holder     string
	KeylessID  string
	All        bool
}
