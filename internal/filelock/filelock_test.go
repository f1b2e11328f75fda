package filelock_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/team-idc/team/internal/filelock"
)

func TestOnlyOneHolds(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.lock")
	first, err := filelock.Take(name)
	if err != nil {
		t.Fatal(err)
	}
	_, err = filelock.Take(name)
	if !errors.Is(err, filelock.ErrHeld) {
		t.Fatalf("a second lock is answered with %v", err)
	}
	if holder := fmt.Sprintf("process %d", os.Getpid()); !strings.Contains(err.Error(), holder) {
		t.Errorf("%q does not name the holder, %s", err, holder)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	again, err := filelock.Take(name)
	if err != nil {
		t.Fatalf("a released lock cannot be taken: %v", err)
	}
	if err := again.Release(); err != nil {
		t.Fatal(err)
	}
}

func TestAFileThatCannotBeMade(t *testing.T) {
	if _, err := filelock.Take(filepath.Join(t.TempDir(), "missing", "x.lock")); err == nil || errors.Is(err, filelock.ErrHeld) {
		t.Errorf("a lock in a missing folder is answered with %v", err)
	}
}
