package edge

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"time"
)

// Config of an Edge. Everything is required but where a default is stated.
type Config struct {
	Now func() time.Time
	Log *slog.Logger
	// NewID makes the id of a request.
	NewID func() string
	// Public is the address people know TEAM by: scheme and host. Nil: none is configured.
	Public *url.URL
	// OnLoopback: TEAM listens on this machine's own address alone.
	OnLoopback bool
	Proxies    Proxies
	// MetricsFrom are the networks from which the metrics may be read; nobody else may.
	MetricsFrom []netip.Prefix
	// Rates count requests; nil: they are not counted.
	Rates *Rates
	// Firewall looks at what is sent, and answers what it refuses by Request.Refuse. Optional.
	Firewall func(http.Handler) http.Handler
	// AccessLog takes a line for each request; nil: none.
	AccessLog *AccessLog
	// Refusals gathers what was refused. Optional.
	Refusals *Refusals
	// Refused hears of each refused request: why, of a fixed number of words. It must not block. Optional.
	Refused func(why string)
}

// Edge is what requests pass first.
type Edge struct {
	config      Config
	crossOrigin *http.CrossOriginProtection
	room        *room
	grace       time.Duration // bodyGrace; tests wait no seconds
}

// New returns an Edge.
func New(c Config) *Edge {
	if c.Refused == nil {
		c.Refused = func(string) {}
	}
	return &Edge{config: c, crossOrigin: newCrossOrigin(c.Public), room: newRoom(), grace: bodyGrace}
}

// Wrap puts the edge before a handler.
func (e *Edge) Wrap(next http.Handler) http.Handler {
	inspected := next
	if e.config.Firewall != nil {
		inspected = e.config.Firewall(next)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := e.config.Now()
		rules := rulesFor(r.URL.Path)
		in := &Request{Class: rules.class, ID: e.config.NewID(), edge: e}
		address, proxied, scheme := e.config.Proxies.origin(r)
		in.Address = address
		in.Secure = r.TLS != nil || proxied && e.proxySecure(scheme)
		in.ctx = context.WithValue(r.Context(), requestKey{}, in)
		r = r.WithContext(in.ctx)
		a := &answer{ResponseWriter: w, request: r, static: rules.class == Static}
		setHeaders(w.Header(), rules.class, in.Secure)
		w.Header().Set("X-Request-ID", in.ID)
		var received int
		defer func() {
			abort := false
			if reason := recover(); reason != nil {
				abort = e.panicked(a, r, in, reason)
			}
			e.answered(r, in, a, began, received)
			if abort {
				panic(http.ErrAbortHandler) // the server closes the connection and says nothing of it
			}
		}()
		if why, no := e.check(r, in, rules, proxied); no {
			e.refuseOrSend(a, r, in, why)
			return
		}
		room := &held{room: e.room, client: clientKey(in.Address)}
		defer room.giveBack()
		body, ok := e.readBody(a, r, in, rules.body, room)
		if !ok {
			return
		}
		received = len(body)
		if rules.bypass && !changes(r.Method) {
			next.ServeHTTP(a, r)
			return
		}
		inspected.ServeHTTP(a, r)
	})
}

// check says why a request is refused before anything of it is read.
func (e *Edge) check(r *http.Request, in *Request, rules rules, proxied bool) (why refusal, no bool) {
	foreign := e.crossOrigin.Check(r) != nil || embedded(r, rules.class)
	if foreign {
		rules.rate = "" // whoever's browser is made to send it must not be kept from signing in for that
	}
	if wait := e.rate(r.Context(), in, rules); wait > 0 {
		return tooMany(wait), true
	}
	if !rules.anyHost {
		if !e.servedAs(r.Host) {
			return misdirected, true
		}
		if !in.Secure && !e.plainAllowed(r, proxied) {
			return insecure, true
		}
	}
	if foreign {
		return crossOrigin, true
	}
	if rules.class == Metrics && !within(e.config.MetricsFrom, in.Address) {
		return notWatching, true
	}
	return refusal{}, false
}

// rate counts a request.
func (e *Edge) rate(ctx context.Context, in *Request, rules rules) time.Duration {
	if rules.unlimited || e.config.Rates == nil {
		return 0
	}
	client := clientKey(in.Address)
	if wait := e.config.Rates.Count(ctx, RuleAddress, client); wait > 0 {
		return wait
	}
	if rules.rate == "" {
		return 0
	}
	if rules.closes {
		if wait := e.config.Rates.Reached(ctx, RuleFailures, client); wait > 0 {
			return wait
		}
	}
	return e.config.Rates.Count(ctx, rules.rate, client)
}

// proxySecure says whether the client's connection to a proxy is encrypted. A proxy that says nothing is taken to do
// what the public address says.
func (e *Edge) proxySecure(scheme string) bool {
	if scheme == "" {
		return e.config.Public != nil && e.config.Public.Scheme == "https"
	}
	return scheme == "https"
}

