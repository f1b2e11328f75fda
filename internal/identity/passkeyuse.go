package identity

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/audit"
)

// BeginProof gives what a browser needs to use one of the caller's passkeys (PublicKeyCredentialRequestOptionsJSON).
func (k *Passkeys) BeginProof(ctx context.Context, by access.Actor) (options json.RawMessage, err error) {
	party, err := k.ready(by)
	if err != nil {
		return nil, err
	}
	challenge, err := k.random()
	if err != nil {
		return nil, err
	}
	var counting []Passkey
	err = k.Store.UpdatePasskeys(ctx, func(ctx context.Context, tx PasskeyTx) error {
		if counting, err = k.counting(ctx, tx, by); err != nil {
			return err
		}
		return k.challenge(ctx, tx, by, PurposeProve, challenge)
	})
	if err != nil {
		return nil, err
	}
	assertion, _, err := party.BeginLogin(holder{by: by, passkeys: counting}, webauthn.WithChallenge(challenge))
	if err != nil {
		return nil, fmt.Errorf("begin use of a passkey: %w", err)
	}
	return encoded(assertion.Response)
}

// counting are the caller's passkeys that count now; that there are none is a conflict.
func (k *Passkeys) counting(ctx context.Context, tx PasskeyTx, by access.Actor) ([]Passkey, error) {
	have, err := tx.PasskeysOf(ctx, by.UserID)
	if err != nil {
		return nil, err
	}
	if len(have) == 0 {
		return nil, conflict("you have registered no passkey yet")
	}
	now := k.now()
	var counting []Passkey
	for _, p := range have {
		if p.Counts(now) {
			counting = append(counting, p)
		}
	}
	if len(counting) == 0 {
		return nil, conflict(untilUsable(have, now))
	}
	return counting, nil
}

// FinishProof checks what an authenticator signed (AuthenticationResponseJSON), and gives the proof to be added to the
// caller's sign-in.
func (k *Passkeys) FinishProof(ctx context.Context, by access.Actor, answer []byte) (Passkey, access.Proof, error) {
	party, err := k.ready(by)
	if err != nil {
		return Passkey{}, access.Proof{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Passkey{}, access.Proof{}, refusedAnswer(reasonOf(err))
	}
	var used Passkey
	var refused string
	err = k.Store.UpdatePasskeys(ctx, func(ctx context.Context, tx PasskeyTx) error {
		used, refused, err = k.prove(ctx, tx, party, by, parsed)
		if err != nil || refused == "" {
			return err
		}
		return recordRefusal(ctx, tx, by, used, refused, k.now())
	})
	if err == nil && refused != "" {
		err = refusedAnswer(refused)
	}
	if err != nil {
		return Passkey{}, access.Proof{}, err
	}
	return used, access.Proof{Kind: access.ProofPasskey, At: used.LastUsedAt, PasskeyID: used.ID}, nil
}

// prove says why an answer is refused, "" where it is not.
func (k *Passkeys) prove(
	ctx context.Context, tx PasskeyTx, party *webauthn.WebAuthn, by access.Actor, parsed *protocol.ParsedCredentialAssertionData,
) (used Passkey, refused string, err error) {
	challenge := parsed.Response.CollectedClientData.Challenge
	if refused, err = k.answered(ctx, tx, by, PurposeProve, challenge); refused != "" || err != nil {
		return Passkey{}, refused, err
	}
	counting, err := k.counting(ctx, tx, by)
	if err != nil {
		return Passkey{}, "", err
	}
	session := webauthn.SessionData{
		Challenge: challenge, RelyingPartyID: party.Config.RPID, UserID: []byte(by.UserID), UserVerification: protocol.VerificationRequired,
	}
	for _, p := range counting {
		session.AllowedCredentialIDs = append(session.AllowedCredentialIDs, p.CredentialID)
		if bytes.Equal(p.CredentialID, parsed.RawID) {
			used = p
		}
	}
	credential, err := party.ValidateLogin(holder{by: by, passkeys: counting}, session, parsed)
	if err != nil {
		return used, reasonOf(err), nil
	}
	now := k.now()
	if credential.Authenticator.CloneWarning {
		return used, "its counter went backwards", k.copied(ctx, tx, by, used, parsed.Response.AuthenticatorData.Counter, now)
	}
	used.SignCount, used.LastUsedAt = credential.Authenticator.SignCount, now
	e := passkeyEvent("passkey.used", by, used, now)
	if err := tx.PutPasskey(ctx, used, access.Change{Events: []audit.Event{e}}); err != nil {
		return used, "", err
	}
	used.Version++
	return used, "", nil
}

// copied has a passkey not count any more whose counter went backwards: somebody may have a copy of it.
func (k *Passkeys) copied(ctx context.Context, tx PasskeyTx, by access.Actor, p Passkey, counter uint32, now time.Time) error {
	e := passkeyEvent("passkey.copied", by, p, now)
	e.Data["counter"], e.Data["counterBefore"] = counter, p.SignCount
	p.CopiedAt = now
	return tx.PutPasskey(ctx, p, access.Change{
		Events: []audit.Event{e},
		Alarms: []alarm.Signal{{
			Kind: alarm.PasskeyCopied, Subject: p.ID, At: now,
			Sentence: fmt.Sprintf("The counter of passkey %q of %s went from %d to %d: somebody may have a copy of it. It does not count any more; "+
				"find out whether it was them, and remove it.", p.Name, by.Name, p.SignCount, counter),
		}},
	})
}
