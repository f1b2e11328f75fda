package access_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/team-idc/team/internal/access"
)

var update = flag.Bool("update", false, "write the diagrams into docs/architecture.md")

// TestDiagramsAreTheTables holds the documentation's diagrams to the Go values they are generated from.
func TestDiagramsAreTheTables(t *testing.T) {
	const file, begin, end = "../../docs/architecture.md", "<!-- begin diagrams -->\n", "<!-- end diagrams -->"
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(b), begin)
	have, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the diagrams", file)
	}
	want := "\nDecision of a target:\n\n" + diagram(access.DecisionMoves) + "\nDelivery of an elevation:\n\n" + diagram(access.ElevationMoves) + "\n"
	if have == want {
		return
	}
	if !*update {
		t.Fatalf("the diagrams in %s are not those of the tables; run: go test ./internal/access -run Diagrams -update", file)
	}
	if err := os.WriteFile(file, []byte(head+begin+want+end+tail), 0o600); err != nil {
		t.Fatal(err)
	}
}

func diagram[S ~string](moves access.Moves[S]) string {
	var b strings.Builder
	b.WriteString("```mermaid\nstateDiagram-v2\n")
	for _, from := range append([]S{""}, moves.States()...) {
		for _, to := range moves[from] {
			if from == "" {
				fmt.Fprintf(&b, "    [*] --> %s\n", to)
			} else {
				fmt.Fprintf(&b, "    %s --> %s\n", from, to)
			}
		}
		if from != "" && len(moves[from]) == 0 {
			fmt.Fprintf(&b, "    %s --> [*]\n", from)
		}
	}
	b.WriteString("```\n")
	return b.String()
}
