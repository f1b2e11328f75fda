package signin

import (
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/edge"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/identity/provider"
)

// refusal is what the page of a sign-in that did not work says. It tells who belongs here what to do, and strangers
// nothing: the reason is in the log, under the reference.
type refusal struct {
	Sentence  string
	Do        []string
	Reference string
	Again     string // path that begins anew
}

// told is what may be told of each kind of refusal, with the status of the answer.
type told struct {
	status   int
	sentence string
	do       []string
}

func tell(kind provider.Kind) told {
	const (
		again = "Sign in again."
		admin = "If it happens again, tell an administrator the reference below."
	)
	switch kind {
	case provider.Unavailable:
		return told{http.StatusServiceUnavailable, "Your provider cannot be reached just now, or does not answer as it should.", []string{
			"Try again in a minute. Whoever is signed in already goes on.", admin,
		}}
	case provider.Declined:
		return told{http.StatusForbidden, "Your provider did not sign you in.", []string{
			"Sign in again, and finish what your provider asks.",
			"If your provider says that you may not use TEAM, whoever looks after it has to assign TEAM to you there.",
		}}
	case provider.ClockOff:
		return told{http.StatusForbidden, "Your provider's answer is not valid at this time.", []string{
			again, "If it happens again, the clocks of TEAM and your provider are apart: tell an administrator the reference below.",
		}}
	case provider.NotFresh:
		return told{http.StatusForbidden, "Your provider did not ask you again that it is you, or not as strongly as it has to.", []string{
			"Try again, and answer everything that your provider asks.", admin,
		}}
	case provider.Unasked:
		return told{http.StatusForbidden, "This sign-in was not begun in this browser, or more than ten minutes ago, or was finished already.", []string{
			"Begin here: sign in again.", "Do not go back to a page of your provider, and let this browser keep cookies.",
			"Administrators: an application in your provider's portal must open TEAM's start URL, not send an answer by itself.",
		}}
	case provider.Invalid:
	}
	return told{http.StatusForbidden, "Your provider's answer was not accepted.", []string{again, admin}}
}

// refuse shows why nobody is signed in, and notes it for those who look after TEAM.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, p Provider, back string, err error) {
	body := refusal{Reference: h.reference(), Again: startPath(p, back)}
	var status int
	var outcome string
	ours, refused := errors.AsType[*identity.Refusal](err)
	_, theirs := errors.AsType[*provider.Refusal](err)
	switch {
	case refused:
		status, outcome = http.StatusForbidden, string(ours.Code)
		body.Sentence = ours.Public
		body.Do = []string{"Asking an administrator? Tell them the reference below."}
	case theirs:
		kind := provider.KindOf(err)
		t := tell(kind)
		status, outcome = t.status, string(kind)
		body.Sentence, body.Do = t.sentence, t.do
		h.note(r, p, kind, err, body.Reference)
	case access.CodeOf(err) == access.CodeConflict:
		status, outcome = http.StatusForbidden, "over"
		body.Sentence, body.Do = "Your sign-in here is over.", []string{"Sign in again."}
	default:
		status, outcome = http.StatusServiceUnavailable, "error"
		body.Sentence = "TEAM cannot find out just now who you are."
		body.Do = []string{"Try again in a minute. If it happens again, tell an administrator the reference below."}
	}
	if refused || theirs && !excused(provider.KindOf(err)) {
		edge.From(r.Context()).SignInFailed("")
	}
	h.Count(p.Name(), outcome)
	level := slog.LevelWarn
	if outcome == "error" {
		level = slog.LevelError
	}
	h.Log.Log(r.Context(), level, "sign-in refused", "provider", p.Name(), "outcome", outcome, "reason", err.Error(), "reference", body.Reference,
		"address", h.Address(r))
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "60")
	}
	h.show(w, r, status, "refused", page{Title: "Sign-in did not work", Body: body})
}

// excused are refusals that say nothing against who was refused. An answer to nothing is among them: nothing can be guessed
// by it, and any page can have a visitor's browser bring one, which must not close the door to all of that address.
func excused(kind provider.Kind) bool {
	return kind == provider.Unavailable || kind == provider.Declined || kind == provider.Unasked
}

// note records what a provider's answer was refused for. What the provider itself could not do, or people gave up, is no
// refusal of theirs; nor is what a stranger can send without end worth an event: that TEAM knows no such attempt.
func (h *Handler) note(r *http.Request, p Provider, kind provider.Kind, err error, reference string) {
	switch kind {
	case provider.Unavailable, provider.Declined, provider.Unasked:
		return
	case provider.Invalid, provider.ClockOff, provider.NotFresh:
	}
	refused := &identity.Refusal{
		Provider: p.Name(), Code: identity.RefusedProtocol, Reason: err.Error() + " (reference " + reference + ")",
	}
	if err := h.SignIns.NoteRefusal(r.Context(), refused, h.origin(r)); err != nil {
		h.Log.ErrorContext(r.Context(), "a refused sign-in was not recorded", "error", err, "reference", reference)
	}
}

// cannotTell is the answer where the database cannot be asked.
func (h *Handler) cannotTell(w http.ResponseWriter, r *http.Request, err error) {
	body := refusal{
		Sentence: "TEAM cannot find out just now who you are.", Reference: h.reference(), Again: r.URL.Path,
		Do: []string{"Try again in a minute. If it happens again, tell an administrator the reference below."},
	}
	status := http.StatusServiceUnavailable
	if errors.Is(err, errTwoCookies) {
		clearSecret(w)
		status, body.Sentence, body.Do = http.StatusBadRequest, "Your browser sent two sign-ins at once.", []string{"Sign in again."}
		body.Again = "/sign-in"
	} else {
		w.Header().Set("Retry-After", "60")
	}
	h.Log.ErrorContext(r.Context(), "a browser's sign-in cannot be told", "error", err, "reference", body.Reference)
	h.show(w, r, status, "refused", page{Title: "Something is wrong", Body: body})
}

// unknown is the answer where an address names no provider.
func (h *Handler) unknown(w http.ResponseWriter, r *http.Request) {
	h.show(w, r, http.StatusNotFound, "refused", page{Title: "Not found", Body: refusal{
		Sentence: "There is no such page.", Do: []string{"Begin at the page to sign in."}, Again: "/sign-in",
	}})
}

// noFreshness is the answer where a provider cannot show that somebody was asked anew.
func (h *Handler) noFreshness(w http.ResponseWriter, r *http.Request, p Provider) {
	h.show(w, r, http.StatusForbidden, "refused", page{Title: "Not here", Body: refusal{
		Sentence: p.Title() + " cannot prove that you were just asked again, as far as TEAM is told.",
		Do: []string{
			"Use a passkey instead.",
			"Administrators: where the provider does ask again on demand, say proves_freshness: true in its configuration.",
		}, Again: "/",
	}})
}

// reference joins a page with a line of the log.
func (h *Handler) reference() string {
	var b [6]byte
	if _, err := io.ReadFull(h.Random, b[:]); err != nil {
		return "none"
	}
	return hex.EncodeToString(b[:])
}
