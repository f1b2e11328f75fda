package e2e

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// process is the program, running.
type process struct {
	url   string
	cmd   *exec.Cmd
	ended chan struct{}
	said  *output
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

// start runs the program and returns when it has printed the address it serves on.
func start(t *testing.T, environ []string, args ...string) *process {
	t.Helper()
	p := &process{ended: make(chan struct{}), said: new(output)}
	p.cmd = exec.Command(binary, args...)
	p.cmd.Env, p.cmd.Stderr = environ, p.said
	reading, writing := io.Pipe()
	p.cmd.Stdout = writing
	if err := p.cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", args, err)
	}
	t.Cleanup(func() {
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-p.ended:
		case <-time.After(patience):
			_ = p.cmd.Process.Kill()
			<-p.ended
		}
		if t.Failed() {
			t.Logf("what TEAM said:\n%s", p.said)
		}
	})
	go func() {
		_ = p.cmd.Wait()
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
		t.Fatalf("%s ended at once:\n%s", args, p.said)
	case <-time.After(patience):
		t.Fatalf("%s does not say where it serves:\n%s", args, p.said)
	}
	return p
}

// result is what a command line did.
type result struct {
	out, err string
	code     int
}

// command runs the program to its end.
func command(t *testing.T, environ []string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
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
	return result{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

// environment is that of the test without anything that configures TEAM or AWS or tells of a screen, and with what is
// given.
func environment(with ...string) []string {
	var env []string
	for _, v := range os.Environ() {
		keep := true
		for _, prefix := range []string{"TEAM_", "AWS_", "DISPLAY=", "WAYLAND_DISPLAY=", "SSH_", "XDG_CONFIG_HOME=", "BROWSER="} {
			keep = keep && !strings.HasPrefix(v, prefix)
		}
		if keep {
			env = append(env, v)
		}
	}
	return append(env, with...)
}
