package api

import (
	"context"
	"net/http"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
)

// AlarmSelection is which alarms somebody wants.
type AlarmSelection struct {
	State    string    `query:"state" enum:"open,closed,all" default:"open"`
	Kind     string    `query:"kind" pattern:"^[a-z-]{1,40}$" doc:"Only this kind, as removal-failing"`
	Severity string    `query:"severity" enum:"critical,warning"`
	Subject  string    `query:"subject" maxLength:"200" doc:"Only those about this: an assignment's id, a replica, …"`
	From     time.Time `query:"from" doc:"Opened at or after"`
	To       time.Time `query:"to" doc:"Opened before"`
	Sort     string    `query:"sort" enum:"opened,-opened" default:"-opened" doc:"-opened: the newest first"`
}

type alarmsQuery struct {
	AlarmSelection
	PageQuery
}

func (s *server) registerAlarms() {
	register(s, http.MethodGet, "/api/v1/alarms", "list-alarms", "List alarms", s.listAlarms)
}

func (s *server) listAlarms(ctx context.Context, _ access.Actor, in *alarmsQuery) (AlarmList, error) {
	after, err := placeOf(in.Cursor, "alarms", in.Sort, 1)
	if err != nil {
		return AlarmList{}, err
	}
	f := alarm.Filter{
		OpenOnly: in.State == "open", ClosedOnly: in.State == "closed", Kind: alarm.Kind(in.Kind), Severity: alarm.Severity(in.Severity),
		Subject: in.Subject, From: in.From, To: in.To, OldestFirst: in.Sort == "opened", Limit: in.Limit + 1,
	}
	if after != nil {
		f.After = after[0]
	}
	found, err := s.Lists.Alarms(ctx, f)
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
		out.NextCursor = cursorAt("alarms", in.Sort, found[in.Limit-1].ID)
	}
	return out, nil
}
