package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// runCommand runs a command in the place of team, and returns its exit code. It gets the signals that team gets.
func runCommand(c console, command []string) (code int, err error) {
	child := exec.Command(command[0], command[1:]...) //nolint:gosec,noctx // the user's own command, which ends by itself or by a signal
	child.Stdin, child.Stdout, child.Stderr, child.Env = c.in, c.out, c.err, c.environ
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, forwarded()...)
	defer signal.Stop(signals)
	if err := child.Start(); err != nil {
		return 0, cannotRun(command[0], err)
	}
	ended := make(chan struct{})
	passed := make(chan struct{})
	go func() {
		defer close(passed)
		byTerminal := terminalSignalsUs()
		for {
			select {
			case <-ended:
				return
			case s := <-signals:
				// Ctrl-C and Ctrl-\ reach the command by themselves, since it is in the same foreground group.
				if byTerminal && (s == os.Interrupt || s == syscall.SIGQUIT) {
					continue
				}
				_ = child.Process.Signal(s) // it may just have ended
			}
		}
	}()
	err = child.Wait()
	close(ended)
	<-passed
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return codeOf(exit), nil
	}
	if err != nil {
		return 0, fmt.Errorf("run %s: %w", command[0], err)
	}
	return exitOK, nil
}

func forwarded() []os.Signal {
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT}
}

// codeOf is the exit code as a shell would have it.
func codeOf(e *exec.ExitError) int {
	if status, ok := e.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return e.ExitCode()
}

func cannotRun(name string, err error) error {
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		return codedError{fmt.Errorf("there is no command %q", name), exitNoCommand}
	}
	return codedError{fmt.Errorf("the command %q cannot be run: %w", name, err), exitCannotRun}
}
