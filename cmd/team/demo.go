package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/config"
)

// demoOptions are the flags of the demo.
type demoOptions struct {
	data, listen, organization, logLevel string
	speed                                float64
	minimum                              time.Duration // shortest elevation
}

func demoCommand(c console) *cobra.Command {
	o := demoOptions{minimum: demoMinimum}
	cmd := &cobra.Command{
		Use: "demo", Short: "Serve TEAM for a simulated AWS organization", GroupID: groupServe, Args: cobra.NoArgs,
		Long: `Serves TEAM for a simulated AWS organization, which runs in the same process and is reached over HTTP like the real
one: the same program, the same calls, AWS's latencies and limits. Nothing outside this machine is touched.

Everything is kept in the folder --data, so that a demo that was stopped goes on. Sign in with a browser at the address it
prints: the identity provider is simulated too, and lets you pick who you are. Some personas: requester, approver,
second-approver, admin, second-admin, auditor. Act as one of them in another terminal:

  eval "$(team demo token requester)"

The simulated AWS has a control API that injects faults and shows who could do what, when: docs/sandbox.md.`,
		Example: "  team demo\n  team demo --org large --listen 127.0.0.1:0 --data /tmp/demo\n  team demo --speed 10   # AWS answers ten times as fast",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(); err != nil {
				return err
			}
			return runDemo(cmd.Context(), c, o)
		},
	}
	cmd.Flags().StringVar(&o.data, "data", defaultDemoFolder, "folder for everything the demo keeps")
	cmd.Flags().StringVar(&o.listen, "listen", "127.0.0.1:8080", "address and port to serve on; port 0 lets the system choose one")
	cmd.Flags().StringVar(&o.organization, "org", "small", "small (12 accounts), medium (200), large (5,000), or an organization file")
	cmd.Flags().Float64Var(&o.speed, "speed", 1, "divides the latencies of the simulated AWS; its clock is the real one")
	cmd.Flags().StringVar(&o.logLevel, "log-level", "warn", "debug, info, warn or error")
	cmd.AddCommand(demoTokenCommand(c))
	return cmd
}

// check refuses flags that could not be meant.
func (o demoOptions) check() error {
	if !(o.speed > 0 && o.speed <= mostSpeed) { // NaN is not above 0
		return usagef("--speed is %g; it must be above 0 and at most %g", o.speed, float64(mostSpeed))
	}
	if levels := []string{"debug", "info", "warn", "error"}; !slices.Contains(levels, o.logLevel) {
		return usagef("--log-level is %q; it can be %s", o.logLevel, strings.Join(levels, ", "))
	}
	return nil
}

// mostSpeed makes the simulated AWS answer practically at once.
const mostSpeed = 1e6

const defaultDemoFolder = "team-data"

// demoFile is what the demo leaves for the commands beside it.
const demoFile = "demo.json"

// demoNote is its content. The secret lets whoever can read the file become any persona.
type demoNote struct {
	URL        string `json:"url"`
	SandboxURL string `json:"sandboxUrl"`
	// ProviderURL is the issuer of the identity provider.
	ProviderURL string `json:"providerUrl"`
	Secret      string `json:"secret"`
	// Organization is what the folder was begun with.
	Organization string `json:"organization"`
}

func runDemo(ctx context.Context, c console, o demoOptions) error {
	d, err := startDemo(ctx, o, os.Stderr)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, `TEAM %s serves on %s
The AWS behind it is simulated: %s (organization %s)

Open %s and sign in as anybody of the organization:
Rita Moreau asks, Anton Pavlik and Selma Aydin decide, Ada Minkowski administers.

In another terminal:
  eval "$(team demo token requester%s)"
  team request list

Ctrl-C stops it; everything is kept in %s.
`, version, d.note.URL, d.note.SandboxURL, o.organization, d.server.public, flagUnless(o.data, defaultDemoFolder, " --data "), o.data)
	telling, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	p := c.progress()
	wg.Go(func() { d.server.firstReading(telling, showFirstReading(p)) })
	defer wg.Wait()
	defer stop()
	return d.run(ctx)
}

func flagUnless(value, usual, flag string) string {
	if value == usual {
		return ""
	}
	return flag + value
}

// demo is TEAM, a simulated AWS and an identity provider in one process.
type demo struct {
	server   *server
	sandbox  *demoSandbox
	provider *demoProvider
	note     demoNote
	run      func(context.Context) error
}

