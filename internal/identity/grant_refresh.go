package identity

import (
	"context"
	"time"

	"github.com/team-idc/team/internal/audit"
)

// Refresh gives a new access token and the next refresh token. One that comes a second time ends the sign-in: it was
// copied, and nobody can say which of the two is whose.
func (g *Grants) Refresh(ctx context.Context, token string) (CLITokens, error) {
	var out CLITokens
	if !WellFormed(token) {
		return out, refusedGrant(GrantInvalid, noRefresh, "the refresh token is malformed")
	}
	err := g.settled(ctx, "refresh sign-in", func(ctx context.Context, tx GrantTx, now time.Time) (*GrantError, error) {
		out = CLITokens{}
		r, found, err := tx.Refresh(ctx, hashOf(token))
		switch {
		case err != nil:
			return nil, err
		case !found:
			return refusedGrant(GrantInvalid, noRefresh, "there is no such refresh token"), nil
		case !r.UsedAt.IsZero():
			return refusedGrant(GrantInvalid, noRefresh, "the refresh token was used before; its sign-in "+r.SignInID+" is ended"),
				g.endReused(ctx, tx, r.SignInID, now)
		}
		in, found, err := tx.SignIn(ctx, r.SignInID)
		if err != nil {
			return nil, err
		}
		if !found || !in.Alive(now) {
			return refusedGrant(GrantInvalid, noRefresh, "sign-in "+r.SignInID+" is over"), nil
		}
		if err := tx.UseRefresh(ctx, r.Hash, now); err != nil {
			return nil, err
		}
		if out.SignIn, out.Access, err = g.SignIns.Renew(ctx, tx, in.ID); err != nil {
			return nil, err
		}
		out.AccessExpiresAt = out.SignIn.SecretUntil
		out.Refresh, err = g.addRefresh(ctx, tx, in, now)
		return nil, err
	})
	if err != nil {
		return CLITokens{}, err
	}
	return out, nil
}

const noRefresh = "the sign-in has ended; sign in again"

// Revoke ends the sign-in that a refresh or access token of the command line belongs to. A token that is none any more
// is no failure: what was wanted is so (RFC 7009, section 2.2).
func (g *Grants) Revoke(ctx context.Context, token string) error {
	if !WellFormed(token) {
		return nil
	}
	return g.settled(ctx, "revoke sign-in", func(ctx context.Context, tx GrantTx, now time.Time) (*GrantError, error) {
		in, found, err := g.holderOf(ctx, tx, hashOf(token))
		if err != nil || !found || in.Kind != KindCLI || !in.EndedAt.IsZero() {
			return nil, err
		}
		return nil, end(ctx, tx, in, audit.Actor{Kind: audit.Person, ID: in.UserID}, EndSignedOut, now)
	})
}

// holderOf is the sign-in whose refresh token, used or not, or access token has a hash.
func (g *Grants) holderOf(ctx context.Context, tx GrantTx, hash string) (SignIn, bool, error) {
	r, found, err := tx.Refresh(ctx, hash)
	if err != nil {
		return SignIn{}, false, err
	}
	if found {
		return tx.SignIn(ctx, r.SignInID)
	}
	return tx.SignInByHash(ctx, hash)
}
