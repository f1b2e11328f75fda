package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/api"
)

const (
	apiRoot       = "/api/v1"
	answerTimeout = 30 * time.Second
	mostAnswer    = 64 << 20
	defaultServer = "http://127.0.0.1:8080"
)

// client speaks TEAM's API for one command.
type client struct {
	base   string
	bearer bearer
	http   *http.Client
	// console and output say how to show what comes back.
	console console
	output  string
}

// apiError is a refusal of the API.
type apiError struct{ api.Problem }

// remote adds the flags of every command that speaks to a server.
func remote(cmd *cobra.Command) {
	f := cmd.PersistentFlags()
	f.String("server", "", "address of TEAM; default $TEAM_URL, else the one you signed in to last, else "+defaultServer)
	f.String("token-file", "", "file with a bearer token; default $TEAM_TOKEN_FILE, else the token in $TEAM_TOKEN, else what team login keeps")
	f.StringP("output", "o", "table", "table for people, json for programs, id for scripts that need no more")
	_ = cmd.RegisterFlagCompletionFunc("output", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return []string{"table", "json", "id"}, cobra.ShellCompDirectiveNoFileComp
	})
}

// outputOf is the form in which a command's answers are shown.
func outputOf(cmd *cobra.Command) (string, error) {
	output, _ := cmd.Flags().GetString("output")
	if output != "table" && output != "json" && output != "id" {
		return "", usagef("--output is %q; it can be table, json or id", output)
	}
	return output, nil
}

// newClient makes the client that a command's flags and the environment describe.
func newClient(c console, cmd *cobra.Command) (*client, error) {
	output, err := outputOf(cmd)
	if err != nil {
		return nil, err
	}
	base, with, err := c.whereAndWith(cmd, c.transport())
	if err != nil {
		return nil, err
	}
	if output == "table" {
		c.out = plain{c.out}
	}
	return c.clientOf(base, with, output), nil
}

func (c console) clientOf(base string, with bearer, output string) *client {
	return &client{
		base: base, bearer: with, console: c, output: output,
		http: &http.Client{
			Transport: c.transport(), Timeout: answerTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// get reads, post changes. A nil out ignores the answer.
func (c *client) get(ctx context.Context, path string, query url.Values, out any) error {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return c.call(ctx, http.MethodGet, path, nil, out)
}

func (c *client) post(ctx context.Context, path string, in, out any) error {
	return c.call(ctx, http.MethodPost, path, in, out)
}

// create makes something, once: under a key of its own, unless the context has one.
func (c *client) create(ctx context.Context, path string, in, out any) error {
	if keyOf(ctx) == "" {
		ctx = withKey(ctx, rand.Text())
	}
	return c.post(ctx, path, in, out)
}

// change makes a change of what was read at a version.
func (c *client) change(ctx context.Context, method, path string, version int64, in, out any) error {
	return c.call(context.WithValue(ctx, versionKey{}, version), method, path, in, out)
}

type (
	idempotencyKey struct{}
	versionKey     struct{}
)

// withKey has calls sent with an idempotency key: what was done with it once is not done again.
func withKey(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, idempotencyKey{}, key)
}

func keyOf(ctx context.Context) string {
	key, _ := ctx.Value(idempotencyKey{}).(string)
	return key
}

// repeatAfter is how long is waited before a call that got no answer is made again: time enough for a replica to be
// started anew, or for a proxy to find another one.
var repeatAfter = []time.Duration{200 * time.Millisecond, time.Second}

// mostDemands is how many proofs one call can ask for, one after the other: what each policy demands comes by itself.
const mostDemands = 3

// call makes a call. Where it may have been done although no answer came, only one with a key can be repeated.
func (c *client) call(ctx context.Context, method, path string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return fmt.Errorf("encode request: %w", err)
		}
	}
	var met []api.StepUpDemand
	for try := 0; ; {
		err := c.tryCall(ctx, method, path, body, out)
		if demand := demandOf(err); demand != nil && len(met) < mostDemands && !sameAsLast(met, demand.StepUpDemand) {
			// Nothing was done: the same call is made again once the proof is there.
			if err := c.stepUp(ctx, *demand, err); err != nil {
				return err
			}
			met = append(met, demand.StepUpDemand)
			continue
		}
		if _, broken := errors.AsType[brokenError](err); !broken || keyOf(ctx) == "" || try == len(repeatAfter) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(repeatAfter[try]):
			try++
		}
	}
}

// sameAsLast says that what was shown last did not count: it is asked for once more.
func sameAsLast(met []api.StepUpDemand, demand api.StepUpDemand) bool {
	return len(met) > 0 && reflect.DeepEqual(met[len(met)-1], demand)
}

// brokenError is a call that got no answer, or not all of it.
type brokenError struct{ error }

func (e brokenError) Unwrap() error { return e.error }

