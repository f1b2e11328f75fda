//go:build bench

package bench_test

import (
	"bufio"
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/bench"
	"github.com/team-idc/team/internal/ident"
	simaws "github.com/team-idc/team/internal/sandbox/aws"
	"github.com/team-idc/team/internal/store"
)

// TestBenchReading: the first reading of an organization, in virtual time, by the sandbox's count; and then the program
// itself on what was read: how soon it answers, and what it needs when it is idle. The simulated AWS is another process's.
func TestBenchReading(t *testing.T) {
	binary := buildProgram(t)
	for _, size := range []struct {
		name     string
		accounts int
	}{{"small", 12}, {"medium", 200}, {"large", 5000}} {
		if len(bench.Sizes(size.accounts)) == 0 {
			continue
		}
		file := filepath.Join(t.TempDir(), size.name+".db")
		t.Run(size.name, func(t *testing.T) { readingOf(t, "sqlite:"+file, size.name, size.accounts) })
		t.Run(size.name+" started", func(t *testing.T) { startedOn(t, binary, file, size.name, size.accounts) })
	}
}

func readingOf(t *testing.T, name, size string, accounts int) {
	t.Helper()
	var r read
	before := bench.CPU()
	synctest.Test(t, func(t *testing.T) {
		w := newReading(t, name, size)
		r = w.whole(t, 30*time.Second, 1)
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	most := 0.0
	if size == "large" {
		most = 30
	}
	report.Add(bench.Figure{
		Group: "reading", What: "first reading of the organization, virtual time", On: "SQLite", Size: accounts, Value: r.took.Minutes(), Unit: "min", Most: most,
		Note: fmt.Sprintf("%d calls; status seen after %s, requestable after %s, accounts found after %s; %d looks meanwhile answered; %s of processor",
			r.calls, r.status.Round(time.Second), r.requestable.Round(time.Second), r.search.Round(time.Second), r.answered, (bench.CPU() - before).Round(time.Second)),
	})
	report.Add(bench.Figure{Group: "reading", What: "calls throttled by AWS", On: "SQLite", Size: accounts, Value: float64(r.throttled), Unit: "", Most: 1})
}

func buildProgram(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "team")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "github.com/team-idc/team/cmd/team")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	return binary
}

// running is the program, serving.
type running struct {
	cmd *exec.Cmd
	url string
}

func startedOn(t *testing.T, binary, file, size string, accounts int) {
	t.Helper()
	org, err := simaws.Generate(size)
	if err != nil {
		t.Fatal(err)
	}
	sim, err := simaws.New(org, simaws.Options{Credentials: []simaws.Credential{{
		AccessKeyID: accessKey, SecretAccessKey: secretKey, Account: org.DelegatedAdministrator, Policies: []string{everyCall},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	aws := httptest.NewServer(sim)
	defer aws.Close()
	token := settled(t, file, sim.UserID("requester"))
	config := filepath.Join(t.TempDir(), "team.yaml")
	content := fmt.Sprintf("listen: 127.0.0.1:0\ndatabase: %q\ncheckpoint: {file: %q}\naws: {region: us-east-1, endpoint: %q, sandbox: true}\nlog: {level: error, format: text}\n",
		"sqlite:"+file, filepath.Join(t.TempDir(), "checkpoint"), aws.URL)
	if err := os.WriteFile(config, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, first := range []struct{ what, path string }{{"a health check", "/healthz"}, {"somebody who is signed in", "/api/v1/me"}} {
		var took bench.Times
		processor := 0.0
		for range 6 {
			begun := time.Now()
			p := launch(t, binary, config)
			answer(t, p.url+first.path, token)
			took = append(took, time.Since(begun))
			processor = p.ticks(t) * 10
			p.stop(t)
		}
		report.Add(bench.Figure{
			Group: "start", What: "from exec to the first answer to " + first.what + ", median", On: "SQLite", Size: accounts, Value: took[1:].At(0.5), Unit: "ms",
			Most: 500, Note: fmt.Sprintf("slowest of %d %.0f ms; %.0f ms of processor", len(took)-1, took[1:].At(1), processor),
		})
	}
	p := launch(t, binary, config)
	defer p.stop(t)
	answer(t, p.url+"/api/v1/me/requestable", token)
	most := 0.0
	for range 6 {
		time.Sleep(5 * time.Second)       //nolint:forbidigo // idleness is what is measured
		answer(t, p.url+"/readyz", token) // as a load balancer's check does
		most = max(most, p.resident(t))
	}
	report.Add(bench.Figure{
		Group: "start", What: "idle memory (resident)", On: "SQLite", Size: accounts, Value: p.resident(t), Unit: "MB", Most: 100,
		Note: fmt.Sprintf("at most %.0f MB in the first half minute", most),
	})
	report.Add(bench.Figure{
		Group: "start", What: "processor when idle", On: "SQLite", Size: accounts, Value: p.idle(t), Unit: "% of one",
	})
}

func launch(t *testing.T, binary, config string) running {
	t.Helper()
	cmd := exec.Command(binary, "serve", "--config", config)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "TEAM_") || strings.HasPrefix(v, "AWS_") })
	cmd.Env = append(cmd.Env, "AWS_ACCESS_KEY_ID="+accessKey, "AWS_SECRET_ACCESS_KEY="+secretKey, "AWS_EC2_METADATA_DISABLED=true")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	_, url, ok := strings.Cut(strings.TrimSpace(line), " serves on ")
	if err != nil || !ok {
		_ = cmd.Process.Kill()
		t.Fatalf("it does not say where it serves: %q, %v", line, err)
	}
	return running{cmd, url}
}

func answer(t *testing.T, url, token string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", url, res.Status)
	}
}

// settled makes a database that was filled in virtual time, long ago, look as if everything had been read just now, and
// gives somebody a token.
func settled(t *testing.T, file, user string) (token string) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UnixMicro()
	do(t, db, fmt.Sprintf("UPDATE directory_passes SET started_at = %d, finished_at = %d, due_at = %d", now, now, now+6*3600*1_000_000))
	for _, table := range []string{"instance", "units", "accounts", "users", "groups", "permission_sets"} {
		do(t, db, fmt.Sprintf("UPDATE directory_%s SET read_at = %d", table, now))
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), "sqlite:"+file, store.Options{IDs: ident.New(nil, time.Now)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	people := peopleOf(s, nil, nil, ident.New(nil, time.Now), time.Now)
	token, _, err = people.BeginOperator(t.Context(), audit.Actor{Kind: audit.System, ID: "operator"}, user, "operator", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func (p running) stop(t *testing.T) {
	t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("it stopped with %v", err)
	}
}

// resident memory in MB.
func (p running) resident(t *testing.T) float64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err != nil {
				t.Fatal(err)
			}
			return kb / 1024
		}
	}
	t.Fatal("the kernel does not say how much memory it has")
	return 0
}

// ticks of processor time that it has used, of 10 ms each.
func (p running) ticks(t *testing.T) float64 {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	return user + system
}

// idle is the share of one processor it takes over ten seconds.
func (p running) idle(t *testing.T) float64 {
	t.Helper()
	before := p.ticks(t)
	time.Sleep(10 * time.Second) //nolint:forbidigo // idleness is what is measured
	return (p.ticks(t) - before) / 10
}
