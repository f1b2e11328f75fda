package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/edge"
	"github.com/team-idc/team/internal/preference"
	"github.com/team-idc/team/internal/signin"
	"github.com/team-idc/team/internal/store"
)

// drainTime is how long requests in progress may take to end when the program is stopped.
const drainTime = 5 * time.Second

// listen opens the port, so that its address is known before anything is served.
func listen(ctx context.Context, address string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("another program uses %s already, perhaps another TEAM: stop it, or choose another port with --listen (port 0: any)", address)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, withoutOperation(err))
	}
	return l, nil
}

// withoutOperation leaves out what net repeats: the operation and the address.
func withoutOperation(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err
	}
	return err
}

// urlOf is how to reach a listener from this machine.
func urlOf(l net.Listener) string { return urlBy("http", l) }

func urlBy(scheme string, l net.Listener) string {
	host, port, err := net.SplitHostPort(l.Addr().String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// serveHTTP answers on l until ctx ends, then lets requests in progress end, for a while. It speaks TLS where it is told how.
func serveHTTP(ctx context.Context, l net.Listener, encrypt *tls.Config, handler http.Handler, log *slog.Logger) error {
	var silent silentConnections
	h := &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		ConnState: silent.observe, TLSConfig: encrypt,
		// Streams of events last, so that a connection of a browser has some; a client that opens and resets them without end
		// is cut off by the library.
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams: 100, SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second, WriteByteTimeout: 30 * time.Second,
		},
	}
	failed := make(chan error, 1)
	go func() {
		if encrypt != nil {
			failed <- h.ServeTLS(l, "", "")
			return
		}
		failed <- h.Serve(l)
	}()
	select {
	case err := <-failed:
		return fmt.Errorf("serve on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	silent.close()
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := h.Shutdown(drain); err != nil {
		log.WarnContext(ctx, "requests were broken off to stop", "address", l.Addr().String(), "after", drainTime)
		_ = h.Close()
	}
	return nil
}

// silentConnections are those on which nothing was asked yet. Shutdown would wait seconds for them, and browsers keep
// such connections open in advance.
type silentConnections struct {
	mu     sync.Mutex
	open   map[net.Conn]struct{}
	closed bool
}

func (s *silentConnections) observe(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case state != http.StateNew:
		delete(s.open, c)
	case s.closed:
		_ = c.Close()
	default:
		if s.open == nil {
			s.open = map[net.Conn]struct{}{}
		}
		s.open[c] = struct{}{}
	}
}

func (s *silentConnections) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for c := range s.open {
		_ = c.Close()
	}
}

// serve works and answers until ctx ends or serving fails; then the last step has come back and the database is
// closed. When ctx ends it first says that it is not ready, and goes on for a moment: whoever sends it requests must
// have noticed before nobody listens any more.
func (s *server) serve(ctx context.Context, l net.Listener, handler http.Handler) error {
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	told := context.AfterFunc(ctx, func() {
		s.stopping.Store(true)
		s.log.InfoContext(serving, "stopping", "after", s.config.StopDelay)
		time.AfterFunc(s.config.StopDelay, stop)
	})
	defer told()
	connections := edge.NewConnections(edge.ConnectionLimits(s.config.Connections), s.proxies, s.meters.connectionRefused)
	l = connections.Limit(l)
	if issuer := s.certificates.issuer; issuer != nil {
		if err := issuer.Run(serving); err != nil {
			return errors.Join(err, l.Close(), s.close())
		}
	}
	var wg sync.WaitGroup
	wg.Go(func() { s.work(serving) })
	endLog := s.accessLog.begin(ctx, s)
	if err := s.redirect(serving, connections, &wg); err != nil {
		stop()
		wg.Wait()
		endLog()
		return errors.Join(err, l.Close(), s.close())
	}
	wg.Go(func() { s.firstReading(serving, logFirstReading(serving, s.log, s.now)) })
	// Streams of events never end by themselves; a server that stops must not wait for them.
	defer context.AfterFunc(serving, s.tail.Stop)()
	err := serveHTTP(serving, l, s.tlsConfig(), s.outside(handler), s.log)
	stop()
	wg.Wait()
	endLog() // after the last answer
	s.lastRefusals(ctx)
	return errors.Join(err, s.close())
}

