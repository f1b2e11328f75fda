package main

import (
	"context"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/audit"
)

// condition is an alarm about this replica that opens and closes with what is looked at again and again.
type condition struct {
	kind           alarm.Kind
	subject        string
	opened, closed string // kinds of events

	looked, open bool // whether it is open, once that was read
}

// report opens the alarm when there is a sentence, and closes it when there is none any more.
func (s *server) report(ctx context.Context, c *condition, sentence string) error {
	if !c.looked { // a replica that was mended while it was stopped must close its alarm
		open, err := s.store.AlarmOpen(ctx, c.kind, c.subject)
		if err != nil {
			return err
		}
		c.looked, c.open = true, open
	}
	if failing := sentence != ""; failing == c.open {
		return nil
	}
	now, kind := s.now(), c.opened
	if c.open {
		kind = c.closed
	}
	data := map[string]any{"replica": s.name}
	if sentence != "" {
		data["reason"] = sentence
	}
	err := s.store.Access().Update(ctx, func(ctx context.Context, tx access.Tx) error {
		return tx.Apply(ctx, access.Change{
			Alarms: []alarm.Signal{{Kind: c.kind, Subject: c.subject, Close: c.open, At: now, Sentence: s.name + ": " + sentence}},
			Events: []audit.Event{{Kind: kind, At: now, Actor: audit.Actor{Kind: audit.System, ID: "edge"}, Data: data}},
		})
	})
	if err == nil {
		c.open = !c.open
	}
	return err
}
