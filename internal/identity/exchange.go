package identity

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/idtoken"
	"github.com/team-idc/team/internal/policy"
)

// KeylessLifetime is how long a token lives at most that a machine client got for an ID token.
const KeylessLifetime = 15 * time.Minute

// ErrUnknownMachine is the refusal of an ID token, whatever the reason: the log and the event have it.
var ErrUnknownMachine = errors.New("the ID token does not open this machine client")

// Exchange gives machine clients short-lived tokens for ID tokens of trusted issuers, so that they need no secret.
type Exchange struct {
	Store     Store
	Directory access.Directory
	Policies  access.Policies
	Standings *Standings
	Verifier  *idtoken.Verifier
	Random    io.Reader // crypto/rand.Reader outside of tests
	Now       func() time.Time
	// Audience that ID tokens are for where the settings name none: the public address. "": then none is taken.
	Audience string
	Log      *slog.Logger
	// Refusals bounds how many events a flood of bad tokens leaves behind.
	Refusals *Refusals
}

// Presented is what a machine client shows.
type Presented struct {
	Machine string // by id or name
	IDToken string
	// Scopes it wants; none: all it has.
	Scopes []access.Scope
	From   string // address of the caller, for the log; "" if it is not known
}

// Exchange gives a token for an ID token, which then cannot be used again: a copy of it in a log opens nothing. Whoever
// added the keyless way counts as the issuer of the token. It fails with ErrUnknownMachine, whatever was wrong.
func (x *Exchange) Exchange(ctx context.Context, p Presented) (text string, issued Token, m Machine, err error) {
	m, err = x.machine(ctx, p.Machine)
	if err == nil {
		text, issued, err = x.exchange(ctx, p, m)
	}
	if err == nil {
		return text, issued, m, nil
	}
	if no, ok := errors.AsType[*refusedError](err); ok {
		x.refused(ctx, p, m, no.reason)
		return "", Token{}, Machine{}, ErrUnknownMachine
	}
	if access.CodeOf(err) != "" {
		return "", Token{}, Machine{}, err
	}
	return "", Token{}, Machine{}, &access.Error{
		Code: access.CodeUnavailable, Message: "the ID token could not be verified; try again shortly, with the same one", Err: err,
	}
}

// refusedError is why an ID token opens nothing.
type refusedError struct{ reason string }

func (e *refusedError) Error() string { return e.reason }

func refusef(format string, args ...any) error { return &refusedError{fmt.Sprintf(format, args...)} }

func (x *Exchange) machine(ctx context.Context, named string) (Machine, error) {
	if strings.HasPrefix(named, MachinePrefix+"_") {
		m, found, err := x.Store.Machine(ctx, named)
		if err == nil && !found {
			err = refusef("there is no such machine client")
		}
		return m, err
	}
	m, found, err := x.Store.MachineByName(ctx, named)
	if err == nil && !found {
		err = refusef("there is no such machine client")
	}
	return m, err
}

func (x *Exchange) exchange(ctx context.Context, p Presented, m Machine) (string, Token, error) {
	dir, err := x.Directory.Snapshot(ctx)
	if err != nil {
		return "", Token{}, err
	}
	if !m.DisabledAt.IsZero() {
		return "", Token{}, refusef("the machine client is disabled")
	}
	way, proof, err := x.known(ctx, p, m, dir)
	if err != nil {
		return "", Token{}, err
	}
	if err := x.answeredFor(ctx, m); err != nil {
		return "", Token{}, err
	}
	text, err := generate(x.Random)
	if err != nil {
		return "", Token{}, err
	}
	var issued Token
	err = x.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		issued, err = x.issue(ctx, tx, p, m, way, proof, hashOf(text))
		return err
	})
	return text, issued, err
}

// answeredFor refuses a machine client whose owner is not an enabled user at this moment. AWS is asked only for whoever has
// a good ID token: strangers must not use up its rates.
func (x *Exchange) answeredFor(ctx context.Context, m Machine) error {
	owner, err := x.Standings.Of(AtOnce(ctx), m.OwnerID)
	switch {
	case errors.Is(err, ErrNobody):
		return refusef("the owner of the machine client is not enabled")
	case err != nil:
		return err
	case !owner.Confirmed:
		return errors.New("AWS does not say whether the owner of the machine client is enabled")
	}
	return nil
}

