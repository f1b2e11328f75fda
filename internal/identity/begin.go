package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/awsfault"
	"github.com/team-idc/team/internal/directory"
)

// Begin signs in the one enabled user of IAM Identity Center that a provider's answer stands for, and returns the secret
// for the cookie. The secret is always new, and the sign-in that previous is the secret of ends: nobody can be made to go
// on in a sign-in that somebody else knows. Errors that wrap ErrRefused are *Refusal; any other means that a read that the
// answer needs failed.
func (s *SignIns) Begin(ctx context.Context, x External, from Origin, previous string) (secret string, in SignIn, err error) {
	secret, in, err = s.begin(ctx, x, from, previous)
	if r, ok := errors.AsType[*Refusal](err); ok {
		return "", SignIn{}, errors.Join(err, s.NoteRefusal(ctx, r, from))
	}
	return secret, in, err
}

func (s *SignIns) begin(ctx context.Context, x External, from Origin, previous string) (secret string, in SignIn, err error) {
	user, candidate, err := s.whoIs(ctx, x)
	if err != nil {
		return "", SignIn{}, err
	}
	if secret, err = generate(s.Random); err != nil {
		return "", SignIn{}, err
	}
	now := s.now()
	in = SignIn{
		ID: s.IDs.Make(SignInPrefix), Hash: hashOf(secret), UserID: user.ID, Kind: KindBrowser, Provider: x.Provider, Subject: x.Subject,
		Proofs: []access.Proof{x.proof()}, StartedAt: now, LastSeenAt: now, ExpiresAt: now.Add(s.longest()),
		IdleAfter: orDefault(s.IdleAfter, DefaultIdleAfter),
	}
	in.from(from)
	if !x.Until.IsZero() && x.Until.Before(in.ExpiresAt) {
		in.ExpiresAt = x.Until.UTC()
	}
	if !in.ExpiresAt.After(now) {
		return "", SignIn{}, &Refusal{
			Provider: x.Provider, Code: RefusedProtocol, Public: "Your provider's answer has expired. Sign in again.",
			Reason: "the provider bounds the sign-in to " + x.Until.UTC().Format(time.RFC3339) + ", which is over",
		}
	}
	var waits *Link
	err = s.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		var userID string
		if userID, waits, err = s.settleLink(ctx, tx, x, candidate, now); err != nil || waits != nil {
			return err
		}
		if userID != user.ID {
			return errLinkMoved
		}
		if err := s.endPrevious(ctx, tx, previous, now); err != nil {
			return err
		}
		in.Version = 0
		return tx.PutSignIn(ctx, in, in.event("sign-in.started", audit.Actor{Kind: audit.Person, ID: user.ID, Name: user.UserName}, now))
	})
	switch {
	case err != nil:
		return "", SignIn{}, fmt.Errorf("begin sign-in: %w", err)
	case waits != nil:
		return "", SignIn{}, waits.refusal()
	}
	in.Version = 1
	return secret, in, nil
}

// errLinkMoved is returned when an administrator decided on a link at this very moment.
var errLinkMoved = &access.Error{Code: access.CodeUnavailable, Message: "for whom you stand changed at this very moment; sign in again"}

func (l *Link) refusal() *Refusal {
	r := &Refusal{Provider: l.Provider, Code: RefusedWaiting, Public: publicWaiting, Reason: "identity " + l.ID + " waits for an administrator: " + l.Why}
	if l.State == LinkRefused {
		r.Code, r.Public, r.Reason = RefusedUnknown, publicUnknown, "identity "+l.ID+" was refused by an administrator"
	}
	return r
}

