package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/team-idc/team/internal/access"
)

// What a caller is told. The error behind it goes to the log.
const (
	lostSentence  = "the database did not answer; see what became of it before you repeat it"
	fullSentence  = "the disk of the database is full: nothing was changed, and nothing can be until there is room"
	sealSentence  = "the database takes no writes (it is read-only, perhaps a standby): nothing was changed"
	faultSentence = "the disk of the database fails: see what became of it before you repeat it"
)

// Reached gives the error of a database that is restarting, out of reach, busy for too long, full or read-only the code
// that lets people and programs try again. Everything else stays as it is.
func Reached(err error) error { return reached(err) }

func reached(err error) error {
	if err == nil || access.CodeOf(err) != "" || errors.Is(err, context.Canceled) {
		return err
	}
	sentence := sentenceOfSQLite(err)
	if sentence == "" {
		sentence = sentenceOfPostgres(err)
	}
	if sentence == "" {
		return err
	}
	return &access.Error{Code: access.CodeUnavailable, Err: err, Message: sentence}
}

// sentenceOfSQLite: the low byte of a code is its kind (sqlite.org/rescode.html).
func sentenceOfSQLite(err error) string {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return ""
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return fullSentence
	case sqlite3.SQLITE_READONLY:
		return sealSentence
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN:
		return faultSentence
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return lostSentence
	}
	return ""
}

// Classes and codes of PostgreSQL's errors (SQLSTATE) that say nothing about what was asked.
const (
	connectionLost      = "08"
	diskFull            = "53100"
	notEnoughResources  = "53"  // too many connections, among others
	operatorIntervened  = "57P" // the server stops, starts, or was told to end the session
	statementCancelled  = "57014"
	idleInTransaction   = "25P03"
	readOnlyTransaction = "25006"
	lockNotAvailable    = "55P03"
)

func sentenceOfPostgres(err error) string {
	switch state := sqlState(err); {
	case state == diskFull:
		return fullSentence
	case state == readOnlyTransaction:
		return sealSentence
	case strings.HasPrefix(state, connectionLost), strings.HasPrefix(state, notEnoughResources), strings.HasPrefix(state, operatorIntervened),
		state == statementCancelled, state == idleInTransaction, state == lockNotAvailable, repeatable(err):
		return lostSentence
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[net.Error](err)
	if connecting || network || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) {
		return lostSentence
	}
	return ""
}

// noteWrite remembers what became of the last transaction that was to write.
func (s *Store) noteWrite(t *tx, err error) {
	refused, ok := errors.AsType[*access.Error](err)
	switch {
	case err == nil && t.wrote:
		s.unwritable.Store(nil)
	case ok && refused.Err != nil && (refused.Message == fullSentence || refused.Message == sealSentence || refused.Message == faultSentence):
		s.unwritable.Store(refused)
	}
}

// Unwritable says why nothing can be written, "" when something can. While the last write was refused it tries again,
// so that the answer does not wait for somebody to ask for something.
func (s *Store) Unwritable(ctx context.Context) string {
	if s.unwritable.Load() == nil {
		return ""
	}
	err := s.update(ctx, func(ctx context.Context, t *tx) error {
		if _, err := t.NewRaw("UPDATE audit_head SET size = size WHERE id = 1").Exec(ctx); err != nil {
			return fmt.Errorf("try to write: %w", err)
		}
		t.wrote = true
		return nil
	})
	if err == nil {
		return ""
	}
	if refused := s.unwritable.Load(); refused != nil {
		return refused.Message
	}
	return ""
}
