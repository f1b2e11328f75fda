package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// Exit codes, for scripts.
const (
	exitOK          = 0
	exitError       = 1
	exitUsage       = 2
	exitDenied      = 3
	exitNotFound    = 4
	exitConflict    = 5
	exitUnavailable = 6
	exitNotSignedIn = 7
	exitNoAccess    = 8
	exitDiffers     = 20
	exitFindings    = 21
)

// usageError is a command line that cannot be understood.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// codedError ends the program with a code of its own.
type codedError struct {
	error
	code int
}

func (e codedError) Unwrap() error { return e.error }

func exitCode(err error) int {
	var coded codedError
	var usage usageError
	switch {
	case errors.As(err, &coded):
		return coded.code
	case errors.As(err, &usage), isCobraUsage(err):
		return exitUsage
	}
	return exitError
}

// isCobraUsage recognises cobra's own refusals, which have no type.
func isCobraUsage(err error) bool {
	for _, begin := range []string{
		"unknown command", "required flag", "accepts ", "requires at least", "if any flags in the group", "at least one of the flags",
	} {
		if strings.HasPrefix(err.Error(), begin) {
			return true
		}
	}
	return false
}

// explain prints an error for people: a sentence, and where there are several reasons, a list.
func explain(w io.Writer, err error) {
	fmt.Fprintf(w, "team: %s\n", err.Error())
}

func exitCodesTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "exit-codes",
		Short: "What the exit codes mean",
		Long: `Exit codes of every command:

  0  done
  1  an error that has no code of its own
  2  the command line cannot be understood, or a value is malformed
  3  refused: policy does not allow it, or it is not yours to do
  4  there is no such thing, or you may not know of it
  5  the state does not permit it, or it changed meanwhile
  6  TEAM or AWS is not available, or TEAM holds grants and decisions back; try again
  7  not signed in: no token, or one that is not valid any more
  8  --wait: the request got no access (rejected, expired, cancelled, failed or lapsed)
 20  team policy diff: the files say something else than what is in force
 21  team policy lint: there are findings as grave as --fail-on, or graver

A command that was interrupted while it waited has changed nothing by that; what it asked for goes on.`,
	}
}
