package e2e

import (
	"bufio"
	"io"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// commandLine is somebody's terminal: what they are signed in with is kept in a file of the test's.
type commandLine struct {
	t       *testing.T
	environ []string
}

func (d *demo) commandLine() commandLine {
	d.t.Helper()
	return commandLine{d.t, environment("TEAM_KEYRING=file", "XDG_CONFIG_HOME="+d.t.TempDir())}
}

// waiting is a command while it waits for the browser.
type waiting struct {
	t     *testing.T
	said  *output
	ended chan error
}

func (c commandLine) login(args ...string) *waiting {
	c.t.Helper()
	return c.start(exec.Command(binary, append([]string{"login"}, args...)...))
}

// inTerminal runs a command where somebody sits before it: commands ask and wait only there. The terminal is that of
// script(1), which has no size of its own.
func (c commandLine) inTerminal(args ...string) *waiting {
	c.t.Helper()
	line := "stty cols 100; exec '" + strings.Join(append([]string{binary}, args...), "' '") + "'"
	return c.start(exec.Command("script", "--quiet", "--return", "--command", line, "/dev/null"))
}

func (c commandLine) start(cmd *exec.Cmd) *waiting {
	c.t.Helper()
	cmd.Env = c.environ
	l := &waiting{t: c.t, said: new(output), ended: make(chan error, 1)}
	reading, writing := io.Pipe()
	cmd.Stdout, cmd.Stderr = writing, writing
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	go func() {
		for lines := bufio.NewScanner(reading); lines.Scan(); {
			_, _ = l.said.Write(append(lines.Bytes(), '\n'))
		}
	}()
	go func() {
		l.ended <- cmd.Wait()
		_ = writing.Close()
	}()
	c.t.Cleanup(func() { _ = cmd.Process.Kill() })
	return l
}

// says waits for what a pattern's group matches.
func (l *waiting) says(pattern string) string {
	l.t.Helper()
	var found []string
	eventually(l.t, "the command says "+pattern, func() bool {
		found = regexp.MustCompile(pattern).FindStringSubmatch(l.said.String())
		return found != nil
	})
	return found[1]
}

// ends waits until the command has ended well.
func (l *waiting) ends() {
	l.t.Helper()
	select {
	case err := <-l.ended:
		if err != nil {
			l.t.Fatalf("the command ended with %v:\n%s", err, l.said)
		}
	case <-time.After(patience):
		l.t.Fatalf("the command waits on:\n%s", l.said)
	}
}

// signsIn the command line from a browser in which its person is signed in.
func (c commandLine) signsIn(d *demo, b *tab) {
	c.t.Helper()
	l := c.login("--server", d.url, "--no-browser")
	b.open(l.says(`(http://localhost:\d+/oauth/authorize\S+)`))
	b.press("Sign in the command line")
	l.ends()
}

func (c commandLine) run(args ...string) result {
	c.t.Helper()
	return command(c.t, c.environ, args...)
}

// isSignedInAs asks who the command line is, signs it out, and asks again.
func (c commandLine) isSignedInAs(userName string) {
	c.t.Helper()
	if who := c.run("whoami"); who.code != 0 || !strings.Contains(who.out, userName) {
		c.t.Errorf("team whoami: %d\n%s%s", who.code, who.out, who.err)
	}
	if list := c.run("request", "list"); list.code != 0 {
		c.t.Errorf("team request list: %d\n%s", list.code, list.err)
	}
	if out := c.run("logout"); out.code != 0 {
		c.t.Errorf("team logout: %d\n%s", out.code, out.err)
	}
	if who := c.run("whoami"); who.code == 0 {
		c.t.Errorf("after the sign-out team whoami says\n%s", who.out)
	}
}

// TestCommandLineSignsInByLoopback from a browser that is not signed in yet.
func TestCommandLineSignsInByLoopback(t *testing.T) {
	d := demonstrate(t)
	cli := d.commandLine()
	l := cli.login("--server", d.url, "--no-browser")
	address := l.says(`(http://localhost:\d+/oauth/authorize\S+)`)
	b := d.tab()
	b.open(address)
	d.pick(b, "Rita Moreau")
	b.arrives(d.url, "/oauth/authorize")
	b.sees("Sign in the command line?", "requester")
	b.picture("cli-allow")
	b.press("Sign in the command line")
	l.ends()
	b.eventually(func() bool { at, err := url.Parse(b.address()); return err == nil && at.Hostname() == "127.0.0.1" },
		func() string { return "the browser is at " + b.address() + ":\n" + b.text() })
	b.picture("cli-done")
	cli.isSignedInAs("requester")
}

// TestCommandLineSignsInByCode from a browser on another machine.
func TestCommandLineSignsInByCode(t *testing.T) {
	d := demonstrate(t)
	cli := d.commandLine()
	l := cli.login("--server", d.url, "--device")
	address, code := l.says(`(http://localhost:\d+/device\S*)`), l.says(`enter the code\s+(\S+)`)
	b := d.tab()
	b.open(address)
	d.pick(b, "Anton Pavlik")
	b.arrives(d.url, "/device")
	b.picture("device")
	b.types("user_code", code)
	b.press("Continue")
	b.sees(code, "Allow this only if you started")
	b.picture("device-confirm")
	b.press("Yes, sign it in")
	b.sees("You can close this page")
	b.picture("device-done")
	l.ends()
	cli.isSignedInAs("approver")
}

// TestCommandLineIsRefused by who says no.
func TestCommandLineIsRefused(t *testing.T) {
	d := demonstrate(t)
	cli := d.commandLine()
	l := cli.login("--server", d.url, "--no-browser")
	b := d.tab()
	b.open(l.says(`(http://localhost:\d+/oauth/authorize\S+)`))
	d.pick(b, "Rita Moreau")
	b.sees("Sign in the command line?")
	b.click(`//button[@value="refuse"]`)
	select {
	case err := <-l.ended:
		if err == nil {
			t.Errorf("team login ended well:\n%s", l.said)
		}
	case <-time.After(patience):
		t.Fatalf("team login waits on:\n%s", l.said)
	}
	if who := cli.run("whoami"); who.code == 0 {
		t.Errorf("team whoami says\n%s", who.out)
	}
}
