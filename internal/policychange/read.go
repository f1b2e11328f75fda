package policychange

import (
	"context"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/policy"
)

// mayRead refuses everybody but administrators, auditors and machines that may propose changes, by the roles the caller was authenticated with.
func mayRead(by access.Actor) error {
	if by.Administrator || by.Auditor || by.Proposer {
		return nil
	}
	return forbidden("only administrators and auditors read policies")
}

// List gives the newest versions of all policies and the settings by kind and id, deleted ones left out.
func (s *Service) List(ctx context.Context, by access.Actor) (live []Version, err error) {
	if err := mayRead(by); err != nil {
		return nil, err
	}
	err = s.Store.View(ctx, func(ctx context.Context, tx Tx) error {
		heads, err := tx.PolicyHeads(ctx)
		live = nil
		for _, v := range heads {
			if !v.Deleted {
				live = append(live, v)
			}
		}
		return err
	})
	return live, err
}

// Get gives the newest version of a policy, also if it was deleted by it. Settings that were never stored are the
// defaults at version 0.
func (s *Service) Get(ctx context.Context, by access.Actor, kind policy.Kind, id string) (v Version, err error) {
	if err := mayRead(by); err != nil {
		return Version{}, err
	}
	err = s.Store.View(ctx, func(ctx context.Context, tx Tx) error {
		head, found, err := tx.PolicyHead(ctx, kind, id)
		if v = head; err != nil || found {
			return err
		}
		if kind == policy.KindSettings && id == policy.SettingsID {
			v = Version{Kind: kind, ID: id, Name: settingsName, Body: policy.DefaultSettings()}
			return nil
		}
		return notFound("policy", id)
	})
	return v, err
}

// Versions of a policy, newest first.
func (s *Service) Versions(ctx context.Context, by access.Actor, kind policy.Kind, id string) (versions []Version, err error) {
	if err := mayRead(by); err != nil {
		return nil, err
	}
	err = s.Store.View(ctx, func(ctx context.Context, tx Tx) error {
		versions, err = tx.PolicyVersions(ctx, kind, id)
		return err
	})
	if err == nil && len(versions) == 0 && kind != policy.KindSettings {
		return nil, notFound("policy", id)
	}
	return versions, err
}

// Review is a proposal with what it would change, as things are now.
type Review struct {
	Proposal
	// Difference to the version it was made from.
	Difference []string
}

// Proposals that a filter picks, newest first unless it says otherwise.
func (s *Service) Proposals(ctx context.Context, by access.Actor, f ProposalFilter) (proposals []Proposal, err error) {
	if err := mayRead(by); err != nil {
		return nil, err
	}
	err = s.Store.View(ctx, func(ctx context.Context, tx Tx) error {
		proposals, err = tx.Proposals(ctx, f)
		return err
	})
	return proposals, err
}

// Proposal by id, with what it changes.
func (s *Service) Proposal(ctx context.Context, by access.Actor, id string) (Review, error) {
	if err := mayRead(by); err != nil {
		return Review{}, err
	}
	dir, err := s.things(ctx)
	if err != nil {
		return Review{}, err
	}
	var r Review
	err = s.Store.View(ctx, func(ctx context.Context, tx Tx) error {
		p, found, err := tx.Proposal(ctx, id)
		if err != nil {
			return err
		}
		if !found {
			return notFound("proposal", id)
		}
		versions, err := tx.PolicyVersions(ctx, p.Kind, p.PolicyID)
		if err != nil {
			return err
		}
		var base *Version
		for i := range versions {
			if versions[i].Version == p.BaseVersion {
				base = &versions[i]
			}
		}
		next := Version{Kind: p.Kind, ID: p.PolicyID, Version: p.BaseVersion + 1, Name: p.Name, Body: p.Body, Deleted: p.Deleted}
		r = Review{Proposal: p, Difference: Difference(base, &next, dir)}
		return nil
	})
	return r, err
}

// Question asks what the policies in force say about somebody.
type Question struct {
	UserID           string
	AccountID        string
	PermissionSetARN string
	Duration         time.Duration // 0 asks only what would be possible
	Ticket           string
	MachineID        string // machine client that would ask; "": the person themselves
}

// Explanation answers a Question.
type Explanation struct {
	Answer policy.Answer
	// Deciders are the stages of who decides, also where no approval is required.
	Deciders []policy.ResolvedStage
}

// Explain says what the policies in force answer and why, by the memberships last read.
func (s *Service) Explain(ctx context.Context, by access.Actor, q Question) (Explanation, error) {
	if err := mayRead(by); err != nil {
		return Explanation{}, err
	}
	f, err := s.Facts(ctx)
	if err != nil {
		return Explanation{}, err
	}
	ask := policy.Question{
		Requester: policy.Person{UserID: q.UserID, Groups: f.Dir.GroupsOf(q.UserID)},
		AccountID: q.AccountID, PermissionSetARN: q.PermissionSetARN, Duration: q.Duration, Ticket: q.Ticket, Machine: q.MachineID, At: f.Now,
	}
	return Explanation{Answer: f.Engine.Evaluate(ask), Deciders: f.Engine.Deciders(ask)}, nil
}
