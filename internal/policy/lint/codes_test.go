package lint_test

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

	"github.com/team-idc/team/internal/policy/lint"
)

var update = flag.Bool("update", false, "write docs/reference/policy-lint.md anew")

const page = "../../../docs/reference/policy-lint.md"

func render() string {
	var b strings.Builder
	b.WriteString(`# Findings of the policy linter

` + "`team policy lint`" + ` (` + "`GET /api/v1/policies/lint`" + `) looks for what is probably not meant in the policies in force;
` + "`team policy lint -f FOLDER`" + ` (` + "`POST /api/v1/policies/lint`" + `) in policies as files would make them, and marks what is new.
A finding is advice: what is allowed, the policies alone decide, and nothing is refused because of one.

Each finding has a code, a severity, a sentence, and the places that cause it: the policy and the field in it, of files
also the line and column. The same cause in several policies is one finding with several places. Programs should look
at the code: it keeps its meaning, while sentences may be worded better.

An **error** is surely not meant, a **warning** probably not, a **note** is worth knowing.

What TEAM has not read yet is no reason for a finding: while a part of the directory was never read completely, the
rules that need it wait, and the answer says so. Policies are looked at as they will be when nobody is cooling any more.

Permission sets are judged by a fixed list of rules over what IAM Identity Center tells of them: the names of managed
policies (what is in them is not read; some are known), the inline policy, the permissions boundary and the session
duration. Denials without condition on every resource, and boundaries that are known by name, take back what they
deny; conditions are mentioned, not evaluated; service and resource control policies are not known. Where a boundary
takes back everything dangerous, the finding is a note whatever its code says.

This page is written from the code by ` + "`go test ./internal/policy/lint -run Codes -update`" + `.
`)
	for _, group := range lint.Codes() {
		b.WriteString("\n## " + group.Title + "\n\n| Code | Severity | Meaning | What to do |\n|---|---|---|---|\n")
		for _, c := range group.Codes {
			b.WriteString("| `" + c.Code + "` | " + string(c.Severity) + " | " + c.Meaning + " | " + c.Advice + " |\n")
		}
	}
	return b.String()
}

func TestCodesAreDocumented(t *testing.T) {
	want := render()
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("the page is not what the code says: run go test ./internal/policy/lint -run Codes -update")
	}
}

func TestCodesAreComplete(t *testing.T) {
	listed := map[string]int{}
	for _, group := range lint.Codes() {
		for _, c := range group.Codes {
			listed[c.Code]++
			if c.Meaning == "" || c.Advice == "" || lint.Advice(c.Code) != c.Advice || !c.Severity.AtLeast(lint.Note) {
				t.Errorf("%+v is not whole", c)
			}
		}
	}
	declared := declaredCodes(t, "*.go", "../risk/*.go")
	if len(declared) < 40 {
		t.Fatalf("only %d codes found in the source", len(declared))
	}
	for code := range declared {
		if listed[code] != 1 {
			t.Errorf("%s is listed %d times", code, listed[code])
		}
	}
	if len(listed) != len(declared) {
		t.Errorf("%d codes are listed, %d declared", len(listed), len(declared))
	}
	if lint.Advice("none") != "" {
		t.Error("there is advice on nothing")
	}
}

// declaredCodes are the values of all constants that are named as codes.
func declaredCodes(t *testing.T, patterns ...string) map[string]bool {
	t.Helper()
	codes := map[string]bool{}
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				spec, ok := n.(*ast.ValueSpec)
				if !ok || len(spec.Values) != 1 || !strings.HasPrefix(spec.Names[0].Name, "Code") {
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
	}
	return codes
}
