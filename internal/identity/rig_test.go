package identity_test

import (
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/awsfault"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/ident"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/store"
)

const (
	admins   = "g-admins"
	watchers = "g-auditors"
)

var operator = audit.Actor{Kind: audit.System, ID: "operator"}

// rig is tokens, machine clients and sign-ins over a database, a directory and an AWS that follow what a test says.
type rig struct {
	t        *testing.T
	now      time.Time
	store    *store.Store
	tokens   *identity.Tokens
	machines *identity.Machines
	signIns  *identity.SignIns
	bearer   *identity.Bearer
	uses     *identity.Uses
	disabled string           // user who is not enabled
	users    []directory.User // as the directory knows them
	renamed  map[string]directory.User
	admins   []string // members of the administrators' group, by AWS and the directory
	unread   error    // what AWS answers instead
	throttle int      // how many calls AWS still refuses to look at

	mu    sync.Mutex
	calls int // of AWS
	asked []string
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC), admins: []string{"u-ada"}, renamed: map[string]directory.User{}}
	for _, name := range []string{"ada", "olga", "rita"} {
		r.users = append(r.users, directory.User{
			ID: "u-" + name, UserName: name, Email: name + "@example.com", ExternalID: "x-" + name, Status: directory.UserEnabled,
		})
	}
	clock := func() time.Time { return r.now }
	ids := ident.New(nil, clock)
	s, err := store.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "team.db"), store.Options{IDs: ids, Unsafe: true})
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	r.store, r.uses = s, &identity.Uses{}
	r.tokens = &identity.Tokens{Store: s.Identity(), Random: rand.Reader, Now: clock, Directory: r}
	r.machines = &identity.Machines{Store: s.Identity(), Directory: r, IDs: ids, Now: clock}
	r.signIns = &identity.SignIns{
		Store: s.Identity(), Directory: r, Live: r, IDs: ids, Random: rand.Reader, Now: clock, Uses: r.uses, Refusals: &identity.Refusals{},
		Standings: &identity.Standings{Live: r, Directory: r, Policies: r, Now: clock},
		Match:     map[string]identity.Match{"okta": identity.MatchUserName, "entra": identity.MatchExternalID, "google": identity.MatchEmail},
	}
	r.bearer = &identity.Bearer{Store: s.Identity(), Directory: r, Standings: r.signIns.Standings, SignIns: r.signIns, Now: clock, Uses: r.uses}
	return r
}

func (r *rig) Snapshot(context.Context) (*directory.Snapshot, error) {
	c := directory.Content{Groups: []directory.Group{{ID: admins, Members: r.admins}, {ID: watchers, Members: []string{"u-olga"}}}}
	for _, u := range r.users {
		if r.disabled == u.ID {
			u.Status = directory.UserDisabled
		}
		c.Users = append(c.Users, u)
	}
	return directory.NewSnapshot(c), nil
}

func (r *rig) InForce(context.Context, time.Time) (policy.Set, error) {
	s := policy.DefaultSettings()
	s.AdministratorGroup, s.AuditorGroup = admins, watchers
	return policy.Set{Settings: s}, nil
}

func (r *rig) ask(what string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls++
	r.asked = append(r.asked, what)
	if r.throttle > 0 {
		r.throttle--
		return &awsfault.Error{Kind: awsfault.Throttled, Operation: what}
	}
	return r.unread
}

// User implements directory.Live: what the directory knows, but for those who were renamed since.
func (r *rig) User(ctx context.Context, id string) (directory.User, error) {
	if err := r.ask("user"); err != nil {
		return directory.User{}, err
	}
	if u, ok := r.renamed[id]; ok {
		return u, nil
	}
	dir, _ := r.Snapshot(ctx)
	if u, ok := dir.User(id); ok {
		return u, nil
	}
	return directory.User{}, &awsfault.Error{Kind: awsfault.NotFound, Operation: "identitystore:DescribeUser"}
}

// GroupsOfUser implements directory.Live.
func (r *rig) GroupsOfUser(context.Context, string) ([]string, error) {
	return nil, errors.New("nobody asks for all groups")
}

// IsMember implements directory.Live.
func (r *rig) IsMember(_ context.Context, id string, groups []string) (map[string]bool, error) {
	if err := r.ask("groups"); err != nil {
		return nil, err
	}
	in := map[string]bool{}
	for _, g := range groups {
		in[g] = g == admins && slices.Contains(r.admins, id) || g == watchers && id == "u-olga"
	}
	return in, nil
}

// ext is what a provider says of somebody.
func (r *rig) ext(provider, subject, name string) identity.External {
	return identity.External{
		Provider: provider, Subject: subject, UserName: name, Email: name + "@example.com", EmailVerified: true, ExternalID: "x-" + name, At: r.now,
	}
}

var firefox = identity.Origin{Address: "192.0.2.7", UserAgent: "Firefox"}

// signIn signs somebody in with okta.
func (r *rig) signIn(name string) (secret string, in identity.SignIn) {
	r.t.Helper()
	secret, in, err := r.signIns.Begin(r.t.Context(), r.ext("okta", "sub-"+name, name), firefox, "")
	must(r.t, err)
	return secret, in
}

// notIn demands that a sign-in is refused for a reason, and that who is refused hears nothing of it.
func (r *rig) notIn(x identity.External, code identity.RefusalCode, reason string) {
	r.t.Helper()
	secret, in, err := r.signIns.Begin(r.t.Context(), x, firefox, "")
	refusal, ok := errors.AsType[*identity.Refusal](err)
	if !ok || !errors.Is(err, identity.ErrRefused) || secret != "" || in.ID != "" {
		r.t.Fatalf("%q begins %+v: %v", x.UserName, in, err)
	}
	if refusal.Code != code || !contains(refusal.Reason, reason) {
		r.t.Errorf("refused with %s: %s; want %s: %s", refusal.Code, refusal.Reason, code, reason)
	}
	if refusal.Public == "" || contains(refusal.Public, "u-") || (x.UserName != "" && contains(refusal.Public, x.UserName)) {
		r.t.Errorf("told %q", refusal.Public)
	}
}
