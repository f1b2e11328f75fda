package aws_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	simaws "github.com/team-idc/team/internal/sandbox/aws"
)

// TestDocumentationNamesTestsThatExist keeps docs/sandbox.md true: each behaviour there names its test.
func TestDocumentationNamesTestsThatExist(t *testing.T) {
	page, err := os.ReadFile("../../../docs/sandbox.md")
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, pattern := range []string{"*_test.go", "../idp/*_test.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	exist := map[string]bool{}
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`).FindAllSubmatch(source, -1) {
			exist[string(m[1])] = true
		}
	}
	named := regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllSubmatch(page, -1)
	if len(named) < 50 {
		t.Fatalf("the page names only %d tests", len(named))
	}
	for _, m := range named {
		if !exist[string(m[1])] {
			t.Errorf("the page names %s, which does not exist", m[1])
		}
	}
	example := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindSubmatch(page)
	if example == nil {
		t.Fatal("the page has no example of an organization file")
	}
	org, err := simaws.ParseOrganization(example[1])
	if err != nil {
		t.Fatalf("the example is refused: %v", err)
	}
	if _, err := simaws.New(org, simaws.Options{}); err != nil {
		t.Errorf("the example does not start: %v", err)
	}
}
