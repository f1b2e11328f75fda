package signin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"slices"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/identity"
)

// visitor is somebody who is signed in with a browser.
type visitor struct {
	actor  access.Actor
	signIn identity.SignIn
	secret string // of the cookie: what is derived from it is known to this browser alone
}

// visitor tells who is signed in. Where nobody is, it answers by sending the browser to sign in, and from there to back,
// and where it cannot be told, by saying so; ok is false then.
func (h *Handler) visitor(w http.ResponseWriter, r *http.Request, back string) (v visitor, ok bool) {
	if h.elsewhere(w, r) {
		return visitor{}, false
	}
	v, err := h.signedInAs(r)
	switch {
	case errors.Is(err, identity.ErrNobody):
		http.Redirect(w, r, signInPath(back), http.StatusSeeOther)
	case err != nil:
		h.cannotTell(w, r, err)
	}
	return v, err == nil
}

// SignedIn lets through who is signed in. Others are sent to sign in, and come back.
func (h *Handler) SignedIn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := h.visitor(w, r, r.URL.RequestURI()); ok {
			next.ServeHTTP(w, r)
		}
	})
}

// signedInAs tells who the browser is signed in as; identity.ErrNobody where it is not.
func (h *Handler) signedInAs(r *http.Request) (visitor, error) {
	secret, err := secretOf(r)
	if err != nil {
		return visitor{}, err
	}
	who, in, err := h.SignIns.Browser(r.Context(), secret)
	if err != nil {
		return visitor{}, err
	}
	return visitor{who, in, secret}, nil
}

// nonce proves that a page was shown to this browser for exactly this: only the page it was on and TEAM know the secret
// of the cookie. It needs no memory, and ends with the secret.
func (v visitor) nonce(purpose string, parts ...string) string {
	mac := hmac.New(sha256.New, []byte(v.secret))
	for _, part := range slices.Concat([]string{purpose}, parts) {
		mac.Write([]byte(base64.RawStdEncoding.EncodeToString([]byte(part)) + "\n"))
	}
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (v visitor) hasNonce(nonce, purpose string, parts ...string) bool {
	return hmac.Equal([]byte(nonce), []byte(v.nonce(purpose, parts...)))
}
