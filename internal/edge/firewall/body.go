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

// body reads the body, takes over what is to be inspected of it, and puts it back.
func (s *sight) body(r *http.Request, free *place) error {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	content, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(content), r.Body)) // which fails again where it failed
	if err != nil {
		return fmt.Errorf("read the body: %w", err)
	}
	if len(content) == 0 {
		return nil
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
	err := s.member(d, "", free)
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
func (s *sight) member(d *json.Decoder, path string, free *place) error {
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
		return s.members(d, path, t == '{', free)
	}
	return nil
}

// members takes over what is in an object or an array.
func (s *sight) members(d *json.Decoder, path string, object bool, free *place) error {
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
				if !free.within(joined(path, step)) {
					if err := s.add("body."+name, ""); err != nil {
						return err
					}
				}
			}
		}
		if err := s.member(d, joined(path, step), free); err != nil {
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
