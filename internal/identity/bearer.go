package identity

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/directory"
)

// ErrNobody is returned for a secret that stands for nobody: unknown, expired, revoked, ended, mistyped, of a user who is
// not enabled, or of a machine client that is disabled or whose owner is not enabled. Callers are told no more than that.
var ErrNobody = errors.New("the token stands for nobody")

// Strength of people who authenticated by a bearer token.
const Strength = "token"

// Bearer tells who sends a secret, and what they are at this moment: a secret carries no rights, so that whoever is
// disabled or leaves a group loses what came of it within a minute.
type Bearer struct {
	Store     Store
	Directory access.Directory
	Standings *Standings
	// SignIns recognizes the secrets of sign-ins: those of the command line and of operators in the header, those of
	// browsers in the cookie. Without it only tokens are known.
	SignIns *SignIns
	Now     func() time.Time
	// Uses remembers when tokens were used last. Optional.
	Uses *Uses
}

// Authenticate finds out who holds the secret in an Authorization header: a token, or that of a command line's or an
// operator's sign-in. It fails with ErrNobody when nobody does, and otherwise only when the database cannot be read. When
// AWS or the policies cannot, the caller has no role in TEAM (P9), but still ends their own access, or what they approved
// (P7).
func (b *Bearer) Authenticate(ctx context.Context, text string) (access.Actor, error) {
	if !WellFormed(text) {
		return access.Actor{}, ErrNobody
	}
	hash := hashOf(text)
	t, found, err := b.Store.Token(ctx, hash)
	if err != nil {
		return access.Actor{}, fmt.Errorf("authenticate: %w", err)
	}
	if !found && b.SignIns != nil {
		who, in, err := b.SignIns.Authenticate(ctx, text)
		if err == nil && in.Kind == KindBrowser {
			err = ErrNobody // a cookie's secret in a header is a stolen one
		}
		if err != nil {
			return access.Actor{}, err
		}
		return who, nil
	}
	now := b.Now()
	// The row was found by its hash; comparing again in constant time keeps a collation that thinks otherwise of
	// equality from letting anybody in.
	same := subtle.ConstantTimeCompare([]byte(t.Hash), []byte(hash)) == 1
	if !found || !same || !t.Works(now) {
		return access.Actor{}, ErrNobody
	}
	var who access.Actor
	if t.MachineID != "" {
		who, err = b.machine(ctx, t)
	} else {
		who, err = b.person(ctx, t)
	}
	if err != nil {
		return access.Actor{}, err
	}
	b.Uses.note(t, now)
	return who, nil
}

// AuthenticateBrowser finds out who holds the secret in the cookie.
func (b *Bearer) AuthenticateBrowser(ctx context.Context, secret string) (access.Actor, error) {
	if b.SignIns == nil {
		return access.Actor{}, ErrNobody
	}
	who, _, err := b.SignIns.Browser(ctx, secret)
	return who, err
}

func (b *Bearer) person(ctx context.Context, t Token) (access.Actor, error) {
	standing, err := b.Standings.Of(ctx, t.UserID)
	if err != nil {
		return access.Actor{}, err
	}
	return access.Actor{
		Kind: audit.Person, UserID: t.UserID, Name: standing.User.UserName, Strength: Strength, Until: t.ExpiresAt,
		// Tokens of before may have scopes that people's tokens cannot have any more.
		Scopes:        access.CommonScopes(t.Scopes, access.PersonalScopes()),
		Administrator: standing.Administrator, Auditor: standing.Auditor, Unconfirmed: !standing.Confirmed,
	}, nil
}

// machine is the machine client a token stands for: nobody while it is disabled, or its owner is not an enabled user. It
// has the scopes of the token that it still has itself.
func (b *Bearer) machine(ctx context.Context, t Token) (access.Actor, error) {
	m, found, err := b.Store.Machine(ctx, t.MachineID)
	if err != nil {
		return access.Actor{}, fmt.Errorf("authenticate: %w", err)
	}
	if !found || !m.DisabledAt.IsZero() {
		return access.Actor{}, ErrNobody
	}
	owner, err := b.Standings.Of(ctx, m.OwnerID)
	if err != nil {
		return access.Actor{}, err
	}
	dir, err := b.Directory.Snapshot(ctx)
	if err != nil {
		return access.Actor{}, fmt.Errorf("authenticate: %w", err)
	}
	if t.KeylessID != "" {
		if err := b.stillTrusted(ctx, t, m, dir); err != nil {
			return access.Actor{}, err
		}
	}
	who := access.Actor{
		Kind: audit.Machine, MachineID: m.ID, OwnerID: m.OwnerID, IssuerID: t.IssuedBy, Name: m.Name, Strength: Strength,
		Scopes: access.CommonScopes(t.Scopes, m.Scopes), Until: t.ExpiresAt, Unconfirmed: !owner.Confirmed,
	}
	who.Proposer = owner.Administrator && proposes(who, dir)
	return who, nil
}

// stillTrusted refuses a token that came by an ID token of an issuer that the settings trust no more. Where the policies
// cannot be read it works until it expires, in minutes: enough to end what it asked for (P7), and for nothing that needs
// them.
func (b *Bearer) stillTrusted(ctx context.Context, t Token, m Machine, dir *directory.Snapshot) error {
	now := b.Now()
	way, found, err := b.Store.Keyless(ctx, t.KeylessID)
	if err != nil {
		return fmt.Errorf("authenticate: %w", err)
	}
	if !found {
		return ErrNobody
	}
	set, err := b.Standings.Policies.InForce(ctx, now)
	if err != nil {
		return nil //nolint:nilerr // as said above
	}
	if _, ok := access.TrustedIssuer(set, dir, way.Issuer, []string{m.OwnerID, way.CreatedBy}, now); !ok {
		return ErrNobody
	}
	return nil
}

// proposes says whether what a machine client proposes is its owner's word alone. The owner is the author of what it
// proposes, and another administrator agrees (P11). Whoever issued its token may hold a copy and could be that other one:
// then one person would be both.
func proposes(who access.Actor, dir *directory.Snapshot) bool {
	own := who.IssuerID == "" || dir.SamePerson(who.IssuerID, who.OwnerID)
	return own && (who.May(access.ScopePolicies) || who.May(access.ScopeSettings))
}
