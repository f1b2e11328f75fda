package policychange

import (
	"errors"
	"fmt"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/policy"
)

func invalid(field, format string, args ...any) error {
	return &access.Error{Code: access.CodeInvalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

func forbidden(message string) error {
	return &access.Error{Code: access.CodeForbidden, Message: message}
}

func conflict(format string, args ...any) error {
	return &access.Error{Code: access.CodeConflict, Message: fmt.Sprintf(format, args...)}
}

func stale(format string, args ...any) error {
	return &access.Error{Code: access.CodeStale, Message: fmt.Sprintf(format, args...)}
}

func notFound(what, id string) error {
	return &access.Error{Code: access.CodeNotFound, Message: fmt.Sprintf("there is no %s %s", what, id)}
}

func unavailable(what string, err error) error {
	return &access.Error{Code: access.CodeUnavailable, Message: what + " could not be read, so nothing was changed; try again shortly", Err: err}
}

// firstProblem is the refusal of a policy that is not well-formed. The other problems go with it.
func firstProblem(problems []policy.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	e := &access.Error{Code: access.CodeInvalid, Field: problems[0].Field, Message: problems[0].Text}
	for _, p := range problems[1:] {
		e.Also = append(e.Also, access.FieldError{Field: p.Field, Message: p.Text})
	}
	return e
}

// errMoved makes a use case gather its facts again: policies changed since it read by whom it is called.
var errMoved = &access.Error{Code: access.CodeStale, Message: "a policy changed at this very moment; try again"}

// repeat runs f again while policies move under it, a few times.
func repeat(f func() error) error {
	for try := 0; ; try++ {
		err := f()
		if try == 3 || (!errors.Is(err, error(errMoved)) && !errors.Is(err, error(access.ErrStale))) {
			return err
		}
	}
}