// whoIs finds whom a provider's answer stands for, and reads them live. candidate is whom the answer names, which for a
// linked subject can be nobody.
func (s *SignIns) whoIs(ctx context.Context, x External) (user directory.User, candidate string, err error) {
	match, ok := s.Match[x.Provider]
	if !ok {
		return directory.User{}, "", fmt.Errorf("sign in with %s: by what its users are found is not configured", x.Provider)
	}
	if err := x.wellFormed(); err != nil {
		return directory.User{}, "", &Refusal{
			Provider: x.Provider, Code: RefusedProtocol, Public: "Your provider's answer cannot be used. Sign in again.", Reason: err.Error(),
		}
	}
	dir, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return directory.User{}, "", fmt.Errorf("sign in with %s: %w", x.Provider, err)
	}
	named, why := match.named(dir, x)
	if why == nil {
		var fault error
		if user, why, fault = s.enabled(ctx, named.ID, x.Provider); fault != nil {
			return directory.User{}, "", fault
		}
		// The directory is minutes old: a name can have been given to somebody else since.
		if why == nil && !match.fits(user, match.value(x)) {
			why = fmt.Errorf("user %s has another %s by now", user.ID, match)
		}
		if why == nil {
			return user, user.ID, nil
		}
	}
	link, linked, err := s.Store.LinkOf(ctx, x.Provider, x.Subject)
	if err != nil {
		return directory.User{}, "", fmt.Errorf("sign in with %s: %w", x.Provider, err)
	}
	if linked {
		var fault error
		if user, why, fault = s.enabled(ctx, link.UserID, x.Provider); fault != nil {
			return directory.User{}, "", fault
		}
		if why == nil {
			return user, "", nil
		}
	}
	return directory.User{}, "", x.unknown(why.Error())
}

// enabled reads a user live. why says why they cannot sign in, fault that AWS could not be asked.
func (s *SignIns) enabled(ctx context.Context, userID, provider string) (user directory.User, why, fault error) {
	user, err := s.Live.User(ctx, userID)
	var refused *awsfault.Error
	switch {
	case errors.As(err, &refused) && refused.Kind == awsfault.NotFound:
		return user, fmt.Errorf("user %s is not in IAM Identity Center any more", userID), nil
	case err != nil:
		return user, nil, fmt.Errorf("sign in with %s: read user: %w", provider, err)
	case user.Status != directory.UserEnabled:
		return user, fmt.Errorf("user %s is not enabled in IAM Identity Center", userID), nil
	}
	return user, nil, nil
}

func (in *SignIn) from(o Origin) {
	in.Address, in.UserAgent = printable(o.Address, maxAttribute), printable(o.UserAgent, maxUserAgent)
}

// printable is the beginning of a text that a client sent, without what a terminal or a page could take for more than text.
func printable(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return -1
		}
		return r
	}, text)
	if len(text) > most {
		text = text[:most]
	}
	return strings.ToValidUTF8(text, "")
}

// BeginCLI signs in the command line of somebody who is signed in with a browser, as the same user and with the same
// proofs, and returns its first secret, which works for AccessLifetime; Renew gives the next.
func (s *SignIns) BeginCLI(ctx context.Context, parent SignIn, from Origin) (in SignIn, accessToken string, err error) {
	err = s.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		in, accessToken, err = s.BeginCLIWithin(ctx, tx, parent.ID, from, true)
		return err
	})
	return in, accessToken, err
}

