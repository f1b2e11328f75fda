package firewall

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// Whatever is sent, it is answered 200 with the body as it came, or refused; and nothing panics.
func FuzzRequest(f *testing.F) {
	f.Add("/api/v1/requests", "application/json", []byte(`{"justification":"x","targets":[{"accountId":"1"}]}`))
	f.Add("/oauth/token?a=%zz", "application/x-www-form-urlencoded", []byte("code=1&%zz=2&&=;"))
	f.Add("/x?%61=1&a", "multipart/form-data; boundary=x", []byte("--x\r\n\r\n--x--"))
	f.Add("/", "text/xml; charset=\"", []byte("<a>\x00\xff"))
	f.Add("/api/v1/policies/apply", "", []byte(`{"documents":[{"text":"\ud800"}]} {}`))
	h := built[1]()
	f.Fuzz(func(t *testing.T, target, kind string, body []byte) {
		u, err := url.ParseRequestURI(target)
		if err != nil || !strings.HasPrefix(target, "/") || strings.ContainsAny(kind, "\r\n\x00") {
			return
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", bytes.NewReader(body))
		r.URL, r.RequestURI = u, target
		r.Header.Set("Content-Type", kind)
		w := sent(h, r)
		switch w.Code {
		case http.StatusOK:
			if !bytes.Equal(w.Body.Bytes(), body) {
				t.Errorf("the body arrives changed: %q", w.Body.Bytes())
			}
		case http.StatusForbidden, http.StatusRequestEntityTooLarge, http.StatusBadRequest:
		default:
			t.Errorf("answered %d: %s", w.Code, w.Body)
		}
	})
}

// Every text that the API's decoder finds in a document, at a place that is not free, is handed to the rules, or has a
// closed form: nothing is left out because the two read the document differently.
func FuzzJSONIsReadAsTheAPIReadsIt(f *testing.F) {
	f.Add([]byte(`{"a":"b c","d":[1,"e f",{"g h":null}],"a":"i j"}`))
	f.Add([]byte(`{"a":{"b":"\u0027 or 1=1"},"":""}`))
	f.Add([]byte(`"x y"`))
	f.Add([]byte(`{"a":1}}`))
	f.Add([]byte("[\"\xff\"]"))
	f.Fuzz(func(t *testing.T, body []byte) {
		s := &sight{}
		if err := s.json(body, &place{}); err != nil {
			return // refused
		}
		var v any
		if json.Unmarshal(body, &v) != nil {
			return // refused by the API
		}
		seen := map[string]bool{}
		for _, a := range s.arguments {
			seen[a.value] = true
			seen[strings.TrimPrefix(a.name, "body.")] = true
		}
		var check func(v any)
		check = func(v any) {
			switch v := v.(type) {
			case string:
				if !seen[v] && !closed(v) {
					t.Errorf("%q of %q is not inspected", v, body)
				}
			case []any:
				for _, one := range v {
					check(one)
				}
			case map[string]any:
				for name, one := range v {
					if !isPlain(name) && !seen[name] {
						t.Errorf("the name %q of %q is not inspected", name, body)
					}
					check(one)
				}
			}
		}
		check(v)
	})
}
