package policychange

import (
	"context"
	"slices"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/policy"
)

// MaxComment is the longest comment on a proposal, in characters.
const MaxComment = access.MaxComment

// Agree puts a proposal in force. The caller is another administrator, another person than its author, at this moment.
// Everything is judged again by the policies now in force: if it widens more than the proposal said, the proposal is
// stored with the new reasons and must be agreed to anew (stale). Author and agreer cool for policy.CoolingPeriod.
// The author must still be an administrator too: two of them answer for a change that widens access.
func (s *Service) Agree(ctx context.Context, by access.Actor, proposalID string) (Outcome, error) {
	return s.AgreeTo(ctx, by, proposalID, 0)
}

// AgreeTo is Agree for somebody who read the proposal at a version: when what it widens was computed anew since, it is
// stale, for they have not seen the new reasons. 0 is whatever version there is.
func (s *Service) AgreeTo(ctx context.Context, by access.Actor, proposalID string, version int64) (Outcome, error) {
	var out Outcome
	var reconsider bool
	if err := s.authorStillMay(ctx, by, proposalID); err != nil {
		return out, err
	}
	err := s.decide(ctx, by, proposalID, func(ctx context.Context, tx Tx, p Proposal, set policy.Set, f facts) error {
		if f.dir.SamePerson(p.AuthorID, f.person) {
			return forbidden("it is your own proposal: another administrator must agree")
		}
		if version != 0 && p.Version != version {
			return stale("the proposal is at version %d, and you read version %d: what it widens was computed anew. Read it again before you agree",
				p.Version, version)
		}
		d := p.draft()
		head, err := headOf(ctx, tx, d)
		if err != nil {
			return err
		}
		j, err := judge(d, set, head, f.dir)
		if err != nil {
			return err
		}
		if err := s.shown(set, j.next.Body, f); err != nil {
			return err
		}
		change := Change{Generation: set.Generation}
		if reconsider = widensMore(j.widening, p.Reasons); reconsider {
			p.Reasons = j.widening
			change.Proposals, change.Events = []Proposal{p}, []audit.Event{reconsideredEvent(p, j, f)}
			return tx.ApplyPolicies(ctx, change)
		}
		others, err := tx.ProposalsOn(ctx, p.Kind, p.PolicyID)
		if err != nil {
			return err
		}
		others = slices.DeleteFunc(others, func(other Proposal) bool { return other.ID == p.ID })
		v, err := apply(&change, j, p.AuthorID, f.person, others, f)
		if err != nil {
			return err
		}
		change.Events[0].Data["proposal"] = p.ID
		p.State, p.DecidedBy, p.DecidedAt = Agreed, f.person, f.now
		change.Proposals = append(change.Proposals, p)
		p.Version++
		out = Outcome{Applied: &v, Proposal: &p, Widening: j.widening, Difference: j.difference}
		return tx.ApplyPolicies(ctx, change)
	})
	if err == nil && reconsider {
		err = stale("other policies changed, and this proposal now widens more than it said: read it again before you agree")
	}
	if err != nil {
		return Outcome{}, err
	}
	return out, nil
}

// authorStillMay asks AWS whether the author of a proposal that waits is an administrator at this moment. Whoever may
// not agree is told so by the rules, not here.
func (s *Service) authorStillMay(ctx context.Context, by access.Actor, proposalID string) error {
	if by.Kind != audit.Person || !by.Administrator {
		return nil
	}
	var p Proposal
	var set policy.Set
	now := s.Now().UTC()
	err := s.Store.View(ctx, func(ctx context.Context, tx Tx) (err error) {
		if p, err = waiting(ctx, tx, proposalID); err != nil {
			return err
		}
		set, err = tx.PoliciesInForce(ctx, now)
		return err
	})
	if err != nil {
		return err
	}
	dir, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return unavailable("the directory", err)
	}
	author := facts{by: access.Actor{Kind: audit.Person, UserID: p.AuthorID}, person: p.AuthorID, dir: Things{Snapshot: dir}, now: now}
	err = s.administrator(ctx, set, author)
	if access.CodeOf(err) == access.CodeForbidden {
		return conflict("who proposed this is not an administrator any more: refuse it, and propose it yourself if it is right")
	}
	return err
}

