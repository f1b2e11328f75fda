package edge

import (
	"context"
	"encoding/json"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

// entry is a line of the access log. It has no secret: of a query only the names are kept, of the headers only who
// browses.
type entry struct {
	Time         time.Time `json:"time"`
	ID           string    `json:"id"`
	Address      string    `json:"address"`
	Method       string    `json:"method"`
	Class        Class     `json:"class"`
	Route        string    `json:"route,omitempty"` // the operation, or the pattern of the path
	Path         string    `json:"path"`
	Query        string    `json:"query,omitempty"` // names
	User         string    `json:"user,omitempty"`
	Machine      string    `json:"machine,omitempty"`
	SignIn       string    `json:"signIn,omitempty"`
	Status       int       `json:"status"`
	Sent         int64     `json:"sent"`
	Received     int64     `json:"received,omitempty"`
	Milliseconds float64   `json:"ms"`
	Agent        string    `json:"agent,omitempty"`
	Protocol     string    `json:"protocol"`
	TLS          string    `json:"tls,omitempty"`
	Verdict      string    `json:"verdict,omitempty"` // why it was refused
}

// knownSegment is what the parts of TEAM's own paths look like: words, versions, ids, accounts, names of files. Anything
// else may be a secret that somebody put into a path.
var knownSegment = regexp.MustCompile(`^([a-z][a-z-]{0,30}|v[0-9]|[a-z]{2,6}_[0-9a-f-]{8,36}|[0-9a-f-]{36}|[0-9]{12}|\.well-known|` +
	`[A-Za-z0-9._-]{1,60}\.(css|js|json|yaml|svg|png|ico|map|woff2))$`)

// pathWithoutSecrets is a path of which the parts that are none of TEAM's are left out, of bounded length.
func pathWithoutSecrets(path string) string {
	parts := strings.Split(bounded(path, 1000), "/")
	for i, p := range parts {
		if p != "" && !knownSegment.MatchString(p) {
			parts[i] = "…"
		}
	}
	return bounded(strings.Join(parts, "/"), 300)
}

// queryName is what a parameter's name looks like; a value that stands in a name's place does not.
var queryName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]{0,31}$`)

// namesOf gives the names of a query's parameters. Values are never kept: codes, states and assertions are among them.
func namesOf(query string) string {
	if query == "" {
		return ""
	}
	var names []string
	for pair := range strings.SplitSeq(bounded(query, 2000), "&") {
		name, _, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil || !queryName.MatchString(name) {
			name = "?"
		}
		if !slices.Contains(names, name) && len(names) < 20 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// bounded is the beginning of a text.
func bounded(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}

// AccessLog writes lines without letting a request wait: what is behind it may be slow or away.
type AccessLog struct {
	to      io.Writer
	lines   chan []byte
	dropped atomic.Int64
	failed  atomic.Pointer[string] // why the last line could not be written
}

// waitingLines may wait to be written, about 2 MB.
const waitingLines = 8192

// NewAccessLog writes to w, from Run.
func NewAccessLog(w io.Writer) *AccessLog {
	return &AccessLog{to: w, lines: make(chan []byte, waitingLines)}
}

func (l *AccessLog) write(e entry) {
	line, err := json.Marshal(e)
	if err != nil {
		l.dropped.Add(1)
		return
	}
	select {
	case l.lines <- append(line, '\n'):
	default:
		l.dropped.Add(1)
	}
}

// Dropped is how many lines were lost, because they came faster than they could be written.
func (l *AccessLog) Dropped() int64 { return l.dropped.Load() }

// Failing says why lines cannot be written; "" when they can.
func (l *AccessLog) Failing() string {
	if why := l.failed.Load(); why != nil {
		return *why
	}
	return ""
}

// Run writes lines until ctx ends, and then those that still wait.
func (l *AccessLog) Run(ctx context.Context) {
	for {
		select {
		case line := <-l.lines:
			l.put(line)
		case <-ctx.Done():
			for {
				select {
				case line := <-l.lines:
					l.put(line)
				default:
					return
				}
			}
		}
	}
}

// put writes a line, and those that wait already with it.
func (l *AccessLog) put(line []byte) {
	lines := int64(1)
	for more := true; more && len(line) < 64*kib; {
		select {
		case next := <-l.lines:
			line = append(line, next...)
			lines++
		default:
			more = false
		}
	}
	if _, err := l.to.Write(line); err != nil {
		l.dropped.Add(lines)
		why := err.Error()
		l.failed.Store(&why)
		return
	}
	l.failed.Store(nil)
}
