package processtest

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/awsclient/mototest"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// sent is one call that TEAM made.
type sent struct {
	at time.Time
	exchange
}

// recorder passes calls on and remembers those that AWS has answered.
type recorder struct {
	gate *gate

	mu    sync.Mutex
	calls []sent
}

func record(endpoint string) (*recorder, error) {
	at, err := url.Parse(endpoint)
	if err != nil {
		return nil, fmt.Errorf("read endpoint: %w", err)
	}
	r := &recorder{gate: newGate(renaming{httputil.NewSingleHostReverseProxy(at)})}
	r.gate.arm(func(x exchange) bool {
		if x.answered {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.calls = append(r.calls, sent{time.Now(), x})
		}
		return false
	}, func() {})
	return r, nil
}

// moto names permission sets by ARNs of a form that AWS does not give, and that TEAM refuses in policies.
var (
	motoARN = regexp.MustCompile(`:::instance/(ssoins-\w+/ps-)`)
	awsARN  = regexp.MustCompile(`:::permissionSet/(ssoins-\w+/ps-)`)
)

func asMoto(text string) string { return awsARN.ReplaceAllString(text, ":::instance/$1") }
func asAWS(text string) string  { return motoARN.ReplaceAllString(text, ":::permissionSet/$1") }

// renaming gives the permission sets of moto the ARNs that AWS would.
type renaming struct{ moto http.Handler }

func (n renaming) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the caller died while sending
	}
	question := asMoto(string(body))
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(question)), int64(len(question))
	answer := httptest.NewRecorder()
	n.moto.ServeHTTP(answer, r)
	maps.Copy(w.Header(), answer.Header())
	w.Header().Del("Content-Length")
	w.WriteHeader(answer.Code)
	_, _ = io.WriteString(w, asAWS(answer.Body.String()))
}

// of are the calls of an action about something.
func (r *recorder) of(action string, about ...string) []sent {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(r.calls), func(c sent) bool { return !c.is(action, about) })
}

// small is what the walk needs of the small organization: moto is slow to fill.
func small(t *testing.T) simaws.Organization {
	t.Helper()
	org, err := simaws.Open("small")
	if err != nil {
		t.Fatal(err)
	}
	keep := func(name string, of ...string) bool { return slices.Contains(of, name) }
	org.Accounts = slices.DeleteFunc(org.Accounts, func(a simaws.Account) bool {
		return a.ID != org.ManagementAccount && !keep(a.Name, "management", "shop-prod", "shop-dev")
	})
	org.ManagementAccount = "management"
	org.Users = slices.DeleteFunc(org.Users, func(u simaws.User) bool { return !keep(u.UserName, personas...) })
	org.Groups = slices.DeleteFunc(org.Groups, func(g simaws.Group) bool {
		return !keep(g.DisplayName, "team-admins", "team-auditors", "prod-approvers", "dev-approvers", "Developers", "Operations")
	})
	for i := range org.Groups {
		org.Groups[i].Members = slices.DeleteFunc(org.Groups[i].Members, func(m string) bool { return !keep(m, personas...) })
	}
	org.PermissionSets = nil
	for _, name := range []string{"AdministratorAccess", "PowerUserAccess", "DatabaseAdmin"} {
		// moto has not all of AWS's own policies, and what a permission set allows does not matter here.
		org.PermissionSets = append(org.PermissionSets, simaws.PermissionSet{Name: name, SessionDuration: "PT1H"})
	}
	return org
}

// The same walk against an AWS that nobody here wrote. It completes assignments at once, so that it shows whether they
// are really created and deleted there, and nothing about waiting for AWS.
func TestTwoTargetsWithDifferentApproversInMoto(t *testing.T) {
	t.Parallel()
	const duration = 12 * time.Second
	server, ok := mototest.Start(t)
	if !ok {
		return
	}
	names := server.Seed(t, small(t))
	calls, err := record(server.AnsweringMemberships(t))
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(calls.gate)
	t.Cleanup(front.Close)
	w := &world{t: t, folder: t.TempDir(), tokens: map[string]string{}}
	w.database = "sqlite:" + w.file("team.db")
	// moto knows no status of users: all of them are taken for enabled.
	w.configure(front.URL, "aws.users_without_status: true")
	w.seedFrom(names)
	w.start()
	w.awaitDirectory()
	w.issueTokens()
	s := site{t: t, url: w.team.url, tokens: w.tokens, holds: func(r api.Role) bool {
		return server.Holds(t, names.Users["requester"], r.AccountID, asMoto(r.PermissionSetARN))
	}}

	r := s.walk(duration)

	for _, target := range r.Targets {
		judgeEnd(t, target, duration)
		e := target.Elevation
		created, deleted := calls.of("CreateAccountAssignment", target.AccountID), calls.of("DeleteAccountAssignment", target.AccountID)
		if len(created) != 1 || len(deleted) != 1 {
			t.Errorf("%s was created %d times and deleted %d times", target.AccountName, len(created), len(deleted))
			continue
		}
		if at := created[0].at; at.Before(target.DecidedAt) || at.After(e.ActivatedAt) {
			t.Errorf("%s was created at %s: decided %s, active %s", target.AccountName, clock(at), clock(target.DecidedAt), clock(e.ActivatedAt))
		}
		if at := deleted[0].at; at.Before(e.EndsAt) || at.After(e.EndsAt.Add(mostDelay)) || at.After(e.EndedAt) {
			t.Errorf("%s was deleted at %s: to end %s, ended %s", target.AccountName, clock(at), clock(e.EndsAt), clock(e.EndedAt))
		}
	}
	w.judgeLog(t)
}

func (w *world) seedFrom(names mototest.Names) {
	w.t.Helper()
	s := w.open()
	defer s.Close()
	in := func(m map[string]string) func(string) string { return func(name string) string { return m[name] } }
	organizationNames{group: in(names.Groups), account: in(names.Accounts), set: func(name string) string { return asAWS(names.PermissionSets[name]) }}.seed(w.t, s, time.Second)
}
