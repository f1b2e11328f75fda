package api

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
)

// The one convention of lists: limit, cursor and where more than one order makes sense sort are asked for; items and,
// when there are more, nextCursor are answered. A cursor says where the page before ended, so that a list which grows
// meanwhile repeats and misses nothing. To clients it is opaque.

// cursorAt makes the cursor of a list in an order from the place of its last item.
func cursorAt(list, order string, place ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(append([]string{list, order}, place...), "\x00")))
}

// placeOf reads what cursorAt made, for the same list in the same order; nil begins the list.
func placeOf(cursor, list, order string, parts int) ([]string, error) {
	if cursor == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	place := strings.Split(string(raw), "\x00")
	if err != nil || len(place) != parts+2 || place[0] != list || place[1] != order || slices.ContainsFunc(place, illegible) {
		return nil, badCursor()
	}
	return place[2:], nil
}

func badCursor() *Problem {
	p := newProblem(http.StatusUnprocessableEntity, "invalid", "the input is not valid; errors say where")
	p.Errors = []FieldError{{Location: "query.cursor", Message: "not a cursor that this list gave in this order; leave it out to begin"}}
	return p
}

// PageQuery is part of the query of every list. It is exported as RequestPath is.
type PageQuery struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"At most so many"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"nextCursor of the page before"`
}

// pageOf takes a page out of all there is, in the order of sort: what comes after the cursor. place says where an item
// stands, by two texts; no two stand in the same place.
func pageOf[T any](all []T, list, sort string, q PageQuery, place func(T) [2]string) (page []T, next string, err error) {
	after, err := placeOf(q.Cursor, list, sort, 2)
	if err != nil {
		return nil, "", err
	}
	direction := 1
	if strings.HasPrefix(sort, "-") {
		direction = -1
	}
	all = slices.SortedFunc(slices.Values(all), func(a, b T) int { return direction * compare(place(a), place(b)) })
	if after != nil {
		all = slices.DeleteFunc(all, func(item T) bool { return direction*compare(place(item), [2]string(after)) <= 0 })
	}
	if len(all) <= q.Limit {
		return all, "", nil
	}
	page = all[:q.Limit]
	last := place(page[q.Limit-1])
	return page, cursorAt(list, sort, last[:]...), nil
}

func compare(a, b [2]string) int { return slices.Compare(a[:], b[:]) }

// contains says whether a text holds every word, letter case aside.
func contains(text, words string) bool {
	text = strings.ToLower(text)
	for word := range strings.FieldsSeq(strings.ToLower(words)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}
