package signin

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/identity/provider"
	"github.com/team-idc/team/internal/loopback"
)

// choose shows the providers; where there is one, the browser goes straight on.
func (h *Handler) choose(w http.ResponseWriter, r *http.Request) {
	if h.elsewhere(w, r) {
		return
	}
	back := localPath(r.URL.Query().Get("return"))
	if _, err := h.signedInAs(r); err == nil {
		http.Redirect(w, r, back, http.StatusSeeOther) //nolint:gosec // localPath leads nowhere else
		return
	} else if !errors.Is(err, identity.ErrNobody) {
		h.cannotTell(w, r, err)
		return
	}
	if len(h.Providers) == 1 {
		http.Redirect(w, r, startPath(h.Providers[0], back), http.StatusSeeOther)
		return
	}
	h.show(w, r, http.StatusOK, "choose", page{Title: "Sign in", Body: h.choices(back)})
}

type choice struct{ Title, Path string }

func (h *Handler) choices(back string) []choice {
	var list []choice
	for _, p := range h.Providers {
		list = append(list, choice{p.Title(), startPath(p, back)})
	}
	return list
}

func startPath(p Provider, back string) string {
	return "/sign-in/" + p.Name() + "?" + url.Values{"return": {back}}.Encode()
}

// elsewhere sends a browser on this machine that says 127.0.0.1 to localhost, or the other way: providers send it back to
// the public name, and cookies are a name's own. Other names are left as they are: a proxy may have made them up, and the
// browser would go round in circles.
func (h *Handler) elsewhere(w http.ResponseWriter, r *http.Request) bool {
	asked := url.URL{Host: r.Host}
	if strings.EqualFold(r.Host, h.Public.Host) || !loopback.Host(asked.Hostname()) || !loopback.Host(h.Public.Hostname()) {
		return false
	}
	there := *h.Public
	there.Path, there.RawQuery = r.URL.Path, r.URL.RawQuery
	http.Redirect(w, r, there.String(), http.StatusTemporaryRedirect)
	return true
}

// start sends the browser to a provider.
func (h *Handler) start(w http.ResponseWriter, r *http.Request) {
	p, ok := h.byName[r.PathValue("provider")]
	if !ok {
		h.unknown(w, r)
		return
	}
	if h.elsewhere(w, r) {
		return
	}
	q := r.URL.Query()
	wanted := provider.Attempt{Provider: p.Name(), Started: h.Now(), Return: localPath(q.Get("return"))}
	v, err := h.signedInAs(r)
	switch {
	case err == nil:
		wanted.SignIn = v.signIn.ID
	case !errors.Is(err, identity.ErrNobody):
		h.cannotTell(w, r, err)
		return
	}
	if q.Get("fresh") != "" {
		if err != nil {
			http.Redirect(w, r, signInPath(r.URL.RequestURI()), http.StatusSeeOther)
			return
		}
		if !p.ProvesFreshness() {
			h.noFreshness(w, r, p)
			return
		}
		page := identity.ReadStepUpPage(q)
		if page.For != "" && !v.hasNonce(q.Get("nonce"), shownFor, page.For) {
			page.Return = wanted.Return
			http.Redirect(w, r, whereShown(page), http.StatusSeeOther) //nolint:gosec // a page of TEAM, by localPath
			return
		}
		wanted.Fresh, wanted.For, wanted.ACR = true, page.For, contexts(page.Demand.ACR)
	}
	a, err := provider.Begin(h.Random, wanted)
	if err != nil {
		h.cannotTell(w, r, err)
		return
	}
	there, err := p.Begin(r.Context(), a)
	if err != nil {
		h.refuse(w, r, p, wanted.Return, err)
		return
	}
	h.keep(w, r, p, a)
	http.Redirect(w, r, there, http.StatusSeeOther)
}

// shownFor is the purpose of nonces that prove that a page said which command line's sign-in a fresh proof is for. Whoever
// stole its credentials knows which one it is, and could send its user here, by a link or by where a page leads on to: they
// are to see first what they prove it for.
const shownFor = "prove"

// whereShown is the page that says what a proof is for: the one that led here, where one did.
func whereShown(page identity.StepUpPage) string {
	if strings.HasPrefix(page.Return, identity.StepUpPath+"?") {
		return page.Return
	}
	return page.String()
}

// contexts are the authentication contexts to ask a provider for: each one word, as the protocol lists them.
func contexts(asked []string) []string {
	if slices.ContainsFunc(asked, func(acr string) bool { return acr == "" || strings.ContainsAny(acr, " \t\r\n") }) {
		return nil
	}
	return asked
}
