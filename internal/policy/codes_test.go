package policy_test

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/team-idc/team/internal/policy"
)

var update = flag.Bool("update", false, "write docs/reference/policy-reasons.md anew")

const reasonsPage = "../../docs/reference/policy-reasons.md"

func renderReasons() string {
	var b strings.Builder
	b.WriteString("# Reasons of policies\n\n")
	b.WriteString("Every yes and every no that policies give comes with reasons: a code, a sentence, and the policy with its\n" +
		"version where one is behind it. Programs should look at the code: it keeps its meaning, while sentences may be\n" +
		"worded better. This page is written from the code by `go test ./internal/policy -run ReasonCodes -update`.\n")
	for _, group := range policy.ReasonCodes() {
		b.WriteString("\n## " + group.Title + "\n\n| Code | Meaning |\n|---|---|\n")
		for _, c := range group.Codes {
			b.WriteString("| `" + c.Code + "` | " + c.Meaning + " |\n")
		}
	}
	return b.String()
}

func TestReasonCodesAreDocumented(t *testing.T) {
	want := renderReasons()
	if *update {
		if err := os.MkdirAll(filepath.Dir(reasonsPage), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(reasonsPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(reasonsPage)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("the page is not what the code says: run go test ./internal/policy -run ReasonCodes -update")
	}
}

func TestReasonCodesAreComplete(t *testing.T) {
	listed := map[string]int{}
	for _, group := range policy.ReasonCodes() {
		for _, c := range group.Codes {
			listed[c.Code]++
		}
	}
	declared := declaredCodes(t)
	if len(declared) < 50 {
		t.Fatalf("only %d codes found in the source", len(declared))
	}
	for code := range declared {
		if listed[code] != 1 {
			t.Errorf("%s is listed %d times", code, listed[code])
		}
	}
	for code := range listed {
		if !declared[code] {
			t.Errorf("%s is listed, but not declared", code)
		}
	}
}

// declaredCodes are the values of all constants of the package that are named as codes.
func declaredCodes(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			if name := spec.Names[0].Name; !strings.HasPrefix(name, "Code") && !strings.HasPrefix(name, "Problem") {
				return true
			}
			if lit, ok := spec.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				value, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				codes[value] = true
			}
			return true
		})
	}
	return codes
}
