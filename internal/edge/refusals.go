package edge

import (
	"cmp"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// Refusals gathers what was refused, so that an event a minute tells of all of it: whoever is refused a thousand times a
// second must not fill the event log. It is safe for concurrent use; nil gathers nothing.
type Refusals struct {
	mu      sync.Mutex
	since   time.Time // of the first that is not in pending
	by      map[string]*tally
	pending []RefusedMinute
}

type tally struct {
	total int
	from  map[Refused]int
	more  int // of others than those that are in from
}

// Refused is who was refused.
type Refused struct {
	Address string
	User    string // id of a user or a machine client; "" where it is not known
}

// RefusedMinute tells of everything that was refused for one reason.
type RefusedMinute struct {
	Why         string
	From, Until time.Time
	Count       int
	// Most are those who were refused most often, at most ten.
	Most []RefusedCount
	// Others is how often all others were.
	Others int
}

// RefusedCount is how often somebody was refused.
type RefusedCount struct {
	Refused

	Count int
}

const (
	tellEvery = time.Minute
	// mostRefused are told apart by name while they are gathered.
	mostRefused = 1000
	tellOf      = 10
)

// NewRefusals returns Refusals without any.
func NewRefusals() *Refusals { return &Refusals{by: map[string]*tally{}} }

func (r *Refusals) add(why string, address netip.Addr, user string, now time.Time) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.since.IsZero() {
		r.since = now
	}
	t := r.by[why]
	if t == nil {
		t = &tally{from: map[Refused]int{}}
		r.by[why] = t
	}
	t.total++
	who := Refused{Address: addressText(address), User: user}
	if _, known := t.from[who]; !known && len(t.from) >= mostRefused {
		t.more++
		return
	}
	t.from[who]++
}

// Due is when there is something to tell; zero: not before something is refused.
func (r *Refusals) Due() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.pending) > 0 {
		return r.pending[0].Until
	}
	if r.since.IsZero() {
		return time.Time{}
	}
	return r.since.Add(tellEvery)
}

// Pending gives what was refused since the last time, by reason: the same again until Told says that it is told.
func (r *Refusals) Pending(now time.Time) []RefusedMinute {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.pending) > 0 {
		return r.pending
	}
	var out []RefusedMinute
	for why, t := range r.by {
		m := RefusedMinute{Why: why, From: r.since, Until: now, Count: t.total, Others: t.more}
		for who, n := range t.from {
			m.Most = append(m.Most, RefusedCount{who, n})
		}
		slices.SortFunc(m.Most, func(a, b RefusedCount) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Address, b.Address), cmp.Compare(a.User, b.User))
		})
		for len(m.Most) > tellOf {
			m.Others += m.Most[len(m.Most)-1].Count
			m.Most = m.Most[:len(m.Most)-1]
		}
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b RefusedMinute) int { return cmp.Compare(a.Why, b.Why) })
	r.since, r.by, r.pending = time.Time{}, map[string]*tally{}, out
	return out
}

// Told is called when what Pending gave is told.
func (r *Refusals) Told() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pending = nil
}
