package edge

import (
	"context"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// Request is what the edge knows of a request, and what is behind the edge tells it. It is safe for concurrent use.
type Request struct {
	// Address of the client: the peer, or what declared proxies say of it. The zero Addr where there is none.
	Address netip.Addr
	// Secure: the client's connection is encrypted, here or at a declared proxy.
	Secure bool
	// Class of the path.
	Class Class
	// ID names the request in the log, the answer and, with tracing, the trace.
	ID string

	edge *Edge
	ctx  context.Context //nolint:containedctx // of the request; this lives as long as it does

	mu                       sync.Mutex
	operation, user, machine string
	signIn, verdict          string
}

type requestKey struct{}

// From gives what the edge knows of the request of ctx: outside of the edge, as in tests, an empty Request that counts
// nothing. It is never nil.
func From(ctx context.Context) *Request {
	if r, ok := ctx.Value(requestKey{}).(*Request); ok {
		return r
	}
	return &Request{}
}

// Caller is told by who found out who calls: user and machine are ids, signIn that of the sign-in; what does not apply is
// "". It counts the call and says how long the caller has to wait when these were too many; 0: go on.
func (r *Request) Caller(user, machine, signIn string) (wait time.Duration) {
	r.mu.Lock()
	first := r.user == "" && r.machine == ""
	r.user, r.machine, r.signIn = user, machine, signIn
	r.mu.Unlock()
	if r.edge == nil || !first || user+machine == "" {
		return 0
	}
	wait = r.edge.config.Rates.Count(r.ctx, RuleUser, user+machine)
	if wait > 0 {
		r.refused("rate")
	}
	return wait
}

// Operation is told by who knows what the request is for: a name of which there is a fixed number.
func (r *Request) Operation(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.operation = name
}

// SignInFailed is told by whoever refused a sign-in: with too many of them the address is kept from trying for a while.
// user is the id of whom it was about, "" where that is not known.
func (r *Request) SignInFailed(user string) {
	if r.edge == nil {
		return
	}
	r.mu.Lock()
	r.verdict = "sign_in_failed"
	r.mu.Unlock()
	r.edge.config.Rates.Count(r.ctx, RuleFailures, clientKey(r.Address))
	r.edge.refusedFor("sign_in_failed", r, user)
}

// Refuse is the answer of whoever is behind the edge and refuses the request before anybody works on it, as the firewall:
// with the page or the problem of the edge's own refusals. code is one of Codes or of the API's, and one of Reasons.
func (r *Request) Refuse(w http.ResponseWriter, status int, code, detail string) {
	if r.edge == nil {
		http.Error(w, detail, status)
		return
	}
	r.refused(code)
	r.edge.say(w, r, refusal{status: status, code: code, verdict: code, detail: detail})
}

// refused notes why the request was refused.
func (r *Request) refused(verdict string) {
	r.mu.Lock()
	r.verdict = verdict
	user := r.user + r.machine
	r.mu.Unlock()
	if r.edge != nil {
		r.edge.refusedFor(verdict, r, user)
	}
}

// told is what was said of the request meanwhile.
type told struct{ operation, user, machine, signIn, verdict string }

func (r *Request) told() told {
	r.mu.Lock()
	defer r.mu.Unlock()
	return told{r.operation, r.user, r.machine, r.signIn, r.verdict}
}
