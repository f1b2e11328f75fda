package identity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/policy"
)

// PasskeyPrefix begins the id of every passkey.
const PasskeyPrefix = "pky"

// Bounds of passkeys.
const (
	MaxPasskeys    = 10             // of one person
	MaxPasskeyName = 64             // characters
	PasskeyDelay   = 24 * time.Hour // until one that nobody consented to may be used
	// RegistrationAge is how long ago somebody who registers or removes a passkey may have shown that it is them.
	RegistrationAge = 5 * time.Minute
	// ChallengeLife is how long an authenticator has for its answer.
	ChallengeLife = 5 * time.Minute

	challengeBytes = 32
	maxChallenges  = 10 // that wait in one sign-in
)

// Passkey is what is kept of somebody's authenticator: no secret, the private key stays with them. It shows in TEAM that
// it is them who acts, and signs nobody in.
type Passkey struct {
	ID           string // pky_…
	UserID       string
	Name         string // as its holder calls it
	CredentialID []byte
	PublicKey    []byte // in COSE form
	Transports   []string
	// BackupEligible: it may be synchronized between devices. It never changes.
	BackupEligible bool
	SignCount      uint32 // as the authenticator last said; 0 where it does not count
	RegisteredAt   time.Time
	// UsableAt is when it begins to count: PasskeyDelay after it was registered, or when another administrator consented. Who
	// got hold of somebody's sign-in for a moment has nothing of a passkey before its holder can see it.
	UsableAt    time.Time
	ConsentedBy string // user id of that administrator, "" where nobody was asked
	ConsentedAt time.Time
	LastUsedAt  time.Time
	// CopiedAt is when its counter was seen to go backwards: there may be two of it, and it does not count any more.
	CopiedAt time.Time
	Version  int64
}

// Counts says whether the passkey shows at that moment that it is its holder.
func (p Passkey) Counts(now time.Time) bool { return p.CopiedAt.IsZero() && !now.Before(p.UsableAt) }

// Purpose of a challenge.
type Purpose string

// A challenge is for registering a passkey or for using one, never for both.
const (
	PurposeRegister Purpose = "register"
	PurposeProve    Purpose = "prove"
)

// Challenge waits for the answer of an authenticator, once, in the sign-in it was made for.
type Challenge struct {
	Hash      string // SHA-256 of the challenge, in hex
	SignInID  string
	UserID    string
	Purpose   Purpose
	ExpiresAt time.Time
}

// PasskeyStore keeps passkeys and the challenges that wait for an answer.
type PasskeyStore interface {
	// UpdatePasskeys runs f in one transaction, and again on a serialization failure; f only reads, decides and writes.
	UpdatePasskeys(ctx context.Context, f func(context.Context, PasskeyTx) error) error
	// Passkeys of a user, "" for everybody's, in the order in which they were registered.
	Passkeys(ctx context.Context, userID string) ([]Passkey, error)
}

// PasskeyTx is what may be done in one transaction. Every change of a passkey comes with its events (P6).
type PasskeyTx interface {
	Passkey(ctx context.Context, id string) (p Passkey, found bool, err error)
	PasskeysOf(ctx context.Context, userID string) ([]Passkey, error)
	// CredentialKnown says whether somebody has registered a credential.
	CredentialKnown(ctx context.Context, credentialID []byte) (bool, error)
	// PutPasskey writes a passkey, a new one at version 0, others if they are still at the version they were read at; with
	// the events and alarms of the change.
	PutPasskey(ctx context.Context, p Passkey, c access.Change) error
	// RemovePasskey also takes the proofs that it gave out of its holder's open sign-ins.
	RemovePasskey(ctx context.Context, p Passkey, c access.Change) error
	SignIn(ctx context.Context, id string) (in SignIn, found bool, err error)
	// PoliciesInForce at now, with the versions before while somebody is cooling.
	PoliciesInForce(ctx context.Context, now time.Time) (policy.Set, error)
	// AddChallenge keeps a challenge and forgets those that have expired. It is no change of state and has no event; nor has
	// taking it.
	AddChallenge(ctx context.Context, c Challenge, now time.Time) error
	// Challenges is how many wait in a sign-in.
	Challenges(ctx context.Context, signInID string, now time.Time) (int, error)
	// TakeChallenge gives a challenge and forgets it.
	TakeChallenge(ctx context.Context, hash string) (c Challenge, found bool, err error)
	// Apply writes events and alarms that come with no change of a passkey.
	Apply(ctx context.Context, c access.Change) error
}

