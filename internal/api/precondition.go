package api

import (
	"net/http"
	"regexp"
	"strconv"
)

// versioned is an answer that says which version of a resource it shows. Its version is the ETag, which a change
// repeats as If-Match, so that nobody overwrites what they have not seen.
type versioned interface{ version() int64 }

func (r PolicyRevision) version() int64 { return r.Version }

func (m Machine) version() int64 { return m.Version }

func (p Proposal) version() int64 { return p.Version }

func (l ProtectedAccountList) version() int64 { return l.Version }

// tagged is an output with the version of what it shows.
type tagged[T any] struct {
	ETag string `header:"ETag" doc:"Version of what is shown; repeat it as If-Match when you change it"`
	Body T
}

func withTag[T any](body T) *tagged[T] {
	out := &tagged[T]{Body: body}
	if v, ok := any(body).(versioned); ok {
		out.ETag = strconv.Quote(strconv.FormatInt(v.version(), 10))
	}
	return out
}

// Precondition is part of the input of every operation that could undo what somebody else did meanwhile. It is exported
// as RequestPath is.
type Precondition struct {
	IfMatch string `header:"If-Match" doc:"ETag of the version that you read and want to change, as \"3\". Required"`
}

// tagPattern: exactly one strong tag. Whatever there is (*) is no version that anybody saw.
var tagPattern = regexp.MustCompile(`^"(0|[1-9][0-9]{0,17})"$`)

// seen is the version that the caller saw.
func (p Precondition) seen() (int64, error) {
	if p.IfMatch == "" {
		return 0, newProblem(http.StatusPreconditionRequired, "precondition_required",
			"say which version you change: read it, and repeat its ETag as the header If-Match")
	}
	m := tagPattern.FindStringSubmatch(p.IfMatch)
	if m == nil {
		problem := newProblem(http.StatusUnprocessableEntity, "invalid", "the input is not valid; errors say where")
		problem.Errors = []FieldError{{Location: "header.If-Match", Message: `expected one ETag as it was answered, like "3" with its quotation marks`}}
		return 0, problem
	}
	v, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return 0, newProblem(http.StatusUnprocessableEntity, "invalid", "the version in If-Match is out of range")
	}
	return v, nil
}
