package idp

import (
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// What the acr and amr claims say: which of the two somebody signed in with.
const (
	ACRPassword     = "urn:team:sandbox:password"
	ACRSecondFactor = "urn:team:sandbox:second-factor"
)

// request is one sign-in that a client asked for. The methods are those that zitadel/oidc's AuthRequest asks for; what
// they answer goes into the tokens, which is why trouble is made here.
type request struct {
	id    string
	asked oidc.AuthRequest
	state *state

	// as is set once somebody has picked; a request is signed in once.
	as *signIn
}

// fresh says whether a sign-in of before may be gone on with: not if the client wants another one, or a younger one.
func (r *request) fresh(in signIn, now time.Time) bool {
	if slices.Contains(r.asked.Prompt, oidc.PromptLogin) {
		return false
	}
	if r.asked.MaxAge == nil {
		return true
	}
	return now.Before(in.at.Add(time.Duration(*r.asked.MaxAge) * time.Second))
}

// silent says that the client wants no page to be shown.
func (r *request) silent() bool { return slices.Contains(r.asked.Prompt, oidc.PromptNone) }

// wantsSecondFactor says that the client asks for a second factor.
func (r *request) wantsSecondFactor() bool {
	return slices.Contains(r.asked.ACRValues, ACRSecondFactor)
}

func (r *request) signedIn() signIn {
	r.state.mu.Lock()
	defer r.state.mu.Unlock()
	if r.as == nil {
		return signIn{}
	}
	return *r.as
}

func (r *request) trouble() Trouble {
	r.state.mu.Lock()
	defer r.state.mu.Unlock()
	return r.state.trouble
}

func (r *request) GetID() string { return r.id }

func (r *request) GetACR() string {
	if r.signedIn().secondFactor && !r.trouble().NoACR {
		return ACRSecondFactor
	}
	return ACRPassword
}

func (r *request) GetAMR() []string {
	if r.signedIn().secondFactor && !r.trouble().NoACR {
		return []string{"pwd", "otp", "mfa"}
	}
	return []string{"pwd"}
}

// GetAudience is empty where the client alone is meant: zitadel/oidc adds it.
func (r *request) GetAudience() []string {
	if other := r.trouble().Audience; other != "" {
		return []string{other}
	}
	return []string{r.asked.ClientID}
}

func (r *request) GetAuthTime() time.Time {
	return r.signedIn().at.Add(-r.trouble().AuthTimeBehind.value())
}
func (r *request) GetClientID() string { return r.asked.ClientID }

func (r *request) GetCodeChallenge() *oidc.CodeChallenge {
	if r.asked.CodeChallenge == "" {
		return nil
	}
	return &oidc.CodeChallenge{Challenge: r.asked.CodeChallenge, Method: r.asked.CodeChallengeMethod}
}

func (r *request) GetNonce() string {
	if other := r.trouble().Nonce; other != "" {
		return other
	}
	return r.asked.Nonce
}

func (r *request) GetRedirectURI() string             { return r.asked.RedirectURI }
func (r *request) GetResponseType() oidc.ResponseType { return r.asked.ResponseType }
func (r *request) GetResponseMode() oidc.ResponseMode { return r.asked.ResponseMode }
func (r *request) GetScopes() []string                { return r.asked.Scopes }
func (r *request) GetState() string                   { return r.asked.State }
func (r *request) GetSubject() string                 { return r.signedIn().subject }
func (r *request) Done() bool                         { return r.signedIn().subject != "" }