// Passkeys registers, uses and removes passkeys.
type Passkeys struct {
	Store     PasskeyStore
	Directory access.Directory
	// Origin is where people open TEAM, as https://team.example.com: passkeys are bound to its host.
	Origin *url.URL
	IDs    access.IDs
	Random io.Reader // crypto/rand.Reader outside of tests
	Now    func() time.Time
	// ProvesFreshness says whether a provider, by its name, asks people anew when it is told to. Optional: then all do.
	ProvesFreshness func(provider string) bool
}

func (k *Passkeys) now() time.Time { return k.Now().UTC().Truncate(time.Microsecond) }

// Unavailable says why there can be no passkeys here, "" where there can: browsers bind them to a host's name.
func (k *Passkeys) Unavailable() string {
	switch {
	case k.Origin == nil || k.Origin.Hostname() == "":
		return "TEAM does not know the address people open it at: set public_url"
	case net.ParseIP(k.Origin.Hostname()) != nil:
		return "browsers bind passkeys to the name of a host, and people open TEAM at the address " + k.Origin.Hostname() +
			": give it a name (on one's own machine: localhost) in public_url"
	}
	if _, err := k.party(); err != nil {
		return "browsers bind passkeys to the name of a host, and that of public_url is none"
	}
	return ""
}

// party is TEAM as authenticators know it.
func (k *Passkeys) party() (*webauthn.WebAuthn, error) {
	timeout := webauthn.TimeoutConfig{Timeout: ChallengeLife, TimeoutUVD: ChallengeLife}
	party, err := webauthn.New(&webauthn.Config{
		RPID: k.Origin.Hostname(), RPDisplayName: "TEAM", RPOrigins: []string{k.Origin.Scheme + "://" + k.Origin.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementPreferred, RequireResidentKey: protocol.ResidentKeyNotRequired(),
			UserVerification: protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: timeout, Registration: timeout},
	})
	if err != nil {
		return nil, fmt.Errorf("set up passkeys: %w", err)
	}
	return party, nil
}

// algorithms are those that authenticators in use have: platform ones, security keys, and Windows Hello.
func algorithms() []protocol.CredentialParameter {
	var all []protocol.CredentialParameter
	for _, a := range []webauthncose.COSEAlgorithmIdentifier{webauthncose.AlgES256, webauthncose.AlgEdDSA, webauthncose.AlgRS256} {
		all = append(all, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: a})
	}
	return all
}

// holder is a person as WebAuthn has them. The user id is the handle: it says nothing about them, and never changes.
type holder struct {
	by       access.Actor
	passkeys []Passkey
}

func (h holder) WebAuthnID() []byte          { return []byte(h.by.UserID) }
func (h holder) WebAuthnName() string        { return h.by.Name }
func (h holder) WebAuthnDisplayName() string { return h.by.Name }

func (h holder) WebAuthnCredentials() []webauthn.Credential {
	out := make([]webauthn.Credential, 0, len(h.passkeys))
	for _, p := range h.passkeys {
		c := webauthn.Credential{
			ID: p.CredentialID, PublicKey: p.PublicKey, Flags: webauthn.CredentialFlags{BackupEligible: p.BackupEligible},
			Authenticator: webauthn.Authenticator{SignCount: p.SignCount},
		}
		for _, t := range p.Transports {
			c.Transport = append(c.Transport, protocol.AuthenticatorTransport(t))
		}
		out = append(out, c)
	}
	return out
}

