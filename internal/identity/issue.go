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
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
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

// Tokens issues and revokes bearer tokens. People who are signed in issue their own, administrators those of machine
// clients, and so do operators at the database.
type Tokens struct {
	Store  Store
	Random io.Reader // crypto/rand.Reader outside of tests
	Now    func() time.Time
	// Longest a token may live. Defaults to MaxLifetime, and is at most that.
	Longest time.Duration
	// Directory says who is the same person. Who issues over the API needs it.
	Directory access.Directory
}

// TokenDraft is a token that somebody wants.
type TokenDraft struct {
	MachineID string // "": a token of one's own
	Label     string
	// Lifetime 0 is DefaultLifetime.
	Lifetime time.Duration
	// Scopes it is to have. Of a machine client's, none means all that the machine has.
	Scopes []access.Scope
}

// IssueMachine makes a token of a machine client with all its scopes. It is for operators.
func (t *Tokens) IssueMachine(ctx context.Context, by audit.Actor, machineID, label string, lifetime time.Duration) (string, Token, error) {
	return t.issue(ctx, by, Token{MachineID: machineID, Label: label}, lifetime, nil)
}

// IssueBy makes a token for whoever calls over the API and is signed in, or of a machine client. A person's token can have
// PersonalScopes only.
func (t *Tokens) IssueBy(ctx context.Context, by access.Actor, d TokenDraft) (text string, issued Token, err error) {
	switch {
	case by.Kind != audit.Person || by.UserID == "":
		return "", Token{}, forbidden("machine clients issue no tokens: people do")
	case !by.SignedIn():
		return "", Token{}, forbidden("tokens issue no tokens: people who are signed in do")
	}
	lifetime := d.Lifetime
	if lifetime == 0 {
		lifetime = min(DefaultLifetime, t.longest())
	}
	wanted := Token{UserID: by.UserID, Label: d.Label, IssuedBy: by.UserID, Scopes: d.Scopes}
	if d.MachineID != "" {
		if !by.Administrator {
			return "", Token{}, forbidden("only administrators issue tokens of machine clients")
		}
		wanted.UserID, wanted.MachineID = "", d.MachineID
	} else if len(d.Scopes) == 0 {
		return "", Token{}, invalid("scopes", "say what the token may be used for: "+spelled(access.PersonalScopes()))
	}
	dir, err := t.Directory.Snapshot(ctx)
	if err != nil {
		return "", Token{}, unread(err)
	}
	return t.issue(ctx, by.Audit(), wanted, lifetime, &issuing{by, dir})
}

// issuing is a person who issues a token.
type issuing struct {
	by  access.Actor
	dir *directory.Snapshot
}

// shown refuses whoever has not shown lately that it is them, as the settings demand of who issues tokens.
func (i issuing) shown(ctx context.Context, tx Tx, now time.Time) error {
	set, err := tx.PoliciesInForce(ctx, now)
	if err != nil {
		return err
	}
	return access.Shown(policy.ActTokens, access.DemandsOf(policy.ActTokens, set, i.dir, i.by.UserID, now), i.by, now)
}

func (t *Tokens) longest() time.Duration {
	if t.Longest <= 0 || t.Longest > MaxLifetime {
		return MaxLifetime
	}
	return t.Longest
}

// issue keeps a token and returns its text. person is who issues it, nil for operators.
func (t *Tokens) issue(
	ctx context.Context, by audit.Actor, wanted Token, lifetime time.Duration, person *issuing,
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
		if issued.Scopes, err = checkScopes(issued); err != nil {
			return err
		}
		e := record("token.issued", by, issued, now)
		if person != nil {
			// By the clock as it is now: the call may have waited for its turn to write.
			if err := person.shown(ctx, tx, t.Now()); err != nil {
				return err
			}
			e = access.WithProofs(e, person.by)
		}
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

// checkScopes puts scopes into their order, and refuses those that such a token cannot have.
func checkScopes(t Token) ([]access.Scope, error) {
	possible := access.PersonalScopes()
	if t.MachineID != "" {
		possible = access.MachineScopes()
	}
	missing := access.MissingScopes(t.Scopes, possible)
	switch {
	case len(missing) == 0:
		return access.CommonScopes(t.Scopes, possible), nil
	case t.MachineID == "" && slices.Contains(access.AllScopes(), missing[0]):
		return nil, invalid("scopes", fmt.Sprintf("a token cannot have the scope %s: that needs a person who is signed in; possible are %s",
			missing[0], spelled(possible)))
	}
	return nil, invalid("scopes", "possible scopes are "+spelled(possible))
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
