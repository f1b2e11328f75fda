package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Head is the state of the log after Size records: with the hash of the tree over them, a later log can be shown to
// continue it or not.
type Head struct {
	Size int64     `json:"size"`
	Root tlog.Hash `json:"root"`
}

// Hashes returns the hashes that the record at sequence n adds to the tree, and the index of the first of them.
// Stored hashes are numbered as tlog numbers them.
func Hashes(n int64, record []byte, have tlog.HashReader) (first int64, added []tlog.Hash, err error) {
	added, err = tlog.StoredHashes(n, record, have)
	if err != nil {
		return 0, nil, fmt.Errorf("hash record %d: %w", n, err)
	}
	return tlog.StoredHashIndex(0, n), added, nil
}

// Root computes the tree's hash over the first size records.
func Root(size int64, have tlog.HashReader) (tlog.Hash, error) {
	h, err := tlog.TreeHash(size, have)
	if err != nil {
		return tlog.Hash{}, fmt.Errorf("hash tree of %d records: %w", size, err)
	}
	return h, nil
}

// Checkpoint is what leaves the database every few seconds, so that a database put back from a backup is noticed.
type Checkpoint struct {
	Head
	IdentityStoreID string    `json:"identityStoreId"`
	At              time.Time `json:"at"`
}

// Encode gives the file's content.
func (c Checkpoint) Encode() ([]byte, error) {
	b, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode checkpoint: %w", err)
	}
	return append(b, '\n'), nil
}

// DecodeCheckpoint reads what Encode wrote.
func DecodeCheckpoint(b []byte) (Checkpoint, error) {
	var c Checkpoint
	if err := json.Unmarshal(b, &c); err != nil {
		return Checkpoint{}, fmt.Errorf("decode checkpoint: %w", err)
	}
	if c.Size < 0 {
		return Checkpoint{}, errors.New("decode checkpoint: negative size")
	}
	return c, nil
}

// Problem says what is wrong with a log of the given head, compared with an earlier checkpoint: "" when the log
// continues it.
func (c Checkpoint) Problem(size int64, have tlog.HashReader, identityStoreID string) (string, error) {
	if c.IdentityStoreID != "" && identityStoreID != "" && c.IdentityStoreID != identityStoreID {
		return fmt.Sprintf("the identity store is %s, the last checkpoint was written for %s", identityStoreID, c.IdentityStoreID), nil
	}
	if size < c.Size {
		return fmt.Sprintf("the database holds %d events, the checkpoint of %s had %d: it is older than what TEAM already did",
			size, c.At.UTC().Format(time.RFC3339), c.Size), nil
	}
	if c.Size == 0 {
		return "", nil
	}
	root, err := Root(c.Size, have)
	if err != nil {
		return "", err
	}
	if root != c.Root {
		return fmt.Sprintf("the first %d events are not those the checkpoint of %s was written for: the history is another one",
			c.Size, c.At.UTC().Format(time.RFC3339)), nil
	}
	return "", nil
}
