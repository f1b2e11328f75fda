package api_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/awsfault"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/due"
	"github.com/team-idc/team/internal/ident"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/idtoken"
	"github.com/team-idc/team/internal/idtoken/issuertest"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
	"github.com/team-idc/team/internal/preference"
	"github.com/team-idc/team/internal/store"
)

const (
	prod    = "111111111111"
	dev     = "222222222222"
	sandbox = "333333333333"

	admin    = "arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-00000000000admin"
	readOnly = "arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-000000000000read"
)

// The groups.
const (
	developers    = "00000000-0000-0000-0000-00000000de01"
	prodApprovers = "00000000-0000-0000-0000-00000000de02"
	devApprovers  = "00000000-0000-0000-0000-00000000de03"
	admins        = "00000000-0000-0000-0000-00000000de04"
	auditors      = "00000000-0000-0000-0000-00000000de05"
)

// publicURL is where people reach the world.
const publicURL = "https://team.test"

var operator = audit.Actor{Kind: audit.System, ID: "operator"}

// personas of the world, by user name; their user id is "u-" + name.
var personas = []string{"requester", "approver", "second-approver", "admin", "second-admin", "auditor", "stranger", "leaver", "owner"}

// world is a whole TEAM behind HTTP, with a database, without AWS.
type world struct {
	t        *testing.T
	store    *store.Store
	file     string
	server   *httptest.Server
	tokens   map[string]string
	issuer   *identity.Tokens
	signIns  *identity.SignIns
	machines *identity.Machines
	passkeys *identity.Passkeys
	exchange *identity.Exchange
	ci       *issuertest.Issuer // that the settings trust as "github"
	access   *access.Service
	policies *policychange.Service
	tail     *api.Tail
	log      bytes.Buffer

	drafts int // proposed so far, for names of their own
	made   int // machine clients so far, for the same
	others int // subjects at the provider so far, for the same

	bearer  *identity.Bearer
	machine identity.Machine // whose owner is "owner", and that policies name
	// asMachine is the token of a machine client through which ask files; "": the requester asks.
	asMachine string
	// caller is the persona for whom a scene is made, "" where it does not matter.
	caller string
	// committed is called after every commit, where it is set.
	committed func()

	once     sync.Once
	document *document

	mu       sync.Mutex
	now      time.Time
	content  directory.Content
	aws      *directory.Content // what AWS has where the directory has not read it yet; nil: the same
	liveErr  error
	asked    map[string]int // how often AWS was asked what of whom
	held     string
	recovery time.Time
	unready  []string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldWith(t, func(*policychange.Seed) {})
}

