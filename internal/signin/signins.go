package signin

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/identity"
)

// listed is one of somebody's sign-ins, as the page shows it.
type listed struct {
	ID, How, From, Browser string
	Started, Seen, Ends    time.Time
	This                   bool
}

// maxListed bounds the page.
const maxListed = 50

// SignInsPath is the page of where somebody is signed in. Unlike the application's page for it, it works without scripts,
// and in a program that was built without the application.
const SignInsPath = "/sign-ins"

// list says who is signed in, and where else they are.
func (h *Handler) list(w http.ResponseWriter, r *http.Request) {
	v, ok := h.visitor(w, r, r.URL.RequestURI())
	if !ok {
		return
	}
	who, in := v.actor, v.signIn
	open, err := h.SignIns.List(r.Context(), identity.SignInFilter{UserID: who.UserID, Open: h.Now(), Limit: maxListed})
	if err != nil {
		h.cannotTell(w, r, err)
		return
	}
	body := struct {
		Name, Provider, Server string
		Roles                  []string
		Ends                   time.Time
		SignIns                []listed
	}{Name: who.Name, Roles: roles(who), Provider: h.titleOf(in.Provider), Server: h.Public.String(), Ends: in.ExpiresAt}
	for _, one := range open {
		if one.Alive(h.Now()) {
			body.SignIns = append(body.SignIns, listed{
				ID: one.ID, How: kindOf(one.Kind), From: one.Address, Browser: browserOf(one.UserAgent), Started: one.StartedAt, Seen: one.LastSeenAt,
				Ends: one.ExpiresAt, This: one.ID == in.ID,
			})
		}
	}
	h.show(w, r, http.StatusOK, "sign-ins", page{Title: "Where you are signed in", SignedIn: who.Name, Body: body})
}

func roles(who access.Actor) []string {
	var list []string
	if who.Administrator {
		list = append(list, "administrator")
	}
	if who.Auditor {
		list = append(list, "auditor")
	}
	return list
}

func kindOf(k identity.Kind) string {
	switch k {
	case identity.KindBrowser:
		return "browser"
	case identity.KindCLI:
		return "command line"
	case identity.KindOperator:
		return "operator"
	}
	return string(k)
}

func (h *Handler) titleOf(name string) string {
	if p, ok := h.byName[name]; ok {
		return p.Title()
	}
	return name
}

// endOne ends another of somebody's own sign-ins.
func (h *Handler) endOne(w http.ResponseWriter, r *http.Request) {
	v, ok := h.visitor(w, r, SignInsPath)
	if !ok {
		return
	}
	who, in := v.actor, v.signIn
	sent, _ := form(w, r) // what is no form names no sign-in
	id := sent["id"]
	if id == in.ID {
		h.signOut(w, r)
		return
	}
	// Only their own, whatever else they may: others' are ended where it is asked for.
	own := access.Actor{Kind: who.Kind, UserID: who.UserID, Name: who.Name, SignInID: who.SignInID}
	if err := h.SignIns.End(r.Context(), own, id); err != nil && access.CodeOf(err) == "" {
		h.cannotTell(w, r, err)
		return
	}
	http.Redirect(w, r, SignInsPath, http.StatusSeeOther)
}

// signOut ends the browser's sign-in. It is no secret that somebody is signed out: it works for everybody alike.
func (h *Handler) signOut(w http.ResponseWriter, r *http.Request) {
	v, err := h.signedInAs(r)
	// Another site's form brings no cookie, and must not take it away either.
	if len(r.CookiesNamed(identity.CookieName)) > 0 {
		clearSecret(w)
	}
	there := "/signed-out"
	switch {
	case err == nil:
		if err := h.SignIns.End(r.Context(), v.actor, v.signIn.ID); err != nil {
			h.cannotTell(w, r, err)
			return
		}
		there += "?" + url.Values{"from": {v.signIn.Provider}}.Encode()
	case !errors.Is(err, identity.ErrNobody) && !errors.Is(err, errTwoCookies):
		h.cannotTell(w, r, err)
		return
	}
	http.Redirect(w, r, there, http.StatusSeeOther)
}

// leaveWait is how long somebody who signs out waits for where to sign out at the provider: they are about to go, and are
// signed out of TEAM already.
const leaveWait = time.Second

// signedOut says so, and offers to sign out at the provider as well: who sits down at this browser next would be signed in
// again without a question otherwise.
func (h *Handler) signedOut(w http.ResponseWriter, r *http.Request) {
	body := struct{ Title, Leave string }{}
	if p, ok := h.byName[r.URL.Query().Get("from")]; ok {
		body.Title = p.Title()
		if ends, ok := p.(interface {
			EndSession(ctx context.Context) string
		}); ok {
			ctx, cancel := context.WithTimeout(r.Context(), leaveWait)
			defer cancel()
			body.Leave = ends.EndSession(ctx)
		}
	}
	h.show(w, r, http.StatusOK, "signed-out", page{Title: "Signed out", Body: body})
}
