package firewall

import (
	"net/http"
	"slices"
	"strings"
)

// FreeText is where people write what they like, or a protocol carries what another program made: of one operation, the
// parameters of the query, the members of a JSON body (documents.*.text: of every element, claims.*: whatever the name, value.**: all
// that is in it, names too) and the fields of a form.
// TEAM compares such values, verifies or keeps them, and escapes them wherever it shows them; it never interprets them.
type FreeText struct {
	Operation string // as in http.ServeMux: POST /api/v1/requests
	Query     []string
	Members   []string
	Form      []string
}

// Fields is the one list of free text. A test holds it against the description of the API: a text that is neither here
// nor among those that are inspected fails it.
func Fields() []FreeText {
	return slices.Concat(requestFields(), policyFields(), searchFields(), signInFields())
}

func requestFields() []FreeText {
	asked := []string{"justification", "ticket", "beneficiaryId"} // of machines a user name: O'Brien
	comment := []string{"comment"}
	return []FreeText{
		{Operation: "POST /api/v1/requests", Members: asked},
		{Operation: "PUT /api/v1/me/preferences/{name}", Members: []string{"value", "value.**"}}, // kept for who sent it
		{Operation: "POST /api/v1/requests/preview", Members: asked},
		{Operation: "POST /api/v1/requests/{id}/approve", Members: comment},
		{Operation: "POST /api/v1/requests/{id}/reject", Members: comment},
		{Operation: "POST /api/v1/elevations/{id}/extend", Members: []string{"justification", "ticket"}},
		{Operation: "POST /api/v1/elevations/{id}/revoke", Members: comment},
		{Operation: "POST /api/v1/machines", Members: []string{"description"}},
		{Operation: "PUT /api/v1/machines/{id}", Members: []string{"description"}},
		{Operation: "POST /api/v1/machines/{id}/keyless", Members: []string{"claims.*"}}, // compared with those of a token
		{Operation: "POST /api/v1/machine-token", Members: []string{"idToken"}},          // verified
		{Operation: "POST /api/v1/tokens", Members: []string{"label"}},
	}
}

func policyFields() []FreeText {
	// Tags of accounts are whatever their owners wrote.
	named := []string{"policy.name", "policy.targets.tags.*.key", "policy.targets.tags.*.values.*"}
	eligibility := append([]string{"policy.ticketPattern"}, named...)
	approver := append([]string{"policy.stepUp.acr.*"}, named...) // how a provider calls its ways to sign in; compared
	settings := []string{
		"settings.ticketPattern", "settings.trustedIssuers.*.name", "settings.trustedIssuers.*.audience",
		"settings.stepUp.decide.acr.*", "settings.stepUp.policies.acr.*", "settings.stepUp.tokens.acr.*", "settings.stepUp.emergency.acr.*",
	}
	// The draft of a preview has the same members under the name of its kind.
	preview := append(renamed(eligibility, "eligibility"), append(renamed(approver, "approver"), settings...)...)
	documents := []string{"documents.*.name", "documents.*.text"}
	return []FreeText{
		{Operation: "POST /api/v1/policies/eligibility", Members: eligibility},
		{Operation: "PUT /api/v1/policies/eligibility/{id}", Members: eligibility},
		{Operation: "POST /api/v1/policies/approver", Members: approver},
		{Operation: "PUT /api/v1/policies/approver/{id}", Members: approver},
		{Operation: "PUT /api/v1/settings", Members: settings},
		{Operation: "POST /api/v1/policies/preview", Members: preview},
		{Operation: "POST /api/v1/policies/explain", Members: []string{"ticket"}},
		{Operation: "POST /api/v1/policies/plan", Members: documents},
		{Operation: "POST /api/v1/policies/apply", Members: documents},
		{Operation: "POST /api/v1/policies/lint", Members: documents},
		{Operation: "POST /api/v1/proposals/{id}/refuse", Members: []string{"comment"}},
	}
}

// renamed are the members of a policy where it stands under another name.
func renamed(members []string, name string) []string {
	out := make([]string, 0, len(members))
	for _, m := range members {
		out = append(out, name+strings.TrimPrefix(m, "policy"))
	}
	return out
}

func searchFields() []FreeText {
	words := []string{"q"}
	lists := []FreeText{
		{Operation: "GET /api/v1/requests", Query: []string{"ticket"}},
		{Operation: "GET /api/v1/policies", Query: words},
		{Operation: "GET /api/v1/me/requestable", Query: []string{"q", "user"}}, // also by user name
		{Operation: "GET /api/v1/directory/accounts", Query: []string{"q", "tag"}},
		{Operation: "GET /api/v1/directory/groups", Query: words},
		{Operation: "GET /api/v1/directory/ous", Query: words},
		{Operation: "GET /api/v1/directory/permission-sets", Query: words},
		{Operation: "GET /api/v1/directory/users", Query: words},
		{Operation: "GET /api/v1/alarms", Query: []string{"subject"}},
	}
	fields := lists
	for _, l := range lists {
		if l.Operation != "GET /api/v1/me/requestable" { // exports take what their lists take
			fields = append(fields, FreeText{Operation: l.Operation + "/export", Query: l.Query})
		}
	}
	return fields
}

