package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zalando/go-keyring"
)

func succeed(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestServersHaveOneSpelling(t *testing.T) {
	for given, want := range map[string]string{
		"https://Team.Example.org":         "https://team.example.org",
		"https://team.example.org:443/":    "https://team.example.org",
		"https://team.example.org:8443":    "https://team.example.org:8443",
		"https://team.example.org/tools//": "https://team.example.org/tools",
		"http://127.0.0.1:8080/":           "http://127.0.0.1:8080",
		"http://localhost:80":              "http://localhost",
		"http://[::1]:8080":                "http://[::1]:8080",
		"https://[2001:db8::1]":            "https://[2001:db8::1]",
	} {
		if got, err := serverAddress(given); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", given, got, err, want)
		}
	}
	for given, words := range map[string]string{
		"http://team.example.org":     "in clear: use https",
		"http://127.0.0.1.example":    "in clear: use https",
		"http://localhost.example":    "in clear: use https",
		"ftp://team.example.org":      "not a web address",
		"team.example.org":            "not a web address",
		"https://u:p@team.example":    "not a web address",
		"https://team.example?x=y":    "not a web address",
		"https://":                    "not a web address",
		"http://10.0.0.1:8080":        "in clear: use https",
		"https://team.example/#piece": "not a web address",
	} {
		_, err := serverAddress(given)
		if err == nil || exitCode(err) != exitUsage || !strings.Contains(err.Error(), words) {
			t.Errorf("%s is answered with %v", given, err)
		}
	}
}

func forget(t *testing.T, k signInKeeper, s keptSignIn) {
	t.Helper()
	left, err := k.forget(t.Context(), s)
	succeed(t, errors.Join(left, err))
}

var someSignIn = keptSignIn{Server: "https://a.example", ID: "sin_1", Until: time.Date(2026, 11, 25, 20, 0, 0, 0, time.UTC)}

