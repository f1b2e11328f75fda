package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/team-idc/team/internal/audit"
)

// readCheckpoint reads the checkpoint file; found is false where there is none.
func readCheckpoint(name string) (c audit.Checkpoint, found bool, err error) {
	if name == "" {
		return c, false, nil
	}
	content, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return c, false, nil
	}
	if err != nil {
		return c, false, fmt.Errorf("read checkpoint: %w", err)
	}
	if c, err = audit.DecodeCheckpoint(content); err != nil {
		return c, false, fmt.Errorf("the checkpoint file %s is damaged, so that nobody can tell whether the database is the newest; "+
			"if you know that it is, remove the file: %w", name, err)
	}
	return c, true, nil
}

// checkpointStep writes the head of the log outside the database, when it has moved.
func (s *server) checkpointStep(ctx context.Context) (did bool, next time.Time, err error) {
	now := s.now()
	if due := s.checkpointed.at.Add(s.config.CheckpointPeriod); now.Before(due) {
		return false, due, nil
	}
	s.checkpointed.at = now
	return false, now.Add(s.config.CheckpointPeriod), s.writeCheckpoint(ctx)
}

func (s *server) writeCheckpoint(ctx context.Context) error {
	if s.config.Checkpoint == "" {
		return nil
	}
	size, err := s.store.LogSize(ctx)
	if err != nil {
		return err
	}
	if s.checkpointed.written && size == s.checkpointed.size {
		s.checkpointed.current.Store(s.now().UnixMicro())
		return nil
	}
	c, err := s.store.Checkpoint(ctx, s.now())
	if err != nil {
		return err
	}
	content, err := c.Encode()
	if err != nil {
		return err
	}
	if err := replaceFile(s.config.Checkpoint, content); err != nil {
		return fmt.Errorf("write checkpoint: %w", err)
	}
	s.checkpointed.written, s.checkpointed.size = true, c.Size
	s.checkpointed.current.Store(s.now().UnixMicro())
	return nil
}

// checkpointed is what was last written; only one loop touches it, and the metrics read current.
type checkpointed struct {
	current atomic.Int64 // when the file last held the head of the log, in microseconds since 1970; 0: not yet
	at      time.Time
	written bool
	size    int64
}

// replaceFile writes a file, which its owner alone may read, so that after a crash at any moment either the old or the new
// content is there, whole.
func replaceFile(name string, content []byte) error {
	folder := filepath.Dir(name)
	f, err := os.CreateTemp(folder, "."+filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("create file beside %s: %w", name, err)
	}
	defer os.Remove(f.Name()) //nolint:errcheck // gone already when all went well
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return fmt.Errorf("replace %s: %w", name, err)
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return fmt.Errorf("replace %s: %w", name, err)
	}
	if runtime.GOOS == "windows" {
		return nil // a folder cannot be synced there
	}
	d, err := os.Open(folder)
	if err != nil {
		return fmt.Errorf("open %s: %w", folder, err)
	}
	defer d.Close() //nolint:errcheck // opened for reading
	if err := d.Sync(); err != nil {
		return fmt.Errorf("sync %s: %w", folder, err)
	}
	return nil
}
