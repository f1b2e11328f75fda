package edge

import "time"

// counters are windows by client, of which only so many are kept: whoever asks from a million addresses must not fill the
// memory. When there is no room, one of those that counted least goes, so that whoever asks most is never forgotten.
// They are not safe for concurrent use.
type counters struct {
	most    int
	index   map[string]int
	entries []counter
	hand    int // where room was last looked for
}

type counter struct {
	key       string
	window    window
	published int64 // the first bucket that is still to be told to other replicas
}

func newCounters(most int) *counters { return &counters{most: most, index: map[string]int{}} }

// looksAt is how many are compared when one has to go.
const looksAt = 8

// of gives the counter of a client, making room for it where there is none.
func (c *counters) of(key string, now time.Time) *counter {
	i, ok := c.index[key]
	if ok {
		return &c.entries[i]
	}
	if len(c.entries) < c.most {
		i = len(c.entries)
		c.entries = append(c.entries, counter{})
	} else {
		i = c.least(now)
		delete(c.index, c.entries[i].key)
	}
	c.index[key] = i
	c.entries[i] = counter{key: key}
	return &c.entries[i]
}

// least finds one of those that counted least, among the next few.
func (c *counters) least(now time.Time) int {
	best, sum := -1, 0
	for range min(looksAt, len(c.entries)) {
		c.hand = (c.hand + 1) % len(c.entries)
		if s := c.entries[c.hand].window.sum(now); best < 0 || s < sum {
			best, sum = c.hand, s
		}
	}
	return best
}

// find gives a counter that exists.
func (c *counters) find(key string) *counter {
	if i, ok := c.index[key]; ok {
		return &c.entries[i]
	}
	return nil
}
