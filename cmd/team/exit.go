package main

import (
	"encoding/json"
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
	exitPending     = 9
	exitFailed      = 10
	exitProof       = 11
	exitDiffers     = 20
	exitFindings    = 21
	// As shells have them.
	exitCannotRun = 126
	exitNoCommand = 127
)

// exitMeanings explain the codes, in the help and to programs.
var exitMeanings = []struct {
	code          int
	name, meaning string
}{
	{exitOK, "ok", "done"},
	{exitError, "error", "an error that has no code of its own"},
	{exitUsage, "usage", "the command line cannot be understood, or a value is malformed"},
	{exitDenied, "denied", "refused: policy does not allow it, an approver rejected it, or it is not yours to do"},
	{exitNotFound, "not_found", "there is no such thing, or you may not know of it"},
	{exitConflict, "conflict", "the state does not permit it, or it changed meanwhile"},
	{exitUnavailable, "unavailable", "TEAM or AWS is not available, or TEAM holds grants and decisions back; try again"},
	{exitNotSignedIn, "not_signed_in", "not signed in: no token, or one that is not valid any more"},
	{exitNoAccess, "no_access", "what was asked came to nothing: it expired, was cancelled or revoked, or lapsed before it began"},
	{exitPending, "pending", "not decided or not there yet: asked without waiting, the wait ran out, or it was interrupted"},
	{exitFailed, "failed", "it was agreed to, but AWS did not give the access"},
	{exitProof, "step_up", "fresh proof that it is you is demanded: show it in the browser, and repeat the command"},
	{exitDiffers, "differs", "team policy diff: the files say something else than what is in force"},
	{exitFindings, "findings", "team policy lint: findings as grave as --fail-on; team verify: the event log was changed"},
}

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

// endedError is the end of a command that was run on behalf of the user. It has said itself what there was to say.
type endedError struct{ code int }

func (e endedError) Error() string {
	return fmt.Sprintf("the command ended with exit code %d", e.code)
}

func exitCode(err error) int {
	var ended endedError
	var coded codedError
	var usage usageError
	switch {
	case errors.As(err, &ended):
		return ended.code
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

// explain prints an error: to people a sentence, and where there are several reasons a list; to programs that asked for
// JSON the problem, with the exit code.
func explain(w io.Writer, err error, asJSON bool) {
	if _, ran := errors.AsType[endedError](err); ran {
		return
	}
	if !asJSON {
		fmt.Fprintf(w, "team: %s\n", err.Error())
		return
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(problemOf(err)) //nolint:errchkjson // what was decoded can be encoded, and there is nowhere to say that it failed
}

// problemOf gives the API's own problem, and to an error that is the command line's own the same members.
func problemOf(err error) map[string]any {
	code := exitCode(err)
	problem := map[string]any{"code": nameOfExit(code), "detail": err.Error()}
	if refused, ok := errors.AsType[*apiError](err); ok {
		if b, failed := json.Marshal(refused.Problem); failed == nil {
			_ = json.Unmarshal(b, &problem) // what was encoded can be decoded
		}
	}
	problem["exitCode"] = code
	return problem
}

func nameOfExit(code int) string {
	for _, m := range exitMeanings {
		if m.code == code {
			return m.name
		}
	}
	return "error"
}

func exitCodesTopic() *cobra.Command {
	var text strings.Builder
	text.WriteString("Exit codes of every command:\n\n")
	for _, m := range exitMeanings {
		fmt.Fprintf(&text, "  %2d  %-14s %s\n", m.code, m.name, m.meaning)
	}
	text.WriteString(`
A command that was interrupted while it waited has changed nothing by that; what it asked for goes on.

"team ensure … -- COMMAND" ends with the code of COMMAND; where COMMAND does not exist with 127, where it cannot be run
with 126, and where a signal ended it with 128 and the signal's number.

With -o json the error stream holds the error as JSON: the problem of the API, or one with the name above as its code,
and the member exitCode.`)
	return &cobra.Command{
		Use: "exit-codes", Short: "What the exit codes mean", Long: text.String(),
		Example: "  team ensure --account shop-prod --role ReadOnlyAccess --for 30m --reason \"Look\" || case $? in 9) echo pending;; esac",
	}
}
