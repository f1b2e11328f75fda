package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/team-idc/team/internal/signin"
)

// browserPatience is how long somebody may take in the browser.
const browserPatience = 10 * time.Minute

// errBrowserPatience is the end of it.
var errBrowserPatience = codedError{
	errors.New("nobody signed in within " + browserPatience.String() + "; begin again. Where the browser is on another machine: team login --device"),
	exitNotSignedIn,
}

// loginByBrowser has the browser bring a code to a port of this machine (RFC 8252, with PKCE).
func (c console) loginByBrowser(ctx context.Context, a authorizationServer, at endpoints, noBrowser bool) (grantedTokens, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, browserPatience, errBrowserPatience)
	defer cancel()
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return grantedTokens{}, fmt.Errorf("wait for the browser: %w; without a port of this machine it goes with: team login --device", withoutOperation(err))
	}
	w := &browserWait{
		issuer: at.Issuer, state: rand.Text(), verifier: rand.Text() + rand.Text(), host: l.Addr().String(),
		redirect: "http://" + l.Addr().String() + "/callback", results: make(chan loginResult, 1),
	}
	w.redeem = func(code string) (grantedTokens, error) {
		return a.tokens(ctx, url.Values{
			"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {w.redirect}, "code_verifier": {w.verifier},
		})
	}
	h := &http.Server{Handler: w, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: answerTimeout + 10*time.Second}
	go func() { _ = h.Serve(l) }()
	defer w.stop(ctx, h)
	c.showAddress(ctx, at.Authorization+"?"+w.query().Encode(), noBrowser)
	var got loginResult
	err = c.progress().during("waiting for the browser (Ctrl-C gives up)", func() error {
		select {
		case got = <-w.results:
			return got.err
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
	return got.tokens, err
}

func (c console) showAddress(ctx context.Context, address string, noBrowser bool) {
	if noBrowser {
		fmt.Fprintf(c.err, "Open this in a browser on this machine:\n\n  %s\n\n", address)
		return
	}
	if err := c.browse(ctx, address); err != nil {
		fmt.Fprintf(c.err, "No browser could be opened (%v). Open this in one on this machine:\n\n  %s\n\n"+
			"Is there none? Then: team login --device\n", err, address)
		return
	}
	fmt.Fprintf(c.err, "Your browser opens TEAM's page. If it does not, open this in a browser on this machine:\n\n  %s\n\n", address)
}

// browserWait answers the browser that comes back, once.
type browserWait struct {
	issuer, state, verifier, host, redirect string
	redeem                                  func(code string) (grantedTokens, error)
	results                                 chan loginResult // has room for the one there is

	once sync.Once
	got  loginResult
}

type loginResult struct {
	tokens grantedTokens
	err    error
}

func (b *browserWait) query() url.Values {
	challenge := sha256.Sum256([]byte(b.verifier))
	return url.Values{
		"response_type": {"code"}, "client_id": {signin.CLIClient}, "redirect_uri": {b.redirect}, "state": {b.state}, "host": {hostName()},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])}, "code_challenge_method": {"S256"},
	}
}

// ServeHTTP takes what the browser brings. Other programs on this machine, and pages in the browser, can call here too:
// without the state, which only TEAM's answer has, nothing happens.
func (b *browserWait) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	switch {
	case r.URL.Path != "/callback" || r.Method != http.MethodGet || r.Host != b.host:
		http.NotFound(w, r)
		return
	case subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(b.state)) != 1 || q.Get("iss") != b.issuer:
		b.show(w, http.StatusBadRequest, donePage{Title: "This is not the answer to your team login", Text: "Begin again with team login."})
		return
	}
	// A browser that comes twice, as when the page is loaded again, waits for what comes of the first: a code that is
	// redeemed twice ends the sign-in.
	b.once.Do(func() {
		if fault := q.Get("error"); fault != "" {
			b.got.err = refusedInBrowser(fault)
		} else {
			b.got.tokens, b.got.err = b.redeem(q.Get("code"))
		}
		b.results <- b.got
	})
	page := donePage{Title: "You are signed in", Text: "Go back to the command line. You can close this page.", Good: true}
	if b.got.err != nil {
		page = donePage{Title: "You are not signed in", Text: "The command line says why. You can close this page."}
	}
	b.show(w, http.StatusOK, page)
}

func refusedInBrowser(fault string) error {
	if fault == "access_denied" {
		return codedError{errors.New("it was refused in the browser"), exitDenied}
	}
	return codedError{fmt.Errorf("TEAM does not know what was asked (%.60q); this team may be of another version", fault), exitError}
}

// stop lets the last answer reach the browser.
func (b *browserWait) stop(ctx context.Context, h *http.Server) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if h.Shutdown(ctx) != nil {
		_ = h.Close()
	}
}

// donePage is what the browser shows in the end.
type donePage struct {
	Title, Text string
	Good        bool
}

//go:embed login_done.html
var doneHTML string

var doneTemplate = template.Must(template.New("done").Parse(doneHTML))

func (b *browserWait) show(w http.ResponseWriter, status int, page donePage) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = doneTemplate.Execute(w, page) // whoever does not read it has gone
}
