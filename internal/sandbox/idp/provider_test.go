package idp

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

func TestSignInTellsWhoItIs(t *testing.T) {
	w := newWorld(t)
	token, c, err := w.signIn("person", "sub-rita")
	if err != nil {
		t.Fatal(err)
	}
	if token.Nonce != "the nonce" || !slices.Equal(token.Audience, []string{"team"}) || token.Issuer != w.url {
		t.Errorf("nonce %q, audience %q, issuer %q", token.Nonce, token.Audience, token.Issuer)
	}
	if c.Subject != "sub-rita" || c.UserName != "requester" || c.Name != "Rita Moreau" || c.Email != "rita.moreau@example.com" || !c.EmailVerified || c.AZP != "team" {
		t.Errorf("the token says %+v", c)
	}
	if c.ACR != ACRPassword || !slices.Equal(c.AMR, []string{"pwd"}) || c.AuthTime != w.clock().Unix() {
		t.Errorf("without a second factor the token says %+v", c)
	}
}

func TestSecondFactorIsTold(t *testing.T) {
	w := newWorld(t)
	_, c, err := w.signIn("person", "sub-rita", "second_factor", "1")
	if err != nil {
		t.Fatal(err)
	}
	if c.ACR != ACRSecondFactor || !slices.Contains(c.AMR, "mfa") {
		t.Errorf("with a second factor the token says %+v", c)
	}
	asked := w.ask(oauth2.GenerateVerifier(), oauth2.SetAuthURLParam("acr_values", ACRSecondFactor))
	mustContain(t, asked.body, `name="second_factor" value="1" checked`)
	if plain := w.ask(oauth2.GenerateVerifier()); strings.Contains(plain.body, "checked") {
		t.Error("a second factor is proposed where nobody asked for it")
	}
}

func TestWhoIsSignedInMayGoOn(t *testing.T) {
	w := newWorld(t)
	if _, _, err := w.signIn("person", "sub-rita", "second_factor", "1"); err != nil {
		t.Fatal(err)
	}
	began := w.clock().Unix()
	w.advance(time.Hour)
	verifier := oauth2.GenerateVerifier()
	asked := w.ask(verifier)
	mustContain(t, asked.body, `name="continue"`, "Or as somebody else")
	_, c, err := w.redeem(w.code(w.press(asked, "continue", "1")), verifier)
	if err != nil {
		t.Fatal(err)
	}
	if c.Subject != "sub-rita" || c.AuthTime != began || c.ACR != ACRSecondFactor {
		t.Errorf("who went on is %+v, signed in at %d", c, began)
	}
}

// TestFreshSignInHasToPickAgain also without the page: what it does not offer is not accepted.
func TestFreshSignInHasToPickAgain(t *testing.T) {
	for name, option := range map[string]oauth2.AuthCodeOption{
		"prompt": oauth2.SetAuthURLParam("prompt", "login"), "max_age": oauth2.SetAuthURLParam("max_age", "0"),
		"older than max_age": oauth2.SetAuthURLParam("max_age", "300"),
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if _, _, err := w.signIn("person", "sub-rita"); err != nil {
				t.Fatal(err)
			}
			w.advance(6 * time.Minute)
			verifier := oauth2.GenerateVerifier()
			asked := w.ask(verifier, option)
			mustContain(t, asked.body, "wants you to sign in again")
			if strings.Contains(asked.body, `name="continue"`) {
				t.Error("going on is offered")
			}
			if again := w.press(asked, "continue", "1"); again.back != nil || again.url.Path != pickPath {
				t.Errorf("going on led to %s %s", again.url, again.back)
			}
			_, c, err := w.redeem(w.code(w.press(asked, "person", "sub-rita")), verifier)
			if err != nil {
				t.Fatal(err)
			}
			if c.AuthTime != w.clock().Unix() {
				t.Errorf("signed in at %d, which was at %d", c.AuthTime, w.clock().Unix())
			}
		})
	}
	t.Run("younger than max_age", func(t *testing.T) {
		w := newWorld(t)
		if _, _, err := w.signIn("person", "sub-rita"); err != nil {
			t.Fatal(err)
		}
		w.advance(4 * time.Minute)
		mustContain(t, w.ask(oauth2.GenerateVerifier(), oauth2.SetAuthURLParam("max_age", "300")).body, `name="continue"`)
	})
}

