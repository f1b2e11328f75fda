package signin

import (
	"net/http"
	"time"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/identity"
)

// PasskeysPath is the page of somebody's passkeys.
const PasskeysPath = "/passkeys"

const webauthnScript = "webauthn.js"

// shownPasskey is a passkey on the page.
type shownPasskey struct {
	identity.Passkey

	Holder               string
	Counts, Copied, Used bool
}

type passkeysBody struct {
	Passkeys, Waiting []shownPasskey
	Unavailable       string
	Full, Fresh       bool
	Providers         []choice
	Notes             []string
}

// passkeys shows somebody's passkeys, and administrators those of others that wait for consent.
func (h *Handler) passkeys(w http.ResponseWriter, r *http.Request) {
	v, ok := h.visitor(w, r, r.URL.RequestURI())
	if !ok {
		return
	}
	who, in := v.actor, v.signIn
	ctx, now := r.Context(), h.Now()
	mine, err := h.Passkeys.List(ctx, who, who.UserID)
	if err != nil {
		h.cannotTell(w, r, err)
		return
	}
	body := passkeysBody{Unavailable: h.Passkeys.Unavailable(), Full: len(mine) >= identity.MaxPasskeys}
	for _, p := range mine {
		body.Passkeys = append(body.Passkeys, shownPasskey{Passkey: p, Counts: p.Counts(now), Copied: !p.CopiedAt.IsZero(), Used: !p.LastUsedAt.IsZero()})
	}
	// A little earlier than what is checked, so that there is time to give it a name.
	if body.Fresh = h.Passkeys.FreshlySignedIn(in, now.Add(time.Minute)); !body.Fresh {
		if body.Providers, body.Notes = h.again(v, PasskeysPath, "", nil); len(body.Providers) == 0 {
			body.Notes = []string{"Sign out, and sign in again here."}
		}
	}
	if who.Administrator {
		if body.Waiting, err = h.waitingPasskeys(r, who); err != nil {
			h.cannotTell(w, r, err)
			return
		}
	}
	h.show(w, r, http.StatusOK, "passkeys", page{Title: "Your passkeys", SignedIn: who.Name, Body: body, Script: webauthnScript})
}

// waitingPasskeys are those of other people that do not count yet.
func (h *Handler) waitingPasskeys(r *http.Request, who access.Actor) ([]shownPasskey, error) {
	ctx := r.Context()
	all, err := h.Passkeys.List(ctx, who, "")
	if err != nil {
		return nil, err
	}
	dir, err := h.Passkeys.Directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	var waiting []shownPasskey
	for _, p := range all {
		if p.Counts(h.Now()) || !p.CopiedAt.IsZero() || dir.SamePerson(p.UserID, who.UserID) {
			continue
		}
		name := p.UserID
		if u, ok := dir.User(p.UserID); ok && u.UserName != "" {
			name = u.UserName
		}
		waiting = append(waiting, shownPasskey{Passkey: p, Holder: name})
	}
	return waiting, nil
}

// passkeyReady says whether somebody has a passkey that counts, and otherwise what there is to say of that.
func (h *Handler) passkeyReady(r *http.Request, who access.Actor) (ready bool, note string, err error) {
	if why := h.Passkeys.Unavailable(); why != "" {
		return false, "Passkeys cannot be used here: " + why + ".", nil
	}
	mine, err := h.Passkeys.List(r.Context(), who, who.UserID)
	if err != nil {
		return false, "", err
	}
	if len(mine) == 0 {
		return false, "You have no passkey yet.", nil
	}
	now := h.Now()
	for _, p := range mine {
		if p.Counts(now) {
			return true, "", nil
		}
	}
	return false, "None of your passkeys counts yet.", nil
}
