package firewall

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/corazawaf/coraza-coreruleset/v4"
	"github.com/corazawaf/coraza-coreruleset/v4/tests"
	"go.yaml.in/yaml/v3"
)

// regression is a file of CRS's own tests of one rule.
type regression struct {
	RuleID int `yaml:"rule_id"`
	Tests  []struct {
		Stages []struct {
			Input  regressionInput `yaml:"input"`
			Output struct {
				Log struct {
					Expect []int `yaml:"expect_ids"`
				} `yaml:"log"`
			} `yaml:"output"`
		} `yaml:"stages"`
	} `yaml:"tests"`
}

type regressionInput struct {
	Method  string            `yaml:"method"`
	URI     string            `yaml:"uri"`
	Version string            `yaml:"version"`
	Headers map[string]string `yaml:"headers"`
	Data    string            `yaml:"data"`
	Encoded string            `yaml:"encoded_request"`
}

// CRS's own tests of what its rules of level 1 have to find, sent through this firewall: how many are blocked, by file
// of rules. Some are not, by design: what they send is in a cookie or a body of another kind that TEAM never reads, or is
// a warning that does not suffice to block. The counts are kept, so that a change shows.
func TestCRSOwnRegressionTests(t *testing.T) {
	levels := paranoiaLevels(t)
	h := built[1]()
	counts := map[string][2]int{}
	names, err := fs.Glob(tests.FS, "REQUEST-9*/*.yaml")
	if err != nil || len(names) < 200 {
		t.Fatalf("%d files of tests, %v", len(names), err)
	}
	for _, name := range names {
		content, err := tests.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var file regression
		if err := yaml.Unmarshal(content, &file); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if levels[file.RuleID] != 1 {
			continue
		}
		group, _, _ := strings.Cut(name, "/")
		n := counts[group]
		for _, one := range file.Tests {
			for _, stage := range one.Stages {
				if len(stage.Output.Log.Expect) == 0 || stage.Input.Encoded != "" {
					continue
				}
				n[1]++
				// What net/http cannot parse is answered 400 before anybody sees it.
				if r, ok := stage.Input.request(t); !ok || sent(h, r).Code == http.StatusForbidden {
					n[0]++
				}
			}
		}
		counts[group] = n
	}
	var lines []string
	for group, n := range counts {
		lines = append(lines, fmt.Sprintf("%s %d of %d", group, n[0], n[1]))
	}
	slices.Sort(lines)
	for _, line := range lines {
		group, count, _ := strings.Cut(line, " ")
		t.Attr(group, "blocked "+count)
	}
	const file = "testdata/crs-counts.txt"
	now := "# Of CRS's own tests of its rules of paranoia level 1, how many are blocked.\n" + strings.Join(append(lines, ""), "\n")
	if os.Getenv("TEAM_TEST_UPDATE") != "" {
		if err := os.WriteFile(file, []byte(now), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if now != string(before) {
		t.Errorf("this is not what %s says:\n%s", file, now)
	}
}

// request of a test; not ok where no server built on net/http would hand it on.
func (in regressionInput) request(t *testing.T) (*http.Request, bool) {
	t.Helper()
	target := in.URI
	if target == "" {
		target = "/"
	}
	u, err := url.ParseRequestURI(target)
	if err != nil {
		return nil, false
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", strings.NewReader(in.Data))
	r.Method, r.URL, r.RequestURI, r.Header = in.Method, u, target, http.Header{}
	if r.Method == "" {
		r.Method = http.MethodGet
	}
	if in.Version != "" {
		r.Proto = in.Version
	}
	for name, value := range in.Headers {
		if strings.EqualFold(name, "Host") {
			r.Host = value
		} else {
			r.Header.Set(name, value)
		}
	}
	if in.Data != "" {
		if r.Header.Get("Content-Type") == "" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		if r.Header.Get("Content-Length") == "" {
			r.Header.Set("Content-Length", strconv.Itoa(len(in.Data)))
		}
	}
	return r, true
}

// paranoiaLevels of the rules, as their tags say.
func paranoiaLevels(t *testing.T) map[int]int {
	t.Helper()
	names, err := fs.Glob(coreruleset.FS, "@owasp_crs/REQUEST-9*.conf")
	if err != nil {
		t.Fatal(err)
	}
	levels := map[int]int{}
	rule := regexp.MustCompile(`"id:(\d+),|tag:'paranoia-level/(\d)'`)
	for _, name := range names {
		content, err := fs.ReadFile(coreruleset.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		id := 0
		for _, m := range rule.FindAllStringSubmatch(string(content), -1) {
			if m[1] != "" {
				id, _ = strconv.Atoi(m[1])
			} else {
				levels[id], _ = strconv.Atoi(m[2])
			}
		}
	}
	if len(levels) < 200 {
		t.Fatalf("only %d rules say their level", len(levels))
	}
	return levels
}
