package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/team-idc/team/internal/api"
	"github.com/team-idc/team/internal/idtoken"
	"github.com/team-idc/team/internal/loopback"
)

// A job of a CI system, or a workload in Kubernetes, needs no secret: it shows the ID token that it has from there, and
// gets a token of a machine client for some minutes.

// spare is how long a token that is kept must still be valid to be used.
const spare = 30 * time.Second

const idTokenTimeout = 10 * time.Second

// machineBearer gives tokens of the machine client that the environment names.
type machineBearer struct {
	console         console
	server, machine string
}

func (b *machineBearer) token(ctx context.Context) (string, error) {
	t, err := machineToken(ctx, b.console, b.server, b.machine)
	return t.Secret, err
}

func (b *machineBearer) another(context.Context, string) (string, bool, error) { return "", false, nil }

// machineToken is the token of the machine client that the environment names, for an ID token from there. An ID token can
// be used once; what came of it is kept until it expires, so that a job may call more than one command.
func machineToken(ctx context.Context, c console, base, machine string) (api.MachineToken, error) {
	idToken, err := idTokenOf(ctx, c, base)
	if err != nil {
		return api.MachineToken{}, err
	}
	kept := keptToken(c, base, machine, idToken)
	if t, ok := kept.read(c.now()); ok {
		return t, nil
	}
	k := c.clientOf(base, givenToken(""), "table") // whoever shows an ID token has no token yet
	var t api.MachineToken
	err = k.post(ctx, "/machine-token", api.NewMachineToken{Machine: machine, IDToken: idToken}, &t)
	if err == nil {
		kept.write(t)
		return t, nil
	}
	if exitCode(err) != exitNotSignedIn {
		return t, err
	}
	// Another command of the same job may have used it at the same time.
	if t, ok := kept.read(c.now()); ok {
		return t, nil
	}
	return t, codedError{fmt.Errorf("the machine client %s was not let in: %w\n%s", machine, err,
		"  - An ID token can be used once, and what was got for it works for 15 minutes at most: get a new one.\n"+
			"  - team machine keyless list "+machine+" says which claims must be in it, the settings which issuer and audience."), exitNotSignedIn}
}

// idTokenOf finds the ID token: in the environment, in a file, or at GitHub's runner, which gives out as many as it is
// asked for.
func idTokenOf(ctx context.Context, c console, base string) (string, error) {
	text := strings.TrimSpace(c.variable("TEAM_ID_TOKEN"))
	if file := c.variable("TEAM_ID_TOKEN_FILE"); file != "" && text == "" {
		content, err := os.ReadFile(file)
		if err != nil {
			return "", codedError{fmt.Errorf("read ID token: %w", err), exitNotSignedIn}
		}
		text = strings.TrimSpace(string(content))
	}
	at := c.variable("ACTIONS_ID_TOKEN_REQUEST_URL")
	switch {
	case text != "":
	case at != "":
		return askRunner(ctx, at, c.variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN"), firstOf(c.variable("TEAM_ID_TOKEN_AUDIENCE"), base))
	case c.variable("GITHUB_ACTIONS") == "true":
		return "", codedError{errors.New("this job may not ask for an ID token: give it the permission id-token: write"), exitNotSignedIn}
	default:
		return "", codedError{errors.New("TEAM_MACHINE is set, but there is no ID token: set TEAM_ID_TOKEN or TEAM_ID_TOKEN_FILE, " +
			"or in GitHub Actions give the job the permission id-token: write"), exitNotSignedIn}
	}
	if _, err := idtoken.Named(text); err != nil {
		return "", codedError{fmt.Errorf("what was given as the ID token is none: %w", err), exitNotSignedIn}
	}
	return text, nil
}

// askRunner asks the runner of GitHub Actions for an ID token.
func askRunner(ctx context.Context, at, secret, audience string) (string, error) {
	failed := func(err error) error {
		return codedError{fmt.Errorf("GitHub's runner gave no ID token: %w", withoutURL(err)), exitUnavailable}
	}
	u, err := url.Parse(at)
	if err != nil || (u.Scheme != "https" && !loopback.Host(u.Hostname())) {
		return "", failed(errors.New("ACTIONS_ID_TOKEN_REQUEST_URL is no https address"))
	}
	query := u.Query()
	query.Set("audience", audience)
	u.RawQuery = query.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return "", failed(err)
	}
	request.Header.Set("Authorization", "Bearer "+secret)
	request.Header.Set("Accept", "application/json")
	answer, err := (&http.Client{Timeout: idTokenTimeout}).Do(request)
	if err != nil {
		return "", failed(err)
	}
	defer answer.Body.Close()
	var given struct {
		Value string `json:"value"`
	}
	content, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	switch {
	case err != nil:
		return "", failed(err)
	case answer.StatusCode != http.StatusOK:
		return "", failed(fmt.Errorf("it answered %s", answer.Status))
	case json.Unmarshal(content, &given) != nil || given.Value == "":
		return "", failed(errors.New("it answered something else"))
	}
	return given.Value, nil
}

// kept is the file in which a token of a machine client is kept for further commands; "" where there is none.
type kept string

// keptToken is the file for one ID token. Its name tells nothing about the token.
func keptToken(c console, base, machine, idToken string) kept {
	folder := c.variable("XDG_CACHE_HOME")
	if home := c.variable("HOME"); folder == "" && home != "" {
		folder = filepath.Join(home, ".cache")
	}
	if folder == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(base + "\n" + machine + "\n" + idToken))
	return kept(filepath.Join(folder, "team", "machine-"+hex.EncodeToString(sum[:16])+".json"))
}

func (k kept) read(now time.Time) (t api.MachineToken, ok bool) {
	if k == "" {
		return t, false
	}
	content, err := os.ReadFile(string(k))
	if err != nil || json.Unmarshal(content, &t) != nil || t.Secret == "" {
		return t, false
	}
	if now.Add(spare).Before(t.ExpiresAt) {
		return t, true
	}
	_ = os.Remove(string(k))
	return t, false
}

// write keeps a token where only this user reads it. Where that is not possible the next command does without.
func (k kept) write(t api.MachineToken) {
	if k == "" {
		return
	}
	content, err := json.Marshal(t) //nolint:gosec // that it is kept is the point; the file's mode is 0600
	if err != nil || os.MkdirAll(filepath.Dir(string(k)), 0o700) != nil {
		return
	}
	_ = replaceFile(string(k), content)
}
