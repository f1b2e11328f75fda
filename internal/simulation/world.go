package simulation

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/awsclient"
	"github.com/team-idc/team/internal/delivery"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/ident"
	"github.com/team-idc/team/internal/policy"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
	"github.com/team-idc/team/internal/store"
)

const (
	accessKey = "AKIASIMULATED0000001"
	secretKey = "simulated-secret-access-key-not-a-real-one"
	everyCall = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
)

// Organization of the simulation: small enough that people meet on the same assignments all the time.
const organization = `
id: o-simulation
region: us-east-1
management_account: management
delegated_administrator: identity
instance: {id: ssoins-7223510000000000, name: sim, identity_store_id: d-9067000000}
organizational_units:
  - {path: Prod}
  - {path: Dev}
accounts:
  - {id: "200000000001", name: management}
  - {id: "200000000002", name: identity, ou: Prod}
  - {id: "200000000003", name: prod, ou: Prod}
  - {id: "200000000004", name: dev, ou: Dev}
  - {id: "200000000005", name: rooted}
permission_sets:
  - {name: Admin, session_duration: PT1H}
  - {name: ReadOnly, session_duration: PT4H}
  - {name: Billing, session_duration: PT1H}
users:
  - {user_name: rita}
  - {user_name: ravi}
  - {user_name: anton}
  - {user_name: anna}
  - {user_name: selma}
  - {user_name: ada}
  - {user_name: samuel}
groups:
  - {display_name: requesters, members: [rita, ravi, anton]}
  - {display_name: prod-approvers, members: [anton, anna, ravi]}
  - {display_name: dev-approvers, members: [selma, anna]}
  - {display_name: admins, members: [ada, samuel]}
  - {display_name: standing, members: [ravi]}
assignments:
  - {account: prod, permission_set: ReadOnly, user: rita}
  - {account: dev, permission_set: ReadOnly, group: standing}
  - {account: management, permission_set: Billing, user: ada}
`

// The machine client of the simulation. Its owner decides in Dev, so that what it files shows whether they count as
// requester (P5); an administrator issued its token.
const (
	machineID     = "mch_00000000-0000-7000-8000-000000000001"
	machineOwner  = "selma"
	machineIssuer = "ada"
)

// World is everything in one bubble.
type World struct {
	t        testing.TB
	rng      *rand.Rand
	aws      *simaws.AWS
	store    *store.Store
	raw      *sql.DB // for policies, which the driver writes as an administrator's agreed change would
	gate     *gate
	replicas []*replica
	snapshot *directory.Snapshot // the driver renews it, as the sync would
	revision int64
	people   []string          // user names
	userID   map[string]string // by name
	name     map[string]string // by id
	groupID  map[string]string
	account  map[string]string
	set      map[string]string
	truth    *truth
	trace    []string
	wire     func(*http.Request) // holds up what has left a process; nil: nothing does
}

// replica is one process of TEAM.
type replica struct {
	service  *access.Service
	delivery *delivery.Delivery
	skew     time.Duration
}

// options of a world.
type options struct {
	seed     uint64
	replicas int
	switches simaws.Switches
	postgres string // URL of an empty database of TEAM; "": SQLite
}

func newWorld(tb testing.TB, o options) *World {
	tb.Helper()
	w := &World{
		t: tb, rng: rand.New(rand.NewPCG(o.seed, 7)), gate: newGate(),
		userID: map[string]string{}, name: map[string]string{}, groupID: map[string]string{}, account: map[string]string{}, set: map[string]string{},
	}
	org, err := simaws.ParseOrganization([]byte(organization))
	w.must(err)
	w.aws, err = simaws.New(org, simaws.Options{
		Now: time.Now, Seed: o.seed, Switches: o.switches, Latency: simaws.Latency{Min: time.Second, Max: 20 * time.Second},
		Credentials: []simaws.Credential{{AccessKeyID: accessKey, SecretAccessKey: secretKey, Account: "identity", Policies: []string{everyCall}}},
	})
	w.must(err)
	for _, p := range []string{"rita", "ravi", "anton", "anna", "selma", "ada", "samuel"} {
		w.people = append(w.people, p)
		w.userID[p] = w.aws.UserID(p)
		w.name[w.userID[p]] = p
	}
	for _, g := range []string{"requesters", "prod-approvers", "dev-approvers", "admins", "standing"} {
		w.groupID[g] = w.aws.GroupID(g)
	}
	for _, a := range []string{"management", "identity", "prod", "dev", "rooted"} {
		w.account[a] = w.aws.AccountID(a)
	}
	for _, p := range []string{"Admin", "ReadOnly", "Billing"} {
		w.set[p] = w.aws.PermissionSetARN(p)
	}
	w.openDatabase(o)
	w.truth = newTruth(w)
	w.refreshDirectory()
	w.makeMachine()
	w.firstPolicies()
	for i := range o.replicas {
		w.replicas = append(w.replicas, w.newReplica(i, o.seed))
	}
	return w
}

