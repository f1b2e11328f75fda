// Package awsfault is the one vocabulary for what can go wrong in a call to AWS. It does no I/O and knows no SDK, so
// that domain packages can tell a refusal from an outage, and an unknown outcome from a certain one, without
// importing either.
package awsfault

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what a failed call means for whoever made it.
type Kind string

// The kinds. Every failed call has exactly one.
const (
	// Throttled: AWS took no notice of the call because of its rate limits. Nothing happened.
	Throttled Kind = "throttled"
	// Conflict: another operation on the same thing is in progress. Nothing happened; the same call succeeds later.
	Conflict Kind = "conflict"
	// NotFound: the thing named in the call does not exist.
	NotFound Kind = "not_found"
	// Denied: IAM, a service control policy or the delegated administrator's limits refuse the call.
	Denied Kind = "denied"
	// Invalid: AWS does not accept the call as it is; sending it again changes nothing.
	Invalid Kind = "invalid"
	// NotOffered: the endpoint does not know the operation (some partitions and emulators lack newer ones).
	NotOffered Kind = "not_offered"
	// QuotaExceeded: a quota of the account or instance is used up.
	QuotaExceeded Kind = "quota_exceeded"
	// Unavailable: AWS answered with an internal error (5xx). A write may have been done.
	Unavailable Kind = "unavailable"
	// Unreachable: no connection could be made, so that AWS never received the call.
	Unreachable Kind = "unreachable"
	// Unknown: the answer did not come, or could not be read. A write may have been done.
	Unknown Kind = "unknown"
	// KMS: the customer-managed key that encrypts IAM Identity Center cannot be used; Reason says why.
	KMS Kind = "kms"
	// NetworkRule: the identity store's network access controls refuse this network.
	NetworkRule Kind = "network_rule"
	// SkewedClock: AWS refused the signature because this machine's clock is off by more than five minutes.
	SkewedClock Kind = "skewed_clock"
	// Credentials: there are no AWS credentials, or AWS does not accept them.
	Credentials Kind = "credentials"
)

// Error is a failed call to AWS.
type Error struct {
	Kind      Kind
	Operation string // service:Operation, such as sso-admin:CreateAccountAssignment
	Code      string // AWS's error code, "" where AWS did not answer
	Message   string // AWS's own words, or the transport's
	Reason    string // AWS's machine-readable reason, such as KMS_AccessDeniedException; often ""
	RequestID string // for AWS support; "" where AWS did not answer
	// RetryAfter is AWS's wish how long to wait; zero where it named none.
	RetryAfter time.Duration
	// Cause is what the transport or the SDK reported; it may be nil.
	Cause error
}

// Error names operation, code and message; it is for logs. People are shown Sentence.
func (e *Error) Error() string {
	code := e.Code
	if code == "" {
		code = string(e.Kind)
	}
	return fmt.Sprintf("%s: %s: %s", e.Operation, code, e.Message)
}

// Unwrap gives the SDK's or the transport's error.
func (e *Error) Unwrap() error { return e.Cause }

// Retryable says whether the same call, unchanged, can succeed later without anybody doing something about it.
func (e *Error) Retryable() bool {
	switch e.Kind {
	case Throttled, Conflict, Unavailable, Unreachable, Unknown:
		return true
	case NotFound, Denied, Invalid, NotOffered, QuotaExceeded, KMS, NetworkRule, SkewedClock, Credentials:
		return false
	}
	return false
}

// MayHaveHappened says whether a write may have been done in spite of the error, so that only a read tells.
// AWS offers no client token for assignments, hence the question.
func (e *Error) MayHaveHappened() bool { return e.Kind == Unknown || e.Kind == Unavailable }

// Of finds the Error in err's chain.
func Of(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// Is says whether err is a failed call of this kind.
func Is(err error, kind Kind) bool {
	e, ok := Of(err)
	return ok && e.Kind == kind
}
