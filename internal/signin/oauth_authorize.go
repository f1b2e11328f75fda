package signin

import (
	"net/http"
	"net/url"

	"github.com/team-idc/team/internal/identity"
)

// wish is what the command line asks a signed-in person for, as it came in the address.
type wish struct {
	params                              map[string]string
	redirectURI, state, challenge, host string
}

// wishParams are the parameters that count; others are ignored, as RFC 6749 has it.
var wishParams = []string{"response_type", "client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method", "host"}

const mostState = 200

// readWish checks what the command line asks for. problem is what a person is told of what cannot be sent back to the
// program, because nobody knows whose program it is; fault is what the program is told.
func readWish(params map[string]string) (w wish, problem, fault string) {
	w = wish{params: params, redirectURI: params["redirect_uri"], state: params["state"], challenge: params["code_challenge"]}
	w.host = identity.CleanHost(params["host"])
	switch {
	case params["client_id"] != CLIClient:
		return w, "It does not come from TEAM's command line.", ""
	case !isCommandLines(w.redirectURI):
		return w, "It would send your sign-in somewhere else than to the command line on your own machine.", ""
	case params["response_type"] != "code":
		return w, "", "unsupported_response_type"
	case params["code_challenge_method"] != "S256" || !identity.ValidChallenge(w.challenge):
		return w, "", "invalid_request"
	case w.state == "" || len(w.state) > mostState:
		return w, "", "invalid_request"
	}
	return w, "", ""
}

// back is where the browser goes with the answer.
func (w wish) back(issuer, name, value string) string {
	q := url.Values{name: {value}, "iss": {issuer}}
	if w.state != "" && len(w.state) <= mostState {
		q.Set("state", w.state)
	}
	return w.redirectURI + "?" + q.Encode()
}

// again is the address that asks for the same.
func (w wish) again() string {
	q := url.Values{}
	for _, name := range wishParams {
		if v, ok := w.params[name]; ok {
			q.Set(name, v)
		}
	}
	return authorizePath + "?" + q.Encode()
}

func (w wish) parts() []string {
	parts := make([]string, 0, len(wishParams))
	for _, name := range wishParams {
		parts = append(parts, w.params[name])
	}
	return parts
}

// authorize shows a signed-in person what the command line asks for.
func (o *OAuth) authorize(w http.ResponseWriter, r *http.Request) {
	params, ok := single(r.URL.Query())
	if !ok {
		o.problem(w, r, "The link is malformed.")
		return
	}
	wanted, ok := o.wish(w, r, params)
	if !ok {
		return
	}
	who, ok := o.visitor(w, r, wanted.again())
	if !ok {
		return
	}
	hidden := make([]hiddenField, 0, len(wishParams)+1)
	for _, name := range wishParams {
		hidden = append(hidden, hiddenField{name, wanted.params[name]})
	}
	hidden = append(hidden, hiddenField{"nonce", who.nonce("authorize", wanted.parts()...)})
	body := o.asked(who, authorizePath, hidden...)
	body.Host, body.Address = wanted.host, o.origin(r).Address
	o.show(w, r, http.StatusOK, "cli-allow", page{Title: "Sign in the command line?", SignedIn: who.actor.Name, Body: body})
}

// wish reads what is asked for, and answers what is wrong with it.
func (o *OAuth) wish(w http.ResponseWriter, r *http.Request, params map[string]string) (wish, bool) {
	wanted, problem, fault := readWish(params)
	switch {
	case problem != "":
		o.Log.InfoContext(r.Context(), "command line was not signed in", "path", r.URL.Path, "reason", problem, "address", o.origin(r).Address)
		o.problem(w, r, problem)
		return wish{}, false
	case fault != "":
		o.leave(w, r, wanted.back(o.issuer(), "error", fault), "The command line asked for something that TEAM does not know; it may be of another version.")
		return wish{}, false
	}
	return wanted, true
}

// decideAuthorize does what the person chose on the page.
func (o *OAuth) decideAuthorize(w http.ResponseWriter, r *http.Request) {
	params, ok := form(w, r)
	if !ok {
		o.problem(w, r, "The form is malformed.")
		return
	}
	wanted, ok := o.wish(w, r, params)
	if !ok {
		return
	}
	who, ok := o.visitor(w, r, wanted.again())
	if !ok {
		return
	}
	if !who.hasNonce(params["nonce"], "authorize", wanted.parts()...) {
		o.Log.WarnContext(r.Context(), "command line was not signed in", "path", r.URL.Path, "reason", "the form is not one that TEAM showed",
			"address", o.origin(r).Address)
		http.Redirect(w, r, wanted.again(), http.StatusSeeOther) // signed in anew meanwhile, perhaps: ask again
		return
	}
	switch params["decision"] {
	case "allow":
		code, err := o.Grants.Authorize(r.Context(), who.signIn, identity.Authorization{
			RedirectURI: wanted.redirectURI, Challenge: wanted.challenge, Host: wanted.host,
		})
		if err != nil {
			o.cannotTell(w, r, err)
			return
		}
		o.leave(w, r, wanted.back(o.issuer(), "code", code), "Going back to the command line…")
	case "refuse":
		o.leave(w, r, wanted.back(o.issuer(), "error", "access_denied"), "The command line was not signed in.")
	default:
		o.problem(w, r, "The form is malformed.")
	}
}
