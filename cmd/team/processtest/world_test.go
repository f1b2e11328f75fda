package processtest

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/team-idc/team/deploy/iam"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/ident"
	"github.com/team-idc/team/internal/policy"
	"github.com/team-idc/team/internal/policychange"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
	"github.com/team-idc/team/internal/store"
)

const (
	accessKey = "AKIATEAMPROCESS00001"
	secretKey = "the sandbox checks it, so it must be the same on both sides"
)

// working is how long the simulated AWS works on an assignment: longer than TEAM waits before it first asks.
const working = 700 * time.Millisecond

// world is one simulated AWS organization and one installation of TEAM, of which the program runs or not.
type world struct {
	t      *testing.T
	aws    *simaws.AWS
	gate   *gate
	folder string // database, checkpoint, configuration file
	// database is its name in the configuration.
	database string
	// flags of the program; those of often where nil.
	flags    []string
	team     *process
	tokens   map[string]string
	upSince  time.Time // when TEAM last became ready
	launched time.Time // when it was started last
}

// newWorld has a small organization, changed as told, and no database yet.
func newWorld(t *testing.T, changes ...func(*simaws.Organization)) *world {
	t.Helper()
	org, err := simaws.Open("small")
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		change(&org)
	}
	sim, err := simaws.New(org, simaws.Options{
		Latency: simaws.Latency{Min: working, Max: working},
		// How TEAM keeps to AWS's rates is tested elsewhere; here it only costs time.
		Limits: simaws.Limits{SSOAdminRate: -1, IdentityStoreRate: -1, OrganizationsRate: -1},
		Credentials: []simaws.Credential{{
			AccessKeyID: accessKey, SecretAccessKey: secretKey, Account: org.DelegatedAdministrator, Policies: []string{iam.TeamPolicy},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, aws: sim, folder: t.TempDir(), tokens: map[string]string{}}
	w.database = "sqlite:" + w.file("team.db")
	w.standBeforeAWS()
	return w
}

// standBeforeAWS puts a gate between the program and AWS, and configures the program so.
func (w *world) standBeforeAWS() {
	w.t.Helper()
	w.gate = newGate(w.aws)
	server := httptest.NewServer(w.gate)
	w.t.Cleanup(server.Close)
	w.configure(server.URL)
}

func (w *world) file(name string) string { return filepath.Join(w.folder, name) }

func (w *world) configure(endpoint string, more ...string) {
	w.t.Helper()
	write(w.t, w.file("team.yaml"), fmt.Sprintf(`listen: 127.0.0.1:0
database: %q
checkpoint: {file: %q, period: 1s}
aws: {region: us-east-1, endpoint: %q, sandbox: true}
directory: {share: 1}
log: {level: info, format: text}
%s`, w.database, w.file("team.checkpoint"), endpoint, strings.Join(more, "\n")))
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (w *world) environ() []string {
	return environment("AWS_ACCESS_KEY_ID="+accessKey, "AWS_SECRET_ACCESS_KEY="+secretKey, "AWS_EC2_METADATA_DISABLED=true")
}

// open gives the database, which nobody else may have open while it is changed.
func (w *world) open() *store.Store {
	w.t.Helper()
	s, err := store.Open(w.t.Context(), w.database, store.Options{IDs: ident.New(nil, time.Now)})
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// start runs TEAM until it is ready for grants.
func (w *world) start() {
	w.t.Helper()
	w.launch()
	eventually(w.t, "TEAM is ready", func() bool { return w.status("/readyz") == 200 })
	w.upSince = time.Now()
}

// often lets tests ask more often than people do.
var often = []string{"--rates-address", "0", "--rates-user", "0"}

// launch runs TEAM until it serves.
func (w *world) launch() {
	w.t.Helper()
	w.launched = time.Now()
	flags := w.flags
	if flags == nil {
		flags = often
	}
	w.team = start(w.t, w.environ(), append([]string{"serve", "--config", w.file("team.yaml")}, flags...)...)
}

// personas act in these tests.
var personas = []string{"requester", "approver", "second-approver", "admin", "second-admin", "auditor"}

// issueTokens gives every persona a token, as an operator does.
func (w *world) issueTokens() {
	w.t.Helper()
	for _, name := range personas {
		issued := command(w.t.Context(), w.t, w.environ(), "token", "issue", "--config", w.file("team.yaml"), "--user", name)
		if issued.code != 0 {
			w.t.Fatalf("issue token: %s", issued.err)
		}
		w.tokens[name] = strings.TrimSpace(issued.out)
	}
}

// seed gives a new database its policies: two accounts with different approvers.
func (w *world) seed(minimum time.Duration) {
	w.t.Helper()
	s := w.open()
	defer s.Close()
	names := organizationNames{
		group: w.aws.GroupID, account: w.aws.AccountID, set: w.aws.PermissionSetARN,
	}
	names.seed(w.t, s, minimum)
}

// organizationNames finds ids by name.
type organizationNames struct{ group, account, set func(string) string }

func (n organizationNames) groups(name string) policy.Principals {
	return policy.Principals{Groups: []string{n.group(name)}}
}

func (n organizationNames) seed(t *testing.T, s *store.Store, minimum time.Duration) {
	t.Helper()
	settings := policy.DefaultSettings()
	settings.MinDuration, settings.TicketRequired, settings.CommentRequired = minimum, false, false
	settings.AdministratorGroup, settings.AuditorGroup = n.group("team-admins"), n.group("team-auditors")
	eligible := func(name, group, account string) policy.Eligibility {
		return policy.Eligibility{
			Name: name, Principals: n.groups(group), Targets: policy.Targets{Accounts: []string{n.account(account)}},
			PermissionSets: []string{n.set("AdministratorAccess"), n.set("PowerUserAccess"), n.set("DatabaseAdmin")}, MaxDuration: time.Hour, ApprovalRequired: true,
		}
	}
	decide := func(name, group, account string) policy.Approver {
		return policy.Approver{
			Name: name, Targets: policy.Targets{Accounts: []string{n.account(account)}},
			Stages: []policy.Stage{{Approvers: n.groups(group), Required: 1}},
		}
	}
	changes := policychange.New(policychange.Config{Store: s.PolicyChanges(), Now: time.Now, IDs: ident.New(nil, time.Now)})
	did, err := changes.Bootstrap(t.Context(), policychange.Seed{
		Settings:    settings,
		Eligibility: []policy.Eligibility{eligible("Production", "Operations", "shop-prod"), eligible("Development", "Developers", "shop-dev")},
		Approver:    []policy.Approver{decide("Production", "prod-approvers", "shop-prod"), decide("Development", "dev-approvers", "shop-dev")},
	})
	if err != nil || !did {
		t.Fatalf("seed policies: %v, %v", did, err)
	}
}

// template is an installation that has read its directory and issued its tokens, made once: reading takes seconds.
var template = struct {
	once   sync.Once
	files  map[string][]byte
	tokens map[string]string
}{}

// installed is a world with an installation that was stopped after it had read the directory.
func installed(t *testing.T) *world {
	t.Helper()
	template.once.Do(func() {
		w := newWorld(t)
		w.seed(time.Second)
		w.start()
		w.awaitDirectory()
		w.issueTokens()
		w.team.stop(t)
		template.tokens = w.tokens
		template.files = w.data()
	})
	if template.files == nil {
		t.Fatal("there is no installation to begin with: see the first test that failed")
	}
	w := newWorld(t)
	w.tokens = maps.Clone(template.tokens)
	w.put(template.files)
	return w
}

// data is what is kept of an installation that is stopped.
func (w *world) data() map[string][]byte {
	w.t.Helper()
	files := map[string][]byte{}
	for _, name := range []string{"team.db", "team.db-wal", "team.checkpoint"} {
		content, err := os.ReadFile(w.file(name))
		if err != nil && !os.IsNotExist(err) {
			w.t.Fatal(err)
		}
		if err == nil {
			files[name] = content
		}
	}
	return files
}

func (w *world) put(files map[string][]byte) {
	w.t.Helper()
	for name, content := range files {
		write(w.t, w.file(name), string(content))
	}
}

// awaitDirectory waits until the organization was read once, whole, since TEAM was started.
func (w *world) awaitDirectory() {
	w.t.Helper()
	eventually(w.t, "the directory knows the personas", func() bool {
		return command(w.t.Context(), w.t, w.environ(), "token", "issue", "--config", w.file("team.yaml"), "--user", "auditor", "--ttl", "5m").code == 0
	})
	w.tokens["auditor"] = strings.TrimSpace(command(w.t.Context(), w.t, w.environ(), "token", "issue", "--config", w.file("team.yaml"), "--user", "auditor", "--ttl", "5m").out)
	eventually(w.t, "every part of the directory was read", func() bool {
		var s api.DirectoryStatus
		if err := w.as("auditor").try(http.MethodGet, "/directory/status", nil, &s); err != nil {
			return false // the auditors' group is not known yet
		}
		return len(s.Parts) > 0 && !slices.ContainsFunc(s.Parts, func(p api.DirectoryPart) bool { return p.Complete.IsZero() || p.Complete.Before(w.launched) })
	})
}
