package api

import (
	"fmt"
	"net/http"
	"time"
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

// openStreams are those that are open.
type openStreams struct {
	*places

	limits StreamLimits
}

func newOpenStreams(l StreamLimits) *openStreams {
	l = l.withDefaults()
	return &openStreams{limits: l, places: newPlaces(l.PerCaller, l.Total, tooManyStreams,
		fmt.Sprintf("you follow the events on %d connections already, which is as many as you may; close one", l.PerCaller),
		"this replica has as many followers of events as it takes; try again later")}
}

func tooManyStreams(detail string) *Problem {
	return newProblem(http.StatusTooManyRequests, "too_many_streams", detail)
}
