package edge

import (
	"net"
	"net/http"
	"net/url"
)

// Redirect answers plain HTTP on a port of its own: whoever opens a page is sent to the same address by HTTPS, and
// nothing else is done for anybody. Where no public address is configured, it is the name that was asked for.
func Redirect(public *url.URL) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setHeaders(w.Header(), API, false)
		if changes(r.Method) {
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
		to := url.URL{Scheme: "https", Host: host, Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
		http.Redirect(w, r, to.String(), http.StatusPermanentRedirect)
	})
}
