package e2e

import (
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// foreign is TEAM with two providers that nobody here wrote, on another site than TEAM.
type foreign struct {
	*world
	dex    *later
	portal *samlProvider
}

func newForeign(t *testing.T) *foreign {
	t.Helper()
	f := &foreign{dex: serveLater(t), portal: serveSAML(t)}
	f.world = newWorld(t, func(w *world) string {
		return fmt.Sprintf(`    - {name: dex, title: Dex, type: oidc, issuer: %q, client_id: team, client_secret_file: %q, match: email}
    - {name: portal, title: The portal, type: saml, metadata_url: %q, match: user_name, user_name_from: %q}
    - {name: gone, title: Gone, type: oidc, issuer: "http://127.0.0.1:1", client_id: team, match: email}
`, f.dex.url+"/dex", w.write("secret", "known to both\n"), f.portal.site.url+"/metadata", samlUserName)
	})
	serveDex(t, f.dex, f.url)
	f.portal.serves(f.url)
	return f
}

func (f *foreign) tab() *tab { f.t.Helper(); return openTab(f.t, f.url) }

// atDex signs in at Dex, from TEAM's first page.
func (f *foreign) atDex(b *tab, email string) {
	f.t.Helper()
	b.open(f.url + "/sign-ins")
	b.arrives(f.url, "/sign-in")
	b.press("Dex")
	b.types("login", email)
	b.types("password", dexPassword)
	b.click(`//button[@type="submit"]`)
}

// atPortal signs in at the SAML provider, which asks nothing.
func (f *foreign) atPortal(b *tab) {
	f.t.Helper()
	b.open(f.url + "/sign-ins")
	b.arrives(f.url, "/sign-in")
	b.press("The portal")
}

func (f *foreign) isIn(b *tab, userName string) {
	f.t.Helper()
	b.arrives(f.url, "/sign-ins")
	b.sees("You are signed in as", userName)
}

func TestSignInAtForeignProviders(t *testing.T) {
	f := newForeign(t)

	t.Run("Dex", func(t *testing.T) {
		b := f.tab()
		b.open(f.url + "/sign-ins")
		b.arrives(f.url, "/sign-in")
		b.picture("choose")
		f.atDex(b, "rita.moreau@example.com")
		f.isIn(b, "requester")
		signOut(b, f.url)
		b.open(f.url + "/sign-ins")
		b.arrives(f.url, "/sign-in")
	})

	t.Run("SAML", func(t *testing.T) {
		b := f.tab()
		f.portal.become("admin", "ada.minkowski@example.com")
		f.atPortal(b)
		f.isIn(b, "admin")
		b.sees("administrator")
		signOut(b, f.url)
	})

	t.Run("wrong people", func(t *testing.T) {
		for _, email := range []string{"stranger@elsewhere.example", "xavier.dupont@example.com"} {
			b := f.tab()
			b.expect("status of 403")
			f.atDex(b, email)
			b.sees("Sign-in did not work", "Reference")
			b.picture("refused-" + strings.Split(email, "@")[0])
		}
		b := f.tab()
		b.expect("status of 403")
		f.portal.become("nobody-here", "nobody@elsewhere.example")
		f.atPortal(b)
		b.sees("Sign-in did not work", "Reference")
	})

	t.Run("new keys at the provider", func(t *testing.T) {
		in := f.tab()
		f.atDex(in, "rita.moreau@example.com")
		f.isIn(in, "requester")
		serveDex(t, f.dex, f.url) // another one, with keys of its own
		in.open(f.url + "/sign-ins")
		f.isIn(in, "requester")
		b := f.tab()
		f.atDex(b, "ada.minkowski@example.com")
		f.isIn(b, "admin")
	})

	t.Run("provider down", func(t *testing.T) {
		in := f.tab()
		f.portal.become("requester", "rita.moreau@example.com")
		f.atPortal(in)
		f.isIn(in, "requester")

		b := f.tab()
		b.expect("status of 503", "status of 502")
		b.open(f.url + "/sign-ins")
		b.press("Gone")
		b.sees("Sign-in did not work", "Your provider cannot be reached just now", "Reference")
		b.picture("provider-down")

		// Dex still shows its pages, but does not redeem codes.
		f.dex.refuse("/dex/token")
		defer f.dex.refuse("")
		b = f.tab()
		b.expect("status of 503", "status of 502")
		f.atDex(b, "rita.moreau@example.com")
		b.sees("Sign-in did not work", "Reference")

		in.open(f.url + "/sign-ins")
		f.isIn(in, "requester")
	})
}

// TestSAMLAnswersCountOnce in the browser they are for, and nowhere else.
func TestSAMLAnswersCountOnce(t *testing.T) {
	f := newForeign(t)
	f.portal.become("requester", "rita.moreau@example.com")
	b := f.tab()
	b.expect("status of 403")
	f.atPortal(b)
	f.isIn(b, "requester")
	answer := f.portal.last()

	t.Run("posted again in the same browser", func(t *testing.T) {
		f.portal.repeats(answer)
		b.open(f.portal.site.url + "/repeat")
		b.sees("Sign-in did not work")
		b.picture("replayed")
	})
	t.Run("posted from another browser", func(t *testing.T) {
		other := f.tab()
		other.expect("status of 403")
		f.portal.repeats(answer)
		other.open(f.portal.site.url + "/repeat")
		other.sees("Sign-in did not work")
		other.open(f.url + "/sign-ins")
		other.arrives(f.url, "/sign-in")
	})
	t.Run("posted without a browser", func(t *testing.T) {
		got, err := http.PostForm(f.url+"/sign-in/portal/acs", answer)
		if err != nil {
			t.Fatal(err)
		}
		_ = got.Body.Close()
		if got.StatusCode != http.StatusForbidden || len(got.Cookies()) > 0 {
			t.Errorf("%d, cookies %v", got.StatusCode, got.Cookies())
		}
	})
	t.Run("nobody asked", func(t *testing.T) {
		other := f.tab()
		other.expect("status of 403")
		other.open(f.portal.site.url + "/unasked")
		other.sees("Sign-in did not work", "start URL")
		other.picture("unasked")
	})
}

// last is the form that the provider last had a browser post.
func (p *samlProvider) last() url.Values {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.posted
}

// repeats has the provider's page /repeat post a form.
func (p *samlProvider) repeats(form url.Values) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.repeated = form
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// recording notes which form each page of the provider posts, and adds pages for what honest providers do not do.
func (p *samlProvider) recording(next http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /repeat", func(w http.ResponseWriter, _ *http.Request) {
		p.mu.Lock()
		form, team := p.repeated, p.teamURL
		p.mu.Unlock()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><title>x</title><form method="post" action="%s/sign-in/portal/acs">`, team)
		for name := range form {
			fmt.Fprintf(w, `<input type="hidden" name="%s" value="%s">`, name, html.EscapeString(form.Get(name)))
		}
		fmt.Fprint(w, `</form><script>document.forms[0].submit()</script>`)
	})
	mux.HandleFunc("GET /unasked", func(w http.ResponseWriter, r *http.Request) {
		p.idp.ServeIDPInitiated(w, r, p.metadataURL(), "")
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		shown := httptest.NewRecorder()
		next.ServeHTTP(shown, r)
		form := url.Values{}
		for _, m := range hiddenField.FindAllStringSubmatch(shown.Body.String(), -1) {
			form.Set(m[1], html.UnescapeString(m[2]))
		}
		if len(form) > 0 {
			p.mu.Lock()
			p.posted = form
			p.mu.Unlock()
		}
		maps.Copy(w.Header(), shown.Header())
		w.WriteHeader(shown.Code)
		_, _ = w.Write(shown.Body.Bytes())
	})
	return mux
}
