package policychange

import (
	"context"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/policy"
)

// Propose makes a change of a policy or of the settings. It applies at once when nobody gains by it, or when no second
// administrator is needed; otherwise, and always when a machine wants it, it waits as a proposal. Refusals are
// *access.Error: invalid with the field, forbidden, stale, conflict, held, or unavailable when AWS could not be asked
// whether the caller is an administrator (P9); then nothing is stored.
func (s *Service) Propose(ctx context.Context, by access.Actor, d Draft) (Outcome, error) {
	var out Outcome
	// What cannot be right whoever wants it costs no call to AWS, whose rates are small.
	if err := checkForm(d); err != nil {
		return out, err
	}
	err := repeat(func() error {
		f, err := s.gather(ctx, by)
		if err != nil {
			return err
		}
		return s.Store.Update(ctx, func(ctx context.Context, tx Tx) error {
			set, err := f.unmoved(ctx, tx)
			if err != nil {
				return err
			}
			out, err = s.propose(ctx, tx, d, set, f)
			return err
		})
	})
	if err != nil {
		return Outcome{}, err
	}
	return out, nil
}

// checkForm refuses a draft of a known kind that is not well-formed, without looking at anything else.
func checkForm(d Draft) error {
	known := d.Kind == policy.KindEligibility || d.Kind == policy.KindApprover || d.Kind == policy.KindSettings
	if d.Delete || !known {
		return nil
	}
	if d.ID == "" {
		d.ID = "new"
	}
	_, _, err := wellFormed(d)
	return err
}

func (s *Service) propose(ctx context.Context, tx Tx, d Draft, set policy.Set, f facts) (Outcome, error) {
	named := d.ID != ""
	d, err := identified(d, s.IDs)
	if err != nil {
		return Outcome{}, err
	}
	head, err := headOf(ctx, tx, d)
	if err != nil {
		return Outcome{}, err
	}
	if head == nil && named && d.Kind != policy.KindSettings {
		return Outcome{}, notFound("policy", d.ID)
	}
	j, err := judge(d, set, head, f.dir)
	if err != nil {
		return Outcome{}, err
	}
	if j.unchanged {
		return Outcome{Applied: head, Unchanged: true}, nil
	}
	if err := s.shown(set, j.next.Body, f); err != nil {
		return Outcome{}, err
	}
	change := Change{Generation: set.Generation}
	out := Outcome{Widening: j.widening, Difference: j.difference}
	if f.machine() || (len(j.widening) > 0 && f.second) {
		p := proposalOf(d, j, f, s.IDs)
		change.Proposals = append(change.Proposals, p)
		change.Events = append(change.Events, proposedEvent(p, j, f))
		p.Version++
		out.Proposal = &p
		return out, tx.ApplyPolicies(ctx, change)
	}
	waiting, err := tx.ProposalsOn(ctx, d.Kind, d.ID)
	if err != nil {
		return Outcome{}, err
	}
	v, err := apply(&change, j, f.person, "", waiting, f)
	if err != nil {
		return Outcome{}, err
	}
	change.Events[0].Data["reason"] = "no second administrator is needed"
	out.Applied = &v
	return out, tx.ApplyPolicies(ctx, change)
}

// identified gives a draft of a new policy its id, and the settings theirs.
func identified(d Draft, ids access.IDs) (Draft, error) {
	switch {
	case d.Kind == policy.KindSettings && d.ID == "":
		d.ID = policy.SettingsID
	case d.Kind == policy.KindSettings && d.ID != policy.SettingsID:
		return d, notFound("settings", d.ID)
	case d.Kind == policy.KindSettings || d.ID != "":
	case d.Kind != policy.KindEligibility && d.Kind != policy.KindApprover:
		return d, invalid("kind", "there is no kind of policy %q", d.Kind)
	case d.Delete || d.BaseVersion != 0:
		return d, invalid("id", "say which policy")
	default:
		d.ID = newID(d.Kind, ids)
	}
	return d, nil
}

// headOf is the newest version of what a draft changes, nil if there is none.
func headOf(ctx context.Context, tx Tx, d Draft) (*Version, error) {
	head, found, err := tx.PolicyHead(ctx, d.Kind, d.ID)
	if err != nil || !found {
		return nil, err
	}
	return &head, nil
}

func newID(kind policy.Kind, ids access.IDs) string {
	if kind == policy.KindApprover {
		return ids.Make("apr")
	}
	return ids.Make("elg")
}

func proposalOf(d Draft, j judged, f facts, ids access.IDs) Proposal {
	return Proposal{
		ID: ids.Make("prp"), Kind: d.Kind, PolicyID: d.ID, BaseVersion: d.BaseVersion, Name: j.next.Name, Body: j.next.Body,
		Deleted: d.Delete, Reasons: j.widening, AuthorID: f.person, ByMachine: f.machine(), CreatedAt: f.now, State: Proposed,
	}
}

// apply puts a judged change in force, and closes the other proposals on the same policy: they build on a version that
// is no longer the newest.
func apply(change *Change, j judged, author, agreedBy string, waiting []Proposal, f facts) (Version, error) {
	if len(j.widening) > 0 && f.held != "" {
		return Version{}, &access.Error{Code: access.CodeHeld, Message: f.held}
	}
	v := j.next
	v.Widening = len(j.widening) > 0
	v.AuthorID, v.AgreedBy, v.EffectiveAt = author, agreedBy, f.now
	change.Versions = append(change.Versions, v)
	change.Events = append(change.Events, appliedEvent(v, j, f))
	for _, p := range waiting {
		p.State, p.DecidedAt = Overtaken, f.now
		change.Proposals = append(change.Proposals, p)
		change.Events = append(change.Events, decidedEvent(p, "", f))
	}
	return v, nil
}
