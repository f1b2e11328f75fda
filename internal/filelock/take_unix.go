//go:build unix

package filelock

import (
	"errors"
	"os"
	"syscall"
)

// take uses flock, which belongs to the open file: fcntl's locks would be lost when any other descriptor of the same
// file is closed in this process.
func take(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrHeld
	}
	return err //nolint:wrapcheck // Take says what it was doing
}
