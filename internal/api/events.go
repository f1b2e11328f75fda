package api

import (
	"context"
	"net/http"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
)

type eventsQuery struct {
	After   int64    `query:"after" minimum:"-1" default:"-1" doc:"Sequence after which to begin; -1: from the first"`
	Request string   `query:"request" pattern:"^req_[0-9a-f-]{36}$" doc:"Only those of a request"`
	Kind    []string `query:"kind" maxItems:"50" doc:"Only these kinds, separated by commas"`
	Limit   int      `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

func (s *server) registerEvents() {
	register(s, http.MethodGet, "/api/v1/events", "list-events", "Read events in the order of the log", s.listEvents)
}

// listEvents gives administrators and auditors everything, and others the events of a request they may see, or those
// about themselves.
func (s *server) listEvents(ctx context.Context, by access.Actor, in *eventsQuery) (EventList, error) {
	f := audit.Filter{After: in.After, RequestID: in.Request, Kinds: in.Kind, Limit: in.Limit}
	switch {
	case scopeAll.has(by):
	case in.Request != "":
		if _, err := s.Access.Read(ctx, by, in.Request); err != nil {
			return EventList{}, err
		}
	case by.UserID == "":
		return EventList{Items: []Event{}, Cursor: in.After}, nil // of a machine's requests only by their ids
	default:
		f.UserID = by.UserID
	}
	// The head is read first: what is appended meanwhile is left to the next call, instead of being skipped.
	head, err := s.Lists.Head(ctx)
	if err != nil {
		return EventList{}, err
	}
	records, err := s.Lists.Events(ctx, f)
	if err != nil {
		return EventList{}, err
	}
	out := EventList{Items: make([]Event, 0, len(records)), Cursor: in.After, More: len(records) == in.Limit}
	for _, r := range records {
		out.Items = append(out.Items, eventOf(r))
		out.Cursor = r.Sequence
	}
	if !out.More {
		out.Cursor = max(out.Cursor, head.Size-1)
	}
	return out, nil
}

func eventOf(r audit.Record) Event {
	e, subject := r.Event, r.Event.Subject
	return Event{
		Sequence: r.Sequence, Kind: e.Kind, At: e.At, Actor: EventActor{Kind: string(e.Actor.Kind), ID: e.Actor.ID, Name: e.Actor.Name},
		Subject: EventSubject{
			Request: subject.Request, Target: subject.Target, Elevation: subject.Elevation, Assignment: subject.Assignment,
			User: subject.User, Account: subject.Account, Policy: subject.Policy, Alarm: subject.Alarm, Machine: subject.Machine,
		},
		Data: e.Data,
	}
}
