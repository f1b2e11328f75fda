package api

import (
	"context"
	"slices"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
)

// ListSelection is what is asked for of both, requests and elevations. It is exported for huma, as RequestPath; what is
// asked for stands apart from the page, since exports take the same without pages.
type ListSelection struct {
	// Status: any of these, separated by commas.
	Status []string `query:"status" maxItems:"10" enum:"pending,approved,rejected,expired,cancelled,scheduled,in progress,revoked,ended,error" doc:"Any"`

	User          string    `query:"user" maxLength:"100" doc:"User id of who benefits; with scope=mine only your own"`
	Account       string    `query:"account" pattern:"^[0-9]{12}$" doc:"Account id"`
	PermissionSet string    `query:"permissionSet" maxLength:"200" doc:"ARN"`
	From          time.Time `query:"from" doc:"Created at or after"`
	To            time.Time `query:"to" doc:"Created before"`
}

// ListPage is the page that is asked for.
type ListPage struct {
	Total bool `query:"total" doc:"Count them too, over all pages"`
	Limit int  `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// countedTo is how far a total is counted: beyond it nobody cares, and counting would read everything.
const countedTo = 10_000

// Total is how many a list has over all its pages, where that was asked for. One of the two members is there then.
type Total struct {
	Total        *int `json:"total,omitempty" doc:"How many there are over all pages, up to 10,000 (of what waits for your decision: 200)"`
	TotalAtLeast int  `json:"totalAtLeast,omitempty" doc:"Given instead of the total where there are more"`
}

// decidableCountedTo is how far is counted what waits for somebody's decision: the policies are asked about each.
const decidableCountedTo = 200

// totalOf n, counted to one more than to.
func totalOf(n, to int) Total {
	if n > to {
		return Total{TotalAtLeast: to}
	}
	return Total{Total: &n}
}

// RequestSelection is which requests somebody wants.
type RequestSelection struct {
	// Scope: your own, what you may decide now, what you decided, or (administrators and auditors) everybody's.
	Scope string `query:"scope" enum:"mine,decidable,decided,all" default:"mine" doc:"all: for administrators and auditors"`
	ListSelection
	Ticket  string `query:"ticket" maxLength:"200" doc:"Ticket number, exactly"`
	Decider string `query:"decider" maxLength:"100" doc:"User id of somebody who voted on it; with scope=decided only your own"`
	Machine string `query:"machine" maxLength:"100" doc:"Id of the machine client that filed it; of one that you own also with scope=mine"`
	Sort    string `query:"sort" enum:"created,-created" default:"-created" doc:"-created: the newest first"`
}

type requestsQuery struct {
	RequestSelection
	ListPage
	Cursor string `query:"cursor" pattern:"^req_[0-9a-f-]{36}$" doc:"nextCursor of the page before"`
}

func (q *requestsQuery) filter(now time.Time) access.RequestFilter {
	return access.RequestFilter{
		BeneficiaryID: q.User, MachineID: q.Machine, VoterID: q.Decider, Statuses: q.Status, AccountID: q.Account,
		PermissionSetARN: q.PermissionSet, Ticket: q.Ticket, From: q.From, To: q.To, Now: now,
		OldestFirst: q.Sort == "created", After: q.Cursor, Limit: q.Limit + 1,
	}
}

func (s *server) listRequests(ctx context.Context, by access.Actor, in *requestsQuery) (RequestList, error) {
	f := in.filter(s.Now())
	var err error
	switch in.Scope {
	case "mine":
		err = s.ownRequests(ctx, by, &f)
	case "decided":
		err = own("query.decider", &f.VoterID, by.UserID)
	case "decidable":
		return s.listDecidable(ctx, by, f, in)
	default:
		err = scopeAll.check(by)
	}
	if err != nil {
		return RequestList{}, err
	}
	if by.UserID == "" && in.Scope == "decided" {
		return RequestList{Items: []Request{}}, nil // machines decide nothing
	}
	cases, err := s.Lists.Requests(ctx, f)
	if err != nil {
		return RequestList{}, err
	}
	out := s.view(ctx, by).requests(cases, in.Limit)
	if in.Total {
		f.Limit = countedTo + 1
		n, err := s.Lists.CountRequests(ctx, f)
		if err != nil {
			return RequestList{}, err
		}
		out.Total = totalOf(n, countedTo)
	}
	return out, nil
}

// ownRequests narrows a list to what the caller asked for, or to all that a machine client of theirs filed.
func (s *server) ownRequests(ctx context.Context, by access.Actor, f *access.RequestFilter) error {
	if by.Kind == audit.Machine {
		return own("query.machine", &f.MachineID, by.MachineID)
	}
	if f.MachineID != "" {
		err := s.ownsMachine(ctx, by, f.MachineID)
		if code := access.CodeOf(err); err == nil || (code != access.CodeNotFound && code != access.CodeForbidden) {
			return err
		}
	}
	return own("query.user", &f.BeneficiaryID, by.UserID)
}

// own fills in whose list it is. Asking for one's own and naming somebody else is a mistake, not an empty list.
func own(field string, id *string, caller string) error {
	if *id != "" && *id != caller {
		return &access.Error{Code: access.CodeInvalid, Field: field, Message: "this scope lists your own: leave it out, or ask for scope=all"}
	}
	*id = caller
	return nil
}

// requests are a page of cases, of which there is one more than limit when there is a page after.
func (v view) requests(cases []access.Case, limit int) RequestList {
	out := RequestList{Items: make([]Request, 0, limit)}
	for _, c := range cases[:min(len(cases), limit)] {
		out.Items = append(out.Items, v.request(c))
	}
	if len(cases) > limit {
		out.NextCursor = cases[limit-1].Request.ID
	}
	return out
}

// listDecidable lists what the caller may decide now. Who may decide is a question to the policies, not to the
// database: of all that is pending, which is little, what lies in accounts that are none of the caller's business is
// left out first.
func (s *server) listDecidable(ctx context.Context, by access.Actor, f access.RequestFilter, in *requestsQuery) (RequestList, error) {
	v := s.view(ctx, by)
	if v.factsErr != nil {
		return RequestList{}, v.factsErr
	}
	ids, err := s.perhapsDecidable(ctx, v, f.OldestFirst)
	if err != nil {
		return RequestList{}, err
	}
	page, err := s.decidableAmong(ctx, v, f, ids, in.Limit+1)
	if err != nil {
		return RequestList{}, err
	}
	out := v.requests(page, in.Limit)
	if in.Total {
		f.After = ""
		first, err := s.decidableAmong(ctx, v, f, ids, decidableCountedTo+1)
		if err != nil {
			return RequestList{}, err
		}
		out.Total = totalOf(len(first), decidableCountedTo)
	}
	return out, nil
}

// decidableAmong are the first most of these requests that come after f.After and that the caller may decide now.
func (s *server) decidableAmong(ctx context.Context, v view, f access.RequestFilter, ids []string, most int) (found []access.Case, err error) {
	f.Limit = most
	for len(ids) > 0 && len(found) < most {
		f.IDs = ids[:min(len(ids), most)]
		ids = ids[len(f.IDs):]
		cases, err := s.Lists.Requests(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, c := range cases {
			if len(v.decidable(c)) > 0 {
				found = append(found, c)
			}
		}
	}
	return found[:min(len(found), most)], nil
}

// perhapsDecidable are the ids of the requests with a pending target in an account where the caller might decide.
func (s *server) perhapsDecidable(ctx context.Context, v view, oldestFirst bool) ([]string, error) {
	pending, err := s.Lists.PendingTargets(ctx)
	if err != nil {
		return nil, err
	}
	might := s.Access.MightDecideIn(v.facts, v.by)
	ids := make([]string, 0, len(pending))
	for _, t := range pending {
		if might(t.AccountID) && (len(ids) == 0 || ids[len(ids)-1] != t.RequestID) {
			ids = append(ids, t.RequestID)
		}
	}
	if oldestFirst {
		slices.Reverse(ids)
	}
	return ids, nil
}
