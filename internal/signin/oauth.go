package signin

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"github.com/team-idc/team/internal/edge"
	"github.com/team-idc/team/internal/identity"
)

// CLIClient is the one client of TEAM's authorization server: its own command line, which can keep no secret.
const CLIClient = "team-cli"

// The paths that the command line itself calls.
const (
	MetadataPath            = "/.well-known/oauth-authorization-server"
	TokenPath               = "/oauth/token" //nolint:gosec // a path
	DeviceAuthorizationPath = "/oauth/device_authorization"
	RevokePath              = "/oauth/revoke"
)

// The paths that people open in the browser.
const (
	authorizePath = "/oauth/authorize"
	devicePath    = "/device"
	// callbackPath is where the command line waits for the browser.
	callbackPath = "/callback"
)

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

// OAuth is the authorization server with which TEAM's own command line signs in, and nothing else does.
type OAuth struct {
	*Handler

	Grants *identity.Grants
}

// issuer is how the authorization server calls itself: the public origin.
func (o *OAuth) issuer() string { return o.Public.Scheme + "://" + o.Public.Host }

// Routes adds the paths of the authorization server.
func (o *OAuth) Routes(mux Router) {
	mux.HandleFunc("GET "+MetadataPath, o.describe)
	mux.HandleFunc("GET "+authorizePath, o.authorize)
	mux.HandleFunc("POST "+authorizePath, o.decideAuthorize)
	mux.HandleFunc("POST "+TokenPath, o.token)
	mux.HandleFunc("POST "+RevokePath, o.revoke)
	mux.HandleFunc("POST "+DeviceAuthorizationPath, o.beginDevice)
	mux.HandleFunc("GET "+devicePath, o.device)
	mux.HandleFunc("POST "+devicePath, o.decideDevice)
}

// describe is RFC 8414's metadata.
func (o *OAuth) describe(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer":                                         o.issuer(),
		"authorization_endpoint":                         o.issuer() + authorizePath,
		"token_endpoint":                                 o.issuer() + TokenPath,
		"device_authorization_endpoint":                  o.issuer() + DeviceAuthorizationPath,
		"revocation_endpoint":                            o.issuer() + RevokePath,
		"response_types_supported":                       []string{"code"},
		"grant_types_supported":                          []string{"authorization_code", "refresh_token", deviceGrant},
		"code_challenge_methods_supported":               []string{"S256"},
		"token_endpoint_auth_methods_supported":          []string{"none"},
		"revocation_endpoint_auth_methods_supported":     []string{"none"},
		"authorization_response_iss_parameter_supported": true,
	})
}

// isCommandLines says whether a redirect URI is the command line's: its own path at a loopback address, on any port, since it
// takes one that is free (RFC 8252, section 7.3). A name, even localhost, could be made to mean another machine.
func isCommandLines(redirectURI string) bool {
	u, err := url.Parse(redirectURI)
	if err != nil || u.Scheme != "http" || u.User != nil || u.Opaque != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return false
	}
	host, port := u.Hostname(), u.Port()
	if host != "127.0.0.1" && host != "::1" {
		return false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 || strconv.FormatUint(n, 10) != port {
		return false
	}
	// What was parsed must be all there is: no other spelling of the same.
	return redirectURI == "http://"+netip.AddrPortFrom(netip.MustParseAddr(host), uint16(n)).String()+callbackPath
}

// clientForm reads what the command line itself sends; ok is false when it was answered already.
func (o *OAuth) clientForm(w http.ResponseWriter, r *http.Request) (in map[string]string, ok bool) {
	in, ok = form(w, r)
	switch {
	case !ok || r.URL.RawQuery != "":
		o.refuse(w, r, &identity.GrantError{
			Code: "invalid_request", Description: "send a form, each parameter once", Reason: "the body is no form, or a parameter came twice",
		})
	case in["client_id"] != CLIClient || r.Header.Get("Authorization") != "":
		o.refuse(w, r, &identity.GrantError{
			Code: "invalid_client", Description: "the only client is " + CLIClient + ", which has no secret", Reason: "another client, or one with a secret",
		})
	default:
		return in, true
	}
	return nil, false
}