// known finds the keyless way by which an ID token is that of the machine. Only issuers that the settings trust, and a
// way of this very machine names, are asked for keys.
func (x *Exchange) known(ctx context.Context, p Presented, m Machine, dir *directory.Snapshot) (Keyless, idtoken.Token, error) {
	named, err := idtoken.Named(p.IDToken)
	if err != nil {
		return Keyless{}, idtoken.Token{}, refusef("the ID token is malformed: %v", err)
	}
	ways, err := x.Store.KeylessOf(ctx, m.ID)
	if err != nil {
		return Keyless{}, idtoken.Token{}, err
	}
	now := x.Now()
	set, err := x.Policies.InForce(ctx, now)
	if err != nil {
		return Keyless{}, idtoken.Token{}, err
	}
	verified := map[idtoken.Issuer]idtoken.Token{}
	why := refusef("no keyless way of it names an issuer %.200q that the settings trust, and that is not cooling for its owner or author", named)
	for _, way := range ways {
		trusted, ok := access.TrustedIssuer(set, dir, way.Issuer, []string{m.OwnerID, way.CreatedBy}, now)
		if !ok || trusted.URL != named {
			continue
		}
		from, ok := x.issuer(trusted)
		if !ok {
			why = refusef("the issuer %s has no audience, and this deployment no public address", trusted.Name)
			continue
		}
		token, seen := verified[from]
		if !seen {
			if token, err = x.Verifier.Verify(ctx, from, p.IDToken); err != nil {
				if !idtoken.Refused(err) {
					return Keyless{}, idtoken.Token{}, err
				}
				why = refusef("the ID token proves nothing: %v", err)
				continue
			}
			verified[from] = token
		}
		if way.matches(token.Claims) {
			return way, token, nil
		}
		why = refusef("the ID token of %s has other claims than the keyless ways of the machine client; its sub is %.300q", trusted.Name, token.Claims["sub"])
	}
	return Keyless{}, idtoken.Token{}, why
}

func (x *Exchange) issuer(t policy.TrustedIssuer) (idtoken.Issuer, bool) {
	from := idtoken.Issuer{URL: t.URL, Audience: t.Audience, KeysURL: t.KeysURL}
	if from.Audience == "" {
		from.Audience = x.Audience
	}
	return from, from.Audience != ""
}

// issue keeps the token of a machine that is known by an ID token, and that the ID token was used. What could have
// changed since it was read is read again.
func (x *Exchange) issue(
	ctx context.Context, tx Tx, p Presented, was Machine, way Keyless, proof idtoken.Token, hash string,
) (Token, error) {
	now := x.Now().UTC().Truncate(time.Microsecond)
	if !now.Before(proof.ExpiresAt) {
		return Token{}, refusef("the ID token has just expired")
	}
	m, found, err := tx.Machine(ctx, was.ID)
	if err != nil {
		return Token{}, err
	}
	if !found || m.Version != was.Version {
		return Token{}, refusef("the machine client was changed at this very moment")
	}
	ways, err := tx.KeylessOf(ctx, m.ID)
	if err != nil {
		return Token{}, err
	}
	if !slices.ContainsFunc(ways, func(k Keyless) bool { return k.ID == way.ID }) {
		return Token{}, refusef("the keyless way was removed at this very moment")
	}
	scopes := p.Scopes
	if len(scopes) == 0 {
		scopes = m.Scopes
	}
	if missing := access.MissingScopes(scopes, m.Scopes); len(missing) > 0 {
		return Token{}, invalid("scopes", fmt.Sprintf("machine client %s has not the scope %.40q; it has %s", m.Name, missing[0], spelled(m.Scopes)))
	}
	t := Token{
		Hash: hash, MachineID: m.ID, KeylessID: way.ID, Label: "keyless, " + way.Issuer, IssuedBy: way.CreatedBy, IssuedAt: now,
		ExpiresAt: now.Add(min(KeylessLifetime, proof.ExpiresAt.Sub(now))), Scopes: access.CommonScopes(scopes, m.Scopes),
	}
	fresh, err := tx.UseIDToken(ctx, proof.Fingerprint, m.ID, proof.ExpiresAt)
	if err != nil {
		return Token{}, err
	}
	if !fresh {
		return Token{}, refusef("the ID token was used before")
	}
	e := record("token.issued", audit.Actor{Kind: audit.Machine, ID: m.ID, Name: m.Name}, t, now)
	e.Data["expiresAt"], e.Data["scopes"], e.Data["issuedBy"] = t.ExpiresAt, t.Scopes, t.IssuedBy
	e.Data["keyless"], e.Data["issuer"], e.Data["claims"] = way.ID, way.Issuer, spelledClaims(way.Claims)
	if sub := proof.Claims["sub"]; plainClaim(sub) && len(sub) <= MaxClaimValue {
		e.Data["sub"] = sub
	}
	return t, tx.AddToken(ctx, t, e)
}

// refused records why an ID token opened nothing. The event log takes only so many: the text log has each.
func (x *Exchange) refused(ctx context.Context, p Presented, m Machine, why string) {
	name := m.Name
	if m.ID == "" {
		name = p.Machine
	}
	x.Log.WarnContext(ctx, "ID token refused", slog.String("machine", clipped(name, 100)), slog.String("reason", why), slog.String("from", p.From))
	if m.ID == "" {
		return
	}
	now := x.Now().UTC()
	left, ok := x.Refusals.take(now)
	if !ok {
		return
	}
	e := audit.Event{
		Kind: "machine.refused", At: now, Actor: access.System("machine-tokens").Audit(), Subject: audit.Subject{Machine: m.ID},
		Data: map[string]any{"name": m.Name, "reason": clipped(why, maxReason), "address": p.From},
	}
	if left > 0 {
		e.Data["moreWithoutEvent"] = left
	}
	if err := x.Store.Update(ctx, func(ctx context.Context, tx Tx) error { return tx.Record(ctx, e) }); err != nil {
		x.Log.ErrorContext(ctx, "refusal of an ID token not recorded", slog.Any("error", err))
	}
}
