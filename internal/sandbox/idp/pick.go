package idp

import (
	"net/http"
	"net/url"
)

// pickPath is the sign-in page.
const pickPath = "/pick"

// cookieName holds the provider's own sign-in. Cookies are not kept apart by port, so it has a name that no client uses.
const cookieName = "team-sandbox-provider"

// showPick lets somebody pick who they are.
func (p *Provider) showPick(w http.ResponseWriter, r *http.Request) {
	q, ok := p.state.request(r.URL.Query().Get("id"))
	if !ok || q.Done() {
		p.explain(w, http.StatusBadRequest, "This sign-in is over", "It was finished, or begun too long ago. Go back to where you came from and sign in again.")
		return
	}
	in, known := p.remembered(r)
	if q.silent() {
		if known && q.fresh(in, p.config.Now()) {
			p.state.accept(q, in)
		}
		p.goOn(w, r, q) // as nobody, where that is so: the client is told
		return
	}
	render(w, http.StatusOK, "pick", p.pickPage(q, r.URL.Query().Get("q"), in, known))
}

// remembered is who is signed in to the provider in this browser, and may still sign in.
func (p *Provider) remembered(r *http.Request) (signIn, bool) {
	in, ok := p.state.remembered(cookieOf(r))
	if !ok {
		return in, false
	}
	who, ok := find(p.config.People, in.subject)
	return in, ok && !who.Disabled
}

func cookieOf(r *http.Request) string {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return ""
	}
	return c.Value
}

func (p *Provider) pickPage(q *request, query string, in signIn, known bool) pickPage {
	page := pickPage{ID: q.id, Client: hostOf(q.asked.RedirectURI), Query: query, SecondFactor: q.wantsSecondFactor()}
	if known && q.fresh(in, p.config.Now()) && query == "" {
		who, _ := find(p.config.People, in.subject)
		page.Continue = p.card(who)
	}
	page.Fresh = !q.fresh(signIn{at: p.config.Now()}, p.config.Now()) || known && !q.fresh(in, p.config.Now())
	found, left := search(p.config.People, query)
	page.Left = left
	for _, who := range found {
		if who.First && query == "" {
			page.First = append(page.First, *p.card(who))
		} else {
			page.Others = append(page.Others, *p.card(who))
		}
	}
	return page
}

func (p *Provider) card(who Person) *card { return &card{who, p.config.People.Can(who)} }

// mostPosted is the size of the page's form, in bytes.
const mostPosted = 1 << 14

// pick signs in who was picked, and leads back to the client.
func (p *Provider) pick(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, mostPosted)
	q, ok := p.state.request(r.PostFormValue("id"))
	if !ok || q.Done() {
		p.explain(w, http.StatusBadRequest, "This sign-in is over", "It was finished, or begun too long ago. Go back to where you came from and sign in again.")
		return
	}
	if r.PostFormValue("continue") != "" {
		in, known := p.remembered(r)
		if !known || !q.fresh(in, p.config.Now()) {
			http.Redirect(w, r, p.state.client.LoginURL(q.id), http.StatusSeeOther)
			return
		}
		p.state.accept(q, in)
		p.goOn(w, r, q)
		return
	}
	who, ok := find(p.config.People, r.PostFormValue("person"))
	switch {
	case !ok:
		p.explain(w, http.StatusNotFound, "Nobody is called that", "The organization has changed since the page was shown. Go back and pick again.")
		return
	case who.Disabled:
		p.explain(w, http.StatusForbidden, who.Name+" cannot sign in", "This user is disabled in the simulated organization. Go back and pick somebody else.")
		return
	}
	in := signIn{subject: who.Subject, at: p.config.Now(), secondFactor: r.PostFormValue("second_factor") != ""}
	cookie, err := p.state.remember(in, cookieOf(r))
	if err != nil {
		p.explain(w, http.StatusInternalServerError, "That did not work", err.Error())
		return
	}
	//nolint:gosec // the sandbox serves plain HTTP, on loopback
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: cookie, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	p.state.accept(q, in)
	p.goOn(w, r, q)
}

// accept signs a request in, once.
func (s *state) accept(q *request, in signIn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if q.as == nil {
		q.as = &in
	}
}

// goOn hands over to the protocol, which leads back to the client with a code or an error.
func (p *Provider) goOn(w http.ResponseWriter, r *http.Request, q *request) {
	http.Redirect(w, r, "/authorize/callback?"+url.Values{"id": {q.id}}.Encode(), http.StatusSeeOther)
}

// forgetting signs out of the provider whoever is sent to a sign-out, before the protocol leads on.
func (p *Provider) forgetting(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.state.forget(cookieOf(r))
		//nolint:gosec // as where it is set
		http.SetCookie(w, &http.Cookie{Name: cookieName, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
		next.ServeHTTP(w, r)
	})
}

func (p *Provider) showSignedOut(w http.ResponseWriter, _ *http.Request) {
	p.explain(w, http.StatusOK, "You are signed out",
		"The sandbox's provider has forgotten who you were. Close this page, or go back and sign in as somebody else.")
}

func (p *Provider) explain(w http.ResponseWriter, status int, title, message string) {
	render(w, status, "message", messagePage{title, message})
}