func someSecrets(n string) signInSecrets {
	return signInSecrets{Access: "team_access" + n, Refresh: "team_refresh" + n, AccessUntil: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
}

func TestTokensAreKeptInTheKeyring(t *testing.T) {
	keyring.MockInit()
	k := signInKeeper{signInFile{filepath.Join(t.TempDir(), "team")}, true}
	for n, server := range []string{"https://a.example", "https://b.example"} {
		s := someSignIn
		s.Server = server
		succeed(t, k.locked(t.Context(), func() error {
			why, err := k.keep(t.Context(), s, someSecrets(string(rune('0'+n))), true)
			return errors.Join(why, err)
		}))
	}
	content, err := os.ReadFile(k.name())
	succeed(t, err)
	if strings.Contains(string(content), "team_") {
		t.Errorf("the file has the tokens too: %s", content)
	}
	kept, err := k.read()
	succeed(t, err)
	a, _ := kept.find("https://a.example")
	got, err := k.secrets(t.Context(), a)
	succeed(t, err)
	if kept.Current != "https://b.example" || got != someSecrets("0") || !a.Until.Equal(someSignIn.Until) {
		t.Errorf("kept %+v, and for a %+v", kept, got)
	}
	forget(t, k, a)
	if _, err := k.secrets(t.Context(), a); !errors.Is(err, keyring.ErrNotFound) {
		t.Errorf("what was forgotten is read with %v", err)
	}
	kept, err = k.read()
	succeed(t, err)
	if len(kept.SignIns) != 1 || kept.SignIns[0].Server != "https://b.example" {
		t.Errorf("left is %+v", kept)
	}
}

func TestTokensAreKeptInAFileWhereThereIsNoKeyring(t *testing.T) {
	keyring.MockInitWithError(errors.New("no secret service"))
	t.Cleanup(keyring.MockInit)
	k := signInKeeper{signInFile{filepath.Join(t.TempDir(), "config", "team")}, true}
	succeed(t, k.makeFolder())
	why, err := k.keep(t.Context(), someSignIn, someSecrets("1"), true)
	succeed(t, err)
	if why == nil || !strings.Contains(why.Error(), "no secret service") {
		t.Errorf("it is not said why: %v", why)
	}
	for name, mode := range map[string]os.FileMode{k.name(): 0o600, k.folder: 0o700} {
		info, err := os.Stat(name)
		succeed(t, err)
		if info.Mode().Perm() != mode {
			t.Errorf("%s has mode %04o", name, info.Mode().Perm())
		}
	}
	kept, err := k.read()
	succeed(t, err)
	if got, err := k.secrets(t.Context(), kept.SignIns[0]); err != nil || got != someSecrets("1") {
		t.Errorf("read %+v, %v", got, err)
	}
	forget(t, k, kept.SignIns[0])
	content, err := os.ReadFile(k.name())
	succeed(t, err)
	if strings.Contains(string(content), "team_") {
		t.Errorf("after it was forgotten the file has %s", content)
	}
}

func TestFilesThatOthersCouldTouchAreRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(t *testing.T, f signInFile)
		words string
	}{
		"others read it":  {func(t *testing.T, f signInFile) { t.Helper(); succeed(t, os.Chmod(f.name(), 0o640)) }, "mode 0640"},
		"others write it": {func(t *testing.T, f signInFile) { t.Helper(); succeed(t, os.Chmod(f.name(), 0o602)) }, "mode 0602"},
		"it is a link": {func(t *testing.T, f signInFile) {
			t.Helper()
			succeed(t, os.Rename(f.name(), f.name()+".real"))
			succeed(t, os.Symlink(f.name()+".real", f.name()))
		}, "no plain file"},
		"it is a folder": {func(t *testing.T, f signInFile) {
			t.Helper()
			succeed(t, os.Remove(f.name()))
			succeed(t, os.Mkdir(f.name(), 0o700))
		}, "no plain file"},
		"it is of a later version": {func(t *testing.T, f signInFile) {
			t.Helper()
			succeed(t, os.WriteFile(f.name(), []byte(`{"version": 2}`), 0o600))
		}, "not what this version"},
		"it is broken": {func(t *testing.T, f signInFile) {
			t.Helper()
			succeed(t, os.WriteFile(f.name(), []byte(`{"ver`), 0o600))
		}, "not what this version"},
		"it is huge": {func(t *testing.T, f signInFile) { t.Helper(); succeed(t, os.Truncate(f.name(), mostSignIns+1)) }, "larger than"},
	} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			f := signInFile{filepath.Join(home, ".config", "team")}
			succeed(t, f.makeFolder())
			succeed(t, f.write(keptSignIns{Version: 1}))
			tt.spoil(t, f)
			if _, err := f.read(); err == nil || !strings.Contains(err.Error(), tt.words) {
				t.Errorf("it is read with %v", err)
			}
			got := command(t, []string{"HOME=" + home}, "whoami")
			if got.code != exitNotSignedIn || !strings.Contains(got.err, tt.words) {
				t.Errorf("a command ends with %d: %s", got.code, got.err)
			}
		})
	}
	f := signInFile{filepath.Join(t.TempDir(), "team")}
	succeed(t, os.Mkdir(f.folder, 0o700))
	succeed(t, os.Chmod(f.folder, 0o777))
	if err := f.locked(t.Context(), func() error { return nil }); err == nil || !strings.Contains(err.Error(), "others can write into") {
		t.Errorf("a folder that everybody may write into is taken: %v", err)
	}
}

// authorizing is an authorization server that has one sign-in, and treats a refresh token that comes twice as TEAM does.
type authorizing struct {
	mu                sync.Mutex
	current           int // the token that works is the one with this number
	refreshed, reused int
	ended             bool
}

