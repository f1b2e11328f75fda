package access

import "time"

// MostApart is how far the clocks of two replicas may be apart while they give access: each is at most two seconds off
// the database's, and is compared with it every minute.
const MostApart = 5 * time.Second

// InOrder returns now, or the latest of the instants that were written before, by a replica whose clock is ahead: in
// what is kept of one thing, time does not move back. An instant that is further ahead was written by a clock that is
// wrong, and holds nobody up.
func InOrder(now time.Time, before ...time.Time) time.Time {
	latest := now
	for _, at := range before {
		if at.After(latest) && !at.After(now.Add(MostApart)) {
			latest = at
		}
	}
	return latest
}

// inOrder is InOrder after all that is kept of a case. It leaves out what lies ahead: starts, ends and deadlines.
func (c *Case) inOrder(now time.Time) time.Time {
	before := []time.Time{c.Request.CreatedAt}
	for _, t := range c.Targets {
		before = append(before, t.DecidedAt)
	}
	for _, v := range c.Votes {
		before = append(before, v.At)
	}
	for _, e := range c.Elevations {
		before = append(before, e.CreatedAt, e.ActivatedAt, e.EndedAt)
	}
	return InOrder(now, before...)
}
