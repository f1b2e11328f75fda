package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync"
	"testing"
)

// watched is output in which a test waits for something to be said.
type watched struct {
	mu    sync.Mutex
	out   bytes.Buffer
	until *regexp.Regexp // its first group goes to seen, once
	seen  chan string
	said  bool
}

func (w *watched) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out.Write(b)
	if m := w.until.FindSubmatch(w.out.Bytes()); m != nil && !w.said {
		w.said = true
		w.seen <- string(m[1])
	}
	return len(b), nil
}

func (w *watched) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.String()
}

// startServer serves a function that knows its own address.
func startServer(t *testing.T, f func(own string, w http.ResponseWriter, r *http.Request)) string {
	t.Helper()
	var s *httptest.Server
	s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f(s.URL, w, r) }))
	t.Cleanup(s.Close)
	return s.URL
}
