package main

import (
	"net/http"
	"runtime/debug"

	"github.com/team-idc/team/internal/edge"
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
		Mode: firewall.Mode(s.config.Firewall.Mode), Paranoia: s.config.Firewall.Paranoia, Log: s.log,
		Client: clientAddress, NewReference: func(r *http.Request) string { return edge.From(r.Context()).ID },
		Observe: func(_ *http.Request, d firewall.Decision) { s.meters.inspected(d) },
		Refuse: func(w http.ResponseWriter, r *http.Request, status int, code, detail string) {
			edge.From(r.Context()).Refuse(w, status, code, detail)
		},
	}
	go func() {
		defer close(b.done)
		b.wrap, b.err = firewall.New(c)
		// Parsing the rules leaves more garbage than TEAM needs memory when it is idle; without this it would be kept for long.
		debug.FreeOSMemory()
	}()
	return b
}

// built waits for the rules.
func (b *firewallBuild) built() error {
	<-b.done
	return b.err
}

// around puts the rules before a handler, once they are built.
func (b *firewallBuild) around(next http.Handler) http.Handler {
	if err := b.built(); err != nil {
		panic("a firewall that could not be built: " + err.Error()) // handler has seen it, and nothing is served
	}
	return b.wrap(next)
}
