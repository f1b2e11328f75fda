package identity

import (
	"context"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
)

// Links lists whom the subjects of providers stand for, for administrators and auditors.
func (s *SignIns) Links(ctx context.Context, f LinkFilter) ([]Link, error) {
	return s.Store.Links(ctx, f)
}

// ConfirmLink lets a subject stand for the user it waits for. Whom it stood for before, and which other subject stood for
// that user, is over, and so are the sign-ins that were begun so; the subject is let in after ConfirmedAfter. Nobody confirms
// for themselves (P11), and it asks for the fresh proof that changing policies asks for: it gives somebody all that the
// user may do.
func (s *SignIns) ConfirmLink(ctx context.Context, by access.Actor, id string) (Link, error) {
	return s.decideLink(ctx, by, id, func(ctx context.Context, tx Tx, l *Link, dir *directory.Snapshot) error {
		now := s.now()
		set, err := tx.PoliciesInForce(ctx, now)
		if err != nil {
			return err
		}
		if err := access.Shown(policy.ActPolicies, access.DemandsOf(policy.ActPolicies, set, dir, by.UserID, now), by, now); err != nil {
			return err
		}
		before := []func() (Link, bool, error){
			func() (Link, bool, error) { return tx.LinkOf(ctx, l.Provider, l.Subject) },
			func() (Link, bool, error) { return tx.LinkTo(ctx, l.Provider, l.UserID) },
		}
		for _, find := range before {
			old, found, err := find()
			if err != nil {
				return err
			}
			if !found {
				continue
			}
			if dir.SamePerson(old.UserID, by.UserID) {
				return errOwnLink
			}
			if err := s.replaceLink(ctx, tx, by, old, l); err != nil {
				return err
			}
		}
		l.State = LinkLinked
		return nil
	})
}

// RefuseLink says that a subject does not stand for the user it waits for. An administrator can still confirm it later.
func (s *SignIns) RefuseLink(ctx context.Context, by access.Actor, id string) (Link, error) {
	return s.decideLink(ctx, by, id, func(_ context.Context, _ Tx, l *Link, _ *directory.Snapshot) error {
		if l.State == LinkRefused {
			return conflict("this identity was refused already")
		}
		l.State = LinkRefused
		return nil
	})
}

var errOwnLink = &access.Error{
	Code: access.CodeForbidden, Message: "this is about who you are yourself: another administrator decides on it",
}

func (s *SignIns) decideLink(
	ctx context.Context, by access.Actor, id string, decide func(context.Context, Tx, *Link, *directory.Snapshot) error,
) (l Link, err error) {
	if by.Kind != audit.Person || !by.Administrator {
		return Link{}, forbidden("only administrators decide who somebody is")
	}
	dir, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return Link{}, &access.Error{Code: access.CodeUnavailable, Message: "the directory could not be read; try again shortly", Err: err}
	}
	err = s.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
		now := s.now()
		var found bool
		if l, found, err = tx.Link(ctx, id); err != nil {
			return err
		}
		switch {
		case !found:
			return &access.Error{Code: access.CodeNotFound, Message: "there is no identity " + id}
		case dir.SamePerson(l.UserID, by.UserID):
			return errOwnLink
		case l.State != LinkWaiting && l.State != LinkRefused:
			return conflict("this identity does not wait: it is " + string(l.State))
		}
		if err := decide(ctx, tx, &l, dir); err != nil {
			return err
		}
		l.DecidedBy, l.DecidedAt = by.UserID, now
		kind := "identity.confirmed"
		if l.State == LinkRefused {
			kind = "identity.refused"
		}
		return tx.PutLink(ctx, l, access.Change{
			Events: []audit.Event{access.WithProofs(l.event(kind, by.Audit(), now), by)},
			Alarms: []alarm.Signal{{Kind: alarm.IdentityWaiting, Subject: l.ID, Close: true}},
		})
	})
	l.Version++
	return l, err
}

// replaceLink ends a link, and the sign-ins that were begun by it.
func (s *SignIns) replaceLink(ctx context.Context, tx Tx, by access.Actor, old Link, with *Link) error {
	now := s.now()
	old.State, old.DecidedBy, old.DecidedAt = LinkReplaced, by.UserID, now
	e := old.event("identity.replaced", by.Audit(), now)
	e.Data["by"] = with.ID
	if err := tx.PutLink(ctx, old, access.Change{Events: []audit.Event{e}}); err != nil {
		return err
	}
	open, err := tx.OpenSignIns(ctx, old.UserID, now)
	if err != nil {
		return err
	}
	for _, in := range open {
		if in.Provider != old.Provider || in.Subject != old.Subject {
			continue
		}
		if err := end(ctx, tx, in, by.Audit(), EndLinkReplaced, now); err != nil {
			return err
		}
	}
	return nil
}
