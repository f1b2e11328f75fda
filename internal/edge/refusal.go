package edge

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"log/slog"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// refusal is an answer that the edge gives itself. Details are generic: the log has the reason.
type refusal struct {
	status  int
	code    string // as in the API's table of problems
	verdict string // in the access log and the metrics
	detail  string
	wait    time.Duration // when to come again; 0: that is not said
}

var (
	misdirected = refusal{http.StatusMisdirectedRequest, "misdirected", "misdirected", "TEAM is not served under this name", 0}
	insecure    = refusal{http.StatusForbidden, "insecure", "insecure", "TEAM is reached by HTTPS only", 0}
	crossOrigin = refusal{http.StatusForbidden, "cross_origin", "cross_origin", "this was sent by a page of another site", 0}
	notWatching = refusal{http.StatusForbidden, "forbidden", "forbidden", "the metrics are shown to the addresses of metrics.from alone", 0}
	tooLarge    = refusal{http.StatusRequestEntityTooLarge, "too_large", "too_large", "the request is larger than is read here", 0}
	tooSlow     = refusal{http.StatusRequestTimeout, "timeout", "too_slow", "the request body did not arrive in time", 0}
	unreadable  = refusal{http.StatusBadRequest, "malformed", "malformed", "the request body could not be read", 0}
	noRoom      = refusal{
		http.StatusServiceUnavailable, "unavailable", "no_room", "too many large requests come at a time; try again in a moment", 5 * time.Second,
	}
	internal = refusal{http.StatusInternalServerError, "internal", "", "something went wrong inside TEAM; the log says what", 0}
	tooDeep  = refusal{
		http.StatusBadRequest, "malformed", "malformed", fmt.Sprintf("the JSON is nested deeper than %d levels", maxDepth), 0,
	}
)

// Codes are those of the problems that the edge answers with.
func Codes() []string {
	codes := []string{"too_many"}
	for _, r := range []refusal{misdirected, insecure, crossOrigin, tooLarge, tooSlow, unreadable, noRoom, internal, tooDeep} {
		if !slices.Contains(codes, r.code) {
			codes = append(codes, r.code)
		}
	}
	return codes
}

// Reasons are all words for why a request is refused, in metrics, events and the access log.
func Reasons() []string {
	return []string{
		"rate", "misdirected", "insecure", "cross_origin", "too_large", "too_slow", "no_room", "malformed", "blocked", "unavailable",
		"sign_in_failed", "forbidden", "unauthenticated",
	}
}

func tooMany(wait time.Duration) refusal {
	return refusal{http.StatusTooManyRequests, "too_many", "rate", TooMany(wait), wait}
}

// TooMany is the sentence for somebody who has to wait.
func TooMany(wait time.Duration) string {
	return fmt.Sprintf("that was too much in five minutes; try again in %s", RetryAfter(wait)+" s")
}

// RetryAfter is the value of the header of that name: whole seconds, never too few.
func RetryAfter(wait time.Duration) string {
	return strconv.Itoa(int(max(1, math.Ceil(wait.Seconds()))))
}

// problem is what the API answers, too (RFC 9457).
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	// Reference is the request's id, under which the log says more.
	Reference string `json:"reference,omitempty"`
}

const refusalPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>%[1]s - TEAM</title></head>
<body><h1>%[1]s</h1><p>TEAM did not answer this: %[2]s.</p><p>Reference for who runs TEAM: <code>%[3]s</code></p></body></html>
`

// refuse answers, and notes why.
func (e *Edge) refuse(w http.ResponseWriter, r *http.Request, in *Request, why refusal) {
	in.refused(why.verdict)
	h := w.Header()
	if why.status == http.StatusRequestTimeout || why.status == http.StatusRequestEntityTooLarge || why.status == http.StatusServiceUnavailable {
		h.Set("Connection", "close") // the rest of the body would be read otherwise
	}
	if why.wait > 0 || why.status == http.StatusTooManyRequests {
		h.Set("Retry-After", RetryAfter(why.wait))
	}
	e.config.Log.InfoContext(r.Context(), "request refused", slog.String("why", why.verdict), slog.String("address", in.Address.String()),
		slog.String("class", string(in.Class)), slog.String("request", in.ID))
	e.say(w, in, why)
}

// say answers: people with a page, programs with a problem.
func (e *Edge) say(w http.ResponseWriter, in *Request, why refusal) {
	h := w.Header()
	id := cmp.Or(h.Get("X-Request-ID"), in.ID) // with tracing it is the trace's
	if in.Class == Page || in.Class == SignIn {
		h.Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(why.status)
		e.written(fmt.Fprintf(w, refusalPage, html.EscapeString(http.StatusText(why.status)), html.EscapeString(why.detail), html.EscapeString(id)))
		return
	}
	text, err := json.Marshal(problem{
		Type: "urn:team-idc:problem:" + why.code, Title: http.StatusText(why.status), Status: why.status, Code: why.code, Detail: why.detail,
		Reference: id,
	})
	if err != nil {
		text = []byte("{}")
	}
	h.Set("Content-Type", "application/problem+json")
	w.WriteHeader(why.status)
	e.written(w.Write(append(text, '\n')))
}

// written notes that a client was gone before it had its answer.
func (e *Edge) written(_ int, err error) {
	if err != nil {
		e.config.Log.Debug("answer not written", slog.Any("error", err))
	}
}
