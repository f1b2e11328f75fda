package api

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/team-idc/team/internal/access"
)

// StreamLimits are how many event streams may be open on one replica. Each costs a connection and some tens of KiB.
type StreamLimits struct {
	PerCaller int // 10 where zero
	Total     int // 1,000 where zero
	// WriteTimeout is how long one event may wait for a client that does not read; 10 s where zero.
	WriteTimeout time.Duration
	// Heartbeat is how often something is sent when nothing happens, so that proxies keep the connection and a client that
	// is gone is noticed; 15 s where zero.
	Heartbeat time.Duration
}

func (l StreamLimits) withDefaults() StreamLimits {
	if l.PerCaller == 0 {
		l.PerCaller = 10
	}
	if l.Total == 0 {
		l.Total = 1000
	}
	if l.WriteTimeout == 0 {
		l.WriteTimeout = 10 * time.Second
	}
	if l.Heartbeat == 0 {
		l.Heartbeat = 15 * time.Second
	}
	return l
}

// openStreams counts them.
type openStreams struct {
	limits StreamLimits

	mu    sync.Mutex
	by    map[string]int
	total int
}

func newOpenStreams(l StreamLimits) *openStreams {
	return &openStreams{limits: l.withDefaults(), by: map[string]int{}}
}

// take a place, until leave is called.
func (o *openStreams) take(by access.Actor) (leave func(), err error) {
	who := string(by.Kind) + ":" + by.UserID + by.MachineID
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.by[who] >= o.limits.PerCaller:
		return nil, tooMany(fmt.Sprintf("you follow the events on %d connections already, which is as many as you may; close one", o.limits.PerCaller))
	case o.total >= o.limits.Total:
		return nil, tooMany("this replica has as many followers of events as it takes; try again later")
	}
	o.by[who]++
	o.total++
	return sync.OnceFunc(func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.total--
		if o.by[who]--; o.by[who] == 0 {
			delete(o.by, who)
		}
	}), nil
}

func tooMany(detail string) *Problem {
	return newProblem(http.StatusTooManyRequests, "too_many_streams", detail)
}
