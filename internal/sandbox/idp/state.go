package idp

import (
	"encoding/base64"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

const (
	// pickLifetime is how long somebody may take to pick who they are.
	pickLifetime = 30 * time.Minute
	codeLifetime = time.Minute
	// signInLifetime is how long the provider remembers who signed in.
	signInLifetime = 12 * time.Hour
	tokenLifetime  = 10 * time.Minute
	// mostPending bounds what is kept of sign-ins that were begun; the oldest are forgotten.
	mostPending = 1000
)

// state is all that the provider knows. What is here is lost when the process ends.
type state struct {
	config Config
	client *client

	mu          sync.Mutex
	keys        []key // the newest first
	unpublished key   // see Trouble
	trouble     Trouble
	requests    memory[*request] // by id
	codes       memory[string]   // code → id of the request
	signIns     memory[signIn]   // by the cookie's content
	access      memory[string]   // access token's id → subject
}

// signIn is one person's being signed in to the provider in one browser.
type signIn struct {
	subject      string
	at           time.Time
	secondFactor bool
}

func newState(c Config) (*state, error) {
	s := &state{
		config: c, requests: newMemory[*request](pickLifetime), codes: newMemory[string](codeLifetime),
		signIns: newMemory[signIn](signInLifetime), access: newMemory[string](tokenLifetime),
	}
	s.client = &client{s}
	signs, err := newKey(c.Random)
	if err != nil {
		return nil, err
	}
	s.keys = []key{signs}
	s.unpublished, err = newKey(c.Random)
	return s, err
}

// newSecret draws what nobody can guess.
func newSecret(random io.Reader) (string, error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", fmt.Errorf("draw secret: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// begin keeps a request for sign-in that the client sent somebody with.
func (s *state) begin(asked *oidc.AuthRequest) (*request, error) {
	id, err := newSecret(s.config.Random)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &request{id: id, asked: *asked, state: s}
	s.requests.put(id, r, s.config.Now())
	return r, nil
}

func (s *state) request(id string) (*request, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests.get(id, s.config.Now())
}

// remembered is who is signed in with a cookie.
func (s *state) remembered(cookie string) (signIn, bool) {
	if cookie == "" {
		return signIn{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.signIns.get(cookie, s.config.Now())
}

// remember begins a sign-in and returns the cookie's content; the one of the earlier cookie ends.
func (s *state) remember(in signIn, earlier string) (string, error) {
	cookie, err := newSecret(s.config.Random)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signIns.remove(earlier)
	s.signIns.put(cookie, in, s.config.Now())
	return cookie, nil
}

func (s *state) forget(cookie string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signIns.remove(cookie)
}

// forgetAll signs a person out in every browser.
func (s *state) forgetAll(subject string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signIns.removeFunc(func(in signIn) bool { return in.subject == subject })
}

// memory keeps things for a while, and not too many of them.
type memory[T any] struct {
	lifetime time.Duration
	kept     map[string]remembrance[T]
	order    []string // of the keys, the oldest first; some are gone already
}

type remembrance[T any] struct {
	value T
	since time.Time
}

func newMemory[T any](lifetime time.Duration) memory[T] {
	return memory[T]{lifetime: lifetime, kept: map[string]remembrance[T]{}}
}

func (m *memory[T]) put(name string, value T, now time.Time) {
	m.kept[name] = remembrance[T]{value, now}
	m.order = append(m.order, name)
	for len(m.order) > 0 {
		oldest, ok := m.kept[m.order[0]]
		if ok && len(m.order) <= mostPending && now.Before(oldest.since.Add(m.lifetime)) {
			return
		}
		delete(m.kept, m.order[0])
		m.order = m.order[1:]
	}
}

func (m *memory[T]) get(name string, now time.Time) (T, bool) {
	r, ok := m.kept[name]
	if !ok || !now.Before(r.since.Add(m.lifetime)) {
		var none T
		return none, false
	}
	return r.value, true
}

func (m *memory[T]) remove(name string) { delete(m.kept, name) }

func (m *memory[T]) removeFunc(gone func(T) bool) {
	for name, r := range m.kept {
		if gone(r.value) {
			delete(m.kept, name)
		}
	}
}
