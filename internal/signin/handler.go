// Package signin is what people see of signing in: the pages, and the addresses that browsers are sent to and come back
// to. It is outside of the API: it answers with pages and redirects. What counts as signed in, and who somebody is, says
// package identity; what a provider's answer proves, the packages of the protocols.
package signin

import (
	"context"
	"embed"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/identity/provider"
)

// Provider is one identity provider.
type Provider interface {
	// Name in the configuration, and Title for people.
	Name() string
	Title() string
	// AnswersByPost says that the browser comes back by a form on the provider's page (SAML), not by a link (OIDC).
	AnswersByPost() bool
	// ProvesFreshness says that people can prove anew there that it is them.
	ProvesFreshness() bool
	// Begin returns the address where the browser is sent.
	Begin(ctx context.Context, a provider.Attempt) (string, error)
	// Finish says what the browser brought back proves.
	Finish(ctx context.Context, a provider.Attempt, came url.Values) (provider.Answer, error)
}

// Used remembers which answers of providers were used, for all replicas.
type Used interface {
	// UseAnswer notes names as used until then. It says false, and notes nothing, where one of them was used already.
	UseAnswer(ctx context.Context, names []string, until, now time.Time) (bool, error)
}

// Config of the pages. Everything is required but where a default is stated.
type Config struct {
	// Public is the origin that people reach TEAM at.
	Public    *url.URL
	Providers []Provider
	SignIns   *identity.SignIns
	Passkeys  *identity.Passkeys
	Used      Used
	Random    io.Reader // crypto/rand.Reader outside of tests
	Now       func() time.Time
	Log       *slog.Logger
	// Sandbox says that the AWS behind this deployment is simulated: every page shows it.
	Sandbox bool
	// Address is where a request came from. Defaults to the other end of the connection.
	Address func(*http.Request) string
	// Count hears of every sign-in by a provider that came to an end: its name and what came of it, "ok" or a kind of
	// refusal. Optional.
	Count func(provider, outcome string)
}

// Handler answers everything about signing in.
type Handler struct {
	Config

	byName map[string]Provider
	pages  *pages
}

//go:embed static
var static embed.FS

// New makes the handler. It panics when a page cannot be read, which is a mistake in this package.
func New(c Config) *Handler {
	if c.Address == nil {
		c.Address = otherEnd
	}
	if c.Count == nil {
		c.Count = func(string, string) {}
	}
	h := &Handler{Config: c, byName: map[string]Provider{}, pages: parsePages()}
	for _, p := range c.Providers {
		h.byName[p.Name()] = p
	}
	return h
}

// Router takes routes, as http.ServeMux does.
type Router interface {
	Handle(pattern string, handler http.Handler)
	HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request))
}

// Routes adds the addresses to mux. Each needs its class in internal/edge.
func (h *Handler) Routes(mux Router) {
	mux.Handle("GET /static/signin/", http.StripPrefix("/static/signin/", staticFiles()))
	mux.HandleFunc("GET "+SignInsPath, h.list)
	mux.HandleFunc("POST /sign-ins/end", h.endOne)
	mux.HandleFunc("GET /sign-in", h.choose)
	mux.HandleFunc("GET /sign-in/{provider}", h.start)
	mux.HandleFunc("GET /sign-in/{provider}/callback", h.callback)
	mux.HandleFunc("POST /sign-in/{provider}/acs", h.acs)
	mux.HandleFunc("GET /sign-in/{provider}/metadata", h.metadata)
	mux.HandleFunc("POST /sign-out", h.signOut)
	mux.HandleFunc("GET "+identity.StepUpPath, h.stepUp)
	mux.HandleFunc("GET "+PasskeysPath, h.passkeys)
	mux.HandleFunc("GET /signed-out", h.signedOut)
}

func otherEnd(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func (h *Handler) origin(r *http.Request) identity.Origin {
	return identity.Origin{Address: h.Address(r), UserAgent: r.UserAgent()}
}
