package store

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/team-idc/team/internal/audit"
)

type eventRow struct {
	bun.BaseModel `bun:"table:events"`

	Sequence    int64 `bun:",pk"`
	At          int64
	Kind        string
	ActorID     string
	UserID      string
	AccountID   string
	RequestID   string
	ElevationID string
	Bytes       []byte
}

type hashRow struct {
	bun.BaseModel `bun:"table:audit_hashes"`

	Position int64 `bun:",pk"`
	Hash     []byte
}

// hashes reads stored hashes of the tree, and those of the records being added.
type hashes struct {
	ctx   context.Context //nolint:containedctx // tlog's interface has no place for it
	db    bun.IDB
	added map[int64]tlog.Hash
}

// ReadHashes implements tlog.HashReader.
func (h hashes) ReadHashes(positions []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(positions))
	var missing []int64
	for i, p := range positions {
		if v, ok := h.added[p]; ok {
			out[i] = v
		} else {
			missing = append(missing, p)
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	var rows []hashRow
	if err := h.db.NewSelect().Model(&rows).Where("position IN (?)", bun.List(missing)).Scan(h.ctx); err != nil {
		return nil, fmt.Errorf("read hashes: %w", err)
	}
	found := make(map[int64]tlog.Hash, len(rows))
	for _, r := range rows {
		if len(r.Hash) != tlog.HashSize {
			return nil, fmt.Errorf("hash %d has %d bytes", r.Position, len(r.Hash))
		}
		found[r.Position] = tlog.Hash(r.Hash)
	}
	for i, p := range positions {
		if _, ok := h.added[p]; ok {
			continue
		}
		v, ok := found[p]
		if !ok {
			return nil, fmt.Errorf("hash %d of the audit log is missing", p)
		}
		out[i] = v
	}
	return out, nil
}

// appendEvents writes events at the end of the log and their hashes into the tree.
func (t *tx) appendEvents(ctx context.Context, events []audit.Event) error {
	size, err := t.logSize(ctx)
	if err != nil {
		return err
	}
	have := hashes{ctx: ctx, db: t.IDB, added: map[int64]tlog.Hash{}}
	rows := make([]eventRow, 0, len(events))
	var nodes []hashRow
	for _, e := range events {
		b, err := audit.Encode(size, e)
		if err != nil {
			return err
		}
		rows = append(rows, eventRow{
			Sequence: size, At: micros(e.At), Kind: e.Kind, ActorID: e.Actor.ID, UserID: e.Subject.User, AccountID: e.Subject.Account,
			RequestID: e.Subject.Request, ElevationID: e.Subject.Elevation, Bytes: b,
		})
		first, added, err := audit.Hashes(size, b, have)
		if err != nil {
			return err
		}
		for i, h := range added {
			have.added[first+int64(i)] = h
			nodes = append(nodes, hashRow{Position: first + int64(i), Hash: h[:]})
		}
		size++
	}
	if _, err := t.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("write events: %w", err)
	}
	if _, err := t.NewInsert().Model(&nodes).Exec(ctx); err != nil {
		return fmt.Errorf("write hashes: %w", err)
	}
	if len(rows) > 0 {
		if err := t.useKey(ctx, rows[0].Sequence, events[0].At); err != nil {
			return err
		}
	}
	return once(t.NewRaw("UPDATE audit_head SET size = ? WHERE id = 1", size).Exec(ctx))
}

func (t *tx) logSize(ctx context.Context) (size int64, err error) {
	if err := t.NewRaw("SELECT size FROM audit_head WHERE id = 1").Scan(ctx, &size); err != nil {
		return 0, fmt.Errorf("read the head of the log: %w", err)
	}
	return size, nil
}

// EventFilter picks events.
type EventFilter = audit.Filter

// Events in the order of the log, or the newest first.
func (s *Store) Events(ctx context.Context, f EventFilter) ([]audit.Record, error) {
	if f.Limit <= 0 || f.Limit > 1000 {
		f.Limit = 100
	}
	var rows []eventRow
	order := "sequence"
	if f.NewestFirst {
		order = "sequence DESC"
	}
	q := s.ro.NewSelect().Model(&rows).Where("sequence > ?", f.After).Order(order).Limit(int64(f.Limit))
	if f.Before > 0 {
		q = q.Where("sequence < ?", f.Before)
	}
	if f.RequestID != "" {
		q = q.Where("request_id = ?", f.RequestID)
	}
	if f.UserID != "" {
		q = q.Where("user_id = ?", f.UserID)
	}
	if f.AccountID != "" {
		q = q.Where("account_id = ?", f.AccountID)
	}
	if !f.From.IsZero() {
		q = q.Where("at >= ?", micros(f.From))
	}
	if !f.To.IsZero() {
		q = q.Where("at < ?", micros(f.To))
	}
	q = ofKinds(q, f.Kinds)
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	out := make([]audit.Record, 0, len(rows))
	for _, r := range rows {
		rec, err := audit.Decode(r.Bytes)
		if err != nil {
			return nil, err
		}
		out = append(out, rec)
	}
	return out, nil
}