// Refuse closes a proposal. The caller is an administrator at this moment; the author withdraws instead.
func (s *Service) Refuse(ctx context.Context, by access.Actor, proposalID, comment string) (Proposal, error) {
	var out Proposal
	if err := access.CheckComment(comment); err != nil {
		return Proposal{}, err
	}
	err := s.decide(ctx, by, proposalID, func(ctx context.Context, tx Tx, p Proposal, set policy.Set, f facts) error {
		if f.dir.SamePerson(p.AuthorID, f.person) {
			return forbidden("it is your own proposal: withdraw it")
		}
		return s.conclude(ctx, tx, &out, p, Refused, comment, set, f)
	})
	return out, err
}

// decide runs rule on a proposal that waits, for a person who is an administrator at this moment.
func (s *Service) decide(ctx context.Context, by access.Actor, proposalID string,
	rule func(context.Context, Tx, Proposal, policy.Set, facts) error,
) error {
	if by.Kind != audit.Person {
		return forbidden("only people decide on proposals; machines never do")
	}
	return repeat(func() error {
		f, err := s.gather(ctx, by)
		if err != nil {
			return err
		}
		return s.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
			set, err := f.unmoved(ctx, tx)
			if err != nil {
				return err
			}
			p, err := waiting(ctx, tx, proposalID)
			if err != nil {
				return err
			}
			return rule(ctx, tx, p, set, f)
		})
	})
}

// Withdraw closes a proposal by its author, or by the machine that made it. It narrows, so AWS is not asked.
func (s *Service) Withdraw(ctx context.Context, by access.Actor, proposalID string) (Proposal, error) {
	f := facts{by: by, person: by.UserID, now: s.Now().UTC()}
	if f.machine() {
		f.person = by.OwnerID
	}
	var out Proposal
	err := repeat(func() error {
		return s.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
			p, err := waiting(ctx, tx, proposalID)
			if err != nil {
				return err
			}
			if f.person == "" || p.AuthorID != f.person || (f.machine() && !p.ByMachine) {
				return forbidden("only who proposed it can withdraw it; administrators refuse it")
			}
			set, err := tx.PoliciesInForce(ctx, f.now)
			if err != nil {
				return err
			}
			return s.conclude(ctx, tx, &out, p, Withdrawn, "", set, f)
		})
	})
	return out, err
}

func (s *Service) conclude(ctx context.Context, tx Tx, out *Proposal, p Proposal, state State, comment string, set policy.Set, f facts) error {
	p.State, p.DecidedBy, p.DecidedAt = state, f.person, f.now
	err := tx.ApplyPolicies(ctx, Change{
		Proposals: []Proposal{p}, Generation: set.Generation, Events: []audit.Event{decidedEvent(p, comment, f)},
	})
	p.Version++
	*out = p
	return err
}

func waiting(ctx context.Context, tx Tx, id string) (Proposal, error) {
	p, found, err := tx.Proposal(ctx, id)
	switch {
	case err != nil:
		return p, err
	case !found:
		return p, notFound("proposal", id)
	case p.State != Proposed:
		return p, conflict("the proposal %s is already %s", id, p.State)
	}
	return p, nil
}

func (p Proposal) draft() Draft {
	return Draft{Kind: p.Kind, ID: p.PolicyID, BaseVersion: p.BaseVersion, Body: p.Body, Delete: p.Deleted}
}

// widensMore says whether there is a reason that the proposal did not give: nobody agreed to that.
func widensMore(now, before []policy.Reason) bool {
	return slices.ContainsFunc(now, func(r policy.Reason) bool {
		return !slices.ContainsFunc(before, func(b policy.Reason) bool { return b.Code == r.Code && b.Text == r.Text })
	})
}