// BeginCLIWithin is BeginCLI in a transaction of the caller's, which holds what the sign-in is begun with. here says that it
// is on the machine of the browser. Elsewhere it has none of the browser's proofs: whoever was talked into allowing a
// stranger's code has not shown for the stranger that it is them.
func (s *SignIns) BeginCLIWithin(ctx context.Context, tx Tx, parentID string, from Origin, here bool) (in SignIn, accessToken string, err error) {
	now := s.now()
	parent, found, err := tx.SignIn(ctx, parentID)
	switch {
	case err != nil:
		return SignIn{}, "", err
	case !found || parent.Kind != KindBrowser || !parent.EndedAt.IsZero() || !now.Before(parent.ExpiresAt):
		return SignIn{}, "", conflict("the browser's sign-in that this was begun with is over: sign in again")
	}
	if accessToken, err = generate(s.Random); err != nil {
		return SignIn{}, "", err
	}
	in = SignIn{
		ID: s.IDs.Make(SignInPrefix), Hash: hashOf(accessToken), SecretUntil: now.Add(orDefault(s.AccessLifetime, DefaultAccessLifetime)),
		UserID: parent.UserID, Kind: KindCLI, Provider: parent.Provider, Subject: parent.Subject, ParentID: parent.ID,
		StartedAt: now, LastSeenAt: now, ExpiresAt: parent.ExpiresAt,
	}
	if here {
		in.Proofs = parent.Proofs
	}
	if s.CLILongest > 0 {
		in.ExpiresAt = earlier(parent.ExpiresAt, now.Add(s.CLILongest)) // never longer than the provider bounds it
	}
	in.from(from)
	in.SecretUntil = earlier(in.SecretUntil, in.ExpiresAt)
	err = tx.PutSignIn(ctx, in, in.event("sign-in.started", audit.Actor{Kind: audit.Person, ID: in.UserID}, now))
	in.Version = 1
	return in, accessToken, err
}

// Renew gives a command line's sign-in its next secret, in a transaction of the caller's, which has found that it may have
// one. The one before works no more.
func (s *SignIns) Renew(ctx context.Context, tx Tx, id string) (in SignIn, accessToken string, err error) {
	now := s.now()
	in, found, err := tx.SignIn(ctx, id)
	switch {
	case err != nil:
		return SignIn{}, "", err
	case !found || in.Kind != KindCLI || !in.Alive(now):
		return SignIn{}, "", conflict("this sign-in is over: sign in again")
	}
	if accessToken, err = generate(s.Random); err != nil {
		return SignIn{}, "", err
	}
	in.Hash, in.LastSeenAt = hashOf(accessToken), now
	in.SecretUntil = earlier(now.Add(orDefault(s.AccessLifetime, DefaultAccessLifetime)), in.ExpiresAt)
	return in, accessToken, tx.RenewSignIn(ctx, in)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// BeginOperator signs in a user without a provider: by an operator at the database, or in the demo. It counts as a fresh
// sign-in at provider, "operator" or "demo".
func (s *SignIns) BeginOperator(ctx context.Context, by audit.Actor, userID, provider string, lifetime time.Duration) (secret string, in SignIn, err error) {
	switch {
	case userID == "":
		return "", SignIn{}, invalid("user", "name the user who is to be signed in")
	case lifetime <= 0 || lifetime > s.longest():
		return "", SignIn{}, invalid("lifetime", "it lasts for more than nothing and at most "+access.Human(s.longest()))
	}
	if secret, err = generate(s.Random); err != nil {
		return "", SignIn{}, err
	}
	now := s.now()
	in = SignIn{
		ID: s.IDs.Make(SignInPrefix), Hash: hashOf(secret), UserID: userID, Kind: KindOperator, Provider: provider,
		Proofs:    []access.Proof{{Kind: access.ProofProvider, At: now, Provider: provider}},
		StartedAt: now, LastSeenAt: now, ExpiresAt: now.Add(lifetime),
	}
	err = s.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		return tx.PutSignIn(ctx, in, in.event("sign-in.started", by, now))
	})
	in.Version = 1
	if err != nil {
		return "", SignIn{}, fmt.Errorf("begin sign-in: %w", err)
	}
	return secret, in, nil
}

func (in SignIn) event(kind string, by audit.Actor, now time.Time) audit.Event {
	data := map[string]any{"signIn": in.ID, "kind": string(in.Kind), "provider": in.Provider}
	for name, value := range map[string]string{"address": in.Address, "userAgent": in.UserAgent, "parent": in.ParentID, "reason": in.EndReason} {
		if value != "" {
			data[name] = value
		}
	}
	if in.EndedAt.IsZero() {
		data["expiresAt"] = in.ExpiresAt
	}
	return audit.Event{Kind: kind, At: now, Actor: by, Subject: audit.Subject{User: in.UserID}, Data: data}
}