// startDemo opens everything and all ports; TEAM serves nothing before run.
func startDemo(ctx context.Context, o demoOptions, logTo *os.File) (_ *demo, err error) {
	log := newLog(config.Log{Level: o.logLevel, Format: "text"}, logTo)
	lock, err := lockDemo(o)
	if err != nil {
		return nil, err
	}
	l, err := listen(ctx, o.listen)
	if err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	giveUp := func(err error) (*demo, error) { return nil, errors.Join(err, l.Close(), lock.Release()) }
	box, err := openSandbox(ctx, o)
	if err != nil {
		return giveUp(err)
	}
	provider, err := openProvider(ctx, o, box, l)
	if err != nil {
		return giveUp(err)
	}
	// The sandbox answers before TEAM asks.
	serving, stopSandbox := context.WithCancel(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	wg.Go(func() { box.serve(serving, log) })
	wg.Go(func() { provider.serve(serving, log) })
	stop := func() {
		stopSandbox()
		wg.Wait() // it writes to the folder at its end
		_ = lock.Release()
	}
	settings := demoConfig(o, box)
	settings.SignIn.Providers = []config.SignInProvider{provider.configured()}
	s, err := newServer(ctx, settings, log, box.credentials)
	if err != nil {
		stop()
		return nil, errors.Join(err, l.Close())
	}
	d := &demo{server: s, sandbox: box, provider: provider}
	d.run, err = d.prepare(ctx, o, l, stop)
	if err != nil {
		stop()
		return nil, errors.Join(err, s.close(), l.Close())
	}
	return d, nil
}

func (d *demo) prepare(ctx context.Context, o demoOptions, l net.Listener, stop func()) (func(context.Context) error, error) {
	if err := d.seed(ctx, d.server.log); err != nil {
		return nil, err
	}
	handler, err := d.handler(l)
	if err != nil {
		return nil, err
	}
	d.note = demoNote{
		URL: urlOf(l), SandboxURL: d.sandbox.url, ProviderURL: d.provider.url, Secret: newSecret(), Organization: organizationName(o.organization),
	}
	if err := writeNote(o.data, d.note); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		// The sandbox goes on until TEAM has stopped, so that no call fails on the way out.
		defer stop()
		return d.server.serve(ctx, l, handler)
	}, nil
}

// demoConfig is the configuration of the demo: everything under one folder, AWS simulated.
func demoConfig(o demoOptions, box *demoSandbox) config.Config {
	c := *config.Default()
	c.Database = "sqlite:" + filepath.Join(o.data, "team.db")
	c.Checkpoint = filepath.Join(o.data, "team.checkpoint")
	c.Listen, c.StopDelay = o.listen, 0 // nobody but the person who stops it
	c.AWS = config.AWS{Region: box.region, Endpoint: box.url, Sandbox: true}
	c.Limits.MinimumDuration = o.minimum
	c.AccessLog.To = filepath.Join(o.data, "access.log")
	// Whoever tries TEAM out, by scripts too, is one address.
	c.Rates.Address, c.Rates.User = demoRate, demoRate
	c.IssuerNetworks = "127.0.0.0/8,::1/128" // so that an issuer of ID tokens can be tried on this machine
	// Changes made in the simulated AWS show soon.
	c.Directory.Period = time.Minute
	return c
}

// demoRate is how many requests a demo takes within five minutes.
const demoRate = 200_000

func newSecret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

func writeNote(folder string, n demoNote) error {
	//nolint:gosec // the file is how the secret reaches team demo token; its mode is 0600
	content, err := json.MarshalIndent(n, "", "  ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", demoFile, err)
	}
	return replaceFile(filepath.Join(folder, demoFile), append(content, '\n')) // its mode is 0600
}

func readNote(folder string) (n demoNote, err error) {
	name := filepath.Join(folder, demoFile)
	content, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return n, fmt.Errorf("there is no demo in %s: start one with `team demo%s`", folder, flagUnless(folder, defaultDemoFolder, " --data "))
	}
	if err != nil {
		return n, fmt.Errorf("read %s: %w", demoFile, err)
	}
	if err := json.Unmarshal(content, &n); err != nil {
		return n, fmt.Errorf("read %s: %w", name, err)
	}
	return n, nil
}

// handler is the server's, and persona tokens, which exist nowhere else.
func (d *demo) handler(l net.Listener) (http.Handler, error) {
	h, err := d.server.handlerAt(l)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("POST "+personaPath, http.HandlerFunc(d.issuePersonaToken))
	mux.Handle("/", h)
	return mux, nil
}