// newWorldWith is a world that begins with other policies.
func newWorldWith(t *testing.T, edit func(*policychange.Seed)) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC), tokens: map[string]string{}}
	w.content = content(w.now)
	w.file = filepath.Join(t.TempDir(), "team.db")
	ids := ident.New(nil, w.Now)
	runner := due.New(due.Config{Now: time.Now})
	runner.Add("events", 1, func(ctx context.Context) (bool, time.Time, error) { return w.tail.Step(ctx) })
	var err error
	w.store, err = store.OpenSQLite(t.Context(), w.file, store.Options{IDs: ids, Unsafe: true, Committed: func() {
		runner.Nudge()
		if w.committed != nil {
			w.committed()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	w.issuer = &identity.Tokens{Store: w.store.Identity(), Random: rand.Reader, Now: w.Now, Directory: w}
	w.machines = &identity.Machines{Store: w.store.Identity(), Directory: w, IDs: ids, Now: w.Now}
	w.passkeys = &identity.Passkeys{
		Store: w.store.Passkeys(), Directory: w, IDs: ids, Random: rand.Reader, Now: w.Now, Origin: &url.URL{Scheme: "https", Host: passkeyHost},
	}
	uses, log := &identity.Uses{}, slog.New(slog.NewTextHandler(&w.log, nil))
	w.signIns = &identity.SignIns{
		Store: w.store.Identity(), Directory: w, Live: w, IDs: ids, Random: rand.Reader, Now: w.Now, Longest: 200 * time.Hour, Uses: uses,
		Standings: &identity.Standings{Live: directory.Recent{Live: w, Now: w.Now}, Directory: w, Policies: w.store.Policies(), Now: w.Now, Log: log},
		Match:     map[string]identity.Match{"idp": identity.MatchUserName},
	}
	for _, name := range personas {
		w.tokens[name] = w.issue("u-"+name, 24*time.Hour)
	}
	held := func() string { w.mu.Lock(); defer w.mu.Unlock(); return w.held }
	w.bearer = &identity.Bearer{
		Store: w.store.Identity(), Directory: w, Standings: w.signIns.Standings, SignIns: w.signIns, Now: w.Now, Uses: uses,
	}
	w.machine = w.newMachine("u-owner", access.MachineScopes()...)
	w.access = access.New(access.Config{
		Store: w.store.Access(), Directory: w, Live: directory.Recent{Live: w, Now: w.Now}, Policies: w.store.Policies(), Now: w.Now, IDs: ids, Held: held,
	})
	w.policies = policychange.New(policychange.Config{
		Store: w.store.PolicyChanges(), Directory: w, Live: w, Facts: w.access.Facts, Now: w.Now, IDs: ids, Held: held,
	})
	w.ci = issuertest.New(t)
	begin := seed(w.machine.ID)
	begin.Settings.TrustedIssuers = []policy.TrustedIssuer{{Name: "github", URL: w.ci.URL}}
	edit(&begin)
	w.exchange = &identity.Exchange{
		Store: w.store.Identity(), Directory: w, Policies: w.store.Policies(), Standings: w.bearer.Standings, Random: rand.Reader, Now: w.Now,
		Audience: publicURL, Refusals: &identity.Refusals{Most: 30},
		Verifier: idtoken.NewVerifier(idtoken.Config{Now: w.Now, Networks: issuertest.Networks()}), Log: slog.New(slog.NewTextHandler(&w.log, nil)),
	}
	if did, err := w.policies.Bootstrap(t.Context(), begin); err != nil || !did {
		t.Fatalf("bootstrap: %v, %v", did, err)
	}
	w.tail = api.NewTail(w.store)
	following, stop := context.WithCancel(t.Context())
	followed := make(chan struct{})
	go func() { defer close(followed); runner.Run(following) }()
	w.server = httptest.NewServer(api.New(w.config()))
	t.Cleanup(func() {
		w.tail.Stop()
		w.server.Close()
		stop()
		<-followed
	})
	return w
}

func (w *world) config() api.Config {
	return api.Config{
		Access: w.access, Lists: w.store, Keys: w.store, Statistics: w.store, Directory: w, Passes: w.store.Directory(), Sync: w.store, Policies: w.policies, Recovery: w,
		Tokens: w.issuer, Machines: w.machines, SignIns: w.signIns, Passkeys: w.passkeys, Exchange: w.exchange,
		Preferences:   &preference.Service{Store: w.store, Now: w.Now},
		Authenticator: w.bearer,
		Now:           w.Now, Log: slog.New(slog.NewTextHandler(&w.log, nil)), Version: "test", Sandbox: true, Tail: w.tail,
		Unready: func(context.Context) []string { w.mu.Lock(); defer w.mu.Unlock(); return w.unready },
	}
}

func (w *world) issue(userID string, lifetime time.Duration) string {
	w.t.Helper()
	text, _, err := w.signIns.BeginOperator(w.t.Context(), operator, userID, "operator", lifetime)
	if err != nil {
		w.t.Fatal(err)
	}
	return text
}

// external is what the world's provider says of somebody whom it calls by a name.
func (w *world) external(subject, name string) identity.External {
	return identity.External{Provider: "idp", Subject: subject, UserName: name, At: w.Now()}
}

// browser signs a persona in with a browser, and returns the secret for the cookie.
func (w *world) browser(name string) (secret string, in identity.SignIn) {
	w.t.Helper()
	secret, in, err := w.signIns.Begin(w.t.Context(), w.external("sub-"+name, name), identity.Origin{Address: "192.0.2.7", UserAgent: "Firefox"}, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return secret, in
}

// waiting has somebody else sign in under the name of "owner", and returns the identity that waits.
func (w *world) waiting() identity.Link {
	w.t.Helper()
	if w.others == 0 {
		w.browser("owner")
	}
	w.others++
	_, _, err := w.signIns.Begin(w.t.Context(), w.external(fmt.Sprintf("other-%d", w.others), "owner"), identity.Origin{}, "")
	if !errors.Is(err, identity.ErrRefused) {
		w.t.Fatalf("another owner was let in: %v", err)
	}
	links, err := w.signIns.Links(w.t.Context(), identity.LinkFilter{State: identity.LinkWaiting, Limit: 1})
	if err != nil || len(links) != 1 {
		w.t.Fatal(links, err)
	}
	return links[0]
}

// newMachine makes a machine client of a user's.
func (w *world) newMachine(owner string, scopes ...access.Scope) identity.Machine {
	w.t.Helper()
	w.made++
	m, err := w.machines.Create(w.t.Context(), access.Actor{Kind: audit.Person, UserID: "u-admin", Name: "admin", Administrator: true},
		identity.MachineDraft{Name: fmt.Sprintf("machine-%d", w.made), OwnerID: owner, Scopes: scopes})
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

// machineToken is a token of a machine client with all its scopes.
func (w *world) machineToken(m identity.Machine) string {
	w.t.Helper()
	text, _, err := w.issuer.IssueMachine(w.t.Context(), operator, m.ID, "test", 24*time.Hour)
	if err != nil {
		w.t.Fatal(err)
	}
	return text
}

// scoped is a token of a persona that may be used for these things only.
func (w *world) scoped(as string, scopes ...access.Scope) string {
	w.t.Helper()
	who, err := w.bearer.Authenticate(w.t.Context(), w.tokens[as])
	if err != nil {
		w.t.Fatal(err)
	}
	text, _, err := w.issuer.IssueBy(w.t.Context(), who, identity.TokenDraft{Scopes: scopes})
	if err != nil {
		w.t.Fatal(err)
	}
	return text
}

// Now is the world's clock.
func (w *world) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// change the directory.
func (w *world) change(f func(*directory.Content)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f(&w.content)
	w.content.Revision++
}

// Snapshot implements access.Directory.
func (w *world) Snapshot(context.Context) (*directory.Snapshot, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return directory.NewSnapshot(w.content), nil
}

// changeAWS changes what AWS has; the directory does not hear of it.
func (w *world) changeAWS(f func(*directory.Content)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.content
	if w.aws != nil {
		now = *w.aws
	}
	f(&now)
	w.aws = &now
}

func (w *world) inAWS(ctx context.Context) *directory.Snapshot {
	w.mu.Lock()
	now := w.aws
	w.mu.Unlock()
	if now != nil {
		return directory.NewSnapshot(*now)
	}
	dir, _ := w.Snapshot(ctx)
	return dir
}

func (w *world) noteAsked(what, of string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.asked == nil {
		w.asked = map[string]int{}
	}
	w.asked[what+" "+of]++
}

// User implements directory.Live.
func (w *world) User(ctx context.Context, id string) (directory.User, error) {
	w.noteAsked("user", id)
	w.mu.Lock()
	err := w.liveErr
	w.mu.Unlock()
	if err != nil {
		return directory.User{}, err
	}
	dir := w.inAWS(ctx)
	u, ok := dir.User(id)
	if !ok {
		return u, &awsfault.Error{Kind: awsfault.NotFound, Operation: "identitystore:DescribeUser"}
	}
	return u, nil
}

// GroupsOfUser implements directory.Live.
func (w *world) GroupsOfUser(ctx context.Context, id string) ([]string, error) {
	w.noteAsked("groups", id)
	return w.inAWS(ctx).GroupsOf(id), nil
}

// Members implements policychange.Live.
func (w *world) Members(ctx context.Context, group, _ string) (directory.Page[string], error) {
	dir, _ := w.Snapshot(ctx)
	g, _ := dir.Group(group)
	return directory.Page[string]{Items: g.Members}, nil
}

// IsMember implements directory.Live.
func (w *world) IsMember(ctx context.Context, id string, groups []string) (map[string]bool, error) {
	w.noteAsked("member", id)
	dir := w.inAWS(ctx)
	in := map[string]bool{}
	for _, g := range groups {
		in[g] = false
	}
	for _, g := range dir.GroupsOf(id) {
		if _, asked := in[g]; asked {
			in[g] = true
		}
	}
	return in, nil
}

// Recovery implements api.RecoveryMode.
func (w *world) Recovery(context.Context) (time.Time, string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.recovery, "the database is older than its checkpoint", nil
}

// ReleaseRecovery implements api.RecoveryMode.
func (w *world) ReleaseRecovery(context.Context, access.Actor) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.recovery.IsZero() {
		return &access.Error{Code: access.CodeConflict, Message: "TEAM is not in recovery mode"}
	}
	w.recovery = time.Time{}
	return nil
}

func content(now time.Time) directory.Content {
	c := directory.Content{
		Instance: directory.Instance{
			ARN: "arn:aws:sso:::instance/ssoins-0123456789abcdef", IdentityStoreID: "d-0123456789", Partition: "aws",
			ManagementAccountID: "999999999999", CallerAccountID: "888888888888", PermissionSetsEnabled: true, ReadAt: now,
		},
		OUs: []directory.OU{
			{ID: "r-root", Name: "Root", ReadAt: now},
			{ID: "ou-root-prod0000", Name: "Prod", ParentID: "r-root", ReadAt: now},
			{ID: "ou-root-dev00000", Name: "Dev", ParentID: "r-root", ReadAt: now},
		},
		Revision: 1,
	}
	far := now.Add(240 * time.Hour) // the directory of these tests does not age
	for _, a := range []struct{ id, name, ou string }{{prod, "prod", "ou-root-prod0000"}, {dev, "dev", "ou-root-dev00000"}, {sandbox, "sandbox", "ou-root-dev00000"}} {
		c.Accounts = append(c.Accounts, directory.Account{ID: a.id, Name: a.name, State: directory.AccountActive, OUPath: []string{"r-root", a.ou}, ReadAt: far})
	}
	for _, name := range personas {
		c.Users = append(c.Users, directory.User{ID: "u-" + name, UserName: name, DisplayName: "The " + name, Status: directory.UserEnabled, ReadAt: now})
	}
	for _, g := range []struct {
		id, name string
		members  []string
	}{
		{developers, "developers", []string{"u-requester"}},
		{prodApprovers, "prod-approvers", []string{"u-approver"}},
		{devApprovers, "dev-approvers", []string{"u-second-approver"}},
		{admins, "admins", []string{"u-admin", "u-second-admin"}},
		{auditors, "auditors", []string{"u-auditor"}},
	} {
		c.Groups = append(c.Groups, directory.Group{ID: g.id, DisplayName: g.name, Members: g.members, ReadAt: now, MembersRead: now})
	}
	for _, p := range []struct{ arn, name string }{{admin, "Admin"}, {readOnly, "ReadOnly"}} {
		c.PermissionSets = append(c.PermissionSets, directory.PermissionSet{ARN: p.arn, Name: p.name, SessionDuration: time.Hour, ReadAt: far})
	}
	return c
}

func seed(machine string) policychange.Seed {
	s := policy.DefaultSettings()
	s.TicketRequired, s.CommentRequired, s.MaxExtensions = false, false, 1
	s.AdministratorGroup, s.AuditorGroup = admins, auditors
	stages := func(group string) []policy.Stage {
		return []policy.Stage{{Approvers: policy.Principals{Groups: []string{group}}, Required: 1}}
	}
	return policychange.Seed{
		Settings: s,
		Eligibility: []policy.Eligibility{{
			ID: "pol_developers", Name: "Developers", Principals: policy.Principals{Groups: []string{developers}},
			Targets: policy.Targets{Accounts: []string{prod, dev}}, PermissionSets: []string{admin}, MaxDuration: 4 * time.Hour,
			ApprovalRequired: true, Machines: []string{machine},
		}, {
			ID: "pol_readers", Name: "Readers", Principals: policy.Principals{Groups: []string{developers}},
			Targets: policy.Targets{Accounts: []string{sandbox}}, PermissionSets: []string{readOnly}, MaxDuration: time.Hour, Machines: []string{machine},
		}},
		Approver: []policy.Approver{
			{ID: "pol_prod", Name: "Prod", Targets: policy.Targets{Accounts: []string{prod}}, Stages: stages(prodApprovers)},
			{ID: "pol_dev", Name: "Dev", Targets: policy.Targets{Accounts: []string{dev}}, Stages: stages(devApprovers)},
		},
	}
}

// reply is what came back from a call.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// headed is a body that is sent with headers.
type headed struct {
	headers map[string]string
	body    any
}

func at(version int64, body any) headed {
	return headed{map[string]string{"If-Match": fmt.Sprintf("%q", fmt.Sprint(version))}, body}
}

func keyed(key string, body any) headed {
	return headed{map[string]string{"Idempotency-Key": key}, body}
}

// call as a persona; "" calls without a token. A body that is no string is sent as JSON.
func (w *world) call(as, method, path string, body any) reply {
	w.t.Helper()
	return w.with(w.tokens[as], method, path, body)
}

// documented demands that an answer is one that the OpenAPI document lists for its operation.
func (w *world) documented(method, path string, got reply) {
	w.t.Helper()
	path, _, _ = strings.Cut(path, "?")
	o := w.operation(method, path)
	if o == nil || got.status == http.StatusOK || o.OperationID == "readiness" {
		return // no operation: nothing is listed for it; readiness says in its own words why it is not
	}
	var p api.Problem
	if err := json.Unmarshal(got.body, &p); err != nil {
		w.t.Errorf("%s %s: %v in %s", method, path, err, got.body)
		return
	}
	if _, listed := o.Responses[strconv.Itoa(got.status)]; !listed || !slices.Contains(o.Problems, p.Code) {
		w.t.Errorf("%s %s answered %d %s, which is not among %v", method, path, got.status, p.Code, o.Problems)
	}
}

// operation at a path; where several templates fit, the one with the fewest parameters.
func (w *world) operation(method, path string) *operation {
	w.t.Helper()
	w.once.Do(func() { w.document, _ = present(w.t) })
	var best *operation
	fewest := 0
	for template, operations := range w.document.Paths {
		parts, given := strings.Split(template, "/"), strings.Split(path, "/")
		o := operations[strings.ToLower(method)]
		if o == nil || len(parts) != len(given) {
			continue
		}
		parameters, fits := 0, true
		for i, part := range parts {
			if strings.HasPrefix(part, "{") {
				parameters++
			} else {
				fits = fits && part == given[i]
			}
		}
		if fits && (best == nil || parameters < fewest) {
			best, fewest = o, parameters
		}
	}
	return best
}

func (w *world) with(token, method, path string, body any) reply {
	w.t.Helper()
	return w.on(w.server, token, method, path, body)
}

func (w *world) on(server *httptest.Server, token, method, path string, body any) reply {
	w.t.Helper()
	got, err := w.try(w.t.Context(), server, token, method, path, body)
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

// another is another server on the same database.
func (w *world) another() *httptest.Server {
	other := httptest.NewServer(api.New(w.config()))
	w.t.Cleanup(other.Close)
	return other
}

func (w *world) try(ctx context.Context, server *httptest.Server, token, method, path string, body any) (reply, error) {
	w.t.Helper()
	headers := http.Header{}
	if h, ok := body.(headed); ok {
		body = h.body
		for name, value := range h.headers {
			headers.Set(name, value)
		}
	}
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		in = bytes.NewReader([]byte(b))
	default:
		text, err := json.Marshal(b)
		if err != nil {
			w.t.Fatal(err)
		}
		in = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, server.URL+path, in)
	if err != nil {
		w.t.Fatal(err)
	}
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	maps.Copy(r.Header, headers)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := server.Client().Do(r)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	got := reply{res.StatusCode, res.Header, text}
	w.documented(method, path, got)
	return got, nil
}

// into demands success and decodes the answer.
func into[T any](t *testing.T, r reply) T {
	t.Helper()
	var v T
	if r.status != http.StatusOK {
		t.Fatalf("status %d: %s", r.status, r.body)
	}
	if err := json.Unmarshal(r.body, &v); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
	return v
}

// refusal demands a problem and decodes it.
func refusal(t *testing.T, r reply, status int, code string) api.Problem {
	t.Helper()
	var p api.Problem
	if err := json.Unmarshal(r.body, &p); err != nil {
		t.Fatalf("%v in %d %s", err, r.status, r.body)
	}
	if r.status != status || p.Status != status || p.Code != code {
		t.Fatalf("got %d %s, want %d %s: %s", r.status, p.Code, status, code, r.body)
	}
	if got := r.header.Get("Content-Type"); got != api.ProblemType {
		t.Errorf("content type %q", got)
	}
	if !p.Sandbox || p.Detail == "" || p.Title == "" {
		t.Errorf("problem lacks something: %s", r.body)
	}
	return p
}

// twoTargets asks for prod and dev, whose approvers differ.
func twoTargets() api.NewRequest {
	return api.NewRequest{
		Targets:         []api.Role{{AccountID: prod, PermissionSetARN: admin}, {AccountID: dev, PermissionSetARN: admin}},
		DurationSeconds: 3600, Justification: "to fix it",
	}
}

func readSandbox() api.NewRequest {
	return api.NewRequest{Targets: []api.Role{{AccountID: sandbox, PermissionSetARN: readOnly}}, DurationSeconds: 600, Justification: "to look"}
}

func (w *world) ask(n api.NewRequest) api.Request {
	w.t.Helper()
	if w.asMachine != "" {
		n.BeneficiaryID = "requester"
		return into[api.Request](w.t, w.with(w.asMachine, "POST", "/api/v1/requests", n))
	}
	return into[api.Request](w.t, w.call("requester", "POST", "/api/v1/requests", n))
}

// deliver moves an elevation on as delivery would, without AWS.
func (w *world) deliver(id string, to ...access.State) {
	w.t.Helper()
	for _, state := range to {
		err := w.store.Access().Update(w.t.Context(), func(ctx context.Context, tx access.Tx) error {
			c, err := tx.CaseOfElevation(ctx, id)
			if err != nil {
				return err
			}
			change := access.Change{}
			for _, e := range c.Elevations {
				if e.ID != id {
					continue
				}
				now := w.Now()
				if state == access.Ending {
					if err := e.BeginEnd(access.ReasonFailed, "AWS refused", "", now); err != nil {
						return err
					}
				} else if err := e.Move(state); err != nil {
					return err
				}
				switch state {
				case access.Active:
					e.ActivatedAt, e.EndsAt = now, now.Add(e.Duration)
				case access.Ended:
					e.EndedAt = now
				}
				change.Elevations = []access.Elevation{e}
				change.Events = []audit.Event{{
					Kind: "elevation." + string(state), At: now, Actor: audit.Actor{Kind: audit.System, ID: "test"},
					Subject: audit.Subject{Request: e.RequestID, Elevation: id, User: e.UserID},
				}}
			}
			return tx.Apply(ctx, change)
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

// active files a request for the sandbox account and delivers it.
func (w *world) active() api.Request {
	w.t.Helper()
	r := w.ask(readSandbox())
	w.deliver(r.Targets[0].Elevation.ID, access.Activating, access.Active)
	return r
}
