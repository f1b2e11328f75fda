// Package aws is a simulated AWS organization: IAM Identity Center (sso-admin and identitystore),
// Organizations and STS on their real wire protocols, with AWS's semantics, limits and faults, and
// a record of who could assume what, when, that tests ask.
//
// It is deterministic: it starts no goroutine, draws everything random from one seeded generator,
// and settles asynchronous work lazily. Each request and each inspection first completes every
// operation that is due at Now, in the order of the instants of completion. Importers alias the
// package simaws.
package aws