// openDatabase opens it twice: for the replicas, and for the driver, who looks and writes beside them.
func (w *World) openDatabase(o options) {
	ids := ident.New(byteSource{rand.New(rand.NewPCG(o.seed, 1))}, time.Now)
	name, driver, source := o.postgres, "pgx", o.postgres
	if name == "" {
		file := filepath.Join(w.t.TempDir(), "sim.db")
		name, driver, source = "sqlite:"+file, "sqlite", "file:"+file+"?_pragma=busy_timeout(10000)&_pragma=synchronous(OFF)"
	}
	var err error
	w.store, err = store.Open(w.t.Context(), name, store.Options{IDs: ids, Unsafe: true, Readers: 2})
	w.must(err)
	w.raw, err = sql.Open(driver, source)
	w.must(err)
	w.raw.SetMaxOpenConns(1)
}

// makeMachine puts a machine client into the database, as an administrator would have.
func (w *World) makeMachine() {
	_, err := w.raw.ExecContext(w.t.Context(), `INSERT INTO machines
		(id, name, description, owner_id, scopes, created_by, created_at, version) VALUES ($1,$2,$3,$4,$5,$6,$7,1)`,
		machineID, "ci", "", w.userID[machineOwner], `["request"]`, w.userID["ada"], time.Now().UnixMicro())
	w.must(err)
}

// switchMachine enables or disables the machine client, as its owner or an administrator would.
func (w *World) switchMachine(on bool) {
	disabled := int64(0)
	if !on {
		disabled = time.Now().UnixMicro()
	}
	_, err := w.raw.ExecContext(w.t.Context(), `UPDATE machines SET disabled_at = $1, version = version + 1 WHERE id = $2`, disabled, machineID)
	w.must(err)
	w.truth.machineOn.set(w.truth.changed(), on)
}

// machine as it is authenticated.
func (w *World) machine() access.Actor {
	return access.Actor{
		Kind: audit.Machine, MachineID: machineID, OwnerID: w.userID[machineOwner], IssuerID: w.userID[machineIssuer], Name: "ci", Strength: "simulated",
	}
}

func (w *World) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *World) close() {
	w.must(w.raw.Close())
	w.must(w.store.Close())
}

// byteSource gives random bytes from a seeded generator.
type byteSource struct{ rng *rand.Rand }

func (b byteSource) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b.rng.Uint32())
	}
	return len(p), nil
}

func (w *World) client(roundTripper http.RoundTripper, now func() time.Time) *awsclient.Client {
	c, err := awsclient.New(w.t.Context(), awsclient.Config{
		Region: "us-east-1", BaseEndpoint: "http://aws.sandbox.invalid",
		InstanceARN: w.aws.InstanceARN(), IdentityStoreID: w.aws.IdentityStoreID(),
		HTTPClient:  &http.Client{Transport: roundTripper},
		Credentials: credentials.NewStaticCredentialsProvider(accessKey, secretKey, ""), Now: now,
	})
	w.must(err)
	return c
}

