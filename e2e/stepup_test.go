package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
)

// exitProof is the exit status of a command that was asked for fresh proof.
const exitProof = 11

// authenticator puts one into the browser that checks its user by itself.
func (b *tab) authenticator() webauthn.AuthenticatorID {
	b.t.Helper()
	tell(b, webauthn.Enable, webauthn.EnableParams{})
	return tell(b, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: "ctap2", Transport: "internal", HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}}).AuthenticatorID
}

// persona is a terminal in which a persona is signed in by who runs the demo.
func (d *demo) persona(name string) commandLine {
	d.t.Helper()
	got := command(d.t, environment(), "demo", "token", name, "--data", d.folder)
	if got.code != 0 {
		d.t.Fatalf("team demo token %s: %s", name, got.err)
	}
	var env []string
	for line := range strings.SplitSeq(strings.TrimSpace(got.out), "\n") {
		env = append(env, strings.TrimPrefix(line, "export "))
	}
	return commandLine{d.t, environment(env...)}
}

// must runs a command that has to do what it is told, and gives its output.
func (c commandLine) must(args ...string) string {
	c.t.Helper()
	got := c.run(args...)
	if got.code != 0 {
		c.t.Fatalf("team %s ended with %d: %s", strings.Join(args, " "), got.code, got.err)
	}
	return got.out
}

// isAskedForProof runs a command that TEAM refuses until there is fresh proof, and gives the address where that is given.
func (c commandLine) isAskedForProof(d *demo, args ...string) string {
	c.t.Helper()
	refused := c.run(append(slices.Clone(args), "-o", "json")...)
	var problem struct {
		Code   string `json:"code"`
		StepUp struct {
			URL string `json:"url"`
		} `json:"stepUp"`
	}
	if err := json.Unmarshal([]byte(refused.err), &problem); err != nil || refused.code != exitProof || problem.Code != "step_up_required" {
		c.t.Fatalf("team %s ended with %d: %s", strings.Join(args, " "), refused.code, refused.err)
	}
	if !strings.Contains(problem.StepUp.URL, "for=sin_") {
		c.t.Errorf("the page %s is for no sign-in of the command line", problem.StepUp.URL)
	}
	return d.url + problem.StepUp.URL
}

