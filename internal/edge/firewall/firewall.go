package firewall

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
)

// Mode is what the firewall does about an attack.
type Mode string

// The modes.
const (
	Block  Mode = "block"  // refuse it
	Detect Mode = "detect" // log and count it, and let it through
	Off    Mode = "off"    // look at nothing
)

// Verdict is what became of a request.
type Verdict string

// The verdicts.
const (
	Passed     Verdict = "passed"
	Blocked    Verdict = "blocked"
	Detected   Verdict = "detected"   // it would have been blocked
	Unreadable Verdict = "unreadable" // more of it would have to be inspected than is: refused, unless in mode Detect
	Failed     Verdict = "failed"     // the firewall itself failed: refused, unless in mode Detect
)

// Decision is what was decided on a request, for whoever counts and records such things.
type Decision struct {
	Verdict Verdict
	// Class of the attack: sqli, xss, lfi, …; "" where there was none.
	Class string
	// Reference is what the refused client was told and the log holds; "" where nothing was refused or detected.
	Reference string
}

// Config of a firewall. Refuse is required; without more it blocks at paranoia level 1.
type Config struct {
	Mode Mode // default: Block
	// Paranoia level of CRS, 1 or 2; default 1. Level 2 finds more and is wrong more often.
	Paranoia int
	// Refuse answers a request that goes no further, as whatever stands before the firewall answers what it refuses itself.
	Refuse func(w http.ResponseWriter, r *http.Request, status int, code, detail string)
	// Log takes the decisions. Default: nowhere.
	Log *slog.Logger
	// Observe hears of every decision on a request that was inspected. It must not block. Optional.
	Observe func(*http.Request, Decision)
	// Client is who sent a request, for the log; default: the address at the other end of the connection.
	Client func(*http.Request) string
	// NewReference names the decision on a request; default: random text.
	NewReference func(*http.Request) string
}

// New builds the rules, which takes a few hundred milliseconds of the processor, and returns what inspects requests
// before the handler gets them. It inspects all there are, and reads their bodies whole: whatever stands before it bounds
// those, also how deep they are nested, and lets pass by what is not to be inspected.
func New(c Config) (func(http.Handler) http.Handler, error) {
	if c.Mode == "" {
		c.Mode = Block
	}
	if c.Paranoia == 0 {
		c.Paranoia = 1
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Observe == nil {
		c.Observe = func(*http.Request, Decision) {}
	}
	if c.Client == nil {
		c.Client = peer
	}
	if c.NewReference == nil {
		c.NewReference = func(*http.Request) string { return rand.Text() }
	}
	switch c.Mode {
	case Off:
		return func(next http.Handler) http.Handler { return next }, nil
	case Block, Detect:
	default:
		return nil, fmt.Errorf("set up the firewall: there is no mode %q", c.Mode)
	}
	if c.Refuse == nil {
		return nil, errors.New("set up the firewall: nobody answers what it refuses")
	}
	rules, err := newRules(c.Paranoia)
	if err != nil {
		return nil, err
	}
	f := &firewall{Config: c, judge: rules.judge, fields: newFields(), passed: newMemory(remembered)}
	return f.wrap, nil
}

// firewall inspects requests.
type firewall struct {
	Config

	// judge says which rules a sight breaks, and whether it is to be refused for them.
	judge  func(*sight) (judgement, error)
	fields *fields
	passed *memory
}

func peer(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func (f *firewall) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d := f.decide(r)
		f.Observe(r, d)
		if f.Mode == Block {
			switch d.Verdict {
			case Blocked, Failed, Unreadable:
				f.refuse(w, r, d)
				return
			default:
			}
		}
		next.ServeHTTP(w, r)
	})
}

// errPanic is a panic while a request was inspected. What it says may quote the request, so that it is not kept.
var errPanic = errors.New("the inspection panicked")

// decide inspects a request. It replaces a body that it read.
func (f *firewall) decide(r *http.Request) Decision {
	j, err := f.inspect(r)
	switch {
	case err == nil && !j.attack:
		return Decision{Verdict: Passed}
	case err == nil:
		d := Decision{Verdict: Blocked, Class: j.class, Reference: f.NewReference(r)}
		message := "the firewall blocked a request"
		if f.Mode == Detect {
			d.Verdict, message = Detected, "the firewall would have blocked a request"
		}
		f.Log.WarnContext(r.Context(), message, f.about(r, d, slog.Any("rules", j.broken))...)
		return d
	case errors.Is(err, errTooMuch):
		d := Decision{Verdict: Unreadable, Reference: f.NewReference(r)}
		f.Log.WarnContext(r.Context(), "a request cannot be inspected", f.about(r, d, slog.Any("error", err))...)
		return d
	default:
		d := Decision{Verdict: Failed, Reference: f.NewReference(r)}
		f.Log.ErrorContext(r.Context(), "the firewall failed", f.about(r, d, slog.Any("error", err))...)
		return d
	}
}

// inspect asks the rules, unless they let the same sight pass before. It survives a panic: the rules are many lines that
// nobody here wrote, and what makes them panic must not pass.
func (f *firewall) inspect(r *http.Request) (j judgement, err error) {
	defer func() {
		if recover() != nil {
			f.Log.ErrorContext(r.Context(), "the firewall panicked", slog.String("stack", string(debug.Stack())))
			err = errPanic
		}
	}()
	s, err := f.look(r)
	if err != nil {
		return judgement{}, err
	}
	key := s.sum()
	if f.passed.has(key) {
		return judgement{}, nil
	}
	if j, err = f.judge(s); err == nil && !j.attack {
		f.passed.add(key)
	}
	return j, err
}

// refuse answers a request that goes no further. It says nothing about rules: whoever tries to get around them learns
// nothing, and whoever was refused by mistake can name the reference to an administrator, whose log says more.
func (f *firewall) refuse(w http.ResponseWriter, r *http.Request, d Decision) {
	switch d.Verdict {
	case Failed:
		f.Refuse(w, r, http.StatusServiceUnavailable, "unavailable",
			"this request could not be inspected, so nothing was done; TEAM's log says more under the reference "+d.Reference)
	case Unreadable:
		f.Refuse(w, r, http.StatusRequestEntityTooLarge, "too_large",
			"the request is too large to be inspected; of free text and ids everything is taken, of the rest 500 names and values and 32 KiB together")
	default:
		f.Refuse(w, r, http.StatusForbidden, "blocked",
			"this request looks like an attack and was blocked; if it is not one, tell an administrator of TEAM the reference "+d.Reference)
	}
}

// about is what the log says of a decision. Of what the client sent that is the method, and those parts of the path that
// are words of TEAM's own paths.
func (f *firewall) about(r *http.Request, d Decision, more ...any) []any {
	return append([]any{
		slog.String("reference", d.Reference), slog.String("class", d.Class), slog.String("client", f.Client(r)),
		slog.String("method", loggable(r.Method)), slog.String("place", placeOf(r.URL.Path)),
	}, more...)
}
