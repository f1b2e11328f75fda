package firewall

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"strings"
)

// problem is an error as the API answers it (RFC 9457).
type problem struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Code      string `json:"code"`
	Detail    string `json:"detail"`
	Reference string `json:"reference"`
	Sandbox   bool   `json:"sandbox,omitempty"`
}

// refuse answers a request that goes no further. It says nothing about rules: whoever tries to get around them learns
// nothing, and whoever was refused by mistake can name the reference to an administrator, whose log says more.
func (f *firewall) refuse(w http.ResponseWriter, r *http.Request, d Decision, err error) {
	status, code, detail := http.StatusForbidden, "blocked",
		"this request looks like an attack and was blocked; if it is not one, tell an administrator of TEAM the reference "+d.Reference
	switch {
	case d.Verdict == Failed:
		status, code, detail = http.StatusServiceUnavailable, "unavailable",
			"this request could not be inspected, so nothing was done; TEAM's log says more under the reference "+d.Reference
	case errors.Is(err, errNotRead):
		status, code, detail = http.StatusRequestTimeout, "timeout", "the body did not arrive in time"
	case errors.Is(err, errTooDeep):
		status, code, detail = http.StatusBadRequest, "malformed", fmt.Sprintf("the JSON is nested more than %d deep", deepest)
	case errors.Is(err, errTooLarge):
		status, code, detail = http.StatusRequestEntityTooLarge, "too_large", fmt.Sprintf("the request is larger than %d KiB", f.MaxBody>>10)
	case errors.Is(err, errTooMuch):
		status, code, detail = http.StatusRequestEntityTooLarge, "too_large",
			"the request is too large to be inspected; of free text and ids everything is taken, of the rest 500 names and values and 32 KiB together"
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Request-ID", d.Reference)
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		w.WriteHeader(status)
		_, err = fmt.Fprintf(w, page, html.EscapeString(http.StatusText(status)), html.EscapeString(detail))
		f.written(err)
		return
	}
	h.Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	p := problem{
		Type: "urn:team-idc:problem:" + code, Title: http.StatusText(status), Status: status, Code: code, Detail: detail,
		Reference: d.Reference, Sandbox: f.Sandbox,
	}
	f.written(json.NewEncoder(w).Encode(p))
}

// page is for people in a browser.
const page = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>%[1]s</title>
<h1>%[1]s</h1>
<p>%[2]s</p>
</html>
`

func (f *firewall) written(err error) {
	if err != nil {
		f.Log.Debug("answer not written", slog.Any("error", err)) // the client may be gone
	}
}
