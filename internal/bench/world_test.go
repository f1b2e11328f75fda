package bench_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/awsfault"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/ident"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
	"github.com/team-idc/team/internal/store"
	"github.com/team-idc/team/internal/store/postgrestest"
)

// noon is when everything here happens.
var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// peopleOf are the sign-ins of a database, and bearerOf recognizes who calls in them, or with a token.
func peopleOf(s *store.Store, dir access.Directory, live directory.Live, ids access.IDs, now func() time.Time) *identity.SignIns {
	return &identity.SignIns{
		Store: s.Identity(), Directory: dir, Live: live, IDs: ids, Random: rand.Reader, Now: now, Longest: 48 * time.Hour,
		Standings: &identity.Standings{Live: live, Directory: dir, Policies: s.Policies(), Now: now},
	}
}

func bearerOf(people *identity.SignIns) *identity.Bearer {
	return &identity.Bearer{Store: people.Store, Directory: people.Directory, Standings: people.Standings, SignIns: people, Now: people.Now}
}

// databases are those that everything is measured on.
func eachDatabase(t *testing.T, f func(t *testing.T, name string)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { f(t, "sqlite:"+filepath.Join(t.TempDir(), "team.db")) })
	t.Run("PostgreSQL", func(t *testing.T) {
		if postgrestest.Available(t) {
			f(t, postgrestest.New(t))
		}
	})
}

// world is TEAM behind HTTP with the people and accounts of a history, without AWS.
type world struct {
	h      history
	store  *store.Store
	dir    *directory.Snapshot
	now    func() time.Time
	server *httptest.Server
	people *identity.SignIns
	tokens map[string]string
	access *access.Service
}

const (
	administrators = "00000000-0000-7000-8000-00000000ad01"
	auditors       = "00000000-0000-7000-8000-00000000ad02"
	everybody      = "00000000-0000-7000-8000-00000000ad03"
	platform       = "00000000-0000-7000-8000-00000000ad04"
	units          = 50
)

func groupOf(unit int) string { return fmt.Sprintf("00000000-0000-7000-8000-0000000%05d", unit) }
func unitID(unit int) string  { return fmt.Sprintf("ou-root-%08d", unit) }

// newWorld opens a database, which has TEAM's schema or none.
func newWorld(tb testing.TB, name string, h history) *world {
	tb.Helper()
	w := &world{h: h, dir: directory.NewSnapshot(h.directory()), now: func() time.Time { return noon }, tokens: map[string]string{}}
	ids := ident.New(nil, w.now)
	var err error
	if w.store, err = store.Open(tb.Context(), name, store.Options{IDs: ids}); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = w.store.Close() })
	begun := time.Now()
	fill(tb, name, h.lives())
	tb.Logf("%d requests were put into the database in %s", h.requests, time.Since(begun).Round(time.Millisecond))
	w.access = access.New(access.Config{
		Store: w.store.Access(), Directory: w, Live: w, Policies: w.store.Policies(), Now: w.now, IDs: ids, Held: func() string { return "" },
	})
	policies := policychange.New(policychange.Config{
		Store: w.store.PolicyChanges(), Directory: w, Live: w, Facts: w.access.Facts, Now: w.now, IDs: ids, Held: func() string { return "" },
	})
	if _, err := policies.Bootstrap(tb.Context(), h.policies()); err != nil {
		tb.Fatal(err)
	}
	w.people = peopleOf(w.store, w, w, ids, w.now)
	w.server = httptest.NewServer(api.New(api.Config{
		Access: w.access, Lists: w.store, Keys: w.store, Statistics: w.store, Directory: w, Passes: w.store.Directory(), Policies: policies, Recovery: w,
		Machines: &identity.Machines{Store: w.store.Identity(), Directory: w, Now: w.now},
		SignIns:  w.people, Authenticator: bearerOf(w.people),
		Now: w.now, Log: slog.New(slog.DiscardHandler), Version: "bench",
	}))
	tb.Cleanup(w.server.Close)
	return w
}

