package signin

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
)

// postForm reads a body of a form of at most so many bytes, and nothing from the address.
func postForm(w http.ResponseWriter, r *http.Request, most int64) (url.Values, error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, errors.New("the body is no form")
	}
	r.Body = http.MaxBytesReader(w, r.Body, most)
	if err := r.ParseForm(); err != nil {
		return nil, fmt.Errorf("the form cannot be read: %w", err)
	}
	return r.PostForm, nil
}

const mostForm = 8 << 10

// form reads a form of TEAM's own, in which each parameter may come once.
func form(w http.ResponseWriter, r *http.Request) (map[string]string, bool) {
	values, err := postForm(w, r, mostForm)
	if err != nil {
		return nil, false
	}
	return single(values)
}

// single takes parameters of which each may come once; an OAuth parameter that comes twice makes two readers disagree
// (RFC 6749, section 3.1).
func single(values url.Values) (map[string]string, bool) {
	one := make(map[string]string, len(values))
	for name, all := range values {
		if len(all) != 1 {
			return nil, false
		}
		one[name] = all[0]
	}
	return one, true
}
