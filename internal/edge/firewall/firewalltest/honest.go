// Package firewalltest has, for tests, what the firewall must let through.
package firewalltest

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
	"testing"
)

//go:embed honest/*.txt
var files embed.FS

// Honest are texts as people write them about production, with all that looks like an attack in them. In the files a line
// with a percent sign is between two of them.
func Honest(t *testing.T) []string {
	t.Helper()
	names, err := fs.Glob(files, "honest/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, name := range names {
		content, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for text := range strings.SplitSeq("\n"+string(content), "\n%\n") {
			if text = strings.Trim(text, "\n"); text != "" {
				texts = append(texts, text)
			}
		}
	}
	return texts
}

// Within is what JSON has a text in at a path such as documents.*.text; * is an element of a list, ** whatever is in it.
func Within(path, text string) any {
	value := any(text)
	for _, step := range slices.Backward(strings.Split(path, ".")) {
		switch step {
		case "*":
			value = []any{value}
		case "**":
			value = map[string]any{"it's <all> of 1=1 --": []any{map[string]any{"q": value}}}
		default:
			value = map[string]any{step: value}
		}
	}
	return value
}
