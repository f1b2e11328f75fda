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

// sql of at most limit keys. Every span is a query of its own that walks one range of an index in the list's order and
// stops at the limit.
func (q *keyQuery) sql(limit int) (text string, args []any) {
	direction, beyond := " DESC", " < ?"
	if q.ascending {
		direction, beyond = "", " > ?"
	}
	common, commonArgs := slices.Clone(q.where), slices.Clone(q.args)
	if q.after != "" {
		common, commonArgs = append(common, q.key+beyond), append(commonArgs, q.after)
	}
	condition, times := q.created()
	common, commonArgs = append(common, condition...), append(commonArgs, times...)
	word := "SELECT "
	if q.dup {
		word = "SELECT DISTINCT "
	}
	branches := make([]string, 0, len(q.spans))
	for _, s := range q.spans {
		where, own := slices.Clone(common), slices.Clone(commonArgs)
		if s.standing != 0 {
			where, own = append(where, q.standing+" = ?"), append(own, s.standing)
		}
		if s.begun != "" {
			where, own = append(where, q.startAt+" "+s.begun+" ?"), append(own, micros(q.now))
		}
		branch := word + q.key + " AS id FROM " + q.from + " AS d" + q.hint(s)
		if len(where) > 0 {
			branch += " WHERE " + strings.Join(where, " AND ")
		}
		branches = append(branches, branch+" ORDER BY "+q.key+direction+" LIMIT ?")
		args = append(append(args, own...), limit)
	}
	if len(branches) == 1 {
		return branches[0], args
	}
	for i, b := range branches {
		branches[i] = "SELECT id FROM (" + b + ") AS s"
	}
	return strings.Join(branches, " UNION ALL ") + " ORDER BY id" + direction + " LIMIT ?", append(args, limit)
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

// created restricts to rows created in a span of time. Ids begin with their time (UUIDv7), so bounds on the id let the
// index find the span. Only where the id's time is so near to the bound that it does not tell is the row itself asked.
func (q *keyQuery) created() (where []string, args []any) {
	if !q.since.IsZero() {
		where = append(where, q.key+" >= ?", "("+q.key+" >= ? OR "+q.createdAt+" >= ?)")
		args = append(args, idAt(q.prefix, q.since.Add(-idSlack)), idAt(q.prefix, q.since.Add(idSlack)), micros(q.since))
	}
	if !q.until.IsZero() {
		where = append(where, q.key+" <= ?", "("+q.key+" < ? OR "+q.createdAt+" < ?)")
		args = append(args, idAt(q.prefix, q.until.Add(idSlack)), idAt(q.prefix, q.until.Add(-idSlack)), micros(q.until))
	}
	return where, args
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