func (w *World) newReplica(i int, seed uint64) *replica {
	r := &replica{skew: time.Duration(i*300) * time.Millisecond}
	now := func() time.Time { return time.Now().Add(r.skew).UTC().Truncate(time.Microsecond) }
	client := w.client(gatedTransport{gate: w.gate, next: w.aws.Transport(), wire: w.wire}, now)
	jitter := rand.New(rand.NewPCG(seed, uint64(100+i)))
	r.service = access.New(access.Config{
		Store: gatedAccess{w.gate, w.store.Access()}, Directory: w, Live: client, Policies: w.store.Policies(), Now: now,
		IDs: ident.New(byteSource{rand.New(rand.NewPCG(seed, uint64(200+i)))}, now),
	})
	r.delivery = delivery.New(delivery.Config{
		Store: gatedDelivery{w.gate, w.store.Delivery()}, AWS: client, Live: client, Directory: w, Checks: r.service, Now: now, Jitter: jitter.Float64,
	})
	return r
}

// Snapshot is what the replicas know of the organization; all share it, as they share the database.
func (w *World) Snapshot(context.Context) (*directory.Snapshot, error) { return w.snapshot, nil }

// refreshDirectory does what a pass of the sync does: it reads the organization as it is.
func (w *World) refreshDirectory() {
	w.revision++
	now := time.Now().UTC()
	c := directory.Content{Revision: w.revision, Instance: directory.Instance{
		ARN: w.aws.InstanceARN(), IdentityStoreID: w.aws.IdentityStoreID(), Region: "us-east-1", Partition: "aws", OrganizationID: "o-simulation",
		ManagementAccountID: w.account["management"], CallerAccountID: w.account["identity"], PermissionSetsEnabled: true, ReadAt: now,
	}}
	c.OUs = []directory.OU{
		{ID: "r-root", Name: "Root"}, {ID: "ou-root-prod0000", Name: "Prod", ParentID: "r-root"}, {ID: "ou-root-dev00000", Name: "Dev", ParentID: "r-root"},
	}
	paths := map[string][]string{"prod": {"r-root", "ou-root-prod0000"}, "identity": {"r-root", "ou-root-prod0000"}, "dev": {"r-root", "ou-root-dev00000"}}
	for _, name := range []string{"management", "identity", "prod", "dev", "rooted"} {
		path := paths[name]
		if path == nil {
			path = []string{"r-root"}
		}
		c.Accounts = append(c.Accounts, directory.Account{
			ID: w.account[name], Name: name, State: directory.AccountState(w.truth.state(name)), OUPath: path, ReadAt: now,
		})
	}
	for _, name := range w.people {
		if w.truth.exists(name) {
			c.Users = append(c.Users, directory.User{ID: w.userID[name], UserName: name, Status: w.truth.status(name), ReadAt: now})
		}
	}
	for _, name := range []string{"requesters", "prod-approvers", "dev-approvers", "admins", "standing"} {
		g := directory.Group{ID: w.groupID[name], DisplayName: name, ReadAt: now, MembersRead: now}
		for _, p := range w.people {
			if w.truth.member(name, p) {
				g.Members = append(g.Members, w.userID[p])
			}
		}
		slices.Sort(g.Members)
		c.Groups = append(c.Groups, g)
	}
	for _, name := range []string{"Admin", "ReadOnly", "Billing"} {
		c.PermissionSets = append(c.PermissionSets, directory.PermissionSet{
			ARN: w.set[name], Name: name, SessionDuration: time.Hour, InManagementAccount: name == "Billing", ReadAt: now,
		})
	}
	w.snapshot = directory.NewSnapshot(c)
}

// firstPolicies are the rules at the start: everything in Prod needs one of prod-approvers, Dev's administrators one
// of dev-approvers, reading in Dev and what is directly under the root needs nobody; the delegated administrator's
// account is protected, named, and needs two.
func (w *World) firstPolicies() {
	s := policy.DefaultSettings()
	s.TicketRequired, s.AdministratorGroup = false, w.groupID["admins"]
	w.putPolicy("settings", "settings", 1, s, "", false, false)
	w.putPolicy("eligibility", "elg-prod", 1, w.eligibility("prod", 4*time.Hour, true), "", false, false)
	w.putPolicy("eligibility", "elg-dev", 1, w.eligibility("dev", 2*time.Hour, true), "", false, false)
	read := w.eligibility("dev-read", time.Hour, false)
	w.putPolicy("eligibility", "elg-read", 1, read, "", false, false)
	w.putPolicy("eligibility", "elg-identity", 1, w.eligibility("identity", time.Hour, true), "", false, false)
	w.putPolicy("approver", "apr-prod", 1, w.approvers("prod", 1), "", false, false)
	w.putPolicy("approver", "apr-dev", 1, w.approvers("dev", 1), "", false, false)
	w.putPolicy("approver", "apr-identity", 1, w.approvers("identity", 1), "", false, false)
}

