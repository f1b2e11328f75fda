package access

import (
	"fmt"
	"slices"
)

// Moves is a state machine as a table: from each state, the states it may move to. The state "" is before birth.
// The database holds the same rows and refuses everything else (P6).
type Moves[S ~string] map[S][]S

// Legal says whether from may move to to.
func (m Moves[S]) Legal(from, to S) bool { return slices.Contains(m[from], to) }

// States lists every state but "", sorted.
func (m Moves[S]) States() []S {
	seen := map[S]bool{}
	for from, tos := range m {
		seen[from] = true
		for _, to := range tos {
			seen[to] = true
		}
	}
	delete(seen, "")
	states := make([]S, 0, len(seen))
	for s := range seen {
		states = append(states, s)
	}
	slices.Sort(states)
	return states
}

func (m Moves[S]) check(what, id string, from, to S) error {
	if !m.Legal(from, to) {
		return &Error{Code: CodeConflict, Message: fmt.Sprintf("%s %s is %s and cannot become %s", what, id, orBorn(from), to)}
	}
	return nil
}

func orBorn[S ~string](s S) string {
	if s == "" {
		return "new"
	}
	return string(s)
}
