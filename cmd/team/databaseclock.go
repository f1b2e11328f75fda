package main

import (
	"context"
	"time"
)

const (
	// mostDatabaseSkew is how far this machine's clock may be from the database's. Replicas share instants by its rows:
	// an end that one of them wrote comes for the others by their own clocks.
	mostDatabaseSkew = 2 * time.Second
	// compareClocks is how often they are compared.
	compareClocks = time.Minute
	// compareClocksAgain is how soon after they were found apart, or the answer took too long to tell.
	compareClocksAgain = time.Second
)

// databaseClock is what was last found when the clock was compared with the database's.
type databaseClock struct {
	known bool
	off   bool          // further apart than mostDatabaseSkew
	skew  time.Duration // how far this clock is ahead of the database's
	next  time.Time     // when to compare again
	at    time.Time     // when they were compared
}

// due says whether to compare. A clock that was set back has not been compared.
func (d databaseClock) due(now time.Time) bool { return !now.Before(d.next) || now.Before(d.at) }

// judged returns what a comparison says: the clock is ahead of the database's by skew, give or take within, which the
// answer was on its way. What this does not tell stays as it was.
func (d databaseClock) judged(skew, within time.Duration, now time.Time) databaseClock {
	sure := true
	switch {
	case skew.Abs()-within > mostDatabaseSkew:
		d.off = true
	case skew.Abs()+within <= mostDatabaseSkew:
		d.off = false
	default:
		sure = false
	}
	d.known = d.known || sure
	d.skew, d.at, d.next = skew, now, now.Add(compareClocks)
	if !sure || d.off {
		d.next = now.Add(compareClocksAgain)
	}
	return d
}

// databaseClockStep compares this machine's clock with the database's every minute.
func (s *server) databaseClockStep(ctx context.Context) (did bool, next time.Time, err error) {
	s.hold.mu.Lock()
	d := s.hold.database
	s.hold.mu.Unlock()
	if d.due(s.now()) {
		if err := s.compareClocks(ctx); err != nil {
			return false, time.Time{}, err
		}
		return true, s.now(), nil
	}
	return false, d.next, nil
}

// compareClocks with the database's, which all replicas share.
func (s *server) compareClocks(ctx context.Context) error {
	skew, within, err := s.store.ClockSkew(ctx, s.now)
	if err != nil {
		return err
	}
	s.hold.mu.Lock()
	before := s.hold.database
	after := before.judged(skew, within, s.now())
	s.hold.database = after
	s.hold.mu.Unlock()
	if after.off && !before.off {
		s.log.ErrorContext(ctx, "this machine's clock and the database's are apart; nothing is granted until they agree, removals go on",
			"aheadOfDatabase", skew.Round(time.Millisecond), "within", within.Round(time.Millisecond))
	}
	if before.off && !after.off {
		s.log.InfoContext(ctx, "this machine's clock and the database's agree again", "aheadOfDatabase", skew.Round(time.Millisecond))
	}
	return nil
}
