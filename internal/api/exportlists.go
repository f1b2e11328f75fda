package api

import (
	"context"
	"strconv"

	"github.com/team-idc/team/internal/access"
)

// requestRow is one target of a request: each is decided and delivered by itself, so that a request is as many rows as it
// has targets.
type requestRow struct {
	Request

	Target Target `json:"target"`
}

func requestRows(r Request) []requestRow {
	rows := make([]requestRow, 0, len(r.Targets))
	for _, t := range r.Targets {
		rows = append(rows, requestRow{r, t})
	}
	return rows
}

// pageIn is a page of a list that says where the next one begins.
func pageIn[T any](items []T, next string, err error) (page[T], error) {
	return page[T]{items, next}, err
}

func (s *server) registerExports() {
	s.registerExportsOfWork()
	s.registerExportsOfPolicies()
	s.registerExportsOfDirectory()
	s.registerExportsOfAccess()
}

func (s *server) registerExportsOfWork() {
	type requests struct {
		RequestSelection
		ExportQuery
	}
	registerExport(s, "/api/v1/requests", "export-requests", "requests, a row for each target", export[requests, Request, requestRow]{
		"list-requests", func(ctx context.Context, by access.Actor, in *requests, at PageQuery) (page[Request], error) {
			l, err := s.listRequests(ctx, by, &requestsQuery{in.RequestSelection, ListPage{Limit: at.Limit}, at.Cursor})
			return pageIn(l.Items, l.NextCursor, err)
		}, requestRows,
	})
	type elevations struct {
		ElevationSelection
		ExportQuery
	}
	registerExport(s, "/api/v1/elevations", "export-elevations", "elevations", export[elevations, Elevation, Elevation]{
		"list-elevations", func(ctx context.Context, by access.Actor, in *elevations, at PageQuery) (page[Elevation], error) {
			l, err := s.listElevations(ctx, by, &elevationsQuery{in.ElevationSelection, ListPage{Limit: at.Limit}, at.Cursor})
			return pageIn(l.Items, l.NextCursor, err)
		}, itself[Elevation],
	})
	type assignments struct {
		AssignmentSelection
		ExportQuery
	}
	registerExport(s, "/api/v1/assignments", "export-assignments", "assignments", export[assignments, Assignment, Assignment]{
		"list-assignments", func(ctx context.Context, by access.Actor, in *assignments, at PageQuery) (page[Assignment], error) {
			l, err := s.listAssignments(ctx, by, &assignmentsQuery{in.AssignmentSelection, at})
			return pageIn(l.Items, l.NextCursor, err)
		}, itself[Assignment],
	})
	type alarms struct {
		AlarmSelection
		ExportQuery
	}
	registerExport(s, "/api/v1/alarms", "export-alarms", "alarms", export[alarms, Alarm, Alarm]{
		"list-alarms", func(ctx context.Context, by access.Actor, in *alarms, at PageQuery) (page[Alarm], error) {
			l, err := s.listAlarms(ctx, by, &alarmsQuery{in.AlarmSelection, at})
			return pageIn(l.Items, l.NextCursor, err)
		}, itself[Alarm],
	})
	type events struct {
		EventSelection
		EventSpan
		EventOrder
		ExportQuery
	}
	registerExport(s, "/api/v1/events", "export-events", "events in the order of the log", export[events, Event, Event]{
		"list-events", func(ctx context.Context, by access.Actor, in *events, at PageQuery) (page[Event], error) {
			q := eventsQuery{EventSelection: in.EventSelection, EventSpan: in.EventSpan, EventOrder: in.EventOrder, After: -1, Limit: at.Limit}
			if at.Cursor != "" {
				place, _ := strconv.ParseInt(at.Cursor, 10, 64) // made below
				if q.newestFirst() {
					q.Before = place
				} else {
					q.After = place
				}
			}
			l, err := s.listEvents(ctx, by, &q)
			if !l.More {
				return pageIn(l.Items, "", err)
			}
			return pageIn(l.Items, strconv.FormatInt(l.Cursor, 10), err)
		}, itself[Event],
	})
}

func (s *server) registerExportsOfPolicies() {
	type policies struct {
		PolicySelection
		ExportQuery
	}
	registerExport(s, "/api/v1/policies", "export-policies", "policies in force", export[policies, ListedPolicy, ListedPolicy]{
		"list-policies", func(ctx context.Context, by access.Actor, in *policies, at PageQuery) (page[ListedPolicy], error) {
			l, err := s.listPolicies(ctx, by, &policiesQuery{in.PolicySelection, at})
			return pageIn(l.Items, l.NextCursor, err)
		}, itself[ListedPolicy],
	})
	type proposals struct {
		ProposalSelection
		ExportQuery
	}
	registerExport(s, "/api/v1/proposals", "export-proposals", "proposed changes of policies", export[proposals, Proposal, Proposal]{
		"list-proposals", func(ctx context.Context, by access.Actor, in *proposals, at PageQuery) (page[Proposal], error) {
			l, err := s.listProposals(ctx, by, &proposalsQuery{in.ProposalSelection, at})
			return pageIn(l.Items, l.NextCursor, err)
		}, itself[Proposal],
	})
}

