package api

import (
	"context"
	"slices"

	"github.com/team-idc/team/internal/access"
)

const (
	// revocableBatch is how many elevations are looked at together, and mostRevocableLooked how many for one page: a page
	// may be short although there are more.
	revocableBatch      = 500
	mostRevocableLooked = 5000
	// mostApprovedBy bounds the requests that somebody voted on, and may revoke what came of without being an approver any more.
	mostApprovedBy = 1000
)

// revocableStatuses are those of what can be revoked: access there is or is to come.
var revocableStatuses = []string{"in progress", "scheduled", "approved"}

// revocable makes a filter one for what can be revoked: what is in progress, where no status is named.
func (s *server) revocable(ctx context.Context, by access.Actor, in *elevationsQuery, f *access.ElevationFilter) error {
	for _, status := range in.Status {
		if !slices.Contains(revocableStatuses, status) {
			return &access.Error{
				Code: access.CodeInvalid, Field: "query.status",
				Message: "what is " + status + " cannot be revoked; this scope lists " + listed(revocableStatuses),
			}
		}
	}
	if len(f.Statuses) == 0 {
		f.Statuses = []string{"in progress"}
	}
	if s.hidden(ctx, by) {
		return errUnconfirmed
	}
	return nil
}

// listRevocable lists what the caller may revoke now. As with what they may decide on, that is a question to the policies
// and not to the database; not for administrators, who may revoke everything whether the policies can be read or not (P7).
func (s *server) listRevocable(ctx context.Context, by access.Actor, f access.ElevationFilter, in *elevationsQuery) (ElevationList, error) {
	v := s.view(ctx, by)
	if v.factsErr != nil && !by.Administrator {
		return ElevationList{}, v.factsErr
	}
	who, err := s.revoker(ctx, v)
	if err != nil {
		return ElevationList{}, err
	}
	found, at, err := who.among(ctx, f, in.Limit+1)
	if err != nil {
		return ElevationList{}, err
	}
	out := v.elevations(found, in.Limit)
	switch {
	case len(found) > in.Limit:
		out.NextCursor = cursorOf(found[in.Limit-1].Elevation, f.ByEnd)
	case at != nil:
		out.NextCursor = cursorOf(*at, f.ByEnd)
	}
	if in.Total {
		f.After = access.ElevationPlace{}
		first, at, err := who.among(ctx, f, decidableCountedTo+1)
		if err != nil {
			return ElevationList{}, err
		}
		out.Total = totalOf(len(first), decidableCountedTo)
		if at != nil && len(first) <= decidableCountedTo {
			out.Total = Total{TotalAtLeast: len(first)}
		}
	}
	return out, nil
}

// revoker is somebody who may revoke some of what others hold.
type revoker struct {
	v view
	// might says in which accounts they might be an approver, voted on which requests they voted.
	might func(accountID string) bool
	voted map[string]bool
}

func (s *server) revoker(ctx context.Context, v view) (revoker, error) {
	r := revoker{v: v, voted: map[string]bool{}}
	if v.by.Administrator {
		return r, nil
	}
	r.might = s.Access.MightDecideIn(v.facts, v.by)
	if v.by.UserID == "" {
		return r, nil // machines revoke nothing
	}
	voted, err := s.Lists.Requests(ctx, access.RequestFilter{
		VoterID: v.by.UserID, Statuses: append([]string{"pending"}, revocableStatuses...), Now: v.now, Limit: mostApprovedBy,
	})
	for _, c := range voted {
		r.voted[c.Request.ID] = true
	}
	return r, err
}

// among are the first most elevations that f picks and they may revoke: what is ending already is not among them. at is
// where looking was given up, nil where it came to the end or found enough.
func (r revoker) among(ctx context.Context, f access.ElevationFilter, most int) (found []access.ListedElevation, at *access.Elevation, err error) {
	f.Limit = revocableBatch
	for looked := 0; looked < mostRevocableLooked; looked += f.Limit {
		batch, err := r.v.s.Lists.Elevations(ctx, f)
		if err != nil {
			return nil, nil, err
		}
		whole := len(batch) < f.Limit
		if !whole {
			last := batch[len(batch)-1].Elevation
			at, f.After = &last, access.ElevationPlace{ID: last.ID, EndsAt: last.EndsAt}
		}
		theirs, err := r.theirs(ctx, batch)
		if err != nil {
			return nil, nil, err
		}
		found = append(found, theirs...)
		if len(found) >= most {
			return found[:most], nil, nil
		}
		if whole {
			return found, nil, nil
		}
	}
	return found, at, nil
}

// theirs are those of a batch that they may revoke.
func (r revoker) theirs(ctx context.Context, batch []access.ListedElevation) ([]access.ListedElevation, error) {
	batch = slices.DeleteFunc(batch, func(e access.ListedElevation) bool {
		return e.State == access.Ending || !r.v.by.Administrator && !r.might(e.AccountID) && !r.voted[e.RequestID]
	})
	if r.v.by.Administrator {
		return batch, nil
	}
	ids := make([]string, 0, len(batch))
	for _, e := range batch {
		ids = append(ids, e.RequestID)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	cases, err := r.v.s.Lists.Requests(ctx, access.RequestFilter{IDs: ids, Now: r.v.now, Limit: len(ids)})
	if err != nil {
		return nil, err
	}
	of := make(map[string]access.Case, len(cases))
	for _, c := range cases {
		of[c.Request.ID] = c
	}
	return slices.DeleteFunc(batch, func(e access.ListedElevation) bool {
		c, ok := of[e.RequestID]
		return !ok || !access.MayRevokeNow(r.v.facts, r.v.by, c, e.ID)
	}), nil
}
