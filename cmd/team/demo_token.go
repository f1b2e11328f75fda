package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/directory"
	"github.com/team-idc/team/internal/identity"
)

const (
	personaPath     = "/demo/token"
	personaLifetime = 12 * time.Hour
	// personaPatience is how long a persona's token waits for the directory, which a new demo is only just reading.
	personaPatience = 20 * time.Second
	personaPause    = 50 * time.Millisecond
)

type personaQuestion struct {
	Secret  string `json:"secret"`
	Persona string `json:"persona"`
	// NoWait: the token is wanted also while the organization is read for the first time.
	NoWait bool `json:"noWait,omitempty"`
}

type personaAnswer struct {
	Token string `json:"token,omitempty"`
	Error string `json:"error,omitempty"`
}

// issuePersonaToken gives whoever knows the demo's secret a token of any user.
func (d *demo) issuePersonaToken(w http.ResponseWriter, r *http.Request) {
	var q personaQuestion
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<12)).Decode(&q); err != nil {
		answerPersona(w, http.StatusBadRequest, personaAnswer{Error: "the request cannot be read"})
		return
	}
	if subtle.ConstantTimeCompare([]byte(q.Secret), []byte(d.note.Secret)) != 1 {
		answerPersona(w, http.StatusForbidden, personaAnswer{Error: "that is not this demo's secret"})
		return
	}
	user := d.sandbox.aws.UserID(q.Persona)
	if user == "" {
		answerPersona(w, http.StatusNotFound, personaAnswer{Error: fmt.Sprintf("the organization has no user %q; some it has: requester, approver, "+
			"second-approver, admin, second-admin, auditor", q.Persona)})
		return
	}
	if !q.NoWait {
		if err := d.server.awaitDirectory(r.Context()); err != nil {
			answerPersona(w, http.StatusServiceUnavailable, personaAnswer{Error: err.Error()})
			return
		}
	}
	text, _, err := d.server.signIns.BeginOperator(r.Context(), audit.Actor{Kind: audit.System, ID: "demo"}, user, "demo", personaLifetime)
	if err != nil {
		answerPersona(w, http.StatusInternalServerError, personaAnswer{Error: err.Error()})
		return
	}
	answerPersona(w, http.StatusOK, personaAnswer{Token: text})
}

func answerPersona(w http.ResponseWriter, status int, a personaAnswer) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(a); err != nil {
		return // whoever asked has gone
	}
}

// awaitDirectory waits until every part of the organization was read once: before, policies would answer with what
// they do not know yet.
func (s *server) awaitDirectory(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, personaPatience)
	defer cancel()
	tick := time.NewTicker(personaPause)
	defer tick.Stop()
	for {
		passes, err := s.store.Directory().Passes(ctx)
		if err != nil {
			return err
		}
		read := 0
		for _, p := range passes {
			if !p.Finished.IsZero() {
				read++
			}
		}
		if read == len(directory.Parts()) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the organization is still being read for the first time (%d of %d parts are done)",
				read, len(directory.Parts()))
		case <-tick.C:
		}
	}
}

func (s *server) tokens() *identity.Tokens {
	return &identity.Tokens{Store: s.store.Identity(), Random: rand.Reader, Now: s.now, Longest: s.config.TokenMaxTTL, Directory: s.keeper}
}

func demoTokenCommand(c console) *cobra.Command {
	var folder string
	var noWait bool
	cmd := &cobra.Command{
		Use: "token PERSONA", Short: "Print shell lines that make you a user of the demo", Args: cobra.ExactArgs(1),
		Long: `Prints lines that set TEAM_URL and TEAM_TOKEN, for the shell's eval. The token is of the user of that name in the
simulated organization and lives for 12 hours. Only a running demo gives such tokens; team serve has nothing like it.

A new demo reads its organization first, for seconds or, a large one, for many minutes; until then policies do not know
everybody, and this waits. With --no-wait it does not; what is not read yet, you perhaps among it, TEAM does not know then.`,
		Example: "  eval \"$(team demo token requester)\"\n  eval \"$(team demo token approver --data /tmp/demo)\"",
		RunE: func(cmd *cobra.Command, args []string) error {
			note, err := readNote(folder)
			if err != nil {
				return err
			}
			token, err := waitForPersona(cmd.Context(), c.progress(), note, personaQuestion{Secret: note.Secret, Persona: args[0], NoWait: noWait})
			if err != nil {
				return err
			}
			fmt.Fprintf(c.out, "export TEAM_URL=%s\nexport TEAM_TOKEN=%s\n", note.URL, token)
			return nil
		},
	}
	cmd.Flags().StringVar(&folder, "data", defaultDemoFolder, "folder of the demo")
	cmd.Flags().BoolVar(&noWait, "no-wait", false, "do not wait until the organization was read once")
	return cmd
}

// waitForPersona waits on while the demo reads its organization, where somebody sees that it does.
func waitForPersona(ctx context.Context, p *progress, note demoNote, q personaQuestion) (token string, err error) {
	what := "waiting for the demo"
	for {
		err = p.during(what, func() error {
			token, err = askPersonaToken(ctx, note, q)
			return err
		})
		reading, ok := errors.AsType[stillReadingError](err)
		if !ok || p.columns() == 0 {
			return token, err
		}
		what = reading.sentence
	}
}

// stillReadingError says that the demo does not know its whole organization yet.
type stillReadingError struct{ sentence string }

func (e stillReadingError) Error() string { return e.sentence + "; try again in a while" }

func askPersonaToken(ctx context.Context, note demoNote, q personaQuestion) (string, error) {
	//nolint:gosec // the secret goes to the demo that wrote it, over loopback
	body, err := json.Marshal(q)
	if err != nil {
		return "", fmt.Errorf("encode question: %w", err)
	}
	address, err := url.JoinPath(note.URL, personaPath)
	if err != nil {
		return "", fmt.Errorf("read address of the demo: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, personaPatience+5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return "", fmt.Errorf("make request: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", codedError{fmt.Errorf("the demo on %s does not answer: is it running? %w", note.URL, withoutURL(err)), exitUnavailable}
	}
	defer answer.Body.Close()
	var a personaAnswer
	if err := json.NewDecoder(io.LimitReader(answer.Body, 1<<16)).Decode(&a); err != nil {
		return "", fmt.Errorf("the demo answered %s", answer.Status)
	}
	if a.Error != "" {
		code := exitError
		switch answer.StatusCode {
		case http.StatusNotFound:
			code = exitNotFound
		case http.StatusServiceUnavailable:
			return "", codedError{stillReadingError{a.Error}, exitUnavailable}
		}
		return "", codedError{fmt.Errorf("%s", a.Error), code}
	}
	return a.Token, nil
}
