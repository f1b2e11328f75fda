package idp

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// crowd is an organization's people, which tests change.
type crowd struct {
	mu     sync.Mutex
	people []Person
}

func (c *crowd) People() []Person {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Person(nil), c.people...)
}

func (c *crowd) Can(who Person) []string {
	if who.Subject == "sub-rita" {
		return []string{"requester"}
	}
	return nil
}

func (c *crowd) disable(subject string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.people {
		if c.people[i].Subject == subject {
			c.people[i].Disabled = true
		}
	}
}

// world is a provider, its client, and a browser.
type world struct {
	t        *testing.T
	provider *Provider
	url      string
	crowd    *crowd
	client   oauth2.Config
	verifier *oidc.IDTokenVerifier
	browser  *http.Client
	mu       sync.Mutex
	now      time.Time
}

const callback = "http://team.example:8080/sign-in/sandbox/callback"

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, now: time.Now(), crowd: &crowd{people: []Person{
		{Subject: "sub-rita", UserName: "requester", Name: "Rita Moreau", Email: "rita.moreau@example.com", First: true},
		{Subject: "sub-xavier", UserName: "xavier.dupont", Name: "Xavier Dupont", Email: "xavier.dupont@example.com", Disabled: true},
		{Subject: "sub-script", UserName: "script", Name: `<script>alert(1)</script> "O'Neil"`, Email: "script@example.com"},
		{Subject: "sub-hiro", UserName: "hiro.sato", Name: "佐藤 ひろ", Email: "hiro.sato@example.com"},
	}}}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.provider.ServeHTTP(rw, r) }))
	t.Cleanup(server.Close)
	w.url = server.URL
	var err error
	w.provider, err = New(Config{
		Issuer: server.URL, ClientID: "team", ClientSecret: "only they know", RedirectURIs: []string{callback},
		PostLogoutRedirectURIs: []string{"http://team.example:8080/signed-out"}, People: w.crowd, Now: w.clock,
	})
	if err != nil {
		t.Fatal(err)
	}
	discovered, err := oidc.NewProvider(t.Context(), server.URL)
	if err != nil {
		t.Fatal(err)
	}
	w.client = oauth2.Config{
		ClientID: "team", ClientSecret: "only they know", RedirectURL: callback, Endpoint: discovered.Endpoint(), Scopes: []string{"openid", "profile", "email"},
	}
	w.verifier = discovered.VerifierContext(t.Context(), &oidc.Config{ClientID: "team"})
	w.browser = newBrowser(t)
	return w
}

// newBrowser follows redirects as far as the provider goes.
func newBrowser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Timeout: 10 * time.Second, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host == "team.example:8080" {
			return http.ErrUseLastResponse
		}
		return nil
	}}
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// page is what the browser shows.
type page struct {
	status int
	body   string
	url    *url.URL
	header http.Header
	// back is where the client is called back, where the browser was sent there.
	back *url.URL
}

func (w *world) get(address string) page {
	w.t.Helper()
	answer, err := w.browser.Get(address)
	return w.read(answer, err)
}

func (w *world) read(answer *http.Response, err error) page {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	p := page{status: answer.StatusCode, body: string(body), url: answer.Request.URL, header: answer.Header}
	if to, err := answer.Location(); err == nil {
		p.back = to
	}
	return p
}

// ask begins a sign-in of the client.
func (w *world) ask(verifier string, more ...oauth2.AuthCodeOption) page {
	w.t.Helper()
	more = append(more, oauth2.S256ChallengeOption(verifier), oidc.Nonce("the nonce"))
	return w.get(w.client.AuthCodeURL("the state", more...))
}

var hiddenID = regexp.MustCompile(`name="id" value="([^"]+)"`)

// press sends the page's form with one of its buttons.
func (w *world) press(p page, fields ...string) page {
	w.t.Helper()
	id := hiddenID.FindStringSubmatch(p.body)
	if id == nil {
		w.t.Fatalf("there is no form on the page: %d %s", p.status, p.body)
	}
	form := url.Values{"id": {id[1]}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	answer, err := w.browser.PostForm(w.url+pickPath, form)
	return w.read(answer, err)
}

// code is what the client got, or fails the test.
func (w *world) code(p page) string {
	w.t.Helper()
	if p.back == nil || p.back.Query().Get("code") == "" || p.back.Query().Get("state") != "the state" {
		w.t.Fatalf("the client was not called back with a code: %d %s %s", p.status, p.back, p.body)
	}
	return p.back.Query().Get("code")
}

type claims struct {
	Subject       string   `json:"sub"`
	UserName      string   `json:"preferred_username"`
	Name          string   `json:"name"`
	Email         string   `json:"email"`
	EmailVerified bool     `json:"email_verified"`
	AuthTime      int64    `json:"auth_time"`
	ACR           string   `json:"acr"`
	AMR           []string `json:"amr"`
	AZP           string   `json:"azp"`
}

// redeem exchanges a code and verifies the ID token as clients do.
func (w *world) redeem(code, verifier string) (*oidc.IDToken, claims, error) {
	w.t.Helper()
	token, err := w.client.Exchange(context.Background(), code, oauth2.VerifierOption(verifier))
	if err != nil {
		return nil, claims{}, fmt.Errorf("exchange: %w", err)
	}
	raw, _ := token.Extra("id_token").(string)
	verified, err := w.verifier.Verify(context.Background(), raw)
	if err != nil {
		return nil, claims{}, fmt.Errorf("verify: %w", err)
	}
	var c claims
	if err := verified.Claims(&c); err != nil {
		w.t.Fatal(err)
	}
	return verified, c, nil
}

// signIn does all of it as one person.
func (w *world) signIn(fields ...string) (*oidc.IDToken, claims, error) {
	w.t.Helper()
	verifier := oauth2.GenerateVerifier()
	return w.redeem(w.code(w.press(w.ask(verifier), fields...)), verifier)
}

// tell calls the control API.
func (w *world) tell(method, path, body string, header ...string) int {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.url+"/_sandbox/"+path, bytes.NewReader([]byte(body)))
	if err != nil {
		w.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

func mustContain(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
}