func (w *World) eligibility(what string, most time.Duration, approval bool) policy.Eligibility {
	e := policy.Eligibility{
		Name: what, Principals: policy.Principals{Groups: []string{w.groupID["requesters"]}}, MaxDuration: most, ApprovalRequired: approval,
		PermissionSets: []string{w.set["Admin"], w.set["ReadOnly"], w.set["Billing"]}, Machines: []string{machineID},
	}
	switch what {
	case "prod":
		e.Targets.OUs = []policy.OUTarget{{ID: "ou-root-prod0000"}}
	case "dev":
		e.Targets.OUs = []policy.OUTarget{{ID: "ou-root-dev00000"}}
		e.PermissionSets = []string{w.set["Admin"]}
	case "dev-read":
		e.Targets.OUs = []policy.OUTarget{{ID: "r-root", DirectOnly: true}, {ID: "ou-root-dev00000"}}
		e.PermissionSets = []string{w.set["ReadOnly"]}
		e.Machines = nil // what needs no approval people ask for themselves
	case "identity":
		e.Targets.Accounts = []string{w.account["identity"]}
		e.PermissionSets = []string{w.set["Admin"]}
	}
	return e
}

func (w *World) approvers(what string, required int) policy.Approver {
	a := policy.Approver{Name: what, Stages: []policy.Stage{{Required: required}}}
	group := "prod-approvers"
	switch what {
	case "prod":
		a.Targets.OUs = []policy.OUTarget{{ID: "ou-root-prod0000"}}
	case "dev":
		a.Targets.OUs = []policy.OUTarget{{ID: "ou-root-dev00000"}}
		group = "dev-approvers"
	case "identity":
		a.Targets.Accounts = []string{w.account["identity"]}
	}
	a.Stages[0].Approvers = policy.Principals{Groups: []string{w.groupID[group]}}
	return a
}

// putPolicy writes a version of a policy as in force.
func (w *World) putPolicy(kind, id string, version int64, body any, author string, widening, deleted bool) {
	b, err := json.Marshal(body)
	w.must(err)
	ctx := w.t.Context()
	tx, err := w.raw.BeginTx(ctx, nil)
	w.must(err)
	_, err = tx.ExecContext(ctx, `INSERT INTO policy_versions
		(kind, id, version, name, body, deleted, widening, author_id, effective_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`,
		kind, id, version, id, string(b), deleted, widening, w.userID[author], time.Now().UnixMicro())
	w.must(err)
	_, err = tx.ExecContext(ctx, `INSERT INTO policies (kind, id, version) VALUES ($1,$2,$3)
		ON CONFLICT (kind, id) DO UPDATE SET version = EXCLUDED.version`, kind, id, version)
	w.must(err)
	_, err = tx.ExecContext(ctx, `UPDATE policy_generation SET generation = generation + 1`)
	w.must(err)
	w.must(tx.Commit())
	w.truth.policyPut(kind, id, body, author, deleted)
}

func (w *World) person(name string) access.Actor {
	return access.Actor{Kind: audit.Person, UserID: w.userID[name], Name: name, Administrator: w.truth.member("admins", name), Strength: "simulated"}
}

func (w *World) notef(format string, args ...any) {
	w.trace = append(w.trace, fmt.Sprintf(format, args...))
}

// ids reads one column of text.
func (w *World) ids(query string) []string {
	rows, err := w.raw.QueryContext(w.t.Context(), query)
	w.must(err)
	defer rows.Close() //nolint:errcheck // Err tells
	var out []string
	for rows.Next() {
		var s string
		w.must(rows.Scan(&s))
		out = append(out, s)
	}
	w.must(rows.Err())
	return out
}
