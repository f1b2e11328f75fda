package edge

import (
	"net/http"
	"regexp"
	"strings"
)

// The content security policies. None has 'unsafe-inline' or another origin.
const (
	// nothing is for answers that no browser should render.
	nothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	// application is the web application's: no text becomes script but what was served as script, and no policy of Trusted
	// Types may be made that would allow it.
	application = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; " +
		"connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; " +
		"require-trusted-types-for 'script'; trusted-types 'none'"
	// signInPages is the sign-in pages'. Their forms lead to TEAM alone: browsers hold form-action against redirects, too,
	// so that whoever is sent on elsewhere is sent by a page.
	signInPages = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; " +
		"require-trusted-types-for 'script'; trusted-types 'none'"

	// permissions are the browser's features that pages may use: passkeys, and copying an id.
	permissions = "accelerometer=(), autoplay=(), camera=(), clipboard-read=(), clipboard-write=(self), display-capture=(), " +
		"encrypted-media=(), fullscreen=(self), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), " +
		"picture-in-picture=(), publickey-credentials-create=(self), publickey-credentials-get=(self), screen-wake-lock=(), serial=(), usb=(), " +
		"xr-spatial-tracking=()"

	// twoYears is how long browsers ask for TEAM by HTTPS only. It says nothing of other hosts of the domain.
	twoYears = "max-age=63072000"
)

// headerSet is what differs between classes.
type headerSet struct {
	policy   string // content security policy
	referrer string
}

// A page must say where it comes from within TEAM: without a referrer browsers also send "Origin: null" with a form,
// which is no proof of where the form is from.
var headerSets = map[Class]headerSet{
	Health:  {nothing, "no-referrer"},
	Metrics: {nothing, "no-referrer"},
	Static:  {nothing, "no-referrer"},
	Stream:  {nothing, "no-referrer"},
	API:     {nothing, "no-referrer"},
	Tokens:  {nothing, "no-referrer"},
	SignIn:  {signInPages, "same-origin"},
	Page:    {application, "same-origin"},
}

// setHeaders gives an answer the headers of its class, before anything else is decided. Cross-Origin-Embedder-Policy is
// left out: the content security policies name no other origin that it could be about.
func setHeaders(h http.Header, class Class, secure bool) {
	set := headerSets[class]
	h.Set("Content-Security-Policy", set.policy)
	h.Set("Referrer-Policy", set.referrer)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", permissions)
	h.Set("Cache-Control", "no-store")
	if secure {
		h.Set("Strict-Transport-Security", twoYears)
	}
}

// hashed are names with a hash of the content in them, as the web application's build makes them.
var hashed = regexp.MustCompile(`[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$`)

// cachingOf is how long a static file is kept: for ever when its address changes with its content, otherwise as whoever
// serves it said, or it is asked for each time. What is no file is not kept.
func cachingOf(r *http.Request, status int, said string) string {
	switch {
	case status != http.StatusOK && status != http.StatusNotModified && status != http.StatusPartialContent:
		return "no-store"
	case r.URL.Query().Has("v"), strings.HasPrefix(r.URL.Path, "/assets/") && hashed.MatchString(r.URL.Path):
		return "public, max-age=31536000, immutable"
	case said != "no-store": // which is what the edge set
		return said
	}
	return "no-cache"
}
