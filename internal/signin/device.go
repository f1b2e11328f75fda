package signin

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/team-idc/team/internal/identity"
)

// beginDevice is RFC 8628's device authorization request.
func (o *OAuth) beginDevice(w http.ResponseWriter, r *http.Request) {
	in, ok := o.clientForm(w, r)
	if !ok {
		return
	}
	start, err := o.Grants.BeginDevice(r.Context(), in["host"], o.origin(r))
	if err != nil {
		o.refuse(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"device_code": start.DeviceCode, "user_code": start.UserCode, "verification_uri": o.issuer() + devicePath,
		"verification_uri_complete": o.issuer() + devicePath + "?" + url.Values{"user_code": {start.UserCode}}.Encode(),
		"expires_in":                secondsUntil(start.ExpiresAt, o.Now()), "interval": int64(start.Interval / time.Second),
	})
}

const mostUserCode = 20

// device asks for the code. One that came in the address is filled in and not looked for: whoever made somebody open the
// address must not count wrong codes against them.
func (o *OAuth) device(w http.ResponseWriter, r *http.Request) {
	code := r.URL.Query().Get("user_code")
	if len(code) > mostUserCode {
		code = ""
	}
	back := devicePath
	if code != "" {
		back += "?" + url.Values{"user_code": {code}}.Encode()
	}
	who, ok := o.visitor(w, r, back)
	if !ok {
		return
	}
	o.askCode(w, r, who, http.StatusOK, code, "")
}

func (o *OAuth) askCode(w http.ResponseWriter, r *http.Request, v visitor, status int, code, problem string) {
	body := o.asked(v, devicePath, hiddenField{"nonce", v.nonce("device")})
	body.Code, body.Problem = code, problem
	o.show(w, r, status, "device", page{Title: "Sign in a command line", SignedIn: v.actor.Name, Body: body})
}

// decideDevice first shows what waits with a code, then does what the person chose.
func (o *OAuth) decideDevice(w http.ResponseWriter, r *http.Request) {
	in, ok := form(w, r)
	if !ok {
		o.problem(w, r, "The form is malformed.")
		return
	}
	v, ok := o.visitor(w, r, devicePath)
	if !ok {
		return
	}
	code := in["user_code"]
	decision := in["decision"]
	ok = v.hasNonce(in["nonce"], "device")
	if decision != "" {
		// The nonce of a decision names the code: what was shown for one is not agreed to for another.
		ok = v.hasNonce(in["nonce"], "device", code)
	}
	if !ok || len(code) > mostUserCode {
		o.askCode(w, r, v, http.StatusOK, "", "")
		return
	}
	if decision == "" {
		o.confirmDevice(w, r, v, code)
		return
	}
	d, err := o.Grants.DecideDevice(r.Context(), v.signIn, code, decision == "allow")
	if err != nil {
		o.deviceRefused(w, r, v, err)
		return
	}
	title := "Not signed in"
	if decision == "allow" {
		title = "Signed in"
	}
	o.show(w, r, http.StatusOK, "device-done", page{Title: title, SignedIn: v.actor.Name, Body: struct {
		Allowed bool
		Host    string
	}{decision == "allow", d.Host}})
}

func (o *OAuth) confirmDevice(w http.ResponseWriter, r *http.Request, v visitor, code string) {
	d, err := o.Grants.FindDevice(r.Context(), v.signIn, code)
	if err != nil {
		o.deviceRefused(w, r, v, err)
		return
	}
	text, _ := identity.ReadUserCode(code) // it was found by it
	text = identity.SpellUserCode(text)
	body := o.asked(v, devicePath, hiddenField{"user_code", text}, hiddenField{"nonce", v.nonce("device", text)})
	body.Code, body.Host, body.Address, body.Agent, body.Own = text, d.Host, d.Address, d.UserAgent, o.origin(r).Address
	body.Elsewhere, body.Ago = body.Address != body.Own, left(o.Now().Sub(d.IssuedAt))
	o.show(w, r, http.StatusOK, "device-confirm", page{Title: "Is this your command line?", SignedIn: v.actor.Name, Body: body})
}

func (o *OAuth) deviceRefused(w http.ResponseWriter, r *http.Request, v visitor, err error) {
	refused, ok := identity.IsGrantError(err)
	if !ok {
		o.cannotTell(w, r, err)
		return
	}
	o.noteGrant(r, refused)
	status := http.StatusBadRequest
	if refused.Code == identity.GrantBusy {
		status = http.StatusTooManyRequests
	}
	o.askCode(w, r, v, status, "", strings.ToUpper(refused.Description[:1])+refused.Description[1:])
}