func TestPromptNoneAnswersAtOnce(t *testing.T) {
	w := newWorld(t)
	none := oauth2.SetAuthURLParam("prompt", "none")
	if got := w.ask(oauth2.GenerateVerifier(), none); got.back == nil || got.back.Query().Get("error") != "interaction_required" {
		t.Errorf("nobody is signed in, and the client is told %s", got.back)
	}
	if _, _, err := w.signIn("person", "sub-rita"); err != nil {
		t.Fatal(err)
	}
	verifier := oauth2.GenerateVerifier()
	if _, c, err := w.redeem(w.code(w.ask(verifier, none)), verifier); err != nil || c.Subject != "sub-rita" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestDisabledPeopleCannotSignIn(t *testing.T) {
	w := newWorld(t)
	asked := w.ask(oauth2.GenerateVerifier())
	mustContain(t, asked.body, `value="sub-xavier" class="person" disabled`)
	if got := w.press(asked, "person", "sub-xavier"); got.status != http.StatusForbidden || got.back != nil {
		t.Errorf("a disabled person got %d %s", got.status, got.back)
	}

	verifier := oauth2.GenerateVerifier()
	code := w.code(w.press(w.ask(verifier), "person", "sub-rita"))
	w.crowd.disable("sub-rita")
	if _, c, err := w.redeem(code, verifier); err == nil {
		t.Errorf("who was disabled meanwhile got a token: %+v", c)
	}
	if again := w.ask(oauth2.GenerateVerifier()); strings.Contains(again.body, `name="continue"`) {
		t.Error("who is disabled may go on")
	}
	if got := w.press(asked, "person", "sub-nobody"); got.status != http.StatusNotFound {
		t.Errorf("nobody got %d", got.status)
	}
}

func TestCodesAreUsedOnceByTheirClient(t *testing.T) {
	w := newWorld(t)
	verifier := oauth2.GenerateVerifier()
	code := w.code(w.press(w.ask(verifier), "person", "sub-rita"))
	if _, _, err := w.redeem(code, verifier); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.redeem(code, verifier); err == nil {
		t.Error("a code worked twice")
	}
	if _, _, err := w.redeem(w.code(w.press(w.ask(verifier), "person", "sub-rita")), oauth2.GenerateVerifier()); err == nil {
		t.Error("a code worked with another verifier")
	}
	code = w.code(w.press(w.ask(verifier), "person", "sub-rita"))
	w.advance(codeLifetime)
	if _, _, err := w.redeem(code, verifier); err == nil {
		t.Error("an old code worked")
	}
	code = w.code(w.press(w.ask(verifier), "person", "sub-rita"))
	w.client.ClientSecret = "guessed"
	if _, _, err := w.redeem(code, verifier); err == nil {
		t.Error("a code worked with another secret")
	}
}

func TestFaultyRequestsAreRefused(t *testing.T) {
	w := newWorld(t)
	for name, address := range map[string]string{
		"no PKCE":        w.client.AuthCodeURL("s"),
		"plain PKCE":     w.client.AuthCodeURL("s", oauth2.SetAuthURLParam("code_challenge", "x"), oauth2.SetAuthURLParam("code_challenge_method", "plain")),
		"another client": strings.Replace(w.client.AuthCodeURL("s", oauth2.S256ChallengeOption("v")), "client_id=team", "client_id=other", 1),
		"another place": w.client.AuthCodeURL("s", oauth2.S256ChallengeOption("v"),
			oauth2.SetAuthURLParam("redirect_uri", "http://evil.example/callback")),
		"implicit": w.client.AuthCodeURL("s", oauth2.S256ChallengeOption("v"), oauth2.SetAuthURLParam("response_type", "id_token")),
	} {
		got := w.get(address)
		refused := got.status == http.StatusBadRequest || got.back != nil && got.back.Query().Get("error")+got.back.Fragment != ""
		if !refused || got.back != nil && got.back.Host != "team.example:8080" {
			t.Errorf("%s: %d %s", name, got.status, got.back)
		}
	}
	asked := w.ask(oauth2.GenerateVerifier())
	w.advance(pickLifetime)
	if got := w.press(asked, "person", "sub-rita"); got.status != http.StatusBadRequest || got.back != nil {
		t.Errorf("an old page was answered with %d %s", got.status, got.back)
	}
	if got := w.get(w.url + pickPath + "?id=guessed"); got.status != http.StatusBadRequest {
		t.Errorf("a guessed request is shown: %d", got.status)
	}
}

func TestOtherSitesCannotPick(t *testing.T) {
	w := newWorld(t)
	asked := w.ask(oauth2.GenerateVerifier())
	form := url.Values{"id": {hiddenID.FindStringSubmatch(asked.body)[1]}, "person": {"sub-rita"}}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+pickPath, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := w.read(w.browser.Do(r)); got.status != http.StatusForbidden {
		t.Errorf("another site picked: %d", got.status)
	}
}

func TestKeysRotate(t *testing.T) {
	w := newWorld(t)
	if _, _, err := w.signIn("person", "sub-rita"); err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{`{}`, `{"forget_earlier": true}`} {
		if got := w.tell(http.MethodPost, "keys", body); got != http.StatusNoContent {
			t.Fatalf("rotating was answered with %d", got)
		}
		if _, _, err := w.signIn("person", "sub-rita"); err != nil {
			t.Errorf("after %s: %v", body, err)
		}
	}
	if n := len(w.provider.state.publishedKeys()); n != 1 {
		t.Errorf("%d keys are listed after the earlier ones were forgotten", n)
	}
}

func TestTrouble(t *testing.T) {
	for trouble, want := range map[string]string{
		`{"expired": true}`:                 "token is expired",
		`{"unpublished_key": true}`:         "failed to verify signature",
		`{"audience": "somebody-else"}`:     "", // go-oidc is content while it is among them
		`{"nonce": "another"}`:              "",
		`{"auth_time_behind": "10m"}`:       "",
		`{"no_acr": true}`:                  "",
		`{"unverified_email": true}`:        "",
		`{"expired": false, "down": false}`: "",
	} {
		t.Run(trouble, func(t *testing.T) {
			w := newWorld(t)
			if got := w.tell(http.MethodPut, "trouble", trouble); got != http.StatusNoContent {
				t.Fatalf("it was answered with %d", got)
			}
			token, c, err := w.signIn("person", "sub-rita", "second_factor", "1")
			if want != "" {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("the error is %v, want %q", err, want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			changed := map[string]bool{
				"audience": !slices.Equal(token.Audience, []string{"team"}), "nonce": token.Nonce != "the nonce",
				"auth_time_behind": c.AuthTime == w.clock().Add(-10*time.Minute).Unix(), "no_acr": c.ACR != ACRSecondFactor,
				"unverified_email": !c.EmailVerified,
			}
			for name, is := range changed {
				if is != strings.Contains(trouble, name) {
					t.Errorf("%s: %v; the token is %+v %+v", name, is, token, c)
				}
			}
		})
	}
}

func TestDownIsDownUntilToldOtherwise(t *testing.T) {
	w := newWorld(t)
	w.tell(http.MethodPut, "trouble", `{"down": true}`)
	for _, path := range []string{"/.well-known/openid-configuration", "/keys", pickPath, "/static/provider.css"} {
		if got := w.get(w.url + path); got.status != http.StatusServiceUnavailable {
			t.Errorf("%s answers %d", path, got.status)
		}
	}
	w.tell(http.MethodPut, "trouble", `{}`)
	if _, _, err := w.signIn("person", "sub-rita"); err != nil {
		t.Error(err)
	}
}

func TestControlAPIAnswersNoWebPagesAndNoNonsense(t *testing.T) {
	w := newWorld(t)
	for _, header := range []string{"Origin", "Sec-Fetch-Site"} {
		if got := w.tell(http.MethodPost, "keys", `{}`, header, "same-origin"); got != http.StatusForbidden {
			t.Errorf("with %s it answers %d", header, got)
		}
	}
	for _, body := range []string{``, `{"dwon": true}`, `{"auth_time_behind": "soon"}`} {
		if got := w.tell(http.MethodPut, "trouble", body); got != http.StatusBadRequest {
			t.Errorf("%q was answered with %d", body, got)
		}
	}
}

func TestSignOut(t *testing.T) {
	w := newWorld(t)
	if _, _, err := w.signIn("person", "sub-rita"); err != nil {
		t.Fatal(err)
	}
	back := url.Values{"client_id": {"team"}, "post_logout_redirect_uri": {"http://team.example:8080/signed-out"}, "state": {"s"}}
	if got := w.get(w.url + "/end_session?" + back.Encode()); got.back == nil || got.back.String() != "http://team.example:8080/signed-out?state=s" {
		t.Errorf("after the sign-out the browser is sent to %s", got.back)
	}
	if again := w.ask(oauth2.GenerateVerifier()); strings.Contains(again.body, `name="continue"`) {
		t.Error("after the sign-out one may go on")
	}
	mustContain(t, w.get(w.url+"/end_session").body, "You are signed out")
	back.Set("post_logout_redirect_uri", "http://evil.example/")
	if got := w.get(w.url + "/end_session?" + back.Encode()); got.back != nil || got.status != http.StatusBadRequest {
		t.Errorf("a sign-out to a foreign place: %d %s", got.status, got.back)
	}
}

// TestSignOutWithTokenEndsEverySignIn of the person, in other browsers too.
func TestSignOutWithTokenEndsEverySignIn(t *testing.T) {
	w := newWorld(t)
	if _, _, err := w.signIn("person", "sub-rita"); err != nil {
		t.Fatal(err)
	}
	first := w.browser
	w.browser = newBrowser(t)
	verifier := oauth2.GenerateVerifier()
	token, err := w.client.Exchange(t.Context(), w.code(w.press(w.ask(verifier), "person", "sub-rita")), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	hint, _ := token.Extra("id_token").(string)
	if got := w.get(w.url + "/end_session?" + url.Values{"id_token_hint": {hint}}.Encode()); got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	w.browser = first
	if again := w.ask(oauth2.GenerateVerifier()); strings.Contains(again.body, `name="continue"`) {
		t.Error("in the other browser one may go on")
	}
}

func TestUserInfoNeedsItsToken(t *testing.T) {
	w := newWorld(t)
	verifier := oauth2.GenerateVerifier()
	token, err := w.client.Exchange(t.Context(), w.code(w.press(w.ask(verifier), "person", "sub-hiro")), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	discovered, err := oidc.NewProvider(t.Context(), w.url)
	if err != nil {
		t.Fatal(err)
	}
	info, err := discovered.UserInfo(t.Context(), oauth2.StaticTokenSource(token))
	if err != nil || info.Subject != "sub-hiro" || info.Email != "hiro.sato@example.com" {
		t.Errorf("%+v, %v", info, err)
	}
	w.advance(tokenLifetime)
	if _, err := discovered.UserInfo(t.Context(), oauth2.StaticTokenSource(token)); err == nil {
		t.Error("an old token is answered")
	}
}

func TestPageShowsPeopleAndNothingElse(t *testing.T) {
	w := newWorld(t)
	asked := w.ask(oauth2.GenerateVerifier())
	mustContain(t, asked.body, "People of the tour", "Rita Moreau", "requester · rita.moreau@example.com", "<span>requester</span>",
		"&lt;script&gt;alert(1)&lt;/script&gt;", "team.example:8080")
	if strings.Contains(asked.body, "<script") || strings.Contains(asked.body, "style=") {
		t.Error("there is a script or a style on the page")
	}
	policy := asked.header.Get("Content-Security-Policy")
	mustContain(t, policy, "default-src 'none'", "frame-ancestors 'none'", "form-action 'self' http://team.example:8080")
	for _, path := range []string{"/static/provider.css", "/static/provider.svg"} {
		if got := w.get(w.url + path); got.status != http.StatusOK {
			t.Errorf("%s answers %d", path, got.status)
		}
	}
}

func TestSearchFindsAmongThousands(t *testing.T) {
	c := &crowd{}
	for i := range 20_000 {
		c.people = append(c.people, Person{Subject: fmt.Sprint(i), UserName: fmt.Sprintf("user.%d", i), Name: fmt.Sprintf("Aisha %d Ünal", i)})
	}
	for query, want := range map[string]struct{ shown, left int }{
		"": {mostShown, 20_000 - mostShown}, "user.12345": {1, 0}, "aisha 12345": {1, 0}, "ÜNAL user.777": {11, 0}, "nobody": {0, 0},
	} {
		found, left := search(c, query)
		if len(found) != want.shown || left != want.left {
			t.Errorf("%q finds %d and leaves %d, want %+v", query, len(found), left, want)
		}
	}
}

func TestMemoryIsBounded(t *testing.T) {
	m := newMemory[int](time.Minute)
	now := time.Now()
	for i := range 3 * mostPending {
		m.put(fmt.Sprint(i), i, now)
	}
	if len(m.kept) != mostPending || len(m.order) != mostPending {
		t.Errorf("%d are kept in %d places", len(m.kept), len(m.order))
	}
	if _, ok := m.get(fmt.Sprint(3*mostPending-1), now); !ok {
		t.Error("the newest is forgotten")
	}
	m.put("later", 1, now.Add(time.Minute))
	if len(m.kept) != 1 {
		t.Errorf("%d are kept after their time", len(m.kept))
	}
}

func TestFaultyConfigurationsAreRefused(t *testing.T) {
	good := Config{Issuer: "http://127.0.0.1:1", ClientID: "c", ClientSecret: "s", RedirectURIs: []string{callback}, People: &crowd{}}
	if _, err := New(good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Config){
		"no issuer": func(c *Config) { c.Issuer = "" }, "no client": func(c *Config) { c.ClientID = "" },
		"no secret": func(c *Config) { c.ClientSecret = "" }, "no people": func(c *Config) { c.People = nil },
		"no redirect": func(c *Config) { c.RedirectURIs = nil }, "odd redirect": func(c *Config) { c.RedirectURIs = []string{"/callback"} },
		"issuer without host": func(c *Config) { c.Issuer = "127.0.0.1" },
	} {
		c := good
		change(&c)
		if _, err := New(c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
