// Package ident makes identifiers: UUIDv7 with a prefix that says what they name, from a source that tests and the
// simulation can seed.
package ident

import (
	"crypto/rand"
	"fmt"
	"io"
	"time"

	"github.com/gofrs/uuid/v5"
)

// Source makes identifiers. It is safe for concurrent use if its reader is.
type Source struct {
	gen *uuid.Gen
}

// New returns a source that takes randomness from r (crypto/rand when nil) and time from now.
func New(r io.Reader, now func() time.Time) *Source {
	if r == nil {
		r = rand.Reader
	}
	return &Source{gen: uuid.NewGenWithOptions(uuid.WithRandomReader(r), uuid.WithEpochFunc(now))}
}

// Make returns prefix_uuid. It panics only when the randomness fails, as then nothing may go on.
func (s *Source) Make(prefix string) string {
	id, err := s.gen.NewV7()
	if err != nil {
		panic(fmt.Sprintf("make id: %v", err))
	}
	return prefix + "_" + id.String()
}
