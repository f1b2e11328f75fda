package edge

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/team-idc/team/internal/loopback"
)

// fromOtherSites are the only state changes that a page of another site may send: an identity provider's page posts its
// answer. The OAuth endpoints are not among them: the command line is no page, and a page that could reach them would
// have a visitor's address fail to sign in until its door is closed.
var fromOtherSites = []string{"POST /sign-in/{provider}/acs"}

// embedded says whether a page of another site has a browser load a sign-in page as a part of itself: a picture, a frame.
// No honest one does. People come by links, and providers send whole windows back.
func embedded(r *http.Request, class Class) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	if class != SignIn || changes(r.Method) || site != "cross-site" && site != "same-site" {
		return false
	}
	return r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Header.Get("Sec-Fetch-Dest") != "document"
}

func newCrossOrigin(public *url.URL) *http.CrossOriginProtection {
	c := http.NewCrossOriginProtection()
	for _, pattern := range fromOtherSites {
		c.AddInsecureBypassPattern(pattern)
	}
	if public != nil {
		// A proxy may ask for TEAM by another name than the browser does.
		if err := c.AddTrustedOrigin(public.Scheme + "://" + public.Host); err != nil {
			panic("edge: public URL was checked before: " + err.Error())
		}
	}
	return c
}

// servedAs says whether a request asks for TEAM by one of its names: otherwise a page could have its own name lead here
// (DNS rebinding) and speak to TEAM as itself. From this machine TEAM also goes by the machine's own names. Without a
// public URL only a listener on loopback has known names; elsewhere nobody can sign in with a cookie then.
func (e *Edge) servedAs(host string) bool {
	if e.config.Public != nil && sameHost(host, e.config.Public) {
		return true
	}
	if isLoopback(host) {
		return true
	}
	return e.config.Public == nil && !e.config.OnLoopback
}

func sameHost(host string, public *url.URL) bool {
	return withPort(host, public.Scheme) == withPort(public.Host, public.Scheme)
}

func withPort(host, scheme string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	if scheme == "https" {
		return host + ":443"
	}
	return host + ":80"
}

// isLoopback says whether a Host names this machine.
func isLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return loopback.Host(strings.Trim(host, "[]"))
}
