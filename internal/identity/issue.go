package identity

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
)

// MaxLifetime is the longest a token may live, DefaultLifetime how long one issued over the API does.
const (
	MaxLifetime     = 90 * 24 * time.Hour
	DefaultLifetime = 30 * 24 * time.Hour
)

// MaxMachineTokens is how many tokens of one machine client work at a time: the one in use, and the one that is to follow
// it. MaxPersonTokens is the same for a person.
const (
	MaxMachineTokens = 2
	MaxPersonTokens  = 50
)

const maxLabel = 100

// Tokens issues and revokes bearer tokens. People issue their own, administrators those of machine clients; operators at
// the database and the demo issue any.
type Tokens struct {
	Store  Store
	Random io.Reader // crypto/rand.Reader outside of tests
	Now    func() time.Time
	// Longest a token may live. Defaults to MaxLifetime, and is at most that.
	Longest time.Duration
}

// TokenDraft is a token that somebody wants.
type TokenDraft struct {
	MachineID string // "": a token of one's own
	Label     string
	// Lifetime 0 is DefaultLifetime, or until the caller's own token ends if that is sooner.
	Lifetime time.Duration
	// Scopes it is to have. Of a machine client's, none means all that the machine has.
	Scopes []access.Scope
}

// Issue makes a token for a user that may be used for everything. It is for operators and the demo. The text is returned
// once and kept nowhere.
func (t *Tokens) Issue(ctx context.Context, by audit.Actor, userID, label string, lifetime time.Duration) (text string, issued Token, err error) {
	if userID == "" {
		return "", Token{}, invalid("user", "name the user the token stands for")
	}
	return t.issue(ctx, by, Token{UserID: userID, Label: label, Scopes: access.AllScopes()}, lifetime, nil)
}

// IssueMachine makes a token of a machine client with all its scopes. It is for operators.
func (t *Tokens) IssueMachine(ctx context.Context, by audit.Actor, machineID, label string, lifetime time.Duration) (string, Token, error) {
	return t.issue(ctx, by, Token{MachineID: machineID, Label: label}, lifetime, nil)
}

// IssueBy makes a token for whoever calls over the API, or of a machine client. A token issues none that may be used for
// more, or lives longer, than itself: whoever stole it has nothing that outlives it.
func (t *Tokens) IssueBy(ctx context.Context, by access.Actor, d TokenDraft) (text string, issued Token, err error) {
	if by.Kind != audit.Person || by.UserID == "" {
		return "", Token{}, forbidden("machine clients issue no tokens: people do")
	}
	lifetime, err := t.lifetimeFor(by, d.Lifetime)
	if err != nil {
		return "", Token{}, err
	}
	wanted := Token{UserID: by.UserID, Label: d.Label, IssuedBy: by.UserID, Scopes: d.Scopes}
	if d.MachineID != "" {
		if !by.Administrator {
			return "", Token{}, forbidden("only administrators issue tokens of machine clients")
		}
		wanted.UserID, wanted.MachineID = "", d.MachineID
	} else if len(d.Scopes) == 0 {
		return "", Token{}, invalid("scopes", "say what the token may be used for: "+spelled(by.Scopes))
	}
	return t.issue(ctx, by.Audit(), wanted, lifetime, by.Scopes)
}

func (t *Tokens) lifetimeFor(by access.Actor, wanted time.Duration) (time.Duration, error) {
	left := by.Until.Sub(t.Now())
	switch bound := !by.Until.IsZero(); {
	case wanted == 0 && bound:
		return min(DefaultLifetime, t.longest(), left.Truncate(time.Second)), nil
	case wanted == 0:
		return min(DefaultLifetime, t.longest()), nil
	case bound && wanted > left:
		return 0, invalid("lifetime", "your own token is valid until "+by.Until.UTC().Format(time.RFC3339)+
			": one that you issue with it cannot live longer")
	}
	return wanted, nil
}

func (t *Tokens) longest() time.Duration {
	if t.Longest <= 0 || t.Longest > MaxLifetime {
		return MaxLifetime
	}
	return t.Longest
}

