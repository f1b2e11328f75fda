package bench_test

import (
	"context"
	"database/sql"
	"iter"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/team-idc/team/internal/access"
)

// table is how rows of a history are put into one table. Generated columns and defaults are left out.
type table struct {
	name    string
	columns []string
	rows    func(l life, add func(...any))
}

func us(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// standingOf the words, as migration 00003 numbers them.
var standingOf = map[string]int64{
	"ended": 1, "cancelled": 2, "expired": 3, "rejected": 4, "revoked": 5, "error": 6, "approved": 7, "scheduled": 8, "pending": 9, "in progress": 10,
}

var tables = []table{
	{"requests", []string{
		"id", "kind", "beneficiary_id", "filed_by", "machine", "others", "justification", "ticket", "start_at", "duration", "created_at",
		"expires_at", "version", "standing",
	}, func(l life, add func(...any)) {
		r := l.Request
		add(r.ID, string(r.Kind), r.BeneficiaryID, r.FiledBy, r.Machine, "[]", r.Justification, r.Ticket, us(r.StartAt), r.Duration.Microseconds(),
			us(r.CreatedAt), us(r.ExpiresAt), r.Version, standingOf[l.word])
	}},
	{"targets", []string{
		"id", "request_id", "account_id", "account_name", "permission_set_arn", "permission_set_name", "state", "decided_at", "policies",
		"pending_until", "version", "request_standing",
	}, func(l life, add func(...any)) {
		for _, t := range l.Targets {
			var until int64
			if t.DecidedAt.IsZero() {
				until = us(l.Request.ExpiresAt)
			}
			add(t.ID, t.RequestID, t.AccountID, t.AccountName, t.PermissionSetARN, t.PermissionSetName, string(t.Decision), us(t.DecidedAt), "[]",
				until, t.Version, standingOf[l.word])
		}
	}},
	{"votes", []string{
		"id", "target_id", "voter_id", "beneficiary_id", "stage", "approve", "comment", "at", "strength", "voter_groups", "request_id",
		"request_standing",
	}, func(l life, add func(...any)) {
		for _, v := range l.Votes {
			add(v.ID, v.TargetID, v.VoterID, l.Request.BeneficiaryID, int64(0), v.Approve, "Go ahead", us(v.At), "", "[]", l.Request.ID, standingOf[l.word])
		}
	}},
	{"elevations", []string{
		"id", "target_id", "request_id", "assignment_id", "user_id", "account_id", "permission_set_arn", "state", "reason", "start_at", "duration",
		"deadline", "activated_at", "ends_at", "ended_at", "attempt", "created_at", "version",
	}, func(l life, add func(...any)) {
		for _, e := range l.Elevations {
			add(e.ID, e.TargetID, e.RequestID, e.AssignmentID, e.UserID, e.AccountID, e.PermissionSetARN, string(e.State), string(e.Reason), us(e.StartAt),
				e.Duration.Microseconds(), us(e.StartAt.Add(30*time.Minute)), us(e.ActivatedAt), us(e.EndsAt), us(e.EndedAt), int64(e.Attempt), us(e.CreatedAt), e.Version)
		}
	}},
	{"assignments", []string{
		"id", "user_id", "account_id", "permission_set_arn", "phase", "since", "create_sent_at", "seen_at", "urgency", "due_at", "version",
	}, func(l life, add func(...any)) {
		for _, e := range l.Elevations {
			if e.State == access.Active && e.AssignmentID == access.AssignmentID(e.UserID, e.AccountID, e.PermissionSetARN) {
				add(e.AssignmentID, e.UserID, e.AccountID, e.PermissionSetARN, "held", us(e.ActivatedAt), us(e.ActivatedAt), us(e.ActivatedAt), int64(0), us(e.EndsAt), int64(5))
			}
		}
	}},
}

// fill puts a history into a database that has TEAM's schema, as fast as the database can: the triggers would derive
// what is known here, and indexes are made at the end. Whether the triggers would have derived the same is checked.
func fill(tb testing.TB, name string, lives iter.Seq[life]) {
	tb.Helper()
	if file, ok := strings.CutPrefix(name, "sqlite:"); ok {
		fillSQLite(tb, file, lives)
	} else {
		fillPostgres(tb, name, lives)
	}
}

func do(tb testing.TB, db *sql.DB, statements ...string) {
	tb.Helper()
	for _, s := range statements {
		if _, err := db.ExecContext(tb.Context(), s); err != nil {
			tb.Fatalf("%s: %v", s, err)
		}
	}
}

func fillSQLite(tb testing.TB, file string, lives iter.Seq[life]) {
	tb.Helper()
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?_pragma=synchronous(OFF)&_pragma=foreign_keys(0)&_pragma=cache_size(-200000)")
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	rows, err := db.QueryContext(tb.Context(), `SELECT type, name, sql FROM sqlite_schema
		WHERE tbl_name IN ('requests', 'targets', 'votes', 'elevations', 'assignments') AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type, name`)
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	var drop, create []string
	for rows.Next() {
		var kind, name, text string
		if err := rows.Scan(&kind, &name, &text); err != nil {
			tb.Fatal(err)
		}
		drop, create = append(drop, "DROP "+kind+" "+name), append(create, text)
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	do(tb, db, drop...)
	for _, t := range tables {
		t.insert(tb, db, lives)
	}
	do(tb, db, append(create, countWaits)...)
	agree(tb, db)
}

// insert a table's rows with statements of many rows, in one transaction.
func (t table) insert(tb testing.TB, db *sql.DB, lives iter.Seq[life]) {
	tb.Helper()
	const together = 40
	tx, err := db.BeginTx(tb.Context(), nil)
	if err != nil {
		tb.Fatal(err)
	}
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", len(t.columns)), ",") + ")"
	text := func(n int) string {
		return "INSERT INTO " + t.name + " (" + strings.Join(t.columns, ",") + ") VALUES " + strings.TrimSuffix(strings.Repeat(one+",", n), ",")
	}
	many, err := tx.PrepareContext(tb.Context(), text(together)) //nolint:sqlclosecheck // closed below, and with its transaction
	if err != nil {
		tb.Fatal(err)
	}
	defer many.Close()
	args := make([]any, 0, together*len(t.columns))
	for l := range lives {
		t.rows(l, func(values ...any) {
			if args = append(args, values...); len(args) < together*len(t.columns) {
				return
			}
			if _, err := many.ExecContext(tb.Context(), args...); err != nil {
				tb.Fatalf("fill %s: %v", t.name, err)
			}
			args = args[:0]
		})
	}
	if len(args) > 0 {
		if _, err := tx.ExecContext(tb.Context(), text(len(args)/len(t.columns)), args...); err != nil {
			tb.Fatalf("fill %s: %v", t.name, err)
		}
	}
	if err := tx.Commit(); err != nil {
		tb.Fatal(err)
	}
}

func fillPostgres(tb testing.TB, name string, lives iter.Seq[life]) {
	tb.Helper()
	db, err := sql.Open("pgx", name)
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	rows, err := db.QueryContext(tb.Context(), `SELECT i.indexname, i.indexdef FROM pg_indexes AS i WHERE i.tablename IN ('requests', 'targets', 'votes', 'elevations', 'assignments')
		AND i.indexname NOT IN (SELECT conname FROM pg_constraint) ORDER BY 1`)
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	var drop, create []string
	for rows.Next() {
		var index, text string
		if err := rows.Scan(&index, &text); err != nil {
			tb.Fatal(err)
		}
		drop, create = append(drop, "DROP INDEX "+index), append(create, text)
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	do(tb, db, append(drop, "SET session_replication_role = replica", "SET synchronous_commit = off", "SET maintenance_work_mem = '256MB'")...)
	conn, err := db.Conn(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	for _, t := range tables {
		err := conn.Raw(func(c any) error {
			_, err := c.(*stdlib.Conn).Conn().CopyFrom(context.WithoutCancel(tb.Context()), pgx.Identifier{t.name}, t.columns, t.source(lives))
			return err
		})
		if err != nil {
			tb.Fatalf("fill %s: %v", t.name, err)
		}
	}
	conn.Close()
	do(tb, db, create...)
	do(tb, db, "VACUUM (ANALYZE) requests", "VACUUM (ANALYZE) targets", "VACUUM (ANALYZE) votes", "VACUUM (ANALYZE) elevations", "VACUUM (ANALYZE) assignments", countWaits, "SET session_replication_role = origin")
	agree(tb, db)
}

// source gives a table's rows one by one.
func (t table) source(lives iter.Seq[life]) pgx.CopyFromSource {
	next, stop := iter.Pull(func(yield func([]any) bool) {
		for l := range lives {
			more := true
			t.rows(l, func(values ...any) { more = more && yield(values) })
			if !more {
				return
			}
		}
	})
	return pgx.CopyFromFunc(func() ([]any, error) {
		row, more := next()
		if !more {
			stop()
			return nil, nil
		}
		return row, nil
	})
}

// countWaits counts what the triggers would have counted.
const countWaits = "INSERT INTO waits (what, day, millis, times) SELECT w.what, w.day, w.millis, count(*) FROM waited_about AS w GROUP BY w.what, w.day, w.millis"

// agree checks that what was filled in is what the triggers would have derived.
func agree(tb testing.TB, db *sql.DB) {
	tb.Helper()
	for what, query := range map[string]string{
		"standings of requests": "SELECT count(*) FROM requests AS r WHERE r.standing <> (SELECT s.standing FROM request_standings AS s WHERE s.request_id = r.id)",
		"standings of targets":  "SELECT count(*) FROM targets AS t JOIN requests AS r ON r.id = t.request_id WHERE r.standing <> t.request_standing",
		"requests of votes":     "SELECT count(*) FROM votes AS v JOIN targets AS t ON t.id = v.target_id WHERE v.request_id <> t.request_id OR v.request_standing <> t.request_standing",
	} {
		var wrong int
		if strings.Contains(query, "request_standings") {
			query += " AND r.created_at % 97 = 0" // a sample: the view is no index
		}
		if err := db.QueryRowContext(tb.Context(), query).Scan(&wrong); err != nil {
			tb.Fatalf("%s: %v", what, err)
		}
		if wrong > 0 {
			tb.Fatalf("%s: %d rows are not as the triggers would make them", what, wrong)
		}
	}
}
