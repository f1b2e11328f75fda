package edge

import (
	"net/http"
	"strings"
)

// Class is a kind of paths that the same rules hold for.
type Class string

// The classes. What no row of the table names is a page: the class with the strictest headers.
const (
	Health  Class = "health"
	Metrics Class = "metrics"
	Static  Class = "static"
	Stream  Class = "stream"
	API     Class = "api"
	Tokens  Class = "tokens"
	SignIn  Class = "sign-in"
	Page    Class = "page"
)

// rules are what holds for a class.
type rules struct {
	class Class
	// paths are whole paths, or beginnings where they end with a slash.
	paths []string
	// body is the largest body that is read, in bytes.
	body int64
	// rate is the rule, besides that of the address, by which its requests are counted; "" where there is none.
	rate Rule
	// closes where an address failed to sign in too often. Whoever is signed in goes on, and out.
	closes bool
	// unlimited requests are counted by no rule: load balancers ask these, often behind one address.
	unlimited bool
	// anyHost: whoever watches a replica asks by its address. Over plain HTTP, too.
	anyHost bool
	// bypass: the firewall is spared what reads nothing that was sent.
	bypass bool
}

const (
	kib = 1 << 10
	mib = 1 << 20
)

// table has the narrower paths first.
var table = []rules{
	{class: Health, paths: []string{"/healthz", "/readyz"}, body: kib, unlimited: true, anyHost: true, bypass: true},
	{class: Metrics, paths: []string{"/metrics"}, body: kib, anyHost: true, bypass: true},
	{class: Static, paths: []string{"/static/", "/assets/"}, body: kib, bypass: true},
	{class: Stream, paths: []string{"/api/v1/events/stream"}, body: kib, bypass: true},
	{
		class: Tokens, paths: []string{"/oauth/token", "/oauth/device_authorization", "/oauth/revoke", "/api/v1/machine-token"},
		body: 64 * kib, rate: RuleTokens,
	},
	// A SAML response with a signature and many attributes, in base64, is some tens of KiB.
	{
		class: SignIn, paths: []string{"/sign-in", "/sign-in/"}, body: 256 * kib, rate: RuleSignIn, closes: true,
	},
	{
		class: SignIn, paths: []string{
			"/sign-out", "/signed-out", "/sign-ins", "/sign-ins/end", "/step-up", "/passkeys", "/oauth/authorize", "/device",
		}, body: 256 * kib, rate: RuleSignIn,
	},
	{class: API, paths: []string{"/api/", "/oauth/", "/.well-known/", "/demo/"}, body: mib},
	{class: Page, paths: []string{"/"}, body: 64 * kib},
}

// rulesFor a request, by its path alone: a path that the router would clean first falls into a class that is no laxer
// than what it is cleaned to gets, since it is then asked for anew.
func rulesFor(path string) rules {
	for _, r := range table {
		for _, p := range r.paths {
			if path == p || strings.HasSuffix(p, "/") && strings.HasPrefix(path, p) {
				return r
			}
		}
	}
	return table[len(table)-1] // "*" and what else is no path
}

// ClassOf is the class of a path.
func ClassOf(path string) Class { return rulesFor(path).class }

// changes says whether a method may change something.
func changes(method string) bool {
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions
}
