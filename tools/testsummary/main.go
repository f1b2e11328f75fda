// Command testsummary counts the tests in files of `go test -json` events, and in the reports of Playwright
// (NAME.playwright.json) and Vitest (NAME.vitest.json), and prints, alone on the last line, `N passed, N failed`.
// Subtests count, as in `go test -v`; a test that ran twice, once under the race detector, counts twice. Before that it
// prints what tests said of themselves with testing.T.Attr, such as how much they tried, each once.
//
// It exits with status 1 when a test was skipped, naming it: what was skipped was not shown to
// work. Failed tests do not change its status, because go test has reported them with its own.
// Status 2 means that a file could not be read.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(files []string, stdout, stderr io.Writer) int {
	var total counts
	for _, name := range files {
		if err := total.addFile(name); err != nil {
			_, _ = fmt.Fprintln(stderr, err)
			return 2
		}
	}
	for _, said := range total.said {
		_, _ = fmt.Fprintln(stdout, said)
	}
	for _, test := range total.skipped {
		_, _ = fmt.Fprintf(stdout, "FAILED: %s was skipped\n", test)
	}
	_, _ = fmt.Fprintln(stdout, total)
	if len(total.skipped) > 0 {
		return 1
	}
	return 0
}

// event holds the fields used here of what `go doc test2json` describes.
type event struct {
	Action  string `json:"Action"`
	Package string `json:"Package"`
	Test    string `json:"Test"`
	Key     string `json:"Key"`
	Value   string `json:"Value"`
}

type counts struct {
	passed, failed int
	skipped        []string
	said           []string
}

func (c counts) String() string {
	line := fmt.Sprintf("%d passed, %d failed", c.passed, c.failed)
	if len(c.skipped) > 0 {
		line += fmt.Sprintf(", %d skipped", len(c.skipped))
	}
	return line
}

func (c *counts) addFile(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("open test events: %w", err)
	}
	defer func() { _ = file.Close() }() // opened for reading: nothing is lost
	add := c.add
	switch {
	case strings.HasSuffix(name, ".playwright.json"):
		add = c.addPlaywright
	case strings.HasSuffix(name, ".vitest.json"):
		add = c.addVitest
	}
	if err := add(file); err != nil {
		return fmt.Errorf("count tests in %s: %w", name, err)
	}
	return nil
}

// add counts one stream of events. A package that failed without a failing test (it did not build,
// its TestMain failed, the process died) counts as one failure, so that it cannot look like success.
func (c *counts) add(events io.Reader) error {
	failedIn := map[string]int{}
	decoder := json.NewDecoder(bufio.NewReader(events))
	for {
		var e event
		err := decoder.Decode(&e)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("decode event: %w", err)
		}
		switch {
		case e.Test == "" && e.Action == "fail" && failedIn[e.Package] == 0:
			c.failed++
		case e.Test == "":
		case e.Action == "attr":
			if line := fmt.Sprintf("%s: %s: %s", e.Test, e.Key, e.Value); !slices.Contains(c.said, line) {
				c.said = append(c.said, line)
			}
		case e.Action == "pass":
			c.passed++
		case e.Action == "fail":
			c.failed++
			failedIn[e.Package]++
		case e.Action == "skip":
			c.skipped = append(c.skipped, e.Package+"."+e.Test)
		}
	}
}
