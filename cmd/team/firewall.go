package main

import (
	"net/http"
	"runtime/debug"

	"github.com/team-idc/team/internal/edge/firewall"
)

// firewallBuild is a firewall whose rules are being built. That takes a while of the processor, so that it begins before
// the database is opened; nothing is served before it is done.
type firewallBuild struct {
	done chan struct{}
	wrap func(http.Handler) http.Handler
	err  error
}

func (s *server) beginFirewall() *firewallBuild {
	b := &firewallBuild{done: make(chan struct{})}
	c := firewall.Config{
		Mode: firewall.Mode(s.config.Firewall.Mode), Paranoia: s.config.Firewall.Paranoia, Log: s.log, Sandbox: s.config.AWS.Sandbox,
		Observe: func(_ *http.Request, d firewall.Decision) { s.meters.inspected(d) },
	}
	go func() {
		defer close(b.done)
		b.wrap, b.err = firewall.New(c)
		// Parsing the rules leaves more garbage than TEAM needs memory when it is idle; without this it would be kept for long.
		debug.FreeOSMemory()
	}()
	return b
}

// around waits for the rules, and puts them before a handler.
func (b *firewallBuild) around(next http.Handler) (http.Handler, error) {
	<-b.done
	if b.err != nil {
		return nil, b.err
	}
	return b.wrap(next), nil
}