// issue keeps a token and returns its text. within are the scopes of the token that issues it; nil: nothing bounds them.
func (t *Tokens) issue(
	ctx context.Context, by audit.Actor, wanted Token, lifetime time.Duration, within []access.Scope,
) (text string, issued Token, err error) {
	switch {
	case lifetime <= 0 || lifetime > t.longest():
		return "", Token{}, invalid("lifetime", "a token lives for more than nothing and at most "+days(t.longest()))
	case len(wanted.Label) > maxLabel || strings.ContainsFunc(wanted.Label, unicode.IsControl):
		return "", Token{}, invalid("label", fmt.Sprintf("a label has at most %d bytes and no control characters", maxLabel))
	}
	if text, err = generate(t.Random); err != nil {
		return "", Token{}, err
	}
	now := t.Now().UTC().Truncate(time.Microsecond)
	err = t.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		issued = wanted
		issued.Hash, issued.IssuedAt, issued.ExpiresAt = hashOf(text), now, now.Add(lifetime)
		if err := checkHolder(ctx, tx, &issued, now); err != nil {
			return err
		}
		if issued.Scopes, err = checkScopes(issued.Scopes, within); err != nil {
			return err
		}
		e := record("token.issued", by, issued, now)
		e.Data["expiresAt"], e.Data["scopes"] = issued.ExpiresAt, issued.Scopes
		return tx.AddToken(ctx, issued, e)
	})
	if err != nil {
		if access.CodeOf(err) != "" {
			return "", Token{}, err
		}
		return "", Token{}, fmt.Errorf("issue token: %w", err)
	}
	return text, issued, nil
}

// days spells whole days as such.
func days(d time.Duration) string {
	const day = 24 * time.Hour
	if d%day == 0 {
		return fmt.Sprintf("%d days", d/day)
	}
	return access.Human(d)
}

// checkHolder refuses a token more than the holder may have, and of a machine client one with more scopes than it has.
func checkHolder(ctx context.Context, tx Tx, t *Token, now time.Time) error {
	working, err := tx.WorkingTokens(ctx, t.UserID+t.MachineID, now)
	if err != nil {
		return err
	}
	// Those that came by an ID token are gone in minutes, and there may be many jobs at a time.
	working = slices.DeleteFunc(working, func(w Token) bool { return w.KeylessID != "" })
	if t.MachineID == "" {
		if len(working) >= MaxPersonTokens {
			return conflict(fmt.Sprintf("%d tokens of yours work already: revoke some first (team token list)", len(working)))
		}
		return nil
	}
	m, ok, err := tx.Machine(ctx, t.MachineID)
	switch {
	case err != nil:
		return err
	case !ok:
		return noMachine(t.MachineID)
	case !m.DisabledAt.IsZero():
		return conflict("machine client " + m.Name + " is disabled: enable it first")
	case len(working) >= MaxMachineTokens:
		return conflict(fmt.Sprintf("machine client %s has %d tokens that work, the one in use and the next: revoke %s first",
			m.Name, len(working), working[len(working)-1].ID()))
	}
	if len(t.Scopes) == 0 {
		t.Scopes = m.Scopes
	}
	if missing := access.MissingScopes(t.Scopes, m.Scopes); len(missing) > 0 {
		return invalid("scopes", fmt.Sprintf("machine client %s has not the scope %s; it has %s", m.Name, missing[0], spelled(m.Scopes)))
	}
	return nil
}

// checkScopes puts scopes into their order.
func checkScopes(scopes, within []access.Scope) ([]access.Scope, error) {
	if missing := access.MissingScopes(scopes, access.AllScopes()); len(missing) > 0 {
		return nil, invalid("scopes", "possible scopes are "+spelled(access.AllScopes()))
	}
	if within != nil {
		if missing := access.MissingScopes(scopes, within); len(missing) > 0 {
			return nil, forbidden(fmt.Sprintf("your own token lacks the scope %s: it cannot issue one that has it", missing[0]))
		}
	}
	return access.CommonScopes(scopes, access.AllScopes()), nil
}

func record(kind string, by audit.Actor, t Token, now time.Time) audit.Event {
	return audit.Event{
		Kind: kind, At: now, Actor: by, Subject: audit.Subject{User: t.UserID, Machine: t.MachineID},
		Data: map[string]any{"token": t.ID(), "label": t.Label},
	}
}

func invalid(field, message string) error {
	return &access.Error{Code: access.CodeInvalid, Field: field, Message: message}
}

func forbidden(message string) error {
	return &access.Error{Code: access.CodeForbidden, Message: message}
}

func conflict(message string) error {
	return &access.Error{Code: access.CodeConflict, Message: message}
}
