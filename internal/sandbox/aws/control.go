package aws

import (
	"maps"
	"net/http"
	"slices"
)

const controlPrefix = "/_sandbox/"

func (a *AWS) serveControl(w http.ResponseWriter, r *http.Request) {
	http.NotFound(w, r)
}

func sortedTriples[V any](m map[Triple]V) []Triple {
	return slices.SortedFunc(maps.Keys(m), compareTriples)
}
