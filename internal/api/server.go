package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"go.opentelemetry.io/otel/trace"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/delivery"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/idempotency"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/policychange"
	"github.com/team-idc/team/internal/preference"
	"github.com/team-idc/team/internal/statistics"
	"github.com/team-idc/team/internal/telemetry"
)

// Authenticator says who calls. An error that wraps identity.ErrNobody is answered with 401, any other with 503.
type Authenticator interface {
	// Authenticate by the secret in the Authorization header.
	Authenticate(ctx context.Context, token string) (access.Actor, error)
	// AuthenticateBrowser by the secret in the cookie.
	AuthenticateBrowser(ctx context.Context, secret string) (access.Actor, error)
}

// Lists are the reads behind the lists, implemented by package store. All give at most Limit items.
type Lists interface {
	Requests(ctx context.Context, f access.RequestFilter) ([]access.Case, error)
	CountRequests(ctx context.Context, f access.RequestFilter) (int, error)
	PendingTargets(ctx context.Context) ([]access.PendingTarget, error)
	Elevations(ctx context.Context, f access.ElevationFilter) ([]access.ListedElevation, error)
	CountElevations(ctx context.Context, f access.ElevationFilter) (int, error)
	Assignments(ctx context.Context, f delivery.AssignmentFilter) ([]delivery.Assignment, error)
	Alarms(ctx context.Context, f alarm.Filter) ([]alarm.Alarm, error)
	Events(ctx context.Context, f audit.Filter) ([]audit.Record, error)
	Head(ctx context.Context) (audit.Head, error)
}

// Keys is what is remembered of calls with an Idempotency-Key.
type Keys interface {
	// UsedKeys gives what a key was used for, by part; nothing when it was not used.
	UsedKeys(ctx context.Context, k idempotency.Key, now time.Time) ([]idempotency.Used, error)
}

// Passes tell how far the reading of the directory has come.
type Passes interface {
	Passes(ctx context.Context) ([]directory.Pass, error)
}

// DirectorySync has the directory read anew.
type DirectorySync interface {
	// AskForDirectory makes every part due that is not being read, and returns those.
	AskForDirectory(ctx context.Context, by audit.Actor, now time.Time) ([]directory.Part, error)
}

// RecoveryMode is whether TEAM waits for an administrator, because its database is older than what it did.
type RecoveryMode interface {
	// Recovery says since when and why; since is zero when it is not in recovery mode.
	Recovery(ctx context.Context) (since time.Time, reason string, err error)
	// ReleaseRecovery ends it. It is a conflict when there is none.
	ReleaseRecovery(ctx context.Context, by access.Actor) error
}

// Config of the API. Everything is required but where a default is stated.
type Config struct {
	Access        *access.Service
	Lists         Lists
	Keys          Keys
	Statistics    statistics.Store
	Preferences   *preference.Service
	Directory     access.Directory
	Passes        Passes
	Sync          DirectorySync
	Policies      *policychange.Service
	Tokens        *identity.Tokens
	Machines      *identity.Machines
	Passkeys      *identity.Passkeys
	Exchange      *identity.Exchange
	SignIns       *identity.SignIns
	Recovery      RecoveryMode
	Authenticator Authenticator
	Now           func() time.Time
	Log           *slog.Logger
	Version       string
	// Tracer begins a trace with each request. Optional.
	Tracer trace.Tracer
	// Observe hears of every answer: the operation's id ("none" where a path leads nowhere), the HTTP status, and how long
	// it took until the answer began. It must not block. Optional.
	Observe func(operation string, status int, took time.Duration)
	// Tail is what event streams follow; its Step is run by whoever wires this. Streams bound their number; optional.
	Tail    *Tail
	Streams StreamLimits
	// Exports bound the exports that run at once; optional.
	Exports ExportLimits
	// Sandbox says that the AWS behind this deployment is simulated: every answer then shows it.
	Sandbox bool
	// Portal is where people use what they were given. Optional.
	Portal Portal
	// Unready lists why this replica should get no traffic; nothing when it should. Optional.
	Unready func(ctx context.Context) []string
	// Unreachable gives errors of a database that is full, busy or out of reach a code and a sentence, and leaves others as
	// they are. Optional.
	Unreachable func(error) error
	// ClockAhead is how far this replica's clock is ahead of AWS's, as last seen. Optional.
	ClockAhead func() time.Duration
}

// Portal is the AWS access portal of the IAM Identity Center instance.
type Portal struct {
	URL    string // without a slash at the end; "" where it is not known
	Region string // of the instance
}

// root of the paths of this version of the API.
const root = "/api/v1"

// maxBody is the largest body that is read.
const maxBody = 1 << 20

// server registers the operations and holds what they need.
type server struct {
	Config

	huma huma.API
	mux  *http.ServeMux
	// streams are those of events that are open.
	streams *openStreams
	// exports are those that run.
	exports *places
	// unlisted are operations without a row, or without a scope in it, in the table of who may do what.
	unlisted []string
	// once are the operations that take an Idempotency-Key.
	once map[string]bool
}

// New returns the handler of the whole API. It panics when an operation has no row in the table of who may do what,
// which is a mistake in this package.
func New(c Config) http.Handler {
	s := newServer(c)
	return s.framed()
}

// OpenAPI is the description of the API, version 3.1, as JSON.
func OpenAPI(version string) ([]byte, error) {
	text, err := newServer(Config{Version: version}).huma.OpenAPI().MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("describe the API: %w", err)
	}
	return text, nil
}

