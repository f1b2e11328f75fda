package edge

import (
	"net"
	"net/http"
	"net/url"
)

// Redirect answers plain HTTP on a port of its own: whoever opens a page is sent to the same address by HTTPS, and
// nothing else is done for anybody. A program that is sent on would send its token in clear each time, and nobody would
// notice. Where no public address is configured, it is the name that was asked for.
func Redirect(public *url.URL) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setHeaders(w.Header(), API, false)
		if class := rulesFor(r.URL.Path).class; changes(r.Method) || class != Page && class != SignIn && class != Static {
			// What was sent went over the network in clear already; sending it again would hide that.
			http.Error(w, "TEAM is reached by HTTPS only", http.StatusForbidden)
			return
		}
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if public != nil {
			host = public.Host
		}
		if host == "" {
			http.Error(w, "the request names no host", http.StatusBadRequest)
			return
		}
		http.Redirect(w, r, encrypted(host, r.URL), http.StatusPermanentRedirect) //nolint:gosec // see encrypted
	})
}

// encrypted is the same address at a host by HTTPS. Nothing of what was asked for can become part of the host.
func encrypted(host string, asked *url.URL) string {
	to := url.URL{Scheme: "https", Host: host, Path: asked.Path, RawPath: asked.RawPath, RawQuery: asked.RawQuery}
	return to.String()
}
