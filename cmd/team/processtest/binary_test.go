package processtest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/team-idc/team/internal/bench"
)

// binary is the program under test, built once for all tests of the package.
var binary string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	flag.Parse()
	// These tests wait for other processes far more than they compute.
	if f := flag.Lookup("test.parallel"); f != nil && f.Value.String() == f.DefValue {
		_ = f.Value.Set("20")
	}
	folder, err := os.MkdirTemp("", "team-process-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	binary = filepath.Join(folder, "team")
	build := exec.Command("go", "build", "-o", binary, "github.com/team-idc/team/cmd/team")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, out)
		return 1
	}
	return report.Main(m)
}

// report holds what benchmarks measure; see internal/bench.
var report bench.Report

// patience is how long anything may take that ought to happen at once; the machine may be busy.
const patience = 90 * time.Second

// eventually polls until done, and fails the test with what it waited for.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("in %s it did not happen: %s", patience, what)
		}
		<-tick.C
	}
}

// process is the program, running.
type process struct {
	url    string
	cmd    *exec.Cmd
	ended  chan struct{}
	result error // of Wait, once ended
	said   *output
}

// output collects what a process writes.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// start runs the program and returns when it has printed the address it serves on, which args must lead to.
func start(t *testing.T, environ []string, args ...string) *process {
	t.Helper()
	return startProgram(t, binary, environ, args...)
}

// startProgram is start for another version of the program.
func startProgram(t *testing.T, program string, environ []string, args ...string) *process {
	t.Helper()
	p := &process{ended: make(chan struct{}), said: new(output)}
	p.cmd = exec.Command(program, args...)
	p.cmd.Env = environ
	p.cmd.Stderr = p.said
	reading, writing := io.Pipe()
	p.cmd.Stdout = writing
	if err := p.cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", args, err)
	}
	t.Cleanup(func() { p.kill() })
	go func() {
		p.result = p.cmd.Wait()
		_ = writing.Close()
		close(p.ended)
	}()
	address := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(reading)
		for lines.Scan() {
			fmt.Fprintln(p.said, lines.Text())
			if _, url, ok := strings.Cut(lines.Text(), " serves on "); ok {
				address <- url
			}
		}
	}()
	select {
	case p.url = <-address:
	case <-p.ended:
		t.Fatalf("%s ended at once: %v\n%s", args, p.result, p.said)
	case <-time.After(patience):
		t.Fatalf("%s does not say where it serves:\n%s", args, p.said)
	}
	return p
}

// kill ends the process as `kill -9` does, and returns when it is gone. It may be called from any goroutine.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended already
	<-p.ended
}

// stop ends the process as an operator does; it must end well.
func (p *process) stop(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatalf("stop: %v", err)
	}
	select {
	case <-p.ended:
	case <-time.After(patience):
		t.Fatalf("it does not stop:\n%s", p.said)
	}
	if p.result != nil {
		t.Fatalf("stopped with %v:\n%s", p.result, p.said)
	}
}

// said is what a command line did.
type said struct {
	out, err string
	code     int
}

// command runs the program to its end.
func command(ctx context.Context, t *testing.T, environ []string, args ...string) said {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = environ
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("team %s: %v", strings.Join(args, " "), err)
	}
	return said{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

// environment is that of the test without anything that configures TEAM or AWS, and with what is given.
func environment(with ...string) []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "TEAM_") && !strings.HasPrefix(v, "AWS_") {
			env = append(env, v)
		}
	}
	return append(env, with...)
}
