package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/team-idc/team/internal/config"
	"github.com/team-idc/team/internal/due"
)

// refused starts a demo that must not start, and wants a sentence.
func refused(t *testing.T, o demoOptions, sentence string) {
	t.Helper()
	d, err := startDemo(t.Context(), o, os.Stderr)
	if err == nil {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_ = d.run(ctx)
		t.Fatalf("a demo started that should say %q", sentence)
	}
	if !strings.Contains(err.Error(), sentence) {
		t.Errorf("%q does not say %q", err, sentence)
	}
}

func TestSecondDemoOnAFolderIsRefused(t *testing.T) {
	r := startRig(t, t.TempDir())
	refused(t, demoIn(r.data), "runs in "+r.data+" already")
	r.must("requester", "request", "list") // the first one goes on
	r.stop()
	startRig(t, r.data).must("requester", "request", "list")
}

func TestServeOnADatabaseInUseIsRefused(t *testing.T) {
	r := startRig(t, t.TempDir())
	link := filepath.Join(t.TempDir(), "other.db")
	if err := os.Symlink(filepath.Join(r.data, "team.db"), link); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{filepath.Join(r.data, "team.db"), link} {
		got := command(t, nil, "serve", "--database", "sqlite:"+file, "--listen", "127.0.0.1:0", "--checkpoint-file", "")
		if got.code != exitError || !strings.Contains(got.err, "in use by another process of TEAM") {
			t.Errorf("serving on %s ended with %d: %s", file, got.code, got.err)
		}
	}
	// Tokens are issued while TEAM runs: each is one transaction.
	got := command(t, nil, "token", "list", "--database", "sqlite:"+filepath.Join(r.data, "team.db"))
	if got.code != exitOK {
		t.Errorf("listing tokens beside a running TEAM ended with %d: %s", got.code, got.err)
	}
}

func TestDemoOfAnotherOrganizationIsRefused(t *testing.T) {
	r := startRig(t, t.TempDir())
	r.stop()
	other := demoIn(r.data)
	other.organization = "medium"
	refused(t, other, "organization small, not medium")
}

func TestPortInUseIsSaid(t *testing.T) {
	r := startRig(t, t.TempDir())
	o := demoIn(t.TempDir())
	o.listen = strings.TrimPrefix(r.demo.note.URL, "http://")
	refused(t, o, "another program uses "+o.listen)
	// Nothing is left held: the same folder starts once the port is another.
	startRig(t, o.data)
}

func TestFlagsOfTheDemoThatCannotBeMeant(t *testing.T) {
	for _, args := range [][]string{
		{"--speed", "0"}, {"--speed", "-1"}, {"--speed", "NaN"}, {"--speed", "Inf"}, {"--log-level", "loud"}, {"--data", ""},
	} {
		got := command(t, nil, append([]string{"demo"}, args...)...)
		if got.code != exitUsage || !strings.Contains(got.err, args[0]) {
			t.Errorf("team demo %s ended with %d: %s", strings.Join(args, " "), got.code, got.err)
		}
	}
}

func TestTokensNeedADatabaseThatIsThere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "team.db")
	for _, args := range [][]string{{"list"}, {"issue", "--user", "x"}, {"revoke", "--all"}} {
		got := command(t, nil, append(append([]string{"token"}, args...), "--database", "sqlite:"+file)...)
		if got.code != exitNotFound || !strings.Contains(got.err, "there is no database "+file) {
			t.Errorf("team token %s ended with %d: %s", args[0], got.code, got.err)
		}
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a database was made by looking for one")
	}
}

// A browser opens connections in advance; they must not hold up the end.
func TestStopsAtOnceDespiteSilentConnections(t *testing.T) {
	l, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serveHTTP(ctx, l, nil, http.NotFoundHandler(), slog.New(slog.DiscardHandler)) }()
	silent, err := new(net.Dialer).DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	post(t, urlOf(l), "") // accepted after the silent one
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("stopping ended with %v", err)
		}
	case <-time.After(drainTime - time.Second):
		t.Fatal("a connection on which nothing was asked holds up the end")
	}
}

// Whoever starts TEAM without credentials or administrators has to learn it from the log.
func TestServeSaysWhatItLacks(t *testing.T) {
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"} {
		t.Setenv(name, "")
	}
	t.Setenv("HOME", t.TempDir())
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	var log bytes.Buffer
	c := *config.Default()
	c.Database, c.Checkpoint = "sqlite:"+filepath.Join(t.TempDir(), "team.db"), ""
	s, err := newServer(t.Context(), c, slog.New(slog.NewJSONHandler(&log, nil)), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.close() })
	if err := s.bootstrap(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 3 { // said once, not at each try
		if _, _, err := s.bindStep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"IAM Identity Center cannot be reached", "groups.administrators"} {
		if n := strings.Count(log.String(), want); n != 1 {
			t.Errorf("the log says %q %d times:\n%s", want, n, &log)
		}
	}
}

