package policychange

import (
	"context"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policy/lint"
)

// Foresight is what a change would do, as policies and the directory are now.
type Foresight struct {
	// Unchanged: it says what is in force already.
	Unchanged  bool
	Difference []string
	Widening   []policy.Reason
	// Waits: it would be a proposal, which a second administrator has to agree to.
	Waits  bool
	Effect policy.Effect
	// Findings that the policies in force do not have.
	Findings []Finding
}

// Foresee says what Propose would make of a draft, and what that does to people. Nothing is stored. Refusals are those of
// Propose, but for who may: whoever reads policies may ask. passes are as in Lint.
func (s *Service) Foresee(ctx context.Context, by access.Actor, d Draft, passes []directory.Pass) (Foresight, error) {
	if err := mayRead(by); err != nil {
		return Foresight{}, err
	}
	if err := checkForm(d); err != nil {
		return Foresight{}, err
	}
	isNew := d.ID == "" && d.Kind != policy.KindSettings
	if isNew {
		if d.Delete || d.BaseVersion != 0 {
			return Foresight{}, invalid("id", "say which policy")
		}
		d = identifiedForPlan(d, 0)
	} else if d.Kind == policy.KindSettings {
		d.ID = policy.SettingsID
	}
	dir, err := s.things(ctx)
	if err != nil {
		return Foresight{}, err
	}
	var set policy.Set
	var head *Version
	err = s.Store.View(ctx, func(ctx context.Context, tx Tx) error {
		if set, err = tx.PoliciesInForce(ctx, s.Now()); err != nil {
			return err
		}
		head, err = headOf(ctx, tx, d)
		return err
	})
	if err != nil {
		return Foresight{}, err
	}
	j, err := judge(d, set, head, dir)
	if err != nil {
		return Foresight{}, err
	}
	out := Foresight{Unchanged: j.unchanged, Difference: j.difference, Widening: j.widening}
	if j.unchanged {
		return out, nil
	}
	if len(j.widening) > 0 {
		if out.Waits, err = s.secondNeeded(ctx, set, dir.Snapshot); err != nil {
			return Foresight{}, err
		}
	}
	after := with(set, j.next)
	out.Effect = policy.Affects(set, after, dir.Snapshot)
	is := located(lint.Run(lintInput(after, dir, passes)), after, nil)
	is.mark(lint.Run(lintInput(set, dir, passes)))
	is.anonymize()
	for i := range is.Findings {
		if is.Findings[i].New {
			out.Findings = append(out.Findings, is.Findings[i])
		}
	}
	return out, nil
}

// ForeseeProposal says what agreeing to a proposal would do. One that was decided does nothing any more, so it is
// refused; so is one that builds on a version which is no longer the newest.
func (s *Service) ForeseeProposal(ctx context.Context, by access.Actor, id string, passes []directory.Pass) (Foresight, error) {
	r, err := s.Proposal(ctx, by, id)
	if err != nil {
		return Foresight{}, err
	}
	if r.State != Proposed {
		return Foresight{}, conflict("the proposal was decided: it is %s", r.State)
	}
	d := Draft{Kind: r.Kind, ID: r.PolicyID, BaseVersion: r.BaseVersion, Body: r.Body, Delete: r.Deleted}
	if d.BaseVersion == 0 && d.Kind != policy.KindSettings {
		d.ID = "" // the id of a new policy leads nowhere yet
	}
	f, err := s.Foresee(ctx, by, d, passes)
	f.Waits = true // that it is a proposal shows it; a machine's is one whatever it does
	return f, err
}
