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

// ErrNobody is returned for a token that stands for nobody: unknown, expired, revoked, mistyped, or of a user who is
// not enabled. Callers are told no more than that.
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
	if !found || !same || !t.RevokedAt.IsZero() || !now.Before(t.ExpiresAt) {
		return access.Actor{}, ErrNobody
	}
	dir, err := b.Directory.Snapshot(ctx)
	if err != nil {
		return access.Actor{}, fmt.Errorf("authenticate: %w", err)
	}
	user, ok := dir.User(t.UserID)
	if !ok || user.Status != directory.UserEnabled {
		return access.Actor{}, ErrNobody
	}
	who := access.Actor{Kind: audit.Person, UserID: user.ID, Name: user.UserName, Strength: Strength}
	set, err := b.Policies.InForce(ctx, now)
	if err != nil {
		return who, nil //nolint:nilerr // without roles, as the comment above says
	}
	roles := access.RolesOf(set, dir, policy.Person{UserID: user.ID, Groups: dir.GroupsOf(user.ID)}, now)
	who.Administrator, who.Auditor = roles.Administrator, roles.Auditor
	return who, nil
}
