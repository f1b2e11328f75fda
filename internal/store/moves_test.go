package store_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/team-idc/team/internal/access"
)

// machine is a state machine as the database holds it.
type machine struct {
	name, table string
	moves       access.Moves[string]
	birth       func(n int) columns // a row of its own for each n
	in          map[string]columns  // what the constraints want of a row in a state
}

func moves[S ~string](m access.Moves[S]) access.Moves[string] {
	out := access.Moves[string]{}
	for from, tos := range m {
		for _, to := range tos {
			out[string(from)] = append(out[string(from)], string(to))
		}
	}
	return out
}

var machines = []machine{
	{
		name: "decision", table: "targets", moves: moves(access.DecisionMoves),
		birth: func(n int) columns { return plainTarget.with(columns{"id": quote(fmt.Sprint("tgt", n))}) },
		in: map[string]columns{
			"pending":   {"decided_at": "0", "pending_until": "5"},
			"approved":  {"decided_at": "3", "pending_until": "0"},
			"rejected":  {"decided_at": "3", "pending_until": "0"},
			"cancelled": {"decided_at": "3", "pending_until": "0"},
			"expired":   {"decided_at": "3", "pending_until": "0"},
		},
	},
	{
		name: "elevation", table: "elevations", moves: moves(access.ElevationMoves),
		birth: func(n int) columns {
			return plainElevation.with(columns{"id": quote(fmt.Sprint("elv", n)), "attempt": fmt.Sprint(n + 1)})
		},
		in: map[string]columns{
			"waiting":    {},
			"scheduled":  {"deadline": "9"},
			"activating": {},
			"active":     {"activated_at": "3", "ends_at": "5"},
			"ending":     {"reason": "'elapsed'"},
			"ended":      {"reason": "'elapsed'", "ended_at": "6"},
		},
	},
}

// pathTo is the shortest way of moves from birth to a state, the state last.
func (m machine) pathTo(state string) []string {
	paths := [][]string{{""}}
	for len(paths) > 0 {
		p := paths[0]
		paths = paths[1:]
		if p[len(p)-1] == state {
			return p[1:]
		}
		for _, to := range m.moves[p[len(p)-1]] {
			if !slices.Contains(p, to) {
				paths = append(paths, append(slices.Clone(p), to))
			}
		}
	}
	return nil
}

// walk inserts row n and moves it to a state. It returns the row's id.
func (m machine) walk(t *testing.T, db testDB, n int, state string) string {
	t.Helper()
	path := m.pathTo(state)
	if len(path) == 0 {
		t.Fatalf("%s: no way leads to %s", m.name, state)
	}
	row := m.birth(n).with(m.in[path[0]]).with(columns{"state": quote(path[0])})
	db.exec(t, row.insert(m.table))
	id := row["id"][1 : len(row["id"])-1]
	for _, s := range path[1:] {
		db.exec(t, m.in[s].with(columns{"state": quote(s)}).update(m.table, id))
	}
	return id
}

func TestMovesInTheDatabaseAreThoseOfTheCode(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		for _, m := range machines {
			rows, err := db.raw.Query("SELECT from_state, to_state FROM " + m.name + "_moves")
			must(t, err)
			defer rows.Close()
			got := map[[2]string]bool{}
			for rows.Next() {
				var from, to string
				must(t, rows.Scan(&from, &to))
				got[[2]string{from, to}] = true
			}
			must(t, rows.Err())
			want := map[[2]string]bool{}
			for from, tos := range m.moves {
				for _, to := range tos {
					want[[2]string{from, to}] = true
				}
			}
			if !maps.Equal(got, want) {
				t.Errorf("%s_moves:\n got %v\nwant %v", m.name, got, want)
			}
		}
	})
}

// TestP6EveryMoveTriedBySQL: an illegal transition is refused by the database, whoever asks for it.
func TestP6EveryMoveTriedBySQL(t *testing.T) {
	onEveryDatabase(t, func(t *testing.T, db testDB) {
		db.exec(t, plainRequest.insert("requests"))
		db.exec(t, plainTarget.insert("targets"))
		for _, m := range machines {
			t.Run(m.name, func(t *testing.T) { tryEveryMove(t, db, m) })
		}
	})
}

func tryEveryMove(t *testing.T, db testDB, m machine) {
	t.Helper()
	states := m.moves.States()
	n := 0
	tries, refused := 0, 0
	illegal := m.name + "_illegal_move"
	for _, to := range append([]string{"", "unknown"}, states...) {
		n++
		tries++
		row := m.birth(n).with(m.in[to]).with(columns{"state": quote(to)})
		if m.moves.Legal("", to) {
			db.exec(t, row.insert(m.table))
			continue
		}
		refused++
		db.refuses(t, illegal, row.insert(m.table))
	}
	for _, from := range states {
		for _, to := range append([]string{"", "unknown"}, states...) {
			if from == to {
				continue
			}
			n++
			tries++
			id := m.walk(t, db, n, from)
			if m.moves.Legal(from, to) {
				db.exec(t, m.in[to].with(columns{"state": quote(to)}).update(m.table, id))
				continue
			}
			refused++
			// The state alone: were the trigger not there, a constraint could refuse it too and hide that.
			db.refuses(t, illegal, columns{"state": quote(to)}.update(m.table, id))
			if got := db.one(t, "SELECT state FROM "+m.table+" WHERE id = "+quote(id)); got != from {
				t.Errorf("%s is %s after the refusal, want %s", id, got, from)
			}
		}
		n++
		id := m.walk(t, db, n, from)
		db.refuses(t, m.name+"_delete", "DELETE FROM "+m.table+" WHERE id = "+quote(id))
	}
	t.Logf("%d moves tried, %d refused", tries, refused)
}
