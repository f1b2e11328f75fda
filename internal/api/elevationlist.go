package api

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/team-idc/team/internal/access"
)

// ElevationSelection is which elevations somebody wants.
type ElevationSelection struct {
	Scope string `query:"scope" enum:"mine,revocable,all" default:"mine" doc:"Your own, what you may revoke now, or (administrators and auditors) everybody's"` //nolint:lll // a tag is one word
	ListSelection
	Sort string `query:"sort" enum:"created,-created,ends,-ends" default:"-created" doc:"-created: newest first; ends: what is in progress and ends next"`
}

type elevationsQuery struct {
	ElevationSelection
	ListPage
	Cursor string `query:"cursor" pattern:"^([0-9]{1,18}~)?elv_[0-9a-f-]{36}$" doc:"nextCursor of the page before"`
}

func (s *server) listElevations(ctx context.Context, by access.Actor, in *elevationsQuery) (ElevationList, error) {
	f, err := in.filter(s.Now())
	if err != nil {
		return ElevationList{}, err
	}
	switch in.Scope {
	case "mine":
		err = own("query.user", &f.UserID, by.UserID)
	case "revocable":
		if err = s.revocable(ctx, by, in, &f); err == nil {
			return s.listRevocable(ctx, by, f, in)
		}
	default:
		err = scopeAll.check(by)
	}
	if err != nil {
		return ElevationList{}, err
	}
	if by.UserID == "" && in.Scope == "mine" {
		return ElevationList{Items: []Elevation{}}, nil // machines hold no access
	}
	es, err := s.Lists.Elevations(ctx, f)
	if err != nil {
		return ElevationList{}, err
	}
	out := s.view(ctx, by).elevations(es, in.Limit)
	if len(es) > in.Limit {
		out.NextCursor = cursorOf(es[in.Limit-1].Elevation, f.ByEnd)
	}
	if in.Total {
		f.Limit = countedTo + 1
		n, err := s.Lists.CountElevations(ctx, f)
		if err != nil {
			return ElevationList{}, err
		}
		out.Total = totalOf(n, countedTo)
	}
	return out, nil
}

func (q *elevationsQuery) filter(now time.Time) (access.ElevationFilter, error) {
	f := access.ElevationFilter{
		UserID: q.User, Statuses: q.Status, AccountID: q.Account, PermissionSetARN: q.PermissionSet, From: q.From, To: q.To, Now: now,
		ByEnd: strings.HasSuffix(q.Sort, "ends"), Ascending: !strings.HasPrefix(q.Sort, "-"), Limit: q.Limit + 1,
	}
	if f.ByEnd && len(f.Statuses) > 0 && !slices.Equal(f.Statuses, []string{"in progress"}) {
		return f, &access.Error{
			Code: access.CodeInvalid, Field: "query.sort",
			Message: "only what is in progress has an end to come: leave status out, or ask for status=in progress",
		}
	}
	ends, id, byEnd := strings.Cut(q.Cursor, "~")
	if q.Cursor == "" {
		return f, nil
	}
	if byEnd != f.ByEnd {
		return f, &access.Error{Code: access.CodeInvalid, Field: "query.cursor", Message: "it comes from a list in another order: begin again without it"}
	}
	if !byEnd {
		f.After.ID = q.Cursor
		return f, nil
	}
	micros, err := strconv.ParseInt(ends, 10, 64)
	if err != nil {
		return f, &access.Error{Code: access.CodeInvalid, Field: "query.cursor", Message: "it is not one that a list gave"}
	}
	f.After = access.ElevationPlace{ID: id, EndsAt: time.UnixMicro(micros)}
	return f, nil
}

func cursorOf(e access.Elevation, byEnd bool) string {
	if byEnd {
		return strconv.FormatInt(e.EndsAt.UnixMicro(), 10) + "~" + e.ID
	}
	return e.ID
}

func (v view) elevations(es []access.ListedElevation, limit int) ElevationList {
	out := ElevationList{Items: make([]Elevation, 0, limit)}
	for _, e := range es[:min(len(es), limit)] {
		out.Items = append(out.Items, v.elevation(e))
	}
	return out
}
