package access

import (
	"errors"
	"fmt"

	"github.com/team-idc/team/internal/policy"
)

// Code is the stable name of an error; the API maps it to a status once.
type Code string

// The codes.
const (
	CodeInvalid     Code = "invalid"          // the input is malformed: Field says where
	CodeNotFound    Code = "not_found"        // there is no such thing, or the caller may not know of it
	CodeForbidden   Code = "forbidden"        // the caller may not do this
	CodeStepUp      Code = "step_up_required" // the caller must show first that it is them: StepUp says how
	CodeNotAllowed  Code = "not_allowed"      // policy says no: Reasons say why
	CodeConflict    Code = "conflict"         // the state does not permit it
	CodeStale       Code = "stale"            // it changed meanwhile: read again
	CodeUnavailable Code = "unavailable"      // a read that the answer needs failed (P9): try again
	CodeHeld        Code = "held"             // recovery mode or skewed clock: grants and decisions wait
)

// Error is a refusal with a code, a sentence, and where it applies the field and the policies' reasons.
type Error struct {
	Code    Code
	Message string
	Field   string
	Reasons []policy.Reason
	// Also are other fields that are wrong, beside Field.
	Also   []FieldError
	StepUp *StepUp // of a CodeStepUp: what is missing
	Err    error   // the cause, for the log
}

// FieldError is what is wrong with one field of the input.
type FieldError struct{ Field, Message string }

// Placed is the error with its fields under other names.
func (e *Error) Placed(name func(field string) string) *Error {
	placed := *e
	placed.Field = name(e.Field)
	placed.Also = make([]FieldError, 0, len(e.Also))
	for _, also := range e.Also {
		placed.Also = append(placed.Also, FieldError{Field: name(also.Field), Message: also.Message})
	}
	return &placed
}

func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Message, e.Err)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of err, "" if it has none.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

// ErrStale is returned by a store when a row's version moved on.
var ErrStale = &Error{Code: CodeStale, Message: "it changed meanwhile; read it again and repeat what you want"}

func invalid(field, format string, args ...any) error {
	return &Error{Code: CodeInvalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

func forbidden(format string, args ...any) error {
	return &Error{Code: CodeForbidden, Message: fmt.Sprintf(format, args...)}
}

func conflict(format string, args ...any) error {
	return &Error{Code: CodeConflict, Message: fmt.Sprintf(format, args...)}
}

func notFound(what, id string) error {
	return &Error{Code: CodeNotFound, Message: fmt.Sprintf("there is no %s %s that you may see", what, id)}
}

func unavailable(what string, err error) error {
	return &Error{Code: CodeUnavailable, Message: what + " could not be read, so nothing was decided; try again shortly", Err: err}
}
