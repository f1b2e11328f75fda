package provider

import (
	"errors"
	"fmt"
)

// Kind says what came of an attempt that signs nobody in. It is a label of metrics as well: few words, none from outside.
type Kind string

// The kinds of refusal.
const (
	Unavailable Kind = "unavailable" // the provider does not answer, or not as its protocol says
	Declined    Kind = "declined"    // the provider signed nobody in, or the person gave up there
	Invalid     Kind = "invalid"     // an answer that must not be believed
	ClockOff    Kind = "clock"       // a genuine answer, but of another time
	NotFresh    Kind = "not-fresh"   // a genuine answer, but the person was not asked again, or not as strongly as demanded
	Unasked     Kind = "unasked"     // an answer nobody asked for
)

// Refusal is why an answer signs nobody in. Its text is for the log alone: whoever comes back with such an answer is told
// what its kind lets be told.
type Refusal struct { //nolint:errname // it is called a refusal everywhere
	Kind   Kind
	Reason string
	Err    error
}

func (r *Refusal) Error() string {
	if r.Err != nil {
		return r.Reason + ": " + r.Err.Error()
	}
	return r.Reason
}

func (r *Refusal) Unwrap() error { return r.Err }

// Refuse makes a refusal.
func Refuse(kind Kind, format string, args ...any) error {
	return &Refusal{Kind: kind, Reason: fmt.Sprintf(format, args...)}
}

// RefuseFor makes a refusal with the error behind it.
func RefuseFor(kind Kind, err error, reason string) error {
	return &Refusal{Kind: kind, Reason: reason, Err: err}
}

// KindOf an error; Invalid where it is no Refusal: what cannot be told is not believed.
func KindOf(err error) Kind {
	if r, ok := errors.AsType[*Refusal](err); ok {
		return r.Kind
	}
	return Invalid
}

// Quote shortens and quotes what came from outside, for the log.
func Quote(text string) string {
	const most = 200
	if len(text) > most {
		text = text[:most]
	}
	return fmt.Sprintf("%q", text)
}
