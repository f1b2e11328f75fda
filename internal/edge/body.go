package edge

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

const (
	// maxDepth is how deep JSON may be nested; what TEAM takes is nested six levels.
	maxDepth = 32
	// A body has bodyGrace to begin with and a second more for each bodyRate bytes that came, bodyLongest in all: who
	// sends a byte now and then does not keep a connection.
	bodyGrace   = 5 * time.Second
	bodyRate    = 32 * kib
	bodyLongest = 40 * time.Second
	// firstRoom is made for a body before any of it has come.
	firstRoom = 16 * kib
)

// readBody takes the whole body before anything else does, so that nobody behind has to think of those that are too
// large, too slow or too deep. ok is false when the request was refused.
func (e *Edge) readBody(w http.ResponseWriter, r *http.Request, in *Request, most int64, room *held) (body []byte, ok bool) {
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 {
		return nil, true
	}
	if r.ContentLength > most {
		e.refuse(w, r, in, tooLarge)
		return nil, false
	}
	body, err := e.slowly(w, r, most, room)
	switch tooBig := (*http.MaxBytesError)(nil); {
	case errors.As(err, &tooBig):
		e.refuse(w, r, in, tooLarge)
		return nil, false
	case errors.Is(err, errNoRoom):
		e.refuse(w, r, in, noRoom)
		return nil, false
	case isTimeout(err):
		e.refuse(w, r, in, tooSlow)
		return nil, false
	case err != nil:
		e.refuse(w, r, in, unreadable)
		return nil, false
	}
	if isJSON(r.Header.Get("Content-Type")) && depth(body) > maxDepth {
		e.refuse(w, r, in, tooDeep)
		return nil, false
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return body, true
}

// slowly reads as fast as the client must send.
func (e *Edge) slowly(w http.ResponseWriter, r *http.Request, most int64, room *held) ([]byte, error) {
	control := http.NewResponseController(w)
	began := time.Now()
	limited := http.MaxBytesReader(w, r.Body, most)
	// A body that says how long it is gets no more room at first than it needs, nor than a small one does.
	first := int64(firstRoom)
	if r.ContentLength >= 0 {
		first = min(r.ContentLength+1, firstRoom)
	}
	body := make([]byte, 0, first)
	for {
		allowed := min(bodyLongest, e.grace+time.Duration(len(body)/bodyRate)*time.Second)
		if err := control.SetReadDeadline(began.Add(allowed)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return nil, err //nolint:wrapcheck // told apart by its kind
		}
		if len(body) == cap(body) {
			more := min(int64(max(cap(body), firstRoom)), most+1-int64(cap(body)))
			if err := room.take(more); err != nil {
				return nil, err
			}
			grown := make([]byte, len(body), int64(cap(body))+more)
			copy(grown, body)
			body = grown
		}
		n, err := limited.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err //nolint:wrapcheck // told apart by its kind
		}
	}
	// From now on the server reads to notice that the client is gone; that has no deadline.
	if err := control.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, err //nolint:wrapcheck // told apart by its kind
	}
	return body, nil
}

func isTimeout(err error) bool {
	t, ok := errors.AsType[net.Error](err)
	return ok && t.Timeout()
}

// isJSON says whether a body will be read as JSON: anything is that does not say otherwise.
func isJSON(contentType string) bool {
	contentType, _, _ = strings.Cut(contentType, ";")
	contentType = strings.ToLower(strings.TrimSpace(contentType))
	return contentType == "" || strings.HasSuffix(contentType, "/json") || strings.HasSuffix(contentType, "+json")
}

// depth is how deep a text is nested when it is read as JSON. What is no JSON has some depth as well; whoever decodes it
// says what is wrong.
func depth(text []byte) int {
	deepest, now, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			now++
			deepest = max(deepest, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return deepest
}