// directory of a history: every unit of 100 accounts has a group of eight who decide there, and ten of the platform's
// people decide everywhere.
func (h history) directory() directory.Content {
	far := noon.Add(1000 * time.Hour)
	c := directory.Content{
		Instance: directory.Instance{
			ARN: "arn:aws:sso:::instance/ssoins-0123456789abcdef", IdentityStoreID: "d-0123456789", Partition: "aws", ManagementAccountID: "999999999999",
			CallerAccountID: "888888888888", PermissionSetsEnabled: true, ReadAt: far,
		},
		OUs: []directory.OU{{ID: "r-root", Name: "Root", ReadAt: far}}, Revision: 1,
	}
	group := func(id string, members []string) {
		c.Groups = append(c.Groups, directory.Group{ID: id, DisplayName: id, Members: members, ReadAt: far, MembersRead: far})
	}
	for i := range units {
		c.OUs = append(c.OUs, directory.OU{ID: unitID(i), Name: fmt.Sprintf("Unit %d", i), ParentID: "r-root", ReadAt: far})
		group(groupOf(i), h.deciders[i*8:i*8+8])
	}
	group(platform, h.users[19_580:19_590])
	group(administrators, h.users[19_500:19_505])
	group(auditors, h.users[19_505:19_510])
	group(everybody, h.users)
	for i, id := range h.accounts {
		c.Accounts = append(c.Accounts, directory.Account{
			ID: id, Name: fmt.Sprintf("account-%04d", i), State: directory.AccountActive, OUPath: []string{"r-root", unitID(i % units)}, ReadAt: far,
		})
	}
	for i, id := range h.users {
		c.Users = append(c.Users, directory.User{ID: id, UserName: fmt.Sprintf("user%d", i), DisplayName: fmt.Sprintf("User %d", i), Status: directory.UserEnabled, ReadAt: far})
	}
	for i, arn := range h.sets {
		c.PermissionSets = append(c.PermissionSets, directory.PermissionSet{ARN: arn, Name: fmt.Sprintf("Set%d", i), SessionDuration: time.Hour, ReadAt: far})
	}
	return c
}

func (h history) policies() policychange.Seed {
	s := policychange.Seed{Settings: policy.DefaultSettings()}
	s.Settings.AdministratorGroup, s.Settings.AuditorGroup, s.Settings.TicketRequired, s.Settings.CommentRequired = administrators, auditors, false, false
	for i := range units {
		s.Eligibility = append(s.Eligibility, policy.Eligibility{
			ID: fmt.Sprintf("pol_e%d", i), Name: fmt.Sprintf("Unit %d", i), Principals: policy.Principals{Groups: []string{everybody}},
			Targets: policy.Targets{OUs: []policy.OUTarget{{ID: unitID(i)}}}, PermissionSets: h.sets, MaxDuration: 8 * time.Hour, ApprovalRequired: true,
		})
		s.Approver = append(s.Approver, policy.Approver{
			ID: fmt.Sprintf("pol_a%d", i), Name: fmt.Sprintf("Unit %d", i), Targets: policy.Targets{OUs: []policy.OUTarget{{ID: unitID(i)}}},
			Stages: []policy.Stage{{Approvers: policy.Principals{Groups: []string{groupOf(i), platform}}, Required: 1}},
		})
	}
	return s
}

// Snapshot implements access.Directory.
func (w *world) Snapshot(context.Context) (*directory.Snapshot, error) { return w.dir, nil }

// User implements directory.Live.
func (w *world) User(_ context.Context, id string) (directory.User, error) {
	if u, ok := w.dir.User(id); ok {
		return u, nil
	}
	return directory.User{}, &awsfault.Error{Kind: awsfault.NotFound, Operation: "identitystore:DescribeUser"}
}

// GroupsOfUser implements directory.Live.
func (w *world) GroupsOfUser(_ context.Context, id string) ([]string, error) {
	return w.dir.GroupsOf(id), nil
}

// IsMember implements directory.Live.
func (w *world) IsMember(_ context.Context, id string, groups []string) (map[string]bool, error) {
	in := map[string]bool{}
	for _, g := range groups {
		in[g] = false
	}
	for _, g := range w.dir.GroupsOf(id) {
		if _, asked := in[g]; asked {
			in[g] = true
		}
	}
	return in, nil
}

// Members implements policychange.Live.
func (w *world) Members(_ context.Context, group, _ string) (directory.Page[string], error) {
	g, _ := w.dir.Group(group)
	return directory.Page[string]{Items: g.Members}, nil
}

// Recovery implements api.RecoveryMode.
func (*world) Recovery(context.Context) (since time.Time, reason string, err error) {
	return since, "", nil
}

// ReleaseRecovery implements api.RecoveryMode.
func (*world) ReleaseRecovery(context.Context, access.Actor) error { return nil }

func (w *world) token(tb testing.TB, user string) string {
	tb.Helper()
	if w.tokens[user] == "" {
		text, _, err := w.people.BeginOperator(tb.Context(), audit.Actor{Kind: audit.System, ID: "operator"}, user, "operator", 24*time.Hour)
		if err != nil {
			tb.Fatal(err)
		}
		w.tokens[user] = text
	}
	return w.tokens[user]
}

// get reads a path as somebody, and gives the answer's body.
func (w *world) get(tb testing.TB, user, path string) []byte {
	tb.Helper()
	return w.send(tb, user, http.MethodGet, path, nil)
}

func (w *world) send(tb testing.TB, user, method, path string, body io.Reader) []byte {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), method, w.server.URL+path, body)
	if err != nil {
		tb.Fatal(err)
	}
	if user != "" {
		r.Header.Set("Authorization", "Bearer "+w.token(tb, user))
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := w.server.Client().Do(r)
	if err != nil {
		tb.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		tb.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		tb.Fatalf("%s %s: %d %s", method, path, res.StatusCode, text)
	}
	return text
}

func decode[T any](tb testing.TB, text []byte) (v T) {
	tb.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		tb.Fatalf("%v in %s", err, text)
	}
	return v
}
