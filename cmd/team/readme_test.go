package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTourOfTheReadme runs the commands of the README as they stand there, in one shell, against a demo started as a
// newcomer starts it: in an empty folder, with nothing but the program.
func TestTourOfTheReadme(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	script := "set -e -o pipefail\n"
	commands := 0
	for line := range strings.Lines(string(readme)) {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			script += command
			commands++
		}
	}
	if commands < 10 {
		t.Fatalf("found only %d commands in the README", commands)
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "bin", "team")
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	demo := exec.CommandContext(ctx, program, "demo", "--listen", "127.0.0.1:0")
	demo.Dir = dir
	demo.Cancel = func() error { return demo.Process.Signal(os.Interrupt) }
	demo.WaitDelay = 20 * time.Second
	said, err := demo.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(said)
	for serves := false; !serves; {
		if !lines.Scan() {
			t.Fatalf("the demo ended before it served: %v", demo.Wait())
		}
		serves = strings.Contains(lines.Text(), "In another terminal")
	}
	tour := exec.CommandContext(ctx, "bash", "-c", script)
	tour.Dir = dir
	out, err := tour.CombinedOutput()
	if err != nil {
		t.Fatalf("the tour ended with %v:\n%s", err, out)
	}
	for _, want := range []string{
		"decides          1 of omar.sayed, approver, elena.petrova", "DatabaseAdmin in shop-prod: active",
		"PowerUserAccess in shop-dev: ended, elapsed", "elevation.active", "exit code 3",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the tour did not show %q:\n%s", want, out)
		}
	}
	cancel()
	for lines.Scan() {
	}
	if err := demo.Wait(); err != nil && ctx.Err() == nil {
		t.Errorf("the demo ended with %v", err)
	}
}
