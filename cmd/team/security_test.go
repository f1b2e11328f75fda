package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const securityDocument = "../../docs/security.md"

// requirements are how many requirements of levels 1 and 2 each section of OWASP ASVS 5.0 has.
const requirements = `1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4 5.1:1 5.2:3
	5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2
	10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4
	14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2`

// answers are what a row can say of a requirement, in the order of the summary's columns.
var answers = []string{"met", "partly", "operator", "not met", "none here"}

// requirement is a row of the document.
type requirement struct{ number, answer, where, shown string }

func securityText(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(securityDocument)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// cellsOf a row of a table, without emphasis.
func cellsOf(line string) []string {
	cells := strings.Split(strings.Trim(line, "|"), "|")
	for i, c := range cells {
		cells[i] = strings.Trim(strings.TrimSpace(c), "*")
	}
	return cells
}

var numbered = regexp.MustCompile(`^\| \d+\.\d+\.\d+ \|`)

func rowsOf(t *testing.T, text string) (rows []requirement) {
	t.Helper()
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); !numbered.MatchString(line) {
			continue
		}
		cells := cellsOf(line)
		if len(cells) != 5 {
			t.Fatalf("a row has %d cells: %s", len(cells), line)
		}
		rows = append(rows, requirement{cells[0], cells[2], cells[3], cells[4]})
	}
	return rows
}

// TestSecurityDocumentNamesWhatExists keeps docs/security.md from naming tests and files that are gone.
func TestSecurityDocumentNamesWhatExists(t *testing.T) {
	text := securityText(t)
	tests := map[string]bool{}
	function := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			if d != nil && d.IsDir() && slices.Contains([]string{".cache", ".git", "node_modules"}, d.Name()) {
				return fs.SkipDir
			}
			return err
		}
		content, err := os.ReadFile(path)
		for _, found := range function.FindAllSubmatch(content, -1) {
			tests[string(found[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`((?:Test|Fuzz)[A-Z]\\w*)`").FindAllStringSubmatch(text, -1)
	for _, name := range named {
		if !tests[name[1]] {
			t.Errorf("there is no %s", name[1])
		}
	}
	files := regexp.MustCompile("`((?:internal|cmd|docs|deploy|tools|e2e)/[^` …]+|go\\.mod|go\\.sum|Makefile|\\.golangci\\.yml)`").FindAllStringSubmatch(text, -1)
	for _, file := range files {
		if _, err := os.Stat(filepath.Join("../..", file[1])); err != nil {
			t.Errorf("%s: %v", file[1], err)
		}
	}
	if len(named) < 200 || len(files) < 100 {
		t.Errorf("only %d tests and %d files were found in the document", len(named), len(files))
	}
}

// Every requirement has one row, in order; what is met says where; what is not is listed among what is missing; and the
// summary counts right.
func TestSecurityDocumentAnswersEveryRequirement(t *testing.T) {
	text := securityText(t)
	rows := rowsOf(t, text)
	var want []string
	for section := range strings.FieldsSeq(requirements) {
		name, count, _ := strings.Cut(section, ":")
		n, err := strconv.Atoi(count)
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			want = append(want, fmt.Sprintf("%s.%d", name, i+1))
		}
	}
	var have []string
	counted := map[string][]int{}
	_, missing, _ := strings.Cut(text, "\n# What is missing\n")
	for _, r := range rows {
		have = append(have, r.number)
		column := slices.Index(answers, r.answer)
		if column < 0 {
			t.Errorf("%s is answered with %q", r.number, r.answer)
			continue
		}
		chapter, _, _ := strings.Cut(r.number, ".")
		for _, of := range []string{"V" + chapter, "all"} {
			if counted[of] == nil {
				counted[of] = make([]int, len(answers))
			}
			counted[of][column]++
		}
		if r.where == "" {
			t.Errorf("%s says nothing of where, or why not", r.number)
		}
		if (r.answer == "partly" || r.answer == "not met") && !regexp.MustCompile(`[( ]`+regexp.QuoteMeta(r.number)+`[),]`).MatchString(missing) {
			t.Errorf("%s is %s, and not among what is missing", r.number, r.answer)
		}
	}
	if !slices.Equal(have, want) {
		t.Errorf("the rows are %v, the requirements %v", have, want)
	}
	summary := regexp.MustCompile(`(?m)^\| \**(V\d+|all)\b[^|]*\|(.*)\|$`).FindAllStringSubmatch(text, -1)
	if len(summary) != 18 {
		t.Fatalf("the summary has %d rows", len(summary))
	}
	for _, line := range summary {
		if got, want := strings.Join(cellsOf(line[2]), " "), strings.Trim(fmt.Sprint(counted[line[1]]), "[]"); got != want {
			t.Errorf("the summary says %s of %s; it is %s", got, line[1], want)
		}
	}
}
