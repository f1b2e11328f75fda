package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/audit"
)

// mostSkew is how far this machine's clock may be from AWS's: beyond it TEAM gives nobody anything, since every end
// would be wrong by as much.
const mostSkew = 30 * time.Second

// hold collects the reasons why grants and decisions wait. Removals never do.
type hold struct {
	mu          sync.Mutex
	recovery    string
	unconfirmed string        // IAM Identity Center was not reached since this process began
	skew        time.Duration // how far this clock is ahead of AWS's, as of the last answer
	database    databaseClock
	looked      bool // whether the alarm about the clock is open was read
	reported    bool // the alarm about the clock is open
}

// Held says why, "" when nothing is held.
func (h *hold) Held() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.recovery != "":
		return "TEAM is in recovery mode: " + h.recovery + ". An administrator releases it"
	case h.skewed():
		return h.skewSentence()
	case !h.database.known:
		return "TEAM has not yet compared this machine's clock with the database's"
	}
	return h.unconfirmed
}

func (h *hold) skewed() bool { return h.skew.Abs() > mostSkew || h.database.off }

func (h *hold) skewSentence() string {
	if h.database.off {
		return clockSentence(h.database.skew, "the database's: set the clocks of both machines (NTP)")
	}
	return clockSentence(h.skew, "AWS's: set the clock (NTP)")
}

func clockSentence(skew time.Duration, whose string) string {
	direction := "ahead of"
	if skew < 0 {
		direction = "behind"
	}
	return fmt.Sprintf("this machine's clock is %s %s %s", skew.Abs().Round(100*time.Millisecond), direction, whose)
}

// observe takes AWS's clock from an answer: ahead is how far AWS is ahead of this machine.
func (h *hold) observe(ahead time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.skew = -ahead
}

func (h *hold) setRecovery(reason string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.recovery = reason
}

func (h *hold) inRecovery() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.recovery != ""
}

// setUnconfirmed says whether that is new.
func (h *hold) setUnconfirmed(why string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	changed := h.unconfirmed != why
	h.unconfirmed = why
	return changed
}

// clockSkew is how far this clock is ahead of AWS's.
func (h *hold) clockSkew() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.skew
}

// databaseSkew is how far this clock is ahead of the database's.
func (h *hold) databaseSkew() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.database.skew
}

// skewStep opens and closes the alarm about this replica's clock.
func (s *server) skewStep(ctx context.Context) (did bool, next time.Time, err error) {
	if err := s.lookForSkewAlarm(ctx); err != nil {
		return false, time.Time{}, err
	}
	s.hold.mu.Lock()
	skewed, reported, sentence := s.hold.skewed(), s.hold.reported, s.hold.skewSentence()
	skew, database := s.hold.skew, s.hold.database.skew
	s.hold.mu.Unlock()
	if skewed == reported {
		return false, time.Time{}, nil
	}
	kind := "replica.clock_agrees"
	if skewed {
		kind = "replica.clock_skewed"
	}
	now := s.now()
	err = s.store.Access().Update(ctx, func(ctx context.Context, tx access.Tx) error {
		return tx.Apply(ctx, access.Change{
			Alarms: []alarm.Signal{{
				Kind: alarm.ClockSkew, Subject: s.name, Close: !skewed, At: now,
				Sentence: s.name + ": " + sentence + ". Until then nothing is granted.",
			}},
			Events: []audit.Event{{
				Kind: kind, At: now, Actor: audit.Actor{Kind: audit.System, ID: "clock"},
				Data: map[string]any{
					"replica": s.name, "aheadMilliseconds": skew.Milliseconds(), "aheadOfDatabaseMilliseconds": database.Milliseconds(),
				},
			}},
		})
	})
	if err != nil {
		return true, s.now(), err
	}
	s.hold.mu.Lock()
	s.hold.reported = skewed
	s.hold.mu.Unlock()
	return true, s.now(), nil
}

// lookForSkewAlarm finds out, once, whether the alarm is open: a replica that was stopped to set its clock must close
// it when it is back.
func (s *server) lookForSkewAlarm(ctx context.Context) error {
	s.hold.mu.Lock()
	looked := s.hold.looked
	s.hold.mu.Unlock()
	if looked {
		return nil
	}
	open, err := s.store.AlarmOpen(ctx, alarm.ClockSkew, s.name)
	if err != nil {
		return err
	}
	s.hold.mu.Lock()
	s.hold.looked, s.hold.reported = true, open
	s.hold.mu.Unlock()
	return nil
}
