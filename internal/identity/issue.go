package identity

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
)

// Store keeps tokens. Every change comes with the event that records it, in one transaction (P6).
type Store interface {
	AddToken(ctx context.Context, t Token, e audit.Event) error
	// Token by hash; found is false when there is none.
	Token(ctx context.Context, hash string) (t Token, found bool, err error)
	// Tokens of a user ("": of everybody) that are neither expired at now nor revoked, the newest first.
	Tokens(ctx context.Context, userID string, now time.Time) ([]Token, error)
	// RevokeTokens revokes what the pick names and is not revoked yet, and returns it. record makes the event of each.
	RevokeTokens(ctx context.Context, p Pick, at time.Time, record func(Token) audit.Event) ([]Token, error)
}

// Pick names tokens: by the beginning of their hash, of one user, or every one there is.
type Pick struct {
	HashPrefix string
	UserID     string
	All        bool
}

// MaxLifetime is the longest a token may live.
const MaxLifetime = 90 * 24 * time.Hour

const maxLabel = 100

// Tokens issues and revokes bearer tokens. Operators and the demo do; nobody issues one over the API.
type Tokens struct {
	Store  Store
	Random io.Reader // crypto/rand.Reader outside of tests
	Now    func() time.Time
}

// Issue makes a token for a user. The text is returned once and kept nowhere. The lifetime is at most MaxLifetime.
func (t *Tokens) Issue(ctx context.Context, by audit.Actor, userID, label string, lifetime time.Duration) (text string, issued Token, err error) {
	switch {
	case userID == "":
		return "", Token{}, invalid("user", "name the user the token stands for")
	case lifetime <= 0 || lifetime > MaxLifetime:
		return "", Token{}, invalid("ttl", "a token lives for more than nothing and at most "+access.Human(MaxLifetime))
	case len(label) > maxLabel || strings.ContainsFunc(label, unicode.IsControl):
		return "", Token{}, invalid("label", fmt.Sprintf("a label has at most %d bytes and no control characters", maxLabel))
	}
	text, err = generate(t.Random)
	if err != nil {
		return "", Token{}, err
	}
	now := t.Now().UTC().Truncate(time.Microsecond)
	issued = Token{Hash: hashOf(text), UserID: userID, Label: label, IssuedAt: now, ExpiresAt: now.Add(lifetime)}
	e := record("token.issued", by, issued, now)
	e.Data["expiresAt"] = issued.ExpiresAt
	if err := t.Store.AddToken(ctx, issued, e); err != nil {
		return "", Token{}, fmt.Errorf("issue token: %w", err)
	}
	return text, issued, nil
}

// Revoke one token by its id, as List gives it.
func (t *Tokens) Revoke(ctx context.Context, by audit.Actor, id string) error {
	prefix, ok := HashPrefix(id)
	if !ok {
		return invalid("id", "a token's id looks like tok_0123456789abcdef")
	}
	revoked, err := t.revoke(ctx, by, Pick{HashPrefix: prefix})
	if err == nil && len(revoked) == 0 {
		return &access.Error{Code: access.CodeNotFound, Message: "there is no such token, or it is revoked already"}
	}
	return err
}

// RevokeUser revokes every token of a user and returns how many.
func (t *Tokens) RevokeUser(ctx context.Context, by audit.Actor, userID string) (int, error) {
	if userID == "" {
		return 0, invalid("user", "name the user")
	}
	revoked, err := t.revoke(ctx, by, Pick{UserID: userID})
	return len(revoked), err
}

// RevokeAll revokes every token there is and returns how many.
func (t *Tokens) RevokeAll(ctx context.Context, by audit.Actor) (int, error) {
	revoked, err := t.revoke(ctx, by, Pick{All: true})
	return len(revoked), err
}

// List the tokens of a user that still work, "" for everybody's, the newest first.
func (t *Tokens) List(ctx context.Context, userID string) ([]Token, error) {
	return t.Store.Tokens(ctx, userID, t.Now())
}

func (t *Tokens) revoke(ctx context.Context, by audit.Actor, p Pick) ([]Token, error) {
	now := t.Now().UTC()
	revoked, err := t.Store.RevokeTokens(ctx, p, now, func(token Token) audit.Event { return record("token.revoked", by, token, now) })
	if err != nil {
		return nil, fmt.Errorf("revoke tokens: %w", err)
	}
	return revoked, nil
}

func record(kind string, by audit.Actor, t Token, now time.Time) audit.Event {
	return audit.Event{
		Kind: kind, At: now, Actor: by, Subject: audit.Subject{User: t.UserID},
		Data: map[string]any{"token": t.ID(), "label": t.Label},
	}
}

func invalid(field, message string) error {
	return &access.Error{Code: access.CodeInvalid, Field: field, Message: message}
}
