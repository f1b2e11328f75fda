//go:build !unix

package filelock

import (
	"errors"
	"fmt"
	"os"
)

// take refuses, since serving without a lock would let two processes work on one database. Commands that speak to a
// server can tell by errors.ErrUnsupported, and do without.
func take(*os.File) error {
	return fmt.Errorf("files cannot be locked on this system; TEAM serves on Linux and macOS: %w", errors.ErrUnsupported)
}
