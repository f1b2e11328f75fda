package firewall

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// errTooLarge is a body longer than Config.MaxBody.
var errTooLarge = fmt.Errorf("%w: the body is too large", errUnreadable)

// errNotRead is a body that did not arrive.
var errNotRead = fmt.Errorf("%w: the body did not arrive", errUnreadable)

// deepest nesting of JSON that is followed. Nothing that TEAM takes comes near it.
const deepest = 64

var errTooDeep = fmt.Errorf("%w: the JSON is nested too deeply", errUnreadable)

// body reads the body, takes over what is to be inspected of it, and puts it back.
func (f *firewall) body(r *http.Request, s *sight, free *place) error {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	content, err := f.read(r)
	if err != nil || len(content) == 0 {
		return err
	}
	switch kind := mediaType(r.Header.Get("Content-Type")); {
	case kind == "application/x-www-form-urlencoded":
		return s.form(string(content), free)
	case kind == "" || kind == "application/json" || strings.HasSuffix(kind, "+json"):
		// Without a type it is JSON to the API, and nothing to whatever reads forms.
		return s.json(content, free)
	}
	return s.add("body", string(content))
}

// read buffers the body, so that both the rules and the handler can have it.
func (f *firewall) read(r *http.Request) ([]byte, error) {
	if r.ContentLength > f.MaxBody && f.Mode == Block {
		return nil, errTooLarge
	}
	content, err := io.ReadAll(io.LimitReader(r.Body, f.MaxBody+1))
	rest := io.Reader(r.Body)
	if err != nil {
		rest = failing{err}
	}
	r.Body = rewound{io.MultiReader(bytes.NewReader(content), rest), r.Body}
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errNotRead, err)
	case int64(len(content)) > f.MaxBody:
		return nil, errTooLarge
	}
	return content, nil
}

// rewound is a body that was read and can be read again.
type rewound struct {
	io.Reader
	io.Closer
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// mediaType without its parameters. What mime cannot parse is no type at all, and is inspected as it is.
func mediaType(header string) string {
	if strings.TrimSpace(header) == "" {
		return ""
	}
	kind, _, err := mime.ParseMediaType(header)
	if err != nil {
		return "unknown"
	}
	return kind
}

// form takes over the fields of a form. What is no form is inspected as one text.
func (s *sight) form(content string, free *place) error {
	for one := range strings.SplitSeq(content, "&") {
		rawName, rawValue, _ := strings.Cut(one, "=")
		name, errName := url.QueryUnescape(rawName)
		value, errValue := url.QueryUnescape(rawValue)
		if errName != nil || errValue != nil {
			name, value = "form", one
		} else if free.form(name) || closed(value) {
			value = known
		}
		if err := s.add(name, value); err != nil {
			return err
		}
	}
	return nil
}

// errNoJSON is text that the decoder does not understand.
var errNoJSON = errors.New("this is not JSON")

// json takes over the members of a JSON document, read by the decoder that the API reads it with. What is no JSON is
// inspected as one text; the API refuses it then.
func (s *sight) json(content []byte, free *place) error {
	d := json.NewDecoder(bytes.NewReader(content))
	d.UseNumber()
	before := *s
	err := s.member(d, "", 0, free)
	if err == nil {
		if _, end := d.Token(); !errors.Is(end, io.EOF) {
			err = errNoJSON
		}
	}
	if errors.Is(err, errNoJSON) {
		*s = before
		return s.add("body", string(content))
	}
	return err
}

// member takes over the next value, which is at a path such as documents.*.text, with all that is in it. Numbers,
// booleans and nulls have a closed form.
func (s *sight) member(d *json.Decoder, path string, depth int, free *place) error {
	token, err := d.Token()
	if err != nil {
		return errNoJSON
	}
	switch t := token.(type) {
	case string:
		if closed(t) || free.member(path) {
			return nil
		}
		return s.add("body."+path, t)
	case json.Delim:
		if depth == deepest {
			return errTooDeep
		}
		return s.members(d, path, depth, t == '{', free)
	}
	return nil
}

// members takes over what is in an object or an array.
func (s *sight) members(d *json.Decoder, path string, depth int, object bool, free *place) error {
	for d.More() {
		step := "*"
		if object {
			token, err := d.Token()
			name, ok := token.(string)
			if err != nil || !ok {
				return errNoJSON
			}
			// Names of TEAM's own members are letters. Others are inspected, and are on no path of free text.
			if step = name; !isPlain(name) {
				step = "?"
				if err := s.add("body."+name, ""); err != nil {
					return err
				}
			}
		}
		if err := s.member(d, joined(path, step), depth+1, free); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil { // its end
		return errNoJSON
	}
	return nil
}

func joined(path, step string) string {
	if path == "" {
		return step
	}
	return path + "." + step
}

// isPlain: letters and digits, a letter first.
func isPlain(name string) bool {
	letter := func(c byte) bool { return isLower(c | 0x20) }
	return name != "" && len(name) <= 64 && letter(name[0]) && isAll(name, func(c byte) bool { return letter(c) || isDigit(c) })
}
