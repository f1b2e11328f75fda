package identity

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/policy"
)

// BeginRegistration gives what a browser needs to make a passkey (PublicKeyCredentialCreationOptionsJSON). Who asks must
// have signed in at their provider no longer than RegistrationAge ago: whoever only has their sign-in cannot make one.
func (k *Passkeys) BeginRegistration(ctx context.Context, by access.Actor) (options json.RawMessage, err error) {
	party, err := k.ready(by)
	if err != nil {
		return nil, err
	}
	challenge, err := k.random()
	if err != nil {
		return nil, err
	}
	var have []Passkey
	err = k.Store.UpdatePasskeys(ctx, func(ctx context.Context, tx PasskeyTx) error {
		if err := k.mayRegister(ctx, tx, by); err != nil {
			return err
		}
		if have, err = roomForOne(ctx, tx, by); err != nil {
			return err
		}
		return k.challenge(ctx, tx, by, PurposeRegister, challenge)
	})
	if err != nil {
		return nil, err
	}
	h := holder{by: by, passkeys: have}
	creation, _, err := party.BeginRegistration(h, webauthn.WithCredentialParameters(algorithms()),
		webauthn.WithExclusions(webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()),
		func(o *protocol.PublicKeyCredentialCreationOptions) error {
			o.Challenge = challenge
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("begin registration of a passkey: %w", err)
	}
	return encoded(creation.Response)
}

func encoded(options any) (json.RawMessage, error) {
	b, err := json.Marshal(options)
	if err != nil {
		return nil, fmt.Errorf("encode passkey options: %w", err)
	}
	return b, nil
}

// mayRegister asks for a sign-in at a provider a moment ago.
func (k *Passkeys) mayRegister(ctx context.Context, tx PasskeyTx, by access.Actor) error {
	in, found, err := tx.SignIn(ctx, by.SignInID)
	if err != nil {
		return err
	}
	if found && k.FreshlySignedIn(in, k.now()) {
		return nil
	}
	return access.Shown(policy.ActPasskeys, []policy.Demand{freshSignIn}, by, k.now())
}

// freshSignIn is what registering a passkey demands.
var freshSignIn = policy.Demand{Kinds: []policy.ProofKind{policy.ProofProvider}, MaxAge: RegistrationAge} //nolint:gochecknoglobals // never changes

// FreshlySignedIn says whether somebody signed in at their provider no longer than RegistrationAge before now. Where a
// provider cannot be made to ask people anew, its word that let them in just now is all there is: until the passkey counts
// there is a day, or another administrator.
func (k *Passkeys) FreshlySignedIn(in SignIn, now time.Time) bool {
	if freshSignIn.Met(in.Proofs, now) {
		return true
	}
	asksAnew := k.ProvesFreshness == nil || k.ProvesFreshness(in.Provider)
	return !asksAnew && in.Kind == KindBrowser && now.Sub(in.StartedAt) <= RegistrationAge
}

// roomForOne refuses one passkey more than somebody may have.
func roomForOne(ctx context.Context, tx PasskeyTx, by access.Actor) ([]Passkey, error) {
	have, err := tx.PasskeysOf(ctx, by.UserID)
	if err != nil {
		return nil, err
	}
	if len(have) >= MaxPasskeys {
		return nil, conflict(fmt.Sprintf("you have %d passkeys already: remove one first", len(have)))
	}
	return have, nil
}

// FinishRegistration keeps the passkey that a browser made (RegistrationResponseJSON). It counts after PasskeyDelay, or
// once another administrator consents.
func (k *Passkeys) FinishRegistration(ctx context.Context, by access.Actor, name string, answer []byte) (Passkey, error) {
	party, err := k.ready(by)
	if err != nil {
		return Passkey{}, err
	}
	if name, err = passkeyName(name); err != nil {
		return Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Passkey{}, refusedAnswer(reasonOf(err))
	}
	var made Passkey
	var refused string
	err = k.Store.UpdatePasskeys(ctx, func(ctx context.Context, tx PasskeyTx) error {
		made, refused, err = k.register(ctx, tx, party, by, name, parsed)
		if err != nil || refused == "" {
			return err
		}
		return recordRefusal(ctx, tx, by, Passkey{Name: name}, refused, k.now())
	})
	if err == nil && refused != "" {
		err = refusedAnswer(refused)
	}
	return made, err
}

// register says why an answer is refused, "" where it is not. Refused, too, it has taken its challenge.
func (k *Passkeys) register(
	ctx context.Context, tx PasskeyTx, party *webauthn.WebAuthn, by access.Actor, name string, parsed *protocol.ParsedCredentialCreationData,
) (made Passkey, refused string, err error) {
	challenge := parsed.Response.CollectedClientData.Challenge
	if refused, err = k.answered(ctx, tx, by, PurposeRegister, challenge); refused != "" || err != nil {
		return Passkey{}, refused, err
	}
	credential, err := party.CreateCredential(holder{by: by}, webauthn.SessionData{
		Challenge: challenge, RelyingPartyID: party.Config.RPID, UserID: []byte(by.UserID),
		UserVerification: protocol.VerificationRequired, CredParams: algorithms(),
	}, parsed)
	if err != nil {
		return Passkey{}, reasonOf(err), nil
	}
	if known, err := tx.CredentialKnown(ctx, credential.ID); err != nil || known {
		return Passkey{}, "the credential is registered already", err
	}
	if _, err := roomForOne(ctx, tx, by); err != nil {
		return Passkey{}, "", err
	}
	now := k.now()
	made = Passkey{
		ID: k.IDs.Make(PasskeyPrefix), UserID: by.UserID, Name: name, CredentialID: credential.ID, PublicKey: credential.PublicKey,
		BackupEligible: credential.Flags.BackupEligible, SignCount: credential.Authenticator.SignCount,
		RegisteredAt: now, UsableAt: now.Add(PasskeyDelay),
	}
	for _, t := range credential.Transport {
		if len(made.Transports) < maxTransports && len(t) <= maxTransport {
			made.Transports = append(made.Transports, string(t))
		}
	}
	e := passkeyEvent("passkey.registered", by, made, now)
	e.Data["usableAt"] = made.UsableAt
	if err := tx.PutPasskey(ctx, made, access.Change{Events: []audit.Event{e}}); err != nil {
		return Passkey{}, "", err
	}
	made.Version++
	return made, "", nil
}

// Bounds of what a browser says of how an authenticator is reached.
const (
	maxTransports = 8
	maxTransport  = 32 // bytes
)

func passkeyName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n == 0 || n > MaxPasskeyName || !utf8.ValidString(name) || strings.ContainsFunc(name, unprintable) {
		return "", invalid("name", fmt.Sprintf("give it a name by which you know it again, of at most %d characters", MaxPasskeyName))
	}
	return name, nil
}

// unprintable characters would forge lines, or make one name look like another.
func unprintable(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r)
}

// reasonOf an answer's refusal, without what was sent.
func reasonOf(err error) string {
	text := err.Error()
	const most = 200
	if len(text) > most {
		text = text[:most]
	}
	return string(bytes.ToValidUTF8([]byte(text), nil))
}

// untilUsable is what somebody is told whose passkeys do not count yet.
func untilUsable(passkeys []Passkey, now time.Time) string {
	var first time.Time
	for _, p := range passkeys {
		if p.CopiedAt.IsZero() && p.UsableAt.After(now) && (first.IsZero() || p.UsableAt.Before(first)) {
			first = p.UsableAt
		}
	}
	if first.IsZero() {
		return "none of your passkeys counts any more: register another one, and remove those"
	}
	return "your passkey counts from " + first.UTC().Format("2006-01-02 15:04 MST") + " on, or once another administrator consents to it"
}