func (c *client) tryCall(ctx context.Context, method, path string, in []byte, out any) error {
	answer, err := c.sendAs(ctx, func(token string) (*http.Response, error) { return c.send(ctx, method, path, in, token) })
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer))
	if err != nil {
		return codedError{brokenError{fmt.Errorf("TEAM's answer broke off: %w", err)}, exitUnavailable}
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		return refusal(answer, content)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(content, out); err != nil {
		return fmt.Errorf("TEAM on %s answered something else than expected; is it TEAM? %w", c.base, err)
	}
	return nil
}

// send makes one call with a token.
func (c *client) send(ctx context.Context, method, path string, in []byte, token string) (*http.Response, error) {
	var body io.Reader
	if in != nil {
		body = bytes.NewReader(in)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+apiRoot+path, body)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "team/"+version)
	if in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if key := keyOf(ctx); key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	if version, ok := ctx.Value(versionKey{}).(int64); ok {
		request.Header.Set("If-Match", strconv.Quote(strconv.FormatInt(version, 10)))
	}
	answer, err := c.http.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, codedError{brokenError{fmt.Errorf("TEAM on %s does not answer: %w", c.base, withoutURL(err))}, exitUnavailable}
	}
	return answer, nil
}

// refusal turns an answer that is no success into an error with an exit code.
func refusal(answer *http.Response, content []byte) error {
	var p api.Problem
	if err := json.Unmarshal(content, &p); err != nil || p.Code == "" {
		err := fmt.Errorf("%s answered %s, but not as TEAM does; is it TEAM?", answer.Request.URL.Host, answer.Status)
		return codedError{err, exitOfStranger(answer.StatusCode)}
	}
	return codedError{&apiError{p}, exitOfCode(p.Code, answer.StatusCode)}
}

// exitOfStranger is for answers that are not TEAM's own, as of a proxy before it. A missing page there says nothing
// about what TEAM has.
func exitOfStranger(status int) int {
	if code := exitOfStatus(status); code == exitNotSignedIn || code == exitDenied {
		return code
	}
	return exitUnavailable
}

func exitOfCode(code string, status int) int {
	switch code {
	case "invalid", "malformed", "too_large", "idempotency_mismatch", "precondition_required":
		return exitUsage
	case "forbidden", "not_allowed":
		return exitDenied
	case "step_up_required":
		return exitProof
	case "not_found":
		return exitNotFound
	case "conflict", "stale":
		return exitConflict
	case "held", "unavailable":
		return exitUnavailable
	case "unauthenticated":
		return exitNotSignedIn
	}
	return exitOfStatus(status)
}

func exitOfStatus(status int) int {
	switch status {
	case http.StatusUnauthorized:
		return exitNotSignedIn
	case http.StatusForbidden:
		return exitDenied
	case http.StatusNotFound:
		return exitNotFound
	case http.StatusConflict, http.StatusPreconditionFailed:
		return exitConflict
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		return exitUnavailable
	case http.StatusUnprocessableEntity, http.StatusBadRequest:
		return exitUsage
	}
	return exitError
}

// Error is the sentence, then each reason or faulty field on a line of its own.
func (e *apiError) Error() string {
	lines := []string{strings.TrimSuffix(e.Detail, "; errors say where")}
	add := func(line string) {
		if line != e.Detail && line != "" {
			lines = append(lines, "  - "+line)
		}
	}
	for _, r := range e.Reasons {
		add(r.Text)
	}
	for _, f := range e.Errors {
		if f.Location != "" && f.Message != e.Detail {
			add(strings.TrimPrefix(f.Location, "body.") + ": " + f.Message)
			continue
		}
		add(f.Message)
	}
	return strings.Join(lines, "\n")
}

// show prints an answer: as JSON for programs, else by people.
func (c *client) show(answer any, people func()) error {
	switch c.output {
	case "json":
		return c.printJSON(answer)
	case "id":
		return c.printIDs(answer)
	default:
		people()
		return nil
	}
}

// printIDs prints the id of what an answer is about, or of each thing in its list, a line each.
func (c *client) printIDs(answer any) error {
	type named struct {
		ID string `json:"id"`
	}
	var v struct {
		named
		Items []named `json:"items"`
	}
	b, err := json.Marshal(answer)
	if err == nil {
		err = json.Unmarshal(b, &v)
	}
	if err != nil {
		return fmt.Errorf("print id: %w", err)
	}
	if v.ID == "" && v.Items == nil {
		return usagef("this answer has no id; -o can be table or json here")
	}
	if v.ID != "" {
		v.Items = []named{v.named}
	}
	for _, one := range v.Items {
		fmt.Fprintln(c.console.out, one.ID)
	}
	return nil
}

func (c *client) printJSON(answer any) error {
	return c.console.printJSON(answer)
}

// with makes a command's body from a function that has a client.
func with(c console, f func(context.Context, *client, *cobra.Command, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		k, err := newClient(c, cmd)
		if err != nil {
			return err
		}
		return f(cmd.Context(), k, cmd, args)
	}
}
