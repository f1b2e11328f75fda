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
	"github.com/team-idc/team/internal/policy"
)

// ErrNobody is returned for a token that stands for nobody: unknown, expired, revoked, mistyped, of a user who is not
// enabled, or of a machine client that is disabled or whose owner is not enabled. Callers are told no more than that.
var ErrNobody = errors.New("the token stands for nobody")

// Strength of people who authenticated by a bearer token.
const Strength = "token"

// Bearer tells who holds a token, and what they are at this moment: a token carries no rights, so that whoever is
// disabled or leaves a group loses what came of it at once, as far as the directory knows.
type Bearer struct {
	Store     Store
	Directory access.Directory
	Policies  access.Policies
	Now       func() time.Time
	// Uses remembers when tokens were used last. Optional.
	Uses *Uses
}

// Authenticate finds out who holds a token. It fails with ErrNobody when nobody does, and otherwise only when the
// database cannot be read. When the policies in it cannot, the caller has no role in TEAM (P9), but still ends their own
// access, or what they approved (P7).
func (b *Bearer) Authenticate(ctx context.Context, text string) (access.Actor, error) {
	if !WellFormed(text) {
		return access.Actor{}, ErrNobody
	}
	hash := hashOf(text)
	t, found, err := b.Store.Token(ctx, hash)
	if err != nil {
		return access.Actor{}, fmt.Errorf("authenticate: %w", err)
	}
	now := b.Now()
	// The row was found by its hash; comparing again in constant time keeps a collation that thinks otherwise of
	// equality from letting anybody in.
	same := subtle.ConstantTimeCompare([]byte(t.Hash), []byte(hash)) == 1
	if !found || !same || !t.Works(now) {
		return access.Actor{}, ErrNobody
	}
	dir, err := b.Directory.Snapshot(ctx)
	if err != nil {
		return access.Actor{}, fmt.Errorf("authenticate: %w", err)
	}
	var who access.Actor
	if t.MachineID != "" {
		who, err = b.machine(ctx, t, dir, now)
	} else {
		who, err = b.person(ctx, t, dir, now)
	}
	if err != nil {
		return access.Actor{}, err
	}
	b.Uses.note(t, now)
	return who, nil
}

func (b *Bearer) person(ctx context.Context, t Token, dir *directory.Snapshot, now time.Time) (access.Actor, error) {
	user, ok := dir.User(t.UserID)
	if !ok || user.Status != directory.UserEnabled {
		return access.Actor{}, ErrNobody
	}
	who := access.Actor{
		Kind: audit.Person, UserID: user.ID, Name: user.UserName, Strength: Strength, Scopes: t.Scopes, Until: t.ExpiresAt,
	}
	roles := b.roles(ctx, user.ID, dir, now)
	who.Administrator, who.Auditor = roles.Administrator, roles.Auditor
	return who, nil
}

// machine is the machine client a token stands for: nobody while it is disabled, or its owner is not an enabled user. It
// has the scopes of the token that it still has itself.
func (b *Bearer) machine(ctx context.Context, t Token, dir *directory.Snapshot, now time.Time) (access.Actor, error) {
	m, found, err := b.Store.Machine(ctx, t.MachineID)
	if err != nil {
		return access.Actor{}, fmt.Errorf("authenticate: %w", err)
	}
	owner, known := dir.User(m.OwnerID)
	if !found || !m.DisabledAt.IsZero() || !known || owner.Status != directory.UserEnabled {
		return access.Actor{}, ErrNobody
	}
	if t.KeylessID != "" {
		if err := b.stillTrusted(ctx, t, m, dir, now); err != nil {
			return access.Actor{}, err
		}
	}
	who := access.Actor{
		Kind: audit.Machine, MachineID: m.ID, OwnerID: m.OwnerID, IssuerID: t.IssuedBy, Name: m.Name, Strength: Strength,
		Scopes: access.CommonScopes(t.Scopes, m.Scopes), Until: t.ExpiresAt,
	}
	proposes := who.May(access.ScopePolicies) || who.May(access.ScopeSettings)
	// The owner is the author of what it proposes, and another administrator agrees (P11). Whoever issued its token may
	// hold a copy and could be that other one: then one person would be both.
	own := t.IssuedBy == "" || dir.SamePerson(t.IssuedBy, owner.ID)
	who.Proposer = proposes && own && b.roles(ctx, owner.ID, dir, now).Administrator
	return who, nil
}

// stillTrusted refuses a token that came by an ID token of an issuer that the settings trust no more. Where the policies
// cannot be read it works until it expires, in minutes: enough to end what it asked for (P7), and for nothing that needs
// them.
func (b *Bearer) stillTrusted(ctx context.Context, t Token, m Machine, dir *directory.Snapshot, now time.Time) error {
	way, found, err := b.Store.Keyless(ctx, t.KeylessID)
	if err != nil {
		return fmt.Errorf("authenticate: %w", err)
	}
	if !found {
		return ErrNobody
	}
	set, err := b.Policies.InForce(ctx, now)
	if err != nil {
		return nil //nolint:nilerr // as said above
	}
	if _, ok := access.TrustedIssuer(set, dir, way.Issuer, []string{m.OwnerID, way.CreatedBy}, now); !ok {
		return ErrNobody
	}
	return nil
}

// roles of a user in TEAM; none where the policies cannot be read (P9).
func (b *Bearer) roles(ctx context.Context, userID string, dir *directory.Snapshot, now time.Time) access.Roles {
	set, err := b.Policies.InForce(ctx, now)
	if err != nil {
		return access.Roles{}
	}
	return access.RolesOf(set, dir, policy.Person{UserID: userID, Groups: dir.GroupsOf(userID)}, now)
}
