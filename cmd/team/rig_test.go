package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/team-idc/team/internal/api"
)

// rig is a demo in this process, with a command line.
type rig struct {
	t    *testing.T
	demo *demo
	data string
	stop func()
}

func startRig(t *testing.T, data string) *rig {
	t.Helper()
	return startRigWith(t, demoIn(data), os.Stderr)
}

func demoIn(data string) demoOptions {
	return demoOptions{data: data, listen: "127.0.0.1:0", organization: "small", logLevel: "error", speed: 50, minimum: time.Second}
}

func startRigWith(t *testing.T, o demoOptions, logTo *os.File) *rig {
	t.Helper()
	d, err := startDemo(t.Context(), o, logTo)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.run(ctx) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the demo ended with %v", err)
		}
	})
	t.Cleanup(stop)
	return &rig{t: t, demo: d, data: o.data, stop: stop}
}

// result of one command.
type result struct {
	code     int
	out, err string
}

// command runs the command line with an environment.
func command(t *testing.T, environ []string, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), console{in: strings.NewReader(""), out: &out, err: &errs, environ: environ, now: time.Now, zone: time.UTC}, args)
	return result{code, out.String(), errs.String()}
}

// as runs a command as a persona.
func (r *rig) as(persona string, args ...string) result {
	r.t.Helper()
	token := command(r.t, nil, "demo", "token", persona, "--data", r.data)
	if token.code != exitOK {
		r.t.Fatalf("no token for %s: %s", persona, token.err)
	}
	var environ []string
	for line := range strings.Lines(token.out) {
		environ = append(environ, strings.TrimSpace(strings.TrimPrefix(line, "export ")))
	}
	return command(r.t, environ, args...)
}

// must runs a command that has to succeed.
func (r *rig) must(persona string, args ...string) result {
	r.t.Helper()
	got := r.as(persona, args...)
	if got.code != exitOK {
		r.t.Fatalf("%s: team %s ended with %d: %s%s", persona, strings.Join(args, " "), got.code, got.err, got.out)
	}
	return got
}

func decode[T any](t *testing.T, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// create files a request for the two targets of the tour.
func (r *rig) create(span string) api.Request {
	r.t.Helper()
	got := r.must("requester", "request", "create", "--target", "shop-prod:DatabaseAdmin", "--target", "shop-dev:PowerUserAccess",
		"--for", span, "--ticket", "OPS-8", "--because", "Repair the order table", "-o", "json")
	return decode[api.Request](r.t, got.out)
}
