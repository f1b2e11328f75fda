package bench_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/awsclient"
	"github.com/team-idc/team/internal/delivery"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/ident"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
	"github.com/team-idc/team/internal/store"
)

// reading is a deployment that knows nothing of its organization yet, behind the API.
type reading struct {
	aws     *simaws.AWS
	store   *store.Store
	sync    *directory.Sync
	handler http.Handler
	tokens  map[string]string
}

// newReading is called in a bubble, whose clock everything goes by.
func newReading(tb testing.TB, name, size string) *reading {
	tb.Helper()
	now := func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
	org, err := simaws.Generate(size)
	if err != nil {
		tb.Fatal(err)
	}
	w := &reading{tokens: map[string]string{}}
	w.aws, err = simaws.New(org, simaws.Options{
		Now: time.Now, Seed: 1, Credentials: []simaws.Credential{{
			AccessKeyID: accessKey, SecretAccessKey: secretKey, Account: org.DelegatedAdministrator, Policies: []string{everyCall},
		}},
	})
	if err != nil {
		tb.Fatal(err)
	}
	ids := ident.New(nil, now)
	w.store, err = store.Open(tb.Context(), name, store.Options{IDs: ids})
	if err != nil {
		tb.Fatal(err)
	}
	client, err := awsclient.New(tb.Context(), awsclient.Config{
		Region: "us-east-1", BaseEndpoint: "http://aws.sandbox.invalid", HTTPClient: &http.Client{Transport: w.aws.Transport()},
		Credentials: awsclient.AccessKey(accessKey, secretKey), Now: now,
	})
	if err != nil {
		tb.Fatal(err)
	}
	w.sync = directory.NewSync(directory.SyncConfig{
		Source: client, Store: w.store.Directory(), Limiter: delivery.NewLimiter(w.store.Delivery(), delivery.DefaultRate), Owner: "replica", Now: now,
		Jitter: func(d time.Duration) time.Duration { return d / 2 },
	})
	w.serve(tb, now, ids, client)
	return w
}

func (w *reading) serve(tb testing.TB, now func() time.Time, ids *ident.Source, live directory.Live) {
	tb.Helper()
	keeper := directory.NewKeeper(w.store.Directory(), now)
	service := access.New(access.Config{Store: w.store.Access(), Directory: keeper, Policies: w.store.Policies(), Now: now, IDs: ids})
	policies := policychange.New(policychange.Config{Store: w.store.PolicyChanges(), Directory: keeper, Facts: service.Facts, Now: now, IDs: ids})
	seed := policychange.Seed{Settings: policy.DefaultSettings()}
	seed.Settings.AuditorGroup, seed.Settings.AdministratorGroup = w.aws.GroupID("team-auditors"), w.aws.GroupID("team-admins")
	seed.Eligibility = []policy.Eligibility{{
		Name: "Development", Principals: policy.Principals{Users: []string{w.aws.UserID("requester")}},
		Targets: policy.Targets{Accounts: []string{w.aws.AccountID("shop-dev")}}, PermissionSets: []string{w.aws.PermissionSetARN("PowerUserAccess")}, MaxDuration: time.Hour,
	}}
	if _, err := policies.Bootstrap(tb.Context(), seed); err != nil {
		tb.Fatal(err)
	}
	people := peopleOf(w.store, keeper, live, ids, now)
	for _, user := range []string{"requester", "auditor"} {
		text, _, err := people.BeginOperator(tb.Context(), audit.Actor{Kind: audit.System, ID: "operator"}, w.aws.UserID(user), "operator", 48*time.Hour)
		if err != nil {
			tb.Fatal(err)
		}
		w.tokens[user] = text
	}
	w.handler = api.New(api.Config{
		Access: service, Lists: w.store, Keys: w.store, Statistics: w.store, Directory: keeper, Passes: w.store.Directory(), Policies: policies, Recovery: new(world),
		Machines: &identity.Machines{Store: w.store.Identity(), Directory: keeper, Now: now},
		SignIns:  people, Authenticator: bearerOf(people),
		Now: now, Log: slog.New(slog.DiscardHandler), Version: "bench",
	})
}

// ask the API, without a network.
func (w *reading) ask(ctx context.Context, user, path string) (status int, body []byte) {
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	r.Header.Set("Authorization", "Bearer "+w.tokens[user])
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	return answer.Code, answer.Body.Bytes()
}

// read is how a first reading of an organization went.
type read struct {
	took, users, status, requestable, search time.Duration // when each was there first, from the start
	throttled, calls, steps                  int
	polls, answered                          int       // of the status while it was read
	progress                                 []float64 // share of what there is that the status showed as seen
}

// whole reads the organization while somebody looks at the status, at what they may ask for, and searches.
func (w *reading) whole(tb testing.TB, every time.Duration, entries int) (out read) {
	tb.Helper()
	begun := time.Now()
	next := begun
	first := func(at *time.Duration, is bool) {
		if is && *at == 0 {
			*at = max(time.Since(begun), 1)
		}
	}
	for {
		if !time.Now().Before(next) {
			next = time.Now().Add(every)
			out.polls++
			done := w.look(tb, &out, first, entries)
			if done {
				break
			}
		}
		did, due, err := w.sync.Step(tb.Context())
		if err != nil {
			tb.Fatal(err)
		}
		out.steps++
		if !did {
			time.Sleep(max(min(time.Until(due), time.Until(next)), time.Millisecond)) //nolint:forbidigo // moves the clock of the bubble
		}
		if time.Since(begun) > 6*time.Hour {
			tb.Fatal("the organization was not read in six hours")
		}
	}
	for _, c := range w.aws.Calls() {
		out.calls++
		if c.Outcome == "ThrottlingException" || c.Outcome == "TooManyRequestsException" {
			out.throttled++
		}
	}
	out.took = time.Since(begun)
	return out
}

func (w *reading) look(tb testing.TB, out *read, first func(*time.Duration, bool), entries int) (done bool) {
	tb.Helper()
	code, _ := w.ask(tb.Context(), "requester", "/api/v1/me")
	first(&out.users, code == http.StatusOK)
	code, body := w.ask(tb.Context(), "requester", "/api/v1/me/requestable")
	first(&out.requestable, code == http.StatusOK && strings.Contains(string(body), w.aws.AccountID("shop-dev")))
	code, body = w.ask(tb.Context(), "requester", "/api/v1/directory/accounts?q=shop-dev")
	first(&out.search, code == http.StatusOK && strings.Contains(string(body), w.aws.AccountID("shop-dev")))
	code, body = w.ask(tb.Context(), "auditor", "/api/v1/directory/status")
	if code != http.StatusOK {
		return false
	}
	first(&out.status, true)
	out.answered++
	s := decode[api.DirectoryStatus](tb, body)
	seen := 0
	for _, p := range s.Parts {
		if p.Running {
			seen += p.Seen
		} else {
			seen += p.Entries
		}
	}
	out.progress = append(out.progress, float64(seen)/float64(entries))
	return !slices.ContainsFunc(s.Parts, func(p api.DirectoryPart) bool { return p.Complete.IsZero() })
}
