package main

import (
	"bytes"
	"cmp"
	"os"
	"path/filepath"
	"testing"
)

func TestSummary(t *testing.T) {
	tests := []struct {
		name, events, want string
		file               string // defaults to a file of Go's events
		status             int
	}{
		{
			name: "tests and subtests count, packages and output do not",
			events: `{"Action":"start","Package":"p"}
				{"Action":"run","Package":"p","Test":"TestA"}
				{"Action":"output","Package":"p","Test":"TestA","Output":"--- PASS\n"}
				{"Action":"pass","Package":"p","Test":"TestA/sub"}
				{"Action":"pass","Package":"p","Test":"TestA"}
				{"Action":"pass","Package":"p"}`,
			want: "2 passed, 0 failed\n",
		},
		{
			name: "a failing test counts once, not again with its package",
			events: `{"Action":"pass","Package":"p","Test":"TestA"}
				{"Action":"fail","Package":"p","Test":"TestB"}
				{"Action":"fail","Package":"p"}`,
			want: "1 passed, 1 failed\n",
		},
		{
			name: "a package that does not build is a failure",
			events: `{"ImportPath":"p","Action":"build-fail"}
				{"Action":"fail","Package":"p","FailedBuild":"p"}
				{"Action":"pass","Package":"q","Test":"TestA"}
				{"Action":"pass","Package":"q"}`,
			want: "1 passed, 1 failed\n",
		},
		{
			name: "a package without tests is not a skipped test",
			events: `{"Action":"skip","Package":"p"}
				{"Action":"pass","Package":"q","Test":"TestA"}`,
			want: "1 passed, 0 failed\n",
		},
		{
			name:   "a skipped test is named and refused",
			events: `{"Action":"skip","Package":"p","Test":"TestA"}`,
			want:   "FAILED: p.TestA was skipped\n0 passed, 0 failed, 1 skipped\n",
			status: 1,
		},
		{
			name: "what a test says of itself is printed once",
			events: `{"Action":"attr","Package":"p","Test":"TestA","Key":"tried","Value":"580 texts"}
				{"Action":"attr","Package":"p","Test":"TestA","Key":"tried","Value":"580 texts"}
				{"Action":"pass","Package":"p","Test":"TestA"}`,
			want: "TestA: tried: 580 texts\n1 passed, 0 failed\n",
		},
		{
			name: "Playwright's tests count, those of suites within suites too",
			file: "browser.playwright.json",
			events: `{"errors": [], "suites": [{"title": "a.spec.ts", "specs": [{"title": "one", "file": "a.spec.ts", "tests": [{"status": "expected"}]}],
				"suites": [{"specs": [{"title": "two", "tests": [{"status": "expected"}]}, {"title": "three", "tests": [{"status": "unexpected"}]}]}]}]}`,
			want: "2 passed, 1 failed\n",
		},
		{
			name:   "what Playwright did not run is named and refused, and what passed at the second try failed",
			file:   "browser.playwright.json",
			events: `{"suites": [{"specs": [{"title": "one", "file": "a.spec.ts", "tests": [{"status": "skipped"}, {"status": "flaky"}]}]}]}`,
			want:   "FAILED: a.spec.ts: one was skipped\n0 passed, 1 failed, 1 skipped\n",
			status: 1,
		},
		{
			name:   "Playwright that finds no tests is a failure",
			file:   "browser.playwright.json",
			events: `{"suites": [], "errors": [{"message": "No tests found"}]}`,
			want:   "0 passed, 1 failed\n",
		},
		{
			name: "Vitest's tests count, and files that fail without one",
			file: "web.vitest.json",
			events: `{"testResults": [
				{"name": "/x/a.test.ts", "status": "failed", "assertionResults": [{"fullName": "one", "status": "passed"}, {"fullName": "two", "status": "failed"}]},
				{"name": "/x/b.test.ts", "status": "failed", "assertionResults": []}]}`,
			want: "1 passed, 2 failed\n",
		},
		{
			name:   "what Vitest did not run is named and refused",
			file:   "web.vitest.json",
			events: `{"testResults": [{"name": "/x/a.test.ts", "status": "passed", "assertionResults": [{"fullName": "one", "status": "todo"}]}]}`,
			want:   "FAILED: a.test.ts: one was skipped\n0 passed, 0 failed, 1 skipped\n",
			status: 1,
		},
		{
			name:   "a report that is none is an error",
			file:   "web.vitest.json",
			events: `?`,
			status: 2,
		},
		{
			name:   "a file that is not events is an error",
			events: `?`,
			status: 2,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), cmp.Or(test.file, "events.json"))
			if err := os.WriteFile(file, []byte(test.events), 0o600); err != nil {
				t.Fatal(err)
			}
			var stdout, stderr bytes.Buffer
			status := run([]string{file}, &stdout, &stderr)
			if status != test.status || stdout.String() != test.want {
				t.Errorf("status %d, output %q; want %d, %q", status, stdout.String(), test.status, test.want)
			}
			if (status == 2) != (stderr.Len() > 0) {
				t.Errorf("status %d with errors %q", status, stderr.String())
			}
		})
	}
}

func TestSeveralFilesAddUp(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for _, name := range []string{"unit.json", "race.json"} {
		file := filepath.Join(dir, name)
		events := `{"Action":"pass","Package":"p","Test":"TestA"}`
		if err := os.WriteFile(file, []byte(events), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	var stdout, stderr bytes.Buffer
	if status := run(files, &stdout, &stderr); status != 0 || stdout.String() != "2 passed, 0 failed\n" {
		t.Errorf("status %d, output %q, errors %q", status, stdout.String(), stderr.String())
	}
}
