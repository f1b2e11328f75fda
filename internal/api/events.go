package api

import (
	"context"
	"net/http"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
)

// EventSelection is which events somebody wants, of those they may see.
type EventSelection struct {
	Request string   `query:"request" pattern:"^req_[0-9a-f-]{36}$" doc:"Only those of a request"`
	Kind    []string `query:"kind" maxItems:"50" doc:"Only these kinds, separated by commas; elevation.* is all that begin so"`
	User    string   `query:"user" maxLength:"64" doc:"Only those about this user's access, by id"`
	Account string   `query:"account" pattern:"^([0-9]{12})?$" doc:"Only those about this account, by id"`
}

// EventSpan is between which instants.
type EventSpan struct {
	From time.Time `query:"from" doc:"Only those at or after this instant"`
	To   time.Time `query:"to" doc:"Only those before this instant"`
}

// EventOrder is which come first.
type EventOrder struct {
	Sort string `query:"sort" enum:"sequence,-sequence" default:"sequence" doc:"-sequence: the newest first"`
}

func (o EventOrder) newestFirst() bool { return o.Sort == "-sequence" }

type eventsQuery struct {
	EventSelection
	EventSpan
	EventOrder

	After  int64 `query:"after" minimum:"-1" default:"-1" doc:"Sequence after which to begin; -1: from the first"`
	Before int64 `query:"before" minimum:"0" doc:"Sequence before which to begin, the newest first; 0: from the last"`
	Limit  int   `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

// check refuses what would be left out of account.
func (q *eventsQuery) check() error {
	if q.Before > 0 && !q.newestFirst() {
		return &access.Error{Code: access.CodeInvalid, Field: "query.before", Message: "before is for sort=-sequence; in the order of the log it is after"}
	}
	return nil
}

func (s *server) registerEvents() {
	register(s, http.MethodGet, "/api/v1/events", "list-events", "Read events in the order of the log", s.listEvents)
	s.registerStream()
}

// visible is the filter for what the caller wants and may see: administrators and auditors everything, others the
// events of a request they may see, or those about themselves. some is false when that is nothing at all.
func (s *server) visible(ctx context.Context, by access.Actor, want EventSelection) (f audit.Filter, some bool, err error) {
	f = audit.Filter{RequestID: want.Request, Kinds: want.Kind, UserID: want.User, AccountID: want.Account}
	switch {
	case scopeAll.has(by):
	case s.hidden(ctx, by):
		return f, false, errUnconfirmed
	case want.Request != "":
		if _, err := s.Access.Read(ctx, by, want.Request); err != nil {
			return f, false, err
		}
	case by.UserID == "", want.User != "" && want.User != by.UserID:
		return f, false, nil // of a machine's requests only by their ids
	default:
		f.UserID = by.UserID
	}
	return f, true, nil
}

func (s *server) listEvents(ctx context.Context, by access.Actor, in *eventsQuery) (EventList, error) {
	if err := in.check(); err != nil {
		return EventList{}, err
	}
	f, some, err := s.visible(ctx, by, in.EventSelection)
	if err != nil || !some {
		return EventList{Items: []Event{}, Cursor: in.After}, err
	}
	f.After, f.From, f.To, f.Limit, f.NewestFirst, f.Before = in.After, in.From, in.To, in.Limit, in.newestFirst(), in.Before
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
	if f.NewestFirst && out.Cursor == 0 {
		out.More = false // the first of all
	}
	if !out.More && !f.NewestFirst {
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