// redirect sends browsers that come by plain HTTP to HTTPS, on the address that is configured for it.
func (s *server) redirect(ctx context.Context, connections *edge.Connections, wg *sync.WaitGroup) error {
	if s.config.RedirectListen == "" {
		return nil
	}
	l, err := listen(ctx, s.config.RedirectListen)
	if err != nil {
		return err
	}
	handler := edge.Redirect(s.config.Public())
	if s.certificates.issuer != nil {
		handler = s.certificates.issuer.Challenges(handler)
	}
	l = connections.Limit(l)
	wg.Go(func() {
		if err := serveHTTP(ctx, l, nil, handler, s.log); err != nil {
			s.log.ErrorContext(ctx, "sending browsers to HTTPS failed", "error", err)
		}
	})
	return nil
}

// lastAnswers tells clients of a process that is being stopped to open another connection for the next request.
func (s *server) lastAnswers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.stopping.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// handler answers everything that the edge lets through: the pages of signing in, the metrics, the web application, and
// otherwise the API.
func (s *server) handler() (http.Handler, error) {
	if err := s.firewall.built(); err != nil {
		return nil, err
	}
	metrics, err := s.metrics()
	if err != nil {
		return nil, err
	}
	s.exchange.Audience = s.public.String()
	pages, err := s.signInPages()
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	pages.Routes(mux)
	(&signin.OAuth{Handler: pages, Grants: s.grants}).Routes(mux)
	mux.Handle("GET /metrics", metrics)
	err = webApplication(mux, pages, api.New(api.Config{
		Access: s.access, Lists: s.store, Keys: s.store, Statistics: s.store, Preferences: &preference.Service{Store: s.store, Now: s.now},
		Directory: s.keeper, Passes: s.store.Directory(), Sync: s.store,
		Recovery: recoveryMode{s}, Policies: s.policies, Tokens: s.tokens(), Machines: s.machines, Exchange: s.exchange, Passkeys: s.passkeys,
		SignIns: s.signIns, Authenticator: s.bearer(),
		Now: s.now, Log: s.log, Version: version, Sandbox: s.config.AWS.Sandbox, Unready: s.unready, ClockAhead: s.hold.clockSkew,
		Tracer: s.traces.Tracer(), Observe: s.meters.answer, Tail: s.tail,
		Streams:     api.StreamLimits{PerCaller: s.config.Streams.PerCaller, Total: s.config.Streams.Total},
		Portal:      api.Portal{URL: strings.TrimRight(s.config.AWS.PortalURL, "/"), Region: s.config.AWS.Region},
		Unreachable: store.Reached,
	}))
	return mux, err
}

// marked shows on every answer, of the edge as well, that the AWS behind it is simulated.
func (s *server) marked(next http.Handler) http.Handler {
	if !s.config.AWS.Sandbox {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Team-Sandbox", "true")
		next.ServeHTTP(w, r)
	})
}

// unready lists why this replica should get no requests just now.
func (s *server) unready(ctx context.Context) []string {
	var problems []string
	if s.stopping.Load() {
		problems = append(problems, "this process is being stopped")
	}
	if _, err := s.store.LogSize(ctx); err != nil {
		problems = append(problems, "the database cannot be read")
	} else if why := s.store.Unwritable(ctx); why != "" {
		problems = append(problems, why)
	}
	if why := s.hold.Held(); why != "" {
		problems = append(problems, why)
	}
	if names := s.runner.Failing(); len(names) > 0 {
		problems = append(problems, "work is left undone, removals perhaps too: these fail again and again: "+strings.Join(names, ", ")+"; the log says why")
	}
	return problems
}
