package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

type loginFlags struct {
	server            string
	device, noBrowser bool
}

func loginCommand(c console) *cobra.Command {
	var f loginFlags
	cmd := &cobra.Command{
		Use: "login", Short: "Sign in, with your browser", GroupID: groupAccess, Args: cobra.NoArgs,
		Long: `Signs you in to TEAM: opens its page in your browser, where you sign in as always and allow this command line to act as you.
What you are signed in with is kept in the keyring of your operating system or, where there is none, in a file that only you
can read; the commands after this one use it, until it ends by itself or you say team logout.

Where there is no browser, as over SSH, it shows a code instead, which you enter in a browser on any other machine; --device
asks for that. --no-browser prints the address and waits, for a browser on this machine that you open yourself.

Allow only what you started yourself, just now: whoever gets you to allow theirs is signed in as you.

Programs do not sign in so: they have tokens (team token, team machine).`,
		Example: "  team login --server https://team.example.org\n  team login --device",
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.login(cmd.Context(), f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.server, "server", "", "address of TEAM; default $TEAM_URL, else the one you signed in to last, else "+defaultServer)
	fl.BoolVar(&f.device, "device", false, "show a code to enter in a browser on another machine")
	fl.BoolVar(&f.noBrowser, "no-browser", false, "open no browser: print the address, for one on this machine")
	cmd.MarkFlagsMutuallyExclusive("device", "no-browser")
	return cmd
}

// login signs in and keeps what comes of it.
func (c console) login(ctx context.Context, f loginFlags) error {
	c.out, c.err = plain{c.out}, plain{c.err}
	keeper, err := c.signInKeeper()
	if err != nil {
		return err
	}
	kept, err := keeper.read()
	if err != nil {
		return err
	}
	server, err := serverAddress(firstOf(f.server, c.variable("TEAM_URL"), kept.Current, defaultServer))
	if err != nil {
		return err
	}
	a := newAuthorizationServer(server, c.transport())
	at, err := a.find(ctx)
	if err != nil {
		return err
	}
	device, why := f.device, ""
	if !device && !f.noBrowser {
		device, why = c.withoutBrowser()
	}
	var got grantedTokens
	if device {
		got, err = c.loginByCode(ctx, a, at, why)
	} else {
		got, err = c.loginByBrowser(ctx, a, at, f.noBrowser)
	}
	if err != nil && ctx.Err() != nil {
		return codedError{errors.New("interrupted; nobody was signed in"), exitNotSignedIn}
	}
	if err != nil {
		return err
	}
	return c.keepLogin(ctx, a, keeper, got)
}

func (c console) transport() http.RoundTripper { return patience{http.DefaultTransport, c} }

// withoutBrowser says whether no browser can be opened here that comes back to this machine, and why.
func (c console) withoutBrowser() (without bool, why string) {
	switch {
	case c.variable("SSH_CONNECTION") != "" || c.variable("SSH_TTY") != "":
		return true, "this is a session over SSH"
	case c.browse == nil:
		return true, "no browser can be opened here"
	case runtime.GOOS != "windows" && runtime.GOOS != "darwin" && c.variable("DISPLAY") == "" && c.variable("WAYLAND_DISPLAY") == "":
		return true, "there is no screen here"
	}
	return false, ""
}

// keepLogin keeps the new sign-in, ends the one it replaces and says whose it is.
func (c console) keepLogin(ctx context.Context, a authorizationServer, keeper signInKeeper, got grantedTokens) error {
	secrets := got.secrets(c.now())
	var before signInSecrets
	var why error
	err := keeper.locked(ctx, func() error {
		kept, err := keeper.read()
		if err != nil {
			return err
		}
		if old, ok := kept.find(a.server); ok {
			before, _ = keeper.secrets(ctx, old) // what cannot be read any more ends by itself
		}
		why, err = keeper.keep(ctx, keptSignIn{Server: a.server, ID: got.SignIn, Until: got.Until}, secrets, true)
		return err
	})
	if err != nil {
		// What could not be kept must not go on for hours without anybody.
		return errors.Join(err, a.revoke(context.WithoutCancel(ctx), secrets.Refresh))
	}
	if before.Refresh != "" {
		_ = a.revoke(ctx, before.Refresh) // it ends by itself at the latest
	}
	k := &client{base: a.server, bearer: givenToken(secrets.Access), console: c, http: a.http}
	var me api.Me
	if err := k.get(ctx, "/me", nil, &me); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "Signed in to %s as %s until %s.\n", a.server, person(me.Person), c.at(got.Until))
	switch {
	case errors.Is(why, errNoKeyring):
		fmt.Fprintf(c.err, "It is kept in %s, which only you can read.\n", keeper.name())
	case why != nil:
		fmt.Fprintf(c.err, "There is no keyring to keep it in (%v), so that it is kept in %s, which only you can read.\n", why, keeper.name())
	}
	for _, name := range []string{"TEAM_TOKEN", "TEAM_TOKEN_FILE"} {
		if c.variable(name) != "" {
			fmt.Fprintf(c.err, "Careful: %s is set, and commands go on using that instead. To use this sign-in: unset %[1]s\n", name)
		}
	}
	if url := c.variable("TEAM_URL"); url != "" {
		if other, err := serverAddress(url); err == nil && other != a.server {
			fmt.Fprintf(c.err, "Careful: TEAM_URL is %s, and commands go on speaking to that. To use this sign-in: unset TEAM_URL\n", url)
		}
	}
	return nil
}

// hostName is what this machine calls itself, for whoever is asked to sign it in.
func hostName() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	name, _, _ = strings.Cut(name, ".")
	return name
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
