package signin

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/identity/provider"
)

// attemptPrefix begins the cookies of attempts. There is one for each, so that several tabs can sign in at once.
const attemptPrefix = "__Host-team-attempt-"

// maxAttempts is how many attempts of one browser go on at a time; the oldest is given up.
const maxAttempts = 6

// errTwoCookies is a browser that sends two cookies of a name that it can have once only: somebody is trying.
var errTwoCookies = errors.New("the request has several sign-in cookies")

func cookie(name, value string, sameSite http.SameSite, maxAge int) *http.Cookie {
	//nolint:gosec // of an attempt at a provider that answers by a form, SameSite must be None; see sameSiteOf
	return &http.Cookie{Name: name, Value: value, Path: "/", Secure: true, HttpOnly: true, SameSite: sameSite, MaxAge: maxAge}
}

// secretOf the sign-in that the browser has; identity.ErrNobody without.
func secretOf(r *http.Request) (string, error) {
	switch found := r.CookiesNamed(identity.CookieName); len(found) {
	case 0:
		return "", identity.ErrNobody
	case 1:
		return found[0].Value, nil
	}
	return "", errTwoCookies
}

// setSecret has the browser keep the secret of a sign-in.
func (h *Handler) setSecret(w http.ResponseWriter, secret string, in identity.SignIn) {
	c := identity.BrowserCookie(secret, in.ExpiresAt.Sub(h.Now()))
	http.SetCookie(w, &c)
}

func clearSecret(w http.ResponseWriter) {
	http.SetCookie(w, cookie(identity.CookieName, "", http.SameSiteLaxMode, -1))
}

// sameSiteOf the cookie of an attempt: a form on another site's page brings only those that are for any site. It is no
// loss: that the browser which began comes back is all that this cookie proves, and it proves it once.
func sameSiteOf(p Provider) http.SameSite {
	if p.AnswersByPost() {
		return http.SameSiteNoneMode
	}
	return http.SameSiteLaxMode
}

func attemptCookie(state string) string { return attemptPrefix + state[:16] }

// keep has the browser keep an attempt, and give up old ones.
func (h *Handler) keep(w http.ResponseWriter, r *http.Request, p Provider, a provider.Attempt) {
	var others []provider.Attempt
	for _, c := range r.Cookies() {
		if strings.HasPrefix(c.Name, attemptPrefix) {
			if other, err := provider.Parse(c.Value); err == nil && attemptCookie(other.State()) == c.Name {
				others = append(others, other)
				continue
			}
			http.SetCookie(w, cookie(c.Name, "", http.SameSiteLaxMode, -1))
		}
	}
	slices.SortStableFunc(others, func(a, b provider.Attempt) int { return a.Started.Compare(b.Started) })
	for i, other := range others {
		if other.Over(h.Now()) || len(others)-i >= maxAttempts {
			http.SetCookie(w, cookie(attemptCookie(other.State()), "", http.SameSiteLaxMode, -1))
		}
	}
	http.SetCookie(w, cookie(attemptCookie(a.State()), a.Text(), sameSiteOf(p), int(provider.Patience/time.Second)))
}

// errNoAttempt is an answer that belongs to nothing this browser began.
var errNoAttempt = errors.New("the browser began no such attempt, or began it too long ago")

// attempt is the one that a state which came back tells, of this provider. The browser forgets it: it counts once.
func (h *Handler) attempt(w http.ResponseWriter, r *http.Request, p Provider, states []string) (provider.Attempt, error) {
	const stateLength = 43 // 32 bytes in base64
	if len(states) != 1 || len(states[0]) != stateLength || strings.ContainsFunc(states[0], notOfState) {
		return provider.Attempt{}, errNoAttempt
	}
	name := attemptCookie(states[0])
	found := r.CookiesNamed(name)
	if len(found) != 1 {
		return provider.Attempt{}, errNoAttempt
	}
	http.SetCookie(w, cookie(name, "", sameSiteOf(p), -1))
	a, err := provider.Parse(found[0].Value)
	if err != nil || !a.Is(states[0]) || a.Provider != p.Name() || a.Over(h.Now()) {
		return provider.Attempt{}, errNoAttempt
	}
	return a, nil
}

func notOfState(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
}
