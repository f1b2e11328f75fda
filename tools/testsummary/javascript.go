package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// playwright holds the fields used here of the report that Playwright's JSON reporter writes.
type playwright struct {
	Suites []playwrightSuite `json:"suites"`
	// Errors are of no test: a file that cannot be read, for example.
	Errors []json.RawMessage `json:"errors"`
}

type playwrightSuite struct {
	Suites []playwrightSuite `json:"suites"`
	Specs  []struct {
		Title string `json:"title"`
		File  string `json:"file"`
		Tests []struct {
			// Status is expected, unexpected, flaky or skipped.
			Status string `json:"status"`
		} `json:"tests"`
	} `json:"specs"`
}

// addPlaywright counts one report. A test that passed only when it was tried again failed.
func (c *counts) addPlaywright(report io.Reader) error {
	var p playwright
	if err := json.NewDecoder(report).Decode(&p); err != nil {
		return fmt.Errorf("decode Playwright's report: %w", err)
	}
	c.failed += len(p.Errors)
	for _, s := range p.Suites {
		c.addSuite(s)
	}
	return nil
}

func (c *counts) addSuite(s playwrightSuite) {
	for _, spec := range s.Specs {
		for _, test := range spec.Tests {
			c.count(test.Status, spec.File+": "+spec.Title)
		}
	}
	for _, inner := range s.Suites {
		c.addSuite(inner)
	}
}

// vitest holds the fields used here of the report that Vitest's JSON reporter writes.
type vitest struct {
	TestResults []struct {
		Name             string `json:"name"`
		Status           string `json:"status"`
		AssertionResults []struct {
			FullName string `json:"fullName"`
			// Status is passed, failed, or a word for a test that did not run: pending, skipped, todo, disabled.
			Status string `json:"status"`
		} `json:"assertionResults"`
	} `json:"testResults"`
}

// addVitest counts one report. A file that failed without a test is a failure.
func (c *counts) addVitest(report io.Reader) error {
	var v vitest
	if err := json.NewDecoder(report).Decode(&v); err != nil {
		return fmt.Errorf("decode Vitest's report: %w", err)
	}
	for _, file := range v.TestResults {
		failed := c.failed
		for _, test := range file.AssertionResults {
			c.count(test.Status, file.Name[strings.LastIndex(file.Name, "/")+1:]+": "+test.FullName)
		}
		if file.Status == "failed" && c.failed == failed {
			c.failed++
		}
	}
	return nil
}

// count counts one test by what a reporter says became of it.
func (c *counts) count(status, name string) {
	switch status {
	case "expected", "passed":
		c.passed++
	case "unexpected", "flaky", "failed":
		c.failed++
	default:
		c.skipped = append(c.skipped, name)
	}
}