// ofKinds restricts q to kinds, or to what begins like one that ends with an asterisk. A beginning is compared by
// its letters, since LIKE would give _ and % a meaning, and on SQLite not tell capitals.
func ofKinds(q *bun.SelectQuery, kinds []string) *bun.SelectQuery {
	if len(kinds) == 0 {
		return q
	}
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		for _, kind := range kinds {
			if beginning, many := strings.CutSuffix(kind, "*"); many {
				q = q.WhereOr("substr(kind, 1, ?) = ?", utf8.RuneCountInString(beginning), beginning)
			} else {
				q = q.WhereOr("kind = ?", kind)
			}
		}
		return q
	})
}

// Head of the log: how many events there are, and the tree's hash over them.
func (s *Store) Head(ctx context.Context) (audit.Head, error) {
	var head audit.Head
	err := s.view(ctx, func(ctx context.Context, t *tx) error {
		size, err := t.logSize(ctx)
		if err != nil {
			return err
		}
		head.Size = size
		if size > 0 {
			head.Root, err = audit.Root(size, hashes{ctx: ctx, db: t.IDB})
		}
		return err
	})
	return head, err
}

// CompareCheckpoint says what is wrong with this database in the light of a checkpoint written earlier, "" if
// nothing is.
func (s *Store) CompareCheckpoint(ctx context.Context, c audit.Checkpoint, identityStoreID string) (problem string, err error) {
	err = s.view(ctx, func(ctx context.Context, t *tx) error {
		size, err := t.logSize(ctx)
		if err != nil {
			return err
		}
		problem, err = c.Problem(size, hashes{ctx: ctx, db: t.IDB}, identityStoreID)
		return err
	})
	return problem, err
}

// VerifyLog reads every event and computes the tree anew from the bytes; an error says where they part. Every stored
// hash is compared, since later proofs and the continuation of the log rest on each of them.
func (s *Store) VerifyLog(ctx context.Context) (audit.Head, error) {
	var extent struct{ Size, Last int64 }
	err := s.ro.NewRaw("SELECT size, (SELECT coalesce(max(sequence), -1) FROM events) AS last FROM audit_head WHERE id = 1").Scan(ctx, &extent)
	if err != nil {
		return audit.Head{}, fmt.Errorf("read the head of the log: %w", err)
	}
	head := audit.Head{Size: extent.Size}
	if extent.Last >= head.Size {
		return head, fmt.Errorf("event %d lies beyond the head of the log at %d", extent.Last, head.Size)
	}
	for n := int64(0); n < head.Size; {
		if n, err = s.verifyFrom(ctx, n, head.Size); err != nil {
			return head, err
		}
	}
	if head.Size > 0 {
		head.Root, err = audit.Root(head.Size, hashes{ctx: ctx, db: s.ro})
	}
	return head, err
}

// verifyFrom checks some events from n on and the hashes they added. It returns the first it did not check.
func (s *Store) verifyFrom(ctx context.Context, n, size int64) (int64, error) {
	var rows []eventRow
	if err := s.ro.NewSelect().Model(&rows).Where("sequence >= ? AND sequence < ?", n, size).Order("sequence").Limit(1000).Scan(ctx); err != nil {
		return n, fmt.Errorf("read events: %w", err)
	}
	if len(rows) == 0 {
		return n, fmt.Errorf("event %d is missing", n)
	}
	var kept []hashRow
	from, until := tlog.StoredHashIndex(0, n), tlog.StoredHashIndex(0, n+int64(len(rows)))
	if err := s.ro.NewSelect().Model(&kept).Where("position >= ? AND position < ?", from, until).Order("position").Scan(ctx); err != nil {
		return n, fmt.Errorf("read hashes: %w", err)
	}
	found := make(map[int64][]byte, len(kept))
	for _, k := range kept {
		found[k.Position] = k.Hash
	}
	// What was checked before is read from the database; what is computed here is not yet trusted to be there.
	reader := hashes{ctx: ctx, db: s.ro, added: map[int64]tlog.Hash{}}
	for _, r := range rows {
		if r.Sequence != n {
			return n, fmt.Errorf("event %d is missing", n)
		}
		first, added, err := audit.Hashes(n, r.Bytes, reader)
		if err != nil {
			return n, err
		}
		for i, h := range added {
			position := first + int64(i)
			if !bytes.Equal(found[position], h[:]) {
				return n, fmt.Errorf("event %d is not the one the tree was built from: hash %d differs or is missing", n, position)
			}
			reader.added[position] = h
		}
		n++
	}
	return n, nil
}
