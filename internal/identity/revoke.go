package identity

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
)

// Revoke one token by its id, as List gives it. It is for operators.
func (t *Tokens) Revoke(ctx context.Context, by audit.Actor, id string) error {
	_, err := t.revokeOne(ctx, by, id, func(context.Context, Tx, Token) error { return nil })
	return err
}

// RevokeBy revokes one token for whoever calls over the API: one's own, one of a machine client that one owns, and for
// administrators everybody's.
func (t *Tokens) RevokeBy(ctx context.Context, by access.Actor, id string) (Token, error) {
	return t.revokeOne(ctx, by.Audit(), id, func(ctx context.Context, tx Tx, token Token) error {
		if by.Administrator || (by.UserID != "" && token.UserID == by.UserID) {
			return nil
		}
		if token.MachineID != "" {
			m, ok, err := tx.Machine(ctx, token.MachineID)
			if err != nil || (ok && owns(by, m)) {
				return err
			}
		}
		if by.Auditor {
			return forbidden("only whose token it is, the owner of its machine client, and administrators revoke a token")
		}
		return noToken()
	})
}

// RevokeUser revokes every token of a user and returns how many.
func (t *Tokens) RevokeUser(ctx context.Context, by audit.Actor, userID string) (int, error) {
	if userID == "" {
		return 0, invalid("user", "name the user")
	}
	return t.revoke(ctx, by, Pick{Holder: userID})
}

// RevokeAll revokes every token there is and returns how many.
func (t *Tokens) RevokeAll(ctx context.Context, by audit.Actor) (int, error) {
	return t.revoke(ctx, by, Pick{All: true})
}

// List the tokens of a user or machine client that still work, "" for everybody's, the newest first.
func (t *Tokens) List(ctx context.Context, holder string) ([]Token, error) {
	f := TokenFilter{Working: t.Now()}
	if holder != "" {
		f.Holders = []string{holder}
	}
	return t.Store.Tokens(ctx, f)
}

// Mine are the ids of whose tokens somebody sees without being an administrator or auditor: their own, and those of the
// machine clients they own.
func (t *Tokens) Mine(ctx context.Context, by access.Actor) ([]string, error) {
	owned, err := t.Store.Machines(ctx, MachineFilter{OwnerID: by.UserID})
	if err != nil {
		return nil, err
	}
	holders := []string{by.UserID}
	for _, m := range owned {
		holders = append(holders, m.ID)
	}
	return slices.Compact(holders), nil
}

func (t *Tokens) revokeOne(ctx context.Context, by audit.Actor, id string, check func(context.Context, Tx, Token) error) (Token, error) {
	prefix, ok := HashPrefix(id)
	if !ok {
		return Token{}, invalid("id", "a token's id looks like tok_0123456789abcdef")
	}
	var revoked Token
	err := t.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Picked(ctx, Pick{HashPrefix: prefix})
		if err != nil {
			return err
		}
		if len(found) != 1 {
			return noToken()
		}
		if err := check(ctx, tx, found[0]); err != nil {
			return err
		}
		revoked = found[0]
		revoked.RevokedAt = t.Now().UTC().Truncate(time.Microsecond)
		return tx.RevokeToken(ctx, revoked, revoked.RevokedAt, record("token.revoked", by, revoked, revoked.RevokedAt))
	})
	return revoked, err
}

func (t *Tokens) revoke(ctx context.Context, by audit.Actor, p Pick) (n int, err error) {
	now := t.Now().UTC()
	err = t.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		n, err = revokePicked(ctx, tx, by, p, now)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("revoke tokens: %w", err)
	}
	return n, nil
}

// revokePicked revokes what a pick names, each with its event, and returns how many.
func revokePicked(ctx context.Context, tx Tx, by audit.Actor, p Pick, now time.Time) (int, error) {
	found, err := tx.Picked(ctx, p)
	if err != nil {
		return 0, err
	}
	for _, token := range found {
		if err := tx.RevokeToken(ctx, token, now, record("token.revoked", by, token, now)); err != nil {
			return 0, err
		}
	}
	return len(found), nil
}

func noToken() error {
	return &access.Error{Code: access.CodeNotFound, Message: "there is no such token that you may revoke, or it is revoked already"}
}
