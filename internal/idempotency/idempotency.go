// Package idempotency lets a call that changes something be repeated without doing it twice. The caller names the call
// by a key; the key travels in the context down to the store, which writes it in the transaction of the change (P6),
// pointing to the change's first event. So whoever finds the key finds what the call did, also where the process was
// killed between the commit and its answer, and on every replica.
package idempotency

import (
	"context"
	"errors"
	"time"
)

// KeptFor is how long a key is remembered.
const KeptFor = 24 * time.Hour

// Key names one call of one caller.
type Key struct {
	Caller    string // kind and id
	Operation string
	Text      string // what the caller chose
	// Part tells apart the transactions of an operation that has several; "" where it has one.
	Part string
	// Fingerprint of the call's method, path and body: the same key with another one is a mistake of the caller's.
	Fingerprint string
}

// Used is what is remembered of a key, or of one part of it.
type Used struct {
	Part        string
	Fingerprint string
	Sequence    int64 // of the first event of the change
}

// ErrUsed refuses a change whose key another transaction has used already. Nothing of it is written.
var ErrUsed = errors.New("the idempotency key was used already")

type contextKey struct{}

// With makes the next change that is written under this context use the key.
func With(ctx context.Context, k Key) context.Context { return context.WithValue(ctx, contextKey{}, k) }

// From is the key of a context.
func From(ctx context.Context) (k Key, ok bool) {
	k, ok = ctx.Value(contextKey{}).(Key)
	return k, ok
}
