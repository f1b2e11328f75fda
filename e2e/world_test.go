package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/team-idc/team/deploy/iam"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

const (
	accessKey = "AKIATEAMBROWSER00001"
	secretKey = "the sandbox checks it, so it must be the same on both sides"
)

// world is a simulated AWS organization and an installation of TEAM before it, with a configuration file that names
// providers.
type world struct {
	t      *testing.T
	aws    *simaws.AWS
	folder string
	team   *process
	url    string // where people reach TEAM
}

// newWorld starts TEAM for the small organization with the providers whose lines of the configuration file, below
// sign_in.providers, a function gives.
func newWorld(t *testing.T, providers func(*world) string) *world {
	t.Helper()
	org, err := simaws.Open("small")
	if err != nil {
		t.Fatal(err)
	}
	sim, err := simaws.New(org, simaws.Options{
		Latency: simaws.Latency{Min: 50 * time.Millisecond, Max: 50 * time.Millisecond},
		// How TEAM keeps to AWS's rates is tested elsewhere; here it only costs time.
		Limits: simaws.Limits{SSOAdminRate: -1, IdentityStoreRate: -1, OrganizationsRate: -1},
		Credentials: []simaws.Credential{{
			AccessKeyID: accessKey, SecretAccessKey: secretKey, Account: org.DelegatedAdministrator, Policies: []string{iam.TeamPolicy},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	w := &world{t: t, aws: sim, folder: t.TempDir()}
	w.write("team.yaml", fmt.Sprintf(`listen: 127.0.0.1:0
database: %q
checkpoint: {file: ""}
aws: {region: us-east-1, endpoint: %q, sandbox: true}
directory: {share: 1}
groups: {administrators: %s, auditors: %s}
log: {level: info, format: text}
sign_in:
  providers:
%s`, "sqlite:"+w.file("team.db"), server.URL, sim.GroupID("team-admins"), sim.GroupID("team-auditors"), providers(w)))
	w.team = start(t, environment("AWS_ACCESS_KEY_ID="+accessKey, "AWS_SECRET_ACCESS_KEY="+secretKey, "AWS_EC2_METADATA_DISABLED=true"),
		"serve", "--config", w.file("team.yaml"))
	w.url = publicURL(w.team.url)
	eventually(t, "TEAM is ready", func() bool { return status(w.team.url+"/readyz") == http.StatusOK })
	eventually(t, "the organization is read", func() bool {
		return strings.Contains(w.team.said.String(), "the organization is read for the first time")
	})
	return w
}

// publicURL is where people reach a TEAM that listens on this machine: by its name, since passkeys belong to names.
func publicURL(listening string) string {
	return strings.Replace(listening, "127.0.0.1", "localhost", 1)
}

func (w *world) file(name string) string { return filepath.Join(w.folder, name) }

func (w *world) write(name, content string) string {
	w.t.Helper()
	if err := os.WriteFile(w.file(name), []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return w.file(name)
}

func status(address string) int {
	answer, err := http.Get(address)
	if err != nil {
		return 0
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

// later is a server whose address is needed before what it answers with can be made.
type later struct {
	url     string
	handler atomic.Value // of handlerBox
	refused atomic.Value // path that is answered with 503; string
}

type handlerBox struct{ http.Handler }

// serveLater listens on 127.0.0.1, where TEAM is reached as localhost: for a browser these are two sites, as a provider
// and TEAM are.
func serveLater(t *testing.T) *later {
	t.Helper()
	l := new(later)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		box, ok := l.handler.Load().(handlerBox)
		if refused, _ := l.refused.Load().(string); !ok || r.URL.Path == refused {
			http.Error(w, "not there yet", http.StatusServiceUnavailable)
			return
		}
		box.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	l.url = server.URL
	return l
}

// refuse answers a path with 503; "": none.
func (l *later) refuse(path string) { l.refused.Store(path) }

func (l *later) answer(h http.Handler) { l.handler.Store(handlerBox{h}) }
