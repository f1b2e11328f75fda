package store

import (
	"slices"
	"strings"
	"time"

	"github.com/gofrs/uuid/v5"
)

// standings are the numbers that migration 00003 derives for the status words. "scheduled" and "approved" share
// the number 8 with a look at the clock.
var standings = map[string]int64{
	"ended": 1, "cancelled": 2, "expired": 3, "rejected": 4, "revoked": 5, "error": 6,
	"approved": 7, "scheduled": 8, "pending": 9, "in progress": 10,
}

// span is a range of one index: rows that have a standing, and have begun or not. All rows where standing is 0.
type span struct {
	standing int64
	begun    string // "<=" or ">": how the start lies to now; "" does not matter
}

// spansOf are the ranges in which the rows with these status words lie. No row is in two of them.
func spansOf(words []string) []span {
	asked := func(word string) bool { return slices.Contains(words, word) }
	var spans []span
	for _, word := range []string{"ended", "cancelled", "expired", "rejected", "revoked", "error", "approved", "pending", "in progress"} {
		if asked(word) {
			spans = append(spans, span{standing: standings[word]})
		}
	}
	switch agreed := standings["scheduled"]; {
	case asked("approved") && asked("scheduled"):
		spans = append(spans, span{standing: agreed})
	case asked("approved"):
		spans = append(spans, span{standing: agreed, begun: "<="})
	case asked("scheduled"):
		spans = append(spans, span{standing: agreed, begun: ">"})
	}
	if len(words) == 0 || len(spans) == len(standings)-1 && asked("scheduled") && asked("approved") {
		return []span{{}}
	}
	return spans
}

// keyQuery asks for the keys of rows, each once, in order. One index of one table drives it, and everything else is
// looked up row by row: so the plan is the one meant here, whatever statistics the databases have or lack.
type keyQuery struct {
	from string // "requests"
	// index and byStanding are what is walked without and with a status. SQLite is told, since without statistics it
	// takes (standing, id) for as good as (user, standing, id); PostgreSQL, which cannot be told, has statistics.
	index, byStanding string
	sqlite            bool
	key               string // "d.id": what is listed, and the order
	dup               bool   // the key can be in several rows
	where             []string
	args              []any
	// standing, startAt and createdAt are expressions.
	standing, startAt, createdAt string
	now, since, until            time.Time // see filter
	prefix                       string    // of the keys
	spans                        []span
	ascending                    bool
	after                        string
}

func (q *keyQuery) filter(condition string, args ...any) {
	q.where = append(q.where, condition)
	q.args = append(q.args, args...)
}

// equal filters by a column unless value is empty.
func (q *keyQuery) equal(column, value string) {
	if value != "" {
		q.filter(column+" = ?", value)
	}
}

// sql of at most limit keys. Every span of statuses and every piece of the time asked for is a query of its own that walks
// one range of an index in the list's order and stops at the limit.
func (q *keyQuery) sql(limit int) (text string, args []any) {
	direction := " DESC"
	if q.ascending {
		direction = ""
	}
	var branches []string
	for _, s := range q.spans {
		for _, p := range q.pieces() {
			where, own := q.conditions(s, p)
			branches = append(branches, q.branch(s, where)+" ORDER BY "+q.key+direction+" LIMIT ?")
			args = append(append(args, own...), limit)
		}
	}
	if len(branches) == 1 {
		return branches[0], args
	}
	for i, b := range branches {
		branches[i] = "SELECT id FROM (" + b + ") AS s"
	}
	return strings.Join(branches, " UNION ALL ") + " ORDER BY id" + direction + " LIMIT ?", append(args, limit)
}

func (q *keyQuery) branch(s span, where []string) string {
	text := "SELECT "
	if q.dup {
		text = "SELECT DISTINCT "
	}
	text += q.key + " AS id FROM " + q.from + " AS d" + q.hint(s)
	if len(where) > 0 {
		text += " WHERE " + strings.Join(where, " AND ")
	}
	return text
}

func (q *keyQuery) conditions(s span, p piece) (where []string, args []any) {
	where, args = append(slices.Clone(q.where), p.where...), append(slices.Clone(q.args), p.args...)
	if q.after != "" {
		beyond := " < ?"
		if q.ascending {
			beyond = " > ?"
		}
		where, args = append(where, q.key+beyond), append(args, q.after)
	}
	if s.standing != 0 {
		where, args = append(where, q.standing+" = ?"), append(args, s.standing)
	}
	if s.begun != "" {
		where, args = append(where, q.startAt+" "+s.begun+" ?"), append(args, micros(q.now))
	}
	return where, args
}

func (q *keyQuery) hint(s span) string {
	index := q.index
	if s.standing != 0 {
		index = q.byStanding
	}
	if index == "" || !q.sqlite {
		return ""
	}
	return " INDEXED BY " + index
}

// idSlack is how far an id's own time and the row's may lie apart: both come from one replica's clock, moments
// after each other.
const idSlack = time.Minute

// piece is a part of the time asked for, as conditions.
type piece struct {
	where []string
	args  []any
}

// pieces of the time asked for, which no row is in two of. Ids begin with their time (UUIDv7), so bounds on the id let the
// index find it. Only at its edges, where the id's time is so near to the bound that it does not tell, is the row itself
// asked: what lies between is counted from the index alone.
func (q *keyQuery) pieces() []piece {
	from, to := "", ""
	if !q.since.IsZero() {
		from = idAt(q.prefix, q.since.Add(-idSlack))
	}
	if !q.until.IsZero() {
		to = idAt(q.prefix, q.until.Add(idSlack))
	}
	switch {
	case from == "" && to == "":
		return []piece{{}}
	case from != "" && to != "" && q.until.Sub(q.since) <= 2*idSlack:
		return []piece{q.piece(from, to, true, true)}
	}
	var pieces []piece
	if from != "" {
		inner := idAt(q.prefix, q.since.Add(idSlack))
		pieces, from = append(pieces, q.piece(from, inner, true, false)), inner
	}
	if to != "" {
		inner := idAt(q.prefix, q.until.Add(-idSlack))
		pieces, to = append(pieces, q.piece(inner, to, false, true)), inner
	}
	return append(pieces, q.piece(from, to, false, false))
}

// piece from an id up to another, "" being open; since and until say which bound the rows themselves are asked for.
func (q *keyQuery) piece(from, to string, since, until bool) (p piece) {
	add := func(condition string, arg any) { p.where, p.args = append(p.where, condition), append(p.args, arg) }
	if from != "" {
		add(q.key+" >= ?", from)
	}
	if to != "" {
		add(q.key+" < ?", to)
	}
	if since {
		add(q.createdAt+" >= ?", micros(q.since))
	}
	if until {
		add(q.createdAt+" < ?", micros(q.until))
	}
	return p
}

// idAt is the smallest id with the prefix that can have been made at t.
func idAt(prefix string, t time.Time) string {
	var u uuid.UUID
	ms := max(t.UnixMilli(), 0)
	for i := range 6 {
		u[i] = byte(ms >> (8 * (5 - i)))
	}
	return prefix + "_" + u.String()
}
