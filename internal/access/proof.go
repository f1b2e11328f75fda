package access

import "time"

// ProofKind is how somebody showed that it is really them who acts.
type ProofKind string

// The kinds of proof.
const (
	ProofProvider ProofKind = "provider" // they signed in at a sign-in provider
	ProofPasskey  ProofKind = "passkey"  // they used a passkey that is registered in TEAM
)

// Proof is one such showing. The first of a sign-in is the provider's; fresh ones are added when something asks for them.
type Proof struct {
	Kind ProofKind `json:"kind"`
	At   time.Time `json:"at"` // when they did, as the provider says or TEAM saw
	// Provider, its authentication context class and methods, as it said (OpenID Connect acr and amr, SAML's
	// AuthnContextClassRef); empty for a passkey.
	Provider string   `json:"provider,omitempty"`
	ACR      string   `json:"acr,omitempty"`
	AMR      []string `json:"amr,omitempty"`
	// PasskeyID names the passkey; empty for a provider's.
	PasskeyID string `json:"passkeyId,omitempty"`
}

// SignedIn says whether the actor is a person who signed in, with a browser or the command line, rather than a program
// that holds a token.
func (a Actor) SignedIn() bool { return a.SignInID != "" }