func (a *authorizing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	number := func(n int) string { return string(rune('a' + n)) }
	switch {
	case r.URL.Path == "/oauth/token" && !a.ended && r.FormValue("refresh_token") == "team_refresh"+number(a.current):
		a.current++
		a.refreshed++
		fmt.Fprintf(w, `{"access_token": %q, "refresh_token": %q, "expires_in": 900, "sign_in": "sin_1"}`,
			"team_access"+number(a.current), "team_refresh"+number(a.current))
	case r.URL.Path == "/oauth/token":
		a.reused++
		a.ended = true
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error": "invalid_grant", "error_description": "the sign-in has ended"}`)
	case r.Header.Get("Authorization") == "Bearer team_access"+number(a.current) && !a.ended:
		fmt.Fprint(w, `{"id": "u-ada", "userName": "ada"}`)
	default:
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"code": "unauthenticated", "status": 401, "detail": "the token is not valid"}`)
	}
}

// signedInHome is the home of somebody who is signed in to a server, by an access token that works until then.
func signedInHome(t *testing.T, server string, until time.Time) (home string) {
	t.Helper()
	home = t.TempDir()
	k := signInKeeper{signInFile{filepath.Join(home, ".config", "team")}, false}
	succeed(t, k.makeFolder())
	_, err := k.keep(t.Context(), keptSignIn{Server: server, ID: "sin_1", Until: until.Add(time.Hour)},
		signInSecrets{Access: "team_accessa", Refresh: "team_refresha", AccessUntil: until}, true)
	succeed(t, err)
	return home
}

func TestCommandsAtOnceRefreshOnce(t *testing.T) {
	var a authorizing
	s := httptest.NewServer(&a)
	defer s.Close()
	for name, until := range map[string]time.Time{
		"expired": time.Now().Add(-time.Minute), "good for seconds only": time.Now().Add(refreshBefore / 2),
	} {
		t.Run(name, func(t *testing.T) {
			a.current, a.refreshed, a.reused, a.ended = 0, 0, 0, false
			home := signedInHome(t, s.URL, until)
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					if got := command(t, []string{"HOME=" + home, "TEAM_KEYRING=file"}, "whoami"); got.code != exitOK || !strings.Contains(got.out, "ada") {
						t.Errorf("whoami ended with %d: %s%s", got.code, got.out, got.err)
					}
				})
			}
			wg.Wait()
			if a.refreshed != 1 || a.reused != 0 {
				t.Errorf("eight commands refreshed %d times, and showed a used token %d times", a.refreshed, a.reused)
			}
		})
	}
}

// A token that TEAM refuses before its time, as after a restart with another key or clock, is refreshed once.
func TestRefusedTokenIsRefreshedOnce(t *testing.T) {
	a := authorizing{current: 0}
	s := httptest.NewServer(&a)
	defer s.Close()
	home := signedInHome(t, s.URL, time.Now().Add(time.Hour))
	file := signInFile{filepath.Join(home, ".config", "team")}
	kept, err := file.read()
	succeed(t, err)
	kept.SignIns[0].Secrets.Access = "team_old"
	succeed(t, file.write(kept))
	environ := []string{"HOME=" + home, "TEAM_KEYRING=file"}
	if got := command(t, environ, "whoami"); got.code != exitOK || a.refreshed != 1 {
		t.Errorf("whoami ended with %d after %d refreshes: %s", got.code, a.refreshed, got.err)
	}
	a.ended = true
	got := command(t, environ, "whoami")
	if got.code != exitNotSignedIn || !strings.Contains(got.err, "has ended; sign in again with: team login --server "+s.URL) {
		t.Errorf("after the end whoami ends with %d: %s", got.code, got.err)
	}
	if kept, err := file.read(); err != nil || len(kept.SignIns) != 0 {
		t.Errorf("what has ended is kept on: %+v, %v", kept, err)
	}
	if got = command(t, environ, "whoami"); got.code != exitNotSignedIn || !strings.Contains(got.err, "not signed in") {
		t.Errorf("the next whoami ends with %d: %s", got.code, got.err)
	}
}

// Whoever presses Ctrl-C while a command refreshes keeps what TEAM gave, and is still signed in.
func TestInterruptedRefreshIsKept(t *testing.T) {
	var a authorizing
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/oauth/token" {
			interrupt()
		}
		a.ServeHTTP(w, r)
	}))
	defer s.Close()
	environ := []string{"HOME=" + signedInHome(t, s.URL, time.Now().Add(-time.Minute)), "TEAM_KEYRING=file"}
	code := run(ctx, console{in: strings.NewReader(""), out: io.Discard, err: io.Discard, environ: environ, now: time.Now, zone: time.UTC}, []string{"whoami"})
	if code == exitOK || a.refreshed != 1 {
		t.Errorf("what was interrupted ended with %d after %d refreshes", code, a.refreshed)
	}
	if got := command(t, environ, "whoami"); got.code != exitOK || a.refreshed != 1 || a.reused != 0 {
		t.Errorf("the next whoami ended with %d, %d refreshed, %d used twice: %s", got.code, a.refreshed, a.reused, got.err)
	}
}

// A refresh whose answer is lost is not asked for again, also not for a call that may be repeated. One that could not be
// asked for is.
func TestLostRefreshIsNotRepeated(t *testing.T) {
	var a authorizing
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		a.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}))
	defer s.Close()
	environ := []string{"HOME=" + signedInHome(t, s.URL, time.Now().Add(-time.Minute)), "TEAM_KEYRING=file"}
	c := console{err: io.Discard, environ: environ, now: time.Now, zone: time.UTC}
	keeper, err := c.signInKeeper()
	succeed(t, err)
	b := &keptBearer{console: c, keeper: keeper, server: s.URL, transport: c.transport()}
	err = c.clientOf(s.URL, b, "table").create(t.Context(), "/requests", nil, nil)
	if exitCode(err) != exitUnavailable || a.refreshed != 1 || a.reused != 0 || !strings.Contains(err.Error(), "sign in again with: team login --server "+s.URL) {
		t.Errorf("it ended with %v, %d refreshed, %d used twice", err, a.refreshed, a.reused)
	}
	s.Close()
	_, err = b.token(t.Context())
	if _, broken := errors.AsType[brokenError](err); !broken || strings.Contains(err.Error(), "sign in again") {
		t.Errorf("where nobody listens it ended with %v", err)
	}
}

// Two servers: what is kept for one goes to no other, whatever the other says.
func TestTokensGoToTheirOwnServerOnly(t *testing.T) {
	var mu sync.Mutex
	var seen []string
	stranger := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body := make([]byte, 4096)
		n, _ := r.Body.Read(body)
		seen = append(seen, r.Header.Get("Authorization")+string(body[:n]))
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer stranger.Close()
	own := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, stranger.URL+r.URL.Path, http.StatusTemporaryRedirect)
	}))
	defer own.Close()
	home := signedInHome(t, own.URL, time.Now().Add(time.Hour))
	environ := []string{"HOME=" + home, "TEAM_KEYRING=file"}
	for _, args := range [][]string{{"whoami"}, {"whoami", "--server", stranger.URL}, {"logout"}, {"events", "list"}} {
		if got := command(t, environ, args...); got.code == exitOK {
			t.Errorf("%q went well", args)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	for _, text := range seen {
		if strings.Contains(text, "team_") {
			t.Errorf("the other server was sent %q", text)
		}
	}
}

// What was given by hand goes to the server that was named with it, not to where somebody is signed in.
func TestGivenTokensComeFirst(t *testing.T) {
	var got []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Get("Authorization"))
		fmt.Fprint(w, `{"id": "u-ada"}`)
	}))
	defer s.Close()
	home := signedInHome(t, s.URL, time.Now().Add(time.Hour))
	file := filepath.Join(home, "token")
	succeed(t, os.WriteFile(file, []byte("team_file\n"), 0o600))
	base := []string{"HOME=" + home, "TEAM_KEYRING=file"}
	for _, tt := range []struct {
		environ, args []string
		want          string
	}{
		{nil, nil, "Bearer team_accessa"},
		{[]string{"TEAM_URL=" + s.URL, "TEAM_TOKEN=team_given"}, nil, "Bearer team_given"},
		{[]string{"TEAM_URL=" + s.URL, "TEAM_TOKEN=team_given", "TEAM_TOKEN_FILE=" + file}, nil, "Bearer team_file"},
		{[]string{"TEAM_URL=" + s.URL}, []string{"--token-file", file}, "Bearer team_file"},
		{[]string{"TEAM_TOKEN=team_given", "TEAM_URL=http://127.0.0.1:1"}, nil, ""},
	} {
		got = nil
		command(t, append(append([]string{}, base...), tt.environ...), append([]string{"whoami"}, tt.args...)...)
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%q %q sent %q, want %q", tt.environ, tt.args, got, tt.want)
		}
	}
}

// Whoever cannot unlock the keyring is signed out here all the same, and told that TEAM was not.
func TestLogoutWithoutTheKeyring(t *testing.T) {
	keyring.MockInit()
	t.Cleanup(keyring.MockInit)
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	home := t.TempDir()
	k := signInKeeper{signInFile{filepath.Join(home, ".config", "team")}, true}
	succeed(t, k.makeFolder())
	why, err := k.keep(t.Context(), keptSignIn{Server: s.URL, ID: "sin_1", Until: someSignIn.Until}, someSecrets("1"), true)
	succeed(t, errors.Join(why, err))
	keyring.MockInitWithError(errors.New("the keyring is locked"))
	got := command(t, []string{"HOME=" + home}, "logout")
	if got.code != exitUnavailable || !strings.Contains(got.err, "the keyring is locked") ||
		!strings.Contains(got.err, "at TEAM the sign-in ends at "+console{zone: time.UTC}.at(someSignIn.Until)) {
		t.Errorf("it ended with %d: %s", got.code, got.err)
	}
	if kept, err := k.read(); err != nil || len(kept.SignIns) != 0 || kept.Current != "" {
		t.Errorf("kept on is %+v, %v", kept, err)
	}
}

func TestUnknownKeyringIsRefused(t *testing.T) {
	if got := command(t, []string{"HOME=" + t.TempDir(), "TEAM_KEYRING=vault"}, "whoami"); got.code != exitUsage || !strings.Contains(got.err, "TEAM_KEYRING") {
		t.Errorf("it ended with %d: %s", got.code, got.err)
	}
}