func decoded[T any](t *testing.T, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// settings is a file with settings that demand fresh proof.
func settings(t *testing.T, demands string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "settings.yaml")
	if err := os.WriteFile(file, []byte("kind: settings\nstepUp:\n  "+demands+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestStepUpWithAPasskey: an approver registers a passkey after signing in, an administrator consents, and with it they show
// for their command line that it is them, which deciding demands.
func TestStepUpWithAPasskey(t *testing.T) {
	d := demonstrate(t)
	b := d.tab()
	authenticator := b.authenticator()
	d.signIn(b, "Anton Pavlik", "approver")
	b.open(d.url + "/passkeys")
	b.sees("You have none yet", "Register a passkey")
	b.picture("passkeys-none")
	b.types("name", "Laptop of Anton")
	b.press("Register")
	b.sees("Laptop of Anton", "waiting", "never used")
	b.picture("passkeys-waiting")

	admin := d.persona("admin")
	type passkeys struct{ Items []struct{ ID string } }
	list := decoded[passkeys](t, admin.must("passkey", "list", "--all", "-o", "json"))
	if len(list.Items) != 1 {
		t.Fatalf("the passkeys are %+v", list.Items)
	}
	a := d.tab()
	d.signIn(a, "Ada Minkowski", "admin")
	a.open(d.url + "/passkeys")
	a.sees("Others’ passkeys that do not count yet", "Laptop of Anton", "of approver")
	a.picture("passkeys-consent")
	a.press("Consent")
	a.eventually(func() bool { return !strings.Contains(a.text(), "Laptop of Anton") }, a.text)
	if shown := admin.must("passkey", "list", "--all"); !strings.Contains(shown, list.Items[0].ID) || !strings.Contains(shown, "counts ") {
		t.Errorf("the list is\n%s", shown)
	}

	admin.must("policy", "apply", "-f", settings(t, "decide: {kinds: [passkey], maxAge: 5m}"), "--yes")
	request := decoded[struct{ ID string }](t, d.persona("requester").must("request", "create", "--account", "shop-prod", "--role", "ReadOnlyAccess",
		"--for", "15m", "--ticket", "OPS-1", "--reason", "Look at the failed orders", "-o", "json")).ID
	approver := d.commandLine()
	approver.signsIn(d, b)
	approver.isAskedForProof(d, "approve", request, "--comment", "ok")

	approving := approver.inTerminal("approve", request, "--comment", "ok")
	b.open(approving.says(`(http://localhost:\d+/step-up\S+)`))
	b.sees("Show that it is you", "Deciding on this request", "your command line", "Go on only if you started this yourself")
	b.picture("step-up")
	tell(b, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: authenticator, IsUserVerified: false})
	b.press("Use a passkey")
	b.sees("It was cancelled, or took too long. Try again.")
	b.picture("step-up-cancelled")
	tell(b, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: authenticator, IsUserVerified: true})
	b.press("Use a passkey")
	b.sees("Thank you", "Go back to your terminal")
	b.picture("step-up-done")
	approving.ends()
	if shown := approver.must("request", "show", request); !strings.Contains(shown, "passkey at ") {
		t.Errorf("the request does not say how it was decided:\n%s", shown)
	}

	// What was shown for the command line was shown in this browser, so it counts for the browser as well, which got another
	// secret with it and goes on.
	b.open(d.url + "/step-up?act=decide&kinds=passkey&age=300&return=" + url.QueryEscape("/passkeys"))
	b.sees("Thank you")
	b.press("Go on")
	b.arrives(d.url, "/passkeys")
	b.sees("Laptop of Anton", "last used")
	b.press("Remove")
	b.sees("You have none yet")
}

// TestStepUpAtTheProvider: an administrator shows for their command line, by signing in anew, that it is them. An
// authentication of before, a weaker one, and somebody else's do not count.
func TestStepUpAtTheProvider(t *testing.T) {
	d := demonstrate(t)
	b := d.tab()
	d.signIn(b, "Ada Minkowski", "admin")
	cli := d.commandLine()
	cli.signsIn(d, b)
	// Whoever brings in a demand must meet it, so that nobody locks themselves out.
	apply := []string{"policy", "apply", "--yes", "-f", settings(t, "policies: {kinds: [provider], maxAge: 5m, acr: [urn:team:sandbox:second-factor]}")}
	page := cli.isAskedForProof(d, apply...)

	again := func() {
		t.Helper()
		b.open(page)
		b.sees("Changing policies and settings asks for fresh proof", "counts only as urn:team:sandbox:second-factor")
		b.press("Sign in again at")
		b.arrives(d.note.ProviderURL, "/pick")
		b.sees("wants you to sign in again, to be sure that it is you")
		if text := b.text(); strings.Contains(text, "Or as somebody else") {
			t.Errorf("the provider offers to go on as before:\n%s", text)
		}
	}
	again()
	b.click(`//input[@name="second_factor"]`) // which is ticked, since TEAM asked for it
	d.pick(b, "Ada Minkowski")
	b.arrives(d.url, "/step-up")
	b.sees("That does not count", "urn:team:sandbox:password")
	b.picture("step-up-provider")

	b.expect("status of 403")
	again()
	d.pick(b, "Anton Pavlik")
	b.sees("Somebody else came back from your provider")
	again()
	d.tell(d.note.ProviderURL, http.MethodPut, "trouble", `{"auth_time_behind": "10m"}`)
	d.pick(b, "Ada Minkowski")
	b.sees("Sign-in did not work")
	d.tell(d.note.ProviderURL, http.MethodPut, "trouble", `{}`)
	cli.isAskedForProof(d, apply...)

	again()
	d.pick(b, "Ada Minkowski")
	b.arrives(d.url, "/step-up")
	b.sees("Thank you", "Go back to your terminal")
	cli.must(apply...)
	d.persona("admin").isAskedForProof(d, "policy", "apply", "--yes", "-f", settings(t, "policies: {kinds: [provider], maxAge: 10m}"))
}
