package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
)

// endPrevious ends the sign-in whose secret a browser still holds when its user signs in anew.
func (s *SignIns) endPrevious(ctx context.Context, tx Tx, secret string, now time.Time) error {
	if !WellFormed(secret) {
		return nil
	}
	before, found, err := tx.SignInByHash(ctx, hashOf(secret))
	if err != nil || !found || before.Kind != KindBrowser || !before.EndedAt.IsZero() {
		return err
	}
	return end(ctx, tx, before, audit.Actor{Kind: audit.Person, ID: before.UserID}, EndReplaced, now)
}

func end(ctx context.Context, tx Tx, in SignIn, by audit.Actor, reason string, now time.Time) error {
	in.EndedAt, in.EndReason = now, reason
	return tx.PutSignIn(ctx, in, in.event("sign-in.ended", by, now))
}

// End ends one sign-in: one's own, and for administrators anybody's. One that is over already stays as it is.
func (s *SignIns) End(ctx context.Context, by access.Actor, id string) error {
	_, err := s.EndOne(ctx, by, id)
	return err
}

// EndOne is End, and returns what it ended.
func (s *SignIns) EndOne(ctx context.Context, by access.Actor, id string) (in SignIn, err error) {
	now := s.now()
	err = s.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		var found bool
		if in, found, err = tx.SignIn(ctx, id); err != nil {
			return err
		}
		own := found && by.Kind == audit.Person && in.UserID == by.UserID
		switch {
		case found && !own && by.Auditor && !by.Administrator:
			return forbidden("only whose sign-in it is and administrators end it")
		case !found || !own && !by.Administrator:
			return &access.Error{Code: access.CodeNotFound, Message: "there is no such sign-in that you may end"}
		case !in.EndedAt.IsZero():
			return nil
		}
		reason := EndByAdmin
		switch {
		case id == by.SignInID:
			reason = EndSignedOut
		case own:
			reason = EndByUser
		}
		in.EndedAt, in.EndReason = now, reason
		return tx.PutSignIn(ctx, in, in.event("sign-in.ended", by.Audit(), now))
	})
	return in, err
}

// EndAll ends all sign-ins of a user: one's own, and for administrators anybody's. reason is kept with them; "" for the
// usual one. It returns how many there were.
func (s *SignIns) EndAll(ctx context.Context, by access.Actor, userID, reason string) (n int, err error) {
	own := by.Kind == audit.Person && by.UserID == userID
	switch {
	case userID == "":
		return 0, invalid("user", "name the user")
	case !own && !by.Administrator:
		return 0, forbidden("only administrators end sign-ins of others")
	case reason == "" && own:
		reason = EndByUser
	case reason == "":
		reason = EndByAdmin
	}
	return s.endAll(ctx, by.Audit(), userID, reason)
}

// EndByOperator ends what an operator at the database names: one sign-in, all of a user, or, with neither, all there are.
func (s *SignIns) EndByOperator(ctx context.Context, by audit.Actor, id, userID string) (n int, err error) {
	if id == "" {
		return s.endAll(ctx, by, userID, EndByOperator)
	}
	now := s.now()
	err = s.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		in, found, err := tx.SignIn(ctx, id)
		if err != nil {
			return err
		}
		if !found || !in.EndedAt.IsZero() {
			return &access.Error{Code: access.CodeNotFound, Message: "there is no such sign-in, or it has ended already"}
		}
		return end(ctx, tx, in, by, EndByOperator, now)
	})
	if err != nil {
		return 0, err
	}
	return 1, nil
}

func (s *SignIns) endAll(ctx context.Context, by audit.Actor, userID, reason string) (n int, err error) {
	now := s.now()
	err = s.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		n, err = endAllWithin(ctx, tx, by, userID, reason, now)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("end sign-ins: %w", err)
	}
	return n, nil
}

// endAllWithin ends those of a user, "" of everybody, that have not expired.
func endAllWithin(ctx context.Context, tx Tx, by audit.Actor, userID, reason string, now time.Time) (int, error) {
	all, err := tx.OpenSignIns(ctx, userID, now)
	if err != nil {
		return 0, err
	}
	for _, in := range all {
		if err := end(ctx, tx, in, by, reason, now); err != nil {
			return 0, err
		}
	}
	return len(all), nil
}
