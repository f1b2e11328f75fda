package postgrestest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Cluster is a PostgreSQL server of a test's own, which it may stop and start.
type Cluster struct {
	tb       testing.TB
	programs string // the folder of PostgreSQL's programs
	folder   string
	port     string
	password string
	as       *syscall.SysProcAttr

	server *exec.Cmd
	ended  chan struct{}
	said   *bytes.Buffer // once the server has ended
}

// clusterPatience is how long the server may take to start or stop.
const clusterPatience = 90 * time.Second

// StartCluster makes an empty cluster and starts its server, which ends with the test. ok is false where there is no
// PostgreSQL; see Available.
func StartCluster(tb testing.TB) (c *Cluster, ok bool) {
	tb.Helper()
	if !Available(tb) {
		return nil, false
	}
	c = &Cluster{tb: tb, programs: os.Getenv("TEAM_TEST_POSTGRES_PROGRAMS"), password: rand.Text(), as: &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}}
	if c.programs == "" {
		tb.Fatal("TEAM_TEST_POSTGRES_PROGRAMS does not name the folder of PostgreSQL's programs; run tools/ci/with-servers.sh go test …")
	}
	c.makeFolder()
	password := filepath.Join(c.folder, "password")
	c.write(password, c.password+"\n")
	c.run("initdb", "-D", c.data(), "--username=team", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--pwfile="+password)
	// Another program may be faster on a free port.
	for range 5 {
		c.port = freePort(tb)
		if c.launch() {
			tb.Cleanup(func() { c.Stop("immediate") })
			return c, true
		}
	}
	tb.Fatalf("PostgreSQL does not start:\n%s", c.said)
	return nil, false
}

// makeFolder makes one that belongs to who runs the server: PostgreSQL refuses to run as root, and Debian's package
// brings a user for it. The test's own temporary folder lets no other user in.
func (c *Cluster) makeFolder() {
	c.tb.Helper()
	var err error
	if c.folder, err = os.MkdirTemp("", "team-postgres-"); err != nil {
		c.tb.Fatal(err)
	}
	c.tb.Cleanup(func() { _ = os.RemoveAll(c.folder) })
	if os.Getuid() != 0 {
		return
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		c.tb.Fatal(err)
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(err1, err2, os.Chown(c.folder, int(uid), int(gid))); err != nil {
		c.tb.Fatal(err)
	}
	c.as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func (c *Cluster) data() string { return filepath.Join(c.folder, "data") }

func (c *Cluster) write(name, content string) {
	c.tb.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		c.tb.Fatal(err)
	}
	if who := c.as.Credential; who != nil {
		if err := os.Chown(name, int(who.Uid), int(who.Gid)); err != nil {
			c.tb.Fatal(err)
		}
	}
}

func freePort(tb testing.TB) string {
	tb.Helper()
	l, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // nobody connected
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func (c *Cluster) command(program string, args ...string) *exec.Cmd {
	// A test's context is over before its cleanups, which stop the server.
	//nolint:gosec // PostgreSQL's programs, from the folder that the test's environment names
	cmd := exec.CommandContext(context.WithoutCancel(c.tb.Context()), filepath.Join(c.programs, program), args...)
	cmd.Dir, cmd.SysProcAttr = c.folder, c.as
	return cmd
}

func (c *Cluster) run(program string, args ...string) {
	c.tb.Helper()
	if out, err := c.command(program, args...).CombinedOutput(); err != nil {
		c.tb.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
}

// launch starts the server and waits until it takes connections; ok is false when it ended instead.
func (c *Cluster) launch() (ok bool) {
	c.tb.Helper()
	c.said, c.ended = new(bytes.Buffer), make(chan struct{})
	c.server = c.command("postgres", "-D", c.data(), "-p", c.port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=")
	c.server.Stdout, c.server.Stderr = c.said, c.said
	if err := c.server.Start(); err != nil {
		c.tb.Fatalf("start PostgreSQL: %v", err)
	}
	go func() {
		_ = c.server.Wait() // what went wrong is in what it said
		close(c.ended)
	}()
	deadline := time.After(clusterPatience)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if c.command("pg_isready", "-q", "-h", "127.0.0.1", "-p", c.port).Run() == nil {
			return true
		}
		select {
		case <-c.ended:
			return false
		case <-deadline:
			c.tb.Fatalf("PostgreSQL does not take connections in %s", clusterPatience)
		case <-tick.C:
		}
	}
}

// Stop ends the server in one of pg_ctl's modes: fast (sessions are ended, what they did is rolled back) or immediate
// (as in a crash: the next start recovers from the log).
func (c *Cluster) Stop(mode string) {
	c.tb.Helper()
	select {
	case <-c.ended:
		return // a restart failed
	default:
	}
	c.run("pg_ctl", "stop", "-D", c.data(), "-m", mode, "-t", strconv.Itoa(int(clusterPatience.Seconds())))
	<-c.ended
}

// Start starts a server that was stopped, on the same port.
func (c *Cluster) Start() {
	c.tb.Helper()
	for range 5 {
		if c.launch() {
			return
		}
	}
	c.tb.Fatalf("PostgreSQL does not start again:\n%s", c.said)
}

// URL of a database of the cluster.
func (c *Cluster) URL(database string) string {
	return (&url.URL{
		Scheme: "postgres", User: url.UserPassword("team", c.password), Host: net.JoinHostPort("127.0.0.1", c.port), Path: "/" + database,
		RawQuery: "sslmode=disable",
	}).String()
}

// Create makes an empty database in the cluster and returns its URL.
func (c *Cluster) Create(database string) string {
	c.tb.Helper()
	administerAt(c.tb, c.URL("postgres"), fmt.Sprintf("CREATE DATABASE %q TEMPLATE template0", database))
	return c.URL(database)
}
