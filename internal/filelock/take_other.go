//go:build !unix

package filelock

import (
	"errors"
	"os"
)

// take refuses, since serving without a lock would let two processes work on one database. The commands that speak to
// a server need no lock.
func take(*os.File) error {
	return errors.New("files cannot be locked on this system; TEAM serves on Linux and macOS")
}
