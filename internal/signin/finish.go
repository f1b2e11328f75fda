package signin

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/identity/provider"
)

// maxForm bounds what a SAML provider's page may send: 64 KiB of XML, in base64, with escapes.
const maxForm = 128 << 10

// callback is where OpenID Connect providers send browsers back to.
func (h *Handler) callback(w http.ResponseWriter, r *http.Request) {
	p, ok := h.byName[r.PathValue("provider")]
	if !ok || p.AnswersByPost() {
		h.unknown(w, r)
		return
	}
	q := r.URL.Query()
	h.finish(w, r, p, q["state"], q)
}

// acs is where SAML providers' pages send browsers back to.
func (h *Handler) acs(w http.ResponseWriter, r *http.Request) {
	p, ok := h.byName[r.PathValue("provider")]
	if !ok || !p.AnswersByPost() {
		h.unknown(w, r)
		return
	}
	came, err := postForm(w, r, maxForm)
	if err != nil {
		h.refuse(w, r, p, "/", provider.RefuseFor(provider.Invalid, err, "the answer cannot be read"))
		return
	}
	h.finish(w, r, p, came["RelayState"], came)
}

// finish signs somebody in by what came back, or adds a fresh proof to the sign-in they have.
func (h *Handler) finish(w http.ResponseWriter, r *http.Request, p Provider, states []string, came url.Values) {
	a, err := h.attempt(w, r, p, states)
	if err != nil {
		h.refuse(w, r, p, "/", provider.RefuseFor(provider.Unasked, err, "an answer to no attempt"))
		return
	}
	back := localPath(a.Return)
	answer, err := p.Finish(r.Context(), a, came)
	if err != nil {
		h.refuse(w, r, p, back, err)
		return
	}
	// Only now, so that nobody but who has a provider's answer can have anything kept.
	until := h.Now().Add(provider.Patience + provider.Skew)
	if answer.Until.After(until) {
		until = answer.Until
	}
	fresh, err := h.Used.UseAnswer(r.Context(), append([]string{"state " + a.State()}, answer.Once...), until, h.Now())
	if err == nil && !fresh {
		err = provider.Refuse(provider.Invalid, "the answer was used before")
	}
	if err == nil && a.Fresh {
		err = h.prove(w, r, a, answer.External)
	} else if err == nil {
		err = h.begin(w, r, a, answer.External)
	}
	if err != nil {
		h.refuse(w, r, p, back, err)
		return
	}
	h.Count(p.Name(), "ok")
	http.Redirect(w, r, back, http.StatusSeeOther)
}

// prove adds the fresh proof to the sign-in it was asked for, and to the command line's that it is for as well.
func (h *Handler) prove(w http.ResponseWriter, r *http.Request, a provider.Attempt, who identity.External) error {
	secret, in, err := h.SignIns.Prove(r.Context(), who, h.origin(r), a.SignIn, a.For)
	if err == nil && secret != "" {
		h.setSecret(w, secret, in)
	}
	return err
}

// begin signs somebody in. A sign-in that the browser had ends.
func (h *Handler) begin(w http.ResponseWriter, r *http.Request, a provider.Attempt, who identity.External) error {
	previous, err := secretOf(r)
	if err != nil && !errors.Is(err, identity.ErrNobody) {
		return provider.RefuseFor(provider.Invalid, err, "the browser's sign-in cannot be told")
	}
	secret, in, err := h.SignIns.Begin(r.Context(), who, h.origin(r), previous)
	if err != nil {
		return err
	}
	h.setSecret(w, secret, in)
	// A form on a provider's page brings no cookie for this site only, so the sign-in that the browser had when it began is
	// ended by its name; by the person it belongs to alone.
	if previous == "" && a.SignIn != "" && a.SignIn != in.ID {
		by := access.Actor{Kind: audit.Person, UserID: in.UserID, SignInID: in.ID}
		if err := h.SignIns.End(r.Context(), by, a.SignIn); err != nil {
			h.Log.InfoContext(r.Context(), "the sign-in that a new one replaces was not ended", "signIn", a.SignIn, "error", err)
		}
	}
	return nil
}
