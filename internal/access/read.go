package access

import (
	"context"

	"github.com/team-idc/team/internal/policy"
)

// ReadElevation returns an elevation the caller may see with its case, and the other elevations on its assignment that
// have not ended: while one of those is active, the access stays.
func (s *Service) ReadElevation(ctx context.Context, by Actor, elevationID string) (c Case, e Elevation, sharing []Elevation, err error) {
	err = s.Store.View(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if c, err = tx.CaseOfElevation(ctx, elevationID); err != nil {
			return err
		}
		e = one(c.Elevations, elevationID)[0]
		on, err := tx.ElevationsOn(ctx, e.AssignmentID)
		for _, o := range on {
			if o.ID != elevationID {
				sharing = append(sharing, o)
			}
		}
		return err
	})
	if err != nil {
		return Case{}, Elevation{}, nil, err
	}
	ok, err := s.MaySee(ctx, by, c)
	if err == nil && !ok {
		err = notFound("elevation", elevationID)
	}
	if err != nil {
		return Case{}, Elevation{}, nil, err
	}
	return c, e, sharing, nil
}

// Approval says who decides on a pending target and what is still needed, by the snapshot.
type Approval struct {
	Stages []policy.ResolvedStage
	Tally  policy.Tally
}

// ApprovalOf a pending target. Votes count with the groups they were recorded with: what somebody may decide is
// checked live when they do.
func (s *Service) ApprovalOf(f Facts, c Case, t Target) Approval {
	f = f.ofRequester(c.Request.BeneficiaryID)
	f.Voters = recordedVoters(c)
	q := c.Question(t, f.Requester.Groups, decisionSpan(c, t), f.Now)
	return Approval{Stages: f.Engine.Deciders(q), Tally: f.Engine.Tally(q, f.votes(c.VotesOn(t.ID)))}
}

func recordedVoters(c Case) map[string]policy.Person {
	voters := map[string]policy.Person{}
	for _, v := range c.Votes {
		voters[v.VoterID] = policy.Person{UserID: v.VoterID, Groups: v.Groups}
	}
	return voters
}
