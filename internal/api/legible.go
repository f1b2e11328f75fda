package api

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// legible refuses parameters that are no text. Both databases would fail on a NUL byte or on broken UTF-8 in a value,
// and no name or identifier has a control character in it.
func (s *server) legible(ctx huma.Context, next func(huma.Context)) {
	u := ctx.URL()
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		s.refuse(ctx, newProblem(http.StatusBadRequest, "malformed", "the query of the address cannot be read"))
		return
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if slices.ContainsFunc(query[name], illegible) {
			p := newProblem(http.StatusUnprocessableEntity, "invalid", "the input is not valid; errors say where")
			p.Errors = []FieldError{{Location: "query." + printable(name), Message: "this holds a control character, or is not UTF-8"}}
			s.refuse(ctx, p)
			return
		}
	}
	if illegible(u.Path) {
		s.refuse(ctx, newProblem(http.StatusNotFound, "not_found", "there is nothing at this path"))
		return
	}
	next(ctx)
}

func illegible(text string) bool {
	return !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl)
}

// printable is the name of a parameter as it can be repeated in an answer.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(name, ""))
}
