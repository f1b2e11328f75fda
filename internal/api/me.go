package api

import (
	"context"
	"net/http"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
)

func (s *server) registerMe() {
	register(s, http.MethodGet, "/api/v1/me", "read-me", "Say who the caller is", s.readMe)
	register(s, http.MethodGet, "/api/v1/me/requestable", "list-requestable", "List what the caller may ask for", s.listRequestable)
}

func (s *server) readMe(ctx context.Context, by access.Actor, _ *struct{}) (Me, error) {
	v := s.view(ctx, by)
	if v.factsErr != nil {
		return Me{}, v.factsErr
	}
	set := v.facts.Engine.Settings()
	me := Me{
		Person: v.person(by.UserID), Administrator: by.Administrator, Auditor: by.Auditor, Sandbox: s.Sandbox, Held: s.Access.Held(), Holds: []Elevation{},
		Scopes: wordsOf(by.Scopes), TokenExpires: by.Until, PortalURL: s.Portal.URL, SSORegion: s.Portal.Region,
		Limits: Limits{
			TicketRequired: set.TicketRequired, TicketPattern: set.TicketPattern, CommentRequired: set.CommentRequired,
			MinDurationSeconds: seconds(set.MinDuration), MaxDurationSeconds: seconds(set.MaxDuration),
			StartHorizonSeconds: seconds(set.StartHorizon), MaxTargets: set.MaxTargets, MaxExtensions: set.MaxExtensions,
		},
	}
	if by.Kind == audit.Machine {
		me.Person, me.Machine = Person{ID: by.MachineID, UserName: by.Name}, true
		return me, nil
	}
	if by.SignedIn() {
		in, err := s.SignIns.Read(ctx, by, by.SignInID)
		if err != nil {
			return Me{}, err
		}
		shown := v.signIn(in, by)
		me.SignIn = &shown
	}
	me.Approver = approves(v.facts, by, v.now)
	if !by.May(access.ScopeRead) {
		return me, nil // every token may ask who it stands for; what is to be read needs the scope
	}
	return me, s.addWork(ctx, by, v, &me)
}

// mostCounted bounds what is looked at for a sign-in's first look; the lists have the rest.
const mostCounted = 100

// addWork adds what waits for the caller and what they hold.
func (s *server) addWork(ctx context.Context, by access.Actor, v view, me *Me) error {
	waiting, err := s.listRequests(ctx, by, &requestsQuery{
		RequestSelection: RequestSelection{Scope: "decidable", Sort: "-created"}, ListPage: ListPage{Limit: mostCounted},
	})
	if err != nil {
		return err
	}
	me.WaitingForMe = Waiting{Count: len(waiting.Items), More: waiting.NextCursor != "", Path: root + "/requests?scope=decidable"}
	held, err := s.Lists.Elevations(ctx, access.ElevationFilter{UserID: by.UserID, Statuses: []string{"in progress"}, Now: v.now, Limit: mostCounted})
	if err != nil {
		return err
	}
	for _, e := range held {
		me.Holds = append(me.Holds, v.elevation(e))
	}
	if !by.Administrator {
		return nil
	}
	proposals, err := s.Policies.Proposals(ctx, by, policychange.ProposalFilter{State: policychange.Proposed, Limit: mostCounted + 1})
	if err != nil {
		return err
	}
	n := 0
	for _, p := range proposals {
		if !v.dir.SamePerson(p.AuthorID, by.UserID) {
			n++
		}
	}
	me.ProposalsForMe = &Waiting{Count: min(n, mostCounted), More: len(proposals) > mostCounted, Path: root + "/proposals"}
	return nil
}

func (v view) blocks(rectangles []policy.Rectangle) []RequestableBlock {
	out := make([]RequestableBlock, 0, len(rectangles))
	for _, r := range rectangles {
		block := RequestableBlock{
			Accounts: make([]RequestableAccount, 0, len(r.Accounts)), PermissionSets: make([]RequestableSet, 0, len(r.PermissionSets)),
			MaxDurationSeconds: seconds(r.MaxDuration), ApprovalRequired: r.ApprovalRequired, Policies: refsOf(r.Policies),
		}
		for _, id := range r.Accounts {
			a, _ := v.dir.Account(id)
			block.Accounts = append(block.Accounts, RequestableAccount{Named: Named{ID: id, Name: v.account(id)}, OUPath: v.dir.OUNames(a.OUPath)})
		}
		for _, arn := range r.PermissionSets {
			p, _ := v.dir.PermissionSet(arn)
			block.PermissionSets = append(block.PermissionSets, RequestableSet{
				Named: Named{ID: arn, Name: v.permissionSet(arn)}, Description: p.Description, SessionDurationSeconds: seconds(p.SessionDuration),
			})
		}
		out = append(out, block)
	}
	return out
}