// plainAllowed says whether a request may come over a connection that is not encrypted: within this machine, and through
// declared proxies where TEAM's own address is a plain one. Whoever goes around the proxies is refused.
func (e *Edge) plainAllowed(r *http.Request, proxied bool) bool {
	if proxied {
		return e.config.Public == nil || e.config.Public.Scheme != "https"
	}
	peer := peerOf(r)
	return !peer.IsValid() || peer.IsLoopback()
}

// refuseOrSend sends somebody who opens a page without encryption to the right address, and refuses everything else.
func (e *Edge) refuseOrSend(w http.ResponseWriter, r *http.Request, in *Request, why refusal) {
	page := in.Class == Page || in.Class == SignIn
	if why.code == insecure.code && page && !changes(r.Method) && e.config.Public != nil && e.config.Public.Scheme == "https" {
		http.Redirect(w, r, encrypted(e.config.Public.Host, r.URL), http.StatusPermanentRedirect) //nolint:gosec // see encrypted
		return
	}
	e.refuse(w, r, in, why)
}

// panicked answers for a handler that panicked. abort says that the connection has to be broken off: a part of an answer
// that the client would take for the whole has gone out, or the handler wants it so.
func (e *Edge) panicked(a *answer, r *http.Request, in *Request, reason any) (abort bool) {
	begun := a.status != 0
	if err, ok := reason.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		a.status = cmp.Or(a.status, http.StatusInternalServerError)
		return true
	}
	e.config.Log.ErrorContext(r.Context(), "request failed", slog.String("request", idOf(a, in)), slog.String("method", bounded(r.Method, 16)),
		slog.String("path", pathWithoutSecrets(r.URL.Path)), slog.Any("panic", reason), slog.String("stack", string(debug.Stack())))
	if begun {
		a.status = http.StatusInternalServerError // in the access log
		return true
	}
	// What the handler said of the answer that does not come.
	for _, name := range []string{"Content-Length", "Content-Encoding", "Etag", "Last-Modified", "Location"} {
		a.Header().Del(name)
	}
	setHeaders(a.Header(), in.Class, in.Secure)
	e.say(a, in, internal)
	return false
}

// refusedFor counts a refusal.
func (e *Edge) refusedFor(why string, in *Request, user string) {
	e.config.Refused(why)
	e.config.Refusals.add(why, in.Address, user, e.config.Now())
}

// answered does what comes after an answer.
func (e *Edge) answered(r *http.Request, in *Request, a *answer, began time.Time, received int) {
	status := a.status
	if status == 0 {
		status = http.StatusOK
	}
	known := in.told()
	if known.verdict == "" {
		// What is behind the edge said no. Who sends nothing to be recognized by is no danger.
		switch {
		case status == http.StatusForbidden:
			in.refused("forbidden")
		case status == http.StatusUnauthorized && (r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != ""):
			in.refused("unauthenticated")
		}
	}
	if e.config.AccessLog == nil {
		return
	}
	operation := known.operation
	if operation == "" {
		operation = r.Pattern
	}
	e.config.AccessLog.write(entry{
		Time: began.UTC(), ID: idOf(a, in), Address: addressText(in.Address), Method: bounded(r.Method, 16), Class: in.Class, Route: operation,
		Path: pathWithoutSecrets(r.URL.Path), Query: namesOf(r.URL.RawQuery), User: known.user, Machine: known.machine, SignIn: known.signIn,
		Status: status, Sent: a.sent, Received: int64(received), Milliseconds: float64(e.config.Now().Sub(began).Microseconds()) / 1000,
		Agent: bounded(r.UserAgent(), 200), Protocol: r.Proto, TLS: tlsName(r.TLS), Verdict: in.told().verdict,
	})
}

// idOf is the id that the answer had: with tracing it is the trace's.
func idOf(a *answer, in *Request) string {
	if id := a.Header().Get("X-Request-ID"); id != "" {
		return id
	}
	return in.ID
}

func addressText(a netip.Addr) string {
	if !a.IsValid() {
		return "-"
	}
	return a.String()
}

func tlsName(s *tls.ConnectionState) string {
	if s == nil {
		return ""
	}
	return tls.VersionName(s.Version)
}

// answer notes what was answered.
type answer struct {
	http.ResponseWriter

	request *http.Request
	static  bool
	status  int
	sent    int64
}

// Unwrap lets http.ResponseController find the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// WriteHeader notes the status.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= http.StatusOK {
		a.status = status
		if a.static {
			a.Header().Set("Cache-Control", cachingOf(a.request, status, a.Header().Get("Cache-Control")))
		}
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write counts what is sent.
func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.WriteHeader(http.StatusOK)
	}
	n, err := a.ResponseWriter.Write(p)
	a.sent += int64(n)
	return n, err //nolint:wrapcheck // it stands in between
}