func (o *OAuth) token(w http.ResponseWriter, r *http.Request) {
	in, ok := o.clientForm(w, r)
	if !ok {
		return
	}
	var got identity.CLITokens
	var err error
	switch in["grant_type"] {
	case "authorization_code":
		got, err = o.Grants.Redeem(r.Context(), in["code"], in["redirect_uri"], in["code_verifier"], o.origin(r))
	case "refresh_token":
		got, err = o.Grants.Refresh(r.Context(), in["refresh_token"])
	case deviceGrant:
		got, err = o.Grants.PollDevice(r.Context(), in["device_code"], o.origin(r))
	default:
		err = &identity.GrantError{
			Code: "unsupported_grant_type", Description: "grant_type can be authorization_code, refresh_token or " + deviceGrant, Reason: "another grant type",
		}
	}
	if err != nil {
		o.refuse(w, r, err)
		return
	}
	if in["grant_type"] != "refresh_token" {
		o.Count(CLIClient, "ok")
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"access_token": got.Access, "token_type": "Bearer", "expires_in": secondsUntil(got.AccessExpiresAt, o.Now()),
		"refresh_token": got.Refresh,
		// What a client tells the person of it.
		"sign_in": got.SignIn.ID, "sign_in_expires_at": got.SignIn.ExpiresAt.UTC().Format(time.RFC3339),
	})
}

func secondsUntil(end, now time.Time) int64 { return int64(end.Sub(now) / time.Second) }

// revoke is RFC 7009's. What is no token, or none any more, is answered as if it had been ended.
func (o *OAuth) revoke(w http.ResponseWriter, r *http.Request) {
	in, ok := o.clientForm(w, r)
	if !ok {
		return
	}
	if err := o.Grants.Revoke(r.Context(), in["token"]); err != nil {
		o.refuse(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, struct{}{})
}

// refuse answers a program, and puts the reason into the log.
func (o *OAuth) refuse(w http.ResponseWriter, r *http.Request, err error) {
	refused, ok := identity.IsGrantError(err)
	if !ok {
		o.Log.ErrorContext(r.Context(), "sign in command line", "path", r.URL.Path, "error", err)
		w.Header().Set("Retry-After", "5")
		writeJSON(w, http.StatusServiceUnavailable, map[string]string{
			"error": identity.GrantBusy, "error_description": "TEAM cannot read or write its database at the moment; try again shortly",
		})
		return
	}
	status := http.StatusBadRequest
	switch refused.Code {
	case "invalid_client":
		status = http.StatusUnauthorized
	case identity.GrantBusy:
		status = http.StatusTooManyRequests
	}
	o.noteGrant(r, refused)
	if refused.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.FormatInt(int64(refused.RetryAfter/time.Second), 10))
	}
	writeJSON(w, status, map[string]string{"error": refused.Code, "error_description": refused.Description})
}

// noteGrant puts a refusal into the log, and what an honest command line does not meet into the event log as well.
func (o *OAuth) noteGrant(r *http.Request, refused *identity.GrantError) {
	from := o.origin(r)
	switch refused.Code {
	case identity.GrantPending:
		return
	case identity.GrantInvalid, identity.GrantBusy:
		o.Count(CLIClient, refused.Code)
		if refused.Code == identity.GrantInvalid {
			edge.From(r.Context()).SignInFailed("")
		}
		err := o.SignIns.NoteRefusal(r.Context(), &identity.Refusal{
			Provider: CLIClient, Code: identity.RefusedProtocol, Public: refused.Description, Reason: refused.Reason,
		}, from)
		if err != nil {
			o.Log.ErrorContext(r.Context(), "record that the command line was not signed in", "error", err)
		}
	}
	o.Log.InfoContext(r.Context(), "command line was not signed in", "path", r.URL.Path, "code", refused.Code, "reason", refused.Reason,
		"address", from.Address)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) //nolint:errchkjson // it is made of texts and numbers, and whoever does not read it has gone
}
