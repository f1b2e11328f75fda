package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/team-idc/team/web"
)

const (
	document = `<!doctype html><script type="module" src="/assets/index-a1b2c3d4.js"></script>`
	script   = `export const words = "TEAM"`
)

func zipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func application(t *testing.T) *web.Application {
	t.Helper()
	a, err := web.New(fstest.MapFS{
		"index.html":                   {Data: []byte(document)},
		"placeholder.txt":              {Data: []byte("not served")},
		"assets/index-a1b2c3d4.js.gz":  {Data: zipped(t, script)},
		"assets/index-a1b2c3d4.css.gz": {Data: zipped(t, "p{}")},
		"assets/font-a1b2c3d4.woff2":   {Data: []byte("wOF2")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func ask(t *testing.T, answer http.HandlerFunc, method, path string, headers map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	answer(w, r)
	return w
}

func TestAssetsAreAnsweredAsTheyAreKept(t *testing.T) {
	a := application(t)
	for accepted, coding := range map[string]string{
		"gzip, deflate, br, zstd": "gzip", "GZIP;q=0.5": "gzip", "*": "gzip", "br, *;q=0.1": "gzip",
		"": "", "br": "", "gzip;q=0": "", "gzip;q=0.0, *": "", "*;q=0": "", "*, gzip;q=0": "", "gzipped": "", ";;,": "",
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			got := ask(t, a.Assets, method, "/assets/index-a1b2c3d4.js", map[string]string{"Accept-Encoding": accepted})
			h := got.Header()
			if got.Code != http.StatusOK || h.Get("Content-Encoding") != coding || h.Get("Vary") != "Accept-Encoding" || h.Get("Content-Type") != "text/javascript; charset=utf-8" {
				t.Errorf("%s with %q: %d %v", method, accepted, got.Code, h)
			}
			want := script
			if coding != "" {
				want = string(zipped(t, script))
			}
			if method == http.MethodHead {
				want = ""
			}
			if got.Body.String() != want {
				t.Errorf("%s with %q answers %q", method, accepted, got.Body)
			}
		}
	}
	font := ask(t, a.Assets, http.MethodGet, "/assets/font-a1b2c3d4.woff2", map[string]string{"Accept-Encoding": "gzip"})
	if h := font.Header(); font.Body.String() != "wOF2" || h.Get("Content-Type") != "font/woff2" || h.Get("Content-Encoding") != "" || h.Get("Content-Length") != "4" {
		t.Errorf("the font: %v %q", h, font.Body)
	}
}

func TestNothingElseIsAnAsset(t *testing.T) {
	a := application(t)
	for _, path := range []string{
		"/assets/", "/assets", "/assets/gone-a1b2c3d4.js", "/assets/index-a1b2c3d4.js.gz", "/assets/../index.html", "/index.html",
		"/placeholder.txt", "/assets/../placeholder.txt", "/assets//index-a1b2c3d4.js",
	} {
		r := &http.Request{Method: http.MethodGet, Header: http.Header{}}
		r.URL = httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil).URL
		r.URL.Path = path
		w := httptest.NewRecorder()
		if a.Assets(w, r); w.Code != http.StatusNotFound {
			t.Errorf("%s is answered with %d: %s", path, w.Code, w.Body)
		}
	}
}

func TestThePageIsNotKept(t *testing.T) {
	a := application(t)
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		got := ask(t, a.Page, method, "/requests/req_1", nil)
		want := document
		if method == http.MethodHead {
			want = ""
		}
		if h := got.Header(); got.Code != http.StatusOK || got.Body.String() != want || h.Get("Content-Type") != "text/html; charset=utf-8" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v %s", method, got.Code, h, got.Body)
		}
	}
}

// A program that was built by go build alone says how the pages come into it.
func TestApplicationThatWasNotBuiltSaysSo(t *testing.T) {
	a, err := web.New(fstest.MapFS{"placeholder.txt": {Data: []byte("x")}})
	if err != nil {
		t.Fatal(err)
	}
	got := ask(t, a.Page, http.MethodGet, "/", nil)
	if got.Code != http.StatusNotImplemented || !strings.Contains(got.Body.String(), "make build") {
		t.Errorf("answered %d: %s", got.Code, got.Body)
	}
	if got := ask(t, a.Assets, http.MethodGet, "/assets/index-a1b2c3d4.js", nil); got.Code != http.StatusNotFound {
		t.Errorf("an asset is answered with %d", got.Code)
	}
}

func TestFileOfAnUnknownTypeIsRefused(t *testing.T) {
	_, err := web.New(fstest.MapFS{"index.html": {Data: []byte(document)}, "assets/x-a1b2c3d4.exe": {Data: []byte("x")}})
	if err == nil || !strings.Contains(err.Error(), "x-a1b2c3d4.exe") {
		t.Errorf("it is said: %v", err)
	}
}

func TestBrowsersWantPagesAndProgramsDoNot(t *testing.T) {
	const browsers = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
	for _, c := range []struct {
		method, accept string
		want           bool
	}{
		{http.MethodGet, browsers, true},
		{http.MethodHead, browsers, true},
		{http.MethodGet, "TEXT/HTML", true},
		{http.MethodPost, browsers, false},
		{http.MethodGet, "*/*", false},
		{http.MethodGet, "application/json", false},
		{http.MethodGet, "", false},
		{http.MethodGet, "text/htmlx", false},
	} {
		r := httptest.NewRequestWithContext(t.Context(), c.method, "/requests", nil)
		r.Header.Set("Accept", c.accept)
		if got := web.WantsPage(r); got != c.want {
			t.Errorf("%s with %q: %v", c.method, c.accept, got)
		}
	}
}
