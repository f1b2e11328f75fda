package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
)

// Prove adds a fresh proof to somebody's sign-in that a provider's answer gives, and to another one of theirs, a command
// line's, that it is for as well; "" for none. The answer stands for whom it would sign in, by the same rules as with Begin,
// and must stand for whose sign-ins they are. newSecret is as with AddProof, of the first sign-in. Errors that wrap
// ErrRefused are *Refusal.
func (s *SignIns) Prove(ctx context.Context, x External, from Origin, id, commandLine string) (newSecret string, in SignIn, err error) {
	newSecret, in, err = s.prove(ctx, x, id, commandLine)
	if r, ok := errors.AsType[*Refusal](err); ok {
		return "", SignIn{}, errors.Join(err, s.NoteRefusal(ctx, r, from))
	}
	return newSecret, in, err
}

func (s *SignIns) prove(ctx context.Context, x External, id, commandLine string) (newSecret string, in SignIn, err error) {
	user, candidate, err := s.whoIs(ctx, x)
	if err != nil {
		return "", SignIn{}, err
	}
	var waits *Link
	err = s.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		var userID string
		if userID, waits, err = s.settleLink(ctx, tx, x, candidate, s.now()); err != nil || waits != nil {
			return err
		}
		if userID != user.ID {
			return errLinkMoved
		}
		if in, err = ownSignIn(ctx, tx, x, userID, id); err != nil {
			return err
		}
		if commandLine != "" && commandLine != id {
			of, err := ownSignIn(ctx, tx, x, userID, commandLine)
			if err != nil {
				return err
			}
			if of.Kind == KindBrowser {
				return x.other("another browser's sign-in " + commandLine)
			}
			if _, err := s.AddProofWithin(ctx, tx, commandLine, x.proof()); err != nil {
				return err
			}
		}
		newSecret, err = s.AddProofWithin(ctx, tx, id, x.proof())
		return err
	})
	switch {
	case err != nil:
		return "", SignIn{}, fmt.Errorf("prove who is signed in: %w", err)
	case waits != nil:
		return "", SignIn{}, waits.refusal()
	}
	return newSecret, in, nil
}

// ownSignIn reads a sign-in of the user whom a provider's answer stands for.
func ownSignIn(ctx context.Context, tx Tx, x External, userID, id string) (SignIn, error) {
	in, found, err := tx.SignIn(ctx, id)
	if err != nil {
		return SignIn{}, err
	}
	if !found || in.UserID != userID {
		return SignIn{}, x.other("sign-in " + id)
	}
	return in, nil
}

// AddProof adds a fresh proof to a sign-in, in place of the one of its kind that it had, and gives a browser a new secret:
// whoever knew the old one has gained nothing. newSecret is "" for other kinds of sign-ins.
func (s *SignIns) AddProof(ctx context.Context, in SignIn, p access.Proof) (newSecret string, err error) {
	err = s.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		newSecret, err = s.AddProofWithin(ctx, tx, in.ID, p)
		return err
	})
	if err != nil {
		if access.CodeOf(err) != "" {
			return "", err
		}
		return "", fmt.Errorf("add proof: %w", err)
	}
	return newSecret, nil
}

// AddProofWithin is AddProof in a transaction of the caller's.
func (s *SignIns) AddProofWithin(ctx context.Context, tx Tx, id string, p access.Proof) (newSecret string, err error) {
	now := s.now()
	if p.At.After(now) {
		p.At = now
	}
	in, found, err := tx.SignIn(ctx, id)
	if err != nil {
		return "", err
	}
	in.LastSeenAt = s.Uses.lastSeen(in)
	if !found || !in.Alive(now) {
		return "", conflict("this sign-in is over: sign in again")
	}
	in.Proofs = append(slices.DeleteFunc(slices.Clone(in.Proofs), func(old access.Proof) bool { return old.Kind == p.Kind }), p)
	if in.Kind == KindBrowser {
		if newSecret, err = generate(s.Random); err != nil {
			return "", err
		}
		in.Hash = hashOf(newSecret)
	}
	e := in.event("sign-in.proved", audit.Actor{Kind: audit.Person, ID: in.UserID}, now)
	e.Data["proof"] = string(p.Kind)
	return newSecret, tx.PutSignIn(ctx, in, e)
}