func newServer(c Config) *server {
	if c.Unready == nil {
		c.Unready = func(context.Context) []string { return nil }
	}
	if c.Tracer == nil {
		c.Tracer = telemetry.Off()
	}
	if c.Observe == nil {
		c.Observe = func(string, int, time.Duration) {}
	}
	if c.Unreachable == nil {
		c.Unreachable = func(err error) error { return err }
	}
	if c.ClockAhead == nil {
		c.ClockAhead = func() time.Duration { return 0 }
	}
	c.Exports = c.Exports.withDefaults()
	s := &server{Config: c, streams: newOpenStreams(c.Streams), exports: newExports(c.Exports), mux: http.NewServeMux(), once: map[string]bool{}}
	h := huma.DefaultConfig("TEAM", c.Version)
	h.Info.Description = "Temporary elevated access to AWS accounts through IAM Identity Center."
	h.CreateHooks = nil // no $schema members in answers
	h.DocsPath, h.SchemasPath = "", ""
	h.OpenAPIPath = "/api/v1/openapi"
	h.RejectUnknownQueryParameters = true
	h.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer"},
		"cookie": {Type: "apiKey", In: "cookie", Name: identity.CookieName, Description: "Of a sign-in with the browser"},
	}
	h.Transformers = []huma.Transformer{s.toProblem}
	s.huma = humago.New(s.mux, h)
	s.huma.UseMiddleware(s.authorize, s.legible, s.keyed)
	s.registerHealth()
	s.registerMe()
	s.registerPreferences()
	s.registerRequests()
	s.registerDecisions()
	s.registerElevations()
	s.registerPolicies()
	s.registerProposals()
	s.registerDocuments()
	s.registerProtected()
	s.registerLint()
	s.registerPreview()
	s.registerDirectory()
	s.registerAssignments()
	s.registerAlarms()
	s.registerStatistics()
	s.registerEvents()
	s.registerTokens()
	s.registerMachines()
	s.registerPasskeys()
	s.registerKeyless()
	s.registerSignIns()
	s.registerIdentities()
	s.registerDeployment()
	s.registerExports()
	if len(s.unlisted) > 0 {
		panic("api: operations without a row and a scope in authorization.go: " + listed(s.unlisted))
	}
	return s
}

// answer is an output with a body of type T.
type answer[T any] struct{ Body T }

// register adds an operation. Its rule comes from the table of who may do what, its errors become problems.
func register[I, O any](s *server, method, path, id, summary string, f func(context.Context, access.Actor, *I) (O, error)) {
	op := s.operation(method, path, id, summary)
	if _, ok := any(*new(O)).(versioned); ok {
		huma.Register(s.huma, op, func(ctx context.Context, in *I) (*tagged[O], error) {
			out, err := f(ctx, callerFrom(ctx), in)
			if err != nil {
				return nil, s.problem(ctx, id, err)
			}
			return withTag(out), nil
		})
		return
	}
	huma.Register(s.huma, op, func(ctx context.Context, in *I) (*answer[O], error) {
		out, err := f(ctx, callerFrom(ctx), in)
		if err != nil {
			return nil, s.problem(ctx, id, err)
		}
		return &answer[O]{Body: out}, nil
	})
}

// operation describes an operation as far as all are described alike.
func (s *server) operation(method, path, id, summary string) huma.Operation {
	op := huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{tagOf(path)}, MaxBodyBytes: maxBody,
		Responses: map[string]*huma.Response{"default": {
			Description: "What went wrong, where no other answer is listed",
			Content:     map[string]*huma.MediaType{ProblemType: {Schema: s.problemSchema()}},
		}},
	}
	rule, ok := rules[id]
	if !ok || (rule.may != public && rule.needs == "") {
		s.unlisted = append(s.unlisted, id)
	}
	if rule.may != public {
		op.Security = []map[string][]string{{"bearer": {}}, {"cookie": {}}}
		op.Description = "Who may: " + rule.may.String() + "."
		if rule.needs != anyScope {
			op.Description += " Scope of the token: " + string(rule.needs) + "."
		}
		if rule.person {
			op.Description += " People must be signed in: a token of theirs is not enough."
		}
	}
	s.documentProblems(&op, rule)
	return op
}

// tagOf groups operations by their resource.
func tagOf(path string) string {
	rest, ok := strings.CutPrefix(path, root+"/")
	if !ok {
		return "health"
	}
	resource, _, _ := strings.Cut(rest, "/")
	return resource
}

// framed puts around the operations what every answer needs, whatever becomes of the request. A panic is answered here,
// although the edge answers those of everything else, so that the measurements and the trace of the operation have it.
func (s *server) framed() http.Handler {
	s.mux.HandleFunc("/", s.noSuchPath)
	return s.observed(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		defer func() {
			reason := recover()
			if reason == nil {
				return
			}
			if err, ok := reason.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(reason)
			}
			s.Log.ErrorContext(r.Context(), "request failed", slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Any("panic", reason),
				slog.String("stack", string(debug.Stack())))
			s.writeProblem(w, http.StatusInternalServerError, "internal", "something went wrong inside TEAM; the log says what")
		}()
		s.mux.ServeHTTP(w, r)
	}))
}

// noSuchPath tells a wrong path from a wrong method.
func (s *server) noSuchPath(w http.ResponseWriter, r *http.Request) {
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := s.mux.Handler(other); pattern != "" && pattern != "/" {
			w.Header().Add("Allow", method)
		}
	}
	if len(w.Header().Values("Allow")) > 0 {
		s.writeProblem(w, http.StatusMethodNotAllowed, "method_not_allowed", "this path does not take that method")
		return
	}
	s.writeProblem(w, http.StatusNotFound, "not_found", "there is nothing at this path")
}
