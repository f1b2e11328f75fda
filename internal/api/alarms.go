package api

import (
	"context"
	"net/http"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
)

type alarmsQuery struct {
	State  string `query:"state" enum:"open,all" default:"open"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" pattern:"^alm_[0-9a-f-]{36}$"`
}

func (s *server) registerAlarms() {
	register(s, http.MethodGet, "/api/v1/alarms", "list-alarms", "List alarms, the newest first", s.listAlarms)
}

func (s *server) listAlarms(ctx context.Context, _ access.Actor, in *alarmsQuery) (AlarmList, error) {
	found, err := s.Lists.Alarms(ctx, alarm.Filter{OpenOnly: in.State == "open", Before: in.Cursor, Limit: in.Limit + 1})
	if err != nil {
		return AlarmList{}, err
	}
	out := AlarmList{Items: make([]Alarm, 0, len(found))}
	for _, a := range found[:min(len(found), in.Limit)] {
		out.Items = append(out.Items, Alarm{
			ID: a.ID, Kind: string(a.Kind), Severity: string(a.Severity), Subject: a.Subject, Sentence: a.Sentence,
			OpenedAt: a.OpenedAt, LastSeen: a.LastSeen, Times: a.Times, ClosedAt: a.ClosedAt,
		})
	}
	if len(found) > in.Limit {
		out.Next = found[in.Limit-1].ID
	}
	return out, nil
}