func (s *server) registerExportsOfDirectory() {
	type accounts struct {
		AccountSelection
		ExportQuery
	}
	registerExport(s, "/api/v1/directory/accounts", "export-accounts", "accounts", export[accounts, Account, Account]{
		"search-accounts", func(ctx context.Context, by access.Actor, in *accounts, at PageQuery) (page[Account], error) {
			l, err := s.searchAccounts(ctx, by, &accountsQuery{in.AccountSelection, SearchPage(at)})
			return pageIn(l.Items, l.NextCursor, err)
		}, itself[Account],
	})
	type ous struct {
		OUSelection
		ExportQuery
	}
	registerExport(s, "/api/v1/directory/ous", "export-ous", "organizational units", export[ous, OU, OU]{
		"search-ous", func(ctx context.Context, by access.Actor, in *ous, at PageQuery) (page[OU], error) {
			l, err := s.searchOUs(ctx, by, &ousQuery{in.OUSelection, SearchPage(at)})
			return pageIn(l.Items, l.NextCursor, err)
		}, itself[OU],
	})
	type permissionSets struct {
		PermissionSetSelection
		ExportQuery
	}
	registerExport(s, "/api/v1/directory/permission-sets", "export-permission-sets", "permission sets", export[permissionSets, PermissionSet, PermissionSet]{
		"search-permission-sets", func(ctx context.Context, by access.Actor, in *permissionSets, at PageQuery) (page[PermissionSet], error) {
			l, err := s.searchPermissionSets(ctx, by, &permissionSetsQuery{in.PermissionSetSelection, SearchPage(at)})
			return pageIn(l.Items, l.NextCursor, err)
		}, itself[PermissionSet],
	})
	type users struct {
		UserSelection
		ExportQuery
	}
	registerExport(s, "/api/v1/directory/users", "export-users", "users", export[users, User, User]{
		"search-users", func(ctx context.Context, by access.Actor, in *users, at PageQuery) (page[User], error) {
			l, err := s.searchUsers(ctx, by, &usersQuery{in.UserSelection, SearchPage(at)})
			return pageIn(l.Items, l.NextCursor, err)
		}, itself[User],
	})
	type groups struct {
		GroupSelection
		ExportQuery
	}
	registerExport(s, "/api/v1/directory/groups", "export-groups", "groups", export[groups, Group, Group]{
		"search-groups", func(ctx context.Context, by access.Actor, in *groups, at PageQuery) (page[Group], error) {
			l, err := s.searchGroups(ctx, by, &groupsQuery{in.GroupSelection, SearchPage(at)})
			return pageIn(l.Items, l.NextCursor, err)
		}, itself[Group],
	})
}

func (s *server) registerExportsOfAccess() {
	type tokens struct {
		TokenSelection
		ExportQuery
	}
	registerExport(s, "/api/v1/tokens", "export-tokens", "tokens, which are not shown", export[tokens, Token, Token]{
		"list-tokens", func(ctx context.Context, by access.Actor, in *tokens, at PageQuery) (page[Token], error) {
			l, err := s.listTokens(ctx, by, &tokensQuery{in.TokenSelection, at.Limit, at.Cursor})
			return pageIn(l.Items, l.NextCursor, err)
		}, itself[Token],
	})
	type machines struct {
		MachineSelection
		ExportQuery
	}
	registerExport(s, "/api/v1/machines", "export-machines", "machine clients", export[machines, Machine, Machine]{
		"list-machines", func(ctx context.Context, by access.Actor, in *machines, at PageQuery) (page[Machine], error) {
			l, err := s.listMachines(ctx, by, &machinesQuery{in.MachineSelection, at.Limit, at.Cursor})
			return pageIn(l.Items, l.NextCursor, err)
		}, itself[Machine],
	})
	type signIns struct {
		SignInSelection
		ExportQuery
	}
	registerExport(s, "/api/v1/sign-ins", "export-sign-ins", "sign-ins", export[signIns, SignIn, SignIn]{
		"list-sign-ins", func(ctx context.Context, by access.Actor, in *signIns, at PageQuery) (page[SignIn], error) {
			l, err := s.listSignIns(ctx, by, &signInsQuery{in.SignInSelection, at.Limit, at.Cursor})
			return pageIn(l.Items, l.NextCursor, err)
		}, itself[SignIn],
	})
	type identities struct {
		IdentitySelection
		ExportQuery
	}
	registerExport(s, "/api/v1/identities", "export-identities", "whom people at sign-in providers stand for", export[identities, Identity, Identity]{
		"list-identities", func(ctx context.Context, by access.Actor, in *identities, at PageQuery) (page[Identity], error) {
			l, err := s.listIdentities(ctx, by, &identitiesQuery{in.IdentitySelection, at.Limit, at.Cursor})
			return pageIn(l.Items, l.NextCursor, err)
		}, itself[Identity],
	})
	type passkeys struct {
		PasskeySelection
		ExportQuery
	}
	registerExport(s, "/api/v1/passkeys", "export-passkeys", "passkeys", export[passkeys, Passkey, Passkey]{
		"list-passkeys", func(ctx context.Context, by access.Actor, in *passkeys, _ PageQuery) (page[Passkey], error) {
			l, err := s.listPasskeys(ctx, by, &in.PasskeySelection)
			return pageIn(l.Items, "", err)
		}, itself[Passkey],
	})
}