// List the passkeys of a user, "" for everybody's: one's own, and for administrators and auditors those of others.
func (k *Passkeys) List(ctx context.Context, by access.Actor, userID string) ([]Passkey, error) {
	if by.Kind != audit.Person || (userID != by.UserID && !by.Administrator && !by.Auditor) {
		return nil, forbidden("only administrators and auditors see others' passkeys")
	}
	return k.Store.Passkeys(ctx, userID)
}

// challenge makes a new one and keeps what is to be known of it.
func (k *Passkeys) challenge(ctx context.Context, tx PasskeyTx, by access.Actor, purpose Purpose, challenge []byte) error {
	now := k.now()
	waiting, err := tx.Challenges(ctx, by.SignInID, now)
	if err != nil {
		return err
	}
	if waiting >= maxChallenges {
		return conflict(fmt.Sprintf("%d passkey dialogs were begun and not finished: wait %s", waiting, access.Human(ChallengeLife)))
	}
	text := protocol.URLEncodedBase64(challenge).String()
	return tx.AddChallenge(ctx, Challenge{
		Hash: challengeHash(text), SignInID: by.SignInID, UserID: by.UserID, Purpose: purpose, ExpiresAt: now.Add(ChallengeLife),
	}, now)
}

func (k *Passkeys) random() ([]byte, error) {
	b := make([]byte, challengeBytes)
	if _, err := io.ReadFull(k.Random, b); err != nil {
		return nil, fmt.Errorf("make challenge: %w", err)
	}
	return b, nil
}

// answered takes the challenge that an answer is to, if it was made for this purpose in the caller's sign-in and has not
// expired. Whatever comes of the answer, the challenge is gone.
func (k *Passkeys) answered(ctx context.Context, tx PasskeyTx, by access.Actor, purpose Purpose, text string) (string, error) {
	c, found, err := tx.TakeChallenge(ctx, challengeHash(text))
	switch {
	case err != nil:
		return "", err
	case !found:
		return "it answers no challenge that waits: it expired, was answered before, or is none of ours", nil
	case c.SignInID != by.SignInID || c.UserID != by.UserID:
		return "the challenge was made for another sign-in", nil
	case c.Purpose != purpose:
		return "the challenge was made for something else", nil
	case !k.now().Before(c.ExpiresAt):
		return "the challenge has expired", nil
	}
	return "", nil
}

// challengeHash is what is kept of a challenge in the form in which browsers send it back.
func challengeHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// ready gives TEAM as authenticators know it, and refuses whoever did not sign in: what shows that it is somebody belongs
// to their sign-in.
func (k *Passkeys) ready(by access.Actor) (*webauthn.WebAuthn, error) {
	if by.Kind != audit.Person || by.UserID == "" || !by.SignedIn() {
		return nil, forbidden("passkeys are for people who signed in: a token can neither register nor use one")
	}
	if why := k.Unavailable(); why != "" {
		return nil, conflict("there can be no passkeys here: " + why)
	}
	return k.party()
}

func passkeyEvent(kind string, by access.Actor, p Passkey, now time.Time) audit.Event {
	e := audit.Event{
		Kind: kind, At: now, Actor: by.Audit(), Subject: audit.Subject{User: p.UserID},
		Data: map[string]any{"passkey": p.ID, "name": p.Name},
	}
	if by.SignedIn() {
		e.Data["signIn"] = by.SignInID
	}
	return access.WithProofs(e, by)
}

// refusedAnswer is told to who sent an answer that was not accepted. Why stands in the event and the log.
func refusedAnswer(why string) error {
	return &access.Error{
		Code: access.CodeForbidden, Message: "the passkey's answer was not accepted: begin again", Err: fmt.Errorf("passkey refused: %s", why),
	}
}

// recordRefusal says in the log of events that an answer was not accepted.
func recordRefusal(ctx context.Context, tx PasskeyTx, by access.Actor, p Passkey, why string, now time.Time) error {
	p.UserID = by.UserID
	e := passkeyEvent("passkey.refused", by, p, now)
	e.Data["reason"] = why
	return tx.Apply(ctx, access.Change{Events: []audit.Event{e}})
}

func noPasskey(id string) error {
	return &access.Error{Code: access.CodeNotFound, Message: "there is no passkey " + id + " that you may see"}
}