// signInFields are those of OpenID Connect, SAML, OAuth and WebAuthn: made by programs, compared or verified by TEAM. A
// return path is that of a page, with what somebody searched for there.
func signInFields() []FreeText {
	back := []string{"return"}
	answered := []string{
		"code", "state", "iss", "scope", "session_state", "error", "error_description", "error_uri", "authuser", "hd", "prompt",
	}
	authorize := []string{
		"client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "login_hint", "resource", "name", "device",
	}
	token := []string{
		"client_id", "client_secret", "client_assertion", "client_assertion_type", "grant_type", "code", "code_verifier", "redirect_uri",
		"refresh_token", "device_code", "subject_token", "subject_token_type", "requested_token_type", "assertion", "scope", "audience",
		"resource", "token", "token_type_hint", "name", "device",
	}
	credential := []string{"credential.*", "credential.response.*"} // what an authenticator made, in base64; verified
	return []FreeText{
		{Operation: "GET /sign-in", Query: back},
		{Operation: "GET /sign-in/{provider}", Query: back},
		{Operation: "GET /sign-in/{provider}/callback", Query: answered},
		{Operation: "POST /sign-in/{provider}/acs", Form: []string{"SAMLResponse", "RelayState"}},
		{Operation: "POST /sign-out", Query: back, Form: back},
		{Operation: "GET /oauth/authorize", Query: authorize},
		{Operation: "POST /oauth/authorize", Query: authorize, Form: authorize},
		{Operation: "POST /oauth/token", Form: token},
		{Operation: "POST /oauth/device_authorization", Form: token},
		{Operation: "POST /oauth/revoke", Form: token},
		{Operation: "GET /device", Query: []string{"user_code"}},
		{Operation: "POST /device", Query: []string{"user_code"}, Form: []string{"user_code", "name"}},
		{Operation: "GET /step-up", Query: back},
		{Operation: "POST /api/v1/passkeys/registration/finish", Members: append([]string{"name"}, credential...)},
		{Operation: "POST /api/v1/passkeys/proof/finish", Members: credential},
	}
}

// place is the free text of one operation.
type place struct {
	params, members, fields map[string]bool
	whole                   map[string]bool // value of value.**
}

func (p *place) query(name string) bool { return p.params[name] }
func (p *place) form(name string) bool  { return p.fields[name] }

// member: claims.* is each member of claims, whatever its name.
func (p *place) member(path string) bool {
	parent := path[:max(0, strings.LastIndexByte(path, '.'))]
	return p.members[path] || p.members[parent+".*"] || p.within(path)
}

// within says whether a member is in one of which everything is free: value.filters.0 is in value.**.
func (p *place) within(path string) bool {
	outer, _, nested := strings.Cut(path, ".")
	return nested && p.whole[outer]
}

// fields finds the free text of a request's operation. It matches as the API's own multiplexer does.
type fields struct {
	mux    *http.ServeMux
	places map[string]*place
	none   *place
}

func newFields() *fields {
	f := &fields{mux: http.NewServeMux(), places: map[string]*place{}, none: &place{}}
	for _, t := range Fields() {
		f.mux.HandleFunc(t.Operation, http.NotFound)
		f.places[t.Operation] = &place{params: set(t.Query), members: set(t.Members), fields: set(t.Form), whole: map[string]bool{}}
		for _, path := range t.Members {
			if outer, ok := strings.CutSuffix(path, ".**"); ok {
				f.places[t.Operation].whole[outer] = true
			}
		}
	}
	return f
}

func set(names []string) map[string]bool {
	s := make(map[string]bool, len(names))
	for _, name := range names {
		s[name] = true
	}
	return s
}

func (f *fields) of(r *http.Request) *place {
	_, pattern := f.mux.Handler(r)
	if p, ok := f.places[pattern]; ok {
		return p
	}
	return f.none
}

// placeOf is a path for the log: segments that are words of TEAM's own paths remain, all others may be anything that
// somebody sent.
func placeOf(path string) string {
	segments := strings.Split(path, "/")
	if len(segments) > 8 {
		segments = append(segments[:8], "…")
	}
	for i, segment := range segments {
		word := isAll(segment, func(c byte) bool { return isLower(c) || c == '-' }) && len(segment) <= 30
		if !word && segment != "v1" && segment != "…" {
			segments[i] = "{}"
		}
	}
	return strings.Join(segments, "/")
}

// loggable keeps a method that is none out of the log.
func loggable(method string) string {
	if len(method) <= 10 && isAll(method, func(c byte) bool { return 'A' <= c && c <= 'Z' }) {
		return method
	}
	return "other"
}
