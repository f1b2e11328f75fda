package signin

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/policy"
)

// proofAsked is what brought somebody to the page: an act that demands fresh proof, of the browser's sign-in or of their
// command line's.
type proofAsked struct {
	page identity.StepUpPage
	of   identity.SignIn // that the proof is for
}

// stepUpBody is what the page shows.
type stepUpBody struct {
	What, Age   string
	For, Return string
	CommandLine *identity.SignIn // that the proof is for, nil where it is for this browser
	Passkey     bool
	Providers   []choice
	Notes       []string
	Done        bool
	ShownAt     time.Time
}

// stepUp is the page on which somebody shows that it is them: with a passkey, or by signing in at their provider again.
func (h *Handler) stepUp(w http.ResponseWriter, r *http.Request) {
	v, ok := h.visitor(w, r, r.URL.RequestURI())
	if !ok {
		return
	}
	who, in := v.actor, v.signIn
	a, err := h.askedFor(r, who, in)
	if access.CodeOf(err) == access.CodeNotFound {
		h.show(w, r, http.StatusNotFound, "refused", page{Title: "Not found", SignedIn: who.Name, Body: refusal{
			Sentence: "The sign-in that this is for is not yours, or is over.",
			Do:       []string{"Begin again where you came from. If you are signed in here as somebody else than there, sign out first."}, Again: "/",
		}})
		return
	}
	if err != nil {
		h.cannotTell(w, r, err)
		return
	}
	body := stepUpBody{What: actTitle(a.page.Act), Return: a.page.Return, For: a.page.For}
	if !a.page.Demand.None() {
		body.Age = policy.Spell(a.page.Demand.MaxAge)
	}
	if a.page.For != "" {
		body.CommandLine = &a.of
	}
	if newest, shown := a.shown(h.Now()); shown {
		body.Done, body.ShownAt = true, newest
	} else if err := h.ways(r, v, a, &body); err != nil {
		h.cannotTell(w, r, err)
		return
	}
	h.show(w, r, http.StatusOK, "step-up", page{Title: "Show that it is you", SignedIn: who.Name, Body: body, Script: webauthnScript})
}

// askedFor reads what the address says. The sign-in it is for must be the caller's own and go on.
func (h *Handler) askedFor(r *http.Request, who access.Actor, in identity.SignIn) (proofAsked, error) {
	a := proofAsked{page: identity.ReadStepUpPage(r.URL.Query()), of: in}
	if a.page.Return != "" {
		a.page.Return = localPath(a.page.Return)
	}
	id := a.page.For
	if id == "" || id == in.ID {
		a.page.For = ""
		return a, nil
	}
	// Whatever else they may see: a proof is only ever added to one's own.
	own := access.Actor{Kind: who.Kind, UserID: who.UserID}
	of, err := h.SignIns.Read(r.Context(), own, id)
	if err == nil && (of.Kind == identity.KindBrowser || !of.Alive(h.Now())) {
		err = &access.Error{Code: access.CodeNotFound, Message: "the sign-in is over, or another browser's"}
	}
	a.of = of
	return a, err
}

// shown says when what was asked for was shown, if it was.
func (a proofAsked) shown(now time.Time) (newest time.Time, shown bool) {
	if a.page.Demand.None() || !a.page.Demand.Met(a.of.Proofs, now) {
		return newest, false
	}
	for _, p := range a.of.Proofs {
		if p.At.After(newest) && a.page.Demand.Met([]access.Proof{p}, now) {
			newest = p.At
		}
	}
	return newest, true
}

func (a proofAsked) counts(k policy.ProofKind) bool {
	return a.page.Demand.None() || slices.Contains(a.page.Demand.Kinds, k)
}

// ways fills in how it can be shown.
func (h *Handler) ways(r *http.Request, v visitor, a proofAsked, body *stepUpBody) error {
	if a.counts(policy.ProofPasskey) {
		ready, note, err := h.passkeyReady(r, v.actor)
		if err != nil {
			return err
		}
		body.Passkey = ready
		if note != "" {
			body.Notes = append(body.Notes, note)
		}
	}
	if !a.counts(policy.ProofProvider) {
		return nil
	}
	// Back to this page, which says that it is done, or what is still missing.
	var notes []string
	body.Providers, notes = h.again(v, a.page.String(), a.page.For, a.page.Demand.ACR)
	if len(a.page.Demand.ACR) > 0 && len(body.Providers) > 0 {
		notes = append(notes, a.strength(h.Now()))
	}
	body.Notes = append(body.Notes, notes...)
	return nil
}

// strength says how somebody must sign in anew for it to count, and of a sign-in just now why it did not.
func (a proofAsked) strength(now time.Time) string {
	wanted := "Signing in again counts only as " + strings.Join(a.page.Demand.ACR, " or ") + "."
	weaker := a.page.Demand
	weaker.ACR = nil
	var newest access.Proof
	for _, p := range a.of.Proofs {
		if p.Kind == policy.ProofProvider && p.At.After(newest.At) && weaker.Met([]access.Proof{p}, now) {
			newest = p
		}
	}
	switch {
	case newest.At.IsZero():
		return wanted
	case newest.ACR == "":
		return "You signed in at " + instant(newest.At) + "; your provider did not say how. That does not count. " + wanted
	}
	return "You signed in at " + instant(newest.At) + " as " + newest.ACR + ". That does not count. " + wanted
}

// again are the providers where somebody can sign in anew: the one they signed in with, which is asked for any of the
// authentication contexts that are demanded.
func (h *Handler) again(v visitor, back, commandLine string, acr []string) (choices []choice, notes []string) {
	p, known := h.byName[v.signIn.Provider]
	switch {
	case !known:
		return nil, []string{"You did not sign in here with one of the providers of TEAM: sign out, and sign in with yours."}
	case !p.ProvesFreshness():
		return nil, []string{p.Title() + " is not known to ask people again, so that signing in there again shows nothing new. A passkey does."}
	}
	q := url.Values{"fresh": {"1"}, "return": {back}}
	if commandLine != "" {
		q.Set("for", commandLine)
		q.Set("nonce", v.nonce(shownFor, commandLine))
	}
	if len(acr) > 0 {
		q["acr"] = acr
	}
	return []choice{{p.Title(), "/sign-in/" + p.Name() + "?" + q.Encode()}}, nil
}

func actTitle(act policy.Act) string {
	switch act {
	case policy.ActDecide:
		return "Deciding on this request"
	case policy.ActPolicies:
		return "Changing policies and settings"
	case policy.ActTokens:
		return "Issuing a token"
	case policy.ActEmergency:
		return "Emergency access"
	case policy.ActPasskeys:
		return "Registering or removing a passkey"
	}
	return "What you are about to do"
}
