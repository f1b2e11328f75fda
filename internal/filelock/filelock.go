// Package filelock keeps two processes from working on the same files. The operating system holds the lock and lets it
// go when the process ends, however it ends, so that none is left behind by a crash.
package filelock

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// ErrHeld is returned when another process holds the lock.
var ErrHeld = errors.New("another process holds the lock")

// Lock is held until Release, or the end of the process.
type Lock struct{ file *os.File }

// Take takes the lock that a file stands for and does not wait for it. The file is made where there is none, and stays.
func Take(name string) (*Lock, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock %s: %w", name, err)
	}
	if err := take(f); err != nil {
		holder := readHolder(f)
		_ = f.Close()
		if errors.Is(err, ErrHeld) {
			return nil, fmt.Errorf("%w%s", ErrHeld, holder)
		}
		return nil, fmt.Errorf("take lock %s: %w", name, err)
	}
	// Only people read it: the lock holds whether or not it could be written.
	if f.Truncate(0) == nil {
		_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return &Lock{f}, nil
}

// Release lets the lock go; that of no lock does nothing.
func (l *Lock) Release() error {
	if l == nil {
		return nil
	}
	if err := l.file.Close(); err != nil {
		return fmt.Errorf("release lock: %w", err)
	}
	return nil
}

// readHolder names the process that holds the lock, as far as it left its number.
func readHolder(f *os.File) string {
	b := make([]byte, 20)
	n, _ := f.ReadAt(b, 0)
	pid, err := strconv.Atoi(strings.TrimSpace(string(b[:n])))
	if err != nil {
		return ""
	}
	return fmt.Sprintf(" (process %d)", pid)
}