// What people mistype is answered with what would be right, once.
func TestMistakesAtTheCommandLine(t *testing.T) {
	r := startRig(t, t.TempDir())
	ask := []string{"request", "create", "--account", "shop-prod", "--role", "ReadOnlyAccess", "--because", "x"}
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"request", "show", "x"}, exitUsage, "team: the input is not valid\n  - path.id: expected an id, which begins with req_\n"},
		{[]string{"request", "release", "x"}, exitUsage, "team: the input is not valid\n  - path.id: expected an id, which begins with elv_\n"},
		{[]string{"request", "show"}, exitUsage, "team: accepts 1 arg(s), received 0. Usage: team request show REQUEST [flags]\n"},
		{[]string{"request", "nope"}, exitUsage, "team: unknown command \"nope\" for team request. See team request --help\n"},
		{append(ask, "--for", "0", "--ticket", "T"), exitUsage, "team: the duration must be positive\n"},
		{append(ask, "--for", "1h"), exitUsage, "team: the ticket is required\n"},
		{[]string{"request", "list", "--limit", "0"}, exitUsage, "team: the input is not valid\n  - query.limit: expected number >= 1\n"},
	} {
		if got := r.as("requester", tt.args...); got.code != tt.code || got.err != tt.want || got.out != "" {
			t.Errorf("team %s ended with %d and\n%swant %d and\n%s", strings.Join(tt.args, " "), got.code, got.err, tt.code, tt.want)
		}
	}
}

// A database that can be read but not written looks well from outside, while nothing ends any more (P2).
func TestReadinessTellsOfWorkThatFails(t *testing.T) {
	s := quietServer(t, func(*config.Config) {})
	s.hold.setUnconfirmed("")
	s.runner = due.New(due.Config{Now: time.Now}) // the others would call AWS
	full := errors.New("database or disk is full")
	s.runner.Add("delivery", 1, func(context.Context) (bool, time.Time, error) { return false, time.Time{}, full })
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.runner.Run(ctx)
	}()
	eventually(t, func() bool {
		return slices.ContainsFunc(s.unready(t.Context()), func(p string) bool { return strings.Contains(p, "fail again and again: delivery") })
	}, "readiness does not tell that delivery fails")
	stop()
	<-ended
}

// A wrong address or token is told from what TEAM itself says.
func TestWrongServersAndTokensAreNamed(t *testing.T) {
	stranger := httptest.NewServer(http.NotFoundHandler())
	defer stranger.Close()
	for _, tt := range []struct {
		url, token string
		code       int
		want       string
	}{
		{stranger.URL, "team_x", exitUnavailable, "is it TEAM?"},
		{"http://127.0.0.1:1", "team_x", exitUnavailable, "does not answer"},
		{"ftp://x", "team_x", exitUsage, "is not a web address"},
		{stranger.URL, "a\nb", exitNotSignedIn, "a token has only letters"},
		{stranger.URL, "two words", exitNotSignedIn, "a token has only letters"},
		{stranger.URL, "", exitNotSignedIn, "no token"},
	} {
		got := command(t, []string{"TEAM_URL=" + tt.url, "TEAM_TOKEN=" + tt.token}, "request", "list")
		if got.code != tt.code || !strings.Contains(got.err, tt.want) {
			t.Errorf("with %s and %q it ended with %d: %s", tt.url, tt.token, got.code, got.err)
		}
	}
}

func TestInterruptedWaitSaysThatTheRequestGoesOn(t *testing.T) {
	r := startRig(t, t.TempDir())
	environ := r.environ(r.secrets(), "requester")
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var out, errs bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, console{in: strings.NewReader(""), out: &out, err: &errs, environ: environ, now: time.Now, zone: time.UTC}, []string{
			"request", "create", "--account", "shop-prod", "--role", "ReadOnlyAccess", "--for", "30s", "--ticket", "T", "--because", "x", "--wait",
		})
	}()
	eventually(t, func() bool {
		list := command(t, environ, "request", "list", "-o", "json")
		return strings.Contains(list.out, `"pending"`)
	}, "the request is not there")
	interrupt()
	<-ended
	// Interrupted before it knew the request's id, it can name none.
	if got := errs.String(); strings.Contains(got, "context canceled") && strings.Contains(got, "req_") {
		t.Errorf("it ended with\n%s", got)
	}
}
