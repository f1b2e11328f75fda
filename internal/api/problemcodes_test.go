package api_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/edge"
)

// Every code that the source answers stands in the table, and the table holds none that it does not.
func TestProblemCodesAreThoseOfTheTable(t *testing.T) {
	used := map[string]bool{}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) < 3 {
				return true
			}
			argument := 1
			switch f := call.Fun.(type) {
			case *ast.Ident:
				if f.Name != "newProblem" {
					return true
				}
			case *ast.SelectorExpr:
				if f.Sel.Name != "writeProblem" {
					return true
				}
				argument = 2
			default:
				return true
			}
			if literal, ok := call.Args[argument].(*ast.BasicLit); ok {
				code, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				used[code] = true
			}
			return true
		})
	}
	if len(used) < 5 {
		t.Fatalf("only %v was found in the source", used)
	}
	for _, c := range []access.Code{
		access.CodeInvalid, access.CodeNotFound, access.CodeForbidden, access.CodeNotAllowed, access.CodeConflict, access.CodeStale,
		access.CodeUnavailable, access.CodeHeld, access.CodeStepUp,
	} {
		used[string(c)] = true
	}
	for _, code := range slices.Concat(api.CodesOfStatuses(), edge.Codes()) {
		used[code] = true
	}
	used["blocked"] = true // by the firewall, which stands before the API
	for code := range used {
		if !slices.Contains(api.ProblemCodes(), code) {
			t.Errorf("%s is answered and not in the table", code)
		}
	}
	for _, code := range api.ProblemCodes() {
		if !used[code] {
			t.Errorf("%s is in the table and answered nowhere", code)
		}
	}
}
