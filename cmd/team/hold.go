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
	reported    bool          // the alarm about the skew is open
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
	}
	return h.unconfirmed
}

func (h *hold) skewed() bool { return h.skew.Abs() > mostSkew }

func (h *hold) skewSentence() string {
	direction := "ahead of"
	if h.skew < 0 {
		direction = "behind"
	}
	return fmt.Sprintf("this machine's clock is %s %s AWS's: set the clock (NTP)", h.skew.Abs().Round(time.Second), direction)
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

// skewStep opens and closes the alarm about this replica's clock.
func (s *server) skewStep(ctx context.Context) (did bool, next time.Time, err error) {
	s.hold.mu.Lock()
	skewed, reported, sentence := s.hold.skewed(), s.hold.reported, s.hold.skewSentence()
	skew := s.hold.skew
	s.hold.mu.Unlock()
	if skewed == reported {
		return false, time.Time{}, nil
	}
	kind := "replica.clock_agrees"
	if skewed {
		kind = "replica.clock_skewed"
	}
	err = s.store.Access().Update(ctx, func(ctx context.Context, tx access.Tx) error {
		return tx.Apply(ctx, access.Change{
			Alarms: []alarm.Signal{{
				Kind: alarm.ClockSkew, Subject: s.name, Close: !skewed,
				Sentence: s.name + ": " + sentence + ". Until then nothing is granted.",
			}},
			Events: []audit.Event{{
				Kind: kind, At: s.now(), Actor: audit.Actor{Kind: audit.System, ID: "clock"},
				Data: map[string]any{"replica": s.name, "aheadMilliseconds": skew.Milliseconds()},
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
