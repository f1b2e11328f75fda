package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// pick signs in at the sandbox's provider, whose page the tab shows.
func (d *demo) pick(b *tab, name string) {
	d.t.Helper()
	b.arrives(d.note.ProviderURL, "/pick")
	b.sees("Who are you?")
	b.press(name)
}

// signIn opens TEAM and signs in.
func (d *demo) signIn(b *tab, name, userName string) {
	d.t.Helper()
	b.open(d.url + "/sign-ins")
	d.pick(b, name)
	b.arrives(d.url, "/sign-ins")
	b.sees("You are signed in as", userName)
}

// signOut leaves by the button that every page has.
func signOut(b *tab, site string) {
	b.t.Helper()
	b.click(`//header//button[normalize-space(.)="Sign out"]`)
	b.arrives(site, "/signed-out")
	b.sees("You are signed out")
}

func TestSignInAtTheSandbox(t *testing.T) {
	d := demonstrate(t)
	b := d.tab()
	b.open(d.url + "/sign-ins")
	b.arrives(d.note.ProviderURL, "/pick")
	b.sees("Rita Moreau", "requester · rita.moreau@example.com", "approver: Production", "disabled")
	b.picture("provider")
	d.pick(b, "Rita Moreau")
	b.arrives(d.url, "/sign-ins")
	b.sees("You are signed in as", "requester")
	b.picture("home")

	t.Run("the cookie is for this host, out of scripts' reach", func(t *testing.T) {
		b.expect("DocumentCookie") // that a script looks
		readable := must(b, chromedp.Evaluate[string](`document.cookie`))
		found := false
		for _, c := range tell(b, network.GetCookies, network.GetCookiesParams{URLs: []string{d.url + "/"}}).Cookies {
			if c.Name != "__Host-team" {
				continue
			}
			found = true
			if !c.Secure || !c.HTTPOnly || c.SameSite != network.CookieSameSiteLax || c.Path != "/" || strings.HasPrefix(c.Domain, ".") {
				t.Errorf("the cookie is %+v", c)
			}
		}
		if !found || strings.Contains(readable, "team") {
			t.Errorf("found: %v; a script reads %q", found, readable)
		}
	})

	signOut(b, d.url)
	b.picture("signed-out")
	// The browser keeps the page of before, but going back to it asks TEAM, which asks to sign in.
	b.do(chromedp.Evaluate[chromedp.Void](`history.back()`))
	b.arrives(d.note.ProviderURL, "/pick")

	// The provider remembers, and says so instead of signing in by itself.
	b.open(d.url + "/sign-ins")
	b.arrives(d.note.ProviderURL, "/pick")
	b.sees("Or as somebody else")
	b.picture("provider-again")
	b.keys(kb.Enter)
	b.arrives(d.url, "/sign-ins")
	b.sees("You are signed in as", "requester")

	signOut(b, d.url)
	b.press("Sign out of")
	b.arrives(d.note.ProviderURL, "/signed-out")
	b.open(d.url + "/sign-ins")
	b.arrives(d.note.ProviderURL, "/pick")
	if text := b.text(); strings.Contains(text, "Or as somebody else") {
		t.Errorf("the provider still remembers:\n%s", text)
	}
}

// TestSignInWithTheKeyboardAlone searches and picks without a mouse.
func TestSignInWithTheKeyboardAlone(t *testing.T) {
	d := demonstrate(t)
	b := d.tab()
	b.open(d.url + "/sign-ins")
	b.arrives(d.note.ProviderURL, "/pick")
	b.keys("minkowski", kb.Enter)
	b.sees("Found", "Ada Minkowski")
	b.picture("provider-found")
	// From the field: the button of the search, the checkbox, the person.
	b.keys(kb.Tab, kb.Tab, " ", kb.Tab, kb.Enter)
	b.arrives(d.url, "/sign-ins")
	b.sees("You are signed in as", "admin", "administrator")
}

// TestOtherAddressLeadsToThePublicOne because cookies and redirects are of one host.
func TestOtherAddressLeadsToThePublicOne(t *testing.T) {
	d := demonstrate(t)
	b := d.tab()
	b.open(d.team.url + "/sign-ins")
	d.pick(b, "Anton Pavlik")
	b.arrives(d.url, "/sign-ins")
	b.sees("You are signed in as", "approver")
}

// TestTroubleAtTheProvider refuses everything that is not as it must be, with a page that helps, while those who are
// signed in go on.
func TestTroubleAtTheProvider(t *testing.T) {
	d := demonstrate(t)
	in := d.tab()
	d.signIn(in, "Rita Moreau", "requester")
	goesOn := func(t *testing.T) {
		t.Helper()
		in.open(d.url + "/sign-ins")
		in.arrives(d.url, "/sign-ins")
		in.sees("You are signed in as", "requester")
	}

	for trouble, sentence := range map[string]string{
		`{"nonce": "of another sign-in"}`: "Your provider's answer was not accepted.",
		`{"unpublished_key": true}`:       "Your provider's answer was not accepted.",
		`{"expired": true}`:               "is not valid at this time",
	} {
		t.Run(trouble, func(t *testing.T) {
			d.tell(d.note.ProviderURL, http.MethodPut, "trouble", trouble)
			defer d.tell(d.note.ProviderURL, http.MethodPut, "trouble", `{}`)
			b := d.tab()
			b.expect("status of 403")
			b.open(d.url + "/sign-ins")
			d.pick(b, "Ada Minkowski")
			b.sees("Sign-in did not work", sentence, "Reference")
			if strings.Contains(trouble, "nonce") {
				b.picture("refused")
			}
			goesOn(t)
		})
	}

	t.Run("down", func(t *testing.T) {
		d.tell(d.note.ProviderURL, http.MethodPut, "trouble", `{"down": true}`)
		defer d.tell(d.note.ProviderURL, http.MethodPut, "trouble", `{}`)
		goesOn(t)
	})

	for _, body := range []string{`{}`, `{"forget_earlier": true}`} {
		t.Run("keys rotated "+body, func(t *testing.T) {
			d.tell(d.note.ProviderURL, http.MethodPost, "keys", body)
			goesOn(t)
			d.signIn(d.tab(), "Ada Minkowski", "admin")
		})
	}
}

// TestDisabledPersonIsNotLetIn by the provider; what TEAM does with one whom the provider lets in shows Dex.
func TestDisabledPersonIsNotLetIn(t *testing.T) {
	d := demonstrate(t)
	b := d.tab()
	b.open(d.url + "/sign-ins")
	b.arrives(d.note.ProviderURL, "/pick")
	if !must(b, chromedp.Evaluate[bool](`[...document.querySelectorAll("button")].find(b => b.innerText.includes("Xavier Dupont")).disabled`)) {
		t.Error("a disabled person can be picked")
	}
}
