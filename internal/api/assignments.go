package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/delivery"
)

// AssignmentSelection is which assignments somebody wants.
type AssignmentSelection struct {
	Scope   string `query:"scope" enum:"open,all" default:"open" doc:"Only those TEAM will look at again by itself, or all it ever knew"`
	Phase   string `query:"phase" enum:"idle,claimed,creating,verifying,held,removing,deleting,clearing"`
	Problem bool   `query:"problem" doc:"Only those whose last try failed"`
	User    string `query:"user" maxLength:"100" doc:"User id"`
	Account string `query:"account" pattern:"^[0-9]{12}$"`
	Role    string `query:"permissionSet" maxLength:"200" doc:"ARN"`
}

type assignmentsQuery struct {
	AssignmentSelection
	PageQuery
}

func (s *server) registerAssignments() {
	register(s, http.MethodGet, "/api/v1/assignments", "list-assignments", "List what TEAM knows of account assignments, what is due first", s.listAssignments)
}

func (s *server) listAssignments(ctx context.Context, by access.Actor, in *assignmentsQuery) (AssignmentList, error) {
	place, err := assignmentPlace(in.Cursor)
	if err != nil {
		return AssignmentList{}, err
	}
	as, err := s.Lists.Assignments(ctx, delivery.AssignmentFilter{
		Phase: delivery.Phase(in.Phase), Problem: in.Problem, Open: in.Scope == "open", UserID: in.User, AccountID: in.Account,
		PermissionSetARN: in.Role, After: place, Limit: in.Limit + 1,
	})
	if err != nil {
		return AssignmentList{}, err
	}
	v := s.view(ctx, by)
	out := AssignmentList{Items: make([]Assignment, 0, len(as))}
	for _, a := range as[:min(len(as), in.Limit)] {
		out.Items = append(out.Items, Assignment{
			ID: a.ID, User: v.person(a.UserID), Role: Role{AccountID: a.AccountID, PermissionSetARN: a.PermissionSetARN},
			AccountName: v.account(a.AccountID), PermissionSetName: v.permissionSet(a.PermissionSetARN), Phase: string(a.Phase), Since: a.Since,
			SeenAt: a.SeenAt, Problem: a.Problem, Tries: max(a.Tries, 0), DueAt: a.DueAt,
		})
	}
	if len(as) > in.Limit {
		out.NextCursor = assignmentCursor(as[in.Limit-1])
	}
	return out, nil
}

func assignmentCursor(a delivery.Assignment) string {
	var due int64
	if !a.DueAt.IsZero() {
		due = a.DueAt.UnixMicro()
	}
	return cursorAt("assignments", "due", strconv.FormatInt(due, 10), a.ID)
}

func assignmentPlace(cursor string) (delivery.AssignmentPlace, error) {
	place, err := placeOf(cursor, "assignments", "due", 2)
	if place == nil {
		return delivery.AssignmentPlace{}, err
	}
	micros, err := strconv.ParseInt(place[0], 10, 64)
	if err != nil {
		return delivery.AssignmentPlace{}, badCursor()
	}
	return delivery.AssignmentPlace{DueMicros: micros, ID: place[1]}, nil
}
