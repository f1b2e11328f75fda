package directory

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Stored gives the directory as the store has it.
type Stored interface {
	// DirectoryRevision is cheap, and grows with every change.
	DirectoryRevision(ctx context.Context) (int64, error)
	DirectoryContent(ctx context.Context) (Content, error)
}

// Keeper holds the present snapshot and renews it when the store has a newer revision. It is safe for concurrent use.
type Keeper struct {
	stored Stored
	now    func() time.Time

	mu       sync.Mutex
	snapshot *Snapshot
	next     time.Time // not to be loaded again before
}

// loadShare: loading takes at most this part of the time while a sync changes the directory at every step.
const loadShare = 10

// NewKeeper makes a Keeper; now is the process's clock.
func NewKeeper(stored Stored, now func() time.Time) *Keeper { return &Keeper{stored: stored, now: now} }

// Snapshot of the directory. It is the store's present revision, or, in an organization so large that loading takes
// noticeable time, at most ten times that time behind it.
func (k *Keeper) Snapshot(ctx context.Context) (*Snapshot, error) {
	revision, err := k.stored.DirectoryRevision(ctx)
	if err != nil {
		return nil, fmt.Errorf("read directory revision: %w", err)
	}
	k.mu.Lock()
	have, next := k.snapshot, k.next
	k.mu.Unlock()
	begun := k.now()
	if have != nil && (have.Revision() >= revision || begun.Before(next)) {
		return have, nil
	}
	content, err := k.stored.DirectoryContent(ctx)
	if err != nil {
		return nil, fmt.Errorf("load directory: %w", err)
	}
	loaded := NewSnapshot(content)
	k.mu.Lock()
	defer k.mu.Unlock()
	// Two may have loaded at once; the newer one stays.
	if k.snapshot == nil || k.snapshot.Revision() < loaded.Revision() {
		k.snapshot = loaded
	}
	done := k.now()
	k.next = done.Add(loadShare * done.Sub(begun))
	return k.snapshot, nil
}
