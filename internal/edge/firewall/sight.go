package firewall

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// sight is what the rules see of a request.
type sight struct {
	method, proto, uri string
	headers            []pair
	arguments          []pair // of the body
	repeated           []pair // arguments of the query whose name is there several times
	size               int    // of arguments, in bytes
}

type pair struct{ name, value string }

// known stands for a value of a closed form.
const known = "0"

// Bounds of what is inspected of one body. The rules take about a millisecond for each KiB; free text and values of a
// closed form count for nothing here. What is beyond is refused: nothing slips through because it is long.
const (
	mostArguments     = 500
	mostArgumentBytes = 32 << 10
)

// errTooMuch is a body of which more would have to be inspected.
var errTooMuch = errors.New("more of the body would have to be inspected than is")

// add has a value inspected. Each name must be a string of its own: Coraza keys what it computed of a value by where the
// name stands in memory, and by a place that is another for each rule, so that of two values under the same string the
// second could be taken for the first.
func (s *sight) add(name, value string) error {
	s.arguments = append(s.arguments, pair{strings.Clone(name), value})
	if s.size += len(name) + len(value); s.size > mostArgumentBytes || len(s.arguments) > mostArguments {
		return errTooMuch
	}
	return nil
}

// look makes the sight of a request, and reads its body if it has one.
func (f *firewall) look(r *http.Request) (*sight, error) {
	free := f.fields.of(r)
	s := &sight{method: r.Method, proto: r.Proto}
	s.address(r.URL, free)
	s.head(r)
	if err := s.body(r, free); err != nil {
		return nil, err
	}
	return s, nil
}

// address takes over path and query, without values of a closed form and of free text.
func (s *sight) address(u *url.URL, free *place) {
	var b strings.Builder
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	for i, segment := range strings.Split(path, "/") {
		if i > 0 {
			b.WriteByte('/')
		}
		if closed(segment) {
			segment = known
		}
		b.WriteString(segment)
	}
	if u.RawQuery != "" || u.ForceQuery {
		b.WriteByte('?')
		s.query(&b, u.RawQuery, free)
	}
	s.uri = b.String()
}

func (s *sight) query(b *strings.Builder, raw string, free *place) {
	seen := map[string]bool{}
	for i, one := range strings.Split(raw, "&") {
		if i > 0 {
			b.WriteByte('&')
		}
		rawName, rawValue, _ := strings.Cut(one, "=")
		name, errName := url.QueryUnescape(rawName)
		value, errValue := url.QueryUnescape(rawValue)
		if errName == nil && errValue == nil && (free.query(name) || closed(value)) {
			b.WriteString(rawName)
			b.WriteString("=" + known)
			continue
		}
		b.WriteString(one)
		// See add: Coraza takes the names of the query itself, and those of a single character may be one string.
		folded := strings.ToLower(name)
		if seen[folded] {
			s.repeated = append(s.repeated, pair{"query " + name, value})
		}
		seen[folded] = true
	}
}

// head takes over the headers, in an order of their own.
func (s *sight) head(r *http.Request) {
	s.headers = append(s.headers, pair{"Host", r.Host})
	for _, encoding := range r.TransferEncoding {
		s.headers = append(s.headers, pair{"Transfer-Encoding", encoding})
	}
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		for _, value := range r.Header[name] {
			switch name {
			case "Cookie":
				s.cookies(value)
				continue
			case "Authorization":
				value = withoutCredentials(value)
			case "Content-Length":
				value = anyLength(value)
			case "Referer":
				// A page of TEAM, whose query may hold what somebody searched for. TEAM does not read this header.
				value, _, _ = strings.Cut(value, "?")
			default:
				if closed(value) || isAddresses(value) {
					value = known
				}
			}
			s.headers = append(s.headers, pair{strings.Clone(name), value}) // see add
		}
	}
}

// ownCookies begin so. Those of other applications of the same domain are sent to TEAM too and may hold anything; it
// never reads them.
const ownCookies = "__Host-team"

func (s *sight) cookies(header string) {
	for one := range strings.SplitSeq(header, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(one), "=")
		if !strings.HasPrefix(name, ownCookies) {
			continue
		}
		if isOpaque(value) {
			value = known
		}
		s.headers = append(s.headers, pair{"Cookie", name + "=" + value})
	}
}

func withoutCredentials(value string) string {
	scheme, token, ok := strings.Cut(value, " ")
	if ok && isOpaque(token) {
		return scheme + " " + known
	}
	return value
}

// anyLength: to the rules all bodies are as long.
func anyLength(value string) string {
	if value != "" && value != "0" && isAll(value, isDigit) {
		return "1"
	}
	return value
}

// sum names a sight. It does not tell who may see what; it has to be one that nobody can make two sights for.
func (s *sight) sum() [sha256.Size]byte {
	h := sha256.New()
	var length [8]byte
	write := func(text string) {
		binary.BigEndian.PutUint64(length[:], uint64(len(text)))
		h.Write(length[:])
		h.Write([]byte(text))
	}
	write(s.method)
	write(s.proto)
	write(s.uri)
	for _, list := range [][]pair{s.headers, s.arguments, s.repeated} {
		binary.BigEndian.PutUint64(length[:], uint64(len(list)))
		h.Write(length[:])
		for _, p := range list {
			write(p.name)
			write(p.value)
		}
	}
	return [sha256.Size]byte(h.Sum(nil))
}
