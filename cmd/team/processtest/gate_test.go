package processtest

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// exchange is one call to AWS as the gate sees it, first when it arrives and again when AWS has answered.
type exchange struct {
	action   string // CreateAccountAssignment
	body     string
	answered bool
	answer   string
}

func (x exchange) arrives(action string, about ...string) bool {
	return !x.answered && x.is(action, about)
}

func (x exchange) wasAnswered(action string, about ...string) bool {
	return x.answered && x.is(action, about)
}

func (x exchange) is(action string, about []string) bool {
	if x.action != action {
		return false
	}
	for _, text := range about {
		if !strings.Contains(x.body, text) {
			return false
		}
	}
	return true
}

// gate stands before AWS. It holds a trap: when an exchange springs it, what is to be done is done, and the caller
// gets no answer.
type gate struct {
	aws http.Handler

	mu     sync.Mutex
	trap   func(exchange) bool
	spring func()
	sprung chan struct{}
}

func newGate(aws http.Handler) *gate { return &gate{aws: aws} }

// arm sets the trap and returns a channel that is closed when it has sprung. It springs once.
func (g *gate) arm(trap func(exchange) bool, spring func()) <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.trap, g.spring, g.sprung = trap, spring, make(chan struct{})
	return g.sprung
}

// caught springs the trap if the exchange is the one. Exchanges are looked at one after the other.
func (g *gate) caught(x exchange) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.trap == nil || !g.trap(x) {
		return false
	}
	g.spring()
	close(g.sprung)
	g.trap = nil
	return true
}

// ServeHTTP passes a call on to AWS. AWS does what has arrived whole, even if the caller dies meanwhile.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the caller died while sending: nothing arrived
	}
	_, action, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	x := exchange{action: action, body: string(body)}
	if g.caught(x) {
		panic(http.ErrAbortHandler)
	}
	answer := httptest.NewRecorder()
	r.Body = io.NopCloser(bytes.NewReader(body))
	g.aws.ServeHTTP(answer, r.WithContext(context.WithoutCancel(r.Context())))
	x.answered, x.answer = true, answer.Body.String()
	if g.caught(x) {
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}
