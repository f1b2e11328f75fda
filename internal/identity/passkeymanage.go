package identity

import (
	"context"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/policy"
)

// Consent makes a passkey count at once, by an administrator who is somebody else than its holder.
func (k *Passkeys) Consent(ctx context.Context, by access.Actor, id string) (Passkey, error) {
	if by.Kind != audit.Person || !by.Administrator {
		return Passkey{}, forbidden("only administrators consent to passkeys")
	}
	dir, err := k.Directory.Snapshot(ctx)
	if err != nil {
		return Passkey{}, unread(err)
	}
	var p Passkey
	err = k.Store.UpdatePasskeys(ctx, func(ctx context.Context, tx PasskeyTx) error {
		var found bool
		if p, found, err = tx.Passkey(ctx, id); err != nil {
			return err
		}
		now := k.now()
		switch {
		case !found:
			return noPasskey(id)
		case dir.SamePerson(p.UserID, by.UserID):
			return forbidden("it is your own passkey: another administrator must consent to it")
		case !p.CopiedAt.IsZero():
			return conflict("somebody may have a copy of this passkey: it does not count any more, and its holder registers another one")
		case p.Counts(now):
			return conflict("the passkey counts already")
		}
		set, err := tx.PoliciesInForce(ctx, now)
		if err != nil {
			return err
		}
		if err := access.Shown(policy.ActPolicies, access.DemandsOf(policy.ActPolicies, set, dir, by.UserID, now), by, now); err != nil {
			return err
		}
		p.ConsentedBy, p.ConsentedAt, p.UsableAt = by.UserID, now, now
		return tx.PutPasskey(ctx, p, access.Change{Events: []audit.Event{passkeyEvent("passkey.consented", by, p, now)}})
	})
	p.Version++
	return p, err
}

// Remove a passkey: one's own, having shown just now that it is oneself, and for administrators anybody's.
func (k *Passkeys) Remove(ctx context.Context, by access.Actor, id string) (Passkey, error) {
	if by.Kind != audit.Person || by.UserID == "" {
		return Passkey{}, forbidden("machine clients have no passkeys, and remove none")
	}
	var p Passkey
	err := k.Store.UpdatePasskeys(ctx, func(ctx context.Context, tx PasskeyTx) error {
		var found bool
		var err error
		if p, found, err = tx.Passkey(ctx, id); err != nil {
			return err
		}
		now := k.now()
		own := found && p.UserID == by.UserID
		switch {
		case !found || !own && !by.Administrator && !by.Auditor:
			return noPasskey(id)
		case !own && !by.Administrator:
			return forbidden("only its holder and administrators remove a passkey")
		case own:
			fresh := policy.Demand{Kinds: []policy.ProofKind{policy.ProofPasskey, policy.ProofProvider}, MaxAge: RegistrationAge}
			if err := access.Shown(policy.ActPasskeys, []policy.Demand{fresh}, by, now); err != nil {
				return err
			}
		}
		change := access.Change{Events: []audit.Event{passkeyEvent("passkey.removed", by, p, now)}}
		if !p.CopiedAt.IsZero() {
			change.Alarms = []alarm.Signal{{Kind: alarm.PasskeyCopied, Subject: p.ID, At: now, Close: true}}
		}
		return tx.RemovePasskey(ctx, p, change)
	})
	return p, err
}

func unread(err error) error {
	return &access.Error{Code: access.CodeUnavailable, Message: "the directory could not be read, so nothing was changed; try again shortly", Err: err}
}
